"""The service: create_app() puts the routes together, serve() listens until it is told to stop."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from begroting_qa.errors import BegrotingQAError, PortInUseError
from begroting_qa.serve import (
    api,
    commitments,
    figure_pages,
    information,
    pages,
    read_pages,
    references,
    register_pages,
    registers,
    topics,
    wording,
)
from begroting_qa.serve.assets import Assets
from begroting_qa.serve.envelope import API_VERSION, Envelope, JsonLines
from begroting_qa.serve.limits import Capacity
from begroting_qa.serve.look import Dress, look_of
from begroting_qa.serve.problems import ProblemError, answer_with_problem
from begroting_qa.serve.running import RunningEngine
from begroting_qa.settings import Settings

# what a question in hand may still take after SIGTERM
SHUTDOWN_S = 10
BACKLOG = 2048
# pages, styles and scripts are compressed; data is left to whoever puts a proxy before it, and a stream must not wait
_AS_IT_IS = ("application/*", "image/*", "text/calendar", "text/csv", "text/event-stream")


def create_app(settings: Settings) -> FastAPI:
    """Return the service over the index in `settings`; it starts without one, and takes it when it is published."""
    running = RunningEngine(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await run_in_threadpool(running.start)
        yield
        await run_in_threadpool(running.stop)

    app = FastAPI(
        title="begroting-qa",
        version=API_VERSION,
        lifespan=lifespan,
        # their pages load scripts from elsewhere
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.running = running
    app.state.capacity = Capacity()
    calls = (api, registers, commitments, references, topics)
    views = (pages, read_pages, figure_pages, register_pages, information)
    routers = [part.router for part in (*calls, *views)]
    app.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        app.include_router(router)
    look = look_of(settings.page)
    app.mount("/static", Assets(look.own_style), name="static")
    for kind in (ProblemError, BegrotingQAError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer_with_problem)
    app.add_middleware(GZipMiddleware, compresslevel=6, exclude_content_types=_AS_IT_IS)
    app.add_middleware(Envelope)
    app.add_middleware(Dress, look=look)
    return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is in hand and return.

    Raises:
        PortInUseError: the address is taken or cannot be listened on.
    """
    _log_to_stderr()
    listener = _listen(host, port)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    with listener, _signals_stop_quietly():
        print(wording.listening(host, listener.getsockname()[1]), file=sys.stderr, flush=True)  # noqa: T201 (for the person who started it)
        uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, so that a taken port is known before anything is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortInUseError(wording.cannot_listen(host, port, error.strerror or str(error))) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUseError(wording.port_in_use(host, port)) from error
        raise PortInUseError(wording.cannot_listen(host, port, error.strerror or str(error))) from error
    return listener


def _let_be(_number: int, _frame: object) -> None:
    """Take a signal and do nothing."""


@contextmanager
def _signals_stop_quietly() -> Generator[None]:
    """Let uvicorn stop the service, and the process end as one that did what it was told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # uvicorn raises the signal once more when it is done; by then there is nothing left to stop
    before = {number: signal.signal(number, _let_be) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in (("begroting_qa", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def _operation_id(route: APIRoute) -> str:
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)
