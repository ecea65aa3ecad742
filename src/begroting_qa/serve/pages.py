"""The page: a form that answers questions without a script, the list of documents, and a document with its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import ValidationError

from begroting_qa.domain import Document, DocumentKind, Span
from begroting_qa.serve import wording
from begroting_qa.serve.answering import answer
from begroting_qa.serve.holding import Held, HeldForQuestion
from begroting_qa.serve.limits import only_query, read_body
from begroting_qa.serve.marked import Marking
from begroting_qa.serve.problems import ProblemError, invalid_request
from begroting_qa.serve.reading_view import view_section
from begroting_qa.serve.running import Loaded
from begroting_qa.serve.templates import render
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, AnswerBody, AskBody

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 200
_FIELDS = ("question", "year", "kind", "municipality")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """What was filled in; `error` says in Dutch why it is no question yet."""

    question: str = ""
    years: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    error: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether a filter was chosen."""
        return bool(self.years or self.kinds or self.municipalities)

    def to_body(self) -> AskBody:
        """Return the question as the API takes it."""
        filters = {
            "years": [int(year) if year.isascii() and year.isdecimal() else year for year in self.years],
            "kinds": list(self.kinds),
            "municipalities": list(self.municipalities),
        }
        try:
            return AskBody.model_validate({"question": self.question, "filters": filters})
        except ValidationError as error:
            raise ProblemError(invalid_request(wording.field_problem(error.errors()[0]))) from error


async def read_form(request: Request) -> AskForm:
    """Return what a browser sent; a question that is empty or too long is shown again with what to do."""
    data = await read_body(request, FORM)
    try:
        pairs = parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise ProblemError(invalid_request(wording.body_not_utf8(error.start))) from error
    except ValueError as error:
        raise ProblemError(invalid_request(wording.FORM_TOO_MANY_FIELDS)) from error
    for key, _ in pairs:
        if key not in _FIELDS:
            raise ProblemError(invalid_request(wording.form_field_unknown(key)))
    questions = [value for key, value in pairs if key == "question"]
    if len(questions) > 1:
        raise ProblemError(invalid_request(wording.body_key_twice("question")))
    question = "".join(questions).replace("\r\n", "\n").strip()
    request.state.question_chars = len(question)
    too_long = wording.question_too_long(len(question), MAX_QUESTION_CHARS)
    return AskForm(
        question=question,
        years=tuple(value for key, value in pairs if key == "year"),
        kinds=tuple(value for key, value in pairs if key == "kind"),
        municipalities=tuple(value for key, value in pairs if key == "municipality"),
        error=wording.QUESTION_EMPTY if not question else too_long if len(question) > MAX_QUESTION_CHARS else None,
    )


@router.get("/")
def show_form(held: Held) -> Response:
    """Show the form, with questions to start with."""
    return _ask_page(held, AskForm(), None)


@router.post("/")
def show_answer(form: Annotated[AskForm, Depends(read_form)], held: HeldForQuestion) -> Response:
    """Show the answer under the form; the question is in the body, never in an address."""
    return _ask_page(held, form, None if form.error else answer(held.engine, form.to_body()))


@router.get("/documents")
def show_documents(held: Held) -> Response:
    """Show the documents, the newest first."""
    documents = sorted(held.documents, key=lambda body: (body.as_of, body.id), reverse=True)
    return render("documents.html", {"documents": documents})


@router.get("/documents/{id}", dependencies=[Depends(only_query("start", "end"))])
def show_document(
    held: Held,
    document_id: Annotated[str, Path(alias="id")],
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """Show a document with its outline, and the stretch from `start` to `end` marked."""
    document = held.engine.document(document_id)
    marking = Marking(document, _stretch(document, start, end))
    sections = [view_section(section, marking) for section in document.sections]
    described = next(body for body in held.documents if body.id == document.id)
    values = {"document": described, "sections": sections, "has_mark": marking.is_met, "has_stretch": start is not None}
    return render("document.html", values)


def _ask_page(held: Loaded, form: AskForm, body: AnswerBody | None) -> Response:
    sources = held.engine.sources
    values = {
        "form": form,
        "body": body,
        "examples": held.examples,
        "sources": sources,
        "max_chars": MAX_QUESTION_CHARS,
        "years": sorted({source.year for source in sources.values()}, reverse=True),
        "document_kinds": [kind for kind in DocumentKind if any(source.kind is kind for source in sources.values())],
        "municipalities": sorted({source.municipality for source in sources.values()}),
    }
    return render("ask.html", values, status=400 if form.error else 200)


def _stretch(document: Document, start: int | None, end: int | None) -> Span | None:
    """Return the stretch to mark, or None when none is asked for."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise ProblemError(invalid_request(wording.STRETCH_INCOMPLETE))
    if not start <= end <= len(document.text):
        raise ProblemError(invalid_request(wording.stretch_out_of_range(start, end, len(document.text))))
    if start == end:
        raise ProblemError(invalid_request(wording.stretch_empty(start)))
    return Span(start=start, end=end)
