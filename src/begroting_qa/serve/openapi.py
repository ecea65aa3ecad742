"""The routes -> an OpenAPI description that says what they really do: problems, headers and bodies."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from begroting_qa.serve.envelope import API_VERSION
from begroting_qa.serve.problems import MEDIA_TYPE, NearestProblemBody, ProblemBody
from begroting_qa.wire.bodies import AskBody, FeedbackBody, SearchBody
from begroting_qa.wire.registers import CorrectionBody

# example.org is reserved (RFC 2606): whoever runs the service for others puts the name of a desk here
CONTACT = {"name": "begroting-qa", "url": "https://begroting-qa.example.org/", "email": "begroting-qa@example.org"}
# the calls read their bodies themselves, and write their problems
_READ = (AskBody, SearchBody, FeedbackBody, CorrectionBody, ProblemBody, NearestProblemBody)
_REFERENCE = "#/components/schemas/{model}"
_REASONS = {
    400: "The request is malformed or out of range",
    403: "Only from the machine where the service runs",
    404: "Not found",
    405: "The path has no such method",
    413: "The body is over 64 kB",
    415: "The body is not application/json",
    500: "A fault of the service",
    503: "No usable index, or over capacity",
}
_VERSION_HEADER = {"description": "Version of this API", "schema": {"type": "string", "examples": [API_VERSION]}}
_RETRY_HEADER = {"description": "Seconds to wait before the next attempt", "schema": {"type": "integer"}}
_DESCRIPTION = (
    "Answers questions about the budget documents of a Dutch municipality, each claim with a literal quote and its place. "
    "Offsets count Unicode code points of the canonical text. Unknown fields and query keys are refused."
)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the problems that a call can answer with."""
    return {status: _problem_response(status) for status in statuses}


def problem_as(status: int, model: type[ProblemBody]) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of a problem that tells more than the usual."""
    return {status: _problem_response(status, model)}


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Return the documentation of a JSON body that the call reads by itself."""
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of the app; made once."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title="begroting-qa",
        version=API_VERSION,
        description=_DESCRIPTION,
        routes=app.routes,
        servers=[{"url": "/"}],
        contact=CONTACT,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    read = [(model, "validation") for model in _READ]
    _, definitions = models_json_schema(read, ref_template=_REFERENCE)  # pyright: ignore[reportArgumentType]
    schemas.update({name: schema for name, schema in definitions["$defs"].items() if name not in schemas})
    for path in document["paths"].values():
        for operation in path.values():
            responses: dict[str, Any] = operation["responses"]
            responses.pop("422", None)
            responses.setdefault("500", _problem_response(500))
            for response in responses.values():
                response.setdefault("headers", {})["API-Version"] = _VERSION_HEADER
    app.openapi_schema = document
    return document


def _problem_response(status: int, model: type[ProblemBody] = ProblemBody) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=model.__name__)}
    response: dict[str, Any] = {"description": _REASONS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if status == 503:  # noqa: PLR2004 (the one that passes by itself)
        response["headers"] = {"Retry-After": _RETRY_HEADER}
    return response
