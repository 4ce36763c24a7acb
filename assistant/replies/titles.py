"""Names that a question puts in quotation marks: “双招双引”, 《问政平潭之有事您说》.

Owns reading them from a question, the sentences of a report that hold one, and the points behind
a sentence that announces as many as its name says (“四个维度”).  A name that is the wording of a
table's row is none: “不予公开” is looked up there.

Leaves to others: numbers in those sentences (stated.py), sentences without such a name (prose.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.numerals import read_numeral
from assistant.replies.sentences import Sentence, cut_sentences, is_marked
from assistant.understand.indicators import find_indicators
from assistant.understand.normalise import normalise
from assistant.understand.parse import Parsed
from assistant.understand.spotting import masked
from indexer.records import StoredPassage
from indexer.text import fold

_QUOTED = re.compile(r"《([^《》]{2,40})》|[“「『\"]([^“”「」『』\"]{2,30})[”」』\"]")
#: “四个维度”, 三项机制: as many points follow.
_ANNOUNCES = re.compile(r"^([二三四五六七八九十])(?:个|大|项|种|类|条|步|级)?")
#: “哪五关”, “哪四个‘度’”: so many things of one kind are asked for.
_WHICH_KINDS = re.compile(
    r"哪([二两三四五六七八九十])(?:个|种|项|大)?[\"“]?((?![年月类项家区县市局人部款条件个种])[一-龥])"
)
#: A short sentence that leads to what is said of one point: 加大为企服务“力度”。
_LEAD = re.compile(r"^[^，,；;：:]{2,16}[。]?$")
_WHAT = re.compile(r"哪|什么|啥|怎么|如何|指|讲|内容|具体|分别|\b(?:what|which|how)\b")


def titles_of(parsed: Parsed) -> tuple[str, ...]:
    """Return the quoted names of a question, folded, in order."""
    found = []
    for match in _QUOTED.finditer(parsed.question.original):
        name = normalise(next(group for group in match.groups() if group)).text
        at = parsed.question.text.find(name)
        scoped = at >= 0 and not parsed.rest[at : at + len(name)].strip("▁")
        if len(name) > 1 and not scoped and not _is_of_tables(name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def _is_of_tables(name: str) -> bool:
    """Whether a name is nothing but the wording of a figure or of a kind of applicant."""
    found = find_indicators(name)
    left = masked(found.text, found.spans)
    named = found.indicators or found.open or found.applicants
    return bool(named) and len(re.findall(r"[一-龥]", left)) < 2


def holds(name: str, text: str) -> bool:
    """Whether a text holds a name, be its quotation marks printed or not.

    >>> holds("淮北有数", "创新开设“淮北有数”专题"), holds("有事您说", "开设问政栏目")
    (True, False)
    """
    return _bare(name) in _bare(text)


def find_titled(parsed: Parsed, passages: Sequence[StoredPassage]) -> list[Sentence]:
    """Return the sentences that hold a name of the question, with the points one announces."""
    names = [n for n in titles_of(parsed) if any(holds(n, passage.text) for passage in passages)]
    sentences = list(cut_sentences(passages)) if names or _asks_kinds(parsed) else []
    if not names:
        return _listed(parsed, sentences)
    found: list[Sentence] = []
    for name in names:
        for index, sentence in enumerate(sentences):
            if holds(name, sentence.text) and sentence not in found:
                found.append(sentence)
                found += _announced(name, parsed, sentences[index + 1 :], sentence)
    return sorted(found, key=lambda sentence: sentence.start)


def _asks_kinds(parsed: Parsed) -> re.Match[str] | None:
    return _WHICH_KINDS.search(parsed.question.text)


def _listed(parsed: Parsed, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentence that lists as many of a kind as a question says: 哪五关 → 政治关、法律关、…"""
    asked = _asks_kinds(parsed)
    if asked is None:
        return []
    count, kind = int(read_numeral(asked.group(1)) or 0), re.escape(asked.group(2))
    items = re.compile(rf"[一-龥]{{1,6}}{kind}(?=[、，,。；;和与及])")
    return [s for s in sentences if len(items.findall(s.text)) == count][:1]


def _announced(
    name: str, parsed: Parsed, behind: Sequence[Sentence], sentence: Sentence
) -> list[Sentence]:
    """The points behind a sentence that names their number, if just as many are there."""
    told = _ANNOUNCES.match(name)
    if told is None or not _WHAT.search(parsed.question.text):
        return []
    near = [s for s in behind if s.passage.path == sentence.passage.path]
    count = int(read_numeral(told.group(1)) or 0)
    marked = [s for s in near if is_marked(s.text)]
    leads = [s for s in near if _LEAD.match(s.text) and _QUOTED.search(s.text)]
    return next((points for points in (marked, leads) if len(points) == count), [])


def _bare(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’「」『』《》〈〉]", "", fold(text)).lower()
