from __future__ import annotations

import io

import pytest
from loader_files import PdfWriter, shape, spans_hold
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import UnreadableFile
from indexer.loaders import read_document
from indexer.model import Grid

ROWS = [
    ["结果", "（一）予以公开", "1", "0"],
    ["", "（二）部分公开", "", "2"],
    ["合计", "", "1", "2"],
]
#: 32 characters of 14 points fill a line of the page.
FULL = "示例市政府办公室按照条例的要求编制了本年度政府信息公开工作的年度报告并且向社会"[:32]


def read(data: bytes):
    document = read_document(data, "a.pdf")
    assert document.kind == "pdf"
    assert spans_hold(document)
    return document


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, "a.pdf")
    return caught.value.reason


def test_lines_of_a_paragraph_are_joined():
    writer = PdfWriter().line("一、总体情况", left=100).line(FULL[:30], left=100)
    data = writer.line(FULL).line("公布。").line("（一）主动公开。", left=100).bytes()
    assert shape(read(data)) == ["一、总体情况", f"{FULL[:30]}{FULL}公布。", "（一）主动公开。"]


def test_a_paragraph_goes_on_over_a_page_break_and_page_numbers_go():
    writer = PdfWriter().line("示例年报", top=30).line(FULL[:30], left=100)
    writer.line("- 1 -", left=280, top=790).page().line("示例年报", top=30)
    writer.line(f"公布，{FULL[:27]}。").line("第2页", left=280, top=790).page()
    data = (
        writer.line("示例年报", top=30).line("三、申请情况", left=100).line("3/3", top=790).bytes()
    )
    document = read(data)
    assert shape(document) == [f"{FULL[:30]}公布，{FULL[:27]}。", "三、申请情况"]
    assert [block.place.page for block in document.blocks] == [1, 3]
    assert document.pages == 3


def test_spans_are_recovered_and_blank_cells_kept():
    data = PdfWriter().line("三、申请情况").table(ROWS, (0, 0, 0, 1), (0, 2, 1, 2)).bytes()
    assert shape(read(data)) == [
        "三、申请情况",
        [
            ["结果 r2c1", "（一）予以公开", "1", "0"],
            ["1:（二）部分公开", "", "2"],
            ["合计 r1c2", "1", "2"],
        ],
    ]


def test_a_grid_that_opens_a_page_after_a_grid_is_continued():
    writer = PdfWriter().line("三、申请情况").table(ROWS).line("- 1 -", top=790).page()
    writer.table(ROWS).line("四、复议情况").table(ROWS).line("五、问题").page().table(ROWS)
    grids = [block for block in read(writer.bytes()).blocks if isinstance(block, Grid)]
    assert [grid.continued for grid in grids] == [False, True, False, False]
    assert [grid.place.page for grid in grids] == [1, 2, 2, 3]
    assert [grid.place.table for grid in grids] == [1, 2, 3, 4]


def test_white_strips_behind_the_lines_are_no_table():
    writer = PdfWriter()
    for number in range(6):
        writer.backdrop(78 + 24 * number, 102 + 24 * number)
    for text in ("一、总体情况", "二、主动公开"):
        writer.line(text)
    assert shape(read(writer.bytes())) == ["一、总体情况", "二、主动公开"]


def test_bold_print_drawn_twice_is_read_once():
    writer = PdfWriter().line("一、总体情况", top=200).line("一、总体情况", left=72.4, top=200)
    assert shape(read(writer.bytes())) == ["一、总体情况"]


def test_cells_drawn_as_filled_shapes():
    writer = PdfWriter()
    for column in range(2):
        for row in range(2):
            writer.fill(100 + 90 * column, 200 + 30 * row, 90, 30)
            writer.line(f"第{row}{column}格", left=110 + 90 * column, top=206 + 30 * row)
    assert shape(read(writer.bytes())) == [[["第00格", "第01格"], ["第10格", "第11格"]]]


def test_a_frame_around_prose_is_no_grid():
    data = PdfWriter().table([["本报告由示例市编制。"]]).line("一、总体情况").bytes()
    assert all(isinstance(block, str) for block in shape(read(data)))


def _scan() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    white = ImageReader(io.BytesIO(b"P5 2 2 255\n" + b"\xff" * 4))
    canvas.drawImage(white, 0, 0, *A4)
    canvas.save()
    return target.getvalue()


PLAIN = PdfWriter().line("一、总体情况").bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_scan(), "scan"),
        (PdfWriter(password="secret").line("正文").bytes(), "encrypted"),
        (PdfWriter().page().bytes(), "empty"),
        (PLAIN[:200], "damaged"),
        (b"%PDF-1.7\n" + b"junk" * 100, "damaged"),
    ],
    ids=["scan", "password", "blank", "cut", "junk"],
)
def test_refused_pdfs(data, reason):
    assert refusal(data) == reason


def test_a_pdf_that_only_restricts_printing_is_read():
    assert shape(read(PdfWriter(password="").line("一、总体情况").bytes())) == ["一、总体情况"]


def test_too_many_pages_are_refused():
    writer = PdfWriter()
    for _ in range(301):
        writer.page()
    assert refusal(writer.bytes()) == "too_large"
