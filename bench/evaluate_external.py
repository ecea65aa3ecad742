"""Rank what others asked: stock BM25, our BM25, dense, fused and reranked, side by side, into eval/LEADERBOARD.md.

    python -m bench.evaluate_external --data MAP [--model FOLDER]

Our own cases first, then collections that nothing was trained on: citizens' questions with the page that answers them, headings
with their paragraphs and half a sentence with the paragraph it was taken out of in plans of held-out municipalities, and
questions with the table row that answers them. `--model` sets any sentence-transformers model beside ours.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_DUTCH
from tqdm import tqdm

from begroting_qa.embed import load_embedder
from begroting_qa.evaluate.answerers import engine_answerer
from begroting_qa.evaluate.cases import load_cases
from begroting_qa.evaluate.exchange import Collection
from begroting_qa.evaluate.retrieval import Searchable, Worth, case_collection, indexed, of_engine, rank, score, worth_table
from begroting_qa.pipeline import RERANKED, build_index, configured_embedder, open_engine
from begroting_qa.protocols import Embedder
from begroting_qa.settings import read_settings
from training.queries import SENTENCE_END
from training.texts import is_held_out, rows

SEED = 7
MAX_PARAGRAPHS = 20_000
MAX_HEADINGS = 500
MAX_ROW_QUESTIONS = 400
MAX_KNOWN_ITEMS = 8_300
MAX_ITEM_QUERIES = 500
SHORTEST_HEADING = 12
LEADERBOARD = Path("eval/LEADERBOARD.md")


def citizens_questions(data: Path) -> Collection:
    """Questions to the national government; the page below each is the one relevant text. For testing only."""
    pages = list(rows(data / "rijksoverheid_vragen.jsonl.xz"))
    texts = {
        page["id"]: "\n".join([page["introduction"], *(f"{p['title']}\n{p['text']}" for p in page["paragraphs"])])
        for page in pages
    }
    return Collection(
        texts=texts,
        queries={page["id"]: page["question"] for page in pages},
        qrels={page["id"]: {page["id"]: 1} for page in pages},
    )


def headings(data: Path) -> Collection:
    """Headings of plans of municipalities that training left out; all paragraphs below one are relevant to it."""
    texts: dict[str, str] = {}
    below: dict[tuple[str, str], list[str]] = defaultdict(list)
    seen: set[str] = set()
    for row in rows(data / "gemeenteplannen.jsonl.xz"):
        if is_held_out(row["municipality"]) and row["t"][:120] not in seen and len(texts) < MAX_PARAGRAPHS:
            seen.add(row["t"][:120])
            text_id = f"p{len(texts)}"
            texts[text_id] = row["t"]
            title = row["heading"][-1].lstrip("0123456789. ") if row["heading"] else ""
            if len(title) >= SHORTEST_HEADING:
                below[row["doc"], title].append(text_id)
    titles = defaultdict(list)
    for (_, title), ids in below.items():
        titles[title.casefold()].append((title, ids))
    # a heading that many plans share says nothing of which of them is meant
    own = sorted((found[0] for found in titles.values() if len(found) == 1), key=lambda pair: pair[1])
    chosen = random.Random(SEED).sample(own, min(MAX_HEADINGS, len(own)))
    return Collection(
        texts=texts,
        queries={f"q{n}": title for n, (title, _) in enumerate(chosen)},
        qrels={f"q{n}": dict.fromkeys(ids, 1) for n, (_, ids) in enumerate(chosen)},
    )


def known_items(data: Path) -> Collection:
    """Half a sentence of a paragraph in plans of held-out municipalities, with the rest of that paragraph."""
    texts: dict[str, str] = {}
    for row in rows(data / "gemeenteplannen.jsonl.xz"):
        if is_held_out(row["municipality"]) and len(texts) < MAX_KNOWN_ITEMS:
            texts[f"p{len(texts)}"] = " ".join(row["t"].split())
    rng = random.Random(SEED)
    queries: dict[str, str] = {}
    qrels: dict[str, dict[str, int]] = {}
    for text_id in rng.sample(list(texts), len(texts)):
        sentences = SENTENCE_END.split(texts[text_id])
        if len(sentences) > 2 and len(queries) < MAX_ITEM_QUERIES:  # noqa: PLR2004 (enough is left to be found by)
            words = sentences.pop(rng.randrange(len(sentences))).lower().split()
            if len(words) > 7:  # noqa: PLR2004 (half of it still says something)
                half = rng.choice((words[: len(words) // 2], words[len(words) // 2 :]))
                queries[f"q{text_id}"], qrels[f"q{text_id}"] = " ".join(half), {text_id: 1}
                texts[text_id] = " ".join(sentences)
    return Collection(texts=texts, queries=queries, qrels=qrels)


def table_rows(data: Path) -> Collection:
    """Questions about one cell of a municipality's budget; its row, among all rows of all municipalities, is relevant."""
    texts: dict[str, str] = {}
    for table in rows(data / "iv3_tabellen.jsonl.xz"):
        for name, *values in table["rijen"]:
            cells = "; ".join(f"{head}: {value}" for head, value in zip(table["kop"][1:], values, strict=True))
            where = f"Begroting {table['jaar']} {table['gemeente']} (bedragen {table['eenheid']})"
            texts[f"{table['gemeente']}|{name}".replace(" ", "_")] = f"{where}\n{name}; {cells}"
    asked = [q for q in rows(data / "iv3_tabel_vragen.jsonl.xz") if q["type"] == "cel"]
    chosen = random.Random(SEED).sample(asked, MAX_ROW_QUESTIONS)
    return Collection(
        texts=texts,
        queries={q["id"]: q["question"] for q in chosen},
        qrels={q["id"]: {f"{q['gemeente']}|{q['cells'][0][0]}".replace(" ", "_"): 1} for q in chosen},
    )


