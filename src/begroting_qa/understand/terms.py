"""The words of a question -> Terms: what each may be called in the documents, with how far that stands for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from begroting_qa.domain import Term
from begroting_qa.dutch import (
    PARTICLES,
    STOP_WORDS,
    Kinship,
    Token,
    abbreviations,
    abbreviations_by_key,
    is_dutch_word,
    is_frame_word,
    municipalities,
    names_subject,
    phrase_key,
    phrases_with,
    related_terms,
    split_compound,
    stem,
    synonyms,
)  # fmt: skip
from begroting_qa.vocabulary import Vocabulary

# how far words of a phrase may stand apart in a question and still be that phrase
MAX_PHRASE_GAP = 3
# how far what a word of the question holds, or is held by, stands for it
HELD_WEIGHT = {Kinship.HEAD: 0.45, Kinship.MODIFIER: 0.35, Kinship.ROOT: 0.9}
HELD_WEIGHT_KNOWN = {Kinship.HEAD: 0.4, Kinship.MODIFIER: 0.3, Kinship.ROOT: 0.8}
HOLDER_WEIGHT = {Kinship.HEAD: 0.8, Kinship.MODIFIER: 0.55, Kinship.ROOT: 0.95}
SYNONYM_WEIGHT = 0.8
SPELLING_WEIGHT = 0.9
ABBREVIATION_WEIGHT = 0.8
NEIGHBOUR_WEIGHT = 0.6
WORD_OF_PHRASE_WEIGHT = 0.5
REST_OF_PHRASE = 0.5
PARTS_WEIGHT = 0.9
SEPARABLE_WEIGHT = 0.8
PARTICLE_SIZES = range(2, 6)
MIN_CORRECTED = 5
LONG_WORD = 8

Weights = dict[str, float]
_QUOTED = re.compile(r"[“\"‘„'] [”\"’“']")


def find_terms(
    words: Sequence[Token], text: str, vocabulary: Vocabulary, places: Sequence[str]
) -> tuple[tuple[Term, ...], tuple[tuple[str, str], ...]]:
    """Return the terms of the words, phrases with a synonym taken together, and the spelling corrections made."""
    is_shouted = text.isupper() or text.islower()
    in_places = {part for place in places for part in re.split(r"[ -]", place)}
    phrases = _phrases(words)
    taken = {at for members, _ in phrases.values() for at in members}
    terms: list[Term] = []
    corrections: list[tuple[str, str]] = []
    for at, token in enumerate(words):
        if at in phrases:
            members, others = phrases[at]
            terms.append(_phrase_term([words[i] for i in members], others, vocabulary))
            continue
        if at in taken or token.text in STOP_WORDS or token.text in in_places or vocabulary.home_of(token.text) in places:
            continue
        others = _others(token)
        opens_sentence = text[: token.start].rstrip(" ‘'\"(")[-1:] in ("", ".", "?", "!", ":")
        is_name = (
            not is_shouted
            and not opens_sentence
            and token.text not in abbreviations()
            and (token.surface[0].isupper() or token.surface.isupper())
        )
        particles = [later.text for later in words[at + 1 :] if later.text in PARTICLES]
        is_literal = _QUOTED.search(f"{text[: token.start][-1:]} {text[token.end :][:1]}") is not None
        term, correction = _word_term(token, others, vocabulary, is_name=is_name, particles=particles, is_literal=is_literal)
        terms.append(term)
        if correction is not None:
            corrections.append((token.surface, correction))
    return tuple(terms), tuple(corrections)


# --- phrases ------------------------------------------------------------------------------------------------------------


def _phrases(words: Sequence[Token]) -> dict[int, tuple[tuple[int, ...], tuple[str, ...]]]:
    """Return the known phrases among the words, by the place of their first word: places, and what may stand for them.

    The words of a phrase stand in any order, with at most a few others between them; the longest phrase takes its words.
    """
    content = [(at, stem(token.text)) for at, token in enumerate(words) if token.text not in STOP_WORDS and not token.is_code]
    places: dict[str, list[int]] = {}
    for at, key in content:
        places.setdefault(key, []).append(at)
    known = {phrase: tuple(phrase.split()) for key in places for phrase in phrases_with(key)}
    found: list[tuple[int, int, str, tuple[int, ...]]] = []
    for phrase, keys in known.items():
        if all(key in places for key in keys):
            members = _nearest(keys, places)
            if members and members[-1] - members[0] < len(keys) + MAX_PHRASE_GAP:
                found.append((-len(keys), members[-1] - members[0], phrase, members))
    taken: set[int] = set()
    chosen: dict[int, tuple[tuple[int, ...], tuple[str, ...]]] = {}
    for _, _, phrase, members in sorted(found):
        if taken.isdisjoint(members):
            taken.update(members)
            others = (*synonyms().get(phrase, ()), *abbreviations_by_key().get(phrase, ()))
            chosen[members[0]] = (members, tuple(dict.fromkeys(others)))
    return chosen


def _nearest(keys: Sequence[str], places: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """Return places of the keys that lie close together: each next key as near as may be to the first one's place."""
    best: tuple[int, ...] = ()
    for anchor in places[keys[0]]:
        members = {min(places[key], key=lambda at: (abs(at - anchor), at)) for key in keys}
        if len(members) == len(set(keys)):
            ordered = tuple(sorted(members))
            if not best or ordered[-1] - ordered[0] < best[-1] - best[0]:
                best = ordered
    return best


