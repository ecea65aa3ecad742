"""Commitments with a term -> an iCalendar (RFC 5545): a whole day each, the last one of the term.

The same register gives the same bytes: what was read is stamped with the date of its document, not with now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from begroting_qa import messages
from begroting_qa.domain import Source
from begroting_qa.wire.registers import CommitmentBody

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//begroting-qa//toezeggingen//NL"


def as_calendar(commitments: Iterable[CommitmentBody], sources: Mapping[str, Source], *, site: str) -> str:
    """Return the commitments that have a term; `site` is where their documents can be read, without a closing slash."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for commitment in commitments:
        if commitment.due is not None:
            calendar.add_component(_event(commitment, commitment.due.last, sources[commitment.document_id], site))
    return calendar.to_ical().decode("utf-8")


def _event(commitment: CommitmentBody, day: date, source: Source, site: str) -> Event:
    url = f"{site}{commitment.url}"
    event = Event()
    event.add("uid", commitment.id)
    event.add("dtstamp", datetime.combine(source.as_of, time(), UTC))
    if commitment.corrected:  # a calendar that has it already takes it again
        event.add("last-modified", commitment.corrected.at.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", messages.commitment_summary(commitment.actor, commitment.action))
    event.add("description", messages.commitment_in_calendar(commitment.quote, commitment.status_text, source.title, url))
    event.add("url", url)
    return event
