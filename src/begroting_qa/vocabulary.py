"""What the corpus knows of words: which occur, how rare they are, and how much each says of a question's subject."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from begroting_qa.codes import find_codes
from begroting_qa.domain import Plan, Source, Term
from begroting_qa.dutch import (
    STOP_WORDS,
    Kinship,
    fold,
    index_terms,
    is_frame_word,
    is_listed,
    names_subject,
    stem,
    terms_of,
    tokens,
    word_frequency,
)
from begroting_qa.protocols import Embedder, TermStatistics

# what a frame word adds to the subject of a question, against 1 for a word of substance
FRAME_WEIGHT = 0.1
# what a word weighs that stands neither here nor in the word list
UNKNOWN_WORD = 0.8
# what a verb or adjective weighs against the noun it goes with
SAID_OF_SUBJECT = 0.7
# how a word's importance damps its weight; a word of the question, however common, counts for at least OWN_WORD
IMPORTANCE_POWER = 0.5
OWN_WORD = 0.5
# a BM25 sum adds up all that may stand for one word, so that many doubtful variants would outweigh the word itself: together they
# count for no more than this, for a word that the corpus has and for one that it lacks
EXPANSIONS = 0.7
EXPANSIONS_OF_UNKNOWN = 2.0
SURE = 0.9
DOUBT = 0.8
CODE_WEIGHT = 3.0
YEAR_WEIGHT = 1.5
PLACE_WEIGHT = 1.0
# how a term's weight grows with its count and shrinks with the passage's length (Robertson and Zaragoza, 2009)
BM25_K1 = 1.2
BM25_B = 0.75
SHORTEST_PARAGRAPH = 40
_OF_A_TOWN = frozenset(
    ("s", "se", "sen", "er", "ers", "aar", "aars", "aren", "naar", "naars", "naren", "enaar", "enaars", "enaren", "ense")
)
# a phrase told in other words, one by one, is told a little less surely
PHRASE_BY_PARTS = 0.95
MAX_NEIGHBOURS = 4
MIN_NEIGHBOUR_COSINE = 0.48


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the corpus knows: its sources, how rare each term is, the words, names and codes that occur."""

    sources: tuple[Source, ...]
    terms: TermStatistics
    words: Mapping[str, int]
    words_by_initial: Mapping[str, tuple[str, ...]]
    codes: frozenset[str]
    names: frozenset[str]
    paragraphs_with: Mapping[str, int]
    n_paragraphs: int
    neighbours: Callable[[str], tuple[tuple[str, float], ...]]

    def knows(self, term: str) -> bool:
        """Tell whether a term stands in the corpus, as a word or held by one."""
        return any(self.terms.document_frequency(f"{mark}{term}") for mark in ("", *Kinship))

    def home_of(self, word: str) -> str | None:
        """Return the municipality of the corpus that a folded word names, its people or what is of it (Leids, Leidenaar)."""
        for source in self.sources:
            name = fold(source.municipality)
            if word == name:
                return name
            roots = {name, name.removesuffix("en"), name.rstrip("aeiou")}
            rests = {word.removeprefix(root) for root in roots if len(root) > 2 and word.startswith(root)}  # noqa: PLR2004 (too short)
            if rests & _OF_A_TOWN and not is_listed(word):
                return name
        return None

    def rarity(self, term: str) -> float:
        """Return how rare a term is in running text, 0 to 1: its idf over paragraphs, headings and titles left aside."""
        frequency = self.paragraphs_with.get(term, 0)
        highest = math.log(1 + (self.n_paragraphs + 0.5) / 0.5)
        return math.log(1 + (self.n_paragraphs - frequency + 0.5) / (frequency + 0.5)) / highest

    @classmethod
    def of(cls, *, sources: tuple[Source, ...], texts: Sequence[str], terms: TermStatistics, embedder: Embedder) -> Vocabulary:
        """Gather the facts of canonical texts."""
        words: Counter[str] = Counter()
        names: set[str] = set()
        paragraphs_with: Counter[str] = Counter()
        n_paragraphs = 0
        for text in texts:
            for token in tokens(text):
                if not token.is_code and token.text.isalpha():
                    words[token.text] += 1
                    if token.surface[0].isupper() and text[max(0, token.start - 2) : token.start].strip(" ") not in (
                        "",
                        ".",
                        ":",
                        "\n",
                    ):
                        names.add(token.text)
            for paragraph in text.split("\n"):
                if len(paragraph) >= SHORTEST_PARAGRAPH:
                    paragraphs_with.update(set(index_terms(paragraph)))
                    n_paragraphs += 1
        by_initial: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= 4:  # noqa: PLR2004 (a shorter word has too many neighbours)
                by_initial.setdefault(word[0], []).append(word)
        codes = {code.key for text in texts for code in find_codes(text)}
        return cls(
            sources=sources,
            terms=terms,
            words=words,
            words_by_initial={initial: tuple(found) for initial, found in by_initial.items()},
            codes=frozenset(codes),
            names=frozenset(names),
            paragraphs_with=paragraphs_with,
            n_paragraphs=n_paragraphs,
            neighbours=_neighbour_finder([word for word in sorted(words) if len(word) >= 4 and word not in STOP_WORDS], embedder),  # noqa: PLR2004
        )


