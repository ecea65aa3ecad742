"""Abbreviations as a text brings them in: `Sterke Sociale Basis (SSB)` -> SSB, what it is short for and where that is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from begroting_qa.dutch import fold, lines_of

MAX_WORDS = 9
MAX_EXPLAINED = 4
_SHORT = re.compile(r"\((?:de |het |hierna:? )?(?P<short>[A-Z][A-Za-z0-9&+-]{1,9}?)(?:['’]?(?:s|er|ers))?\)")
_IN_TEXT = re.compile(r"(?<!\w)[A-Za-z][A-Za-z0-9&+-]{1,9}(?!\w)")
_WORD = re.compile(r"[^\s(),;:.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """An abbreviation and the words right before it that it is short for; `start` and `end` hold both."""

    short: str
    full: str
    start: int
    end: int


def find_introduced(text: str) -> Iterator[Introduced]:
    """Yield the abbreviations that a text brings in between brackets, in order of place."""
    for match in _SHORT.finditer(text):
        short = match["short"]
        if sum(letter.isupper() for letter in short) < 2:  # noqa: PLR2004 (a name between brackets)
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        words = list(_WORD.finditer(text, line, match.start()))[-MAX_WORDS:]
        for word in reversed(words):
            full = text[word.start() : match.start()].strip()
            if _is_short_for(short, full):
                yield Introduced(short=short, full=full, start=word.start(), end=match.end())
                break


def known_abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Return what abbreviations are short for: as the texts bring them in, else as the shipped lexicon has them."""
    shipped = dict(line.split("\t") for line in lines_of("abbreviations.tsv"))
    return shipped | {introduced.short: introduced.full for text in texts for introduced in find_introduced(text)}


def unexplained(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the known abbreviations of a text that it does not explain itself, in order of first use, with what they mean."""
    said = fold(text)
    found = dict.fromkeys(match[0] for match in _IN_TEXT.finditer(text) if match[0] in known)
    return [(short, known[short]) for short in found if fold(known[short]) not in said][:MAX_EXPLAINED]


def _is_short_for(short: str, full: str) -> bool:
    """Tell whether a phrase begins with the first letter of an abbreviation and holds the others in order.

    Of a compound the inner letters count too: `jeugdgezondheidszorg (JGZ)`.
    """
    letters, phrase = fold(short), fold(full)
    letters = "".join(letter for letter in letters if letter.isalnum())
    if not phrase.startswith(letters[0]) or any(mark in phrase for mark in ".;:"):
        return False
    at = 0
    for letter in letters:
        at = phrase.find(letter, at) + 1
        if at == 0:
            return False
    initials = "".join(word[0] for word in phrase.split() if word)
    return len(letters) <= len(phrase.split()) * 3 and initials[0] == letters[0] and len(phrase) > len(letters) + 2