def stock(collection: Collection, *, is_dutch: bool) -> dict[str, list[str]]:
    """Return the best hundred texts a query by bm25s as it comes, plain or with its Dutch stop words and PyStemmer's stemmer."""
    options: dict[str, Any] = {"stopwords": [], "show_progress": False}
    if is_dutch:
        options |= {"stopwords": STOPWORDS_DUTCH, "stemmer": Stemmer.Stemmer("dutch")}
    ids = list(collection.texts)
    model = bm25s.BM25()
    model.index(bm25s.tokenize(list(collection.texts.values()), **options), show_progress=False)
    asked = bm25s.tokenize(list(collection.queries.values()), return_ids=False, **options)
    found, _ = model.retrieve(asked, corpus=ids, k=min(RERANKED, len(ids)), show_progress=False)
    return {query: list(row) for query, row in zip(collection.queries, found.tolist(), strict=True)}


def dense(collection: Collection, embedder: Embedder) -> dict[str, list[str]]:
    """Return the best hundred texts a query by cosine."""
    ids = list(collection.texts)
    near = embedder.embed_queries(list(collection.queries.values())) @ embedder.embed_passages(list(collection.texts.values())).T
    best = np.argsort(-near, axis=1, kind="stable")[:, :RERANKED]
    return {query: [ids[i] for i in row] for query, row in zip(collection.queries, best, strict=True)}


def measure(name: str, collection: Collection, searchable: Searchable, others: Mapping[str, Embedder]) -> list[Worth]:
    """Rank with a bar, and score."""
    ranked = {
        "bm25s, plain": stock(collection, is_dutch=False),
        "bm25s, Dutch stemmer and stop words": stock(collection, is_dutch=True),
    }
    with tqdm(total=len(collection.queries), desc=name, file=sys.stderr) as bar:
        ranked |= rank(collection.queries, searchable, report=lambda done, _total: bar.update(done - bar.n) and None)
    return score(ranked | {other: dense(collection, embedder) for other, embedder in others.items()}, collection.qrels)


def main() -> None:
    """Measure each collection and write the board."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with rijksoverheid_vragen.jsonl.xz and the rest")
    parser.add_argument("--board", type=Path, default=LEADERBOARD)
    parser.add_argument(
        "--model", action="append", default=[], help="another sentence-transformers model, dense alone; may recur"
    )
    parser.add_argument("--only", action="append", help="name of a collection; may recur")
    arguments = parser.parse_args()
    others = {model: load_embedder(model) for model in arguments.model}
    settings = read_settings()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    parts = [
        "# Leaderboard", "",
        f"{date.today():%Y-%m-%d}, commit {commit}: `make evaluate-external DATA=map`.",
        f"The dense share of the fusion is {settings.dense_weight}. Differences are paired, with a 95% bootstrap interval.", "",
    ]  # fmt: skip
    generation = build_index(settings)
    with closing(open_engine(settings)) as engine:
        cases = load_cases([Path("eval/questions")], engine_answerer(engine).facts.texts).cases
        own = case_collection(cases, engine)
        worth = measure("own cases", own, of_engine(engine, settings.index / generation, settings.dense_weight), others)
        parts += [
            f"## Own cases: {len(own.queries)} questions over {len(own.texts)} passages of five documents",
            "",
            *worth_table(worth),
            "",
        ]
    embedder = configured_embedder(settings)
    outside = (
        ("Citizens' questions to the national government, its own page among all (CC0)", citizens_questions),
        ("Headings of zoning plans of held-out municipalities, their own paragraphs among all", headings),
        ("Half a sentence in zoning plans of held-out municipalities, the paragraph it was taken out of among all", known_items),
        ("Questions about a cell of a municipality's budget (Iv3), its own row among all (CBS, CC BY 4.0)", table_rows),
    )
    for title, read in outside:
        if arguments.only and read.__name__ not in arguments.only:
            continue
        collection = read(arguments.data)
        with indexed(collection, embedder, settings.dense_weight) as searchable:
            worth = measure(read.__name__, collection, searchable, others)
        parts += [f"## {title}: {len(collection.queries)} queries, {len(collection.texts)} texts", "", *worth_table(worth), ""]
    text = "\n".join(parts)
    arguments.board.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
