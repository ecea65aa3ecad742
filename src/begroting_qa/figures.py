"""Document -> Figures: every number of its tables and running text, with row, column, unit, period and phase."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from begroting_qa.amounts import Amount, find_amounts
from begroting_qa.codes import TASK_FIELD, CodeKind, find_codes
from begroting_qa.domain import (
    Boilerplate,
    Cell,
    Document,
    DocumentKind,
    Figure,
    FigureUnit,
    Footnote,
    Measure,
    Origin,
    Phase,
    Section,
    Span,
    Table,
)
from begroting_qa.dutch import MONTHS
from begroting_qa.grid import body_rows, captions_of, heads_of, heads_over, one_line, words_of
from begroting_qa.measures import WITHDRAWING

_YEAR = re.compile(r"(?<![\d.,/])(?:19|20)\d\d(?![\d.,]*\d)")
_ENTRY = re.compile(
    r"(?P<number>(?:-/-\s?|[-–−+]\s?)?(?:€\s?)?(?P<digits>\d{1,3}(?:[.\u00a0]\d{3})+|\d+)(?:,\d+|\.\d{1,2}(?!\d))?)"
    r"(?P<scale>\s?(?:duizend|miljoen|miljard|mln\.?|mld\.?)(?!\w))?(?P<percent>\s?%)?"
    r"(?:\s?\((?P<period>(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?)\))?\s?\**"
)
_CELL = re.compile(rf"\s*(?:{re.sub(r'[?]P<[a-z]+>', '?:', _ENTRY.pattern)}[\s;]*)+")
_MARKS = re.compile(r"(?<=[\w.)])\s?(\*(?:\s?\*)*)$")
# what tells that a number is in thousands or millions: `bedragen x 1.000,-`, `x € 1.000`, `in duizenden euro's`
_SCALES = (
    (
        re.compile(
            r"\bx\s?(?:€\s?)?1\.?000\.?000\b|\bin (?:miljoenen|mln)\b|\bx\s?(?:€\s?)?1\s?(?:miljoen|mln)\b", re.IGNORECASE
        ),
        10**6,
    ),
    (
        re.compile(r"\bx\s?(?:€\s?)?1[.\s]?000\b|\bin (?:duizenden|duizendtallen)\b|\bx\s?(?:€\s?)?1\s?duizend\b", re.IGNORECASE),
        10**3,
    ),
)
_MONEY = re.compile(r"€|\beuro|\bbedrag|\bx\s?1\.000", re.IGNORECASE)
# in order: the first that a label holds is what its row measures
_MEASURES = (
    (Measure.SUBSIDIE, re.compile(r"^subsidies?\b|\bsubsidies?$", re.IGNORECASE)),
    (Measure.SALDO, re.compile(r"\bsald[oi]\b|^mutaties?\b", re.IGNORECASE)),
    (Measure.RESULTAAT, re.compile(r"\bresulta(?:at|ten)\b", re.IGNORECASE)),
    (Measure.LASTEN, re.compile(r"\b(?:lasten|uitgaven)\b", re.IGNORECASE)),
    (Measure.BATEN, re.compile(r"\b(?:baten|inkomsten|opbrengsten)\b", re.IGNORECASE)),
    (Measure.TOEVOEGING, re.compile(r"\b(?:toevoeging|storting|dotatie)(?:en)?\b", re.IGNORECASE)),
    (Measure.ONTTREKKING, re.compile(rf"\b{WITHDRAWING}ing(?:en)?\b", re.IGNORECASE)),
)
_MONEY_MEASURES = frozenset(measure for measure, _ in _MEASURES)
_PHASES = (
    (Phase.STREEFWAARDE, re.compile(r"\bstreef\w*|\bdoelstelling\b|\bnorm\b|\btarget\b", re.IGNORECASE)),
    (Phase.MEERJARENRAMING, re.compile(r"\bmeerjaren\w*|\braming\b", re.IGNORECASE)),
    (Phase.REKENING, re.compile(r"\b(?:jaar)?rekening\b|\bjaarstukken\b", re.IGNORECASE)),
    (Phase.REALISATIE, re.compile(r"\brealisaties?\b|\bgerealiseerd\w*|\bwerkelijk\w*", re.IGNORECASE)),
    (Phase.BEGROTING, re.compile(r"\bbegroting\w*|\bbegroot\b|\bprimitieve?\b", re.IGNORECASE)),
)
_UNITS = (
    (FigureUnit.PERCENT, re.compile(r"%|\bpercentage\b|\bprocent\b|\baandeel\b", re.IGNORECASE)),
    (FigureUnit.SCORE, re.compile(r"\w*score\b|\bop een schaal\b|\brapportcijfer\b", re.IGNORECASE)),
    (FigureUnit.PER_1000, re.compile(r"\bper 1\.?000\b|\bper duizend\b", re.IGNORECASE)),
    (FigureUnit.MAANDEN, re.compile(r"\bmaanden\b", re.IGNORECASE)),
    (FigureUnit.DAGEN, re.compile(r"\bdagen\b", re.IGNORECASE)),
    (FigureUnit.FTE, re.compile(r"\bfte(?:'?s)?\b|\bformatie\b", re.IGNORECASE)),
    (FigureUnit.AANTAL, re.compile(r"\baantal(?:len)?\b", re.IGNORECASE)),
)
_SOURCE_HEAD = re.compile(r"\bbron(?:nen)?\b", re.IGNORECASE)
# a number that names instead of counts: programmanummer, taakveldcode
_NAMES = re.compile(r"nummer\b|\bcode\b|\bnr\b", re.IGNORECASE)
_TOTAL = re.compile(r"^(?:sub)?totaal\b|^sald[oi]\b|^programma$|^resultaat\b|^mutaties\b|\btotaal\b", re.IGNORECASE)
# `6.71a Huishoudelijke hulp`
_LEADING_NUMBER = re.compile(rf"^({TASK_FIELD})\s+(?=\D)")


def read_figures(document: Document) -> list[Figure]:
    """Return the figures of a document in reading order, those of its tables and those in its text."""
    found: list[Figure] = []
    for section in document.walk():
        notes = [block for block in section.blocks if isinstance(block, Footnote)]
        before = section.heading
        for block in section.blocks:
            if isinstance(block, Table):
                found.extend(_table_figures(document, section, block, notes))
            elif not isinstance(block, Boilerplate):
                found.extend(_prose_figures(document, section, block, before))
                before = one_line(document.text[block.start : block.end])
    return sorted(found, key=lambda figure: figure.start)


# --- tables -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """What the heads of a column say."""

    heads: tuple[Cell, ...]
    words: tuple[str, ...]
    period: str | None
    phase: Phase | None
    measure: Measure | None
    is_source: bool


def _table_figures(document: Document, section: Section, table: Table, notes: Sequence[Footnote]) -> Iterator[Figure]:
    text = document.text
    captions, heads = captions_of(table), heads_of(table)
    framing = " ".join([*words_of(captions, text), *words_of(heads, text)])
    scale = _scale_in(framing) or _scale_in(section.heading) or 1
    is_money = scale > 1 or _MONEY.search(framing) is not None
    rows = [(row, words_of(row.path, text)) for row in body_rows(table, text)]
    has_measures = is_money and any(_row_measure(labels) for _, labels in rows)
    read: dict[tuple[Cell, ...], _Column] = {}
    for row, labels in rows:
        if not labels or (len(labels) == 1 and _NAMES.search(labels[0])):
            continue
        named = _Named.of(labels)
        source: str | None = None
        values: list[tuple[Cell, _Column]] = []
        for cell in row.values:
            over = tuple(heads_over(heads, cell))
            if over not in read:
                read[over] = _column(document, over)
            column = read[over]
            if column.is_source:
                source = source or _MARKS.sub("", one_line(text[cell.start : cell.end]))
            elif _CELL.fullmatch(text, cell.start, cell.end):
                values.append((cell, column))
        for cell, column in values:
            # a column of baten holds baten, also in the row `Overige baten en lasten`
            measure = column.measure or _row_measure(labels)
            unit = _unit(labels, column.words, text[cell.start : cell.end], measure, is_money=is_money)
            if measure is None and unit is FigureUnit.EUR and has_measures:
                measure = Measure.SALDO  # a row without its own measure among lasten and baten sums them up
            if measure is None:
                measure = Measure.OVERIG if unit in (None, FigureUnit.EUR) else Measure.INDICATOR
            for entry in _ENTRY.finditer(text, cell.start, cell.end):
                factor = scale if unit is FigureUnit.EUR and not entry["scale"] else 1
                written = entry[0].rstrip(" *\n")
                yield Figure(
                    document_id=document.id,
                    origin=Origin.TABLE,
                    path=(*section.path, *words_of(captions, text), *words_of(row.groups, text)),
                    label=named.label,
                    code=named.code,
                    row_path=named.path,
                    column_path=column.words,
                    measure=measure,
                    period=one_line(entry["period"]) if entry["period"] else column.period,
                    phase=column.phase,
                    value=_value(entry) * factor,
                    unit=unit,
                    scale=factor,
                    display=written.strip(),
                    is_total=_is_total(labels),
                    start=entry.start(),
                    end=entry.start() + len(written),
                    table=table.start,
                    heads=_spans((*captions, *row.groups, *row.path, *column.heads)),
                    source=source,
                    notes=_notes(text, (*row.path, *row.values), notes),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """The labels of a row without the marks of footnotes; `label` is without the code too."""

    path: tuple[str, ...]
    label: str
    code: str | None

    @classmethod
    def of(cls, labels: Sequence[str]) -> _Named:
        code: str | None = None
        path: list[str] = []
        names: list[str] = []
        for label in labels:
            clean = _MARKS.sub("", label).strip()
            found = next((c for c in find_codes(clean) if c.kind is CodeKind.GOAL and c.start == 0), None)
            number = _LEADING_NUMBER.match(clean)
            path.append(clean)
            if found is not None:
                code, clean = found.canonical, clean[found.end :].lstrip(" .:-")
            elif number is not None:
                code, clean = number[1], clean[number.end() :]
            names.append(clean)
        return cls(path=tuple(path), label=" – ".join(name for name in names if name), code=code)


def _column(document: Document, heads: tuple[Cell, ...]) -> _Column:
    words = words_of(heads, document.text)
    said = " ".join(words)
    years = list(dict.fromkeys(_YEAR.findall(said)))
    phase = next((phase for phase, pattern in _PHASES if pattern.search(said)), None)
    period = years[-1] if years else None
    measure = _row_measure(words)
    if measure is not None and period is None:  # columns of lasten and baten: the year is the document's
        period = str(document.source.year)
        phase = phase or _phase_of(document)
    is_source = bool(words) and _SOURCE_HEAD.search(words[-1]) is not None
    return _Column(heads=heads, words=words, period=period, phase=phase, measure=measure, is_source=is_source)


def _phase_of(document: Document) -> Phase | None:
    match document.source.kind:
        case DocumentKind.PROGRAMMABEGROTING:
            return Phase.BEGROTING
        case DocumentKind.JAARVERSLAG | DocumentKind.JAARSTUKKEN:
            return Phase.REKENING
        case _:
            return None


def _row_measure(labels: Sequence[str]) -> Measure | None:
    """Return what the narrowest label with such a word measures."""
    for label in reversed(labels):
        for measure, pattern in _MEASURES:
            if pattern.search(label):
                return measure
    return None


def _unit(
    labels: Sequence[str], heads: Sequence[str], cell: str, measure: Measure | None, *, is_money: bool
) -> FigureUnit | None:
    if "%" in cell:
        return FigureUnit.PERCENT
    if "€" in cell or measure in _MONEY_MEASURES or is_money:
        return FigureUnit.EUR
    for words in (" ".join(labels), " ".join(heads)):
        unit = next((unit for unit, pattern in _UNITS if pattern.search(words)), None)
        if unit is not None:
            return unit
    return FigureUnit.EUR if re.search(r"\b(?:bedrag|kosten|budget|subsidie)", " ".join(labels), re.IGNORECASE) else None


def _scale_in(words: str) -> int | None:
    return next((scale for pattern, scale in _SCALES if pattern.search(words)), None)


def _value(entry: re.Match[str]) -> Decimal:
    amount = next(find_amounts(entry["number"].replace("+", "") + (entry["scale"] or "").replace(".", "")), None)
    if amount is not None and "." not in entry["number"].replace(entry["digits"], "", 1):
        return amount.value
    return Decimal(re.sub(r"[^\d.]", "", entry["number"])) * (-1 if re.match(r"-/-|[-–−]", entry["number"]) else 1)


def _is_total(labels: Sequence[str]) -> bool:
    return any(_TOTAL.search(label) for label in labels)


def _spans(cells: Sequence[Cell]) -> tuple[Span, ...]:
    return tuple(Span(start=c.start, end=c.end) for c in cells)


def _notes(text: str, cells: Sequence[Cell], notes: Sequence[Footnote]) -> tuple[str, ...]:
    marks = [re.sub(r"\s", "", m[1]) for c in cells if (m := _MARKS.search(text[c.start : c.end]))]
    return tuple(one_line(text[note.start : note.end]) for note in notes if re.sub(r"\s", "", note.marker) in marks)


# --- running text -------------------------------------------------------------------------------------------------------

_MONEY_NEAR = re.compile(
    rf"\b(?:budget\w*|lasten|baten|kosten|{WITHDRAWING}ing\w*|storting\w*|subsidie\w*|bijdrage\w*|bezuinig\w*|dekking|geraamd\w*|"
    r"reserves?|taakstelling\w*|kaderbrief|financi\w*|investering\w*|opbrengst\w*|uitkering\w*)\b",
    re.IGNORECASE,
)
_MONEY_WORD = re.compile(r"€|duizend|miljoen|miljard|mln|mld", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?euro\b|,-")
_GROUPED = re.compile(r"[-–−]?\d{1,3}(?:\.\d{3})+")
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:e|ste|de)?\s+(?:{MONTHS})\b"
    r"|\b\d{1,2}[-/]\d{1,2}[-/]\d{2,4}\b|\b\d{1,2}[.:]\d{2}\s?uur\b|\b(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d\b",
    re.IGNORECASE,
)
# a number that names or bounds: `fase 2`, `programma's 7, 8C en 10`, `Archimedesweg 29`, `16-27 jaar`, `18+`, `(1)`
_NAMED_BEFORE = re.compile(
    r"(?:\b(?:fase|programma(?:['’]s)?|paragraaf|doel|hoofdstuk|bijlage|artikel|art\.|\w*nummer|nr\.?|tabel|figuur|pijler|\w*lijn|"
    r"categorie|stap|deel|versie|lid)\s+(?:\d+\w?,?\s+(?:en\s+)?)*|[a-z)(]\s*(?:\d+\s+en\s+)?[A-Z][\w’'-]*\s+|[-–+]\s?)$"
)
_NAMED_AFTER = re.compile(r"(?:e|ste|de)\b|\s?[-–+/]|\s?(?:tot\s+\d+\s+)?jaar\b|\s+(?:en|tot)\s+\d+\s+jaar\b|[A-Z]")
_PROGRAMMES = re.compile(r"\bprogramma['’]s\b", re.IGNORECASE)
_ADVERB = re.compile(r"\bper saldo\b", re.IGNORECASE)
_CONTRIBUTION = re.compile(r"^bijdrage\b", re.IGNORECASE)


def _prose_figures(document: Document, section: Section, block: Span, before: str) -> Iterator[Figure]:
    """Yield the amounts of one block; `before` is what stood above it, which names a number that stands by itself."""
    text = document.text
    stretch = text[block.start : block.end]
    taken = [(c.start, c.end) for c in find_codes(stretch)]
    taken += [m.span() for pattern in (_DATE, _YEAR) for m in pattern.finditer(stretch)]
    for amount in find_amounts(stretch):
        if any(start < amount.end and amount.start < end for start, end in taken):
            continue
        sentence = _sentence_around(stretch, amount.start)
        written = stretch[amount.start : amount.end]
        unit = _prose_unit(stretch, amount, sentence)
        if unit is None:
            continue
        label = before if sentence.strip(" .") == written and before else sentence
        years = list(dict.fromkeys(_YEAR.findall(label)))
        period = years[0] if len(years) == 1 else None
        measure = Measure.OVERIG
        if unit is FigureUnit.EUR:
            spent = Measure.LASTEN if _CONTRIBUTION.match(label) else Measure.OVERIG
            measure = _row_measure([_ADVERB.sub("", label)]) or spent
        is_own_year = unit is FigureUnit.EUR and period == str(document.source.year)
        yield Figure(
            document_id=document.id,
            origin=Origin.PROSE,
            path=section.path,
            label=one_line(label),
            code=section.code,
            row_path=(),
            column_path=(),
            measure=measure,
            period=period,
            phase=_phase_of(document) if is_own_year else None,
            value=amount.value,
            unit=unit,
            scale=1,
            display=one_line(written),
            is_total=False,
            start=block.start + amount.start,
            end=block.start + amount.end,
            table=-1,
        )


def _prose_unit(stretch: str, amount: Amount, sentence: str) -> FigureUnit | None:
    """Return what a number in running text counts; None for one that names or bounds something."""
    written, after = stretch[amount.start : amount.end], stretch[amount.end : amount.end + 24]
    if amount.is_percentage:
        return FigureUnit.PERCENT
    if _MONEY_WORD.search(written) or _MONEY_AFTER.match(after):
        return FigureUnit.EUR
    if _GROUPED.fullmatch(written):
        return FigureUnit.EUR if _MONEY_NEAR.search(sentence) else FigureUnit.AANTAL
    before = stretch[max(0, amount.start - 60) : amount.start]
    is_marker = not before.strip() or re.search(r"\n\s*[(•-]?\s*$", before) or (before.endswith("(") and after.startswith(")"))
    if is_marker or _PROGRAMMES.search(sentence) or _NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after):
        return None
    for unit, pattern in ((FigureUnit.MAANDEN, r"\s?maand"), (FigureUnit.DAGEN, r"\s?dag"), (FigureUnit.FTE, r"\s?fte\b")):
        if re.match(pattern, after, re.IGNORECASE):
            return unit
    return FigureUnit.AANTAL


def _sentence_around(stretch: str, at: int) -> str:
    start = max(stretch.rfind(mark, 0, at) for mark in (". ", "! ", "? ", ".\n", ":\n", "\n\n"))
    ends = [stretch.find(mark, at) for mark in (". ", "! ", "? ", ".\n", "\n\n")]
    end = min((e for e in ends if e >= 0), default=len(stretch))
    return stretch[start + 1 if start >= 0 else 0 : end + 1].strip()
