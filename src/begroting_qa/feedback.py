"""Readers' judgements of answers, kept as JSON lines; the question only when the reader agreed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from begroting_qa import messages
from begroting_qa.errors import FeedbackError

# anyone who reaches the service may judge: without a bound a script could fill the disk
MAX_FILE_BYTES = 64 * 1024 * 1024
_LOCK = Lock()


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
    line = judgement.model_dump_json(exclude_none=True).encode() + b"\n"
    try:
        with _LOCK:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a+b") as out:
                size = out.seek(0, os.SEEK_END)
                if size + len(line) > MAX_FILE_BYTES:
                    raise FeedbackError(messages.feedback_full(file, MAX_FILE_BYTES))
                if size:  # a line that was cut off by a crash stays one line
                    out.seek(-1, os.SEEK_END)
                    line = line if out.read(1) == b"\n" else b"\n" + line
                out.write(line)
                out.flush()
                os.fsync(out.fileno())
    except OSError as error:
        raise FeedbackError(messages.feedback_unwritable(file, error)) from error


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
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise FeedbackError(messages.feedback_unreadable(file, error)) from error
    judgements: list[Judgement] = []
    unreadable: list[int] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                judgements.append(Judgement.model_validate_json(line))
            except ValidationError:
                unreadable.append(number)
    return Kept(judgements=tuple(judgements), unreadable=tuple(unreadable))
