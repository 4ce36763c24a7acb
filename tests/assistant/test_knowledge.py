"""Knowledge points: each standard question leads to the very cell that it rests on."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from assistant.__main__ import main
from assistant.answer import Assistant
from assistant.knowledge import COLUMNS, Point, card_points, knowledge_points
from assistant.model import Request
from assistant.vocabulary.cards import load_cards
from indexer.store import Store

ORGAN = "示例市教育局"


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store, embedder=None)


@pytest.fixture(scope="module")
def points(store: Store, assistant: Assistant) -> list[Point]:
    return list(knowledge_points(store, assistant.ask, organ=ORGAN, year=2023))


def test_each_point_has_its_cell_and_its_origin(points):
    new = next(point for point in points if "本年新收" in point.question)
    assert new.question == "示例市教育局2023年本年新收政府信息公开申请数量是多少？"
    assert new.answer == "示例市教育局2023年本年新收政府信息公开申请数量为31件。"
    assert new.basis.endswith("：31") and "一、本年新收政府信息公开申请数量" in new.basis
    assert (new.region, new.since, new.source) == ("示例市", "2023-12-31", ORGAN)
    assert len(points) > 40 and {point.source for point in points} == {ORGAN}


def test_another_wording_of_a_point_gives_the_same_figure(points, assistant):
    new = next(point for point in points if "本年新收" in point.question)
    assert new.alike
    for question in new.alike:
        assert assistant.ask(Request(question)).value == 31


def test_what_the_assistant_answers_otherwise_is_no_point(store, assistant):
    def declining(request):
        return assistant.ask(Request("北京市2023年新收多少件"))

    assert list(knowledge_points(store, declining, organ=ORGAN, year=2023)) == []


def test_every_card_is_a_point():
    assert [point.question for point in card_points()] == [
        c.title.zh for c in load_cards().values()
    ]


def test_points_are_exported_as_json_and_as_a_workbook(library: Path, tmp_path: Path):
    runner = CliRunner(env={"NIANBAO_DATA": str(library)})
    asked = ["knowledge", "--organ", ORGAN, "--year", "2023"]
    listed = json.loads(runner.invoke(main, asked).stdout)
    assert set(listed[0]) == {*COLUMNS, "citation"} and listed[0]["citation"]["place"]["file"]
    book = tmp_path / "points.xlsx"
    result = runner.invoke(main, [*asked, "--format", "xlsx", "--output", str(book)])
    assert result.exit_code == 0, result.output
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == COLUMNS and len(rows) == len(listed) + 1
    assert rows[1][2] == listed[0]["答案"]
    assert runner.invoke(main, [*asked, "--format", "xlsx"]).exit_code == 2