def _others(token: Token) -> tuple[str, ...]:
    key = phrase_key(token.text)
    return (*synonyms().get(key, ()), *abbreviations_by_key().get(key, ()))


def _phrase_term(words: Sequence[Token], others: Sequence[str], vocabulary: Vocabulary) -> Term:
    own = [stem(w.text) for w in words]
    variants: Weights = {" ".join(own): 1.0}
    for other in others:
        _add_phrase(variants, other, SYNONYM_WEIGHT)
    rarest = max(own, key=vocabulary.terms.inverse_frequency)
    _add(variants, rarest, WORD_OF_PHRASE_WEIGHT)
    parts = tuple(_word_term(w, _others(w), vocabulary, is_name=False)[0] for w in words)
    return replace(_term(" ".join(w.surface for w in words), variants, vocabulary, is_charted=True), parts=parts)


# --- words --------------------------------------------------------------------------------------------------------------


def _word_term(
    token: Token,
    others: Sequence[str],
    vocabulary: Vocabulary,
    *,
    is_name: bool,
    particles: Sequence[str] = (),
    is_literal: bool = False,
) -> tuple[Term, str | None]:
    """Return a word as a term, and its spelling correction; of `particles` after a verb one may belong to it.

    A word that `is_literal` stands between quotation marks: it is looked for as it is written.
    """
    own = stem(token.text)
    variants: Weights = {}
    _add(variants, own, 1.0)
    is_here = vocabulary.terms.document_frequency(own) > 0
    _add_held(variants, token.text, HELD_WEIGHT_KNOWN if is_here else HELD_WEIGHT)
    _add_parts(variants, _parts_of_unknown(token.text, vocabulary), with_synonyms=not others)
    for other in others:
        _add_phrase(variants, other, SYNONYM_WEIGHT)
    full = abbreviations().get(token.text)
    if full is not None:
        _add_phrase(variants, full, ABBREVIATION_WEIGHT)
    for verb in _with_particle(token.text, particles, vocabulary):
        _add(variants, verb, SEPARABLE_WEIGHT)
    correction = None
    if not is_here and not others and not is_literal and token.text.isalpha():
        correction = _add_correction(variants, token.text, vocabulary)
    if not is_here and correction is None:
        for near, similarity in vocabulary.neighbours(token.text):
            _add(variants, stem(near), NEIGHBOUR_WEIGHT * similarity)
    is_proper = is_name or (
        not is_dutch_word(token.text) and token.text in vocabulary.names and token.text not in abbreviations()
    )
    return _term(token.surface, variants, vocabulary, is_name=is_proper, is_charted=bool(others)), correction


