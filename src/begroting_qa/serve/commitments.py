"""The register of commitments over HTTP: listed, each at its own address, and corrected from this machine."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from begroting_qa import messages
from begroting_qa.corrections import Corrected, CorrectedRegister, Correction, Day, keep
from begroting_qa.domain import CommitmentStatus
from begroting_qa.errors import NotFoundError
from begroting_qa.pipeline import corrected_register
from begroting_qa.registers import find_commitments
from begroting_qa.serve import openapi
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import json_body, only_query, only_this_machine
from begroting_qa.serve.listing import CALENDAR, CSV, JSON, PAGE, Limit, Offset, OpenLimit, also, as_file, form_of
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, PageBody
from begroting_qa.wire.calendar import as_calendar
from begroting_qa.wire.registers import (
    CommitmentBody,
    CommitmentPageBody,
    CorrectionBody,
    LoggedCorrectionBody,
    commitment_body,
    commitment_page,
    commitments_csv,
    in_order,
    logged_body,
)

router = APIRouter(tags=["registers"])
_no_query = Depends(only_query())
_KEYS = ("q", "theme", "status", "actor", "dueBefore", "dueAfter", "document", "sort", "limit", "offset")


def register_in_hand(held: Held) -> CorrectedRegister:
    """Return the commitments of the engine in hand, with the corrections as they are now."""
    return corrected_register(held.engine)


Corrections = Annotated[CorrectedRegister, Depends(register_in_hand)]
CommitmentId = Annotated[str, Path(max_length=200, description="The id of a commitment, as the list gives it", alias="id")]


@router.get(
    "/v1/commitments",
    dependencies=[Depends(only_query(*_KEYS, repeated=("status",)))],
    responses={**also(CSV, CALENDAR), **openapi.problems(400, 404, 503)},
    response_model=CommitmentPageBody,
)
def list_commitments(
    request: Request,
    response: Response,
    held: Held,
    register: Corrections,
    q: Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="Words of quotes and headings")] = "",
    theme: Annotated[str, Query(max_length=200, description="The id of a topic that tells them")] = "",
    status: Annotated[list[CommitmentStatus] | None, Query(description="What became of it; several may be given")] = None,
    actor: Annotated[str, Query(max_length=200, description="Who will do it")] = "",
    due_before: Annotated[Day | None, Query(alias="dueBefore", description="Due before this day")] = None,
    due_after: Annotated[Day | None, Query(alias="dueAfter", description="Due after this day")] = None,
    document: Annotated[str, Query(max_length=200, description="The id of a document")] = "",
    sort: Annotated[
        Literal["due", "place"] | None, Query(description="due by default where a term is asked for, else place")
    ] = None,
    limit: OpenLimit = None,
    offset: Offset = 0,
) -> CommitmentPageBody | Response:
    """List what the documents say will be done; as CSV, or what has a term as iCalendar, where that is asked for."""
    found = find_commitments(
        held.engine, register.commitments, query=q.strip(), theme=theme, statuses=tuple(status or ()),
        actor=actor.strip(), due_before=due_before, due_after=due_after, document_id=document,
    )  # fmt: skip
    found = in_order(found, sort, asks_due=bool(due_before or due_after))
    form = form_of(request, CSV, CALENDAR)
    size = limit or (PAGE if form == JSON else len(found))
    items = [commitment_body(register.entries[commitment.id]) for commitment in found[offset : offset + size]]
    if form == CSV:
        return as_file(commitments_csv(items), CSV, "toezeggingen.csv")
    if form == CALENDAR:
        site = str(request.base_url).rstrip("/")
        return as_file(as_calendar(items, held.engine.sources, site=site), CALENDAR, "toezeggingen.ics")
    response.headers["Vary"] = "Accept"
    return commitment_page(items, register, total=len(found), limit=size, offset=offset)


@router.get("/v1/commitments/{id}", dependencies=[_no_query], responses=openapi.problems(400, 404, 503))
def get_commitment(register: Corrections, commitment_id: CommitmentId) -> CommitmentBody:
    """Give one commitment, one that was corrected away too: its address stays."""
    return commitment_body(_entry(register, commitment_id))


@router.post(
    "/v1/commitments/{id}/correction",
    status_code=201,
    dependencies=[_no_query, Depends(only_this_machine)],
    responses=openapi.problems(400, 403, 404, 413, 415, 503),
    openapi_extra=openapi.takes(CorrectionBody),
)
def correct_commitment(
    body: Annotated[CorrectionBody, Depends(json_body(CorrectionBody))],
    held: Held,
    register: Corrections,
    commitment_id: CommitmentId,
) -> CommitmentBody:
    """Keep a correction, from this machine alone, and give the commitment as it now reads."""
    _entry(register, commitment_id)
    keep(Correction(commitment_id=commitment_id, **body.model_dump(by_alias=False)), held.engine.corrections)
    return commitment_body(_entry(corrected_register(held.engine), commitment_id))


@router.get(
    "/v1/commitments/{id}/corrections",
    dependencies=[Depends(only_query("limit", "offset"))],
    responses=openapi.problems(400, 404, 503),
)
def list_corrections(
    register: Corrections, commitment_id: CommitmentId, limit: Limit = PAGE, offset: Offset = 0
) -> PageBody[LoggedCorrectionBody]:
    """List the corrections of a commitment, withdrawn ones too, oldest first; also of one that the documents lost."""
    log = register.log_of(commitment_id)
    if not log:
        _entry(register, commitment_id)
    items = [logged_body(correction) for correction in log[offset : offset + limit]]
    return PageBody(items=items, total=len(log), limit=limit, offset=offset)


def _entry(register: CorrectedRegister, commitment_id: str) -> Corrected:
    entry = register.entries.get(commitment_id)
    if entry is None:
        raise NotFoundError(messages.commitment_unknown(commitment_id))
    return entry
