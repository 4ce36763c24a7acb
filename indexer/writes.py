"""Write reports into the tables, and take them out again.

Owns which rows belong to a report, and which of several versions is the current one.  Every
function runs inside a transaction of its caller.

One organ and year has one current report.  A file whose content changed replaces its older
report: as a newer version where organ and year stay the same, wholly where they do not.  Of two
files for one organ and year the one published later is current, if both state when; else the one
indexed later.  Older versions stay, marked with the report that superseded them.

Leaves to others: transactions, originals, vectors' way to Chroma (store.py), coding (records.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from indexer import schema
from indexer.model import Figure, Grid, Organ, Passage, Report, Unreadable
from indexer.records import (
    STATES,
    AddResult,
    Outcome,
    Vocabulary,
    content_digest,
    encode_finding,
    encode_grids,
    encode_path,
    encode_place,
    encode_printed,
    encode_text,
    encode_value,
    report_key,
)


def read_header(connection: Connection) -> dict[str, str]:
    """Return the header of the index."""
    return {row.key: row.value for row in connection.execute(select(schema.header))}


def set_header(connection: Connection, values: Mapping[str, str]) -> None:
    """Set lines of the header."""
    table = schema.header
    for key, value in values.items():
        changed = connection.execute(update(table).where(table.c.key == key).values(value=value))
        if not changed.rowcount:
            connection.execute(insert(table).values(key=key, value=value))


def count_change(connection: Connection, *, vectors: bool = False) -> int:
    """Note in the header that something changed, and whether vectors did; return the serial."""
    header = read_header(connection)
    serial = int(header["serial"]) + 1
    changed = {"serial": str(serial)}
    if vectors:
        changed["vectors"] = str(int(header["vectors"]) + 1)
    set_header(connection, changed)
    return serial


def add_report(connection: Connection, words: Vocabulary, report: Report) -> AddResult:
    """Write everything of `report` but its vectors; see the module for what it replaces."""
    organ = _organ_id(connection, report.organ)
    key = report_key(report.organ.name, report.year, report.digest)
    connection.execute(delete(schema.skipped).where(schema.skipped.c.file == report.file))
    before = _report_of_file(connection, report.file)
    present = find_report(connection, key)
    if present is not None and present.superseded_by is None:
        _claim_file(connection, report, present.id)
        _drop_orphan(connection, before, present.id)
        return AddResult(key, "unchanged")
    replaces = before is not None and (before.organ_id, before.year) == (organ, report.year)
    current = _current(connection, organ, report.year)
    id_ = _insert_report(connection, words, report, organ, key) if present is None else present.id
    _claim_file(connection, report, id_)
    if not replaces:
        _drop_orphan(connection, before, id_)
    outcome = _rank_versions(connection, current, id_, certain=replaces or present is not None)
    return AddResult(key, outcome)


def find_report(connection: Connection, key: str) -> Row[Any] | None:
    """Return the row of the report with this public id."""
    return connection.execute(select(schema.report).where(schema.report.c.key == key)).first()


def delete_report(connection: Connection, id_: int) -> None:
    """Take out a report with all that belongs to it; an older version becomes current again."""
    report = schema.report
    gone = connection.execute(select(report).where(report.c.id == id_)).one()
    if gone.superseded_by is None:
        _unrank(connection, gone)
    for table in schema.OWNED:
        connection.execute(delete(table).where(table.c.report_id == id_))
    files = schema.source_file
    connection.execute(delete(files).where(files.c.report_id == id_))
    connection.execute(delete(report).where(report.c.id == id_))
    _toggle_content(connection, gone)
    _drop_empty_organ(connection, gone.organ_id)


def move_report(connection: Connection, id_: int, organ: Organ, year: int | None = None) -> str:
    """Give a report another organ, and another year if one is given; return its new id.

    A report that is there already with that organ, year and content is replaced.
    """
    report = schema.report
    row = connection.execute(select(report).where(report.c.id == id_)).one()
    year = row.year if year is None else year
    key = report_key(organ.name, year, row.digest)
    if key == row.key:
        _organ_id(connection, organ)
        return key
    if (same := find_report(connection, key)) is not None:
        delete_report(connection, same.id)
    if row.superseded_by is None:
        _unrank(connection, row)
    new_organ = _organ_id(connection, organ)
    current = _current(connection, new_organ, year)
    _toggle_content(connection, row)
    connection.execute(
        update(report)
        .where(report.c.id == id_)
        .values(organ_id=new_organ, year=year, key=key, superseded_by=None)
    )
    if year != row.year:
        figure = schema.figure
        connection.execute(update(figure).where(figure.c.report_id == id_).values(year=year))
    _toggle_content(connection, connection.execute(select(report).where(report.c.id == id_)).one())
    _rank_versions(connection, current, id_, certain=False)
    _drop_empty_organ(connection, row.organ_id)
    return key


def content_version(connection: Connection) -> str:
    """Return 12 hex digits that stand for the set of current reports and what was read in them.

    The same set gives the same version, in whatever order it came about.
    """
    total = int(read_header(connection)["content"], 16)
    return hashlib.sha256(f"{schema.FORMAT_VERSION}|{total:064x}".encode()).hexdigest()[:12]


def write_findings(
    connection: Connection, id_: int, rows: Iterable[dict[str, str]], rules: Iterable[str] | None
) -> None:
    """Replace the findings of `rules`, or all, of a report by `rows`."""
    table = schema.finding
    gone = delete(table).where(table.c.report_id == id_)
    connection.execute(gone if rules is None else gone.where(table.c.rule.in_(list(rules))))
    last = connection.execute(
        select(func.max(table.c.seq)).where(table.c.report_id == id_)
    ).scalar()
    first = 0 if last is None else int(last) + 1
    _insert_all(
        connection,
        table,
        [{"report_id": id_, "seq": seq, **row} for seq, row in enumerate(rows, first)],
    )


def _organ_id(connection: Connection, organ: Organ) -> int:
    table, aliases = schema.organ, schema.organ_alias
    row = connection.execute(select(table).where(table.c.name == organ.name)).first()
    if row is None:
        made = connection.execute(
            insert(table).values(name=organ.name, place_only=organ.place_only)
        ).inserted_primary_key
        id_ = int(made[0]) if made else 0
    else:
        id_ = int(row.id)
        if row.place_only != organ.place_only:
            connection.execute(
                update(table).where(table.c.id == id_).values(place_only=organ.place_only)
            )
    known = set(
        connection.execute(select(aliases.c.alias).where(aliases.c.organ_id == id_)).scalars()
    )
    fresh = [alias for alias in dict.fromkeys(organ.aliases) if alias not in known]
    _insert_all(connection, aliases, [{"organ_id": id_, "alias": alias} for alias in fresh])
    return id_


def _drop_empty_organ(connection: Connection, id_: int) -> None:
    report, aliases, organ = schema.report, schema.organ_alias, schema.organ
    if connection.execute(select(report.c.id).where(report.c.organ_id == id_).limit(1)).first():
        return
    connection.execute(delete(aliases).where(aliases.c.organ_id == id_))
    connection.execute(delete(organ).where(organ.c.id == id_))


def _report_of_file(connection: Connection, file: str) -> Row[Any] | None:
    report, files = schema.report, schema.source_file
    return connection.execute(
        select(report).join(files, files.c.report_id == report.c.id).where(files.c.file == file)
    ).first()


def _claim_file(connection: Connection, report: Report, id_: int) -> None:
    files = schema.source_file
    connection.execute(delete(files).where(files.c.file == report.file))
    connection.execute(insert(files).values(file=report.file, digest=report.digest, report_id=id_))


def _drop_orphan(connection: Connection, before: Row[Any] | None, now: int) -> None:
    """Take out the report that a file held before, unless another file still holds it."""
    if before is None or before.id == now:
        return
    files = schema.source_file
    still = select(files.c.file).where(files.c.report_id == before.id).limit(1)
    if connection.execute(still).first() is None:
        delete_report(connection, before.id)


def _current(connection: Connection, organ: int, year: int) -> Row[Any] | None:
    report = schema.report
    return connection.execute(
        select(report).where(
            report.c.organ_id == organ, report.c.year == year, report.c.superseded_by.is_(None)
        )
    ).first()


def _rank_versions(
    connection: Connection, current: Row[Any] | None, id_: int, *, certain: bool
) -> Outcome:
    """Make `id_` the current version, or not; `current` is the one before, if any."""
    report = schema.report
    new = connection.execute(select(report).where(report.c.id == id_)).one()
    if current is None or current.id == id_:
        return "added"
    dated = new.published and current.published
    if not certain and dated and new.published < current.published:
        _supersede(connection, new, current.id)
        return "kept as older version"
    _toggle_content(connection, current, superseded=False)
    if new.superseded_by is not None:
        connection.execute(update(report).where(report.c.id == id_).values(superseded_by=None))
        _toggle_content(connection, new, superseded=False)
    for older in (report.c.id == current.id, report.c.superseded_by == current.id):
        connection.execute(
            update(report).where(older, report.c.id != id_).values(superseded_by=id_)
        )
    return "superseded older version"


def _supersede(connection: Connection, row: Row[Any], by: int) -> None:
    report = schema.report
    connection.execute(update(report).where(report.c.id == row.id).values(superseded_by=by))
    _toggle_content(connection, row, superseded=False)


def _unrank(connection: Connection, gone: Row[Any]) -> None:
    """Hand the place of the current version `gone` to the latest of the older ones."""
    report = schema.report
    versions = connection.execute(select(report).where(report.c.superseded_by == gone.id)).all()
    if not versions:
        return
    heir = max(versions, key=lambda row: (row.published or "", row.serial))
    connection.execute(
        update(report).where(report.c.superseded_by == gone.id).values(superseded_by=heir.id)
    )
    connection.execute(update(report).where(report.c.id == heir.id).values(superseded_by=None))
    _toggle_content(connection, heir, superseded=False)


def _toggle_content(
    connection: Connection, row: Row[Any], *, superseded: bool | None = None
) -> None:
    """Add a current report to the digest of the content, or take it out: the same operation.

    `superseded` overrides what the row says, where it was read before the change.
    """
    if row.superseded_by is not None if superseded is None else superseded:
        return
    text = f"{row.key}|{row.content}"
    mark = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    total = int(read_header(connection)["content"], 16) ^ mark
    set_header(connection, {"content": f"{total:064x}"})


def _insert_report(
    connection: Connection, words: Vocabulary, report: Report, organ: int, key: str
) -> int:
    provenance = {**report.document.provenance, **report.provenance}
    made = connection.execute(
        insert(schema.report).values(
            key=key,
            organ_id=organ,
            year=report.year,
            format=report.format,
            title=report.title,
            file=report.file,
            place_file=_place_file(report),
            digest=report.digest,
            content=content_digest(report),
            kind=report.document.kind,
            pages=report.document.pages,
            provenance=json.dumps(provenance, ensure_ascii=False),
            published=provenance.get("published"),
            serial=int(read_header(connection)["serial"]),
            figures=len(report.figures),
            unreadable=len(report.unreadable),
            passages=len(report.passages),
        )
    ).inserted_primary_key
    id_ = int(made[0]) if made else 0
    _insert_parts(connection, words, report, id_)
    row = connection.execute(select(schema.report).where(schema.report.c.id == id_)).one()
    _toggle_content(connection, row)
    return id_


def _place_file(report: Report) -> str:
    """Return the name by which the places of a report call its file."""
    placed: Sequence[Figure | Passage | Unreadable] = report.figures or report.passages
    return placed[0].place.file if placed else report.file


def _insert_parts(connection: Connection, words: Vocabulary, report: Report, id_: int) -> None:
    parts: tuple[tuple[Table, list[dict[str, Any]]], ...] = (
        (schema.figure, [_figure(connection, words, figure) for figure in report.figures]),
        (schema.unreadable, [_unreadable(connection, words, cell) for cell in report.unreadable]),
        (
            schema.section,
            [
                {"number": s.number, "heading": s.heading, "start": s.start, "stop": s.stop}
                for s in report.sections
            ],
        ),
        (schema.passage, [_passage(connection, words, passage) for passage in report.passages]),
        (schema.finding, [dict(encode_finding(finding)) for finding in report.findings]),
    )
    for table, rows in parts:
        for seq, row in enumerate(rows):
            row.update(report_id=id_, seq=seq)
            if table is schema.figure:
                row.update(year=report.year)
        _insert_all(connection, table, rows)
    connection.execute(
        insert(schema.document).values(
            report_id=id_,
            text=encode_text(report.document.text),
            grids=encode_grids(b for b in report.document.blocks if isinstance(b, Grid)),
        )
    )


def _insert_all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _cell(
    connection: Connection, words: Vocabulary, cell: Figure | Unreadable
) -> dict[str, int | None]:
    return {
        "table_number": cell.table,
        "row_path_id": words.paths.number(connection, encode_path(cell.row)),
        "column_path_id": words.paths.number(connection, encode_path(cell.column)),
        "indicator_id": words.indicators.number(connection, cell.indicator),
        "applicant_id": words.applicants.number(connection, cell.applicant),
        **encode_place(cell.place),
    }


def _figure(connection: Connection, words: Vocabulary, figure: Figure) -> dict[str, Any]:
    amount, exact = encode_value(figure.value)
    return {
        **_cell(connection, words, figure),
        "unit_id": words.units.number(connection, figure.unit),
        "state": STATES.index(figure.state),
        "amount": amount,
        "exact": exact,
        "printed": encode_printed(figure.printed, figure.value),
    }


def _unreadable(connection: Connection, words: Vocabulary, cell: Unreadable) -> dict[str, Any]:
    return {
        **_cell(connection, words, cell),
        "printed": cell.printed,
        "reason": cell.reason,
    }


def _passage(connection: Connection, words: Vocabulary, passage: Passage) -> dict[str, Any]:
    return {
        "section": passage.section,
        "path_id": words.paths.number(connection, encode_path(passage.path)),
        "text": passage.text,
        **encode_place(passage.place),
    }
