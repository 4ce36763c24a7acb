"""Replies from the prose of a report: exact quotations with their place.

Owns which kind of words answers (a contact, a quoted name, the points of section five, a stated
number, single sentences) and how they are quoted.  Nothing is said that is not quoted; a number
that nobody wrote is not worked out.

Leaves to others: finding passages (retrieve.py), sentences and lists (sentences.py), numbers
(stated.py), figures of the tables (figures.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.draft import Draft, aloud
from assistant.model import FigureShown
from assistant.replies import contact, stated, titles
from assistant.replies.alike import chinese_of, unknown_of, words_like
from assistant.replies.cover import content_words, coverage
from assistant.replies.parts import asked_parts, shown, told_of
from assistant.replies.points import about_five, of_points, one_point, rest_of_five
from assistant.replies.sentences import Sentence, cut_sentences, read_points
from assistant.replies.stated import Answer
from assistant.replies.task import ANSWERED, End
from assistant.retrieve import Retriever
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_absences, load_topics
from indexer.records import ReportRow, StoredPassage
from indexer.statements import read_statements
from indexer.text import fold

#: Quoted sentences in one reply, and passages they are looked for in.
MOST_QUOTES = 6
_PASSAGES = 6
#: A sentence that holds less of the question's words than this says nothing of it.
_ENOUGH = 0.45
_MOSTLY = 0.7
#: A sentence nearer in meaning than the others of the best passages may hold fewer of the words:
#: (share of the words, cosine above the mean).  Measured on prose_dev: questions that a report
#: does not answer stay below 0.035.
_NEAR = ((0.0, 0.045), (0.3, 0.035))
_MEANING = 8.0
#: Sentences whose meaning is compared; each costs some 15 ms.
_MOST_COMPARED = 24
#: One that holds this much of them is what was meant, whatever else the question could mean.
_CLEARLY = 0.75
_PART = re.compile(r"其中|[类型式种](?=.{0,4}(?:多少|几))|里.{0,8}(?:多少|几)|剩|其余|另外")
#: Measures that only the prose of a report uses.
_UNTABLED = frozenset(
    {
        "次", "期", "场", "人", "人次", "名", "位", "篇", "家", "册", "处", "台", "条", "张", "轮",
        "批次",
    }
)  # fmt: skip
_FEE = re.compile(r"处理费|收费|收取.{0,8}费用")
_NO_FEE = re.compile(r"(?:没有|未)[^，,。；;]{0,10}(?:收取|收费)")
#: That there was none of it at all, not that something was late or could not be kept up.
_NONE = re.compile(
    r"没有|未(?:曾|予|能)?(?:收|发生|产生|出现|开展|召开|举办|受理|接到|发现|设|建|有|涉及|制定|发布|列|提|纳)"
    r"|均无|无(?=[^，,。；;]{0,12}(?:情况|情形|申请|案件|收费|收取|行为|事项|现象|问题))|不设|免(?:收|费)|零"
)
_WHERE = re.compile(
    r"(?:设|设立|建|建立|放|开)?在(?:哪|什么)[里儿些个]?(?:地方)?|哪里|哪儿|(?:什么|哪些)地方|何处|地点|\bwhere\b"
)
_HOW = re.compile(
    r"怎么(?!样?(?:变|增|减|走))|怎样|如何|(?:用|通过|以)什么(?:方式|办法|形式|渠道|途径)?"
    r"|\bhow (?!many|much)"
)
#: A sentence that says where something is.
_LOCATED = re.compile(
    r"设在|设立在|设于|位于|坐落|地点|地址|指定[^，,。；;]{2,40}为|在[^，,。；;]{2,30}(?:设|开辟|建|配)"
)
_NUMERAL = re.compile(r"[一二三四五六七八九十两百半\d]")
_CHINESE = "[一二三四五六七八九十两百千]"


def answer_quote(
    parsed: Parsed, reports: Sequence[ReportRow], draft: Draft, retriever: Retriever
) -> End:
    """Quote the sentences of the reports in scope that the question is about."""
    found_any = False
    for report in reports:
        passages = retriever.store.passages(report.id)
        at: dict[str, object] = {"organ": report.organ, "year": report.year}
        if not passages:
            draft.lines.append(draft.say("no_prose", **at))
            continue
        parts = asked_parts(parsed)
        found = [
            (told_of(part, parts[0], sentences), numbers)
            for part in parts
            for sentences, numbers in [find_sentences(part, report, passages, retriever)]
        ]
        chosen = sorted({s for part, _ in found for s in part}, key=lambda s: s.start)
        answers = [numbers for _, each in found for numbers in each]
        if not chosen:
            draft.lines += _silent(parsed, passages, draft, at)
            continue
        found_any = True
        draft.lines.append(quoted(draft, at, chosen))
        if contact.asks_contact(parsed) and (missing := contact.unprinted(parsed, chosen)):
            draft.lines.append(contact.say_unprinted(missing, draft, at))
        for part, (told, _) in zip(parts, found, strict=True):
            if not told:
                draft.lines.append(draft.say("quote_silent_on", asked=shown(part), **at))
        if not draft.speech:
            first = draft.say("quote_spoken", text=chosen[0].text.rstrip("；;"), **at)
            draft.speech = aloud(first, draft.language)
        show(answers, report, draft, alone=len(reports) == 1)
    return ANSWERED if found_any else ("no_answer", "not_stated")


def quoted(draft: Draft, at: dict[str, object], chosen: Sequence[Sentence]) -> str:
    """Return the quotation block for the chosen sentences, each with its citation."""
    lines = quote_lines(draft, chosen)
    return draft.say("quote", organ=at["organ"], year=at["year"], quotes=lines)


def quote_lines(draft: Draft, chosen: Sequence[Sentence]) -> str:
    """Return the chosen sentences in quotation marks, a line and a citation for each."""
    lines = []
    for sentence in chosen:
        span = (sentence.start, sentence.stop)
        number = draft.cite_passage(sentence.passage, *span, sentence.text)
        lines.append(draft.say("quote_line", text=sentence.text, cites=f"[{number}]"))
    return "\n".join(lines)


def find_sentences(
    parsed: Parsed, report: ReportRow, passages: Sequence[StoredPassage], retriever: Retriever
) -> tuple[list[Sentence], list[tuple[Answer, ...]]]:
    """Return the sentences that answer, in the order of the report, and the numbers asked for."""
    if contact.asks_contact(parsed):
        return contact.chosen_of(parsed, contact.find_contact_sentences(passages)), []
    if named := titles.find_titled(parsed, passages):
        return _of_named(parsed, named)
    if about_five(parsed):
        five = [p for p in passages if p.section == "五"]
        if chosen := of_points(parsed, read_points(five)):
            return chosen, []
    if stated.asks_number(parsed):
        answers = _stated(parsed, passages)
        if any(answers):
            sentences = {a.sentence for found in answers for a in found}
            return sorted(sentences, key=lambda s: s.start)[:MOST_QUOTES], answers
        return _without_digits(parsed, report, passages, retriever)
    if set(parsed.topics) == {"other_matters"}:
        six = [p for p in passages if p.section == "六"]
        return list(cut_sentences(six))[:MOST_QUOTES], []
    if parsed.topics == ("processing_fee",):
        fees = [s for s in cut_sentences(passages) if _FEE.search(s.text)]
        return [s for s in fees if s.passage.section == "六"] or fees[:2], []
    if _WHERE.search(parsed.question.text) and (placed := _located(parsed, passages)):
        return placed, []
    under, plain = _under_heading(parsed, passages)
    if under and plain:
        return under, []
    found = _nearest(parsed, report, passages, retriever) or under
    if not found and _HOW.search(parsed.question.text) and len(rest := rest_of_five(parsed)) > 1:
        points = read_points([p for p in passages if p.section == "五"])
        found = one_point(rest, points, measures=True)
    return found, []


def _of_named(
    parsed: Parsed, named: Sequence[Sentence]
) -> tuple[list[Sentence], list[tuple[Answer, ...]]]:
    """Of the sentences that hold a quoted name, those that answer; a number only where one is."""
    if not stated.asks_number(parsed):
        return list(named[:MOST_QUOTES]), []
    asked = stated.read_asked(parsed)
    answers = [stated.find_stated(one, named, parsed.question.text) for one in asked]
    if not all(answers) and len(asked) == 1:
        only = stated.find_only(asked[0], named, parsed.question.text)
        answers = [(only,)] if only else answers
    if any(answers):
        sentences = {a.sentence for found in answers for a in found}
        return sorted(sentences, key=lambda s: s.start)[:MOST_QUOTES], answers
    return _in_words(asked, named)[:1], []


def _located(
    parsed: Parsed, passages: Sequence[StoredPassage], enough: float = _ENOUGH
) -> list[Sentence]:
    """The sentence that says where what is asked about is, if one does."""
    text = stated.without_manner((parsed.rest or parsed.question.text).replace("▁", ""))
    asked = {w: float(min(len(w), 4)) for w in content_words(_WHERE.sub(" ", text))}
    scored = [
        (coverage(asked, s.text, s.passage.path[-1] if s.passage.path else ""), -s.start, s)
        for s in cut_sentences(passages)
        if _LOCATED.search(s.text)
    ]
    best = max(scored, key=lambda one: one[:2], default=None)
    return [best[2]] if best is not None and best[0] >= enough else []


def _in_words(asked: Sequence[stated.Asked], found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that count in Chinese numerals what is asked for: 三道关口, 互评两轮."""
    counted = rf"{_CHINESE}+(?:{'|'.join(re.escape(one.unit) for one in asked if one.unit) or '#'})"
    return [s for s in found if re.search(counted, s.text)]


