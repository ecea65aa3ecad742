"""Fit the weights of the learned ranker (`rerank/learned.py`) on questions whose passages are known.

    python -m training.fit_ranker [--data ../shared/data] [--folds 6] [--write]

Reads the `dev` cases of `eval/questions` over `corpus/`, every set in `training/choice/`, and with `--data` headings of zoning
plans with their paragraphs (of municipalities that are not held for testing). The passages of a question compete in one
softmax, in which those that hold its evidence should win (ListNet; Cao et al., ICML 2007). Prints cross-validated figures.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from begroting_qa.domain import Filters
from begroting_qa.evaluate.answerers import engine_answerer
from begroting_qa.evaluate.cases import load_cases
from begroting_qa.evaluate.exchange import Collection
from begroting_qa.evaluate.retrieval import Searchable, case_collection, indexed, of_engine
from begroting_qa.index.embedded import EmbeddedIndex
from begroting_qa.pipeline import RERANKED, build_index, configured_embedder, open_engine
from begroting_qa.rerank.learned import FEATURES, LearnedRanker, Ranking
from begroting_qa.retrieve import retrieve
from begroting_qa.settings import Settings, read_settings
from begroting_qa.understand.plan import understand
from begroting_qa.weights import write_weights
from training.queries import NUMBERING, QUESTIONS
from training.texts import paragraphs

OWN = "own"
SETS = Path("training/choice")
TARGET = Path("src/begroting_qa/models/ranker")
SEED = 7
RIDGE = 1.0
MAX_PARAGRAPHS = 8_000
MAX_HEADINGS = 400
SHORTEST_HEADING = 12
PLANS_FROM = 300_000  # rows: past the regulations, which come first
# all else speaks for a passage: its weight may not turn round, whatever a few questions suggest
EITHER_WAY = frozenset(("row",))
# a set counts by its name: our own questions for most
SHARE_OF = {OWN: 1.0, "headings": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The candidates of one question: their features, which answer it, and how many passages do."""

    name: str
    group: str
    asks_number: bool
    features: np.ndarray
    hits: np.ndarray
    n_relevant: int


def examples_of(name: str, collection: Collection, searchable: Searchable, groups: Mapping[str, str]) -> Iterator[Example]:
    """Yield an example a query; those whose candidates hold no relevant passage teach nothing, but count in the measures."""
    ranker = LearnedRanker(
        searchable.vocabulary, searchable.embedder, Ranking(numbers=np.zeros(len(FEATURES)), others=np.zeros(len(FEATURES)))
    )
    index = EmbeddedIndex(
        searchable.folder, searchable.terms, searchable.places, searchable.sources, dense_weight=searchable.dense_weight
    )
    for query_id, query in collection.queries.items():
        relevant = collection.qrels.get(query_id, {})
        if not relevant:
            continue
        plan = understand(query, Filters(), searchable.vocabulary)
        found = retrieve(plan, index, searchable.embedder, searchable.passages, searchable.vocabulary, k=RERANKED)
        if found:
            hits = np.asarray([scored.passage.id in relevant for scored in found])
            yield Example(
                name=name, group=groups.get(query_id, query_id), asks_number=plan.quantity is not None,
                features=ranker.features(plan, found), hits=hits, n_relevant=len(relevant),
            )  # fmt: skip


def corpus_examples(name: str, settings: Settings, questions: Sequence[Path]) -> list[Example]:
    """Return the examples of the dev cases over one corpus."""
    generation = build_index(settings)
    with closing(open_engine(settings)) as engine:
        cases = [c for c in load_cases(questions, engine_answerer(engine).facts.texts).cases if c.split == "dev"]
        searchable = of_engine(engine, settings.index / generation, settings.dense_weight)
        groups = {case.id: case.group or case.id for case in cases}
        return list(examples_of(name, case_collection(cases, engine), searchable, groups))


def heading_examples(data: Path, settings: Settings) -> list[Example]:
    """Return headings of plans, some worded as questions, with the paragraphs below them."""
    rng = random.Random(SEED)
    texts: dict[str, str] = {}
    below: dict[tuple[str, str], list[str]] = {}
    for paragraph in paragraphs(data, limit=PLANS_FROM):
        if not paragraph.document.startswith("NL.IMRO"):
            continue
        if len(texts) == MAX_PARAGRAPHS:
            break
        texts[f"p{len(texts)}"] = paragraph.text
        title = NUMBERING.sub("", paragraph.headings[-1]).strip() if paragraph.headings else ""
        if len(title) >= SHORTEST_HEADING:
            below.setdefault((paragraph.document, title), []).append(f"p{len(texts) - 1}")
    titles = [title.casefold() for _, title in below]
    own = [(title, ids) for (_, title), ids in below.items() if titles.count(title.casefold()) == 1]
    chosen = rng.sample(own, min(MAX_HEADINGS, len(own)))
    collection = Collection(
        texts=texts,
        queries={f"q{n}": rng.choice(QUESTIONS).format(title) for n, (title, _) in enumerate(chosen)},
        qrels={f"q{n}": dict.fromkeys(ids, 1) for n, (_, ids) in enumerate(chosen)},
    )
    with indexed(collection, configured_embedder(settings), settings.dense_weight) as searchable:
        return list(examples_of("headings", collection, searchable, {}))


