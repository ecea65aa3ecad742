"""Dutch words: folding, tokens, stems, compound parts, stop words, synonyms and abbreviations.

The same analysis is applied to documents and to questions, and before any search engine, so that every engine ranks alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from threading import Lock

import Stemmer

from begroting_qa.codes import find_codes

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_VOWELS = "aeiouy"
_LINKS = ("", "s", "en", "e", "er", "n")
_STEMMER = Stemmer.Stemmer("dutch_porter")  # PyStemmer >= 3: `dutch` is Kraaij-Pohlmann, which parts dakloze from daklozen
_STEMMER_LOCK = Lock()
MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
MIN_COMPOUND = 8
MIN_LEFT = 3
MIN_RIGHT = 4

# no part of a compound: prefixes that look like words
_PREFIXES = frozenset(
    ("aan", "achter", "baar", "bij", "binnen", "boven", "daar", "den", "der", "des", "dien", "door", "een", "eren",
    "heid", "her", "hier", "ingen", "lijk", "lijke", "lijken", "loos", "los", "mee", "mis", "neer", "onder", "ont",
    "op", "over", "rond", "samen", "tegen", "ten", "terug", "toe", "uit", "van", "vast", "ver", "vol", "voor", "waar",
    "weg", "wel", "zaam")
)  # fmt: skip
# what parts from its verb: `de gemeente breidt de opvang uit`
PARTICLES = frozenset(
    ("aan", "achter", "af", "bij", "binnen", "door", "in", "klaar", "mee", "na", "neer", "om", "op", "open", "over", "samen",
     "stop", "terug", "toe", "uit", "vast", "voor", "vrij", "weg")
)  # fmt: skip
_IRREGULAR = {
    "kinderen": "kind", "steden": "stad", "leden": "lid", "raadsleden": "raadslid", "schepen": "schip", "eieren": "ei",
    "ouderen": "ouder", "wegen": "weg", "gaat": "gan", "ging": "gan", "doet": "doen", "deed": "doen", "gedaan": "doen",
}  # fmt: skip
_CONTRACTIONS = {"zo'n": "zo", "m'n": "mijn", "z'n": "zijn", "d'r": "haar", "da's": "dat"}
_NO_PARTICIPLE = frozenset(
    ("gebied", "gebod", "geduld", "geld", "geluid", "gemeent", "gerecht", "gericht", "gevoeld", "geweld", "gewicht",
    "gezicht", "gezond")
)  # fmt: skip


@cache
def _irregular() -> Mapping[str, str]:
    """Return the stems of words that no rule reaches: plurals, and forms of strong verbs."""
    return {**_IRREGULAR, **dict(line.split("\t") for line in lines_of("strong_verbs.tsv"))}


def lines_of(name: str) -> list[str]:
    """Return the lines of a shipped word list, comments left out."""
    text = resources.files("begroting_qa").joinpath(f"lexicon/{name}").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


STOP_WORDS = frozenset(lines_of("stop_words.txt"))


class Kinship(StrEnum):
    """What a term is to the word that holds it; its value marks it in the index, so that a question can weigh it."""

    HEAD = "+"
    MODIFIER = "~"
    ROOT = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word or code of a text: folded, with its place; a code's `text` is its key."""

    text: str
    surface: str
    start: int
    end: int
    is_code: bool = False

    @property
    def is_stop(self) -> bool:
        """Whether it is a function word."""
        return self.text in STOP_WORDS


