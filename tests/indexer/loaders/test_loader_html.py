from __future__ import annotations

import email.mime.multipart
import email.mime.text

import pytest
from loader_files import shape, spans_hold

from indexer.errors import UnreadableFile
from indexer.loaders import read_document


def read(body: str, *, head: str = "", encoding: str = "utf-8"):
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    document = read_document(page.encode(encoding), "a.html")
    assert document.kind == "html"
    assert spans_hold(document)
    return document


def blocks(body: str):
    return shape(read(body))


def test_paragraphs_of_a_word_processor_paste():
    body = (
        "<p><span>示</span><span>例</span><span>市&nbsp;</span><o:p></o:p></p>"
        "<div>一、总体\n情况</div><p>&nbsp;</p><h2>2021年</h2>"
    )
    assert blocks(body) == ["示例市", "一、总体情况", "2021年"]


def test_line_breaks():
    body = "<p>示例市<br>2021年度报告<br><br>一、总体情况<br>完成公开。<br>　　续写</p>"
    assert blocks(body) == ["示例市\n2021年度报告", "一、总体情况", "完成公开。", "续写"]


def test_spans_and_labels_in_two_lines():
    body = (
        "<table><tr><td rowspan=2 colspan=2>说明</td><td colspan='2'>申请人</td></tr>"
        "<tr><td>商业<br>企业</td><td><p>科研</p><p>机构</p></td></tr>"
        "<tr><td>甲</td><td>乙</td><td><span>1</span><span>2</span></td><td></td></tr></table>"
    )
    assert blocks(body) == [
        [
            ["说明 r2c2", "申请人 r1c2"],
            ["2:商业\n企业", "科研\n机构"],
            ["甲", "乙", "12", ""],
        ]
    ]


def test_rowspan_zero_reaches_the_end_of_its_group():
    body = (
        "<table><tbody><tr><td rowspan=0>甲</td><td>1</td></tr><tr><td>2</td></tr></tbody>"
        "<tbody><tr><td>乙</td><td>3</td></tr></tbody></table>"
    )
    assert blocks(body) == [[["甲 r2c1", "1"], ["1:2"], ["乙", "3"]]]


@pytest.mark.parametrize("span", ["x", "-1", "0", "", "1.5"])
def test_a_colspan_that_is_no_count_is_one(span):
    body = f"<table><tr><td colspan='{span}'>甲</td><td>乙</td></tr><tr><td>1<td>2</table>"
    assert blocks(body) == [[["甲", "乙"], ["1", "2"]]]


def test_a_huge_colspan_is_as_wide_as_the_grid():
    body = "<table><tr><td colspan=999999999>甲</td></tr><tr><td>1</td><td>2</td></tr></table>"
    assert blocks(body) == [[["甲 r1c2"], ["1", "2"]]]


def test_layout_tables_are_opened():
    body = (
        "<table><tr><td>左栏</td><td><p>一、总体情况</p>"
        "<table><tr><td>甲</td><td>1</td></tr></table></td></tr></table>"
        "<table><tr><td><p>二、其他</p><p>无。</p></td></tr></table>"
    )
    assert blocks(body) == ["左栏", "一、总体情况", [["甲", "1"]], "二、其他", "无。"]


def test_what_no_reader_sees_is_dropped():
    body = (
        "<script>var a = '甲';</script><style>p {}</style><nav>首页</nav><header>站名</header>"
        "<p hidden>隐</p><p style='display: none'>藏</p>尾<!-- 注 --><p>正文。</p>"
    )
    assert blocks(body) == ["尾", "正文。"]


def test_a_form_around_the_whole_page_is_kept():
    assert blocks("<form><p>示例市年度报告</p></form>") == ["示例市年度报告"]


def test_the_site_around_the_article_is_dropped():
    body = (
        "<ul><li><a>首页</a></li><li><a>公开</a></li><li><a>互动</a></li></ul>"
        "<div>今天是星期一</div>"
        "<div><h1>示例市2023年度报告</h1></div>"
        "<div><p>前言。</p><p>一、总体情况</p><p>概况</p><p>二、主动公开</p></div>"
        "<div>浏览次数：12</div>"
    )
    assert blocks(body) == ["示例市2023年度报告", "前言。", "一、总体情况", "概况", "二、主动公开"]


def test_provenance_from_metas():
    head = (
        "<title>示例市</title><meta name='articletitle' content='示例市2023年度报告'>"
        "<meta name='PubDate' content='2024-01-17 10:11'><meta name='ContentSource' content='市办'>"
        "<meta name='Url' content='https://example.org/1.html'>"
    )
    assert read("<p>正文</p>", head=head).provenance == {
        "title": "示例市2023年度报告",
        "published": "2024-01-17",
        "source": "市办",
        "url": "https://example.org/1.html",
    }


def test_provenance_from_the_page():
    body = (
        "<table><tr><td>名称</td><td colspan=3>示例局2023年度报告</td></tr>"
        "<tr><td>发布机构</td><td>示例局</td><td>公开日期</td><td>2024年1月7日</td></tr></table>"
        "<p>来源：示例网 采集时间：2025-01-01</p><p>一、总体情况</p>"
    )
    document = read(body, head="<title>别的</title>")
    assert document.provenance == {
        "title": "示例局2023年度报告",
        "organ": "示例局",
        "published": "2024-01-07",
        "source": "示例网",
    }


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>示例市2023年度报告-示例网</title>",
            "<h2>示例局2023年度报告</h2>",
            "示例局2023年度报告",
        ),
        ("<title>示例市2023年度报告-示例网</title>", "<p>正文</p>", "示例市2023年度报告"),
    ],
    ids=["heading", "page-title"],
)
def test_the_title_falls_back(head, body, title):
    assert read(body, head=head).provenance == {"title": title}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("charset", ["", "<meta charset=gb2312>", "<meta charset='utf-8'>"])
def test_the_encoding_is_found_whatever_the_page_declares(encoding, charset):
    assert shape(read("<p>示例市公开信息</p>", head=charset, encoding=encoding)) == [
        "示例市公开信息"
    ]


def test_a_page_saved_as_one_file():
    page = email.mime.multipart.MIMEMultipart("related")
    page.attach(email.mime.text.MIMEText("<p>一、总体情况</p>", "html", "gb18030"))
    document = read_document(page.as_bytes(), "a.doc")
    assert (document.kind, shape(document)) == ("html", ["一、总体情况"])


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td"])
def test_deep_nesting_is_refused_not_cut(tag):
    with pytest.raises(UnreadableFile) as caught:
        read(f"<{tag}>" * 30_000 + "甲")
    assert caught.value.reason == "damaged"


def test_a_cell_without_end_is_refused():
    with pytest.raises(UnreadableFile) as caught:
        read(f"<table><tr><td>{'甲' * 3_000_000}</td><td>1</td></tr></table>")
    assert caught.value.reason == "too_large"


def test_spans_that_cover_millions_of_places_are_refused():
    with pytest.raises(UnreadableFile) as caught:
        read("<table>" + "<tr><td rowspan=999 colspan=999>1</td></tr>" * 2_000 + "</table>")
    assert caught.value.reason == "too_large"
