"""Reports redrawn with random figures read back exactly, or are listed as unreadable."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from indexer.loaders import read_document
from indexer.reading import read_report
from tests import redraw
from tests.indexer.test_goldens import key_of, read_keys
from tests.redraw import FlatQuirks, HtmlQuirks, PdfQuirks, Truth

FORMS: dict[str, Callable[[Truth], bytes]] = {
    "txt": redraw.word_dump,
    "html": redraw.html,
    "html-paste": lambda t: redraw.html(
        t, HtmlQuirks(word_paste=True, bare_cells=True, squeezed=True, metadata_table=True)
    ),
    "html-empty": lambda t: redraw.html(
        t, HtmlQuirks(empty_for_rowspan=True, split_results=True, chrome=True)
    ),
    "docx": redraw.docx,
    "xlsx": redraw.xlsx,
    "md": redraw.markdown,
    "pdf": lambda t: redraw.pdf(t, PdfQuirks(repeat_header=True)),
    "flat-spaced": lambda t: redraw.flat(t, FlatQuirks(digits="spaced")),
    "flat-lines": lambda t: redraw.flat(t, FlatQuirks(digits="lines")),
    "flat-joined": lambda t: redraw.flat(t, FlatQuirks(digits="joined")),
}


def random_truth(seed: int) -> Truth:
    """A report that adds up, with figures from 0 to some thousands."""
    rng = random.Random(seed)
    format_id = rng.choice(["2021", "2021", "2019"])
    single = format_id == "2019" or rng.random() < 0.2
    most = rng.choice([3, 30, 300, 3000])

    def counts(share: float) -> list[int]:
        return [
            rng.randint(0, most) if rng.random() < share / (1 + 3 * (i > 0)) else 0
            for i in range(6)
        ]

    rows = {row: counts(0.6) for row in redraw.outcome_rows(single)}
    cells = redraw.table3(rows, carried_in=[0] * 6, carried_out=[0] * 6, single_other=single)
    items = redraw.ITEMS_2019 if format_id == "2019" else redraw.ITEMS_2021
    values = {
        row: [rng.randint(0, 90_000) for _ in columns]
        for _, columns, names in items
        for row in names
    }
    cells |= redraw.table2(format_id, values)
    cells |= redraw.table4(*([rng.randint(0, 40) for _ in range(4)] for _ in range(3)))
    return Truth(
        organ="示例市清溪区人民政府",
        year=2023,
        format=format_id,
        cells=cells,
        sections={"一": ("本机关认真做好公开工作。",)},
    )


def cases() -> Iterator[tuple[str, int]]:
    for number, form in enumerate(FORMS):
        yield from ((form, seed) for seed in range(number, number + 4))


@pytest.mark.parametrize(("form", "seed"), list(cases()))
def test_no_cell_is_wrong(form: str, seed: int) -> None:
    truth = random_truth(seed)
    expected = redraw.expected(truth)
    wanted = {
        key_of(cell, truth.format): (cell["state"], cell.get("value"))
        for cell in [*expected["cells"], *expected["unreadable"]]
    }
    data = FORMS[form](truth)
    got = dict(read_keys(read_report(read_document(data, "report"), file="report", digest="0")))
    assert {key: value for key, value in got.items() if value != wanted.get(key)} == {}
    if form not in ("flat-joined", "flat-lines"):
        assert set(got) == set(wanted)
