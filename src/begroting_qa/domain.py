"""The vocabulary of the product: what a document is made of, and what a question and its answer are.

Every `start` and `end` counts Unicode code points of the canonical text of one document, half open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is in the planning and control cycle of a Dutch municipality (BBV)."""

    PROGRAMMABEGROTING = "programmabegroting"
    VOORTGANGSRAPPORTAGE = "voortgangsrapportage"
    JAARVERSLAG = "jaarverslag"
    JAARSTUKKEN = "jaarstukken"
    KADERNOTA = "kadernota"
    KADERBRIEF = "kaderbrief"
    RAADSVOORSTEL = "raadsvoorstel"
    OVERIG = "overig"


class DocumentStatus(StrEnum):
    """Whether the council has adopted a document."""

    VASTGESTELD = "vastgesteld"
    ONTWERP = "ontwerp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of the corpus with its provenance, as `corpus/sources.toml` lists it."""

    id: str
    file: str
    sha256: str
    title: str
    municipality: str
    kind: DocumentKind
    year: int
    edition: int | None
    part: str | None
    status: DocumentStatus
    as_of: date
    url: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of canonical text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Span):
    """Running text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate(Span):
    """Text of the website around the document, such as `Ga naar boven`: kept, never quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem(Span):
    """One entry of a list; `level` counts from 1, `marker` is its bullet or number."""

    level: int
    marker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote(Span):
    """A note to what stands before it; `marker` is `*`, `**` and so on."""

    marker: str


class CellRole(StrEnum):
    """What a cell is for in its table."""

    CAPTION = "caption"
    HEADER = "header"
    GROUP = "group"
    LABEL = "label"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Span):
    """One cell; `row` and `column` count from 0, spans from 1. Captions and groups span the whole width."""

    row: int
    column: int
    role: CellRole
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Span):
    """A table as cells with offsets, in reading order; an empty cell is absent."""

    n_columns: int
    cells: tuple[Cell, ...]


Block = Paragraph | Boilerplate | ListItem | Footnote | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it; the first section of a document may lack a heading.

    `heading` is readable (no bullet, no line break), `heading_span` is the stretch that holds it, `code` the code that it
    carries (`9A1.2`). `start` and `end` cover the section with its sub-sections.
    """

    heading: str
    heading_span: Span | None
    code: str | None
    level: int
    path: tuple[str, ...]
    start: int
    end: int
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Section]:
        """Yield this section and every section below it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed source with its one canonical text; every offset points into it.

    `is_wrapped` says that lines were broken at a fixed width, so that a line break inside a block means a space.
    """

    id: str
    source: Source
    text: str
    is_wrapped: bool
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Section]:
        """Yield every section in reading order."""
        for section in self.sections:
            yield from section.walk()


class Measure(StrEnum):
    """What a number measures, in the words of Dutch budgets."""

    LASTEN = "lasten"
    BATEN = "baten"
    SALDO = "saldo"
    TOEVOEGING = "toevoeging"
    ONTTREKKING = "onttrekking"
    RESULTAAT = "resultaat"
    INDICATOR = "indicator"
    SUBSIDIE = "subsidie"
    OVERIG = "overig"


class Phase(StrEnum):
    """Whether a number was counted, planned or aimed at."""

    REKENING = "rekening"
    REALISATIE = "realisatie"
    BEGROTING = "begroting"
    MEERJARENRAMING = "meerjarenraming"
    STREEFWAARDE = "streefwaarde"


class FigureUnit(StrEnum):
    """What a value counts."""

    EUR = "EUR"
    PERCENT = "percent"
    AANTAL = "aantal"
    DAGEN = "dagen"
    MAANDEN = "maanden"
    SCORE = "score"
    PER_1000 = "per1000"
    FTE = "fte"


class Origin(StrEnum):
    """Where a number stands."""

    TABLE = "table"
    PROSE = "prose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Span):
    """One number, with all that says what it is.

    `value` is in base units with the document's own sign: `-2.032` under `bedragen x 1.000` is -2032000, with `scale` 1000.
    `display` is the number as it is written, `start` and `end` its place. `row_path` and `column_path` are the labels and heads
    that hold for it, widest first; `label` and `code` are of the row, without each other. `heads` are the stretches of those
    labels and heads, and of the words that give the unit. `table` is where its table begins, -1 in prose; `source` says who
    counted it, `notes` are the footnotes to its row.
    """

    document_id: str
    origin: Origin
    path: tuple[str, ...]
    label: str
    code: str | None
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    measure: Measure
    period: str | None
    phase: Phase | None
    value: Decimal
    unit: FigureUnit | None
    scale: int
    display: str
    is_total: bool
    table: int
    heads: tuple[Span, ...] = ()
    source: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its place names it."""
        return f"{self.document_id}:{self.start}"