def fold(text: str) -> str:
    """Return lower-case text without diacritics; length may change."""
    lowered = text.lower().replace("’", "'").replace("‘", "'")
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """Return codes and words in order of place; a code is one token."""
    found: list[Token] = []
    at = 0
    for code in find_codes(text):
        found.extend(_words(text, at, code.start))
        found.append(Token(text=code.key, surface=text[code.start : code.end], start=code.start, end=code.end, is_code=True))
        at = code.end
    found.extend(_words(text, at, len(text)))
    return found


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        folded = fold(match[0])
        text = _CONTRACTIONS.get(folded) or folded.replace("'", "")
        yield Token(text=text, surface=match[0], start=match.start(), end=match.end())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Porter stem of a folded word, its last consonant devoiced and single (dakloze, daklozen: `daklos`)."""
    if word in _irregular():
        return _irregular()[word]
    if not word.isalpha():
        return word
    with _STEMMER_LOCK:
        stemmed: str = _STEMMER.stemWord(word[:-1] if word.endswith("ies") else word)
    if len(stemmed) > 3 and stemmed[-1] == stemmed[-2] and stemmed[-1] not in _VOWELS:  # noqa: PLR2004 (al, bal stay)
        stemmed = stemmed[:-1]
    if stemmed.endswith("z"):
        stemmed = f"{stemmed[:-1]}s"
    elif stemmed.endswith("v"):
        stemmed = f"{stemmed[:-1]}f"
    return stemmed


@lru_cache(maxsize=200_000)
def related_terms(word: str) -> tuple[tuple[str, Kinship], ...]:
    """Return stems that a folded word holds besides its own, each once with what it is to the word.

    The last part of a compound says what the word is (an `opvang`), the others only of what kind (for `jongeren`).
    """
    own = stem(word)
    related: list[tuple[str, Kinship]] = []
    parts = split_compound(word)
    if parts:
        related.append((stem(parts[-1]), Kinship.HEAD))
        related.extend((stem(part), Kinship.MODIFIER) for part in parts[:-1])
    attributive = word[:-1] if word.endswith(("de", "te")) else word  # gehuisveste statushouders
    if (verb := _verb_of_participle(word) or _verb_of_participle(attributive)) is not None:
        related.append((verb, Kinship.ROOT))
    if word.endswith("t") and len(word) > 4 and any(verb in _word_list() for verb in _infinitives(word[:-1])):  # noqa: PLR2004
        related.append((stem(word[:-1]), Kinship.ROOT))  # begeleidt, betaalt -> begeleid, betaal
    if own.endswith("er") and len(own) > 7:  # noqa: PLR2004 (mantelzorger -> mantelzorg, not raadhuis -> raad)
        related.append((stem(own[:-2]), Kinship.ROOT))
    first: dict[str, Kinship] = {}
    for term, kinship in related:
        if term != own and len(term) > 2 and term not in STOP_WORDS:  # noqa: PLR2004
            first.setdefault(term, kinship)
    return tuple(first.items())


def _opened(base: str) -> str:
    """Return a verb's base as it stands before -en: a long vowel is written once (betaal: betalen)."""
    return f"{base[:-2]}{base[-1]}" if len(base) > 3 and base[-2] == base[-3] and base[-2] in _VOWELS else base  # noqa: PLR2004


def _infinitives(base: str) -> tuple[str, ...]:
    """Return the infinitives that a verb's base may belong to (werk: werken, betaal: betalen, stel: stellen)."""
    return (f"{base}en", f"{_opened(base)}en", f"{base}{base[-1:]}en")


def index_terms(text: str) -> list[str]:
    """Return the terms a text is indexed under, in order: stems, codes, and marked with their kinship what words hold."""
    terms: list[str] = []
    for token in tokens(text):
        if token.is_code:
            terms.append(token.text)
            head = token.text.rsplit(".", 1)[0]
            if head != token.text and head.count(".") >= 2:  # noqa: PLR2004 (a motion is found by its number alone)
                terms.append(head)
        elif not token.is_stop:
            terms.append(stem(token.text))
            terms.extend(f"{kinship.value}{term}" for term, kinship in related_terms(token.text))
    return terms


@lru_cache(maxsize=100_000)
def terms_of(text: str) -> frozenset[str]:
    """Return the index terms of a text, each once; remembered, for the same sentences come up for many questions."""
    return frozenset(index_terms(text))


