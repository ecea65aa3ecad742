"""Paragraphs that share words with a query and do not answer it, by BM25 over shards of the text sets."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np

from begroting_qa.dutch import STOP_WORDS, fold, stem
from training.queries import WORD

SHARD = 20_000
DEPTH = 12
# what scores as high as the answer itself may well answer the query too
BELOW_POSITIVE = 0.9


def terms(text: str) -> list[str]:
    """Return the stems of a text's content words."""
    return [stem(folded) for m in WORD.finditer(text) if (folded := fold(m[0])) not in STOP_WORDS]


def mine(texts: Sequence[str], groups: Sequence[str], queries: Sequence[tuple[str, int]], rng: np.random.Generator) -> np.ndarray:
    """Return for each (query, text number) the number of a text of its shard that is near it and of another group.

    Texts of one group (those below one heading) answer the same queries. Shards are stretches of the texts in order, so that
    a paragraph's rivals are those of its own and neighbouring documents. Shape (n_queries,), int64.
    """
    negatives = rng.integers(len(texts), size=len(queries))
    by_shard: dict[int, list[int]] = {}
    for number, (_, text) in enumerate(queries):
        by_shard.setdefault(text // SHARD, []).append(number)
    for shard, numbers in by_shard.items():
        start = shard * SHARD
        members = texts[start : start + SHARD]
        lists = [terms(text) for text in members]
        vocabulary = {term: column for column, term in enumerate(sorted({t for own in lists for t in own}))}
        model = bm25s.BM25(k1=1.2, b=0.75, method="lucene", dtype="float32")
        model.index(([[vocabulary[t] for t in own] for own in lists], vocabulary), create_empty_token=False, show_progress=False)
        for number in numbers:
            query, text = queries[number]
            asked = [vocabulary[t] for t in set(terms(query)) if t in vocabulary]
            if not asked:
                continue
            scores = model.get_scores(asked)
            depth = min(DEPTH, len(scores) - 1)
            nearest = np.argpartition(-scores, depth)[: depth + 1]
            limit = BELOW_POSITIVE * scores[text - start]
            rivals = [
                int(n) for n in nearest if n != text - start and groups[start + n] != groups[text] and 0 < scores[n] <= limit
            ]
            if rivals:
                negatives[number] = start + rng.choice(rivals)
    return negatives
