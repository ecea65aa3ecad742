"""Plan + ScoredPassages -> ScoredPassages: each word of the question counts once, by whichever of its variants says it best.

An index adds up the weights of all terms it is asked for, so that a word with twenty synonyms outweighs a word with none.
Among the passages that it finds, the words are weighed one by one: by how much each says of the subject, and by the BM25
weight (Robertson and Zaragoza, 2009) of the best of what may stand for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from begroting_qa.domain import Passage, Plan, ScoredPassage, Term
from begroting_qa.dutch import Kinship, index_terms, terms_of
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import BM25_B, BM25_K1, CODE_WEIGHT, PLACE_WEIGHT, YEAR_WEIGHT, Vocabulary, importance

# chosen on the dev cases, see eval/LOG.md
IMPORTANCE_POWER = 0.5
PHRASE_SHARE = 0.7
HELD_SHARE = 0.8
FURTHER_VARIANTS = 0.1
PREFERENCE = 1.25
SIMILARITY_WEIGHT = 4.0
RANK_WEIGHT = 0.25


def rerank(
    plan: Plan,
    passages: Sequence[ScoredPassage],
    vocabulary: Vocabulary,
    embedder: Embedder,
    *,
    similarity_weight: float = SIMILARITY_WEIGHT,
) -> list[ScoredPassage]:
    """Return the passages in order of how well they treat the question, best first; ranks from 1, ties by passage id.

    A preferred document's passages count somewhat more. `similarity_weight` is what a cosine of 1 between question and passage
    adds, in units of a BM25 weight.
    """
    if not passages:
        return []
    counts = [_counts(scored.passage) for scored in passages]
    lengths = np.asarray([counted.total() for counted in counts], dtype=float)
    damping = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())
    vector = embedder.embed_queries([plan.corrected])[0]
    similarities = embedder.embed_passages([scored.passage.indexed_text for scored in passages]) @ vector
    weighed = [(_Sought.of(term), importance(term, vocabulary) ** IMPORTANCE_POWER) for term in plan.terms]
    preferred = set(plan.preferred)
    found: list[tuple[float, Passage]] = []
    for scored, counted, damp, similarity in zip(passages, counts, damping, similarities, strict=True):
        weights = _Weights(counted, float(damp), vocabulary)
        score = sum(weight * weights.of_term(term) for term, weight in weighed)
        score += sum(CODE_WEIGHT * weights.of(code) for code in plan.codes)
        score += sum(PLACE_WEIGHT * weights.of(word) for place in plan.places for word in terms_of(place))
        score += sum(YEAR_WEIGHT * weights.of(str(year)) for year in plan.years)
        score += similarity_weight * float(similarity) + RANK_WEIGHT / scored.rank
        found.append((score * (PREFERENCE if scored.passage.document_id in preferred else 1.0), scored.passage))
    found.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [ScoredPassage(passage=passage, score=score, rank=rank) for rank, (score, passage) in enumerate(found, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    """A term made ready to be looked up: its variants, and of each phrase the index terms that each word may stand under."""

    variants: Mapping[str, float]
    phrases: tuple[tuple[tuple[tuple[str, frozenset[str]], ...], float], ...]
    parts: tuple[_Sought, ...]

    @classmethod
    def of(cls, term: Term) -> _Sought:
        phrases = tuple(
            (tuple((word, frozenset(f"{mark}{word}" for mark in ("", *Kinship))) for word in words), weight)
            for words, weight in term.phrases
        )
        return cls(variants=dict(term.variants), phrases=phrases, parts=tuple(map(cls.of, term.parts)))


class _Weights:
    """The BM25 weights of one passage's terms."""

    def __init__(self, counts: Mapping[str, int], damping: float, vocabulary: Vocabulary) -> None:
        self._counts = counts
        self._damping = damping
        self._vocabulary = vocabulary

    def of(self, term: str) -> float:
        """Return the weight of a term, 0 where the passage lacks it."""
        count = self._counts.get(term, 0)
        return self._vocabulary.terms.inverse_frequency(term) * count / (count + self._damping) if count else 0.0

    def of_term(self, term: _Sought) -> float:
        """Return the weight of the best variant of a question's term, and a little of what the others add."""
        held = self._counts.keys()
        found = [term.variants[variant] * self.of(variant) for variant in term.variants.keys() & held]
        for words, weight in term.phrases:
            if not any(forms.isdisjoint(held) for _, forms in words):
                parts = (max(self.of(form) * (1.0 if form == word else HELD_SHARE) for form in forms) for word, forms in words)
                found.append(weight * PHRASE_SHARE * sum(parts))
        if term.parts:
            found.append(PHRASE_SHARE * sum(map(self.of_term, term.parts)))
        best = max(found, default=0.0)
        return best + FURTHER_VARIANTS * (sum(sorted(found)) - best)


def _counts(passage: Passage) -> Counter[str]:
    return _counted(passage.indexed_text)


@lru_cache(maxsize=20_000)
def _counted(text: str) -> Counter[str]:
    return Counter(index_terms(text))
