"""Dutch words: folding, tokens, stems, compound parts, stop words, synonyms and abbreviations.

The same analysis is applied to documents and to questions, and before any search engine, so that every engine ranks alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
MIN_COMPOUND = 8
MIN_LEFT = 3
MIN_RIGHT = 4

# our own: the usual Dutch lists drop niet, geen, meer, minder and tegen, which carry meaning in a budget
STOP_WORDS = frozenset(
    """de het een en of maar dat die dit deze der den des van in op te ten ter voor met aan bij door om uit over naar als dan
    er hij zij ze wij we ik je jij u uw hun hen haar hem zijn mijn ons onze jullie men is was waren wordt worden werd werden
    ben bent geworden heeft hebben had hadden heb kan kunnen kon konden zal zullen zou zouden moet moeten mag mogen wil willen
    ook nog al wel zo toch even eens daar hier toe af tot via onder tussen per omdat doordat terwijl zodat indien welke welk wie
    wat waar wanneer waarom hoe hoeveel waarin waarmee waarvoor waarop waaraan waarover waardoor dus want sinds vanuit binnen
    zich zelf elkaar iets iemand daarvan ervan hiervan daarmee ermee hiermee erop eraan ervoor hiervoor daarvoor m s t n""".split()
)
# no part of a compound: prefixes that look like words
_PREFIXES = frozenset(
    """aan achter bij binnen boven door her mee mis onder ont over op rond samen tegen terug toe uit van ver voor vol weg
    wel neer los vast dien waar daar hier een ten der den des lijk lijke lijken eren ingen heid baar loos zaam""".split()
)
_IRREGULAR = {
    "kinderen": "kind", "steden": "stad", "leden": "lid", "raadsleden": "raadslid", "schepen": "schip", "eieren": "ei",
    "ouderen": "ouder", "wegen": "weg", "gaat": "gan", "ging": "gan", "doet": "doen", "deed": "doen", "gedaan": "doen",
}  # fmt: skip
_NO_PARTICIPLE = frozenset("gezond gebied geweld geld gemeent gewicht gericht gerecht gezicht gebied gevoeld geluid gebod geduld".split())


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
        found.append(
            Token(text=code.key, surface=text[code.start : code.end], start=code.start, end=code.end, is_code=True)
        )
        at = code.end
    found.extend(_words(text, at, len(text)))
    return found


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        yield Token(text=fold(match[0]).replace("'", ""), surface=match[0], start=match.start(), end=match.end())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Porter stem of a folded word, its last consonant devoiced and single (dakloze, daklozen: `daklos`)."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
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
def related_terms(word: str) -> tuple[str, ...]:
    """Return stems that a folded word contains besides its own: parts of a compound, the verb of a participle, a root."""
    own = stem(word)
    related = [stem(part) for part in split_compound(word)]
    if (verb := _verb_of_participle(word)) is not None:
        related.append(verb)
    if word.endswith("t") and len(word) > 4 and (word[:-1] + "en" in _word_list() or _opened(word[:-1]) + "en" in _word_list()):  # noqa: PLR2004
        related.append(stem(word[:-1]))  # begeleidt, betaalt -> begeleid, betaal
    if own.endswith("er") and len(own) > 7:  # noqa: PLR2004 (mantelzorger -> mantelzorg, not raadhuis -> raad)
        related.append(stem(own[:-2]))
    return tuple(dict.fromkeys(term for term in related if term != own and len(term) > 2 and term not in STOP_WORDS))  # noqa: PLR2004


def _opened(base: str) -> str:
    """Return a verb's base as it stands before -en: a long vowel is written once (betaal: betalen)."""
    return f"{base[:-2]}{base[-1]}" if len(base) > 3 and base[-2] == base[-3] and base[-2] in _VOWELS else base  # noqa: PLR2004


