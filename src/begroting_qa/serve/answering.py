"""One question -> the contract's body, the same for the API, the stream and the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread
from uuid import uuid4

from begroting_qa.domain import Filters
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.wire.bodies import AnswerBody, AskBody, TimingBody
from begroting_qa.wire.fill import answer_body, engine_body


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question of a thread with its answer without markers; `earlier` are those before it."""

    question: str
    earlier: tuple[str, ...]
    text: str


def answer(engine: Engine, body: AskBody, *, tell: Callable[[str], None] | None = None) -> AnswerBody:
    """Return the answer with its sources, how long it took and what gave it; `tell` gets each step that takes long."""
    started = time.perf_counter()
    clock: dict[str, float] = {}
    filters: Filters = body.filters.to_domain()
    earlier = [turn.question for turn in body.history]
    answered = answer_question(engine, body.question, earlier=earlier, filters=filters, top_k=body.top_k, clock=clock, tell=tell)
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


def steps(engine: Engine, body: AskBody) -> Iterator[str | AnswerBody]:
    """Yield the name of each step that takes long when it begins, then the answer; raise what answering raises.

    The answer is made in a thread of its own, because a step must be told while it runs. Of a reader who leaves, the thread
    finishes what it does first.
    """
    told: SimpleQueue[str | AnswerBody | Exception] = SimpleQueue()

    def work() -> None:
        try:
            told.put(answer(engine, body, tell=told.put))
        except Exception as error:  # raised again where the steps are read
            told.put(error)

    worker = Thread(target=work, name="answering", daemon=True)
    worker.start()
    try:
        while not isinstance(step := told.get(), AnswerBody):
            if isinstance(step, Exception):
                raise step
            yield step
        yield step
    finally:
        worker.join()  # the engine and the place among the questions are held until the work is done


def retell(engine: Engine, body: AskBody) -> list[Turn]:
    """Return the earlier questions of a thread with their answers, without a language model: nobody waits twice for that.

    They are answered again because what a browser sends back as an answer could be anyone's words.
    """
    quoting = replace(engine, generator=None)
    filters = body.filters.to_domain()
    questions = tuple(turn.question for turn in body.history)
    turns: list[Turn] = []
    for number, question in enumerate(questions):
        answered = answer_question(quoting, question, earlier=questions[:number], filters=filters)
        said = " ".join(claim.text for claim in answered.claims) or answered.text
        turns.append(Turn(question=question, earlier=questions[:number], text=said))
    return turns
