"""Read tables that a page's text has lost: labels in a row, digits run together.

Owns finding the official labels in running text, the runs of digits between them, and the
evidence by which a run is read: blanks between numbers, sums over rows and columns, numbers that
the narrative states.  What the evidence leaves open is listed as unreadable.

Leaves to others: the search itself (splitting.py), wording (formats.py), grids (tables.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.cells import Reading, Spot, put, unreadable
from indexer.formats import Block, Format, Label, Row, load_format
from indexer.model import Document, FormatId, Paragraph, Place
from indexer.splitting import (
    Cells,
    cuts,
    line_readings,
    may_hide_blanks,
    provable,
    row_readings,
)
from indexer.tables import unit_of
from indexer.text import CleanText, clean, squash

_VALUES = re.compile(r"[\d,./+\-]*")
_NO_VALUE = re.compile(r"[^\d,./+\-]")
_UNIT_OF_HEAD = re.compile(r"\((?:单位:?)?[亿万千百]?元\)")
_MONEY = re.compile(r"[亿万千百]?元")
_GROUP_WORDS = re.compile(
    r"(?:三、本年度办理结果|\([三四五六]\)(?:不予公开|无法提供|不予处理|其他处理)"
    r"|不予公开|无法提供|不予处理|其他处理|本年度办理结果|\([三四五六]\)|三、)+$"
)
_LEAVES = r"(?:结果维持结果纠正其[他它]结果尚未审结总计)"
_REVIEW_HEAD = re.compile(rf"复议后起诉{_LEAVES}{{1,3}}")


#: Characters that may stand between a label and the one before it; 其他 is too common a word.
MOST_BETWEEN = {"other.rest": 80}


@dataclass(frozen=True)
class Run:
    """The text printed for one row: [start, stop) in the clean text, cut at blanks."""

    tokens: tuple[str, ...]
    start: int
    stop: int


def read_flattened(
    document: Document, missing: Sequence[int], stated: Mapping[str, frozenset[int]]
) -> Reading:
    """Read the tables numbered in `missing` (2, 3, 4) from the text of `document`.

    `stated` maps indicator ids to the numbers that the narrative gives for them.
    """
    text = clean(document.text)
    reading = Reading(format=_format_of(text.clean))
    if reading.format is None:
        return reading
    official = load_format(reading.format)
    if 2 in missing:
        _read_blocks(document, text, official, stated, reading)
    if 3 in missing:
        _read_matrix(document, text, reading)
    if 4 in missing:
        _read_line(document, text, official, reading)
    return reading


def _format_of(text: str) -> FormatId | None:
    if "本年制发件数" in text or "本年收费金额" in text:
        return "2021"
    if "本年新制作数量" in text or "对外公开总数量" in text:
        return "2019"
    if "本年新收政府信息公开申请数量" in text and "结转下年度继续办理" in text:
        return "2021" if "逾期不补正" in text else "2019"
    return None


def _run(text: CleanText, start: int, stop: int) -> Run | None:
    """Return what stands in [start, stop) as tokens, None if it is more than values."""
    if not _VALUES.fullmatch(text.clean, start, stop):
        return None
    tokens: list[str] = []
    at = start
    for index in range(start + 1, stop + 1):
        if index == stop or text.origin[index] != text.origin[index - 1] + 1:
            tokens.append(text.clean[at:index])
            at = index
    return Run(tuple(tokens) if stop > start else (), start, stop)


def _read_matrix(document: Document, text: CleanText, reading: Reading) -> None:
    rows = load_format("2021").rows
    begin = text.clean.find("本年新收政府信息公开申请数量")
    if begin < 0:
        return
    applicants = load_format("2021").applicants
    if not _in_order(text.clean[max(0, begin - 400) : begin], applicants):
        return
    numbered = begin - len(squash(rows["received"].number))
    found = _labels_in_order(text.clean, max(0, numbered), rows)
    runs = {row.id: _values_between(text, found, index) for index, (row, _, _) in enumerate(found)}
    read = _proven_rows({id_: run for id_, run in runs.items() if run}, rows, len(applicants))
    for row, start, stop in found:
        path = (*row.path[:-1], _printed(text, (start, stop)))
        run, cells = runs[row.id], read.get(row.id)
        place = _place(document, text, *((run.start, run.stop) if run else (start, stop)))
        if cells is None:
            shown = " ".join(run.tokens) if run else ""
            spot = Spot(3, row.id, None, path, (), "件")
            reading.unreadable.append(unreadable(spot, shown, _why(run), place))
            continue
        for applicant, printed_cell in zip(applicants.values(), cells, strict=True):
            put(
                reading,
                Spot(3, row.id, applicant.id, path, applicant.path, "件"),
                printed_cell,
                place,
            )


def _why(run: Run | None) -> str:
    if run is None or not run.tokens:
        return "no figures can be told apart behind this label"
    return "the digits run together and the sums do not leave exactly one reading"


def _in_order(heading: str, applicants: Mapping[str, Label]) -> bool:
    """Whether the column headings are printed in the official order just above the rows."""
    outer = [heading.find(word) for word in ("自然人", "法人", "总计")]
    inner = [heading.find(label.printed) for label in list(applicants.values())[1:5]]
    return -1 not in (*outer, *inner) and outer == sorted(outer) and inner == sorted(inner)


def _labels_in_order(text: str, begin: int, rows: Mapping[str, Row]) -> list[tuple[Row, int, int]]:
    """Return (row, start, stop) for each official label, searched from top to bottom.

    The span covers the label's own number ("6." before 属于四类过程性信息).
    """
    found: list[tuple[Row, int, int]] = []
    at = begin
    for row in rows.values():
        span = _find_label(text, row, at)
        if span is None or span[0] - at > MOST_BETWEEN.get(row.id, 200):
            continue
        found.append((row, *span))
        at = span[1]
    return found


def _find_label(text: str, row: Row, at: int) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    for form in row.forms:
        start = text.find(form, at)
        while start >= 0 and row.id == "other.rest" and text.startswith("处理", start + len(form)):
            start = text.find(form, start + 1)
        if start < 0:
            continue
        if best is None or (start, -len(form)) < (best[0], best[0] - best[1]):
            best = (start, start + len(form))
    if best is None:
        return None
    number = squash(row.number).rstrip("、.")
    for mark in (f"{number}.", f"{number}、", number if number.startswith("(") else ""):
        if mark and text.endswith(mark, at, best[0]):
            return best[0] - len(mark), best[1]
    return best


def _values_between(
    text: CleanText, found: Sequence[tuple[Row, int, int]], index: int
) -> Run | None:
    stop_of_label = found[index][2]
    if index + 1 < len(found):
        end = found[index + 1][1]
    else:
        match = _NO_VALUE.search(text.clean, stop_of_label)
        end = match.start() if match else len(text.clean)
    between = text.clean[stop_of_label:end]
    if group := _GROUP_WORDS.search(between):
        end -= len(group.group())
    return _run(text, stop_of_label, end)


def _proven_rows(
    runs: Mapping[str, Run], rows: Mapping[str, Row], cells: int
) -> dict[str, tuple[str, ...]]:
    """Return the printed cells of each row that can be proved."""
    plain = {id_: run.tokens for id_, run in runs.items() if run.tokens}
    spaced = all(len(tokens) == cells for tokens in plain.values())
    if spaced:
        return dict(plain)
    if any(len("".join(tokens)) < cells for tokens in plain.values()):
        return {}
    readings = {
        id_: found
        for id_, tokens in plain.items()
        if all(token.isdigit() for token in tokens)
        and not may_hide_blanks("".join(tokens))
        and (found := row_readings(tokens, cells))
    }
    complete = _complete(readings, rows)
    read = provable(readings, lambda chosen: not complete or _columns_hold(chosen, rows, cells))
    if complete and set(read) == set(readings) and not _columns_hold(read, rows, cells):
        read = _without_contradicted(read, plain, rows, cells)
    return {id_: tuple(map(str, values)) for id_, values in read.items()}


def _complete(readings: Mapping[str, object], rows: Mapping[str, Row]) -> bool:
    """Whether every row that the column sums need is there."""
    parts = {"other.not_corrected", "other.unpaid", "other.rest"}
    needed = set(rows) - parts - {"other"}
    return needed <= set(readings) and (parts <= set(readings) or "other" in readings)


def _columns_hold(chosen: Mapping[str, Cells], rows: Mapping[str, Row], cells: int) -> bool:
    """R1 and R2 of domain rules for every column of one reading of all rows."""
    outcomes = [id_ for id_ in chosen if rows[id_].outcome]
    for column in range(cells):
        concluded = chosen["concluded"][column]
        if sum(chosen[id_][column] for id_ in outcomes) != concluded:
            return False
        came = chosen["received"][column] + chosen["carried_in"][column]
        if came != concluded + chosen["carried_out"][column]:
            return False
    return True


def _without_contradicted(
    read: Mapping[str, Cells],
    plain: Mapping[str, tuple[str, ...]],
    rows: Mapping[str, Row],
    cells: int,
) -> dict[str, Cells]:
    """Drop each row that, cut in another way, would make every column add up."""
    kept = dict(read)
    for id_, tokens in plain.items():
        if id_ not in read or len("".join(tokens)) == cells:
            continue
        for other in cuts(tokens, cells):
            if other != read[id_] and _columns_hold({**read, id_: other}, rows, cells):
                kept.pop(id_)
                break
    return kept


def _read_line(document: Document, text: CleanText, official: Format, reading: Reading) -> None:
    heads = list(_REVIEW_HEAD.finditer(text.clean))
    if not heads:
        return
    head = heads[-1]
    before = text.clean[max(0, head.start() - 120) : head.start()]
    if not (0 <= before.rfind("行政复议") < before.rfind("未经复议直接起诉")):
        return
    values = _VALUES.match(text.clean, head.end())
    run = _run(text, head.end(), values.end()) if values else None
    if run is None or not run.tokens:
        return
    width, blocks = len(official.results), list(official.review_blocks.values())
    cells = _line_cells(run, len(blocks), width)
    spots = [
        Spot(4, f"{block.id}.{result.id}", None, (), (*block.path, result.printed), "件")
        for block in blocks
        for result in official.results.values()
    ]
    _put_cells(reading, spots, cells, run, _place(document, text, run.start, run.stop), _why(run))


def _put_cells(
    reading: Reading,
    spots: Sequence[Spot],
    cells: Sequence[str] | None,
    run: Run,
    place: Place,
    reason: str,
) -> None:
    """Read the cells of one row, one for each spot; without them, say why all are unreadable."""
    for index, spot in enumerate(spots):
        if cells is None:
            reading.unreadable.append(unreadable(spot, " ".join(run.tokens), reason, place))
        else:
            put(reading, spot, cells[index], place)


def _line_cells(run: Run, blocks: int, width: int) -> tuple[str, ...] | None:
    if len(run.tokens) == blocks * width:
        return run.tokens
    if not all(token.isdigit() for token in run.tokens):
        return None
    found = line_readings(run.tokens, blocks, width)
    return tuple(map(str, found[0])) if found is not None and len(found) == 1 else None


def _read_blocks(
    document: Document,
    text: CleanText,
    official: Format,
    stated: Mapping[str, frozenset[int]],
    reading: Reading,
) -> None:
    """Read table two, block after block, from its clause heading on."""
    at = text.clean.find(squash(official.blocks[0].clause))
    for block in official.blocks:
        clause = text.clean.find(squash(block.clause), at) if at >= 0 else -1
        if clause < 0:
            continue
        headings = _headings(text.clean, clause, block)
        at = clause
        if headings is None:
            continue
        at = headings[-1][1]
        for label in block.rows.values():
            if (span := _find_block_label(text.clean, label, at)) is None:
                continue
            at = span[1]
            run = _block_run(text, block, span[1])
            if run is not None and run.tokens:
                spots = _block_spots(text, block, label, span, headings)
                cells = _block_cells(run, [str(spot.indicator) for spot in spots], stated)
                place = _place(document, text, run.start, run.stop)
                reason = "the digits run together and nothing proves where one number ends"
                _put_cells(reading, spots, cells, run, place, reason)


def _block_run(text: CleanText, block: Block, start: int) -> Run | None:
    """Return the values behind a label of table two, money with the unit printed behind it."""
    match = _VALUES.match(text.clean, start)
    run = _run(text, start, match.end()) if match else None
    if run is None or not run.tokens or not list(block.columns.values())[-1].decimals:
        return run
    unit = _MONEY.match(text.clean, run.stop)
    if unit is None:
        return run
    return Run((*run.tokens[:-1], run.tokens[-1] + unit.group()), start, unit.end())


def _headings(text: str, clause: int, block: Block) -> list[tuple[int, int]] | None:
    """Spans of the block's column headings, None unless all stand in the official order."""
    at = clause
    found: list[tuple[int, int]] = []
    for column in block.columns.values():
        spans = [
            (start, start + len(form))
            for form in column.forms
            if 0 <= (start := text.find(form, at)) < at + 60
        ]
        if not spans:
            return None
        start, at = max(spans, key=lambda span: (span[1], -span[0]))
        if column.decimals and (unit := _UNIT_OF_HEAD.match(text, at)):
            at = unit.end()
        found.append((start, at))
    return found


