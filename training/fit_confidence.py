"""Fit the confidence of `answer/select.py` on the dev cases, and print its weights.

    python training/fit_confidence.py

A question's features are those of its best unit; it counts as answerable or not by its case. Unanswerable questions weigh
double: a wrong answer is worse than a refusal. Only cases of the dev split are read.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from begroting_qa.answer import select
from begroting_qa.answer.demand import demand_of
from begroting_qa.domain import Filters, QuestionKind
from begroting_qa.pipeline import CANDIDATES, build_index, open_engine
from begroting_qa.retrieve import retrieve
from begroting_qa.settings import read_settings
from begroting_qa.understand import understand
from begroting_qa.vocabulary import importance

RIDGE = 0.3
WEIGHT_OF_UNANSWERABLE = 2.0


def main() -> None:
    """Collect the features, fit, print."""
    settings = read_settings()
    build_index(settings)
    engine = open_engine(settings)
    features: list[list[float]] = []
    answerable: list[bool] = []
    for path in sorted(Path("eval/questions").glob("*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            plan = understand(case["question"], Filters(), engine.vocabulary)
            if case["split"] != "dev" or plan.kind is QuestionKind.UNSUPPORTED or plan.missing:
                continue
            passages = retrieve(plan, engine.index, engine.embedder, engine.store.passages, k=CANDIDATES)
            weights = [(term, importance(term, engine.vocabulary)) for term in plan.terms]
            demand = demand_of(plan)
            scored = select.score_units(plan, passages, weights, engine.embedder, demand)
            kept = [c for c in scored if select.may_answer(c, demand)]
            if kept:
                features.append([1.0, kept[0].focus, kept[0].similarity, kept[0].peak])
                answerable.append(case["kind"] != "unanswerable")
    matrix, signs = np.asarray(features), np.where(answerable, 1.0, -1.0)
    costs = np.where(answerable, 1.0, WEIGHT_OF_UNANSWERABLE)

    def loss(beta: np.ndarray) -> float:
        return float(np.sum(costs * np.log1p(np.exp(-signs * (matrix @ beta)))) + RIDGE * np.sum(beta[1:] ** 2))

    beta = minimize(loss, np.zeros(matrix.shape[1])).x
    print({name: round(float(b), 2) for name, b in zip(("bias", "focus", "similarity", "peak"), beta, strict=True)})
    chance = 1 / (1 + np.exp(-(matrix @ beta)))
    for threshold in np.arange(0.3, 0.62, 0.04):
        kept_share = np.mean(chance[np.asarray(answerable)] >= threshold)
        refused_share = np.mean(chance[~np.asarray(answerable)] < threshold)
        print(f"{threshold:.2f}: answerable kept {kept_share:.3f}, unanswerable refused {refused_share:.3f}")


if __name__ == "__main__":
    main()