def _add_parts(variants: Weights, parts: Sequence[str], *, with_synonyms: bool) -> None:
    """Add the parts of a compound that the corpus lacks: it is looked for by what it is made of, together or one by one."""
    if not parts:
        return
    variants[" ".join(map(stem, parts))] = PARTS_WEIGHT
    for kinship, part in ((Kinship.HEAD, parts[-1]), *((Kinship.MODIFIER, part) for part in parts[:-1])):
        _add(variants, stem(part), HELD_WEIGHT[kinship])
        for other in synonyms().get(phrase_key(part), ()) if with_synonyms else ():
            _add_phrase(variants, other, SYNONYM_WEIGHT * HELD_WEIGHT[kinship])


def _add_correction(variants: Weights, word: str, vocabulary: Vocabulary) -> str | None:
    """Add what a misspelled word most likely means, and return it; None where it is no misspelling."""
    correction = _correct(word, vocabulary)
    if correction is not None:
        _add(variants, stem(correction), SPELLING_WEIGHT)
        _add_held(variants, correction, HELD_WEIGHT_KNOWN)
        for other in synonyms().get(phrase_key(correction), ()):
            _add_phrase(variants, other, SYNONYM_WEIGHT * SPELLING_WEIGHT)
    return correction


def _with_particle(word: str, particles: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the stems under which a separable verb may stand: whole (breidt … uit: uitbreid), or apart (uitbreiden: breid)."""
    found: list[str] = []
    if word.endswith("en"):
        found.extend(stem(word[size:]) for size in PARTICLE_SIZES if word[:size] in PARTICLES and len(word) > size + 3)
    if not names_subject(word):
        bases = (stem(word), *(root for root, kinship in related_terms(word) if kinship is Kinship.ROOT))
        found.extend(f"{particle}{base}" for particle in particles for base in bases)
    return [verb for verb in found if vocabulary.knows(verb)]


def _add(variants: Weights, term: str, weight: float) -> None:
    """Add a term, and the words that hold it, at the highest weight either gets."""
    variants[term] = max(variants.get(term, 0), weight)
    for kinship, share in HOLDER_WEIGHT.items():
        holder = f"{kinship.value}{term}"
        variants[holder] = max(variants.get(holder, 0), weight * share)


def _add_phrase(variants: Weights, phrase: str, weight: float) -> None:
    """Add a word, or a phrase whose words must all stand there; a word that frames any question stands for nothing."""
    key = phrase_key(phrase)
    if " " in key:
        variants[key] = max(variants.get(key, 0), weight)
    elif not is_frame_word(key):
        # `te zwaar` says less when only `zwaar` is left of it
        _add(variants, key, weight if " " not in phrase else weight * REST_OF_PHRASE)


def _add_held(variants: Weights, word: str, weights: Mapping[Kinship, float]) -> None:
    for term, kinship in related_terms(word):
        _add(variants, term, weights[kinship])


def _term(surface: str, variants: Weights, vocabulary: Vocabulary, *, is_charted: bool, is_name: bool = False) -> Term:
    """Return a term with the variants that the corpus has, words first, then phrases."""
    words = {v: w for v, w in variants.items() if " " not in v and vocabulary.terms.document_frequency(v)}
    phrases = {v: w for v, w in variants.items() if " " in v and all(vocabulary.knows(key) for key in v.split())}
    return Term(
        surface=surface,
        variants=tuple(words.items()),
        phrases=tuple((tuple(v.split()), w) for v, w in phrases.items()),
        is_name=is_name,
        is_charted=is_charted,
    )


def _parts_of_unknown(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the parts of a compound that the corpus lacks."""
    if vocabulary.knows(stem(word)) or not word.isalpha():
        return ()
    return split_compound(word)


def _correct(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the corpus word that a misspelled one most likely means, or None; a word of the language is left alone."""
    if len(word) < MIN_CORRECTED or is_dutch_word(word) or word in municipalities():
        return None
    limit = 1 if len(word) < LONG_WORD else 2
    candidates = vocabulary.words_by_initial.get(word[0], ())
    found = extract(word, candidates, scorer=OSA.distance, score_cutoff=limit, limit=5)
    singular = next((word.removesuffix(ending) for ending in ("en", "s") if word.endswith(ending)), word)
    if not found and len(singular) >= LONG_WORD:
        found = extract(singular, candidates, scorer=OSA.distance, score_cutoff=1, limit=5)
    if not found:
        return None
    return min(found, key=lambda hit: (hit[1], -vocabulary.words[hit[0]], hit[0]))[0]
