"""One question -> the contract's body, the same for the API, the stream and the page."""

from __future__ import annotations

import time
from uuid import uuid4

from begroting_qa.domain import Filters
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.wire.bodies import AnswerBody, AskBody, TimingBody
from begroting_qa.wire.fill import answer_body, engine_body


def answer(engine: Engine, body: AskBody) -> AnswerBody:
    """Return the answer with its sources, how long it took and what gave it."""
    started = time.perf_counter()
    clock: dict[str, float] = {}
    filters: Filters = body.filters.to_domain()
    earlier = [turn.question for turn in body.history]
    answered = answer_question(engine, body.question, earlier=earlier, filters=filters, top_k=body.top_k, clock=clock)
    timing = TimingBody(
        total=round((time.perf_counter() - started) * 1000, 1),
        retrieve=round(clock.get("retrieve", 0.0), 1),
        answer=round(clock.get("answer", 0.0), 1),
    )
    return answer_body(
        answered,
        engine.sources,
        answer_id=uuid4().hex,
        timing=timing,
        engine=engine_body(engine),
    )
