"""Plan + Evidence -> the units that answer, or why none does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace

from begroting_qa.answer.demand import Demand, demand_of
from begroting_qa.answer.evidence import Evidence, certainty, gather
from begroting_qa.answer.forms import figures_of, is_bare_value, tells_money, tells_number, tells_share
from begroting_qa.answer.lacking import absent_subject
from begroting_qa.answer.meant import tells_otherwise
from begroting_qa.answer.parts import parts_of
from begroting_qa.answer.quotes import says_same
from begroting_qa.answer.signs import Described, tells_figures
from begroting_qa.domain import (
    Figure,
    FigureUnit,
    Measure,
    Operation,
    Origin,
    Passage,
    Plan,
    Quantity,
    QuestionKind,
    ScoredPassage,
    UnitKind,
)
from begroting_qa.dutch import fold, is_frame_word, names_thing, terms_of
from begroting_qa.measures import measures_named
from begroting_qa.people import is_per_head
from begroting_qa.pointing import points_back
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import Vocabulary, importance, matcher

# how sure it must be, in log odds, that a unit answers: a wrong answer costs more than a refusal, see eval/LOG.md
CERTAINTY = 0.5
# of a question that sets things side by side, each side holds only some of the words
CERTAINTY_OF_PART = -1.5
# how much surer it must be where a noun of the question stands nowhere, in none of the ways that the lexicon knows
CERTAINTY_WITHOUT_SUBJECT = 2.1
# a row answers exactly or not at all: how heavy a noun it may leave untold
UNTOLD_BY_ROW = 0.5
# words that ask for a line of the budget by its name
_OF_BUDGET = frozenset(("lasten", "baten", "saldo", "uitgaven", "inkomsten", "kost", "kosten", "kostte"))
TOLD = 0.5
# what only numbers answer
_CALCULATED = frozenset(
    (Operation.TARGET, Operation.CHANGE, Operation.AVERAGE, Operation.RATIO, Operation.HIGHEST, Operation.LOWEST)
)
_AIMED = re.compile(r"\b(?:streef\w*|\w*doel\w*|taakstelling\w*|opgave\w*|norm|gehaald|behaald)\b", re.IGNORECASE)
_ATTAINED = re.compile(r"\b(?:gehaald|behaald|bereikt|gerealiseerd)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:stijg\w*|steeg|ge(?:stegen|daald)|da(?:al|l)\w*|toe(?:name|gen\w+|ne\w+)|af(?:name|gen\w+|ne\w+)|hoger|lager|meer|minder|"
    r"verschil\w*|uitgebreid|extra)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\b(?:stijg\w*|da(?:al|l)\w*|toene\w+|afne\w+)\b", re.IGNORECASE)
FiguresWithin = Callable[[str, int, int], Sequence[Figure]]
# how much of a question for a sum a sentence must hold with its terms
COVER_OF_TERMS = 0.35
MIN_COVER = 0.05
MAX_UNITS = 3
# how far behind the best unit another may be, in log odds, and still be quoted with it
CLOSE_BEHIND = 1.5
HEAVY_WORD = 0.6
# of how things stand each document has its own sentence: how far behind the best it may be, how much of the subject it holds
STATE_BEHIND = 3.0
SAME_SUBJECT = 0.8
SHORTEST_STATEMENT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be quoted, in order of use, or the reason why nothing is.

    `best` is the one that answers best, `siblings` are rows of the same table.
    """

    chosen: tuple[Evidence, ...] = ()
    best: Evidence | None = None
    refusal: str | None = None
    siblings: tuple[Passage, ...] = ()


def select(
    plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, embedder: Embedder, figures_within: FiguresWithin
) -> Selection:
    """Return the units that answer the question, or why there are none; `figures_within` gives the figures of a stretch."""
    if plan.missing:
        return Selection(refusal=plan.missing[0])
    parts = parts_of(plan, vocabulary)
    if len(parts) == 1:
        return _select_one(parts[0], passages, vocabulary, embedder, figures_within, CERTAINTY)
    if not plan.named:
        whole = _select_one(plan, passages, vocabulary, embedder, figures_within, CERTAINTY)
        if whole.best is not None and whole.best.unit.kind is UnitKind.ROW:
            return whole  # one row tells of all the years
    found = [_select_one(part, passages, vocabulary, embedder, figures_within, CERTAINTY_OF_PART) for part in parts]
    refused = next((selection for selection in found if selection.refusal is not None), None)
    if refused is not None:
        return refused
    chosen: dict[tuple[str, int], Evidence] = {}
    for selection in found:
        lead, *rest = selection.chosen
        goes_on = bool(rest) and (lead.unit.text.endswith(":") or points_back(rest[0].unit.text))
        for candidate in (lead, *rest[:1]) if goes_on else (lead,):
            chosen[candidate.passage.id, candidate.unit.start] = candidate
    return Selection(chosen=tuple(chosen.values()))