@lru_cache(maxsize=200_000)
def split_compound(word: str) -> tuple[str, ...]:
    """Return the parts of a folded compound, or nothing; each part stands in the word list (Koehn and Knight, EACL 2003).

    Among several cuts the one whose shortest part is longest wins, then the shortest link, then the most frequent parts.
    """
    if len(word) < MIN_COMPOUND or not word.isalpha():
        return ()
    best: tuple[tuple[int, int, int], tuple[str, ...]] | None = None
    for cut in range(MIN_LEFT, len(word) - MIN_RIGHT + 1):
        right = word[cut:]
        weight_right = word_frequency(right)
        if not weight_right or right in _PREFIXES:
            continue
        for link in _LINKS:
            if not word[:cut].endswith(link):
                continue
            left = word[: cut - len(link)] if link else word[:cut]
            if len(left) < MIN_LEFT or left in _PREFIXES or left in STOP_WORDS:
                continue
            parts: tuple[str, ...] = (left,)
            weight_left = word_frequency(left)
            if not weight_left:
                parts = split_compound(left)
                weight_left = min((word_frequency(part) for part in parts), default=0)
            if weight_left:
                score = (min(len(left), len(right)), -len(link), min(weight_left, weight_right))
                if best is None or score > best[0]:
                    best = (score, (*parts, right))
    return best[1] if best else ()


def _verb_of_participle(word: str) -> str | None:
    """Return the stem of the verb behind `vastgesteld` (vaststel), `gewerkt` (werk), or None."""
    match = re.fullmatch(r"(?P<prefix>[a-z]{2,6})?ge(?P<root>[a-z]{3,})(?:d|t|en)", word)
    if match is None or word in _NO_PARTICIPLE or stem(word) in _NO_PARTICIPLE:
        return None
    prefix = match["prefix"] or ""
    if prefix and prefix not in _PREFIXES | {"af", "in", "na", "vrij", "open", "klaar", "plaats"}:
        return None
    root = stem(match["root"])
    with_t = word[match.start("root") :]
    if word.endswith("t") and word_frequency(with_t) > word_frequency(match["root"]):
        return f"{prefix}{stem(with_t)}"  # gestart -> start
    infinitives = (match["root"], f"{match['root']}en", f"{_opened(match['root'])}en")
    return f"{prefix}{root}" if any(word_frequency(form) for form in infinitives) else None


@cache
def _word_list() -> Mapping[str, int]:
    rows = (line.split("\t") for line in lines_of("words.tsv"))
    return {word: int(weight) for word, weight, _ in rows}


@cache
def _word_classes() -> Mapping[str, str]:
    rows = (line.split("\t") for line in lines_of("words.tsv"))
    return {word: kind for word, _, kind in rows}


def verb_behind_particle(word: str) -> str | None:
    """Return the verb of a separable one (uitbreiden: breiden), or None."""
    for size in (2, 3, 4, 5):
        rest = word[size:]
        if word[:size] in PARTICLES and _word_classes().get(rest) == "v":
            return rest
    return None


def names_subject(word: str) -> bool:
    """Tell whether a folded word is likelier what is talked of than what is said of it: no verb, adjective or adverb."""
    classes = _word_classes()
    if word in classes:
        return classes[word] == "n"
    if _verb_of_participle(word) is not None or verb_behind_particle(word) is not None:
        return False
    bases = [word[: -len(ending)] for ending in ("t", "d", "te", "de", "ten", "den", "e") if word.endswith(ending)]
    return not any(
        any(classes.get(verb) == "v" for verb in _infinitives(base)) or "a" in (classes.get(base), classes.get(_opened(base)))
        for base in bases
    )


def is_noun(word: str) -> bool:
    """Tell whether a folded word, or the last part of it, is listed as a noun."""
    classes = _word_classes()
    parts = split_compound(word)
    forms = (word, parts[-1] if parts else word)
    bases = [form.removesuffix(ending) for form in forms for ending in ("", "en", "s", "n") if form.endswith(ending)]
    bases += [
        f"{form[:-3]}{voiceless}" for form in forms for voiced, voiceless in (("ven", "f"), ("zen", "s")) if form.endswith(voiced)
    ]
    return any(classes.get(base) == "n" for base in bases) and names_subject(word)


_INFLECTED = re.compile(r"(?:t|bare|baar|lijk|lijke|ige|zaam|zame|loos|loze)$")


def names_thing(word: str) -> bool:
    """Tell whether a folded word surely names something: a noun, or a word that no list knows and that has no verb's ending."""
    return is_noun(word) or (names_subject(word) and not is_dutch_word(word) and not _INFLECTED.search(word))


