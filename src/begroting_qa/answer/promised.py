"""Plan + the register of commitments -> Answer: what was promised, by whom and by when, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rapidfuzz import fuzz

from begroting_qa import messages
from begroting_qa.answer.quotes import MAX_ITEM_CHARS, QuoteSheet, answer_text
from begroting_qa.answer.subject import Subject
from begroting_qa.domain import (
    Answer,
    AnswerStatus,
    Commitment,
    Document,
    FollowUp,
    Passage,
    Period,
    Plan,
    QuestionKind,
    ScoredPassage,
    Source,
    Span,
    Term,
    UnitKind,
)
from begroting_qa.dutch import fold, is_frame_word
from begroting_qa.periods import find_periods
from begroting_qa.pointing import points_back
from begroting_qa.vocabulary import Vocabulary

_PROMISED = re.compile(r"\b(?:toegezeg\w+|toezegging\w*|belo(?:of|f|ov)\w*|voornemens?)\b", re.IGNORECASE)
_IS_IT = r"(?:^|[.;,?!] )(?:is|zijn|werd|wordt) (?:dat|dit|het|die|deze)(?: \w+){0,4}"
_FINISHED = (
    "klaar|af|gereed|afgemaakt|afgerond|gelukt|gedaan|gebeurd|gekomen|doorgegaan|uitgevoerd|gerealiseerd|gestart|begonnen|"
    "vastgesteld|opgeleverd|ingevoerd"
)
_BECAME = re.compile(
    r"\b(?:terecht ?gekomen|(?:ge|her)worden van|er gekomen|gekomen van|waargemaakt|nagekomen|gelukt met|gebeurd met|gedaan met|"
    r"hoe staat het (?:er |daar)?(?:nu |inmiddels )?(?:mee|voor)|hoe is (?:dat|dit|het) (?:\w+ )?(?:gegaan|verlopen|afgelopen)|"
    r"wat is er (?:sindsdien|daarna|inmiddels|verder|nu)\b|"
    rf"{_IS_IT} (?:{_FINISHED})|(?:is|zijn)\b.* (?:al|inmiddels|ondertussen|ook echt) (?:{_FINISHED}))\b",
    re.IGNORECASE,
)
_BY_WHEN = re.compile(
    r"\b(?:termijn\w*|deadlines?|klaar|gereed|geregeld|gepland|op de planning|afgerond|af zijn|afloopt|aflopen|loopt|lopen|"
    r"voornemens?|plannen|(?:zou|zouden|moet|moeten|zal|zullen|gaat|gaan)\b.*\b(?:gebeur\w*|bekend))\b",
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
    r"allemaal|bekend|gebeuren|na|jaar|echt|werkelijk)",
    re.IGNORECASE,
)
# a question for a day, an amount, a person or a reason is answered by one sentence
_OF_ONE_THING = frozenset((QuestionKind.DATE, QuestionKind.AMOUNT, QuestionKind.PERSON, QuestionKind.REASON))
# what stands for something in the sentence in front (`voor die tijd een nieuwe locatie`)
_LEANS = re.compile(r"\b(?:die tijd|deze|dit|hiervan|daarvan|ervan)\b", re.IGNORECASE)
SPOKEN_OF = 0.3
# how much of the question's weight a commitment must hold, and how far behind the best another may be
HELD, BEHIND = 0.7, 0.12
MOST = 12
MOST_SENTENCES = 2
# a heading or a loose name tells nothing of how things went
SHORTEST_STATEMENT = 6
# a budget often tells the same twice, in nearly the same words: how alike, in per cent
SAME_WORDS = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The commitments as they now read, with what it takes to quote them; `corrected` are the ids that people corrected.

    `search` finds passages for a plan, best first, also outside the documents that the question names.
    """

    commitments: Sequence[Commitment]
    documents: Callable[[str], Document]
    sources: Mapping[str, Source]
    search: Callable[[Plan], Sequence[ScoredPassage]]
    corrected: Collection[str] = ()


def answer_promises(plan: Plan, register: Register, vocabulary: Vocabulary) -> Answer | None:
    """Return what the register says, None where the question asks for something else or the register holds nothing of it."""
    if plan.kind in _OF_ONE_THING:
        return None
    asked = plan.corrected
    of_places = [c for c in register.commitments if _names_places(c, plan)]
    own = [c for c in of_places if not plan.named or any(c.document_id in named for named in plan.named)]
    subject = [term for term in plan.terms if not _is_asking(term)]
    by_when = _period_asked(asked, register.sources) if _BY_WHEN.search(asked) else None
    if _BECAME.search(asked) and subject:
        return _tell_outcome(plan, own, of_places, Subject.of(subject, vocabulary), register)
    if by_when is not None:
        about = [term for term in subject if not _is_of(by_when, term)]
        found = _about(own, Subject.of(about, vocabulary), register) if about else own
        return _tell(plan, _due_in(by_when, found), register, most=None)
    if asks_promise(plan) and subject:
        own = [c for c in own if _is_of_years(c, plan, register.sources)]
        return _tell(plan, _about(own, Subject.of(subject, vocabulary), register), register, most=MOST)
    whom = _BY_WHOM.search(asked)
    if whom is not None:
        who = whom["does"] or whom["plans"] or whom["promises"]
        return _tell(plan, _by(own, who, plan), register, most=None)
    return None


