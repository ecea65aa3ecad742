"""Around every request: headers that every response has, one log line without its contents, and the last resort at a fault."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from begroting_qa.serve.problems import problem_response, unexpected

LOGGER = logging.getLogger(__name__)
API_VERSION = "1.0.0"
HEADERS = {
    "API-Version": API_VERSION,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Envelope:
    """ASGI middleware; outermost, so that errors get the headers too. HEAD is answered as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        is_head = scope["method"] == "HEAD"
        inner: Scope = {**scope, "method": "GET"} if is_head else scope

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(HEADERS)
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(inner, receive, sending)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:
            LOGGER.error("fault", extra={"fields": describe_fault(error)})  # noqa: TRY400 (a traceback's text may hold the question)
            if status:
                raise  # half an answer was sent: only the server can end it
            await problem_response(Request(inner), unexpected())(inner, receive, sending)
        finally:
            self._log(inner, scope["method"], status, started)

    def _log(self, scope: Scope, method: str, status: int, started: float) -> None:
        # a path may hold anything: what somebody looked for, a question even
        path = getattr(scope.get("route"), "path", "-")
        fields = {"method": method, "path": path, "status": status, "ms": round((time.perf_counter() - started) * 1000, 1)}
        chars = scope.get("state", {}).get("question_chars")
        LOGGER.info("request", extra={"fields": fields if chars is None else {**fields, "questionChars": chars}})


def describe_fault(error: BaseException) -> dict[str, Any]:
    """Return the kind of an exception and where it arose, without its message, which may quote a question."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return {"error": type(error).__name__, "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, event and the fields that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= describe_fault(record.exc_info[1])
        return json.dumps({**line, **fields}, ensure_ascii=False, default=str)
