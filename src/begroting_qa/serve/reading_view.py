"""Document -> what its page shows: sections with paragraphs, nested lists and real tables, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from begroting_qa.domain import Block, Boilerplate, Cell, CellRole, Footnote, ListItem, Section, Table
from begroting_qa.serve.marked import Marking

LOWEST_HEADING = 6
MAX_SHORT_CHARS = 14
_NUMBER = re.compile(r"(\d{1,2})[.)]")
_LETTER = re.compile(r"([a-z])[.)]")
_FIGURE = re.compile(r"[-–−+€\s]*\d[\d.,\s]*(?:%|[A-Za-z]{0,3})?\**|[-–−]|nvt|n\.v\.t\.?", re.IGNORECASE)


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
class CellView:
    """One cell; `scope` is empty for a value, `look` is `figure`, `short` or empty."""

    html: Markup
    scope: str
    rows: int
    columns: int
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table in the parts that HTML has."""

    role: str = "table"
    id: str
    caption: Markup
    head: list[list[CellView]]
    bodies: list[list[list[CellView]]]


BlockView = TextView | ListView | TableView


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
    heading = marking.html(span.start, span.end) if span is not None and is_marked else Markup.escape(section.heading)
    return SectionView(
        id=f"deel-{section.start}",
        level=min(section.level + 1, LOWEST_HEADING),
        heading=heading,
        title=section.heading,
        blocks=list(_view_blocks(section.blocks, marking)),
        sections=[view_section(child, marking) for child in section.sections],
    )


def _view_blocks(blocks: Sequence[Block], marking: Marking) -> Iterator[BlockView]:
    for is_list, group in groupby(blocks, key=lambda block: isinstance(block, ListItem)):
        if is_list:
            yield from _view_lists([block for block in group if isinstance(block, ListItem)], marking)
            continue
        for block in group:
            if isinstance(block, Table):
                yield view_table(block, marking)
            elif isinstance(block, Boilerplate):
                if marking.touches(block.start, block.end):
                    yield TextView(role="boilerplate", html=marking.html(block.start, block.end))
            else:
                role = "footnote" if isinstance(block, Footnote) else "paragraph"
                yield TextView(role=role, html=marking.html(block.start, block.end))


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


# --- tables -------------------------------------------------------------------------------------------------------------


def view_table(table: Table, marking: Marking) -> TableView:
    """Return a table; captions stand above it, rows of heads only form its head, each group opens a body of its own."""
    captions = [cell for cell in table.cells if cell.role is CellRole.CAPTION]
    rows = _grid([cell for cell in table.cells if cell.role is not CellRole.CAPTION], table.n_columns)
    caption = Markup("<br>").join(marking.html(cell.start, cell.end) for cell in captions)
    n_heads = next((i for i, row in enumerate(rows) if any(c and c.role is not CellRole.HEADER for c in row)), len(rows))
    # a head that reaches down into the figures must end where the table's head ends
    head = [_view_row(row, marking, n_heads - number) for number, row in enumerate(rows[:n_heads])]
    bodies: list[list[list[CellView]]] = []
    for row in rows[n_heads:]:
        if not bodies or any(cell and cell.role is CellRole.GROUP for cell in row):
            bodies.append([])
        bodies[-1].append(_view_row(row, marking, table.n_columns + len(rows)))
    return TableView(id=f"tabel-{table.start}", caption=caption, head=head, bodies=bodies)


def _grid(cells: Sequence[Cell], n_columns: int) -> list[list[Cell | None]]:
    """Return the rows with their cells in order of column; None where a place holds nothing and no span covers it.

    A cell whose place is taken comes at the end of its row, so that no text is lost.
    """
    rows: list[list[Cell | None]] = []
    covered: set[tuple[int, int]] = set()
    for number in range(min((c.row for c in cells), default=0), max((c.row for c in cells), default=-1) + 1):
        left = sorted((cell for cell in cells if cell.row == number), key=lambda cell: (cell.column, cell.start))
        row: list[Cell | None] = []
        for column in range(n_columns):
            if (number, column) in covered:
                continue
            cell = next((c for c in left if c.column == column), None)
            row.append(cell)
            if cell is not None:
                left.remove(cell)
                covered |= {(number + r, column + c) for r in range(cell.row_span) for c in range(cell.column_span)}
        row.extend(left)
        if any(row) or any(place[0] == number for place in covered):
            rows.append(row)
    return rows


def _view_row(row: Sequence[Cell | None], marking: Marking, most_rows: int) -> list[CellView]:
    return [_view_cell(cell, marking, most_rows) for cell in row]


def _view_cell(cell: Cell | None, marking: Marking, most_rows: int) -> CellView:
    if cell is None:
        return CellView(html=Markup(""), scope="", rows=1, columns=1, look="")
    html = marking.html(cell.start, cell.end)
    return CellView(
        html=html,
        scope=_scope(cell),
        rows=min(cell.row_span, most_rows),
        columns=cell.column_span,
        look=_look(cell, html),
    )


def _look(cell: Cell, html: Markup) -> str:
    """Figures stand under each other, and short texts such as `75% (2021)` stay on their line."""
    if cell.role not in (CellRole.VALUE, CellRole.HEADER):
        return ""
    lines = [Markup(line).striptags() for line in html.split("<br>")]
    if len(lines) == 1 and _FIGURE.fullmatch(lines[0]) is not None:
        return "figure"
    return "short" if all(len(line) <= MAX_SHORT_CHARS for line in lines) else ""


def _scope(cell: Cell) -> str:
    match cell.role:
        case CellRole.HEADER:
            return "colgroup" if cell.column_span > 1 else "col"
        case CellRole.GROUP:
            return "rowgroup"
        case CellRole.LABEL:
            return "row"
        case _:
            return ""
