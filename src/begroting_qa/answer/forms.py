"""What a unit tells, 0 to 1: a date, a duration, money, a share, a count, a name, a place, a reason, a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from begroting_qa.amounts import find_amounts
from begroting_qa.codes import CodeKind, find_codes
from begroting_qa.domain import Unit, UnitKind
from begroting_qa.dutch import MONTHS, STOP_WORDS, fold, municipalities, stem, terms_of, tokens

Form = Callable[[Unit], float]


def shows(pattern: re.Pattern[str]) -> Form:
    """Return a form that wants a pattern somewhere in the unit."""
    return lambda unit: float(pattern.search(unit.text) is not None)


YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(
    rf"(?<!\d)(?:19|20)\d\d(?!\d)|\b(?:{MONTHS}|kwartaal|najaar|voorjaar|zomer|winter|Q[1-4]|medio|halfjaar|collegeperiode|"
    r"jaarlijks|maandelijks|wekelijks)\b",
    re.IGNORECASE,
)  # fmt: skip
_DURATION = re.compile(
    r"\b(?:\d+|een|één|twee|drie|vier|vijf|zes|zeven|acht|tien|paar|komende|afgelopen)\s(?:\w+\s)?(?:week|weken|maand|"
    r"maanden|jaar|jaren|dagen|uur)\b|"
    r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d|\btot (?:en met )?(?:\w+ )?(?:19|20)\d\d",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    rf"\b(?:eind|einde|begin|medio|per|sinds|vanaf|vóór|voor het einde|tot en met|najaar|voorjaar|zomer|kwartaal|halfjaar|"
    rf"helft|{MONTHS}|Q[1-4]|"
    r"(?:in|van|tot|na|jaar) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"\b(?:één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|twintig|dertig|"
    r"veertig|vijftig|zestig|zeventig|tachtig|negentig|honderd|duizend|\w+(?:tien|twintig|dertig|honderd|duizend)|helft|"
    r"meerderheid|geen enkele?|nul)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:omdat|doordat|vanwege|wegens|reden(?:en)?|aangezien|want|daarom|hierdoor|daardoor|dankzij|gevolg(?:en)?|immers|"
    r"naar aanleiding|in verband met|hangt samen|na klachten|te \w+ om|oorza\w+|veroorza\w+|aanleiding|"
    r"komt door|waardoor|gezien de|gezien het)\b",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\b(?:door|zodat|om [\w\s-]{0,60}te|ter dekking|ten behoeve|nodig|hiertoe|daartoe|op basis van|op die manier|gericht op|"
    r"bedoeld|doel|mede|zo kan|zo wordt|zo worden|voor een)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,’'”)] )[A-ZÀ-Ý][\w’'&-]+|\b[A-Z]{2,}\b")
_TITLE = re.compile(r": ([A-ZÀ-Ý][\w-]+)|[‘“'\"]([^’”'\"]{3,60})[’”'\"]")
_BODY = re.compile(
    r"\b(?:raad|college|gemeenteraad|gemeenteraden|gemeenten|gemeente|partners|provincie|rijk|rijksoverheid|regio|stichting|"
    r"organisaties?|\w*(?:team|dienst|bureau|raad|groep|platform|instelling|instituut|corporaties?|aanbieders?|coaches|coach|"
    r"bibliothe\w+|museum|musea|politie|brandweer|scholen|school|universiteit|hogeschool|ziekenhuis|zorgverzekeraars?|aannemers?|"
    r"professionals?|vrijwilligers?|medewerkers?|inwoners|bewoners|ouders|partijen|ondernemers|huisartsen))\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"professionals?|vrijwilligers?|medewerkers?|inwoners|bewoners|ouders|huisartsen|ondernemers", re.IGNORECASE)
_STREET = r"(?:straat|weg|laan|plein|gracht|kade|singel|pad|dijk|hof|plantsoen|park|dreef|steeg|wei|schouw|hal|huis|centrum)"
_ADDRESS = re.compile(rf"[A-ZÀ-Ý][\w-]*{_STREET}\s\d+")
_PLACE = re.compile(r"\b(?:in|aan|op|te|bij|naar|van|nabij|langs|tegenover|rond)(?: de| het| den| een)? ([A-ZÀ-Ý][\w-]{2,})")
_SOME_PLACE = re.compile(
    r"\b(?:in|aan|op|bij|naar)\s(?:de|het|een|elke|alle|diverse|verschillende)?\s?(?:\w+\s)?"
    r"\w*(?:wijk(?:en)?|buurt(?:en)?|straat|school|scholen|gebouw(?:en)?|locaties?|centrum|praktijk(?:en)?|plein(?:en)?|stad|"
    r"dorp(?:en)?|regio|huis(?:arts)?|terrein|park|pand)\b"
)
_ENUMERATION = re.compile(r"\w[^.;:]{0,60}, [^.;:,]{1,60}(?:, | en | of | & )|: \w")
_COMPARISON = re.compile(
    r"\b(?:hoger|lager|meer|minder|groter|kleiner|sneller|langer|korter|vaker|beter|slechter) dan\b|\bten opzichte van\b|"
    r"\bvergel\w+|\bvan \S+(?: \S+){0,3} naar \S*\d|\btegen \d|\b(?:stijg|daal|steeg|daling|stijging|gestegen|gedaald)\w*",
    re.IGNORECASE,
)
# `de komende drie jaar` counts nothing but time
_OF_TIME = re.compile(r"[\w.,]+\s(?:jaar|jaren|maand(?:en)?|we(?:ek|ken)|dag(?:en)?|uur|uren)\b", re.IGNORECASE)
# what a percentage can be calculated from: `15 van de 130`, `van 554 naar 681`
_PAIR = re.compile(r"\b\d[\d.]* van (?:de|het) \d|\bvan \d[\d.]* naar \d")
_WEEKDAY = re.compile(
    r"\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*|\bweekend\w*|\bdoordeweeks\w*|\bwerkdag\w*", re.IGNORECASE
)
tells_weekday = shows(_WEEKDAY)
_RANGE = re.compile(r"\d+\s?[-–]\s?\d+")
_FREQUENCY = re.compile(
    r"\b(?:keer|maal|per (?:jaar|halfjaar|kwartaal|maand|week|dag)|(?:half|twee|drie|vier)?jaarlijks|maandelijks|wekelijks|"
    r"dagelijks|"
    r"elke? (?:jaar|maand|week|kwartaal|dag)|een ?maal|twee ?maal|frequentie|periodiek|regelmatig)\b",
    re.IGNORECASE,
)
MAX_BARE_CHARS = 24
# how many words may stand between a number and what it counts: `52 plekken`, `ruim duizend nieuwe bezoekers`
COUNTED_WITHIN = 4
PARTLY_COUNTED = 0.5


def is_bare_value(unit: Unit) -> bool:
    """Tell whether a unit is a figure and little more, so that its heading says what it is (`8,7 miljoen`)."""
    return unit.kind is UnitKind.SENTENCE and len(unit.text) <= MAX_BARE_CHARS and bool(figures_of(unit.text))


def named_years(text: str) -> set[int]:
    """Return the years that a text names, the ends of a range only."""
    return {int(match[0]) for match in YEAR.finditer(text)}


def figures_of(text: str) -> list[tuple[int, str]]:
    """Return place and text of the figures that are no years, nor parts of dates, codes or the names of things."""
    codes = [(code.start, code.end) for code in find_codes(text)]
    figures: list[tuple[int, str]] = []
    for amount in find_amounts(text):
        around = text[max(0, amount.start - 1) : amount.end + 1]
        is_enumerator = re.fullmatch(r"\(\d{1,2}\)", around) is not None
        is_day = re.match(rf"\s(?:{MONTHS})", text[amount.end :], re.IGNORECASE) is not None
        in_code = any(start <= amount.start < end for start, end in codes)
        if not (is_enumerator or is_day or in_code or YEAR.fullmatch(text[amount.start : amount.end].strip())):
            figures.append((amount.start, text[amount.start : amount.end]))
    return figures


# --- time ---------------------------------------------------------------------------------------------------------------


def tells_date(unit: Unit) -> float:
    """A moment counts more than a year that merely stands there."""
    if not _DATE.search(unit.text):
        return 0.0
    return 1.0 if _MOMENT.search(unit.text) else 0.6


def tells_duration(unit: Unit) -> float:
    """A length of time, or what it is counted from."""
    return 1.0 if _DURATION.search(unit.text) else 0.7 * tells_date(unit)


# --- numbers ------------------------------------------------------------------------------------------------------------


def tells_number(unit: Unit) -> float:
    """A figure, or a numeral."""
    if figures_of(unit.text):
        return 1.0
    return 0.8 if unit.kind is not UnitKind.ROW and _NUMERAL.search(unit.text) else 0.0


def tells_count(counted: Collection[str], *, is_generic: bool = False) -> Form:
    """Return a form that wants a number of what is `counted`, given as stems: right before its word, or else somewhere.

    `is_generic` says that anything may be counted by that word, as with `mensen`; else a row must name it.
    """
    wanted = frozenset(counted)
    is_time = not wanted.isdisjoint(map(stem, ("jaar", "maanden", "weken", "dagen", "uren", "uur")))

    def form(unit: Unit) -> float:
        numbers = [at for at, _ in figures_of(unit.text)]
        if unit.kind is UnitKind.ROW:
            names_it = not wanted or not wanted.isdisjoint(_plain_terms(unit.text.split(": ")[0]))
            return 0.0 if not numbers else 1.0 if names_it else PARTLY_COUNTED if is_generic else 0.0
        numbers += [m.start() for m in _NUMERAL.finditer(unit.text)]
        numbers = [at for at in numbers if is_time or not _OF_TIME.match(unit.text, at)]
        if not numbers:
            return 0.0
        if not wanted or any(_counts(unit.text[at:], wanted) for at in numbers):
            return 1.0
        return 0.3 if wanted.isdisjoint(_plain_terms(unit.text)) and not is_generic else PARTLY_COUNTED

    return form


def _plain_terms(text: str) -> set[str]:
    """Return the index terms of a text without the marks of what holds them."""
    return {term.lstrip("+~=") for term in terms_of(text)}


def _counts(text: str, wanted: frozenset[str]) -> bool:
    """Tell whether a number at the start of `text` counts one of the stems: it stands within the next few words."""
    clause = re.split(r"[.;:!?]\s|, (?:waarvan|en|maar)\b", text, maxsplit=1)[0]
    following = [t.text for t in tokens(clause)][1 : 2 + COUNTED_WITHIN]
    return any(not wanted.isdisjoint(_plain_terms(word)) for word in following)


def tells_frequency(unit: Unit) -> float:
    """How often: a frequency, or less surely a number of times that is told as a number; not a range (`0-100`)."""
    if _FREQUENCY.search(unit.text):
        return 1.0
    return 0.6 * tells_number(replace(unit, text=_RANGE.sub("", unit.text)))


def tells_money(unit: Unit) -> float:
    """An amount of money; a figure with a thousands' point may be one."""
    figures = figures_of(unit.text)
    if unit.kind is UnitKind.ROW:
        return 1.0 if figures else 0.0
    if re.search(r"€\s?\d|\d\s?euro\b|\d\s?(?:miljoen|miljard|mln|duizend)\b", unit.text, re.IGNORECASE):
        return 1.0
    return 0.9 if any(re.match(r"\d{1,3}(?:\.\d{3})+", figure) for _, figure in figures) else 0.0


