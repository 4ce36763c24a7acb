"""The SQL statements by which figures and what belongs to one report are read.

Owns their conditions, columns and order.

Leaves to others: running them and what comes of it (queries.py), tables (schema.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, bindparam, or_, select

from indexer import schema
from indexer.catalog import Known


@cache
def figures_of_report(columns: frozenset[str]) -> Select[Any]:
    """Return the statement for the figures of one report, in order of position.

    It wants the number of the `report`, and a number for each of `columns`.
    """
    table = schema.figure
    conditions = [table.c[column] == bindparam(column) for column in sorted(columns)]
    return (
        select(table)
        .where(table.c.report_id == bindparam("report"), *conditions)
        .order_by(table.c.seq)
    )


@cache
def figures_of_reports(columns: frozenset[str]) -> Select[Any]:
    """Return the statement for the figures of several `reports`, in no order."""
    table = schema.figure
    conditions = [table.c[column] == bindparam(column) for column in sorted(columns)]
    chosen = table.c.report_id.in_(bindparam("reports", expanding=True))
    return select(table).where(chosen, *conditions)


def ranking_conditions(wanted: Mapping[str, int], year: int | None) -> list[Any]:
    """Return the conditions for one figure of the current reports, of one year if given."""
    table = schema.figure
    conditions = [
        table.c.indicator_id == wanted["indicator_id"],
        table.c.applicant_id == wanted["applicant_id"]
        if "applicant_id" in wanted
        else table.c.applicant_id.is_(None),
        schema.report.c.superseded_by.is_(None),
    ]
    return conditions if year is None else [*conditions, table.c.year == year]


def ranking(conditions: Sequence[Any]) -> Select[Any]:
    """Return the statement for the figures that fit, without their places."""
    table = schema.figure
    columns = [
        table.c[name] for name in ("report_id", "seq", "state", "amount", "exact", "unit_id")
    ]
    joined = table.join(schema.report, schema.report.c.id == table.c.report_id)
    return select(*columns).select_from(joined).where(*conditions)


def last_amount(connection: Connection, conditions: Sequence[Any], limit: int) -> float | None:
    """Return the amount at rank `limit`, None if there are fewer numbers."""
    amount = schema.figure.c.amount
    statement = (
        ranking([*conditions, amount.is_not(None)])
        .with_only_columns(amount)
        .order_by(amount.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return connection.execute(statement).scalar()


@cache
def findings_beside() -> Select[Any]:
    """Return the statement for the findings of a `report` that speak of a `column` or a `row`.

    R1 and R2 are about a column of table three, R3 about a row of it where it holds; `column` and
    `row` are patterns for LIKE on what they say of it.
    """
    table = schema.finding
    rule, detail = table.c.rule, table.c.detail
    of_column = or_(rule == "R1", rule == "R2")
    return (
        select(table)
        .where(
            table.c.report_id == bindparam("report"),
            table.c.result != "not_assessable",
            or_(
                and_(of_column, detail.like(bindparam("column"))),
                and_(rule == "R3", table.c.result != "fails", detail.like(bindparam("row"))),
                and_(~of_column, or_(rule == "R4", table.c.result == "fails")),
            ),
        )
        .order_by(table.c.seq)
    )


def rows_of(connection: Connection, table: Table, known: Known | None) -> Sequence[Row[Any]]:
    """Return the rows of a table that belong to one report, in order of position."""
    if known is None:
        return []
    statement = select(table).where(table.c.report_id == known.number)
    if "seq" in table.c:
        statement = statement.order_by(table.c.seq)
    return connection.execute(statement).all()
