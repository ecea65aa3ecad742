"""What a question asks to be told, and whether a unit tells that: a date, money, a share, a name, a code, a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from begroting_qa.amounts import find_amounts
from begroting_qa.codes import CodeKind, find_codes
from begroting_qa.domain import Passage, PassageKind, Plan, QuestionKind, Unit, UnitKind
from begroting_qa.dutch import fold, index_terms, stem

_MONTH = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATE = re.compile(
    rf"(?<!\d)(?:19|20)\d\d(?!\d)|\b(?:{_MONTH}|kwartaal|najaar|voorjaar|zomer|winter|Q[1-4]|medio|halfjaar|collegeperiode|"
    r"jaarlijks|maandelijks|wekelijks)\b",
    re.IGNORECASE,
)  # fmt: skip
_DURATION = re.compile(
    r"\b(?:\d+|een|één|twee|drie|vier|vijf|zes|zeven|acht|tien|paar|komende|afgelopen)\s(?:\w+\s)?(?:week|weken|maand|"
    r"maanden|jaar|jaren|dagen)\b|"
    r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d|\btot (?:en met )?(?:\w+ )?(?:19|20)\d\d",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    rf"\b(?:eind|begin|medio|per|sinds|vanaf|vóór|voor het einde|tot en met|najaar|voorjaar|zomer|kwartaal|halfjaar|"
    rf"{_MONTH}|Q[1-4]|"
    r"(?:in|van|tot|na|jaar) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"\b(?:één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien|twintig|dertig|"
    r"veertig|vijftig|honderd|"
    r"duizend|helft|meerderheid|geen enkele?|nul)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:omdat|doordat|vanwege|wegens|door|reden|zodat|aangezien|want|daarom|hierdoor|dankzij|gevolg|om [\w\s-]{0,60}te|"
    r"naar aanleiding|veroorzaakt|"
    r"ter dekking|ten behoeve|nodig|hiertoe|op basis van|op die manier)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?<=[\w,’'”)] )[A-ZÀ-Ý][\w’'&-]+|\b[A-Z]{2,}\b|\b(?:raad|college|gemeenteraad|gemeenten|gemeente|partners|provincie|"
    r"rijk|regio|stichting|organisatie\w*)\b"
)
_PERSON = re.compile(
    r"\b(?:wethouder|burgemeester|voorzitter|directeur|de heer|mevrouw|dhr|mevr)\.?\s(?:[A-Z]\.\s?)?[A-ZÀ-Ý][a-zà-ÿ]+"
)
_ADDRESS = re.compile(r"[A-Z][\w-]*(?:straat|weg|laan|plein|gracht|kade|singel|pad|dijk|hof|plantsoen|park|dreef|steeg)\s\d+")
_PLACE = re.compile(r"\b(?:in|aan|op|te|bij|naar|van)(?: de| het| den)? ([A-ZÀ-Ý][\w-]{3,})")
POINTS_BACK = re.compile(
    r"(?:Deze|Dit|Die|Dat|Hij|Zij|Ze|Het is|Hiermee|Hierdoor|Hierbij|Hierin|Hiervoor|Hieruit|Daarmee|Daarbij|Daarnaast|"
    r"Daarin|Daarvoor|Daarom|Daarna|"
    r"Zo|Ditmaal|Dergelijke|Beide|Tijdens dit|In deze|Voor deze|Met deze|Vanuit dit|Een ander|Ook)\b"
)  # fmt: skip
_NAMES = re.compile(
    r"\bwelke\s(?:\w+\s)?(?:\w*(?:steden|gemeenten|organisaties?|partners?|scholen|bedrijven|instellingen|stichting(?:en)?|"
    r"club|bureau|"
    r"universiteit|wijk(?:en)?|buurt(?:en)?|aanbieders?|praktijken|leveranciers?|aannemers?|corporaties?|verenigingen|"
    r"partijen))\b|"
    r"\b(?:met|door|van|bij|voor) wie\b|\bnoem de (?:\w+ )?(?:andere )?(?:steden|gemeenten|organisaties|partners|scholen|"
    r"partijen)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b(?P<ordinal>eerste|tweede|derde|vierde|vijfde|zesde)\s(?P<noun>[a-zà-ÿ]{4,})", re.IGNORECASE)
SMALL_SHARE = 3
MAX_BARE_CHARS = 24
SURE_VARIANT = 0.55

Form = Callable[[Unit], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How far a unit tells what is asked, 0 to 1; when `is_strict`, a unit that scores 0 answers nothing."""

    form: Form
    is_strict: bool


