"""Everything one question says, slot by slot, before the library or the conversation is asked.

Owns the order of the searches (organs and years are set aside before figures are looked for) and
the choice of one operation from the cues.

Leaves to others: each search, the conversation (conversation.py), the library's scope (scope.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from assistant.model import Language
from assistant.understand.indicators import Found, enumerated, find_indicators
from assistant.understand.left_out import Clause, find_left_out, taken_away
from assistant.understand.normalise import Question, normalise
from assistant.understand.operations import NTH, Operations, cues, find_operations
from assistant.understand.organs import Named, OrganNames, find_organs
from assistant.understand.slices import Slice, find_slice
from assistant.understand.spotting import Lexicon, blank, masked
from assistant.understand.years import Years, find_years
from assistant.vocabulary import (
    LANGUAGES,
    load_absences,
    load_indicators,
    load_off_subjects,
    load_talk,
    load_topics,
    rest_of,
    wording_key,
)

_WHICH_YEAR = re.compile(
    r"哪一?年|哪个年[度份]|第[二三四五][多高大少低小]的?(?:年份|年度|一年|那年)|最[多高大少低小]的?(?:年份|年度|一年|那年)|年份.{0,6}最[多高大少低小]"
    r"|which year|what year|in what year"
)
_WHICH_PART = re.compile(
    r"哪[种类项个](?:原因|理由|情形|类型|方式|结果|事由|申请人)?(?!单位|机关|区|县|市|部门|地方|局|家)"
    r"|什么(?:原因|理由|情形)|主要(?:原因|理由)|which (?:reason|ground|outcome|applicant|kind|type)"
)
_WHICH_ORGAN = re.compile(
    r"(?:机关|单位|部门|区县|地方|政府)(?:里|中|当中)?[^,。]{0,12}(?:哪个|哪家|谁)"
)
_TABLES = {"二": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4, "two": 2, "three": 3, "four": 4,
           "second": 2, "third": 3, "fourth": 4}  # fmt: skip
_TABLE = re.compile(
    r"(?:表|第)([二三四234])(?:张表)?|table (two|three|four|2|3|4)|(second|third|fourth) table"
)


@dataclass(frozen=True)
class Parsed:
    """What a question says.

    `rest` is the question with organs and years set aside (▁), `seen` the same with relative years
    left in; `meant` are figures taken by likeness, not by their wording, `near` those that are
    merely like the question; `taken` and `taken_applicants` are to be left out of the figure;
    `contrasted` is whether the question says what is not to be counted; `slice` is the one of
    several things whose share of their sum is asked for;
    `carried` names the slots taken from the conversation.
    """

    question: Question
    named: Named
    years: Years
    found: Found
    operations: Operations
    operation: str
    topics: tuple[str, ...] = ()
    absence: str | None = None
    off_subject: str | None = None
    table: int | None = None
    ranks: str = "organs"
    whole: str | None = None
    rest: str = ""
    part: tuple[str | None, str | None] = (None, None)
    of: tuple[str | None, str | None] = (None, None)
    base_operation: str = ""
    topic_words: tuple[str, ...] = ()
    seen: str = ""
    meant: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    taken_applicants: tuple[str, ...] = ()
    contrasted: bool = False
    slice: Slice | None = None
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether nothing was understood at all."""
        return not (
            self.named.organs or self.named.strangers or self.named.open or self.found.indicators
            or self.found.open or self.topics or self.absence or not self.years.silent
            or self.found.applicants or self.operations.ids
        )  # fmt: skip


