"""Documents -> what they cover, by municipality: which years and kinds there are, and which are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from begroting_qa.domain import DocumentKind, Figure, Origin
from begroting_qa.wire.bodies import DocumentBody

# what a municipality makes each year; of some either kind will do
BUDGET = (DocumentKind.PROGRAMMABEGROTING,)
PROGRESS = (DocumentKind.VOORTGANGSRAPPORTAGE,)
REPORT = (DocumentKind.JAARVERSLAG, DocumentKind.JAARSTUKKEN)
FRAME = (DocumentKind.KADERNOTA, DocumentKind.KADERBRIEF)
YEARLY = (BUDGET, PROGRESS, REPORT, FRAME)
OTHER = (DocumentKind.RAADSVOORSTEL, DocumentKind.OVERIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """A year with the documents of each kind of the cycle, in the order of `YEARLY`."""

    year: int
    cells: tuple[tuple[DocumentBody, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """What the documents of one municipality cover; `parts` are the programmes and chapters, `figures` numbers by document.

    `is_whole` says that some document is a whole book. `without_*` are the years from the first to the last that miss one.
    """

    municipality: str
    documents: tuple[DocumentBody, ...]
    figures: dict[str, int]
    years: tuple[YearView, ...]
    parts: tuple[str, ...]
    is_whole: bool
    without_budget: tuple[int, ...]
    without_report: tuple[int, ...]
    without_progress: tuple[int, ...]
    missing_kinds: tuple[DocumentKind, ...]
    figure_years: tuple[int, ...]


def coverage_of(documents: Sequence[DocumentBody], figures: Iterable[Figure]) -> list[CoverageView]:
    """Return what is covered, by municipality in alphabetical order."""
    numbers = [figure for figure in figures if figure.origin is Origin.TABLE]
    names = sorted({document.municipality for document in documents})
    return [_of_municipality(name, [d for d in documents if d.municipality == name], numbers) for name in names]


def _of_municipality(name: str, documents: Sequence[DocumentBody], figures: Sequence[Figure]) -> CoverageView:
    newest = sorted(documents, key=lambda document: (document.as_of, document.id), reverse=True)
    ids = {document.id for document in documents}
    own = [figure for figure in figures if figure.document_id in ids]
    years = range(min(d.year for d in documents), max(d.year for d in documents) + 1)
    told = sorted({int(f.period) for f in own if f.period and f.period.isdecimal()})
    return CoverageView(
        municipality=name,
        documents=tuple(newest),
        figures=dict(Counter(figure.document_id for figure in own)),
        years=tuple(_year(year, newest) for year in reversed(years)),
        parts=tuple(dict.fromkeys(document.part for document in newest if document.part)),
        is_whole=any(document.part is None for document in documents),
        without_budget=_without(years, documents, BUDGET),
        without_report=_without(years, documents, REPORT),
        without_progress=_without(years, documents, PROGRESS),
        missing_kinds=_missing_kinds(documents),
        figure_years=tuple(told),
    )


def _year(year: int, documents: Sequence[DocumentBody]) -> YearView:
    of_year = [document for document in documents if document.year == year]
    return YearView(year=year, cells=tuple(tuple(d for d in of_year if d.kind in kinds) for kinds in YEARLY))


def _without(years: Iterable[int], documents: Sequence[DocumentBody], kinds: Sequence[DocumentKind]) -> tuple[int, ...]:
    there = {document.year for document in documents if document.kind in kinds}
    return tuple(year for year in years if year not in there)


def _missing_kinds(documents: Sequence[DocumentBody]) -> tuple[DocumentKind, ...]:
    """Return the kinds of which there is no document; either of two that take each other's place is enough."""
    there = {document.kind for document in documents}
    wanted = (*YEARLY, *((kind,) for kind in OTHER[:1]))
    return tuple(kind for kinds in wanted if not there & set(kinds) for kind in kinds)
