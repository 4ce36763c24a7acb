"""Whether a question is about these reports at all, by its words.

Owns the words of our subject: a question without any of them is about something else.

Leaves to others: everything else that makes a question ours or not (answer.py).
"""

from __future__ import annotations

import re

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
