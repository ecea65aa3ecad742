"""The learned ranker: one linear score over what speaks for a passage, by weights learned in `training/fit_ranker.py`.

A BM25 sum adds up words wherever in a passage they stand; here it counts too how much of the question stands together in one
sentence, how near in meaning the passage is, and whether it tells the kind of thing that is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from begroting_qa.domain import Passage, PassageKind, Plan, QuestionKind, ScoredPassage, UnitKind
from begroting_qa.dutch import MONTHS, index_terms, terms_of
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import BM25_B, BM25_K1, Vocabulary, forms_of, importance, matcher, term_weights
from begroting_qa.weights import read_weights

MODEL = "ranker"
FEATURES = ("lexical", "coverage", "one_sentence", "years", "similarity", "sentence_similarity", "row", "tells")
# keeps sums of BM25 weights near those of the other features
LEXICAL_SCALE = 10.0
REMEMBERED = 20_000
# `Hecht`, `Bijdrage 2025` above `8,7 miljoen`: so short a text says nothing by itself
BARE_WORDS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n")
_TELLS = {
    QuestionKind.DATE: re.compile(rf"\b(?:{MONTHS}|kwartaal|medio|eind|begin|\d{{4}})\b", re.IGNORECASE),
    QuestionKind.AMOUNT: re.compile(r"\d"),
    QuestionKind.PERSON: re.compile(r"(?<=[a-z,] )[A-Z][a-z]+|[A-Z]{2,}"),
    QuestionKind.REASON: re.compile(r"\b(?:omdat|doordat|vanwege|door|daarom|zodat|om)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A linear score: one weight a feature, in the order of FEATURES, for questions that ask for numbers and for all others."""

    numbers: np.ndarray
    others: np.ndarray

    @classmethod
    def shipped(cls) -> Ranking:
        """Return the weights that come with the product; raises ModelError for an altered file."""
        read = read_weights(MODEL)
        return cls(**{part: np.asarray([weights[name] for name in FEATURES]) for part, weights in read.items()})

    def weights_for(self, plan: Plan) -> np.ndarray:
        """Return the weights that rank for this question."""
        return self.others if plan.quantity is None else self.numbers


