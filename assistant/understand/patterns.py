"""Turns of phrase that show an operation, where no list of cues can hold them.

Owns the patterns over a whole question, and which cues are but part of a figure's name.

Leaves to others: cues that are plain words (operations.py), which operation it is (choose.py).
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.understand.halves import MAKES_UP
from assistant.understand.indicators import Found
from assistant.understand.operations import NTH, Operations, find_operations
from assistant.understand.sieve import Sieves, sieved
from assistant.understand.spotting import masked

#: 比上年 and the like compare with the year before the one in question; they name no year.
_LAST = r"(?:上一?年度?|去年(?:同期)?|前一年度?|往年)(?:同期)?"
_AGAINST = sieved(
    rf"(?:比|较|相比|相较于?|对比)起?{_LAST}|(?:与|和|跟|同){_LAST}(?:相比|比较|对比|比)"
    r"|(?:compared (?:with|to)|than|against|(?<!carried )(?<!left )over|versus|(?<!over )from)"
    r" (?:the )?"
    r"(?:previous year|year before|prior year|last year)"
    r"|year[ -]on[ -]year"
)


def against_last_year(text: str) -> list[tuple[int, int]]:
    """Return the spans of `text` that compare with the year before.

    >>> against_last_year("新收比上年多多少")
    [(2, 5)]
    """
    return [match.span() for match in _AGAINST.finditer(text)]


#: Patterns by operation.
PATTERNS = {
    "missing_reports": sieved(
        r"(?:谁|哪些|哪个|哪家|哪几|有没有).{0,16}(?:没有|没|缺|未|不见|不在).{0,12}(?:年报|报告)"
        r"|(?:谁|哪些|哪个|哪家|哪几).{0,16}(?:年报|报告).{0,6}(?:没|未|缺)"
        r"|缺(?:了)?.{0,8}(?:年报|报告)|(?:which|who).{0,20}(?:no|missing|lack|without).{0,20}report"
        r"|whose.{0,20}report.{0,10}missing|reports? (?:is|are) missing"
    ),
    "coverage": sieved(
        r"(?:有|收录|能查|可查|查到|查得到|覆盖|收了).{0,6}(?:哪|谁|几年).{0,6}"
        r"(?:年|单位|机关|部门|报告|地区|地方)"
        r"|有没有.{0,20}(?:年报|报告)[?。]?$|(?:有|收录|收).{0,4}(?:多少|几)(?:份|篇|个)?.{0,4}(?:年报|报告)"
        r"|(?:最早|最新|最晚|最近).{0,4}(?:能查|可以查|查|收录|有|是|到).{0,4}哪"
        r"|(?:which|what) (?:public )?"
        r"(?:organs?|years?|reports?|agencies|bodies|authorities).{0,30}"
        r"(?:have|hold|cover|available|there|library|collection|database)"
        r"|how many reports|what (?:do you have|is in the library)"
    ),
    "zeros": sieved(
        r"(?:哪|几)(?:些|个|项|行|类|栏|数|格|种|几)?[^,。?!]{0,6}(?:是|为|等于)(?:0|零)(?![.\d])"
        r"|哪(?:些|几|个)[^,。?!]{0,10}(?:一件都没有|一件没有|一件也没有|都没有|没有发生|一个都没有)"
        r"|(?:which|what).{0,40}\b(?:zero|no cases|none)\b"
    ),
    "change": sieved(
        rf"{_AGAINST.pattern}"
        r"|20\d\d年?.{0,20}(?:比|较|相比|相较).{0,4}20\d\d"
        r"|20\d\d.{0,12}\b(?:over|than|against|compared (?:with|to))\b.{0,12}20\d\d"
        r"|\b(?:increase|decrease|rise|fall|grow|drop|change)d?\b.{0,30}20\d\d"
        r"|(?:增长|增加|减少|上升|下降|变化)了?(?:多少|几)"
    ),
    "growth_rate": sieved(
        r"(?:增长|上升|下降|减少|增加|提高|涨|降|跌)了?(?:百分之|%|几成|多少个?百分)|增[长幅].{0,4}(?:率|百分)"
        r"|(?:增|升|降|减|涨|跌)[^,。?]{0,8}\((?:用?百分[比数]|%)"
        r"|by how much\b.*\b(?:increase|grow|rise|fall|drop|decrease)\b.*\bper ?cent"
        r"|by what percent|percent(?:age)? (?:change|growth|increase|decrease)|growth rate"
    ),
    "ratio": sieved(r"[一二两三四五六七八九十\d]倍"),
    "difference": sieved(
        r"数量?\s?[-−]\s?[^\d\s]|[扣刨减去]掉|扣除|扣去|刨去|刨除|剔除"
        r"|\bsubtract(?:ed)?\b|\bless the\b"
    ),
    "share": sieved(
        r"÷|除以|每[^,;?\d]{0,4}(?:100|一百|百)[件份个]"
        r"|\b(?:of|for) every (?:100|hundred)|\bper (?:100|hundred)\b"
        r"|多大的?(?:比例|比重)|多少比例|几成|divided by"
        r"|as a (?:percentage|percent|share|proportion|fraction) of"
        r"|占.{0,12}(?:比例|比重|多少|几成|百分|几分之)|(?:比例|比重|占比)(?:是|有|为)?(?:多少|多大|几)"
    ),
    "highest": sieved(NTH.pattern),
    "sum": sieved(
        r"一共|总共|累计|合计|共计|加起来|加在一[起块]|合起来|合在一起|之和|总和|总数|总量|加总"
        r"|(?<![增参附添更另])加(?=[^减工入班大强快])|共(?=多少|几)|(?<=[里内间])共"
        r"|\bsum\b|\btotal\b|altogether|together|combined|in all|add up to"
    ),
    "whole_table": sieved(
        r"(?:整张|那张|这张|完整的?|整个|全)(?:申请|办理|诉讼|复议|收费|处罚|许可)?表|表格?(?:发|给|拿)"
        r"|表[里中]的?(?:所有|全部)?(?:数字|数据|数)[^,。?]{0,3}(?:都|全)|(?:全部|所有|整个)[^,。?]{0,10}表[里中]?的?数"
        r"|(?:whole|full|entire|all)(?: of)?(?: the)? table"
    ),
    "by_applicant": sieved(
        r"来自哪|哪[些类种].{0,6}(?:人|单位|申请人).{0,4}(?:申请|提|递|来)|谁(?:申请|提出|递交)"
        r"|by (?:kind|type) of applicant"
    ),
    "checks": sieved(
        r"打架|[接连]得上|[接连]不上|加得拢|对得拢|能平|挑.{0,3}(?:毛病|错)"
        r"|(?:哪里|哪儿|哪处|什么地方).{0,4}(?:写错|算错|不一致|有错|错了|对不上)"
        r"|有没有.{0,8}(?:错|矛盾|不一致|出入)|前后.{0,4}(?:一致|对得上)|arithmetic|errors?\b"
        r"|加.{0,16}等于.{0,16}(?:加|吗|么)|(?:相加|加起来).{0,4}(?:等于|是不是|对不对)"
        r"|统计年[份度].{0,6}(?:对|错)|年份.{0,4}(?:写|对|错)"
        r"|(?:总计|合计|总数|表[一二三四]).{0,8}[算加]得?(?:对不对|对吗|准不准|准吗|对没对)"
        r"|检查一遍|不对头|(?:sums?|adds?(?: up)?) to (?:its|the|their) total"
        r"|inconsisten|figures.{0,80}add up"
        r"|\b(?:agree|match|consistent|reconcile|contradict)"
    ),
    "total_over_organs": sieved(
        r"(?:各|所有|全部|全体|每个)(?:个)?(?:机关|单位|部门|区县|地方).{0,14}(?:总|合计|一共|共|加)"
        r"|(?:总|合计|一共).{0,10}(?:各|所有|全部)(?:机关|单位|部门)"
        r"|total.{0,40}all (?:the )?(?:organs|agencies|bodies)"
        r"|all (?:the )?(?:organs|agencies).{0,40}(?:total|add|together|sum)"
    ),
    "count_organs": sieved(
        r"(?:机关|单位|部门|区县)(?:一共|共)?有?(?:几|多少)(?:个|家)"
        r"|(?<!哪)(?:几|多少)(?:个|家)(?:机关|单位|部门|区县)"
        r"|how many (?:organs|agencies|bodies)"
    ),
    "definition": sieved(
        r"(?:是什么|是啥|啥意思|什么意思|何谓|指什么|什么叫|啥叫)(?:呢|呀|啊)?[?。]?$"
        r"|what does .{2,40} mean"
    ),
    "contact": sieved(r"\bcontact\b|\be-?mail address|找谁|电话|联系|邮箱"),
    "verify": sieved(
        r"站得住脚|辟谣|辟个谣|证实|是真是假|真的假的|\bconfirm\b|核实|核对一下|核一下|非说|有人说|据说|听说|声称|是不是真的|属实|对吧|对吗|对不对"
        r"|\bclaims?\b|\b(?:correct|right|true)\s*\?"
    ),
}


#: What is said to have gone on from year to year.
YEARLY = sieved(
    r"逐年|连年|年年|每年都?在?|一年比一年|(?:连续|接连|连着)[两二三四五六七八九\d]年|一路|持续|一直在?"
    r"|\b(?:every year|each year|year after year|consecutive years|in a row|steadily)\b"
)
_WAY = r"(?:都|在|往|是)*(?:[上下]升|下降|上涨|增加|增长|减少|下滑|[上下]?[跌涨掉降走]|[多少高低])"
#: What a statement says of a figure over the years: it rose, fell, doubled, year by year.
MOVED = sieved(
    rf"(?:{YEARLY.pattern}){_WAY}"
    r"|有没有(?:涨|增|升|降|减|多|少)|(?:涨|增加|增长|上升|提高|下降|减少|降低|降|跌)了(?:吗|没|吧)"
    r"|翻(?:了)?一?[倍番]"
    r"|\b(?:go|went|gone|going) (?:up|down)\b|\bdoubl"
    r"|\b(?:rise|rose|risen|fall|fell|fallen|increased?|decreased?)\b"
)
#: A statement that all of a total is one of its parts.
ALL_OF = sieved(
    r"(?:全部|全都|全是|都是|全|一律|统统|都)(?:被|是|给|予以|结果)*"
    r"(?:维持|纠正|公开|来自|由?(?:自然人|个人|老百姓|群众|市民|居民))"
    r"|\b(?:all|every)\b.{0,60}\b(?:upheld|corrected|disclosed|from individuals|natural persons)\b"
)
#: A question that wants yes or no …
_YES_NO = sieved(
    r"[吗吧么]|了没有?[?？。(]?|没错|对不对|是不是|有没有|\?$"
    r"|^(?:is|are|was|were|did|does|do|has|have|i think|i heard)\b|am i right|\bcorrect\b|\btrue\b"
)
#: One thing said to be more than another: 诉讼比复议多.
_ONE_MORE = sieved(r"比[^,;?]{2,14}(?:还|更|要)*[多少高低大小](?:[,?吗吧]|$)")
#: Questions that can be nothing else, be there a number or not.
_WHETHER = sieved(
    r"[吗吧么]|了没有?(?:$|[?？。(])|有没有|对不对|是不是|^(?:did|has|have|is|are|was|were|do|does)\b"
    r"|\bright\?|\bcorrect\?|\btrue\?"
)
_START = sieved(r"(?:(?:in|for) [^,]{2,40}, )*(?:did|has|have|is|are|was|were|do|does)\b")
#: … and nothing else.
_OPEN_QUESTION = sieved(
    r"多少|几[件个份项宗条家成倍起部]|哪|谁|什么|怎么|为何|咋|how (?:many|much|often)"
    r"|\bwh(?:at|ich|o|ose|en|ere|y)\b"
)


def outside_labels(operations: Operations, found: Found) -> Operations:
    """Drop cues that are but part of a figure's name: 合计 in 行政复议与行政诉讼合计."""
    if not operations.ids & _IN_LABELS:
        return operations
    places = [at for at in found.places.values() if not _SUM.fullmatch(found.text[slice(*at)])]
    text = re.sub("▁+", "▁", masked(found.text, places))
    cued = find_operations(text, ()).ids
    cued |= {id_ for id_ in _IN_LABELS if id_ in PATTERNS and PATTERNS[id_].search(text)}
    if _adds_up_behind(found):
        cued |= {"sum"}
    if MAKES_UP.search(text):
        cued |= {"share"}
    dropped = operations.ids & (_IN_LABELS - cued)
    value = {"value"} if "sum" in dropped else set()
    return replace(operations, ids=(operations.ids - dropped) | value)


