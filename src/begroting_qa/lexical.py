"""Texts -> sparse BM25 term weights, ours in every engine: a passage's weight for a term is fixed when it is indexed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from begroting_qa.vocabulary import BM25_B, BM25_K1

ARRAYS = "terms.npy"
VOCABULARY = "terms.json"


@dataclass(frozen=True)
class TermWeights:
    """BM25 weights by column: those of term t are `weights[starts[t]:starts[t + 1]]`, for `passages[...]`.

    `terms` gives each term its column, in alphabetical order; shapes (n_weights,), (n_weights,), (n_terms + 1,).
    """

    terms: Mapping[str, int]
    weights: np.ndarray
    passages: np.ndarray
    starts: np.ndarray
    n_passages: int

    def scores(self, term_weights: Mapping[str, float]) -> np.ndarray:
        """Return the weighted BM25 sum per passage; shape (n_passages,), float32."""
        scores = np.zeros(self.n_passages, dtype=np.float32)
        for term, weight in sorted(term_weights.items()):
            column = self.terms.get(term)
            if column is not None:
                stretch = slice(self.starts[column], self.starts[column + 1])
                scores[self.passages[stretch]] += weight * self.weights[stretch]
        return scores

    def document_frequency(self, term: str) -> int:
        """Return in how many passages a term stands."""
        column = self.terms.get(term)
        return 0 if column is None else int(self.starts[column + 1] - self.starts[column])

    def inverse_frequency(self, term: str) -> float:
        """Return the term's idf as BM25 has it (Robertson and Zaragoza, 2009); the highest for an unknown term."""
        frequency = self.document_frequency(term)
        return math.log(1 + (self.n_passages - frequency + 0.5) / (frequency + 0.5))


def weigh_terms(term_lists: Sequence[Sequence[str]]) -> TermWeights:
    """Return the weights of passages given as lists of terms, in Lucene's variant of BM25 (Kamphuis et al., ECIR 2020)."""
    import bm25s  # noqa: PLC0415 (only when building)

    vocabulary = {term: column for column, term in enumerate(sorted({t for terms in term_lists for t in terms}))}
    model = bm25s.BM25(k1=BM25_K1, b=BM25_B, method="lucene", dtype="float32")
    ids = [[vocabulary[term] for term in terms] for terms in term_lists]
    model.index((ids, vocabulary), create_empty_token=False, show_progress=False)
    arrays = model.scores
    return TermWeights(
        terms=vocabulary,
        weights=np.asarray(arrays["data"], dtype=np.float32),
        passages=np.asarray(arrays["indices"], dtype=np.int64),
        starts=np.asarray(arrays["indptr"], dtype=np.int64)[: len(vocabulary) + 1],
        n_passages=len(term_lists),
    )


def save_terms(terms: TermWeights, folder: Path) -> None:
    """Write the weights into `folder`, the same bytes for the same weights."""
    with (folder / ARRAYS).open("wb") as out:
        for array in (terms.weights, terms.passages, terms.starts, np.asarray([terms.n_passages], dtype=np.int64)):
            np.save(out, array, allow_pickle=False)
    names = sorted(terms.terms, key=terms.terms.__getitem__)
    (folder / VOCABULARY).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def load_terms(folder: Path) -> TermWeights:
    """Return the weights that `save_terms` wrote; the caller has checked the files."""
    with (folder / ARRAYS).open("rb") as source:
        weights, passages, starts, count = (np.load(source, allow_pickle=False) for _ in range(4))
    names: list[str] = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
    return TermWeights(
        terms={name: column for column, name in enumerate(names)},
        weights=weights,
        passages=passages,
        starts=starts,
        n_passages=int(count[0]),
    )
