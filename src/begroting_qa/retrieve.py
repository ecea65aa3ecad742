"""Plan -> ScoredPassages, through one PassageIndex."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from begroting_qa.domain import Passage, Plan, ScoredPassage
from begroting_qa.protocols import Embedder, PassageIndex

CODE_WEIGHT = 3.0
YEAR_WEIGHT = 0.6
PREFERENCE = 1.25
# a BM25 sum adds up what may stand for one word, so that many doubtful variants outweigh the word itself: they count for less
SURE = 0.9
DOUBT = 0.6


def retrieve(
    plan: Plan, index: PassageIndex, embedder: Embedder, passages: Callable[[Sequence[str]], list[Passage]], *, k: int
) -> list[ScoredPassage]:
    """Return at most `k` passages, best first; ranks from 1. A preferred document's passages count somewhat more."""
    weights: dict[str, float] = {}
    for term in plan.terms:
        for variant, weight in term.variants:
            ranked = weight if weight >= SURE else weight * DOUBT
            weights[variant] = max(weights.get(variant, 0.0), ranked)
    weights.update(dict.fromkeys(plan.codes, CODE_WEIGHT))
    weights.update({str(year): YEAR_WEIGHT for year in plan.years})
    vector = embedder.embed_queries([corrected_question(plan)])[0]
    found = index.search(vector, weights, plan.filters, k)
    loaded = passages([passage_id for passage_id, _ in found])
    preferred = set(plan.preferred)
    weighed = [
        (passage, score * (PREFERENCE if passage.document_id in preferred else 1.0))
        for passage, (_, score) in zip(loaded, found, strict=True)
    ]
    weighed.sort(key=lambda pair: (-pair[1], pair[0].id))
    return [ScoredPassage(passage=p, score=s, rank=rank) for rank, (p, s) in enumerate(weighed, 1)]


def corrected_question(plan: Plan) -> str:
    """Return the question with its spelling corrections in place."""
    text = plan.normalized
    for typed, meant in plan.corrections:
        text = text.replace(typed, meant)
    return text
