"""Whether a question is about these reports at all.

Owns the words of our subject, and which questions without them, or with words of another subject,
are ours all the same.

Leaves to others: finding those words in a question (understand/).
"""

from __future__ import annotations

import re

from assistant.understand.parse import Parsed

_OUR_SUBJECT = re.compile(
    r"公开|申请|年报|报告|机关|政府|单位|部门|复议|诉讼|官司|信息|许可|处罚|强制|规章|规范性|文件"
    r"|投诉|举报|救济|工作日|收费|采购|答复|办结|结转|不予|第三方|秘密|数据|收到|新收|呢$|\d{4}年?$"
    r"|disclos|request|application|report|organ|government|review|lawsuit|licen|penalt|regulation"
    r"|document|fee|refus|receiv|conclud|carried|information|library|data"
    r"|agenc|appeal|disposition|reconsider|sued|court|\bfoi|backlog"
)


def is_our_subject(text: str) -> bool:
    """Return whether a normalised question holds a word of our subject.

    >>> is_our_subject("可以投诉举报吗"), is_our_subject("写一首诗")
    (True, False)
    """
    return bool(_OUR_SUBJECT.search(text))


def is_off_subject(parsed: Parsed) -> bool:
    """Whether a question is none about these reports.

    A greeting in front of one does not matter; a poem about an organ is still a poem.
    """
    figure = bool(parsed.found.indicators) and not parsed.found.weak
    absent = parsed.absence and is_our_subject(parsed.question.text)
    subject = figure or bool(parsed.topics or absent or parsed.found.open)
    placed = bool(parsed.named.organs or not parsed.years.silent)
    if parsed.off_subject in ("greeting", "thanks"):
        return not (subject or placed or parsed.found.indicators or parsed.operations.ids)
    listed = parsed.operation in ("coverage", "missing_reports", "checks")
    if parsed.off_subject:
        asked = figure or (parsed.found.indicators and placed)
        return not (asked or listed or (parsed.topics and placed))
    if subject or listed or parsed.named.organs or parsed.named.open or parsed.carried:
        return False
    return not is_our_subject(parsed.question.text)