def asks_promise(plan: Plan) -> bool:
    """Tell whether a question asks what was promised, so that only a promise answers it; `Is …?` asks whether it is so."""
    return plan.kind not in {*_OF_ONE_THING, QuestionKind.YES_NO} and _PROMISED.search(plan.corrected) is not None


# --- which ones ---------------------------------------------------------------------------------------------------------


def _names_places(commitment: Commitment, plan: Plan) -> bool:
    said = fold(" · ".join((commitment.text, *commitment.path)))
    return all(fold(place) in said for place in plan.places)


def _is_of_years(commitment: Commitment, plan: Plan, sources: Mapping[str, Source]) -> bool:
    """Tell whether a promise names a year of the question, is due in one, or stands in a document of one."""
    asked, due = set(plan.years), commitment.due
    told = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", commitment.text)} | {sources[commitment.document_id].year}
    is_due = due is not None and any(due.first.year <= year <= due.last.year for year in asked)
    return not asked or bool(asked & told) or is_due


def _about(commitments: Sequence[Commitment], subject: Subject, register: Register) -> list[Commitment]:
    """Return the commitments about a subject, best first.

    Every noun of it must stand in the sentence, its headings, or the sentence in front.
    """
    scored = [(subject.spoken_of(c.text, c.path, _text_before(c, register)), c) for c in commitments]
    best = max((score for score, _ in scored), default=0.0)
    kept = sorted((pair for pair in scored if pair[0] >= max(HELD, best - BEHIND)), key=lambda pair: -pair[0])
    return [commitment for _, commitment in kept]


def tells_promise(plan: Plan, answer: Answer, register: Register, vocabulary: Vocabulary) -> bool:
    """Tell whether an answer quotes a commitment that speaks of what is asked."""
    subject = Subject.of([term for term in plan.terms if not _is_asking(term)], vocabulary)
    return any(
        subject.partly_spoken_of(c.text, c.path, _text_before(c, register)) >= SPOKEN_OF
        for c in register.commitments
        if is_quoted(c, answer)
    )


def is_quoted(commitment: Commitment, answer: Answer) -> bool:
    """Tell whether an answer quotes the sentence of a commitment, perhaps with the one in front."""
    return any(c.document_id == commitment.document_id and c.start <= commitment.start < c.end for c in answer.citations)


def _is_asking(term: Term) -> bool:
    return _ASKS.fullmatch(fold(term.surface)) is not None


def _leans(commitment: Commitment) -> bool:
    """Tell whether a sentence says too little without the one in front."""
    return commitment.before is not None and (points_back(commitment.text) or _LEANS.search(commitment.text) is not None)


def _text_before(commitment: Commitment, register: Register) -> str:
    before = commitment.before if _leans(commitment) else None
    return register.documents(commitment.document_id).text[before.start : before.end] if before is not None else ""


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


# --- how they are told --------------------------------------------------------------------------------------------------


def _tell(plan: Plan, commitments: Sequence[Commitment], register: Register, *, most: int | None) -> Answer | None:
    """Return the commitments as sentences, or as a list where there are many; the same words are told once."""
    unique: list[Commitment] = []
    for commitment in commitments:
        if not any(fuzz.ratio(commitment.text, told.text) >= SAME_WORDS for told in unique):
            unique.append(commitment)
    if not unique:
        return None
    sheet = QuoteSheet(documents=register.documents)
    shown = unique[:most]
    if len(unique) <= MOST_SENTENCES:
        for commitment in unique:
            _claim(sheet, commitment, register, is_item=False)
        return _answer(plan, sheet, completeness=None, notices=[_outcome(unique[0], register)] if len(unique) == 1 else [])
    sheet.claim(messages.PROMISES_LEAD, [sheet.cite(shown[0], shown[0])])
    told = [_claim(sheet, commitment, register, is_item=True) for commitment in shown]
    return _answer(plan, sheet, completeness="complete" if all(told) and len(shown) == len(unique) else "partial")


def _tell_outcome(
    plan: Plan, own: Sequence[Commitment], others: Sequence[Commitment], subject: Subject, register: Register
) -> Answer | None:
    """Return what was promised first with what later documents say of it, each under the name of its document.

    A document that is named may be where it was promised (`own`) or where it is reported on. Where the register links nothing
    to the promise, the newest later document that speaks of all that is asked goes on about it.
    """
    about = _about(own, subject, register) or _about(others, subject, register)
    if not about:
        return _tell_how_it_stands(plan, subject, register)
    promised = _first_promise(about)
    goes_on: Sequence[tuple[Passage | FollowUp, Span]] = _spoken_of(
        plan, subject, register.sources[promised.document_id].as_of, register
    ) or [
        (told, Span(start=told.start, end=told.end))
        for told in sorted(promised.follow_ups, key=lambda f: register.sources[f.document_id].as_of)
    ]
    whole, own_words = _with_what_it_leans_on(promised), Span(start=promised.start, end=promised.end)
    for span in (whole, own_words):  # what came of it comes before the sentence in front of the promise
        sheet = QuoteSheet(documents=register.documents)
        has_room = [_claim_of_document(sheet, of, at, register) for of, at in ((promised, span), *goes_on)]
        if all(has_room):
            break
    is_linked = bool(promised.follow_ups)
    return _answer(plan, sheet, completeness=None, notices=[_outcome(promised, register)] if is_linked or not goes_on else [])


