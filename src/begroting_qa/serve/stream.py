"""An answer as server-sent events: what was found first, then the text bit by bit, then the whole body."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

from begroting_qa.pipeline import Engine
from begroting_qa.serve.answering import answer
from begroting_qa.serve.envelope import describe_fault
from begroting_qa.serve.problems import ProblemBody, unexpected
from begroting_qa.wire.bodies import AskBody

LOGGER = logging.getLogger(__name__)
MEDIA_TYPE = "text/event-stream"


def events(engine: Engine, body: AskBody) -> Iterator[str]:
    """Yield `status`, `passages`, the `token`s that together are the answer's text, and `answer`; or `error` at a fault."""
    yield _event("status", {"step": "zoeken"})
    try:
        answered = answer(engine, body)
    except Exception as error:  # the response has begun: the fault can only be told inside it
        LOGGER.error("fault", extra={"fields": describe_fault(error)})  # noqa: TRY400 (a traceback's text may hold the question)
        problem = unexpected()
        yield _event(
            "error",
            ProblemBody(type=problem.type, title=problem.title, status=problem.status, detail=problem.detail).model_dump(),
        )
        return
    whole = answered.model_dump(mode="json", by_alias=True)
    yield _event("passages", {"items": whole["passages"]})
    for word in re.findall(r"\s*\S+\s*$|\s*\S+", answered.answer):
        yield _event("token", {"text": word})
    yield _event("answer", whole)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
