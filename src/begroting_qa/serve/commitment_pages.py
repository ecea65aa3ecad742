"""The pages of the register of commitments: found, on a time line, each by itself, and corrected from this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.responses import RedirectResponse

from begroting_qa.corrections import MAX_REASON_CHARS, Corrected, CorrectedRegister, keep
from begroting_qa.domain import CommitmentStatus
from begroting_qa.serve import wording
from begroting_qa.serve.commitment_search import (
    EXPORTED,
    SHOWN,
    Search,
    View,
    read_search,
    search_commitments,
    themes,
)
from begroting_qa.serve.commitments import Corrections
from begroting_qa.serve.correction_form import (
    MAX_DUE_CHARS,
    CorrectionForm,
    is_this_machine,
    only_form_of_this_machine,
    read_correction,
)
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import CALENDAR, CSV, PAGE, as_file
from begroting_qa.serve.problems import ProblemError, invalid_request, not_found
from begroting_qa.serve.register_views import chain, page_of, timeline
from begroting_qa.serve.running import Loaded
from begroting_qa.serve.templates import render
from begroting_qa.wire.bodies import MAX_LIMIT
from begroting_qa.wire.calendar import as_calendar
from begroting_qa.wire.registers import CommitmentBody, commitment_body, commitments_csv

# who is named so often that a choice of it says nothing
_ANYONE = frozenset(("we", "wij", "ze", "zij"))
_LABELS: Mapping[str, Any] = {"statuses": wording.STATUSES, "strengths": wording.STRENGTHS, "quarters": wording.QUARTERS}

router = APIRouter(include_in_schema=False)

CommitmentId = Annotated[str, Path(max_length=200, alias="id")]


@router.get("/toezeggingen", dependencies=[Depends(only_query(*SHOWN, repeated=("status",)))])
def show_commitments(request: Request, held: Held, register: Corrections) -> Response:
    """Show the commitments that are asked for, as a list or on a time line."""
    search = read_search(request.query_params)
    query = search.query
    found = [] if search.errors else search_commitments(held.engine, register, query)
    undated = 0
    if query.weergave is View.TIMELINE:
        undated = sum(commitment.due is None for commitment in found)
        found = [commitment for commitment in found if commitment.due is not None]
    usual = MAX_LIMIT if query.weergave is View.TIMELINE else PAGE
    limit = query.limit or usual
    items = [commitment_body(register.entries[c.id]) for c in found[query.offset : query.offset + limit]]
    newest = max(source.as_of for source in held.engine.sources.values())
    view = [("weergave", query.weergave.value)] if query.weergave is not View.LIST else []
    values = {
        **_search_values(held, register, search),
        "items": items,
        "years": timeline(items, newest) if query.weergave is View.TIMELINE else [],
        "newest": newest,
        "undated": undated,
        "unmatched": register.unmatched,
        "unreadable": register.unreadable,
        "paging": page_of(
            "/toezeggingen", [*search.filters(), *view], total=len(found), limit=limit, offset=query.offset, usual=usual
        ),
    }
    return render("toezeggingen.html", values, status=400 if search.errors else 200)


@router.get("/toezeggingen.csv", dependencies=[Depends(only_query(*EXPORTED, repeated=("status",)))])
def save_table(request: Request, held: Held, register: Corrections) -> Response:
    """Give what is asked for as CSV, the same as the API gives."""
    return as_file(commitments_csv(_exported(request, held, register)), CSV, "toezeggingen.csv")


@router.get("/toezeggingen.ics", dependencies=[Depends(only_query(*EXPORTED, repeated=("status",)))])
def save_calendar(request: Request, held: Held, register: Corrections) -> Response:
    """Give what is asked for and has a term as iCalendar, the same as the API gives."""
    items = _exported(request, held, register)
    calendar = as_calendar(items, held.engine.sources, site=str(request.base_url).rstrip("/"))
    return as_file(calendar, CALENDAR, "toezeggingen.ics")


@router.get("/toezeggingen/{id}", dependencies=[Depends(only_query())])
def show_commitment(
    held: Held, register: Corrections, commitment_id: CommitmentId, may_correct: Annotated[bool, Depends(is_this_machine)]
) -> Response:
    """Show all of one commitment, one that was corrected away too; with a form to correct it on this machine."""
    entry = _entry(register, commitment_id)
    form = CorrectionForm.of(entry.correction) if may_correct else None
    return _commitment_page(held, register, entry, form)


@router.post("/toezeggingen/{id}", dependencies=[Depends(only_query()), Depends(only_form_of_this_machine)])
def correct_commitment(
    held: Held,
    register: Corrections,
    commitment_id: CommitmentId,
    form: Annotated[CorrectionForm, Depends(read_correction)],
) -> Response:
    """Keep a correction and show the commitment as it now reads; or the form again, with what is wrong with it."""
    entry = _entry(register, commitment_id)
    correction = form.to_correction(commitment_id)
    if correction is None:
        return _commitment_page(held, register, entry, form)
    keep(correction, held.engine.corrections)
    # so that reading the page again sends nothing again
    place = "correcties" if correction.withdrawn else "gecorrigeerd"
    return RedirectResponse(f"/toezeggingen/{quote(commitment_id, safe=':')}#{place}", status_code=303)


def _exported(request: Request, held: Loaded, register: CorrectedRegister) -> list[CommitmentBody]:
    search = read_search(request.query_params)
    for error in search.errors.values():
        raise ProblemError(invalid_request(error))
    found = search_commitments(held.engine, register, search.query)
    end = None if search.query.limit is None else search.query.offset + search.query.limit
    return [commitment_body(register.entries[commitment.id]) for commitment in found[search.query.offset : end]]


def _entry(register: CorrectedRegister, commitment_id: str) -> Corrected:
    entry = register.entries.get(commitment_id)
    if entry is None:
        raise ProblemError(not_found(wording.commitment_not_there(commitment_id)))
    return entry


def _search_values(held: Loaded, register: CorrectedRegister, search: Search) -> dict[str, Any]:
    """Return what the form to search with shows."""
    sources = held.engine.sources
    actors = {c.actor.lower(): c.actor for c in register.commitments if c.actor and c.actor.lower() not in _ANYONE}
    return {
        **_LABELS,
        "search": search,
        "views": [(view.value, search.shown_as(view)) for view in View],
        "themes": themes(held.engine),
        "actors": [actors[key] for key in sorted(actors)],
        "all_statuses": list(CommitmentStatus),
        "sources": sources,
        "newest_first": sorted(sources.values(), key=lambda source: (source.as_of, source.id), reverse=True),
        "csv": search.address("/toezeggingen.csv"),
        "calendar": search.address("/toezeggingen.ics"),
    }


def _commitment_page(held: Loaded, register: CorrectedRegister, entry: Corrected, form: CorrectionForm | None) -> Response:
    own = entry.original.id
    topics = [topic for topic in held.engine.topics() if any(own in part.commitments for part in topic.parts)]
    values = {
        **_LABELS,
        "body": commitment_body(entry),
        "chain": chain(entry, register, held.engine.sources),
        "topics": topics,
        "topic_kinds": wording.TOPIC_KINDS,
        "log": register.log_of(own),
        "sources": held.engine.sources,
        "newest": max(source.as_of for source in held.engine.sources.values()),
        "all_statuses": list(CommitmentStatus),
        "form": form,
        "max_reason": MAX_REASON_CHARS,
        "max_due": MAX_DUE_CHARS,
    }
    return render("toezegging.html", values, status=400 if form is not None and form.errors else 200)