def fit(examples: Sequence[Example]) -> Ranking:
    """Return the weights of both kinds of questions."""
    return Ranking(numbers=_fit([e for e in examples if e.asks_number]), others=_fit([e for e in examples if not e.asks_number]))


def _fit(examples: Sequence[Example]) -> np.ndarray:
    """Return the weights of greatest penalised likelihood, with the features scaled to unit spread for the penalty."""
    taught = [e for e in examples if e.hits.any() and not e.hits.all()]
    scale = np.vstack([e.features for e in taught]).std(axis=0)
    scale = np.where(scale < 1e-9, 1.0, scale)
    ready = [((e.features / scale), e.hits, SHARE_OF.get(e.name, 1.0)) for e in taught]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for features, hits, share in ready:
            logits = features @ weights
            shares = np.exp(logits - logits.max())
            shares /= shares.sum()
            mass = shares[hits].sum() + 1e-300
            total -= share * np.log(mass)
            gradient = gradient + share * (features.T @ (shares - np.where(hits, shares, 0.0) / mass))
        return total, gradient

    bounds = [(None if name in EITHER_WAY else 0, None) for name in FEATURES]
    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500})
    return found.x / scale


def ndcg_at_10(example: Example, weights: np.ndarray) -> float:
    """Return nDCG@10 (Järvelin and Kekäläinen, 2002) of one question."""
    order = np.argsort(-(example.features @ weights), kind="stable")[:10]
    discount = 1 / np.log2(np.arange(2, 12))
    ideal = discount[: min(10, example.n_relevant)].sum()
    return float(example.hits[order] @ discount[: len(order)] / ideal)


def report(examples: Sequence[Example], rankings: Sequence[Ranking]) -> None:
    """Print by set and kind of question how the questions fare by BM25 alone, and ranked."""
    lexical = np.asarray([1.0 if name == "lexical" else 0.0 for name in FEATURES])
    for name, asks_number in sorted({(e.name, e.asks_number) for e in examples}):
        own = [(e, r) for e, r in zip(examples, rankings, strict=True) if (e.name, e.asks_number) == (name, asks_number)]
        before = np.mean([ndcg_at_10(e, lexical) for e, _ in own])
        after = np.mean([ndcg_at_10(e, r.numbers if asks_number else r.others) for e, r in own])
        kind = "numbers" if asks_number else "others"
        print(f"{name:12} {kind:8} n {len(own):5}  nDCG@10 by BM25 {before:.4f}, ranked {after:.4f}")


def cross_validated(examples: Sequence[Example], folds: int) -> list[Ranking]:
    """Return for each example a ranking that has not seen it, nor another question of its group."""
    names = {name: number for number, name in enumerate(sorted({e.group for e in examples}))}
    fold_of = np.random.default_rng(SEED).integers(0, folds, size=len(names))
    own = [int(fold_of[names[e.group]]) for e in examples]
    rankings = [fit([e for e, f in zip(examples, own, strict=True) if f != fold]) for fold in range(folds)]
    return [rankings[fold] for fold in own]


def all_examples(data: Path | None) -> list[Example]:
    """Return the examples of every set."""
    own = read_settings()
    found: list[Example] = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder in sorted(path for path in SETS.iterdir() if path.is_dir()):
            settings = own.model_copy(update={"corpus": folder / "corpus", "index": Path(scratch) / folder.name})
            found += corpus_examples(folder.name, settings, [folder / "questions.jsonl"])
        settings = own.model_copy(update={"index": Path(scratch) / OWN})
        found += corpus_examples(OWN, settings, sorted(Path("eval/questions").glob("*.jsonl")))
    return found + (heading_examples(data, own) if data is not None else [])


def main() -> None:
    """Collect, cross-validate, fit, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    examples = all_examples(arguments.data)
    report(examples, cross_validated(examples, arguments.folds))
    ranking = fit(examples)
    weights = {
        part: {name: round(float(weight), 5) for name, weight in zip(FEATURES, getattr(ranking, part), strict=True)}
        for part in ("numbers", "others")
    }
    print(json.dumps(weights, indent=1))
    if arguments.write:
        write_weights(TARGET, weights)


if __name__ == "__main__":
    main()
