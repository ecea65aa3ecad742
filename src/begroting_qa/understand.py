"""Question -> Plan: the words that carry it, what form its answer has, and what restricts where the answer may stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from begroting_qa.codes import find_codes
from begroting_qa.domain import DocumentKind, Filters, Plan, QuestionKind, Term
from begroting_qa.dutch import (
    STOP_WORDS,
    Kinship,
    Token,
    abbreviations,
    abbreviations_by_key,
    fold,
    is_dutch_word,
    municipalities,
    phrase_key,
    related_terms,
    split_compound,
    stem,
    synonyms,
    tokens,
)  # fmt: skip
from begroting_qa.vocabulary import Vocabulary

_YEAR = re.compile(r"(?<![\d.,/])(?:19|20)\d{2}(?![\d.,]\d|\d)")
_YEAR_RANGE = re.compile(r"(?:19|20)\d{2}\s?[-–]\s?(?:19|20)\d{2}")
_NUMBER = re.compile(r"(?<![\w.,/])\d[\d.]*(?:,\d+)?(?![\w/])")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_QUESTION_WORDS = ("wanneer", "hoeveel", "waarom", "welke", "waarover", "waardoor", "hoelang")
MAX_PHRASE = 6
# how far what a word of the question holds, or is held by, stands for it
HELD_WEIGHT = {Kinship.HEAD: 0.6, Kinship.MODIFIER: 0.45, Kinship.ROOT: 0.9}
HELD_WEIGHT_KNOWN = {Kinship.HEAD: 0.4, Kinship.MODIFIER: 0.3, Kinship.ROOT: 0.8}
HOLDER_WEIGHT = {Kinship.HEAD: 0.8, Kinship.MODIFIER: 0.55, Kinship.ROOT: 0.95}
SYNONYM_WEIGHT = 0.8
SPELLING_WEIGHT = 0.9
ABBREVIATION_WEIGHT = 0.8
NEIGHBOUR_WEIGHT = 0.6
WORD_OF_PHRASE_WEIGHT = 0.5
FREE_NUMBER = 10

_FORMS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (QuestionKind.STATE, r"hoe staat het|stand van zaken|hoe gaat het|terecht ?gekomen|hoe ver\b|wat is de (?:status|"
                             r"voortgang)|verschil|vergeleken|vergelijk"),
        (QuestionKind.REASON, r"\bwaarom\b|\breden\b|\bwaardoor\b|\bhoe kom(?:t|en) het\b|\boorzaak\b|\bhoezo\b|\bvanwege wat\b"),
        (QuestionKind.DATE, r"\bwanneer\b|\bwelke? (?:jaar|maand|datum|kwartaal|periode|termijn)\b|\bsinds wanneer\b|"
                            r"\bhoe ?lang\b|\bdeadline\b|\bper wanneer\b|\buiterlijk\b|\bop welke dag\b"),
        (QuestionKind.AMOUNT, r"\bhoe ?veel\b|\bhoe (?:hoog|groot|vaak|duur|laag)\b|\bpercentage\b|\bwat kost\w*\b|"
                              r"\bbedrag\b|\bkost(?:en)?\b|\bprocent\b|\baantal\b|\bgemiddelde?\b|\b\w*(?:score|cijfer)\b"),
        (QuestionKind.LIST, r"\bwelke \w+(?:en|s)\b|\bwat zijn\b|\bnoem\b|\bsom\b|\blijst\b|\ballemaal\b|\bwie zijn\b"),
        (QuestionKind.PERSON, r"\bwie\b|\bdoor wie\b|\bwelke? (?:organisatie|partij|bureau|onderzoeksbureau|bedrijf|"
                              r"stichting|instelling|commissie|wethouder|partner|gemeente)\b"),
    )
)  # fmt: skip
_UNSUPPORTED = re.compile(
    r"""\b(?:negeer|vergeet|ignore|disregard)\b.{0,40}\b(?:instructie|opdracht|regel|instruction|alles|previous|prompt)|
    \b(?:schrijf|dicht|maak|verzin|componeer|teken|programmeer|genereer)\b.{0,30}\b(?:gedicht|verhaal|lied|rap|limerick|mop|speech|toespraak|essay|
        motie|amendement|persbericht|brief|mail|tweet|code|script|recept|samenvatting\sin|haiku|column|blog)|
    \bvertaal\b|\bvertel\b.{0,15}\b(?:mop|grap|verhaal)|\bwat\s(?:is|zijn)\s(?:jouw|je|uw)\s(?:mening|favoriet)|\bsysteemprompt|\bsystem\sprompt|
    \b(?:vind|vindt|denk|denkt)\s(?:jij|je|u)\b|\b(?:jouw|uw|je)\smening|\bwat\svind|\bmoet\s(?:ik|men|je|de\sraad)\b.{0,40}\b(?:stemmen|vinden|kiezen)|
    \bop\s(?:wie|welke\spartij)\b.{0,30}\bstem|\b(?:beste|slechtste|slimste|domste|eerlijkste|leukste|luiste)\s(?:partij|wethouder|burgemeester|raadslid|plan|idee|keuze|politicus)|
    \b(?:goed|slecht|slim|dom|verstandig|terecht|eerlijk|beter|schandalig|zonde|asociaal|onzin)\b\s*(?:idee|plan|beleid|gedaan|genoeg|besluit|keuze)?\s*(?:dat|om|van\shet|is)?\b.{0,60}\b(?:vind|toch\?|of\sniet|niet\?)|
    \bis\s(?:het|dit|dat)\s(?:een\s)?(?:goed|slecht|slim|verstandig|terecht|eerlijk|schandalig|verspilling)|
    \b(?:wie|welke\spartij)\b.{0,20}\b(?:wint|gaat\swinnen|zal\swinnen|verkiezing)|\bdoet\s(?:de|het)\s(?:wethouder|college|burgemeester)\s(?:het|zijn|haar)\b|
    \bwie\b.{0,60}\bwinn(?:en|t)\b|\bis\b.{0,60}\been\s(?:goede?|slechte?|prima|matige?|waardeloze?)\b|
    \b(?:voorspel|gok|raad\seens)\b|\bwat\szou\s(?:jij|je|u)\b|\bkun\sje\s(?:me|mij)\b.{0,20}\b(?:helpen|een)\b|
    \b(?:is|zijn)\b.{0,40}\b(?:incompetent|onbekwaam|corrupt|betrouwbaar|te\svertrouwen)\b|
    ^\s*(?:hallo|hoi|hey|goedemorgen|goedemiddag|goedenavond|test|dank\sje|bedankt|hoe\sgaat\shet(?:\smet\s(?:je|jou|u))?)\W*$|
    \b(?:weer|temperatuur)\b.{0,20}\b(?:morgen|vandaag|overmorgen)\b|\bhoe\slaat\b|^\s*[\d\s+*/=x^().,-]+\??\s*$|\bhoeveel\sis\s\d+\s*[x*+/:-]""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_KINDS: tuple[tuple[re.Pattern[str], tuple[DocumentKind, ...]], ...] = tuple(
    (re.compile(pattern), kinds)
    for pattern, kinds in (
        (r"(?:programma|meerjaren)?begroting(?:en)?$", (DocumentKind.PROGRAMMABEGROTING,)),
        (r"(?:voortgangs|bestuurs|tussen|voorjaars|najaars)rapportages?$|vgr$", (DocumentKind.VOORTGANGSRAPPORTAGE,)),
        (r"jaarverslag(?:en)?$|jaarstuk(?:ken)?$|jaarrekening(?:en)?$", (DocumentKind.JAARVERSLAG, DocumentKind.JAARSTUKKEN)),
        (r"kadernota'?s?$|(?:perspectief|voorjaars)nota$|kaderbrie(?:f|ven)$", (DocumentKind.KADERNOTA, DocumentKind.KADERBRIEF)),
        (r"raadsvoorstel(?:len)?$", (DocumentKind.RAADSVOORSTEL,)),
    )
)  # fmt: skip
_PREVIOUS = re.compile(r"\b(?:vorige|voorgaande|voorlaatste|eerdere)$")
_NEWEST = re.compile(r"\b(?:laatste|nieuwste|recentste|recente|huidige|jongste)$")


