"""Every Dutch sentence of the service outside its templates: problems, labels, and what stands at the start of its log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from begroting_qa.codes import CodeKind
from begroting_qa.domain import CheckKind, CommitmentStatus, DocumentKind, FigureUnit, Strength, Verdict
from begroting_qa.topics.said import SaidKind, TopicKind
from begroting_qa.wire.bodies import PointBody

MAX_SHOWN_CHARS = 40

KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.PROGRAMMABEGROTING: "programmabegroting",
    DocumentKind.VOORTGANGSRAPPORTAGE: "voortgangsrapportage",
    DocumentKind.JAARVERSLAG: "jaarverslag",
    DocumentKind.JAARSTUKKEN: "jaarstukken",
    DocumentKind.KADERNOTA: "kadernota",
    DocumentKind.KADERBRIEF: "kaderbrief",
    DocumentKind.RAADSVOORSTEL: "raadsvoorstel",
    DocumentKind.OVERIG: "overig document",
}

# --- titles of problems -------------------------------------------------------------------------------------------------

INVALID_REQUEST = "Het verzoek klopt niet"
METHOD_NOT_ALLOWED = "Deze methode kan hier niet"
FORBIDDEN = "Dit mag hier niet"
NOT_FOUND = "Niet gevonden"
TOO_LARGE = "Het verzoek is te groot"
UNSUPPORTED_MEDIA_TYPE = "Dit soort inhoud kan hier niet"
TOO_MANY_REQUESTS = "Te veel verzoeken"
UNAVAILABLE = "De dienst kan nu niet antwoorden"
BROKEN = "Er ging iets mis"

# --- details ------------------------------------------------------------------------------------------------------------

BODY_EMPTY = "Het bericht is leeg. Stuur een JSON-object."
BODY_NO_OBJECT = 'Het bericht is geen JSON-object. Stuur een object, zoals {"question": "Wat kost de jeugdhulp?"}.'
BODY_SLOW = "Het bericht kwam niet op tijd binnen. Stuur het opnieuw."
BODY_TOO_DEEP = "De JSON is te diep genest. Stuur een object met alleen de velden uit /v1/openapi.json."
LONE_SURROGATE = (
    "De tekst bevat een half teken (een losse surrogate, zoals \\ud800), en dat is geen Unicode-tekst. Haal het weg of stuur het "
    "hele tekenpaar."
)
QUESTION_EMPTY = "De vraag is leeg. Typ een vraag van 1 tot 1.000 tekens."
FORM_TOO_MANY_FIELDS = (
    "Het formulier heeft te veel velden of leestekens die niet kloppen. Ga terug naar de pagina en stel de vraag opnieuw."
)
UNKNOWN_PAGE = "Deze pagina bestaat niet. Kijk of het adres klopt, of kies hierboven in het menu."
UNKNOWN_PATH = "Dit adres bestaat niet. De adressen van de dienst staan in /v1/openapi.json."
NO_INDEX = "Er is geen bruikbare index. Bouw hem met `begroting-qa index`; de dienst neemt hem daarna vanzelf in gebruik."
OVER_CAPACITY = "Er zijn op dit moment te veel vragen tegelijk. Probeer het over enkele seconden opnieuw."
UNEXPECTED = (
    "Door een fout in de dienst is dit verzoek niet afgehandeld. De fout is vastgelegd; meld hem aan de beheerder als hij "
    "blijft komen."
)
FEEDBACK_NOT_KEPT = "Het oordeel kon niet worden bewaard. Probeer het later opnieuw; de beheerder vindt de oorzaak in het log."
CORRECTIONS_UNUSABLE = (
    "De correcties op het register kunnen nu niet worden gelezen of bewaard. Probeer het later opnieuw; de beheerder vindt de "
    "oorzaak in het log."
)
ONLY_THIS_MACHINE = (
    "Het register corrigeren kan alleen op de machine waar de dienst draait. Doe het daar, op http://127.0.0.1 of met "
    "`begroting-qa correct`."
)
STRETCH_INCOMPLETE = (
    "Voor een aangewezen stuk tekst zijn 'start' en 'end' allebei nodig. Vul ze allebei in of laat ze allebei weg."
)


def shown(value: object) -> str:
    """Return a value as it can be shown in a sentence: short, on one line, and always valid Unicode."""
    text = str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= MAX_SHOWN_CHARS else f"{text[:MAX_SHOWN_CHARS]}…"


def sentence(text: str) -> str:
    """Return a message of ours as a sentence, with its capital and full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def thousands(number: int) -> str:
    """Return a number as Dutch writes it."""
    return f"{number:,}".replace(",", ".")


def value_of_point(point: PointBody, unit: FigureUnit | None) -> str:
    """Return a value of a series for a table by itself: amounts in whole euros, since their table's scale is not beside them."""
    amount = Decimal(point.value)
    if unit is FigureUnit.EUR and amount == int(amount):
        return f"{'-' if amount < 0 else ''}€ {thousands(abs(int(amount)))}"
    return point.display