def parse(
    text: str,
    names: OrganNames,
    *,
    today: date,
    language: Language | None = None,
    near: Sequence[str] = (),
) -> Parsed:
    """Return what `text` says; `near` are organs of the conversation."""
    question = normalise(text, language)
    question = replace(question, text=_NOT_THIS.sub(_blank, question.text))
    named = find_organs(question.text, text, names, near)
    rest = masked(question.text, named.spans)
    left_out = _left_out(rest)
    rest = masked(rest, [(clause.start, clause.stop) for clause in left_out])
    if any(clause.takes for clause in left_out) or _DEDUCTS.search(rest):
        rest = _REMAINS.sub(_blank, rest)
    against = against_last_year(rest)
    dated = _without_indicator_years(masked(rest, against))
    years, year_spans = find_years(dated, today)
    named, years = _without_left_out(question.text, named, years, names, today)
    yearly = rest.replace("年年报", "年▁报")
    operations = find_operations(yearly, [*year_spans, *against])
    operations = _with_patterns(operations, question.text)
    rest = masked(rest, [*year_spans, *against])
    found = find_indicators(_PROPORTION.sub(_blank, rest) if _MAKES_UP.search(rest) else rest)
    operations = _outside_labels(operations, found)
    topics = _topics(rest) or _plain_topics(rest)
    if topics and found.indicators == ("received",) and not _OF_APPLICATIONS.search(rest):
        found = replace(found, indicators=())
    if found.weak and found.indicators == ("received",) and NARROWER.search(rest):
        found = replace(found, indicators=())
    absence = _absence(rest, found)
    off_subject = next((s.meaning for s in _off_subjects().spots(rest)), None)
    ranks = "organs"
    if _WHICH_YEAR.search(question.text):
        ranks = "years"
    elif _WHICH_PART.search(question.text) and not _WHICH_ORGAN.search(question.text):
        ranks = "parts"
    match = _TABLE.search(question.text)
    operation = choose_operation(operations, found, named, years, topics, question.text)
    taken, taken_applicants = taken_away(left_out, found)
    slice_ = find_slice(question.text, found, named, years, operations, names, today)
    if operation == "filter_years" and years.silent:
        years = replace(years, every=True)
    if taken and found.indicators and (left := rest_of(found.indicators[0], taken)):
        found, taken = replace(found, indicators=(left,)), ()
    elif (taken or taken_applicants) and operation in _TAKES:
        operation = "except"
    part: Half = (None, None)
    of: Half = (None, None)
    if operation in ("share", "verify"):
        part, of = share_halves(rest)
    percent = "share" in operations.ids or any(item.percent for item in operations.stated)
    indicators, whole = _narrowed(found.indicators, operation, rest, percent)
    found = _with(found, indicators)
    return Parsed(
        question=question,
        named=named,
        years=years,
        found=found,
        operations=operations,
        operation=operation,
        topics=topics,
        absence=absence,
        off_subject=off_subject,
        table=_TABLES[next(g for g in match.groups() if g)] if match else None,
        ranks=ranks,
        whole=whole,
        rest=rest,
        taken=taken,
        taken_applicants=taken_applicants,
        contrasted=bool(left_out),
        slice=slice_,
        seen=masked(
            masked(question.text, named.spans),
            [span for span in year_spans if _NUMBERED.search(dated[slice(*span)])],
        ),
        part=part,
        of=of,
        base_operation=choose_operation(
            replace(operations, ids=operations.ids - {"verify", "exists"}, comparison=None),
            found,
            named,
            years,
            topics,
            question.text,
        ),
        topic_words=tuple(
            word for spot in _topic_words().spots(rest) if (word := _COUNTING.sub("", spot.text))
        ),
    )


def _left_out(text: str) -> list[Clause]:
    """The clauses that leave something out, where a figure is left to leave it out of."""
    clauses = find_left_out(text)
    if not clauses:
        return []
    without = masked(text, [(clause.start, clause.stop) for clause in clauses])
    found = find_indicators(_REMAINS.sub(_blank, without))
    named = {id_ for one in clauses for id_ in find_indicators(one.names).indicators}
    told = found.indicators or found.open or found.applicants or _WHICH_APPLICANT.search(text)
    if not told or named & set(found.indicators):
        return []
    taken, applicants = taken_away(clauses, found)
    return [one for one in clauses if not one.less or taken or applicants]


_WHICH_APPLICANT = re.compile(r"哪[类种一]*申请人|which (?:kind|type)s? of applicant")
#: Operations that a subtraction may stand in the place of.
_TAKES = frozenset({"", "value", "list", "sum", "difference", "trend"})


def _without_left_out(
    text: str, named: Named, years: Years, names: OrganNames, today: date
) -> tuple[Named, Years]:
    """Leave out the organs, or the years, that a clause of the question leaves out."""
    if len(named.organs) < 2 and len(years.named) < 2:
        return named, years
    for clause in find_left_out(text):
        out = set(find_organs(clause.names, clause.names, names, named.organs).organs)
        kept = tuple(organ for organ in named.organs if organ not in out)
        if out and kept and len(kept) < len(named.organs):
            named = replace(named, organs=kept)
        gone = set(find_years(clause.names, today)[0].named)
        left = tuple(year for year in years.named if year not in gone)
        if gone and not out and left and len(left) < len(years.named):
            years = replace(years, named=left, ranged=False)
    return named, years


#: 不是清溪区，是教育局: what is not meant is not read at all.
_NOT_THIS = re.compile(r"不是[^,。;?!是]{1,14},(?=[而就]?是)")
_DEDUCTS = re.compile(r"扣掉|扣除|扣去|减去|减掉|刨去|刨除|刨掉|去掉|剔除")
#: What is left behind a subtraction is no backlog.
_REMAINS = re.compile(r"(?:还)?剩下?的?(?=有?(?:多少|几))")