def understand(question: str, filters: Filters, vocabulary: Vocabulary) -> Plan:
    """Return what a question asks of this corpus; `filters` are the asker's own and always hold."""
    normalized = " ".join(question.split())
    if not _LETTERS.search(normalized) and not any(find_codes(normalized)):
        return _empty(question, normalized, filters, QuestionKind.UNSUPPORTED)
    if _UNSUPPORTED.search(normalized):
        return _empty(question, normalized, filters, QuestionKind.UNSUPPORTED)
    normalized = _mend_question_words(normalized)
    words = tokens(normalized)
    codes = tuple(token.text for token in words if token.is_code)
    spans = [m.span() for m in _YEAR_RANGE.finditer(normalized)]
    years = tuple(dict.fromkeys(int(m[0]) for m in _YEAR.finditer(normalized) if not any(a <= m.start() < b for a, b in spans)))
    kind = next((kind for kind, pattern in _FORMS if pattern.search(normalized)), QuestionKind.FACT)
    named, missing, used = _named_documents(words, years, vocabulary)
    places = _places(normalized, vocabulary)
    own = {fold(source.municipality) for source in vocabulary.sources}
    municipal = tuple(source.municipality for source in vocabulary.sources if fold(source.municipality) in places)
    if len(own) > 1 and municipal and not filters.municipalities:
        filters = replace(filters, municipalities=tuple(dict.fromkeys(municipal)))
    free = [t for t in words if not t.is_code and t.start not in used and not t.text.isdigit()]
    terms, corrections = _terms(free, normalized, vocabulary, places)
    years_named = {s.year for s in vocabulary.sources if s.id in named}
    covers_years = all(year in years_named for year in years)
    if named and covers_years and not filters.documents:
        filters = replace(filters, documents=named)
    return Plan(
        question=question,
        normalized=normalized,
        kind=kind,
        terms=terms,
        codes=codes,
        years=years,
        numbers=_numbers(normalized, years),
        places=tuple(place for place in places if place not in own),
        filters=filters,
        preferred=() if named and covers_years else tuple(s.id for s in vocabulary.sources if s.year in years or s.id in named),
        corrections=corrections,
        missing=(*missing, *(code for code in codes if not _code_known(code, vocabulary))),
    )


