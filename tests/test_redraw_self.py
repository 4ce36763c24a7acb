"""The redrawn reports open, show what their truth says, and are what is committed."""

import io
import json
from collections.abc import Iterator, Mapping
from itertools import product

import openpyxl
import pdfplumber
import pytest
from docx import Document
from lxml import html

from tests import build_goldens, build_samples, redraw
from tests.redraw import (
    APPLICANTS,
    CARRIED_IN,
    CARRIED_OUT,
    CONCLUDED,
    RECEIVED,
    Key,
    Truth,
    expected,
    outcome_rows,
    slots,
    tables,
)

GOLDENS = {golden.slug: golden for golden in build_goldens.goldens()}


def _matrix(truth: Truth, number: int) -> list[list[str]]:
    """Return a table with the text of a merged cell in every place that it covers."""
    rows = slots(tables(truth)[number])
    return [[s.cell.text for s in row for _ in range(s.cell.colspan)] for row in rows]


@pytest.mark.parametrize("slug", GOLDENS)
def test_committed_expectations_are_those_of_the_builder(slug):
    golden = GOLDENS[slug]
    folder = build_goldens.FOLDER / slug
    committed = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert committed == expected(golden.truth)
    assert (folder / golden.file).is_file() and (folder / "ABOUT.md").is_file()


@pytest.mark.parametrize("slug", [s for s, g in GOLDENS.items() if g.file[-3:] in ("txt", "tml")])
def test_committed_text_files_are_those_of_the_builder(slug):
    golden = GOLDENS[slug]
    assert (build_goldens.FOLDER / slug / golden.file).read_bytes() == golden.data


@pytest.mark.parametrize("slug", GOLDENS)
def test_every_cell_is_expected_once(slug):
    truth = GOLDENS[slug].truth
    wanted = expected(truth)
    listed = [(c["table"], c["row"], c["column"]) for c in wanted["cells"] + wanted["unreadable"]]
    assert sorted(listed) == sorted(truth.cells)
    if truth.format != "statistics":
        assert len([key for key in listed if key[0] == 4]) == 15


def test_the_builders_are_repeatable():
    again = {golden.slug: golden.data for golden in build_goldens.goldens()}
    assert again == {slug: golden.data for slug, golden in GOLDENS.items()}


@pytest.mark.parametrize("slug", [s for s, g in GOLDENS.items() if g.file == "report.docx"])
def test_docx_shows_its_tables(slug):
    golden = GOLDENS[slug]
    shown = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(golden.data)).tables
    ]
    assert shown == [_matrix(golden.truth, number) for number in tables(golden.truth)]


def test_xlsx_shows_its_tables():
    golden = GOLDENS["xlsx-2021"]
    sheet = openpyxl.load_workbook(io.BytesIO(golden.data)).active
    found = {
        row[0].value: [cell.value for cell in row[3:10]]
        for row in sheet.iter_rows()
        if row[0].value in (RECEIVED, CARRIED_OUT)
    }
    for row, values in found.items():
        texts = ["" if value is None else str(value) for value in values]
        assert texts == [golden.truth.cells[3, row, column] for column in APPLICANTS]
    assert len(found) == 2


RULED = [
    slug
    for slug, golden in GOLDENS.items()
    if golden.file == "report.pdf" and slug not in ("pdf-underlined-2021", "pdf-unruled-2021")
]


@pytest.mark.parametrize("slug", RULED)
def test_pdf_shows_every_value_in_ruled_tables(slug):
    golden = GOLDENS[slug]
    with pdfplumber.open(io.BytesIO(golden.data)) as file:
        assert len(file.pages) > 1
        rows = [row for page in file.pages for table in page.extract_tables() for row in table]
    values = {"".join(filter(None, row)).replace("\n", ""): row for row in rows}
    line = [v for k, v in golden.truth.cells.items() if k[:2] == (3, RECEIVED)]
    assert any(row[3:] == line for row in values.values() if len(row) == 10)
    zeros = [row for row in rows if len(row) == 10 and row[3:] == ["0"] * 7]
    printed = [_row(golden.truth, row) for row in _application_rows(golden.truth)]
    assert len(zeros) == printed.count(["0"] * 7)


def test_pdf_cuts_a_group_label_between_pages():
    with pdfplumber.open(io.BytesIO(GOLDENS["pdf-cut-group-2021"].data)) as file:
        cells = [
            [(cell or "").replace("\n", "") for table in page.extract_tables() for row in table
             for cell in row]
            for page in file.pages
        ]  # fmt: skip
    pages = [n for n, texts in enumerate(cells) if "（四）无" in texts or "法提供" in texts]
    assert len(pages) == 2 and "法提供" in cells[pages[1]]
    assert sum("法人或其他组织" in texts for texts in cells) == 2


@pytest.mark.parametrize("slug", [s for s, g in GOLDENS.items() if g.file == "report.html"])
def test_html_shows_every_printed_cell(slug):
    golden = GOLDENS[slug]
    encoding = "gb18030" if slug in ("html-word-paste-2021", "html-late-2019") else "utf-8"
    page = html.document_fromstring(golden.data.decode(encoding).encode(), parser=html.HTMLParser(encoding="utf-8"))  # fmt: skip # noqa: E501
    shown = ["".join(td.text_content().split()) for td in page.iter("td")]
    for text in golden.truth.cells.values():
        assert "".join(text.split()) in shown


def _application_rows(truth: Truth) -> list[str]:
    return list(dict.fromkeys(row for table, row, _ in truth.cells if table == 3))