def tells_measure(unit: Unit) -> float:
    """A measure of the budget stands in its table; a sentence about it comes second."""
    return 1.0 if unit.kind is UnitKind.ROW else 0.4 * tells_money(unit)


def tells_share(unit: Unit) -> float:
    """A percentage, a part told in words, or two numbers that give one."""
    if _PAIR.search(unit.text):
        return 1.0
    return 1.0 if re.search(r"\d\s?%|\bprocent\b|\bpercentage\b|\bhelft\b|\bdeel\b", unit.text, re.IGNORECASE) else 0.0


# --- names and places ---------------------------------------------------------------------------------------------------


def tells_name(question: str, home: Collection[str], *, of_people: bool = True) -> Form:
    """Return a form that wants a name, or a body of people, that the question does not already say; not the own city.

    Without `of_people` only bodies that are organisations count, and no residents or parents.
    """
    known = {stem(word) for word in re.findall(r"\w+", fold(question))}

    def is_new(name: str) -> bool:
        words = re.findall(r"\w+", fold(name))
        return any(stem(word) not in known and word not in home and word not in STOP_WORDS for word in words)

    def form(unit: Unit) -> float:
        if any(is_new(name) for name in _NAME.findall(unit.text)):
            return 1.0
        bodies = [body for body in _BODY.findall(unit.text) if of_people or not _PEOPLE.fullmatch(body)]
        return 0.6 if any(map(is_new, bodies)) else 0.0

    return form


