"""Fit the weights that choose what answers a question, and refuse where nothing does (`answer/evidence.py`).

    python -m training.fit_choice [--folds 6] [--write]

Reads the `dev` cases of `eval/questions` over `corpus/`, and every set in `training/choice/` (a corpus of invented pages with
its questions). A question's units compete with `no answer` in one softmax: of an answerable question the units that hold its
evidence should win, of an unanswerable one `no answer` should. Prints cross-validated figures; `--write` writes the weights.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from begroting_qa.answer.demand import demand_of
from begroting_qa.answer.evidence import Choice, sharpened_sum
from begroting_qa.answer.parts import parts_of
from begroting_qa.answer.select import may_answer
from begroting_qa.answer.signs import SIGNS, Described, describe
from begroting_qa.domain import Filters, Plan, QuestionKind, ScoredPassage
from begroting_qa.dutch import fold
from begroting_qa.evaluate.cases import Case, load_cases
from begroting_qa.pipeline import CANDIDATES, Engine, answer_from_figures, build_index, open_engine, ranked_passages
from begroting_qa.settings import Settings, read_settings
from begroting_qa.understand.followup import stand_alone
from begroting_qa.understand.plan import understand
from begroting_qa.weights import write_weights

OWN = "own"
SETS = Path("training/choice")
TARGET = Path("src/begroting_qa/models/choice")
RIDGE = 2.0
# signs that speak for an answer, and against it: their weights may not turn round, whatever a few questions suggest
FOR = frozenset(
    ("near", "cover", "cover_nouns", "own_verbs", "own_code", "heading", "row_label", "similarity", "passage_similarity", "prior",
     "reciprocal_rank", "form", "near_form", "year", "preferred")
)  # fmt: skip
AGAINST = frozenset(("miss_charted", "absent", "behind", "behind_cover", "behind_verbs", "behind_similarity"))
# the share of answerable questions that may be refused by the choice alone
WRONGLY_REFUSED = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question about one thing: the units that may answer it, their signs, which hold evidence, and its set."""

    name: str
    case: Case
    demand: str
    units: list[Described]
    signs: np.ndarray
    hits: np.ndarray


def examples_of(name: str, settings: Settings, questions: Sequence[Path]) -> list[Example]:
    """Return the examples of one corpus.

    Questions refused by other means, that set things side by side or that the figures of tables answer teach nothing.
    """
    build_index(settings)
    engine = open_engine(settings)
    found: list[Example] = []
    texts = {document_id: engine.document(document_id).text for document_id in engine.sources}
    for case in load_cases(questions, texts).cases:
        question = stand_alone(case.question, case.history, engine.vocabulary).text
        plan = understand(question, Filters(), engine.vocabulary)
        if case.split != "dev" or plan.kind is QuestionKind.UNSUPPORTED or plan.missing:
            continue
        passages = ranked_passages(engine, plan, CANDIDATES)
        if len(parts_of(plan, engine.vocabulary)) == 1 and answer_from_figures(engine, plan, passages) is None:
            found.append(_example(name, case, plan, passages, engine))
    engine.close()
    return found


def _example(name: str, case: Case, plan: Plan, passages: Sequence[ScoredPassage], engine: Engine) -> Example:
    demand = demand_of(plan, {fold(source.municipality) for source in engine.sources.values()})
    described = describe(plan, passages, engine.vocabulary, engine.embedder, demand)
    units = [d for d in described if may_answer(d, demand)]
    places = [place for evidence in case.evidence for place in evidence.places]
    hits = [any(p.overlaps(d.passage.document_id, d.unit.start, d.unit.end) for p in places) for d in units]
    signs = np.asarray([d.signs for d in units]).reshape(len(units), len(SIGNS))
    return Example(name=name, case=case, demand=demand.name, units=units, signs=signs, hits=np.asarray(hits, dtype=bool))


def fit(examples: Sequence[Example]) -> Choice:
    """Return the weights of greatest penalised likelihood."""
    stacked = np.vstack([e.signs for e in examples])
    mean, scale = stacked.mean(axis=0), stacked.std(axis=0)
    scale = np.where(scale < 1e-6, 1.0, scale)
    ready = [((e.signs - mean) / scale, e.hits, e.case.is_answerable) for e in examples]
    ready = [(x, h, a) for x, h, a in ready if not a or h.any()]
    size = len(SIGNS)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = RIDGE * float(beta[:size] @ beta[:size]), np.append(2 * RIDGE * beta[:size], 0.0)
        for x, hits, answerable in ready:
            logits = np.append(x @ beta[:size], beta[size])
            shares = np.exp(logits - logits.max())
            shares /= shares.sum()
            right = np.append(np.where(hits, shares[:-1], 0.0), 0.0) if answerable else np.append(0.0 * shares[:-1], shares[-1])
            mass = right.sum() + 1e-300
            total -= np.log(mass)
            slope = shares - right / mass
            gradient[:size] += x.T @ slope[:-1]
            gradient[size] += slope[-1]
        return total, gradient

    bounds = [(0 if name in FOR else None, 0 if name in AGAINST else None) for name in SIGNS]
    start = np.zeros(size + 1)
    beta = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B", options={"maxiter": 400}).x
    return Choice(mean=mean, scale=scale, weights=beta[:size], threshold=float(beta[size]))


