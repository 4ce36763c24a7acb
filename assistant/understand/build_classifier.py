"""Write classifier.bin.gz: the weights of classifier.py, fitted to examples.jsonl.

Run as `python -m assistant.understand.build_classifier`; it takes minutes, and needs scikit-learn
(BSD-3-Clause), which sentence-transformers brings along and the program itself does not use.  The
wordings of the vocabulary are examples of their figure as well.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.understand.classifier import EXAMPLES, FILE, features_of, plain
from assistant.understand.normalise import normalise
from assistant.understand.organ_names import OrganNames
from assistant.understand.parse import parse
from assistant.vocabulary import LANGUAGES, load_applicants, load_indicators
from indexer.embedding import Embedder, load_embedder
from indexer.records import OrganRow

#: A piece or word that fewer examples have is left out.
RAREST = 2
#: Embeddings are brought to the spread of the other features: a length of about 1.
SPREAD = 20.0
#: Inverse strengths of regularisation, chosen on sentences of authors who were kept aside.
BY_WORDS, BY_MEANING = 100.0, 100.0


#: The publishers that the examples speak of, and the day from which their years count.
PUBLISHERS = ("示例市人民政府", "示例市清溪区人民政府", "示例市教育局")
TODAY = date(2025, 6, 1)


@dataclass(frozen=True)
class Example:
    """A plain text; `operation` None where only the figure is known."""

    text: str
    operation: str | None
    indicators: frozenset[str]
    applicants: frozenset[str]


def read_examples() -> Iterator[Example]:
    """Yield the sentences of examples.jsonl, then the wordings of the vocabulary."""
    names = OrganNames.of([OrganRow(at, name, False, ()) for at, name in enumerate(PUBLISHERS)])
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        named = frozenset(row["indicators"]), frozenset(row["applicants"])
        for language in LANGUAGES:
            for sentence in row.get(language, ()):
                seen = parse(sentence, names, today=TODAY).seen
                yield Example(plain(seen), row["operation"], *named)
    for id_, wording in _wordings():
        yield Example(plain(normalise(wording).text), None, frozenset({id_}), frozenset())


def build(embedder: Embedder) -> bytes:
    """Return the file, the same for the same examples and model."""
    examples = list(read_examples())
    told = [example for example in examples if example.operation]
    operations = sorted({example.operation for example in told if example.operation})
    indicators = sorted({id_ for example in examples for id_ in example.indicators})
    applicants = [id_ for id_ in load_applicants() if id_ != "total"]
    rows = [features_of(example.text) for example in examples]
    counts = Counter(piece for row in rows for piece in row)
    features = sorted(piece for piece, count in counts.items() if count >= RAREST)
    idf = [math.log((1 + len(rows)) / (1 + counts[piece])) + 1 for piece in features]
    words = _matrix(rows, {piece: at for at, piece in enumerate(features)}, np.array(idf))
    vectors = np.asarray(embedder.embed_queries([example.text for example in examples]))
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) * SPREAD
    meaning = (vectors - mean) / spread
    fitted = {
        name: _fit(matrix, examples, (operations, indicators, applicants), strength)
        for name, matrix, strength in (("word", words, BY_WORDS), ("meaning", meaning, BY_MEANING))
    }
    weights, bias = fitted["meaning"]
    fitted["meaning"] = (weights / spread[:, None], bias - (mean / spread) @ weights)
    head: dict[str, Any] = {
        "features": features,
        "operations": operations,
        "indicators": indicators,
        "applicants": applicants,
        "idf": [round(value, 4) for value in idf],
        "model": embedder.name,
        "dimensions": embedder.dimensions,
        "examples": digest(),
    }
    body = b""
    for name, (weights, bias) in fitted.items():
        scale = np.abs(weights).max(axis=0) / 127
        head[f"{name}_scale"] = [float(f"{value:.6g}") for value in scale]
        head[f"{name}_bias"] = [round(float(value), 4) for value in bias]
        body += np.rint(weights / scale).astype(np.int8).tobytes()
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode() + b"\n" + body, mtime=0)


def digest() -> str:
    """Return what names the examples, and the wordings of the vocabulary, in the file."""
    wordings = "\n".join(f"{id_}\t{wording}" for id_, wording in _wordings())
    return hashlib.sha256(EXAMPLES.read_bytes() + wordings.encode()).hexdigest()[:16]


def _wordings() -> Iterator[tuple[str, str]]:
    """Yield (indicator, wording) for the labels and aliases in both languages."""
    for indicator in load_indicators().values():
        for language in LANGUAGES:
            for wording in (indicator.label.of(language), *indicator.aliases.of(language)):
                yield indicator.id, wording


def _matrix(rows: Sequence[set[str]], known: dict[str, int], idf: NDArray[np.float64]) -> Any:
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    held = [sorted(known[piece] for piece in row if piece in known) for row in rows]
    starts = np.cumsum([0, *map(len, held)])
    columns = np.array([at for row in held for at in row])
    return normalize(csr_matrix((idf[columns], columns, starts), shape=(len(rows), len(known))))


def _fit(
    matrix: Any,
    examples: Sequence[Example],
    classes: tuple[Sequence[str], Sequence[str], Sequence[str]],
    strength: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights, shape (features, classes), and one bias a class."""
    from sklearn.linear_model import LogisticRegression

    operations, indicators, applicants = classes
    told = [at for at, example in enumerate(examples) if example.operation]
    one_of = LogisticRegression(C=strength, max_iter=500, class_weight="balanced")
    one_of.fit(matrix[told], [examples[at].operation for at in told])
    assert list(one_of.classes_) == list(operations)
    weights, biases = [*one_of.coef_], [*one_of.intercept_]
    for kind, ids in (("indicators", indicators), ("applicants", applicants)):
        for id_ in ids:
            wanted = [id_ in getattr(example, kind) for example in examples]
            each = LogisticRegression(C=strength, max_iter=500, solver="liblinear")
            each.fit(matrix, wanted)
            weights.append(each.coef_[0])
            biases.append(each.intercept_[0])
    return np.array(weights).T, np.array(biases)


if __name__ == "__main__":
    FILE.write_bytes(build(load_embedder()))
