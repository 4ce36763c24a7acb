import math

import numpy as np
import pytest

from assistant.understand.build_classifier import digest
from assistant.understand.classifier import features_of, judge_by_words, load_weights, plain
from assistant.understand.normalise import normalise
from assistant.vocabulary import load_applicants, load_indicators, load_operations


def test_the_weights_were_fitted_to_the_examples_and_vocabulary_of_today():
    assert load_weights().examples == digest(), (
        "run python -m assistant.understand.build_classifier"
    )


def test_every_class_is_known():
    weights = load_weights()
    assert set(weights.indicators) == set(load_indicators())
    assert set(weights.applicants) == set(load_applicants()) - {"total"}
    plain_names = {name for name in weights.operations if not name.startswith(("absent_", "rank_"))}
    assert plain_names - {"off", "filter_years"} <= set(load_operations())


@pytest.mark.parametrize("indicator", load_indicators().values(), ids=lambda i: i.id)
def test_a_figure_is_told_by_its_own_name(indicator):
    odds = judge_by_words(plain(normalise(indicator.label.zh).text)).indicators
    assert max(odds, key=odds.__getitem__) == indicator.id


def test_scores_are_those_of_the_matrix():
    weights = load_weights()
    text = "因国家秘密没公开的有几件"
    rows = [weights.features[piece] for piece in features_of(text) if piece in weights.features]
    matrix = np.frombuffer(weights.by_words, dtype=np.int8).reshape(-1, weights.width)
    idf = np.array(weights.idf)[rows]
    logits = (idf / math.sqrt((idf**2).sum())) @ matrix[rows] * weights.word_scale
    logits += weights.word_bias
    at = len(weights.operations)
    found = judge_by_words(text).indicators
    for id_, logit in zip(weights.indicators, logits[at:], strict=False):
        assert found[id_] == pytest.approx(max(-14, min(14, logit)), abs=1e-6)


def test_a_text_of_nothing_known_is_judged_too():
    assert set(judge_by_words("𠀀").indicators) == set(load_indicators())
