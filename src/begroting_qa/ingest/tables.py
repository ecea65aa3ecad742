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

from begroting_qa.domain import Cell, CellRole, Table
from begroting_qa.ingest.layout import Group, Line

_NUMBER = r"[-–−+]?(?:-/-\s*)?(?:€\s*)?[-–−+]?\d{1,3}(?:[.\u00a0]\d{3})*(?:,\d+)?\d*(?:\s?(?:%|‰|fte|mln\.?|miljoen))?[-–−]?"
_NO_FIGURE = r"[-–−]|n\.?v\.?t\.?|n\.?b\.?|p\.?m\.?|nnb|onbekend|niet gemeten|vervallen"
_VALUE = re.compile(rf"(?:{_NUMBER}|{_NO_FIGURE})(?:\s?\*+)?(?:\s*\((?:\w+\s)?(?:19|20)\d\d\))?(?:\s?\*+)?", re.IGNORECASE)
_ANNOTATED = re.compile(r".*\((?:\w+\s)?(?:19|20)\d\d\)\s?\**")
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?\**")
_DATE = re.compile(r"\d{1,2}-\d{1,2}(?:-\d{4})?")
_UNIT = re.compile(r"\b(?:bedragen|in euro|x\s?€?\s?1[.,]000|x\s?€?\s?1[.,]000[.,]000|in duizenden|in miljoenen|€\s?1[.,]000)", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:effect|prestatie|beleids)?indicator(?:en)?|omschrijving|onderwerp|naam(?: reserve)?|nummer|rekening|realisatie|begroting|"
    r"streefwaarden?|meerjarenraming|raming|prognose|actueel|bron|eenheid|norm|nulmeting|type|stand|mutaties?|onttrekkingen?|"
    r"toevoegingen?|lasten|baten|saldo|toelichting|verschil|afwijking|doel|prestatie|programma|totaal|v/n|begroot|werkelijk|"
    r"subsidie(?:staat)?|primitief|na wijziging|jaarrekening|bijgesteld",
    re.IGNORECASE,
)  # fmt: skip
_GLUED_HEAD = re.compile(
    r"Realisatie|Effectindicator(?:en)?|Prestatie-?indicator(?:en)?|Streefwaarden?|Rekening|Begroting|Meerjarenraming|Bron|Indicator(?:en)?|Omschrijving"
)
_TRAILING_HEADS = frozenset({"bron", "toelichting", "opmerking", "opmerkingen", "eenheid", "v/n", "status"})
_LABEL_HEAD = re.compile(r"(?:\w*indicator(?:en)?|omschrijving|onderwerp|naam|type|nummer)\**", re.IGNORECASE)
_MEASURE = re.compile(r"(?:lasten|baten|saldo|toevoeging(?:en)?|onttrekking(?:en)?|uitgaven|inkomsten)", re.IGNORECASE)
_ROW_TAIL = re.compile(
    rf"(?P<label>.*?)(?P<values>(?:(?:^|\s+)(?:{_NUMBER}|{_NO_FIGURE})(?=\s|$)){{3,}})(?P<tail>(?:\s+\D.*)?)", re.IGNORECASE
)
_ONE_VALUE = re.compile(rf"(?:{_NUMBER}|{_NO_FIGURE})(?=\s|$)", re.IGNORECASE)
_GOAL_HEAD = re.compile(r"(?:sub)?doel(?:en|stelling(?:en)?)?", re.IGNORECASE)
_DEED_HEAD = re.compile(r"(?:prestaties?|activiteit(?:en)?|inspanning(?:en)?|maatregel(?:en)?|resultaten|acties?)", re.IGNORECASE)
_GOAL_CODE = re.compile(r"(?P<goal>[A-Z]?\d{1,2}[A-Z]?\d*)(?P<deed>[.]\d{1,2})?\s+(?=[A-Z‘'\"(])")
MAX_LABEL_CHARS = 240
MAX_LABELS_BETWEEN = 3
MAX_HEADER_CHARS = 60


