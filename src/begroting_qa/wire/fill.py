"""Domain -> bodies: answers, figures, findings and documents as the wire has them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from begroting_qa.domain import Answer, Citation, Document, Figure, Finding, Origin, ScoredPassage, Section, Series, Source
from begroting_qa.pipeline import Engine
from begroting_qa.wire.bodies import (
    AnswerBody,
    CalculationBody,
    CheckBody,
    CitationBody,
    DocumentBody,
    EngineBody,
    FigureBody,
    ItemBody,
    NearestBody,
    PassageBody,
    PlaceBody,
    PlacedFigureBody,
    PointBody,
    ReadingBody,
    RefusalBody,
    SectionBody,
    SeriesBody,
    StepBody,
    TimingBody,
)


def document_url(document_id: str, start: int, end: int) -> str:
    """Return the page's address of a stretch of a document."""
    return f"/documents/{document_id}?start={start}&end={end}"


def passage_body(scored: ScoredPassage) -> PassageBody:
    """Return a ranked passage as the wire has it."""
    passage = scored.passage
    return PassageBody(
        id=passage.id,
        document_id=passage.document_id,
        section=list(passage.path),
        text=passage.text,
        start=passage.start,
        end=passage.end,
        score=round(scored.score, 6),
    )


def citation_body(citation: Citation, source: Source) -> CitationBody:
    """Return a citation with the provenance of its document."""
    return CitationBody(
        marker=citation.marker,
        document_id=citation.document_id,
        title=source.title,
        municipality=source.municipality,
        kind=source.kind,
        year=source.year,
        section=list(citation.path),
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        url=document_url(citation.document_id, citation.start, citation.end),
        source_url=source.url,
    )


def engine_body(engine: Engine) -> EngineBody:
    """Return what gives the answers, and from which index."""
    return EngineBody(embedder=engine.embedder_id, answerer=engine.answerer, index_generation=engine.generation)


def answer_body(
    answer: Answer, sources: dict[str, Source], *, answer_id: str, timing: TimingBody, engine: EngineBody
) -> AnswerBody:
    """Return an answer as the wire has it; `sources` by document id."""
    refusal = answer.refusal
    return AnswerBody(
        id=answer_id,
        question=answer.question,
        status=answer.status.value,
        answer=answer.text,
        completeness="complete" if answer.completeness == "complete" else "partial" if answer.completeness else None,
        items=[ItemBody(text=c.text, citation=c.markers[0]) for c in answer.claims if c.is_item],
        reading=_reading(answer),
        citations=[citation_body(c, sources[c.document_id]) for c in answer.citations],
        refusal=None
        if refusal is None
        else RefusalBody(
            searched=refusal.searched,
            nearest=[
                NearestBody(
                    document_id=s.passage.document_id,
                    start=s.passage.start,
                    end=s.passage.end,
                    text=s.passage.text,
                    url=document_url(s.passage.document_id, s.passage.start, s.passage.end),
                )
                for s in refusal.nearest
            ],
            likely_document=refusal.likely_document,
            griffie_question=refusal.griffie_question,
        ),
        figures=[FigureBody(**_figure_fields(cited.figure), citation=cited.marker) for cited in answer.figures],
        calculation=CalculationBody(
            steps=[
                StepBody(expression=s.expression, result=s.result, unit=s.unit, inputs=list(s.inputs)) for s in answer.calculation
            ]
        )
        if answer.calculation
        else None,
        series=[series_body(series) for series in answer.series],
        passages=[passage_body(s) for s in answer.passages],
        notices=list(answer.notices),
        timing_ms=timing,
        engine=engine,
    )


def _reading(answer: Answer) -> ReadingBody:
    """Return how a question was read; of one for numbers of tables also its parts."""
    cells = [cited.figure for cited in answer.figures if cited.figure.origin is Origin.TABLE]
    if not cells:
        return ReadingBody(text=answer.reading, inherited=list(answer.inherited))
    periods = dict.fromkeys(figure.period for figure in cells if figure.period)
    return ReadingBody(
        text=answer.reading,
        subject=cells[0].label,
        measure=cells[0].measure,
        periods=list(periods),
        inherited=list(answer.inherited),
    )


def _figure_fields(figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label, "code": figure.code, "row_path": list(figure.row_path), "column_path": list(figure.column_path),
        "measure": figure.measure, "period": figure.period, "phase": figure.phase, "value": decimal_text(figure.value),
        "unit": figure.unit, "display": figure.display, "origin": figure.origin,
    }  # fmt: skip


def decimal_text(value: Decimal) -> str:
    """Return a number as the wire has it: no exponent, no trailing zeros."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def figure_body(figure: Figure) -> PlacedFigureBody:
    """Return a figure as lists of figures have it."""
    return PlacedFigureBody(
        **_figure_fields(figure), id=figure.id, document_id=figure.document_id, section=list(figure.path), start=figure.start,
        end=figure.end, scale=figure.scale, is_total=figure.is_total, source=figure.source, notes=list(figure.notes),
        url=document_url(figure.document_id, figure.start, figure.end),
    )  # fmt: skip


def check_body(finding: Finding, documents: Callable[[str], Document]) -> CheckBody:
    """Return a finding as the wire has it."""
    places = [
        PlaceBody(
            document_id=f.document_id, start=f.start, end=f.end, quote=documents(f.document_id).text[f.start : f.end],
            url=document_url(f.document_id, f.start, f.end),
        )
        for f in finding.figures
    ]  # fmt: skip
    return CheckBody(id=finding.id, kind=finding.kind, verdict=finding.verdict, text=finding.text, places=places)


def series_body(series: Series) -> SeriesBody:
    """Return a series as the wire has it."""
    points = [
        PointBody(
            period=p.figure.period, phase=p.figure.phase, value=decimal_text(p.figure.value), display=p.figure.display,
            citation=p.marker,
        )
        for p in series.points
    ]  # fmt: skip
    return SeriesBody(label=series.label, code=series.code, unit=series.unit, points=points, notes=list(series.notes))


def document_body(source: Source, *, completeness: float, characters: int) -> DocumentBody:
    """Return a source as the list of documents shows it."""
    return DocumentBody(
        id=source.id,
        title=source.title,
        municipality=source.municipality,
        kind=source.kind,
        year=source.year,
        edition=source.edition,
        part=source.part,
        status=source.status.value,
        as_of=source.as_of,
        source_url=source.url,
        notes=list(source.notes),
        completeness=completeness,
        characters=characters,
    )


def section_body(section: Section) -> SectionBody:
    """Return a heading with those below it."""
    return SectionBody(
        heading=section.heading,
        code=section.code,
        level=section.level,
        path=list(section.path),
        start=section.start,
        end=section.end,
        sections=[section_body(child) for child in section.sections],
    )
