"""The grammar of intent: whether a Dutch sentence states that somebody is going to do something, how firmly, who, and by when.

What was done is a report, what stands is a description and what may happen is a forecast: none of these is an intent. Where the
rules leave a doubt there is none, for a wrong promise costs more than one that is missed. The verb groups stand in
`lexicon/intent.tsv`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from begroting_qa.codes import find_codes
from begroting_qa.domain import DocumentKind, Period, Strength
from begroting_qa.dutch import fold, is_dutch_word, lines_of, municipalities
from begroting_qa.periods import find_periods

# a report on a year tells in the present tense how things stand; a budget, and a report halfway, also what is being done
_LOOKS_BACK = frozenset((DocumentKind.JAARVERSLAG, DocumentKind.JAARSTUKKEN))
_GAP, _WIDE_GAP = r".{0,80}", r".{0,240}"
# the particle of a separable verb stands at the end of its clause
_UP_TO_PARTICLE = r"(?=,? .{0,100}\b(?:%s)\b)"

# --- who ----------------------------------------------------------------------------------------------------------------

_WE = r"we|wij|(?:het|dit|ons) college(?: en (?:de )?raad)?|college en raad"
_SELF = (
    rf"(?:{_WE}|ze|zij|de gemeente(?: (?-i:[A-Z])\w+)?|de (?:gemeente)?raad|"
    r"de (?:wethouder|organisatie|stuurgroep|werkgroep|gemeenten|provincie)|deze (?:stuurgroep|werkgroep)|"
    r"gedeputeerde staten|het (?:dagelijks bestuur|waterschap))"
)
_CAPITAL = r"(?-i:[A-Z])[\w’'-]+"
_NAME = (
    rf"(?:(?:de organisatie |het |de )?{_CAPITAL}(?: (?:{_CAPITAL}|(?-i:wijkteam|[a-z]*partners)))*"
    rf"(?:(?:, {_CAPITAL})* en (?:(?:het|de) )?{_CAPITAL}(?: (?:{_CAPITAL}|(?-i:wijkteam)))*)?)"
)
_PARTICIPLE = r"(?:(?:ge|be|ver|ont|her)\w+(?:d|t|en)|\w{2,}ge\w+(?:d|t|en))"


@cache
def _listed() -> Mapping[str, Sequence[str]]:
    """Return the expressions of the grammar by what they are for."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines_of("intent.tsv"):
        kind, pattern, *particles = line.split("\t")
        found[kind].append(pattern + (_UP_TO_PARTICLE % particles[0] if particles else ""))
    return found


@cache
def _any_of(kind: str) -> str:
    """Return one expression for all of a kind, what it names in braces filled in."""
    filled = "|".join(_listed()[kind]).replace("………", _WIDE_GAP).replace("…", _GAP)
    for name, words in (("self", _SELF), ("name", _NAME), ("participle", _PARTICIPLE)):
        filled = filled.replace(f"{{{name}}}", words)
    for name in ("made", "done"):
        if f"{{{name}}}" in filled:
            filled = filled.replace(f"{{{name}}}", rf"\b(?:door|vorm)?(?:{_any_of(name)})")
    return filled


_DONE_BEFORE = re.compile(
    r"\b(?:die|dat|zoals)\b[^,.;:]{0,80}?\b(?:hebben|heeft|hadden|had|deden|deed|werden|werd|waren|was)\b", re.IGNORECASE
)
_BETWEEN_SENTENCES = re.compile(r"(?<=[a-zà-ÿ)’']\.) (?=[A-ZÀ-Ý])")


_AND_WE = re.compile(r"[,;] (?:maar |en |dus |daarom )?(?:we|wij)\b", re.IGNORECASE)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


