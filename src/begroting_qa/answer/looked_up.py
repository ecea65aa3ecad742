"""Figures told as their tables give them: of one year or several, with what stands beside them, and as a saldo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.compared import A_PAIR, tell_change
from begroting_qa.answer.lines import Line
from begroting_qa.answer.meant import Meant, Thing
from begroting_qa.answer.sheet import FigureSheet
from begroting_qa.answer.years import series_of, set_beside
from begroting_qa.domain import Figure, Measure, Operation, Phase

MAX_SHOWN = 4


def write_look_up(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Tell the figure of the year asked for, or of each of several years."""
    periods = meant.periods
    if len(periods) > 1:
        figures = [meant.at(thing, period) for period in periods]
    else:
        figure = meant.chosen(thing)
        if figure is None:
            return False
        figures = [figure]
    for figure in figures:
        sheet.tell(thing.first, figure)
    first = figures[0]
    if len(figures) == 1:
        _tell_beside(meant, sheet, thing, first)
    elif [figure.phase for figure in figures] == [Phase.REALISATIE, Phase.STREEFWAARDE]:
        set_beside(sheet, first, figures[1])
    elif len(figures) == A_PAIR and calculate.fits_together(figures):  # two years are looked up to be compared
        tell_change(sheet, first, figures[1], is_asked=meant.quantity.operation is Operation.CHANGE)
    if not periods and not meant.quantity.phases:
        sheet.note(wording.year_chosen(first.period, first.phase))
    sheet.note_sign(thing.first, figures)
    if len({f.period for f in thing.figures}) > 1:
        sheet.series.append(series_of(thing))
    return True


def _tell_beside(meant: Meant, sheet: FigureSheet, thing: Thing, first: Figure) -> None:
    """Tell the saldo beside what something costs, what another document says, and the target beside what was counted."""
    if first.measure is Measure.LASTEN and not meant.quantity.words & {"lasten", "last", "uitgaven"}:
        _tell_balance(meant, sheet, thing.first, first)
    for other in thing.figures:
        is_same = (other.period, other.phase) == (first.period, first.phase)
        if is_same and other.document_id != first.document_id and other.value != first.value:
            title = meant.sources[other.document_id].title
            sheet.claim(wording.told_elsewhere(title, calculate.amount(other)), [sheet.cite(other)])
            break
    if first.phase is Phase.REALISATIE and not meant.quantity.phases and meant.periods:
        target = next((f for f in thing.figures if f.period == first.period and f.phase is Phase.STREEFWAARDE), None)
        if target is not None:
            sheet.claim(wording.told_target(calculate.amount(target), target.period), [sheet.cite(target)])


def _tell_balance(meant: Meant, sheet: FigureSheet, line: Line, first: Figure) -> None:
    """Tell the saldo of the same row and year."""
    for other in meant.lines:
        is_row = (other.document_id, other.table, other.subject) == (line.document_id, line.table, line.subject)
        if is_row and other.measure is Measure.SALDO:
            for figure in other.figures:
                if (figure.period, figure.phase) == (first.period, first.phase):
                    sheet.tell(other, figure)


def write_each(meant: Meant, sheet: FigureSheet, things: Sequence[Thing]) -> bool:
    """Tell one figure of each of several things or measures."""
    if len(things) > MAX_SHOWN:
        return False
    for thing in things:
        figure = meant.chosen(thing)
        if figure is None:
            return False
        sheet.tell(thing.first, figure)
        sheet.note_sign(thing.first, [figure])
    return True


def write_saldo(meant: Meant, sheet: FigureSheet) -> bool:
    """Tell the difference between what goes out and in as the table does, as a saldo, or calculate it."""
    of_saldo = replace(meant, quantity=replace(meant.quantity, measures=(Measure.SALDO,)))
    things = of_saldo.things()
    return write_look_up(of_saldo, sheet, things[0]) if things else write_balance(of_saldo, sheet)


def write_balance(meant: Meant, sheet: FigureSheet) -> bool:
    """Calculate the saldo of a row whose table gives lasten and baten only."""
    if Measure.SALDO not in meant.quantity.measures:
        return False
    found: list[Thing] = []
    for measure in (Measure.LASTEN, Measure.BATEN):
        found += meant.things_among([line for line in meant.lines if line.measure is measure])[:1]
    if len(found) != A_PAIR or found[0].first.subject != found[1].first.subject:  # of lasten and baten
        return False
    expenses, income = (meant.chosen(thing) for thing in found)
    if expenses is None or income is None or (expenses.table, expenses.period) != (income.table, income.period):
        return False
    markers = (sheet.cite(expenses), sheet.cite(income))
    result, step = calculate.balance(expenses, income, markers)
    sheet.steps.append(step)
    line = found[0].first
    name = wording.line_name(Measure.SALDO, line.subject, line.code)
    when = wording.moment(expenses.period, expenses.phase, expenses.column_path if expenses.phase is None else ())
    sheet.read_as.append(f"{name}, {when}")
    said = calculate.euros(result * expenses.scale)
    sheet.claim(
        wording.told_balance(name, when, said, f"{step.expression} = {step.result}", expenses.scale, adds=income.value < 0),
        markers,
    )
    return True
