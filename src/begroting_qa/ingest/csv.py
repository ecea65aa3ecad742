"""A CSV source -> Document: the decoded file, unchanged, as one table whose cells point into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from begroting_qa import messages
from begroting_qa.domain import Cell, CellRole, Document, Section, Source, Span, Table
from begroting_qa.errors import SourceError

SUFFIX = ".csv"
_SEPARATORS = (";", "\t", ",")
_VALUE = r"(?:-/-\s?|[-–−])?\s?(?:€\s?)?\d[\d.\u00a0]*(?:,\d+)?\s?%?(?:\s?\((?:19|20)\d\d\))?\**"
_NUMERIC = re.compile(rf"\s*(?:{_VALUE}\s*)+|\s*-\s*")
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field(Span):
    """One field without its quotes and outer blanks; an empty one has no length."""

    column: int


def read_csv(source: Source, data: bytes) -> Document:
    """Return the document in a CSV file, separated by semicolons, tabs or commas (RFC 4180 but for the separator).

    Rows of one field above the heads are captions; the heads are the rows before the first with a number that is no year;
    columns before the first number are labels. A quote that holds a doubled quote keeps both in the text.

    Raises:
        SourceError: the bytes are not UTF-8, or hold no table.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(messages.source_not_utf8(source.file, error.start)) from error
    rows = [row for row in _rows(text, _separator(text)) if any(f.end > f.start for f in row)]
    first = next((n for n, row in enumerate(rows) if _has_values(text, row)), None)
    if first is None:
        raise SourceError(messages.source_empty(source.file))
    n_columns = max(field.column for row in rows for field in row) + 1
    first_value = min(field.column for row in rows[first:] for field in row if field.column and _is_number(text, field))
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        filled = [field for field in row if field.end > field.start]
        for field in filled:
            role = CellRole.VALUE if field.column >= first_value else CellRole.LABEL
            span = 1
            if number < first:
                role = CellRole.HEADER
                if len(filled) == 1 and n_columns > 1:
                    role, span = CellRole.CAPTION, n_columns
            elif len(filled) == 1 and field.column == 0:
                role, span = CellRole.GROUP, n_columns
            cells.append(Cell(start=field.start, end=field.end, row=number, column=field.column, role=role, column_span=span))
    table = Table(start=cells[0].start, end=cells[-1].end, n_columns=n_columns, cells=_with_spans(cells, first, n_columns))
    section = Section(
        heading=source.title, heading_span=None, code=None, level=1, path=(source.title,), start=0, end=len(text),
        blocks=(table,), sections=(),
    )  # fmt: skip
    return Document(id=source.id, source=source, text=text, is_wrapped=False, sections=(section,))


def _with_spans(cells: Sequence[Cell], n_heads: int, n_columns: int) -> tuple[Cell, ...]:
    """Let a head that stands alone to the left of empty fields hold for those too, where another row of heads follows."""
    heads = {(c.row, c.column) for c in cells if c.role is CellRole.HEADER}
    found: list[Cell] = []
    for cell in cells:
        span = cell.column_span
        if cell.role is CellRole.HEADER and cell.row < n_heads - 1 and cell.column:
            while cell.column + span < n_columns and (cell.row, cell.column + span) not in heads:
                span += 1
        found.append(Cell(start=cell.start, end=cell.end, row=cell.row, column=cell.column, role=cell.role, column_span=span))
    return tuple(found)


def _separator(text: str) -> str:
    head = text[:4000]
    return max(_SEPARATORS, key=lambda mark: (head.count(mark), -_SEPARATORS.index(mark)))


def _has_values(text: str, row: Sequence[_Field]) -> bool:
    return any(f.column and _is_number(text, f) and not _YEAR.fullmatch(text, f.start, f.end) for f in row)


def _is_number(text: str, field: _Field) -> bool:
    return field.end > field.start and _NUMERIC.fullmatch(text, field.start, field.end) is not None


def _rows(text: str, separator: str) -> Iterator[list[_Field]]:
    row: list[_Field] = []
    at = 1 if text.startswith("\ufeff") else 0
    while at <= len(text):
        start = at
        quoted: tuple[int, int] | None = None
        if text[at : at + 1] == '"':
            at = start + 1
            while at < len(text) and (text[at] != '"' or text[at + 1 : at + 2] == '"'):
                at += 2 if text[at] == '"' else 1
            quoted = (start + 1, at)
            at += 1
        while at < len(text) and text[at] not in (separator, "\n", "\r"):
            at += 1
        begin, end = quoted or (start, at)
        inner = text[begin:end]
        row.append(
            _Field(
                start=begin + len(inner) - len(inner.lstrip()), end=max(begin, end - (len(inner) - len(inner.rstrip()))),
                column=len(row),
            )
        )  # fmt: skip
        mark = text[at : at + 1]
        if mark == separator:
            at += 1
            continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        yield row
        row = []
