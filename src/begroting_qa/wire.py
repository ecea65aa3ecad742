"""The contract's bodies, read and written by the service, the command line and the evaluation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from begroting_qa.domain import (
    Answer,
    CheckKind,
    Citation,
    Document,
    DocumentKind,
    Figure,
    FigureUnit,
    Filters,
    Finding,
    Measure,
    Origin,
    Phase,
    ScoredPassage,
    Section,
    Series,
    Source,
    Verdict,
)

MAX_QUESTION_CHARS = 1000
# what writes the answers: quotes alone, no language model
ANSWERER = "extractive"
MAX_REASON_CHARS = 1000
MAX_TURNS = 5
MAX_TOP_K = 50
MAX_LIMIT = 200
MAX_FILTER_VALUES = 100

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION_CHARS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Year = Annotated[int, Field(ge=1900, le=2200, strict=True)]


class Body(BaseModel):
    """camelCase on the wire; unknown fields are refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", serialize_by_alias=True)


class FiltersBody(Body):
    """Which documents may be searched."""

    municipalities: list[Name] = Field(default_factory=list[Name], max_length=MAX_FILTER_VALUES)
    years: list[Year] = Field(default_factory=list[Year], max_length=MAX_FILTER_VALUES)
    kinds: list[DocumentKind] = Field(default_factory=list[DocumentKind], max_length=MAX_FILTER_VALUES)
    documents: list[Name] = Field(default_factory=list[Name], max_length=MAX_FILTER_VALUES)

    def to_domain(self) -> Filters:
        """Return the filters as the pipeline takes them."""
        return Filters(
            municipalities=tuple(self.municipalities),
            years=tuple(self.years),
            kinds=tuple(self.kinds),
            documents=tuple(self.documents),
        )


class ReadingBody(Body):
    """How a question was read."""

    text: str = ""
    subject: str | None = None
    measure: str | None = None
    periods: list[str] = Field(default_factory=list[str])
    inherited: list[str] = Field(default_factory=list[str])


class TurnBody(Body):
    """One earlier question of the same thread."""

    question: Text
    reading: ReadingBody = Field(default_factory=ReadingBody)


class AskBody(Body):
    """`POST /v1/ask`."""

    question: Text
    filters: FiltersBody = Field(default_factory=FiltersBody)
    history: list[TurnBody] = Field(default_factory=list[TurnBody], max_length=MAX_TURNS)
    top_k: Annotated[int, Field(ge=1, le=MAX_TOP_K, strict=True)] = 8


class SearchBody(Body):
    """`POST /v1/search`."""

    query: Text
    filters: FiltersBody = Field(default_factory=FiltersBody)
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=True)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000, strict=True)] = 0


class FeedbackBody(Body):
    """`POST /v1/feedback`: `question` only when the reader agreed that it is kept."""

    answer_id: Name
    useful: Annotated[bool, Field(strict=True)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON_CHARS)] = ""
    question: Text | None = None


class KeptBody(Body):
    """A judgement was kept; `question` says whether the question was kept with it."""

    answer_id: str
    question: bool


class CitationBody(Body):
    """A literal quote with its place."""

    marker: int
    document_id: str
    title: str
    municipality: str
    kind: DocumentKind
    year: int
    section: list[str]
    quote: str
    start: int
    end: int
    page: int | None = None
    url: str
    source_url: str | None = None


class ItemBody(Body):
    """One entry of a list answer."""

    text: str
    citation: int


class NearestBody(Body):
    """What the documents say nearest to a question that they do not answer."""

    document_id: str
    start: int
    end: int
    text: str
    url: str


class RefusalBody(Body):
    """What helps on when there is no answer."""

    searched: str
    nearest: list[NearestBody]
    likely_document: str | None = None
    griffie_question: str | None = None


class PassageBody(Body):
    """A ranked passage."""

    id: str
    document_id: str
    section: list[str]
    text: str
    start: int
    end: int
    score: float


class TimingBody(Body):
    """Where the milliseconds went."""

    total: float
    retrieve: float
    answer: float


class EngineBody(Body):
    """What gave the answer."""

    embedder: str
    answerer: str
    index_generation: str


class FigureBody(Body):
    """One number; `value` in base units with the document's own sign."""

    label: str
    code: str | None = None
    row_path: list[str]
    column_path: list[str]
    measure: Measure
    period: str | None
    phase: Phase | None
    value: str
    unit: FigureUnit | None
    display: str
    origin: Origin
    citation: int | None = None


class PlacedFigureBody(FigureBody):
    """A number in a list of them, with its place."""

    id: str
    document_id: str
    section: list[str]
    start: int
    end: int
    scale: int
    is_total: bool
    source: str | None
    notes: list[str]
    url: str


class StepBody(Body):
    """One calculation; `inputs` are the markers of the numbers in it."""

    expression: str
    result: str
    unit: str
    inputs: list[int]


class CalculationBody(Body):
    """What was calculated, in order."""

    steps: list[StepBody]


class PointBody(Body):
    """One value of a series."""

    period: str | None
    phase: Phase | None
    value: str
    display: str
    citation: int | None


class SeriesBody(Body):
    """One thing through the years."""

    label: str
    code: str | None
    unit: FigureUnit | None
    points: list[PointBody]
    notes: list[str]


class AnswerBody(Body):
    """What `POST /v1/ask` returns."""

    id: str
    question: str
    status: Literal["answered", "not_in_corpus", "not_supported"]
    answer: str
    completeness: Literal["complete", "partial"] | None = None
    items: list[ItemBody] = Field(default_factory=list[ItemBody])
    reading: ReadingBody
    citations: list[CitationBody] = Field(default_factory=list[CitationBody])
    figures: list[FigureBody] = Field(default_factory=list[FigureBody])
    calculation: CalculationBody | None = None
    series: list[SeriesBody] = Field(default_factory=list[SeriesBody])
    refusal: RefusalBody | None = None
    passages: list[PassageBody] = Field(default_factory=list[PassageBody])
    notices: list[str] = Field(default_factory=list[str])
    timing_ms: TimingBody
    engine: EngineBody


class PlaceBody(Body):
    """A stretch of a document with its words."""

    document_id: str
    start: int
    end: int
    quote: str
    url: str


class CheckBody(Body):
    """What a document says twice, compared; the place that was checked comes first."""

    id: str
    kind: CheckKind
    verdict: Verdict
    text: str
    places: list[PlaceBody]


class DocumentBody(Body):
    """A source as the list of documents shows it."""

    id: str
    title: str
    municipality: str
    kind: DocumentKind
    year: int
    edition: int | None
    part: str | None
    status: Literal["vastgesteld", "ontwerp"]
    as_of: date
    source_url: str | None
    notes: list[str]
    completeness: float
    characters: int


class SectionBody(Body):
    """One heading of an outline."""

    heading: str
    code: str | None
    level: int
    path: list[str]
    start: int
    end: int
    sections: list[SectionBody]


class OutlineBody(DocumentBody):
    """One source with its outline."""

    sections: list[SectionBody]


Item = TypeVar("Item", bound=Body)


class PageBody(Body, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class DocumentTextBody(Body):
    """A stretch of canonical text; `sha256` is of the whole text in UTF-8."""

    document_id: str
    start: int
    end: int
    text: str
    sha256: str


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
        return ReadingBody(text=answer.reading)
    periods = dict.fromkeys(figure.period for figure in cells if figure.period)
    return ReadingBody(text=answer.reading, subject=cells[0].label, measure=cells[0].measure, periods=list(periods))


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
