"""Every Dutch sentence that a user can see, outside the page's own templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from begroting_qa.domain import CommitmentStatus, Finding, Plan

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


# --- the register of commitments ----------------------------------------------------------------------------------------

# whoever corrects knows more than the documents tell
_CORRECTED = {CommitmentStatus.PLANNED: "gepland", CommitmentStatus.DONE: "gedaan", CommitmentStatus.OVERDUE: "te laat"}
SUMMARY_CHARS = 75
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
CHANGE_OR_WITHDRAW = (
    "een correctie zegt wat er anders is ('status', 'due' of 'notACommitment'), of trekt een eerdere in ('withdrawn'); "
    "geef een van beide"
)
HELP_CMD_COMMITMENTS = "Toon de toezeggingen en voornemens: wie, wat, wanneer, en wat ervan werd."
HELP_CMD_CORRECT = "Corrigeer een toezegging in het register; de correctie blijft, ook als de index opnieuw wordt gebouwd."
HELP_CMD_REFERENCES = "Toon waar een nummer, zoals RV 19.0005 of 9A1.2, genoemd wordt; zonder nummer welke er zijn."
HELP_CMD_TOPICS = "Toon een onderwerp door de jaren: wat elk document zegt en wat er anders werd; zonder naam welke er zijn."
HELP_TOPIC = "De naam van een onderwerp, zoals de lijst die toont."
HELP_STATUS = "Stand: planned, underWay, done, overdue, changed of dropped; bij commitments mag dit vaker."
HELP_THEME = "Alleen wat bij een onderwerp staat, met het nummer dat begroting-qa topics toont, zoals '9b'."
HELP_ACTOR = "Alleen van wie dit zal doen, zoals 'college'."
HELP_DUE_BEFORE = "Alleen met een termijn voor deze dag (jjjj-mm-dd)."
HELP_DUE_AFTER = "Alleen met een termijn na deze dag (jjjj-mm-dd)."
HELP_DOCUMENT = "Alleen uit dit document."
HELP_SORT = "Op termijn (due) of op plaats in de documenten (place)."
HELP_CSV = "Geef een tabel (CSV) om in een rekenblad te openen."
HELP_ICS = "Geef een agenda (iCalendar) van wat een termijn heeft."
HELP_COMMITMENT = "Het nummer van de toezegging, zoals begroting-qa commitments het toont."
HELP_REASON = "Waarom, in 1 tot 1.000 tekens."
HELP_DUE_FROM = "Eerste dag van de juiste termijn (jjjj-mm-dd)."
HELP_DUE_TO = "Laatste dag van de juiste termijn (jjjj-mm-dd)."
HELP_DUE_TEXT = "De termijn in woorden, zoals 'eind 2026'."
HELP_NO_DUE = "Er is geen termijn."
HELP_NOT_A_COMMITMENT = "Dit is geen toezegging of voornemen; hij verdwijnt uit het register."
HELP_WITHDRAW = "Trek de correctie in."
HELP_CODE = "Een nummer, in elke schrijfwijze."
ONE_FORM = "kies een van --json, --csv en --ics"
DUE_NEEDS_DAYS = "geef bij --due-text ook --due-from of --due-to"
ONE_DUE = "kies een van --no-due en een termijn"


def due_reversed(first: date, last: date) -> str:
    """A term that ends before it begins."""
    return f"de termijn loopt van {first} tot {last}, dus achteruit; kies een 'to' die niet voor 'from' ligt"


def corrections_full(file: Path, limit: int) -> str:
    """There is no room for another correction."""
    return f"{file} is vol ({limit // 1024 // 1024} MB); kies een ander bestand met 'corrections' in begroting.toml"


def corrections_unwritable(file: Path, error: OSError) -> str:
    """A correction cannot be kept."""
    return f"de correctie kon niet worden bewaard in {file} ({error.strerror}); controleer 'corrections' in begroting.toml"


def corrections_unreadable(file: Path, error: OSError) -> str:
    """What was corrected cannot be read."""
    return f"de correcties in {file} zijn niet te lezen ({error.strerror}); controleer 'corrections' in begroting.toml"


def commitment_unknown(commitment_id: str) -> str:
    """A commitment that is not in the register."""
    shown = commitment_id[:80]
    return f"toezegging '{shown}' staat niet in het register; zoek haar op met /v1/commitments of begroting-qa commitments"


def code_unknown(code: str, nearest: Sequence[str]) -> str:
    """A code that no document names."""
    known = f"het dichtst in de buurt komen {', '.join(nearest)}" if nearest else "bekijk welke er wel zijn met /v1/references"
    return f"geen document noemt '{' '.join(code.split())[:80]}'; {known}"


def topic_unknown(topic_id: str) -> str:
    """A topic that is not in the register."""
    return f"onderwerp '{topic_id[:80]}' bestaat niet; zoek het op met /v1/topics of begroting-qa topics"


def status_in_words(status: CommitmentStatus, *, is_told: bool, is_corrected: bool) -> str:
    """What became of a commitment, and who says so; without a later statement (`is_told`) nobody does."""
    if is_corrected:
        return f"volgens een correctie: {_CORRECTED.get(status, _OUTCOMES[status])}"
    if is_told or status not in {CommitmentStatus.OVERDUE, CommitmentStatus.PLANNED}:
        return f"volgens de documenten: {_OUTCOMES[status]}"
    late = ", en de termijn is voorbij" if status is CommitmentStatus.OVERDUE else ""
    return f"niet teruggevonden in latere documenten{late}"


def commitment_summary(actor: str | None, action: str) -> str:
    """A commitment in a few words, for a calendar."""
    text = " ".join(f"{actor}: {action}".split() if actor else action.split())
    return text if len(text) <= SUMMARY_CHARS else f"{text[: SUMMARY_CHARS - 1].rsplit(' ', 1)[0]}…"


def commitment_in_calendar(quote: str, status: str, title: str, url: str) -> str:
    """What a calendar tells of a commitment."""
    return f"“{' '.join(quote.split())}”\n\nStand: {status}\nBron: {title}\n{url}"


def date_in_words(day: date) -> str:
    """Return a date as Dutch writes it."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period_in_words(first: date, last: date) -> str:
    """A stretch of days."""
    return date_in_words(first) if first == last else f"{date_in_words(first)} tot en met {date_in_words(last)}"


