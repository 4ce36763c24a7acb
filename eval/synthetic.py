"""Make a large library as rows, straight in the tables of an index.

Owns the fictional organs of such a library and their figures: the figures and checks of one
sample, multiplied by 1 to 9, so that every sum still holds; on request its prose, too.  No vectors:
no answer is looked up by them.

Leaves to others: the tables (indexer/schema.py), what is asked of the library (bench.py).
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from eval.library import SAMPLES
from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.records import decode_value, encode_value, report_key
from indexer.store import Store

TEMPLATE = SAMPLES / "city-2021.docx"
YEARS = range(2020, 2025)
_FACTORS = range(1, 10)
_CHARACTERS = (
    "东南西北青白红蓝金银玉石山川江河湖海溪泉林木松柏梅兰竹菊云雨风雪春夏秋冬日月星辰"
    "龙虎马鹿鹤燕花果田园桥渡塘坪岭峰岩沙洲湾港安宁桃李杏梨"
)
_MOST = len(_CHARACTERS) ** 2
_SHARED = ("table_number", "row_path_id", "column_path_id", "indicator_id", "applicant_id")
_PLACED = ("page", "line", "grid", "grid_row", "grid_column", "start", "stop")


def synthetic_organs(count: int) -> list[str]:
    """Return `count` names of fictional organs, always the same.

    >>> synthetic_organs(2)
    ['示例市东东区人民政府', '示例市东南区人民政府']

    Raises:
        ValueError: there are not that many names.
    """
    if count > _MOST:
        raise ValueError(f"at most {_MOST} organs")
    pairs = ((a, b) for a in _CHARACTERS for b in _CHARACTERS)
    return [f"示例市{a}{b}区人民政府" for (a, b), _ in zip(pairs, range(count), strict=False)]


def build_synthetic(data: Path, reports: int, *, prose: bool = False) -> list[str]:
    """Write an index of about `reports` reports to `data`; return its fictional organs.

    Each organ has one report for each of YEARS; the template stays in the library, too.  With
    `prose` each has the passages of the template, as they stand there.
    """
    with Store.create(data) as store, Loader() as loader:
        index_paths([TEMPLATE], store, loader=loader, on_progress=lambda _: None)
    organs = synthetic_organs(max(1, reports // len(YEARS)))
    with closing(sqlite3.connect(data / "index.sqlite")) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("DROP INDEX figure_ranking")
        _add_organs(database, organs)
        _add_reports(database, organs)
        _add_figures(database)
        _add_findings(database)
        if prose:
            _add_prose(database)
        _finish(database)
    return organs


def _add_organs(database: sqlite3.Connection, organs: list[str]) -> None:
    for id_, name in enumerate(organs, 2):
        database.execute("INSERT INTO organ VALUES (?, ?, 0)", (id_, name))
        database.execute(
            "INSERT INTO organ_alias VALUES (?, ?)", (id_, name.removesuffix("人民政府"))
        )


def _add_reports(database: sqlite3.Connection, organs: list[str]) -> None:
    """Add the reports; the number of a report stands for the factor of its figures."""
    rng = random.Random(0)
    database.execute("CREATE TEMP TABLE factor_of (report_id INTEGER PRIMARY KEY, factor INTEGER)")
    reports = ((organ, year) for organ in range(len(organs)) for year in YEARS)
    for id_, (organ, year) in enumerate(reports, 2):
        name, file, digest = organs[organ], f"synthetic-{id_}.docx", f"{id_:064x}"
        title = f"{name}{year}年政府信息公开工作年度报告"
        database.execute(
            "INSERT INTO report (id, key, organ_id, year, format, title, file, place_file, digest,"
            " content, kind, provenance, serial, figures, unreadable, passages) SELECT ?, ?, ?, ?,"
            " format, ?, ?, ?, ?, ?, kind, '{}', ?, figures, 0, 0 FROM report WHERE id = 1",
            (
                *(id_, report_key(name, year, digest), organ + 2, year),
                *(title, file, file, digest, digest[-16:], id_),
            ),
        )
        database.execute("INSERT INTO factor_of VALUES (?, ?)", (id_, rng.choice(_FACTORS)))


def _add_figures(database: sqlite3.Connection) -> None:
    columns = ("seq", *_SHARED, "unit_id", "state", "amount", "exact", "printed", *_PLACED)
    names = ", ".join(columns)
    template = database.execute(f"SELECT {names} FROM figure WHERE report_id = 1").fetchall()
    database.execute(f"CREATE TEMP TABLE multiplied (factor, {names})")
    marks = ", ".join("?" * (len(columns) + 1))
    amount, exact = columns.index("amount"), columns.index("exact")
    for factor in _FACTORS:
        for row in template:
            value = decode_value(row[amount], row[exact])
            scaled = encode_value(None if value is None else value * factor)
            line = (factor, *row[:amount], *scaled, *row[exact + 1 :])
            database.execute(f"INSERT INTO multiplied VALUES ({marks})", line)
    given = ", ".join(f"m.{name}" for name in columns)
    database.execute(
        f"INSERT INTO figure (report_id, year, {names}) SELECT r.id, r.year, {given} FROM report r"
        " JOIN factor_of f ON f.report_id = r.id JOIN multiplied m ON m.factor = f.factor"
        " ORDER BY r.id, m.seq"
    )


def _add_findings(database: sqlite3.Connection) -> None:
    """Copy the checks of the tables; those of the prose and of other years have nothing here."""
    names = "seq, rule, result, expression, figures, detail, others"
    template = database.execute(
        f"SELECT {names} FROM finding WHERE report_id = 1 AND rule IN ('R1', 'R2', 'R3', 'R4')"
    ).fetchall()
    database.execute(f"CREATE TEMP TABLE checked (factor, {names})")
    for factor in _FACTORS:
        for seq, rule, result, expression, *rest in template:
            line = (factor, seq, rule, result, _scaled(expression, factor), *rest)
            database.execute("INSERT INTO checked VALUES (?, ?, ?, ?, ?, ?, ?, ?)", line)
    given = ", ".join(f"c.{name}" for name in names.split(", "))
    database.execute(
        f"INSERT INTO finding (report_id, {names}) SELECT r.id, {given} FROM report r"
        " JOIN factor_of f ON f.report_id = r.id JOIN checked c ON c.factor = f.factor"
        " ORDER BY r.id, c.seq"
    )


def _add_prose(database: sqlite3.Connection) -> None:
    places = ", ".join(_PLACED)
    for table, names in (
        ("document", "text, grids"),
        ("section", "seq, number, heading, start, stop"),
        ("passage", f"seq, section, path_id, text, {places}"),
    ):
        given = ", ".join(f"t.{name}" for name in names.split(", "))
        database.execute(
            f"INSERT INTO {table} (report_id, {names}) SELECT r.id, {given} FROM report r"
            f" JOIN {table} t ON t.report_id = 1 WHERE r.id > 1"
        )
    database.execute("UPDATE report SET passages = (SELECT passages FROM report WHERE id = 1)")


def _scaled(expression: str, factor: int) -> str:
    return re.sub(r"\d+", lambda match: str(int(match.group()) * factor), expression)


def _finish(database: sqlite3.Connection) -> None:
    database.execute(
        "CREATE INDEX figure_ranking ON figure (indicator_id, applicant_id, year, amount)"
    )
    database.execute("UPDATE header SET value = '9' WHERE key IN ('serial', 'vectors')")
    database.execute("ANALYZE")


def redrawn_reports(folder: Path, count: int) -> list[Path]:
    """Write `count` reports of fictional organs, text and HTML in turn; return the files.

    They are the samples of those forms under other names of organs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    templates = (
        (SAMPLES / "qingxi-2021.txt", "示例市清溪区"),
        (SAMPLES / "qingxi-2023.html", "示例市清溪区"),
    )
    written = []
    for number, organ in enumerate(synthetic_organs(count)):
        source, place = templates[number % 2]
        path = folder / f"report-{number:05}{source.suffix}"
        text = source.read_text(encoding="utf-8").replace(place, organ.removesuffix("人民政府"))
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def count_figures(data: Path) -> tuple[int, int]:
    """Return how many current reports and figures an index holds."""
    with closing(sqlite3.connect(data / "index.sqlite")) as database:
        (reports,) = database.execute("SELECT count(*) FROM report").fetchone()
        (figures,) = database.execute("SELECT sum(figures) FROM report").fetchone()
    return int(reports), int(figures)


def questions(organs: list[str], years: range, count: int, *, seed: int = 0) -> Iterator[str]:
    """Yield up to `count` different numeric questions about the organs, in a mixed order.

    Some ask for the year before as well, which the library holds for `years`.
    """
    forms = json.loads((Path(__file__).with_name("bench_questions.json")).read_text("utf-8"))
    every = [(form, organ, year) for form in forms for organ in organs for year in years]
    rng = random.Random(seed)
    for form, organ, year in rng.sample(every, min(count, len(every))):
        yield form.format(organ=organ, year=year, before=year - 1)
