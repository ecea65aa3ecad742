"""`Label, nothing, value` rows -> a Table, as sites flatten a list of particulars."""

from __future__ import annotations

from collections.abc import Sequence

from begroting_qa.domain import Cell, CellRole
from begroting_qa.ingest.cells import MAX_HEADER_CHARS, MEASURE, FoundTable, found_table, group_cell, is_unit, is_values, is_year
from begroting_qa.ingest.layout import Group


def read_key_values(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read `label, nothing, value` rows; the last value may be followed by more lines of it."""
    cells: list[Cell] = []
    at = first
    row = 0
    while at + 2 < len(groups) and _is_key(groups[at]) and groups[at + 1].is_empty_cell and _is_short(groups[at + 2]):
        end = at + 3
        while (
            end < len(groups)
            and _is_short(groups[end])
            and not (end + 1 < len(groups) and groups[end + 1].is_empty_cell)
            and groups[end - 1].end + 3 > groups[end].start
        ):
            end += 1
        cells.append(group_cell(groups[at], row, 0, CellRole.LABEL))
        cells.append(Cell(start=groups[at + 2].start, end=groups[end - 1].end, row=row, column=1, role=CellRole.VALUE))
        row += 1
        at = end
    return found_table(cells, 2, first, at) if row >= 2 else None  # noqa: PLR2004 (one row is no table)


def _is_key(group: Group) -> bool:
    """Tell whether a group may name a particular: a unit or a measure heads figures instead."""
    is_of_figures = not group.is_empty_cell and (is_unit(group) or MEASURE.fullmatch(group.text) is not None)
    return _is_short(group) and not is_values(group) and not is_year(group) and not is_of_figures


def _is_short(group: Group) -> bool:
    return (
        not group.is_empty_cell
        and len(group.text) <= MAX_HEADER_CHARS
        and not group.lines[-1].ends_sentence
        and not group.lines[0].is_bulleted
    )
