"""Tell from its content what kind a file is, and read it.

Owns the kinds, how their first bytes or members look, and which reader takes which.  A file's
suffix is never looked at.

Leaves to others: reading (one module a kind), limits on time and memory (worker.py).
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import olefile

from indexer.errors import UnreadableFile
from indexer.loaders.decoding import decode
from indexer.loaders.md import is_md, read_md
from indexer.loaders.messages import unreadable
from indexer.loaders.office import SUFFIXES, convert
from indexer.loaders.txt import read_txt
from indexer.model import Document

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

_OPENS_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|span|center|article)\b",
    re.IGNORECASE,
)
_CLOSES_HTML = re.compile(r"</(?:p|div|td|tr|table|span|html|body)>", re.IGNORECASE)
_OPENS_MAIL = re.compile(r"(?:mime-version|from|subject|date|content-type):", re.IGNORECASE)
_OPENS_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\"\[{\d\]])")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
_HEAD = 65_536

#: Kinds that are not read, and why.
REFUSED: Mapping[str, str] = {
    "empty": "empty",
    "image": "scan",
    "encrypted": "encrypted",
    "ofd": "ofd",
    "pptx": "not_a_report_kind",
    "ppt": "not_a_report_kind",
    "zip": "not_a_report_kind",
    "ole2": "not_a_report_kind",
    "json": "not_a_report_kind",
    "csv": "not_a_report_kind",
    "xml": "not_a_report_kind",
    "binary": "not_a_report_kind",
}


def kind_of(data: bytes) -> str:
    """Return the kind of a file's content: a key of READERS, REFUSED or office.SUFFIXES.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"{\\\\rtf1"), kind_of("一、总体情况".encode()), kind_of(b"")
    ('pdf', 'rtf', 'txt', 'empty')

    Raises:
        UnreadableFile: `damaged`, a package whose directory cannot be read.
    """
    if not data.strip(b"\0 \t\r\n"):
        return "empty"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _kind_of_zip(data)
    if data.startswith(_OLE2):
        return _kind_of_ole2(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_IMAGES):
        return "image"
    return _kind_of_text(data)


def read_document(data: bytes, name: str) -> Document:
    """Read the bytes of a file in this process; `name` becomes the `file` of every Place.

    Raises:
        UnreadableFile: with the reason; `worker.Loader` adds limits on time and memory.
    """
    kind = kind_of(data)
    if kind in SUFFIXES:
        with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
            source = Path(folder, "original")
            source.write_bytes(data)
            converted = convert(source, kind, Path(folder))
            return read_converted(converted.read_bytes(), name, kind)
    return read_kind(data, name, kind)


def read_kind(data: bytes, name: str, kind: str) -> Document:
    """Read a file whose kind is known and needs no conversion."""
    if kind in REFUSED:
        raise unreadable(REFUSED[kind])
    return READERS[kind](data, name)


def read_converted(data: bytes, name: str, kind: str) -> Document:
    """Read what LibreOffice made of a file; the Document keeps the kind of the original."""
    if kind == "xls":
        from indexer.loaders.xlsx import read_xlsx

        return read_xlsx(data, name, kind=kind)
    from indexer.loaders.docx import read_docx

    return read_docx(data, name, kind=kind)


def _read_html(data: bytes, name: str) -> Document:
    from indexer.loaders.html import read_html

    return read_html(data, name)


def _read_mhtml(data: bytes, name: str) -> Document:
    from indexer.loaders.html import read_mhtml

    return read_mhtml(data, name)


def _read_docx(data: bytes, name: str) -> Document:
    from indexer.loaders.docx import read_docx

    return read_docx(data, name)


def _read_pdf(data: bytes, name: str) -> Document:
    from indexer.loaders.pdf import read_pdf

    return read_pdf(data, name)


def _read_xlsx(data: bytes, name: str) -> Document:
    from indexer.loaders.xlsx import read_xlsx

    return read_xlsx(data, name)


#: The heavy parsers are imported when the first file of their kind comes.
READERS: Mapping[str, Callable[[bytes, str], Document]] = {
    "txt": read_txt,
    "md": read_md,
    "html": _read_html,
    "mhtml": _read_mhtml,
    "docx": _read_docx,
    "pdf": _read_pdf,
    "xlsx": _read_xlsx,
}


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = frozenset(package.namelist())
            mimetype = package.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError) as error:
        raise unreadable("damaged") from error
    if "OFD.xml" in names:
        return "ofd"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    return "zip"


def _kind_of_ole2(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            streams = {path[0] for path in package.listdir()}
            locked = "WordDocument" in streams and _is_locked(package.openstream("WordDocument"))
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise unreadable("damaged") from error
    if locked or "EncryptedPackage" in streams:
        return "encrypted"
    if "WordDocument" in streams:
        return "doc"
    if streams & {"Workbook", "Book"}:
        return "xls"
    return "ppt" if "PowerPoint Document" in streams else "ole2"


def _is_locked(stream: io.BytesIO) -> bool:
    """Whether a WordDocument stream says that it is encrypted (FibBase, bit fEncrypted)."""
    flags = stream.read(12)[10:12]
    return len(flags) == 2 and bool(flags[1] & 1)


def _kind_of_text(data: bytes) -> str:
    marked = data.startswith(_BYTE_ORDER_MARKS)
    if not marked and b"\0" in data[:_HEAD]:
        return "binary"
    try:
        text = decode(data)
    except UnreadableFile:
        return "binary"
    head = text[:_HEAD]
    if len(_CONTROLS.findall(head)) > len(head) // 20:
        return "binary"
    return _kind_of_characters(text, head.lstrip())


def _kind_of_characters(text: str, head: str) -> str:
    if _OPENS_MAIL.match(head) and "multipart/related" in head[:4096].lower():
        return "mhtml"
    opens = head.startswith("<") and _OPENS_HTML.search(head[:4096])
    if opens or len(_CLOSES_HTML.findall(head)) >= 3:
        return "html"
    if head.startswith("<?xml"):
        return "wordml" if "Word.Document" in head[:4096] or "wordml" in head[:4096] else "xml"
    if _OPENS_JSON.match(head) and text.rstrip()[-1:] in "]}":
        return "json"
    if _is_csv(head):
        return "csv"
    return "md" if is_md(text) else "txt"


def _is_csv(head: str) -> bool:
    lines = [line for line in head.split("\n") if line.strip()][:5]
    commas = {line.count(",") for line in lines}
    return len(lines) >= 3 and len(commas) == 1 and commas.pop() >= 2
