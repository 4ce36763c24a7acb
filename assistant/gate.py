"""The digit gate: a draft of a chat model reaches a reader only if its evidence says all of it.

Owns what is wrong with a draft: a sentence without a citation or with a false one, a number, unit,
date, year or organ that the cited evidence does not print just so, a number that stands there for
something else, a number in words, a vaguer or comparing word, an order, words without a ground.
When in doubt a draft is refused: the reply of the templates is always there.

Leaves to others: asking again (write.py), the lists of words (gate.yaml), the law that every reply
is held to (ground.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.vocabulary.files import read_yaml
from indexer.statements import UNITS, Statement, read_statements
from indexer.text import fold

#: Characters of a draft; and the share of its words that the cited evidence must hold.
LONGEST = 700
GROUNDED = 0.55
_CITE = re.compile(r"\[(\d{1,3})\]")
_LATE_CITE = re.compile(r"([。！？!?；;.\n])((?:\s*\[\d{1,3}\])+)")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_TOKEN = re.compile(r"[-+]?[0-9A-Za-z][0-9A-Za-z.,:/%~\-]*")
_UNIT = re.compile(rf"\s*((?:分之)?[十百千]?[万亿]?余?多?(?:{UNITS})+|[十百千万亿余多成倍]+)")
#: Words that stand right in front of a number and change it.
_NEARLY = re.compile(r"[约近逾超过满第仅只达负共]\s*\d[\d.,]*")
_ORGAN = re.compile(
    r"[一-龥]{1,10}?(?:省|市|区|县|州|盟|旗|镇|乡|街道|局|委员会|管委会|厅|办公室|政府|法院|学校|大学|公司)"
)
_SPLIT_NUMBER = re.compile(r"\d[\s,，.]+\d")
_NUMERAL = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿几壹贰叁肆伍陆柒捌玖拾佰仟萬億兩廿卅半双俩仨]+"
)
_NEGATION = re.compile(r"[未没无不非勿莫否][一-龥]?|并未|没有|\b(?:not|no|never|without)\b")
_FORM = re.compile(r"[#*|`<>{}\\=_^~@]|\]\(|\d\s*[+÷×/]\s*\d")
_HAN = re.compile(r"[一-龥]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年)|\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the citation `id` says: its report and the words or the finished sentence."""

    id: int
    organ: str
    year: int
    text: str

    @property
    def whole(self) -> str:
        """All that a sentence citing it may rest on, folded."""
        return fold(f"{self.organ}{self.year}年年报。{self.text}")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with a draft: which rule, and the words at fault."""

    rule: str
    words: str

    @property
    def text(self) -> str:
        """Return what the model is told."""
        return str(_lists()["complaints"][self.rule]).format(words=self.words)


def complaints(draft: str, evidence: Sequence[Evidence]) -> list[Complaint]:
    """Return what is wrong with `draft`, in its order; nothing where it may be shown."""
    if len(draft) > LONGEST:
        return [Complaint("long", "")]
    everything = "".join(item.whole for item in evidence)
    found = list(_form(draft, everything))
    by_id = {item.id: item for item in evidence}
    sentences = list(split_sentences(fold(draft)))
    if not sentences:
        return [Complaint("ungrounded", draft)]
    for sentence in sentences:
        found += _of_sentence(sentence, by_id)
    return found


def has_orders(evidence: Sequence[Evidence]) -> bool:
    """Whether a report speaks to the one who answers; such words are quoted, never written on."""
    text = "".join(item.whole for item in evidence).lower()
    return any(order in text for order in _lists()["injections"])


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a draft; citations behind a full stop belong in front of it.

    >>> list(split_sentences("新收331件。[1]办结328件[2]。"))
    ['新收331件[1]', '办结328件[2]']
    """
    moved = _LATE_CITE.sub(lambda match: match.group(2) + match.group(1), text)
    for match in _SENTENCE.finditer(moved):
        if match.group().strip():
            yield match.group().strip()


def _form(draft: str, evidence: str) -> Iterator[Complaint]:
    if match := _FORM.search(draft):
        yield Complaint("form", match.group())
    for char in dict.fromkeys(draft):
        if char in "\n [](),.":
            continue
        kind = unicodedata.category(char)
        if char == "〇":
            continue
        if kind in ("Cf", "Cc", "Co", "Cn", "Cs", "Mn", "Me", "So", "Sk"):
            yield Complaint("form", f"U+{ord(char):04X}")
        elif kind in ("No", "Nl") or (kind == "Nd" and not fold(char).isascii()):
            yield Complaint("number", char)
        elif kind[0] == "L" and not ("一" <= char <= "鿿" or char.isascii() or char in evidence):
            yield Complaint("form", char)


def _of_sentence(sentence: str, by_id: Mapping[int, Evidence]) -> Iterator[Complaint]:
    cited = [int(number) for number in _CITE.findall(sentence)]
    bare = _CITE.sub(" ", sentence).strip()
    if not cited:
        yield Complaint("no_citation", bare)
        return
    unknown = [number for number in cited if number not in by_id]
    if unknown:
        yield Complaint("unknown_citation", str(unknown))
        return
    if not bare:
        yield Complaint("no_citation", sentence)
        return
    items = [by_id[number] for number in dict.fromkeys(cited)]
    support = "\n".join(item.whole for item in items)
    yield from _numbers(bare, support)
    yield from _numerals(bare, support)
    yield from _said(bare, support)
    yield from _bound(bare, items)
    if _share_held(bare, support) < GROUNDED:
        yield Complaint("ungrounded", bare)


