"""The last check of every reply: a number that nothing supports does not go out.

Owns Reply law 1 of docs/api.md: every number in text and speech, in digits or Chinese numerals,
is a figure, part of a calculation, check, note or quotation, of the question, of the library's
coverage, or of a guidance card.

Leaves to others: reading numbers (numerals.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from assistant.model import Reply
from assistant.numerals import chinese_numbers_in, numbers_in
from indexer.text import fold

_CITE = re.compile(r"\[\d+\]")
#: Chinese numerals that are words, not numbers, in the sentences of replies and labels.
_WORDS = re.compile(
    r"(?<![零〇一二三四五六七八九十百千万亿点])(?:三安全一稳定|第三方|三类|四类|一类|一致|一项|一格|一栏|一般|一种|另一|统一|同一|之一|一起|一行|一并|唯一|三张|四种|一位小数|两位|两份|一条|一年|一份|两处|一点|一个|一次|一些|万元|亿元|千元|百元"
    r"|第[一二三四五六七八九十]+[部条款项章分]|表[一二三四]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])"
)


def uncovered(reply: Reply, question: str, coverage: Iterable[int], extra: str = "") -> list[str]:
    """Return the numbers of text and speech that nothing supports, as written."""
    written = [number for text in (reply.text, reply.speech) for number in _numbers(text)]
    supplied = _supplied(reply, question, extra).union(coverage)
    return [
        text
        for value, text in written
        if value not in supplied and -value not in supplied and abs(value) not in supplied
    ]


def _numbers(text: str) -> Iterator[tuple[Decimal, str]]:
    bare = _CITE.sub(" ", text)
    for number in numbers_in(bare):
        yield number.value, bare[number.start : number.stop]
    masked = _WORDS.sub(lambda match: " " * len(match.group()), bare)
    for number in chinese_numbers_in(masked):
        written = masked[number.start : number.stop]
        if len(written) > 1 or re.match(
            r"(?:件|条|份|个|项|宗|部|起|篇|次|家|年|期|场|人|，|。)", masked[number.stop :]
        ):
            yield _of_money(number.value, masked, number.stop), written


def _of_money(value: Decimal, text: str, stop: int) -> Decimal:
    """Return what a numeral is worth whose last sign belongs to the unit (七千万元: 7000 万元).

    >>> _of_money(Decimal(70_000_000), "七千万元", 3)
    Decimal('7000')
    """
    scale = {"万": 10_000, "亿": 100_000_000}.get(text[stop - 1 : stop], 1)
    return value / scale if text[stop : stop + 1] == "元" else value


def _supplied(reply: Reply, question: str, extra: str) -> set[Decimal | int]:
    """Return the numbers that support others; an int equals its Decimal."""
    supplied: set[Decimal | int] = set()
    texts = [question, extra]
    for figure in reply.figures:
        if figure.value is not None:
            supplied.add(figure.value)
        if figure.year is not None:
            supplied.add(figure.year)
        supplied |= _values(f"{figure.label} {figure.organ or ''}")
    texts += [f"{item.expression} {item.result}" for item in reply.calculations]
    texts += [check.text for check in reply.checks]
    texts += [note.text for note in reply.notes]
    texts += [f"{choice.label} {choice.question}" for choice in reply.choices]
    for citation in reply.citations:
        texts += [citation.quote, citation.title, *(citation.row or ()), *(citation.column or ())]
        supplied.add(citation.year)
        if citation.table:
            supplied.add(citation.table)
    return supplied.union(*map(_folded_values, texts))


@lru_cache(maxsize=8192)
def _folded_values(text: str) -> frozenset[Decimal]:
    """The numbers that one text supplies as it stands and folded; see _values."""
    folded = fold(text)
    return _values(text) if folded == text else _values(text) | _values(folded)


@lru_cache(maxsize=8192)
def _values(text: str) -> frozenset[Decimal]:
    """The numbers that one text supplies; labels, titles and notes come up again and again."""
    return frozenset(
        (
            *(number.value for number in numbers_in(text)),
            *map(Decimal, re.findall(r"\d+(?:\.\d+)?", text)),
            *(number.value for number in chinese_numbers_in(text)),
        )
    )