def _counted_in_words(
    parsed: Parsed, asked: Sequence[stated.Asked], passages: Sequence[StoredPassage]
) -> list[Sentence]:
    """Clauses that hold the whole question and count in Chinese numerals: 组织两次专题培训."""
    words = [word for word in stated.content_terms(parsed.rest) if len(word) > 1]
    found = _in_words(asked, [s for s in cut_sentences(passages) if s.passage.section != "五"])
    return [
        s
        for s in found
        for clause in re.split(r"[，,：:、]", s.text)
        if words and all(word in clause for word in words)
        and _in_words(asked, [replace(s, text=clause)])
    ]  # fmt: skip


def asks_untabled(parsed: Parsed) -> bool:
    """Whether every number asked for has a measure that no table of a report counts in."""
    asked = stated.read_asked(parsed) if stated.asks_number(parsed) else ()
    return bool(asked) and all(one.unit in _UNTABLED for one in asked)


def speaks_of(
    parsed: Parsed, report: ReportRow, passages: Sequence[StoredPassage], retriever: Retriever
) -> bool:
    """Whether the prose clearly states what is asked: every number, or one sentence on it all."""
    if not parsed.topics and not _leaves_words(parsed, passages):
        return False
    if parsed.topics == ("processing_fee",):
        return any(
            _FEE.search(p.text) if p.section == "六" else _NO_FEE.search(p.text) for p in passages
        )
    if stated.asks_number(parsed):
        answers = _stated(parsed, passages)
        enough = _CLEARLY - 0.15 if parsed.topics else _CLEARLY
        return all(found and found[0].score >= enough for found in answers)
    if about_five(parsed) and len(rest := rest_of_five(parsed)) > 1:
        points = read_points([p for p in passages if p.section == "五"])
        return bool(one_point(rest, points, measures=False))
    return bool(_nearest(parsed, report, passages, retriever, enough=_CLEARLY))


