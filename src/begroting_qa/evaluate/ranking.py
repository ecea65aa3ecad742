"""How well passages are ranked, in the terms and with the arithmetic of TREC."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from begroting_qa.evaluate.cases import Case, Evidence
from begroting_qa.wire.bodies import AnswerBody

RECALL_DEPTH = 5
DEEP = 20
NDCG_DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How well the passages are ranked for one answerable case; see `score_rankings`."""

    recall_at_5: float
    recall_at_20: float
    ndcg_at_10: float
    reciprocal_rank: float


def score_rankings(ranked: Sequence[tuple[Case, AnswerBody]]) -> dict[str, Ranking]:
    """Return Recall@5, Recall@20, nDCG@10 and RR by the id of each answerable case, computed by ir-measures over `passages`.

    A passage is relevant when it overlaps a piece of evidence. RR has one topic per case (Voorhees, TREC-8 1999: the rank
    of the first relevant passage). Recall has one topic per piece of evidence, with the first passage that overlaps it as
    the only relevant one, averaged over the case: so it is the share of the evidence that so many passages cover, and does
    not depend on how many passages, found or not, the splitting made of that evidence. nDCG (Järvelin and Kekäläinen, TOIS
    2002) gains of a passage the pieces that it is the first to overlap; pieces that no passage overlaps count in the ideal.
    """
    import ir_measures  # here, since `--help` need not wait for it
    from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

    names = {"recall5": R @ RECALL_DEPTH, "recall20": R @ DEEP, "ndcg": nDCG @ NDCG_DEPTH, "rr": RR}
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    for case, answer in ranked:
        firsts = [_first(answer, (evidence,)) for evidence in case.evidence]
        gains = Counter(first if first is not None else f"unfound {n}" for n, first in enumerate(firsts))
        topics: list[tuple[str, dict[str, int]]] = [
            (f"{case.id}\nrr", {_first(answer, case.evidence) or "unfound": 1}),
            (f"{case.id}\nndcg", dict(gains)),
            *((f"{case.id}\n{n}", {first or "unfound": 1}) for n, first in enumerate(firsts)),
        ]
        for topic, relevant in topics:
            qrels.extend(Qrel(topic, passage, gain) for passage, gain in relevant.items())
            run.extend(ScoredDoc(topic, f"passage {n}", -float(n)) for n in range(len(answer.passages)))
    values: dict[tuple[str, str], list[float]] = {}
    # its signature names pandas types, which are not installed
    for metric in ir_measures.iter_calc(list(names.values()), qrels, run):  # pyright: ignore[reportUnknownMemberType]
        case_id, topic = metric.query_id.split("\n")
        name = next(name for name, measure in names.items() if measure == metric.measure)
        if topic == name or (topic.isdigit() and name.startswith("recall")):
            values.setdefault((case_id, name), []).append(float(metric.value))

    def of(case: Case, name: str) -> float:
        found = values.get((case.id, name))
        return statistics.fmean(found) if found else 0.0

    return {
        case.id: Ranking(
            recall_at_5=of(case, "recall5"), recall_at_20=of(case, "recall20"), ndcg_at_10=of(case, "ndcg"),
            reciprocal_rank=of(case, "rr"),
        )
        for case, _ in ranked
    }  # fmt: skip


def score_by_qrels(by_query: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]) -> dict[str, Ranking]:
    """Return the measures of TREC by query, for texts in order and judged texts; queries without a relevant text stay out."""
    import ir_measures  # here, since `--help` need not wait for it
    from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

    names = {R @ RECALL_DEPTH: "recall_at_5", R @ DEEP: "recall_at_20", nDCG @ NDCG_DEPTH: "ndcg_at_10", RR: "reciprocal_rank"}
    judged = [query for query in by_query if any(qrels.get(query, {}).values())]
    gold = [Qrel(query, text, relevance) for query in judged for text, relevance in qrels[query].items()]
    run = [ScoredDoc(query, text, -float(n)) for query in judged for n, text in enumerate(by_query[query])]
    values: dict[str, dict[str, float]] = {query: dict.fromkeys(names.values(), 0.0) for query in judged}
    # its signature names pandas types, which are not installed
    for metric in ir_measures.iter_calc(list(names), gold, run):  # pyright: ignore[reportUnknownMemberType]
        values[metric.query_id][names[metric.measure]] = float(metric.value)
    return {query: Ranking(**found) for query, found in values.items()}


def _first(answer: AnswerBody, evidence: Sequence[Evidence]) -> str | None:
    """Return the name of the first passage that overlaps evidence."""
    found = (n for n, p in enumerate(answer.passages) if holds(evidence, p.document_id, p.start, p.end))
    return next((f"passage {n}" for n in found), None)


def holds(evidence: Sequence[Evidence], document_id: str, start: int, end: int) -> bool:
    """Tell whether a stretch of a document overlaps a piece of evidence."""
    return any(place.overlaps(document_id, start, end) for piece in evidence for place in piece.places)
