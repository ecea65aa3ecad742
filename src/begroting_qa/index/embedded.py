"""The embedded index: FAISS vectors and BM25 term weights in one folder, fused by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import faiss
import numpy as np

from begroting_qa.domain import Filters, Source
from begroting_qa.protocols import TermScorer

VECTORS = "vectors.faiss"
RANK_CONSTANT = 60  # Cormack et al., SIGIR 2009
DEPTH = 100


def write_vectors(folder: Path, vectors: np.ndarray) -> None:
    """Write vectors, shape (n_passages, dimensions), into `folder`."""
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.write_index(flat, str(folder / VECTORS))


class EmbeddedIndex:
    """A PassageIndex over one folder; it keeps all in memory."""

    def __init__(
        self,
        folder: Path,
        terms: TermScorer,
        passages: Sequence[tuple[str, str]],
        sources: Mapping[str, Source],
        *,
        dense_weight: float,
    ) -> None:
        """Load the vectors in `folder`.

        `terms` scores the same passages, `passages` are (passage id, document id) by number, `dense_weight` is 0 to 1.
        """
        faiss.omp_set_num_threads(1)  # a flat scan of this size loses more to waking threads than it wins
        self._vectors = faiss.read_index(str(folder / VECTORS))
        self._terms = terms
        self._ids = [passage_id for passage_id, _ in passages]
        documents = sorted(sources)
        ordinal = {document_id: number for number, document_id in enumerate(documents)}
        self._document_of = np.asarray([ordinal[document_id] for _, document_id in passages], dtype=np.int64)
        self._documents = [sources[document_id] for document_id in documents]
        self._dense_weight = dense_weight

    def search(self, vector: np.ndarray, term_weights: Mapping[str, float], filters: Filters, k: int) -> list[tuple[str, float]]:
        """Return at most `k` passage ids with their fused scores, best first; ties by passage id."""
        allowed = self._allowed(filters)
        if not allowed.any():
            return []
        depth = min(max(k, DEPTH), len(self._ids))
        lexical = self._terms.scores(term_weights)
        lexical[~allowed] = 0
        lexical_ranks = _ranks(np.argsort(-lexical, kind="stable")[:depth], len(self._ids), lexical > 0)
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.flatnonzero(allowed)))  # pyright: ignore[reportCallIssue] (SWIG)
        found = self._vectors.search(vector.reshape(1, -1), depth, params=parameters)[1][0]
        dense_ranks = _ranks(found[found >= 0], len(self._ids), allowed)
        fused = fuse(dense_ranks, lexical_ranks, weight=self._dense_weight)
        best = sorted(np.flatnonzero(fused > 0), key=lambda i: (-fused[i], self._ids[i]))[:k]
        return [(self._ids[i], float(fused[i])) for i in best]

    def _allowed(self, filters: Filters) -> np.ndarray:
        """Return which passages pass the filters; shape (n_passages,), bool."""
        passing = [filters.admit(source) for source in self._documents]
        return np.asarray(passing, dtype=bool)[self._document_of]


def fuse(dense: np.ndarray, lexical: np.ndarray, *, weight: float, k: int = RANK_CONSTANT) -> np.ndarray:
    """Return one score per passage, higher is better; shape (n_passages,), float64.

    `dense` and `lexical` hold ranks from 1, 0 where a passage was not found. Reciprocal ranks (Cormack et al., SIGIR 2009),
    because a cosine and a BM25 sum share no unit and every engine scales its own. `weight` is the dense share, 0 to 1.
    """
    dense_part = np.where(dense > 0, weight / (k + dense), 0.0)
    lexical_part = np.where(lexical > 0, (1 - weight) / (k + lexical), 0.0)
    return dense_part + lexical_part


def _ranks(order: np.ndarray, n: int, counted: np.ndarray) -> np.ndarray:
    ranks = np.zeros(n, dtype=np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    ranks[~counted] = 0
    return ranks
