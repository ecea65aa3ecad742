"""The bodies of the register of topics, and how they are filled."""

from __future__ import annotations

from collections.abc import Collection

from begroting_qa.corrections import CorrectedRegister
from begroting_qa.domain import DocumentKind, Span
from begroting_qa.topics.changes import ChangeKind, TopicChange, changes_of
from begroting_qa.topics.said import Said, SaidKind, Topic, TopicKind, TopicPart
from begroting_qa.wire.bodies import Body, PlaceBody, PlacedFigureBody
from begroting_qa.wire.fill import document_url, figure_body


class SaidBody(PlaceBody):
    """A literal stretch of a document that speaks of a topic."""

    kind: SaidKind


class TopicPartBody(Body):
    """What one document says of a topic; `commitments` are ids in the register of commitments."""

    document_id: str
    document_kind: DocumentKind
    year: int
    code: str | None
    title: SaidBody | None
    said: list[SaidBody]
    figures: list[PlacedFigureBody]
    commitments: list[str]


class WordingChangeBody(Body):
    """Words that differ, with their places; of added or removed words the place in the other document is empty."""

    kind: ChangeKind
    older: PlaceBody
    newer: PlaceBody


class TopicChangeBody(Body):
    """What two documents word differently; null where only the other one has it."""

    older: SaidBody | None
    newer: SaidBody | None
    changes: list[WordingChangeBody]


class TopicBody(Body):
    """One thing through the years; `first` and `last` are the oldest and the newest of its `documents`, newest first."""

    id: str
    kind: TopicKind
    code: str | None
    title: str | None
    former_codes: list[str]
    first: str
    last: str
    documents: list[str]


class TopicPageBody(TopicBody):
    """A topic with what each document says of it, newest first, and how that changed."""

    parts: list[TopicPartBody]
    changes: list[TopicChangeBody]


def topic_body(topic: Topic) -> TopicBody:
    """Return a topic as lists have it."""
    return TopicBody(
        id=topic.id, kind=topic.kind, code=topic.code, title=topic.title, former_codes=list(topic.former_codes),
        first=topic.first, last=topic.last, documents=[part.document_id for part in topic.parts],
    )  # fmt: skip


def topic_page(topic: Topic, register: CorrectedRegister) -> TopicPageBody:
    """Return a topic with all that is said of it; what is promised, and how firmly, the register of commitments tells."""
    kept = {commitment.id for commitment in register.commitments}
    strengths = {commitment.quote: commitment.strength for commitment in register.commitments}
    return TopicPageBody(
        **topic_body(topic).model_dump(by_alias=False),
        parts=[_part(part, kept) for part in topic.parts],
        changes=[_change(change) for change in changes_of(topic, strengths.get)],
    )


def _part(part: TopicPart, kept: Collection[str]) -> TopicPartBody:
    return TopicPartBody(
        document_id=part.document_id, document_kind=part.document_kind, year=part.year, code=part.code,
        title=_said(part.title) if part.title else None, said=[_said(said) for said in part.said],
        figures=[figure_body(figure) for figure in part.figures],
        commitments=[commitment_id for commitment_id in part.commitments if commitment_id in kept],
    )  # fmt: skip


def _change(change: TopicChange) -> TopicChangeBody:
    older, newer = change.older, change.newer
    words: list[WordingChangeBody] = []
    if older is not None and newer is not None:
        words = [
            WordingChangeBody(kind=c.kind, older=_within(older, c.older), newer=_within(newer, c.newer)) for c in change.changes
        ]
    return TopicChangeBody(older=_said(older) if older else None, newer=_said(newer) if newer else None, changes=words)


def _within(said: Said, span: Span) -> PlaceBody:
    """Return a stretch of what was said, by its place in the document."""
    start, end = said.start + span.start, said.start + span.end
    quote = said.quote[span.start : span.end]
    return PlaceBody(
        document_id=said.document_id, start=start, end=end, quote=quote, url=document_url(said.document_id, start, end)
    )


def _said(said: Said) -> SaidBody:
    return SaidBody(
        document_id=said.document_id, start=said.start, end=said.end, quote=said.quote, kind=said.kind,
        url=document_url(said.document_id, said.start, said.end),
    )  # fmt: skip
