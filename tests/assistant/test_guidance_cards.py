import re

import pytest
import yaml

from assistant.errors import BadVocabulary
from assistant.vocabulary import LANGUAGES, cards, load_indicators
from assistant.vocabulary.cards import load_cards


def test_every_outcome_row_and_class_has_a_card():
    explained = {id_ for card in load_cards().values() for id_ in card.indicators}
    prefixes = ("refused", "unavailable", "declined", "other", "disclosed", "partly_disclosed")
    rows = {
        i.id
        for i in load_indicators().values()
        if i.table == 3 and i.kind != "derived" and i.id.split(".")[0] in prefixes
    }
    assert rows <= explained


@pytest.mark.parametrize("language", LANGUAGES)
def test_bodies_are_filled_and_short(language):
    for card in load_cards().values():
        body = card.body.of(language)
        assert "{" not in body and "}" not in body, card.id
        assert len(body) <= (260 if language == "zh" else 800), card.id


def test_article_numbers_stand_under_provisions_only():
    document = yaml.safe_load(cards.FILE.read_text(encoding="utf-8"))
    for id_, spec in document["cards"].items():
        assert not re.search(r"第[一二三四五六七八九十百\d]+条", spec["body"]["zh"]), id_
        assert "Article" not in spec["body"]["en"], id_


def test_both_languages_cite_the_same_provisions():
    document = yaml.safe_load(cards.FILE.read_text(encoding="utf-8"))
    for id_, spec in document["cards"].items():
        named = [set(re.findall(r"\{(\w+)\}", spec["body"][language])) for language in LANGUAGES]
        assert named[0] == named[1], id_


def test_numbers_agree_between_the_languages():
    for card in load_cards().values():
        zh = [n for n in re.findall(r"\d+", card.body.zh) if n not in {"1", "3"}]
        en = [
            n
            for n in re.findall(r"\d+", re.sub(r"Article \d+|item[s]? [\d and]+", "", card.body.en))
        ]
        assert set(zh) <= set(en) | {"2024"}, card.id


def test_a_refusal_since_2024_goes_to_review_first():
    card = load_cards()["remedies"]
    assert "2024年1月1日" in card.body.zh and "须先申请行政复议" in card.body.zh
    assert "《行政复议法》第二十三条" in card.body.zh
    assert "60日" in card.body.zh and "15日" in card.body.zh and "6个月" in card.body.zh


@pytest.mark.parametrize("id_", ["unavailable", "not_held", "declined", "remedies_disputed"])
def test_what_is_disputed_is_said_to_be(id_):
    card = load_cards()[id_]
    assert "不同理解" in card.body.zh and "disputed" in card.body.en


def test_reissue_has_no_article_of_its_own():
    card = load_cards()["confirmation"]
    assert "没有专门的条文" in card.body.zh
    assert {article.law.id for article in card.articles} == {"report_format"}


def test_no_card_decides_a_case():
    card = load_cards()["own_case"]
    assert "不作判断" in card.body.zh


def test_grounds_and_remedies_say_where_to_turn():
    for card in load_cards().values():
        if card.kind in {"ground", "remedy"}:
            assert re.search(r"答复机关|行政复议|法院|询问|咨询", card.body.zh), card.id


def reload(monkeypatch, tmp_path, change):
    document = yaml.safe_load(cards.FILE.read_text(encoding="utf-8"))
    change(document)
    path = tmp_path / "cards.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(cards, "FILE", path)
    return load_cards.__wrapped__()


def name_another_law(document):
    document["provisions"]["absolute"]["law"] = "no_such_law"


def cite_without_listing(document):
    document["cards"]["state_secret"]["articles"] = []


def repeat_a_question(document):
    document["cards"]["security"]["questions"]["zh"] += " | 什么叫属于国家秘密"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (name_another_law, "cards.yaml/provisions/absolute"),
        (cite_without_listing, "cards.yaml/state_secret"),
        (repeat_a_question, "cards.yaml/security"),
    ],
)
def test_a_mistake_in_the_cards_is_found_with_its_place(monkeypatch, tmp_path, change, place):
    with pytest.raises(BadVocabulary, match=place):
        reload(monkeypatch, tmp_path, change)


def test_a_correction_in_one_place_reaches_every_card(monkeypatch, tmp_path):
    def change(document):
        document["provisions"]["internal"]["article"]["zh"] = "第十七条"

    loaded = reload(monkeypatch, tmp_path, change)
    assert all("第十七条" in loaded[id_].body.zh for id_ in ("internal", "process", "enforcement"))
