"""The register of topics over HTTP: one thing through the years, and how what is said of it changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from begroting_qa.registers import find_topic, matching
from begroting_qa.serve import openapi
from begroting_qa.serve.commitments import Corrections
from begroting_qa.serve.holding import Held
from begroting_qa.serve.limits import only_query
from begroting_qa.serve.listing import PAGE, Limit, Offset
from begroting_qa.topics.said import Topic, TopicKind
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, PageBody
from begroting_qa.wire.topics import TopicBody, TopicPageBody, topic_body, topic_page

router = APIRouter(tags=["registers"])


@router.get(
    "/v1/topics", dependencies=[Depends(only_query("q", "kind", "limit", "offset"))], responses=openapi.problems(400, 503)
)
def list_topics(
    held: Held,
    q: Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="A code, or words of titles")] = "",
    kind: Annotated[TopicKind | None, Query(description="What it is")] = None,
    limit: Limit = PAGE,
    offset: Offset = 0,
) -> PageBody[TopicBody]:
    """List what the documents speak of through the years, by kind and id."""
    wanted = [topic for topic in held.engine.topics() if kind is None or topic.kind is kind]
    found = matching(wanted, q.strip(), held.engine, _said_of)
    items = [topic_body(topic) for topic in found[offset : offset + limit]]
    return PageBody(items=items, total=len(found), limit=limit, offset=offset)


@router.get("/v1/topics/{id:path}", dependencies=[Depends(only_query())], responses=openapi.problems(400, 404, 503))
def get_topic(
    held: Held,
    register: Corrections,
    topic_id: Annotated[str, Path(max_length=200, description="The id of a topic, as the list gives it", alias="id")],
) -> TopicPageBody:
    """Give one topic with what each document says of it, newest first, and how that changed."""
    return topic_page(find_topic(held.engine, topic_id), register)


def _said_of(topic: Topic) -> str:
    titles = (part.title.quote for part in topic.parts if part.title is not None)
    return " · ".join((topic.code or "", *topic.former_codes, topic.title or "", *titles))
