"""What a browser sends from the page -> a question with its filters and thread, or a judgement of an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import ValidationError

from begroting_qa.serve import wording
from begroting_qa.serve.limits import read_body
from begroting_qa.serve.problems import ProblemError, invalid_request
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, MAX_TURNS, AskBody, FeedbackBody

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 200
_ASK_FIELDS = ("question", "year", "kind", "municipality", "document", "earlier")
_JUDGE_FIELDS = ("answer", "useful", "reason", "question")
_USEFUL = {"ja": True, "nee": False}

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """What was filled in; `earlier` are the questions before it, oldest first; `error` says why it is no question yet."""

    question: str = ""
    years: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    error: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether a filter was chosen."""
        return bool(self.years or self.kinds or self.municipalities or self.documents)

    @property
    def following(self) -> tuple[str, ...]:
        """The earlier questions of one that follows on this one."""
        return (*self.earlier, self.question)[-MAX_TURNS:]

    def to_body(self) -> AskBody:
        """Return the question as the API takes it."""
        filters = {
            "years": [int(year) if year.isascii() and year.isdecimal() else year for year in self.years],
            "kinds": list(self.kinds),
            "municipalities": list(self.municipalities),
            "documents": list(self.documents),
        }
        history = [{"question": question} for question in self.earlier]
        try:
            return AskBody.model_validate({"question": self.question, "filters": filters, "history": history})
        except ValidationError as error:
            raise ProblemError(invalid_request(wording.field_problem(error.errors()[0]))) from error


async def read_question(request: Request) -> AskForm:
    """Return the question that a browser sent; one that is empty or too long is shown again with what to do."""
    fields = await _read_fields(request, _ASK_FIELDS)
    question = _one(fields, "question").replace("\r\n", "\n").strip()
    request.state.question_chars = len(question)
    too_long = wording.question_too_long(len(question), MAX_QUESTION_CHARS)
    return AskForm(
        question=question,
        years=_all(fields, "year"),
        kinds=_all(fields, "kind"),
        municipalities=_all(fields, "municipality"),
        documents=_all(fields, "document"),
        earlier=_all(fields, "earlier"),
        error=wording.QUESTION_EMPTY if not question else too_long if len(question) > MAX_QUESTION_CHARS else None,
    )


async def read_judgement(request: Request) -> FeedbackBody:
    """Return the judgement that a browser sent; the question is in it only when its box was ticked."""
    fields = await _read_fields(request, _JUDGE_FIELDS)
    values: dict[str, Any] = {
        "answerId": _one(fields, "answer"),
        "useful": _USEFUL.get(_one(fields, "useful")),
        "reason": _one(fields, "reason").replace("\r\n", "\n"),
        "question": _one(fields, "question") or None,
    }
    try:
        return FeedbackBody.model_validate(values)
    except ValidationError as error:
        raise ProblemError(invalid_request(wording.field_problem(error.errors()[0]))) from error


async def _read_fields(request: Request, known: Collection[str]) -> Fields:
    data = await read_body(request, FORM)
    try:
        fields = parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise ProblemError(invalid_request(wording.body_not_utf8(error.start))) from error
    except ValueError as error:
        raise ProblemError(invalid_request(wording.FORM_TOO_MANY_FIELDS)) from error
    for key, _ in fields:
        if key not in known:
            raise ProblemError(invalid_request(wording.form_field_unknown(key)))
    return fields


def _all(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in fields if key == name)


def _one(fields: Fields, name: str) -> str:
    values = _all(fields, name)
    if len(values) > 1:
        raise ProblemError(invalid_request(wording.body_key_twice(name)))
    return "".join(values)
