"""List what an index holds: figures, reports, indicators and checks, as rows and as JSON.

Owns the shapes of these lists in docs/api.md, the words for the rules, and the conversion of a
label into the id that it stands for.

Leaves to others: reading the index (the store), answering (answer.py), csv and workbooks
(spreadsheets.py), routes (api/) and commands (__main__.py), which print what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any, Final

from assistant.model import Language, place_json
from assistant.redraw import table_numbers
from assistant.spreadsheets import csv_lines, save_workbook
from indexer.formats import Label, load_format, load_statistics
from indexer.model import Figure, Finding, Grid, Place, Report, Unreadable
from indexer.numbers import canonical
from indexer.records import FigureRow, ReportRow, StoredFinding
from indexer.text import squash

if TYPE_CHECKING:
    from indexer.store import Store

COLUMNS: Final = (
    "organ",
    "year",
    "format",
    "table",
    "row",
    "column",
    "indicator",
    "applicant",
    "state",
    "value",
    "printed",
    "unit",
    "file",
    "page",
    "line",
)

#: What each rule says, zh and en.
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "R1": (
        "新收＋上年结转＝总计＋结转下年度",
        "new + carried in = concluded + carried over",
    ),
    "R2": ("各项办理结果之和＝总计", "the outcomes add up to the total"),
    "R3": ("各类申请人之和＝总计", "the applicants add up to the total"),
    "R4": ("维持＋纠正＋其他＋未审结＝总计", "upheld + corrected + other + pending = total"),
    "R5": ("表格齐全、可读", "the table is there and readable"),
    "R6": ("件数是非负整数", "counts are whole and not negative"),
    "R7": ("正文与表格一致", "the narrative agrees with the table"),
    "R8": ("年度前后一致", "the report speaks of its own year"),
    "R9": ("第六部分说明信息处理费", "section six states the processing fee"),
    "R10": (
        "上年的结转下年度＝本年的上年结转",
        "carried over last year = carried in this year",
    ),
    "R11": (
        "上年现行有效＋制发－废止＝本年现行有效",
        "in force last year + issued - repealed = in force this year",
    ),
    "R12": ("与上年相比没有骤增骤减", "no sudden jump against the year before"),
    "R13": ("上级数字＝下级之和", "the parent's figure is the sum of its children's"),
    "R14": ("在法定期限内公布", "published within the legal time limit"),
}
_UNASSESSED = ("无法判断", "cannot be assessed")
_NOT_FOUND = ("没有找到", "not found")
_NOT_READ = ("有 {} 处读不出", "{} place(s) could not be read")


def list_figures(
    store: Store,
    organ: str | None = None,
    year: int | None = None,
    indicator: str | None = None,
    applicant: str | None = None,
) -> Iterator[FigureRow]:
    """Yield the printed cells of the current reports, by organ, year, table and position.

    `indicator` and `applicant` are ids or official labels; a label that several rows share
    gives all of them, a group (不予公开) its rows.  What nobody knows gives nothing.
    """
    wanted = None if indicator is None else indicator_ids(indicator)
    column = None if applicant is None else applicant_id(applicant)
    single = next(iter(wanted)) if wanted is not None and len(wanted) == 1 else None
    if wanted is not None and not wanted:
        wanted, single = frozenset(), indicator
    for row in store.figure_rows(organ, year, single, column):
        if wanted is None or single is not None or row.figure.indicator in wanted:
            yield row


def figure_json(row: FigureRow) -> dict[str, Any]:
    """Return one printed cell as docs/api.md lists it; `value` is a decimal string."""
    figure = row.figure
    return {
        "organ": row.organ,
        "year": row.year,
        "format": row.format,
        "table": figure.table,
        "row": list(figure.row),
        "column": list(figure.column),
        "indicator": figure.indicator,
        "applicant": figure.applicant,
        "state": figure.state,
        "value": None if figure.value is None else canonical(figure.value),
        "printed": figure.printed,
        "unit": figure.unit,
        "place": place_json(figure.place),
    }


def write_csv(rows: Iterable[FigureRow]) -> Iterator[str]:
    """Yield the lines of a csv file of the cells; see spreadsheets.py."""
    return csv_lines(_sheet(rows))


def write_xlsx(rows: Iterable[FigureRow], file: IO[bytes]) -> None:
    """Write the cells as a workbook; see spreadsheets.py."""
    save_workbook("figures", _sheet(rows), file)


def _sheet(rows: Iterable[FigureRow]) -> Iterator[list[str | int | None]]:
    yield list(COLUMNS)
    for row in rows:
        plain = figure_json(row)
        place = plain.pop("place")
        plain |= {"row": " / ".join(plain["row"]), "column": " / ".join(plain["column"])}
        plain |= {"file": place["file"], "page": place["page"], "line": place["line"]}
        yield [plain[name] for name in COLUMNS]


def report_line(row: ReportRow) -> dict[str, Any]:
    """Return one report of the list of reports."""
    return {
        "id": row.id,
        "organ": row.organ,
        "year": row.year,
        "format": row.format,
        "title": row.title,
        "file": PurePath(row.file).name,
        "kind": row.kind,
        "pages": row.pages,
        "url": row.url,
        "published": row.published,
        "source": row.source,
        "figures": row.figures,
        "unreadable": row.unreadable,
        "passages": row.passages,
        "superseded_by": row.superseded_by,
    }


def report_json(store: Store, row: ReportRow, language: Language = "zh") -> dict[str, Any]:
    """Return one report of the index with its unreadable cells, findings and what is missing."""
    figures = store.figures(row.id)
    findings = [
        finding_json(finding, [figure.place for figure in figures], language)
        | {"figures": list(finding.figures)}
        for finding in store.findings(row.id)
    ]
    return report_line(row) | _read_json(row.format, figures, store.unreadable(row.id), findings)


def document_json(store: Store, row: ReportRow) -> dict[str, Any]:
    """Return the text of an original with its sections, and its tables as the file draws them."""
    return {
        "report": row.id,
        "text": store.document_text(row.id) or "",
        "sections": [
            {"number": one.number, "heading": one.heading, "start": one.start, "stop": one.stop}
            for one in store.sections(row.id)
        ],
        "tables": [_grid_json(grid) for grid in store.grids(row.id)],
    }


def _grid_json(grid: Grid) -> dict[str, Any]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for cell in sorted(grid.cells, key=lambda one: (one.row, one.column)):
        plain = {
            "text": cell.text,
            "row": cell.row,
            "column": cell.column,
            "rowspan": cell.rowspan,
            "colspan": cell.colspan,
        }
        rows.setdefault(cell.row, []).append(plain)
    return {"place": place_json(grid.place), "rows": [rows[number] for number in sorted(rows)]}


def draft_json(report: Report, language: Language = "zh") -> dict[str, Any]:
    """Return what was read of a file that is not in the index."""
    places = [figure.place for figure in report.figures]
    findings = [finding_json(finding, places, language) for finding in report.findings]
    head = {
        "organ": report.organ.name,
        "year": report.year,
        "format": report.format,
        "title": report.title,
        "file": report.file,
    }
    return head | _read_json(report.format, report.figures, report.unreadable, findings)


def _read_json(
    format_id: Any,
    figures: Sequence[Figure],
    unreadable: Sequence[Unreadable],
    findings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "figures": len(figures),
        "unreadable": [_unreadable_json(item) for item in unreadable],
        "findings": list(findings),
        "missing": list(_missing(format_id, figures, unreadable)),
        "tables": list(table_numbers(format_id)),
    }


def _unreadable_json(item: Unreadable) -> dict[str, Any]:
    return {
        "table": item.table,
        "row": list(item.row),
        "column": list(item.column),
        "indicator": item.indicator,
        "applicant": item.applicant,
        "printed": item.printed,
        "place": place_json(item.place),
        "why": item.reason,
    }


def _missing(
    format_id: Any, figures: Sequence[Figure], unreadable: Sequence[Unreadable]
) -> Iterator[dict[str, Any]]:
    """Yield the tables and rows of the form that the report does not print."""
    if format_id not in ("2019", "2021"):
        return
    official = load_format(format_id)
    printed: list[Figure | Unreadable] = [*figures, *unreadable]
    seen = {one.indicator for one in printed}
    tables = {one.table for one in printed}
    for table in (2, 3, 4):
        if table not in tables:
            yield {"table": table, "indicator": None}
    if "other" in seen:
        seen |= set(official.groups_parts.get("other", ()))
    for table, indicator in official.indicators():
        if (
            table in tables
            and indicator not in seen
            and (format_id, indicator) != ("2021", "other")
        ):
            yield {"table": table, "indicator": indicator}


def finding_json(
    finding: Finding | StoredFinding, places: Sequence[Place], language: Language = "zh"
) -> dict[str, Any]:
    """Return the result of one rule; `places` are those of the report's figures, by position."""
    return {
        "rule": finding.rule,
        "result": finding.result,
        "text": finding_text(finding, language),
        "places": [place_json(places[seq]) for seq in finding.figures if seq < len(places)],
    }


