"""Figures calculated with: what lies between two years or rows, sums, means, ratios, and parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.lines import Line
from begroting_qa.answer.meant import Meant, Thing, sums_up_reserves
from begroting_qa.answer.sheet import FigureSheet, name_of
from begroting_qa.answer.years import write_series
from begroting_qa.domain import Aspect, Figure, FigureUnit, Measure, Operation, Phase

A_PAIR = 2


def tell_between(sheet: FigureSheet, first: Figure, second: Figure) -> None:
    """Tell how far the second figure is from the first, in size."""
    markers = (sheet.cite(first), sheet.cite(second))
    result, step = calculate.difference(first, second, markers)
    sheet.steps.append(step)
    is_eur = first.unit is FigureUnit.EUR
    said = calculate.euros(abs(result * first.scale)) if is_eur else calculate.written(abs(result))
    in_size = abs(second.value) - abs(first.value) if first.value <= 0 >= second.value else second.value - first.value
    unit = "" if is_eur else step.unit
    sheet.claim(wording.told_difference(said, unit, in_size, f"{step.expression} = {step.result}"), markers)


def tell_change(sheet: FigureSheet, first: Figure, second: Figure, *, is_asked: bool) -> None:
    """Tell what lies between two figures of one thing, also in percents: of percentages only where that `is_asked`."""
    tell_between(sheet, first, second)
    markers = (sheet.cite(first), sheet.cite(second))
    relative = calculate.change(first, second, markers) if is_asked or first.unit is not FigureUnit.PERCENT else None
    if relative is not None:
        value, step = relative
        sheet.steps.append(step)
        sheet.claim(wording.told_change(calculate.written(abs(value)), value), markers)


def write_difference(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Compare two years of one thing."""
    periods = meant.periods
    if len(periods) == 1:  # against the year before: `hoeveel stijgen de lasten in 2026?`
        years = sorted({f.period for f in thing.figures if f.period})
        earlier = [year for year in years if year < periods[0]]
        if not earlier:
            meant.at(thing, periods[0])
            return False
        pair = (earlier[-1], periods[0])
    elif periods:
        there = _years_there(meant, thing)
        pair = (there[0], there[-1]) if meant.quantity.is_range and len(there) > 1 else (periods[0], periods[-1])
    else:
        return write_series(meant, sheet, thing)
    first, second = meant.at(thing, pair[0]), meant.at(thing, pair[1])
    if meant.quantity.operation is Operation.RATIO:
        return _write_ratio(sheet, thing.first, thing.first, second, first)
    return _write_pair(meant, sheet, thing.first, thing.first, first, second)


def _write_pair(meant: Meant, sheet: FigureSheet, line: Line, other: Line, first: Figure, second: Figure) -> bool:
    """Tell two figures and what lies between them."""
    if not calculate.fits_together([first, second]):
        return False
    sheet.tell(line, first)
    sheet.tell(other, second)
    if line.key == other.key:
        tell_change(sheet, first, second, is_asked=meant.quantity.operation is Operation.CHANGE)
    else:
        tell_between(sheet, first, second)
    sheet.note_sign(line, [first, second])
    return True


def write_rows(meant: Meant, sheet: FigureSheet, things: Sequence[Thing]) -> bool:
    """Calculate over several things in one year."""
    figures = [meant.chosen(thing) for thing in things]
    if any(figure is None for figure in figures):
        return False
    told = [figure for figure in figures if figure is not None]
    if len({figure.period for figure in told}) > 1 or not calculate.fits_together(told):
        return False
    operation = meant.quantity.operation
    lines = [thing.first for thing in things]
    if operation in (Operation.SUM, Operation.AVERAGE):
        return _write_total(meant, sheet, lines, told)
    if operation is Operation.SHARE and (len(told) > A_PAIR or Aspect.TOGETHER in meant.quantity.aspects):
        whole = _whole_of(meant, lines[0], told[0])
        return whole is not None and _tell_share(sheet, lines, told, *whole)
    if len(told) != A_PAIR:
        return False
    if operation is Operation.RATIO:
        if Aspect.FITS_IN in meant.quantity.aspects:
            lines.reverse()
            told.reverse()
        return _write_ratio(sheet, lines[0], lines[1], told[0], told[1])
    if operation is not Operation.SHARE:
        return _write_pair(meant, sheet, lines[1], lines[0], told[1], told[0])
    if told[0].measure is Measure.LASTEN and told[1].measure is not Measure.LASTEN:  # how much of the lasten baten cover
        lines.reverse()
        told.reverse()
    if lines[0].is_scope and not lines[1].is_scope:  # whichever of the two was named first
        lines.reverse()
        told.reverse()
    return _tell_share(sheet, lines[:1], told[:1], lines[1], told[1])