def _row(truth: Truth, row: str) -> list[str]:
    return [truth.cells[3, row, column] for column in APPLICANTS]


def _splits(digits: str, count: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to read `digits` as `count` numbers without leading zeros."""
    if count == 0:
        if not digits:
            yield ()
        return
    for stop in range(1, 2 if digits[:1] == "0" else len(digits) - count + 2):
        for rest in _splits(digits[stop:], count - 1):
            yield (int(digits[:stop]), *rest)


def _adds_up(rows: Mapping[str, tuple[int, ...]]) -> bool:
    outcomes = [rows[row] for row in outcome_rows(redraw.OTHER in rows)]
    for place in range(7):
        concluded = rows[CONCLUDED][place]
        if sum(row[place] for row in outcomes) != concluded:
            return False
        taken = rows[RECEIVED][place] + rows[CARRIED_IN][place]
        if taken != concluded + rows[CARRIED_OUT][place]:
            return False
    return True


def test_run_together_digits_of_the_golden_page_have_one_reading():
    truth = GOLDENS["flat-joined-2021"].truth
    rows = _application_rows(truth)
    choices = [
        [split for split in _splits("".join(_row(truth, row)), 7) if sum(split[:6]) == split[6]]
        for row in rows
    ]
    readings = [r for r in product(*choices) if _adds_up(dict(zip(rows, r, strict=True)))]
    assert [[list(map(str, line)) for line in r] for r in readings] == [
        [_row(truth, row) for row in rows]
    ]
    assert max(map(len, choices)) > 1, "one row must need the columns"
    fourth = [v for (table, _, _), v in truth.cells.items() if table == 4]
    assert all(len(text) == 1 for text in fourth)


def test_an_unknown_cell_cannot_be_altered():
    truth = GOLDENS["html-clean-2021"].truth
    unknown: Key = (3, "没有这一行", "总计")
    with pytest.raises(KeyError):
        redraw.alter(truth, {unknown: 1})


@pytest.mark.parametrize(
    ("printed", "state", "value"),
    [
        ("", "blank", None),
        ("／", "not_applicable", None),
        ("详见附件", "text", None),
        ("１２", "number", "12"),
        ("-18", "number", "-18"),
        ("12.50", "number", "12.50"),
        ("1,234", "number", "1234"),
    ],
    ids=["blank", "slash", "words", "full-width", "negative", "decimal", "grouped"],
)
def test_printed_cells_are_expected_as_the_contract_says(printed, state, value):
    assert redraw.reading(printed) == {"state": state, "value": value}


SAMPLES = {
    (publisher.slug, year.year): (year, truth)
    for publisher in (build_samples.CITY, build_samples.DISTRICT, build_samples.BUREAU)
    for year, truth in build_samples.truths(publisher)
}


@pytest.mark.parametrize("key", SAMPLES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_a_committed_sample_is_that_of_the_builder(key):
    year, truth = SAMPLES[key]
    path = build_samples.FOLDER / f"{key[0]}-{key[1]}.{year.file}"
    if year.file in ("html", "txt"):
        assert path.read_bytes() == build_samples.drawn(year, truth)
    assert path.stat().st_size < 100_000
    assert "示例" in truth.title


def _sums_broken(truth: Truth) -> list[str]:
    """Return the columns of table three whose sums fail; a column with a blank is passed over."""
    rows = _application_rows(truth)
    outcomes = rows[2:-2]
    broken = []
    for column in APPLICANTS:
        printed = {row: truth.cells[3, row, column] for row in rows}
        if "" in printed.values():
            continue
        counts = {row: int(text) for row, text in printed.items()}
        taken = counts[RECEIVED] + counts[CARRIED_IN]
        given = counts[CONCLUDED] + counts[CARRIED_OUT]
        if taken != given or sum(counts[row] for row in outcomes) != counts[CONCLUDED]:
            broken.append(column)
    return broken


def test_samples_break_only_the_sums_that_were_planted():
    broken = {key: columns for key, (_, t) in SAMPLES.items() if (columns := _sums_broken(t))}
    assert broken == {("qingxi", 2022): ["总计"]}
    counts = [
        int(v)
        for _, t in SAMPLES.values()
        for (table, _, _), v in t.cells.items()
        if table == 3 and v
    ]
    assert min(counts) >= 0


def test_samples_carry_over_what_the_year_before_carried_out_but_once():
    broken = [
        (slug, year)
        for (slug, year), (_, truth) in SAMPLES.items()
        if (slug, year - 1) in SAMPLES
        and truth.cells[3, CARRIED_IN, "总计"]
        != SAMPLES[slug, year - 1][1].cells[3, CARRIED_OUT, "总计"]
    ]
    assert broken == [("city", 2023)]


def test_documents_in_force_follow_from_the_year_before():
    for (slug, year), (entry, _) in SAMPLES.items():
        if year > 2021:
            before = SAMPLES[slug, year - 1][0]
            for now, then in (
                (entry.documents, before.documents),
                (entry.regulations, before.regulations),
            ):
                assert now[2] == then[2] + now[0] - now[1]


def test_the_figures_of_huaibei_add_up_and_no_prose_is_carried_over():
    truth = build_samples.huaibei()
    assert truth.cells[3, RECEIVED, "总计"] == "331"
    assert truth.cells[3, CONCLUDED, "总计"] == "328"
    assert not _sums_broken(truth)
    assert not truth.sections
    assert (build_samples.FOLDER / "huaibei-2021.html").read_bytes() == redraw.html(truth)
