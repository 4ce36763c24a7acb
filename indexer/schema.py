"""The tables of the index.

Owns names, types, keys and indexes; the only definition that code reads.  The migrations say the
same for databases that exist already, and a test holds the two together.

Figures are many and narrow: 20,000 reports are four million rows.  So words (indicators, header
paths, units) stand in tables of their own, and what can be derived is not kept: `exact` is null
where `amount` says the same, `printed` where it equals the canonical form of the value.

Leaves to others: what is written and read (store.py), how an old database is brought up to date
(database.py, migrations/).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

#: Raised whenever an older program would misread the index, or this one an older index.
FORMAT_VERSION = 1
#: The last of the migrations; what an older one lacks of a table is added when an index is opened.
REVISION = "0002"

metadata = MetaData()

#: One line a key: format, model, created, index (a random name), content (see store.version),
#: vectors (counts changes of vectors), serial (counts changes of anything).
header = Table(
    "header",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def _words(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("text", Text, nullable=False, unique=True),
    )


indicator = _words("indicator")
applicant = _words("applicant")
unit = _words("unit")
#: Printed header paths as JSON lists, outermost first.
header_path = _words("header_path")

organ = Table(
    "organ",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("place_only", Boolean, nullable=False),
)

organ_alias = Table(
    "organ_alias",
    metadata,
    Column("organ_id", Integer, ForeignKey("organ.id"), primary_key=True),
    Column("alias", Text, primary_key=True),
)

#: `key` is the report's public id; `content` a digest of what was read from it; `serial` the
#: order of indexing; `superseded_by` null for the current version of its organ and year.
report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("organ_id", Integer, ForeignKey("organ.id"), nullable=False),
    Column("year", SmallInteger, nullable=False),
    Column("format", Text),
    Column("title", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("place_file", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("pages", Integer),
    Column("provenance", Text, nullable=False),
    Column("published", Text),
    Column("serial", Integer, nullable=False),
    Column("superseded_by", Integer, ForeignKey("report.id")),
    Column("figures", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Index("report_by_organ", "organ_id", "year"),
    Index("report_by_digest", "digest"),
    # A number that was used is never given out again: readers may still hold it.
    sqlite_autoincrement=True,
)

#: Every file that was indexed, and the report it holds; two copies of one file share a report.
source_file = Table(
    "source_file",
    metadata,
    Column("file", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("report_id", Integer, ForeignKey("report.id"), nullable=False, index=True),
)

skipped = Table(
    "skipped",
    metadata,
    Column("file", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("failed", Boolean, nullable=False),
)

#: `text` and `grids` (JSON) are zlib-compressed UTF-8.
document = Table(
    "document",
    metadata,
    Column("report_id", Integer, ForeignKey("report.id"), primary_key=True),
    Column("text", LargeBinary, nullable=False),
    Column("grids", LargeBinary, nullable=False),
)


def _owner() -> Column[int]:
    return Column("report_id", Integer, ForeignKey("report.id"), primary_key=True)


def _seq() -> Column[int]:
    return Column("seq", Integer, primary_key=True)


def _place() -> list[Column[int]]:
    names = ("page", "line", "grid", "grid_row", "grid_column", "start", "stop")
    return [Column(name, Integer) for name in names]


def _cell() -> list[Column[int]]:
    return [
        Column("table_number", SmallInteger),
        Column("row_path_id", Integer, nullable=False),
        Column("column_path_id", Integer, nullable=False),
        Column("indicator_id", Integer),
        Column("applicant_id", Integer),
    ]


figure = Table(
    "figure",
    metadata,
    _owner(),
    _seq(),
    Column("year", SmallInteger, nullable=False),
    *_cell(),
    Column("unit_id", Integer),
    Column("state", SmallInteger, nullable=False),
    Column("amount", Double),
    Column("exact", Text),
    Column("printed", Text),
    *_place(),
    Index("figure_ranking", "indicator_id", "applicant_id", "year", "amount"),
    sqlite_with_rowid=False,
)

unreadable = Table(
    "unreadable",
    metadata,
    _owner(),
    _seq(),
    *_cell(),
    Column("printed", Text, nullable=False),
    Column("reason", Text, nullable=False),
    *_place(),
)

section = Table(
    "section",
    metadata,
    _owner(),
    _seq(),
    Column("number", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
)

passage = Table(
    "passage",
    metadata,
    _owner(),
    _seq(),
    Column("section", Text),
    Column("path_id", Integer, nullable=False),
    Column("text", Text, nullable=False),
    *_place(),
)

#: `data` is the unit vector of a passage as little-endian float16.
vector = Table(
    "vector",
    metadata,
    _owner(),
    _seq(),
    Column("data", LargeBinary, nullable=False),
)

#: `figures`, `detail` and `others` are JSON; `others` lists [report key, seq] of other reports.
finding = Table(
    "finding",
    metadata,
    _owner(),
    _seq(),
    Column("rule", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("expression", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("others", Text, nullable=False),
)

#: Feedback: times in UTC, ISO 8601; `kind` is opinion or error, the last three are null until
#: somebody has decided.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", Text, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("given", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="opinion"),
    Column("closed", Text),
    Column("closed_by", Text),
    Column("decision", Text),
    UniqueConstraint("answer_id", "given"),
)

#: The tables whose rows belong to one report, in an order in which they can be deleted.
OWNED = (vector, passage, section, finding, unreadable, figure, document)