def finding_text(finding: Finding | StoredFinding, language: Language = "zh") -> str:
    """Return the result of one rule in words: what it asks, where, and the printed arithmetic."""
    index = 0 if language == "zh" else 1
    words = RULES[finding.rule][index] if finding.rule in RULES else finding.rule
    where = finding.detail.get("label") or finding.detail.get("table")
    if where:
        words += f"（{where}）" if language == "zh" else f" ({where})"
    said = finding.expression
    if finding.result == "not_assessable" and not said:
        said = _UNASSESSED[index]
    if finding.rule == "R5" and finding.result == "fails":
        count = finding.detail.get("unreadable", "0")
        said = _NOT_FOUND[index] if count == "0" else _NOT_READ[index].format(count)
    colon = "：" if language == "zh" else ": "
    return f"{words}{colon}{said}" if said else words


def coverage_json(store: Store) -> list[dict[str, Any]]:
    """Return the years of every organ's reports, and their ids."""
    held: dict[str, list[tuple[int, str]]] = {}
    for row in store.reports():
        held.setdefault(row.organ, []).append((row.year, row.id))
    return [
        {
            "organ": organ,
            "years": [year for year, _ in sorted(found)],
            "reports": [report for _, report in sorted(found)],
        }
        for organ, found in held.items()
    ]


