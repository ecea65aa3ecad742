"""Every Dutch sentence that a user can see, outside the page's own templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from begroting_qa.domain import Finding, Plan

# --- the corpus ---------------------------------------------------------------------------------------------------------

LISTING_EMPTY = "er staat geen enkele [[source]] in; voeg er een toe, zie het contract"


def listing_error(listing: Path, line: int, problem: str) -> str:
    """One problem with the listing, with its place."""
    return f"{listing}, regel {line}: {problem}"


def listing_missing(listing: Path) -> str:
    """There is no listing."""
    return f"{listing} ontbreekt; maak dit bestand met een [[source]] per document, of kies een andere map met --corpus"


def listing_malformed(error: Exception) -> str:
    """The listing is not TOML."""
    return f"geen geldige TOML ({error}); herstel deze regel"


def unknown_key(key: str, known: Sequence[str]) -> str:
    """A key that means nothing."""
    return f"onbekende sleutel '{key}'; bekend zijn {', '.join(known)}"


def missing_key(key: str) -> str:
    """A key that must be there."""
    return f"de verplichte sleutel '{key}' ontbreekt; vul hem aan"


def wrong_type(key: str, value: object, wanted: str) -> str:
    """A value of the wrong kind."""
    return f"'{key}' is {value!r}, maar moet {wanted} zijn"


def not_one_of(key: str, value: object, allowed: Sequence[str]) -> str:
    """A value outside its list."""
    return f"'{key}' is {value!r}; kies uit {', '.join(allowed)}"


def source_listed_twice(file: str) -> str:
    """The same file twice."""
    return f"'{file}' staat er twee keer in; haal er een weg"


def source_id_twice(document_id: str, first: str, second: str) -> str:
    """Two files that get the same id."""
    return f"'{first}' en '{second}' krijgen allebei de naam {document_id}; onderscheid ze met 'part' of 'edition'"


def source_outside(file: str) -> str:
    """A path that leaves the corpus."""
    return f"'{file}' wijst buiten de map van het corpus; gebruik een pad daarbinnen"


def source_not_listed(file: str, listing: Path) -> str:
    """A file nobody described."""
    return f"{file} ligt in het corpus maar staat niet in {listing}; voeg een [[source]] toe of haal het bestand weg"


def source_unreadable(file: str, error: OSError) -> str:
    """A listed file that cannot be read."""
    return f"'{file}' is niet te lezen ({error.strerror}); zet het bestand terug of haal deze [[source]] weg"


def source_too_large(file: str, limit: int) -> str:
    """A file beyond the limit."""
    return f"{file} is groter dan {limit // 1024 // 1024} MB; splits het bestand"


def source_changed(file: str, listed: str, found: str) -> str:
    """Other contents than listed."""
    return f"'{file}' heeft sha256 {found}, maar hier staat {listed}; zet het bestand terug of pas sha256 aan"


def source_not_utf8(file: str, offset: int) -> str:
    """Bytes that are no text."""
    return f"{file}: byte {offset} is geen UTF-8; sla het bestand op als UTF-8"


def source_not_text(file: str) -> str:
    """A binary file."""
    return f"{file} is geen tekstbestand; lever het document als platte tekst aan"


def source_empty(file: str) -> str:
    """A file without a letter."""
    return f"{file} bevat geen tekst; haal de [[source]] weg of zet het bestand terug"


# --- checks -------------------------------------------------------------------------------------------------------------


def _added(parts: Sequence[str]) -> str:
    return " + ".join(f"({part})" if part.startswith(("-", "−", "–")) else part for part in parts)


def sum_checked(
    name: str, when: str, told: str, parts: Sequence[str], total: str, *, agrees: bool, is_exact: bool, is_other_table: bool
) -> str:
    """A figure beside the sum of others."""
    where = "in de andere tabel " if is_other_table else ""
    sum_text = f"{name}, {when}: de tabel geeft {told}; {where}opgeteld is het {total} ({_added(parts)})"
    if not agrees:
        return f"{sum_text}. Dat verschilt."
    return f"{sum_text}." if is_exact else f"{sum_text}. Dat scheelt niet meer dan de afronding."


def parts_checked(told: str, parts: Sequence[str], total: str, *, agrees: bool) -> str:
    """A total in a text beside the amounts that follow it."""
    text = f"De tekst noemt in totaal {told}; de bedragen die volgen zijn samen {total} ({_added(parts)})."
    return text if agrees else f"{text} Dat verschilt; misschien horen niet al deze bedragen erbij."


def change_checked(
    name: str, told: str, before: str, first: str, now: str, second: str, change: str, *, rises: bool, agrees: bool
) -> str:
    """A change that a text tells beside the row that it explains."""
    verb = "stijging" if rises else "daling"
    rows = f"{first} ({before}) en {second} ({now}), een verschil van {change}"
    text = f"{name}: de toelichting noemt een {verb} van {told}; de tabel geeft {rows}"
    return f"{text}. Dat komt overeen, op de afronding na." if agrees else f"{text}. Dat verschilt."


def level_checked(
    name: str, told: Sequence[str], total: str, when: str, cell: str, scale: int, *, agrees: bool, may_be_part: bool
) -> str:
    """An amount that a text tells beside the cell that it explains."""
    said = f"{total} ({' + '.join(told)})" if len(told) > 1 else told[0]
    scaled = f" (× {scale:,})".replace(",", ".") if scale > 1 else ""
    text = f"{name}, {when}: de toelichting noemt {said}; de tabel geeft {cell}{scaled}"
    if agrees:
        return f"{text}. Dat komt overeen, op de afronding na."
    part = " De toelichting noemt mogelijk maar een deel." if may_be_part else ""
    return f"{text}. Dat verschilt.{part}"


HEADS_OF_VERDICTS = {
    "differs": "Verschilt", "unsure": "Mogelijk verkeerd gelezen", "confirmed": "Klopt",
}  # fmt: skip


def plain_findings(findings: Sequence[Finding], titles: Mapping[str, str]) -> str:
    """Return findings as a reader of the command line sees them: what differs first."""
    lines: list[str] = []
    for verdict, head in HEADS_OF_VERDICTS.items():
        own = [finding for finding in findings if finding.verdict == verdict]
        lines.append(f"{head}: {len(own)}")
        for finding in own:
            first = finding.figures[0]
            lines.append(f"- {finding.text}\n  {titles[first.document_id]}, teken {first.start}")
    return "\n".join(lines)


# --- readers' judgements ------------------------------------------------------------------------------------------------


def feedback_full(file: Path, limit: int) -> str:
    """There is no room for another judgement."""
    return f"{file} is vol ({limit // 1024 // 1024} MB); verwerk de oordelen en zet het bestand opzij"


def feedback_unwritable(file: Path, error: OSError) -> str:
    """A judgement cannot be kept."""
    return f"het oordeel kon niet worden bewaard in {file} ({error.strerror}); controleer 'feedback' in begroting.toml"


def feedback_unreadable(file: Path, error: OSError) -> str:
    """Nothing was kept, or it cannot be read."""
    cause = "er is nog niets beoordeeld, of 'feedback' in begroting.toml wijst elders"
    return f"{file} is niet te lezen ({error.strerror}); {cause}"


# --- the index and the models -------------------------------------------------------------------------------------------


def model_unreadable(name: object, error: Exception) -> str:
    """A model that cannot be loaded."""
    return f"het taalmodel {name} is niet te laden ({error}); controleer embedder.model in begroting.toml of installeer opnieuw"


def reranker_unreadable(model: Path | str, error: Exception) -> str:
    """The cross-encoder cannot be loaded."""
    return f"het herordenende taalmodel {model} is niet te laden ({error}); controleer reranker.model in begroting.toml"


NO_CHAT_TEMPLATE = "er is geen chat_template; neem een model dat gesprekken kent"
GENERATOR_TOO_LONG = "het antwoord is te lang"
GENERATOR_CUT_OFF = "het antwoord brak af"
GENERATOR_REPLY_UNREADABLE = "het antwoord is niet wat /v1/chat/completions hoort te geven"
GENERATOR_REPORTS_FAULT = "de dienst meldt een fout"
WITHOUT_GENERATOR = "zonder taalmodel"
WITH_GENERATOR = "geformuleerd door een taalmodel; elke zin is nagezien aan de bron erbij"


def generator_unreadable(model: str, problem: str) -> str:
    """A language model that cannot be loaded."""
    return f"het schrijvende taalmodel {model} is niet te laden ({problem}); controleer generator.model in begroting.toml"


def generator_failed(name: str, problem: str) -> str:
    """A language model that gave no usable reply."""
    return f"het taalmodel {name} gaf geen bruikbaar antwoord ({problem}); het antwoord is gegeven zonder taalmodel"


def http_status(status: int) -> str:
    """A refusal by a service."""
    return f"HTTP {status}"


def generator_too_slow(timeout_s: float) -> str:
    """A reply that takes too long."""
    return f"niet klaar binnen {timeout_s:g} seconden; zie generator.timeout_s in begroting.toml"


def generator_needs(kind: str, key: str, variable: str) -> str:
    """A language model without its address or name."""
    instead = f", of zet de variabele {variable}" if variable else ""
    return f"kind = '{kind}' vraagt om {key}: vul het in{instead}"


def model_altered(file: Path) -> str:
    """A model file with other contents than shipped."""
    return f"{file} is beschadigd of veranderd (sha256 klopt niet); installeer begroting-qa opnieuw"


def model_mismatch(index_model: str, model: str) -> str:
    """An index made with another embedder."""
    return f"de index is gemaakt met {index_model}, maar ingesteld is {model}; bouw hem opnieuw met: begroting-qa index"


def index_missing(index: Path) -> str:
    """Nothing was built yet."""
    return f"in {index} staat geen index; bouw hem met: begroting-qa index"


def index_damaged(folder: Path, problem: str) -> str:
    """A generation that may not be served."""
    return f"de index in {folder} is niet te gebruiken: {problem}; bouw hem opnieuw met: begroting-qa index"


def index_foreign(found: object, wanted: str) -> str:
    """A generation of another format."""
    return f"hij is van een andere soort ({found!r} in plaats van {wanted!r})"


def manifest_unreadable(error: Exception) -> str:
    """A generation without a usable manifest."""
    return f"manifest.json is niet te lezen ({type(error).__name__})"


def file_foreign(name: str) -> str:
    """A file that the manifest does not name."""
    return f"het bestand {name} hoort er niet bij"


def file_altered(name: str) -> str:
    """A file that is gone or altered."""
    return f"het bestand {name} ontbreekt of is veranderd"


def index_busy(index: Path) -> str:
    """Two builds at once."""
    return f"een ander proces bouwt al een index in {index}; wacht tot dat klaar is"


def document_unknown(document_id: str, known: Sequence[str]) -> str:
    """A document that is not there."""
    return f"document '{document_id[:80]}' bestaat niet; bekend zijn {', '.join(known[:10])}"


def corpus_without_text(corpus: Path) -> str:
    """Sources without one quotable sentence."""
    return f"in {corpus} staat geen enkele zin om uit te citeren; voeg een document met tekst toe"


# --- settings -----------------------------------------------------------------------------------------------------------


def settings_unusable(problem: str) -> str:
    """A setting that cannot be used."""
    return f"begroting.toml of BEGROTING_QA_*: {problem}; herstel of verwijder deze instelling"


# --- answers ------------------------------------------------------------------------------------------------------------

NOT_SUPPORTED = (
    "Ik beantwoord alleen vragen over wat er in de begrotingsdocumenten staat. Meningen, voorspellingen en andere opdrachten "
    "vallen daarbuiten."
)
NOT_SEARCHED = "Er is niet gezocht: dit is geen vraag over de inhoud van de documenten."


def not_in_corpus(lacking: str | None) -> str:
    """There is no answer; `lacking` names what the documents do not have."""
    if lacking:
        return f"Dat staat niet in de documenten: over ‘{lacking}’ vond ik in dit verband niets."
    return "Dat staat niet in de documenten: ik vond geen zin die deze vraag beantwoordt."


def searched(words: Sequence[str], titles: Sequence[str]) -> str:
    """What was looked for, and where."""
    subject = ", ".join(words) if words else "de hele vraag"
    count = "1 document" if len(titles) == 1 else f"{len(titles)} documenten"
    return f"Gezocht naar: {subject}. Doorzocht: {count} ({'; '.join(titles[:8])}{' …' if len(titles) > 8 else ''})."  # noqa: PLR2004


def usual_place(place: str) -> str:
    """Where such a thing is usually told."""
    return f"{place[0].upper()}{place[1:]}."


def likely_document(years: Sequence[int], known: set[int], places: Sequence[str]) -> str | None:
    """Which document would normally hold the answer, where the question says so."""
    missing = [year for year in years if year not in known]
    if places:
        return f"De begroting en het jaarverslag van {places[0].title()}."
    if missing:
        return f"De programmabegroting of het jaarverslag over {missing[0]}."
    return None


def griffie_question(question: str) -> str:
    """A question to send to the griffie."""
    return f"In de begrotingsdocumenten vind ik geen antwoord op de volgende vraag. Kunt u aangeven waar ik dit vind? {question}"


def spelling_notices(corrections: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What was read for a misspelled word."""
    return tuple(f"‘{typed}’ gelezen als ‘{meant}’" for typed, meant in corrections)