def _neighbour_finder(words: Sequence[str], embedder: Embedder) -> Callable[[str], tuple[tuple[str, float], ...]]:
    """Return a function that gives the corpus words nearest in meaning to a word, with their cosines."""
    vectors = embedder.embed_passages(words)

    @lru_cache(maxsize=10_000)
    def neighbours(word: str) -> tuple[tuple[str, float], ...]:
        cosines = vectors @ embedder.embed_queries([word])[0]
        best = np.argsort(-cosines, kind="stable")[:MAX_NEIGHBOURS]
        return tuple((words[int(i)], float(cosines[i])) for i in best if cosines[i] >= MIN_NEIGHBOUR_COSINE)

    return neighbours


def forms_of(term: Term) -> frozenset[str]:
    """Return every index term that may stand for a term of the question, or for a word of a phrase that may."""
    words = {f"{mark}{word}" for words, _ in term.phrases for word in words for mark in ("", *Kinship)}
    return frozenset(words.union((variant for variant, _ in term.variants), *map(forms_of, term.parts)))


def matcher(term: Term) -> Callable[[frozenset[str]], float]:
    """Return a function that tells how well a term of the question stands among the index terms of a text, 0 to 1."""
    lookup = dict(term.variants)
    marked = [
        ([frozenset(f"{mark}{word}" for mark in ("", *Kinship)) for word in words], weight) for words, weight in term.phrases
    ]
    parts = [matcher(part) for part in term.parts]

    def weigh(held: frozenset[str]) -> float:
        best = max((lookup[variant] for variant in lookup.keys() & held), default=0.0)
        for words, weight in marked:
            if weight > best and not any(forms.isdisjoint(held) for forms in words):
                best = weight
        if parts and best < PHRASE_BY_PARTS:
            best = max(best, PHRASE_BY_PARTS * sum(part(held) for part in parts) / len(parts))
        return best

    return weigh


def match(term: Term, held: frozenset[str]) -> float:
    """Return how well a term of the question stands among the index terms of a text, 0 to 1."""
    return matcher(term)(held)


def importance(term: Term, vocabulary: Vocabulary) -> float:
    """Return how much a term says of the subject, 0 to 1: its rarity here, or for a word not here, in the language."""
    if all(is_frame_word(fold(word)) or vocabulary.home_of(fold(word)) is not None for word in term.surface.split()):
        return FRAME_WEIGHT
    share = 1.0 if any(names_subject(fold(word)) for word in re.split(r"\W+", term.surface) if word) else SAID_OF_SUBJECT
    known = [vocabulary.rarity(variant) * weight for variant, weight in term.variants]
    known += [max(map(vocabulary.rarity, words)) * weight for words, weight in term.phrases]
    if known:
        return share * max(0.15, max(known))
    if term.is_name:
        return 1.0
    # a frequent word of the language that this corpus lacks is likelier another way of saying it than another subject
    common = max(word_frequency(fold(word)) for word in re.split(r"\W+", term.surface) if word)
    return share * (UNKNOWN_WORD if common == 0 else max(0.2, UNKNOWN_WORD - 0.045 * common))


def term_weights(plan: Plan, vocabulary: Vocabulary) -> dict[str, float]:
    """Return the weight of every index term that a question looks for; how was chosen on dev cases, see eval/LOG.md."""
    weights: dict[str, float] = {}
    for term in (*plan.terms, *(part for phrase in plan.terms for part in phrase.parts)):
        share = importance(term, vocabulary) ** IMPORTANCE_POWER
        sure = {variant: weight for variant, weight in term.variants if weight >= SURE}
        doubtful = {variant: weight for variant, weight in term.variants if weight < SURE}
        for words, weight in term.phrases:
            doubtful.update({word: max(doubtful.get(word, 0.0), weight / len(words)) for word in words})
        is_here = any(variant[0].isalnum() for variant in sure)
        budget = EXPANSIONS if is_here else EXPANSIONS_OF_UNKNOWN
        damp = min(DOUBT, budget / (sum(doubtful.values()) or 1.0))
        for variant, weight in (*sure.items(), *((variant, damp * weight) for variant, weight in doubtful.items())):
            weights[variant] = max(weights.get(variant, 0.0), share * weight)
    own = (t.text if t.is_code else stem(t.text) for t in tokens(plan.corrected) if not t.is_stop)
    weights.update({word: max(weights.get(word, 0.0), OWN_WORD) for word in own})
    weights.update(dict.fromkeys(plan.codes, CODE_WEIGHT))
    weights.update({word: PLACE_WEIGHT for place in plan.places for word in terms_of(place)})
    weights.update({str(year): YEAR_WEIGHT for year in plan.years})
    return weights
