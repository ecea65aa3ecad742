"""Plan + ScoredPassages -> the units that answer, or why none does.

A passage is retrieved because it resembles the question; a unit is chosen because it answers it: it holds the question's
words, or stands where they are, and has what the kind of question asks for (a date, an amount, a name, a reason).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from begroting_qa.amounts import find_amounts
from begroting_qa.codes import find_codes
from begroting_qa.domain import Passage, PassageKind, Plan, QuestionKind, ScoredPassage, Term, Unit, UnitKind
from begroting_qa.dutch import fold, index_terms
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import Vocabulary, importance

# how much a word counts that stands not in the unit but around it
IN_PATH = 0.75
IN_TITLE = 0.5
BEFORE = 0.75
IN_PASSAGE = 0.45
# how the parts of a unit's score add up; chosen on the dev cases, see eval/LOG.md
COVERAGE = 1.0
FOCUS = 0.45
FORM = 0.22
SIMILARITY = 0.3
PRIOR = 0.12
YEAR = 0.12
# below these a question counts as not answered; chosen on the dev cases, see eval/LOG.md
MIN_COVERAGE = 0.5
MIN_SUPPORT = 0.4
MAX_UNITS = 3
GOOD_ENOUGH = 0.8

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\b|"
    r"\b(?:januari|februari|maart|april|juni|juli|augustus|september|oktober|november|december|kwartaal|najaar|voorjaar|zomer|winter|"
    r"Q[1-4]|medio|halfjaar|collegeperiode|jaarlijks|maandelijks|weken?|maanden|jaren|jaar lang)\b",
    re.IGNORECASE,
)  # fmt: skip
_MOMENT = re.compile(r"\b(?:eind|begin|medio|per|sinds|vanaf|vóór|voor het einde|tot en met|in het|najaar|voorjaar|zomer|kwartaal|januari|februari|"
    r"maart|april|mei|juni|juli|augustus|september|oktober|november|december|Q[1-4]|(?:in|van|tot|na) (?:19|20)\d\d)\b", re.IGNORECASE)  # fmt: skip
_NUMBER_WORD = re.compile(
    r"\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|vijftien|twintig|dertig|honderd|duizend|miljoen|procent|helft|één|eerste|aantal|meer|minder)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:omdat|doordat|vanwege|wegens|door|reden|zodat|aangezien|want|daarom|hierdoor|dankzij|gevolg|om te|om \w+ \w+ te|naar aanleiding|veroorzaakt|ter dekking|doel)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,’”)] )(?:de |het |stichting )?[A-ZÀ-Ý][\w’'&-]+")
_POINTS_BACK = re.compile(
    r"(?:Deze|Dit|Die|Dat|Hij|Zij|Ze|Het is|Hiermee|Hierdoor|Hierbij|Hierin|Hiervoor|Hieruit|Daarmee|Daarbij|Daarnaast|Daarin|Daarvoor|Daarom|Daarna|"
    r"Zo|Ditmaal|Dergelijke|Beide|Tijdens dit|In deze|Voor deze|Met deze|Vanuit dit)\b"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A unit of a passage with its score; `coverage` is the share of the question's weight that it and its place hold."""

    passage: Passage
    unit: Unit
    score: float
    coverage: float
    support: float
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be quoted, best first, or the reason why nothing is."""

    chosen: tuple[Chosen, ...] = ()
    refusal: str | None = None


def select(plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, embedder: Embedder) -> Selection:
    """Return the units that answer the question, or why there are none."""
    if plan.missing:
        return Selection(refusal=plan.missing[0])
    weights = [(term, importance(term, vocabulary)) for term in plan.terms]
    candidates = _score(plan, passages, weights, embedder)
    if not candidates:
        return Selection(refusal="")
    kept = [c for c in candidates if not c.lacking]
    if not kept:
        return Selection(refusal=candidates[0].lacking[0])
    best = kept[0]
    if best.coverage < MIN_COVERAGE or best.support < MIN_SUPPORT:
        return Selection(refusal="")
    return Selection(chosen=tuple(_with_company(plan, kept)))


# --- scoring ------------------------------------------------------------------------------------------------------------


def _score(
    plan: Plan, passages: Sequence[ScoredPassage], weights: Sequence[tuple[Term, float]], embedder: Embedder
) -> list[Chosen]:
    """Return every unit of the passages with its score, best first; ties by place."""
    pairs = [(scored, number, unit) for scored in passages for number, unit in enumerate(scored.passage.units) if _is_quotable(unit)]
    if not pairs:
        return []
    total = sum(weight for _, weight in weights) + len(plan.codes)
    vector = embedder.embed_queries([plan.normalized])[0]
    similarities = embedder.embed_passages([unit.text for _, _, unit in pairs]) @ vector
    best_prior = max(scored.score for scored in passages) or 1.0
    chosen: list[Chosen] = []
    for (scored, number, unit), similarity in zip(pairs, similarities, strict=True):
        passage = scored.passage
        coverage, focus = _coverage(plan, weights, passage, number)
        if total:
            coverage, focus = coverage / total, focus / total
        score = (
            COVERAGE * coverage
            + FOCUS * focus
            + FORM * _form(plan.kind, unit)
            + SIMILARITY * float(np.clip(similarity, 0, 1))
            + PRIOR * scored.score / best_prior
            + YEAR * _year_match(plan, passage, unit)
        )
        chosen.append(
            Chosen(
                passage=passage, unit=unit, score=score, coverage=coverage, support=coverage,
                lacking=_lacking(plan, passage, number),
            )
        )  # fmt: skip
    return sorted(chosen, key=lambda c: (-c.score, c.passage.id, c.unit.start))


def _is_quotable(unit: Unit) -> bool:
    return unit.kind is not UnitKind.CELL and unit.kind is not UnitKind.LABEL and len(unit.text) > 3  # noqa: PLR2004 (`en`)


def _coverage(plan: Plan, weights: Sequence[tuple[Term, float]], passage: Passage, number: int) -> tuple[float, float]:
    """Return the weight of the question's words in and around a unit, and in the unit alone."""
    unit = passage.units[number]
    own = _terms_of(unit.text)
    before = _terms_of(passage.units[number - 1].text) if number else frozenset[str]()
    path = _terms_of(" · ".join(passage.path))
    around = _terms_of(passage.text)
    title = _terms_of(passage.context)
    coverage = focus = 0.0
    for term, weight in weights:
        inside = _match(term, own)
        focus += weight * inside
        coverage += weight * max(
            inside,
            BEFORE * _match(term, before),
            IN_PATH * _match(term, path),
            IN_PASSAGE * _match(term, around),
            IN_TITLE * _match(term, title),
        )
    for code in plan.codes:
        inside = float(_holds_code(code, own))
        focus += inside
        coverage += max(inside, IN_PATH * _holds_code(code, path), IN_PASSAGE * _holds_code(code, around))
    return coverage, focus


