"""Replies to questions for a way to reach an office: telephone, address, post code, e-mail, fax.

Owns which parts of a contact are asked for, the sentences of a report that print them, and saying
so where a report prints other parts only: nothing is put together from other reports.

Leaves to others: the parts themselves (contacts.py), how a quotation is cited
(draft.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.draft import Draft
from assistant.replies import stated
from assistant.replies.sentences import Sentence, cut_sentences
from assistant.understand.parse import Parsed
from indexer.records import StoredPassage
from indexer.text import fold

_CONTACT = re.compile(r"电话|地址|邮编|邮政编码|邮箱|信箱|传真|联系|咨询")
_ASKED = re.compile(
    r"(?:联系|咨询|监督|办公|传真)?(?:电话|号码)(?!.{0,4}(?:接|打了|访))|邮箱|电子信箱|邮件地址|地址|邮编|邮政编码|传真"
    r"|办公地点|在哪[条个]?[路街]|怎么联系|联系方式|\b(?:phone|e-?mail|address|post ?code|fax)\b"
)
_PRINTED = re.compile(r"\d{3,4}[-—－]?\d{7,8}|\d{4}[-—－]\d{7}|@|\d{6}|号楼?")
_ADDRESS = re.compile(r"地址[:：]")
#: Sentences of one contact: a report may put each part of it behind a semicolon.
_MOST = 6
#: Telephones and letters that are counted, or by which somebody applied, are no contact.
_NO_CONTACT = re.compile(
    r"(?:接听|接到|打进)[^，,。]{0,6}(?:电话|来电)|话务|(?:电话|传真|邮件|邮箱|信箱)(?:方式)?(?:提出|提交|递交|来)?的?申请"
    r"|申请人的?(?:电话|地址|邮箱|住址)"
)
#: The parts of a contact by the words that ask for them; of an e-mail address, “address” is none.
_MAIL_ADDRESS = re.compile(r"(?:电子)?(?:邮箱|邮件|信箱)的?地址|e-?mail address")
_FIELDS = {
    "telephone": re.compile(r"电话|号码|\b(?:phone|call)\b|telephone"),
    "fax": re.compile(r"传真|\bfax\b"),
    "address": re.compile(
        r"(?<!网)地址|办公地点|在哪[条个]?[路街]|在哪儿?办公|\baddress\b|where is"
    ),
    "postcode": re.compile(r"邮编|邮政编码|\bpost ?code\b|\bzip\b"),
    "email": re.compile(r"邮箱|电子邮件|电子信箱|\be-?mail\b"),
    "office": re.compile(
        r"哪个(?:部门|单位|科室|处室|办公室|机构)|找谁|是谁|归谁|\bwho(?:m)? (?:to|should|do)\b"
    ),
}
#: How a report prints each of them.
_SAID = {
    "telephone": re.compile(r"(?:电话|热线|号码)[^,;。]{0,14}?\d{3,}|\d{3,4}-\d{7}"),
    "fax": re.compile(r"传真[^,;。]{0,8}?\d{3,}"),
    "address": re.compile(r"地址|地点|位于|[路街道]\d*号|号楼"),
    "postcode": re.compile(r"邮(?:政)?编码?[^,;。]{0,4}?\d{6}"),
    "email": re.compile(r"@"),
    "office": re.compile(r"请?(?:与|向|同|和)[^,，。;]{2,40}?(?:联系|咨询|反映)"),
}
_FAX_NUMBER = re.compile(r"传真(?:电话|号码|机号)")


def asks_contact(parsed: Parsed) -> bool:
    """Whether a telephone number, an address and the like are asked for, not how many there are."""
    text = parsed.question.text
    if _NO_CONTACT.search(text):
        return False
    if parsed.operation != "contact" and not _ASKED.search(text):
        return False
    numbers = stated.read_asked(parsed) if stated.asks_number(parsed) else ()
    return not any(one.unit for one in numbers)


def fields_asked(text: str) -> tuple[str, ...]:
    """Return the parts of a contact that a folded question asks for; none where it asks for any.

    >>> fields_asked("电子邮箱地址和传真号码是多少"), fields_asked("怎么联系")
    (('fax', 'email'), ())
    """
    text = _FAX_NUMBER.sub("传真", _MAIL_ADDRESS.sub("电子邮件", text))
    return tuple(name for name, pattern in _FIELDS.items() if pattern.search(text))


def find_contact_sentences(passages: Sequence[StoredPassage]) -> list[Sentence]:
    """The sentences that name telephone and address; those in front of section one first."""
    first = [p for p in passages if p.section is None]
    found = [s for s in cut_sentences(first or passages) if _prints(s.text)]
    if not found:
        found = [
            s
            for s in cut_sentences(passages)
            if len(_CONTACT.findall(s.text)) > 1 and re.search(r"\d{7}|\d-\d{7}", s.text)
        ][:1]
    return found[:_MOST]


def _prints(text: str) -> bool:
    told = _PRINTED.search(text) or _ADDRESS.search(text) or _SAID["office"].search(text)
    return bool(_CONTACT.search(text) and told)


def chosen_of(parsed: Parsed, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return those of the sentences that print a part asked for, all where any contact will do."""
    asked = fields_asked(parsed.question.text)
    if not asked:
        return list(sentences)
    return [s for s in sentences if any(_SAID[name].search(fold(s.text)) for name in asked)]


def unprinted(parsed: Parsed, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Return the parts of a contact that are asked for and that the sentences do not print."""
    said = fold("；".join(sentence.text for sentence in sentences))
    return tuple(n for n in fields_asked(parsed.question.text) if not _SAID[n].search(said))


def say_unprinted(missing: Sequence[str], draft: Draft, names: dict[str, object]) -> str:
    """Say which parts of a contact the report does not print."""
    fields = draft.joined(draft.say(f"contact_{name}") for name in missing)
    return draft.say("contact_missing", fields=fields, **names)
