"""Rows with bars (`a | b |`) -> a Table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from begroting_qa.domain import Cell, CellRole
from begroting_qa.ingest.cells import YEAR, FoundTable, found_table, is_value
from begroting_qa.ingest.layout import Group, Line


def read_bars(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Return the table that the groups from `first` hold, or None; the row before a rule of dashes is a head."""
    lines: list[Line] = []
    at = first
    while at < len(groups) and not groups[at].is_empty_cell and all("|" in line.text for line in groups[at].lines):
        lines.extend(groups[at].lines)
        at += 1
    if not lines or (len(lines) == 1 and lines[0].text.count("|") < 2):  # noqa: PLR2004 (a lone bar is punctuation)
        return None
    rows = [[p for p in _bar_parts(line) if p[1] < p[2]] for line in lines]
    texts = [[line.text[s - line.start : e - line.start] for _, s, e in parts] for line, parts in zip(lines, rows, strict=True)]
    rules = [i for i, row in enumerate(texts) if all(set(text) <= set("-: ") for text in row) and "-" in "".join(row)]
    numeric = [any(is_value(t) and not YEAR.fullmatch(t) for t in row[1:]) for row in texts]
    first_numeric = next((i for i, is_numeric in enumerate(numeric) if is_numeric), None)
    cells: list[Cell] = []
    for row, (parts, contents) in enumerate(zip(rows, texts, strict=True)):
        if row in rules:
            continue  # the rule under the heads
        is_head = row + 1 in rules or (row < first_numeric if first_numeric is not None else row == 0 and len(parts) > 2)  # noqa: PLR2004
        labels = next((i for i, text in enumerate(contents) if i and is_value(text)), 1)
        for index, (column, start, end) in enumerate(parts):
            role = CellRole.HEADER if is_head else CellRole.LABEL if index < labels else CellRole.VALUE
            cells.append(Cell(start=start, end=end, row=row, column=column, role=role))
    if not cells:
        return None
    found = found_table(cells, max(c.column for c in cells) + 1, first, at)
    found.table = replace(found.table, start=groups[first].start, end=groups[at - 1].end)  # the outer bars belong to it
    return found


def _bar_parts(line: Line) -> list[tuple[int, int, int]]:
    """Return (column, start, end) per cell, blanks and bars left out; bars at the line's ends part nothing."""
    offset = 1 if line.text.startswith("|") else 0
    parts: list[tuple[int, int, int]] = []
    for column, raw in enumerate(line.text[offset:].split("|")):
        start = line.start + offset + len(raw) - len(raw.lstrip())
        parts.append((column, start, start + len(raw.strip())))
        offset += len(raw) + 1
    return parts