class LearnedRanker:
    """A Reranker over features; it needs the corpus's vocabulary and the embedder of its index."""

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder, ranking: Ranking | None = None) -> None:
        """Rank with the shipped weights, or with those of `ranking`."""
        self._vocabulary = vocabulary
        self._embedder = embedder
        self._ranking = ranking or Ranking.shipped()
        self._read: dict[str, _Held] = {}

    def rerank(self, plan: Plan, passages: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """Return the passages in order of how well they treat the question, best first; ranks from 1, ties by passage id.

        A score is above 0; of two passages the ratio of their scores is the odds that the first is the better.
        """
        if not passages:
            return []
        scores = np.exp(self.features(plan, passages) @ self._ranking.weights_for(plan))
        order = sorted(range(len(passages)), key=lambda n: (-scores[n], passages[n].passage.id))
        return [
            ScoredPassage(passage=passages[n].passage, score=float(scores[n]), rank=rank) for rank, n in enumerate(order, 1)
        ]  # fmt: skip

    def features(self, plan: Plan, passages: Sequence[ScoredPassage]) -> np.ndarray:
        """Return what speaks for each passage, shape (n_passages, len(FEATURES)), float64."""
        asked = _Asked(plan, self._vocabulary)
        held = [self._held(scored.passage) for scored in passages]
        lengths = np.asarray([own.length for own in held], dtype=float)
        damping = (BM25_K1 * (1 - BM25_B + BM25_B * lengths / max(lengths.mean(), 1.0))).tolist()
        tells = _TELLS.get(plan.kind)
        near, nearest = self._similarities(plan, passages, held)
        columns = {
            "lexical": [asked.lexical(own.counts, damp) for own, damp in zip(held, damping, strict=True)],
            "coverage": [asked.coverage(own.counts.keys()) for own in held],
            "one_sentence": [max(map(asked.coverage, own.sentences)) for own in held],
            "years": [asked.years(own.counts, damp) for own, damp in zip(held, damping, strict=True)],
            "similarity": near,
            "sentence_similarity": nearest,
            "row": [scored.passage.kind is PassageKind.ROW for scored in passages],
            "tells": [tells in own.tells for own in held],
        }
        return np.asarray([columns[name] for name in FEATURES], dtype=float).T

    def _held(self, passage: Passage) -> _Held:
        """Return what a passage holds; remembered by its id, for an index keeps its passages."""
        if (known := self._read.get(passage.id)) is None:
            if len(self._read) >= REMEMBERED:
                self._read.clear()
            known = self._read[passage.id] = _Held.of(passage)
        return known

    def _similarities(
        self, plan: Plan, passages: Sequence[ScoredPassage], held: Sequence[_Held]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the cosine of the question with each passage, and with the nearest sentence of each."""
        question = self._embedder.embed_queries([plan.corrected])[0]
        near = self._embedder.embed_passages([scored.passage.indexed_text for scored in passages]) @ question
        cosines = self._embedder.embed_passages([text for own in held for text in own.texts]) @ question
        starts = np.cumsum([0, *(len(own.texts) for own in held)])[:-1]
        return near, np.maximum.reduceat(cosines, starts)


class _Asked:
    """The terms of one question made ready to be looked up; what they match is remembered by what a text holds of them."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary) -> None:
        frequency = vocabulary.terms.inverse_frequency
        weights = term_weights(plan, vocabulary)
        self._lexical = {term: weight * frequency(term) / LEXICAL_SCALE for term, weight in weights.items()}
        self._years = {str(year): frequency(str(year)) / LEXICAL_SCALE for year in plan.years}
        importances = [importance(term, vocabulary) for term in plan.terms]
        self._total = sum(importances) or 1.0
        self._matchers = [(matcher(term), weight) for term, weight in zip(plan.terms, importances, strict=True)]
        self._sought = frozenset().union(*map(forms_of, plan.terms))
        self._coverage: dict[frozenset[str], float] = {frozenset(): 0.0}

    def lexical(self, counts: Mapping[str, int], damping: float) -> float:
        """Return the weighted BM25 sum (Robertson and Zaragoza, 2009) of a passage."""
        return _bm25(self._lexical, counts, damping)

    def years(self, counts: Mapping[str, int], damping: float) -> float:
        """Return the BM25 sum of the years that the question names."""
        return _bm25(self._years, counts, damping)

    def coverage(self, terms: Set[str]) -> float:
        """Return the share of the question's weight that stands among the index terms of a text."""
        held = frozenset(self._sought & terms)
        if (known := self._coverage.get(held)) is None:
            known = self._coverage[held] = sum(weight * weigh(held) for weigh, weight in self._matchers) / self._total
        return known


def _bm25(weights: Mapping[str, float], counts: Mapping[str, int], damping: float) -> float:
    return sum(weights[term] * counts[term] / (counts[term] + damping) for term in weights.keys() & counts.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """The index terms of a passage, counted; its sentences, at least one, with their terms; which kinds of thing it tells."""

    counts: Mapping[str, int]
    length: int
    texts: tuple[str, ...]
    sentences: tuple[frozenset[str], ...]
    tells: frozenset[re.Pattern[str] | None]

    @classmethod
    def of(cls, passage: Passage) -> _Held:
        counts = Counter(index_terms(passage.indexed_text))
        texts = _sentences(passage)
        return cls(
            counts=counts,
            length=counts.total(),
            texts=texts,
            sentences=tuple(map(terms_of, texts)),
            tells=frozenset(pattern for pattern in _TELLS.values() if pattern.search(passage.text)),
        )


def _sentences(passage: Passage) -> tuple[str, ...]:
    """Return the sentences of a passage, its entries or its row. A bare value stands behind its headings."""
    texts = [unit.text for unit in passage.units if unit.kind not in (UnitKind.CELL, UnitKind.LABEL)]
    headings = " · ".join(passage.path[-2:])
    return tuple(
        f"{headings}: {text}" if headings and text.count(" ") < BARE_WORDS else text
        for text in texts or _SENTENCE_END.split(passage.text)
    )
