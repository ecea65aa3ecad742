"""Groups of lines -> Tables: cells found back in text that lost its table.

Four shapes are read (seen on budget sites of several cities): flattened (one cell a paragraph, parted by blank lines),
rows with bars (`a | b |`), hard-wrapped rows (label, then all values on one line), and label-and-value lists whose empty
middle cell is left (`Commissie`, nothing, `Onderwijs`). What fits none of them is left to the outline as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from begroting_qa.domain import Cell, CellRole
from begroting_qa.ingest.bars import read_bars
from begroting_qa.ingest.cells import (
    LABEL_HEAD,
    MAX_LABELS_BETWEEN,
    MEASURE,
    TRAILING_HEADS,
    FoundTable,
    found_table,
    group_cell,
    is_annotated,
    is_header_like,
    is_label,
    is_unit,
    is_values,
    is_year,
)
from begroting_qa.ingest.goals import read_goals
from begroting_qa.ingest.key_values import read_key_values
from begroting_qa.ingest.layout import Group
from begroting_qa.ingest.rows import read_lines, read_wrapped

BUDGET_HORIZON = 4


@dataclass(slots=True, kw_only=True)
class _Row:
    """A body row being put together: full-width heads before it, label groups, value cells and what trails them."""

    groups: list[Group] = field(default_factory=list)
    labels: list[Group] = field(default_factory=list)
    values: list[tuple[int, int]] = field(default_factory=list)
    trailing: list[tuple[int, int]] = field(default_factory=list)


def find_tables(groups: Sequence[Group], *, wrapped: bool) -> list[FoundTable]:
    """Return the tables among `groups`, in order and without overlap."""
    found: list[FoundTable] = []
    at = 0
    while at < len(groups):
        table = (
            read_bars(groups, at)
            or read_goals(groups, at)
            or read_key_values(groups, at)
            or (read_wrapped(groups, at) if wrapped else None)
            or read_lines(groups, at)
            or _read_flattened(groups, at)
        )
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.end
    return found


def _read_flattened(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read one cell a paragraph: caption, heads (one or two storeys), then rows of labels and values."""
    at = first
    while at < len(groups) and is_unit(groups[at]) and at < first + 2:
        at += 1
    head_first = at
    while at < len(groups) and (is_header_like(groups[at]) or (is_unit(groups[at]) and at > head_first)):
        at += 1
    if at - head_first < 2 or all(g.is_empty_cell for g in groups[head_first:at]):  # noqa: PLR2004
        return None
    if groups[first].is_empty_cell and not any(is_values(g) for g in groups[at : at + 4]):
        return None
    body, end = _body(groups, at)
    n_values = _row_width(body)
    at = _first_label(groups, head_first, at, n_values)
    units = [g for g in groups[head_first:at] if is_unit(g)]
    heads = [g for g in groups[head_first:at] if g not in units]
    if n_values < 2 and len(heads) < 3:  # noqa: PLR2004 (a heading and an amount are no table)
        return None
    if not body or n_values == 0:
        return None
    measures = [g for g in heads if not g.is_empty_cell and MEASURE.fullmatch(g.text)]
    phases: list[Group] = []
    if len(measures) == n_values and heads[-n_values:] == measures:
        phases = _phases_over(measures, heads[:-n_values])
        heads = [*[g for g in heads[:-n_values] if g not in phases and LABEL_HEAD.fullmatch(g.text)], *measures]
        units = [g for g in groups[head_first:at] if g not in heads and g not in phases and not g.is_empty_cell]
    captions = list(groups[first:head_first]) + units
    rows, n_labels, trailing, end = _rows(groups, at, end, heads, n_values)
    if not rows:
        return None
    return found_table(
        _grid(captions, heads, rows, n_labels, n_values, trailing=trailing, phases=phases),
        n_labels + n_values + trailing,
        first,
        end,
    )


def _phases_over(measures: Sequence[Group], heads: Sequence[Group]) -> list[Group]:
    """Return the phases above equal runs of measures: `Begroting 2024`, `Begroting 2025` over lasten and baten twice."""
    phases = [g for g in heads if not g.is_empty_cell and re.search(r"(?:19|20)\d\d", g.text)]
    if len(phases) < 2 or len(measures) % len(phases):  # noqa: PLR2004 (one phase captions the table)
        return []
    width = len(measures) // len(phases)
    names = [g.text.lower() for g in measures]
    return phases if all(names[i] == names[i % width] for i in range(len(names))) else []


