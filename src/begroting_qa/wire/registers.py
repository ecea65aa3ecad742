"""The bodies of the registers of commitments and references, and how they are filled from the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Literal

from begroting_qa import messages
from begroting_qa.corrections import Change, Corrected, CorrectedRegister, Correction, Due
from begroting_qa.domain import Commitment, CommitmentStatus, Document, FollowUp, Mention, Period, Reference, Strength
from begroting_qa.wire.bodies import Body, PageBody, PlaceBody
from begroting_qa.wire.csv import as_csv
from begroting_qa.wire.fill import document_url

_COLUMNS = (
    "id", "documentId", "section", "quote", "actor", "action", "strength", "dueText", "dueFrom", "dueTo", "condition", "status",
    "statusText", "followUps", "codes", "corrected", "start", "end", "url",
)  # fmt: skip


class FollowUpBody(PlaceBody):
    """A later statement about the same thing, and what it says became of it."""

    says: CommitmentStatus


class BeforeBody(Body):
    """What a correction took the place of."""

    status: CommitmentStatus
    due: Due | None


class CorrectedBody(Body):
    """The correction that holds; `status` and `due` are null where it leaves them as they are."""

    at: datetime
    reason: str
    status: CommitmentStatus | None
    due: Due | Literal["removed"] | None
    not_a_commitment: bool
    before: BeforeBody


class CommitmentBody(Body):
    """A statement of intent with its place, and what became of it; as corrected, where it was."""

    id: str
    quote: str
    actor: str | None
    action: str
    strength: Strength
    due: Due | None
    condition: str | None
    status: CommitmentStatus
    status_text: str
    document_id: str
    section: list[str]
    start: int
    end: int
    codes: list[str]
    follow_ups: list[FollowUpBody]
    corrected: CorrectedBody | None
    url: str


class CommitmentPageBody(PageBody[CommitmentBody]):
    """A page of the register, with what is wrong with its corrections.

    `unmatchedCorrections` names those whose commitment is not in the documents any more, `unreadableCorrections` the numbers
    of lines that are none.
    """

    unmatched_corrections: list[str]
    unreadable_corrections: list[int]


class CorrectionBody(Change):
    """`POST /v1/commitments/{id}/correction`; the last one of a commitment holds, whole."""


class LoggedCorrectionBody(Body):
    """One line of the log of a commitment."""

    at: datetime
    reason: str
    status: CommitmentStatus | None
    due: Due | Literal["removed"] | None
    not_a_commitment: bool
    withdrawn: bool


class MentionBody(PlaceBody):
    """A place that names a code, with the sentence, entry, heading or row around it."""

    sentence: str


class CodeBody(Body):
    """A code in its one spelling, and what the documents call what it stands for."""

    code: str
    kind: str
    title: str | None


class ReferenceBody(CodeBody):
    """A code with every place that names it."""

    places: list[MentionBody]


class ReferencePageBody(PageBody[MentionBody], CodeBody):
    """A code with one page of the places that name it."""


def commitment_body(entry: Corrected) -> CommitmentBody:
    """Return a commitment as it now reads, with its correction."""
    commitment, correction = entry.commitment, entry.correction
    is_corrected = correction is not None and correction.status is not None
    return CommitmentBody(
        id=commitment.id, quote=commitment.quote, actor=commitment.actor, action=commitment.action, strength=commitment.strength,
        due=_due(commitment.due), condition=commitment.condition, status=commitment.status,
        status_text=messages.status_in_words(commitment.status, is_told=bool(commitment.follow_ups), is_corrected=is_corrected),
        document_id=commitment.document_id, section=list(commitment.path), start=commitment.start, end=commitment.end,
        codes=list(commitment.codes), follow_ups=[_follow_up(f) for f in commitment.follow_ups],
        corrected=None if correction is None else _corrected(correction, entry.original),
        url=document_url(commitment.document_id, commitment.start, commitment.end),
    )  # fmt: skip


def commitment_page(
    items: list[CommitmentBody], register: CorrectedRegister, *, total: int, limit: int, offset: int
) -> CommitmentPageBody:
    """Return one page of the register, with the corrections that fit nothing in it."""
    return CommitmentPageBody(
        items=items, total=total, limit=limit, offset=offset,
        unmatched_corrections=list(register.unmatched), unreadable_corrections=list(register.unreadable),
    )  # fmt: skip


def in_order(commitments: list[Commitment], sort: Literal["due", "place"] | None, *, asks_due: bool) -> list[Commitment]:
    """Return commitments, which come by place, by term where `sort` says so, or says nothing and a term is asked for.

    Those without a term come last.
    """
    if sort == "place" or (sort is None and not asks_due):
        return commitments
    return sorted(commitments, key=lambda c: (date.max, date.max) if c.due is None else (c.due.last, c.due.first))


def logged_body(correction: Correction) -> LoggedCorrectionBody:
    """Return a line of the log."""
    return LoggedCorrectionBody(
        at=correction.at, reason=correction.reason, status=correction.status, due=correction.due,
        not_a_commitment=correction.not_a_commitment, withdrawn=correction.withdrawn,
    )  # fmt: skip


def commitments_csv(bodies: Iterable[CommitmentBody]) -> str:
    """Return commitments as CSV, one a line; a correction is told by its reason."""
    return as_csv(_COLUMNS, map(_row, bodies))


def code_body(reference: Reference) -> CodeBody:
    """Return a code without its places."""
    return CodeBody(code=reference.code, kind=reference.kind, title=reference.title)


def reference_body(reference: Reference, documents: Callable[[str], Document]) -> ReferenceBody:
    """Return a code with every place that names it."""
    places = [mention_body(mention, documents) for mention in reference.places]
    return ReferenceBody(code=reference.code, kind=reference.kind, title=reference.title, places=places)


def reference_page(reference: Reference, documents: Callable[[str], Document], *, limit: int, offset: int) -> ReferencePageBody:
    """Return a code with one page of its places."""
    items = [mention_body(mention, documents) for mention in reference.places[offset : offset + limit]]
    return ReferencePageBody(
        code=reference.code, kind=reference.kind, title=reference.title, items=items, total=len(reference.places), limit=limit,
        offset=offset,
    )  # fmt: skip


def mention_body(mention: Mention, documents: Callable[[str], Document]) -> MentionBody:
    """Return a place with what stands around it, on one line."""
    text = documents(mention.document_id).text
    return MentionBody(
        document_id=mention.document_id, start=mention.start, end=mention.end, quote=mention.quote,
        url=document_url(mention.document_id, mention.start, mention.end),
        sentence=" ".join(text[mention.around.start : mention.around.end].split()),
    )  # fmt: skip


def _corrected(correction: Correction, original: Commitment) -> CorrectedBody:
    return CorrectedBody(
        at=correction.at, reason=correction.reason, status=correction.status, due=correction.due,
        not_a_commitment=correction.not_a_commitment, before=BeforeBody(status=original.status, due=_due(original.due)),
    )  # fmt: skip


def _due(period: Period | None) -> Due | None:
    return None if period is None else Due.model_validate({"text": period.text, "from": period.first, "to": period.last})


def _follow_up(follow_up: FollowUp) -> FollowUpBody:
    return FollowUpBody(
        document_id=follow_up.document_id, start=follow_up.start, end=follow_up.end, quote=follow_up.quote, says=follow_up.says,
        url=document_url(follow_up.document_id, follow_up.start, follow_up.end),
    )  # fmt: skip


def _row(body: CommitmentBody) -> dict[str, Any]:
    fields: dict[str, Any] = body.model_dump(mode="json")
    due = fields["due"] or {"text": None, "from": None, "to": None}
    return {
        **fields, "dueText": due["text"], "dueFrom": due["from"], "dueTo": due["to"],
        "followUps": [f"{f.says.value}: {' '.join(f.quote.split())} ({f.document_id})" for f in body.follow_ups],
        "corrected": body.corrected.reason if body.corrected else None,
    }  # fmt: skip
