"""Quantity + Lines -> Answer: figures looked up by their whole header path, calculated, cited by their cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from begroting_qa import messages
from begroting_qa.answer import calculate, wording
from begroting_qa.answer.compose import answer_text
from begroting_qa.answer.extremes import tell_between, write_extreme
from begroting_qa.answer.forms import MONTH
from begroting_qa.answer.lines import Line, named_by_code, subject_terms
from begroting_qa.answer.meant import Meant, NotSureError, NotThereError, Thing, sums_up_reserves
from begroting_qa.answer.refuse import refuse_with
from begroting_qa.answer.sheet import FigureSheet, name_of
from begroting_qa.answer.years import series_of, set_beside, write_series, write_target
from begroting_qa.domain import (
    Answer,
    AnswerStatus,
    Document,
    Figure,
    FigureUnit,
    Finding,
    Measure,
    Operation,
    Phase,
    Plan,
    ScoredPassage,
    Source,
    Verdict,
)
from begroting_qa.dutch import fold
from begroting_qa.vocabulary import Vocabulary

MAX_SHOWN = 4
# `de jaarrekening 2023` is a column of a budget too
_OF_ACCOUNTS = re.compile(r"(?:jaar)?rekening|jaarstuk", re.IGNORECASE)
# what lies between them is the saldo
_OPPOSITES = ({Measure.LASTEN, Measure.BATEN}, {Measure.TOEVOEGING, Measure.ONTTREKKING})
_FITS_IN = re.compile(r"\bpas(?:t|sen)\b")
_TOGETHER = re.compile(r"\b(?:samen|bij elkaar|opgeteld|gezamenlijk)\b")
_WITHIN_YEAR = re.compile(
    rf"\b\d{{1,2}} (?:{MONTH})\b|\b(?:eerste|tweede) (?:helft|half ?jaar|kwartaal)|\b(?:derde|vierde) kwartaal", re.IGNORECASE
)
_OVER_ROWS = frozenset(
    (Operation.DIFFERENCE, Operation.SUM, Operation.SHARE, Operation.AVERAGE, Operation.CHANGE, Operation.RATIO)
)


def answer_figures(
    plan: Plan,
    lines: Sequence[Line],
    vocabulary: Vocabulary,
    documents: Callable[[str], Document],
    sources: Mapping[str, Source],
    findings: Sequence[Finding],
    nearest: Sequence[ScoredPassage],
) -> Answer | None:
    """Return the answer to a question for numbers that stand in tables, None where another reading fits better.

    What the `findings` say against a figure that is told is told beside it. A line that the question surely speaks of, without
    the year or phase it asks for, gives a refusal that says what there is, and shows the `nearest` passages.
    """
    quantity = plan.quantity
    if quantity is None or any(not _OF_ACCOUNTS.match(name) for name in plan.missing):
        return None
    if _WITHIN_YEAR.search(quantity.said) and not quantity.is_stock:
        return None  # a table tells of whole years
    if len(plan.named) > 1 and quantity.operation is not Operation.SERIES:
        return None  # documents set side by side
    admitted = [line for line in lines if plan.filters.admit(sources[line.document_id])]
    whole = Meant(plan=plan, quantity=quantity, lines=admitted, vocabulary=vocabulary, sources=sources)
    for clause in (plan.focus, _without_strange_words(plan)):
        if clause is None or clause.quantity is None:
            continue
        meant = replace(whole, plan=_without_spoken_codes(clause, admitted), quantity=clause.quantity)
        if clause is plan.focus and not meant.stands_alone(beside=whole):
            continue
        for read in (meant, *meant.as_expenses()):
            sheet = FigureSheet(documents)
            try:
                is_written = _Writer(meant=read, sheet=sheet).write()
            except NotThereError as missing:
                return refuse_with(plan, str(missing), nearest, vocabulary)
            except NotSureError:
                continue
            if is_written and sheet.claims:
                tell_contradictions(sheet, findings)
                return _answer(plan, sheet)
    return None


def _without_strange_words(plan: Plan) -> Plan:
    """Return the plan without what only leads up to the clause that asks and is in no document in any way."""
    if plan.focus is None:
        return plan
    asked = {term.surface for term in plan.focus.terms}
    return replace(plan, terms=tuple(t for t in plan.terms if t.surface in asked or t.variants or t.phrases or t.parts))


def _without_spoken_codes(plan: Plan, lines: Sequence[Line]) -> Plan:
    """Return the plan without its codes where it says in words too what they stand for: `Ondersteuning (9C)`."""
    names = named_by_code(plan, lines)
    is_said = bool(names) and all(re.search(rf"\b{re.escape(fold(name))}\b", fold(plan.normalized)) for name in names)
    return replace(plan, codes=()) if is_said else plan


def _answer(plan: Plan, sheet: FigureSheet) -> Answer:
    return Answer(
        question=plan.question,
        status=AnswerStatus.ANSWERED,
        text=answer_text(sheet.claims),
        reading=wording.reading(sheet.read_as),
        claims=tuple(sheet.claims),
        citations=tuple(sheet.citations),
        figures=tuple(sheet.figures),
        calculation=tuple(sheet.steps),
        series=tuple(sheet.series),
        notices=(*messages.spelling_notices(plan.corrections), *sheet.notices),
    )


def tell_contradictions(sheet: FigureSheet, findings: Sequence[Finding]) -> None:
    """Tell what a document says elsewhere of the figures told so far, where that differs."""
    told = {cited.figure.id for cited in sheet.figures}
    for finding in findings:
        if finding.verdict is not Verdict.DIFFERS or not any(figure.id in told for figure in finding.figures):
            continue
        others = [figure for figure in finding.figures if figure.id not in told]
        if others:
            markers = [sheet.cite(figure) for figure in others]
            sheet.claim(wording.told_otherwise(finding.kind, [figure.display for figure in others]), markers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes what one question asks for; each `write_` tells whether it could."""

    meant: Meant
    sheet: FigureSheet

    def write(self) -> bool:
        """Write the answer; return whether there is one."""
        operation = self.meant.quantity.operation
        things = self.meant.things()
        if operation in (Operation.HIGHEST, Operation.LOWEST):
            return write_extreme(self.meant, self.sheet, things)
        if not things and operation is Operation.TARGET:
            self.refuse_targets()
        if not things:
            return self.write_balance()
        if operation is Operation.DIFFERENCE and {thing.first.measure for thing in things} in _OPPOSITES:
            return self.write_each(things) and (self.write_saldo() or True)
        if len(things) > 1 and operation in _OVER_ROWS:
            return self.write_rows(things)
        if len(things) > 1 and operation is Operation.LOOK_UP:
            return self.write_each(things)
        thing = things[0]
        match operation:
            case Operation.SERIES:
                return write_series(self.meant, self.sheet, thing)
            case Operation.TARGET:
                return write_target(self.meant, self.sheet, thing) or self.write_look_up(thing)
            case Operation.SHARE:
                return self.write_share(thing)
            case Operation.DIFFERENCE | Operation.CHANGE | Operation.RATIO:
                return self.write_difference(thing)
            case Operation.SUM | Operation.AVERAGE:
                return self.write_over_years(thing)
            case _:
                return self.write_look_up(thing)

    def refuse_targets(self) -> None:
        """Say that no indicator has both of one year, where none is named and none has."""
        for line in self.meant.lines:
            counted, aimed = (
                {f.period for f in line.figures if f.phase is phase} for phase in (Phase.REALISATIE, Phase.STREEFWAARDE)
            )
            if counted & aimed:
                return
        if not subject_terms(self.meant.plan, self.meant.quantity, self.meant.vocabulary):
            raise NotThereError(wording.NO_TARGET_YEAR)

    def write_look_up(self, thing: Thing) -> bool:
        """Tell the figure of the year asked for, or of each of several years."""
        periods = self.meant.periods
        if len(periods) > 1:
            figures = [self.meant.at(thing, period) for period in periods]
        else:
            figure = self.meant.chosen(thing)
            if figure is None:
                return False
            figures = [figure]
        for figure in figures:
            self.sheet.tell(thing.first, figure)
        first = figures[0]
        if len(figures) == 1:
            self.tell_beside(thing, first)
        elif [figure.phase for figure in figures] == [Phase.REALISATIE, Phase.STREEFWAARDE]:
            set_beside(self.sheet, first, figures[1])
        elif len(figures) == 2 and calculate.fits_together(figures):  # noqa: PLR2004 (two years are looked up to be compared)
            self.tell_change(first, figures[1])
        if not periods and not self.meant.quantity.phases:
            self.sheet.note(wording.year_chosen(first.period, first.phase))
        self.sheet.note_sign(thing.first, figures)
        if len({f.period for f in thing.figures}) > 1:
            self.sheet.series.append(series_of(thing))
        return True

    def tell_beside(self, thing: Thing, first: Figure) -> None:
        """Tell the saldo beside what something costs, what another document says, and the target beside what was counted."""
        if first.measure is Measure.LASTEN and not self.meant.quantity.words & {"lasten", "last", "uitgaven"}:
            self.tell_balance(thing.first, first)
        for other in thing.figures:
            is_same = (other.period, other.phase) == (first.period, first.phase)
            if is_same and other.document_id != first.document_id and other.value != first.value:
                title = self.meant.sources[other.document_id].title
                self.sheet.claim(wording.told_elsewhere(title, calculate.amount(other)), [self.sheet.cite(other)])
                break
        if first.phase is Phase.REALISATIE and not self.meant.quantity.phases and self.meant.periods:
            target = next((f for f in thing.figures if f.period == first.period and f.phase is Phase.STREEFWAARDE), None)
            if target is not None:
                self.sheet.claim(wording.told_target(calculate.amount(target), target.period), [self.sheet.cite(target)])

    def tell_balance(self, line: Line, first: Figure) -> None:
        """Tell the saldo of the same row and year."""
        for other in self.meant.lines:
            is_row = (other.document_id, other.table, other.subject) == (line.document_id, line.table, line.subject)
            if is_row and other.measure is Measure.SALDO:
                for figure in other.figures:
                    if (figure.period, figure.phase) == (first.period, first.phase):
                        self.sheet.tell(other, figure)

    def write_each(self, things: Sequence[Thing]) -> bool:
        """Tell one figure of each of several things or measures."""
        if len(things) > MAX_SHOWN:
            return False
        for thing in things:
            figure = self.meant.chosen(thing)
            if figure is None:
                return False
            self.sheet.tell(thing.first, figure)
            self.sheet.note_sign(thing.first, [figure])
        return True

    def write_saldo(self) -> bool:
        """Tell the difference between lasten and baten as the table does, as a saldo, or calculate it."""
        meant = replace(self.meant, quantity=replace(self.meant.quantity, measures=(Measure.SALDO,)))
        of_saldo = replace(self, meant=meant)
        things = meant.things()
        return of_saldo.write_look_up(things[0]) if things else of_saldo.write_balance()

    def write_balance(self) -> bool:
        """Calculate the saldo of a row whose table gives lasten and baten only."""
        if Measure.SALDO not in self.meant.quantity.measures:
            return False
        found: list[Thing] = []
        for measure in (Measure.LASTEN, Measure.BATEN):
            found += self.meant.things_among([line for line in self.meant.lines if line.measure is measure])[:1]
        if len(found) != 2 or found[0].first.subject != found[1].first.subject:  # noqa: PLR2004 (lasten and baten)
            return False
        expenses, income = (self.meant.chosen(thing) for thing in found)
        if expenses is None or income is None or (expenses.table, expenses.period) != (income.table, income.period):
            return False
        markers = (self.sheet.cite(expenses), self.sheet.cite(income))
        result, step = calculate.balance(expenses, income, markers)
        self.sheet.steps.append(step)
        line = found[0].first
        name = wording.line_name(Measure.SALDO, line.subject, line.code)
        when = wording.moment(expenses.period, expenses.phase, expenses.column_path if expenses.phase is None else ())
        self.sheet.read_as.append(f"{name}, {when}")
        said = calculate.euros(result * expenses.scale)
        self.sheet.claim(
            wording.told_balance(name, when, said, f"{step.expression} = {step.result}", expenses.scale, adds=income.value < 0),
            markers,
        )
        return True

    def write_difference(self, thing: Thing) -> bool:
        """Compare two years of one thing."""
        periods = self.meant.periods
        if len(periods) == 1:  # against the year before: `hoeveel stijgen de lasten in 2026?`
            years = sorted({f.period for f in thing.figures if f.period})
            earlier = [year for year in years if year < periods[0]]
            if not earlier:
                self.meant.at(thing, periods[0])
                return False
            pair = (earlier[-1], periods[0])
        elif periods:
            there = self.years_there(thing)
            pair = (there[0], there[-1]) if self.meant.quantity.is_range and len(there) > 1 else (periods[0], periods[-1])
        else:
            return write_series(self.meant, self.sheet, thing)
        first, second = self.meant.at(thing, pair[0]), self.meant.at(thing, pair[1])
        if self.meant.quantity.operation is Operation.RATIO:
            return self.write_ratio(thing.first, thing.first, second, first)
        return self.write_pair(thing.first, thing.first, first, second)

    def write_pair(self, line: Line, other: Line, first: Figure, second: Figure) -> bool:
        """Tell two figures and what lies between them."""
        if not calculate.fits_together([first, second]):
            return False
        self.sheet.tell(line, first)
        self.sheet.tell(other, second)
        if line.key == other.key:
            self.tell_change(first, second)
        else:
            tell_between(self.sheet, first, second)
        self.sheet.note_sign(line, [first, second])
        return True

    def tell_change(self, first: Figure, second: Figure) -> None:
        """Tell what lies between two years of one thing, also in percents: of percentages only where that is asked."""
        tell_between(self.sheet, first, second)
        markers = (self.sheet.cite(first), self.sheet.cite(second))
        is_asked = self.meant.quantity.operation is Operation.CHANGE
        relative = calculate.change(first, second, markers) if is_asked or first.unit is not FigureUnit.PERCENT else None
        if relative is not None:
            value, step = relative
            self.sheet.steps.append(step)
            self.sheet.claim(wording.told_change(calculate.written(abs(value)), value), markers)

    def write_rows(self, things: Sequence[Thing]) -> bool:
        """Calculate over several things in one year."""
        figures = [self.meant.chosen(thing) for thing in things]
        if any(figure is None for figure in figures):
            return False
        told = [figure for figure in figures if figure is not None]
        if len({figure.period for figure in told}) > 1 or not calculate.fits_together(told):
            return False
        operation = self.meant.quantity.operation
        lines = [thing.first for thing in things]
        if operation in (Operation.SUM, Operation.AVERAGE):
            return self.write_total(lines, told)
        if operation is Operation.SHARE and (len(told) > 2 or _TOGETHER.search(self.meant.quantity.said)):  # noqa: PLR2004
            return self.write_parts(lines, told)
        if len(told) != 2:  # noqa: PLR2004 (a difference and a share are of two)
            return False
        if operation is Operation.RATIO:
            if _FITS_IN.search(self.meant.quantity.said):
                lines.reverse()
                told.reverse()
            return self.write_ratio(lines[0], lines[1], told[0], told[1])
        if operation is not Operation.SHARE:
            return self.write_pair(lines[1], lines[0], told[1], told[0])
        if told[0].measure is Measure.LASTEN and told[1].measure is not Measure.LASTEN:  # how much of the lasten baten cover
            lines.reverse()
            told.reverse()
        return self.write_part(lines[0], told[0], lines[1], told[1])

    def write_ratio(self, line: Line, other: Line, first: Figure, second: Figure) -> bool:
        """Tell how many times the second figure the first is."""
        if not calculate.fits_together([first, second]):
            return False
        markers = (self.sheet.cite(first), self.sheet.cite(second))
        found = calculate.ratio(first, second, markers)
        if found is None:
            return False
        value, step = found
        self.sheet.steps.append(step)
        self.sheet.tell(line, first)
        self.sheet.tell(other, second)
        is_plain = first.value > 0 and second.value > 0  # a sign is left out of the calculation
        calculation = f"{step.expression} = {step.result}" if is_plain else ""
        self.sheet.claim(wording.told_ratio(calculate.written(value), calculation), markers)
        return True

    def write_over_years(self, thing: Thing) -> bool:
        """Add up or average the years of one thing."""
        if len(self.meant.periods) < 2:  # noqa: PLR2004 (one year is no sum)
            return self.write_look_up(thing)
        is_mean_of_range = self.meant.quantity.is_range and self.meant.quantity.operation is Operation.AVERAGE
        periods = self.years_there(thing) if is_mean_of_range else self.meant.periods
        figures = [self.meant.at(thing, period) for period in periods]
        return len(figures) > 1 and calculate.fits_together(figures) and self.write_total([thing.first] * len(figures), figures)

    def years_there(self, thing: Thing) -> list[str]:
        """Return the years of a stretch that a thing has figures of: what was counted, where that is not all."""
        counted = [f for f in thing.figures if f.phase is Phase.REALISATIE]
        figures = counted or thing.figures
        return sorted({f.period for f in figures if f.period in self.meant.periods})

    def write_total(self, lines: Sequence[Line], figures: Sequence[Figure]) -> bool:
        """Add up figures, or take their mean."""
        markers = [self.sheet.cite(figure) for figure in figures]
        is_mean = self.meant.quantity.operation is Operation.AVERAGE
        result, step = (calculate.average if is_mean else calculate.total)(figures, markers)
        self.sheet.steps.append(step)
        for line, figure in zip(lines, figures, strict=True):
            self.sheet.note_reading(line, figure)
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
        self.sheet.claim(wording.told_total(name, said, original, parts, is_mean=is_mean), markers)
        return True

    def write_parts(self, lines: Sequence[Line], parts: Sequence[Figure]) -> bool:
        """Tell how much of what their table adds up to several rows are together."""
        whole_line = next(
            (li for li in self.meant.lines if li.is_scope and (li.table, li.measure) == (lines[0].table, lines[0].measure)), None
        )
        whole = next((f for f in whole_line.figures if f.period == parts[0].period), None) if whole_line is not None else None
        if whole_line is None or whole is None or any(line.measure is not whole_line.measure for line in lines):
            return False
        markers = [self.sheet.cite(figure) for figure in (*parts, whole)]
        found = calculate.share(parts, whole, markers)
        if found is None:
            return False
        self.sheet.steps.append(found[1])
        when = wording.moment(whole.period, whole.phase, whole.column_path)
        names = wording.names_together(lines[0].measure, [line.subject for line in lines])
        self.sheet.claim(wording.told_share(names, calculate.written(found[0]), name_of(whole_line), when), markers)
        for line, figure in zip((*lines, whole_line), (*parts, whole), strict=True):
            self.sheet.tell(line, figure)
        return True

    def write_share(self, thing: Thing) -> bool:
        """Tell one thing as part of what its table adds up to."""
        part = self.meant.chosen(thing)
        if part is None:
            return False
        for line in self.meant.lines:
            is_same = (line.document_id, line.measure) == (part.document_id, part.measure) and line.key != thing.first.key
            if not is_same or (not sums_up_reserves(line) and not (line.is_scope and line.table == part.table)):
                continue
            # of reserves, a later year is a begroting in the one table and a meerjarenraming in the other
            whole = next((f for f in line.figures if f.period == part.period), None)
            if whole is not None:
                return self.write_part(thing.first, part, line, whole)
        return False

    def write_part(self, line: Line, part: Figure, whole_line: Line, whole: Figure) -> bool:
        """Tell how much of a whole a part is, whichever of the two was named first."""
        if line.is_scope and not whole_line.is_scope:
            line, part, whole_line, whole = whole_line, whole, line, part
        markers = (self.sheet.cite(part), self.sheet.cite(whole))
        found = calculate.share([part], whole, markers)
        if found is None:
            return False
        value, step = found
        self.sheet.steps.append(step)
        self.sheet.claim(
            wording.told_share(
                name_of(line),
                calculate.written(value),
                name_of(whole_line),
                wording.moment(part.period, part.phase, part.column_path),
            ),
            markers,
        )
        self.sheet.tell(line, part)
        self.sheet.tell(whole_line, whole)
        return True