def short_for(short: str, full: str) -> str:
    """What an abbreviation stands for."""
    return f"{short} staat voor {full}."


def abbreviations_explained(pairs: Sequence[tuple[str, str]]) -> str:
    """What the abbreviations of an answer stand for."""
    return "Afkortingen: " + "; ".join(f"{short} is {full}" for short, full in pairs)


def completeness(count: int, where: str, *, is_complete: bool) -> str:
    """Whether a list is all that stands under its heading."""
    under = f" onder ‘{where}’" if where else ""
    if is_complete:
        return f"Volledig: dit zijn alle {count} punten van de lijst{under}."
    return f"Niet volledig: dit is een deel van wat{under or ' hier'} staat. Bekijk het document voor de rest."


def reading(plan: Plan, titles: Sequence[str]) -> str:
    """How the question was read."""
    corrected = dict(plan.corrections)
    parts = [corrected.get(term.surface, term.surface) for term in plan.terms]
    parts.extend(code.upper() for code in plan.codes)
    parts.extend(str(year) for year in plan.years)
    text = f"Gelezen als: {', '.join(parts)}" if parts else "Gelezen als: de hele vraag"
    return f"{text}; in {'; '.join(titles)}" if titles else text


def list_lead(where: str) -> str:
    """The sentence before a list whose document has none."""
    return f"De documenten noemen onder ‘{where}’:" if where else "De documenten noemen:"