class Verdict(StrEnum):
    """What became of a check."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    UNSURE = "unsure"


class CheckKind(StrEnum):
    """What a document was checked against: the sum of a row, of a column, of another table, or its own explanation."""

    BALANCE = "balance"
    TOTAL = "total"
    OTHER_TABLE = "other_table"
    EXPLANATION = "explanation"
    PARTS = "parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a document says twice, compared; `figures` are the numbers in both places, what is checked first.

    `text` says in plain Dutch what was compared and what differs.
    """

    kind: CheckKind
    verdict: Verdict
    text: str
    figures: tuple[Figure, ...]

    @property
    def id(self) -> str:
        """Its kind and the place of what was checked name it."""
        return f"{self.kind}:{self.figures[0].id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of days as a text names it (`medio 2025`): `text` literally, `first` and `last` included."""

    text: str
    first: date
    last: date


class Strength(StrEnum):
    """How firmly a commitment is worded."""

    FIRM = "firm"
    INTENDED = "intended"
    AIMED = "aimed"
    EXPLORED = "explored"
    EXPECTED = "expected"


class CommitmentStatus(StrEnum):
    """What became of a commitment, according to the documents."""

    PLANNED = "planned"
    UNDER_WAY = "underWay"
    DONE = "done"
    OVERDUE = "overdue"
    CHANGED = "changed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Span):
    """A later statement about the same thing as a commitment, and what it `says` became of it."""

    document_id: str
    quote: str
    says: CommitmentStatus
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment(Span):
    """A statement of intent (toezegging, voornemen): `quote` is the literal stretch from `start` to `end`.

    `text` is it on one line, `path` the headings above it. `actor` is who will do it in the words of the text, None where it
    names nobody; `action` what is to be done, `before` the sentence in front, which often says of what. `condition` is on what it
    depends, `codes` are the keys of codes in the sentence and its headings. `id` stays the same when the index is built anew.
    """

    id: str
    document_id: str
    path: tuple[str, ...]
    quote: str
    text: str
    actor: str | None
    action: str
    strength: Strength
    due: Period | None = None
    condition: str | None = None
    codes: tuple[str, ...] = ()
    before: Span | None = None
    status: CommitmentStatus = CommitmentStatus.PLANNED
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Span):
    """A place that names a code: `quote` is the code as it is spelled there, `around` the sentence, entry, heading or row."""

    document_id: str
    quote: str
    around: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A code with every place that names it, by date of the document and place.

    `code` is its canonical spelling, `key` what all spellings share; `kind` is a `CodeKind`. `title` is what the documents call
    it, literally; None where they only give the number.
    """

    code: str
    key: str
    kind: str
    title: str | None
    places: tuple[Mention, ...]


class PassageKind(StrEnum):
    """Whether a passage holds running text, a list or one table row."""

    PROSE = "prose"
    LIST = "list"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is embedded, retrieved and cited.

    `text` reads on one line a sentence, row or entry; `start` and `end` point at the same stretch of canonical text.
    `context` is what is indexed before the text: document title and section path. `units` are the smallest quotable
    stretches in it, in order: sentences, list entries; of a row itself, then its value cells behind their column heads, then
    the labels that it takes over from rows above. `header` is the stretch that explains a row.
    """

    id: str
    document_id: str
    kind: PassageKind
    path: tuple[str, ...]
    context: str
    text: str
    start: int
    end: int
    units: tuple[Unit, ...]
    header: Span | None = None

    @property
    def indexed_text(self) -> str:
        """What is indexed and embedded: the text behind its context."""
        return f"{self.context} · {self.text}"


class UnitKind(StrEnum):
    """What kind of stretch a unit is."""

    SENTENCE = "sentence"
    ENTRY = "entry"
    NOTE = "note"
    ROW = "row"
    CELL = "cell"
    LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Span):
    """The smallest stretch that is quoted whole; `text` is it on one line, without its bullet."""

    kind: UnitKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPassage:
    """A passage with its fused score for one question; `rank` counts from 1."""

    passage: Passage
    score: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents may be searched; an empty field does not restrict."""

    municipalities: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kinds: tuple[DocumentKind, ...] = ()
    documents: tuple[str, ...] = ()

    def admit(self, source: Source) -> bool:
        """Tell whether a source may be searched."""
        municipalities = {name.lower() for name in self.municipalities}
        return (
            (not municipalities or source.municipality.lower() in municipalities)
            and (not self.years or source.year in self.years)
            and (not self.kinds or source.kind in self.kinds)
            and (not self.documents or source.id in self.documents)
        )


class QuestionKind(StrEnum):
    """What form the answer should take."""

    FACT = "fact"
    DATE = "date"
    AMOUNT = "amount"
    PERSON = "person"
    REASON = "reason"
    LIST = "list"
    STATE = "state"
    YES_NO = "yes_no"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One content word of the question: as typed, and what may stand for it with its weight, 0 to 1.

    `variants` are index terms, `phrases` are stems that stand for it only together, `parts` are the words of a phrase with
    what may stand for each; `is_charted` says that the lexicon knows how else it may be called, so that a text without any of
    these likely does not speak of it.
    """

    surface: str
    variants: tuple[tuple[str, float], ...]
    phrases: tuple[tuple[tuple[str, ...], float], ...] = ()
    parts: tuple[Term, ...] = ()
    is_name: bool = False
    is_charted: bool = False


