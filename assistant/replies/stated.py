"""Which number of the prose a question asks for, if it states one.

Owns matching the words and measures of a question with the statements of a report: a number
answers only where its own clause speaks of what is asked, and nothing is added or subtracted.

Leaves to others: reading statements (indexer/statements.py), how they are said (prose.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.replies.alike import chinese_of, unit_of_english, unknown_of, words_like
from assistant.replies.sentences import Sentence
from assistant.understand.parse import Parsed
from assistant.vocabulary import load_topics
from indexer.keywords import cut_terms
from indexer.statements import UNITS, Statement, read_statements
from indexer.text import fold

#: A statement that holds less of the question's words than this does not answer it.
ENOUGH = 0.55
#: What a word that says the same counts for.
_WHOLE = 0.95
#: Two numbers whose scores are closer than this cannot be told apart.
MARGIN = 0.04
_ASKED = re.compile(
    rf"(?:多少|几)(?:[万亿])?(?P<unit>{UNITS}|钱)?|(?P<rate>[一-龥]{{1,4}}率)(?:是|有|为|达)?(?:多少|多大)?"
    r"|(?<=[一-龥])数量?(?=[?？]?$)|how (?:many|much)"
)
#: Measures that count the same kind of thing.
_ALIKE: Sequence[frozenset[str]] = (
    frozenset({"人", "人次", "名", "位"}),
    frozenset({"元", "万元", "亿元", "钱"}),
    frozenset({"天", "工作日", "个工作日"}),
    frozenset({"期", "次", "场", "轮"}),
    frozenset({"条", "篇", "件", "份", "则", "个", "项", "张", "部"}),
    frozenset({"个", "家", "处", "名"}),
)
#: “由14个减为6个” counts 6 now; a question for what was before says so.
_FROM = re.compile(r"[由从]\s*$")
_TO = re.compile(r"[^，,。；;\d]{0,6}[为到至]\s*")
_BEFORE = re.compile(r"原来|原先|原有|之前|以前|起初|最初|before|originally|used to")
#: What is counted, right in front of the question word: 记者 of 参加发布会的记者有多少人.
_COUNTED = re.compile(r"的([一-龥]{2,4}?)(?<![了过着])(?:一?共|总共)?[有是达]?$")
#: Measures of kinds, which no other measure stands for.
_KINDS = frozenset({"类", "种"})
QUESTION_WORDS = re.compile(
    r"请问|后(?=办了?|召开了?|举办|组织)|之外|以外|文字部分|正文|[那这][个类块些种]|多少|有哪些|有什么|有啥|哪些|哪里|什么|怎么样|怎么|如何|有没有|是不是|分别|一共|总共|共有|全部"
    r"|报告里|报告|年报|数量|数目|数字|how many|how much|[▁?？!！]"
    r"|几(?=[^一-龥]|[件条篇期次场个份项部名家册户批处台张封则宗起例种类轮天人])"
)
#: How a question wants to be told, not what it is about: 原话念给我听.
_MANNER = re.compile(
    r"原文|原话|原句|照着?|那一?段|这一?段|这件事|这方面|表述|念给我听|念一下|引一下|引用|怎么写|怎么说|写的?|说的?|讲的?|"
    r"提到|没有提|名称|名字|做法|上(?=有什么|有哪些|怎么)|叫做?|东西|那[个块类些]|(?<!没)有人|自己|啥|干了?|都|关于|里面?|部分|一下|给我|告诉我|(?<!申)请|主要|工作|方面|情况|介绍|内容|做了?|章节|段落"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement that answers, the sentence it stands in, and how well it matches, from 0 up."""

    statement: Statement
    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One number asked for: the words that say of what, and its measure if one is named.

    `head` is the text right in front of the question word: 每月通报 of 每月通报几次.
    """

    terms: Mapping[str, float]
    unit: str | None
    head: str = ""


def asks_number(parsed: Parsed) -> bool:
    """Whether the question wants a number."""
    return bool(_ASKED.search(parsed.question.text))


def find_stated(
    asked: Asked, sentences: Iterable[Sentence], question: str = ""
) -> tuple[Answer, ...]:
    """Return the statements that answer, best first; several only where they say the same.

    Numbers that the question itself gives are no answers to it.
    """
    given = set(re.findall(r"\d+(?:\.\d+)?", fold(question)))
    read = [(sentence, read_statements(sentence.text)) for sentence in sentences]
    asked = _by_rareness(asked, [one for _, statements in read for one in statements])
    found = [
        Answer(_latest(statement, statements, question), sentence, score)
        for sentence, statements in read
        for statement in statements
        if format(statement.value, "f") not in given
        and (score := _score(asked, statement, sentence)) >= ENOUGH
        and not _is_unlisted(asked, statements, sentence)
    ]
    found.sort(key=lambda answer: (-round(answer.score, 6), answer.sentence.start))
    if not found:
        return ()
    best = found[0]
    close = [a for a in found if best.score - a.score < MARGIN]
    return tuple(close)


def find_amounts(sentences: Iterable[Sentence]) -> tuple[Answer, ...]:
    """Return the sums of money that the sentences state, in order."""
    return tuple(
        Answer(statement, sentence, 1.0)
        for sentence in sentences
        for statement in read_statements(sentence.text)
        if statement.unit.endswith("元")
    )


def find_only(asked: Asked, sentences: Iterable[Sentence], question: str) -> Answer | None:
    """Return the one number of the measure asked for in these sentences, if there is just one."""
    given = set(re.findall(r"\d+(?:\.\d+)?", fold(question)))
    found = [
        Answer(statement, sentence, ENOUGH)
        for sentence in sentences
        if _speaks_of_counted(asked, sentence)
        for statement in read_statements(sentence.text)
        if _alike(asked.unit, statement.unit) and format(statement.value, "f") not in given
    ]
    return found[0] if len(found) == 1 and not found[0].statement.part else None


def _latest(statement: Statement, statements: Sequence[Statement], question: str) -> Statement:
    """Return the number that took the place of this one, 6 of “由14个减为6个”, if there is one."""
    if not _FROM.search(statement.before) or _BEFORE.search(question):
        return statement
    later = (one for one in statements if one.start > statement.start)
    latest = next(later, None)
    return latest if latest is not None and _TO.fullmatch(latest.before) else statement


def _speaks_of_counted(asked: Asked, sentence: Sentence) -> bool:
    """Whether a sentence speaks of what is counted, 记者 of 参加发布会的记者有多少人."""
    counted = _COUNTED.search(asked.head)
    return counted is None or held(counted.group(1), sentence.text) >= 0.5


def _by_rareness(asked: Asked, statements: Sequence[Statement]) -> Asked:
    """Let words that stand beside few numbers of the report weigh more."""
    texts = [f"{one.before} {one.behind} {' '.join(one.earlier[:1])}" for one in statements]
    weights = {
        term: weight * (1 + math.log((1 + len(texts)) / (1 + sum(term in text for text in texts))))
        if len(term) > 1
        else weight
        for term, weight in asked.terms.items()
    }
    return Asked(weights, asked.unit, asked.head)


def _is_unlisted(asked: Asked, statements: Sequence[Statement], sentence: Sentence) -> bool:
    """Whether the question asks for a part that the list of this sentence does not name.

    “解读158件，其中文字52件、图表49件” says nothing of 视频: no part, no total, nor what is left.
    """
    if not any(one.part for one in statements):
        return False
    return any(
        held(term, sentence.text) < _WHOLE
        for term in asked.terms
        if len(term) > 1 and not term.isascii()
    )


def read_asked(parsed: Parsed) -> tuple[Asked, ...]:
    """Return the numbers asked for, in order; a second one may lean on the words of the first.

    “在线访谈办了几期多少人看” asks for 期 of 在线访谈 and for 人 of 在线访谈.
    """
    text = parsed.rest or parsed.question.text
    matches = [m for m in _ASKED.finditer(text) if m.group("unit") or "多少" in m.group() or
               m.group("rate") or "how" in m.group()]  # fmt: skip
    extra = list(_wordings_of_english(parsed))
    if len(matches) < 2:
        unit = (matches[0].group("unit") if matches else None) or unit_of_english(text)
        head = text[: matches[0].start()] if matches else ""
        return (Asked(_with_head(content_terms(text, extra), head), unit, head),)
    asked = []
    begin = 0
    for index, match in enumerate(matches):
        last = index + 1 == len(matches)
        stop = len(text) if last else match.end()
        own = content_terms(text[begin:stop], extra)
        share = 0.25 if sum(len(term) > 1 for term in own) > 1 else 0.6
        shared = {
            term: weight * share
            for term, weight in content_terms(text[: matches[0].start()]).items()
        }
        asked.append(Asked({**shared, **own}, match.group("unit")))
        begin = match.end()
    return tuple(asked)


def without_manner(text: str) -> str:
    """Return a question without the words that only say how it wants to be answered."""
    return _MANNER.sub(" ", text)


def _wordings_of_english(parsed: Parsed) -> Iterator[str]:
    """Chinese words for those of an English question; those of its subjects where none is known."""
    if parsed.question.language == "en":
        text = parsed.rest or parsed.question.text
        known = chinese_of(text)
        yield from known
        yield from unknown_of(text) if known else ()
        for topic in parsed.topics:
            wordings = load_topics()[topic].wordings.zh
            if not any(word in wordings for word in known):
                yield from wordings[:1]


def content_terms(text: str, extra: Sequence[str] = ()) -> dict[str, float]:
    """Return the content words of a question, longer ones weighing more."""
    bare = "" if extra else QUESTION_WORDS.sub(" ", fold(text))
    words = [w for w in cut_terms(" ".join((bare, *extra))) if not w.isdigit()]
    longest = [w for w in words if not any(w != other and w in other for other in words)]
    weights = {w: 0.3 if len(w) == 1 else float(min(len(w), 4)) for w in longest}
    return {w: weight for w, weight in weights.items() if not re.fullmatch(UNITS, w)}


def _score(asked: Asked, statement: Statement, sentence: Sentence) -> float:
    """Return how much of the question the statement's surroundings hold; 0 where it cannot be."""
    if not asked.terms:
        return 0.0
    alike = _alike(asked.unit, statement.unit)
    if asked.unit in ("人", "人次", "名", "元", "钱", "天", "%") and not alike:
        return 0.0
    if asked.unit in _KINDS and asked.unit != _plain(statement.unit):
        return 0.0
    if not _speaks_of_counted(asked, sentence):
        return 0.0
    own = f"{statement.before} {statement.behind}"
    near = statement.earlier[:1]
    if statement.generic:
        own = f"{own} {' '.join(near)}"
    places = (
        (1.0, statement.before if not statement.generic else own),
        (0.85, own),
        (0.6, statement.unit),
        (0.6, " ".join(near)),
        (0.45, " ".join(statement.earlier)),
        (0.3, sentence.passage.path[-1] if sentence.passage.path else ""),
    )
    total = got = own_share = 0.0
    for term, weight in asked.terms.items():
        total += weight
        value = max((factor * held(term, text) for factor, text in places), default=0.0)
        got += weight * value
        own_share += weight * held(term, own)
    if own_share == 0.0:
        persons = asked.unit in ("人", "人次") and alike and not statement.part
        if not persons or any(held(t, sentence.text) < _WHOLE for t in asked.terms if len(t) > 1):
            return 0.0
    score = got / total + 0.05 * min(_common_end(asked.head, statement.before), 6)
    if asked.unit is not None:
        score += 0.12 if asked.unit == _plain(statement.unit) else 0.05 if alike else -0.15
    return score - 0.01 if statement.part else score


