"""The register of commitments as answers quote it: which ones are about a subject, and how one is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from begroting_qa import messages
from begroting_qa.answer.quotes import MAX_ITEM_CHARS, QuoteSheet
from begroting_qa.answer.subject import Subject
from begroting_qa.domain import (
    Answer,
    Commitment,
    Document,
    FollowUp,
    Passage,
    Plan,
    ScoredPassage,
    Source,
    Span,
)
from begroting_qa.pointing import points_back

# what stands for something in the sentence in front (`voor die tijd een nieuwe locatie`)
_LEANS = re.compile(r"\b(?:die tijd|deze|dit|hiervan|daarvan|ervan)\b", re.IGNORECASE)
# how much of the question's weight a commitment must hold, and how far behind the best another may be
HELD, BEHIND = 0.7, 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The commitments as they now read, with what it takes to quote them; `corrected` are the ids that people corrected.

    `search` finds passages for a plan, best first, also outside the documents that the question names.
    """

    commitments: Sequence[Commitment]
    documents: Callable[[str], Document]
    sources: Mapping[str, Source]
    search: Callable[[Plan], Sequence[ScoredPassage]]
    corrected: Collection[str] = ()


def about(commitments: Sequence[Commitment], subject: Subject, register: Register) -> list[Commitment]:
    """Return the commitments about a subject, best first.

    Every noun of it must stand in the sentence, its headings, or the sentence in front.
    """
    scored = [(subject.spoken_of(c.text, c.path, text_before(c, register)), c) for c in commitments]
    best = max((score for score, _ in scored), default=0.0)
    kept = sorted((pair for pair in scored if pair[0] >= max(HELD, best - BEHIND)), key=lambda pair: -pair[0])
    return [commitment for _, commitment in kept]


def is_quoted(commitment: Commitment, answer: Answer) -> bool:
    """Tell whether an answer quotes the sentence of a commitment, perhaps with the one in front."""
    return any(c.document_id == commitment.document_id and c.start <= commitment.start < c.end for c in answer.citations)


def _leans(commitment: Commitment) -> bool:
    """Tell whether a sentence says too little without the one in front."""
    return commitment.before is not None and (points_back(commitment.text) or _LEANS.search(commitment.text) is not None)


def text_before(commitment: Commitment, register: Register) -> str:
    """Return the sentence in front that a promise leans on, empty where it leans on none."""
    before = commitment.before if _leans(commitment) else None
    return register.documents(commitment.document_id).text[before.start : before.end] if before is not None else ""


def claim(sheet: QuoteSheet, told: Commitment, register: Register, *, is_item: bool) -> bool:
    """Claim a promise, outside a list under the name of its document; tell whether there was room for it."""
    span = with_what_it_leans_on(told)
    if not is_item:
        return claim_of_document(sheet, told, span, register)
    text = " ".join(register.documents(told.document_id).text[span.start : span.end].split())
    if len(text) > MAX_ITEM_CHARS:
        text, span = " ".join(told.quote.split()), Span(start=told.start, end=told.end)
    has_room = len(text) <= MAX_ITEM_CHARS
    if has_room:
        sheet.claim(text, [sheet.cite(told, span)], is_item=True)
    return has_room


def claim_of_document(sheet: QuoteSheet, of: Commitment | FollowUp | Passage, span: Span, register: Register) -> bool:
    """Claim a stretch under the name of its document; tell whether there was room for it."""
    quote = " ".join(register.documents(of.document_id).text[span.start : span.end].split())
    text = f"{register.sources[of.document_id].title}: {quote}"
    has_room = sheet.has_room(text, 1)
    if has_room:
        sheet.claim(text, [sheet.cite(of, span)])
    return has_room


def with_what_it_leans_on(told: Commitment) -> Span:
    """Return where a promise stands, from the sentence in front where it says too little without that."""
    before = told.before if _leans(told) else None
    return Span(start=(before or told).start, end=told.end)


def status_notice(commitment: Commitment, register: Register) -> str:
    """Return what became of a promise, in a sentence."""
    is_corrected = commitment.id in register.corrected
    return messages.outcome(commitment.status, is_reported=bool(commitment.follow_ups), is_corrected=is_corrected)
