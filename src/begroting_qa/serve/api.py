"""The calls of the contract: questions, search, documents and their text, and the service's health."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field

from begroting_qa.domain import Document
from begroting_qa.feedback import Judgement, keep
from begroting_qa.pipeline import search
from begroting_qa.serve import openapi, stream, wording
from begroting_qa.serve.answering import answer
from begroting_qa.serve.holding import Held, HeldForQuestion, Running
from begroting_qa.serve.limits import json_body, only_query
from begroting_qa.serve.problems import RETRY_INDEX_S, ProblemError, invalid_request, unavailable
from begroting_qa.wire.bodies import (
    MAX_LIMIT,
    AnswerBody,
    AskBody,
    Body,
    DocumentBody,
    DocumentTextBody,
    FeedbackBody,
    KeptBody,
    OutlineBody,
    PageBody,
    PassageBody,
    SearchBody,
)
from begroting_qa.wire.fill import passage_body, section_body  # fmt: skip

MAX_OFFSET = 1_000_000_000
NO_STORE = {"Cache-Control": "no-store"}

router = APIRouter()
_no_query = Depends(only_query())

DocumentId = Annotated[str, Path(description="The id of a document, as the list of documents gives it", alias="id")]


class LiveBody(Body):
    """The process runs."""

    status: str = "alive"


class ReadyBody(Body):
    """What the service answers from; `problem` says why a newer generation is not served."""

    status: str = "ready"
    generation: str
    corpus_newer: bool = Field(description="The corpus lists other contents than the index was built from")
    problem: str | None


@router.post(
    "/v1/ask",
    tags=["questions"],
    dependencies=[_no_query],
    responses=openapi.problems(400, 413, 415, 503),
    openapi_extra=openapi.takes(AskBody),
)
def ask(body: Annotated[AskBody, Depends(json_body(AskBody))], held: HeldForQuestion, response: Response) -> AnswerBody:
    """Answer one question, each claim with its literal source."""
    response.headers.update(NO_STORE)
    return answer(held.engine, body)


@router.post(
    "/v1/ask/stream",
    tags=["questions"],
    dependencies=[_no_query],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events `status`, `passages`, `token` (several) and `answer`, or `error` with a problem",
            "content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        **openapi.problems(400, 413, 415, 503),
    },
    openapi_extra=openapi.takes(AskBody),
)
def ask_stream(body: Annotated[AskBody, Depends(json_body(AskBody))], held: HeldForQuestion) -> StreamingResponse:
    """Answer one question as server-sent events; the last one holds the same body as `/v1/ask`."""
    return StreamingResponse(stream.events(held.engine, body), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)


@router.post(
    "/v1/search",
    tags=["questions"],
    dependencies=[_no_query],
    responses=openapi.problems(400, 413, 415, 503),
    openapi_extra=openapi.takes(SearchBody),
)
def search_passages(
    body: Annotated[SearchBody, Depends(json_body(SearchBody))], held: HeldForQuestion, response: Response
) -> PageBody[PassageBody]:
    """Rank the passages for a query, best first, without an answer."""
    response.headers.update(NO_STORE)
    filters = body.filters.to_domain()
    found, total = search(held.engine, body.query, filters=filters, limit=body.limit, offset=body.offset)
    return PageBody(items=[passage_body(scored) for scored in found], total=total, limit=body.limit, offset=body.offset)


@router.post(
    "/v1/feedback",
    status_code=201,
    tags=["questions"],
    dependencies=[_no_query],
    responses=openapi.problems(400, 413, 415, 503),
    openapi_extra=openapi.takes(FeedbackBody),
)
def give_feedback(
    body: Annotated[FeedbackBody, Depends(json_body(FeedbackBody))], running: Running, response: Response
) -> KeptBody:
    """Keep a reader's judgement of an answer; the question only when it is sent along."""
    response.headers.update(NO_STORE)
    judgement = Judgement(
        answer_id=body.answer_id,
        useful=body.useful,
        reason=body.reason,
        question=body.question,
        generation=running.readiness().generation or "",
    )
    keep(judgement, running.settings.feedback)
    return KeptBody(answer_id=body.answer_id, question=body.question is not None)


@router.get(
    "/v1/documents",
    tags=["documents"],
    dependencies=[Depends(only_query("limit", "offset"))],
    responses=openapi.problems(400, 503),
)
def list_documents(
    held: Held,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> PageBody[DocumentBody]:
    """List the documents in order of id."""
    documents = held.documents
    return PageBody(items=documents[offset : offset + limit], total=len(documents), limit=limit, offset=offset)


@router.get("/v1/documents/{id}", tags=["documents"], dependencies=[_no_query], responses=openapi.problems(400, 404, 503))
def get_document(held: Held, document_id: DocumentId) -> OutlineBody:
    """Describe one document, with its outline."""
    document = held.engine.document(document_id)
    described = next(body for body in held.documents if body.id == document.id)
    return OutlineBody(**described.model_dump(by_alias=False), sections=[section_body(s) for s in document.sections])


@router.get(
    "/v1/documents/{id}/text",
    tags=["documents"],
    dependencies=[Depends(only_query("start", "end"))],
    responses=openapi.problems(400, 404, 503),
)
def get_text(
    held: Held,
    document_id: DocumentId,
    start: Annotated[int | None, Query(ge=0, le=MAX_OFFSET, description="First code point; the beginning by default")] = None,
    end: Annotated[int | None, Query(ge=0, le=MAX_OFFSET, description="After the last code point; the end by default")] = None,
) -> DocumentTextBody:
    """Give the canonical text, or a stretch of it; every offset of the service points into it."""
    document = held.engine.document(document_id)
    first, last = _stretch(document, start, end)
    return DocumentTextBody(
        document_id=document.id,
        start=first,
        end=last,
        text=document.text[first:last],
        sha256=hashlib.sha256(document.text.encode("utf-8")).hexdigest(),
    )


@router.get("/v1/openapi.json", include_in_schema=False, dependencies=[_no_query])
def get_openapi(request: Request) -> JSONResponse:
    """Give this description; from any origin, so that tools in a browser can read it."""
    schema: dict[str, Any] = openapi.describe(request.app)
    return JSONResponse(schema, headers={"Access-Control-Allow-Origin": "*"})


@router.get("/health/live", tags=["health"], dependencies=[_no_query], responses=openapi.problems(400))
async def live(response: Response) -> LiveBody:
    """Tell that the process runs."""
    response.headers.update(NO_STORE)
    return LiveBody()


@router.get("/health/ready", tags=["health"], dependencies=[_no_query], responses=openapi.problems(400, 503))
def ready(running: Running, response: Response) -> ReadyBody:
    """Tell which generation of the index is served, and whether the corpus is newer."""
    readiness = running.readiness()
    if readiness.generation is None:
        detail = wording.sentence(readiness.problem) if readiness.problem else wording.NO_INDEX
        raise ProblemError(unavailable(detail, retry_s=RETRY_INDEX_S))
    response.headers.update(NO_STORE)
    return ReadyBody(generation=readiness.generation, corpus_newer=readiness.corpus_newer, problem=readiness.problem)


def _stretch(document: Document, start: int | None, end: int | None) -> tuple[int, int]:
    """Return the stretch asked for, the whole text by default."""
    length = len(document.text)
    first, last = start or 0, length if end is None else end
    if not first <= last <= length:
        raise ProblemError(invalid_request(wording.stretch_out_of_range(first, last, length)))
    return first, last
