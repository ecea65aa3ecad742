"""The contract's bodies, read and written by the service, the command line and the evaluation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from begroting_qa.domain import (
    CheckKind,
    DocumentKind,
    FigureUnit,
    Filters,
    Measure,
    Origin,
    Phase,
    Verdict,
)

MAX_QUESTION_CHARS = 1000
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