def _numbers(bare: str, support: str) -> Iterator[Complaint]:
    """Complain of numbers that the evidence does not print with the same unit."""
    printed = set(_tokens(support))
    values = {token for token, _ in printed}
    for token, unit in _tokens(bare):
        if (token, unit) not in printed:
            where = token + unit
            yield Complaint("number", where if token in values else token)
    for match in _NEARLY.finditer(bare):
        if match.group() not in support:
            yield Complaint("number", match.group())
    for match in _SPLIT_NUMBER.finditer(bare):
        if match.group() not in support:
            yield Complaint("number", match.group())


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield (number, unit) of every run of letters and digits that holds a digit."""
    for match in _TOKEN.finditer(text):
        token = match.group().rstrip(".,:/~-")
        if not any(char.isdigit() for char in token):
            continue
        unit = _UNIT.match(text, match.start() + len(token))
        plain = token.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", token) else token
        yield (
            plain,
            unit.group(1)
            if unit
            else text[match.start() + len(token) :][:1].strip("，。：；、,;:()[]（）“”\"' \n"),
        )


def _numerals(bare: str, support: str) -> Iterator[Complaint]:
    """Complain of Chinese numerals that the evidence does not write in the same words."""
    masked = bare
    for word in sorted(_lists()["words"], key=len, reverse=True):
        masked = masked.replace(word, "＃" * len(word))
    for match in _NUMERAL.finditer(masked):
        if match.start() and re.match(r"[\d.]", masked[match.start() - 1]):
            continue
        around = masked[max(match.start() - 1, 0) : match.end() + 1].strip("＃ ,，、")
        if around not in support:
            yield Complaint("numeral", around)


def _said(bare: str, support: str) -> Iterator[Complaint]:
    """Complain of claims, negations and orders that the evidence does not make."""
    lower, ground = bare.lower(), support.lower()
    for word in _lists()["orders"]:
        if word in lower:
            yield Complaint("order", word)
    for word in _lists()["claims"]:
        alone = rf"(?<![a-z]){re.escape(word)}(?![a-z])"
        found = re.search(alone, lower) if word.isascii() else word in lower
        if found and word not in ground:
            yield Complaint("claim", word)
    for match in _NEGATION.finditer(lower):
        if match.group() not in ground:
            yield Complaint("claim", match.group())


def _bound(bare: str, items: Sequence[Evidence]) -> Iterator[Complaint]:
    """Complain of numbers that stand for something else in the evidence than in the draft."""
    supplied = [
        (item, statement) for item in items for part in split_sentences(item.whole)
        for statement in read_statements(part)
    ]  # fmt: skip
    for one in read_statements(bare):
        same = [(i, s) for i, s in supplied if (s.value, s.unit) == (one.value, one.unit)]
        if not same:
            continue
        subject = _subject(one)
        best = max(_alike(subject, _subject(s), i) for i, s in same)
        other = max(
            (_alike(subject, _subject(s), i) for i, s in supplied if s.value != one.value),
            default=0.0,
        )
        if subject and (best == 0.0 or other > best):
            yield Complaint("swapped", f"{subject}{one.value}{one.unit}")
        before = bare[: one.start]
        fitting = [i for i, s in same if _alike(subject, _subject(s), i) == best]
        if not any(_in_scope(before, item, items) for item in fitting):
            yield Complaint("scope", f"{one.value}{one.unit}")
    support = "\n".join(item.whole for item in items)
    for match in _ORGAN.finditer(bare):
        if match.group() not in support and match.group()[-3:] not in support:
            yield Complaint("scope", match.group())
    years = {str(item.year) for item in items} | set(_YEAR.findall(" ".join(i.text for i in items)))
    for year in _YEAR.findall(bare):
        if year not in years:
            yield Complaint("scope", year)


def _subject(one: Statement) -> str:
    words = f"{one.before}{one.behind}"
    if one.generic or len("".join(_HAN.findall(words))) < 2:
        words = f"{one.earlier[0] if one.earlier else ''}{words}"
    return "".join(_HAN.findall(re.sub(r"(?:19|20)\d\d年", "", words)))


def _alike(subject: str, other: str, item: Evidence) -> float:
    """Share of the character pairs of `subject` that `other` holds, names of organs left out."""
    pairs = _pairs(subject.replace(item.organ, ""))
    return sum(pair in other for pair in pairs) / len(pairs) if pairs else 0.0


def _in_scope(before: str, item: Evidence, items: Sequence[Evidence]) -> bool:
    """Whether the last year and organ named in front of a number are those of `item`."""
    years = _YEAR.findall(before)
    if years and int(years[-1]) != item.year and years[-1] not in item.text:
        return False
    organs = {other.organ for other in items}
    named = sorted((before.rfind(organ), organ) for organ in organs if organ in before)
    if named:
        return named[-1][1] == item.organ
    return len(organs) == 1 and (bool(years) or len({other.year for other in items}) == 1)


def _share_held(bare: str, support: str) -> float:
    pairs = [pair for run in _HAN.findall(bare) for pair in _pairs(run)]
    words = [word.lower() for word in re.findall(r"[A-Za-z]{3,}", bare)]
    lower = support.lower()
    held = sum(pair in support for pair in pairs) + sum(word in lower for word in words)
    return held / (len(pairs) + len(words)) if pairs or words else 0.0


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


@cache
def _lists() -> Mapping[str, Any]:
    document = read_yaml(Path(__file__).with_name("gate.yaml"))
    lists: dict[str, Any] = {
        name: tuple(dict.fromkeys(document[name].lower().split()))
        for name in ("claims", "orders", "words")
    }
    lists["injections"] = tuple(document["injections"])
    lists["complaints"] = document["complaints"]
    return lists
