"""Every passage is an exact slice of the text, under its headings."""

from __future__ import annotations

from drawn import document
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.passages import LONG, cut_passages
from indexer.sections import find_sections
from indexer.text import clean

SENTENCES = st.lists(
    st.sampled_from(
        (
            "示例市持续推进政府信息公开工作。",
            "（一）主动公开。",
            "全年公开文件若干；",
            "一、总体情况",
            "五、存在的主要问题及改进情况",
            "　　",
            "本级机关没有收取信息处理费！",
            "示例机关按时答复申请" * 60 + "。",
        )
    ),
    max_size=12,
)


def cut(*paragraphs):
    made = document(*paragraphs)
    return made, cut_passages(made, find_sections(clean(made.text)))


@settings(deadline=None)
@given(st.lists(SENTENCES.map("".join), max_size=4))
def test_every_passage_is_an_exact_slice(paragraphs):
    made, passages = cut(*paragraphs)
    for passage in passages:
        assert made.text[passage.place.start : passage.place.stop] == passage.text
        assert passage.text == passage.text.strip() != ""
    starts = [passage.place.start for passage in passages]
    assert starts == sorted(set(starts))


def test_headings_of_both_levels_stand_in_the_path():
    _, passages = cut(
        "一、总体情况",
        "（一）主动公开。示例市全年公开了许多文件。",
        "（二）平台建设。示例市改版了门户网站。",
        "六、其他需要报告的事项",
        "本机关没有收取信息处理费。",
    )
    assert [(p.section, p.path) for p in passages] == [
        ("一", ("一、总体情况", "（一）主动公开")),
        ("一", ("一、总体情况", "（二）平台建设")),
        ("六", ("六、其他需要报告的事项",)),
    ]


def test_a_long_paragraph_is_cut_at_ends_of_sentences_and_nothing_is_lost():
    sentences = [f"示例市第{number}项公开工作按时完成并接受监督。" for number in range(60)]
    _, passages = cut("".join(sentences))
    assert len(passages) > 1
    assert "".join(p.text for p in passages) == "".join(sentences)
    assert all(p.text.endswith("。") for p in passages)
    assert all(len(p.text) < LONG + len(sentences[-1]) for p in passages)


def test_text_of_tables_and_bare_numbers_are_no_passages():
    _, passages = cut("信息内容 本年制发件数 本年废止件数", "第 3 页", "12 0 3")
    assert passages == ()
