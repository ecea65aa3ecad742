"""The pages of the registers: what is spoken of through the years, numbers that are named, checks; and the commitments."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response

from begroting_qa.domain import Reference
from begroting_qa.pipeline import Engine
from begroting_qa.references import find_reference, nearest_known
from begroting_qa.serve import commitment_pages, wording
from begroting_qa.serve.charts import line_chart
from begroting_qa.serve.commitments import Corrections
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import PAGE, Limit, Offset
from begroting_qa.serve.problems import ProblemError, not_found
from begroting_qa.serve.references import list_references
from begroting_qa.serve.register_views import page_of, series_of, view_change, view_number, view_place
from begroting_qa.serve.templates import render
from begroting_qa.serve.topics import list_topics
from begroting_qa.topics.said import Topic, TopicKind
from begroting_qa.wire.bodies import MAX_LIMIT, MAX_QUESTION_CHARS
from begroting_qa.wire.registers import commitment_body
from begroting_qa.wire.topics import topic_page

Words = Annotated[str, Query(max_length=MAX_QUESTION_CHARS)]

router = APIRouter(include_in_schema=False)
# one after another and not as a router inside this one, which would hide from a 405 what the paths do take
router.routes.extend(commitment_pages.router.routes)


@router.get("/onderwerpen", dependencies=[Depends(only_query("q", "kind", "limit", "offset"))])
def show_topics(
    held: Held,
    q: Words = "",
    kind: Annotated[TopicKind | Literal[""], Query()] = "",
    limit: Limit = MAX_LIMIT,
    offset: Offset = 0,
) -> Response:
    """Show what the documents speak of through the years, by kind."""
    found = list_topics(held, q, kind or None, limit, offset)
    pairs = [(key, value) for key, value in (("q", q.strip()), ("kind", str(kind))) if value]
    by_kind = [(kind, [item for item in found.items if item.kind is kind]) for kind in TopicKind]
    values = {
        "q": q.strip(),
        "kind": kind,
        "topic_kinds": wording.TOPIC_KINDS,
        "by_kind": [(kind, items) for kind, items in by_kind if items],
        "sources": held.engine.sources,
        "paging": page_of("/onderwerpen", pairs, total=found.total, limit=limit, offset=offset, usual=MAX_LIMIT),
    }
    return render("onderwerpen.html", values)


@router.get("/onderwerpen/{id:path}", dependencies=[Depends(only_query())])
def show_topic(held: Held, register: Corrections, topic_id: Annotated[str, Path(max_length=200, alias="id")]) -> Response:
    """Show one thing through the years: what documents say of it, its numbers and promises, and what was worded otherwise."""
    topic = next((topic for topic in held.engine.topics() if topic.id == topic_id), None)
    if topic is None:
        raise ProblemError(not_found(wording.topic_not_there(topic_id)))
    page = topic_page(topic, register)
    ids = [commitment_id for part in page.parts for commitment_id in part.commitments]
    values = {
        "page": page,
        "series": [(line, line_chart(line)) for line in series_of(page)],
        "commitments": [commitment_body(register.entries[commitment_id]) for commitment_id in ids],
        "changes": [view_change(change) for change in page.changes],
        "topic_kinds": wording.TOPIC_KINDS,
        "said_kinds": wording.SAID_KINDS,
        "statuses": wording.STATUSES,
        "sources": held.engine.sources,
    }
    return render("onderwerp.html", values)


@router.get("/verwijzingen", dependencies=[Depends(only_query("q", "limit", "offset"))])
def show_references(held: Held, q: Words = "", limit: Limit = PAGE, offset: Offset = 0) -> Response:
    """Show the numbers that the documents name."""
    found = list_references(held, q, limit, offset)
    pairs = [("q", q.strip())] if q.strip() else []
    values = {
        "q": q.strip(),
        "items": found.items,
        "code_kinds": wording.CODE_KINDS,
        "paging": page_of("/verwijzingen", pairs, total=found.total, limit=limit, offset=offset, usual=PAGE),
    }
    return render("verwijzingen.html", values)


@router.get("/verwijzingen/{code:path}", dependencies=[Depends(only_query("limit", "offset"))])
def show_reference(held: Held, code: Annotated[str, Path(max_length=200)], limit: Limit = PAGE, offset: Offset = 0) -> Response:
    """Show every place that names a number; of an unknown one the known ones that come nearest, with 404."""
    engine = held.engine
    reference = find_reference(code, engine.references)
    if reference is None:
        nearest = nearest_known(code, engine.references)
        values = {"reference": None, "asked": wording.shown(code), "nearest": nearest, "code_kinds": wording.CODE_KINDS}
        return render("verwijzing.html", values, status=404)
    address = f"/verwijzingen/{quote(reference.code)}"
    at = engine.references.index(reference)
    values = {
        "reference": reference,
        "places": [view_place(place, engine.document(place.document_id)) for place in reference.places[offset : offset + limit]],
        "topic": _topic_of(reference, engine),
        "before": engine.references[at - 1] if at else None,
        "after": engine.references[at + 1] if at + 1 < len(engine.references) else None,
        "code_kinds": wording.CODE_KINDS,
        "topic_kinds": wording.TOPIC_KINDS,
        "sources": engine.sources,
        "paging": page_of(address, [], total=len(reference.places), limit=limit, offset=offset, usual=PAGE),
    }
    return render("verwijzing.html", values)


def _topic_of(reference: Reference, engine: Engine) -> Topic | None:
    """Return the topic that bears a code now."""
    return next((topic for topic in engine.topics() if topic.code == reference.code), None)


@router.get("/controles", dependencies=[Depends(only_query("limit", "offset"))])
def show_checks(held: Held, limit: Limit = PAGE, offset: Offset = 0) -> Response:
    """Show what the documents say twice, compared: what differs first, what was confirmed last."""
    order = list(wording.VERDICTS)
    found = sorted(held.engine.findings, key=lambda finding: order.index(finding.verdict))
    shown = found[offset : offset + limit]
    values = {
        "counts": [(verdict, sum(finding.verdict is verdict for finding in found)) for verdict in order],
        "by_verdict": [
            (verdict, [(f, [view_number(figure) for figure in f.figures]) for f in shown if f.verdict is verdict])
            for verdict in order
        ],
        "verdicts": wording.VERDICTS,
        "check_kinds": wording.CHECK_KINDS,
        "sources": held.engine.sources,
        "paging": page_of("/controles", [], total=len(found), limit=limit, offset=offset, usual=PAGE),
    }
    return render("controles.html", values)
