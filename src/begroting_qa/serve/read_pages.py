"""The pages of the documents: which there are, what they cover, and one of them with its citation marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response

from begroting_qa.domain import Document, Figure, Origin, Span
from begroting_qa.pipeline import Engine
from begroting_qa.serve import read_wording, wording
from begroting_qa.serve.around import Contents, LinkView, PlaceView, cells_marked, codes_around, document_address, section_at
from begroting_qa.serve.coverage import coverage_of
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.marked import Marking
from begroting_qa.serve.portions import meets, portion_at, portions_of, within
from begroting_qa.serve.problems import ProblemError, invalid_request, not_found
from begroting_qa.serve.reading_view import view_section
from begroting_qa.serve.table_view import MAX_POINTED_OUT
from begroting_qa.serve.templates import render

MAX_PART = 100_000
DocumentId = Annotated[str, Path(alias="id", max_length=200)]

router = APIRouter(include_in_schema=False)


@router.get("/documents", dependencies=[Depends(only_query())])
def show_documents(held: Held) -> Response:
    """Show the documents, the newest first."""
    documents = sorted(held.documents, key=lambda body: (body.as_of, body.id), reverse=True)
    return render("documents.html", {"documents": documents})


@router.get("/dekking", dependencies=[Depends(only_query())])
def show_coverage(held: Held) -> Response:
    """Show which documents there are, how completely they were read, and what is in none of them."""
    figures = held.engine.store.figures()
    return render("dekking.html", {"coverages": coverage_of(held.documents, figures), "read": read_wording.completeness})


@router.get("/documents/{id}", dependencies=[Depends(only_query("start", "end", "part"))])
def show_document(
    held: Held,
    document_id: DocumentId,
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
    part: Annotated[int | None, Query(ge=1, le=MAX_PART)] = None,
) -> Response:
    """Show a document with its outline, and the stretch from `start` to `end` marked; of a long one a part."""
    document = held.engine.document(document_id)
    stretch = _stretch(document, start, end)
    portions = portions_of(document)
    shown = _shown(portions, stretch, part)
    portion = portions[shown]
    here = None if stretch is None else Span(start=stretch.start, end=min(stretch.end, portion.end))
    cells = _cells(held.engine, document, stretch)
    marking = Marking(document, here, [head for figure in cells for head in figure.heads])
    sections = [view_section(within(section, portion), marking) for section in document.sections if meets(section, portion)]
    contents = Contents(document, portions, shown)
    values = {
        "document": next(body for body in held.documents if body.id == document.id),
        "sections": sections,
        "outline": contents.outline(stretch),
        "place": None if stretch is None else _place(held.engine, document, contents, stretch, cells),
        "has_mark": marking.is_met,
        "has_stretch": stretch is not None,
        "part": shown + 1,
        "parts": [_part_link(document, portion, number) for number, portion in enumerate(portions, 1)],
        "goes_on": stretch is not None and stretch.end > portion.end,
    }
    return render("document.html", values)


@router.get("/documents/{id}/bron", dependencies=[Depends(only_query())])
def download_source(held: Held, document_id: DocumentId) -> Response:
    """Give the text of the source file as it is, which is the text that every citation points into."""
    document = held.engine.document(document_id)
    name = document.source.file.rpartition("/")[2]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(document.text.encode("utf-8"), media_type="text/plain; charset=utf-8", headers=headers)


def _stretch(document: Document, start: int | None, end: int | None) -> Span | None:
    """Return the stretch to mark, or None when none is asked for."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise ProblemError(invalid_request(wording.STRETCH_INCOMPLETE))
    if not start <= end <= len(document.text):
        raise ProblemError(invalid_request(wording.stretch_out_of_range(start, end, len(document.text))))
    if start == end:
        raise ProblemError(invalid_request(wording.stretch_empty(start)))
    return Span(start=start, end=end)


def _shown(portions: Sequence[Span], stretch: Span | None, part: int | None) -> int:
    """Return the number, from 0, of the portion to show: the one asked for, else that of the stretch."""
    if part is None:
        return 0 if stretch is None else portion_at(portions, stretch.start)
    if part > len(portions):
        raise ProblemError(not_found(read_wording.part_unknown(part, len(portions))))
    return part - 1


def _cells(engine: Engine, document: Document, stretch: Span | None) -> list[Figure]:
    """Return the numbers of tables in a stretch; none where they are so many that what is said of each says nothing."""
    if stretch is None:
        return []
    figures = engine.store.figures_within(document.id, stretch.start, stretch.end)
    cells = [figure for figure in figures if figure.origin is Origin.TABLE]
    return cells if len(cells) <= MAX_POINTED_OUT else []


def _place(engine: Engine, document: Document, contents: Contents, stretch: Span, cells: Sequence[Figure]) -> PlaceView:
    before, after = contents.beside(stretch)
    return PlaceView(
        cells=cells_marked(cells),
        before=before,
        after=after,
        codes=codes_around(document, stretch, engine.references, engine.sources),
    )


def _part_link(document: Document, portion: Span, number: int) -> LinkView:
    """Return a link to a portion, named after the heading that it begins with or goes on under."""
    section = section_at(document, portion.start)
    return LinkView(href=f"{document_address(document.id)}?part={number}", text=section.heading if section is not None else "")
