"""What the hotline says of a reply: short, speakable, sorted, with no number of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from assistant.answer import Assistant, Library
from assistant.categories import load_categories
from assistant.contacts import find_contact, read_fields
from assistant.errors import BadVocabulary
from assistant.ground import uncovered
from assistant.hotline import SHORT, HotlineAnswer, hotline_answer, shortened
from assistant.model import Reply, Request
from indexer.store import Store

ASKED = (
    "示例市2023年新收多少件申请",
    "淮北市2021年因保护第三方合法权益不予公开多少件",
    "示例市教育局2023年收到申请比上年增加多少",
    "示例市教育局2023年新收和办结分别是多少",
    "示例市2020到2024年新收趋势",
    "示例市2023年不予公开占比",
    "2023年新收最多的是哪个机关",
    "示例市2023年新收268件对吗",
    "示例市2023年联系电话是多少",
    "示例市2023年主动公开了哪些工作",
    "怎么申请政府信息公开",
    "北京市2023年新收多少件",
    "新收多少件",
    "给我写首诗",
    "How many applications did 示例市 receive in 2023?",
)


HEAD = "scheme: x\ndefault: {code: a, name: b}\n"


@pytest.fixture(scope="module")
def assistant(store: Store) -> Assistant:
    return Assistant(store, embedder=None)


def told(assistant: Assistant, question: str, longest: int | None = None) -> HotlineAnswer:
    reply = assistant.ask(Request(question, today=date(2025, 6, 1)))
    category = load_categories().of(question, reply)
    return hotline_answer(reply, question, category=category, contact=None, longest=longest)


@pytest.mark.parametrize("question", ASKED, ids=range(len(ASKED)))
def test_what_is_said_is_short_and_every_number_of_it_is_the_replys(assistant, store, question):
    said = told(assistant, question)
    assert said.reply is not None
    assert 0 < len(said.short) <= SHORT
    spoken = replace(said.reply, text=said.short, speech=said.speech)
    assert uncovered(spoken, question, Library.of(store).numbers, said.reply.text) == []
    assert not set("[]（）→") & set(said.speech) and "，，" not in said.speech
    root = ElementTree.fromstring(said.ssml)
    assert "".join(root.itertext()).replace(" ", "") == said.speech.replace(" ", "")


@pytest.mark.parametrize(
    ("question", "short", "confidence"),
    [
        (ASKED[0], "示例市人民政府2023年本年新收政府信息公开申请数量为268件。", "verified"),
        (ASKED[1], "淮北市人民政府2021年不予公开（保护第三方合法权益）为4件。", "verified"),
        (ASKED[2], "示例市教育局2023年本年新收政府信息公开申请数量比2022年增加6件。", "verified"),
        (ASKED[3], "示例市教育局2023年本年新收政府信息公开申请数量31件，其余见全文。", "verified"),
        (ASKED[5], "示例市人民政府2023年不予公开率为4.4%。", "verified"),
    ],
    ids=["cell", "ground", "change", "several", "rate"],
)
def test_a_short_answer_has_one_figure_with_organ_year_and_unit(
    assistant, question, short, confidence
):
    said = told(assistant, question)
    assert (said.short, said.confidence, said.handoff_reason) == (short, confidence, None)


def test_a_trend_is_told_by_its_newest_year(assistant):
    short = told(assistant, ASKED[4]).short
    assert "2024年" in short and "291件" in short


@pytest.mark.parametrize(
    ("question", "confidence", "reason"),
    [
        (ASKED[8], "text", None),
        (ASKED[10], "text", None),
        (ASKED[11], "none", "not_in_library"),
        (ASKED[12], "none", None),
        (ASKED[13], "none", "out_of_scope"),
        ("你好", "none", None),
        ("我要转人工", "none", "asks_for_person"),
        ("示例市2023年新收多少件，转人工", "verified", "asks_for_person"),
    ],
    ids=["quote", "card", "missing", "open", "poem", "greeting", "person", "figure-and-person"],
)
def test_who_goes_on_and_why(assistant, question, confidence, reason):
    said = told(assistant, question)
    assert (said.confidence, said.handoff_reason) == (confidence, reason)


def test_a_quotation_is_read_aloud_not_only_announced(assistant):
    said = told(assistant, ASKED[9])
    assert "108533" in said.speech and "108533" in said.short


def test_a_figure_that_its_table_contradicts_is_not_called_verified(assistant):
    reply = assistant.ask(Request(ASKED[0], today=date(2025, 6, 1)))
    failing = replace(reply, checks=tuple(replace(c, result="fails") for c in reply.checks))
    category = load_categories().default
    for one, expected in ((reply, "verified"), (failing, "text")):
        said = hotline_answer(one, ASKED[0], category=category, contact=None)
        assert said.confidence == expected


def test_the_date_is_the_last_day_of_the_newest_year_cited(assistant):
    assert told(assistant, ASKED[2]).valid_as_of == date(2023, 12, 31)
    assert told(assistant, ASKED[10]).valid_as_of is None


def test_a_long_label_is_cut_and_the_number_is_not(assistant):
    reply = assistant.ask(Request(ASKED[0], today=date(2025, 6, 1)))
    figure = replace(reply.figures[0], label="很长的名称" * 20)
    long = replace(reply, text=reply.text.replace("数量为", "数量" * 40), figures=(figure,))
    said = hotline_answer(long, "", category=load_categories().default, contact=None)
    assert len(said.short) == SHORT and said.short.endswith("…268件。")


def test_a_difference_is_never_said_with_the_label_of_the_figure(assistant):
    """31 was received; 6 is what was added: “2023年新收6件” would be false."""
    reply = assistant.ask(Request(ASKED[2], today=date(2025, 6, 1)))
    long = replace(reply, text="示例" * 40 + reply.text)
    said = hotline_answer(long, "", category=load_categories().default, contact=None)
    assert "6" not in said.short


@pytest.mark.parametrize("limit", range(20, 200, 7))
def test_no_limit_cuts_a_number(assistant, limit):
    said = told(assistant, "示例市2023年主动公开了哪些工作", limit)
    assert len(said.full) <= limit and len(said.short) <= min(SHORT, limit)
    assert said.reply is not None
    spoken = replace(said.reply, text=said.full, speech=said.short)
    assert uncovered(spoken, "", {2023}, "") == []


def test_cutting_keeps_a_text_that_fits():
    assert shortened("新收268件。", 8, "zh") == "新收268件。"


def test_a_contact_is_read_as_printed(store):
    contact = find_contact(store, "示例市教育局")
    assert contact is not None
    assert (contact.year, contact.office) == (2023, "示例市教育局办公室")
    assert (contact.telephone, contact.postcode) == ("0000-0000000", "000000")
    assert (contact.address, contact.email) == ("示例市虚构大道0号", "gongkai@example.invalid")
    assert contact.quote.startswith("疑问，请与示例市教育局办公室联系（地址：")
    assert find_contact(store, "淮北市人民政府") is None
    text = store.document_text(contact.report)
    assert text is not None
    assert text[contact.place.start : contact.place.stop] == contact.quote


def test_who_asks_for_a_telephone_number_hears_it(assistant, store):
    question = "示例市教育局2023年联系电话是多少"
    reply = assistant.ask(Request(question, today=date(2025, 6, 1)))
    contact = find_contact(store, "示例市教育局")
    said = hotline_answer(
        reply, question, category=load_categories().of(question, reply), contact=contact
    )
    assert said.short == "示例市教育局办公室电话：0000-0000000。"
    assert (said.category.code, said.confidence) == ("XXGK50", "text")


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("电话/传真:0591-23165370。", "telephone", "0591-23165370"),
        ("电话:0527—83593059)", "telephone", "0527—83593059"),
        ("电话:23158668;传真:23158568", "fax", "23158568"),
        ("电子邮箱:gongkai@ex ample.invalid)", "email", "gongkai@example.invalid"),
        ("邮箱:见网站", "email", None),
        ("电话:12", "telephone", None),
        ("邮编:2350001", "postcode", None),
    ],
    ids=["with-fax", "dash", "fax", "broken-mail", "no-mail", "short", "long-postcode"],
)
def test_the_parts_of_a_contact(said, field, value):
    assert read_fields(said)[field] == value


def test_the_code_follows_the_operators_map(tmp_path, assistant):
    own = tmp_path / "own.yaml"
    own.write_text(
        "scheme: GB/T 39666\ndefault: {code: '0', name: 其他}\n"
        "categories: [{code: '42', name: 不予公开, indicators: [refused]}]\n",
        encoding="utf-8",
    )
    reply: Reply = assistant.ask(Request(ASKED[1], today=date(2025, 6, 1)))
    assert load_categories(own).of(ASKED[1], reply).code == "42"
    assert load_categories(own).of(ASKED[0], None).code == "0"
    assert load_categories().of(ASKED[1], reply).code == "XXGK21"


@pytest.mark.parametrize(
    "text",
    [
        "scheme: x",
        f"{HEAD}categories: [{{code: c, name: d, indicators: [nix]}}]",
        f"{HEAD}categories: [{{code: c, name: d, word: [x]}}]",
    ],
    ids=["no-lines", "unknown-indicator", "unknown-key"],
)
def test_a_map_that_does_not_hold_together_is_refused(tmp_path, text):
    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadVocabulary):
        load_categories(own)
