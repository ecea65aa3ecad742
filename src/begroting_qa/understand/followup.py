"""A question that leans on the one before it (`En in 2026?`, `Wie voert dat uit?`) -> one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from begroting_qa.domain import Filters
from begroting_qa.dutch import fold, names_subject
from begroting_qa.measures import is_measure, measures_named
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
_LEADING = re.compile(r"^\W*(?:(?:bij|voor|van|in|met|op|aan|over|uit)\s+)?(?:(?:de|het|een)\s+)?", re.IGNORECASE)
SUBJECT = 0.4
FEW_SUBJECTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StandAlone:
    """A question that needs no other, and what it took from those before it: `subject`, `measure`, `period`."""

    text: str
    inherited: tuple[str, ...] = ()


def stand_alone(question: str, earlier: Sequence[str], vocabulary: Vocabulary) -> StandAlone:
    """Return the question with what it takes from the last of the earlier ones; unchanged where it needs nothing.

    A question that asks something of its own takes the subject along; one that only names another year, measure, place or group
    takes over what was asked, with its own in the place of what it replaces.
    """
    if not earlier:
        return StandAlone(text=question)
    own = _subjects(question, vocabulary)
    leans = _OPENING.match(question) is not None or _POINTS.search(question) is not None or not own
    if not leans or len(own) > FEW_SUBJECTS:
        return StandAlone(text=question)
    before = stand_alone(earlier[-1], earlier[:-1], vocabulary).text
    rest = _dated(_OPENING.sub("", question), before)
    whole = before
    if _YEAR.search(rest):
        before = _YEAR.sub("", before)
    if _ASKS.search(rest):
        taken = [surface for surface in _subjects(before, vocabulary) if surface not in own]
        text = f"{rest.rstrip(' ?')} {' '.join(taken)} {' '.join(_YEAR.findall(before))}".strip() + "?"
    else:
        text = _with_another(before, rest, vocabulary)
    return StandAlone(text=text, inherited=_taken(text, rest, whole, vocabulary))


def _with_another(before: str, rest: str, vocabulary: Vocabulary) -> str:
    """Return what was asked of another measure or thing: that takes the place of the one before it, where there was one."""
    measures = [word for word in rest.rstrip(" ?").split() if is_measure(fold(word))]
    asked = [word for word in re.findall(r"[^\W\d]+", before) if is_measure(fold(word))]
    named = [surface for surface in _subjects(rest, vocabulary) if not is_measure(fold(surface))]
    if measures and asked and not named:
        return re.sub(rf"\b{re.escape(asked[0])}\b", lambda _: measures[0], before, count=1)
    subjects = [surface for surface in _subjects(before, vocabulary) if not is_measure(fold(surface))]
    if named and len(subjects) == 1 and not measures and asked:
        phrase = _YEAR.sub("", _LEADING.sub("", rest)).strip(" ?")
        replaced = re.sub(rf"\b{re.escape(subjects[0])}\b", lambda _: phrase, before, count=1).rstrip(" ?")
        return f"{replaced} {' '.join(_YEAR.findall(rest))}".rstrip() + "?"
    return f"{before.rstrip(' ?')} {rest}"


def _taken(text: str, own: str, before: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return what a question that stands alone has of the one before it and not of its own."""
    said, taken = fold(own), fold(before)
    subjects = [s for s in _subjects(text, vocabulary) if not is_measure(fold(s))]
    found = {
        "subject": any(fold(s) in taken and fold(s) not in said for s in subjects),
        "measure": bool(set(measures_named(fold(text))) & set(measures_named(taken)) - set(measures_named(said))),
        "period": bool(set(_YEAR.findall(text)) & set(_YEAR.findall(before)) - set(_YEAR.findall(own))),
    }
    return tuple(name for name, is_taken in found.items() if is_taken)


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