#: Applications of one kind only: where no figure is named for the kind, the number of all
#: applications would be a wrong answer.
NARROWER = re.compile(
    r"因为?|由于|为由|缘故|理由|没|未|不(?!▁|知|含|包括|会|好|是)|无法|拒|退|驳"
    r"|\b(?:because|grounds?|reasons?|due to|owing to|not|never|unable|could|without|satisf\w+"
    r"|unsatisf\w+|refus\w+|fail\w*|lack\w*|ended|led to|resulted)\b|n't\b"
)


#: 比上年 and the like compare with the year before the one in question; they name no year.
_LAST = r"(?:上一?年度?|去年(?:同期)?|前一年度?|往年)(?:同期)?"
_AGAINST = re.compile(
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


_PATTERNS = {
    "missing_reports": re.compile(
        r"(?:谁|哪些|哪个|哪家|哪几|有没有).{0,16}(?:没有|没|缺|未|不见|不在).{0,12}(?:年报|报告)"
        r"|(?:谁|哪些|哪个|哪家|哪几).{0,16}(?:年报|报告).{0,6}(?:没|未|缺)"
        r"|缺(?:了)?.{0,8}(?:年报|报告)|(?:which|who).{0,20}(?:no|missing|lack|without).{0,20}report"
        r"|whose.{0,20}report.{0,10}missing|reports? (?:is|are) missing"
    ),
    "coverage": re.compile(
        r"(?:有|收录|能查|可查|查到|查得到|覆盖|收了).{0,6}(?:哪|谁|几年).{0,6}"
        r"(?:年|单位|机关|部门|报告|地区|地方)"
        r"|有没有.{0,20}(?:年报|报告)[?。]?$|(?:有|收录|收).{0,4}(?:多少|几)(?:份|篇|个)?.{0,4}(?:年报|报告)"
        r"|(?:最早|最新|最晚|最近).{0,4}(?:能查|可以查|查|收录|有|是|到).{0,4}哪"
        r"|(?:which|what) (?:public )?"
        r"(?:organs?|years?|reports?|agencies|bodies|authorities).{0,30}"
        r"(?:have|hold|cover|available|there|library|collection|database)"
        r"|how many reports|what (?:do you have|is in the library)"
    ),
    "zeros": re.compile(
        r"(?:哪|几)(?:些|个|项|行|类|栏|数|格|种|几)?[^,。?!]{0,6}(?:是|为|等于)(?:0|零)(?![.\d])"
        r"|哪(?:些|几|个)[^,。?!]{0,10}(?:一件都没有|一件没有|一件也没有|都没有|没有发生|一个都没有)"
        r"|(?:which|what).{0,40}\b(?:zero|no cases|none)\b"
    ),
    "change": re.compile(
        rf"{_AGAINST.pattern}"
        r"|20\d\d年?.{0,20}(?:比|较|相比|相较).{0,4}20\d\d"
        r"|20\d\d.{0,12}\b(?:over|than|against|compared (?:with|to))\b.{0,12}20\d\d"
        r"|\b(?:increase|decrease|rise|fall|grow|drop|change)d?\b.{0,30}20\d\d"
        r"|(?:增长|增加|减少|上升|下降|变化)了?(?:多少|几)"
    ),
    "growth_rate": re.compile(
        r"(?:增长|上升|下降|减少|增加|提高|涨|降|跌)了?(?:百分之|%|几成|多少个?百分)|增[长幅].{0,4}(?:率|百分)"
        r"|by what percent|percent(?:age)? (?:change|growth|increase|decrease)|growth rate"
    ),
    "ratio": re.compile(r"[一二两三四五六七八九十\d]倍"),
    "difference": re.compile(
        r"数量?\s?[-−]\s?[^\d\s]|[扣刨减去]掉|扣除|扣去|刨去|刨除|剔除"
        r"|\bsubtract(?:ed)?\b|\bless the\b"
    ),
    "share": re.compile(
        r"÷|除以|每(?:100|一百|百)[件份个]"
        r"|\b(?:of|for) every (?:100|hundred)|\bper (?:100|hundred)\b"
        r"|多大的?(?:比例|比重)|多少比例|几成|divided by"
        r"|as a (?:percentage|percent|share|proportion|fraction) of"
        r"|占.{0,12}(?:比例|比重|多少|几成|百分|几分之)|(?:比例|比重|占比)(?:是|有|为)?(?:多少|多大|几)"
    ),
    "highest": re.compile(NTH.pattern),
    "sum": re.compile(
        r"一共|总共|累计|合计|共计|加起来|加在一[起块]|合起来|合在一起|之和|总和|总数|总量|加总"
        r"|(?<![增参附添更另])加(?=[^减工入班大强快])|共(?=多少|几)"
        r"|\bsum\b|\btotal\b|altogether|together|combined|in all|add up to"
    ),
    "whole_table": re.compile(
        r"(?:整张|那张|这张|完整的?|整个|全)(?:申请|办理|诉讼|复议|收费|处罚|许可)?表|表格?(?:发|给|拿)"
        r"|(?:whole|full|entire|all)(?: of)?(?: the)? table"
    ),
    "by_applicant": re.compile(
        r"来自哪|哪[些类种].{0,6}(?:人|单位|申请人).{0,4}(?:申请|提|递|来)|谁(?:申请|提出|递交)"
        r"|by (?:kind|type) of applicant"
    ),
    "checks": re.compile(
        r"打架|[接连]得上|[接连]不上|加得拢|对得拢|能平|挑.{0,3}(?:毛病|错)"
        r"|(?:哪里|哪儿|哪处|什么地方).{0,4}(?:写错|算错|不一致|有错|错了|对不上)"
        r"|有没有.{0,8}(?:错|矛盾|不一致|出入)|前后.{0,4}(?:一致|对得上)|arithmetic|errors?\b"
        r"|加.{0,16}等于.{0,16}(?:加|吗|么)|(?:相加|加起来).{0,4}(?:等于|是不是|对不对)"
        r"|统计年[份度].{0,6}(?:对|错)|年份.{0,4}(?:写|对|错)"
        r"|检查一遍|不对头|(?:sums?|adds?(?: up)?) to (?:its|the|their) total"
        r"|inconsisten|figures.{0,80}add up"
        r"|\b(?:agree|match|consistent|reconcile|contradict)"
    ),
    "total_over_organs": re.compile(
        r"(?:各|所有|全部|全体|每个)(?:个)?(?:机关|单位|部门|区县|地方).{0,14}(?:总|合计|一共|共|加)"
        r"|(?:总|合计|一共).{0,10}(?:各|所有|全部)(?:机关|单位|部门)"
        r"|total.{0,40}all (?:the )?(?:organs|agencies|bodies)"
        r"|all (?:the )?(?:organs|agencies).{0,40}(?:total|add|together|sum)"
    ),
    "count_organs": re.compile(
        r"(?:机关|单位|部门|区县)(?:一共|共)?有?(?:几|多少)(?:个|家)"
        r"|(?<!哪)(?:几|多少)(?:个|家)(?:机关|单位|部门|区县)"
        r"|how many (?:organs|agencies|bodies)"
    ),
    "definition": re.compile(
        r"(?:是什么|是啥|啥意思|什么意思|何谓|指什么|什么叫|啥叫)(?:呢|呀|啊)?[?。]?$"
        r"|what does .{2,40} mean"
    ),
    "contact": re.compile(r"\bcontact\b|找谁|电话|联系"),
    "verify": re.compile(
        r"站得住脚|辟谣|辟个谣|证实|是真是假|真的假的|\bconfirm\b|核实|核对一下|核一下|非说|有人说|据说|听说|声称|是不是真的|属实|对吧|对吗|对不对"
        r"|\bclaims?\b|\b(?:correct|right|true)\s*\?"
    ),
}


#: A question that wants yes or no …
_EACH_PART = re.compile(
    r"每[种项类]|[三五八几]种情[况形]|小项|every part|each (?:ground|part|reason)|what made up"
)
_YES_NO = re.compile(
    r"[吗吧么]|了没有?[?？。(]?|没错|对不对|是不是|有没有|\?$"
    r"|^(?:is|are|was|were|did|does|do|has|have|i think|i heard)\b|am i right|\bcorrect\b|\btrue\b"
)
#: Questions that can be nothing else, be there a number or not.
_WHETHER = re.compile(
    r"[吗吧么]|了没有?(?:$|[?？。(])|有没有|对不对|是不是|^(?:did|has|have|is|are|was|were|do|does)\b"
    r"|\bright\?|\bcorrect\?|\btrue\?"
)
_START = re.compile(r"(?:(?:in|for) [^,]{2,40}, )*(?:did|has|have|is|are|was|were|do|does)\b")
#: … and nothing else.
_OPEN_QUESTION = re.compile(
    r"多少|几[件个份项宗条家成倍起部]|哪|谁|什么|怎么|为何|咋|how (?:many|much|often)"
    r"|\bwh(?:at|ich|o|ose|en|ere|y)\b"
)


def _outside_labels(operations: Operations, found: Found) -> Operations:
    """Drop cues that are but part of a figure's name: 合计 in 行政复议与行政诉讼合计."""
    if not operations.ids & _IN_LABELS:
        return operations
    text = re.sub("▁+", "▁", masked(found.text, [*found.places.values()]))
    cued = find_operations(text, ()).ids
    cued |= {id_ for id_ in _IN_LABELS if id_ in _PATTERNS and _PATTERNS[id_].search(text)}
    if _MAKES_UP.search(text):
        cued |= {"share"}
    dropped = operations.ids & (_IN_LABELS - cued)
    value = {"value"} if "sum" in dropped else set()
    return replace(operations, ids=(operations.ids - dropped) | value)


_IN_LABELS = frozenset({"sum", "share", "growth_rate"})
#: 表三 alone names the place of a figure; these words ask for the table itself.
_WHOLE_TABLE = re.compile(
    r"整|完整|全|所有|表格|原表|看|发|给|那张|列|show|whole|full|entire|complete|all|^table"
    r"|表[二三四]?$"
)


def _with_patterns(operations: Operations, text: str) -> Operations:
    """Add the operations that only a pattern over the whole question shows."""
    found = {id_ for id_, pattern in _PATTERNS.items() if pattern.search(text)}
    ids = set(operations.ids)
    if "哪几" in text:
        ids.discard("count_organs")
    if "whole_table" in ids and not _WHOLE_TABLE.search(text):
        ids.discard("whole_table")
    if "lowest" in ids and not re.search(r"(?<!at )\bleast\b|最少|最低|最小|fewest|lowest", text):
        ids.discard("lowest")
    closed = not _OPEN_QUESTION.search(text)
    moved = MOVED.search(text) or ALL_OF.search(text)
    if closed and (
        (_YES_NO.search(text) and operations.stated)
        or (moved and _WHETHER.search(text))
        or (_START.match(text) and re.search(r"\b(?:more|fewer|higher|lower)\b.+\bthan\b", text))
    ):
        found.add("verify")
    if re.search(r"how many times (?!as|more|the)", text):
        ids.discard("ratio")
    if re.search(r"\ball (?:the )?(?:organs|agencies|bodies)\b", text) and "sum" in ids | found:
        found.add("total_over_organs")
    if "zeros" in found and re.search(r"不(?:是|为|等于)(?:0|零)|not zero|above zero", text):
        found = (found - {"zeros"}) | {"nonzeros"}
    if _USED.search(text):
        found = (found - {"zeros"}) | {"nonzeros"}
    ids |= found
    if "nonzeros" in ids:
        ids.discard("zeros")
    return replace(operations, ids=frozenset(ids))


#: Grounds that were used at all.
_USED = re.compile(
    r"(?:几|哪)[项种个条些].{0,6}(?:用到|用过|用上|不[是为]零|不是0|不为0|大于0|有数)"
    r"|(?:用到|用过|用上|不[是为]零|不是0|不为0|大于0|件数不为零)[^,。]{0,8}(?:几|哪)[项种个条些]"
    r"|\b(?:grounds?|reasons?)\b.{0,20}\b(?:used(?! (?:the )?most)|invoked|not zero|above zero)\b"
)
#: What the tables never carry, said in ways that no list of wordings holds.
_ABSENT = {
    "applicant_identity": re.compile(r"姓名|名字|名单|身份证|都是谁|\bnames?\b"),
    "national_rank": re.compile(r"全国|全省|省内.{0,4}排|nationwide|in the (?:country|province)"),
    "by_channel": re.compile(
        r"网上|线上|当面|邮寄|信函|窗口提|传真|\bonline\b|by (?:post|mail|fax)|in person"
    ),
    "subject_matter": re.compile(
        r"主题|哪方面|什么内容的申请|哪类内容|领域的申请|\btopics?\b|subject matter"
    ),
    "duration": re.compile(r"几天|多少天|多久|how many days|how long|average time"),
    "forecast": re.compile(r"预计|预测|估计会|将会|会收到|forecast|predict|\bwill\b"),
    "fines_money": re.compile(
        r"(?:罚款|罚没|罚金)[^,。]{0,8}(?:多少钱|金额|多少万|多少元|总额)|交警|交通违[法章]|超速"
    ),
    "by_department": re.compile(r"各(?:街道|乡镇|科室|处室|镇)|各局.{0,4}(?:分别|各)"),
}

_MONTH = re.compile(
    r"每个?月|逐月|各月|(?<!\d)(?:1[0-2]|[1-9])月(?!\d*日)|[一二三四五六七八九十]{1,2}月份?|上半年|下半年|季度"
    r"|\b(?:in|for|during) (?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)\b|\bquarter(?:ly)?\b"
)


def _absence(text: str, found: Found) -> str | None:
    """What the tables never carry, if its wording is no part of a figure's own."""
    text = re.sub(r"我们?(?:是|在)[^,。▁]{1,16}[,。]", "", text)
    if _MONTH.search(text):
        return "monthly"
    for spot in _absences().spots(text):
        inside = any(
            start <= spot.start and spot.stop <= stop and stop - start > spot.stop - spot.start
            for start, stop in found.spans
        )
        paid = spot.meaning == "budget" and any(id_.endswith(".amount") for id_ in found.indicators)
        if not inside and not (paid and not found.weak):
            return spot.meaning
    return next((id_ for id_, pattern in _ABSENT.items() if pattern.search(text)), None)


def choose_operation(
    operations: Operations,
    found: Found,
    named: Named,
    years: Years,
    topics: Sequence[str],
    text: str,
) -> str:
    """Return the one operation that the cues ask for; "" where there is none."""
    ids = operations.ids
    several_organs = len(named.organs) + len(named.open) > 1
    several = len(found.indicators) > 1 or len(found.applicants) > 1 or several_organs
    derived = [id_ for id_ in found.indicators if load_indicators()[id_].kind == "derived"]
    if any(id_.endswith(".items_change") for id_ in found.indicators):
        return "list" if enumerated(found) else "value"
    if "checks" in ids and _ADDS_UP.search(text):
        return "checks"
    if _COUNTS_YEARS.search(text) and found.indicators and _conditioned(operations, text):
        return "filter_years"
    if "verify" in ids and (
        operations.stated or _compares_two(found, years, text, len(named.organs))
    ):
        return "verify"
    if (
        operations.comparison
        and len(named.organs) == 1
        and "count_organs" in ids
        and "filter_organs" not in ids
    ):
        return "verify"
    across = re.search(r"机关|单位|部门|区县|县区|[哪各每几]家|organs?\b|agencies|bodies", text)
    ranked_cues = {"highest", "lowest", "top", "bottom", "rank"}
    ranked = ids & ranked_cues
    counted = ids & {"filter_organs", "count_organs"} or re.search(
        r"哪[些几]|\borgans? (?:whose|that|which|with|had|have|where)\b|\bwhich organs", text
    )
    if (
        across
        and not named.organs
        and found.indicators
        and "sum" in ids
        and not (ranked_cues & ids or operations.comparison or re.search(r"哪|which", text))
    ):
        return "total_over_organs"
    if across and not named.organs and found.indicators and counted and not ranked:
        return "count_organs" if "count_organs" in ids and _counts(text) else "filter_organs"
    if "contact" in ids and named.organs and not found.indicators:
        return "contact"
    for first in ("missing_reports", "checks", "zeros", "nonzeros"):
        if first in ids and not (first == "checks" and found.indicators and "value" in ids):
            return first
    if found.indicators and _EACH_PART.search(text) and not ids & {"highest", "lowest"}:
        return "list"
    if ids & {"highest", "lowest", "top", "bottom", "rank"}:
        return "rank"
    if "total_over_organs" in ids and found.indicators:
        return "total_over_organs"
    if ids & {"filter_organs", "count_organs"} and (found.indicators or found.open):
        return "count_organs" if "count_organs" in ids and _counts(text) else "filter_organs"
    if "coverage" in ids and not (found.indicators and not found.weak):
        return "coverage"
    for id_ in ("average", "growth_rate", "composition", "by_applicant", "whole_table"):
        if id_ in ids:
            return id_
    if derived and "share" in ids:
        return "trend" if years.every or years.last or len(years.named) > 2 else "value"
    if "share" in ids or ("ratio" in ids and len(found.indicators) + len(found.applicants) > 0):
        return "share" if "share" in ids else "ratio"
    many = several or len(years.named) > 1 or years.last or years.since
    if "sum" in ids and not ids & {"change", "difference"} and many:
        return "sum"
    two = re.search(
        r"比|多了|少了|多几|少几|多多少|少多少|相差|差|增|减|变化|more|fewer|less|differ|change|exceed",
        text,
    )
    side = "compare" in ids and not re.search(r"多|少|差|增|减|变|更|more|fewer|less", text)
    if two and len(years.named) == 2 and not several and "sum" not in ids and not side:
        return "change"
    if two and len(found.indicators) == 2 and len(years.named) < 2 and not several_organs:
        exceeds = re.search(
            r"exceed|how many more|by how|多几|多多少|少几|少多少|差|比.{0,12}[多少]", text
        )
        if exceeds:
            return "difference"
    if "change" in ids and not (several and len(years.named) < 2):
        return "change" if not several_organs else "compare"
    if "difference" in ids:
        return "difference"
    if "definition" in ids and not ids & {"value"}:
        return "definition"
    if "guidance" in ids and "value" not in ids:
        return "guidance"
    for id_ in ("contact", "why", "source"):
        if id_ in ids:
            return id_
    if "trend" in ids or years.every or years.last:
        return "trend"
    if several_organs or "compare" in ids:
        return "compare"
    if "list" in ids or "each" in ids or enumerated(found):
        return "list"
    if "quote" in ids and (not found.indicators or found.weak):
        return "quote"
    if topics and (not found.indicators or found.weak):
        return "quote"
    if ids & {"value", "exists", "sum", "verify"}:
        return "value"
    return ""


#: Years that fit a condition: 有几年超过100件; 近几年 and 这几年 count none.
_COUNTS_YEARS = re.compile(
    r"(?<![近这前后头过])几年|哪些年|多少个?年[份度头]|\bhow many years\b|\bwhich years\b"
)


def _conditioned(operations: Operations, text: str) -> bool:
    return operations.comparison is not None or bool(re.search(r"没|为零|是零|\bno\b|none", text))


#: Whether parts make up their total is a check, not a sum.
_ADDS_UP = re.compile(
    r"等于.{0,8}(?:总计|合计|总数|之和)?(?:吗|么|不|\?)|add up to (?:the|its)|sums? to (?:the|its)"
)
_MORE_OR_LESS = re.compile(
    r"[多高大少低小][于过]?|超过|不如|一样|相等|持平|[<>=]"
    r"|more|fewer|less|higher|lower|exceed|outnumber|the same|equal"
)


#: What a statement says of a figure over the years: it rose, fell, doubled, year by year.
MOVED = re.compile(
    r"有没有(?:涨|增|升|降|减|多|少)|(?:涨|增加|增长|上升|提高|下降|减少|降低|降|跌)了(?:吗|没|吧)"
    r"|翻(?:了)?一?[倍番]"
    r"|(?:逐年|连年|年年|每年都?在?|一年比一年)(?:上升|上涨|增加|增长|下降|减少|涨|降|多|少|高|低)"
    r"|\b(?:go|went|gone|going) (?:up|down)\b|\bdoubl"
    r"|\b(?:rise|rose|risen|fall|fell|fallen|increased?|decreased?)\b"
)
#: A statement that all of a total is one of its parts.
ALL_OF = re.compile(
    r"(?:全部|全都|全是|都是|全|一律|统统|都)(?:被|是|给|予以|结果)*(?:维持|纠正|公开|来自|由?自然人|由?个人)"
    r"|\b(?:all|every)\b.{0,60}\b(?:upheld|corrected|disclosed|from individuals|natural persons)\b"
)


def _compares_two(found: Found, years: Years, text: str, organs: int = 0) -> bool:
    """Whether a statement says which of two figures, years or organs is the larger."""
    two = len(years.named) == 2 or years.ranged or len(found.indicators) == 2 or organs == 2
    two = two or bool(years.before) or bool(against_last_year(text))
    moved = MOVED.search(text) and (two or years.since or years.named)
    return bool(ALL_OF.search(text) or moved or (two and _MORE_OR_LESS.search(text)))


def _counts(text: str) -> bool:
    return bool(re.search(r"多少|(?<!哪)几个|(?<!哪)几家|how many|number of", text))


Half = tuple[str | None, str | None]
#: “A占B的比例”: the words of proportion belong to 占, not to a rate of their own.
_PROPORTION = re.compile(r"的?(?:比例|比重|百分比|占比)")


def _blank(match: re.Match[str]) -> str:
    return "▁" * len(match.group())


_MAKES_UP = re.compile(r"占(?!比)(?:了|到|全部|总|所有|当年|本年|全年|其中)*")
_AMONG = re.compile(r"(?:当中|之中|里面|里头|中|里)(?=.{1,16}占)")


def share_halves(text: str) -> tuple[Half, Half]:
    """Return (figure, applicant) of the part and of the whole in “A占B的几成” or “B中A占多少”.

    What a half does not say is None.
    """
    text = _PROPORTION.sub(_blank, text)
    match = _MAKES_UP.search(text)
    if match is None:
        return (None, None), (None, None)
    before, behind = text[: match.start()], text[match.end() :]
    among = _AMONG.search(text)
    if among:
        return _half(text[among.end() : match.start()]), _half(text[: among.start()])
    return _half(before), _half(behind)


def _half(text: str) -> Half:
    found = find_indicators(text)
    indicators = found.indicators if not found.weak else ()
    applicants = (*found.applicants, *found.weak_applicants)
    return (
        indicators[-1] if indicators else None,
        applicants[0] if applicants else None,
    )


_TOTALS = frozenset({"concluded", "received", "handled", "review.total", "lawsuit.total"})


def _narrowed(
    indicators: tuple[str, ...], operation: str, text: str, percent: bool
) -> tuple[tuple[str, ...], str | None]:
    """Drop a group that merely leads to its part (不予公开 in “因国家秘密不予公开”).

    Returns the indicators left and, for a share, the whole it is a share of.
    """
    known = load_indicators()
    if operation in ("share", "ratio", "composition") or (operation == "verify" and percent):
        whole = _whole(indicators, text)
        if whole is None and operation == "verify" and len(indicators) == 2:
            whole = next((i for i in indicators if i in _TOTALS), None)
        return tuple(i for i in indicators if i != whole), whole
    derived = [i for i in indicators if known[i].kind == "derived"]
    if derived and len(indicators) > 1 and operation not in ("list", "sum", "difference"):
        return tuple(derived), None
    return indicators, None


def _whole(indicators: tuple[str, ...], text: str) -> str | None:
    """The indicator that stands right behind 占: what the share is of."""
    match = re.search(
        r"占(?:了|到|全部|总|所有|当年|本年|全年|全市|全区|其中)*"
        r"|(?:share|percentage|proportion|percent) of (?:all )?(?:the )?",
        text,
    )
    if match is None or not indicators:
        return None
    behind = find_indicators(text[match.end() :])
    first = behind.indicators[0] if behind.indicators else None
    if first is None:
        return None
    that = re.search(r"\b(?:is|was|are|were) (?:that|this|it|those)\b", text)
    if not match.group().startswith("占") and len(indicators) < 2 and not that:
        return None
    lead = re.match(r"[▁\W]*", text[match.end() :])
    start = behind.places.get(first or "", (99, 99))[0] - (lead.end() if lead else 0)
    if match.group().startswith("占") and start > 6:
        return None
    return first


def _with(found: Found, indicators: tuple[str, ...]) -> Found:
    return replace(found, indicators=indicators)


#: 上年结转 and the like name a row, not a year.
_YEAR_IN_LABEL = re.compile(
    r"(?:上一?年度?|去年|前一年|往年|上年度)(?=结转|转入|遗留|留|没办|未办|积压|剩|转|带|接续|项目)"
    r"|(?<=结转到)20\d\d年?度?|(?<=结转至)20\d\d年?度?|(?:本年|当年)(?=进|新进|新增|新收|度办理|制发|废止|处理|收费|新制作|新公开|增)|下一?年度?(?=继续|结转|办理)"
    r"|(?<=结转)(?:到|至)?(?:下一?年度?|明年|次年|第二年|下年)|(?<=留到|转到|拖到)(?:下一?年度?|明年|次年|第二年|下年)"
    r"|from the (?:previous year|year before)|from last year|(?<=items in )the year before"
    r"|format of 20\d\d"
    r"|(?:to|into) (?:the )?next year"
    r"|(?:to|until) the following year"
)


def _without_indicator_years(text: str) -> str:
    return _YEAR_IN_LABEL.sub(_blank, text)


def unread(parsed: Parsed) -> str:
    """Return what of a question no wording, cue or word of talk accounts for.

    Characters in a row and Latin words, apart by blanks.
    """
    text = masked(parsed.found.text, parsed.found.spans)
    for lexicon in (cues(), _topic_words(), _talk()):
        text = blank(text, lexicon.spots(text))
    for pattern in _PATTERNS.values():
        text = pattern.sub(_blank, text)
    return " ".join(re.findall(r"[一-龥]+|[a-z]+", text))


@cache
def _talk() -> Lexicon[str]:
    words = (word for language in LANGUAGES for word in load_talk()[language])
    return Lexicon.of((wording_key(word, "zh"), word) for word in words)


#: A year given by number, not by 去年 or 历年.
_NUMBERED = re.compile(r"\d{2}|[〇零○一二三四五六七八九]{2}年")


#: “收到” is about applications only where one of these is said.
_OF_APPLICATIONS = re.compile(r"申请|受理|新收|request|application")

_COUNTING = re.compile(r"了?(?:多少|几).*$")
_PLAIN_TOPICS = {
    "problems": re.compile(r"问题|不足|短板|困难|薄弱|\b(?:problems?|shortcomings?|difficult)"),
    "improvements": re.compile(r"改进|整改|下一步|打算|\b(?:improve|improvements?|next steps)"),
    "supervision": re.compile(r"\b(?:oversight|supervis|accountab)"),
}


def _plain_topics(text: str) -> tuple[str, ...]:
    """Subjects that single words give away, where no wording of the vocabulary is found."""
    return tuple(topic for topic, pattern in _PLAIN_TOPICS.items() if pattern.search(text))


def _topics(text: str) -> tuple[str, ...]:
    spots = _topic_words().spots(text)
    return tuple(dict.fromkeys(spot.meaning for spot in spots))


@cache
def _topic_words() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), topic.id)
        for language in LANGUAGES
        for topic in load_topics().values()
        for wording in topic.wordings.of(language)
    )


@cache
def _absences() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(wording, language), absence.id)
        for language in LANGUAGES
        for absence in load_absences().values()
        for wording in absence.wordings.of(language)
    )


@cache
def _off_subjects() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(cue, language), subject.id)
        for language in LANGUAGES
        for subject in load_off_subjects().values()
        for cue in subject.cues.of(language)
    )