def _first_label(groups: Sequence[Group], head_first: int, at: int, n_values: int) -> int:
    """Return where the body starts: a measure such as `Lasten` may head a column, but opens a row when columns are full."""
    named = [g for g in groups[head_first:at] if not g.is_empty_cell and not is_unit(g)]
    if not named:
        return at
    room = n_values + (LABEL_HEAD.fullmatch(named[0].text) is not None or named[0].text.lower() == "programma")
    if len(named) > 1 and MEASURE.fullmatch(named[-2].text):
        return at  # lasten, baten and saldo side by side head the columns
    while len(named) > room and at - 1 > head_first and MEASURE.fullmatch(groups[at - 1].text):
        at -= 1
        named.pop()
    return at


def _body(groups: Sequence[Group], at: int) -> tuple[list[int], int]:
    """Return the lengths of the value runs from `at`, and where the last of them ends."""
    runs: list[int] = []
    end = at
    labels = 0
    while at < len(groups) and labels <= MAX_LABELS_BETWEEN:
        if is_values(groups[at]):
            merged = _value_run(groups, at)
            if all(is_year(g) for g in groups[at : merged[1]]):
                break  # the heads of a next table
            runs.append(len(merged[0]))
            at = end = merged[1]
            labels = 0
        elif groups[at].is_empty_cell:
            at += 1
        elif is_label(groups[at]) and not is_unit(groups[at]):
            labels += 1
            at += 1
        else:
            break
    return runs, end