@cache
def _stem_list() -> Mapping[str, int]:
    weights: dict[str, int] = {}
    for word, weight in _word_list().items():
        key = stem(word)
        weights[key] = max(weight, weights.get(key, 0))
    return weights


def word_frequency(word: str) -> int:
    """Return the base-2 logarithm of how often a folded word stands in public Dutch text; 0 when it is not listed.

    An inflected form counts as its stem's most frequent word.
    """
    return _word_list().get(word) or _stem_list().get(stem(word), 0)


def is_listed(word: str) -> bool:
    """Tell whether a folded word stands in the word list as it is."""
    return word in _word_list()


def is_dutch_word(word: str) -> bool:
    """Tell whether a folded word is in the list, as it is or as a participle, plural or other form of one that is."""
    if word in _word_list() or word in STOP_WORDS or _verb_of_participle(word) is not None:
        return True
    endings = ("en", "e", "s", "t", "d", "de", "te", "den", "ten", "er", "ers", "ste")
    bases = [word[: -len(ending)] for ending in endings if word.endswith(ending)]
    forms = [form for base in (word, *bases) for form in (base, f"{_opened(base)}en", f"{base}en", f"{base}e")]
    forms += [base[:-1] for base in bases if base[-2:-1] == base[-1:]]  # bossen -> boss -> bos
    return any(len(form) > 2 and form in _word_list() for form in forms)  # noqa: PLR2004


@cache
def _frame_stems() -> frozenset[str]:
    return frozenset(stem(line) for name in ("frame_words.txt", "loaded_words.txt") for line in lines_of(name))


def is_frame_word(word: str) -> bool:
    """Tell whether a folded word frames a question (`staat`, `gemeente`, `hoeveel`) and says little of its subject.

    So does a word that praises or blames (`peperduur`): two askers who differ get one answer.
    """
    return stem(word) in _frame_stems()


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Return, by stemmed phrase, the other phrases of its group; everyday words against the words of policy."""
    groups: dict[str, list[str]] = {}
    for line in lines_of("synonyms.txt"):
        phrases = [phrase.strip() for phrase in line.split(",")]
        for phrase in phrases:
            groups.setdefault(phrase_key(phrase), []).extend(p for p in phrases if p != phrase)
    return {key: tuple(dict.fromkeys(others)) for key, others in groups.items()}


@cache
def _phrases_by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key in (*synonyms(), *abbreviations_by_key()):
        words = key.split()
        if len(words) > 1 and len(set(words)) == len(words):
            found.setdefault(words[0], []).append(key)
    return {word: tuple(dict.fromkeys(keys)) for word, keys in found.items()}


def phrases_with(word: str) -> tuple[str, ...]:
    """Return the keys of the phrases with a synonym or an abbreviation whose first stem is `word`."""
    return _phrases_by_word().get(word, ())


@cache
def abbreviations() -> Mapping[str, str]:
    """Return full forms by folded abbreviation."""
    pairs = (line.split("\t") for line in lines_of("abbreviations.tsv"))
    return {fold(short): full for short, full in pairs}


@cache
def abbreviations_by_key() -> Mapping[str, tuple[str, ...]]:
    """Return abbreviations by the key of their full form."""
    keys: dict[str, tuple[str, ...]] = {}
    for short, full in abbreviations().items():
        keys[phrase_key(full)] = (*keys.get(phrase_key(full), ()), short)
    return keys


@cache
def usual_places() -> tuple[tuple[str, str], ...]:
    """Return, by the key of a word or phrase, where a municipality usually tells of it; the first that fits counts."""
    rows = (line.split("\t") for line in lines_of("where_else.tsv"))
    return tuple((phrase_key(word.strip()), place) for words, place in rows for word in words.split(","))


@cache
def municipalities() -> frozenset[str]:
    """Return the folded names of Dutch municipalities and larger places, as a question may name them."""
    return frozenset(fold(line) for line in lines_of("municipalities.txt"))


def phrase_key(phrase: str) -> str:
    """Return the stems of a phrase's words, parted by spaces; stop words stay out unless nothing else is left."""
    words = [token.text for token in tokens(phrase)]
    kept = [word for word in words if word not in STOP_WORDS] or words
    return " ".join(stem(word) for word in kept)
