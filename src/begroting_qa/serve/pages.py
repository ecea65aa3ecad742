"""The page that answers questions: whole pages for a browser without a script, and a stream of the same for one with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from begroting_qa.feedback import Judgement, keep
from begroting_qa.serve import stream
from begroting_qa.serve.answering import answer, retell, steps
from begroting_qa.serve.ask_form import AskForm, read_judgement, read_question
from begroting_qa.serve.ask_view import view_question
from begroting_qa.serve.holding import Held, HeldForQuestion, Running
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.marked import claims
from begroting_qa.serve.running import Loaded
from begroting_qa.serve.templates import FOR_GOING_BACK, render
from begroting_qa.wire.bodies import FeedbackBody

router = APIRouter(include_in_schema=False)

_no_query = Depends(only_query())
Asked = Annotated[AskForm, Depends(read_question)]


@router.get("/", dependencies=[_no_query])
def show_form(held: Held) -> Response:
    """Show the form, with questions to start with."""
    return render("ask.html", view_question(held, AskForm()))


@router.post("/", dependencies=[_no_query])
def show_answer(form: Asked, held: HeldForQuestion) -> Response:
    """Show the answer under the form; the question is in the body, never in an address."""
    if form.error:
        return render("ask.html", view_question(held, form), status=400)
    asked = form.to_body()
    view = view_question(held, form, answer(held.engine, asked), retell(held.engine, asked))
    return render("ask.html", view, cache=FOR_GOING_BACK)


@router.post("/vraag", dependencies=[_no_query])
def stream_answer(form: Asked, held: HeldForQuestion) -> StreamingResponse:
    """Send the same answer as parts of the page, each as soon as it is there."""
    if not form.error:
        form.to_body()  # what is no question at all is told before the stream begins
    return StreamingResponse(_parts(held, form), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)


@router.post("/oordeel", dependencies=[_no_query])
def keep_judgement(request: Request, judged: Annotated[FeedbackBody, Depends(read_judgement)], running: Running) -> Response:
    """Keep what a reader thought of an answer, and thank for it: in the place of the form, or on a page of its own."""
    generation = running.readiness().generation or ""
    keep(Judgement(**judged.model_dump(by_alias=False), generation=generation), running.settings.feedback)
    is_part = request.headers.get("hx-request") == "true"
    name = "thanks_part.html" if is_part else "thanks.html"
    return render(name, {"has_question": judged.question is not None}, cache=FOR_GOING_BACK)


def _parts(held: Loaded, form: AskForm) -> Iterator[str]:
    """Yield the step in hand, then the claims one by one, then the whole page's content; or what went wrong."""
    if form.error:
        yield _part("stream_whole.html", view_question(held, form))
        return
    asked = form.to_body()
    yield _part("stream_step.html", {"step": stream.SEARCHING, "n_documents": len(held.engine.sources)})
    try:
        for step in steps(held.engine, asked):
            if isinstance(step, str):
                yield _part("stream_step.html", {"step": step, "n_documents": len(held.engine.sources)})
                continue
            told = claims(step.answer)
            for number in range(1, len(told) + 1):
                yield _part("stream_claims.html", {"body": step, "claims": told[:number]})
            yield _part("stream_whole.html", view_question(held, form, step, retell(held.engine, asked)))
    except Exception as error:  # the response has begun: the fault can only be told inside it
        yield _part("stream_fault.html", {"problem": stream.logged(error)})


def _part(name: str, values: dict[str, Any]) -> str:
    page: HTMLResponse = render(name, values)
    return stream.message(bytes(page.body).decode())
