"""Read the numbers a report prints, and know when it prints none.

Owns every rule about printed numbers in cells: full-width digits, thousands separators, unit
suffixes, notes in brackets, and the marks that stand for "not applicable".  No other module of
the indexer calls int(), float() or Decimal() on report text.

Leaves to others: what a number counts (formats.py), whether the numbers of one report agree
(rules.py), numbers inside prose (narrative.py finds them and calls `read_number`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indexer.errors import UnreadableCell
from indexer.model import State
from indexer.text import SHORT, fold

#: Marks that say "does not apply", once folded.  Extend with a case from a report, not by hunch.
NOT_APPLICABLE = frozenset(
    {"/", "//", "\\", "-", "--", "---", "----", "*", "不适用", "不涉及", "N/A", "n/a"}
)

#: Units that may follow a printed number, longest first.
UNITS = (
    "万元", "亿元", "千元", "百元", "人次", "件次", "元", "件", "条", "项", "个", "部", "宗",
    "次", "份", "篇", "期", "起", "例", "人", "场", "家", "户", "笔", "%",
)  # fmt: skip

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_NOTE = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]")
_WORDS = re.compile(r"[一-龥A-Za-z]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed table cell.

    `value` is set if and only if `state` is "number".  `unit` is what the cell itself prints
    behind its number, None where it prints none.
    """

    printed: str
    state: State
    value: Decimal | None
    unit: str | None = None


def read_cell(printed: str) -> Cell:
    """Read one printed cell.

    >>> [read_cell(p).state for p in ("0", "", "／", "详见附件")]
    ['number', 'blank', 'not_applicable', 'text']
    >>> read_cell("１，２３４").value, read_cell("251000元").unit
    (Decimal('1234'), '元')
    >>> read_cell("22（其中修订16件）").value
    Decimal('22')

    Raises:
        UnreadableCell: two numbers in one cell, or signs that are neither number, mark nor words.
    """
    return _read_short(printed) if len(printed) <= SHORT else _read(printed)


def _read(printed: str) -> Cell:
    folded = " ".join(fold(printed).split())
    text = folded.replace(" ,", ",").replace(", ", ",")
    if not text:
        return Cell(printed, "blank", None)
    if text.replace(" ", "") in NOT_APPLICABLE:
        return Cell(printed, "not_applicable", None)
    bare, unit = _without_unit(_NOTE.sub("", text).strip())
    if _NUMBER.fullmatch(bare):
        return Cell(printed, "number", read_number(bare), unit)
    if _WORDS.search(text):
        if re.fullmatch(r"[-+\d,.\s]+", bare) or re.match(
            r"[-+]?[\d,.]+\s*[^\d一-龥A-Za-z(\[]*$", bare
        ):
            raise UnreadableCell(f"{printed!r} is not one number")
        return Cell(printed, "text", None)
    raise UnreadableCell(f"{printed!r} is neither a number, a mark nor text")


_read_short = lru_cache(maxsize=8192)(_read)


def read_number(text: str) -> Decimal:
    """Return the number that `text` writes in digits, thousands separators allowed.

    >>> read_number("1,234.50")
    Decimal('1234.50')

    Raises:
        UnreadableCell: `text` is not exactly one number.
    """
    if not _NUMBER.fullmatch(text):
        raise UnreadableCell(f"{text!r} is not a number")
    return Decimal(text.replace(",", "").removeprefix("+"))


def canonical(value: Decimal) -> str:
    """Return `value` as a plain decimal string, with the digits that were printed.

    >>> canonical(Decimal("1234")), canonical(Decimal("0.50")), canonical(Decimal("1E+2"))
    ('1234', '0.50', '100')
    """
    return format(value, "f")


def _without_unit(text: str) -> tuple[str, str | None]:
    for unit in UNITS:
        if text.endswith(unit) and text != unit:
            return text.removesuffix(unit).strip(), unit
    return text, None