def tells_how(
    parsed: Parsed, report: ReportRow, passages: Sequence[StoredPassage], retriever: Retriever
) -> bool:
    """Whether a question asks how or where, which no figure answers, and the prose tells."""
    text = parsed.question.text
    if stated.asks_number(parsed):
        return False
    if _WHERE.search(text) and _located(parsed, passages, _CLEARLY):
        return True
    return bool(_HOW.search(text) and speaks_of(parsed, report, passages, retriever))


def _leaves_words(parsed: Parsed, passages: Sequence[StoredPassage]) -> bool:
    """Whether words beside the figure stand in the prose; told without cutting any text."""
    chars = list(stated.without_manner(parsed.rest or parsed.question.text))
    for start, stop in parsed.found.spans:
        chars[start:stop] = " " * len(chars[start:stop])
    runs = re.findall(r"[一-龥]+", stated.QUESTION_WORDS.sub(" ", "".join(chars)))
    pairs = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    pairs |= {other for run in runs for other in words_like(run)}
    return any(pair in passage.text for pair in pairs for passage in passages)


def _stated(parsed: Parsed, passages: Sequence[StoredPassage]) -> list[tuple[Answer, ...]]:
    sentences = list(cut_sentences(passages))
    asked = stated.read_asked(parsed)
    if parsed.topics == ("processing_fee",):
        sentences = [s for s in sentences if _FEE.search(s.text)]
        return [stated.find_amounts(sentences)]
    return [stated.find_stated(one, sentences, parsed.question.text) for one in asked]


def show(
    answers: Sequence[tuple[Answer, ...]], report: ReportRow, draft: Draft, *, alone: bool
) -> None:
    """Put the stated numbers into the figures; one number alone is the headline."""
    given = set()
    for found in answers:
        for answer in found:
            one, sentence = answer.statement, answer.sentence
            span = (sentence.start, sentence.stop)
            id_ = draft.cite_passage(sentence.passage, *span, sentence.text)
            label = (
                one.before.strip("，, ")
                if not one.generic
                else one.earlier[0]
                if one.earlier
                else ""
            )
            figure = FigureShown(
                report.organ,
                report.year,
                None,
                re.sub(r"\d.*$", "", label) or one.behind or one.before,
                None,
                "number",
                one.value,
                one.unit,
                False,
                (id_,),
            )
            if (one.value, one.unit) not in given:
                draft.shown.append(figure)
            given.add((one.value, one.unit))
    if alone and len(given) == 1:
        draft.value, draft.unit = next(iter(given))


