"""Every Dutch sentence of the evaluation, and how a figure is written in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from begroting_qa.evaluate.cases import Split
from begroting_qa.evaluate.measures import MEASURES, Form, Measure, Outcome
from begroting_qa.evaluate.statistics import Interval, Paired

ANSWER_CHARS = 120


def shown(measure: Measure, value: float | None) -> str:
    """Return a value as a Dutch reader writes it; `-` where there was nothing to measure."""
    if value is None:
        return "-"
    match measure.form:
        case Form.SHARE:
            return f"{100 * value:.1f}%".replace(".", ",")
        case Form.RANK:
            return f"{value:.3f}".replace(".", ",")
        case Form.COUNT:
            return f"{value:.0f}"
        case Form.TIME:
            return f"{value:.1f}".replace(".", ",")


HEAD_DIFFERENCES = "Let op"
HEAD_REGRESSIONS = "Slechter"
HEAD_NEWLY_WRONG = "Was goed, nu fout"
HEAD_FAILURES = "Fout in dev"
HEAD_PAIRED = "Tegenover het ijkpunt, per vraag vergeleken"
HEAD_CHANGES = "Veranderde vragen"
ALREADY_WRONG = "was al fout in het ijkpunt"
REASON_MISSING = "--accept-baseline heeft geen reden; zeg in een zin waarom de nieuwe uitkomst mag gelden"
CASES_CHANGED = "Let op: de vragen zijn veranderd sinds de baseline; de cijfers zijn niet zomaar te vergelijken."
CORPUS_CHANGED = "Let op: het corpus is veranderd sinds de baseline; de cijfers zijn niet zomaar te vergelijken."
NOTHING_IN_COMMON = "Let op: geen enkele vraag staat ook in de baseline; de cijfers zijn er niet mee vergeleken."


# --- files of others ------------------------------------------------------------------------------------------------------


def foreign_file(file: Path, line: int | None, problem: str) -> str:
    """A file in a format of others that does not fit."""
    where = f"{file}, regel {line}" if line else str(file)
    return f"{where}: {problem}; herstel het bestand of kies een ander met --questions of --qrels"


def no_qrels(folder: Path) -> str:
    """A BEIR folder without judgements."""
    return f"in {folder} staat geen qrels-bestand; zet er qrels/test.tsv bij"


def squad_context_not_found(file: Path, case_id: str, context: str) -> str:
    """A SQuAD context that is in none of our documents."""
    return (
        f"{file}: de context van vraag {case_id} ('{' '.join(context.split())[:80]}…') staat in geen enkel document; voeg het "
        "document toe aan het corpus, of neem de context letterlijk over"
    )


QUESTIONS_MIXED = "--questions krijgt vragensets en bestanden van anderen (BEIR, SQuAD) door elkaar; vraag ze een voor een"


# --- who is asked ---------------------------------------------------------------------------------------------------------

CHAT_TASK = (
    "Je beantwoordt vragen van raadsleden over de begrotingsstukken van hun gemeente, kort en in het Nederlands. Staat het "
    "antwoord niet in de documenten, of weet je het niet zeker, antwoord dan alleen: Dit staat niet in de documenten."
)
# a chat is told what was asked before, not what it answered then: every answerer gets the same
CHAT_EARLIER = "(eerder beantwoord)"
NO_MODEL = "de dienst noemt geen enkel model; kies er zelf een met --model"


def answerer_unusable(url: str, problem: str) -> str:
    """The service that is asked does not answer."""
    return f"{url} is niet te bevragen: {problem}"


def unreachable(problem: str) -> str:
    """There is no connection."""
    return f"geen verbinding ({problem}); controleer het adres en of de dienst draait"


def call_failed(method: str, path: str, status: int, text: str) -> str:
    """A call got an error."""
    said = " ".join(text.split())[:ANSWER_CHARS]
    return f"{method} {path} gaf status {status} ({said or 'zonder uitleg'}); bekijk het log van de dienst"


def not_the_contract(where: str, problem: str) -> str:
    """An answer has another form than was agreed."""
    return f"het antwoord past niet bij het contract ({where}: {problem}); controleer adres en versie van de dienst"


# --- readers' judgements -------------------------------------------------------------------------------------------------


def draft_note(judgements: Sequence[tuple[bool, str]]) -> str:
    """What readers thought of an answer: useful or not, with the reason where one was given."""
    said = [f"{'nuttig' if useful else 'niet nuttig'}{f': {reason}' if reason else ''}" for useful, reason in judgements]
    return f"lezers zeiden: {'; '.join(said)}"


def drafts_made(count: int, judgements: int, unreadable: Sequence[int], file: Path) -> str:
    """How many drafts came of the judgements."""
    damaged = f"; niet te lezen: regel {', '.join(map(str, unreadable))}" if unreadable else ""
    return (
        f"{count} conceptvragen uit {judgements} oordelen in {file}{damaged}. Kijk elk concept na, vul 'accepted' en 'evidence' "
        "aan, en haal 'draft' weg om het te laten gelden."
    )


# --- the baseline ---------------------------------------------------------------------------------------------------------


def baseline_missing(path: Path) -> str:
    """There is nothing to compare with."""
    return f'{path} ontbreekt, dus er is niets om mee te vergelijken; leg deze uitkomst vast met --accept-baseline "REDEN"'


def baseline_unusable(path: Path, problem: str) -> str:
    """The baseline does not fit."""
    return f"{path} is niet te gebruiken ({problem}); zet het bestand terug, of haal het weg en leg een nieuwe baseline vast"


def fell(measure: Measure | None, name: str, split: Split, values: tuple[float, float | None, float]) -> str:
    """A measure got worse; `values` are before, after and how far it may fall."""
    if measure is None:
        return f"{split}, {name}: deze maat bestaat niet meer; leg een nieuwe baseline vast"
    before, after, tolerance = (shown(measure, value) for value in values)
    return f"{split}, {name}: van {before} naar {after} (marge {tolerance})"


def significant_fall(measure: Measure, paired: Paired) -> str:
    """A measure fell more than chance makes likely."""
    before, after = shown(measure, paired.before), shown(measure, paired.after)
    odds = f"{paired.wins} beter, {paired.losses} slechter"
    return f"alle {paired.n} gelijke vragen, {measure.name}: van {before} naar {after} (p = {decimal(paired.p)} na Holm; {odds})"


def paired_row(measure: Measure, paired: Paired) -> list[str]:
    """A row of the table of paired differences."""
    return [
        measure.label, str(paired.n), shown(measure, paired.before), shown(measure, paired.after),
        f"{decimal(paired.interval.low)} … {decimal(paired.interval.high)}", decimal(paired.p),
        f"{paired.wins}/{paired.ties}/{paired.losses}",
    ]  # fmt: skip


PAIRED_HEAD = ["maat", "n", "eerst", "nu", "verschil, 95%", "p (Holm)", "beter/gelijk/slechter"]
CHANGES_HEAD = ["vraag", "eerst", "nu", "rang", "eerste passage", "antwoord"]


def decimal(value: float) -> str:
    """A bare number as a Dutch reader writes it."""
    return f"{value:.3f}".replace(".", ",")


def with_interval(measure: Measure, value: float | None, interval: Interval | None) -> str:
    """A value with the stretch in which it likely lies."""
    if interval is None:
        return shown(measure, value)
    return f"{shown(measure, value)} ({shown(measure, interval.low)}–{shown(measure, interval.high)})"


def rule_broken(rule: int, ids: Sequence[str], detail: str) -> str:
    """Answers break the contract."""
    more = " …" if len(ids) > 8 else ""
    return f"regel {rule} van CONTRACT.md: van 0 naar {len(ids)} keer gebroken, bij {' '.join(ids[:8])}{more} (eerste: {detail})"


def must_pass_lost(outcome: Outcome) -> str:
    """A case that must be right is wrong."""
    return f"mustPass: van goed naar fout bij {case_line(outcome)}"


def case_line(outcome: Outcome) -> str:
    """A case by its id and question."""
    return f"{outcome.case.id} ({outcome.case.kind}) {outcome.case.question}"


def failure_line(outcome: Outcome) -> str:
    """A wrong answer with what was expected."""
    expected = " | ".join(" + ".join(alternative) for alternative in outcome.case.accepted) or outcome.case.status
    answer = " ".join(outcome.answer.answer.split())[:ANSWER_CHARS]
    return f"{case_line(outcome)}\n    antwoord: {answer}\n    verwacht: {expected}"


def log_line(reason: str, totals: Sequence[tuple[Split, Mapping[str, float | None]]]) -> str:
    """A line of the log: why, and the figures of each split."""
    figures = "; ".join(
        f"{split}: " + ", ".join(f"{m.name} {shown(m, values[m.name])}" for m in MEASURES if m.is_compared)
        for split, values in totals
    )
    return f"- {reason} ({figures})\n"
