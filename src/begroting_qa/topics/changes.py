"""Topics -> how each is worded otherwise than before: words that differ, lower numbers, weaker promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from begroting_qa.amounts import Amount, find_amounts
from begroting_qa.domain import Phase, Span, Strength
from begroting_qa.dutch import STOP_WORDS, fold
from begroting_qa.topics.said import Said, SaidKind, Topic, TopicPart


class ChangeKind(StrEnum):
    """How a wording changed; a lower number may be better or worse, so it is only said to be lower."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    LOWERED = "lowered"
    WEAKENED = "weakened"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingChange:
    """Words that differ between two texts, with their places in each; of added words the older place is empty."""

    kind: ChangeKind
    older: Span
    newer: Span
    older_quote: str
    newer_quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChange:
    """One stretch in two documents, either absent where only the other has it; offsets of `changes` count from their starts."""

    older: Said | None
    newer: Said | None
    changes: tuple[WordingChange, ...]


# a title, or a sentence, is worded like another when this share of its words stands in both
ALIKE = 0.5
# quotation marks come in many kinds and say nothing
_WORD = re.compile(r"\w+(?:[.,’'/-]\w+)*%?|[^\w\s'\"‘’“”„`´]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIRMNESS = {Strength.FIRM: 4, Strength.INTENDED: 3, Strength.EXPECTED: 2, Strength.AIMED: 2, Strength.EXPLORED: 1}


def changes_of(topic: Topic, strength_of: Callable[[str], Strength | None]) -> list[TopicChange]:
    """Return how a topic is worded otherwise than before, newest first: titles, targets, and text in documents of one kind."""
    found: list[TopicChange] = []
    for at, part in enumerate(topic.parts):
        older = topic.parts[at + 1 :]
        titles = [other.title for other in older if other.title is not None]
        if part.title is not None and titles:
            found += _compared(titles[0], part.title, strength_of)
        found += _targets(older, part)
        before = next((other for other in older if other.document_kind is part.document_kind), None)
        if before is not None:
            found += _texts(_prose_of(before), _prose_of(part), strength_of)
    return found


def wording_changes(older: str, newer: str, strength_of: Callable[[str], Strength | None]) -> list[WordingChange]:
    """Return the words that differ, in order, each whole; a weaker promise comes first, with both texts in full."""
    old, new = list(_WORD.finditer(older)), list(_WORD.finditer(newer))
    changes = [
        _change(older, _stretch(old, i, j), newer, _stretch(new, k, m)) for i, j, k, m in _differences(_folded(old), _folded(new))
    ]
    before, after = strength_of(older), strength_of(newer)
    if before is not None and after is not None and _FIRMNESS[after] < _FIRMNESS[before]:
        weaker = _change(older, Span(start=0, end=len(older)), newer, Span(start=0, end=len(newer)))
        changes.insert(0, replace(weaker, kind=ChangeKind.WEAKENED))
    return changes


def _folded(words: Sequence[re.Match[str]]) -> list[str]:
    return [fold(word[0]) for word in words]


def _differences(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the runs of words that differ; a function word alike between two of them parts no changes."""
    runs: list[tuple[int, int, int, int]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        alike = old[runs[-1][1] : i] if runs else []
        if runs and len(alike) <= 1 and STOP_WORDS.issuperset(alike):
            runs[-1] = (runs[-1][0], j, runs[-1][2], m)
        else:
            runs.append((i, j, k, m))
    return runs


def _stretch(words: Sequence[re.Match[str]], first: int, end: int) -> Span:
    """Return the place of a run of words; of an empty one, the place where it would stand."""
    if first < end:
        return Span(start=words[first].start(), end=words[end - 1].end())
    at = words[first - 1].end() if first else 0
    return Span(start=at, end=at)


def _change(older: str, before: Span, newer: str, after: Span) -> WordingChange:
    quotes = older[before.start : before.end], newer[after.start : after.end]
    kind = ChangeKind.CHANGED
    if not all(quotes):
        kind = ChangeKind.REMOVED if quotes[0] else ChangeKind.ADDED
    else:
        old, new = _amounts(older, before), _amounts(newer, after)
        if len(old) == len(new) == 1 and old[0].is_percentage == new[0].is_percentage and new[0].value < old[0].value:
            kind = ChangeKind.LOWERED
    return WordingChange(kind=kind, older=before, newer=after, older_quote=quotes[0], newer_quote=quotes[1])


def _amounts(text: str, within: Span) -> list[Amount]:
    """Return the numbers that a stretch touches, years left out: a later one is no change of a plan."""
    touched = [amount for amount in find_amounts(text) if amount.start < within.end and within.start < amount.end]
    return [amount for amount in touched if not _YEAR.fullmatch(text[amount.start : amount.end].strip())]


def _compared(older: Said, newer: Said, strength_of: Callable[[str], Strength | None]) -> list[TopicChange]:
    changes = wording_changes(older.quote, newer.quote, strength_of)
    return [TopicChange(older=older, newer=newer, changes=tuple(changes))] if changes else []


def _prose_of(part: TopicPart) -> list[Said]:
    return [said for said in part.said if said.kind is SaidKind.PROSE]


def _texts(older: Sequence[Said], newer: Sequence[Said], strength_of: Callable[[str], Strength | None]) -> list[TopicChange]:
    """Return the sentences that changed, each beside the one it is most like, then those that only one of both has.

    Where no sentence is like one before, the text was written anew, and there is nothing to compare.
    """
    old, new = [[_folded(list(_WORD.finditer(said.quote))) for said in side] for side in (older, newer)]
    ratios = [
        (SequenceMatcher(None, words, others, autojunk=False).ratio(), i, j)
        for i, words in enumerate(old)
        for j, others in enumerate(new)
    ]
    pairs: dict[int, int] = {}
    for ratio, i, j in sorted(ratios, key=lambda pair: (-pair[0], pair[1:])):
        if ratio >= ALIKE and j not in pairs and i not in pairs.values():
            pairs[j] = i
    if not pairs:
        return []
    found = [change for j, i in sorted(pairs.items()) for change in _compared(older[i], newer[j], strength_of)]
    found += [TopicChange(older=None, newer=said, changes=()) for j, said in enumerate(newer) if j not in pairs]
    gone = [said for i, said in enumerate(older) if i not in pairs.values()]
    return found + [TopicChange(older=said, newer=None, changes=()) for said in gone]


def _targets(older: Sequence[TopicPart], part: TopicPart) -> Iterator[TopicChange]:
    """Yield the targets that were others in the document before: of one year, else each for the year of its document."""
    own = [figure for figure in part.figures if figure.phase is Phase.STREEFWAARDE]
    before = next((p for p in older if any(figure.phase is Phase.STREEFWAARDE for figure in p.figures)), None)
    if not own or before is None:
        return
    earlier = [figure for figure in before.figures if figure.phase is Phase.STREEFWAARDE]
    pairs = [(old, new) for old in earlier for new in own if old.period == new.period]
    years = str(before.year), str(part.year)
    for old, new in pairs or [(old, new) for old in earlier for new in own if (old.period, new.period) == years]:
        if old.unit is new.unit and old.value != new.value:
            said = [
                Said(start=f.start, end=f.end, document_id=f.document_id, quote=f.display, kind=SaidKind.FIGURE)
                for f in (old, new)
            ]
            kind = ChangeKind.LOWERED if new.value < old.value else ChangeKind.CHANGED
            whole = [Span(start=0, end=len(one.quote)) for one in said]
            change = WordingChange(
                kind=kind, older=whole[0], newer=whole[1], older_quote=said[0].quote, newer_quote=said[1].quote
            )
            yield TopicChange(older=said[0], newer=said[1], changes=(change,))