class Operation(StrEnum):
    """What a question wants to know of numbers."""

    LOOK_UP = "look_up"
    DIFFERENCE = "difference"
    CHANGE = "change"
    SHARE = "share"
    RATIO = "ratio"
    SUM = "sum"
    AVERAGE = "average"
    HIGHEST = "highest"
    LOWEST = "lowest"
    SERIES = "series"
    TARGET = "target"


class Aspect(StrEnum):
    """What else a question says of the numbers it wants."""

    WITHIN_YEAR = "within_year"  # of a day, a quarter, half a year
    WHICH_YEAR = "which_year"
    AGAINST_TARGET = "against_target"
    GAP = "gap"  # what lies between two
    FALLS = "falls"
    RELATIVE = "relative"  # in proportion
    PERCENT = "percent"
    TOGETHER = "together"
    FITS_IN = "fits_in"  # how often the first goes into the second
    ABSOLUTE = "absolute"  # no rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What numbers a question asks for.

    `measures` and `phases` are those that it names, `is_money` says that it asks for an amount, perhaps without naming one,
    `asks_amount` that it asks how much, `is_obliged` what had to be, `is_stock` what is in a reserve. `periods` are years in
    the order asked, a stretch of them when `is_range`. `grows` asks `highest` and `lowest` of what changed between the first
    and last of them. `aspects` is what else is said of them. `said` is the folded question in the words of a budget, `words`
    are those of it that say all this, and so nothing of the subject.
    """

    operation: Operation
    measures: tuple[Measure, ...]
    phases: tuple[Phase, ...]
    periods: tuple[str, ...]
    is_range: bool
    is_money: bool
    is_total: bool
    is_obliged: bool
    asks_amount: bool
    is_stock: bool
    grows: bool
    aspects: frozenset[Aspect]
    said: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a question asks: the words that carry it, and what restricts where its answer may stand.

    `named` holds for each document that the question names the ids that it may mean (`de voortgangsrapportage`: several).
    `focus` is the plan of the clause that asks, where others only lead up to it.
    """

    question: str
    normalized: str
    kind: QuestionKind
    terms: tuple[Term, ...]
    codes: tuple[str, ...]
    years: tuple[int, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...]
    filters: Filters
    named: tuple[tuple[str, ...], ...] = ()
    preferred: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    quantity: Quantity | None = None
    focus: Plan | None = None

    @property
    def corrected(self) -> str:
        """The question with its spelling corrections in place."""
        text = self.normalized
        for typed, meant in self.corrections:
            text = text.replace(typed, meant)
        return text


class AnswerStatus(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_IN_CORPUS = "not_in_corpus"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A literal quote that supports a claim: `text(document_id)[start:end] == quote`."""

    marker: int
    document_id: str
    path: tuple[str, ...]
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One piece of an answer with the markers of the citations that hold it; `is_item` for an entry of a list."""

    text: str
    markers: tuple[int, ...]
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedFigure:
    """A figure that an answer tells, with the marker of its citation."""

    figure: Figure
    marker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One calculation: `expression` in the numbers as written, `result` likewise, `inputs` the markers of its numbers."""

    expression: str
    result: str
    unit: str
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a series, with the marker of its citation where the answer cites it."""

    figure: Figure
    marker: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One thing through the years, in order of period; `notes` say where it breaks, in Dutch."""

    label: str
    code: str | None
    unit: FigureUnit | None
    points: tuple[Point, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no answer, and what comes nearest."""

    reason: str
    searched: str
    nearest: tuple[ScoredPassage, ...] = ()
    likely_document: str | None = None
    griffie_question: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What we say and why we may: text and citations, or a refusal.

    `inherited` names what the question took from those before it: `subject`, `measure`, `period`.
    """

    question: str
    status: AnswerStatus
    text: str
    reading: str
    inherited: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    completeness: str | None = None
    refusal: Refusal | None = None
    passages: tuple[ScoredPassage, ...] = ()
    notices: tuple[str, ...] = field(default=())
    figures: tuple[CitedFigure, ...] = ()
    calculation: tuple[Step, ...] = ()
    series: tuple[Series, ...] = ()
