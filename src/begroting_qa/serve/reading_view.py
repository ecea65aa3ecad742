"""Document -> what its page shows: sections with paragraphs, nested lists and tables, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from begroting_qa.domain import Block, Boilerplate, Footnote, ListItem, Section, Table
from begroting_qa.serve.marked import Marking
from begroting_qa.serve.table_view import TableView, view_table

LOWEST_HEADING = 6
_NUMBER = re.compile(r"(\d{1,2})[.)]")
_LETTER = re.compile(r"([a-z])[.)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """A paragraph or footnote; `role` is `paragraph`, `footnote` or `boilerplate`."""

    role: str
    html: Markup


@dataclass(slots=True, kw_only=True)
class EntryView:
    """One entry of a list; `number` is its place where the document counts."""

    html: Markup
    number: int | None
    lists: list[ListView] = field(default_factory=list["ListView"])


@dataclass(slots=True, kw_only=True)
class ListView:
    """Entries of one level; `style` is `bullets`, `numbers` or `letters`."""

    role: str = "list"
    style: str
    entries: list[EntryView]


@dataclass(frozen=True, slots=True, kw_only=True)
class HereView:
    """What stands behind the block in which the marked stretch ends: where the reader is, and where to go from there."""

    role: str = "here"


BlockView = TextView | ListView | TableView | HereView


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A heading with its blocks and what stands below it; `level` is that of the HTML heading."""

    id: str
    level: int
    heading: Markup
    title: str
    blocks: list[BlockView]
    sections: list[SectionView]


def view_section(section: Section, marking: Marking) -> SectionView:
    """Return a section as the page shows it."""
    span = section.heading_span
    is_marked = span is not None and marking.touches(span.start, span.end)
    ends_here = span is not None and marking.ends_in(span.start, span.end)
    heading = marking.html(span.start, span.end) if span is not None and is_marked else Markup.escape(section.heading)
    return SectionView(
        id=f"deel-{section.start}",
        level=min(section.level + 1, LOWEST_HEADING),
        heading=heading,
        title=section.heading,
        blocks=[*([HereView()] if ends_here else []), *_view_blocks(section.blocks, marking)],
        sections=[view_section(child, marking) for child in section.sections],
    )


def _view_blocks(blocks: Sequence[Block], marking: Marking) -> Iterator[BlockView]:
    for is_list, group in groupby(blocks, key=lambda block: isinstance(block, ListItem)):
        if is_list:
            items = [block for block in group if isinstance(block, ListItem)]
            yield from _view_lists(items, marking)
            if any(marking.ends_in(item.start, item.end) for item in items):
                yield HereView()
            continue
        for block in group:
            yield from _view_block(block, marking)
            if marking.ends_in(block.start, block.end):
                yield HereView()


def _view_block(block: Block, marking: Marking) -> Iterator[TextView | TableView]:
    if isinstance(block, Table):
        yield view_table(block, marking)
    elif not isinstance(block, Boilerplate):
        role = "footnote" if isinstance(block, Footnote) else "paragraph"
        yield TextView(role=role, html=marking.html(block.start, block.end))
    elif marking.touches(block.start, block.end):
        yield TextView(role="boilerplate", html=marking.html(block.start, block.end))


# --- lists --------------------------------------------------------------------------------------------------------------


def _view_lists(items: Sequence[ListItem], marking: Marking) -> list[ListView]:
    """Return the lists of one run of entries, deeper levels inside the entry before them."""
    top: list[ListView] = []
    open_lists: list[tuple[int, list[ListView]]] = [(items[0].level, top)]
    for item in items:
        while len(open_lists) > 1 and item.level < open_lists[-1][0]:
            open_lists.pop()
        if item.level > open_lists[-1][0] and open_lists[-1][1]:
            open_lists.append((item.level, open_lists[-1][1][-1].entries[-1].lists))
        lists = open_lists[-1][1]
        style, number = _counting(item.marker)
        if not lists or lists[-1].style != style:
            lists.append(ListView(style=style, entries=[]))
        lists[-1].entries.append(EntryView(html=_entry(item, marking), number=number))
    return top


def _entry(item: ListItem, marking: Marking) -> Markup:
    """Return the text of an entry without its bullet, which the list itself draws."""
    return marking.html(item.start + len(item.marker), item.end)


def _counting(marker: str) -> tuple[str, int | None]:
    if (number := _NUMBER.fullmatch(marker)) is not None:
        return "numbers", int(number[1])
    if (letter := _LETTER.fullmatch(marker)) is not None:
        return "letters", ord(letter[1]) - ord("a") + 1
    return "bullets", None
