"""The register of references over HTTP: which codes the documents name, and where."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from begroting_qa import messages
from begroting_qa.domain import Reference
from begroting_qa.pipeline import Engine
from begroting_qa.references import find_reference, nearest_known
from begroting_qa.registers import matching
from begroting_qa.serve import openapi
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import PAGE, Limit, Offset
from begroting_qa.serve.problems import NearestProblemBody, ProblemError, not_found
from begroting_qa.serve.wording import sentence
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, PageBody
from begroting_qa.wire.registers import ReferenceBody, ReferencePageBody, code_body, reference_body, reference_page

router = APIRouter(tags=["registers"])


@router.get("/v1/references", dependencies=[Depends(only_query("q", "limit", "offset"))], responses=openapi.problems(400, 503))
def list_references(
    held: Held,
    q: Annotated[
        str, Query(max_length=MAX_QUESTION_CHARS, description="A code, or words of titles and of what stands around it")
    ] = "",
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> PageBody[ReferenceBody]:
    """List the codes that the documents name, each with every place."""
    found = _named_by(q.strip(), held.engine)
    items = [reference_body(reference, held.engine.document) for reference in found[offset : offset + limit]]
    return PageBody(items=items, total=len(found), limit=limit, offset=offset)


@router.get(
    "/v1/references/{code:path}",
    dependencies=[Depends(only_query("limit", "offset"))],
    responses={**openapi.problems(400, 503), **openapi.problem_as(404, NearestProblemBody)},
)
def get_reference(
    held: Held,
    code: Annotated[str, Path(max_length=200, description="The code in any spelling, slashes included")],
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> ReferencePageBody:
    """Give the places that name a code; of an unknown one the codes that come nearest."""
    reference = find_reference(code, held.engine.references)
    if reference is None:
        nearest = nearest_known(code, held.engine.references)
        detail = sentence(messages.code_unknown(code, [known.code for known in nearest]))
        raise ProblemError(not_found(detail, nearest=[code_body(known).model_dump() for known in nearest]))
    return reference_page(reference, held.engine.document, limit=limit, offset=offset)


def _named_by(query: str, engine: Engine) -> list[Reference]:
    """Return the reference that a query names, or those of which all its words are said."""
    named = find_reference(query, engine.references) if query else None
    if named is not None:
        return [named]
    return matching(engine.references, query, engine, lambda reference: _said_of(reference, engine))


def _said_of(reference: Reference, engine: Engine) -> str:
    around = (engine.document(m.document_id).text[m.around.start : m.around.end] for m in reference.places)
    return " · ".join((reference.code, reference.title or "", *around))