def _with_head(terms: Mapping[str, float], head: str) -> dict[str, float]:
    """Let the word nearest to the question word weigh more: it is what is counted."""
    near = [word for word in terms if len(word) > 1 and word in head]
    last = max(near, key=lambda word: head.rfind(word) + len(word), default=None)
    return {word: weight * (1.5 if word == last else 1.0) for word, weight in terms.items()}


def _common_end(first: str, second: str) -> int:
    """Return how many characters two texts share at their ends.

    >>> _common_end("2023年月通报", "月通报"), _common_end("月通报", "季度通报")
    (3, 2)
    """
    length = 0
    while length < min(len(first), len(second)) and first[-length - 1] == second[-length - 1]:
        length += 1
    return length


def held(term: str, text: str) -> float:
    """Share of the character pairs of `term` that `text` holds.

    A whole term counts fully, a word that says the same nearly so.
    """
    if not text:
        return 0.0
    if term in text:
        return 1.0
    if any(word in text for word in words_like(term)):
        return _WHOLE
    pairs = [term[i : i + 2] for i in range(len(term) - 1)]
    if len(pairs) < 2:
        return 0.0
    return 0.8 * sum(pair in text for pair in pairs) / len(pairs)


def _plain(unit: str) -> str:
    """Return a unit without its multiplier; 万元 is a unit of its own."""
    return unit if unit.endswith("元") else re.sub(r"^[百千]?[万亿]?余?多?(?=.)", "", unit)


def _alike(asked: str | None, unit: str) -> bool:
    plain = _plain(unit)
    return asked is None or asked == plain or any({asked, plain} <= group for group in _ALIKE)
