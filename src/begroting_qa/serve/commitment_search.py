"""Query of an address -> commitments: the keys of `/v1/commitments`, and how they are shown.

A form sends fields that nobody filled in: an empty value counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field, StringConstraints, ValidationError
from starlette.datastructures import QueryParams

from begroting_qa.corrections import CorrectedRegister, Day
from begroting_qa.domain import Commitment, CommitmentStatus
from begroting_qa.pipeline import Engine
from begroting_qa.registers import find_commitments
from begroting_qa.serve import wording
from begroting_qa.serve.listing import MAX_OFFSET
from begroting_qa.serve.problems import ProblemError, invalid_request
from begroting_qa.topics.said import Topic, TopicKind
from begroting_qa.wire.bodies import MAX_LIMIT, MAX_QUESTION_CHARS, Body
from begroting_qa.wire.registers import in_order

EXPORTED = ("q", "theme", "status", "actor", "dueBefore", "dueAfter", "document", "sort", "limit", "offset")
SHOWN = (*EXPORTED, "weergave")
_DAYS = ("dueBefore", "dueAfter")
_PAGING = frozenset(("limit", "offset", "weergave"))

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_QUESTION_CHARS)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class View(StrEnum):
    """How commitments are shown."""

    LIST = "lijst"
    TIMELINE = "tijdlijn"


class CommitmentQuery(Body):
    """What is asked of the register."""

    q: Words = ""
    theme: Word = ""
    status: list[CommitmentStatus] = Field(default_factory=list[CommitmentStatus])
    actor: Word = ""
    due_before: Day | None = None
    due_after: Day | None = None
    document: Word = ""
    sort: Literal["due", "place"] | None = None
    weergave: View = View.LIST
    limit: Annotated[int | None, Field(ge=1, le=MAX_LIMIT)] = None
    offset: Annotated[int, Field(ge=0, le=MAX_OFFSET)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A query with what was typed for it by key; `errors` says by key which day is none, and what to do."""

    query: CommitmentQuery
    typed: dict[str, list[str]]
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words was asked for."""
        return any(key not in _PAGING and key != "q" for key in self.typed)

    def filters(self) -> list[tuple[str, str]]:
        """Return what was asked for, without how it is shown."""
        return [(key, value) for key, values in self.typed.items() if key not in _PAGING for value in values]

    def shown_as(self, view: View) -> str:
        """Return the address of the same search in a view."""
        return self.address("/toezeggingen", [("weergave", view.value)] if view is not View.LIST else [])

    def address(self, path: str, more: Sequence[tuple[str, str]] = ()) -> str:
        """Return the address of the same search at a path."""
        pairs = urlencode([*self.filters(), *more])
        return f"{path}?{pairs}" if pairs else path


def read_search(params: QueryParams) -> Search:
    """Return the search that a query asks for; a day that cannot be read is left out of it, and told.

    Raises:
        ProblemError: something else cannot be read, which no form would send.
    """
    typed: dict[str, list[str]] = {}
    for key, value in params.multi_items():
        if value.strip():
            typed.setdefault(key, []).append(value)
    fields: dict[str, Any] = {key: values if key == "status" else values[0] for key, values in typed.items()}
    errors: dict[str, str] = {}
    try:
        return Search(query=CommitmentQuery.model_validate(fields, by_name=False), typed=typed)
    except ValidationError as error:
        for found in error.errors():
            key = str(found["loc"][0])
            if key not in _DAYS:
                raise ProblemError(invalid_request(wording.field_problem(found))) from error
            errors[key] = wording.NO_DAY
            del fields[key]
    return Search(query=CommitmentQuery.model_validate(fields, by_name=False), typed=typed, errors=errors)


def themes(engine: Engine) -> list[Topic]:
    """Return the beleidsterreinen of which anything was promised."""
    own = [topic for topic in engine.topics() if topic.kind is TopicKind.BELEIDSTERREIN]
    return [topic for topic in own if any(part.commitments for part in topic.parts)]


def search_commitments(engine: Engine, register: CorrectedRegister, query: CommitmentQuery) -> list[Commitment]:
    """Return what a query asks for, in its order.

    Raises:
        NotFoundError: there is no such document or theme.
    """
    found = find_commitments(
        engine, register.commitments, query=query.q, theme=query.theme, statuses=tuple(query.status), actor=query.actor,
        due_before=query.due_before, due_after=query.due_after, document_id=query.document,
    )  # fmt: skip
    is_timed = query.weergave is View.TIMELINE or bool(query.due_before or query.due_after)
    return in_order(found, query.sort, asks_due=is_timed)
