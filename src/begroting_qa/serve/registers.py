"""The registers: what was read from the documents, to be searched and taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from begroting_qa.domain import Figure, Measure, Origin, Verdict
from begroting_qa.pipeline import find_figures
from begroting_qa.serve import openapi
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.wire.bodies import MAX_LIMIT, MAX_QUESTION_CHARS, CheckBody, PageBody, PlacedFigureBody
from begroting_qa.wire.fill import check_body, figure_body

MAX_OFFSET = 1_000_000_000
CSV = "text/csv"
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
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}, **openapi.problems(400, 404, 503)},
    response_model=PageBody[PlacedFigureBody],
)
def list_figures(
    request: Request,
    held: Held,
    q: Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="Words of labels, heads and headings")] = "",
    code: Annotated[str, Query(max_length=40, description="A code, such as 9A1.c, and all below it")] = "",
    measure: Annotated[Measure | None, Query(description="What it measures")] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200, description="The year it is of")] = None,
    document: Annotated[str, Query(max_length=200, description="The id of a document")] = "",
    origin: Annotated[Literal["table", "prose", "all"], Query(description="Where it stands")] = "table",
    limit: Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="50 by default; in CSV all by default")] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageBody[PlacedFigureBody] | Response:
    """List the numbers with unit and place, by document and place; as CSV where that is asked for."""
    found = find_figures(
        held.engine, query=q.strip(), code=code.strip(), measure=measure, year=year, document_id=document,
        origin=None if origin == "all" else Origin(origin),
    )  # fmt: skip
    wants_csv = CSV in request.headers.get("accept", "")
    size = limit or (len(found) if wants_csv else 50)
    page = found[offset : offset + size]
    if wants_csv:
        headers = {"Vary": "Accept", "Content-Disposition": 'attachment; filename="cijfers.csv"'}
        return Response(_as_csv(page), media_type=f"{CSV}; charset=utf-8; header=present", headers=headers)
    items = [figure_body(figure) for figure in page]
    return PageBody(items=items, total=len(found), limit=size, offset=offset)


@router.get(
    "/v1/checks",
    tags=["registers"],
    dependencies=[Depends(only_query("limit", "offset"))],
    responses=openapi.problems(400, 503),
)
def list_checks(
    held: Held,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageBody[CheckBody]:
    """List what the documents say twice, compared: what differs first, what was confirmed last."""
    found = sorted(held.engine.findings, key=lambda finding: _ORDER.index(finding.verdict))
    items = [check_body(finding, held.engine.document) for finding in found[offset : offset + limit]]
    return PageBody(items=items, total=len(found), limit=limit, offset=offset)


def _as_csv(figures: Sequence[Figure]) -> str:
    """Return figures as RFC 4180 has it; lists in a cell are parted by ` › `."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_CSV_COLUMNS)
    for figure in figures:
        fields = figure_body(figure).model_dump(mode="json")
        writer.writerow([_cell(fields[column]) for column in _CSV_COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    text = " › ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    # a spreadsheet would run a text that begins like a formula
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text