def _value_run(groups: Sequence[Group], at: int) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of one unbroken run of values; neighbours with a year behind each figure are one cell."""
    cells: list[tuple[int, int]] = []
    annotated = False
    while at < len(groups) and is_values(groups[at]):
        group = groups[at]
        if annotated and is_annotated(group):
            cells[-1] = (cells[-1][0], group.end)
        else:
            cells.append((group.start, group.end))
        annotated = is_annotated(group)
        at += 1
    return cells, at


def _row_width(runs: Sequence[int]) -> int:
    return Counter(runs).most_common(1)[0][0] if runs else 0


def _rows(groups: Sequence[Group], at: int, end: int, heads: Sequence[Group], n_values: int) -> tuple[list[_Row], int, int, int]:
    """Return the body rows, the number of label columns, 1 when text trails the values, and where the body ends."""
    gaps = _gaps(groups, at, end)
    last_head = next((h.text.lower().rstrip("*") for h in reversed(heads) if not h.is_empty_cell and not is_year(h)), "")
    inner = gaps[1:]
    trailing = int(
        last_head in TRAILING_HEADS
        or (len(inner) > 1 and min(inner) >= 2 and not heads[0].is_empty_cell and max(inner) > min(inner))
    )  # noqa: PLR2004
    one_label = not heads[0].is_empty_cell and LABEL_HEAD.fullmatch(heads[0].text) is not None
    n_labels = 1 if one_label or trailing else max(1, min(2, max(gaps, default=1)))
    rows: list[_Row] = []
    pending: list[Group] = []
    while at < end:
        group = groups[at]
        if is_values(group):
            values, after = _value_run(groups, at)
            row = _Row(values=values)
            empties = [g for g in pending if g.is_empty_cell]
            labels = pending if len(pending) <= n_labels else pending[len(pending) - n_labels :]
            if one_label or trailing:
                labels = [g for g in pending if not g.is_empty_cell][-1:]
            row.groups = [g for g in pending if g not in labels and g not in empties]
            row.labels = labels
            rows.append(row)
            pending = []
            at = after
            if trailing and at < len(groups) and (is_label(groups[at]) or groups[at].is_empty_cell):
                if not groups[at].is_empty_cell:
                    row.trailing.append((groups[at].start, groups[at].end))
                at += 1
                end = max(end, at)
        else:
            pending.append(group)
            at += 1
    return rows, n_labels, trailing, max(end, at)


def _gaps(groups: Sequence[Group], at: int, end: int) -> list[int]:
    """Return how many non-value groups stand before each run of values."""
    gaps: list[int] = []
    count = 0
    inside = False
    for group in groups[at:end]:
        if is_values(group):
            if not inside:
                gaps.append(count)
            count = 0
            inside = True
        else:
            count += 1
            inside = False
    return gaps


def _grid(
    captions: Sequence[Group], heads: Sequence[Group], rows: Sequence[_Row], n_labels: int, n_values: int, *, trailing: int,
    phases: Sequence[Group] = (),
) -> list[Cell]:  # fmt: skip
    columns = n_labels + n_values + trailing
    cells = [replace(group_cell(g, i, 0, CellRole.CAPTION), column_span=columns) for i, g in enumerate(captions)]
    top = len(captions)
    if phases:
        span = n_values // len(phases)
        cells.extend(
            replace(group_cell(g, top, n_labels + i * span, CellRole.HEADER), column_span=span) for i, g in enumerate(phases)
        )
        top += 1
    header, depth = _header_cells(heads, n_labels, n_values, trailing, top)
    cells.extend(header)
    number = top + depth
    measure_first = False
    for row in rows:
        for group in row.groups:
            cells.append(replace(group_cell(group, number, 0, CellRole.GROUP), column_span=columns))
            number += 1
        labels = row.labels
        if len(labels) > 1 and not labels[0].is_empty_cell:
            measure_first = MEASURE.fullmatch(labels[0].text) is not None
        if len(labels) == 1 and n_labels > 1 and (measure_first or MEASURE.fullmatch(labels[0].text)):
            cells.append(group_cell(labels[0], number, 1, CellRole.LABEL))
        else:
            for column, group in enumerate(labels):
                if not group.is_empty_cell:
                    cells.append(group_cell(group, number, column, CellRole.LABEL))
        # a shorter row is a total whose first cells are missing: its values stand under the last columns
        shift = max(0, n_values - len(row.values))
        for column, (start, end) in enumerate(row.values[:n_values]):
            cells.append(Cell(start=start, end=end, row=number, column=n_labels + shift + column, role=CellRole.VALUE))
        for column, (start, end) in enumerate(row.values[n_values:]):
            cells.append(Cell(start=start, end=end, row=number, column=n_labels + n_values + column, role=CellRole.VALUE))
        for start, end in row.trailing:
            cells.append(Cell(start=start, end=end, row=number, column=columns - 1, role=CellRole.VALUE))
        number += 1
    return cells


def _header_cells(heads: Sequence[Group], n_labels: int, n_values: int, trailing: int, top: int) -> tuple[list[Cell], int]:
    """Return the header cells and how many rows they take; years after named heads are a second storey."""
    named_end = len(heads)
    while named_end and is_year(heads[named_end - 1]):
        named_end -= 1
    named, years = list(heads[:named_end]), list(heads[named_end:])
    if not any(not g.is_empty_cell for g in named):
        named, years = list(heads), []
    if named and named[0].is_empty_cell:
        named, first_column = [g for g in named[1:] if not g.is_empty_cell], n_labels
    else:
        named = [g for g in named if not g.is_empty_cell]
        labelled = bool(named) and (LABEL_HEAD.fullmatch(named[0].text) is not None or len(named) + len(years) > n_values + 1)
        first_column = 0 if labelled or len(named) > n_values + trailing else n_labels
    spare = n_labels + n_values + trailing - first_column - len(named) - (n_labels - 1 if first_column == 0 else 0)
    phases = named[1 if first_column == 0 else 0 : len(named) - trailing]
    if len(years) == n_values and len(phases) > 1 and not any(re.search(r"\d{4}", g.text) for g in phases):
        return _shared_years(named, phases, years, n_labels, top), 2
    spanning = _spanning_head(named, trailing) if years and spare > 0 else None
    cells: list[Cell] = []
    column = first_column
    for index, group in enumerate(named):
        span = 1
        if first_column == 0 and index == 0:
            span = n_labels
        elif index == spanning:
            span = min(len(years), spare + 1)
            cells.extend(group_cell(g, top + 1, column + i, CellRole.HEADER) for i, g in enumerate(years))
        cells.append(
            replace(
                group_cell(group, top, column, CellRole.HEADER), column_span=span,
                row_span=2 if years and index != spanning else 1,
            )
        )  # fmt: skip
        column += span
    if years and spanning is None:
        start = n_labels + max(0, n_values - len(years))
        cells.extend(group_cell(g, top + 1, start + i, CellRole.HEADER) for i, g in enumerate(years))
    return cells, 2 if years else 1


def _shared_years(named: Sequence[Group], phases: Sequence[Group], years: Sequence[Group], n_labels: int, top: int) -> list[Cell]:
    """Return the header cells where several phases share a row of years that fills every column.

    The last phase looks ahead and so has the budget's year and the three after it (BBV art. 20); the first has what is left.
    """
    last = min(BUDGET_HORIZON, len(years) - len(phases) + 1)
    spans = [len(years) - last - (len(phases) - 2), *[1] * (len(phases) - 2), last]
    cells = [group_cell(g, top + 1, n_labels + i, CellRole.HEADER) for i, g in enumerate(years)]
    column = n_labels
    for group, span in zip(phases, spans, strict=True):
        cells.append(replace(group_cell(group, top, column, CellRole.HEADER), column_span=span))
        column += span
    before = [g for g in named if g.end <= phases[0].start]
    after = [g for g in named if g.start >= phases[-1].end]
    cells.extend(replace(group_cell(g, top, 0, CellRole.HEADER), column_span=n_labels, row_span=2) for g in before)
    cells.extend(replace(group_cell(g, top, column, CellRole.HEADER), row_span=2) for g in after)
    return cells


def _spanning_head(named: Sequence[Group], trailing: int) -> int | None:
    """Return which named head the years below belong to: the last one, trailing text aside, that names no year."""
    for index in range(len(named) - 1 - trailing, -1, -1):
        if not re.search(r"\d{4}", named[index].text):
            return index
    return None