def _match(term: Term, held: frozenset[str]) -> float:
    return max((weight for variant, weight in term.variants if variant in held), default=0.0)


def _holds_code(code: str, held: Iterable[str]) -> bool:
    return any(term == code or term.startswith(f"{code}.") for term in held)


@lru_cache(maxsize=50_000)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))


def _form(kind: QuestionKind, unit: Unit) -> float:
    """Return how well a unit has what this kind of question asks for, 0 to 1."""
    text = unit.text
    match kind:
        case QuestionKind.DATE:
            return 1.0 if _MOMENT.search(text) and _DATE.search(text) else 0.5 if _DATE.search(text) else 0.0
        case QuestionKind.AMOUNT:
            years = {m.start() for m in _YEAR.finditer(text)}
            codes = [(c.start, c.end) for c in find_codes(text)]
            amounts = [a for a in find_amounts(text) if a.start not in years and not any(s <= a.start < e for s, e in codes)]
            return 1.0 if amounts else 0.6 if _NUMBER_WORD.search(text) else 0.0
        case QuestionKind.PERSON:
            return 1.0 if _NAME.search(text) else 0.2
        case QuestionKind.REASON:
            return 1.0 if _REASON.search(text) else 0.0
        case QuestionKind.LIST:
            return 1.0 if unit.kind is UnitKind.ENTRY or text.endswith(":") else min(1.0, text.count(",") / 3)
        case _:
            return 0.5