# --- what makes a sentence an intent, or something else -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """A verb group that states an intent, and how firm it is.

    An `is_sure` sign counts also behind a past tense and in a report on a year. `needs` must stand in the sentence too, or an
    actor where `or_actor`. One that `opens` must open the sentence.
    """

    strength: Strength
    pattern: re.Pattern[str]
    is_sure: bool = False
    needs: re.Pattern[str] | None = None
    or_actor: bool = False
    needs_actor: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    """What rules an intent out, what begins a clause in which it does not, what reports, and the signs, in order of weight."""

    excluded: tuple[re.Pattern[str], ...]
    object_clause: re.Pattern[str]
    report: re.Pattern[str]
    signs: tuple[_Sign, ...]
    present: re.Pattern[str]
    own: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    act, needs_result = rf"(?-i:{_any_of('act')})", _words(_any_of("result"))
    # a line of a list that only names the task: in its first clause nobody acts, and no verb is conjugated
    only_task = rf"(?!(?:(?!\b(?:dat|die|waar\w*|zodat|om)\b)[^,;:.])*\b(?:{_any_of('finite')})\b)"
    signs = (
        _Sign(strength=Strength.EXPLORED, pattern=_words(_any_of("explores"))),
        _Sign(strength=Strength.EXPECTED, pattern=_words(_any_of("expects")), is_sure=True, needs=needs_result),
        _Sign(strength=Strength.INTENDED, pattern=_words(_any_of("intends")), is_sure=True),
        _Sign(strength=Strength.AIMED, pattern=_words(_any_of("aims"))),
        _Sign(strength=Strength.AIMED, pattern=_words(_any_of("ambition")), is_sure=True),
        _Sign(
            strength=Strength.FIRM, pattern=_words(_any_of("will")), is_sure=True, needs=_words(_any_of("shall")), or_actor=True
        ),
        _Sign(strength=Strength.FIRM, pattern=_words(_any_of("planned")), is_sure=True),
        _Sign(strength=Strength.FIRM, pattern=_words(_any_of("is_made"))),
        _Sign(strength=Strength.FIRM, pattern=_words(_any_of("goes_on"))),
        _Sign(strength=Strength.FIRM, pattern=_words(rf"(?<!die ){_SELF} {act}|{act}(?: nu)? {_SELF}")),
        _Sign(strength=Strength.FIRM, pattern=_words(rf"{_NAME} {act}|{act} {_NAME}"), needs_actor=True),
        _Sign(
            strength=Strength.AIMED,
            pattern=_words(rf"{only_task}(?:het )?(?:verder )?(?:{_any_of('task')})(?! en \w+en$)"),
            opens=True,
        ),
        _Sign(strength=Strength.AIMED, pattern=_words(rf"{only_task}[^,;:.]*\b(?:{_any_of('closes')})(?=[,;.]|$)"), opens=True),
    )
    return _Grammar(
        excluded=(
            *(_words(_any_of(kind)) for kind in ("forecast", "money", "describes", "denies")),
            _words(rf"^(?:{_any_of('others')})"),
        ),
        object_clause=_words(rf"(?:{_any_of('looks_into')}) (?:dat|of|hoe|welke|over (?:welke|wat|hoe))"),
        report=_words(_any_of("report")),
        signs=signs,
        present=_words(_any_of("present")),
        own=_words(rf"{_WE}|de (?:gemeente)?raad|de gemeente"),
    )


def intent(text: str, kind: DocumentKind, due: Period | None, as_of: date) -> Strength | None:
    """Return how firmly a sentence states an intent, None where it states none; `due` is a time to come that it names.

    An entry of a list may hold several sentences: the first that states one counts.
    """
    told = (
        _intent_of(sentence, kind, due if due is not None and due.text in sentence else None, as_of)
        for sentence in _BETWEEN_SENTENCES.split(text)
    )
    return next((strength for strength in told if strength is not None), None)


def _intent_of(sentence: str, kind: DocumentKind, due: Period | None, as_of: date) -> Strength | None:
    grammar = _grammar()
    is_title = sentence[-1:] not in ".:;!?…" and any(find_codes(sentence))
    own_words = sentence[: clause.end()] if (clause := grammar.object_clause.search(sentence)) else sentence
    if is_title or any(pattern.search(own_words) for pattern in grammar.excluded):
        return None
    report = grammar.report.search(sentence)
    is_ahead = due is not None and (due.first > as_of or report is None)
    for sign in grammar.signs:
        found = sign.pattern.match(sentence) if sign.opens else sign.pattern.search(sentence)
        if found is None or not _has_what_it_needs(sign, sentence):
            continue
        is_report = report is not None and report.start() < found.start() and not _anew(sentence, report.end(), found.end())
        if sign.is_sure or is_ahead or not (is_report or kind in _LOOKS_BACK):
            return sign.strength
    is_told = grammar.own.search(sentence) or grammar.present.search(sentence)
    return Strength.FIRM if is_ahead and is_told else None


def _anew(sentence: str, reported: int, intended: int) -> bool:
    """Tell whether a sentence begins anew with who will act, between what was done and the intent (`… gereed, we gaan nu …`)."""
    return _AND_WE.search(sentence, reported, intended) is not None


def _has_what_it_needs(sign: _Sign, sentence: str) -> bool:
    if sign.needs_actor:
        return actor_of(sentence) is not None
    if sign.needs is None or sign.needs.search(sentence) is not None:
        return True
    return sign.or_actor and actor_of(sentence) is not None


def due_of(sentence: str, as_of: date) -> Period | None:
    """Return the time to come that a sentence of day `as_of` names: the first wholly ahead, else the first that is partly.

    The time of what was done before (`zoals we in 2024 deden`) is not that of what will be.
    """
    done = [found.span() for found in _DONE_BEFORE.finditer(sentence)]
    ahead = [
        dated.period
        for dated in find_periods(sentence, as_of)
        if dated.period.last > as_of and not any(first <= dated.start < last for first, last in done)
    ]
    return next((period for period in ahead if period.first > as_of), ahead[0] if ahead else None)


# --- who will do it, and on what condition ------------------------------------------------------------------------------

_CONDITION = _words(
    r"(?:als (?:dat|er|het|hier|de|blijkt)|indien|mits|tenzij|zo nodig|waar nodig|afhankelijk van|onder voorwaarde)\b[^,.;:]*"
)
_NO_PREPOSITION = "".join(
    rf"(?<!\b{word} {article})"
    for word in ("in", "van", "door", "met", "voor", "bij", "uit", "aan", "vanuit")
    for article in ("", "de ", "het ")
)
_GOES_BEFORE = re.compile(r"[A-ZÀ-Ý][\w’'-]+ (?:en )?$")


@cache
def _who() -> re.Pattern[str]:
    verb = rf"(?-i:{_any_of('act')}|{_any_of('helps')})"
    return re.compile(
        rf"\b(?:{verb} (?P<after>{_SELF}|{_NAME})(?=[ ,.]|$)|{_NO_PREPOSITION}(?P<before>{_SELF}|{_NAME})(?= {verb}\b)|"
        rf"{_NO_PREPOSITION}(?<!\bwordt )(?<!\bworden )(?P<self>{_SELF})\b(?! (?:wordt|worden)\b))",
        re.IGNORECASE,
    )


def actor_of(sentence: str) -> str | None:
    """Return who will do it, in the words of the sentence; None where it names nobody."""
    for match in _who().finditer(sentence):
        who = match["after"] or match["before"] or match["self"]
        if re.fullmatch(_SELF, who, re.IGNORECASE):
            return who
        is_whole = match["before"] is None or not _GOES_BEFORE.search(sentence[: match.start("before")])
        if is_whole and _is_name(who, opens=match.start() == 0):
            return who
    return None


def _is_name(who: str, *, opens: bool) -> bool:
    """Tell whether words with capitals name somebody, and are not just the first of a sentence."""
    first, *rest = re.sub(r"^(?:de|het) ", "", who, flags=re.IGNORECASE).split()
    if not first[0].isupper():
        return False
    if fold(first) in municipalities():
        return True  # also where it is a word of its own (`Leiden zet zich in`)
    return not opens or bool(rest) or sum(letter.isupper() for letter in first) > 1 or not is_dutch_word(fold(first))


def condition_of(sentence: str) -> str | None:
    """Return on what an intent depends (`als dat nodig is`), None where it does not."""
    found = _CONDITION.search(sentence)
    return found[0] if found else None