def body_not_utf8(offset: int) -> str:
    """Bytes that are no text."""
    return f"Het bericht is geen UTF-8: byte {offset} is niet te lezen. Stuur het bericht als UTF-8."


def body_not_json(line: int, column: int) -> str:
    """Text that is no JSON."""
    return f"Het bericht is geen geldige JSON; het gaat mis op regel {line}, teken {column}. Herstel het daar."


def body_number(text: str) -> str:
    """A number that JSON does not have, or that is out of all proportion."""
    return f"Het bericht bevat een getal dat niet kan: {shown(text)}. Haal het weg."


def body_key_twice(key: str) -> str:
    """An object that says a thing twice."""
    return f"Het veld '{shown(key)}' staat twee keer in hetzelfde object. Haal er een weg."


def body_too_large(limit: int) -> str:
    """A body beyond the limit."""
    return f"Het bericht is groter dan {limit // 1024} kB. Stuur een kortere vraag of minder filters."


def media_type(found: str, wanted: str) -> str:
    """A body of another kind."""
    given = f"'{shown(found)}'" if found else "leeg"
    return f"Content-Type is {given}, maar moet '{wanted}' zijn. Stuur het bericht opnieuw met dat type."


def method_not_allowed(method: str, allowed: str) -> str:
    """A method that the path does not have."""
    return f"{shown(method)} kan hier niet. Gebruik {allowed}."


def query_key_unknown(key: str, known: Sequence[str]) -> str:
    """A query key that means nothing here."""
    if not known:
        return f"Onbekende parameter '{shown(key)}' in het adres. Laat hem weg; dit adres kent er geen."
    return f"Onbekende parameter '{shown(key)}' in het adres. Laat hem weg, of kies uit {', '.join(known)}."


def query_key_twice(key: str) -> str:
    """A query key with two values."""
    return f"De parameter '{shown(key)}' staat twee keer in het adres. Laat er een weg."


def form_field_unknown(key: str) -> str:
    """A form field that means nothing here."""
    return f"Onbekend veld '{shown(key)}' in het formulier. Ga terug naar de pagina en stel de vraag opnieuw."


def question_too_long(length: int, limit: int) -> str:
    """A question beyond the limit."""
    return f"De vraag heeft {thousands(length)} tekens en mag er hoogstens {thousands(limit)} hebben. Maak de vraag korter."


def stretch_out_of_range(start: int, end: int, length: int) -> str:
    """A stretch that is not in the text."""
    return (
        f"Het stuk van {start} tot {end} ligt niet in dit document, dat {length} tekens heeft. Kies 0 ≤ start ≤ end ≤ {length}."
    )


def stretch_empty(start: int) -> str:
    """A stretch without a character to mark."""
    return f"Het stuk van {start} tot {start} is leeg. Kies een 'end' die groter is dan 'start'."


def field_problem(error: Mapping[str, Any]) -> str:
    """Return what is wrong with one field, from an entry of pydantic's list of errors."""
    parts = [str(part) for part in error["loc"]]
    place = [part for part in parts if part not in {"query", "path", "body"} and not _BRANCH.fullmatch(part)]
    name = f"'{shown('.'.join(place))}'" if place else "Het bericht"
    context: Mapping[str, Any] = error.get("ctx") or {}
    given = shown(error.get("input"))
    match error["type"]:
        case "missing":
            return f"Het veld {name} ontbreekt. Vul het in."
        case "extra_forbidden":
            return f"Onbekend veld {name}. Laat het weg; de velden staan in /v1/openapi.json."
        case "string_too_short":
            return f"{name} is leeg. Vul 1 tot 1.000 tekens in."
        case "string_too_long":
            return f"{name} heeft te veel tekens. Gebruik er hoogstens {thousands(context['max_length'])}."
        case "too_long":
            return f"{name} heeft te veel waarden. Geef er hoogstens {context['max_length']}."
        case "greater_than_equal":
            return f"{name} is {given}, maar moet minstens {thousands(context['ge'])} zijn."
        case "less_than_equal":
            return f"{name} is {given}, maar mag hoogstens {thousands(context['le'])} zijn."
        case "enum" | "literal_error":
            return f"{name} is '{given}'. Kies uit {', '.join(_CHOICE.findall(str(context['expected'])))}."
        case "value_error":
            return sentence(str(context["error"]))
        case kind:
            return f"{name} is {given}, maar moet {_WANTED.get(kind, 'een bruikbare waarde')} zijn."


# how pydantic names one branch of a union: a model with a check of its own
_BRANCH = re.compile(r"function-after\[\w+\(\), \w+\]")
_CHOICE = re.compile(r"'([^']*)'")
_WANTED = {
    "date_parsing": "een datum als 2026-07-01",
    "date_from_datetime_parsing": "een bestaande datum als 2026-07-01",
    "string_type": "tekst",
    "bool_type": "true of false",
    "int_type": "een geheel getal",
    "int_parsing": "een geheel getal",
    "int_parsing_size": "een kleiner getal",
    "int_from_float": "een geheel getal",
    "list_type": "een lijst",
    "model_type": "een object",
    "model_attributes_type": "een object",
}