def index_terms(text: str) -> list[str]:
    """Return the terms a text is indexed under, in order: stems, codes and parts of compounds; no stop words."""
    terms: list[str] = []
    for token in tokens(text):
        if token.is_code:
            terms.append(token.text)
            head = token.text.rsplit(".", 1)[0]
            if head != token.text and head.count(".") >= 2:  # noqa: PLR2004 (a motion is found by its number alone)
                terms.append(head)
        elif not token.is_stop:
            terms.append(stem(token.text))
            terms.extend(related_terms(token.text))
    return terms


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
    return f"{prefix}{root}" if word_frequency(match["root"]) or word_frequency(f"{match['root']}en") else None


@cache
def _word_list() -> Mapping[str, int]:
    text = resources.files("begroting_qa").joinpath("lexicon/words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {word: int(weight) for word, weight, _ in rows}


@cache
def _verbs_and_modifiers() -> tuple[frozenset[str], frozenset[str]]:
    text = resources.files("begroting_qa").joinpath("lexicon/words.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    nouns = {stem(word) for word, _, kind in rows if kind == "n"}
    verbs = frozenset(stem(word) for word, _, kind in rows if kind == "v") - nouns
    modifiers = frozenset(stem(word) for word, _, kind in rows if kind == "a") - nouns
    return verbs, modifiers


def names_subject(word: str) -> bool:
    """Tell whether a folded word is likelier what is talked of than what is said of it: no verb, adjective or adverb."""
    verbs, modifiers = _verbs_and_modifiers()
    if _verb_of_participle(word) is not None:
        return False
    key = stem(word)
    return key not in verbs and key not in modifiers


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


def is_dutch_word(word: str) -> bool:
    """Tell whether a folded word is in the list, as it is or as a participle, plural or other form of one that is."""
    if word in _word_list() or word in STOP_WORDS or _verb_of_participle(word) is not None:
        return True
    endings = ("en", "e", "s", "t", "de", "te", "den", "ten", "er", "ers", "ste")
    bases = [word[: -len(ending)] for ending in endings if word.endswith(ending)]
    forms = [form for base in (word, *bases) for form in (base, f"{_opened(base)}en", f"{base}en", f"{base}e", base[:-1])]
    return any(len(form) > 2 and form in _word_list() for form in forms)  # noqa: PLR2004


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Return, by stemmed phrase, the other phrases of its group; everyday words against the words of policy."""
    text = resources.files("begroting_qa").joinpath("lexicon/synonyms.txt").read_text(encoding="utf-8")
    groups: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            phrases = [phrase.strip() for phrase in line.split(",")]
            for phrase in phrases:
                groups.setdefault(phrase_key(phrase), []).extend(p for p in phrases if p != phrase)
    return {key: tuple(dict.fromkeys(others)) for key, others in groups.items()}


@cache
def abbreviations() -> Mapping[str, str]:
    """Return full forms by folded abbreviation."""
    text = resources.files("begroting_qa").joinpath("lexicon/abbreviations.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {fold(short): full for short, full in pairs}


@cache
def abbreviations_by_key() -> Mapping[str, tuple[str, ...]]:
    """Return abbreviations by the key of their full form."""
    keys: dict[str, tuple[str, ...]] = {}
    for short, full in abbreviations().items():
        keys[phrase_key(full)] = (*keys.get(phrase_key(full), ()), short)
    return keys


@cache
def municipalities() -> frozenset[str]:
    """Return the folded names of Dutch municipalities and larger places, as a question may name them."""
    text = resources.files("begroting_qa").joinpath("lexicon/municipalities.txt").read_text(encoding="utf-8")
    return frozenset(fold(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def phrase_key(phrase: str) -> str:
    """Return the stems of a phrase's words, parted by spaces; stop words stay out unless nothing else is left."""
    words = [token.text for token in tokens(phrase)]
    kept = [word for word in words if word not in STOP_WORDS] or words
    return " ".join(stem(word) for word in kept)
