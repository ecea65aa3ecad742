"""The registers searched: figures and commitments by what they have, and anything by the words that are said of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TypeVar

from begroting_qa import messages
from begroting_qa.codes import covers, find_codes
from begroting_qa.domain import Commitment, CommitmentStatus, Figure, Filters, Measure, Origin
from begroting_qa.dutch import fold, terms_of
from begroting_qa.errors import NotFoundError
from begroting_qa.pipeline import Engine
from begroting_qa.topics.said import Topic
from begroting_qa.understand.plan import understand
from begroting_qa.vocabulary import matcher

# how well a word of a search must stand in what is said of a thing
SPOKEN_OF = 0.5
Thing = TypeVar("Thing")


def matching(things: Iterable[Thing], query: str, engine: Engine, said_of: Callable[[Thing], str]) -> list[Thing]:
    """Return the things of which all words and codes of `query` are said, in their order; all of them for an empty query."""
    if not query:
        return list(things)
    plan = understand(query, Filters(), engine.vocabulary)
    matchers = [matcher(term) for term in plan.terms]
    if not matchers and not plan.codes:
        return []

    def is_said(text: str) -> bool:
        held, codes = terms_of(text), [code.key for code in find_codes(text)]
        is_named = all(any(covers(wanted, key) for key in codes) for wanted in plan.codes)
        return is_named and all(weigh(held) >= SPOKEN_OF for weigh in matchers)

    return [thing for thing in things if is_said(said_of(thing))]


def find_figures(
    engine: Engine,
    *,
    query: str = "",
    code: str = "",
    measure: Measure | None = None,
    year: int | None = None,
    document_id: str = "",
    origin: Origin | None = Origin.TABLE,
) -> list[Figure]:
    """Return the figures that have all that is asked, by document and place; `origin` None asks for those of both.

    The words of `query` are matched as those of a question, in labels, heads and headings.

    Raises:
        NotFoundError: there is no such document.
    """
    if document_id:
        engine.document(document_id)
    wanted = {found.key for found in find_codes(code)} or ({code.lower()} if code else set[str]())
    found = [
        figure
        for figure in engine.store.figures()
        if (origin is None or figure.origin is origin)
        and (measure is None or figure.measure is measure)
        and (not document_id or figure.document_id == document_id)
        and (year is None or str(year) in (figure.period or ""))
        and (not wanted or (figure.code is not None and any(covers(key, figure.code.lower()) for key in wanted)))
    ]
    return matching(found, query, engine, _said_of_figure)


def _said_of_figure(figure: Figure) -> str:
    said = (*figure.path, figure.code or "", *figure.row_path, *figure.column_path, figure.label, str(figure.measure))
    return " · ".join(said)


def find_topic(engine: Engine, topic_id: str) -> Topic:
    """Return a topic by its id.

    Raises:
        NotFoundError: there is no such topic.
    """
    wanted = fold(topic_id.strip())
    topic = next((topic for topic in engine.topics() if fold(topic.id) == wanted), None)
    if topic is None:
        raise NotFoundError(messages.topic_unknown(topic_id))
    return topic


def find_commitments(
    engine: Engine,
    commitments: Sequence[Commitment],
    *,
    query: str = "",
    theme: str = "",
    statuses: Collection[CommitmentStatus] = (),
    actor: str = "",
    due_before: date | None = None,
    due_after: date | None = None,
    document_id: str = "",
) -> list[Commitment]:
    """Return those of the commitments that have all that is asked, in their order.

    The words and codes of `query` are looked for in the sentence, its headings and who will do it; `theme` is the id of a topic
    that tells them. Of what has a term the last day counts; nothing else falls before or after a day.

    Raises:
        NotFoundError: there is no such document or topic.
    """
    if document_id:
        engine.document(document_id)
    told = {own for part in find_topic(engine, theme).parts for own in part.commitments} if theme else None
    found = [
        commitment
        for commitment in commitments
        if (told is None or commitment.id in told)
        and (not statuses or commitment.status in statuses)
        and (not actor or fold(actor) in fold(commitment.actor or ""))
        and (due_before is None or (commitment.due is not None and commitment.due.last < due_before))
        and (due_after is None or (commitment.due is not None and commitment.due.last > due_after))
        and (not document_id or commitment.document_id == document_id)
    ]
    return matching(found, query, engine, _said_of_commitment)


def _said_of_commitment(commitment: Commitment) -> str:
    return " · ".join((*commitment.path, commitment.actor or "", commitment.text, *commitment.codes))