def _select_one(
    plan: Plan,
    passages: Sequence[ScoredPassage],
    vocabulary: Vocabulary,
    embedder: Embedder,
    figures_within: FiguresWithin,
    min_certainty: float,
) -> Selection:
    """Return the units that answer a question about one thing, or why there are none."""
    if plan.filters.documents:
        passages = [s for s in passages if s.passage.document_id in plan.filters.documents]
    demand = demand_of(plan, {fold(source.municipality) for source in vocabulary.sources})
    gathered = gather(plan, passages, vocabulary, embedder, demand)
    kept = [e for e in gathered if may_answer(e, demand) and _tells_amount(plan, e, figures_within)]
    if not kept:
        return Selection(refusal=_lacking_everywhere(gathered))
    best = kept[0]
    absent = absent_subject(plan, passages, vocabulary)
    if certainty(kept) < min_certainty + (CERTAINTY_WITHOUT_SUBJECT if absent else 0.0):
        return Selection(refusal=absent or _unmatched(plan, passages, vocabulary))
    siblings = ()
    if best.unit.kind is UnitKind.ROW and plan.kind is QuestionKind.LIST and not tells_figures(best.passage):
        siblings = tuple(_sibling_rows(best, passages))
    return Selection(chosen=tuple(_with_company(plan, kept)), best=best, siblings=siblings)


def may_answer(evidence: Evidence | Described, demand: Demand) -> bool:
    """Tell whether a unit lacks nothing that the question names, tells what it demands, and is of the subject at all."""
    is_vague_row = evidence.unit.kind is UnitKind.ROW and evidence.untold > UNTOLD_BY_ROW
    is_row_of_reasons = evidence.unit.kind is UnitKind.ROW and demand.name == "reason"
    tells = (evidence.form > 0 or not demand.is_strict) and not is_row_of_reasons
    return not evidence.lacking and evidence.cover >= MIN_COVER and not is_vague_row and tells


def _tells_amount(plan: Plan, evidence: Evidence, figures_within: FiguresWithin) -> bool:
    """Tell whether a unit may answer a question as far as numbers go; any unit may where none is asked for."""
    quantity = plan.quantity
    is_row = evidence.unit.kind is UnitKind.ROW
    if is_row and plan.kind is QuestionKind.REASON:
        return False
    if is_per_head(plan.normalized) and not is_per_head(evidence.unit.text):
        return False  # a total tells nothing per inhabitant
    if plan.kind is QuestionKind.REASON and _OF_BUDGET & set(fold(plan.normalized).split()):
        return _names_subjects(plan, evidence, _OF_BUDGET)  # `waarom stijgen de lasten van …` has its own paragraph
    if quantity is None:
        return True
    if is_row and not _row_fits(plan, quantity, evidence, figures_within):
        return False
    return (is_row or _tells_calculated(plan, quantity, evidence)) and _tells_money_of(plan, quantity, evidence)


def _row_fits(plan: Plan, quantity: Quantity, evidence: Evidence, figures_within: FiguresWithin) -> bool:
    """Tell whether a row measures what is asked, the question is about a row in particular, and no sum of money is asked."""
    asks_nothing = all(is_frame_word(fold(word)) for term in plan.terms for word in term.surface.split()) and not plan.codes
    within = figures_within(evidence.passage.document_id, evidence.unit.start, evidence.unit.end)
    figures = [figure for figure in within if figure.origin is Origin.TABLE]
    is_sum = quantity.operation is not Operation.LOOK_UP and any(figure.unit is FigureUnit.EUR for figure in figures)
    return not asks_nothing and not is_sum and not tells_otherwise(quantity, figures)


def _tells_calculated(plan: Plan, quantity: Quantity, evidence: Evidence) -> bool:
    """Tell whether a unit holds what a share, a sum or a target can be read off, where one is asked for."""
    text = evidence.unit.text
    match quantity.operation:
        case Operation.DIFFERENCE if quantity.asks_amount:
            return _COMPARES.search(text) is not None or len(figures_of(text)) > 1
        case Operation.SUM:
            return tells_number(evidence.unit) > 0 and evidence.cover >= COVER_OF_TERMS
        case Operation.TARGET if _ATTAINED.search(text) and evidence.cover >= COVER_OF_TERMS:
            return True  # whether it was reached may be told without a number, and what was reached without the target
        case Operation.TARGET if not _AIMED.search(text):
            return False
        case Operation.SHARE:
            is_named = _names_subjects(plan, evidence, quantity.words) or (bool(plan.numbers) and not evidence.lacking)
            return tells_share(evidence.unit) > 0 and is_named
        case operation if operation in _CALCULATED:
            return tells_number(evidence.unit) > 0 and _names_subjects(plan, evidence, quantity.words)
        case _:
            return True


