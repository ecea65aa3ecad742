"""What somebody may ask for a paragraph: its heading or a sentence of it, as hurried readers word and type it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from begroting_qa.dutch import STOP_WORDS, fold, lines_of, phrase_key, split_compound, stem, synonyms
from training.texts import Paragraph

SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z])")
NUMBERING = re.compile(r"^((artikel|hoofdstuk|paragraaf|bijlage|titel|afdeling)\s+)?[\d.]+[a-z]?\.?\s*", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
SHORTEST_HEADING = 4
QUESTIONS = (
    "{}", "{}", "wat is {}", "wat staat er over {}", "hoe zit het met {}", "wat doet de gemeente aan {}",
    "welke regels gelden voor {}", "wat wordt er gezegd over {}", "informatie over {}", "hoe werkt {}", "hoe gaat {}",
    "wat zijn de plannen voor {}", "wat kost {}", "wanneer is {}", "waarom {}", "wie gaat over {}", "mag ik {}", "kan ik {}",
    "wat moet ik doen voor {}", "wat verandert er aan {}", "hoe staat het met {}", "ik wil weten hoe het zit met {}",
    "wat gaan we doen aan {}", "welke afspraken zijn er over {}", "moet ik {}", "wat is het beleid voor {}", "hoeveel {}",
)  # fmt: skip
SHARES = {"heading": 0.6, "part of sentence": 0.5, "other words": 0.35, "compound apart": 0.15, "typo": 0.08}
MAX_REPLACED = 2


def read_wordnet(data: Path) -> dict[str, tuple[str, ...]]:
    """Return up to three synonyms a lemma of Open Dutch WordNet, from `lexicon/odwn_synoniemen.jsonl`."""
    with (data / "lexicon" / "odwn_synoniemen.jsonl").open(encoding="utf-8") as lines:
        return {fold(row["lemma"]): tuple(row["synoniemen"][:3]) for row in map(json.loads, lines)}


class Asker:
    """Asks for paragraphs: with `rng` to choose by, and `wordnet` for words that the shipped lexicon does not know."""

    def __init__(self, rng: random.Random, wordnet: Mapping[str, tuple[str, ...]]) -> None:
        self._rng = rng
        self._wordnet = wordnet

    def queries_of(self, paragraph: Paragraph) -> Iterator[tuple[str, str]]:
        """Yield queries for a paragraph, each with the text that answers it: never the words of the query's own sentence."""
        rng = self._rng
        headings = [bare for h in paragraph.headings if len(bare := NUMBERING.sub("", h).strip()) >= SHORTEST_HEADING]
        if headings and rng.random() < SHARES["heading"]:
            heading = headings[-1] if len(headings) == 1 or rng.random() < 0.7 else " ".join(headings[-2:])
            yield self.varied(rng.choice(QUESTIONS).format(heading.lower())), paragraph.text
        sentences = SENTENCE_END.split(paragraph.text)
        if len(sentences) > 1:
            at = rng.randrange(len(sentences))
            rest = " ".join(sentences[:at] + sentences[at + 1 :])
            if 20 < len(sentences[at]) < 300 and len(rest) > 40:
                sentence = sentences[at]
                yield self.varied(_stretch(sentence, rng) if rng.random() < SHARES["part of sentence"] else sentence), rest

    def varied(self, query: str) -> str:
        """Return the query, sometimes with other words for its own, a compound taken apart or a typing error."""
        rng = self._rng
        if rng.random() < SHARES["other words"]:
            query = self.in_other_words(query)
        if rng.random() < SHARES["compound apart"]:
            query = _compound_apart(query, rng)
        return _with_typo(query, rng) if rng.random() < SHARES["typo"] else query

    def in_other_words(self, query: str) -> str:
        """Return the query with one or two of its words replaced by what may stand for them."""
        rng = self._rng
        found = [
            (m, others) for m in WORD.finditer(query) if fold(m[0]) not in STOP_WORDS and (others := self._others(fold(m[0])))
        ]
        for match, others in sorted(rng.sample(found, min(MAX_REPLACED, len(found))), key=lambda pair: -pair[0].start()):
            query = f"{query[: match.start()]}{rng.choice(others)}{query[match.end() :]}"
        return query

    def _others(self, word: str) -> tuple[str, ...]:
        return synonyms().get(phrase_key(word), ()) or self._wordnet.get(word, ())


def lexicon_pairs(rng: random.Random, repeated: int) -> Iterator[tuple[str, str]]:
    """Yield pairs of phrases of one group of the shipped lexicon: everyday words and the words of policy, some as questions."""
    for line in lines_of("synonyms.txt"):
        phrases = [phrase.strip() for phrase in line.split(",")]
        for _ in range(repeated if len(phrases) > 1 else 0):
            one, other = rng.sample(phrases, 2)
            yield (rng.choice(QUESTIONS).format(one) if rng.random() < 0.3 else one), other


def _stretch(sentence: str, rng: random.Random) -> str:
    words = sentence.lower().split()
    if len(words) < 6:
        return sentence
    size = rng.randrange(4, len(words))
    start = rng.randrange(len(words) - size + 1)
    return " ".join(words[start : start + size])


def _compound_apart(query: str, rng: random.Random) -> str:
    """Return the query with one compound told by its parts: `de bekostiging van mantelzorg` for `mantelzorgbekostiging`."""
    found = [(m, parts) for m in WORD.finditer(query) if (parts := split_compound(fold(m[0])))]
    if not found:
        return query
    match, parts = rng.choice(found)
    told = f"{parts[-1]} {rng.choice(('voor', 'van', 'bij', 'in'))} {' '.join(parts[:-1])}"
    return f"{query[: match.start()]}{told}{query[match.end() :]}"


def _with_typo(text: str, rng: random.Random) -> str:
    """Return the text with one letter dropped, doubled or swapped."""
    if len(text) < 8:
        return text
    at = rng.randrange(1, len(text) - 2)
    return rng.choice((
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ))  # fmt: skip


def key_of(query: str) -> str:
    """Return what two queries that ask the same share: their stems, in order of the alphabet."""
    return " ".join(sorted({stem(fold(m[0])) for m in WORD.finditer(query) if fold(m[0]) not in STOP_WORDS}))