def report(examples: Sequence[Example], models: Sequence[Choice]) -> float:
    """Print what the models do with the examples, and return the log odds below which WRONGLY_REFUSED of the answerable lie."""
    odds = np.asarray([sharpened_sum(m.scores(e.signs)) for e, m in zip(examples, models, strict=True)])
    odds = np.maximum(odds, -99.0)
    answerable = np.asarray([e.case.is_answerable for e in examples])
    cut = float(np.quantile(odds[answerable], WRONGLY_REFUSED))
    groups = sorted({(e.name, e.case.kind.value) for e in examples})
    for name, kind in [*groups, ("alle", "")]:
        at = [i for i, e in enumerate(examples) if name == "alle" or (e.name, e.case.kind.value) == (name, kind)]
        first, three = [], []
        for i in at:
            order = np.argsort(-models[i].scores(examples[i].signs))[:3]
            hits = examples[i].hits[order]
            first.append(bool(hits[:1].any()))
            three.append(bool(hits.any()))
        yes = [i for i in at if answerable[i]]
        no = [i for i in at if not answerable[i]]
        line = f"{name:10} {kind:13} n {len(at):4}"
        if yes:
            line += f"  first {sum(first) / len(yes):.3f}  in three {sum(three) / len(yes):.3f}"
            line += f"  refused {np.mean(odds[yes] < cut):.3f}"
        if no:
            line += f"  rightly refused {np.mean(odds[no] < cut):.3f}"
        print(line)
    area = np.mean(odds[answerable][:, None] > odds[~answerable][None])
    print(f"area under ROC {area:.3f}, threshold {cut:.2f}")
    own = np.asarray([e.name == OWN for e in examples])
    for share in (0.02, 0.03, 0.05, 0.08):
        at, at_own = np.quantile(odds[answerable], share), np.quantile(odds[answerable & own], share)
        all_sets, of_own = np.mean(odds[~answerable] < at), np.mean(odds[~answerable & own] < at_own)
        print(f"at {share:.0%} wrongly refused: rightly refused {all_sets:.3f}, of the own cases {of_own:.3f}")
    return cut


def cross_validated(examples: Sequence[Example], folds: int) -> list[Choice]:
    """Return for each example a model that has not seen it, nor another question of its group."""
    names = {name: number for number, name in enumerate(sorted({e.case.group or e.case.id for e in examples}))}
    fold_of = np.random.default_rng(7).integers(0, folds, size=len(names))
    group = [int(fold_of[names[e.case.group or e.case.id]]) for e in examples]
    models = [fit([e for e, g in zip(examples, group, strict=True) if g != fold]) for fold in range(folds)]
    return [models[g] for g in group]


def all_examples() -> list[Example]:
    """Return the examples of the own cases and of every set in training/choice."""
    own = read_settings()
    examples = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder in sorted(SETS.iterdir()) if SETS.exists() else []:
            if folder.is_dir():
                settings = own.model_copy(update={"corpus": folder / "corpus", "index": Path(scratch) / folder.name})
                examples += examples_of(folder.name, settings, [folder / "questions.jsonl"])
        settings = own.model_copy(update={"index": Path(scratch) / "own"})
        examples += examples_of(OWN, settings, sorted(Path("eval/questions").glob("*.jsonl")))
    return examples


def main() -> None:
    """Collect, cross-validate, fit, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    examples = all_examples()
    cut = report(examples, cross_validated(examples, arguments.folds))
    model = fit(examples)
    for i in np.argsort(-np.abs(model.weights)):
        print(f"{SIGNS[i]:20} {model.weights[i]:+.2f}")
    if arguments.write:
        columns = zip(model.weights, model.mean, model.scale, strict=True)
        signs = {name: [round(float(v), 5) for v in column] for name, column in zip(SIGNS, columns, strict=True)}
        # the threshold found by cross-validation becomes the point where an answer is as likely as none
        write_weights(TARGET, {"threshold": round(model.threshold + cut, 4), "signs": signs})


if __name__ == "__main__":
    main()