def plain_commitments(items: Sequence[dict[str, Any]], titles: Mapping[str, str]) -> str:
    """Commitments, for a terminal; `titles` by document."""
    if not items:
        return "Niets gevonden."
    return "\n\n".join("\n".join(_plain_commitment(number, item, titles)) for number, item in enumerate(items, 1))


def _plain_commitment(number: int, item: dict[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    due, corrected = item["due"], item["corrected"]
    yield f"{number}. “{' '.join(item['quote'].split())}”"
    yield f"   Wie: {item['actor'] or 'niet genoemd'}"
    days = period_in_words(due["first"], due["last"]) if due else "geen termijn genoemd"
    yield f"   Wanneer: {days}" if due is None or due["text"] == days else f"   Wanneer: {due['text']} ({days})"
    if item["condition"]:
        yield f"   Voorwaarde: {item['condition']}"
    yield f"   Stand: {item['status_text']}"
    for later in item["follow_ups"]:
        says = _OUTCOMES[later["says"]]
        yield f"     {says}: “{' '.join(later['quote'].split())}” ({titles[later['document_id']]}, teken {later['start']})"
    if corrected:
        what = "geen toezegging: " if corrected["not_a_commitment"] else ""
        yield f"   Gecorrigeerd op {corrected['at']:%d-%m-%Y}: {what}{corrected['reason']}"
    yield f"   Bron: {' › '.join([titles[item['document_id']], *item['section']])} (teken {item['start']})"
    yield f"   Nummer: {item['id']}"


def corrections_unmatched(ids: Sequence[str]) -> str:
    """Corrections whose commitment is gone."""
    shown = f"{', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}"  # noqa: PLR2004
    return f"Let op: van deze gecorrigeerde toezeggingen staat de zin niet meer in de documenten: {shown}"


def corrections_damaged(file: Path, lines: Sequence[int]) -> str:
    """Lines that are no correction."""
    return f"Let op: in {file} zijn deze regels geen correctie; ze tellen niet mee: {', '.join(map(str, lines[:10]))}"


def plain_references(items: Sequence[dict[str, Any]]) -> str:
    """Codes with how often they are named, for a terminal."""
    if not items:
        return "De documenten noemen geen nummers."
    return "\n".join(f"{_titled(item)} ({len(item['places'])}×)" for item in items)


def _titled(item: dict[str, Any]) -> str:
    return f"{item['code']}: {item['title']}" if item["title"] else item["code"]


def plain_reference(item: dict[str, Any], titles: Mapping[str, str]) -> str:
    """One code with its places, for a terminal; `titles` by document."""
    lines = [_titled(item)]
    for place in item["places"]:
        lines.extend((f"- {place['sentence']}", f"  {titles[place['document_id']]}, teken {place['start']}"))
    return "\n".join(lines)


def plain_topics(items: Sequence[dict[str, Any]]) -> str:
    """Topics, for a terminal."""
    if not items:
        return "Niets gevonden."
    return "\n".join(f"{item['id']} ({item['kind']}): {_named(item)}, {len(item['documents'])}×" for item in items)


def plain_topic(item: dict[str, Any], titles: Mapping[str, str]) -> str:
    """One topic with what each document says, and what changed, for a terminal; `titles` by document."""
    lines = [_named(item)]
    for part in item["parts"]:
        lines.append(f"\n{titles[part['document_id']]}")
        lines.extend(f"- {' '.join(said['quote'].split())}" for said in part["said"])
    if item["changes"]:
        lines.append("\nAnders dan eerder:")
    for change in item["changes"]:
        for side, head in (("older", "was"), ("newer", "is")):
            said = change[side]
            told = f"“{' '.join(said['quote'].split())}” ({titles[said['document_id']]})" if said else "niet genoemd"
            lines.append(f"{'-' if side == 'older' else ' '} {head}: {told}")
    return "\n".join(lines)


def _named(item: dict[str, Any]) -> str:
    former = f" (eerder {', '.join(item['former_codes'])})" if item["former_codes"] else ""
    return f"{' '.join(filter(None, (item['code'], item['title']))) or item['id']}{former}"


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


# more documents than this are told by their years
MOST_NAMED = 2


def searched(words: Sequence[str], titles: Sequence[str], years: Sequence[int]) -> str:
    """What was looked for, and where: in documents by name, where there are many of them by their first and last year."""
    subject = ", ".join(words) if words else "de hele vraag"
    if len(titles) <= MOST_NAMED:
        where = "; ".join(titles) or "geen enkel document"
    else:
        first, last = min(years), max(years)
        where = f"{len(titles)} documenten {f'uit {first}' if first == last else f'van {first} tot en met {last}'}"
    return f"Gezocht naar: {subject}. Doorzocht: {where}."


def near_codes(code: str, near: Sequence[str]) -> str:
    """Known numbers that are like an unknown one."""
    return f"Het nummer {code.upper()} staat in geen van de documenten. Het meest lijken daarop: {', '.join(near)}."


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


NOTHING_PROMISED = "Dat staat niet in de documenten: ik vond geen toezegging of voornemen hierover."
PROMISES_LEAD = "De documenten noemen deze voornemens:"
OVERDUE_LEAD = "Van deze voornemens is de termijn voorbij. In latere documenten is er niets over teruggevonden:"
NO_LATER_DOCUMENT = "Er is nog geen later document om dit in terug te vinden."
_OUTCOMES = {
    CommitmentStatus.PLANNED: "nog niets nieuws gemeld",
    CommitmentStatus.UNDER_WAY: "er wordt aan gewerkt",
    CommitmentStatus.DONE: "gedaan of begonnen",
    CommitmentStatus.OVERDUE: "de termijn is voorbij",
    CommitmentStatus.CHANGED: "veranderd",
    CommitmentStatus.DROPPED: "gestopt",
}


def outcome(status: CommitmentStatus, *, is_reported: bool, is_corrected: bool) -> str:
    """What became of a commitment, and who says so."""
    if is_corrected:
        return f"Volgens een correctie: {_CORRECTED.get(status, _OUTCOMES[status])}."
    if is_reported:
        return f"Volgens de documenten: {_OUTCOMES[status]}."
    if status is CommitmentStatus.OVERDUE:
        return "De termijn is voorbij. In latere documenten is niet teruggevonden wat ervan is gekomen."
    return "In latere documenten is hierover niets teruggevonden."


def overtaken(title: str, quote: str) -> str:
    """What a later document says of the same thing."""
    return f"Een later document gaat hierover verder, {title}: ‘{' '.join(quote.split())}’"


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
