import json
from datetime import date

import pytest
from openpyxl import load_workbook

from assistant.answer import Assistant
from assistant.batch import COLUMNS, answer_lines, result_table
from assistant.spreadsheets import csv_lines, save_workbook

TODAY = date(2025, 6, 1)


@pytest.fixture
def table(store):
    questions = [
        {"id": "one", "question": "示例市2023年不予公开里因第三方的几件"},
        {"id": "two", "question": "示例市2023年新收和上年结转各多少件"},
        {"id": "none", "question": "示例市2010年新收多少件"},
        {"id": "=1+1", "question": ""},
    ]
    lines = [json.dumps(question).encode() for question in questions]
    answered = answer_lines([*lines, b"{broken"], Assistant(store).ask, TODAY)
    return [dict(zip(COLUMNS, row, strict=True)) for row in result_table(answered)][1:]


def test_each_figure_is_a_row_with_its_place(table):
    one = next(row for row in table if row["id"] == "one")
    assert (one["status"], one["organ"], one["year"]) == ("answered", "示例市人民政府", 2023)
    assert one["value"].isdecimal() and one["unit"] == "件" and one["computed"] == "no"
    assert one["row"].endswith("4.保护第三方合法权益") and one["column"] == "总计"
    assert one["file"] == "city-2023.html" and one["cell"].count(",") == 2
    assert [row["label"] for row in table if row["id"] == "two"] == [
        "本年新收政府信息公开申请数量",
        "上年结转政府信息公开申请数量",
    ]


def test_what_has_no_figure_is_a_row_as_well(table):
    none = next(row for row in table if row["id"] == "none")
    assert (none["status"], none["reason"]) == ("no_answer", "not_in_library")
    assert none["value"] is None and "示例市人民政府" in none["text"]
    assert [row["status"] for row in table[-2:]] == ["error", "error"]


def test_the_table_is_a_csv_and_a_workbook(table, tmp_path):
    rows = [COLUMNS, *(list(row.values()) for row in table)]
    lines = "".join(csv_lines(rows))
    assert lines.startswith("\ufeffid,question,status") and "'=1+1," in lines
    file = tmp_path / "answers.xlsx"
    with file.open("wb") as out:
        save_workbook("answers", rows, out)
    sheet = load_workbook(file)["answers"]
    column = COLUMNS.index("value") + 1
    assert sheet.cell(1, column).value == "value"
    assert sheet.cell(2, column).value == float(table[0]["value"])