def _write_ratio(sheet: FigureSheet, line: Line, other: Line, first: Figure, second: Figure) -> bool:
    """Tell how many times the second figure the first is."""
    if not calculate.fits_together([first, second]):
        return False
    markers = (sheet.cite(first), sheet.cite(second))
    found = calculate.ratio(first, second, markers)
    if found is None:
        return False
    value, step = found
    sheet.steps.append(step)
    sheet.tell(line, first)
    sheet.tell(other, second)
    is_plain = first.value > 0 and second.value > 0  # a sign is left out of the calculation
    calculation = f"{step.expression} = {step.result}" if is_plain else ""
    sheet.claim(wording.told_ratio(calculate.written(value), calculation), markers)
    return True


def write_over_years(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Add up or average the years of one thing."""
    is_mean_of_range = meant.quantity.is_range and meant.quantity.operation is Operation.AVERAGE
    periods = _years_there(meant, thing) if is_mean_of_range else meant.periods
    figures = [meant.at(thing, period) for period in periods]
    return (
        len(figures) >= A_PAIR
        and calculate.fits_together(figures)
        and _write_total(meant, sheet, [thing.first] * len(figures), figures)
    )


def _years_there(meant: Meant, thing: Thing) -> list[str]:
    """Return the years of a stretch that a thing has figures of: what was counted, where that is not all."""
    counted = [f for f in thing.figures if f.phase is Phase.REALISATIE]
    figures = counted or thing.figures
    return sorted({f.period for f in figures if f.period in meant.periods})


def _write_total(meant: Meant, sheet: FigureSheet, lines: Sequence[Line], figures: Sequence[Figure]) -> bool:
    """Add up figures, or take their mean."""
    markers = [sheet.cite(figure) for figure in figures]
    is_mean = meant.quantity.operation is Operation.AVERAGE
    result, step = (calculate.average if is_mean else calculate.total)(figures, markers)
    sheet.steps.append(step)
    for line, figure in zip(lines, figures, strict=True):
        sheet.note_reading(line, figure)
    first = figures[0]
    said = calculate.euros(result * first.scale) if first.unit is FigureUnit.EUR else calculate.with_unit(result, first)
    parts = [
        wording.part_of_sum(line.subject if len({li.subject for li in lines}) > 1 else "", figure.period, figure.display)
        for line, figure in zip(lines, figures, strict=True)
    ]  # fmt: skip
    name = (
        name_of(lines[0])
        if len({line.subject for line in lines}) == 1
        else wording.names_together(lines[0].measure, [line.subject for line in lines])
    )
    original = f"{step.result} × € {calculate.written(Decimal(first.scale))}" if first.scale > 1 else ""
    sheet.claim(wording.told_total(name, said, original, parts, is_mean=is_mean), markers)
    return True


def write_share(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Tell one thing as part of what its table adds up to."""
    part = meant.chosen(thing)
    whole = _whole_of(meant, thing.first, part) if part is not None else None
    return part is not None and whole is not None and _tell_share(sheet, [thing.first], [part], *whole)


def _whole_of(meant: Meant, line: Line, part: Figure) -> tuple[Line, Figure] | None:
    """Return what the table of a row adds up to in the same year, or all reserves do."""
    for other in meant.lines:
        is_same = (other.document_id, other.measure) == (part.document_id, part.measure) and other.key != line.key
        if is_same and (sums_up_reserves(other) or (other.is_scope and other.table == part.table)):
            # of reserves, a later year is a begroting in the one table and a meerjarenraming in the other
            whole = next((f for f in other.figures if f.period == part.period), None)
            if whole is not None:
                return other, whole
    return None


def _tell_share(sheet: FigureSheet, lines: Sequence[Line], parts: Sequence[Figure], whole_line: Line, whole: Figure) -> bool:
    """Tell how much of a whole its parts are, together."""
    markers = [sheet.cite(figure) for figure in (*parts, whole)]
    found = calculate.share(parts, whole, markers)
    if found is None:
        return False
    value, step = found
    sheet.steps.append(step)
    first = lines[0]
    name = name_of(first) if len(lines) == 1 else wording.names_together(first.measure, [line.subject for line in lines])
    when = wording.moment(parts[0].period, parts[0].phase, parts[0].column_path)
    sheet.claim(wording.told_share(name, calculate.written(value), name_of(whole_line), when), markers)
    for line, figure in zip((*lines, whole_line), (*parts, whole), strict=True):
        sheet.tell(line, figure)
    return True