def _tell_how_it_stands(plan: Plan, subject: Subject, register: Register) -> Answer | None:
    """Return what the newest document says of a subject of which no promise is found, None where none speaks of all of it."""
    sheet = QuoteSheet(documents=register.documents)
    for passage, span in _spoken_of(plan, subject, date.min, register):
        _claim_of_document(sheet, passage, span, register)
    return _answer(plan, sheet, completeness=None)


def _spoken_of(plan: Plan, subject: Subject, since: date, register: Register) -> list[tuple[Passage, Span]]:
    """Return where the newest document after a day speaks of all that is asked: at most two sentences, best first."""
    found: list[tuple[date, float, str, Passage, Span]] = []
    for passage in (scored.passage for scored in register.search(plan)):
        as_of = register.sources[passage.document_id].as_of
        if as_of <= since:
            continue
        for number, unit in enumerate(passage.units):
            is_told = unit.kind in (UnitKind.SENTENCE, UnitKind.ENTRY) and len(unit.text.split()) >= SHORTEST_STATEMENT
            if not is_told:
                continue
            before = passage.units[number - 1] if number and points_back(unit.text) else None
            spoken_of = subject.spoken_of(unit.text, passage.path, before.text if before else "")
            if spoken_of >= HELD:
                found.append((as_of, spoken_of, unit.text, passage, Span(start=(before or unit).start, end=unit.end)))
    newest = max((as_of for as_of, *_ in found), default=None)
    latest = sorted((row for row in found if row[0] == newest), key=lambda row: -row[1])
    by_words = {text: (passage, span) for _, _, text, passage, span in reversed(latest)}
    return list(reversed(by_words.values()))[:MOST_SENTENCES]


def _first_promise(commitments: Sequence[Commitment]) -> Commitment:
    """Return the promise that the best of them goes on about, or one like it in its document that was reported on, or itself."""
    best = commitments[0]
    place = best.document_id, best.end
    earlier = (c for c in commitments if any((f.document_id, f.end) == place for f in c.follow_ups))
    beside = (c for c in commitments if c.follow_ups and c.document_id == best.document_id)
    return next(earlier, None) or next(beside, best)


def _claim(sheet: QuoteSheet, told: Commitment, register: Register, *, is_item: bool) -> bool:
    """Claim a promise, outside a list under the name of its document; tell whether there was room for it."""
    span = _with_what_it_leans_on(told)
    if not is_item:
        return _claim_of_document(sheet, told, span, register)
    text = " ".join(register.documents(told.document_id).text[span.start : span.end].split())
    if len(text) > MAX_ITEM_CHARS:
        text, span = " ".join(told.quote.split()), Span(start=told.start, end=told.end)
    has_room = len(text) <= MAX_ITEM_CHARS
    if has_room:
        sheet.claim(text, [sheet.cite(told, span)], is_item=True)
    return has_room


def _claim_of_document(sheet: QuoteSheet, of: Commitment | FollowUp | Passage, span: Span, register: Register) -> bool:
    """Claim a stretch under the name of its document; tell whether there was room for it."""
    quote = " ".join(register.documents(of.document_id).text[span.start : span.end].split())
    text = f"{register.sources[of.document_id].title}: {quote}"
    has_room = sheet.has_room(text, 1)
    if has_room:
        sheet.claim(text, [sheet.cite(of, span)])
    return has_room


def _with_what_it_leans_on(told: Commitment) -> Span:
    before = told.before if _leans(told) else None
    return Span(start=(before or told).start, end=told.end)


def _outcome(commitment: Commitment, register: Register) -> str:
    is_corrected = commitment.id in register.corrected
    return messages.outcome(commitment.status, is_reported=bool(commitment.follow_ups), is_corrected=is_corrected)


def _answer(plan: Plan, sheet: QuoteSheet, *, completeness: str | None, notices: Sequence[str] = ()) -> Answer | None:
    if not sheet.claims:
        return None
    return Answer(
        question=plan.question,
        status=AnswerStatus.ANSWERED,
        text=answer_text(sheet.claims),
        reading=messages.reading(plan, []),
        claims=tuple(sheet.claims),
        citations=tuple(sheet.citations),
        completeness=completeness,
        notices=(*messages.spelling_notices(plan.corrections), *dict.fromkeys(notices)),
    )
