"""Signs -> Evidence: every quotable unit with how likely it answers, by weights learned in `training/fit_choice.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from begroting_qa.answer.demand import Demand
from begroting_qa.answer.signs import SIGNS, describe
from begroting_qa.domain import Passage, Plan, ScoredPassage, Unit
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import Vocabulary
from begroting_qa.weights import read_weights

SHARPNESS = 2.0
MODEL = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A unit of a passage as an answer: `score` is its log odds against there being none, `lacking` what rules it out.

    `form` is how far it tells what is asked, `cover` the share of the question's weight that it and its place hold, `untold`
    the weight of the heaviest noun that they do not hold.
    """

    passage: Passage
    unit: Unit
    score: float
    form: float
    cover: float
    untold: float
    lacking: tuple[str, ...]

    @property
    def number(self) -> int:
        """The unit's place in its passage."""
        return self.passage.units.index(self.unit)


def gather(
    plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, embedder: Embedder, demand: Demand
) -> list[Evidence]:
    """Return the units of the passages with their scores, best first; ties by place."""
    found = describe(plan, passages, vocabulary, embedder, demand)
    if not found:
        return []
    scores = _choice().scores(np.vstack([described.signs for described in found]))
    evidence = [
        Evidence(
            passage=d.passage, unit=d.unit, score=float(score), form=d.form, cover=d.cover, untold=d.untold, lacking=d.lacking
        )
        for d, score in zip(found, scores, strict=True)
    ]  # fmt: skip
    return sorted(evidence, key=lambda e: (-e.score, e.passage.id, e.unit.start))


def certainty(evidence: Sequence[Evidence]) -> float:
    """Return the log odds that one of the units answers: above 0 the question counts as answered.

    A sharpened sum over the units, so that two hundred units that hardly answer do not add up to one that does.
    """
    return sharpened_sum(np.asarray([e.score for e in evidence]))


def sharpened_sum(scores: np.ndarray) -> float:
    """Return the log odds that one of the scores is that of an answer; see `certainty`."""
    return float(np.logaddexp.reduce(scores * SHARPNESS) / SHARPNESS) if len(scores) else -math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A linear score: `weights`, `mean` and `scale` in the order of SIGNS; `threshold` is what no answer scores."""

    weights: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    threshold: float

    def scores(self, signs: np.ndarray) -> np.ndarray:
        """Return one score per row of signs, shape (n, len(SIGNS)); 0 is as good as no answer."""
        return (signs - self.mean) / self.scale @ self.weights - self.threshold


@cache
def _choice() -> Choice:
    """Return the shipped weights; raises ModelError for an altered file."""
    read = read_weights(MODEL)
    columns = np.asarray([read["signs"][name] for name in SIGNS])
    return Choice(weights=columns[:, 0], mean=columns[:, 1], scale=columns[:, 2], threshold=read["threshold"])
