"""What a question is about, and how well a stretch of text speaks of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from begroting_qa.domain import Term
from begroting_qa.dutch import fold, names_subject, terms_of
from begroting_qa.vocabulary import FRAME_WEIGHT, Vocabulary, importance, matcher

# what a word tells that stands not in the sentence but in its headings, or in the sentence in front
IN_HEADING, IN_FRONT = 0.85, 0.8
TOLD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word of a question: how to find it, what it weighs, whether it says what the question is about, and whether it names."""

    find: Callable[[frozenset[str]], float]
    weight: float
    is_subject: bool
    is_name: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of a question that say what it is about."""

    words: tuple[_Word, ...]

    @classmethod
    def of(cls, terms: Sequence[Term], vocabulary: Vocabulary) -> Subject:
        """Return what terms say that a question is about."""
        weighed = [(term, importance(term, vocabulary)) for term in terms]
        return cls(
            tuple(
                _Word(
                    find=matcher(term),
                    weight=weight,
                    is_subject=weight > FRAME_WEIGHT and names_subject(fold(term.surface)),
                    is_name=term.is_name,
                )
                for term, weight in weighed
            )
        )

    @property
    def is_particular(self) -> bool:
        """Whether there is a noun that says what it is about: `het beleid` is about anything."""
        return any(word.is_subject for word in self.words)

    def spoken_of(self, text: str, path: Sequence[str], before: str = "") -> float:
        """Return the share of the weight that a sentence holds; 0 where a noun stands neither in it nor around it.

        `path` are the headings above it, `before` is the sentence in front where it leans on that.
        """
        held = self._held(text, path, before)
        if any(part < TOLD for part, word in zip(held, self.words, strict=True) if word.is_subject):
            return 0.0
        return _share(held, self.words)

    def is_named_in(self, text: str) -> bool:
        """Tell whether a sentence itself holds a noun of the subject."""
        held = terms_of(text)
        return any(word.find(held) >= TOLD for word in self.words if word.is_subject)

    def partly_spoken_of(self, text: str, path: Sequence[str], before: str = "") -> float:
        """Return the share of the weight of the nouns that a sentence holds; those that name somebody say little of a subject."""
        nouns = [word for word in self.words if word.is_subject]
        asked = [word for word in nouns if not word.is_name] or nouns
        return _share(Subject(tuple(asked))._held(text, path, before), asked) if asked else 0.0

    def _held(self, text: str, path: Sequence[str], before: str) -> list[float]:
        own, above, in_front = terms_of(text), terms_of(" · ".join(path)), terms_of(before)
        return [max(w.find(own), IN_HEADING * w.find(above), IN_FRONT * w.find(in_front)) for w in self.words]


def _share(held: Sequence[float], words: Sequence[_Word]) -> float:
    total = sum(word.weight for word in words) or 1.0
    return sum(part * word.weight for part, word in zip(held, words, strict=True)) / total
