"""Rows whose values stand on one line -> a Table: hard-wrapped text of a PDF, or lines within one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from begroting_qa.domain import Cell, CellRole
from begroting_qa.ingest.cells import (
    GLUED_HEAD,
    LABEL_HEAD,
    MAX_HEADER_CHARS,
    MAX_LABELS_BETWEEN,
    MEASURE,
    TRAILING_HEADS,
    YEAR,
    FoundTable,
    RowLine,
    found_table,
    group_cell,
    is_label,
    is_unit_line,
    read_row_line,
)
from begroting_qa.ingest.layout import Group, Line

_DATED_HEAD = re.compile(
    r"(?:(?:Rekening|Realisatie|Begroting|Raming|Prognose|Streefwaarde|Jaarrekening|Actueel) )?(?<!\d)(?:19|20)\d\d(?!\d)"
)
MAX_HEAD_LINES = 5
MIN_ROWS_OF_TWO = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrappedRow:
    label: tuple[int, int] | None
    values: tuple[tuple[int, int], ...]
    tail: tuple[int, int] | None
    group: int


def read_wrapped(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read rows whose values stand on one line, as a PDF gives them; heads stand before, labels may stand apart."""
    at = first
    while at < len(groups) and (_is_wrapped_head(groups[at]) or _is_year_line(groups[at])):
        at += 1
    if at == first:
        return None
    heads = list(groups[first:at])
    if LABEL_HEAD.fullmatch(heads[0].text) and any(LABEL_HEAD.search(head.text) for head in heads[1:]):
        return None  # `Indicatoren` above `Indicator` is the heading of the table, not a head in it
    rows, at = _wrapped_rows(groups, at)
    width = next((len(row.values) for row in rows if isinstance(row, _WrappedRow)), 0)
    if not width:
        return None
    columns = width + 1 + any(isinstance(r, _WrappedRow) and r.tail for r in rows)
    cells = _wrapped_heads(heads, width, columns)
    top = 2
    for number, row in enumerate(rows, top):
        if isinstance(row, Group):
            cells.append(replace(group_cell(row, number, 0, CellRole.GROUP), column_span=columns))
            continue
        if row.label:
            cells.append(Cell(start=row.label[0], end=row.label[1], row=number, column=0, role=CellRole.LABEL))
        cells.extend(Cell(start=s, end=e, row=number, column=c, role=CellRole.VALUE) for c, (s, e) in enumerate(row.values, 1))
        if row.tail:
            cells.append(Cell(start=row.tail[0], end=row.tail[1], row=number, column=columns - 1, role=CellRole.VALUE))
    return found_table(cells, columns, first, at)


def _wrapped_rows(groups: Sequence[Group], at: int) -> tuple[list[_WrappedRow | Group], int]:
    """Return the rows of equal width from `at`, with the groups that head some of them, and where they end."""
    rows: list[_WrappedRow | Group] = []
    width = 0
    while at < len(groups):
        row = _wrapped_row(groups, at)
        if row is not None and (not width or len(row.values) == width):
            width = len(row.values)
            rows.append(row)
            at = row.group + 1
        elif is_label(groups[at]) and at + 1 < len(groups) and _wrapped_row(groups, at + 1) is not None:
            rows.append(groups[at])
            at += 1
        else:
            break
    while rows and isinstance(rows[-1], Group):
        rows.pop()
        at -= 1
    return rows, at


def _is_year_line(group: Group) -> bool:
    return len(group.lines) == 1 and all(YEAR.fullmatch(word) for word in group.text.split())


def _is_wrapped_head(group: Group) -> bool:
    if group.is_empty_cell or len(group.text) > MAX_HEADER_CHARS:
        return False
    return all(GLUED_HEAD.fullmatch(word) or YEAR.fullmatch(word) for word in _head_words(group.text))


def _head_words(text: str) -> list[str]:
    return re.sub(rf"({GLUED_HEAD.pattern})", r" \1 ", text).split()


def _wrapped_row(groups: Sequence[Group], at: int) -> _WrappedRow | None:
    """Return the row whose value line lies in group `at`, or in the next one where `at` holds only its label."""
    group = groups[at]
    for number, line in enumerate(group.lines):
        found = read_row_line(line.text)
        if found is None or _only_years(line.text[found.start : found.end]):
            continue
        label_end = line.start + len(line.text[: found.start].rstrip())
        label_start = group.start if number else line.start
        tail_start = line.start + found.end + len(line.text[found.end :]) - len(line.text[found.end :].lstrip())
        tail = (tail_start, group.end) if tail_start < group.end else None
        values = tuple((line.start + start, line.start + end) for start, end in found.values)
        if not line.text[: found.start].strip():
            label_end = group.lines[number - 1].end if number else label_start
        label = (label_start, label_end)
        return _WrappedRow(label=label if label[0] < label[1] else None, values=values, tail=tail, group=at)
    if at + 1 < len(groups) and is_label(group):
        following = _wrapped_row(groups, at + 1) if groups[at + 1].lines and read_row_line(groups[at + 1].lines[0].text) else None
        if following is not None and following.label is None:
            return replace(following, label=(group.start, group.end))
    return None


