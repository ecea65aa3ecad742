"""The registers: what was read from the documents, to be searched and taken along."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from begroting_qa.domain import Measure, Origin, Verdict
from begroting_qa.registers import find_figures
from begroting_qa.serve import openapi
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import CSV, JSON, PAGE, Limit, Offset, OpenLimit, also, as_file, form_of
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, CheckBody, PageBody, PlacedFigureBody
from begroting_qa.wire.csv import as_csv
from begroting_qa.wire.fill import check_body, figure_body

_CSV_COLUMNS = (
    "id", "documentId", "section", "label", "code", "rowPath", "columnPath", "measure", "period", "phase", "value", "unit",
    "scale", "display", "origin", "isTotal", "source", "notes", "start", "end",
)  # fmt: skip

_ORDER = (Verdict.DIFFERS, Verdict.UNSURE, Verdict.CONFIRMED)

router = APIRouter()


@router.get(
    "/v1/figures",
    tags=["registers"],
    dependencies=[Depends(only_query("q", "code", "measure", "year", "document", "origin", "limit", "offset"))],
    responses={**also(CSV), **openapi.problems(400, 404, 503)},
    response_model=PageBody[PlacedFigureBody],
)
def list_figures(
    request: Request,
    response: Response,
    held: Held,
    q: Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="Words of labels, heads and headings")] = "",
    code: Annotated[str, Query(max_length=40, description="A code, such as 9A1.c, and all below it")] = "",
    measure: Annotated[Measure | None, Query(description="What it measures")] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200, description="The year it is of")] = None,
    document: Annotated[str, Query(max_length=200, description="The id of a document")] = "",
    origin: Annotated[Literal["table", "prose", "all"], Query(description="Where it stands")] = "table",
    limit: OpenLimit = None,
    offset: Offset = 0,
) -> PageBody[PlacedFigureBody] | Response:
    """List the numbers with unit and place, by document and place; as CSV where that is asked for."""
    found = find_figures(
        held.engine, query=q.strip(), code=code.strip(), measure=measure, year=year, document_id=document,
        origin=None if origin == "all" else Origin(origin),
    )  # fmt: skip
    form = form_of(request, CSV)
    size = limit or (PAGE if form == JSON else len(found))
    items = [figure_body(figure) for figure in found[offset : offset + size]]
    if form == CSV:
        return as_file(as_csv(_CSV_COLUMNS, (item.model_dump(mode="json") for item in items)), CSV, "cijfers.csv")
    response.headers["Vary"] = "Accept"
    return PageBody(items=items, total=len(found), limit=size, offset=offset)


@router.get(
    "/v1/checks",
    tags=["registers"],
    dependencies=[Depends(only_query("limit", "offset"))],
    responses=openapi.problems(400, 503),
)
def list_checks(
    held: Held,
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> PageBody[CheckBody]:
    """List what the documents say twice, compared: what differs first, what was confirmed last."""
    found = sorted(held.engine.findings, key=lambda finding: _ORDER.index(finding.verdict))
    items = [check_body(finding, held.engine.document) for finding in found[offset : offset + limit]]
    return PageBody(items=items, total=len(found), limit=limit, offset=offset)
