"""An answer in quotes being written: claims, and the literal stretches that they cite."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from begroting_qa import messages
from begroting_qa.domain import Answer, AnswerStatus, Citation, Claim, Commitment, Document, FollowUp, Passage, Plan, Span

MAX_ANSWER_CHARS = 700
MAX_ITEM_CHARS = 300
MAX_ITEMS = 40
# documents of two years often tell the same in nearly the same words: how alike, in per cent
SAME_WORDS = 92
_PARTICULARS = re.compile(r"\d+(?:[.,]\d+)*|(?<=[a-z,] )[A-ZÀ-Ý][\w-]+")


@dataclass(slots=True)
class QuoteSheet:
    """What has been written so far; citations are numbered in order of first use."""

    documents: Callable[[str], Document]
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    used: int = 0

    def cite(self, of: Passage | Commitment | FollowUp, span: Span) -> int:
        """Return the marker of a quote from where `of` stands, the same for the same stretch."""
        for citation in self.citations:
            if (citation.document_id, citation.start, citation.end) == (of.document_id, span.start, span.end):
                return citation.marker
        text = self.documents(of.document_id).text
        marker = len(self.citations) + 1
        self.citations.append(
            Citation(
                marker=marker, document_id=of.document_id, path=of.path, quote=text[span.start : span.end], start=span.start,
                end=span.end,
            )
        )  # fmt: skip
        return marker

    def has_room(self, text: str, n_markers: int) -> bool:
        """Whether a claim fits in the answer with its markers."""
        return self.used + len(text) + 5 * n_markers + 1 <= MAX_ANSWER_CHARS

    def claim(self, text: str, markers: Sequence[int], *, is_item: bool = False) -> None:
        """Add a claim; its room is taken from the answer unless it is an entry."""
        self.claims.append(Claim(text=text, markers=tuple(markers), is_item=is_item))
        if not is_item:
            self.used += len(text) + 5 * len(markers) + 1


def says_same(one: str, other: str) -> bool:
    """Tell whether two sentences say the same in nearly the same words, with the same numbers and names."""
    return fuzz.ratio(one, other) >= SAME_WORDS and _PARTICULARS.findall(one) == _PARTICULARS.findall(other)


def answer_text(claims: Sequence[Claim]) -> str:
    """Return the claims that are no list entries as one text, each followed by its markers."""
    return " ".join(
        claim.text + " " + "".join(f"[{marker}]" for marker in claim.markers) for claim in claims if not claim.is_item
    )


def answer_of(plan: Plan, sheet: QuoteSheet, *, completeness: str | None = None, notices: Sequence[str] = ()) -> Answer | None:
    """Return the answer that a sheet holds, None for an empty one."""
    if not sheet.claims:
        return None
    return Answer(
        question=plan.question,
        status=AnswerStatus.ANSWERED,
        text=answer_text(sheet.claims),
        reading=messages.reading(plan, []),
        claims=tuple(sheet.claims),
        citations=tuple(sheet.citations),
        completeness=completeness,
        notices=(*messages.spelling_notices(plan.corrections), *dict.fromkeys(notices)),
    )
