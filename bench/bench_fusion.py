"""Compare BM25 alone, dense alone and fused on the answerable cases, with paired bootstrap intervals.

    python bench/bench_fusion.py

Reciprocal rank of the first passage that overlaps an evidence quote; stock bm25s, with its own Dutch stop words and no
stemmer, is the floor.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from begroting_qa.domain import Filters, ScoredPassage
from begroting_qa.index.embedded import EmbeddedIndex
from begroting_qa.pipeline import build_index, open_engine
from begroting_qa.rerank import SIMILARITY_WEIGHT, rerank
from begroting_qa.retrieve import retrieve
from begroting_qa.settings import read_settings
from begroting_qa.understand.plan import understand

SEED = 7
SAMPLES = 10_000


RERANKED = {"reranked by words alone": 0.0, "reranked by words and meaning": SIMILARITY_WEIGHT}


def first(found: Sequence[ScoredPassage], relevant: set[str]) -> float:
    """Return the reciprocal rank of the first passage with evidence, 0 where there is none."""
    return next((1 / scored.rank for scored in found if scored.passage.id in relevant), 0.0)


def main() -> None:
    """Rank, measure, print a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(index=Path(folder))
        generation = build_index(settings)
        engine = open_engine(settings)
        places = engine.store.passage_documents()
        passages = engine.store.passages([passage_id for passage_id, _ in places])
        terms = engine.vocabulary.terms
        indexes = {
            name: EmbeddedIndex(Path(folder) / generation, terms, places, engine.sources, dense_weight=weight)  # pyright: ignore[reportArgumentType]
            for name, weight in (("our BM25 alone", 0.0), ("dense alone", 1.0), ("fused", settings.dense_weight))
        }
        stock = bm25s.BM25()
        stock.index(
            bm25s.tokenize([f"{p.context} {p.text}" for p in passages], stopwords="nl", show_progress=False), show_progress=False
        )
        ranks: dict[str, list[float]] = {name: [] for name in ("stock bm25s", *indexes, *RERANKED)}
        for path in sorted(Path("eval/questions").glob("*.jsonl")):
            for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
                if case["kind"] == "unanswerable":
                    continue
                stretches = []
                for evidence in case["evidence"]:
                    at = engine.document(evidence["document"]).text.find(evidence["quote"])
                    stretches.append((evidence["document"], at, at + len(evidence["quote"])))
                relevant = {
                    p.id for p in passages if any(p.document_id == d and p.start < b and p.end > a for d, a, b in stretches)
                }
                plan = understand(case["question"], Filters(), engine.vocabulary)
                for name, index in indexes.items():
                    found = retrieve(plan, index, engine.embedder, engine.store.passages, engine.vocabulary, k=100)
                    ranks[name].append(first(found, relevant))
                    if name == "fused":
                        for label, weight in RERANKED.items():
                            again = rerank(plan, found, engine.vocabulary, engine.embedder, similarity_weight=weight)
                            ranks[label].append(first(again, relevant))
                query = bm25s.tokenize(case["question"], stopwords="nl", show_progress=False)
                ids = stock.retrieve(query, k=100, show_progress=False)[0][0] if query.vocab else []
                ranks["stock bm25s"].append(next((1 / r for r, i in enumerate(ids, 1) if passages[int(i)].id in relevant), 0.0))
    random = np.random.default_rng(SEED)
    floors = [np.asarray(ranks[name]) for name in ("our BM25 alone", "reranked by words alone")]
    print(f"{len(floors[0])} questions\n\n| ranking | RR | against our BM25, 95% | against reranked by words, 95% |")
    print("| --- | ---: | ---: | ---: |")
    for name, values in ranks.items():
        cells = []
        for floor in floors:
            difference = np.asarray(values) - floor
            sample = difference[random.integers(0, len(floor), (SAMPLES, len(floor)))].mean(axis=1)
            low, high = np.percentile(sample, [2.5, 97.5])
            cells.append(f"{difference.mean():+.3f} ({low:+.3f} to {high:+.3f})")
        print(f"| {name} | {np.mean(values):.3f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