def demand_of(plan: Plan) -> Demand:
    """Return what a question demands of a unit; the first of these that its words ask for."""
    question = plan.normalized
    for pattern, form in _DEMANDS:
        if pattern.search(question):
            return Demand(form=form, is_strict=True)
    if re.search(_PLACE_ASKED, question, re.IGNORECASE):
        return Demand(form=_tells_place(question), is_strict=True)
    if _NAMES.search(question):
        return Demand(form=_tells_name(question), is_strict=True)
    match plan.kind:
        case QuestionKind.DATE:
            asks_duration = re.search(r"\bhoe ?lang\b|\bduur|\bduren\b|\blooptijd\b|\btermijn\b", question, re.IGNORECASE)
            return Demand(form=_tells_duration if asks_duration else _tells_date, is_strict=True)
        case QuestionKind.AMOUNT:
            return Demand(form=_tells_number, is_strict=True)
        case QuestionKind.PERSON:
            return Demand(form=_tells_name(question), is_strict=True)
        case QuestionKind.REASON:
            return Demand(form=_tells_reason, is_strict=False)
        case QuestionKind.LIST:
            return Demand(form=_tells_several, is_strict=False)
        case _:
            return Demand(form=lambda _unit: 0.5, is_strict=False)


def is_bare_value(unit: Unit) -> bool:
    """Tell whether a unit is a figure and little more, so that its heading says what it is (`8,7 miljoen`)."""
    return unit.kind is UnitKind.SENTENCE and len(unit.text) <= MAX_BARE_CHARS and bool(_numbers(unit.text))


def tells_figures(passage: Passage) -> bool:
    """Tell whether a row holds figures, and not what is done for a goal."""
    return any(_numbers(unit.text) for unit in passage.units if unit.kind is UnitKind.CELL)


def named_years(text: str) -> set[int]:
    """Return the years that a text names, the ends of a range only."""
    return {int(match[0]) for match in _YEAR.finditer(text)}


def _tells_name(question: str) -> Form:
    """Return a form that wants a name, or a body of government, that the question does not already say."""
    known = set(re.findall(r"\w+", fold(question)))

    def form(unit: Unit) -> float:
        names = [name for name in _NAME.findall(unit.text) if not set(re.findall(r"\w+", fold(name))) <= known]
        if any(name[0].isupper() for name in names):
            return 1.0
        return 0.6 if names else 0.0

    return form


def _tells_place(question: str) -> Form:
    """Return a form that wants a place that the question does not already name."""
    known = set(re.findall(r"\w+", fold(question)))

    def form(unit: Unit) -> float:
        return float(any(fold(place) not in known for place in _PLACE.findall(unit.text)))

    return form


def _tells_date(unit: Unit) -> float:
    if not _DATE.search(unit.text):
        return 0.0
    return 1.0 if _MOMENT.search(unit.text) else 0.6


def _tells_duration(unit: Unit) -> float:
    return 1.0 if _DURATION.search(unit.text) else _tells_date(unit)


def _tells_reason(unit: Unit) -> float:
    if unit.kind is UnitKind.ROW:
        return -1.0  # a table gives no reasons
    return 1.0 if _REASON.search(unit.text) else 0.0


def _numbers(text: str) -> list[str]:
    """Return the figures of a text that are no years, nor parts of codes or of the names of things."""
    codes = [(code.start, code.end) for code in find_codes(text)]
    figures: list[str] = []
    for amount in find_amounts(text):
        is_enumerator = text[amount.start - 1 : amount.start] == "(" and text[amount.end : amount.end + 1] == ")"
        if (
            is_enumerator
            or any(start <= amount.start < end for start, end in codes)
            or _YEAR.fullmatch(text[amount.start : amount.end].strip())
        ):
            continue
        figures.append(text[amount.start : amount.end + 14])
    return figures


def _tells_number(unit: Unit) -> float:
    if unit.kind is UnitKind.ROW:
        return 1.0 if _numbers(unit.text) else 0.0
    figures = [figure for figure in _numbers(unit.text) if not re.search(rf"^\d{{1,2}}\s(?:{_MONTH})", figure, re.IGNORECASE)]
    return 1.0 if figures else 0.8 if _NUMERAL.search(unit.text) else 0.0


def _tells_money(unit: Unit) -> float:
    figures = _numbers(unit.text)
    if unit.kind is UnitKind.ROW:
        return 1.0 if figures else 0.0
    if re.search(r"€|\beuro\b|\d\s?(?:miljoen|miljard|mln|duizend)\b", unit.text):
        return 1.0
    return 0.9 if any(re.match(r"\d{1,3}(?:\.\d{3})+", figure) for figure in figures) else 0.0


