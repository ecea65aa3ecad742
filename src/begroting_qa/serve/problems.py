"""What goes wrong with a request -> application/problem+json (RFC 9457), or the same as a Dutch page for a browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from begroting_qa.errors import CorrectionError, FeedbackError, IndexUnusableError, NotFoundError
from begroting_qa.serve import wording
from begroting_qa.serve.templates import render
from begroting_qa.wire.registers import CodeBody

LOGGER = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_INDEX_S = 5
RETRY_CAPACITY_S = 2
RETRY_FEEDBACK_S = 600
_MACHINE_PATHS = ("/v1", "/health", "/static")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem as RFC 9457 has it; `members` are what it tells beside the usual, `headers` go with the response."""

    type: str
    title: str
    status: int
    detail: str
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class ProblemError(Exception):
    """Raised where a request cannot be served; the service answers with its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class ProblemBody(BaseModel):
    """A problem as RFC 9457 has it, with a Dutch title and detail."""

    type: str
    title: str
    status: int
    detail: str


class NearestProblemBody(ProblemBody):
    """A code that no document names, with those that come nearest, best first."""

    nearest: list[CodeBody]


def invalid_request(detail: str) -> Problem:
    """The request is malformed or out of range."""
    return Problem(type="/problems/invalid-request", title=wording.INVALID_REQUEST, status=400, detail=detail)


def forbidden(detail: str) -> Problem:
    """Who asks may not do this."""
    return Problem(type="/problems/forbidden", title=wording.FORBIDDEN, status=403, detail=detail)


def not_found(detail: str, **members: object) -> Problem:
    """What the request names does not exist; `members` may say what does."""
    return Problem(type="/problems/not-found", title=wording.NOT_FOUND, status=404, detail=detail, members=members)


def too_large(detail: str) -> Problem:
    """The body is beyond the limit."""
    return Problem(type="/problems/too-large", title=wording.TOO_LARGE, status=413, detail=detail)


def unsupported_media_type(detail: str) -> Problem:
    """The body is of another kind than the call takes."""
    title = wording.UNSUPPORTED_MEDIA_TYPE
    return Problem(type="/problems/unsupported-media-type", title=title, status=415, detail=detail)


def unavailable(detail: str, *, retry_s: int) -> Problem:
    """The service cannot answer now, and can later."""
    headers = {"Retry-After": str(retry_s)}
    return Problem(type="/problems/unavailable", title=wording.UNAVAILABLE, status=503, detail=detail, headers=headers)


def unexpected() -> Problem:
    """A fault of ours; what it was stands in the log only."""
    return Problem(type="/problems/unavailable", title=wording.BROKEN, status=500, detail=wording.UNEXPECTED)


def problem_of(request: Request, error: Exception) -> Problem:
    """Return the problem that an exception is for the client."""
    match error:
        case ProblemError():
            return error.problem
        case NotFoundError():
            return not_found(wording.sentence(str(error)))
        case IndexUnusableError():
            return unavailable(wording.NO_INDEX, retry_s=RETRY_INDEX_S)
        case FeedbackError():
            return unavailable(wording.FEEDBACK_NOT_KEPT, retry_s=RETRY_FEEDBACK_S)
        case CorrectionError():
            return unavailable(wording.CORRECTIONS_UNUSABLE, retry_s=RETRY_FEEDBACK_S)
        case RequestValidationError() | ValidationError():
            return invalid_request(wording.field_problem(error.errors()[0]))
        case HTTPException(status_code=405):
            return _method_not_allowed(request)
        case HTTPException(status_code=404):
            return not_found(wording.UNKNOWN_PATH)
        case HTTPException(status_code=status) if status < 500:  # noqa: PLR2004 (a fault of the client)
            return invalid_request(wording.sentence(error.detail))
        case _:
            return unexpected()


def problem_response(request: Request, problem: Problem) -> Response:
    """Return the problem as JSON, or as a page where a browser asks for one outside the API."""
    path = request.scope["path"]
    is_page = not any(path == start or path.startswith(f"{start}/") for start in _MACHINE_PATHS)
    if is_page and "text/html" in request.headers.get("accept", ""):
        shown = replace(problem, detail=wording.UNKNOWN_PAGE) if problem.detail == wording.UNKNOWN_PATH else problem
        return render("problem.html", {"problem": shown}, status=problem.status, headers={**problem.headers, "Vary": "Accept"})
    usual = ProblemBody(type=problem.type, title=problem.title, status=problem.status, detail=problem.detail)
    body = {**usual.model_dump(), **problem.members}
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return JSONResponse(body, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


async def answer_with_problem(request: Request, error: Exception) -> Response:
    """Answer an exception that a route raised."""
    if isinstance(error, FeedbackError | CorrectionError):
        event = "feedback not kept" if isinstance(error, FeedbackError) else "corrections not usable"
        LOGGER.error(event, extra={"fields": {"problem": str(error)}})
    return problem_response(request, problem_of(request, error))


def _method_not_allowed(request: Request) -> Problem:
    methods: set[str] = set()
    if request.scope["path"].startswith("/static/"):
        methods.add("GET")
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    return Problem(
        type="/problems/invalid-request",
        title=wording.METHOD_NOT_ALLOWED,
        status=405,
        detail=wording.method_not_allowed(request.method, allowed),
        headers={"Allow": allowed},
    )