def _wrapped_heads(heads: Sequence[Group], width: int, columns: int) -> list[Cell]:
    """Place the heads: a phase without a year spans the years, one with a year has its own column after them."""
    cells: list[Cell] = []
    pieces: list[tuple[int, int, str]] = []
    years: list[tuple[int, int]] = []
    for group in heads:
        if _is_year_line(group) and not years:
            for match in re.finditer(r"\S+", group.lines[0].text):
                years.append((group.start + match.start(), group.start + match.end()))
            continue
        if any(YEAR.fullmatch(w) for w in group.text.split()) or len(group.lines) > 1:
            pieces.append((group.start, group.end, group.text))
            continue
        for line in group.lines:
            pieces.extend((line.start + m.start(), line.start + m.end(), m[0]) for m in GLUED_HEAD.finditer(line.text))
    column = 1
    for start, end, text in pieces:
        if LABEL_HEAD.fullmatch(text):
            cells.append(Cell(start=start, end=end, row=0, column=0, role=CellRole.HEADER, row_span=2))
        elif text.lower().rstrip("*") in TRAILING_HEADS:
            cells.append(Cell(start=start, end=end, row=0, column=columns - 1, role=CellRole.HEADER, row_span=2))
        elif years and not re.search(r"\d{4}", text):
            cells.append(Cell(start=start, end=end, row=0, column=column, role=CellRole.HEADER, column_span=len(years)))
            cells.extend(Cell(start=s, end=e, row=1, column=column + i, role=CellRole.HEADER) for i, (s, e) in enumerate(years))
            column += len(years)
            years = []
        else:
            cells.append(Cell(start=start, end=end, row=0, column=min(column, width), role=CellRole.HEADER, row_span=2))
            column += 1
    cells.extend(Cell(start=s, end=e, row=1, column=min(1 + i, width), role=CellRole.HEADER) for i, (s, e) in enumerate(years))
    return cells


def read_lines(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read a group whose lines are rows: a label and as many values as the line above; heads are the lines before."""
    lines = groups[first].lines
    rows = [_row_of_line(line, least=3) for line in lines]
    body = next((i for i, row in enumerate(rows) if row), None)
    if body is None and len(lines) > MIN_ROWS_OF_TWO and len(_heads_in(lines[0].text)) == 2:  # noqa: PLR2004 (rows of two figures)
        rows = [None, *(_row_of_line(line, least=2) for line in lines[1:])]
        body = next((i for i, row in enumerate(rows) if row), None)
    if body is None or body > MAX_HEAD_LINES or (body > MAX_LABELS_BETWEEN and not any(map(_heads_in, _texts(lines[:body])))):
        return None
    width = len(rows[body].values) if rows[body] else 0  # pyright: ignore[reportOptionalMemberAccess] (body has a row)
    if sum(1 for row in rows[body:] if row and len(row.values) == width) < 2:  # noqa: PLR2004 (one row is no table)
        return None
    heads_from = _first_head(lines[:body])
    cells: list[Cell] = []
    for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
        is_group = MEASURE.fullmatch(line.text) is not None or number > body
        if row is not None:
            cells.extend(_cells_of_line(line, row, number))
        elif is_group or number < heads_from:
            role = CellRole.GROUP if is_group else CellRole.CAPTION
            cells.append(Cell(start=line.start, end=line.end, row=number, column=0, role=role, column_span=width + 1))
        else:
            cells.extend(_line_heads(line, number, width))
    return found_table(cells, max(c.column for c in cells) + 1, first, first + 1)


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]


def _row_of_line(line: Line, *, least: int) -> RowLine | None:
    """Return the row of a line that has a label before its values, and is no list entry."""
    row = None if line.list_marker else read_row_line(line.text, least=least)
    if row is None or not line.text[: row.start].strip() or _only_years(line.text[row.start : row.end]):
        return None
    return row


def _cells_of_line(line: Line, row: RowLine, number: int) -> list[Cell]:
    """Return the cells of a row's line: its label, its values, and what trails them."""
    end = line.start + len(line.text[: row.start].rstrip())
    cells = [Cell(start=line.start, end=end, row=number, column=0, role=CellRole.LABEL)]
    cells.extend(
        Cell(start=line.start + start, end=line.start + stop, row=number, column=column, role=CellRole.VALUE)
        for column, (start, stop) in enumerate(row.values, 1)
    )
    tail = line.text[row.end :]
    if tail.strip():
        start = line.end - len(tail.lstrip())
        cells.append(Cell(start=start, end=line.end, row=number, column=len(row.values) + 1, role=CellRole.VALUE))
    return cells


def _first_head(lines: Sequence[Line]) -> int:
    """Return the first line from which heads or a unit stand; what stands before them is the table's caption."""
    return next((i for i, line in enumerate(lines) if is_unit_line(line.text) or _heads_in(line.text)), 0)


def _only_years(text: str) -> bool:
    return all(YEAR.fullmatch(word) or word in "-–−" for word in text.split())


def _heads_in(text: str) -> list[re.Match[str]]:
    """Return the years of a line, each with the phase before it."""
    return list(_DATED_HEAD.finditer(text))


def _line_heads(line: Line, row: int, width: int) -> list[Cell]:
    """Return the head cells of one line: one a column where years or `word year` pairs fill them, else one for all."""
    found = _heads_in(line.text)
    if len(found) != width:
        return [Cell(start=line.start, end=line.end, row=row, column=0, role=CellRole.HEADER, column_span=width + 1)]
    first = line.text[: found[0].start()].rstrip()
    cells = [Cell(start=line.start, end=line.start + len(first), row=row, column=0, role=CellRole.HEADER)] if first else []
    cells.extend(
        Cell(start=line.start + m.start(), end=line.start + m.end(), row=row, column=c, role=CellRole.HEADER)
        for c, m in enumerate(found, 1)
    )
    return cells
