"""Readers' judgements of answers, kept as JSON lines; the question only when the reader agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from begroting_qa import journal, messages
from begroting_qa.errors import FeedbackError

# anyone who reaches the service may judge: without a bound a script could fill the disk
MAX_FILE_BYTES = 64 * 1024 * 1024


class Judgement(BaseModel):
    """What one reader thought of one answer; `generation` is the index that gave it, `at` when it was judged."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True
    )

    at: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    answer_id: str
    useful: bool
    reason: str = ""
    question: str | None = None
    generation: str


def keep(judgement: Judgement, file: Path) -> None:
    """Add a judgement to the file, and return when it is on disk.

    Raises:
        FeedbackError: it cannot be written, or the file is full.
    """
    try:
        has_room = journal.append(judgement, file, max_bytes=MAX_FILE_BYTES)
    except OSError as error:
        raise FeedbackError(messages.feedback_unwritable(file, error)) from error
    if not has_room:
        raise FeedbackError(messages.feedback_full(file, MAX_FILE_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The judgements in order, and the numbers of the lines that are none."""

    judgements: tuple[Judgement, ...]
    unreadable: tuple[int, ...]


def read(file: Path) -> Kept:
    """Return what was kept; a damaged line is counted and left where it is.

    Raises:
        FeedbackError: there is no file, or it cannot be read.
    """
    try:
        judgements, unreadable = journal.read_lines(file, Judgement)
    except OSError as error:
        raise FeedbackError(messages.feedback_unreadable(file, error)) from error
    return Kept(judgements=judgements, unreadable=unreadable)
