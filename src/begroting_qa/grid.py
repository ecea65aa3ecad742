"""A Table read by row: every label, group and head that holds for a cell, also where the page leaves it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from begroting_qa.domain import Cell, CellRole, Table

_CLOSES_GROUP = re.compile(r"\s*(?:saldo|totaal|subtotaal)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRow:
    """One row with values: the groups above it, labels that it takes over from rows above, its own labels, its values."""

    number: int
    groups: tuple[Cell, ...]
    inherited: tuple[Cell, ...]
    labels: tuple[Cell, ...]
    values: tuple[Cell, ...]

    @property
    def path(self) -> tuple[Cell, ...]:
        """All labels, the widest first."""
        return (*self.inherited, *self.labels)


def body_rows(table: Table, text: str) -> Iterator[BodyRow]:
    """Yield the rows that hold values, in order; `text` is the document's.

    A first column left empty repeats the one above; a row that only says `Saldo` or `Totaal` closes the group above it.
    """
    groups: tuple[Cell, ...] = ()
    above: dict[int, Cell] = {}
    by_row: dict[int, list[Cell]] = {}
    for cell in table.cells:
        by_row.setdefault(cell.row, []).append(cell)
    for number, cells in sorted(by_row.items()):
        heading = tuple(c for c in cells if c.role is CellRole.GROUP)
        if heading:
            groups, above = heading, {}
        values = tuple(c for c in cells if c.role is CellRole.VALUE)
        if not values:
            continue
        own = {c.column: c for c in cells if c.role is CellRole.LABEL}
        first = own.get(0)
        closes = 1 not in own and first is not None and _CLOSES_GROUP.match(text, first.start, first.end) is not None
        inherited = [c for c in above.values() if c.column not in own and c.row_span > 1 and c.row < number < c.row + c.row_span]
        has_parts = 1 in above
        if 0 in above and not inherited and (has_parts if closes else (0 not in own and 1 in own)):
            inherited.append(above[0])
        if not closes:
            above.update(own)
        yield BodyRow(number=number, groups=groups, inherited=tuple(inherited), labels=tuple(own.values()), values=values)


def heads_of(table: Table) -> list[Cell]:
    """Return the heads of all columns, in reading order."""
    return [c for c in table.cells if c.role is CellRole.HEADER]


def heads_over(heads: Sequence[Cell], cell: Cell) -> list[Cell]:
    """Return those of a table's heads that hold for a cell, outermost first; of heads that stand again, the nearest count."""
    over = [c for c in heads if c.column <= cell.column < c.column + c.column_span and c.row < cell.row]
    nearest = [h for h in over if h.row >= max((o.row for o in over), default=0) - 1]
    return sorted(nearest, key=lambda h: h.row)


def captions_of(table: Table) -> list[Cell]:
    """Return the cells above the heads that speak of the whole table."""
    return [c for c in table.cells if c.role is CellRole.CAPTION]


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space."""
    return " ".join(text.split())


def words_of(cells: Sequence[Cell], text: str) -> tuple[str, ...]:
    """Return what cells say, each on one line."""
    return tuple(one_line(text[c.start : c.end]) for c in cells)
