"""What is no question about the documents: another task, an opinion or a prediction asked for, a greeting, a sum."""

from __future__ import annotations

import re

_WHO = r"(?:je|jij|u|jullie|jou)"
_TASK = r"schrijf|dicht|bedenk|verzin|vertaal|teken|programmeer|genereer|componeer|bereken|zing|print|vat"
_MADE = (
    r"gedicht|verhaal|lied(?:je)?|rap|limerick|mop|grap|speech|toespraak|essay|motie|amendement|persbericht|brief|mail|tweet|code|"
    r"script|recept|haiku|column|blog|presentatie|powerpoint|quiz|flyer|poster|plaatje|tekening"
)
_PATTERNS = (
    # orders to leave the rules aside
    r"\b(?:negeer|vergeet|ignore|disregard)\b.{0,40}\b(?:instructie|opdracht|regel|instruction|alles|previous|prompt)",
    r"\bsysteem?prompt|\bsystem\s?prompt|\bdoe alsof\b|\bspeel\b.{0,20}\brol\b",
    r"\b(?:jouw?|uw|je) (?:instructies?|prompt|regels|geheim\w*|oordeel|standpunt|mening|favoriet\w*)\b",
    # other tasks
    rf"^\W*(?:{_TASK})\b",
    rf"\b(?:schrijf|maak|vertel|geef|dicht)\b.{{0,30}}\b(?:{_MADE})\b|\bmaak\b.{{0,30}}\bsamenvatting\b|\bsamenvatting in\b",
    r"\bkun (?:je|jij|u) (?:mijn|me|mij) (?!(?:vertellen|zeggen|uitleggen|aangeven|laten weten)\b)|\bbeloof (?:me|mij|ons)\b",
    # opinions
    rf"\b(?:vind|vindt|denk|denkt) {_WHO}\b(?! (?:het|de|een|dat \w+ in)\b)|\bwat vindt? (?:{_WHO}|men)\b|\bvolgens (?:jou|u)\b",
    r"\bmoet (?:ik|men|je|de raad)\b.{0,40}\b(?:stemmen|vinden|kiezen)\b|\bop (?:wie|welke partij)\b.{0,30}\bstem",
    r"\b(?:partij|wethouder|college)\b.{0,20}\b(?:beste|slechtste) (?:plan|idee|voorstel)\b",
    r"\b(?:beste|slechtste|slimste|domste|eerlijkste|leukste|luiste) (?:partij|wethouder|burgemeester|raadslid|politicus)\b",
    rf"\bben {_WHO}\b.{{0,30}}\beens\b|\braadt? {_WHO}\b.{{0,20}}\baan\b|\bvertrouwt? {_WHO}\b|\bwat zou {_WHO}\b",
    r"\bis (?:het|dit|dat) (?:een )?(?:goed|slecht|slim|verstandig|terecht|eerlijk|schandalig|verspilling|rechtvaardig)\b",
    r"\bis\b.{0,40}\b(?:goede?|slechte?|prima|matige?|waardeloze?) (?:\w+ )?(?:wethouder|burgemeester|bestuurder|college|beleid|"
    r"plan|idee|partij|keuze|besluit)\b",
    r"\b(?:is|zijn)\b.{0,40}\b(?:incompetent|onbekwaam|corrupt|betrouwbaar|te vertrouwen|capabel|lui|dom|laf|rechtvaardig|"
    r"schandalig|belachelijk)\W*$|\b(?:wethouder|burgemeester|college)\b.{0,30}\bgeschikt\W*$",
    r"\b(?:doet|doen|geeft|besteedt) (?:\w+|de gemeente|het college|de wethouder|de stad|het rijk) (?:wel )?"
    r"(?:genoeg|te weinig|te veel|voldoende)\b",
    r"\b(?:heeft|hebben) (?:het college|de wethouder|de burgemeester|de raad|de gemeente)\b.{0,30}\b(?:gefaald|verzaakt)\b",
    r"\b(?:goed|slecht|slim|dom|verstandig|terecht|eerlijk|schandalig|zonde|asociaal|onzin)\b.{0,40}\b(?:toch|of niet)\?",
    r"\b(?:welke?|wie|wat)\b.{0,60}\b(?:is|zijn|vindt?|was|waren|doet|doen)\b.{0,20}\b(?:het |de )?(?:beste?|slechtste?|"
    r"mooiste?|leukste?|slimste?|domste?|eerlijkste?|sympathiekste?|onzinnigste?|nuttigste?|"
    r"meest (?:nutteloze?|zinloze?|overbodige?))\W*$",
    r"^\W*(?:is|zijn|was|waren|vindt? \w+)\b.{0,80}\b(?:te (?:hoog|laag|duur|groot|klein|traag|langzaam|streng|soepel|ambitieus|"
    r"optimistisch|pessimistisch)|(?:goed|hoog|groot|snel|streng|duidelijk|realistisch) genoeg|realistisch|haalbaar|wenselijk|"
    r"overbodig|zinvol|zinloos|onzin|geloofwaardig)\W*$",
    r"^\W*moet(?:en)? (?:de gemeente|de stad|het college|de raad|we|wij|ze)\b"
    r"(?!.*\b(?:volgens|van het rijk|wettelijk|verplicht)\b)"
    r".{0,60}\b(?:excuses|stoppen|ophouden|doorgaan|kiezen|afschaffen|ingrijpen|schrappen|strenger|harder)\b",
    r"^\W*(?:is|zijn|heeft|hebben)\b.{0,20}\b(?:college|wethouders?|burgemeester|coalitie|oppositie)\b.{0,30}\b"
    r"(?:geslaagd|mislukt|tekortgeschoten|goed bezig|succesvol)\W*$",
    r"\b(?:aftreden|opstappen)\W*$|^is\b.{0,60}\bniet (?:veel )?te (?:veel|weinig|duur)\b",
    # predictions
    r"\bwie\b.{0,60}\b(?:gaat|gaan|zal)\b.{0,60}\bwinnen\b|\bwie wint\b|\bwelke partij wint\b",
    r"^\W*(?:zal|zullen|denk)\b.{0,80}\b20[3-9]\d\b|\bdenk (?:je|jij|u) dat er\b|^\W*stel\b.{0,60}\bop\b(?!.*,)",
    r"\bvoorspel\b|^\W*(?:gok|raad eens)\b",
    r"\bwie wordt de (?:volgende|nieuwe) (?:burgemeester|premier|president|wethouder)\b",
    # no question at all
    r"^\W*(?:hallo|hoi|hey|hi|goede(?:morgen|middag|avond)|welkom|fijn|leuk)\b[^?]*$",
    r"^\W*(?:test|dank (?:je|u)|bedankt|hoe gaat het(?: met (?:je|jou|u))?)\W*$",
    r"\b(?:weer|temperatuur)\b.{0,20}\b(?:morgen|vandaag|overmorgen)\b|^\W*hoe laat is het\b",
    r"^\s*[\d\s+*/=x^().,-]+\??\s*$|\bhoeveel is \d+\s*[x*+/:-]",
)
_UNSUPPORTED = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def is_unsupported(question: str) -> bool:
    """Tell whether a question with single blanks asks for something that no document could answer."""
    return _UNSUPPORTED.search(question) is not None