def _tells_money_of(plan: Plan, quantity: Quantity, evidence: Evidence) -> bool:
    """Tell whether a unit tells the amount of money that is asked for.

    What is asked for as `lasten van …` must be named by the unit or its headings: near by is something else.
    """
    if not quantity.is_money or not (quantity.asks_amount or quantity.words & _OF_BUDGET):
        return True
    if quantity.operation is Operation.LOOK_UP and _CHANGES.search(evidence.unit.text):
        return False  # how much it grew is not how much it is
    if quantity.words & _OF_BUDGET or Measure.LASTEN in measures_named(quantity.said):
        return tells_money(evidence.unit) > 0 and _names_subjects(plan, evidence, quantity.words)
    is_named = not is_bare_value(evidence.unit) or _names_subjects(plan, evidence, quantity.words)
    return tells_number(evidence.unit) > 0 and is_named


def _names_subjects(plan: Plan, evidence: Evidence, words: Set[str]) -> bool:
    """Tell whether a unit or its headings name all that the question does, but for `words`."""
    held = terms_of(evidence.unit.text) | terms_of(" · ".join(evidence.passage.path))
    named = [(fold(term.surface), term) for term in plan.terms]
    return all(matcher(term)(held) >= TOLD for word, term in named if names_thing(word) and word not in words)


def _lacking_everywhere(gathered: Sequence[Evidence]) -> str:
    """Return what the question names and every unit lacks, or an empty text: only of that may be said that it is not there."""
    common = [what for what in gathered[0].lacking if all(what in e.lacking for e in gathered)] if gathered else []
    return common[0] if common else ""


def _unmatched(plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary) -> str:
    """Return the weightiest word of the question that no passage found holds, if it weighs much."""
    held = [terms_of(scored.passage.indexed_text) for scored in passages]
    missing = [(importance(t, vocabulary), t.surface) for t in plan.terms if not max(map(matcher(t), held), default=0.0)]
    weight, surface = max(missing, default=(0.0, ""))
    return surface if weight >= HEAVY_WORD else ""


# --- company ------------------------------------------------------------------------------------------------------------


def _with_company(plan: Plan, kept: Sequence[Evidence]) -> list[Evidence]:
    """Return the best unit with what belongs to it: what it points back to, and others nearly as good."""
    best = kept[0]
    if best.unit.kind is UnitKind.ROW:
        return [best]
    if plan.kind is QuestionKind.STATE and len(by_document := _best_by_document(kept)) > 1:
        return by_document
    chosen = _with_sequel(_with_antecedent(best))
    for candidate in kept[1:]:
        too_weak = candidate.score < best.score - CLOSE_BEHIND or candidate.unit.kind is UnitKind.ROW
        is_known = any(says_same(candidate.unit.text, c.unit.text) for c in chosen)
        group = _with_antecedent(candidate)
        if too_weak or is_known or len(chosen) + len(group) > MAX_UNITS:
            continue
        chosen.extend(c for c in group if all(c.unit != other.unit for other in chosen))
    _fill(chosen, best, kept if plan.kind is QuestionKind.DATE else ())
    return chosen


def _best_by_document(kept: Sequence[Evidence]) -> list[Evidence]:
    """Return what each document says best of how things stand, best first, where it speaks of the same."""
    best = kept[0]
    found: dict[str, Evidence] = {}
    for candidate in kept:
        speaks = candidate.cover >= SAME_SUBJECT * best.cover and candidate.score >= best.score - STATE_BEHIND
        is_told = candidate.unit.kind is not UnitKind.ROW and len(candidate.unit.text.split()) >= SHORTEST_STATEMENT
        if speaks and is_told and not points_back(candidate.unit.text):
            found.setdefault(candidate.passage.document_id, candidate)
    return list(found.values())[:MAX_UNITS]


def _fill(chosen: list[Evidence], best: Evidence, telling: Sequence[Evidence]) -> None:
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


def _with_antecedent(candidate: Evidence) -> list[Evidence]:
    """Return the unit, after the one before it where it points back (`Deze moet begin 2024 klaar zijn`)."""
    number = candidate.number
    if number and points_back(candidate.unit.text):
        return [replace(candidate, unit=candidate.passage.units[number - 1]), candidate]
    return [candidate]


def _with_sequel(chosen: list[Evidence]) -> list[Evidence]:
    """Return the units, and after the last the one that it announces or that goes on about it."""
    last = chosen[-1]
    units = last.passage.units
    if last.number + 1 < len(units) and units[last.number + 1].kind is UnitKind.SENTENCE:
        following = units[last.number + 1]
        if last.unit.text.endswith(":") or points_back(following.text):
            return [*chosen, replace(last, unit=following)]
    return chosen


def _sibling_rows(best: Evidence, passages: Sequence[ScoredPassage]) -> list[Passage]:
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
