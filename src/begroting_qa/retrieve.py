"""Plan -> ScoredPassages, through one PassageIndex."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from begroting_qa.domain import Passage, Plan, ScoredPassage
from begroting_qa.dutch import terms_of
from begroting_qa.protocols import Embedder, PassageIndex
from begroting_qa.vocabulary import CODE_WEIGHT, PLACE_WEIGHT, YEAR_WEIGHT, Vocabulary, importance

# a BM25 sum adds up what may stand for one word, so that many doubtful variants outweigh the word itself: they count for less
SURE = 0.9
DOUBT = 0.6


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


def term_weights(plan: Plan, vocabulary: Vocabulary) -> dict[str, float]:
    """Return the weight of every index term that a question looks for."""
    weights: dict[str, float] = {}
    for term in (*plan.terms, *(part for phrase in plan.terms for part in phrase.parts)):
        share = importance(term, vocabulary)
        for variant, weight in term.variants:
            weights[variant] = max(weights.get(variant, 0.0), share * (weight if weight >= SURE else weight * DOUBT))
        for words, weight in term.phrases:
            for word in words:
                weights[word] = max(weights.get(word, 0.0), share * weight * DOUBT / len(words))
    weights.update(dict.fromkeys(plan.codes, CODE_WEIGHT))
    weights.update({word: PLACE_WEIGHT for place in plan.places for word in terms_of(place)})
    weights.update({str(year): YEAR_WEIGHT for year in plan.years})
    return weights