def _mend_question_words(text: str) -> str:
    """Return the question with `waneer` and `hoeveeel` written right: what is asked hangs on them."""
    mended = text
    for token in tokens(text)[:3]:
        if len(token.text) >= 5 and token.text not in STOP_WORDS and not is_dutch_word(token.text):  # noqa: PLR2004
            near = extract(token.text, _QUESTION_WORDS, scorer=OSA.distance, score_cutoff=1, limit=1)
            if near:
                mended = mended.replace(token.surface, near[0][0], 1)
    return mended


def _empty(question: str, normalized: str, filters: Filters, kind: QuestionKind) -> Plan:
    return Plan(
        question=question, normalized=normalized, kind=kind, terms=(), codes=(), years=(), numbers=(), places=(), filters=filters
    )


def _code_known(code: str, vocabulary: Vocabulary) -> bool:
    return code in vocabulary.codes or any(known.startswith((f"{code}.", code)) for known in vocabulary.codes)


def _numbers(text: str, years: Sequence[int]) -> tuple[str, ...]:
    """Return the numbers that the evidence must hold: neither years nor small counts (`noem 3 redenen`), nor in codes."""
    spans = [(code.start, code.end) for code in find_codes(text)]
    found = []
    for match in _NUMBER.finditer(text):
        digits = match[0].rstrip(".")
        value = digits.replace(".", "").split(",")[0]
        inside = any(start <= match.start() < end for start, end in spans)
        if not inside and int(value) not in years and (int(value) > FREE_NUMBER or "," in digits):
            found.append(digits)
    return tuple(found)


