"""Notes beside figures: told in the language of the reply."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.compute import value_of
from assistant.draft import Draft
from assistant.figures import Figures
from assistant.model import Language
from assistant.replies.notes import notes_on_parts
from indexer.model import Organ
from indexer.store import Store
from tests.indexer.reports import figure, with_figures

SHEET = [
    figure("unavailable.not_held", "total", 3),
    figure("unavailable.to_be_made", "total", None),
    figure("unavailable.unclear", "total", None),
]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    organ = Organ("示例市人民政府", ("示例市",))
    with Store.create(tmp_path_factory.mktemp("tiny")) as store:
        store.add(with_figures(1, SHEET, organ=organ, unreadable=(), findings=()))
        yield Figures(store)


@pytest.mark.parametrize(("language", "separator"), [("zh", "、"), ("en", ", ")])
def test_cells_that_a_sum_passes_over_are_named_in_a_row(
    figures: Figures, language: Language, separator: str
):
    draft = Draft(figures, language)
    total = value_of(figures, figures.store.reports()[0], "unavailable")
    notes_on_parts(draft, [total])
    missing = separator.join(
        draft.label(f"unavailable.{reason}", "total") for reason in ("to_be_made", "unclear")
    )
    (note,) = draft.notes
    assert note.code == "partial"
    assert missing in note.text