#: A column “总共” that stands apart from its row is a cue as well.
_SUM = sieved(r"总共|一共|合计|共计|总数|总和")


def _adds_up_behind(found: Found) -> bool:
    """Whether 合计 behind the last of several figures adds all of them up."""
    named = [found.text[start:stop] for start, stop in sorted(found.places.values())]
    *others, last = named or [""]
    total = last.endswith("合计") and not any(name.endswith("合计") for name in others)
    return bool(others) and total


_IN_LABELS = frozenset({"sum", "share", "growth_rate"})
#: 表三 alone names the place of a figure; these words ask for the table itself.
_WHOLE_TABLE = sieved(
    r"整|完整|全|所有|都|表格|原表|看|发|给|那张|列|show|whole|full|entire|complete|all|^table"
    r"|表[二三四]?$"
)


_LEAST = sieved(r"(?<!at )\bleast\b|最少|最低|最小|fewest|lowest")
_MORE_THAN = sieved(r"\b(?:more|fewer|higher|lower)\b.+\bthan\b")
_HOW_OFTEN = sieved(r"how many times (?!as|more|the)")
_ALL_ORGANS = sieved(r"\ball (?:the )?(?:organs|agencies|bodies)\b")
_NOT_ZERO = sieved(r"不(?:是|为|等于)(?:0|零)|not zero|above zero")


