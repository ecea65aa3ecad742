"""Plan + the register of commitments -> Answer: what was promised, by whom and by when, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from begroting_qa import messages
from begroting_qa.answer.became import tell_outcome
from begroting_qa.answer.quotes import QuoteSheet, answer_of, says_same
from begroting_qa.answer.register import Register, about, claim, is_quoted, status_notice, text_before
from begroting_qa.answer.subject import Subject
from begroting_qa.codes import covers
from begroting_qa.domain import Answer, Commitment, CommitmentStatus, Period, Plan, QuestionKind, Source, Term
from begroting_qa.dutch import fold, is_frame_word
from begroting_qa.periods import find_periods
from begroting_qa.vocabulary import Vocabulary

_PROMISED = re.compile(r"\b(?:toegezeg\w+|toezegging\w*|belo(?:of|f|ov)\w*|voornemens?|van plan)\b", re.IGNORECASE)
_IS_IT = r"(?:^|[.;,?!] | en )(?:is|zijn|werd|wordt) (?:dat|dit|het|de|die|deze)(?: \w+){0,4}"
_FINISHED = (
    "klaar|af|gereed|afgemaakt|afgerond|gelukt|gedaan|gebeurd|gekomen|doorgegaan|uitgevoerd|gerealiseerd|gestart|begonnen|"
    "vastgesteld|opgeleverd|ingevoerd"
)
_BECAME = re.compile(
    r"\b(?:terecht ?gekomen|(?:ge|her)worden van|er gekomen|gekomen van|waargemaakt|nagekomen|gelukt met|gebeurd met|gedaan met|"
    r"hoe staat het (?:er |daar)?(?:nu |inmiddels )?(?:mee|voor)|hoe is (?:dat|dit|het) (?:\w+ )?(?:gegaan|verlopen|afgelopen)|"
    r"wat is er (?:sindsdien|daarna|inmiddels|verder|nu)(?: \w+){0,3} (?:gebeurd|gedaan|bereikt|geworden)\b|"
    rf"{_IS_IT} (?:{_FINISHED})|(?:is|zijn)\b.* (?:al|inmiddels|ondertussen|ook echt) (?:{_FINISHED}))\b",
    re.IGNORECASE,
)
_BY_WHEN = re.compile(
    r"\b(?:termijn\w*|deadlines?|klaar|gereed|geregeld|gepland|op de planning|afgerond|af zijn|afloopt|aflopen|loopt|lopen|"
    r"voornemens?|plannen|nagekomen|nog doen|(?:zou|zouden|moet|moeten|zal|zullen|gaat|gaan)\b.*\b(?:gebeur\w*|bekend))\b",
    re.IGNORECASE,
)
_OVERDUE = re.compile(
    r"\b(?:termijn\w*|deadlines?|toezegging\w*|belo\w+|voornemens?)\b.*\b"
    r"(?:verlopen|verstreken|voorbij|te laat|niet (?:nagekomen|gehaald|waargemaakt|teruggevonden))\b",
    re.IGNORECASE,
)
_THEN = r"(?: (?:in|dit|volgend) .*?)?"
_BY_WHOM = re.compile(
    rf"\bwat (?:(?:gaat|gaan|wil|willen) (?P<does>.+?){_THEN} doen|(?:is|zijn) (?P<plans>.+?){_THEN} van plan|"
    r"(?:belooft|beloven) (?P<promises>[^?]+?)(?: (?:in|voor) \d{4})?)[?. ]*$",
    re.IGNORECASE,
)
# words of such questions that say nothing of the subject
_ASKS = re.compile(
    r"(?:toegezeg\w*|toezegging\w*|belo(?:of|f|ov)\w*|voornemens?|plan|plannen|gepland|planning|termijn(?:en)?|deadlines?|klaar|gereed|"
    r"geregeld|terecht|(?:terecht ?)?gekomen|gebeurd|gelukt|waargemaakt|nagekomen|geworden|ding(?:en)?|zaken|college|gemeente|af|"
    r"afloopt|aflopen|loopt|lopen|afgerond|doen|gaat|gaan|(?:college|gemeente) van .*|"
    r"staat|stond|nu|inmiddels|ondertussen|sindsdien|daarna|verder|gegaan|gedaan|afgemaakt|uitgevoerd|zou|zouden|volgens|"
    r"allemaal|bekend|verlopen|verstreken|voorbij|te|laat|teruggevonden|gehaald|welke|eind|moet|moeten|niet|gebeuren|na|jaar|echt|werkelijk|aangekondigd|afgesproken|geplande?)",
    re.IGNORECASE,
)
# a question for a day, an amount, a person or a reason is answered by one sentence
_OF_ONE_THING = frozenset((QuestionKind.DATE, QuestionKind.AMOUNT, QuestionKind.PERSON, QuestionKind.REASON))
SPOKEN_OF = 0.3
MOST = 12
MOST_SENTENCES = 2


def answer_promises(plan: Plan, register: Register, vocabulary: Vocabulary) -> Answer | None:
    """Return what the register says, None where the question asks for something else or the register holds nothing of it."""
    if plan.kind in _OF_ONE_THING:
        return None
    asked = plan.corrected
    of_places = [c for c in register.commitments if _names_places(c, plan, register) and _has_codes(c, plan)]
    own = [c for c in of_places if not plan.named or any(c.document_id in named for named in plan.named)]
    subject = [term for term in plan.terms if not _is_asking(term)]
    by_when = _period_asked(asked, register.sources) if _BY_WHEN.search(asked) else None
    of_subject = [term for term in subject if by_when is None or not _is_of(by_when, term)]
    if by_when is not None and not of_subject:
        return _tell(plan, _due_in(by_when, own), register, most=None)
    if _OVERDUE.search(asked):
        late = [c for c in own if c.status is CommitmentStatus.OVERDUE and not c.follow_ups]
        late = about(late, Subject.of(subject, vocabulary), register) if subject else late
        return _tell(plan, late, register, most=None, lead=messages.OVERDUE_LEAD)
    if (became := _BECAME.search(asked)) is not None and subject:
        promises = _promised_before(plan, own, of_places, register)
        if not plan.named and _years_beside(became, asked):
            promises = [c for c in promises if _is_of_years(c, plan, register.sources)]
        is_promised = _PROMISED.search(asked) is not None or bool(plan.codes) or bool(_years_beside(became, asked))
        return tell_outcome(plan, promises, Subject.of(subject, vocabulary), register, is_promised=is_promised)
    if by_when is not None:
        found = about(own, Subject.of(of_subject, vocabulary), register)
        return _tell(plan, _due_in(by_when, found), register, most=None)
    if asks_promise(plan) and subject:
        own = [c for c in own if _is_of_years(c, plan, register.sources)]
        return _tell(plan, about(own, Subject.of(subject, vocabulary), register), register, most=MOST)
    whom = _BY_WHOM.search(asked)
    if whom is not None:
        who = whom["does"] or whom["plans"] or whom["promises"]
        return _tell(plan, _by(own, who, plan), register, most=None)
    return None


def asks_promise(plan: Plan) -> bool:
    """Tell whether a question asks what was promised, so that only a promise answers it; `Is …?` asks whether it is so."""
    return plan.kind not in {*_OF_ONE_THING, QuestionKind.YES_NO} and _PROMISED.search(plan.corrected) is not None


# --- which ones ---------------------------------------------------------------------------------------------------------


def _names_places(commitment: Commitment, plan: Plan, register: Register) -> bool:
    if not plan.places:
        return True
    said = fold(" · ".join((commitment.text, *commitment.path, text_before(commitment, register))))
    return all(fold(place) in said for place in plan.places)


def _has_codes(commitment: Commitment, plan: Plan) -> bool:
    return all(any(covers(code, held) for held in commitment.codes) for code in plan.codes)


def _years_beside(became: re.Match[str], asked: str) -> list[str]:
    """Return the years in which something came, in the clause that asks for it; `die uit 2018` only says which thing."""
    begin = max((asked.rfind(mark, 0, became.start() + 1) for mark in ".;?!"), default=-1) + 1
    ends = [at for mark in ".;?!" if (at := asked.find(mark, became.end())) >= 0]
    return re.findall(r"\bin ((?:19|20)\d\d)\b", asked[begin : min(ends, default=len(asked))])


def _is_of_years(commitment: Commitment, plan: Plan, sources: Mapping[str, Source]) -> bool:
    """Tell whether a promise names a year of the question, is due in one, or stands in a document of one."""
    asked, due = set(plan.years), commitment.due
    told = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", commitment.text)} | {sources[commitment.document_id].year}
    is_due = due is not None and any(due.first.year <= year <= due.last.year for year in asked)
    return not asked or bool(asked & told) or is_due


def tells_promise(plan: Plan, answer: Answer, register: Register, vocabulary: Vocabulary) -> bool:
    """Tell whether an answer quotes a commitment that speaks of what is asked."""
    subject = Subject.of([term for term in plan.terms if not _is_asking(term)], vocabulary)
    return any(
        subject.partly_spoken_of(c.text, c.path, text_before(c, register)) >= SPOKEN_OF
        for c in register.commitments
        if is_quoted(c, answer)
    )


def _is_asking(term: Term) -> bool:
    words = fold(term.surface)
    return _ASKS.fullmatch(words) is not None or all(map(_ASKS.fullmatch, words.split()))


def _by(commitments: Sequence[Commitment], who: str, plan: Plan) -> list[Commitment]:
    """Return the commitments of an organisation that is named, of the years asked where any are."""
    names = {fold(name) for name in re.findall(r"[A-ZÀ-Ý][\w’'-]+", who)}
    own = [c for c in commitments if names & _doers(c)]
    if not plan.years:
        return own
    return [c for c in own if c.due is None or any(c.due.first.year <= year <= c.due.last.year for year in plan.years)]


def _doers(commitment: Commitment) -> set[str]:
    """Return the words that name who will do it, also behind a passive (`wordt door Incluzio verzorgd`)."""
    named = [commitment.actor or "", *re.findall(r"\bdoor (?:de |het )?([A-ZÀ-Ý][\w’'-]+)", commitment.text)]
    return {word for name in named for word in re.findall(r"\w+", fold(name))}


def _period_asked(question: str, sources: Mapping[str, Source]) -> Period | None:
    """Return the time that a question names, seen from the newest document.

    What must be ready before the end of a year is what is due in it.
    """
    newest = max((source.as_of for source in sources.values()), default=date.min)
    dated = next(iter(find_periods(question, newest)), None)
    if dated is None or not dated.is_deadline:
        return dated.period if dated is not None else None
    begins = date(dated.period.last.year, 1, 1)
    return replace(dated.period, first=max(dated.period.first, begins))


def _due_in(asked: Period, commitments: Sequence[Commitment]) -> list[Commitment]:
    """Return what is due in the time asked, the first due first."""
    due = [(c.due.last, c.document_id, c.start, c) for c in commitments if c.due and asked.first <= c.due.last <= asked.last]
    return [commitment for *_, commitment in sorted(due, key=lambda row: row[:3])]


def _is_of(period: Period, term: Term) -> bool:
    """Tell whether a term of a question only says the time that it asks about."""
    words = set(re.findall(r"\w+", fold(period.text)))
    return all(is_frame_word(fold(word)) or fold(word) in words for word in term.surface.split())


def _promised_before(
    plan: Plan, own: Sequence[Commitment], others: Sequence[Commitment], register: Register
) -> Sequence[Commitment]:
    """Return the promises that a question for what came of them may be about.

    A document that it names is where it was promised, or, where that is the newest, where it is reported on.
    """
    named = {register.sources[document_id].as_of for mention in plan.named for document_id in mention}
    if not named or max(named) < max(source.as_of for source in register.sources.values()):
        return own
    return [commitment for commitment in others if register.sources[commitment.document_id].as_of < max(named)]


# --- how they are told --------------------------------------------------------------------------------------------------


def _tell(
    plan: Plan, commitments: Sequence[Commitment], register: Register, *, most: int | None, lead: str = messages.PROMISES_LEAD
) -> Answer | None:
    """Return the commitments as sentences, or as a list where there are many; the same words are told once."""
    unique: list[Commitment] = []
    for commitment in commitments:
        if not any(says_same(commitment.text, told.text) for told in unique):
            unique.append(commitment)
    if not unique:
        return None
    sheet = QuoteSheet(documents=register.documents)
    shown = unique[:most]
    if len(unique) <= MOST_SENTENCES:
        for commitment in unique:
            claim(sheet, commitment, register, is_item=False)
        return answer_of(plan, sheet, notices=[status_notice(unique[0], register)] if len(unique) == 1 else [])
    sheet.claim(lead, [sheet.cite(shown[0], shown[0])])
    told = [claim(sheet, commitment, register, is_item=True) for commitment in shown]
    return answer_of(plan, sheet, completeness="complete" if all(told) and len(shown) == len(unique) else "partial")
