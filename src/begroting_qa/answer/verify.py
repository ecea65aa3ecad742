"""Answer -> Answer without what fails: nothing unverified leaves, whatever wrote it.

Checked are the invariants of the contract: quotes are literal, every number, date and code of a claim stands in what it
cites (or in the question, or in the title of the source), markers exist, and the answer and its entries keep their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from begroting_qa.amounts import find_amounts
from begroting_qa.answer.quotes import MAX_ANSWER_CHARS, MAX_ITEM_CHARS, answer_text
from begroting_qa.codes import find_codes
from begroting_qa.domain import Answer, Citation, CitedFigure, Claim, Document, Figure, Step

_MARKERS = re.compile(r"(?:\[\d+\])+")


def verify(answer: Answer, documents: Callable[[str], Document]) -> Answer:
    """Return the answer with only the claims that hold and what they use, citations renumbered in order of use."""
    citations = {c.marker: c for c in answer.citations if _is_literal(c, documents)}
    figures = {f.marker: f.figure for f in answer.figures if f.marker in citations and _is_cell(f.figure, citations[f.marker])}
    if len(figures) < len(answer.figures):
        citations = {marker: c for marker, c in citations.items() if marker in figures}
    steps = [step for step in answer.calculation if all(marker in figures for marker in step.inputs)]
    proof = _Proof(question=answer.question, citations=citations, figures=figures, steps=steps, documents=documents)
    claims = [claim for claim in answer.claims if proof.holds(claim)]
    while claims and len(answer_text(claims)) > MAX_ANSWER_CHARS:
        claims.remove(next(c for c in reversed(claims) if not c.is_item))
    if not any(not claim.is_item for claim in claims):
        claims = []
    order: dict[int, int] = {}
    for claim in claims:
        for marker in claim.markers:
            order.setdefault(marker, len(order) + 1)
    renumbered = [replace(claim, markers=tuple(order[m] for m in claim.markers)) for claim in claims]
    return replace(
        answer,
        text=answer_text(renumbered),
        claims=tuple(renumbered),
        citations=tuple(replace(citations[old], marker=new) for old, new in order.items()),
        completeness="partial" if answer.completeness and len(claims) < len(answer.claims) else answer.completeness,
        figures=tuple(CitedFigure(figure=figures[old], marker=new) for old, new in order.items() if old in figures),
        calculation=tuple(
            replace(step, inputs=tuple(order[m] for m in step.inputs)) for step in steps if all(m in order for m in step.inputs)
        ),
        series=tuple(
            replace(series, points=tuple(replace(p, marker=order.get(p.marker or 0)) for p in series.points))
            for series in answer.series
        ),
    )


def _is_literal(citation: Citation, documents: Callable[[str], Document]) -> bool:
    text = documents(citation.document_id).text
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _is_cell(figure: Figure, citation: Citation) -> bool:
    """Tell whether a figure is the number in its quote, at its scale."""
    first = next(find_amounts(citation.quote), None)
    return first is not None and abs(first.value * figure.scale) == abs(figure.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """What an answer may lean on: its question, its quotes, the cells behind them, and what was calculated."""

    question: str
    citations: Mapping[int, Citation]
    figures: Mapping[int, Figure]
    steps: Sequence[Step]
    documents: Callable[[str], Document]

    def holds(self, claim: Claim) -> bool:
        """Tell whether a claim cites, fits, and says no number or code that its sources do not."""
        if not claim.markers or any(marker not in self.citations for marker in claim.markers):
            return False
        if claim.is_item and len(claim.text) > MAX_ITEM_CHARS:
            return False
        cited = [self.citations[marker] for marker in claim.markers]
        given = [self.question, *(c.quote for c in cited), *(self.documents(c.document_id).source.title for c in cited)]
        cells = [self.figures[marker] for marker in claim.markers if marker in self.figures]
        given += [part for cell in cells for part in (*cell.row_path, *cell.column_path, cell.period or "")]
        allowed = " \n ".join(given)
        text = _MARKERS.sub("", claim.text)
        codes = {code.key for code in find_codes(allowed)}
        if any(code.key not in codes for code in find_codes(text)):
            return False
        values = {abs(amount.value) for amount in find_amounts(allowed)}
        values |= {abs(cell.value) for cell in cells} | {Decimal(cell.scale) for cell in cells if cell.scale > 1}
        for step in self.steps:
            if set(step.inputs) <= set(claim.markers):
                result = abs(next(find_amounts(step.result)).value)
                values |= {result, result * max((cell.scale for cell in cells), default=1)}
        return all(abs(amount.value) in values for amount in find_amounts(text))
