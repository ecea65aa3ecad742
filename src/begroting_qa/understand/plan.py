"""Question -> Plan: the words that carry it, what form its answer has, and what restricts where the answer may stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from begroting_qa.codes import covers, find_codes
from begroting_qa.domain import Aspect, DocumentKind, Filters, Operation, Plan, QuestionKind, Source
from begroting_qa.dutch import STOP_WORDS, Token, fold, is_dutch_word, municipalities, tokens
from begroting_qa.understand.clauses import asking_clause
from begroting_qa.understand.quantity import asks_number, find_quantity, spelled_out
from begroting_qa.understand.terms import find_terms
from begroting_qa.understand.unsupported import is_unsupported
from begroting_qa.vocabulary import Vocabulary

_YEAR = re.compile(r"(?<![\d.,/])(?:19|20)\d{2}(?![\d.,]\d|\d)")
_YEAR_RANGE = re.compile(r"(?:19|20)\d{2}\s?[-–]\s?(?:19|20)\d{2}")
_NUMBER = re.compile(r"(?<![\w.,/])\d[\d.]*(?:,\d+)?(?![\w/])")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_QUESTION_WORDS = ("wanneer", "hoeveel", "waarom", "welke", "waarover", "waardoor", "hoelang")
FREE_NUMBER = 10

_FORMS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (QuestionKind.STATE, r"^(?!.*\bhoe ?veel\b).*(?:hoe staat het|stand van zaken|"
                             r"hoe gaat het|terecht ?gekomen|hoe ver\b|wat is de (?:status|"
                             r"voortgang)|\bverschil(?:len|t)?\b|\bvergel[ie]\w+)"),
        (QuestionKind.REASON, r"\bwaarom\b|\breden\b|\bwaardoor\b|\bhoe kom(?:t|en) het\b|\boorzaak\b|\bhoezo\b|\bvanwege wat\b"),
        (QuestionKind.DATE, r"\bwanneer\b|\bwelke? (?:jaar|maand|datum|kwartaal|periode|termijn)\b|\bsinds wanneer\b|"
                            r"\bhoe ?lang\b|\bdeadline\b|\bper wanneer\b|\buiterlijk\b|\bop welke dag\b"),
        (QuestionKind.AMOUNT, r"\bhoe ?veel\b|\bhoe (?:hoog|groot|vaak|duur|laag)\b|\bpercentage\b|\bwat kost\w*\b|"
                              r"\bbedrag\b|\bkost(?:en)?\b|\bprocent\b|\baantal\b|\bgemiddelde?\b|\b\w*(?:score|cijfer)\b"),
        (QuestionKind.LIST, r"\bwelke (?:\w+e )?\w+(?:en|['\u2019]?s)\b|\bwat zijn\b|\bnoem\b|\bsom\b|\blijst\b|\ballemaal\b|"
                            r"\bwie zijn\b"),
        (QuestionKind.PERSON, r"\bwie\b|\bdoor wie\b|\bwelke? (?:organisatie|partij|bureau|onderzoeksbureau|bedrijf|"
                              r"stichting|instelling|commissie|wethouder|partner|gemeente)\b"),
    )
)  # fmt: skip
_KINDS: tuple[tuple[re.Pattern[str], tuple[DocumentKind, ...]], ...] = tuple(
    (re.compile(pattern), kinds)
    for pattern, kinds in (
        (r"(?:programma|meerjaren)?begroting(?:en)?$", (DocumentKind.PROGRAMMABEGROTING,)),
        (r"(?:voortgangs|bestuurs|tussen|voorjaars|najaars)rapportages?$|vgr$|vr$", (DocumentKind.VOORTGANGSRAPPORTAGE,)),
        (r"jaarverslag(?:en)?$|jaarstuk(?:ken)?$|jaarrekening(?:en)?$", (DocumentKind.JAARVERSLAG, DocumentKind.JAARSTUKKEN)),
        (r"kadernota'?s?$|(?:perspectief|voorjaars)nota$|kaderbrie(?:f|ven)$", (DocumentKind.KADERNOTA, DocumentKind.KADERBRIEF)),
        (r"raadsvoorstel(?:len)?$", (DocumentKind.RAADSVOORSTEL,)),
    )
)  # fmt: skip
_EDITIONS = {"eerste": 1, "1e": 1, "tweede": 2, "2e": 2, "derde": 3, "3e": 3}
_PREVIOUS = re.compile(r"\b(?:vorige|voorgaande|voorlaatste|eerdere)$")
_NEWEST = re.compile(r"\b(?:laatste|nieuwste|recentste|recente|huidige|jongste)$")


def understand(question: str, filters: Filters, vocabulary: Vocabulary) -> Plan:
    """Return what a question asks of this corpus; `filters` are the asker's own and always hold."""
    normalized = " ".join(question.split())
    if not _LETTERS.search(normalized) and not any(find_codes(normalized)):
        return _empty(question, normalized, filters, QuestionKind.UNSUPPORTED)
    if is_unsupported(normalized):
        return _empty(question, normalized, filters, QuestionKind.UNSUPPORTED)
    normalized = spelled_out(_mend_question_words(normalized))
    words = tokens(normalized)
    codes = tuple(token.text for token in words if token.is_code)
    spans = [m.span() for m in _YEAR_RANGE.finditer(normalized)]
    years = tuple(dict.fromkeys(int(m[0]) for m in _YEAR.finditer(normalized) if not any(a <= m.start() < b for a, b in spans)))
    kind = next((kind for kind, pattern in _FORMS if pattern.search(normalized)), QuestionKind.FACT)
    places = _places(normalized, vocabulary)
    own = {fold(source.municipality) for source in vocabulary.sources}
    municipal = tuple(source.municipality for source in vocabulary.sources if fold(source.municipality) in places)
    if len(own) > 1 and municipal and not filters.municipalities:
        filters = replace(filters, municipalities=tuple(dict.fromkeys(municipal)))
    admitted = [source for source in vocabulary.sources if filters.admit(source)]
    mentions, missing, used = _named_documents(words, years, admitted)
    named = {document_id for mention in mentions for document_id in mention}
    free = [t for t in words if not t.is_code and t.start not in used and not t.text.isdigit()]
    terms, corrections = find_terms(free, normalized, vocabulary, places)
    years_named = {s.year for s in vocabulary.sources if s.id in named}
    covers_years = all(year in years_named for year in years)
    if named and covers_years:
        filters = replace(filters, documents=tuple(sorted(named)))
    plan = Plan(
        question=question,
        normalized=normalized,
        kind=kind,
        terms=terms,
        codes=codes,
        years=years,
        numbers=_numbers(normalized, years, spans),
        places=tuple(place for place in places if place not in own),
        filters=filters,
        named=mentions if covers_years else (),
        preferred=() if named and covers_years else tuple(s.id for s in vocabulary.sources if s.year in years or s.id in named),
        corrections=corrections,
        missing=(*missing, *(code for code in codes if not _code_known(code, vocabulary))),
    )
    # a word that asks for a number is understood as it is
    plan = replace(plan, corrections=tuple(pair for pair in corrections if not asks_number(fold(pair[0]))))
    quantity = find_quantity(plan.corrected, normalized, years)
    if quantity is None:
        return plan
    plan = replace(plan, quantity=quantity)
    clause = asking_clause(normalized)
    return plan if clause == normalized else replace(plan, focus=_focus(clause, plan, vocabulary))