def _tells_measure(unit: Unit) -> float:
    """A measure of the budget stands in its table; a sentence about it comes second."""
    return 1.0 if unit.kind is UnitKind.ROW else 0.4 * _tells_money(unit)


def _tells_share(unit: Unit) -> float:
    return 1.0 if re.search(r"\d\s?%|\bprocent\b|\bhelft\b|\bdeel\b", unit.text) else 0.0


def _tells_several(unit: Unit) -> float:
    if unit.kind is UnitKind.ENTRY or unit.text.endswith(":"):
        return 1.0
    return min(1.0, (unit.text.count(",") + len(re.findall(r"\ben\b", unit.text))) / SMALL_SHARE)


def _shows(pattern: re.Pattern[str]) -> Form:
    """Return a form that wants a pattern somewhere in the unit."""
    return lambda unit: float(pattern.search(unit.text) is not None)


def _tells_paper(unit: Unit) -> float:
    return (
        1.0
        if any(code.kind is not CodeKind.GOAL for code in find_codes(unit.text)) or re.search(r"\(B \d+\)", unit.text)
        else 0.0
    )


def _tells_code(unit: Unit) -> float:
    return 1.0 if any(find_codes(unit.text)) else 0.0


_ROLE = (
    "wethouder|burgemeester|directeur|voorzitter|projectleider|programmamanager|coördinator|coordinator|kunstenaar|ambtenaar|"
    "gemeentesecretaris|griffier|architect"
)
_PAPER_ASKED = (
    r"\b(?:welk|wat voor|onder welk|het)\s(?:rv|bw|raadsvoorstel|motie|amendement|zaak|kenmerk)?[- ]?(?:nummer|kenmerk)|"
    r"\b(?:rv|bw)[- ]?nummer|\bnummer van\b|raadsvoorstel ?nummer"
)
_PERSON_ASKED = (
    rf"\b(?:wie (?:is|wordt|was|werd)|hoe heette?|naam van)\b.{{0,40}}\b(?:{_ROLE})\b|\bwelke\s(?:{_ROLE})\b|"
    r"\bhoe heet(?:te)? de (?:man|vrouw)\b"
)
_MEASURE_ASKED = (
    r"\b(?:lasten|baten|saldo|onttrekking(?:en)?|toevoeging(?:en)?|resultaat)\b"
    r"(?!.*\b(?:waarom|waardoor|reden|oorzaak|dal|stij|stijg))"
)
_SHARE_ASKED = r"\bhoeveel\s(?:procent|%)|\b(?:welk|wat is het)\s(?:percentage|aandeel|deel)\b|\bwelk deel\b"
_MONEY_ASKED = (
    r"\b(?:wat|hoe hoog|hoe groot|hoeveel|welk)\b.{0,30}\b\w*(?:bedrag|huur|huurprijs|prijs|tarief|salaris|kosten|budget|"
    r"eigen bijdrage)\b|"
    r"\bwat (?:rekent|rekende)\b|"
    r"\bhoeveel\s(?:euro|geld|subsidie|budget|miljoen|lasten|baten|kost\w*|krijgt\b.*\bsubsidie|betaalt|betalen|draagt)|"
    r"\b(?:wat|hoeveel)\b.{0,60}\bkost(?:en|te|ten)?\b|\bwelk bedrag\b|"
    r"\bwat\s(?:betaalt|betalen|betaalde|krijgt|verdient)\b|"
    r"\bhoe (?:hoog|groot) (?:is|was|zijn|waren) (?:de|het) (?:subsidie|bijdrage|budget|lasten|baten|bedrag|kosten|uitgaven|"
    r"reserve)|"
    r"\bhoe duur\b|\bprijs\b|\bvan hoeveel euro\b"
)
_MORE_THAN_ASKED = (
    r"\b(?:meer|minder|hoger|lager|groter) dan (?:de )?(?:\d|\w*(?:tien|twintig|dertig|veertig|vijftig|zestig|zeventig|"
    r"tachtig|negentig|honderd|duizend|"
    r"miljoen|helft)\b)"
)
_PLACE_ASKED = (
    r"\bin welke?\s(?:zaal|gebouw|pand|straat|locatie|plaats|stad|dorp|school)\b|\bop welke\s(?:plek|locatie|plaats)\b|"
    r"^waar (?:komt|komen|zit|zitten|ligt|liggen|opent|openen|vindt|vinden|vond)\b(?!.*\b(?:vandaan|op neer|"
    r"voor in aanmerking)\b)|"
    r"^waar (?:is|zijn|wordt|worden|werd|werden)\b.*\b(?:gevestigd|gehouden|gebouwd|geopend|gehuisvest|opgevangen|"
    r"gerealiseerd|geplaatst)\b"
)
_PARTY_ASKED = r"\bwelke?\s(?:\w+\s)?(?:fracties?|partij|raadsleden|raadslid)\b|\bpartijen (?:stem|waren|zijn)\w*"
_PARTY = re.compile(
    r"\b(?:VVD|PvdA|GroenLinks|D66|CDA|SP|PVV|ChristenUnie|SGP|Volt|BBB|JA21|Partij (?:voor|van) de \w+|\w+partij|fractie)\b"
)
_CONTACT_ASKED = r"\b(?:telefoonnummer|e-?mailadres|website|postcode|openingstijd(?:en)?)\b"
_CONTACT = re.compile(r"\d{3}[- ]\d{5}|@|www\.|\d{4}\s[A-Z]{2}\b|\d uur")
_DEMANDS: tuple[tuple[re.Pattern[str], Form], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), form)
    for pattern, form in (
        (_PAPER_ASKED, _tells_paper),
        (r"\bwelke?\s\w*code\b|\bcode van\b|\bdoelcode\b", _tells_code),
        (_CONTACT_ASKED, _shows(_CONTACT)),
        (_PARTY_ASKED, _shows(_PARTY)),
        (_MORE_THAN_ASKED, _tells_number),
        (r"\badres\b|\bwelke straat\b", _shows(_ADDRESS)),
        (_PERSON_ASKED, _shows(_PERSON)),
        (_MEASURE_ASKED, _tells_measure),
        (_SHARE_ASKED, _tells_share),
        (_MONEY_ASKED, _tells_money),
    )
)