def _find_block_label(text: str, label: Label, at: int) -> tuple[int, int] | None:
    spans = [
        (found, found + len(form))
        for form in label.forms
        if 0 <= (found := text.find(form, at)) <= at + 40
    ]
    return min(spans, key=lambda span: (span[0], -span[1])) if spans else None


def _block_spots(
    text: CleanText,
    block: Block,
    label: Label,
    span: tuple[int, int],
    headings: Sequence[tuple[int, int]],
) -> list[Spot]:
    """Return where each cell of the row belongs whose label stands at `span`."""
    row = (block.clause, _printed(text, span))
    return [
        Spot(
            table=2,
            indicator=f"{label.id}.{column.id}",
            applicant=None,
            row=row,
            column=(_printed(text, heading),),
            unit=unit_of(column, block, _printed(text, heading)),
        )
        for column, heading in zip(block.columns.values(), headings, strict=True)
    ]


def _printed(text: CleanText, span: tuple[int, int]) -> str:
    """Return what is printed at a span of the clean text, without white space."""
    return "".join(text.raw[slice(*text.raw_span(*span))].split())


def _block_cells(
    run: Run, ids: Sequence[str], stated: Mapping[str, frozenset[int]]
) -> tuple[str, ...] | None:
    """Return one printed text per column, or None where more than one reading is left.

    Digits that can be read in one way only, blank cells allowed, are read so: 002 is 0, 0, 2,
    but 020 may be 0 and 20.
    """
    if len(run.tokens) == len(ids):
        return run.tokens
    joined = "".join(run.tokens)
    if len(run.tokens) != 1 or not joined.isdigit() or len(ids) == 1:
        return None
    ways = [cells for count in range(1, len(ids) + 1) for cells in cuts([joined], count)]
    if len(ways) == 1 and len(ways[0]) == len(ids):
        return tuple(map(str, ways[0]))
    found = [
        cells
        for cells in cuts([joined], len(ids))
        if any(id_ in stated for id_ in ids)
        and all(
            value in stated[id_] for id_, value in zip(ids, cells, strict=True) if id_ in stated
        )
    ]
    if len(found) == 1 and len(found[0]) - 1 <= sum(id_ in stated for id_ in ids):
        return tuple(map(str, found[0]))
    return None


def _place(document: Document, text: CleanText, start: int, stop: int) -> Place:
    """Return the place of [start, stop) of the clean text in the file; of an empty span, before."""
    low, high = text.raw_span(min(start, stop - 1), stop)
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            continue
        at = block.place
        if at.start is not None and at.stop is not None and at.start <= low < at.stop:
            return Place(at.file, at.page, at.line, start=low, stop=high)
    return Place("", start=low, stop=high)
