"""What a request may be: how large, of which kind, with which query keys, and how many questions at the same time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from threading import BoundedSemaphore
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

from fastapi import Request
from pydantic import BaseModel, ValidationError

from begroting_qa.serve import wording
from begroting_qa.serve.problems import (
    RETRY_CAPACITY_S,
    ProblemError,
    forbidden,
    invalid_request,
    too_large,
    unavailable,
    unsupported_media_type,
)  # fmt: skip

MAX_BODY_BYTES = 64 * 1024
# a client that still writes does not read our refusal, so of a body that is too large this much is read and forgotten
MAX_DRAINED_BYTES = 8 * 1024 * 1024
READ_TIMEOUT_S = 20.0
# a question takes tens of milliseconds: more than this at once would wait longer than people do
MAX_QUESTIONS_AT_ONCE = 32
_OF_PROXIES = frozenset(("forwarded", "via", "x-real-ip"))
Model = TypeVar("Model", bound=BaseModel)


class Capacity:
    """Places for questions that are being answered."""

    def __init__(self, places: int = MAX_QUESTIONS_AT_ONCE) -> None:
        self._places = BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Generator[None]:
        """Hold a place for as long as the block runs; refuse at once when all are taken."""
        if not self._places.acquire(blocking=False):
            raise ProblemError(unavailable(wording.OVER_CAPACITY, retry_s=RETRY_CAPACITY_S))
        try:
            yield
        finally:
            self._places.release()


def only_query(*known: str, repeated: Sequence[str] = ()) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that refuses query keys other than `known`, and a key that is given twice but for those `repeated`."""

    async def check(request: Request) -> None:
        seen: set[str] = set()
        for key, _ in request.query_params.multi_items():
            if key not in known:
                raise ProblemError(invalid_request(wording.query_key_unknown(key, known)))
            if key in seen and key not in repeated:
                raise ProblemError(invalid_request(wording.query_key_twice(key)))
            seen.add(key)

    return check


async def only_this_machine(request: Request) -> None:
    """Refuse a request that came, or may have come, from another machine, or from a page of another site in a browser here.

    Raises:
        ProblemError: the client is not this machine, a proxy passed the request on, or a browser names another origin.
    """
    passed_on = any(name.startswith("x-forwarded-") or name in _OF_PROXIES for name in request.headers)
    client = request.client.host if request.client else ""
    if passed_on or not _is_loopback(client) or not _is_of_ours(request):
        raise ProblemError(forbidden(wording.ONLY_THIS_MACHINE))


def _is_of_ours(request: Request) -> bool:
    """Tell whether a request is of no browser, or of a page of this very service: another service here is another site."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    if origin is None:
        return True
    try:
        named = urlsplit(origin)
        return _is_loopback(named.hostname or "") and named.netloc == request.headers.get("host", "")
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Return a dependency that reads a JSON body as `model`, with a problem in Dutch for whatever is wrong with it."""

    async def read(request: Request) -> Model:
        value = parse_json(await read_body(request, "application/json"))
        try:
            # names as in the contract only: `top_k` would be an unknown field
            body = model.model_validate(value, by_alias=True, by_name=False)
        except ValidationError as error:
            raise ProblemError(invalid_request(wording.field_problem(error.errors()[0]))) from error
        request.state.question_chars = len(str(value.get("question", value.get("query", ""))))
        return body

    return read


async def read_body(request: Request, media_type: str) -> bytes:
    """Return the body.

    Raises:
        ProblemError: it is of another media type (415), too large (413, whatever Content-Length says) or did not come (400).
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            async for part in request.stream():
                size += len(part)
                if size <= MAX_BODY_BYTES:
                    parts.append(part)
                elif size > MAX_DRAINED_BYTES:
                    break
    except TimeoutError as error:
        raise ProblemError(invalid_request(wording.BODY_SLOW)) from error
    declared, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().replace('"', "").replace(" ", "")
    if declared.strip().lower() != media_type or charset not in {"", "charset=utf-8", "charset=utf8"}:
        raise ProblemError(unsupported_media_type(wording.media_type(request.headers.get("content-type", ""), media_type)))
    if size > MAX_BODY_BYTES:
        raise ProblemError(too_large(wording.body_too_large(MAX_BODY_BYTES)))
    return b"".join(parts)


def parse_json(data: bytes) -> dict[str, Any]:
    """Return the object that `data` holds.

    Raises:
        ProblemError: it is not UTF-8, not strict JSON, no object, or has text that is not Unicode.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(invalid_request(wording.body_not_utf8(error.start))) from error
    if not text.strip():
        raise ProblemError(invalid_request(wording.BODY_EMPTY))
    try:
        value = json.loads(text, parse_constant=_refuse_number, object_pairs_hook=_unique_keys)
        json.dumps(value, ensure_ascii=False).encode()  # lone surrogates are valid in JSON and in no encoding
    except json.JSONDecodeError as error:
        raise ProblemError(invalid_request(wording.body_not_json(error.lineno, error.colno))) from error
    except UnicodeEncodeError as error:
        raise ProblemError(invalid_request(wording.LONE_SURROGATE)) from error
    except RecursionError as error:
        raise ProblemError(invalid_request(wording.BODY_TOO_DEEP)) from error
    except ValueError as error:  # an integer of thousands of digits
        raise ProblemError(invalid_request(wording.body_number(text))) from error
    if not isinstance(value, dict):
        raise ProblemError(invalid_request(wording.BODY_NO_OBJECT))
    return value  # pyright: ignore[reportUnknownVariableType]


def _refuse_number(text: str) -> NoReturn:
    raise ProblemError(invalid_request(wording.body_number(text)))


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ProblemError(invalid_request(wording.body_key_twice(key)))
        found[key] = value
    return found
