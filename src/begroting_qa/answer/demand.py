"""Plan -> Demand: what a question asks to be told, read off its question words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from begroting_qa.answer.forms import (
    Form,
    shows,
    tells_address,
    tells_code,
    tells_comparison,
    tells_count,
    tells_date,
    tells_duration,
    tells_frequency,
    tells_measure,
    tells_members,
    tells_money,
    tells_municipality,
    tells_name,
    tells_number,
    tells_organisation,
    tells_paper,
    tells_place,
    tells_reason,
    tells_several,
    tells_share,
    tells_title,
    tells_weekday,
)
from begroting_qa.domain import Plan, QuestionKind
from begroting_qa.dutch import is_frame_word, names_subject, stem, tokens
from begroting_qa.people import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How far a unit tells what is asked, 0 to 1; when `is_strict`, a unit that scores 0 answers nothing.

    `name` says which demand it is.
    """

    name: str
    form: Form
    is_strict: bool


def demand_of(plan: Plan, home: Collection[str] = ()) -> Demand:
    """Return what a question demands of a unit; the first of these that its words ask for.

    `home` are the folded names of the corpus's municipalities: of a place or a name asked for, they tell nothing.
    """
    question = plan.normalized
    for name, pattern, make in _DEMANDS:
        if pattern.search(question):
            return Demand(name=name, form=make(question, home), is_strict=True)
    match plan.kind:
        case QuestionKind.DATE:
            if _DURATION_ASKED.search(question):
                return Demand(name="duration", form=tells_duration, is_strict=True)
            return Demand(name="date", form=tells_date, is_strict=True)
        case QuestionKind.AMOUNT:
            counted = _counted(plan)
            return Demand(
                name="count" if counted else "number", form=tells_count(counted, is_generic=counted >= people()), is_strict=True
            )
        case QuestionKind.PERSON:
            return Demand(name="who", form=tells_name(question, home), is_strict=True)
        case QuestionKind.REASON:
            return Demand(name="reason", form=tells_reason, is_strict=False)
        case QuestionKind.LIST:
            return Demand(name="several", form=tells_several(question, home), is_strict=False)
        case _:
            return Demand(name="any", form=lambda _unit: 0.5, is_strict=False)


def asked_class(question: str) -> frozenset[str]:
    """Return the folded noun that says what kind of thing is asked for (`welke organisaties`, `hoeveel mensen`)."""
    found: set[str] = set()
    for match in _CLASS_ASKED.finditer(question):
        words = [t for t in tokens(match["rest"])[:3] if not t.is_code]
        noun = next((t.text for t in words if t.text.isalpha() and names_subject(t.text) and not t.is_stop), None)
        if noun is not None:
            found.add(noun)
    return frozenset(found)


def _counted(plan: Plan) -> frozenset[str]:
    """Return the stems of what `hoeveel` counts, with what may stand for it; empty where it counts nothing by name."""
    asked = re.search(r"\b(?:hoe ?veel|aantal)\s(?:van (?:de|het|die)\s)?(?P<rest>.*)", plan.normalized, re.IGNORECASE)
    if asked is None:
        return frozenset()
    following = [t for t in tokens(asked["rest"])[:4] if not t.is_code]
    # what follows `hoeveel` in the plural is a noun, even where the word may be a verb (`bedden`)
    nouns = (t for t in following if t.text.isalpha() and not t.is_stop and (names_subject(t.text) or t.text.endswith("en")))
    noun = next(nouns, None)
    if noun is None:
        return frozenset()
    stems = {stem(noun.text)}
    for term in plan.terms:
        if noun.surface in term.surface.split():
            stems.update(variant.lstrip("+~=") for variant, weight in term.variants if weight >= _SURE)
            stems.update(words[-1] for words, weight in term.phrases if weight >= _SURE)
    if is_frame_word(noun.text):
        stems |= people()
    return frozenset(stems)


