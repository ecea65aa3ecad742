"""A place in a document -> where to go from there: the outline, the sections beside it, and where its codes stand too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from begroting_qa.domain import Document, Figure, Mention, Reference, Section, Source, Span
from begroting_qa.serve import read_wording
from begroting_qa.serve.portions import meets, portion_at
from begroting_qa.wire.fill import document_url

MAX_CODES = 8
# of what stands in other portions the outline shows so many levels
LEVELS_ELSEWHERE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """Where a link leads and what it says."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineView(LinkView):
    """One heading of the outline with those below it; `is_here` for the section that holds what is marked."""

    is_here: bool
    entries: list[OutlineView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """A code that is named in or around a place, and the places before and after that name it, in this document or another."""

    code: str
    title: str | None
    href: str
    n_places: int
    before: LinkView | None
    after: LinkView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A marked number with the labels and heads that hold for it; `amount` is it in full, empty where it is written so."""

    display: str
    heads: tuple[str, ...]
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """Where a marked stretch stands: what its cells are, and where to go from it."""

    cells: list[CellView]
    before: LinkView | None
    after: LinkView | None
    codes: list[CodeView]


class Contents:
    """The headings of a document that is shown in portions, of which `shown` is on the page."""

    def __init__(self, document: Document, portions: Sequence[Span], shown: int) -> None:
        self._document = document
        self._portions = portions
        self._shown = shown

    def outline(self, stretch: Span | None) -> list[OutlineView]:
        """Return the outline; in full for what is on the page."""
        here = None if stretch is None else section_at(self._document, stretch.start)
        return self._entries(self._document.sections, here, 1)

    def link(self, section: Section) -> LinkView:
        """Return a link to a section, on this page or on that of another portion."""
        anchor = f"#deel-{section.start}"
        if not meets(section, self._portions[self._shown]):
            number = portion_at(self._portions, section.start) + 1
            anchor = f"{document_address(self._document.id)}?part={number}{anchor}"
        return LinkView(href=anchor, text=section.heading)

    def beside(self, stretch: Span) -> tuple[LinkView | None, LinkView | None]:
        """Return links to the sections before and after the one that holds a stretch."""
        sections = [section for section in self._document.walk() if section.heading]
        here = section_at(self._document, stretch.start)
        at = next((number for number, section in enumerate(sections) if section is here), None)
        if at is None:
            return None, None
        before, after = sections[at - 1 : at], sections[at + 1 : at + 2]
        return (self.link(before[0]) if before else None), (self.link(after[0]) if after else None)

    def _entries(self, sections: Sequence[Section], here: Section | None, level: int) -> list[OutlineView]:
        found: list[OutlineView] = []
        for section in sections:
            if not section.heading:
                continue
            goes_on = level < LEVELS_ELSEWHERE or len(self._portions) == 1 or meets(section, self._portions[self._shown])
            below = self._entries(section.sections, here, level + 1) if goes_on else []
            link = self.link(section)
            found.append(OutlineView(href=link.href, text=link.text, is_here=section is here, entries=below))
        return found


def document_address(document_id: str) -> str:
    """Return the address of a document."""
    return f"/documents/{quote(document_id)}"


def section_at(document: Document, at: int) -> Section | None:
    """Return the innermost section that holds a place."""
    return next((section for section in reversed(list(document.walk())) if section.start <= at < section.end), None)


def codes_around(
    document: Document, stretch: Span, references: Iterable[Reference], sources: Mapping[str, Source]
) -> list[CodeView]:
    """Return the codes that are named in a stretch or in the sentence or row around it, then those of the heading above it."""
    section = section_at(document, stretch.start)
    spans = [stretch, *([section.heading_span] if section is not None and section.heading_span is not None else [])]

    def is_here(mention: Mention) -> bool:
        around = mention.around
        return mention.document_id == document.id and any(s.start < around.end and around.start < s.end for s in spans)

    found: list[tuple[bool, int, CodeView]] = []
    for reference in references:
        own = [number for number, mention in enumerate(reference.places) if is_here(mention)]
        if own:
            before, after = reference.places[: own[0]][-1:], reference.places[own[-1] + 1 :][:1]
            view = CodeView(
                code=reference.code, title=reference.title, href=f"/verwijzingen/{quote(reference.code)}",
                n_places=len(reference.places),
                before=_link(before[0], document, sources) if before else None,
                after=_link(after[0], document, sources) if after else None,
            )  # fmt: skip
            place = reference.places[own[0]]
            is_in_heading = not (stretch.start < place.around.end and place.around.start < stretch.end)
            found.append((is_in_heading, place.start, view))
    return [view for _, _, view in sorted(found, key=lambda entry: entry[:2])][:MAX_CODES]


def cells_marked(figures: Iterable[Figure]) -> list[CellView]:
    """Return the numbers of tables with what says what they are, for readers who do not see the whole table at once."""
    return [
        CellView(
            display=figure.display,
            heads=(*figure.row_path, *figure.column_path),
            amount=read_wording.in_unit(figure.value, figure.unit) if figure.scale > 1 else "",
        )
        for figure in figures
    ]


def _link(mention: Mention, document: Document, sources: Mapping[str, Source]) -> LinkView:
    """Return a link to a place, which says in which document it stands when that is another."""
    text = "" if mention.document_id == document.id else sources[mention.document_id].title
    return LinkView(href=f"{document_url(mention.document_id, mention.start, mention.end)}#citaat", text=text)
