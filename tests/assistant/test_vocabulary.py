from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import indexer
from assistant import vocabulary
from assistant.errors import BadVocabulary
from assistant.vocabulary import (
    LANGUAGES,
    indicator_wordings,
    load_absences,
    load_ambiguities,
    load_applicants,
    load_compounds,
    load_indicators,
    load_notes,
    load_off_subjects,
    load_operations,
    load_topics,
    weak_wordings,
    wording_key,
)
from assistant.vocabulary.statistics_rows import load_shared_wordings, load_statistics_rows

FORMATS = Path(indexer.__file__).parent / "formats"

#: Places where a figure is printed in both formats under one id, or in one of them only.
DOCUMENTS = {
    name: yaml.safe_load((FORMATS / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("2021", "2019")
}

DERIVED = {
    "handled",
    "disclosure_rate",
    "full_disclosure_rate",
    "conclusion_rate",
    "refusal_rate",
    "carry_over_rate",
    "correction_rate",
    "lawsuit_correction_rate",
    "natural_person_share",
}


def printed_indicators(document):
    for table in document["tables"]:
        if table["kind"] == "matrix":
            yield from ((row["id"], 3) for row in table["rows"])
        elif table["kind"] == "line":
            yield from ((f"{b}.{c}", 4) for b in table["blocks"] for c in table["columns"])
        else:
            yield from (
                (f"{row}.{column}", 2)
                for block in table["blocks"]
                for row in block["rows"]
                for column in block["columns"]
            )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_cell_of_a_format_has_an_indicator(name):
    for id_, table in printed_indicators(DOCUMENTS[name]):
        indicator = load_indicators()[id_]
        assert name in indicator.formats, id_
        assert indicator.table == table, id_
        assert indicator.kind == "cell" or name in indicator.printed, id_


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_cell_indicator_is_printed_by_its_formats(name):
    printed = {id_ for id_, _ in printed_indicators(DOCUMENTS[name])}
    cells = {i.id for i in load_indicators().values() if i.kind == "cell" and name in i.formats}
    assert cells <= printed


@pytest.mark.parametrize("name", DOCUMENTS)
def test_units_are_those_of_the_format(name):
    for table in DOCUMENTS[name]["tables"]:
        for block in table["blocks"] if table["kind"] == "blocks" else []:
            for row in block["rows"]:
                for column, spec in block["columns"].items():
                    unit = spec.get("unit", block["unit"])
                    assert load_indicators()[f"{row}.{column}"].unit == unit


def test_every_group_of_a_format_is_a_group_of_its_rows():
    rows = DOCUMENTS["2021"]["tables"][1]["rows"]
    for group in DOCUMENTS["2021"]["tables"][1]["groups"]:
        members = [row["id"] for row in rows if row.get("group") == group]
        assert [term.indicator for term in load_indicators()[group].parts] == members


def test_every_row_known_of_statistics_tables_has_wordings():
    document = yaml.safe_load((FORMATS / "statistics.yaml").read_text(encoding="utf-8"))
    assert load_statistics_rows().keys() >= document["rows"].keys()
    assert load_shared_wordings()


def test_what_reports_do_not_print_can_be_asked_for():
    assert load_indicators().keys() >= DERIVED


def test_every_applicant_column_is_there():
    columns = DOCUMENTS["2021"]["tables"][1]["columns"]
    assert set(load_applicants()) == {*columns, "legal"}
    assert set(load_applicants()["legal"].parts) == {c for c in columns if c.startswith("legal.")}


def test_printed_labels_of_rows_find_their_indicator():
    for row in DOCUMENTS["2021"]["tables"][1]["rows"]:
        if row["id"] in {"other.rest", "concluded"}:
            continue
        assert indicator_wordings("zh")[wording_key(row["printed"], "zh")] == row["id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_decides_and_hesitates_at_once(language):
    strong, weak = indicator_wordings(language), weak_wordings(language)
    assert not strong.keys() & weak.keys()
    for ambiguity in load_ambiguities():
        keys = {wording_key(w, language) for w in ambiguity.wordings.of(language)}
        assert not keys & strong.keys()


def test_compounds_reach_every_cell_of_tables_two_and_four():
    compounds = load_compounds()
    reached = {f"{s}.{a}" for s in compounds.subjects for a in compounds.aspects}
    crossed = {i.id for i in load_indicators().values() if i.table in {2, 4} and "." in i.id}
    assert crossed - reached == {"review_and_lawsuit.total"}


def test_other_alone_never_decides():
    assert wording_key("其他", "zh") not in indicator_wordings("zh")
    assert wording_key("其他", "zh") not in weak_wordings("zh")


def test_words_that_every_question_about_applications_holds_step_back():
    assert {"有多少申请", "收到的申请", "受理"} <= weak_wordings("zh").keys()
    assert "how many applications" in weak_wordings("en")


def test_being_told_is_no_lawsuit():
    assert not [w for w in indicator_wordings("zh") if w in "被告知信息"]


CASES = [
    ("新收", "received"),
    ("收到多少申请", "received"),
    ("去年结转", "carried_in"),
    ("没办完", "carried_out"),
    ("拖到明年", "carried_out"),
    ("办结", "concluded"),
    ("商业秘密", "refused.third_party"),
    ("个人隐私", "refused.third_party"),
    ("人事后勤内部流程", "refused.internal"),
    ("讨论记录", "refused.process"),
    ("卷宗", "refused.enforcement"),
    ("信访", "declined.petition"),
    ("查不到", "unavailable.not_held"),
    ("不归我们管", "unavailable.not_held"),
    ("不给看", "refused"),
    ("民告官", "lawsuit.total"),
    ("败诉", "lawsuit.corrected"),
    ("复议被撤销", "review.corrected"),
    ("发了多少红头文件", "normative.issued"),
    ("当被告", "lawsuit.total"),
    ("罚单", "penalties.decisions"),
    ("收了多少钱", "fees.amount"),
    ("没交钱", "other.unpaid"),
    ("公开率", "disclosure_rate"),
]


@pytest.mark.parametrize(
    ("wording", "id_"), CASES, ids=[f"{n}-{id_}" for n, (_, id_) in enumerate(CASES)]
)
def test_people_speak_like_this(wording, id_):
    assert indicator_wordings("zh")[wording] == id_


def test_a_rate_names_its_other_readings():
    readings = {reading.id for reading in load_indicators()["disclosure_rate"].readings}
    assert readings == {"full", "over_intake"}
    decided = load_indicators()["correction_rate"].readings[0].formula.denominator
    assert [(term.indicator, term.sign) for term in decided] == [
        ("review.total", 1),
        ("review.pending", -1),
    ]


def test_notes_are_filled_exactly():
    note = load_notes()["small_base"]
    assert "12" in note.fill("zh", base=Decimal(12)) and "12" in note.fill("en", base=12)
    with pytest.raises(BadVocabulary, match=r"notes\.yaml/small_base"):
        note.fill("zh")


def test_the_other_files_load():
    assert {"value", "verify", "zeros", "checks", "contact"} <= load_operations().keys()
    assert {"monthly", "satisfaction", "forecast"} <= load_absences().keys()
    assert {"weather", "politics", "prompt_or_keys"} <= load_off_subjects().keys()
    assert {"press_conferences", "processing_fee"} <= load_topics().keys()


def reload(monkeypatch, tmp_path, loader, file, change):
    """Load `file` after `change` to its document."""
    document = yaml.safe_load((vocabulary.FOLDER / file).read_text(encoding="utf-8"))
    change(document)
    (tmp_path / file).write_text(
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    for other in vocabulary.FOLDER.glob("*.yaml"):
        if other.name != file:
            (tmp_path / other.name).write_bytes(other.read_bytes())
    monkeypatch.setattr(vocabulary, "FOLDER", tmp_path)
    return loader.__wrapped__()


def steal_an_alias(document):
    document["disclosed"]["aliases"]["zh"] += " | 新收"


def drop_english(document):
    del document["received"]["definition"]["en"]


def forget_aliases(document):
    document["received"]["aliases"]["zh"] = "新收 | 收到"


def name_an_unknown_part(document):
    document["refused"]["parts"].append("refused.nothing")


def name_an_unknown_note(document):
    document["received"]["notes"].append("no_such_note")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (steal_an_alias, "indicators.yaml/disclosed"),
        (drop_english, "indicators.yaml/received"),
        (forget_aliases, "indicators.yaml/received"),
        (name_an_unknown_part, "indicators.yaml/refused"),
        (name_an_unknown_note, "indicators.yaml/received"),
    ],
)
def test_a_mistake_in_the_indicators_is_found_with_its_place(monkeypatch, tmp_path, change, place):
    with pytest.raises(BadVocabulary, match=place):
        reload(monkeypatch, tmp_path, load_indicators, "indicators.yaml", change)


def test_an_ambiguous_wording_must_not_name_one_indicator(monkeypatch, tmp_path):
    def change(document):
        document[0]["wordings"]["zh"] += " | 新收"

    with pytest.raises(BadVocabulary, match=r"ambiguous\.yaml/1"):
        reload(monkeypatch, tmp_path, load_ambiguities, "ambiguous.yaml", change)


def test_a_default_must_be_a_candidate(monkeypatch, tmp_path):
    def change(document):
        document[0]["default"] = "received"

    with pytest.raises(BadVocabulary, match=r"ambiguous\.yaml/1"):
        reload(monkeypatch, tmp_path, load_ambiguities, "ambiguous.yaml", change)


def test_both_languages_want_the_same_variables(monkeypatch, tmp_path):
    def change(document):
        document["small_base"]["en"] = "Small."

    with pytest.raises(BadVocabulary, match=r"notes\.yaml/small_base"):
        reload(monkeypatch, tmp_path, load_notes, "notes.yaml", change)
