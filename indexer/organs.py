"""Who published a report, for which year: names of organs, titles and periods.

Owns reading organ and year from title, meta tags, text and file name, in that order of trust, and
completing a title that names only a place by the publisher that the page names.

Leaves to others: places of the whole country (gazetteer), organs in questions (the assistant).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from indexer.model import Document, Organ, Paragraph
from indexer.text import fold

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0", "O": "0", "o": "0", "0": "0",
}  # fmt: skip
_YEAR = r"(?P<year>20\d\d|二[〇零Oo0][〇零一二三四五六七八九Oo0]{2})"
_SPAN = r"(?P<from>20\d\d)\s*(?:年)?\s*[-~至到]\s*(?P<year>20\d\d)\s*学年(?:度)?"
_GAP = r"\s*"
_REPORT = _GAP.join(
    ["(?:政府|校务|院务)?", "信息", "公开", "(?:工作)?", "(?:年度)?", "(?:工作)?", "(?:报告|年报)"]
)
_NAME = r"(?P<organ>[一-龥()·\-]{2,40}?)"
_TITLES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NAME}{_GAP}{_SPAN}{_GAP}(?:的)?{_REPORT}",
        rf"{_NAME}{_GAP}{_YEAR}{_GAP}年?{_GAP}度?{_GAP}(?:的)?{_REPORT}",
        rf"(?<!\d){_YEAR}{_GAP}年{_GAP}度?{_GAP}{_NAME}{_GAP}(?:的)?{_REPORT}",
        rf"{_NAME}{_GAP}{_REPORT}{_GAP}[(\[]{_GAP}{_YEAR}{_GAP}年?{_GAP}度?{_GAP}[)\]]",
    )
)
_YEARLESS = re.compile(rf"(?P<organ>[一-龥()·\-]{{2,40}}?){_GAP}{_REPORT}")
_PERIOD = re.compile(
    r"(?:统计|数据).{0,12}?(?:期限|时限|时间|截止|起止)?.{0,10}?"
    r"(20\d\d)\s*年\s*1\s*月\s*1\s*日.{0,6}?(20\d\d)\s*年\s*12\s*月\s*31\s*日"
)
_COMPILED_BY = re.compile(r"由([一-龥]{4,30}?)(?:编制|编写|发布)")
_PLACE_END = re.compile(r"(?:省|自治区|市|自治州|地区|盟|县|自治县|旗|区|镇|乡|街道)$")
_INSTITUTION = (
    "人民政府", "管委会", "管理委员会", "政府办公室", "政府办公厅",
)  # fmt: skip
_OFFICES = ("办公厅", "办公室")
_NOISE = re.compile(r"^(?:关于|现将|公布|首页|标题|名称|附件|\d+|[-·()]+)+")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and when, as a report says; `period` is the year of its statistics, if it states one."""

    organ: Organ | None
    year: int | None
    title: str
    period: int | None
    academic: bool = False


def read_identity(document: Document, file: str) -> Identity:
    """Return organ, year and title of `document`.

    Trust falls from the title over meta tags and text to the file name; what none of them says
    stays None.
    """
    period = _period(document.text)
    organ_name, year, title, academic = None, None, "", False
    for candidate in _title_candidates(document, file):
        if (match := _match_title(candidate)) is None:
            continue
        name = _tidy(match.group("organ"))
        if not name:
            continue
        if name in (*_INSTITUTION, *_OFFICES):
            name = _parted(candidate[: match.start("organ")]) + name
        organ_name, title = name, _one_line(match.group())
        year = read_year(match.group("year"))
        academic = "from" in match.groupdict() and match.group("from") is not None
        break
    if organ_name is None:
        organ_name, title = _yearless(document, file)
    if organ_name is None:
        organ_name = _named_publisher(document)
    year = year or period or _year_in_name(file)
    organ = _completed(organ_name, document) if organ_name else None
    return Identity(organ, year, title or document.provenance.get("title", ""), period, academic)


def read_year(text: str) -> int | None:
    """Return the year written in digits or Chinese numerals.

    >>> read_year("二〇二一"), read_year("2019")
    (2021, 2019)
    """
    digits = "".join(_DIGITS.get(char, char) for char in text)
    return int(digits) if digits.isdecimal() and len(digits) == 4 else None


