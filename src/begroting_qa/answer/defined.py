"""`Wat is SSB?`, `Wat is het Toekomstscenario?` -> the place that brings an abbreviation in, or the sentence that says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from begroting_qa import messages
from begroting_qa.abbreviations import find_introduced
from begroting_qa.answer.quotes import QuoteSheet, answer_of
from begroting_qa.answer.refuse import refuse
from begroting_qa.domain import (
    Answer,
    Document,
    Passage,
    Plan,
    ScoredPassage,
    Span,
    Unit,
    UnitKind,
)
from begroting_qa.dutch import fold
from begroting_qa.vocabulary import Vocabulary

_ASKED = re.compile(
    r"^\W*(?:wat (?:is|zijn|betekent|betekenen|houdt|houden)(?: dat| nou| eigenlijk)?|waar (?:staat|staan)|"
    r"wat wordt (?:er )?(?:bedoeld met|verstaan onder)|wat is de betekenis van|wat bedoelt (?:men|de gemeente|u) met)\s+"
    r"(?:(?:de|het|een|afkorting|term|woord|begrip|letters)\s+)*(?P<what>\S+(?: \S+){0,4}?)"
    r"(?:\s+(?:voor|in|precies|eigenlijk|nou|ook alweer|voor iets))*\s*\??\s*$",
    re.IGNORECASE,
)
_SAYS_WHAT = (
    r"(?:\s*\([^)]*\))?\s(?:is|zijn|was|betekent|houdt in|staat voor|omvat|bestaat uit|betreft|zorgt voor|biedt|richt zich)\s"
)
_ABBREVIATION_ASKED = re.compile(r"\bafkorting\b|^\W*waar (?:staat|staan)\b.*\bvoor\W*$", re.IGNORECASE)
NEAREST = 3


@dataclass(slots=True)
class _Definition:
    """What is quoted: a stretch of a document, and the text of the claim."""

    passage: Passage
    span: Span
    text: str


def define(
    plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, documents: Callable[[str], Document]
) -> Answer | None:
    """Return the answer to a question for what something is, None where the documents do not say it in so many words.

    What an abbreviation stands for is refused where no document brings it in.
    """
    asked = _ASKED.match(plan.normalized)
    if asked is None or plan.years or plan.codes:
        return None
    what = asked["what"].strip("'\"‘’“”.,?")
    found = list(_introductions(what, passages, documents)) or list(_definitions(what, passages))
    if not found and _ABBREVIATION_ASKED.search(plan.normalized) and sum(letter.isupper() for letter in what) > 1:
        return refuse(plan, passages[:NEAREST], vocabulary, what)
    if not found:
        return None
    sheet = QuoteSheet(documents=documents)
    for definition in found:
        if not sheet.has_room(definition.text, 1):
            break
        sheet.claim(definition.text, [sheet.cite(definition.passage, definition.span)])
    return answer_of(plan, sheet)


def _introductions(what: str, passages: Sequence[ScoredPassage], documents: Callable[[str], Document]) -> Iterator[_Definition]:
    """Yield the first place that says what an abbreviation is short for, and the sentence around it."""
    for scored in passages:
        passage = scored.passage
        text = documents(passage.document_id).text
        for introduced in find_introduced(text[passage.start : passage.end]):
            if fold(what) != fold(introduced.short):
                continue
            span = Span(start=passage.start + introduced.start, end=passage.start + introduced.end)
            yield _Definition(passage, span, messages.short_for(introduced.short, introduced.full))
            unit = next((u for u in passage.units if u.start <= span.start and span.end <= u.end and _is_prose(u)), None)
            if unit is not None:
                yield _Definition(passage, Span(start=unit.start, end=unit.end), unit.text)
            return


def _definitions(what: str, passages: Sequence[ScoredPassage]) -> Iterator[_Definition]:
    """Yield the sentence that begins with a thing and says what it is."""
    says = re.compile(rf"^(?:(?:de|het|een|dit|deze|\w+e) )*{re.escape(fold(what))}{_SAYS_WHAT}")
    for scored in passages:
        for unit in scored.passage.units:
            if _is_prose(unit) and not unit.text.endswith(":") and says.match(fold(unit.text)):
                yield _Definition(scored.passage, Span(start=unit.start, end=unit.end), unit.text)
                return


def _is_prose(unit: Unit) -> bool:
    return unit.kind in (UnitKind.SENTENCE, UnitKind.ENTRY)