def with_patterns(operations: Operations, text: str) -> Operations:
    """Add the operations that only a pattern over the whole question shows."""
    found = set(_EVERY.found_in(text))
    ids = set(operations.ids)
    if "哪几" in text:
        ids.discard("count_organs")
    if "whole_table" in ids and not _WHOLE_TABLE.search(text):
        ids.discard("whole_table")
    if "lowest" in ids and not _LEAST.search(text):
        ids.discard("lowest")
    closed = not _OPEN_QUESTION.search(text)
    moved = MOVED.search(text) or ALL_OF.search(text)
    if closed and (
        (_YES_NO.search(text) and operations.stated)
        or (moved and (_WHETHER.search(text) or (text.endswith("?") and YEARLY.search(text))))
        or (_WHETHER.search(text) and _ONE_MORE.search(text))
        or (_START.match(text) and _MORE_THAN.search(text))
    ):
        found.add("verify")
    if _COUNT_OF.search(text) and not _PERCENT.search(text):
        ids.discard("share")
        found = (found - {"share"}) | {"value"}
    if "why" in ids and asks_grounds(text):
        ids.discard("why")
    if _HOW_OFTEN.search(text):
        ids.discard("ratio")
    if _ALL_ORGANS.search(text) and "sum" in ids | found:
        found.add("total_over_organs")
    if "zeros" in found and _NOT_ZERO.search(text):
        found = (found - {"zeros"}) | {"nonzeros"}
    if _USED.search(text):
        found = (found - {"zeros"}) | {"nonzeros"}
    ids |= found
    if "nonzeros" in ids:
        ids.discard("zeros")
    return operations if ids == operations.ids else replace(operations, ids=frozenset(ids))