# --- the command line ---------------------------------------------------------------------------------------------------

HELP = "Beantwoordt vragen over gemeentelijke begrotingsdocumenten met letterlijke citaten, zonder internet."
HELP_VERSION = "Toon het versienummer."
HELP_CORPUS = "Map met de documenten en sources.toml."
HELP_INDEX = "Map waarin de index staat."
HELP_JSON = "Geef het antwoord als JSON, zoals de HTTP-dienst."
HELP_YEAR = "Alleen documenten van dit jaar; mag vaker."
HELP_KIND = "Alleen documenten van deze soort; mag vaker."
HELP_LIMIT = "Hoeveel passages hoogstens."
HELP_HOST = "Adres waarop de dienst luistert."
HELP_PORT = "Poort waarop de dienst luistert."
HELP_QUESTION = "Een vraag in gewoon Nederlands, tussen aanhalingstekens."
HELP_WORDS = "Zoekwoorden, tussen aanhalingstekens."
HELP_QUESTIONS = "Bestand met vragen (JSON-regels of SQuAD v2) of map (ook BEIR); mag vaker. Standaard eval/questions."
HELP_BASELINE = "Bestand met de uitkomsten waarmee vergeleken wordt."
HELP_REPORT = "Map voor het verslag (Markdown, JSON, HTML, JUnit-XML), de TREC-run en run.json voor --baseline."
HELP_URL = "Vraag een draaiende dienst op dit adres, zoals http://127.0.0.1:8000, in plaats van de index hier."
HELP_OPENAI = "Vraag ter vergelijking een chatdienst die OpenAI's protocol spreekt, zoals http://…/v1; sleutel in OPENAI_API_KEY."
HELP_MODEL = "Model van de chatdienst; standaard het eerste dat zij noemt."
HELP_QRELS = "Oordelen over passages in TREC-vorm (vraag 0 passage relevantie), in plaats van de citaten bij de vragen."
HELP_FROM_FEEDBACK = "Maak van de oordelen van lezers conceptvragen op stdout; een mens kijkt ze na."
HELP_ACCEPT = "Leg deze uitkomsten vast als nieuw ijkpunt, met de reden."
HELP_VERBOSE = "Toon ook de foute antwoorden (alleen van de dev-vragen)."
HELP_CMD_INDEX = "Lees het corpus en publiceer een nieuwe index."
HELP_CMD_ASK = "Beantwoord een vraag."
HELP_CMD_SEARCH = "Zoek passages."
HELP_CMD_SERVE = "Start de dienst en de webpagina."
ONE_ANSWERER = "kies een van --url en --openai, zonder --from-feedback of --accept-baseline"
COLLECTION_ELSEWHERE = "een BEIR-map brengt eigen teksten mee en wordt hier doorzocht; laat --url en --openai weg"
HELP_CMD_CHECK = "Reken de tabellen na en vergelijk toelichtingen met de tabel; toon wat klopt en wat verschilt."
HELP_CMD_EVALUATE = "Beantwoord de vragenset en vergelijk met het ijkpunt; status 1 bij achteruitgang."
BUILDING_FIRST = "Er is nog geen index; die wordt nu gebouwd."


