"""Build invented reports for the tests of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from indexer.model import (
    Document,
    Figure,
    Finding,
    Grid,
    GridCell,
    Organ,
    Paragraph,
    Passage,
    Place,
    Report,
    Section,
    Unreadable,
)

APPLICANTS = ("natural_person", "business", "research", "welfare", "legal", "other", "total")


def original_of(number: int) -> bytes:
    return f"original {number}".encode()


def digest_of(number: int) -> str:
    return hashlib.sha256(original_of(number)).hexdigest()


def figure(
    indicator: str | None = "received",
    applicant: str | None = "total",
    value: Decimal | int | None = 1,
    **changes: Any,
) -> Figure:
    number = None if value is None else Decimal(value)
    given: dict[str, Any] = {
        "table": 3,
        "row": ("一、本年新收政府信息公开申请数量",),
        "column": ("总计",),
        "indicator": indicator,
        "applicant": applicant,
        "state": "blank" if value is None else "number",
        "value": number,
        "printed": "" if number is None else str(number),
        "unit": "件",
        "place": Place("shi.html", line=3, table=1, row=2, column=3, start=10, stop=12),
    }
    return Figure(**{**given, **changes})


def cells(number: int, rows: int = 4) -> list[Figure]:
    """Return rows × 7 figures of table three with values that differ from report to report."""
    return [
        figure(
            f"row_{row}",
            applicant,
            (number * 7 + row * column) % 900,
            row=("三、本年度办理结果", f"（{row}）示例事项"),
            column=(applicant,),
            place=Place(
                f"shi{number}.html",
                page=2,
                line=100 + row * 8 + column,
                table=2,
                row=row + 3,
                column=column + 3,
                start=5000 + row * 80 + column * 9,
                stop=5003 + row * 80 + column * 9,
            ),
        )
        for row in range(rows)
        for column, applicant in enumerate(APPLICANTS)
    ]


def build_report(number: int = 1, **changes: Any) -> Report:
    """Return an invented report; `changes` are fields of Report."""
    file = f"shi{number}.html"
    prose = f"示例市第{number}号机关收到申请{number}件，全部按时答复。"
    place = Place(file, line=1, start=0, stop=len(prose))
    grid = Grid((GridCell("总计", 0, 0, Place(file, table=1, row=1, column=1), 1, 2),), place)
    given: dict[str, Any] = {
        "organ": Organ(f"示例市第{number}局", (f"第{number}局",)),
        "year": 2023,
        "format": "2021",
        "title": f"示例市第{number}局2023年政府信息公开工作年度报告",
        "file": file,
        "digest": digest_of(number),
        "document": Document("html", prose, (Paragraph(prose, place), grid)),
        "figures": tuple(cells(number)),
        "unreadable": (
            Unreadable(3, ("某行",), ("总计",), "received", None, "1 2", "two numbers", place),
        ),
        "sections": (Section("一", "总体情况", 0, 5),),
        "passages": (
            Passage("一", ("一、总体情况",), prose, place),
            Passage(None, (), f"第{number}号机关没有收取费用。", place),
        ),
        "findings": (Finding("R1", "holds", "1+0 = 1+0", (0, 1), {"column": "总计"}),),
        "provenance": {"url": f"https://example.org/{number}"},
    }
    return Report(**{**given, **changes})


def with_figures(number: int, figures: Sequence[Figure], **changes: Any) -> Report:
    return build_report(number, figures=tuple(figures), **changes)
