"""What a request needs while it runs: one engine from beginning to end, and for a question a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Request

from begroting_qa.serve.limits import Capacity
from begroting_qa.serve.running import Loaded, RunningEngine


def running_engine(request: Request) -> RunningEngine:
    """Return the engine holder of the app."""
    return cast("RunningEngine", request.app.state.running)


def hold(request: Request) -> Iterator[Loaded]:
    """Hold one engine until the response is sent."""
    with running_engine(request).lease() as loaded:
        yield loaded


def hold_for_question(request: Request) -> Iterator[Loaded]:
    """Hold one engine and a place among the questions until the response is sent."""
    capacity = cast("Capacity", request.app.state.capacity)
    with capacity.place(), running_engine(request).lease() as loaded:
        yield loaded


Running = Annotated[RunningEngine, Depends(running_engine)]
Held = Annotated[Loaded, Depends(hold)]
HeldForQuestion = Annotated[Loaded, Depends(hold_for_question)]