def organs_json(store: Store) -> list[dict[str, Any]]:
    """Return the publishers with their other names and the years of their reports."""
    coverage = store.coverage()
    return [
        {
            "id": organ.id,
            "name": organ.name,
            "aliases": list(organ.aliases),
            "years": list(coverage.get(organ.name, ())),
        }
        for organ in store.organs()
    ]


@cache
def indicators() -> tuple[dict[str, Any], ...]:
    """Return every printed indicator: id, labels, unit, formats and table, in order of the forms.

    Table one stands for the statistics tables to 2018.
    """
    found: dict[str, dict[str, Any]] = {}
    for format_id in ("2021", "2019"):
        for id_, table, label, unit in _official(format_id):
            entry = found.setdefault(
                id_,
                {"id": id_, "labels": [], "unit": unit, "formats": [], "table": table},
            )
            entry["labels"] += [one for one in label if one not in entry["labels"]]
            entry["formats"].append(format_id)
    for id_, known in load_statistics().rows.items():
        found[id_] = {
            "id": id_,
            "labels": [known.printed],
            "unit": known.unit,
            "formats": ["statistics"],
            "table": 1,
        }
    return tuple(found.values())


def applicants() -> tuple[dict[str, Any], ...]:
    """Return the columns of table three: id and label."""
    return tuple(
        {"id": id_, "label": "".join(label.path)}
        for id_, label in load_format("2021").applicants.items()
    )


def _official(format_id: str) -> Iterator[tuple[str, int, tuple[str, ...], str | None]]:
    official = load_format(format_id)
    for block in official.blocks:
        for row, label in block.rows.items():
            for column, head in block.columns.items():
                text = label.printed + head.printed
                yield f"{row}.{column}", 2, (text,), head.unit or block.unit
    for id_, one in official.rows.items():
        yield id_, 3, (one.number + one.printed, one.printed), "件"
    for block_id, where in official.review_blocks.items():
        for result, head in official.results.items():
            yield f"{block_id}.{result}", 4, ("".join((*where.path, head.printed)),), "件"


@cache
def _ids_by_label() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in indicators():
        for name in (entry["id"], *entry["labels"]):
            found.setdefault(squash(name), set()).add(entry["id"])
    for format_id in ("2019", "2021"):
        official = load_format(format_id)
        for id_, group in official.groups.items():
            parts = official.groups_parts[id_]
            for name in (id_, group.printed, group.path[-1]):
                found.setdefault(squash(name), set()).update(parts)
    return {name: frozenset(ids) for name, ids in found.items()}


def indicator_ids(name: str) -> frozenset[str]:
    """Return the ids that an id or an official label stands for; none if nobody knows it.

    >>> sorted(indicator_ids("保护第三方合法权益")), len(indicator_ids("不予公开"))
    (['refused.third_party'], 8)
    """
    return _ids_by_label().get(squash(name), frozenset())


def applicant_id(name: str) -> str:
    """Return the id that an id or a label of an applicant stands for, else `name` itself.

    >>> applicant_id("商业企业"), applicant_id("total"), applicant_id("外星人")
    ('legal.business', 'total', '外星人')
    """
    labels: Mapping[str, Label] = load_format("2021").applicants
    for id_, label in labels.items():
        if squash(name) in (squash(label.printed), squash("".join(label.path))):
            return id_
    return name
