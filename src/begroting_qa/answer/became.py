"""A question for what came of a promise -> Answer: the promise, and the newest that later documents say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from begroting_qa import messages
from begroting_qa.answer.lacking import lacking_here
from begroting_qa.answer.quotes import QuoteSheet, answer_of
from begroting_qa.answer.register import (
    HELD,
    Register,
    about,
    claim_of_document,
    status_notice,
    with_what_it_leans_on,
)
from begroting_qa.answer.subject import Subject
from begroting_qa.domain import Answer, Commitment, FollowUp, Passage, Plan, Span, UnitKind
from begroting_qa.pointing import points_back

# a heading or a loose name tells nothing of how things went
SHORTEST_STATEMENT = 6  # words
MOST_SENTENCES = 2


def tell_outcome(
    plan: Plan, promises: Sequence[Commitment], subject: Subject, register: Register, *, is_promised: bool
) -> Answer | None:
    """Return what was promised first with what later documents say of it, each under the name of its document.

    The newest later document that speaks of all that is asked goes on about it, else what the register links to it. Where the
    question says that it was promised (`is_promised`), only a promise answers it.
    """
    if not subject.is_particular:
        return None
    found = about(promises, subject, register)
    if not found:
        return None if is_promised else _tell_how_it_stands(plan, subject, register)
    promised = _first_promise(found[0], promises, register)
    goes_on: Sequence[tuple[Passage | FollowUp, Span]] = _spoken_of(
        plan, subject, register.sources[promised.document_id].as_of, register
    ) or [
        (told, Span(start=told.start, end=told.end))
        for told in sorted(promised.follow_ups, key=lambda f: register.sources[f.document_id].as_of)
    ]
    since = register.sources[promised.document_id].as_of
    has_later = any(source.as_of > since for source in register.sources.values())
    if not has_later and not is_promised:
        return None  # what stands beside it in the newest document says more
    whole, own_words = with_what_it_leans_on(promised), Span(start=promised.start, end=promised.end)
    for span in (whole, own_words):  # what came of it comes before the sentence in front of the promise
        sheet = QuoteSheet(documents=register.documents)
        has_room = [claim_of_document(sheet, of, at, register) for of, at in ((promised, span), *goes_on)]
        if all(has_room):
            break
    # the status is that of the links, and not of what else is told
    linked = {(f.document_id, f.end) for f in promised.follow_ups}
    is_of_links = not goes_on or any((of.document_id, at.end) in linked for of, at in goes_on)
    notice = status_notice(promised, register) if has_later else messages.NO_LATER_DOCUMENT
    return answer_of(plan, sheet, notices=[notice] if is_of_links else [])


def _tell_how_it_stands(plan: Plan, subject: Subject, register: Register) -> Answer | None:
    """Return what the newest document says of a subject of which no promise is found, None where none speaks of all of it."""
    sheet = QuoteSheet(documents=register.documents)
    for passage, span in _spoken_of(plan, subject, date.min, register):
        claim_of_document(sheet, passage, span, register)
    return answer_of(plan, sheet)


def _spoken_of(plan: Plan, subject: Subject, since: date, register: Register) -> list[tuple[Passage, Span]]:
    """Return where the newest document after a day speaks of all that is asked: at most two sentences, best first."""
    found: list[tuple[date, float, str, Passage, Span]] = []
    for passage in (scored.passage for scored in register.search(plan)):
        as_of = register.sources[passage.document_id].as_of
        if as_of <= since or lacking_here(plan, passage):
            continue
        for number, unit in enumerate(passage.units):
            is_told = unit.kind in (UnitKind.SENTENCE, UnitKind.ENTRY) and len(unit.text.split()) >= SHORTEST_STATEMENT
            if not is_told:
                continue
            before = passage.units[number - 1] if number and points_back(unit.text) else None
            spoken_of = subject.spoken_of(unit.text, passage.path, before.text if before else "")
            if spoken_of >= HELD and subject.is_named_in(unit.text):
                quote = f"{before.text} {unit.text}" if before else unit.text
                found.append((as_of, spoken_of, quote, passage, Span(start=(before or unit).start, end=unit.end)))
    newest = max((as_of for as_of, *_ in found), default=None)
    latest = sorted((row for row in found if row[0] == newest), key=lambda row: -row[1])
    told: dict[str, tuple[Passage, Span]] = {}
    for _, _, quote, passage, span in latest:  # a document may tell the same at two places
        if not any(known in quote or quote in known for known in told):
            told[quote] = (passage, span)
    return list(told.values())[:MOST_SENTENCES]


def _first_promise(best: Commitment, promises: Sequence[Commitment], register: Register) -> Commitment:
    """Return the oldest promise that another goes on about, or that itself."""
    earlier = [c for c in promises if any((f.document_id, f.end) == (best.document_id, best.end) for f in c.follow_ups)]
    return min(earlier, key=lambda c: register.sources[c.document_id].as_of, default=best)