# --- starting up --------------------------------------------------------------------------------------------------------


def port_in_use(host: str, port: int) -> str:
    """Another program listens there."""
    return f"poort {port} op {host} is al in gebruik; stop het andere programma of kies een andere poort met --port"


def cannot_listen(host: str, port: int, reason: str) -> str:
    """An address that cannot be listened on."""
    return f"de dienst kan niet luisteren op {host}, poort {port} ({reason}); kies een ander adres met --host of --port"


def listening(host: str, port: int) -> str:
    """Where the page is to be found."""
    name = f"[{host}]" if ":" in host else host
    return f"De pagina staat op http://{name}:{port}/ (stoppen met Ctrl+C)"


# --- the pages of the registers -----------------------------------------------------------------------------------------

STATUSES: Mapping[CommitmentStatus, str] = {
    CommitmentStatus.PLANNED: "gepland",
    CommitmentStatus.UNDER_WAY: "er wordt aan gewerkt",
    CommitmentStatus.DONE: "gedaan of begonnen",
    CommitmentStatus.OVERDUE: "termijn voorbij",
    CommitmentStatus.CHANGED: "veranderd",
    CommitmentStatus.DROPPED: "gestopt",
}
STRENGTHS: Mapping[Strength, str] = {
    Strength.FIRM: "stellig, zoals ‘zal’ of ‘gaan we’",
    Strength.INTENDED: "een voornemen, zoals ‘willen we’ of ‘is de bedoeling’",
    Strength.AIMED: "een streven, zoals ‘streven naar’ of ‘zetten in op’",
    Strength.EXPLORED: "een verkenning, zoals ‘verkennen’ of ‘onderzoeken’",
    Strength.EXPECTED: "een verwachting, zoals ‘naar verwachting’",
}
TOPIC_KINDS: Mapping[TopicKind, tuple[str, str]] = {
    TopicKind.BELEIDSTERREIN: ("beleidsterrein", "beleidsterreinen"),
    TopicKind.GOAL: ("doel", "doelen"),
    TopicKind.PRESTATIE: ("prestatie", "prestaties"),
    TopicKind.INDICATOR: ("indicator", "indicatoren"),
    TopicKind.RESERVE: ("reserve", "reserves"),
    TopicKind.REFERENCE: ("raadsstuk, motie of zaak", "raadsstukken, moties en zaken"),
}
SAID_KINDS: Mapping[SaidKind, str] = {
    SaidKind.TITLE: "naam",
    SaidKind.HEADING: "kop",
    SaidKind.PROSE: "tekst",
    SaidKind.ROW: "tabelrij",
    SaidKind.MENTION: "elders genoemd",
    SaidKind.FIGURE: "getal",
}
CODE_KINDS: Mapping[str, str] = {
    CodeKind.PAPER: "raadsstuk of collegebesluit",
    CodeKind.MOTION: "motie",
    CodeKind.AMENDMENT: "amendement",
    CodeKind.CASE: "zaak",
    CodeKind.GOAL: "beleidsterrein, doel, prestatie of indicator",
    CodeKind.PROGRAMME: "programma",
}
CHECK_KINDS: Mapping[CheckKind, str] = {
    CheckKind.BALANCE: "saldo nagerekend",
    CheckKind.TOTAL: "totaal nagerekend",
    CheckKind.OTHER_TABLE: "twee tabellen vergeleken",
    CheckKind.EXPLANATION: "toelichting met de tabel vergeleken",
    CheckKind.PARTS: "bedragen in de tekst opgeteld",
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.DIFFERS: "verschilt",
    Verdict.UNSURE: "niet zeker",
    Verdict.CONFIRMED: "klopt",
}
QUARTERS = ("januari tot en met maart", "april tot en met juni", "juli tot en met september", "oktober tot en met december")

CORRECTION_NO_REASON = "Vul in waarom u dit corrigeert."
CORRECTION_NO_CHANGE = "Kies wat er anders is: de stand, de termijn, of dat dit geen toezegging is."
CORRECTION_REVERSED = "De laatste dag ligt voor de eerste. Kies een dag die niet eerder is."
FORM_NOT_OURS = "Het formulier is niet te lezen. Ga terug naar de pagina en vul het opnieuw in."
NO_DAY = "Vul een bestaande dag in, zoals 2026-07-01."


def correction_too_long(length: int, limit: int) -> str:
    """A text beyond the limit."""
    return f"Deze tekst heeft {thousands(length)} tekens en mag er hoogstens {thousands(limit)} hebben. Maak hem korter."


def commitment_not_there(commitment_id: str) -> str:
    """A commitment that is not in the register."""
    return f"Toezegging ‘{shown(commitment_id)}’ staat niet in het register. Zoek haar op in de lijst met toezeggingen."


def topic_not_there(topic_id: str) -> str:
    """A topic that the documents do not have."""
    return f"Onderwerp ‘{shown(topic_id)}’ bestaat niet. Zoek het op in de lijst met onderwerpen."
