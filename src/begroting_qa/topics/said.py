"""What a topic is: one thing of the goal tree, a reserve or a paper, with what each document says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from begroting_qa.domain import DocumentKind, Figure, Span


class TopicKind(StrEnum):
    """What a topic is: a field, goal, deed or indicator of the goal tree, a reserve, or a paper, motion or case."""

    BELEIDSTERREIN = "beleidsterrein"
    GOAL = "goal"
    PRESTATIE = "prestatie"
    INDICATOR = "indicator"
    RESERVE = "reserve"
    REFERENCE = "reference"


class SaidKind(StrEnum):
    """Where a document speaks of a topic: what it is called, a heading, text under one, a row, elsewhere by code or name."""

    TITLE = "title"
    HEADING = "heading"
    PROSE = "prose"
    ROW = "row"
    MENTION = "mention"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Span):
    """A literal stretch of a document that speaks of a topic."""

    document_id: str
    quote: str
    kind: SaidKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPart:
    """What one document says of a topic, in reading order; `code` and `title` are those of that document, where it has them."""

    document_id: str
    document_kind: DocumentKind
    year: int
    code: str | None
    title: Said | None
    said: tuple[Said, ...]
    figures: tuple[Figure, ...]
    commitments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing through the years; `parts` stand newest first, `former_codes` are others that it had in older documents.

    `id` is fit for a URL: the code, or the name, of the newest document that has it. Another thing that had the same code
    before has the year of its newest document behind it (`9a1.2-2018`).
    """

    id: str
    kind: TopicKind
    code: str | None
    title: str | None
    former_codes: tuple[str, ...]
    parts: tuple[TopicPart, ...]

    @property
    def first(self) -> str:
        """The id of the oldest document in which it appears."""
        return self.parts[-1].document_id

    @property
    def last(self) -> str:
        """The id of the newest document in which it appears."""
        return self.parts[0].document_id