def tells_organisation(question: str, home: Collection[str]) -> Form:
    """Return a form that wants the name of an organisation, or else a body that is one."""
    return tells_name(question, home, of_people=False)


def tells_title(question: str, home: Collection[str]) -> Form:
    """Return a form that wants what something is called: a new name, also behind a colon or between quotation marks."""
    new_names = tells_name(question, home)
    known = fold(question)

    def form(unit: Unit) -> float:
        if new_names(unit) == 1.0:
            return 1.0
        titles = [match[1] or match[2] for match in _TITLE.finditer(unit.text)]
        return float(any(fold(title) not in known for title in titles))

    return form


def tells_municipality(question: str, home: Collection[str]) -> Form:
    """Return a form that wants a municipality that the question does not already name; not the own one."""
    known = set(re.findall(r"\w+", fold(question)))

    def form(unit: Unit) -> float:
        names = {fold(name) for name in _NAME.findall(unit.text)}
        return float(bool({name for name in names & municipalities() if name not in known and name not in home}))

    return form


def tells_place(question: str, home: Collection[str]) -> Form:
    """Return a form that wants a place that the question does not already name; not the own city."""
    known = set(re.findall(r"\w+", fold(question)))

    def form(unit: Unit) -> float:
        places = [fold(place) for place in _PLACE.findall(unit.text)]
        if any(place not in known and place not in home and not re.match(MONTHS, place) for place in places):
            return 1.0
        return 0.5 if _SOME_PLACE.search(unit.text) else 0.0

    return form


