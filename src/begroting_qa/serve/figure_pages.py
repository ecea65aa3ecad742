"""The pages of the figures: each indicator through the years, and the budget by beleidsterrein; to see and to take along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from markupsafe import Markup

from begroting_qa.answer.wording import negative_sign
from begroting_qa.domain import Figure, FigureUnit, Measure, Source
from begroting_qa.pipeline import Engine
from begroting_qa.series import BUDGETED, BudgetColumn, BudgetTable, Indicator, budget_tables, find_indicators
from begroting_qa.serve import read_wording
from begroting_qa.serve.charts import Bar, bar_chart, line_chart, spark_line
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import CSV, as_file
from begroting_qa.serve.problems import ProblemError, not_found
from begroting_qa.serve.templates import render
from begroting_qa.wire.bodies import PlacedFigureBody, SeriesBody
from begroting_qa.wire.csv import as_csv
from begroting_qa.wire.fill import figure_body, series_body

SVG = "image/svg+xml"
_CSV_COLUMNS = (
    "code", "label", "measure", "period", "phase", "value", "unit", "display", "scale", "source", "documentId", "document",
    "section", "rowPath", "columnPath", "start", "end", "url",
)  # fmt: skip
_no_query = Depends(only_query())
IndicatorId = Annotated[str, Path(alias="id", max_length=200)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorView:
    """One row of the list of indicators."""

    id: str
    code: str | None
    label: str
    series: SeriesBody
    realised: PlacedFigureBody | None
    target: PlacedFigureBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetView:
    """A table of a budget for one measure: by row its amounts, None where there is none; `bars` is its chart of one column."""

    start: int
    heading: str
    columns: list[BudgetColumn]
    chosen: BudgetColumn | None
    rows: list[tuple[str, bool, list[PlacedFigureBody | None]]]
    chart_title: str
    bars: Markup
    scale: int
    sign: str | None


# --- indicators ---------------------------------------------------------------------------------------------------------


@router.get("/cijfers", dependencies=[_no_query])
def show_indicators(held: Held) -> Response:
    """Show the indicators by field, each with what was counted last and what is aimed at."""
    found = find_indicators(held.engine.lines, held.engine.sources)
    fields = [
        (municipality, field, [_indicator_view(indicator) for indicator in own])
        for (municipality, field), own in groupby(found, key=lambda indicator: (indicator.municipality, indicator.field))
    ]
    several = len({municipality for municipality, _, _ in fields}) > 1
    return render("cijfers.html", {"fields": fields, "several": several, "spark_line": spark_line, "amount": _amount})


@router.get("/cijfers/{id}.svg", dependencies=[_no_query])
def download_chart(held: Held, indicator_id: IndicatorId) -> Response:
    """Give the chart of an indicator as a file."""
    indicator = _indicator(held.engine, indicator_id)
    chart = line_chart(series_body(indicator.series), is_file=True)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(indicator)}.svg"'}
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>\n{chart}\n', media_type=SVG, headers=headers)


@router.get("/cijfers/{id}.csv", dependencies=[_no_query])
def download_indicator(held: Held, indicator_id: IndicatorId) -> Response:
    """Give the values of an indicator as a file, each with its place."""
    indicator = _indicator(held.engine, indicator_id)
    figures = [point.figure for point in indicator.series.points]
    return as_file(_csv(figures, held.engine.sources), CSV, f"{_file_name(indicator)}.csv")


@router.get("/cijfers/{id}", dependencies=[_no_query])
def show_indicator(held: Held, indicator_id: IndicatorId) -> Response:
    """Show one indicator through the years: chart, values with their places, and where the series breaks."""
    indicator = _indicator(held.engine, indicator_id)
    series = indicator.series
    values = {
        "indicator": indicator,
        "series": series_body(series),
        "points": [figure_body(point.figure) for point in series.points],
        "sources": held.engine.sources,
        "line_chart": line_chart,
        "phases": read_wording.PHASES,
        "amount": _amount,
    }
    return render("cijfer.html", values)


def _indicator(engine: Engine, indicator_id: str) -> Indicator:
    found = find_indicators(engine.lines, engine.sources)
    indicator = next((indicator for indicator in found if indicator.id.lower() == indicator_id.lower()), None)
    if indicator is None:
        raise ProblemError(not_found(read_wording.indicator_unknown(indicator_id)))
    return indicator


def _indicator_view(indicator: Indicator) -> IndicatorView:
    realised, target = indicator.realised, indicator.target
    return IndicatorView(
        id=indicator.id, code=indicator.code, label=indicator.label, series=series_body(indicator.series),
        realised=figure_body(realised) if realised is not None else None,
        target=figure_body(target) if target is not None else None,
    )  # fmt: skip


def _file_name(indicator: Indicator) -> str:
    return "".join(character if character.isascii() and character.isalnum() else "-" for character in indicator.id)


# --- the budget ---------------------------------------------------------------------------------------------------------


@router.get("/begroting", dependencies=[Depends(only_query("document", "measure", "year"))])
def show_budget(
    held: Held,
    document: Annotated[str, Query(max_length=200)] = "",
    measure: Annotated[str, Query(max_length=40)] = Measure.LASTEN.value,
    year: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the lasten, baten or saldi of a document by beleidsterrein: of one year as bars, of all years as a table."""
    by_document = _budgets(held.engine)
    chosen = _document(by_document, document)
    chosen_measure = _measure(measure)
    tables = by_document.get(chosen, [])
    years = sorted({c.period for table in tables for c in table.columns_of(chosen_measure) if c.period})
    own_year = str(held.engine.sources[chosen].year) if chosen else ""
    shown_year = year if year in years else own_year if own_year in years else (years or [""])[-1]
    values = {
        "documents": [held.engine.sources[document_id] for document_id in by_document],
        "document": held.engine.sources[chosen] if chosen else None,
        "measures": read_wording.MEASURES,
        "measure": chosen_measure,
        "years": years,
        "year": shown_year,
        "missing_year": year if year and year != shown_year else "",
        "tables": [_budget_view(table, chosen_measure, shown_year) for table in tables],
        "phases": read_wording.PHASES,
        "euros": _euros,
    }
    return render("begroting.html", values)