_EVERY = Sieves(PATTERNS.items())
#: The grounds themselves, and not why a figure is what it is.
_GROUNDS = sieved(
    r"(?:原因|理由)(?:都)?有(?:哪|几|什么)|(?:哪些|各种|各类|每种)(?:原因|理由)"
    r"|(?:原因|理由).{0,10}(?:各|分别|几件|多少件)"
)


def asks_grounds(text: str) -> bool:
    """Whether the grounds of decisions are asked for, and not why a figure is what it is."""
    return bool(_GROUNDS.search(text))


#: Growth that is stated as a rate: 增长超过10%, 下降了两成, 增长一倍以上.
_GROWS = sieved(
    r"增长|增加|增幅|上升|提高|涨|下降|减少|降幅|降低|跌"
    r"|\b(?:grew|grow|rose|rise|fell|fall|increas|decreas|drop)"
)
_AS_RATE = sieved(r"%|百分之|[一二两三四五六七八九\d]成|倍|翻|percent")


def states_growth(operations: Operations, text: str) -> bool:
    """Whether a statement gives the rate at which a figure grew or fell."""
    told = operations.stated or operations.comparison
    return bool(told and _GROWS.search(text) and _AS_RATE.search(text))


#: 占了多少件 asks for a count.
_COUNT_OF = sieved(r"占了?(?:多少|几)[件个起宗份]")
_PERCENT = sieved(r"比例|比重|占比|百分|几成|%|率")
#: Grounds that were used at all.
_USED = sieved(
    r"(?:几|哪)[项种个条些].{0,6}(?:用到|用过|用上|用了|不[是为]零|不是0|不为0|大于0|有数)"
    r"|(?:用到|用过|用上|用了|不[是为]零|不是0|不为0|大于0|件数不为零)[^,。]{0,8}(?:几|哪)[项种个条些]"
    r"|\b(?:grounds?|reasons?)\b.{0,40}\b(?:use|used(?! (?:the )?most)|invoked"
    r"|not zero|above zero)\b"
)