tells_address = shows(_ADDRESS)


# --- the rest -----------------------------------------------------------------------------------------------------------


def tells_reason(unit: Unit) -> float:
    """A word that gives a cause, or less surely an aim or a means; a table gives no reasons."""
    if unit.kind is UnitKind.ROW:
        return 0.0
    return 1.0 if _REASON.search(unit.text) else 0.5 if _AIM.search(unit.text) else 0.0


def tells_several(question: str, home: Collection[str]) -> Form:
    """Return a form that wants several things: an entry of a list, the sentence that leads one in, an enumeration or names."""
    new_names = tells_name(question, home)

    def form(unit: Unit) -> float:
        if unit.kind is UnitKind.ENTRY or unit.text.endswith(":") or _ENUMERATION.search(unit.text):
            return 1.0
        if unit.kind is UnitKind.ROW or new_names(unit) == 1.0:
            return 0.8
        return 0.5 if re.search(r"\w (?:en|of) \w", unit.text) else 0.2

    return form


def tells_members(question: str, home: Collection[str]) -> Form:
    """Return a form that wants the members of a group that the question counts (`welke drie scholen`), not the group again."""
    several, new_names = tells_several(question, home), tells_name(question, home)
    return lambda unit: several(unit) if several(unit) == 1.0 or new_names(unit) == 1.0 else 0.0


def tells_comparison(unit: Unit) -> float:
    """One thing set beside another."""
    return 1.0 if _COMPARISON.search(unit.text) else 0.4


def tells_paper(unit: Unit) -> float:
    """The number of a council paper, a motion or a case."""
    codes = any(code.kind is not CodeKind.GOAL for code in find_codes(unit.text))
    return 1.0 if codes or re.search(r"\(B \d+\)", unit.text) else 0.0


def tells_code(unit: Unit) -> float:
    """Any code."""
    return 1.0 if any(find_codes(unit.text)) else 0.0
