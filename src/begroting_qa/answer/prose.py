"""Quoted sentences + the amounts in them -> what a question wants calculated from these: a sum, or what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.compared import A_PAIR, tell_change
from begroting_qa.answer.quotes import answer_text
from begroting_qa.answer.select import FiguresWithin
from begroting_qa.answer.sheet import FigureSheet
from begroting_qa.domain import Answer, Aspect, Citation, Document, Figure, FigureUnit, Operation, Plan, Quantity
from begroting_qa.dutch import fold, names_thing, terms_of
from begroting_qa.vocabulary import Vocabulary, importance, matcher

# how well a word of the question must stand beside an amount
SAID_BESIDE = 0.5
# how much of what the question names a quote must say before it is calculated with
MIN_TOLD = 0.3
# two amounts, each written `#`
_MOVE = re.compile(r"\bvan\s+#\s+(?:naar|tot)\s+#")
# a part of a whole, surest first, and whether the part stands first
_JOINED = (
    (re.compile(r"#\s+van\s+de\s+#"), True),
    (re.compile(r"\bvan\s+de\s+#[^#]{1,60}#", re.IGNORECASE), False),
    (re.compile(r"#[^#]{1,80}\bwaarvan\s+#", re.IGNORECASE), False),
)
_COUNTS = {"twee": 2, "beide": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6}
Documents = Callable[[str], Document]


def calculate_quoted(
    plan: Plan, answer: Answer, documents: Documents, figures_within: FiguresWithin, vocabulary: Vocabulary
) -> Answer | None:
    """Return an answer in quotes with what the question wants calculated from one of them; None where nothing is.

    Of the quotes only the one that was calculated with is kept: it is the answer's proof.
    """
    quantity = plan.quantity
    if quantity is None:
        return None
    for joined in (None, *_JOINED):
        for citation in answer.citations:
            claims = [claim for claim in answer.claims if citation.marker in claim.markers and not claim.is_item]
            amounts = [f for f in figures_within(citation.document_id, citation.start, citation.end) if not f.row_path]
            if not claims or not amounts or _told_share(plan, quantity, answer, citation, vocabulary) < MIN_TOLD:
                continue
            sheet = FigureSheet(documents, claims=[claims[0]], citations=list(answer.citations))
            if joined is None:
                is_written = _write(sheet, plan, quantity, citation, amounts)
            else:
                is_written = _asks_share(quantity, citation) and _write_joined(sheet, citation, amounts, *joined)
            if is_written:
                return replace(
                    answer, text=answer_text(sheet.claims), claims=tuple(sheet.claims), citations=tuple(sheet.citations),
                    figures=tuple(sheet.figures), calculation=tuple(sheet.steps),
                )  # fmt: skip
    return None


def _write(sheet: FigureSheet, plan: Plan, quantity: Quantity, citation: Citation, amounts: Sequence[Figure]) -> bool:
    """Write the sum or the change that the question wants of the amounts of one quote; return whether it could be."""
    operation = quantity.operation
    if operation is Operation.SUM:
        return _write_sum(sheet, _summed(plan, citation, amounts))
    if operation in (Operation.DIFFERENCE, Operation.CHANGE):
        for first, second in _pairs(citation, amounts, _MOVE):
            tell_change(sheet, first, second, is_asked=operation is Operation.CHANGE)
            return True
        named = _summed(plan, citation, amounts)
        return len(named) == A_PAIR and operation is Operation.DIFFERENCE and _write_gap(sheet, named)
    return False


def _asks_share(quantity: Quantity, citation: Citation) -> bool:
    is_plain = quantity.operation in (Operation.LOOK_UP, Operation.SHARE)
    return is_plain and Aspect.PERCENT in quantity.aspects and "%" not in citation.quote


def _write_joined(
    sheet: FigureSheet, citation: Citation, amounts: Sequence[Figure], joined: re.Pattern[str], is_part_first: bool
) -> bool:
    """Write one amount in percents of the other."""
    for first, second in _pairs(citation, amounts, joined):
        part, whole = (first, second) if is_part_first else (second, first)
        if _write_share(sheet, part, whole):
            return True
    return False


def _told_share(plan: Plan, quantity: Quantity, answer: Answer, citation: Citation, vocabulary: Vocabulary) -> float:
    """Return how much of what the question names a quote, those beside it and the headings above it say, by weight."""
    near = [c.quote for c in answer.citations if (c.document_id, c.path) == (citation.document_id, citation.path)]
    held = terms_of(" · ".join((*citation.path, *near)))
    things = [
        t for t in plan.terms if any(names_thing(fold(word)) and fold(word) not in quantity.words for word in t.surface.split())
    ]
    weights = [importance(term, vocabulary) for term in things]
    told = [matcher(term)(held) >= SAID_BESIDE for term in things]
    return sum(w for w, is_told in zip(weights, told, strict=True) if is_told) / (sum(weights) or 1.0)


def _summed(plan: Plan, citation: Citation, amounts: Sequence[Figure]) -> list[Figure]:
    """Return the amounts of a quote that the question adds up: those beside its words, or all where it counts them."""
    matchers = [matcher(term) for term in plan.terms]
    beside: list[Figure] = []
    at = 0
    for amount in amounts:
        start = amount.start - citation.start
        held = terms_of(citation.quote[at:start])
        if any(weigh(held) >= SAID_BESIDE for weigh in matchers):
            beside.append(amount)
        at = amount.end - citation.start
    counted = {_COUNTS[word] for word in plan.normalized.lower().split() if word in _COUNTS}
    found = list(amounts) if len(amounts) in counted else beside
    return found if len({amount.unit for amount in found}) == 1 else []


def _pairs(citation: Citation, amounts: Sequence[Figure], joined: re.Pattern[str]) -> Iterator[tuple[Figure, Figure]]:
    """Yield two amounts that follow each other, joined as in `van 554 naar 681` or `15 van de 130`."""
    for first, second in pairwise(amounts):
        start, end = first.start - citation.start, second.start - citation.start
        before, between = citation.quote[:start], citation.quote[first.end - citation.start : end]
        if first.unit is second.unit and joined.search(f"{before[-8:]}#{between}#"):
            yield first, second


def _write_sum(sheet: FigureSheet, amounts: Sequence[Figure]) -> bool:
    if len(amounts) < A_PAIR:  # nothing to add up
        return False
    markers = [sheet.cite(amount) for amount in amounts]
    result, step = calculate.total(amounts, markers)
    sheet.steps.append(step)
    said = calculate.euros(result) if amounts[0].unit is FigureUnit.EUR else calculate.written(result)
    return sheet.claim(wording.told_sum(said, [amount.display for amount in amounts]), markers)


def _write_share(sheet: FigureSheet, part: Figure, whole: Figure) -> bool:
    markers = (sheet.cite(part), sheet.cite(whole))
    found = calculate.share([part], whole, markers)
    if found is None:
        return False
    sheet.steps.append(found[1])
    return sheet.claim(wording.told_percentage(calculate.written(found[0]), part.display, whole.display), markers)


def _write_gap(sheet: FigureSheet, amounts: Sequence[Figure]) -> bool:
    less, more = sorted(amounts, key=lambda amount: amount.value)
    markers = (sheet.cite(less), sheet.cite(more))
    result, step = calculate.difference(less, more, markers)
    sheet.steps.append(step)
    said = calculate.euros(result) if less.unit is FigureUnit.EUR else calculate.written(result)
    return sheet.claim(wording.told_gap(said, more.display, less.display), markers)
