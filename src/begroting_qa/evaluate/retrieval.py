"""BM25 alone, dense alone, fused and reranked, side by side over any collection: what each step of the search is worth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from begroting_qa.domain import DocumentKind, DocumentStatus, Filters, Passage, PassageKind, ScoredPassage, Source
from begroting_qa.dutch import index_terms
from begroting_qa.evaluate.cases import Case
from begroting_qa.evaluate.exchange import Collection, Qrels
from begroting_qa.evaluate.ranking import Ranking, holds, score_by_qrels
from begroting_qa.evaluate.statistics import Paired, compare_paired
from begroting_qa.index.embedded import EmbeddedIndex, write_vectors
from begroting_qa.lexical import load_terms, weigh_terms
from begroting_qa.pipeline import RERANKED, Engine
from begroting_qa.protocols import Embedder, Reranker, TermScorer
from begroting_qa.rerank.learned import LearnedRanker
from begroting_qa.retrieve import retrieve
from begroting_qa.understand.plan import understand
from begroting_qa.vocabulary import Vocabulary

BM25, DENSE, FUSED, FUSED_AND_RERANKED = "BM25 alone", "dense alone", "fused", "fused and reranked"
WAYS = (BM25, DENSE, FUSED, FUSED_AND_RERANKED)
Rankings = dict[str, dict[str, list[str]]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searchable:
    """One index of passages and what ranking them takes; `folder` holds its vectors."""

    folder: Path
    terms: TermScorer
    places: Sequence[tuple[str, str]]
    sources: Mapping[str, Source]
    passages: Callable[[Sequence[str]], list[Passage]]
    vocabulary: Vocabulary
    embedder: Embedder
    reranker: Reranker
    dense_weight: float


def rank(queries: Mapping[str, str], searchable: Searchable, *, report: Progress | None = None) -> Rankings:
    """Return by way of ranking and by query the ids of the best hundred passages, best first."""
    weights = {BM25: 0.0, DENSE: 1.0, FUSED: searchable.dense_weight}
    indexes = {
        way: EmbeddedIndex(
            searchable.folder, searchable.terms, searchable.places, searchable.sources, dense_weight=weight
        )
        for way, weight in weights.items()
    }  # fmt: skip
    ranked: Rankings = {way: {} for way in WAYS}
    for done, (query_id, query) in enumerate(queries.items(), 1):
        plan = understand(query, Filters(), searchable.vocabulary)
        found: dict[str, list[ScoredPassage]] = {}
        for way, index in indexes.items():
            found[way] = retrieve(plan, index, searchable.embedder, searchable.passages, searchable.vocabulary, k=RERANKED)
        found[FUSED_AND_RERANKED] = searchable.reranker.rerank(plan, found[FUSED])
        for way, scored in found.items():
            ranked[way][query_id] = [s.passage.id for s in scored]
        if report is not None:
            report(done, len(queries))
    return ranked


# --- what is ranked -----------------------------------------------------------------------------------------------------


def of_engine(engine: Engine, folder: Path, dense_weight: float) -> Searchable:
    """Return the passages of our documents; `folder` is the engine's generation."""
    return Searchable(
        folder=folder, terms=load_terms(folder), places=engine.store.passage_documents(), sources=engine.sources,
        passages=engine.store.passages, vocabulary=engine.vocabulary, embedder=engine.embedder, reranker=engine.reranker,
        dense_weight=dense_weight,
    )  # fmt: skip


def case_collection(cases: Iterable[Case], engine: Engine) -> Collection:
    """Return answerable cases as queries; a passage is relevant when it overlaps a piece of evidence."""
    passages = engine.store.passages([passage_id for passage_id, _ in engine.store.passage_documents()])
    answerable = [case for case in cases if case.is_answerable]
    qrels = {case.id: {p.id: 1 for p in passages if holds(case.evidence, p.document_id, p.start, p.end)} for case in answerable}
    return Collection(texts={p.id: p.indexed_text for p in passages}, queries={c.id: c.question for c in answerable}, qrels=qrels)


@contextmanager
def indexed(collection: Collection, embedder: Embedder, dense_weight: float) -> Generator[Searchable]:
    """Index the texts of a collection in a temporary folder, each as one passage."""
    # the filters and the vocabulary look at where a passage is from; a collection says nothing of that
    source = Source(
        id="collection", file="", sha256="", title="", municipality="", kind=DocumentKind.OVERIG, year=1900, edition=None,
        part=None, status=DocumentStatus.VASTGESTELD, as_of=date(1900, 1, 1), url=None, notes=(),
    )  # fmt: skip
    passages = {
        text_id: Passage(
            id=text_id, document_id=source.id, kind=PassageKind.PROSE, path=(), context="", text=text, start=0, end=len(text),
            units=(),
        )
        for text_id, text in collection.texts.items()
    }  # fmt: skip
    texts = [passage.indexed_text for passage in passages.values()]
    terms = weigh_terms([index_terms(text) for text in texts])
    vocabulary = Vocabulary.of(sources=(source,), texts=list(collection.texts.values()), terms=terms, embedder=embedder)
    with tempfile.TemporaryDirectory() as folder:
        write_vectors(Path(folder), embedder.embed_passages(texts))
        yield Searchable(
            folder=Path(folder), terms=terms, places=[(text_id, source.id) for text_id in passages],
            sources={source.id: source}, passages=lambda ids: [passages[text_id] for text_id in ids], vocabulary=vocabulary,
            embedder=embedder, reranker=LearnedRanker(vocabulary, embedder), dense_weight=dense_weight,
        )  # fmt: skip


# --- what a ranking is worth ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The mean measures of one way over all queries; `against` compares its nDCG@10 with that of our BM25 alone."""

    way: str
    n: int
    mean: Ranking
    against: Paired | None


def score(rankings: Rankings, qrels: Qrels) -> list[Worth]:
    """Return what each way of ranking is worth, over the queries with a relevant text."""
    scored = {way: score_by_qrels(by_query, qrels) for way, by_query in rankings.items()}
    gains = {way: {way: {query: row.ndcg_at_10 for query, row in rows.items()}} for way, rows in scored.items()}
    found: list[Worth] = []
    for way, rows in scored.items():
        n = len(rows)
        mean = Ranking(**{
            name: sum(getattr(row, name) for row in rows.values()) / max(n, 1)
            for name in ("recall_at_5", "recall_at_20", "ndcg_at_10", "reciprocal_rank")
        })  # fmt: skip
        paired = [] if way == BM25 else compare_paired({way: gains[BM25][BM25]}, gains[way], {way: True})
        found.append(Worth(way=way, n=n, mean=mean, against=paired[0] if paired else None))
    return found


def worth_table(worths: Sequence[Worth]) -> list[str]:
    """Return the lines of a Markdown table, one row a way."""
    lines = [
        "| ranking | n | nDCG@10 | Recall@5 | Recall@20 | RR | nDCG@10 against BM25, 95%, p |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for worth in worths:
        m, paired = worth.mean, worth.against
        gain = f"{paired.gain:+.3f} ({paired.interval.low:+.3f} to {paired.interval.high:+.3f}), {paired.p:.3f}" if paired else ""
        figures = " | ".join(f"{v:.3f}" for v in (m.ndcg_at_10, m.recall_at_5, m.recall_at_20, m.reciprocal_rank))
        lines.append(f"| {worth.way} | {worth.n} | {figures} | {gain} |")
    return lines
