"""Where an organ can be reached, read from the prose of its reports.

Owns finding the sentence by which a report names its office, and the parts of it.  What is not
printed stays None; nothing is put together from elsewhere.

Leaves to others: reading reports (the index), when a contact is given (hotline.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from assistant.model import place_json
from indexer.model import Place
from indexer.records import ReportRow, StoredPassage
from indexer.store import Store
from indexer.text import fold

#: How a report leads over to its contact; what follows is read, not what stands before.
_LEAD = re.compile(r"请与|疑问|联系方式")
_OFFICE = re.compile(r"请与([^,。;:(]{2,40}?)联系")
_TELEPHONE = re.compile(
    r"电话(?:/传真)?[:为是]?\s{0,3}((?:0\d{2,3}\s?[-—–－]\s?)?\d{7,8}(?!\d)|1\d{10}(?!\d)|\d{4}-\d{7})"
)
_FAX = re.compile(r"传真[:为是]\s{0,3}((?:0\d{2,3}\s?[-—–－]\s?)?\d{7,8})(?!\d)")
_ADDRESS = re.compile(r"地址[:为是]\s{0,3}([^;,。()\n]{4,80})")
_POSTCODE = re.compile(r"邮(?:政)?编码?[:为是]?\s{0,3}(\d{6})(?!\d)")
_MAIL_FIELD = re.compile(r"(?:邮箱|邮件|信箱)[:为是]?\s{0,3}([^;,。()\n一-龥]{5,80})")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_FIELDS: Final = ("telephone", "fax", "address", "postcode", "email")


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact that one report prints; `quote` is the sentence, at `place`."""

    organ: str
    office: str | None
    telephone: str | None
    fax: str | None
    address: str | None
    postcode: str | None
    email: str | None
    report: str
    year: int
    quote: str
    place: Place

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        names = ("organ", "office", *_FIELDS, "report", "year", "quote")
        return {name: getattr(self, name) for name in names} | {"place": place_json(self.place)}


def find_contact(store: Store, organ: str) -> Contact | None:
    """Return the contact in the newest report of `organ` that prints one."""
    rows = [row for row in store.reports() if row.organ == organ]
    for row in sorted(rows, key=lambda row: -row.year):
        for passage in store.passages(row.id):
            if contact := read_contact(row, passage):
                return contact
    return None


def read_contact(row: ReportRow, passage: StoredPassage) -> Contact | None:
    """Return the contact that a passage prints, None where it prints no way to reach anybody."""
    text = fold(passage.text)
    lead = _LEAD.search(text)
    if lead is None:
        return None
    said = text[lead.start() :]
    read = read_fields(said)
    if not (read["telephone"] or read["email"] or read["address"]):
        return None
    quote, place = _printed(passage, lead.start(), len(text))
    return Contact(
        organ=row.organ,
        office=_first(_OFFICE, said),
        **read,
        report=row.id,
        year=row.year,
        quote=quote,
        place=place,
    )


def _printed(passage: StoredPassage, start: int, folded: int) -> tuple[str, Place]:
    """Return the sentence as printed, and its place; the whole passage where folding moved it."""
    if folded != len(passage.text):
        return passage.text, passage.place
    quote = passage.text[start:].split("\n")[0]
    base = passage.place.start
    if base is None:
        return quote, passage.place
    return quote, replace(passage.place, start=base + start, stop=base + start + len(quote))


def read_fields(said: str) -> Mapping[str, str | None]:
    """Return what stands behind the words for each part of a contact.

    >>> read_fields("地址:示例市虚构大道0号,邮编:000000,电话:0000-0000000")["telephone"]
    '0000-0000000'
    """
    mail = _first(_MAIL_FIELD, said)
    mail = re.sub(r"\s+", "", mail) if mail else None
    return {
        "telephone": _first(_TELEPHONE, said),
        "fax": _first(_FAX, said),
        "address": _first(_ADDRESS, said),
        "postcode": _first(_POSTCODE, said),
        "email": mail if mail and _MAIL.fullmatch(mail) else None,
    }


def _first(pattern: re.Pattern[str], said: str) -> str | None:
    found = pattern.search(said)
    return found.group(1).strip() if found else None
