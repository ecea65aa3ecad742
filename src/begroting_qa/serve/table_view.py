"""Table -> what its page shows: a real table, in which a marked cell and its heads are told apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from begroting_qa.domain import Cell, CellRole, Table
from begroting_qa.serve.marked import Marking

MAX_SHORT_CHARS = 14
# of a whole row every head is a head: only of so many cells are they pointed out
MAX_POINTED_OUT = 3
_HEADS = (CellRole.HEADER, CellRole.LABEL, CellRole.GROUP)
_FIGURE = re.compile(r"[-–−+€\s]*\d[\d.,\s]*(?:%|[A-Za-z]{0,3})?\**|[-–−]|nvt|n\.v\.t\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One cell; `scope` is empty for a value, `look` is `figure`, `short` or empty.

    `mark` is `cited` for a cell that is pointed out, `head` for a head or label of it, else empty.
    """

    html: Markup
    scope: str
    rows: int
    columns: int
    look: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table in the parts that HTML has."""

    role: str = "table"
    id: str
    caption: Markup
    head: list[list[CellView]]
    bodies: list[list[list[CellView]]]


def view_table(table: Table, marking: Marking) -> TableView:
    """Return a table; captions stand above it, rows of heads only form its head, each group opens a body of its own."""
    captions = [cell for cell in table.cells if cell.role is CellRole.CAPTION]
    rows = _grid([cell for cell in table.cells if cell.role is not CellRole.CAPTION], table.n_columns)
    caption = Markup("<br>").join(marking.html(cell.start, cell.end) for cell in captions)
    marks = _marks(table, marking)
    n_heads = next((i for i, row in enumerate(rows) if any(c and c.role is not CellRole.HEADER for c in row)), len(rows))
    # a head that reaches down into the figures must end where the table's head ends
    head = [_view_row(row, marking, marks, n_heads - number) for number, row in enumerate(rows[:n_heads])]
    bodies: list[list[list[CellView]]] = []
    for row in rows[n_heads:]:
        if not bodies or any(cell and cell.role is CellRole.GROUP for cell in row):
            bodies.append([])
        bodies[-1].append(_view_row(row, marking, marks, table.n_columns + len(rows)))
    return TableView(id=f"tabel-{table.start}", caption=caption, head=head, bodies=bodies)


def _grid(cells: Sequence[Cell], n_columns: int) -> list[list[Cell | None]]:
    """Return the rows with their cells in order of column; None where a place holds nothing and no span covers it.

    A cell whose place is taken comes at the end of its row, so that no text is lost.
    """
    rows: list[list[Cell | None]] = []
    covered: set[tuple[int, int]] = set()
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_row[cell.row].append(cell)
    for number in range(min(by_row, default=0), max(by_row, default=-1) + 1):
        left = sorted(by_row.get(number, ()), key=lambda cell: (cell.column, cell.start))
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
        if any(row) or any((number, column) in covered for column in range(n_columns)):
            rows.append(row)
    return rows


def _marks(table: Table, marking: Marking) -> dict[Cell, str]:
    """Return which cells are cited and which are heads of those; none where so much is marked that it would say nothing."""
    values = [cell for cell in table.cells if cell.role is CellRole.VALUE]
    cited = [cell for cell in values if marking.touches(cell.start, cell.end)]
    if not 1 <= len(cited) <= MAX_POINTED_OUT:
        return {}
    heads = [cell for cell in table.cells if cell.role in _HEADS]
    told = [cell for cell in heads if marking.is_head(cell.start, cell.end)]
    found = told or [head for head in heads if any(_is_head_of(head, cell, heads) for cell in cited)]
    return {**dict.fromkeys(found, "head"), **dict.fromkeys(cited, "cited")}


def _is_head_of(head: Cell, cell: Cell, heads: Sequence[Cell]) -> bool:
    """Tell whether a head stands above a cell, beside it, or over the rows that it is one of."""
    match head.role:
        case CellRole.HEADER:
            return head.row < cell.row and _overlap(head.column, head.column_span, cell.column, cell.column_span)
        case CellRole.LABEL:
            return _overlap(head.row, head.row_span, cell.row, cell.row_span)
        case _:
            above = (other.row for other in heads if other.role is CellRole.GROUP and other.row <= cell.row)
            return head.row == max(above, default=None)


def _overlap(first: int, size: int, other: int, other_size: int) -> bool:
    return first < other + other_size and other < first + size


def _view_row(row: Sequence[Cell | None], marking: Marking, marks: Mapping[Cell, str], most_rows: int) -> list[CellView]:
    return [_view_cell(cell, marking, marks, most_rows) for cell in row]


def _view_cell(cell: Cell | None, marking: Marking, marks: Mapping[Cell, str], most_rows: int) -> CellView:
    if cell is None:
        return CellView(html=Markup(""), scope="", rows=1, columns=1, look="")
    html = marking.html(cell.start, cell.end)
    return CellView(
        html=html,
        scope=_scope(cell),
        rows=min(cell.row_span, most_rows),
        columns=cell.column_span,
        look=_look(cell, html),
        mark=marks.get(cell, ""),
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