def _focus(clause: str, plan: Plan, vocabulary: Vocabulary) -> Plan | None:
    """Return the plan of the clause that asks; the years and measures that it leaves open are those of the whole question."""
    own, whole = understand(clause, plan.filters, vocabulary), plan.quantity
    if own.quantity is None or whole is None:
        return None
    quantity = replace(own.quantity, aspects=own.quantity.aspects | whole.aspects & {Aspect.RELATIVE})
    if not quantity.periods:
        operation = quantity.operation if whole.operation is Operation.LOOK_UP else whole.operation
        quantity = replace(quantity, periods=whole.periods, is_range=whole.is_range, operation=operation)
    if not quantity.measures:
        quantity = replace(quantity, measures=whole.measures, is_money=whole.is_money)
    return replace(own, question=plan.question, quantity=quantity, focus=None)


def _mend_question_words(text: str) -> str:
    """Return the question with `waneer` and `hoeveeel` written right: what is asked hangs on them."""
    mended = text
    for token in tokens(text)[:3]:
        is_odd = not is_dutch_word(token.text) or token.text.startswith("hoe")  # `hoevel` may be of `hoeve`
        if len(token.text) >= 5 and token.text not in STOP_WORDS and is_odd:  # noqa: PLR2004
            near = extract(token.text, _QUESTION_WORDS, scorer=OSA.distance, score_cutoff=1, limit=1)
            if near:
                mended = mended.replace(token.surface, near[0][0], 1)
    return mended


