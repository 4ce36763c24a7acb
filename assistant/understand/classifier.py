"""What a question is about, judged by its likeness to example questions.

Owns the classifier: one linear score an operation, figure and kind of applicant, once over the
words and pieces of words of the question (one-vs-rest logistic regression over character n-grams,
as in Wang & Manning, “Baselines and Bigrams”, ACL 2012), once over its embedding.  The weights
are those that build_classifier.py fits to examples.jsonl.

Leaves to others: what the question says in known wordings (parse.py), and which of the two is
followed where they differ (settle.py).
"""

from __future__ import annotations

import gzip
import json
import math
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from operator import add, mul
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("classifier.bin.gz")
EXAMPLES = Path(__file__).with_name("examples.jsonl")

#: Odds are bounded, so that no judgement is beyond being outvoted.
LEAST, BOUND = 1e-6, 14.0
_LATIN = re.compile(r"[a-z]+")
_SPACE = re.compile(r"[\s▁]+")


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted weights, as build_classifier.py writes them.

    `features` maps a piece or a word to its row in `by_words`, signed bytes, one a class, and in
    `idf`, which `shares` holds as whole numbers, in units of the last of its four decimals;
    `operations`, `indicators` and `applicants` together name the classes in order.  `by_meaning`
    holds `dimensions` rows of the same width, for vectors of the embedding model `model`.
    """

    features: Mapping[str, int]
    operations: tuple[str, ...]
    indicators: tuple[str, ...]
    applicants: tuple[str, ...]
    word_scale: Sequence[float]
    word_bias: Sequence[float]
    meaning_scale: Sequence[float]
    meaning_bias: Sequence[float]
    idf: Sequence[float]
    shares: Sequence[int]
    model: str
    dimensions: int
    examples: str
    by_words: memoryview
    by_meaning: memoryview

    @property
    def width(self) -> int:
        """Number of classes."""
        return len(self.operations) + len(self.indicators) + len(self.applicants)


@dataclass(frozen=True)
class Scores:
    """What the classes score: `logits` in the order of the weights.

    Log-odds, natural logarithms, are worked out where they are asked for: most questions want no
    more than the first.
    """

    weights: Weights
    logits: Sequence[float]

    @cached_property
    def operations(self) -> Mapping[str, float]:
        """Log-odds of each operation, one of which it is."""
        logits = self.logits[: len(self.weights.operations)]
        top = max(logits)
        powers = [math.exp(value - top) for value in logits]
        total = sum(powers)
        odds = [math.log(max(p, LEAST) / max(total - p, LEAST)) for p in powers]
        return dict(zip(self.weights.operations, odds, strict=True))

    @cached_property
    def indicators(self) -> Mapping[str, float]:
        """Log-odds of each figure."""
        return self._bounded(self.weights.indicators, len(self.weights.operations))

    @cached_property
    def applicants(self) -> Mapping[str, float]:
        """Log-odds of each applicant."""
        first = len(self.weights.operations) + len(self.weights.indicators)
        return self._bounded(self.weights.applicants, first)

    def _bounded(self, names: Sequence[str], first: int) -> Mapping[str, float]:
        logits = self.logits[first : first + len(names)]
        return {
            name: max(-BOUND, min(BOUND, value)) for name, value in zip(names, logits, strict=True)
        }

    def operation(self) -> str:
        """Return the likeliest operation."""
        logits = self.logits[: len(self.weights.operations)]
        return self.weights.operations[logits.index(max(logits))]

    def first_indicators(self, count: int) -> list[str]:
        """Return the `count` likeliest figures; of equal ones the first by id."""
        first = len(self.weights.operations)
        logits = self.logits[first : first + len(self.weights.indicators)]
        top = max(logits)
        if count == 1 and top < BOUND and logits.count(top) == 1:
            return [self.weights.indicators[logits.index(top)]]
        odds = self.indicators
        return sorted(odds, key=lambda id_: (-odds[id_], id_))[:count]


def plain(text: str) -> str:
    """Return a question as the classifier sees it: what is set aside (▁) left out.

    >>> plain("▁▁▁▁年 新收了  ▁▁几件")
    '年 新收了 几件'
    """
    return _SPACE.sub(" ", text).strip()


def features_of(text: str) -> set[str]:
    """Return the pieces of a plain text, and the words and pairs of words in Latin letters.

    >>> sorted(features_of("新收"))
    ['收', '新', '新收']
    """
    words = _LATIN.findall(text)
    found = {f"w:{word}" for word in words}
    found.update(f"w:{one} {two}" for one, two in pairwise(words))
    for hanzi in (_LATIN.sub(" ", text) if words else text).split():
        found.update(hanzi)
        found.update(map(add, hanzi, hanzi[1:]))
    return found


def judge_by_words(text: str) -> Scores:
    """Return what a plain text is about, by its words."""
    weights = load_weights()
    known = [row for piece in features_of(text) if (row := weights.features.get(piece)) is not None]
    shares = [weights.shares[row] for row in known]
    lanes = sum(map(mul, shares, map(_lanes, known)))
    sums = memoryview(lanes.to_bytes(weights.width * _LANE, sys.byteorder)).cast("Q").tolist()
    lifted = _LIFT * sum(shares)
    norm = math.hypot(*shares) or 1.0
    return Scores(
        weights,
        [
            (total - lifted) / norm * scale + bias
            for total, scale, bias in zip(sums, weights.word_scale, weights.word_bias, strict=True)
        ],
    )


#: Bytes of a lane, and what is added to a signed byte so that none is below 0.
_LANE, _LIFT = 8, 128


@lru_cache(maxsize=4096)
def _lanes(row: int) -> int:
    """Return a row of `by_words` as one long integer, a lane of 64 bits a class.

    Rows then are multiplied and added up in one operation each.  Those of usual words are kept
    (a kilobyte each).
    """
    weights = load_weights()
    line = weights.by_words[row * weights.width : (row + 1) * weights.width]
    return int.from_bytes(array("Q", [weight + _LIFT for weight in line]).tobytes(), sys.byteorder)


def judge_by_meaning(
    text: str, embed: Callable[[Sequence[str]], Iterable[Iterable[float]]]
) -> Scores:
    """Return what a plain text is about, by its embedding."""
    import numpy as np

    weights = load_weights()
    matrix = np.frombuffer(weights.by_meaning, dtype=np.int8).reshape(weights.dimensions, -1)
    vector = np.asarray(next(iter(embed([text]))), dtype=np.float32)
    logits = (vector @ matrix.astype(np.float32)) * weights.meaning_scale + weights.meaning_bias
    return Scores(weights, logits.tolist())


@cache
def load_weights() -> Weights:
    """Load the fitted weights: a line of JSON, then the two matrices as signed bytes."""
    head, _, body = gzip.decompress(FILE.read_bytes()).partition(b"\n")
    fields = json.loads(head)
    features = {piece: row for row, piece in enumerate(fields.pop("features"))}
    kinds = ("operations", "indicators", "applicants")
    names: dict[str, Any] = {kind: tuple(fields.pop(kind)) for kind in kinds}
    width = sum(map(len, names.values()))
    signed = memoryview(body).cast("b")
    cut = len(features) * width
    return Weights(
        features=features,
        shares=[round(idf * 10_000) for idf in fields["idf"]],
        **names,
        **fields,
        by_words=signed[:cut],
        by_meaning=signed[cut:],
    )
