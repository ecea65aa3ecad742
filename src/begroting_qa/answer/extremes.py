"""The highest and the lowest: of rows side by side, of one row's years, and of what changed between two years."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.compared import A_PAIR, tell_between
from begroting_qa.answer.lines import TOLD, Line, find_spoken, subject_terms
from begroting_qa.answer.meant import CLASS, Meant, Thing
from begroting_qa.answer.sheet import FigureSheet
from begroting_qa.answer.years import set_beside
from begroting_qa.codes import covers
from begroting_qa.domain import Aspect, Figure, FigureUnit, Measure, Operation, Phase
from begroting_qa.dutch import fold, names_thing
from begroting_qa.vocabulary import match

MAX_SHOWN = 4
MAX_YEARS = 8
Found = TypeVar("Found")
# what rows are called as a class, in `welk taakveld heeft de hoogste lasten?`
_CLASSES = frozenset(
    ("reserve", "reserves", "taakveld", "taakvelden", "post", "posten", "onderdeel", "onderdelen", "beleidsterreinen")
)


def write_extreme(meant: Meant, sheet: FigureSheet, things: Sequence[Thing]) -> bool:
    """Tell which row, or of one row which year, is highest or lowest, or grew most."""
    aspects = meant.quantity.aspects
    if things and (Aspect.WHICH_YEAR in aspects or len(meant.periods) > A_PAIR):  # between two, a change is meant
        return _write_year(meant, sheet, things[0])
    rows = [thing.first for thing in things] if len(things) > 1 else comparable_rows(meant)
    if len(rows) < A_PAIR or len({row.subject for row in rows}) < len(rows):  # nothing to compare, or one thing's measures
        return False
    if Aspect.AGAINST_TARGET in aspects:
        return _write_gaps(meant, sheet, rows)
    if meant.quantity.grows and len(meant.periods) != 1:
        return _write_growth(meant, sheet, rows)
    period = meant.periods[0] if meant.periods else str(meant.sources[rows[0].document_id].year)
    found = [(row, meant.figure_at(row, period)) for row in rows]
    present = [(row, figure) for row, figure in found if figure is not None]
    if not present:
        meant.refuse_period(Thing(lines=(rows[0],)), period, [])
    ordered = _in_order([(row, figure, abs(figure.value)) for row, figure in present], highest_first=_is_up(meant))
    first, *rest = ordered
    marker = sheet.cite(first[1])
    sheet.note_reading(first[0], first[1])
    sheet.claim(
        wording.told_extreme(
            first[0].subject,
            calculate.amount(first[1]),
            first[0].measure,
            wording.moment(first[1].period, first[1].phase, first[1].column_path),
            highest=_is_up(meant),
        ),
        [marker],
    )
    for row, figure, _ in rest[:MAX_SHOWN]:
        sheet.claim(f"{row.subject}: {calculate.amount(figure)}.", [sheet.cite(figure)])
    if len(ordered) == A_PAIR and Aspect.GAP in aspects and calculate.fits_together([first[1], rest[0][1]]):
        tell_between(sheet, rest[0][1], first[1])
    if not meant.periods:
        sheet.note(wording.year_chosen(first[1].period, first[1].phase))
    return True


def comparable_rows(meant: Meant) -> list[Line]:
    """Return the rows of one table that are side by side: of one measure or unit, without their totals."""
    terms = subject_terms(meant.plan, meant.quantity, meant.vocabulary)
    of_reserves = "reserve" in meant.quantity.said
    asked = meant.quantity.measures or (Measure.LASTEN,)
    of_class = all(term.surface.lower() in _CLASSES or not names_thing(fold(term.surface)) for term in terms)
    names_class = CLASS.search(meant.quantity.said) is not None
    if not terms and not names_class and not meant.quantity.is_money and not meant.plan.codes:
        return []
    if meant.quantity.is_money or (of_class and names_class):
        rows = [
            line for line in meant.lines
            if line.unit is FigureUnit.EUR and line.measure is asked[0] and not line.is_scope
            and ("reserve" in line.row_path[0].lower() or line.row_path[0].lower().startswith("res.")) is of_reserves
        ]  # fmt: skip
        if not of_class and not find_spoken(meant.plan, meant.quantity, rows, meant.vocabulary):
            return []
    else:
        codes = meant.plan.codes
        told = [
            line for line in meant.lines
            if line.unit is not FigureUnit.EUR and (
                any(covers(code, (line.code or "").lower()) for code in codes) if codes
                else all(match(term, line.terms | line.context) >= TOLD for term in terms)
            )
        ]  # fmt: skip
        rows = [line for line in told if line.unit is told[0].unit]
    tables: dict[tuple[str, int], list[Line]] = {}
    for line in rows:
        tables.setdefault((line.document_id, line.table), []).append(line)
    # the newest document, and in it the table that sets most of them side by side
    return max(tables.values(), key=lambda own: (meant.sources[own[0].document_id].as_of, len(own)), default=[])


def _is_up(meant: Meant) -> bool:
    return meant.quantity.operation is Operation.HIGHEST


def _in_order(rows: Sequence[tuple[Line, Found, Decimal]], *, highest_first: bool) -> list[tuple[Line, Found, Decimal]]:
    return sorted(rows, key=lambda row: row[2], reverse=highest_first)


def _write_year(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    phases = meant.phases(thing)
    counted = [f for f in thing.figures if f.phase is Phase.REALISATIE]
    # of an indicator, years that were counted are compared: a target did not happen
    figures = thing.first.figures if phases or not counted else counted
    figures = [f for f in figures if not meant.periods or f.period in meant.periods]
    figures = [f for f in figures if not phases or f.phase in phases]
    if len(figures) < A_PAIR:
        return False
    ordered = _in_order([(thing.first, figure, abs(figure.value)) for figure in figures], highest_first=_is_up(meant))
    for row, figure, _ in ordered[:MAX_YEARS]:
        if figure is ordered[0][1]:
            sheet.tell(row, figure)
        else:
            sheet.claim(wording.year_beside(calculate.amount(figure), figure.period), [sheet.cite(figure)])
    return True


def _write_growth(meant: Meant, sheet: FigureSheet, rows: Sequence[Line]) -> bool:
    years = sorted({f.period for row in rows for f in row.figures if f.period})
    own = str(meant.sources[rows[0].document_id].year)
    pair = (meant.periods[0], meant.periods[-1]) if len(meant.periods) > 1 else (own, years[-1])
    grown: list[tuple[Line, tuple[Figure, Figure], Decimal]] = []
    for row in rows:
        first, second = meant.figure_at(row, pair[0]), meant.figure_at(row, pair[1])
        if first is None or second is None:
            meant.refuse_period(Thing(lines=(row,)), pair[0] if first is None else pair[1], [])
        else:
            grown.append((row, (first, second), _grown_by(first, second, is_relative=Aspect.RELATIVE in meant.quantity.aspects)))
    falls = Aspect.FALLS in meant.quantity.aspects
    ordered = sorted(grown, key=lambda row: row[2], reverse=_is_up(meant) is not falls)
    for number, (row, (first, second), grown_by) in enumerate(ordered):
        markers = (sheet.cite(first), sheet.cite(second))
        result, step = calculate.difference(first, second, markers)
        sheet.steps.append(step)
        change = calculate.euros(result * first.scale) if first.unit is FigureUnit.EUR else f"{step.result} {step.unit}".strip()
        relative = calculate.change(first, second, markers) if Aspect.RELATIVE in meant.quantity.aspects else None
        if relative is not None:
            sheet.steps.append(relative[1])
            change = f"{calculate.written(relative[0])}%, {change}"
        if number:
            sheet.claim(f"{row.subject}: {change}.", markers)
            continue
        sheet.note_reading(row, first)
        calculation = f"{step.expression} = {step.result}"
        lead = wording.told_growth(
            row.subject,
            change,
            row.measure,
            pair,
            calculation,
            grows=grown_by > 0,
            is_most=falls == (grown_by <= 0),
            is_relative=relative is not None,
        )
        sheet.claim(lead, markers)
    return True


def _grown_by(first: Figure, second: Figure, *, is_relative: bool) -> Decimal:
    """Return how much the size grew, in proportion where that is asked; from nothing all growth is endless."""
    change = abs(second.value) - abs(first.value)
    if not is_relative:
        return change
    return change / abs(first.value) if first.value else Decimal("Infinity") * change if change else change


def _write_gaps(meant: Meant, sheet: FigureSheet, rows: Sequence[Line]) -> bool:
    """Tell which row lies furthest from what was aimed at, or nearest."""
    found: list[tuple[Line, tuple[Figure, Figure], Decimal]] = []
    for row in rows:
        counted = _of_phase(meant, row, Phase.REALISATIE)
        aimed = _of_phase(meant, row, Phase.STREEFWAARDE)
        if counted is not None and aimed is not None:
            found.append((row, (counted, aimed), abs(counted.value - aimed.value)))
    if len(found) < A_PAIR:
        return False
    for number, (row, (counted, aimed), gap) in enumerate(_in_order(found, highest_first=_is_up(meant))):
        if number:
            markers = (sheet.cite(counted), sheet.cite(aimed))
            _, step = calculate.difference(aimed, counted, (markers[1], markers[0]))
            sheet.steps.append(step)
            sheet.claim(f"{row.subject}: {calculate.written(gap)} {step.unit}.", markers)
        else:
            sheet.tell(row, counted)
            sheet.tell(row, aimed)
            set_beside(sheet, counted, aimed)
    return True


def _of_phase(meant: Meant, row: Line, phase: Phase) -> Figure | None:
    """Return a row's figure of a phase, of a year asked for where one is; else what was counted last, or is aimed at first."""
    figures = [figure for figure in row.figures if figure.phase is phase]
    asked = [figure for figure in figures if figure.period in meant.periods] or figures
    if not asked:
        return None
    return (max if phase is Phase.REALISATIE else min)(asked, key=lambda figure: figure.period or "")
