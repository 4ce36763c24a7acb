"""Load a report file: its bytes become a Document of paragraphs and grids.

Owns the way from a path to a Document, whatever the file's kind.  `load` and `Loader` read in a
child process with limits, and draw pages there; `read_document` reads in this one.

Leaves to others: everything a report means.
"""

from indexer.loaders.drawing import DrawnPage
from indexer.loaders.kinds import kind_of, read_document
from indexer.loaders.messages import explain, unreadable
from indexer.loaders.office import PRINTED
from indexer.loaders.worker import Limits, Loader, load

__all__ = [
    "DRAWN_KINDS",
    "DrawnPage",
    "Limits",
    "Loader",
    "explain",
    "kind_of",
    "load",
    "read_document",
    "unreadable",
]
#: The kinds whose files have pages that can be drawn.
DRAWN_KINDS = frozenset({"pdf", *PRINTED}) - {"xls"}
