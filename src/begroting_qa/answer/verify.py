"""Answer -> Answer without what fails: nothing unverified leaves, whatever wrote it.

Checked are the invariants of the contract: quotes are literal, every number, date and code of a claim stands in what it
cites (or in the question, or in the title of the source), markers exist, and the answer and its entries keep their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from begroting_qa.amounts import find_amounts
from begroting_qa.answer.compose import MAX_ANSWER_CHARS, MAX_ITEM_CHARS, answer_text
from begroting_qa.codes import find_codes
from begroting_qa.domain import Answer, Citation, Claim, Document

_MARKERS = re.compile(r"(?:\[\d+\])+")


def verify(answer: Answer, documents: Callable[[str], Document]) -> Answer:
    """Return the answer with only the claims that hold and the citations they use, renumbered in order of use."""
    citations = {c.marker: c for c in answer.citations if _is_literal(c, documents)}
    claims = [claim for claim in answer.claims if _holds(claim, citations, answer.question, documents)]
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
    )


def _is_literal(citation: Citation, documents: Callable[[str], Document]) -> bool:
    text = documents(citation.document_id).text
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _holds(claim: Claim, citations: dict[int, Citation], question: str, documents: Callable[[str], Document]) -> bool:
    """Tell whether a claim cites, fits, and says no number or code that its sources do not."""
    if not claim.markers or any(marker not in citations for marker in claim.markers):
        return False
    if claim.is_item and len(claim.text) > MAX_ITEM_CHARS:
        return False
    cited = [citations[marker] for marker in claim.markers]
    allowed = " \n ".join([question, *(c.quote for c in cited), *(documents(c.document_id).source.title for c in cited)])
    text = _MARKERS.sub("", claim.text)
    codes = {code.key for code in find_codes(allowed)}
    if any(code.key not in codes for code in find_codes(text)):
        return False
    values = {abs(amount.value) for amount in find_amounts(allowed)}
    return all(abs(amount.value) in values for amount in find_amounts(text))
