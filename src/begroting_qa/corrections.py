"""What people corrected in the register of commitments: kept as JSON lines, and laid over what was read from the documents.

A correction names a commitment by its id, which stays the same when the index is built anew. Of several for one commitment the
last holds, whole; one that is withdrawn leaves none. Every line stays, as the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from begroting_qa import journal, messages
from begroting_qa.domain import Commitment, CommitmentStatus, Period
from begroting_qa.errors import CorrectionError

# some thousands of corrections of full length; beyond it something else writes
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_REASON_CHARS = 1000
# what nobody reported on is planned until its term is past
_BY_DUE = frozenset((CommitmentStatus.PLANNED, CommitmentStatus.OVERDUE))
_DAY = re.compile(r"(?:19|20|21)\d{2}-\d{2}-\d{2}")


def _only_iso(value: object) -> object:
    """Refuse what pydantic would also take for a day: seconds since 1970, and a moment at midnight."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "not a day")


Day = Annotated[date, BeforeValidator(_only_iso)]


class _Kept(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True
    )


class Due(_Kept):
    """By when something is due: in words, and the first and last day that they mean."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.first > self.last:
            raise ValueError(messages.due_reversed(self.first, self.last))
        return self


class Change(_Kept):
    """What is other than the documents were read; `due` `removed` says that there is no term, None leaves it as it is."""

    status: CommitmentStatus | None = None
    due: Due | Literal["removed"] | None = None
    not_a_commitment: Annotated[bool, Field(strict=True)] = False
    withdrawn: Annotated[bool, Field(strict=True, description="Takes an earlier correction back")] = False
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON_CHARS)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        is_change = self.status is not None or self.due is not None or self.not_a_commitment
        if is_change == self.withdrawn:
            raise ValueError(messages.CHANGE_OR_WITHDRAW)
        return self


class Correction(Change):
    """One line of the log."""

    at: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    commitment_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A commitment as it now reads, as the documents were read, and the correction between the two."""

    commitment: Commitment
    original: Commitment
    correction: Correction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRegister:
    """Commitments with their corrections.

    `entries` holds all by id, in their order; `log` every correction in order; `unmatched` the ids of corrections in force whose
    commitment is not there any more; `unreadable` the numbers of lines that are none.
    """

    entries: Mapping[str, Corrected]
    log: tuple[Correction, ...]
    unmatched: tuple[str, ...]
    unreadable: tuple[int, ...]

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """The commitments as they now read, without those that are none."""
        return tuple(e.commitment for e in self.entries.values() if e.correction is None or not e.correction.not_a_commitment)

    def log_of(self, commitment_id: str) -> list[Correction]:
        """Return the corrections of one commitment, oldest first."""
        return [correction for correction in self.log if correction.commitment_id == commitment_id]


def keep(correction: Correction, file: Path) -> None:
    """Add a correction to the file, and return when it is on disk.

    Raises:
        CorrectionError: it cannot be written, or the file is full.
    """
    try:
        has_room = journal.append(correction, file, max_bytes=MAX_FILE_BYTES)
    except OSError as error:
        raise CorrectionError(messages.corrections_unwritable(file, error)) from error
    if not has_room:
        raise CorrectionError(messages.corrections_full(file, MAX_FILE_BYTES))


def read_register(commitments: Sequence[Commitment], file: Path, *, newest: date) -> CorrectedRegister:
    """Return commitments with the corrections in `file`, on the day of the `newest` document; without a file there are none.

    Raises:
        CorrectionError: the file cannot be read.
    """
    try:
        stat = file.stat()
        log, unreadable = _read_log(file, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        log, unreadable = (), ()
    except OSError as error:
        raise CorrectionError(messages.corrections_unreadable(file, error)) from error
    entries = {entry.original.id: entry for entry in apply(commitments, log, newest=newest)}
    unmatched = tuple(commitment_id for commitment_id in in_force(log) if commitment_id not in entries)
    return CorrectedRegister(entries=entries, log=log, unmatched=unmatched, unreadable=unreadable)


@lru_cache(maxsize=4)
def _read_log(file: Path, _modified_ns: int, _size: int) -> tuple[tuple[Correction, ...], tuple[int, ...]]:
    """Read the lines once as long as the file is the same: every question asks for them."""
    return journal.read_lines(file, Correction)


def in_force(corrections: Sequence[Correction]) -> dict[str, Correction]:
    """Return by commitment the correction that holds: the last one, unless that withdraws."""
    last = {correction.commitment_id: correction for correction in corrections}
    return {commitment_id: correction for commitment_id, correction in last.items() if not correction.withdrawn}


def apply(commitments: Sequence[Commitment], corrections: Sequence[Correction], *, newest: date) -> tuple[Corrected, ...]:
    """Return each commitment as it reads with its correction, in their order, on the day of the `newest` document."""
    holding = in_force(corrections)
    return tuple(_corrected(commitment, holding.get(commitment.id), newest) for commitment in commitments)


def _corrected(commitment: Commitment, correction: Correction | None, newest: date) -> Corrected:
    if correction is None:
        return Corrected(commitment=commitment, original=commitment, correction=None)
    reads = commitment
    if correction.due is not None:
        reads = replace(commitment, due=_period(correction.due))
        if commitment.status in _BY_DUE:
            is_past = reads.due is not None and reads.due.last < newest
            reads = replace(reads, status=CommitmentStatus.OVERDUE if is_past else CommitmentStatus.PLANNED)
    if correction.status is not None:
        reads = replace(reads, status=correction.status)
    return Corrected(commitment=reads, original=commitment, correction=correction)


def _period(due: Due | Literal["removed"]) -> Period | None:
    return Period(text=due.text, first=due.first, last=due.last) if isinstance(due, Due) else None
