"""The grammar of intent: whether a Dutch sentence states that somebody is going to do something, how firmly, who, and by when.

What was done is a report, what stands is a description and what may happen is a forecast: none of these is an intent. Where the
rules leave a doubt there is none, for a wrong promise costs more than one that is missed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from begroting_qa.codes import find_codes
from begroting_qa.domain import DocumentKind, Period, Strength
from begroting_qa.dutch import fold, is_dutch_word
from begroting_qa.periods import find_periods

# a report on a year tells in the present tense how things stand; a budget, and a report halfway, also what is being done
_LOOKS_BACK = frozenset((DocumentKind.JAARVERSLAG, DocumentKind.JAARSTUKKEN))


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


# --- what makes a sentence something else -------------------------------------------------------------------------------

_PARTICIPLE = r"(?:ge|be|ver|ont|her)\w+(?:d|t|en)|\w{2,}ge\w+(?:d|t|en)"
_REPORTS = _words(
    rf"(?:is|zijn|heeft|hebben|werd|werden|was|waren|had|hadden)\b[^,;:]{{0,170}}?\b(?:{_PARTICIPLE})|werd|werden|was|"
    rf"waren|konden|"
    r"sloten|vroeg|leidde\w*|werkte\w*|startte\w*|gestart met|inmiddels"
)
_FORECASTS = _words(
    r"stijg\w*|da(?:al|l)(?:t|en)|toe(?:neemt|nemen)|af(?:neemt|nemen)|neemt? .{0,40}(?:toe|af)|(?:leiden|leidt) .{0,60}tot|"
    r"tot .{0,60} leiden|(?:effect|invloed|gevolgen) (?:hebben|heeft)|heeft (?:gevolgen|invloed|effect)|betekenen|"
    r"ontstaan|ontstaat|eindigt|eindigen|"
    r"vervalt|vervallen|(?:loopt|lopen) .{0,80}\baf(?= *[.,;]|$)|sluit de|beslaat|niet voor|aanhouden|doorwerken|"
    r"in werking|\w*wet .{0,60}\bin|"
    r"moeten (?:zijn|blijven)|beeld geven"
)
_OF_MONEY = _words(
    r"(?:de|begrote|geraamde|regionale) (?:lasten|baten)|lasten en|en baten|dekking beschikbaar|(?:is|"
    r"zijn) .{0,40}(?:begroot|geraamd)|geraamde|raming\w*|storting\w*|onttrekking\w*|indexering|volumeontwikkeling|"
    r"kapitaallasten|saldo|(?:on|aan)derbesteding|rijksopbrengst|subsidie-overzicht"
)
_BY_OTHERS = re.compile(
    r"^(?:Landelijk|Het Rijk|Van het Rijk|Het kabinet|Partners|Jongeren|Het wetgevingstraject)", re.IGNORECASE
)
_DESCRIBES = _words(
    r"speelt|spelen .{0,20}rol|(?:is|zijn) verantwoordelijk|bieden (?:we|wij)(?! .{0,100}\baan\b)|(?:vinden|zien|"
    r"houden) (?:we|wij)|(?:we|wij) (?:vinden|zien|houden)|"
    r"is belangrijk|uitgangspunt|kunnen terecht|bestaan al|missie|is van kracht|onderverdeeld|ingedeeld|vormen|"
    r"middelen .{0,80}ingezet|"
    r"kan mogelijk|deel aan|doorlopend|constant|in totaal|in staat om|gebruik van|ervan uit|gaat om|verantwoording|"
    r"prognose|waar dat kan"
)

# --- who ----------------------------------------------------------------------------------------------------------------

_WE = r"we|wij|(?:het|dit|ons) college(?: en (?:de )?raad)?|college en raad"
_SELF = (
    rf"{_WE}|ze|zij|de gemeente(?: (?-i:[A-Z])\w+)?|de (?:gemeente)?raad|"
    r"de (?:wethouder|organisatie|stuurgroep|werkgroep|gemeenten)|deze (?:stuurgroep|werkgroep)"
)
_NAME = (
    r"(?:de organisatie |het |de )?(?-i:[A-Z])[\w’'-]+(?: (?:(?-i:[A-Z])[\w’'-]+|wijkteam|\w*partners))*"
    r"(?:(?:, (?-i:[A-Z])[\w’'-]+)* en (?:(?:het|de) )?(?-i:[A-Z])[\w’'-]+(?: (?:(?-i:[A-Z])[\w’'-]+|wijkteam))*)?"
)

# --- what is going to be done -------------------------------------------------------------------------------------------

# what was made or changed: a standing task (`geboden`, `ondersteund`) is not among them
_MADE = (
    r"(?:door|vorm)?(?:ontwikkeld|opgesteld|gecreëerd|gerealiseerd|gebouwd|gestart|begonnen|onderzocht|verkend|bekeken|"
    r"geëvalueerd|"
    r"voortgezet|vervolgd|uitgebreid|versterkt|verstevigd|verbeterd|verbreed|vernieuwd|verankerd|onderbouwd|uitgewerkt|"
    r"geïnformeerd|gelanceerd|"
    r"ingericht|opgericht|aangesloten|aangepast|herzien|geactualiseerd|geïmplementeerd|doorgezet|gecontinueerd|"
    r"vastgesteld|voorbereid|opgeleverd|afgerond|ingevoerd|uitgerold|opgeschaald|geïntensiveerd|gedeeld|voorgelegd|"
    r"besproken|gevoerd|"
    r"aangegaan|getraind|opgestart|geopend|gepresenteerd|gewerkt|gekeken|ingezet|toegewerkt|gemaakt|gebruikt|opgenomen|"
    r"uitgezet|"
    r"geïntroduceerd|aangeboden|gezocht|actief betrokken|aangesteld|geplaatst|bekendgemaakt|geborgd|overgedragen)"
)
# what is done all the time, unless a time or a word of change stands beside it
_DONE = r"(?:gegeven|georganiseerd|uitgevoerd|verzorgd|geboden)"
# verbs of making and changing, and light ones with what makes them so
_ACTS = (
    r"bouw(?:en|t)|start(?:en)?|open(?:en|t)|organise(?:ren|ert)|realise(?:ren|ert)|ontwikkel(?:en|t)|vernieuw(?:en|t)|"
    r"vergrot?(?:en|t)|"
    r"versterk(?:en|t)|verbeter(?:en|t)|veranker(?:en|t)|continue(?:ren|ert)|evalue(?:ren|ert)|agende(?:ren|ert)|"
    r"actualise(?:ren|ert)|"
    r"coördine(?:ren|ert)|investe(?:ren|ert)|betrek(?:ken|t)|intensive(?:ren|ert)|verplaats(?:en|t)|verduurza(?:men|amt)|"
    r"bespar(?:en)|"
    r"blij(?:ven|ft)(?= .{0,80}\w+en\b)|werk(?:en|t)(?=,? .{0,110}\b(?:aan|eraan|toe|samen (?:om|aan)|verder|van|uit)\b)|"
    r"werken(?= .{0,80}\bom te\b)|bieden(?= .{0,80}\baan\b)|combineren|proberen|breid(?:en|t)(?= .{0,80}\buit\b)|"
    r"ge(?:ven|eft)(?= .{0,80}\b(?:vorm|invulling|uitvoering|aandacht|vervolg|impuls)\b)|ma(?:ken|akt)(?= .{0,60}\b(?:een|"
    r"werk|start)\b)|"
    r"sluit(?:en)?(?= .{0,60}\baan bij\b)|sluiten we vanuit|stel(?:len|t)(?= .{0,80}\b(?:op|vast|aan|in|voor)\b)|"
    r"voer(?:en|t)(?= .{0,80}\b(?:in|door)\b)|"
    r"leg(?:gen|t)(?= .{0,80}\b(?:voor|aan)\b)|ne(?:men|emt)(?= .{0,60}\b(?:op|mee)\b)|bouw(?:en|t) .{0,60}verder|"
    r"gaa?n?t?(?= .{0,80}\b(?:op zoek|aan|verder|door|\w{3,}en)\b)|zett?(?:en)?(?= .{0,60}\b(?:voort|op|in)\b)|"
    r"lever(?:en|t)(?= .{0,60}\bop\b)|ron(?:den|dt)(?= .{0,60}\baf\b)|richt(?:en)?(?= .{0,60}\bin\b)|"
    r"krijgen(?= .{0,40}\bscholing\b)|"
    r"doe(?:t|n)(?= (?:zij|ze) door\b)|zorgen(?= .{0,30}\bdat\b)|spannen(?= .{0,30}\bin om\b)|verwerken|halen(?= .{0,80}\bop\b)"
)
_RESULT = _words(
    rf"verwachting (?:in|voor|medio|eind|begin)|{_MADE}|start\w*|gereed|klaar|opgeleverd|resultaten|gescreend|open\w*|"
    rf"verhuiz\w*|bekend|organiseren|realiseren|plaatsvinden|vindt|vinden"
)
_SHALL = _words(
    rf"worden|plaatsvinden|gebeuren|doorlopen|gericht zijn|starten|openen|{_MADE}|plaats vinden|zal verkend|"
    rf"aansluiten bij|volgen|gaan"
)
_PRESENT = _words(
    r"wordt|worden|komt|komen|volgt|volgen|krijgen|verwacht|vindt|vinden|start|starten|uitkomst\w*|"
    r"(?:is|zijn) .{0,60}(?:bekend|gereed|klaar|beschikbaar|ingericht|operationeel|rond)"
)


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
    opens: bool = False
    needs_actor: bool = False


_SIGNS = (
    _Sign(
        strength=Strength.EXPLORED,
        pattern=_words(
            r"verken(?:t|nen|d)|onderzoe(?:kt|ken) (?:we|wij)|(?:we|wij) onderzoeken|(?:wordt|worden) .{0,80}onderzocht|"
            r"bekeken|"
            r"(?:kijken|bekijken) (?:we|wij) (?:of|hoe)|kijk(?:en|t) (?:we |wij )?naar (?:de )?mogelijkheden|"
            r"gekeken (?:of|naar|hoe)|het gesprek aangegaan"
        ),
    ),
    _Sign(
        strength=Strength.EXPECTED,
        pattern=_words(r"naar verwachting|is de verwachting|(?:wordt|we) verwacht(?:en)?"),
        is_sure=True,
        needs=_RESULT,
    ),
    _Sign(
        strength=Strength.INTENDED,
        pattern=_words(
            rf"wil(?:len)? (?:{_SELF}) (?!dat\b)|(?:{_SELF}) (?:\w+ ){{0,2}}wil(?:len)?(?! dat)|(?:is|zijn) (?:van plan|"
            rf"voornemens)|"
            r"is de bedoeling|de bedoeling is"
        ),
        is_sure=True,
    ),
    _Sign(
        strength=Strength.AIMED,
        pattern=_words(
            r"streven|streeft|zett?(?:en)? (?:.{0,60} )?in|(?:wordt|worden) .{0,80}ingezet op|beog(?:en|t|d)|beoogt|"
            r"gaa?n?t? (?:zich|ons) richten|richt(?:en)? (?:ons|(?-i:[A-Z])\w+ zich)|(?!Het|Dit|"
            r"De)(?-i:[A-Z])\w+ richt zich|werken toe|toegewerkt|"
            r"ligt de (?:focus|nadruk) .{0,60}op|ligt het accent|om te komen tot|er werk van"
        ),
    ),
    _Sign(strength=Strength.AIMED, pattern=_words(r"(?:de|onze) ambitie is|is (?:de|onze) ambitie"), is_sure=True),
    _Sign(strength=Strength.FIRM, pattern=_words(r"(?:zal|zullen)(?! niet)"), is_sure=True, needs=_SHALL, or_actor=True),
    _Sign(
        strength=Strength.FIRM,
        pattern=_words(
            r"gepland|wordt binnenkort|is (?:\w+ ){0,2}afgesproken dat|besloten (?:om|tot|dat|de|het|een)|(?:is|"
            r"zijn) (?:.{0,60} )?voorzien|toegezegd|zeg(?:t|gen) toe|staat op de planning"
        ),
        is_sure=True,
    ),
    _Sign(
        strength=Strength.FIRM,
        pattern=_words(
            rf"(?:wordt|worden) .{{0,220}}?{_MADE}|{_MADE} (?:wordt|worden)|"
            rf"(?:wordt|worden) .{{0,120}}?\b(?:verdere?|opnieuw|weer|nieuwe?|meer|extra)\b.{{0,120}}?{_DONE}"
        ),
    ),
    _Sign(
        strength=Strength.FIRM,
        pattern=_words(
            r"gaa?t? (?:.{0,80} )?(?:door|verder)|starte?n? met|(?:komt|komen) er|er (?:komt|komen)|(?:extra|"
            r"meer) aandacht|verder(?:e)? invulling|van start"
        ),
    ),
    _Sign(strength=Strength.FIRM, pattern=_words(rf"(?<!die )(?:{_SELF}) (?-i:{_ACTS})|(?-i:{_ACTS})(?: nu)? (?:{_SELF})")),
    _Sign(
        strength=Strength.FIRM,
        pattern=_words(rf"(?:{_NAME}) (?-i:{_ACTS})|(?-i:{_ACTS}) (?:{_NAME})"),
        needs_actor=True,
    ),
    _Sign(
        strength=Strength.AIMED,
        pattern=re.compile(
            r"(?:Het )?(?:verder )?(?:uitvoeren|realiseren|ontwikkelen|opstellen|inzetten|organiseren|uitbreiden|"
            r"versterken|verbeteren|"
            r"opzetten|doorontwikkelen|vaststellen|onderzoeken|verkennen|evalueren|creëren|invoeren|(?:ontwikkeling|realisatie|"
            r"uitvoering|invoering|uitbreiding|doorontwikkeling|nieuwbouw|renovatie|bouw)(?= van))\b",
            re.IGNORECASE,
        ),
        opens=True,
    ),
)


def intent(sentence: str, kind: DocumentKind, due: Period | None, as_of: date) -> Strength | None:
    """Return how firmly a sentence states an intent, None where it states none; `due` is a time to come that it names."""
    is_title = sentence[-1:] not in ".:;!?…" and any(find_codes(sentence))
    if is_title or any(pattern.search(sentence) for pattern in (_FORECASTS, _OF_MONEY, _BY_OTHERS, _DESCRIBES)):
        return None
    report = _REPORTS.search(sentence)
    is_ahead = due is not None and (due.first > as_of or report is None)
    for sign in _SIGNS:
        found = sign.pattern.match(sentence) if sign.opens else sign.pattern.search(sentence)
        if found is None or not _has_what_it_needs(sign, sentence):
            continue
        is_report = report is not None and report.start() < found.start()
        if sign.is_sure or is_ahead or not (is_report or kind in _LOOKS_BACK):
            return sign.strength
    is_own = is_ahead and _OWN.search(sentence) is not None
    return Strength.FIRM if is_own or (is_ahead and _PRESENT.search(sentence)) else None


def _has_what_it_needs(sign: _Sign, sentence: str) -> bool:
    has_actor = actor_of(sentence) is not None if sign.or_actor or sign.needs_actor else False
    has_needed = sign.needs is None or sign.needs.search(sentence) is not None
    return (has_needed or (sign.or_actor and has_actor)) and (not sign.needs_actor or has_actor)


def due_of(sentence: str, as_of: date) -> Period | None:
    """Return the time to come that a sentence of day `as_of` names: the first wholly ahead, else the first that is partly."""
    ahead = [dated.period for dated in find_periods(sentence, as_of) if dated.period.last > as_of]
    return next((period for period in ahead if period.first > as_of), ahead[0] if ahead else None)


# --- who, and on what condition -----------------------------------------------------------------------------------------

_OWN = _words(rf"{_WE}|de (?:gemeente)?raad|de gemeente")
_CONDITION = _words(
    r"(?:als (?:dat|er|het|hier|de|blijkt)|indien|mits|tenzij|zo nodig|waar nodig|afhankelijk van|onder voorwaarde)\b[^,.;:]*"
)
_VERB = (
    rf"(?-i:{_ACTS}|zal|zullen|wil|willen|zett?|zetten|richt|richten|streeft|streven|beoogt|beogen|hebben|verkent|"
    rf"verkennen)"
)
_NO_PREPOSITION = "".join(
    rf"(?<!\b{word} {article})"
    for word in ("in", "van", "door", "met", "voor", "bij", "uit", "aan", "vanuit")
    for article in ("", "de ", "het ")
)
_GOES_BEFORE = re.compile(r"[A-ZÀ-Ý][\w’'-]+ (?:en )?$")
_WHO = re.compile(
    rf"\b(?:{_VERB} (?P<after>{_SELF}|{_NAME})(?=[ ,.]|$)|{_NO_PREPOSITION}(?P<before>{_SELF}|{_NAME})(?= {_VERB}\b)|"
    rf"{_NO_PREPOSITION}(?<!\bwordt )(?<!\bworden )(?P<self>{_SELF})\b(?! (?:wordt|worden)\b))",
    re.IGNORECASE,
)


def actor_of(sentence: str) -> str | None:
    """Return who will do it, in the words of the sentence; None where it names nobody."""
    for match in _WHO.finditer(sentence):
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
    return not opens or bool(rest) or sum(letter.isupper() for letter in first) > 1 or not is_dutch_word(fold(first))


def condition_of(sentence: str) -> str | None:
    """Return on what an intent depends (`als dat nodig is`), None where it does not."""
    found = _CONDITION.search(sentence)
    return found[0] if found else None