def short_place(name: str) -> str:
    """Return the place in an organ's name, without the institution.

    >>> short_place("淮北市人民政府"), short_place("平潭综合实验区管委会")
    ('淮北市', '平潭综合实验区')
    """
    for institution in _INSTITUTION:
        if name.endswith(institution):
            return name.removesuffix(institution)
    return name


def is_place_only(name: str) -> bool:
    """Whether `name` names a place and no institution.

    >>> is_place_only("平潭综合实验区"), is_place_only("淮北市教育局")
    (True, False)
    """
    return bool(_PLACE_END.search(name))


def is_area_government(name: str) -> bool:
    """Whether the organ stands for a whole area, so that its report is due by 31 March.

    《中华人民共和国政府信息公开条例》第四十九条.
    """
    return is_place_only(name) or name.endswith(("人民政府", "管委会", "管理委员会"))


def _title_candidates(document: Document, file: str) -> Iterator[str]:
    if title := document.provenance.get("title"):
        yield fold(title)
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)][:14]
    for first, second in zip(lines, [*lines[1:], ""], strict=False):
        if len(first) <= 60:
            if len(second) <= 60:
                yield fold(f"{first}\n{second}")
            yield fold(first)
    yield fold(document.text[:600])
    yield fold(PurePath(file).stem)


def _match_title(text: str) -> re.Match[str] | None:
    found = [match for pattern in _TITLES if (match := pattern.search(text))]
    return min(found, key=lambda match: (match.start(), -match.end()), default=None)


def _tidy(name: str) -> str:
    name = _NOISE.sub("", name).strip("-·() ")
    for word in ("现向社会公布", "公布", "关于"):
        if word in name:
            name = name.rpartition(word)[2]
    name = name.removesuffix("年度").removesuffix("的")
    return "" if name.endswith("中华人民共和国") else name


def _parted(before: str) -> str:
    """The place that a blank parts from its institution: 示例市 in “示例市 人民政府”."""
    match = re.search(r"(?:^|[^一-龥])([一-龥]{2,20})[^\S\n]+$", before)
    return match.group(1) if match and _PLACE_END.search(match.group(1)) else ""


def _one_line(text: str) -> str:
    return "".join(text.split())


def _yearless(document: Document, file: str) -> tuple[str | None, str]:
    for candidate in _title_candidates(document, file):
        line = candidate.strip().split("\n")[0]
        match = _YEARLESS.search(line)
        if match and (name := _tidy(match.group("organ"))) and len(name) >= 3:
            return name, _one_line(match.group())
    return None, ""


def _named_publisher(document: Document) -> str | None:
    for key in ("organ", "source"):
        if name := document.provenance.get(key):
            return _one_line(name)
    match = _COMPILED_BY.search(document.text[:3000])
    return match.group(1) if match else None


def _period(text: str) -> int | None:
    match = _PERIOD.search(fold(text[:6000]))
    return int(match.group(2)) if match else None


def _year_in_name(file: str) -> int | None:
    match = re.search(r"(?<!\d)(20\d\d)(?!\d)", PurePath(file).stem)
    return int(match.group(1)) if match else None


def _completed(name: str, document: Document) -> Organ:
    """Complete a bare place by the publisher that page or text names; the place is an alias."""
    if not is_place_only(name):
        return Organ(name, _aliases(name))
    for key in ("organ", "source"):
        publisher = _without_office(_one_line(document.provenance.get(key, "")))
        if publisher.startswith(name) and publisher.endswith(_INSTITUTION):
            return Organ(publisher, (name,))
    named = re.findall(
        rf"{re.escape(name)}(?:党工委、?)?(人民政府|管委会|管理委员会)", document.text
    )
    if named:
        institution, _ = Counter(named).most_common(1)[0]
        return Organ(name + institution, (name,))
    return Organ(name, (), place_only=True)


def _aliases(name: str) -> tuple[str, ...]:
    place = short_place(name)
    return (place,) if place != name and is_place_only(place) else ()


def _without_office(name: str) -> str:
    for office in _OFFICES:
        if name.endswith(office) and not name.endswith("政府" + office):
            return name.removesuffix(office)
        if name.endswith("人民政府" + office):
            return name.removesuffix(office)
    return name