def index_built(generation: str, count: int, index: Path) -> str:
    """A build is published."""
    return f"Index {generation} gepubliceerd in {index}: {count} documenten."


def question_length(length: int, limit: int) -> str:
    """A question that is empty or too long."""
    return f"de vraag is {length} tekens lang; stel een vraag van 1 tot {limit} tekens"


def plain_answer(body: dict[str, Any]) -> str:
    """An answer with its sources, for a terminal."""
    lines = [body["answer"]]
    lines.extend(f"  • {item['text']} [{item['citation']}]" for item in body["items"])
    for step in (body["calculation"] or {"steps": []})["steps"]:
        lines.append(f"Berekening: {step['expression']} = {step['result']} ({step['unit']})")
    if body["reading"]["text"]:
        lines.extend(["", body["reading"]["text"]])
    lines.extend(f"({notice})" for notice in body["notices"])
    if body["citations"]:
        lines.extend(["", "Bronnen:"])
    for citation in body["citations"]:
        where = " › ".join(citation["section"])
        quote = " ".join(citation["quote"].split())
        lines.append(f"[{citation['marker']}] {citation['title']}{' › ' if where else ''}{where}")
        lines.append(f"    “{quote}” ({citation['document_id']}, tekens {citation['start']}–{citation['end']})")
    refusal = body["refusal"]
    if refusal is not None:
        lines.extend(["", refusal["searched"]])
        if refusal["nearest"]:
            lines.append("Het dichtst in de buurt komt:")
        lines.extend(f"  • {near['text'][:280]} ({near['document_id']})" for near in refusal["nearest"])
        if refusal["likely_document"]:
            lines.append(f"Waarschijnlijk staat het wel in: {refusal['likely_document']}")
    return "\n".join(lines)


def plain_passages(items: Sequence[dict[str, Any]]) -> str:
    """Ranked passages, for a terminal."""
    if not items:
        return "Niets gevonden."
    return "\n\n".join(
        f"{number}. {' › '.join(item['section'])} ({item['document_id']})\n   {item['text']}"
        for number, item in enumerate(items, 1)
    )
