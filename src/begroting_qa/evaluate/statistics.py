"""How sure a figure is, and whether two runs over the same cases differ: intervals, paired tests, and their correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

SEED = 7
SAMPLES = 2_000
RESAMPLES = 9_999
CONFIDENCE = 0.95
SIGNIFICANCE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch that holds the true value in 95 of 100 samples of cases."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What became of one measure between two runs over the same cases.

    `gain` is the mean difference, above 0 where the later run is better; `p` is corrected for the number of measures (Holm).
    """

    measure: str
    n: int
    before: float
    after: float
    gain: float
    interval: Interval
    p: float
    wins: int
    ties: int
    losses: int

    @property
    def is_worse(self) -> bool:
        """Whether the fall is more than chance makes likely."""
        return self.gain < 0 and self.p < SIGNIFICANCE


def interval(ratios: Sequence[tuple[float, float]]) -> Interval | None:
    """Return the percentile bootstrap interval (Efron, 1979) of a sum of gains over a sum of chances, sampled case by case."""
    gains, chances = np.asarray([r for r in ratios if r[1]]).reshape(-1, 2).T
    if not len(gains):
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(gains), (SAMPLES, len(gains)))
    values = gains[drawn].sum(axis=1) / chances[drawn].sum(axis=1)
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(low=float(low), high=float(high))


def compare_paired(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]], better: Mapping[str, bool]
) -> list[Paired]:
    """Return per measure what became of the cases that both runs have a value for; values are by measure and case id.

    A permutation test that swaps the two runs within a case (Fisher, 1935; Smucker et al., CIKM 2007), a paired bootstrap
    interval of the mean difference, and Holm's correction over the measures (1979). `better` says per measure whether
    higher is better.
    """
    found: list[Paired] = []
    for measure, is_higher_better in better.items():
        first, second = before.get(measure, {}), after.get(measure, {})
        ids = sorted(first.keys() & second.keys())
        if not ids:
            continue
        old, new = np.asarray([first[i] for i in ids]), np.asarray([second[i] for i in ids])
        gains = (new - old) * (1 if is_higher_better else -1)
        found.append(
            Paired(
                measure=measure, n=len(ids), before=float(old.mean()), after=float(new.mean()), gain=float(gains.mean()),
                interval=_mean_interval(gains), p=_permutation_p(gains), wins=int((gains > 0).sum()),
                ties=int((gains == 0).sum()), losses=int((gains < 0).sum()),
            )
        )  # fmt: skip
    return _holm(found)


def _mean_interval(gains: np.ndarray) -> Interval:
    if not gains.any():
        return Interval(low=0.0, high=0.0)
    drawn = np.random.default_rng(SEED).integers(0, len(gains), (SAMPLES, len(gains)))
    low, high = np.quantile(gains[drawn].mean(axis=1), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(low=float(low), high=float(high))


def _permutation_p(gains: np.ndarray) -> float:
    """Return the two-sided p of a mean difference under swapped signs; 1 where nothing changed."""
    from scipy.stats import permutation_test  # half a second, and only when runs differ

    changed = gains[gains != 0]  # a case that stayed the same stays the same when swapped
    if len(changed) < 2:  # noqa: PLR2004 (one case proves nothing)
        return 1.0
    tested = permutation_test(
        (changed,), np.mean, permutation_type="samples", vectorized=True, n_resamples=RESAMPLES, rng=np.random.default_rng(SEED)
    )
    return float(tested.pvalue)


def _holm(found: Sequence[Paired]) -> list[Paired]:
    corrected: dict[str, float] = {}
    highest = 0.0
    for rank, paired in enumerate(sorted(found, key=lambda f: f.p)):
        highest = max(highest, min(1.0, paired.p * (len(found) - rank)))
        corrected[paired.measure] = highest
    return [replace(paired, p=corrected[paired.measure]) for paired in found]
