"""Keep a Chroma collection level with the vectors in SQL, and search it.

Owns everything about Chroma: where the collection lies (a folder of the index, or a server), who
may touch it (the one process that holds `chroma.lock`), the stamp that says which state of SQL it
holds, and what happens when it is missing, behind or damaged: it is thrown away and filled again.
A folder whose filling was interrupted counts as damaged, since Chroma does not always survive
that.  The only module that imports chromadb.

Leaves to others: the vectors themselves and what to do while there is no cache (store.py).
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from indexer.database import Lock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)
_COLLECTION = "passages"
_BATCH = 2000

#: Passage ids and their vectors, shape (len(ids), dimensions).
Batch = tuple[list[str], "NDArray[np.float32]"]
#: Gives the ids that the collection should hold, and the vectors of some ids in batches.
Ids = Callable[[], set[str]]
Vectors = Callable[[Iterable[str]], Iterator[Batch]]


@dataclass(frozen=True)
class Stamp:
    """A state of the vectors in SQL: which index, how many changes, how many vectors."""

    index: str
    version: int
    count: int

    def __str__(self) -> str:
        """Return the form in which a cache keeps its stamp."""
        return f"{self.index}:{self.version}:{self.count}"


class _Home(Protocol):
    """Where a collection lies, and whether it was left whole."""

    def open(self) -> Any: ...

    def stamp(self) -> str: ...

    def set_stamp(self, stamp: str) -> None: ...

    def drop(self) -> None: ...

    def close(self) -> None: ...


class _Folder:
    """A collection in `chroma/<name>`, with its stamp in `chroma/<name>.stamp`.

    A new collection gets a new name: Chroma keeps files open that it believes to be there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._client: Any = None
        self._path: Path | None = None

    def open(self) -> Any:
        """Open the one collection there is, or make a new one."""
        self._root.mkdir(parents=True, exist_ok=True)
        found = [path for path in self._root.iterdir() if path.is_dir()]
        if len(found) != 1 or not self._beside(found[0]).is_file():
            self.drop()
            found = [self._root / secrets.token_hex(4)]
        self._path = found[0]
        self._client = _persistent_client(self._path)
        return _collection(self._client)

    def stamp(self) -> str:
        """Return the stamp, empty if the collection was not left whole."""
        path = self._beside(self._open_path())
        return path.read_text(encoding="ascii") if path.is_file() else ""

    def set_stamp(self, stamp: str) -> None:
        """Replace the stamp; an empty one says that changes are under way."""
        path = self._beside(self._open_path())
        if not stamp:
            path.unlink(missing_ok=True)
            return
        unfinished = path.with_suffix(".new")
        unfinished.write_text(stamp, encoding="ascii")
        unfinished.rename(path)

    def drop(self) -> None:
        """Remove every collection."""
        self.close()
        if self._root.is_dir():
            for path in sorted(self._root.iterdir(), reverse=True):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the client."""
        client, self._client, self._path = self._client, None, None
        if client is not None:
            client.close()

    def _open_path(self) -> Path:
        if self._path is None:
            raise RuntimeError("the collection is not open")
        return self._path

    @staticmethod
    def _beside(path: Path) -> Path:
        return path.with_suffix(".stamp")


class _Server:
    """A collection on a Chroma server, with its stamp in the collection's metadata."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Any = None

    def open(self) -> Any:
        """Open the collection, or make it."""
        self._client = _http_client(self._url)
        return _collection(self._client)

    def stamp(self) -> str:
        """Return the stamp, empty if the collection was not left whole."""
        return str((_collection(self._client).metadata or {}).get("stamp", ""))

    def set_stamp(self, stamp: str) -> None:
        """Replace the stamp; an empty one says that changes are under way."""
        _collection(self._client).modify(metadata={"stamp": stamp})

    def drop(self) -> None:
        """Remove the collection, if there is one."""
        client = self._client or _http_client(self._url)
        names = {getattr(found, "name", found) for found in client.list_collections()}
        if _COLLECTION in names:
            client.delete_collection(_COLLECTION)
        self.close()

    def close(self) -> None:
        """Let go of the client."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _persistent_client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(path), settings=Settings(anonymized_telemetry=False))


def _http_client(url: str) -> Any:
    import chromadb
    from chromadb.config import Settings

    address = urlsplit(url)
    secure = address.scheme == "https"
    return chromadb.HttpClient(
        host=address.hostname or "localhost",
        port=address.port or (443 if secure else 8000),
        ssl=secure,
        settings=Settings(anonymized_telemetry=False),
    )


def _collection(client: Any) -> Any:
    return client.get_or_create_collection(
        _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


class VectorCache:
    """A Chroma collection that follows SQL; every method may be called from any thread."""

    def __init__(self, data: Path, url: str | None = None) -> None:
        self._lock = Lock(data / "chroma.lock")
        self._home: _Home = _Server(url) if url else _Folder(data / "chroma")
        self._mutex = threading.Lock()
        self._collection: Any = None
        self._holds = ""
        self._suspect = False

    def sync(self, stamp: Stamp, ids: Ids, vectors: Vectors) -> bool:
        """Bring the collection to `stamp`; true if it can be searched now.

        `ids` gives the ids that it should hold, `vectors` the vectors of some ids in batches.
        False if another process owns the collection, or Chroma does not work here even after a
        fresh start.
        """
        with self._mutex:
            if not self._lock.acquire():
                return False
            if self._collection is not None and self._holds == str(stamp):
                return True
            return self._attempt(self._update, stamp, ids, vectors) or self._attempt(
                self._refill, stamp, ids, vectors
            )

    def search(self, stamp: Stamp, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """Return up to `k` (passage id, cosine) pairs, best first.

        Raises:
            LookupError: the collection does not hold the state `stamp`; score the vectors in SQL.
        """
        collection = self._collection
        if collection is None or self._holds != str(stamp):
            raise LookupError("the collection is behind, or belongs to another process")
        if not stamp.count:
            return []
        try:
            found = collection.query(
                query_embeddings=[vector], n_results=min(k, stamp.count), include=["distances"]
            )
        except BaseException as error:
            _pass_on_unless_chromas(error)
            self._holds, self._suspect = "", True
            raise LookupError("Chroma failed") from error
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id_, 1 - float(distance)) for id_, distance in pairs]

    def close(self) -> None:
        """Let go of Chroma and of its lock."""
        with self._mutex:
            self._forget()
            self._lock.release()

    def _attempt(self, step: Callable[..., bool], stamp: Stamp, *sources: Any) -> bool:
        try:
            return step(stamp, *sources)
        except BaseException as error:  # noqa: BLE001 - sorted out by the function called
            _pass_on_unless_chromas(error)
            return False

    def _update(self, stamp: Stamp, ids: Ids, vectors: Vectors) -> bool:
        self._holds = ""
        if self._suspect:
            return False
        collection = self._collection or self._home.open()
        found = self._home.stamp()
        if found.split(":")[0] != stamp.index:
            return False
        if found == str(stamp) and collection.count() == stamp.count:
            return self._take(collection, stamp)
        self._home.set_stamp("")
        have, want = set(collection.get(include=[])["ids"]), ids()
        for batch in _batches(sorted(have - want)):
            collection.delete(ids=batch)
        return self._fill(collection, stamp, vectors(sorted(want - have)))

    def _refill(self, stamp: Stamp, ids: Ids, vectors: Vectors) -> bool:
        self._forget()
        self._home.drop()
        return self._fill(self._home.open(), stamp, vectors(sorted(ids())))

    def _fill(self, collection: Any, stamp: Stamp, batches: Iterator[Batch]) -> bool:
        for ids, matrix in batches:
            collection.add(ids=ids, embeddings=matrix)
        if collection.count() != stamp.count:
            return False
        self._home.set_stamp(str(stamp))
        return self._take(collection, stamp)

    def _take(self, collection: Any, stamp: Stamp) -> bool:
        self._collection, self._holds, self._suspect = collection, str(stamp), False
        return True

    def _forget(self) -> None:
        self._collection, self._holds = None, ""
        try:
            self._home.close()
        except BaseException as error:  # noqa: BLE001 - sorted out by the function called
            _pass_on_unless_chromas(error)


def _pass_on_unless_chromas(error: BaseException) -> None:
    """Log a failure of Chroma; raise again what ends the process.

    On a damaged folder Chroma raises its own errors, those of sqlite and pydantic, and panics
    of its Rust half, which are no Exception.  Whatever it is, SQL has the vectors.
    """
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    _log.warning("Chroma failed: %s: %s", type(error).__name__, error)


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), _BATCH):
        yield ids[first : first + _BATCH]
