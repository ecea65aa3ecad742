"""Lines of many documents -> each indicator through the years, and the budget by its rows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from begroting_qa.answer.lines import Line
from begroting_qa.answer.meant import Thing
from begroting_qa.answer.years import series_of
from begroting_qa.domain import Figure, FigureUnit, Measure, Phase, Series, Source
from begroting_qa.dutch import fold

MAX_ID_CHARS = 60
COUNTED = (Phase.REALISATIE, Phase.REKENING)
BUDGETED = (Measure.LASTEN, Measure.BATEN, Measure.SALDO)
_BOTH_SIDES = frozenset((Measure.LASTEN, Measure.BATEN))
_FIELD = re.compile(r"beleidsterrein|programma|taakveld|thema", re.IGNORECASE)
_UNIT_WORDS = re.compile(r"\(?\bbedragen\b", re.IGNORECASE)
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator in all documents of a municipality, the newest first.

    `id` is fit for a URL: its code, else its label; behind it the municipality where two have the same.
    """

    id: str
    municipality: str
    field: str
    thing: Thing

    @property
    def code(self) -> str | None:
        """The code that the newest document gives it."""
        return self.thing.first.code

    @property
    def label(self) -> str:
        """What the newest document calls it."""
        return self.thing.first.label

    @property
    def series(self) -> Series:
        """Its values through the years."""
        return series_of(self.thing)

    @property
    def realised(self) -> Figure | None:
        """What was counted last, as the newest document that has it tells."""
        counted = [figure for figure in self.thing.figures if figure.phase in COUNTED and figure.period]
        return max(counted, key=lambda figure: figure.period or "", default=None)

    @property
    def target(self) -> Figure | None:
        """What the newest document with targets aims at first."""
        for line in self.thing.lines:
            aimed = [figure for figure in line.figures if figure.phase is Phase.STREEFWAARDE and figure.period]
            if aimed:
                return min(aimed, key=lambda figure: figure.period or "")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetColumn:
    """A column of a budget: what its heads say, and what that means."""

    heads: tuple[str, ...]
    period: str | None
    phase: Phase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A row of a budget, as a beleidsterrein, with its line of each measure."""

    subject: str
    is_total: bool
    lines: Mapping[Measure, Line]

    def figure(self, measure: Measure, column: BudgetColumn) -> Figure | None:
        """Return what stands in a column, None where nothing does."""
        line = self.lines.get(measure)
        return None if line is None else next((f for f in line.figures if _column(f) == column), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetTable:
    """A table of lasten and baten, its rows and columns as the document has them."""

    document_id: str
    start: int
    path: tuple[str, ...]
    rows: tuple[BudgetRow, ...]
    columns: tuple[BudgetColumn, ...]

    @property
    def heading(self) -> str:
        """What stands above it, without the words that only give its unit."""
        return _UNIT_WORDS.split(self.path[-1])[0].strip() if self.path else ""

    def columns_of(self, measure: Measure) -> list[BudgetColumn]:
        """Return the columns in which some row has this measure."""
        return [column for column in self.columns if any(row.figure(measure, column) for row in self.rows)]


def find_indicators(lines: Iterable[Line], sources: Mapping[str, Source]) -> list[Indicator]:
    """Return the indicators of tables, by municipality, field and code, those without a code in the order of the documents."""
    by_thing: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.measure is Measure.INDICATOR:
            by_thing[sources[line.document_id].municipality, line.key].append(line)
    found: list[Indicator] = []
    for (municipality, _), own in by_thing.items():
        newest = sorted(own, key=lambda line: (sources[line.document_id].as_of, line.document_id), reverse=True)
        first = newest[0]
        found.append(
            Indicator(
                id=first.code or _slug(first.label),
                municipality=municipality,
                field=_field(first, sources),
                thing=Thing(lines=tuple(newest)),
            )
        )
    found.sort(key=lambda indicator: (indicator.municipality, indicator.field, _in_numbers(indicator.code or "")))
    return _with_own_ids(found)


def budget_tables(lines: Iterable[Line]) -> list[BudgetTable]:
    """Return the tables that give lasten or baten by row, in reading order."""
    by_table: dict[tuple[str, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.unit is FigureUnit.EUR and line.measure in BUDGETED:
            by_table[line.document_id, line.table].append(line)
    tables: list[BudgetTable] = []
    for (document_id, start), own in by_table.items():
        rows = _budget_rows(own)
        if rows:
            told = [figure for row in rows for line in row.lines.values() for figure in line.figures]
            columns = tuple(dict.fromkeys(_column(figure) for figure in told))
            tables.append(BudgetTable(document_id=document_id, start=start, path=own[0].path, rows=tuple(rows), columns=columns))
    return tables


def _budget_rows(lines: Sequence[Line]) -> list[BudgetRow]:
    """Return the rows that have lasten or baten; others of the table, as that of the reserves, are no part of a budget."""
    by_subject: dict[str, dict[Measure, Line]] = defaultdict(dict)
    for line in lines:
        by_subject[line.subject].setdefault(line.measure, line)
    return [
        BudgetRow(subject=subject, is_total=any(_is_total(line) for line in own.values()), lines=own)
        for subject, own in by_subject.items()
        if own.keys() & _BOTH_SIDES
    ]


def _is_total(line: Line) -> bool:
    # a saldo is a total of its own row
    return line.is_scope or (line.is_total and line.measure in _BOTH_SIDES)


def _column(figure: Figure) -> BudgetColumn:
    return BudgetColumn(heads=figure.column_path, period=figure.period, phase=figure.phase)


def _field(line: Line, sources: Mapping[str, Source]) -> str:
    """Return the heading that says of what field a line is, else the title of its document."""
    named = [heading for heading in line.path if _FIELD.match(heading)]
    return (named or line.path or (sources[line.document_id].title,))[0]


def _with_own_ids(indicators: Sequence[Indicator]) -> list[Indicator]:
    """Return the indicators with an id each: behind one that others have too its municipality, and a number if need be."""
    counts = Counter(indicator.id.lower() for indicator in indicators)
    taken: Counter[str] = Counter()
    found: list[Indicator] = []
    for indicator in indicators:
        name = f"{indicator.id}-{_slug(indicator.municipality)}" if counts[indicator.id.lower()] > 1 else indicator.id
        taken[name.lower()] += 1
        found.append(replace(indicator, id=name if taken[name.lower()] == 1 else f"{name}-{taken[name.lower()]}"))
    return found


def _slug(text: str) -> str:
    return _NO_LETTER.sub("-", fold(text)).strip("-")[:MAX_ID_CHARS].strip("-") or "indicator"


def _in_numbers(code: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", code)]
