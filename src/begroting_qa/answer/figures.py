"""Quantity + Lines -> Answer: figures looked up by their whole header path, calculated, cited by their cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from begroting_qa import messages
from begroting_qa.answer import wording
from begroting_qa.answer.compared import write_difference, write_over_years, write_rows, write_share
from begroting_qa.answer.extremes import write_extreme
from begroting_qa.answer.lines import Line, named_by_code, subject_terms
from begroting_qa.answer.looked_up import write_balance, write_each, write_look_up, write_saldo
from begroting_qa.answer.meant import Meant, NotSureError, NotThereError
from begroting_qa.answer.quotes import answer_text
from begroting_qa.answer.refuse import refuse_with
from begroting_qa.answer.sheet import FigureSheet
from begroting_qa.answer.years import write_series, write_target
from begroting_qa.domain import (
    Answer,
    AnswerStatus,
    Aspect,
    Document,
    Finding,
    Measure,
    Operation,
    Phase,
    Plan,
    ScoredPassage,
    Source,
)
from begroting_qa.dutch import fold
from begroting_qa.vocabulary import Vocabulary

# `de jaarrekening 2023` is a column of a budget too
_OF_ACCOUNTS = re.compile(r"(?:jaar)?rekening|jaarstuk", re.IGNORECASE)
# what lies between them is the saldo
_OPPOSITES = ({Measure.LASTEN, Measure.BATEN}, {Measure.TOEVOEGING, Measure.ONTTREKKING})
_OVER_ROWS = frozenset(
    (Operation.DIFFERENCE, Operation.SUM, Operation.SHARE, Operation.AVERAGE, Operation.CHANGE, Operation.RATIO)
)


def answer_figures(
    plan: Plan,
    lines: Sequence[Line],
    vocabulary: Vocabulary,
    documents: Callable[[str], Document],
    sources: Mapping[str, Source],
    contradicted: Mapping[str, Sequence[Finding]],
    nearest: Sequence[ScoredPassage],
) -> Answer | None:
    """Return the answer to a question for numbers that stand in tables, None where another reading fits better.

    What is `contradicted`, by the id of the figure, is told beside a figure. A line that the question surely speaks of, without
    the year or phase it asks for, gives a refusal that says what there is, and shows the `nearest` passages.
    """
    quantity = plan.quantity
    if quantity is None or any(not _OF_ACCOUNTS.match(name) for name in plan.missing):
        return None
    if Aspect.WITHIN_YEAR in quantity.aspects and not quantity.is_stock:
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
        for read in chain((meant,), meant.as_expenses()):
            sheet = FigureSheet(documents)
            try:
                is_written = _write(read, sheet)
            except NotThereError as missing:
                return refuse_with(plan, str(missing), nearest, vocabulary)
            except NotSureError:
                continue
            if is_written and sheet.claims:
                _tell_contradictions(sheet, contradicted)
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


def _tell_contradictions(sheet: FigureSheet, contradicted: Mapping[str, Sequence[Finding]]) -> None:
    """Tell what a document says elsewhere of the figures told so far, where that differs."""
    told = [cited.figure.id for cited in sheet.figures]
    for finding in {finding.id: finding for figure_id in told for finding in contradicted.get(figure_id, ())}.values():
        others = [figure for figure in finding.figures if figure.id not in told]
        if others:
            markers = [sheet.cite(figure) for figure in others]
            sheet.claim(wording.told_otherwise(finding.kind, [figure.display for figure in others]), markers)


def _write(meant: Meant, sheet: FigureSheet) -> bool:
    """Write the answer; return whether there is one."""
    operation = meant.quantity.operation
    things = meant.things()
    if operation in (Operation.HIGHEST, Operation.LOWEST):
        return write_extreme(meant, sheet, things)
    if not things and operation is Operation.TARGET:
        _refuse_targets(meant)
    if not things:
        return write_balance(meant, sheet)
    if operation is Operation.DIFFERENCE and {thing.first.measure for thing in things} in _OPPOSITES:
        return write_each(meant, sheet, things) and (write_saldo(meant, sheet) or True)
    if len(things) > 1 and operation in _OVER_ROWS:
        return write_rows(meant, sheet, things)
    if len(things) > 1 and operation is Operation.LOOK_UP:
        return write_each(meant, sheet, things)
    thing = things[0]
    match operation:
        case Operation.SERIES:
            return write_series(meant, sheet, thing)
        case Operation.TARGET:
            return write_target(meant, sheet, thing) or write_look_up(meant, sheet, thing)
        case Operation.SHARE:
            return write_share(meant, sheet, thing)
        case Operation.DIFFERENCE | Operation.CHANGE | Operation.RATIO:
            return write_difference(meant, sheet, thing)
        case Operation.SUM | Operation.AVERAGE if len(meant.periods) > 1:
            return write_over_years(meant, sheet, thing)
        case _:
            return write_look_up(meant, sheet, thing)


def _refuse_targets(meant: Meant) -> None:
    """Say that no indicator has both of one year, where none is named and none has."""
    for line in meant.lines:
        counted, aimed = (
            {f.period for f in line.figures if f.phase is phase} for phase in (Phase.REALISATIE, Phase.STREEFWAARDE)
        )
        if counted & aimed:
            return
    if not subject_terms(meant.plan, meant.quantity, meant.vocabulary):
        raise NotThereError(wording.NO_TARGET_YEAR)