_SURE = 0.55
_CLASS_ASKED = re.compile(
    r"\b(?:welke?|hoe ?veel|wat voor(?: een| soort)?|"
    r"wat is (?:de|het)|wat zijn de|wat was (?:de|het)|noem(?: de| het| alle)?|aantal)\s+"
    r"(?P<rest>.{1,60})",
    re.IGNORECASE,
)
_ROLE = (
    "wethouder|burgemeester|directeur|bestuurder|voorzitter|projectleider|programmamanager|coördinator|coordinator|kunstenaar|"
    "ambtenaar|gemeentesecretaris|griffier|architect|eigenaar|baas"
)
_PERSON = re.compile(
    r"\b(?:wethouder|burgemeester|voorzitter|directeur|bestuurder|projectleider|de heer|mevrouw|dhr|mevr)\.?\s"
    r"(?:\([\w\s]+\)\s)?(?:[A-Z]\.\s?)*[A-ZÀ-Ý][a-zà-ÿ]+"
)
_PERSON_ASKED = (
    rf"\b(?:wie (?:is|zijn|wordt|was|werd)|hoe heet(?:te|ten|en)?|(?:wat is )?de naam van)\b.{{0,40}}\b(?:{_ROLE})\b|"
    rf"\bwelke\s(?:{_ROLE})\b|\bhoe heet(?:te)? de (?:man|vrouw)\b|"
    r"^\W*wie (?:leidt|leidde|(?:zit|zat)\b.*\bvoor\W*$|(?:staat|stond) aan het hoofd)"
)
_PAPER_ASKED = (
    r"\b(?:welk|wat voor|onder welk|het)\s(?:rv|bw|raadsvoorstel|motie|amendement|zaak|kenmerk)?[- ]?(?:nummer|kenmerk)|"
    r"\b(?:rv|bw)[- ]?nummer|\bnummer van\b|raadsvoorstel ?nummer"
)
_MEASURE_ASKED = (
    r"\b(?:lasten|baten|saldo|onttrekking(?:en)?|toevoeging(?:en)?|resultaat)\b"
    r"(?!.*\b(?:waarom|waardoor|reden|oorzaak|dal|stij|stijg))"
)
_SHARE_ASKED = r"\bhoeveel\s(?:procent|%)|\b(?:welk|wat is het|hoe hoog is het)\s(?:percentage|aandeel|deel)\b|\bwelk deel\b"
_MONEY_ASKED = (
    r"\b(?:wat|hoe hoog|hoe groot|hoeveel|welk)\b.{0,30}\b\w*(?:bedrag|huur|huurprijs|prijs|tarief|salaris|kosten|budget|"
    r"eigen bijdrage)\b|"
    r"\bwat (?:rekent|rekende)\b|\bwat (?:heeft|hebben|had)\b.{0,80}\bgekost\b|"
    r"\bhoeveel (?:krijgt|krijgen|ontvangt|ontvangen|ontving) (?!er\b)|"
    r"\bhoeveel\s(?:euro|geld|subsidie|budget|miljoen|lasten|baten|kost\w*|krijgt\b.*\bsubsidie|betaalt|betalen|draagt)|"
    r"\b(?:wat|hoeveel)\b.{0,60}\bkost(?:en|te|ten)?\b|\bwelk bedrag\b|\bhet bedrag (?:dat|van|voor)\b|"
    r"\bwat\s(?:betaalt|betalen|betaalde|krijgt|verdient)\b|"
    r"\bhoe (?:hoog|groot) (?:is|was|zijn|waren) (?:de|het) (?:subsidie|bijdrage|budget|lasten|baten|bedrag|kosten|uitgaven|"
    r"reserve)|"
    r"\bwat (?:is|was|wordt|waren) (?:de|het) (?:hoogte van\b|\w*(?:heffing|belasting|bijdrage|tarief|leges|uurtarief)\b)|"
    r"\bwat (?:betaal|betalen|kost)\b|"
    r"\bhoe duur\b|\bprijs\b|\bvan hoeveel euro\b|\bvoor hoeveel geld\b"
)
_MORE_THAN_ASKED = (
    r"\b(?:meer|minder|hoger|lager|groter|vaker) dan (?:de )?(?:\d|\w*(?:tien|twintig|dertig|veertig|vijftig|zestig|zeventig|"
    r"tachtig|negentig|honderd|duizend|miljoen|helft)\b)|"
    r"\b(?:kwamen|waren|zijn|deden|kregen|gaan|werden) er (?:meer|minder|vaker)\b.*\bdan\b"
)
_TARGET_ASKED = r"\b(?:wat|hoe hoog|hoe groot) (?:is|was) (?:de |het |onze )?(?:\w*taakstelling|norm|streefwaarde|streefcijfer)\b"
_PLACE_ASKED = (
    r"\b(?:in|op|aan|bij) welke?\s(?:zaal|gebouw|pand|straat|locaties?|plaats(?:en)?|stad|dorp|school|plek(?:ken)?|buurt|wijk)\b|"
    r"^waar (?:komt|komen|zit|zitten|ligt|liggen|opent|openen|vindt|vinden|vond|staat|staan|gaat|gaan|slapen|wonen)\b"
    r"(?!.*\b(?:vandaan|op neer|over|naartoe|voor in aanmerking)\b|.*\bvoor\W*$)|"
    r"^waar (?:in|op|aan) (?:de|het) \w+ (?:is|zijn|was|waren|wordt|worden|werd|werden|staat|staan|komt|komen|ligt)\b|"
    r"^waar (?:is|zijn|was|waren|wordt|worden|werd|werden)\b(?!.*\b(?:besteed|uitgegeven|aan uit|betaald|gebruikt|bedoeld|op "
    r"gebaseerd|mee bezig|verantwoordelijk|genoemd|vermeld|beschreven|geregeld|vastgelegd|opgenomen)\b)"
)
_PARTY_ASKED = (
    r"\bwelke?\s(?:\w+\s)?(?:\w*fracties?|partij|raadsleden|raadslid)\b|\bindieners?\b|\bpartijen (?:stem|waren|zijn)\w*|"
    r"\b(?:door )?wie (?:heeft|hebben|diende|dienden|is|zijn)\b.*\b(?:ingediend|amendement(?:en)?|motie|indiener)"
)
_PARTY = re.compile(
    r"\b(?:VVD|PvdA|GroenLinks|D66|CDA|SP|PVV|ChristenUnie|SGP|Volt|BBB|JA21|Partij (?:voor|van) de \w+|\w+partij|fractie)\b"
)
_CONTACT_ASKED = r"\b(?:telefoonnummer|e-?mailadres|website|postcode|openingstijd(?:en)?)\b"
_CONTACT = re.compile(r"\d{3}[- ]\d{5}|@|www\.|\d{4}\s[A-Z]{2}\b|\d uur")
_WEEKDAY_ASKED = r"\b(?:op )?welke (?:dag(?:en)?|avond(?:en)?|ochtend(?:en)?|middag(?:en)?)\b"
_MEMBERS_ASKED = (
    r"\b(?:welke|noem de|wat zijn de namen van de) (?:andere |overige )?(?:\d+|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|"
    r"twaalf) (?:andere |overige )?\w+"
)
_COMPARISON_ASKED = (
    r"\b(?:hoger|lager|meer|minder|groter|kleiner|sneller|langer|korter|vaker|beter|slechter) dan\b|\bin vergelijking met\b|"
    r"\b(?:net|even) zo\b|\bvergeleken met\b"
)
_MUNICIPALITY_ASKED = (
    r"\bwelke\s(?:\w+\s){0,2}\w*(?:steden|gemeenten|kernen|dorpen)\b|"
    r"\bnoem de (?:\w+ ){0,2}\w*(?:steden|gemeenten|kernen|dorpen)\b"
)
_NAMES_ASKED = (
    r"\bwelke?\s(?:\w+\s){0,2}(?:\w*(?:bureaus?|historici|onderzoekers|kunstenaars|deskundigen|artsen|wetenschappers))\b|"
    r"\bwelke\s(?:\w+\s){0,2}(?:\w*(?:organisaties?|partners?|scholen|bedrijven|instellingen|stichting(?:en)?|"
    r"club|bureau|universiteit|wijk(?:en)?|buurt(?:en)?|aanbieders?|praktijken|leveranciers?|aannemers?|corporaties?|"
    r"verenigingen|partijen))\b|"
    r"\b(?:met|door|van|bij|voor) wie\b|\bnoem de (?:\w+ ){0,2}(?:organisaties|partners|scholen|partijen|bedrijven)\b"
)
_DURATION_ASKED = re.compile(r"\bhoe ?lang\b|\bduur|\bduren\b|\blooptijd\b|\btermijn\b", re.IGNORECASE)

