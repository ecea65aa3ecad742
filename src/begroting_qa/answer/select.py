"""Plan + ScoredPassages -> the units that answer, or why none does.

A passage is retrieved because it resembles the question; a unit is chosen because it answers it: it holds the question's
words, or stands where they are, and has what the question asks for (a date, an amount, a name, a code, a reason).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from begroting_qa.answer.demand import (
    POINTS_BACK,
    Demand,
    demand_of,
    is_bare_value,
    lacking_here,
    lacking_years,
    named_years,
    tells_figures,
)
from begroting_qa.domain import Passage, PassageKind, Plan, QuestionKind, ScoredPassage, Term, Unit, UnitKind
from begroting_qa.dutch import index_terms
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import Vocabulary, importance

# how much a word counts that stands not in the unit but around it
IN_PATH = 0.85
BEFORE = 0.8
IN_PASSAGE = 0.65
IN_TITLE = 0.35
# how the parts of a unit's score add up; chosen on the dev cases, see eval/LOG.md
COVERAGE = 1.0
FOCUS = 0.5
FORM = 0.3
SIMILARITY = 0.3
PRIOR = 0.12
YEAR = 0.12
# a question counts as answered from here on; chosen on the dev cases, see eval/LOG.md
CONFIDENCE = {"bias": -1.9, "focus": 1.21, "similarity": 1.73, "peak": 2.28}
# a unit that tells what is asked must be about the subject nearly as much as the one that is most about it
SAME_SUBJECT = 0.7
# a row answers exactly or not at all
MIN_ROW_COVERAGE = 0.6
MIN_LABEL_SHARE = 0.2
ONE_WORD_WEIGHT = 0.12
MIN_CONFIDENCE = 0.41
# of a question that sets things side by side, each side holds only some of the words
PART_OF_QUESTION = 0.6
MAX_UNITS = 3
GOOD_ENOUGH = 0.8
SHORT_VALUE = 3
EMBEDDED_UNITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A unit of a passage with its score.

    `coverage` is the share of the question's weight that the unit and its place hold, `focus` the share that the unit alone
    holds, `peak` the weight of the heaviest word in it, `form` how far it tells what is asked, `similarity` a cosine.
    """

    passage: Passage
    unit: Unit
    score: float
    coverage: float
    focus: float
    peak: float
    form: float
    similarity: float
    lacking: tuple[str, ...]

    @property
    def number(self) -> int:
        """The unit's place in its passage."""
        return self.passage.units.index(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be quoted, in order of use, or the reason why nothing is; `siblings` are rows of the same table."""

    chosen: tuple[Chosen, ...] = ()
    refusal: str | None = None
    siblings: tuple[Passage, ...] = ()


def select(plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, embedder: Embedder) -> Selection:
    """Return the units that answer the question, or why there are none."""
    if plan.missing:
        return Selection(refusal=plan.missing[0])
    demand = demand_of(plan)
    parts = _parts(plan, vocabulary)
    if len(parts) > 1:
        found = [select_one(part, passages, vocabulary, embedder, demand, share=PART_OF_QUESTION) for part in parts]
        if any(selection.refusal is not None for selection in found):
            return next(selection for selection in found if selection.refusal is not None)
        chosen: dict[tuple[str, int], Chosen] = {}
        for selection in found:
            lead = selection.chosen[0]
            for candidate in selection.chosen[
                : 2 if lead.unit.text.endswith(":") or POINTS_BACK.match(selection.chosen[-1].unit.text) else 1
            ]:
                chosen[candidate.passage.id, candidate.unit.start] = candidate
        return Selection(chosen=tuple(chosen.values()))
    return select_one(plan, passages, vocabulary, embedder, demand)


def _parts(plan: Plan, vocabulary: Vocabulary) -> list[Plan]:
    """Return the plan once per document or year that the question sets side by side."""
    by_id = {source.id: source for source in vocabulary.sources}
    named = [by_id[i] for i in plan.filters.documents if i in by_id]
    if len(plan.years) > 1 and len(named) == len(plan.years):
        return [replace(plan, years=(s.year,), filters=replace(plan.filters, documents=(s.id,))) for s in named]
    if len(named) > 1:
        return [replace(plan, filters=replace(plan.filters, documents=(s.id,))) for s in named]
    if len(plan.years) > 1:
        return [replace(plan, years=(year,)) for year in plan.years]
    return [plan]


def select_one(
    plan: Plan,
    passages: Sequence[ScoredPassage],
    vocabulary: Vocabulary,
    embedder: Embedder,
    demand: Demand,
    *,
    share: float = 1.0,
) -> Selection:
    """Return the units that answer a question about one thing, or why there are none."""
    if plan.filters.documents:
        passages = [s for s in passages if s.passage.document_id in plan.filters.documents]
    weights = [(term, importance(term, vocabulary)) for term in plan.terms]
    candidates = score_units(plan, passages, weights, embedder, demand)
    kept = [c for c in candidates if may_answer(c, demand)]
    if not kept:
        outright = next((c.lacking[0] for c in candidates if c.lacking), "") if candidates else ""
        return Selection(refusal=outright)
    best = kept[0]
    on_subject = max((c for c in candidates if not c.lacking), key=lambda c: c.coverage)
    in_one_text = best.passage.id == on_subject.passage.id and best.passage.kind is PassageKind.PROSE
    stands_by = plan.kind is QuestionKind.DATE and in_one_text
    if demand.is_strict and not stands_by and best.coverage < SAME_SUBJECT * on_subject.coverage:
        return Selection(refusal="")  # the subject is treated, but what is asked of it is not told
    is_one_word = sum(weight > ONE_WORD_WEIGHT for _, weight in weights) + len(plan.codes) <= 1
    is_weak_row = best.coverage < MIN_ROW_COVERAGE * share or (
        is_one_word and tells_figures(best.passage) and _label_share(best, plan) < MIN_LABEL_SHARE
    )
    if best.unit.kind is UnitKind.ROW and is_weak_row:
        return Selection(refusal=_unmatched(weights, best))
    if confidence(best) < MIN_CONFIDENCE * share:
        return Selection(refusal=_unmatched(weights, best))
    siblings = ()
    if best.unit.kind is UnitKind.ROW and plan.kind is QuestionKind.LIST and not tells_figures(best.passage):
        siblings = tuple(_sibling_rows(best, passages))
    return Selection(chosen=tuple(_with_company(plan, kept)), siblings=siblings)


def may_answer(candidate: Chosen, demand: Demand) -> bool:
    """Tell whether a unit lacks nothing that the question names, and tells what it demands."""
    return not candidate.lacking and (candidate.form > 0 or (not demand.is_strict and candidate.form == 0))


def confidence(best: Chosen) -> float:
    """Return how sure it is that the best unit answers, 0 to 1.

    A logistic of three features, fitted on the dev cases by training/fit_confidence.py.
    """
    z = (
        CONFIDENCE["bias"]
        + CONFIDENCE["focus"] * best.focus
        + CONFIDENCE["similarity"] * best.similarity
        + CONFIDENCE["peak"] * best.peak
    )
    return 1 / (1 + math.exp(-z))


def _label_share(best: Chosen, plan: Plan) -> float:
    """Return the share of a row's own label that the question speaks of: `inwoners` alone asks for no indicator about them."""
    label = {term for term in index_terms(best.unit.text.split(": ")[0]) if term[0].isalnum()}
    asked = {variant for term in plan.terms for variant, _ in term.variants} | set(plan.codes)
    return len(label & asked) / len(label) if label else 1.0


def _unmatched(weights: Sequence[tuple[Term, float]], best: Chosen) -> str:
    """Return the weightiest word of the question that the best unit's surroundings lack, if it weighs much."""
    held = _terms_of(f"{best.passage.context} {best.passage.text}")
    missing = [(weight, term.surface) for term, weight in weights if not _match(term, held)]
    weight, surface = max(missing, default=(0.0, ""))
    return surface if weight >= 0.6 else ""  # noqa: PLR2004 (a name or a rare word)


# --- scoring ------------------------------------------------------------------------------------------------------------


def score_units(
    plan: Plan, passages: Sequence[ScoredPassage], weights: Sequence[tuple[Term, float]], embedder: Embedder, demand: Demand
) -> list[Chosen]:
    """Return the units of the passages with their scores, best first; ties by place."""
    if not passages:
        return []
    best_prior = max(scored.score for scored in passages) or 1.0
    found: list[Chosen] = []
    for scored in passages:
        prior = PRIOR * scored.score / best_prior
        found.extend(_score_passage(plan, scored.passage, weights, demand, prior))
    found.sort(key=_order)
    head = found[:EMBEDDED_UNITS]
    if head:
        vector = embedder.embed_queries([plan.normalized])[0]
        cosines = np.clip(embedder.embed_passages([c.unit.text for c in head]) @ vector, 0, 1)
        head = [
            replace(c, similarity=float(s), score=c.score + SIMILARITY * float(s)) for c, s in zip(head, cosines, strict=True)
        ]
        head.sort(key=_order)
    return head


def _order(chosen: Chosen) -> tuple[float, str, int]:
    return (-chosen.score, chosen.passage.id, chosen.unit.start)


def _score_passage(
    plan: Plan, passage: Passage, weights: Sequence[tuple[Term, float]], demand: Demand, prior: float
) -> list[Chosen]:
    path = _terms_of(" · ".join(passage.path))
    heading = _terms_of(passage.path[-1]) if passage.path else frozenset[str]()
    around = _terms_of(passage.text)
    title = _terms_of(passage.context)
    total = sum(weight for _, weight in weights) + len(plan.codes) or 1.0
    outer = [max(IN_PATH * _match(t, path), IN_PASSAGE * _match(t, around), IN_TITLE * _match(t, title)) for t, _ in weights]
    found: list[Chosen] = []
    before: list[float] = [0.0] * len(weights)
    missing = lacking_here(plan, passage)
    for unit in passage.units:
        if unit.kind in (UnitKind.CELL, UnitKind.LABEL) or len(unit.text) < SHORT_VALUE:
            continue
        own = _terms_of(unit.text)
        if is_bare_value(unit):
            own |= _terms_of(" · ".join(passage.path[-2:]))  # `Hecht`, `Bijdrage 2025` above `8,7 miljoen`
        elif len(own) <= SHORT_VALUE or unit.kind is UnitKind.ENTRY:
            own |= heading  # `Risico's` above each of them
        inside = [_match(term, own) for term, _ in weights]
        focus = sum(w * m for (_, w), m in zip(weights, inside, strict=True))
        coverage = sum(w * max(m, o, BEFORE * b) for (_, w), m, o, b in zip(weights, inside, outer, before, strict=True))
        before = inside
        for code in plan.codes:
            held = float(_holds_code(code, own))
            focus += held
            coverage += max(held, IN_PATH * _holds_code(code, path), IN_PASSAGE * _holds_code(code, around))
        form = demand.form(unit)
        peak = max([w * m for (_, w), m in zip(weights, inside, strict=True)], default=0.0)
        peak = max([peak, *(float(_holds_code(code, own)) for code in plan.codes)])
        score = (
            COVERAGE * coverage / total + FOCUS * focus / total + FORM * form + prior + YEAR * _year_match(plan, passage, unit)
        )
        found.append(
            Chosen(
                passage=passage, unit=unit, score=score, coverage=coverage / total, focus=focus / total, peak=peak, form=form,
                similarity=0.0, lacking=(*lacking_years(plan, passage, unit), *missing),
            )
        )  # fmt: skip
    return found


def _match(term: Term, held: frozenset[str]) -> float:
    return max((weight for variant, weight in term.variants if variant in held), default=0.0)


def _holds_code(code: str, held: Iterable[str]) -> bool:
    return any(term == code or term.startswith(f"{code}.") for term in held)


@lru_cache(maxsize=100_000)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))


