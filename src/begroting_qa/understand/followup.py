"""A question that leans on the one before it (`En in 2026?`, `Wie voert dat uit?`) -> one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from begroting_qa.domain import Filters
from begroting_qa.dutch import fold, names_subject
from begroting_qa.understand.plan import understand
from begroting_qa.vocabulary import Vocabulary, importance

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OPENING = re.compile(r"^\W*(?:en|maar|of|ook|dus)\b\s*", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:wie|wat|wanneer|waar\w*|waarom|hoe\w*|welke?|noem|sinds)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:dat|die|dit|deze|hij|zij|ze|hun|hen|daar(?:mee|voor|van|bij|over|aan)?|ervan|ervoor|eraan|erbij|erover)\b",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(r"\b(?:(?:het|een) )?(?:jaar (?:daarna|erna|later)|volgende jaar)\b", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"\b(?:(?:het|een) )?(?:jaar (?:daarvoor|ervoor|eerder)|(?:vorige|voorgaande) jaar)\b", re.IGNORECASE)
SUBJECT = 0.4
FEW_SUBJECTS = 2


def stand_alone(question: str, earlier: Sequence[str], vocabulary: Vocabulary) -> str:
    """Return the question with what it takes from the last of the earlier ones; unchanged where it needs nothing.

    A question that asks something of its own takes the subject along; one that only names another year, place or group
    takes over what was asked.
    """
    if not earlier:
        return question
    own = _subjects(question, vocabulary)
    leans = _OPENING.match(question) is not None or _POINTS.search(question) is not None or not own
    if not leans or len(own) > FEW_SUBJECTS:
        return question
    before = stand_alone(earlier[-1], earlier[:-1], vocabulary)
    rest = _dated(_OPENING.sub("", question), before)
    if _YEAR.search(rest):
        before = _YEAR.sub("", before)
    if _ASKS.search(rest):
        taken = [surface for surface in _subjects(before, vocabulary) if surface not in own]
        return f"{rest.rstrip(' ?')} {' '.join(taken)} {' '.join(_YEAR.findall(before))}".strip() + "?"
    return f"{before.rstrip(' ?')} {rest}"


def _dated(question: str, before: str) -> str:
    """Return a question with the year that `het jaar daarna` means after the last year of the one before it."""
    years = _YEAR.findall(before)
    if not years:
        return question
    dated = _YEAR_AFTER.sub(f"in {int(years[-1]) + 1}", question)
    return _YEAR_BEFORE.sub(f"in {int(years[-1]) - 1}", dated)


def _subjects(question: str, vocabulary: Vocabulary) -> list[str]:
    """Return the words of a question that name what it is about."""
    plan = understand(question, Filters(), vocabulary)
    said = [term for term in plan.terms if importance(term, vocabulary) >= SUBJECT]
    named = [t.surface for t in said if t.is_name or any(names_subject(fold(word)) for word in t.surface.split())]
    return [*named, *plan.codes, *plan.places]
