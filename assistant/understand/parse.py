"""Everything one question says, slot by slot, before the library or the conversation is asked.

Owns the order of the searches: organs and years are set aside before figures are looked for.

Leaves to others: each search, the conversation (conversation.py), the library's scope (scope.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from assistant.model import Language
from assistant.understand.absent import find_absence
from assistant.understand.asked import asked_apart
from assistant.understand.choose import choose_operation
from assistant.understand.conditions import Condition, find_conditions
from assistant.understand.halves import MAKES_UP, PROPORTION, Half, narrowed, share_halves
from assistant.understand.indicators import Found, find_indicators
from assistant.understand.left_out import Clause, apart, find_left_out, named_in, taken_away
from assistant.understand.normalise import Question, normalise
from assistant.understand.operations import Operations, cues, find_operations
from assistant.understand.organ_names import OrganNames
from assistant.understand.organs import Named, find_organs
from assistant.understand.outside import (
    find_outside,
    find_pairs,
    without_organs,
    without_years,
)
from assistant.understand.patterns import (
    PATTERNS,
    against_last_year,
    outside_labels,
    states_growth,
    with_patterns,
)
from assistant.understand.quotients import divided
from assistant.understand.sieve import Sieves, sieved
from assistant.understand.slices import Slice, find_slice
from assistant.understand.spotting import Lexicon, blank, blanks, masked
from assistant.understand.years import Years, find_years, with_year_before
from assistant.vocabulary import (
    LANGUAGES,
    load_indicators,
    load_off_subjects,
    load_talk,
    load_topics,
    rest_of,
    wording_key,
)

_WHICH_YEAR = sieved(
    r"哪一?年|哪个年[度份]|第[二三四五][多高大少低小]的?(?:年份|年度|一年|那年)|最[多高大少低小]的?(?:年份|年度|一年|那年)|年份.{0,6}最[多高大少低小]"
    r"|which year|what year|in what year"
)
_WHICH_PART = sieved(
    r"哪[种类项个](?:原因|理由|情形|类型|方式|结果|事由|申请人)?(?!单位|机关|区|县|市|部门|地方|局|家)"
    r"|什么(?:原因|理由|情形)|主要(?:原因|理由)|which (?:reason|ground|outcome|applicant|kind|type)"
)
_WHICH_ORGAN = sieved(
    r"(?:机关|单位|部门|区县|地方|政府)(?:里|中|当中)?[^,。]{0,12}(?:哪个|哪家|谁)"
)
_TABLES = {"二": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4, "two": 2, "three": 3, "four": 4,
           "second": 2, "third": 3, "fourth": 4}  # fmt: skip
_TABLE = sieved(
    r"(?:表|第)([二三四234])(?:张表)?|table (two|three|four|2|3|4)|(second|third|fourth) table"
)


@dataclass(frozen=True)
class Parsed:
    """What a question says.

    `rest` is the question with organs and years set aside (▁), `seen` the same with relative years
    left in; `meant` are figures taken by likeness, not by their wording, `near` those that are
    merely like the question; `taken` and `taken_applicants` are to be left out of the figure;
    `contrasted` is whether the question says what is not to be counted; `slice` is the one of
    several things whose share of their sum is asked for; `pairs` are organs each with a year of
    its own;
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
    conditions: tuple[Condition, ...] = ()
    pairs: tuple[tuple[str, int], ...] = ()
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
    meant = question.text
    for unmeant in (_NOT_THIS, _INSTEAD, _NOT_KNOWN):
        meant = unmeant.sub(blanks, meant)
    if meant != question.text:
        question = replace(question, text=meant)
    named = find_organs(question.text, text, names, near)
    outside = find_outside(question.text, named, names, today)
    named = without_organs(named, outside)
    rest = masked(masked(question.text, named.spans), outside.spans)
    left_out = _left_out(rest)
    clauses = [*outside.spans, *((clause.start, clause.stop) for clause in left_out)]
    rest, said = masked(rest, clauses), masked(question.text, clauses)
    if any(clause.takes for clause in left_out) or _DEDUCTS.search(rest):
        rest = _REMAINS.sub(blanks, rest)
    against = against_last_year(rest)
    dated = _without_indicator_years(masked(rest, against))
    years, year_spans = find_years(dated, today)
    years = with_year_before(without_years(years, outside), rest)
    pairs = find_pairs(question.text, named, names, today)
    yearly = rest.replace("年年报", "年▁报")
    operations = find_operations(yearly, [*year_spans, *against])
    operations = with_patterns(operations, said)
    rest = masked(rest, [*year_spans, *against])
    found = find_indicators(PROPORTION.sub(blanks, rest) if MAKES_UP.search(rest) else rest)
    out = named_in(left_out)
    kept = tuple(id_ for id_ in found.indicators if id_ not in out)
    found = _with(found, kept) if kept else found
    operations = outside_labels(operations, found)
    if results := _results_of_both(found, rest):
        found = _with(found, results)
        operations = replace(operations, ids=operations.ids | {"sum"})
    if operations.ids <= _PLAIN and (apart := asked_apart(rest, found)) is not None:
        found = apart
        operations = replace(operations, ids=operations.ids - {"sum"})
    topics = _topics(rest) or _plain_topics(rest)
    if topics and found.indicators == ("received",) and not _OF_APPLICATIONS.search(rest):
        found = replace(found, indicators=())
    none = any(item.value == 0 for item in operations.stated)
    if found.weak and found.indicators == ("received",) and NARROWER.search(rest) and not none:
        found = replace(found, indicators=())
    other = found.indicators == ("received",) and _OTHER_BUSINESS.search(rest)
    if other or (set(found.indicators) <= {"fees.amount"} and PROCESSING_FEE.search(rest)):
        found = replace(found, indicators=())
    absence = find_absence(rest, found)
    off_subject = next((s.meaning for s in _off_subjects().spots(rest)), None)
    ranks = "organs"
    if _WHICH_YEAR.search(question.text):
        ranks = "years"
    elif _WHICH_PART.search(question.text) and not _WHICH_ORGAN.search(question.text):
        ranks = "parts"
    match = _TABLE.search(question.text)
    operation = choose_operation(operations, found, named, years, topics, said)
    if _OF_ALL_YEARS.search(question.text) and len(named.organs) == 1 and found.indicators:
        operation, ranks, years = "rank", "years", Years(every=True)
    taken, taken_applicants = taken_away(left_out, found)
    if decided := _decided(rest):
        found, taken = replace(found, indicators=decided[:1], open=()), decided[1:]
    slice_ = find_slice(question.text, found, named, years, operations, names, today)
    if taken and found.indicators and (left := rest_of(found.indicators[0], taken)):
        found, taken = replace(found, indicators=(left,)), ()
    elif (taken or taken_applicants) and operation in _TAKES:
        operation = "except"
    part: Half = (None, None)
    of: Half = (None, None)
    if operation in ("share", "verify") or (operation == "rank" and ranks != "parts"):
        part, of = share_halves(rest)
        if operation == "rank" and not {*found.indicators} <= {part[0], of[0]}:
            part, of = (None, None), (None, None)
    if operation in _QUOTIENTS and (halves := divided(rest)) is not None:
        (part, of), operation = halves, "ratio"
    percent = "share" in operations.ids or any(item.percent for item in operations.stated)
    if operation == "share" and part[0] and of[0] and set(found.indicators) <= {part[0], of[0]}:
        found = _with(found, (part[0], of[0]))
    if operation == "difference" and len(found.indicators) == 1:
        found = _with(found, _two_parts(found.indicators[0]))
    wanted = _fitting(named, years, question.text) if operation in _CONDITIONED else None
    conditions = find_conditions(rest, question.text) if wanted else ()
    if wanted and conditions:
        operation = wanted
        found = replace(_with(found, (conditions[0].figure[0] or "",)), applicants=())
    if operation == "filter_years" and years.silent:
        years = replace(years, every=True)
    indicators, whole = narrowed(found.indicators, operation, rest, percent)
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
        conditions=conditions,
        pairs=pairs,
        seen=masked(
            masked(question.text, named.spans),
            [span for span in year_spans if _NUMBERED.search(dated[slice(*span)])],
        ),
        part=part,
        of=of,
        base_operation="growth_rate"
        if operation == "verify" and states_growth(operations, said)
        else choose_operation(
            operations.without({"verify", "exists"}),
            found,
            named,
            years,
            topics,
            said,
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
    found = find_indicators(_REMAINS.sub(blanks, without))
    clauses = [one for one in clauses if not one.vague or apart(one, found)]
    named = named_in(clauses)
    told = found.indicators or found.open or found.applicants or _WHICH_APPLICANT.search(text)
    if not told or set(found.indicators) <= named:
        return [] if found.indicators or not told else clauses
    if named & set(found.indicators):
        return clauses
    taken, applicants = taken_away(clauses, found)
    return [one for one in clauses if not one.less or taken or applicants]


#: 历年最多, 创新高: one year is set against all.
_OF_ALL_YEARS = re.compile(r"历年(?:来|里|中|的)?(?:最|新[高低])|创.{0,4}新[高低]")
#: What became of reviews and lawsuits together: 没审完的复议和诉讼一共几件.
_RESULTS = {
    "pending": sieved(r"没审完|没有审完|未审结|没结案|未结案|没审结|还没[审结判]"),
    "corrected": sieved(r"纠正|败诉"),
    "upheld": sieved(r"维持"),
}


def _results_of_both(found: Found, text: str) -> tuple[str, ...]:
    """The figures of one result, where reviews and lawsuits are asked for together."""
    if found.indicators != ("review_and_lawsuit.total",) or "其中" in text:
        return ()
    named = [result for result, words in _RESULTS.items() if words.search(text)]
    return (f"review.{named[0]}", f"lawsuit.{named[0]}") if len(named) == 1 else ()


#: Operations that conditions on two figures may be taken for.
_CONDITIONED = frozenset(
    {
        "", "value", "list", "rank", "verify", "compare", "change", "difference", "trend",
        "filter_organs", "count_organs", "filter_years",
    }
)  # fmt: skip
_HOW_MANY_OF_THEM = sieved(r"[几多][家个]|多少[家个]|how many")


def _fitting(named: Named, years: Years, text: str) -> str | None:
    """Whether the organs of a year, or the years of an organ, are to fit the conditions."""
    over_years = len(years.named) > 1 or years.every or years.last or years.ranged or years.silent
    if len(named.organs) == 1:
        return "filter_years" if over_years and re.search(r"年|year", text) else None
    if named.organs or len(years.named) > 1:
        return None
    counted = _HOW_MANY_OF_THEM.search(text) and "哪" not in text
    return "count_organs" if counted else "filter_organs"


#: Operations that the words of a quotient may be taken for.
_QUOTIENTS = frozenset({"", "value", "average", "share", "ratio", "list", "sum", "compare"})
#: Cues of questions for figures as they are printed.
_PLAIN = frozenset({"value", "exists", "sum", "list", "each"})
_WHICH_APPLICANT = sieved(r"哪[类种一]*申请人|which (?:kind|type)s? of applicant")
#: Operations that a subtraction may stand in the place of.
_TAKES = frozenset({"", "value", "list", "sum", "difference", "trend", "share"})


#: 不是清溪区，是教育局: what is not meant is not read at all.
_NOT_THIS = sieved(r"不是(?!0|零)[^,。;?!是]{1,14},(?=[而就]?是)")
_INSTEAD = sieved(r"^那?么?(?:换成|改成|换|改问|再看看?|再查|查一下)(?=[^,。]{2,14}[?。呢吧]?$)")
#: 没讲是哪个单位: that the organ is not known asks for none.
_NOT_KNOWN = sieved(
    r",?(?:但|可|也|他|她)*(?:没[说讲提]|不(?:知道|清楚|晓得|记得)|说不(?:上来|清楚?)|忘了|搞不清)[清楚到底是具体]*"
    r"哪一?[个家些](?:单位|部门|机关|地方|局)?的?"
    r"|,?(?:具体|到底|究竟)?(?:是)?哪一?[个家些](?:单位|部门|机关|地方|局)的?(?:我|他|她)?(?:也|都)*"
    r"(?:说不(?:上来|清楚?)|不(?:知道|清楚|晓得|记得)|没[说讲提]|忘了|搞不清楚?)"
)
_DEDUCTS = sieved(r"扣掉|扣除|扣去|减去|减掉|刨去|刨除|刨掉|去掉|剔除")
#: What is left behind a subtraction is no backlog.
_REMAINS = sieved(r"(?:还)?剩下?的?(?=有?(?:多少|几))")


#: Applications of one kind only: where no figure is named for the kind, the number of all
#: applications would be a wrong answer.
NARROWER = sieved(
    r"因为?|由于|为由|缘故|理由|(?<!有)没|未|不(?!▁|知|含|包括|会|好|是|对)|无法|拒|退|驳"
    r"|\b(?:because|grounds?|reasons?|due to|owing to|not|never|unable|could|without|satisf\w+"
    r"|unsatisf\w+|refus\w+|den(?:y|ied|ies)|reject\w*|turn(?:ed)? down|fail\w*|lack\w*|ended"
    r"|led to|resulted)\b|n't\b"
)


def _two_parts(indicator: str) -> tuple[str, ...]:
    """The two figures between which a difference can be, where one wording names both."""
    parts = tuple(term.indicator for term in load_indicators()[indicator].parts)
    return parts if len(parts) == 2 else (indicator,)


#: Cases that were decided are all of them but those that are pending.
_DECIDED = sieved(r"(?<![未没尚])已经?(?:审结|办结|结案|结)|\b(?:been|were|already) decided\b")


def _decided(text: str) -> tuple[str, ...]:
    """The total of the block whose decided cases are asked for, and what is taken from it."""
    blocks = [b for b, words in _BLOCKS.items() if words.search(text)]
    if not _DECIDED.search(text) or len(blocks) != 1:
        return ()
    return (f"{blocks[0]}.total", f"{blocks[0]}.pending")


_BLOCKS = {
    "review": sieved(r"(?<!未经)复议(?!后)|\breviews?\b|reconsideration"),
    "lawsuit": sieved(r"诉讼|官司|\blawsuits?\b"),
}


def _with(found: Found, indicators: tuple[str, ...]) -> Found:
    return found if indicators == found.indicators else replace(found, indicators=indicators)


#: What offices take in besides applications; the tables do not count it, the prose may.
_OTHER_BUSINESS = sieved(
    r"(?:问政|热线|工单|留言|信箱|来信|来电|来访|邮件|咨询|诉求|建议|提案|议案|举报|投诉)(?:件|单|渠道|平台|系统|栏目)?"
    r"[^,。?▁申请公开]{0,4}(?:受理|收到|办理|答复|回复|处理)了?(?:多少|几)"
    r"|(?:受理|收到|办理|答复|回复|处理)了?(?:多少|几)[件条个次]?(?:网络)?"
    r"(?:问政|热线|工单|留言|来信|来电|来访|邮件|咨询|诉求|建议|提案|议案|举报|投诉)"
)
#: The fee for processing an application stands in section six, not among the fees of table two.
PROCESSING_FEE = sieved(
    r"信息处理费|(?:信息公开|公开信息|依申请公开)[^,。?]{0,3}(?:收费|费用)|\bprocessing[- ]fees?\b"
)
#: 上年结转 and the like name a row, not a year.
_YEAR_IN_LABEL = sieved(
    r"(?:上一?年度?|去年|前一年|往年|上年度)(?=结转|转入|遗留|留|没办|未办|积压|剩|转|带|接续|项目)"
    r"|(?<=结转到)20\d\d年?度?|(?<=结转至)20\d\d年?度?|(?:本年|当年)(?=进|新进|新增|新收|度办理|制发|废止|处理|收费|新制作|新公开|增)|下一?年度?(?=继续|结转|办理)"
    r"|(?<=结转)(?:到|至)?(?:下一?年度?|明年|次年|第二年|下年)|(?<=留到|转到|拖到)(?:下一?年度?|明年|次年|第二年|下年)"
    r"|from the (?:previous year|year before)|from last year|(?<=items in )the year before"
    r"|format of 20\d\d"
    r"|(?:to|into) (?:the )?next year"
    r"|(?:to|until) the following year"
)


def _without_indicator_years(text: str) -> str:
    return _YEAR_IN_LABEL.sub(blanks, text)


def unread(parsed: Parsed) -> str:
    """Return what of a question no wording, cue or word of talk accounts for.

    Characters in a row and Latin words, apart by blanks.
    """
    text = masked(parsed.found.text, parsed.found.spans)
    for lexicon in (cues(), _topic_words(), _talk()):
        text = blank(text, lexicon.spots(text))
    for pattern in PATTERNS.values():
        text = pattern.sub(blanks, text)
    return " ".join(re.findall(r"[一-龥]+|[a-z]+", _PARTICLES.sub(blanks, text)))


#: Particles of comparison and shares, where one of them stands alone.
_PARTICLES = sieved(r"(?<![一-龥])[比较占超](?![一-龥])")


@cache
def _talk() -> Lexicon[str]:
    words = (word for language in LANGUAGES for word in load_talk()[language])
    return Lexicon.of((wording_key(word, "zh"), word) for word in words)


#: A year given by number, not by 去年 or 历年.
_NUMBERED = sieved(r"\d{2}|[〇零○一二三四五六七八九]{2}年")


#: “收到” is about applications only where one of these is said.
_OF_APPLICATIONS = sieved(r"申请|受理|新收|request|application")

_COUNTING = sieved(r"了?(?:多少|几).*$")
_PLAIN_TOPICS = Sieves(
    {
        "problems": sieved(r"问题|不足|短板|困难|薄弱|\b(?:problems?|shortcomings?|difficult)"),
        "improvements": sieved(r"改进|整改|下一步|打算|\b(?:improve|improvements?|next steps)"),
        "supervision": sieved(r"\b(?:oversight|supervis|accountab)"),
    }.items()
)


def _plain_topics(text: str) -> tuple[str, ...]:
    """Subjects that single words give away, where no wording of the vocabulary is found."""
    return tuple(_PLAIN_TOPICS.found_in(text))


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
def _off_subjects() -> Lexicon[str]:
    return Lexicon.of(
        (wording_key(cue, language), subject.id)
        for language in LANGUAGES
        for subject in load_off_subjects().values()
        for cue in subject.cues.of(language)
    )