@dataclass(slots=True, kw_only=True)
class FoundTable:
    """A table and the run of groups, half open, that it takes up."""

    table: Table
    first: int
    end: int


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
            _read_bars(groups, at)
            or _read_goals(groups, at)
            or _read_key_values(groups, at)
            or (_read_wrapped(groups, at) if wrapped else None)
            or _read_lines(groups, at)
            or _read_flattened(groups, at)
        )
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.end
    return found


def is_value(text: str) -> bool:
    """Tell whether a cell's text is a figure, or says that there is none."""
    return _VALUE.fullmatch(text.strip()) is not None


def is_unit_line(text: str) -> bool:
    """Tell whether a short line gives the unit of a table, as `bedragen x € 1.000`."""
    return len(text) <= MAX_HEADER_CHARS and _UNIT.search(text) is not None


def _is_values(group: Group) -> bool:
    return not group.is_empty_cell and all(is_value(line.text) for line in group.lines)


def _is_year(group: Group) -> bool:
    return len(group.lines) == 1 and (_YEAR.fullmatch(group.text) or _DATE.fullmatch(group.text)) is not None


def _is_annotated(group: Group) -> bool:
    return _is_values(group) and all(_ANNOTATED.fullmatch(line.text) for line in group.lines)


def _is_label(group: Group) -> bool:
    if group.is_empty_cell or _is_values(group) or _is_year(group):
        return False
    if group.lines[0].is_bulleted or group.lines[0].footnote_marker or len(group.text) > MAX_LABEL_CHARS:
        return False
    return not (group.lines[-1].ends_sentence and len(group.text) > MAX_HEADER_CHARS)


def _is_header_like(group: Group) -> bool:
    if group.is_empty_cell or _is_year(group):
        return True
    text = group.text
    if len(text) > MAX_HEADER_CHARS or group.lines[-1].ends_sentence and not text.endswith("."):
        return False
    first = _HEAD.match(text)
    if first is None:
        return False
    rest = text[first.end() :].strip(" *")
    return not rest or bool(re.fullmatch(r"(?:(?:na|primitief|wijziging|t/m|per|actueel|jaar)\s?)*[\d\s./-]*", rest))


def _is_unit(group: Group) -> bool:
    return not group.is_empty_cell and is_unit_line(group.lines[-1].text) and len(group.lines) <= MAX_LABELS_BETWEEN


# --- label, empty cell, value -------------------------------------------------------------------------------------------


def _read_key_values(groups: Sequence[Group], first: int) -> FoundTable | None:
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
        cells.append(_cell(groups[at], row, 0, CellRole.LABEL))
        cells.append(
            Cell(start=groups[at + 2].start, end=groups[end - 1].end, row=row, column=1, role=CellRole.VALUE)
        )
        row += 1
        at = end
    return _found(cells, 2, first, at) if row >= 2 else None  # noqa: PLR2004 (one row is no table)


def _is_key(group: Group) -> bool:
    return _is_short(group) and not _is_values(group) and not _is_year(group)


def _is_short(group: Group) -> bool:
    return (
        not group.is_empty_cell
        and len(group.text) <= MAX_HEADER_CHARS
        and not group.lines[-1].ends_sentence
        and not group.lines[0].is_bulleted
    )


# --- goals and what is done for them ------------------------------------------------------------------------------------


