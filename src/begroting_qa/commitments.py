"""Passages -> Commitments: every sentence that states an intent, with who will do it, what, and by when."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from begroting_qa.codes import find_codes
from begroting_qa.domain import Commitment, Document, Passage, Period, Span, Unit, UnitKind
from begroting_qa.intent import actor_of, condition_of, due_of, intent

_QUOTED_KINDS = frozenset((UnitKind.SENTENCE, UnitKind.ENTRY))
_LINKS = re.compile(r"(?:Daarnaast|Ook|Verder|Daarom|Tot slot|Zo|Daartoe|Hiertoe|Hierbij|Daarbij),? ")
ID_CHARS = 10
SHORTEST = 3  # words


def find_commitments(passages: Sequence[Passage], documents: Mapping[str, Document]) -> list[Commitment]:
    """Return the commitments that the passages state, in order of place; none has an outcome yet."""
    found = [
        commitment
        for passage in passages
        for before, unit in pairwise((None, *passage.units))
        if (commitment := _commitment(passage, unit, before, documents[passage.document_id])) is not None
    ]
    return list(_with_ids(found))


def _commitment(passage: Passage, unit: Unit | None, before: Unit | None, document: Document) -> Commitment | None:
    """Return what a sentence commits to; it has no id yet."""
    if unit is None or unit.kind not in _QUOTED_KINDS:
        return None
    text, source = unit.text, document.source
    if len(text.split()) < SHORTEST:
        return None
    due = due_of(text, source.as_of)
    strength = intent(text, source.kind, due, source.as_of)
    if strength is None:
        return None
    codes = find_codes(" ".join((*passage.path, text)))
    return Commitment(
        id="",
        document_id=passage.document_id,
        path=passage.path,
        quote=document.text[unit.start : unit.end],
        text=text,
        actor=actor_of(text),
        action=_action(text, due),
        strength=strength,
        due=due,
        condition=condition_of(text),
        before=Span(start=before.start, end=before.end) if before is not None else None,
        codes=tuple(dict.fromkeys(code.key for code in codes)),
        start=unit.start,
        end=unit.end,
    )


def _action(text: str, due: Period | None) -> str:
    """Return what is to be done: the sentence without the word that links it to the one before, and without its time."""
    bare = text[found.end() :] if (found := _LINKS.match(text)) else text
    if due is not None:
        bare = bare.replace(f" {due.text}", "", 1)
    return bare.strip(" .;")


def _with_ids(found: Sequence[Commitment]) -> Iterator[Commitment]:
    """Name each after its document and words, so that the name outlives a change elsewhere in the document."""
    seen: Counter[str] = Counter()
    for commitment in found:
        words = " ".join(commitment.text.lower().split())
        name = f"{commitment.document_id}:{hashlib.sha256(words.encode()).hexdigest()[:ID_CHARS]}"
        seen[name] += 1
        yield replace(commitment, id=name if seen[name] == 1 else f"{name}-{seen[name]}")
