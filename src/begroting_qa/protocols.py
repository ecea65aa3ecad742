"""The seams where another implementation may be put."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypedDict

import numpy as np

from begroting_qa.domain import Filters, Plan, ScoredPassage


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def id(self) -> str:
        """Name and content hash: an index made with another id cannot be searched with this one."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a question; shape (n, dimensions), float32."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a passage; shape (n, dimensions), float32."""
        ...


class PassageIndex(Protocol):
    """Finds passages by vector and by weighted terms, fused by rank inside, so that every engine gives one order."""

    def search(self, vector: np.ndarray, term_weights: Mapping[str, float], filters: Filters, k: int) -> list[tuple[str, float]]:
        """Return at most `k` passage ids with their fused scores, best first; ties by passage id."""
        ...


class Reranker(Protocol):
    """Orders passages that were found by how well they treat the question."""

    def rerank(self, plan: Plan, passages: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """Return the passages best first; ranks from 1, scores above 0, ties by passage id."""
        ...


class Message(TypedDict):
    """One turn of a conversation with a language model; `role` is `system`, `user` or `assistant`."""

    role: str
    content: str


class Generator(Protocol):
    """A language model that writes."""

    @property
    def id(self) -> str:
        """What runs it, and its name."""
        ...

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        """Yield the reply in pieces; raises GeneratorError at any fault, also midway."""
        ...


class TermStatistics(Protocol):
    """Knows in how many passages a term stands."""

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term stands."""
        ...

    def inverse_frequency(self, term: str) -> float:
        """Return the term's idf; the highest for an unknown term."""
        ...


class TermScorer(Protocol):
    """Scores all passages for weighted terms."""

    def scores(self, term_weights: Mapping[str, float]) -> np.ndarray:
        """Return the weighted sum per passage; shape (n_passages,), float32."""
        ...