def _year_match(plan: Plan, passage: Passage, unit: Unit) -> float:
    if not plan.years:
        return 0.0
    named = named_years(f"{passage.path[-1]} {unit.text}" if is_bare_value(unit) and passage.path else unit.text)
    if named & set(plan.years):
        return 1.0
    return 0.6 if passage.document_id in plan.preferred and not named else 0.0


# --- company ------------------------------------------------------------------------------------------------------------


def _with_company(plan: Plan, kept: Sequence[Chosen]) -> list[Chosen]:
    """Return the best unit with what belongs to it: what it points back to, and others nearly as good."""
    best = kept[0]
    if best.unit.kind is UnitKind.ROW:
        return [best]
    chosen = _with_sequel(_with_antecedent(best))
    documents = {best.passage.document_id}
    for candidate in kept[1:]:
        too_weak = candidate.score < GOOD_ENOUGH * best.score or candidate.unit.kind is UnitKind.ROW
        is_known = any(candidate.unit.text == c.unit.text for c in chosen)
        is_older = plan.kind is QuestionKind.STATE and candidate.passage.document_id in documents
        group = _with_antecedent(candidate)
        if too_weak or is_known or is_older or len(chosen) + len(group) > MAX_UNITS:
            continue
        documents.add(candidate.passage.document_id)
        chosen.extend(c for c in group if all(c.unit != other.unit for other in chosen))
    if plan.kind is not QuestionKind.STATE:
        _fill(chosen, best, kept if plan.kind is QuestionKind.DATE else ())
    return chosen