def _read_goals(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read a goal tree: heads `Doel` and `Prestatie`, then coded cells; a goal may stand after its own deeds."""
    heads = _goal_heads(groups, first)
    if heads is None:
        return None
    cells, at = heads
    coded: list[tuple[Group, re.Match[str]]] = []
    seen: set[str] = set()
    while at < len(groups):
        if groups[at].is_empty_cell:
            at += 1
            continue
        match = _GOAL_CODE.match(groups[at].text)
        code = match[0].strip() if match else ""
        if match is None or code in seen or len(groups[at].text) > MAX_LABEL_CHARS:
            break
        seen.add(code)
        coded.append((groups[at], match))
        at += 1
    while at > first and groups[at - 1].is_empty_cell:
        at -= 1
    if len(coded) < 2:  # noqa: PLR2004 (a single code is a heading)
        return None
    row_of_goal: dict[str, tuple[int, int]] = {}
    row = 1
    goals = {m["goal"]: g for g, m in coded if not m["deed"]}
    for group, match in coded:
        if not match["deed"]:
            if any(m["deed"] and m["goal"] == match["goal"] for _, m in coded):
                continue
            cells.append(_cell(group, row, 0, CellRole.LABEL))
        else:
            cells.append(_cell(group, row, 1, CellRole.VALUE))
            top, _ = row_of_goal.get(match["goal"], (row, 0))
            row_of_goal[match["goal"]] = (top, row - top + 1)
        row += 1
    for goal, (top, span) in row_of_goal.items():
        if goal in goals:
            cells.append(replace(_cell(goals[goal], top, 0, CellRole.LABEL), row_span=span))
    return _found(cells, 2, first, at)


def _goal_heads(groups: Sequence[Group], first: int) -> tuple[list[Cell], int] | None:
    group = groups[first]
    if group.is_empty_cell:
        return None
    words = group.text.split()
    if len(words) == 2 and len(group.lines) == 1 and _GOAL_HEAD.fullmatch(words[0]) and _DEED_HEAD.fullmatch(words[1]):  # noqa: PLR2004
        cut = group.start + len(words[0])
        deed = group.end - len(words[1])
        return [
            Cell(start=group.start, end=cut, row=0, column=0, role=CellRole.HEADER),
            Cell(start=deed, end=group.end, row=0, column=1, role=CellRole.HEADER),
        ], first + 1
    at = first + 1
    while at < len(groups) and groups[at].is_empty_cell:
        at += 1
    if _GOAL_HEAD.fullmatch(group.text) and at < len(groups) and _DEED_HEAD.fullmatch(groups[at].text):
        return [_cell(group, 0, 0, CellRole.HEADER), _cell(groups[at], 0, 1, CellRole.HEADER)], at + 1
    return None


# --- rows with bars -----------------------------------------------------------------------------------------------------


def _read_bars(groups: Sequence[Group], first: int) -> FoundTable | None:
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
    numeric = [any(is_value(t) and not _YEAR.fullmatch(t) for t in row[1:]) for row in texts]
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
    found = _found(cells, max(c.column for c in cells) + 1, first, at)
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


# --- hard-wrapped rows --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrappedRow:
    label: tuple[int, int] | None
    values: tuple[tuple[int, int], ...]
    tail: tuple[int, int] | None
    group: int


def _read_wrapped(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read rows whose values stand on one line, as a PDF gives them; heads stand before, labels may stand apart."""
    at = first
    while at < len(groups) and (_is_wrapped_head(groups[at]) or _is_year_line(groups[at])):
        at += 1
    if at == first:
        return None
    heads = list(groups[first:at])
    rows: list[_WrappedRow | Group] = []
    width = 0
    while at < len(groups):
        row = _wrapped_row(groups, at)
        if row is not None and (not width or len(row.values) == width):
            width = len(row.values)
            rows.append(row)
            at = row.group + 1
        elif _is_label(groups[at]) and at + 1 < len(groups) and _wrapped_row(groups, at + 1) is not None:
            rows.append(groups[at])
            at += 1
        else:
            break
    if not any(isinstance(row, _WrappedRow) for row in rows):
        return None
    while rows and isinstance(rows[-1], Group):
        rows.pop()
        at -= 1
    columns = width + 1 + any(isinstance(r, _WrappedRow) and r.tail for r in rows)
    cells = _wrapped_heads(heads, width, columns)
    top = 2
    for number, row in enumerate(rows, top):
        if isinstance(row, Group):
            cells.append(replace(_cell(row, number, 0, CellRole.GROUP), column_span=columns))
            continue
        if row.label:
            cells.append(Cell(start=row.label[0], end=row.label[1], row=number, column=0, role=CellRole.LABEL))
        cells.extend(
            Cell(start=s, end=e, row=number, column=c, role=CellRole.VALUE) for c, (s, e) in enumerate(row.values, 1)
        )
        if row.tail:
            cells.append(Cell(start=row.tail[0], end=row.tail[1], row=number, column=columns - 1, role=CellRole.VALUE))
    return _found(cells, columns, first, at)


def _is_year_line(group: Group) -> bool:
    return len(group.lines) == 1 and all(_YEAR.fullmatch(word) for word in group.text.split())


def _is_wrapped_head(group: Group) -> bool:
    if group.is_empty_cell or len(group.text) > MAX_HEADER_CHARS:
        return False
    return all(_GLUED_HEAD.fullmatch(word) or _YEAR.fullmatch(word) for word in _head_words(group.text))


def _head_words(text: str) -> list[str]:
    return re.sub(rf"({_GLUED_HEAD.pattern})", r" \1 ", text).split()


def _wrapped_row(groups: Sequence[Group], at: int) -> _WrappedRow | None:
    """Return the row whose value line lies in group `at`, or in the next one where `at` holds only its label."""
    group = groups[at]
    for number, line in enumerate(group.lines):
        match = _ROW_TAIL.fullmatch(line.text)
        if match is None or _only_years(match["values"]):
            continue
        label_end = line.start + len(match["label"].rstrip())
        label_start = group.start if number else line.start
        tail_start = line.start + match.end("values")
        tail_start += len(line.text[match.end("values") :]) - len(line.text[match.end("values") :].lstrip())
        tail = (tail_start, group.end) if tail_start < group.end else None
        base = line.start + match.start("values")
        values = tuple((base + m.start(), base + m.end()) for m in _ONE_VALUE.finditer(match["values"]))
        if not match["label"].strip():
            label_end = group.lines[number - 1].end if number else label_start
        label = (label_start, label_end)
        return _WrappedRow(label=label if label[0] < label[1] else None, values=values, tail=tail, group=at)
    if at + 1 < len(groups) and _is_label(group):
        following = _wrapped_row(groups, at + 1) if _ROW_TAIL.fullmatch(groups[at + 1].lines[0].text if groups[at + 1].lines else "") else None
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
        if any(_YEAR.fullmatch(w) for w in group.text.split()) or len(group.lines) > 1:
            pieces.append((group.start, group.end, group.text))
            continue
        pieces.extend(
            (group.start + m.start(), group.start + m.end(), m[0]) for m in _GLUED_HEAD.finditer(group.lines[0].text)
        )
    column = 1
    for start, end, text in pieces:
        if _LABEL_HEAD.fullmatch(text):
            cells.append(Cell(start=start, end=end, row=0, column=0, role=CellRole.HEADER, row_span=2))
        elif text.lower().rstrip("*") in _TRAILING_HEADS:
            cells.append(Cell(start=start, end=end, row=0, column=columns - 1, role=CellRole.HEADER, row_span=2))
        elif years and not re.search(r"\d{4}", text):
            cells.append(Cell(start=start, end=end, row=0, column=column, role=CellRole.HEADER, column_span=len(years)))
            cells.extend(
                Cell(start=s, end=e, row=1, column=column + i, role=CellRole.HEADER) for i, (s, e) in enumerate(years)
            )
            column += len(years)
            years = []
        else:
            cells.append(Cell(start=start, end=end, row=0, column=min(column, width), role=CellRole.HEADER, row_span=2))
            column += 1
    cells.extend(
        Cell(start=s, end=e, row=1, column=min(1 + i, width), role=CellRole.HEADER) for i, (s, e) in enumerate(years)
    )
    return cells


def _read_lines(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read a group whose lines are rows: a label and as many values as the line above; heads are the lines before."""
    lines = groups[first].lines
    matches = [None if line.list_marker else _ROW_TAIL.fullmatch(line.text) for line in lines]
    widths = [len(_ONE_VALUE.findall(m["values"])) if m and m["label"].strip() and not _only_years(m["values"]) else 0 for m in matches]
    body = next((i for i, width in enumerate(widths) if width), None)
    if body is None or sum(1 for w in widths[body:] if w == widths[body]) < 2 or body > MAX_LABELS_BETWEEN:  # noqa: PLR2004
        return None
    width = widths[body]
    cells: list[Cell] = []
    for row, (line, match, count) in enumerate(zip(lines, matches, widths, strict=True)):
        if row < body or match is None or count == 0:
            cells.extend(_line_heads(line, row, width) if row < body else [
                Cell(start=line.start, end=line.end, row=row, column=0, role=CellRole.GROUP, column_span=width + 1)
            ])
            continue
        end = line.start + len(match["label"].rstrip())
        cells.append(Cell(start=line.start, end=end, row=row, column=0, role=CellRole.LABEL))
        base = line.start + match.start("values")
        spans = [(base + m.start(), base + m.end()) for m in _ONE_VALUE.finditer(match["values"])]
        cells.extend(Cell(start=s, end=e, row=row, column=c, role=CellRole.VALUE) for c, (s, e) in enumerate(spans, 1))
        tail = line.text[match.end("values") :]
        if tail.strip():
            start = line.end - len(tail.lstrip())
            cells.append(Cell(start=start, end=line.end, row=row, column=len(spans) + 1, role=CellRole.VALUE))
    return _found(cells, max(c.column for c in cells) + 1, first, first + 1)


def _only_years(text: str) -> bool:
    return all(_YEAR.fullmatch(word) or word in "-–−" for word in text.split())


def _line_heads(line: Line, row: int, width: int) -> list[Cell]:
    """Return the head cells of one line: one a column where years or `word year` pairs fill them, else one for all."""
    found = list(re.finditer(r"(?:(?:Rekening|Realisatie|Begroting|Raming|Prognose|Streefwaarde|Jaarrekening|Actueel) )?(?:19|20)\d\d", line.text))
    if len(found) != width:
        return [Cell(start=line.start, end=line.end, row=row, column=0, role=CellRole.HEADER, column_span=width + 1)]
    first = line.text[: found[0].start()].rstrip()
    cells = [Cell(start=line.start, end=line.start + len(first), row=row, column=0, role=CellRole.HEADER)] if first else []
    cells.extend(
        Cell(start=line.start + m.start(), end=line.start + m.end(), row=row, column=c, role=CellRole.HEADER)
        for c, m in enumerate(found, 1)
    )
    return cells


# --- flattened ----------------------------------------------------------------------------------------------------------


def _read_flattened(groups: Sequence[Group], first: int) -> FoundTable | None:
    """Read one cell a paragraph: caption, heads (one or two storeys), then rows of labels and values."""
    at = first
    while at < len(groups) and _is_unit(groups[at]) and at < first + 2:
        at += 1
    head_first = at
    while at < len(groups) and (_is_header_like(groups[at]) or (_is_unit(groups[at]) and at > head_first)):
        at += 1
    if at - head_first < 2 or all(g.is_empty_cell for g in groups[head_first:at]):  # noqa: PLR2004
        return None
    if groups[first].is_empty_cell and not any(_is_values(g) for g in groups[at : at + 4]):
        return None
    body, end = _body(groups, at)
    n_values = _row_width(body)
    at = _first_label(groups, head_first, at, n_values)
    units = [g for g in groups[head_first:at] if _is_unit(g)]
    heads = [g for g in groups[head_first:at] if g not in units]
    if n_values < 2 and len(heads) < 3:  # noqa: PLR2004 (a heading and an amount are no table)
        return None
    if not body or n_values == 0:
        return None
    measures = [g for g in heads if not g.is_empty_cell and _MEASURE.fullmatch(g.text)]
    if len(measures) == n_values and heads[-n_values:] == measures:
        units = [g for g in groups[head_first:at] if g not in measures and not g.is_empty_cell]
        heads = measures
    captions = list(groups[first:head_first]) + units
    rows, n_labels, trailing, end = _rows(groups, at, end, heads, n_values)
    if not rows:
        return None
    return _found(_grid(captions, heads, rows, n_labels, n_values, trailing=trailing), n_labels + n_values + trailing, first, end)


def _first_label(groups: Sequence[Group], head_first: int, at: int, n_values: int) -> int:
    """Return where the body starts: a measure such as `Lasten` may head a column, but opens a row when columns are full."""
    named = [g for g in groups[head_first:at] if not g.is_empty_cell and not _is_unit(g)]
    if not named:
        return at
    room = n_values + (_LABEL_HEAD.fullmatch(named[0].text) is not None or named[0].text.lower() == "programma")
    if len(named) > 1 and _MEASURE.fullmatch(named[-2].text):
        return at  # lasten, baten and saldo side by side head the columns
    while len(named) > room and at - 1 > head_first and _MEASURE.fullmatch(groups[at - 1].text):
        at -= 1
        named.pop()
    return at


def _body(groups: Sequence[Group], at: int) -> tuple[list[int], int]:
    """Return the lengths of the value runs from `at`, and where the last of them ends."""
    runs: list[int] = []
    end = at
    labels = 0
    while at < len(groups) and labels <= MAX_LABELS_BETWEEN:
        if _is_values(groups[at]):
            merged = _value_run(groups, at)
            if all(_is_year(g) for g in groups[at : merged[1]]):
                break  # the heads of a next table
            runs.append(len(merged[0]))
            at = end = merged[1]
            labels = 0
        elif groups[at].is_empty_cell:
            at += 1
        elif _is_label(groups[at]) and not _is_unit(groups[at]):
            labels += 1
            at += 1
        else:
            break
    return runs, end


def _value_run(groups: Sequence[Group], at: int) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of one unbroken run of values; neighbours with a year behind each figure are one cell."""
    cells: list[tuple[int, int]] = []
    annotated = False
    while at < len(groups) and _is_values(groups[at]):
        group = groups[at]
        if annotated and _is_annotated(group):
            cells[-1] = (cells[-1][0], group.end)
        else:
            cells.append((group.start, group.end))
        annotated = _is_annotated(group)
        at += 1
    return cells, at


def _row_width(runs: Sequence[int]) -> int:
    return Counter(runs).most_common(1)[0][0] if runs else 0


def _rows(
    groups: Sequence[Group], at: int, end: int, heads: Sequence[Group], n_values: int
) -> tuple[list[_Row], int, int, int]:
    """Return the body rows, the number of label columns, 1 when text trails the values, and where the body ends."""
    gaps = _gaps(groups, at, end)
    last_head = next((h.text.lower().rstrip("*") for h in reversed(heads) if not h.is_empty_cell and not _is_year(h)), "")
    inner = gaps[1:]
    trailing = int(last_head in _TRAILING_HEADS or (len(inner) > 1 and min(inner) >= 2 and not heads[0].is_empty_cell and max(inner) > min(inner)))  # noqa: PLR2004
    one_label = not heads[0].is_empty_cell and _LABEL_HEAD.fullmatch(heads[0].text) is not None
    n_labels = 1 if one_label or trailing else max(1, min(2, max(gaps, default=1)))
    rows: list[_Row] = []
    pending: list[Group] = []
    while at < end:
        group = groups[at]
        if _is_values(group):
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
            if trailing and at < len(groups) and (_is_label(groups[at]) or groups[at].is_empty_cell):
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
        if _is_values(group):
            if not inside:
                gaps.append(count)
            count = 0
            inside = True
        else:
            count += 1
            inside = False
    return gaps


def _grid(
    captions: Sequence[Group], heads: Sequence[Group], rows: Sequence[_Row], n_labels: int, n_values: int, *, trailing: int
) -> list[Cell]:
    columns = n_labels + n_values + trailing
    cells = [replace(_cell(g, i, 0, CellRole.CAPTION), column_span=columns) for i, g in enumerate(captions)]
    top = len(captions)
    header, depth = _header_cells(heads, n_labels, n_values, trailing, top)
    cells.extend(header)
    number = top + depth
    measure_first = False
    for row in rows:
        for group in row.groups:
            cells.append(replace(_cell(group, number, 0, CellRole.GROUP), column_span=columns))
            number += 1
        labels = row.labels
        if len(labels) > 1 and not labels[0].is_empty_cell:
            measure_first = _MEASURE.fullmatch(labels[0].text) is not None
        if len(labels) == 1 and n_labels > 1 and (measure_first or _MEASURE.fullmatch(labels[0].text)):
            cells.append(_cell(labels[0], number, 1, CellRole.LABEL))
        else:
            for column, group in enumerate(labels):
                if not group.is_empty_cell:
                    cells.append(_cell(group, number, column, CellRole.LABEL))
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


def _header_cells(
    heads: Sequence[Group], n_labels: int, n_values: int, trailing: int, top: int
) -> tuple[list[Cell], int]:
    """Return the header cells and how many rows they take; years after named heads are a second storey."""
    named_end = len(heads)
    while named_end and _is_year(heads[named_end - 1]):
        named_end -= 1
    named, years = list(heads[:named_end]), list(heads[named_end:])
    if not any(not g.is_empty_cell for g in named):
        named, years = list(heads), []
    if named and named[0].is_empty_cell:
        named, first_column = [g for g in named[1:] if not g.is_empty_cell], n_labels
    else:
        named = [g for g in named if not g.is_empty_cell]
        labelled = bool(named) and (_LABEL_HEAD.fullmatch(named[0].text) is not None or len(named) + len(years) > n_values + 1)
        first_column = 0 if labelled or len(named) > n_values + trailing else n_labels
    spare = n_labels + n_values + trailing - first_column - len(named) - (n_labels - 1 if first_column == 0 else 0)
    spanning = _spanning_head(named, trailing) if years and spare > 0 else None
    cells: list[Cell] = []
    column = first_column
    for index, group in enumerate(named):
        span = 1
        if first_column == 0 and index == 0:
            span = n_labels
        elif index == spanning:
            span = min(len(years), spare + 1)
            cells.extend(_cell(g, top + 1, column + i, CellRole.HEADER) for i, g in enumerate(years))
        cells.append(
            replace(
                _cell(group, top, column, CellRole.HEADER), column_span=span,
                row_span=2 if years and index != spanning else 1,
            )
        )  # fmt: skip
        column += span
    if years and spanning is None:
        start = n_labels + max(0, n_values - len(years))
        cells.extend(_cell(g, top + 1, start + i, CellRole.HEADER) for i, g in enumerate(years))
    return cells, 2 if years else 1


def _spanning_head(named: Sequence[Group], trailing: int) -> int | None:
    """Return which named head the years below belong to: the last one, trailing text aside, that names no year."""
    for index in range(len(named) - 1 - trailing, -1, -1):
        if not re.search(r"\d{4}", named[index].text):
            return index
    return None


def _cell(group: Group, row: int, column: int, role: CellRole) -> Cell:
    return Cell(start=group.start, end=group.end, row=row, column=column, role=role)


def _found(cells: list[Cell], n_columns: int, first: int, end: int) -> FoundTable:
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    table = Table(
        start=min(c.start for c in ordered), end=max(c.end for c in ordered), n_columns=n_columns, cells=ordered
    )
    return FoundTable(table=table, first=first, end=end)