# --- what must be there -------------------------------------------------------------------------------------------------


def lacking_here(plan: Plan, passage: Passage) -> tuple[str, ...]:
    """Return what the question names outright and a passage lacks: places, numbers, names, codes."""
    asks_ordinal = _ORDINAL.search(plan.normalized) is not None
    if not (plan.places or plan.numbers or plan.codes or asks_ordinal or any(term.is_name for term in plan.terms)):
        return ()
    near = f"{passage.context} {passage.text}"
    folded = fold(near)
    missing = [place for place in plan.places if place not in folded]
    digits = re.sub(r"(?<=\d)[.\u00a0](?=\d{3})", "", near)
    missing.extend(n for n in plan.numbers if not re.search(rf"(?<![\d,]){re.escape(n.replace('.', ''))}(?!\d)", digits))
    missing.extend(
        term.surface
        for term in plan.terms
        if term.is_name and fold(term.surface) not in folded and not _near_name(term.variants, near)
    )
    missing.extend(_other_ordinals(plan.normalized, near))
    held = {code.key for code in find_codes(near)}
    missing.extend(code for code in plan.codes if not any(h == code or h.startswith((f"{code}.", code)) for h in held))
    return tuple(missing)


def _other_ordinals(question: str, near: str) -> list[str]:
    """Return the `eerste editie` of a question where the text tells only of another one (`tweede editie`)."""
    told: dict[str, set[str]] = {}
    for match in _ORDINAL.finditer(near):
        told.setdefault(stem(fold(match["noun"])), set()).add(match["ordinal"].lower())
    asked = [(m["ordinal"].lower(), m["noun"]) for m in _ORDINAL.finditer(question)]
    return [f"{ordinal} {noun}" for ordinal, noun in asked if ordinal not in told.get(stem(fold(noun)), {ordinal})]


def lacking_years(plan: Plan, passage: Passage, unit: Unit) -> tuple[str, ...]:
    """Return the years that the question names and a unit with its place lacks."""
    return tuple(str(year) for year in plan.years if not _has_year(year, passage, unit))


def _near_name(variants: tuple[tuple[str, float], ...], near: str) -> bool:
    """Tell whether a name stands here in another form: misspelled, abbreviated or inflected."""
    held = set(index_terms(near))
    return any(weight >= SURE_VARIANT and variant in held for variant, weight in variants)


def _has_year(year: int, passage: Passage, unit: Unit) -> bool:
    """A row must name the year with a figure; running text may also stand in a document of that year."""
    if passage.kind is PassageKind.ROW:
        cells = [u.text for u in passage.units if u.kind is UnitKind.CELL and str(year) in u.text]
        named = any(not re.search(r"(?:^|\s)[-–−]$", cell) for cell in cells)
        return named or str(year) in unit.text.split(": ")[0] or (not named_years(unit.text) and _in_title(year, passage))
    return str(year) in passage.text or any(str(year) in heading for heading in passage.path) or _in_title(year, passage)


def _in_title(year: int, passage: Passage) -> bool:
    return str(year) in passage.context.split(" · ")[0]
