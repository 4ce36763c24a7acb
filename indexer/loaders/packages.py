"""Open zip packages (docx, xlsx) without trusting them.

Owns the limits on what a package may inflate to, and the refusal of document types, entities
and passwords inside it.

Leaves to others: what the parts mean.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from indexer.errors import UnreadableFile
from indexer.loaders.messages import unreadable

MAX_PART = 64 * 2**20
MAX_MEMBERS = 10_000
#: A part beyond MAX_PLAIN bytes may inflate by this ratio; real parts stay under 60.
MAX_RATIO = 200
MAX_PLAIN = 8 * 2**20


class Package:
    """A zip file held in memory, read part by part.

    Raises:
        UnreadableFile: `damaged`, `encrypted`, or `too_large`.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
            raise unreadable("damaged") from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise unreadable("too_large")
        self.names = frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """Return one part, inflated within the limits."""
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise unreadable("encrypted")
        _check_size(info.file_size, info.compress_size)
        try:
            with self._zip.open(info) as part:
                data = part.read(MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise unreadable("damaged") from error
        _check_size(len(data), info.compress_size)
        return data

    def xml(self, name: str) -> etree._Element:
        """Return the root of one XML part."""
        return parse_xml(self.read(name))

    def check_parts(self) -> int:
        """Inflate every XML part within the limits; return the bytes of all of them.

        For readers that open the package by themselves.
        """
        total = 0
        for name in self.names:
            if name.endswith((".xml", ".rels", ".vml")):
                data = self.read(name)
                _refuse_doctype(data)
                total += len(data)
                if total > MAX_PART:
                    raise unreadable("too_large")
        return total


def parse_xml(data: bytes) -> etree._Element:
    """Parse XML that has no business with document types, entities or the network.

    Raises:
        UnreadableFile: `damaged`.
    """
    _refuse_doctype(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise unparsed(error) from error


def unparsed(error: etree.XMLSyntaxError) -> UnreadableFile:
    """Return the refusal for markup that lxml could not parse: `damaged`, or `memory`."""
    starved = getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY
    return unreadable("memory" if starved else "damaged")


def _refuse_doctype(data: bytes) -> None:
    head = data[:4096].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise unreadable("damaged")


def _check_size(plain: int, packed: int) -> None:
    if plain > MAX_PART or (plain > MAX_PLAIN and plain > MAX_RATIO * max(packed, 1)):
        raise unreadable("too_large")
