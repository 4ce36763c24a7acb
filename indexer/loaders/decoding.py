"""Turn the bytes of a text into characters.

Owns the choice of the encoding: byte order mark, UTF-8, the one that a page declares, GB18030.

Leaves to others: what the text says.
"""

from __future__ import annotations

import codecs

from indexer.loaders.messages import unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: GB18030 holds GBK and GB2312, which pages often understate.
_GUESSES = ("utf-8", "gb18030")
_CHINESE = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"})
#: So many undecodable places per character are borne: a byte lost in transport, not a wrong guess.
_LOST = 0.002


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`, its line breaks as `\\n`, its byte order mark dropped.

    UTF-8 goes before `declared`, because other encodings hardly ever look like it, while pages
    that were saved again keep their old declaration.

    Raises:
        UnreadableFile: `damaged`, no known encoding fits.
    """
    return _decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    names = [name for name in ("utf-8", _known(declared), *_GUESSES) if name]
    for name in names:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    for name in _GUESSES:
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= 1 + _LOST * len(text):
            return text
    raise unreadable("damaged")


def _known(declared: str | None) -> str | None:
    if declared is None:
        return None
    if declared.lower() in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return None
