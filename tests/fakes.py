"""Stand-ins with a memory for what is slow or far away."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class HashEmbedder:
    """An Embedder that counts hashed characters and pairs of characters.

    Deterministic, and texts that share wording come out close; it knows no meaning.
    """

    def __init__(self, dimensions: int = 64, name: str = "hash") -> None:
        self.name = name
        self.dimensions = dimensions

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for first, second in zip(f"^{text}", f"{text}$", strict=True):
                row[zlib.crc32((first + second).encode()) % self.dimensions] += 1
                row[zlib.crc32(second.encode()) % self.dimensions] += 0.5
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