@router.get("/begroting.csv", dependencies=[Depends(only_query("document"))])
def download_budget(held: Held, document: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Give all amounts of the budget tables of a document as a file, each with its place."""
    by_document = _budgets(held.engine)
    tables = by_document.get(_document(by_document, document), [])
    figures = [
        figure
        for table in tables
        for row in table.rows
        for measure in BUDGETED
        if measure in row.lines
        for figure in row.lines[measure].figures
    ]
    return as_file(_csv(figures, held.engine.sources), CSV, "begroting.csv")


def _budgets(engine: Engine) -> dict[str, list[BudgetTable]]:
    """Return the tables of budgets by document, the newest document first."""
    tables = budget_tables(engine.lines)
    newest = sorted({t.document_id for t in tables}, key=lambda i: (engine.sources[i].as_of, i), reverse=True)
    return {document_id: [table for table in tables if table.document_id == document_id] for document_id in newest}


def _document(by_document: dict[str, list[BudgetTable]], asked: str) -> str:
    if asked and asked not in by_document:
        raise ProblemError(not_found(read_wording.choice_unknown(asked)))
    return asked or next(iter(by_document), "")


def _measure(asked: str) -> Measure:
    measure = next((measure for measure in BUDGETED if measure.value == asked), None)
    if measure is None:
        raise ProblemError(not_found(read_wording.choice_unknown(asked)))
    return measure


def _budget_view(table: BudgetTable, measure: Measure, year: str) -> BudgetView:
    columns = table.columns_of(measure)
    chosen = next((column for column in reversed(columns) if column.period == year), None)
    amounts = [(row, [row.figure(measure, column) for column in columns]) for row in table.rows if measure in row.lines]
    told = [figure for _, figures in amounts for figure in figures if figure is not None]
    bars: list[Bar] = []
    if chosen is not None:
        shown = [(row.subject, row.figure(measure, chosen)) for row in table.rows if not row.is_total]
        bars = [Bar(label=subject, value=figure.value) for subject, figure in shown if figure is not None]
    title = read_wording.bars_title(measure, chosen.phase, year) if chosen is not None else ""
    has_negative_sign = measure is not Measure.SALDO and any(figure.value < 0 for figure in told)
    return BudgetView(
        start=table.start,
        heading=table.heading,
        columns=columns,
        chosen=chosen,
        rows=[(row.subject, row.is_total, [figure_body(f) if f is not None else None for f in own]) for row, own in amounts],
        chart_title=title,
        bars=bar_chart(title, bars, FigureUnit.EUR, chosen.phase if chosen is not None else None),
        scale=max((figure.scale for figure in told), default=1),
        sign=negative_sign(measure) if has_negative_sign else None,
    )


# --- both ---------------------------------------------------------------------------------------------------------------


def _amount(figure: PlacedFigureBody) -> str:
    """Return a figure as the pages show it: in full, with its unit."""
    return read_wording.in_unit(Decimal(figure.value), figure.unit)


def _euros(figure: PlacedFigureBody) -> str:
    """Return an amount in full, for a table that says that it is of euros."""
    return read_wording.number(Decimal(figure.value))


def _csv(figures: Iterable[Figure], sources: dict[str, Source]) -> str:
    rows: Sequence[dict[str, Any]] = [
        {**figure_body(figure).model_dump(mode="json"), "document": sources[figure.document_id].title} for figure in figures
    ]
    return as_csv(_CSV_COLUMNS, rows)
