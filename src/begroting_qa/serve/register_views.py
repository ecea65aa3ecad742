"""What the registers hold -> what their pages show: a time line, what came after a promise, differences, pages of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from begroting_qa.corrections import Corrected, CorrectedRegister
from begroting_qa.domain import CommitmentStatus, Document, Figure, Mention, Source
from begroting_qa.topics.changes import ChangeKind
from begroting_qa.wire.bodies import PointBody, SeriesBody
from begroting_qa.wire.fill import document_url
from begroting_qa.wire.registers import CommitmentBody
from begroting_qa.wire.topics import TopicChangeBody, TopicPageBody

_YEAR = re.compile(r"\d{4}")


# --- pages of a list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which part of a list is shown, counted from 1; `before` and `after` are the addresses of what stands around it."""

    total: int
    first: int
    last: int
    before: str | None
    after: str | None


def page_of(path: str, pairs: Sequence[tuple[str, str]], *, total: int, limit: int, offset: int, usual: int) -> Paging:
    """Return where in a list a page stands; `pairs` are the other keys of its address, `usual` the limit without a key."""

    def address(start: int) -> str:
        more = [("limit", str(limit))] if limit != usual else []
        more += [("offset", str(start))] if start else []
        query = urlencode([*pairs, *more])
        return f"{path}?{query}" if query else path

    last = max(0, min(offset + limit, total))
    return Paging(
        total=total,
        first=offset + 1 if offset < total else total,
        last=last,
        before=address(max(0, min(offset, total) - limit)) if offset else None,
        after=address(offset + limit) if offset + limit < total else None,
    )


# --- commitments --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterView:
    """What is due in one quarter, 1 to 4; `holds_newest` says that the newest document is of it."""

    number: int
    holds_newest: bool
    items: list[CommitmentBody]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """What is due in one year."""

    year: int
    quarters: list[QuarterView]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One statement of a chain, by the date of its document; `says` is None for the promise itself.

    `commitment_id` names the entry of the register that the statement is, where it is one.
    """

    document_id: str
    quote: str
    url: str
    says: CommitmentStatus | None
    commitment_id: str | None


def timeline(items: Iterable[CommitmentBody], newest: date) -> list[YearView]:
    """Return commitments with a term, which come by its last day, under the year and the quarter of that day."""
    dated = [(item.due.last, item) for item in items if item.due is not None]
    years: list[YearView] = []
    for year, own in groupby(dated, key=lambda pair: pair[0].year):
        quarters = [
            QuarterView(
                number=number,
                holds_newest=(year, number) == (newest.year, _quarter(newest)),
                items=[item for _, item in of_quarter],
            )
            for number, of_quarter in groupby(own, key=lambda pair: _quarter(pair[0]))
        ]
        years.append(YearView(year=year, quarters=quarters))
    return years


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def chain(entry: Corrected, register: CorrectedRegister, sources: Mapping[str, Source]) -> list[StepView]:
    """Return the promise and every later statement about it, oldest first; and the promise that it comes after."""
    own = entry.commitment
    places = {(e.original.document_id, e.original.end): commitment_id for commitment_id, e in register.entries.items()}
    steps = [
        StepView(document_id=c.document_id, quote=c.quote, url=document_url(c.document_id, c.start, c.end), says=None,
                 commitment_id=c.id)
        for c in (earlier.original for earlier in register.entries.values())
        if c.id == own.id or any((f.document_id, f.end) == (own.document_id, own.end) for f in c.follow_ups)
    ]  # fmt: skip
    steps += [
        StepView(document_id=f.document_id, quote=f.quote, url=document_url(f.document_id, f.start, f.end), says=f.says,
                 commitment_id=places.get((f.document_id, f.end)))
        for f in own.follow_ups
    ]  # fmt: skip
    return sorted(steps, key=lambda step: sources[step.document_id].as_of)


# --- topics -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of a text beside another: `kind` is `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """What two documents word differently, as one text; words that went stand before those that came."""

    change: TopicChangeBody
    stretches: list[Stretch]
    is_weaker: bool
    is_lower: bool


def view_change(change: TopicChangeBody) -> ChangeView:
    """Return how a wording changed, to be read as one text."""
    kinds = {word.kind for word in change.changes}
    return ChangeView(
        change=change,
        stretches=[stretch for stretch in _stretches(change) if stretch.text],
        is_weaker=ChangeKind.WEAKENED in kinds,
        is_lower=ChangeKind.LOWERED in kinds,
    )


def _stretches(change: TopicChangeBody) -> Iterator[Stretch]:
    older, newer = change.older, change.newer
    if older is None or newer is None:
        yield Stretch(kind="gone", text=older.quote if older else "")
        yield Stretch(kind="new", text=newer.quote if newer else "")
        return
    at = 0
    # that a promise is weaker is said of the whole text, beside the words that differ
    for word in (w for w in change.changes if w.kind is not ChangeKind.WEAKENED):
        start = word.newer.start - newer.start
        yield Stretch(kind="same", text=newer.quote[at:start])
        yield Stretch(kind="gone", text=word.older.quote)
        yield Stretch(kind="new", text=word.newer.quote)
        at = start + len(word.newer.quote)
    yield Stretch(kind="same", text=newer.quote[at:])


def series_of(page: TopicPageBody) -> list[SeriesBody]:
    """Return what of a topic's figures was counted or planned for several years; of one year the newest document holds."""
    found: dict[tuple[object, ...], SeriesBody] = {}
    seen: set[tuple[object, ...]] = set()
    for figure in (figure for part in page.parts for figure in part.figures):
        key = (figure.label, figure.measure, figure.unit)
        moment = (*key, figure.period, figure.phase)
        if figure.unit is None or not _YEAR.fullmatch(figure.period or "") or moment in seen:
            continue
        seen.add(moment)
        line = found.setdefault(key, SeriesBody(label=figure.label, code=figure.code, unit=figure.unit, points=[], notes=[]))
        line.points.append(
            PointBody(period=figure.period, phase=figure.phase, value=figure.value, display=figure.display, citation=None)
        )
    several = [line for line in found.values() if len({point.period for point in line.points}) > 1]
    for line in several:
        line.points.sort(key=lambda point: (point.period or "", point.phase or ""))
    return several


# --- references and checks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place that names a code, with the words before and behind it."""

    document_id: str
    url: str
    before: str
    quote: str
    after: str


def view_place(mention: Mention, document: Document) -> PlaceView:
    """Return a place with what stands around it."""
    text, around = document.text, mention.around
    return PlaceView(
        document_id=mention.document_id,
        url=document_url(mention.document_id, mention.start, mention.end),
        before=text[min(around.start, mention.start) : mention.start],
        quote=mention.quote,
        after=text[mention.end : max(around.end, mention.end)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberView:
    """A number that was compared: how it is written, of what it is, and where it stands."""

    document_id: str
    url: str
    display: str
    of: str


def view_number(figure: Figure) -> NumberView:
    """Return a number with what it is of."""
    of = " › ".join((*figure.row_path, *figure.column_path)) or figure.label
    return NumberView(
        document_id=figure.document_id,
        url=document_url(figure.document_id, figure.start, figure.end),
        display=figure.display,
        of=of,
    )