def _named_documents(
    words: Sequence[Token], years: Sequence[int], vocabulary: Vocabulary
) -> tuple[tuple[str, ...], tuple[str, ...], set[int]]:
    """Return the documents a question names, the ones it names that are not there, and the places of the naming words."""
    named: list[str] = []
    missing: list[str] = []
    used: set[int] = set()
    for at, token in enumerate(words):
        kinds = next((kinds for pattern, kinds in _KINDS if pattern.match(token.text)), None)
        if kinds is None:
            continue
        used.add(token.start)
        of_kind = sorted((s for s in vocabulary.sources if s.kind in kinds), key=lambda s: (s.as_of, s.id), reverse=True)
        before = words[at - 1].text if at else ""
        year = next((int(w.text) for w in words[at + 1 : at + 4] if w.text.isdigit() and int(w.text) in years), None)
        if year is not None:
            matching = [s.id for s in of_kind if s.year == year]
            if matching:
                named.extend(matching)
            elif DocumentKind.PROGRAMMABEGROTING not in kinds:  # `begroting 2024` may be a column of another document
                missing.append(f"{token.surface.lower()} {year}")
        elif not of_kind:
            continue
        elif _PREVIOUS.search(before) or _NEWEST.search(before):
            used.add(words[at - 1].start)
            dates = sorted({s.as_of for s in of_kind}, reverse=True)
            chosen = dates[min(1, len(dates) - 1)] if _PREVIOUS.search(before) else dates[0]
            named.extend(s.id for s in of_kind if s.as_of == chosen)
        elif DocumentKind.PROGRAMMABEGROTING not in kinds:
            named.extend(s.id for s in of_kind)
    return tuple(dict.fromkeys(named)), tuple(missing), used


