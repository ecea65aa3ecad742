"""What a question names outright and a passage lacks: a place, a number, a name, a code, a year. Each is a reason to refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from begroting_qa.answer.forms import YEAR, named_years
from begroting_qa.codes import covers, find_codes
from begroting_qa.domain import Passage, PassageKind, Plan, QuestionKind, ScoredPassage, Unit, UnitKind
from begroting_qa.dutch import fold, is_noun, names_subject, stem, terms_of
from begroting_qa.vocabulary import FRAME_WEIGHT, Vocabulary, importance, match, matcher

_ORDINAL = re.compile(r"\b(?P<ordinal>eerste|tweede|derde|vierde|vijfde|zesde)\s(?P<noun>[a-zà-ÿ]{4,})", re.IGNORECASE)
_EDITION = re.compile(r"\b(?P<noun>[^\W\d_]{4,})\s(?P<years>(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d)")
# a name of three words or more, as `City Deal Inclusieve Stad`
_LONG_NAME = re.compile(r"\b[A-ZÀ-Ý][\w-]+(?: [A-ZÀ-Ý][\w-]+){2,}")
_AFTER = re.compile(r"\bna ((?:19|20)\d\d)\b", re.IGNORECASE)
# a question for the day that a thing ends is not answered by the day that it begins
_BEGINS = re.compile(
    r"\b(?:open(?:t|en|d|de|ing)?|geopend|start(?:te?n?)?|gestart|begin(?:t|nen)|begon(?:nen)?|van start|in gebruik)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:sluit(?:en|ing)?(?! aan)|gesloten|dicht|stop(?:t|pen|te)?|gestopt|eindig(?:t|en|de)|geëindigd|af ?loopt|aflopen|"
    r"loopt\b.*\baf|lopen\b.*\baf|afloop|einde|vervalt|vervallen|beëindig\w*|opgeheven)\b",
    re.IGNORECASE,
)
# how far behind its first two words the others may stand: `City Deal Gezonde en Duurzame Voedselomgeving`
NAME_CHARS = 60
_GOES_ON = re.compile(r" (?:(?:en|van|voor|de|het) )*[A-ZÀ-Ý]")
SURE_VARIANT = 0.55
# from here on a noun says what the question is about
HEAVY_NOUN = 0.45
# what a word weighs of which a text holds only one part: `belasting` of `hondenbelasting`
ONLY_A_PART = 0.45


def lacking_here(plan: Plan, passage: Passage) -> tuple[str, ...]:
    """Return the places, numbers, names, ordinals and codes of the question that a passage with its headings lacks."""
    asked = plan.normalized
    is_particular = any(pattern.search(asked) for pattern in (_ORDINAL, _EDITION, _LONG_NAME))
    if not (plan.places or plan.numbers or plan.codes or is_particular or any(term.is_name for term in plan.terms)):
        return ()
    near = f"{passage.context} {passage.text}"
    folded = _folded(near)
    missing = [place for place in plan.places if not _stands_in(place, folded)]
    digits = re.sub(r"(?<=\d)[.\u00a0](?=\d{3})", "", near)
    missing.extend(n for n in plan.numbers if not re.search(rf"(?<![\d,]){re.escape(n.replace('.', ''))}(?!\d)", digits))
    names = [term for term in plan.terms if term.is_name and not _stands_in(fold(term.surface), folded)]
    if names:
        held = terms_of(near)
        missing.extend(term.surface for term in names if match(term, held) < SURE_VARIANT)
    missing.extend(_other_ordinals(asked, near))
    missing.extend(_other_editions(asked, near))
    missing.extend(_other_names(asked, near))
    codes = {code.key for code in find_codes(near)}
    missing.extend(code for code in plan.codes if not any(covers(code, held) for held in codes))
    return tuple(missing)


def _stands_in(name: str, folded: str) -> bool:
    """Tell whether a folded name stands in a folded text as a word of its own, also with an ending (`Hechts`)."""
    return re.search(rf"(?<!\w){re.escape(name)}(?:'?s)?(?!\w)", folded) is not None


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    return fold(text)


def absent_subject(plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary) -> str:
    """Return a word of the question that says its subject and that nothing speaks of, or an empty text.

    It is a noun that no passage found calls in any way the lexicon knows, or the first word of a question whose every word of
    weight, or whose every noun, is foreign to the corpus.
    """
    held = [terms_of(scored.passage.indexed_text) for scored in passages]
    for term in plan.terms:
        word = fold(term.surface)
        if not term.is_charted or term.parts or not is_noun(word) or importance(term, vocabulary) < HEAVY_NOUN:
            continue
        if max(map(matcher(term), held), default=0.0) <= ONLY_A_PART:
            return term.surface
    heavy = [term for term in plan.terms if importance(term, vocabulary) >= HEAVY_NOUN]
    named = [t for t in plan.terms if importance(t, vocabulary) > FRAME_WEIGHT and names_subject(fold(t.surface))]
    for told in (heavy, named):
        known = [max((weight for _, weight in (*term.variants, *term.phrases)), default=0.0) for term in told]
        if told and max(known) <= ONLY_A_PART and not plan.codes:
            return told[0].surface
    return ""


def lacking_years(plan: Plan, passage: Passage, unit: Unit, *, wants_figure: bool) -> tuple[str, ...]:
    """Return the years that the question names and a unit with its place lacks.

    A figure is of the year beside it: where one is asked for, a unit that names other years tells nothing of this one, unless
    it stands in a document that the question names.
    """
    told = named_years(unit.text)
    is_of_named = passage.document_id in plan.filters.documents
    if wants_figure and not is_of_named and told and plan.years and not told & set(plan.years):
        return tuple(map(str, plan.years))
    after = [int(year) for year in _AFTER.findall(plan.normalized)]
    missing = [f"na {year}" for year in after if not _tells_after(year, passage)]
    return (*missing, *(str(year) for year in plan.years if not _has_year(year, passage, unit)))


def _tells_after(year: int, passage: Passage) -> bool:
    """Tell whether a passage speaks of the time after a year: `tot en met 2027` says nothing of after 2027."""
    near = f"{passage.context} {passage.text}"
    return any(int(told) > year for told in YEAR.findall(near)) or re.search(rf"\bna {year}\b", near) is not None


def lacking_event(plan: Plan, unit: Unit) -> tuple[str, ...]:
    """Return the end whose day the question asks for where a unit tells only of a beginning.

    Not the other way round: a new place is often told of beside the old one that closes.
    """
    ends = _ENDS.search(plan.normalized) if plan.kind is QuestionKind.DATE else None
    if ends is None or _BEGINS.search(plan.normalized):
        return ()
    return (ends[0],) if _BEGINS.search(unit.text) and not _ENDS.search(unit.text) else ()


def _other_ordinals(question: str, near: str) -> list[str]:
    """Return the `eerste editie` of a question where the text tells only of another one (`tweede editie`)."""
    told: dict[str, set[str]] = {}
    for found in _ORDINAL.finditer(near):
        told.setdefault(stem(fold(found["noun"])), set()).add(found["ordinal"].lower())
    asked = [(m["ordinal"].lower(), m["noun"]) for m in _ORDINAL.finditer(question)]
    return [f"{ordinal} {noun}" for ordinal, noun in asked if ordinal not in told.get(stem(fold(noun)), {ordinal})]


def _other_editions(question: str, near: str) -> list[str]:
    """Return the `Preventieakkoord 2024-2026` of a question where the text tells only of another one (`2021-2023`)."""
    told: dict[str, set[str]] = {}
    for found in _EDITION.finditer(near):
        told.setdefault(fold(found["noun"]), set()).add(_years(found["years"]))
    asked = [(m["noun"], m["years"]) for m in _EDITION.finditer(question)]
    return [f"{noun} {years}" for noun, years in asked if _years(years) not in told.get(fold(noun), {_years(years)})]


def _years(text: str) -> str:
    return re.sub(r"\D+", "-", text)


def _other_names(question: str, near: str) -> list[str]:
    """Return the names of a question of which the text has the beginning and goes on with another name: that is another one."""
    found: list[str] = []
    for named in _LONG_NAME.finditer(question):
        first, second, *rest = named[0].split()
        told = [near[at.end() : at.end() + NAME_CHARS] for at in re.finditer(rf"\b{first} {second}\b", near)]
        others = [goes_on for goes_on in told if _GOES_ON.match(goes_on)]
        is_there = any(all(fold(word) in fold(goes_on) for word in rest) for goes_on in told)
        if named.start() and others and len(others) == len(told) and not is_there:
            found.append(named[0])
    return found


def _has_year(year: int, passage: Passage, unit: Unit) -> bool:
    """A row must name the year with a figure; running text may also stand in a document of that year."""
    if passage.kind is PassageKind.ROW:
        cells = [u.text for u in passage.units if u.kind is UnitKind.CELL and str(year) in u.text]
        named = any(not re.search(r"(?:^|\s)[-–−]$", cell) for cell in cells)
        return named or str(year) in unit.text.split(": ")[0] or (not named_years(unit.text) and _in_title(year, passage))
    return str(year) in passage.text or any(str(year) in heading for heading in passage.path) or _in_title(year, passage)


def _in_title(year: int, passage: Passage) -> bool:
    return str(year) in YEAR.findall(passage.context.split(" · ")[0])
