"""An answer as server-sent events: each step when it begins, what was found, the text bit by bit, then the whole body."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

from begroting_qa.pipeline import Engine
from begroting_qa.serve.answering import steps
from begroting_qa.serve.envelope import describe_fault
from begroting_qa.serve.problems import Problem, ProblemBody, unexpected
from begroting_qa.wire.bodies import AskBody

LOGGER = logging.getLogger(__name__)
MEDIA_TYPE = "text/event-stream"
SEARCHING = "zoeken"
# a buffering proxy would hold the events back until the end
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def events(engine: Engine, body: AskBody) -> Iterator[str]:
    """Yield a `status` for each step, `passages`, `token`s that together are the text, and `answer`; or `error` at a fault."""
    yield _event("status", {"step": SEARCHING})
    try:
        for step in steps(engine, body):
            if isinstance(step, str):
                yield _event("status", {"step": step})
                continue
            whole = step.model_dump(mode="json", by_alias=True)
            yield _event("passages", {"items": whole["passages"]})
            for word in re.findall(r"\s*\S+\s*$|\s*\S+", step.answer):
                yield _event("token", {"text": word})
            yield _event("answer", whole)
    except Exception as error:  # the response has begun: the fault can only be told inside it
        problem = logged(error)
        yield _event(
            "error",
            ProblemBody(type=problem.type, title=problem.title, status=problem.status, detail=problem.detail).model_dump(),
        )


def logged(error: Exception) -> Problem:
    """Return what a reader hears of a fault in mid-stream; where it arose stands in the log."""
    LOGGER.error("fault", extra={"fields": describe_fault(error)})  # a traceback's text may hold the question
    return unexpected()


def message(data: str) -> str:
    """Return an event without a name, whatever lines its data has."""
    return "".join(f"data: {line}\n" for line in data.splitlines()) + "\n"


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