def _empty(question: str, normalized: str, filters: Filters, kind: QuestionKind) -> Plan:
    return Plan(
        question=question, normalized=normalized, kind=kind, terms=(), codes=(), years=(), numbers=(), places=(), filters=filters
    )


def _code_known(code: str, vocabulary: Vocabulary) -> bool:
    return any(covers(code, known) for known in vocabulary.codes)


def _numbers(text: str, years: Sequence[int], ranges: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Return the numbers that the evidence must hold: neither years nor small counts (`noem 3 redenen`), nor in codes."""
    spans = [*ranges, *((code.start, code.end) for code in find_codes(text))]
    found = []
    for match in _NUMBER.finditer(text):
        digits = match[0].rstrip(".")
        value = digits.replace(".", "").split(",")[0]
        inside = any(start <= match.start() < end for start, end in spans)
        if not inside and int(value) not in years and (int(value) > FREE_NUMBER or "," in digits):
            found.append(digits)
    return tuple(found)


def _named_documents(
    words: Sequence[Token], years: Sequence[int], sources: Sequence[Source]
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...], set[int]]:
    """Return the documents that a question names, the ones that are not there, and the places of the naming words.

    Of each document named these are the ids that it may mean.
    """
    named: list[tuple[str, ...]] = []
    missing: list[str] = []
    used: set[int] = set()
    for at, token in enumerate(words):
        kinds = next((kinds for pattern, kinds in _KINDS if pattern.match(token.text)), None)
        if kinds is None:
            continue
        used.add(token.start)
        of_kind = sorted((s for s in sources if s.kind in kinds), key=lambda s: (s.as_of, s.id), reverse=True)
        before = words[at - 1].text if at else ""
        edition = _EDITIONS.get(before)
        if edition is not None and any(s.edition for s in of_kind):
            used.add(words[at - 1].start)
            of_kind = [s for s in of_kind if s.edition == edition]
        after = words[at + 1 : at + 4]
        year = next((int(w.text) for w in after if w.text.isdigit() and int(w.text) in years), None)
        if after and after[0].text == "voor":  # `het jaarverslag voor 2015` says something of that year
            year = None
        if year is not None:
            matching = tuple(s.id for s in of_kind if s.year == year)
            if matching:
                named.append(matching)
            elif DocumentKind.PROGRAMMABEGROTING not in kinds:  # `begroting 2024` may be a column of another document
                missing.append(f"{before} {token.surface} {year}".strip() if edition else f"{token.surface.lower()} {year}")
        elif not of_kind:
            continue
        elif _PREVIOUS.search(before) or _NEWEST.search(before):
            used.add(words[at - 1].start)
            dates = sorted({s.as_of for s in of_kind}, reverse=True)
            chosen = dates[min(1, len(dates) - 1)] if _PREVIOUS.search(before) else dates[0]
            named.append(tuple(s.id for s in of_kind if s.as_of == chosen))
        elif DocumentKind.PROGRAMMABEGROTING not in kinds:
            named.append(tuple(s.id for s in of_kind))
    return tuple(dict.fromkeys(named)), tuple(missing), used


def _places(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the municipalities that a question names, also as `Leids` or `Leidenaar`, folded."""
    known = municipalities() | {fold(s.municipality) for s in vocabulary.sources}
    words = [(t.text, t.surface) for t in tokens(text)]
    found: list[str] = []
    at = 0
    while at < len(words):
        home = vocabulary.home_of(words[at][0])
        if home is not None:
            found.append(home)
            at += 1
            continue
        for size in (5, 4, 3, 2, 1):
            name = " ".join(word for word, _ in words[at : at + size])
            if name in known or name.replace(" ", "-") in known:
                found.append(name if name in known else name.replace(" ", "-"))
                at += size - 1
                break
        at += 1
    return tuple(dict.fromkeys(found))