def _silent(
    parsed: Parsed, passages: Sequence[StoredPassage], draft: Draft, at: dict[str, object]
) -> Iterator[str]:
    """Say that the prose is silent; where it lists other parts, that nothing is subtracted.

    A contact without the part that is asked for is quoted: it is no figure, and leads further.
    """
    if contact.asks_contact(parsed):
        printed = contact.find_contact_sentences(passages)
        if printed:
            missing = contact.unprinted(parsed, printed)
            yield contact.say_unprinted(missing, draft, at)
            yield draft.say("contact_printed", quotes=quote_lines(draft, printed))
            return
    if stated.asks_number(parsed) and _PART.search(parsed.question.text):
        words = [fold(w) for t in parsed.topics for w in load_topics()[t].wordings.zh]
        for sentence in cut_sentences(passages):
            parts = [one for one in read_statements(sentence.text) if one.part]
            if parts and any(word in fold(sentence.text) for word in words):
                yield draft.say("quote_silent_part", **at)
                return
    yield draft.say("quote_silent", **at)


def _under_heading(
    parsed: Parsed, passages: Sequence[StoredPassage]
) -> tuple[list[Sentence], bool]:
    """Sentences under the heading that names the subject; whether nothing more is asked."""
    if parsed.question.language == "en":
        words = [fold(w) for topic in parsed.topics for w in load_topics()[topic].wordings.zh[:2]]
        rest: list[str] = []
    else:
        words = [fold(word) for word in parsed.topic_words if not word.isascii()]
        bare = stated.without_manner(parsed.rest or parsed.question.text)
        for word in words:
            bare = bare.replace(word, " ")
        rest = [word for word in content_words(bare) if len(word) > 1]
    under = [
        passage
        for passage in passages
        if len(passage.path) > 1 and any(word in fold(passage.path[-1])[:16] for word in words)
    ]
    return list(cut_sentences(under))[:MOST_QUOTES], not rest


def _without_digits(
    parsed: Parsed, report: ReportRow, passages: Sequence[StoredPassage], retriever: Retriever
) -> tuple[list[Sentence], list[tuple[Answer, ...]]]:
    """Sentences that answer “how many” in other words: none at all, 三道关口, 六成.

    Last of all one that holds most of the question and one number of the measure asked for.
    """
    found = _nearest(parsed, report, passages, retriever, enough=_MOSTLY)
    if none := [s for s in found if _NONE.search(s.text)]:
        return none[:2], []
    found = [
        s
        for s in found
        if s.passage.section != "五" and not any(one.part for one in read_statements(s.text))
    ]
    asked = stated.read_asked(parsed)
    if in_words := _in_words(asked, found) or _counted_in_words(parsed, asked, passages):
        return in_words[:1], []
    if [one.unit for one in asked] == [None]:
        return [s for s in found if _NUMERAL.search(s.text)][:1], []
    if len(asked) == 1 and (only := stated.find_only(asked[0], found, parsed.question.text)):
        return [only.sentence], [(only,)]
    return [], []


def _nearest(
    parsed: Parsed,
    report: ReportRow,
    passages: Sequence[StoredPassage],
    retriever: Retriever,
    enough: float = _ENOUGH,
) -> list[Sentence]:
    """The sentences nearest to the question in words and meaning; none that shares no word."""
    text = stated.without_manner((parsed.rest or parsed.question.text).replace("▁", ""))
    also = [w for topic in parsed.topics for w in load_topics()[topic].wordings.zh[:3]]
    if parsed.absence:
        also += load_absences()[parsed.absence].wordings.zh[:6]
    english = parsed.question.language == "en"
    known = chinese_of(text) if english else ()
    also += known
    terms = (*known, *unknown_of(text)) if known else content_words(text)
    asked = {w: float(min(len(w), 4)) for w in terms}
    like = [other for word in asked for other in words_like(word)]
    hits = retriever.search(text, [report.id], _PASSAGES, also=also if english else like)
    sentences = list(cut_sentences([hit.passage for hit in hits]))[:_MOST_COMPARED]
    if english:
        sentences = [s for s in sentences if any(fold(word) in fold(s.text) for word in also)]
    if not sentences:
        return []
    cover = [
        1.0
        if english and not known
        else coverage(asked, s.text, s.passage.path[-1] if s.passage.path else "")
        for s in sentences
    ]
    meaning = retriever.nearest(text, [s.text for s in sentences])
    mean = sum(meaning) / len(meaning)
    above = [near - mean for near in meaning]
    scored = [
        (held + _MEANING * rise, sentence)
        for held, rise, sentence in zip(cover, above, sentences, strict=True)
        if held >= enough or any(held >= h + enough - _ENOUGH and rise >= r for h, r in _NEAR)
    ]
    top = max((score for score, _ in scored), default=0.0)
    chosen = [sentence for score, sentence in scored if score >= top - 0.08][:3]
    return sorted(chosen, key=lambda sentence: sentence.start)
