"""Read what a page or file states about itself: title, publisher, date, source, address.

Owns the labels under which sites print these (名称, 发布机构, 公开日期 …).

Leaves to others: where on a page they stand (the readers), which organ a name means (organs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LABELS = {
    "名称": "title",
    "信息名称": "title",
    "文件名称": "title",
    "标题": "title",
    "发布机构": "organ",
    "公开机构": "organ",
    "发文机关": "organ",
    "发文单位": "organ",
    "信息来源": "source",
    "来源": "source",
    "公开日期": "published",
    "发布日期": "published",
    "发布时间": "published",
    "生成日期": "published",
    "生成时间": "published",
    "时间": "published",
    "原文链接": "url",
}
_DATE = re.compile(r"((?:19|20)\d{2})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_LABELLED = re.compile(rf"(?:^|[\s|｜\[【（(])({'|'.join(_LABELS)})\s*[:：]\s*(\S+)")
_LONG_TITLE = 300
_SITE_NAME = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{2,30}$")


def read_date(text: str) -> str | None:
    """Return the first date in `text` as YYYY-MM-DD, or None.

    >>> read_date("发布于 2022年2月8日"), read_date("2014-01-10 00:00"), read_date("明天")
    ('2022-02-08', '2014-01-10', None)
    """
    match = _DATE.search(text)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def read_label(label: str, value: str) -> dict[str, str]:
    """Return what a label and the value beside it state; empty where it is none of ours.

    >>> read_label("公开日期：", "2024-01-17 10:30"), read_label("文号", "1")
    ({'published': '2024-01-17'}, {})
    """
    key = _LABELS.get("".join(label.split()).rstrip(":："))
    if key is None or not value.strip():
        return {}
    if key == "published":
        date = read_date(value)
        return {key: date} if date else {}
    if key == "source" and value.strip().startswith(("http://", "https://")):
        return {"url": value.strip()}
    return {key: value.strip()}


def read_labelled(text: str) -> dict[str, str]:
    """Return what a line such as `来源：示例市 时间：2022-02-08` states."""
    stated: dict[str, str] = {}
    for match in _LABELLED.finditer(text):
        stated = {**read_label(match[1], match[2]), **stated}
    return stated


def first_stated(sources: Iterable[dict[str, str]]) -> dict[str, str]:
    """Merge what several sources state; the first that states something counts."""
    merged: dict[str, str] = {}
    for source in sources:
        merged = {**source, **merged}
    return merged


def report_title(text: str) -> str:
    """Return `text` as a title, without the site's name, if it names an annual report.

    >>> report_title("示例市2023年政府信息公开年度报告-示例市门户"), report_title("首页")
    ('示例市2023年政府信息公开年度报告', '')
    """
    title = " ".join(text[:_LONG_TITLE].split())
    if "年度报告" not in title and "年报" not in title:
        return ""
    bare = _SITE_NAME.sub("", title)
    return bare if "报告" in bare or "年报" in bare else title