def _places(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the municipalities that a question names, folded, longest name first."""
    known = municipalities() | {fold(s.municipality) for s in vocabulary.sources}
    words = [(t.text, t.surface) for t in tokens(text)]
    found: list[str] = []
    at = 0
    while at < len(words):
        for size in (5, 4, 3, 2, 1):
            name = " ".join(word for word, _ in words[at : at + size])
            if name in known or name.replace(" ", "-") in known:
                found.append(name if name in known else name.replace(" ", "-"))
                at += size - 1
                break
        at += 1
    return tuple(dict.fromkeys(found))


# --- terms --------------------------------------------------------------------------------------------------------------


def _terms(
    words: Sequence[Token], text: str, vocabulary: Vocabulary, places: Sequence[str]
) -> tuple[tuple[Term, ...], tuple[tuple[str, str], ...]]:
    """Return the terms of the words, phrases with a synonym taken together, and the spelling corrections made."""
    is_shouted = text.isupper() or text.islower()
    in_places = {part for place in places for part in re.split(r"[ -]", place)}
    terms: list[Term] = []
    corrections: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        size, others = _phrase(words, at)
        if size > 1:
            terms.append(_phrase_term(words[at : at + size], others, vocabulary))
            at += size
            continue
        token = words[at]
        at += 1
        if token.text in STOP_WORDS or token.text in in_places:
            continue
        parts = _parts_of_unknown(token.text, vocabulary) if not others else ()
        if len(parts) > 1 and token.text not in vocabulary.words and not token.surface[0].isupper():
            for part in parts:  # what the corpus never calls so is looked for by what it is made of
                halved = Token(text=part, surface=part, start=token.start, end=token.end)
                terms.append(_word_term(halved, synonyms().get(phrase_key(part), ()), vocabulary, is_name=False)[0])
            continue
        opens_sentence = text[: token.start].rstrip(" ‘'\"(")[-1:] in ("", ".", "?", "!", ":")
        is_name = (
            not is_shouted
            and not opens_sentence
            and token.text not in abbreviations()
            and (token.surface[0].isupper() or token.surface.isupper())
        )
        term, correction = _word_term(token, others, vocabulary, is_name=is_name)
        terms.append(term)
        if correction is not None:
            corrections.append((token.surface, correction))
    return tuple(terms), tuple(corrections)


def _parts_of_unknown(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the parts of a compound that the corpus lacks, by the word list or by the corpus's own words."""
    if vocabulary.knows(stem(word)) or not word.isalpha():
        return ()
    parts = split_compound(word)
    if parts:
        return parts
    for cut in range(len(word) - 4, 3, -1):
        left, right = word[:cut], word[cut:]
        heads = [
            head for head in (left, left.removesuffix("s"), left.removesuffix("en")) if head in vocabulary.words and len(head) > 3
        ]  # noqa: PLR2004
        if right in vocabulary.words and heads:
            return (heads[0], right)
    return ()


def _phrase(words: Sequence[Token], at: int) -> tuple[int, tuple[str, ...]]:
    """Return how many words from `at` form the longest known phrase, and what may stand for it; at least one word."""
    if words[at].text in STOP_WORDS:
        return 1, ()
    for size in range(min(MAX_PHRASE, len(words) - at), 0, -1):
        if words[at + size - 1].text in STOP_WORDS:
            continue
        key = phrase_key(" ".join(w.text for w in words[at : at + size]))
        others = list(synonyms().get(key, ()))
        if size > 1 and " " not in key:
            continue
        others.extend(abbreviations_by_key().get(key, ()))
        if others:
            return size, tuple(others)
    return 1, ()


def _phrase_term(words: Sequence[Token], others: Sequence[str], vocabulary: Vocabulary) -> Term:
    variants: dict[str, float] = {}
    own = [stem(w.text) for w in words if w.text not in STOP_WORDS]
    for other in others:
        _add_phrase(variants, other, SYNONYM_WEIGHT, vocabulary)
    rarest = max(own, key=vocabulary.terms.inverse_frequency)
    _add(variants, rarest, WORD_OF_PHRASE_WEIGHT)
    return _term(" ".join(w.surface for w in words), variants, vocabulary, is_name=False)


def _add(variants: dict[str, float], term: str, weight: float) -> None:
    """Add a term, and the words that hold it, at the highest weight either gets."""
    variants[term] = max(variants.get(term, 0), weight)
    for kinship, share in HOLDER_WEIGHT.items():
        holder = f"{kinship.value}{term}"
        variants[holder] = max(variants.get(holder, 0), weight * share)


def _term(surface: str, variants: dict[str, float], vocabulary: Vocabulary, *, is_name: bool) -> Term:
    """Return a term with the variants that the corpus has."""
    here = {term: weight for term, weight in variants.items() if vocabulary.terms.document_frequency(term)}
    return Term(surface=surface, variants=tuple(here.items()), is_name=is_name, is_known=bool(here))


def _add_phrase(variants: dict[str, float], phrase: str, weight: float, vocabulary: Vocabulary) -> None:
    """Add the word of a phrase that says most: the rarest one that the corpus has."""
    keys = [key for key in phrase_key(phrase).split() if vocabulary.knows(key)]
    if keys:
        best = max(keys, key=vocabulary.rarity)
        # a phrase stands for less when only one of its words is looked for
        _add(variants, best, weight if len(keys) == 1 else weight * 0.8)


def _word_term(token: Token, others: Sequence[str], vocabulary: Vocabulary, *, is_name: bool) -> tuple[Term, str | None]:
    own = stem(token.text)
    variants: dict[str, float] = {}
    _add(variants, own, 1.0)
    is_here = vocabulary.terms.document_frequency(own) > 0
    _add_held(variants, token.text, HELD_WEIGHT_KNOWN if is_here else HELD_WEIGHT)
    for other in others:
        _add_phrase(variants, other, SYNONYM_WEIGHT, vocabulary)
    full = abbreviations().get(token.text)
    if full is not None:
        _add_phrase(variants, full, ABBREVIATION_WEIGHT, vocabulary)
    correction = None
    if not is_here and not others and token.text.isalpha():
        correction = _correct(token.text, vocabulary)
        if correction is not None:
            _add(variants, stem(correction), SPELLING_WEIGHT)
            _add_held(variants, correction, HELD_WEIGHT_KNOWN)
            for other in synonyms().get(phrase_key(correction), ()):
                _add_phrase(variants, other, SYNONYM_WEIGHT * SPELLING_WEIGHT, vocabulary)
    if not is_here and correction is None:
        for near, similarity in vocabulary.neighbours(token.text):
            _add(variants, stem(near), NEIGHBOUR_WEIGHT * similarity)
    is_proper = is_name or (
        not is_dutch_word(token.text) and token.text in vocabulary.names and token.text not in abbreviations()
    )
    return _term(token.surface, variants, vocabulary, is_name=is_proper), correction


def _add_held(variants: dict[str, float], word: str, weights: Mapping[Kinship, float]) -> None:
    for term, kinship in related_terms(word):
        _add(variants, term, weights[kinship])


def _correct(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the corpus word that a misspelled one most likely means, or None; a word of the language is left alone."""
    if len(word) < 5 or is_dutch_word(word) or word in municipalities():  # noqa: PLR2004 (a short word has too many neighbours)
        return None
    limit = 1 if len(word) < 8 else 2  # noqa: PLR2004 (one slip in a short word, two in a long one)
    candidates = vocabulary.words_by_initial.get(word[0], ())
    found = extract(word, candidates, scorer=OSA.distance, score_cutoff=limit, limit=5)
    if not found:
        return None
    return min(found, key=lambda hit: (hit[1], -vocabulary.words[hit[0]], hit[0]))[0]
