"""Plan -> ScoredPassages, through one PassageIndex."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from begroting_qa.domain import Passage, Plan, ScoredPassage
from begroting_qa.protocols import Embedder, PassageIndex
from begroting_qa.vocabulary import Vocabulary, term_weights


def retrieve(
    plan: Plan,
    index: PassageIndex,
    embedder: Embedder,
    passages: Callable[[Sequence[str]], list[Passage]],
    vocabulary: Vocabulary,
    *,
    k: int,
) -> list[ScoredPassage]:
    """Return at most `k` passages, best first; ranks from 1."""
    vector = embedder.embed_queries([plan.corrected])[0]
    found = index.search(vector, term_weights(plan, vocabulary), plan.filters, k)
    loaded = passages([passage_id for passage_id, _ in found])
    return [
        ScoredPassage(passage=passage, score=score, rank=rank)
        for rank, (passage, (_, score)) in enumerate(zip(loaded, found, strict=True), 1)
    ]