Make = Callable[[str, Collection[str]], Form]


def _always(form: Form) -> Make:
    return lambda _question, _home: form


_DEMANDS: tuple[tuple[str, re.Pattern[str], Make], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE), make)
    for name, pattern, make in (
        ("paper", _PAPER_ASKED, _always(tells_paper)),
        ("code", r"\bwelke?\s\w*code\b|\bcode van\b|\bdoelcode\b", _always(tells_code)),
        ("contact", _CONTACT_ASKED, _always(shows(_CONTACT))),
        ("party", _PARTY_ASKED, _always(shows(_PARTY))),
        ("number", _MORE_THAN_ASKED, _always(tells_number)),
        ("number", _TARGET_ASKED, _always(tells_number)),
        ("frequency", r"\bhoe (?:vaak|dikwijls|regelmatig)\b|\bom de hoeveel\b", _always(tells_frequency)),
        ("address", r"\badres\b|\bwelke straat\b", _always(tells_address)),
        ("person", _PERSON_ASKED, _always(shows(_PERSON))),
        ("measure", _MEASURE_ASKED, _always(tells_measure)),
        ("share", _SHARE_ASKED, _always(tells_share)),
        ("money", _MONEY_ASKED, _always(tells_money)),
        ("place", _PLACE_ASKED, tells_place),
        ("weekday", _WEEKDAY_ASKED, _always(tells_weekday)),
        ("municipality", _MUNICIPALITY_ASKED, tells_municipality),
        ("members", _MEMBERS_ASKED, tells_members),
        ("names", _NAMES_ASKED, tells_organisation),
        ("names", r"\bhoe (?:heet|heten|heette|heetten)\b|\bde naam van\b", tells_title),
        ("comparison", _COMPARISON_ASKED, _always(tells_comparison)),
    )
)
