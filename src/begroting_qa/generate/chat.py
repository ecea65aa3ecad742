"""Any service that speaks OpenAI's `/v1/chat/completions`: Ollama, vLLM, text-generation-inference, a municipality's own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Timer
from typing import TYPE_CHECKING, Any

from begroting_qa import messages
from begroting_qa.errors import GeneratorError
from begroting_qa.protocols import Message

if TYPE_CHECKING:
    import httpx2

DONE = "[DONE]"
EVENT = "data:"
STREAM = "text/event-stream"
MAX_BYTES = 1_000_000


class ChatGenerator:
    """A Generator behind HTTP; safe to use from several threads."""

    def __init__(self, url: str, model: str, *, key: str, timeout_s: float, max_tokens: int) -> None:
        """Point at a service; `url` ends in `/v1`. Nothing is asked of it yet: it may start later than we do."""
        self._url = url.rstrip("/")
        self._model = model
        self._max_tokens = max_tokens
        self._timeout_s = timeout_s
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    @property
    def id(self) -> str:
        """Protocol and model."""
        return f"openai:{self._model}"

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        """Yield the reply in pieces.

        Raises:
            GeneratorError: no service, a refusal, a reply cut off or not of the protocol, or the time is up; also midway.
        """
        import httpx2

        asked = {
            "model": self._model, "messages": conversation, "stream": True, "temperature": 0, "max_tokens": self._max_tokens,
        }  # fmt: skip
        try:
            with httpx2.Client(base_url=self._url, timeout=self._timeout_s, headers=self._headers) as client:
                # a service may send a byte now and then, and so stay within the time for each read for ever
                watch = Timer(self._timeout_s, client.close)
                watch.daemon = True
                watch.start()
                try:
                    with client.stream("POST", "/chat/completions", json=asked) as response:
                        yield from self._pieces(response)
                finally:
                    watch.cancel()
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, RuntimeError, UnicodeError) as error:
            # the error's own text may hold the key or the question
            raise self._failed(type(error).__name__) from error

    def _pieces(self, response: httpx2.Response) -> Iterator[str]:
        """Yield the text of a reply, whether the service streams or not; a stream that just stops was cut off."""
        if response.status_code // 100 != 2:  # noqa: PLR2004 (the class of success)
            raise self._failed(messages.http_status(response.status_code))
        lines = self._lines(response)
        if not response.headers.get("Content-Type", "").startswith(STREAM):
            yield self._choice("\n".join(lines), "message")[0]
            return
        is_finished = False
        for line in lines:
            if not line.startswith(EVENT):
                continue  # an empty line ends an event; comments, names and numbers of events say nothing to us
            data = line.removeprefix(EVENT).strip()
            if data == DONE:
                return
            content, is_last = self._choice(data, "delta")
            is_finished = is_finished or is_last  # not every service says DONE
            yield content
        if not is_finished:
            raise self._failed(messages.GENERATOR_CUT_OFF)

    def _lines(self, response: httpx2.Response) -> Iterator[str]:
        """Yield the lines of a reply as they come, within the time and size that a reply may take."""
        deadline = time.monotonic() + self._timeout_s
        pending = b""
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if time.monotonic() > deadline:
                raise self._failed(messages.generator_too_slow(self._timeout_s))
            if size > MAX_BYTES:
                raise self._failed(messages.GENERATOR_TOO_LONG)
            *whole, pending = (pending + part).split(b"\n")
            yield from (line.decode("utf-8", errors="replace").rstrip("\r") for line in whole)
        yield pending.decode("utf-8", errors="replace")

    def _choice(self, data: str, part: str) -> tuple[str, bool]:
        """Return the text of a reply or of a piece of it, and whether it says that it is the last."""
        try:
            body: Any = json.loads(data)
            if body.get("error"):
                raise self._failed(messages.GENERATOR_REPORTS_FAULT)
            choices = body["choices"]
            if not choices:
                return "", False
            return str(choices[0][part].get("content") or ""), choices[0].get("finish_reason") is not None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
            raise self._failed(messages.GENERATOR_REPLY_UNREADABLE) from error

    def _failed(self, problem: str) -> GeneratorError:
        return GeneratorError(messages.generator_failed(self.id, problem))