def _fill(chosen: list[Chosen], best: Chosen, telling: Sequence[Chosen]) -> None:
    """Add what stands by the best unit while there is room: an answer is often told in two sentences.

    Of the `telling` units, which tell what is asked, the first of the same passage comes before the neighbours.
    """
    if is_bare_value(best.unit):
        return
    same = [c for c in telling if c.passage.id == best.passage.id and all(c.unit != o.unit for o in chosen)]
    if same and len(chosen) < MAX_UNITS:
        chosen.append(same[0])
    units = best.passage.units
    for number in (best.number + 1, best.number - 1):
        if len(chosen) >= MAX_UNITS or not 0 <= number < len(units) or units[number].kind is not UnitKind.SENTENCE:
            continue
        if all(c.unit != units[number] for c in chosen):
            at = next(i for i, c in enumerate(chosen) if c.unit == best.unit)
            chosen.insert(at + 1 if number > best.number else at, replace(best, unit=units[number]))


def _with_antecedent(candidate: Chosen) -> list[Chosen]:
    """Return the unit, after the one before it where it points back (`Deze moet begin 2024 klaar zijn`)."""
    number = candidate.number
    if number and POINTS_BACK.match(candidate.unit.text):
        return [replace(candidate, unit=candidate.passage.units[number - 1]), candidate]
    return [candidate]


def _with_sequel(chosen: list[Chosen]) -> list[Chosen]:
    """Return the units, and after the last the one that it announces or that goes on about it."""
    last = chosen[-1]
    units = last.passage.units
    if last.number + 1 < len(units) and units[last.number + 1].kind is UnitKind.SENTENCE:
        following = units[last.number + 1]
        if last.unit.text.endswith(":") or POINTS_BACK.match(following.text):
            return [*chosen, replace(last, unit=following)]
    return chosen


def _sibling_rows(best: Chosen, passages: Sequence[ScoredPassage]) -> list[Passage]:
    """Return the rows of the best row's table that share its first label, in order of place."""
    label = _first_label(best.passage)
    rows = [
        s.passage
        for s in passages
        if s.passage.header == best.passage.header and s.passage.document_id == best.passage.document_id
    ]
    same = [row for row in rows if _first_label(row) == label]
    return sorted(same, key=lambda p: p.start) if len(same) > 1 else []


def _first_label(passage: Passage) -> str:
    inherited = next((u.text for u in passage.units if u.kind is UnitKind.LABEL), None)
    return inherited or passage.units[0].text.split(": ")[0]
