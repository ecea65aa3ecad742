"""Texts -> unit vectors: the shipped static encoder, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from begroting_qa import messages
from begroting_qa.errors import ModelError
from begroting_qa.protocols import Embedder
from begroting_qa.weights import check_files, shipped

SHIPPED = "static-nl"
_WEIGHTS = "model.safetensors"
_TOKENIZER = "tokenizer.json"


class StaticEmbedder:
    """A static encoder read straight from its files: a text is the mean of its tokens' vectors.

    The same numbers as sentence-transformers' StaticEmbedding gives, without its five seconds of import.
    """

    def __init__(self, folder: Path) -> None:
        """Read the model in `folder`, after checking its files against `sha256.json` where that is there.

        Raises:
            ModelError: a file is missing, altered or no static encoder.
        """
        digests = check_files(folder, (_WEIGHTS, _TOKENIZER))
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
            tensors = load_file(folder / _WEIGHTS)
            self._table = next(iter(tensors.values())).astype(np.float32)
        except Exception as error:  # the two libraries raise bare exceptions of their own
            raise ModelError(messages.model_unreadable(folder, error)) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._id = f"{folder.name}@{digests[_WEIGHTS][:12]}"

    @property
    def id(self) -> str:
        """Name and content hash of the weights."""
        return self._id

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a question; shape (n, dimensions), float32."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a passage; shape (n, dimensions), float32."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            if encoding.ids:
                vectors[row] = self._table[encoding.ids].mean(axis=0)
        return _unit(vectors)


class TransformerEmbedder:
    """Any model that sentence-transformers loads, from a local folder or a hub's cache."""

    def __init__(self, name: str, *, query_prefix: str, passage_prefix: str) -> None:
        """Load the model `name`.

        Raises:
            ModelError: the model is not there or cannot be loaded.
        """
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (five seconds)

        try:
            self._model = SentenceTransformer(name, device="cpu", local_files_only=True, model_kwargs={"dtype": "float32"})
        except Exception as error:  # hubs, tokenizers and torch each raise their own
            raise ModelError(messages.model_unreadable(name, error)) from error
        self._name = name
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix

    @property
    def id(self) -> str:
        """Name, prefixes and content hash of the weights."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(tensor.float().numpy()).tobytes())
        prefixes = hashlib.sha256(f"{self._query_prefix}\0{self._passage_prefix}".encode()).hexdigest()
        return f"{Path(self._name).name}@{digest.hexdigest()[:12]}-{prefixes[:6]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a question; shape (n, dimensions), float32."""
        return self._embed([self._query_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a passage; shape (n, dimensions), float32."""
        return self._embed([self._passage_prefix + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        return _unit(np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1))


class RememberingEmbedder:
    """An embedder that keeps the vectors of the passages it saw last: the same sentences come up for many questions."""

    def __init__(self, embedder: Embedder, *, capacity: int) -> None:
        """Wrap an embedder; `capacity` counts texts."""
        self._embedder = embedder
        self._capacity = capacity
        self._vectors: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = Lock()

    @property
    def id(self) -> str:
        """That of the embedder within."""
        return self._embedder.id

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embedder.dimensions

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a question; shape (n, dimensions), float32."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a passage; shape (n, dimensions), float32."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._embedder.embed_passages(new), strict=True))
        with self._lock:
            for text in known:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)
        return np.asarray([known[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimensions)


def load_embedder(name: str, *, query_prefix: str = "", passage_prefix: str = "") -> Embedder:
    """Return the shipped encoder for an empty `name`, else the sentence-transformers model of that name.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if not name:
        with shipped(SHIPPED) as folder:
            return StaticEmbedder(folder)
    return TransformerEmbedder(name, query_prefix=query_prefix, passage_prefix=passage_prefix)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return the rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