def _year_match(plan: Plan, passage: Passage, unit: Unit) -> float:
    if not plan.years:
        return 0.0
    named = {int(m[0]) for m in _YEAR.finditer(unit.text)}
    if named & set(plan.years):
        return 1.0
    return 0.6 if passage.document_id in plan.preferred and not named else 0.0


# --- what must be there -------------------------------------------------------------------------------------------------


def _lacking(plan: Plan, passage: Passage, number: int) -> tuple[str, ...]:
    """Return what the question names outright and the evidence lacks: years, places, numbers, codes."""
    unit = passage.units[number]
    near = f"{passage.context} {passage.text}"
    lacking = [str(year) for year in plan.years if not _has_year(year, plan, passage, unit)]
    folded = fold(near)
    lacking.extend(place for place in plan.places if place not in folded)
    digits = re.sub(r"(?<=\d)[.\u00a0](?=\d{3})", "", near)
    lacking.extend(n for n in plan.numbers if not re.search(rf"(?<![\d,]){re.escape(n.replace('.', ''))}(?!\d)", digits))
    held = _terms_of(near)
    lacking.extend(code for code in plan.codes if not _holds_code(code, held))
    return tuple(lacking)


def _has_year(year: int, plan: Plan, passage: Passage, unit: Unit) -> bool:
    """A row must name the year; running text may also stand in a document of that year."""
    if passage.kind is PassageKind.ROW:
        cells = [u.text for u in passage.units if u.kind is UnitKind.CELL and str(year) in u.text]
        named = any(not re.search(r"(?:^|\s)[-–−]$", cell) for cell in cells)
        return named or str(year) in unit.text.split(": ")[0] or (not _YEAR.search(unit.text) and _in_title(year, passage))
    return str(year) in passage.text or any(str(year) in heading for heading in passage.path) or _in_title(year, passage)


def _in_title(year: int, passage: Passage) -> bool:
    return str(year) in passage.context.split(" · ")[0]


# --- company ------------------------------------------------------------------------------------------------------------


def _with_company(plan: Plan, kept: Sequence[Chosen]) -> list[Chosen]:
    """Return the best unit with what belongs to it: what it points back to, and others nearly as good."""
    best = kept[0]
    if best.unit.kind is UnitKind.ROW:
        return [c for c in kept if c.unit.kind is UnitKind.ROW and c.score >= best.score - 0.02][:1]
    by_place = {(c.passage.id, c.unit.start): c for c in kept}
    chosen: list[Chosen] = []

    def add(candidate: Chosen) -> None:
        if candidate in chosen or len(chosen) >= MAX_UNITS:
            return
        number = candidate.passage.units.index(candidate.unit)
        if _POINTS_BACK.match(candidate.unit.text) and number and len(chosen) < MAX_UNITS - 1:
            previous = by_place.get((candidate.passage.id, candidate.passage.units[number - 1].start))
            if previous is not None and previous not in chosen:
                chosen.append(previous)
        chosen.append(candidate)

    add(best)
    documents = {best.passage.document_id}
    texts = {best.unit.text}
    for candidate in kept[1:]:
        if candidate.score < GOOD_ENOUGH * best.score or candidate.unit.kind is UnitKind.ROW or candidate.unit.text in texts:
            continue
        if plan.kind is QuestionKind.STATE and candidate.passage.document_id in documents:
            continue
        documents.add(candidate.passage.document_id)
        texts.add(candidate.unit.text)
        add(candidate)
    return chosen
