"""Commitments + later statements -> what came of each, according to the documents.

A later statement is about the same thing when it shares the words that single the thing out (names, codes, rare nouns, its own
or those of its heading) and is near in meaning. What only shares a theme is left out: that would hide a promise never reported.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from begroting_qa.domain import Commitment, CommitmentStatus, Document, FollowUp, Passage, Unit, UnitKind
from begroting_qa.dutch import fold, is_frame_word, names_subject, terms_of, tokens
from begroting_qa.pointing import points_back
from begroting_qa.protocols import Embedder

# how much alike a later statement must be; chosen on hand-labelled pairs, see eval/LOG.md
ALIKE = 0.9
OF_SHARED, OF_RAREST = 0.02, 0.02
MOST_SHARED = 20.0
# a later sentence that holds all of the heading above a promise speaks of what that is called
SHORTEST_TITLE = 3  # words
MOST_TITLED = 3
FEW_OWN = 2  # words
OF_TITLE = 0.3
IN_HEADING = 0.7
# the two rarest shared words single out a thing: as when both stand in one of some fifty sentences
SINGLED_OUT = 8.0
CLOSE_BEHIND = 0.2
MOST_FOLLOW_UPS = 2
SHORTEST = 5  # words
# how much of a promise another must hold to put it off, and not to go on about what it made
SAME_ACT = 0.6
_TOLD = frozenset((UnitKind.SENTENCE, UnitKind.ENTRY))

_DROPPED = re.compile(
    r"\b(?:stopgezet|geschrapt|afgezien van|gaa?n?t? niet (?:meer )?door|komt te vervallen|(?:trekken|trekt) .{0,40}\bin)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:uitgesteld|verschoven|vertraging|vertraagd|later dan|gewijzigd|bijgesteld|in plaats daarvan|"
    r"nog niet (?:gereed|gerealiseerd|gestart|afgerond|vastgesteld))\b",
    re.IGNORECASE,
)
_FINISHED = re.compile(
    r"\b(?:is|zijn|heeft|hebben|werd|werden|was|waren)\b[^;:]{0,200}?\b(?:vastgesteld|afgerond|gerealiseerd|opgeleverd|"
    r"geopend|gelanceerd|"
    r"gestart(?! met)|van start|gecreëerd|plaatsgevonden|gehouden|georganiseerd|opgesteld|ingericht|ingevoerd|"
    r"gepubliceerd|gepresenteerd|"
    r"uitgevoerd|ontwikkeld|behaald|gelegd|verbonden|opgezet|opgericht|aangesteld|geplaatst|gebouwd|gerenoveerd|gegund|"
    r"gesloten)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:is|zijn|heeft|hebben|wordt|worden)\b[^;:]{0,200}?\b\w*(?:ge|be|ver|ont|her)\w+(?:d|t|en)\b|"
    r"\b(?:werken we|we werken|werkt|loopt|lopen|bezig|in voorbereiding)\b",
    re.IGNORECASE,
)
_STARTS = re.compile(r"\b(?:start(?:en|t)?|gestart|lancee\w+|gelanceerd|open(?:en|t|ing)|opzet|inricht\w+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """A sentence of a document with the words in it and in the heading above it; `commitment` where it is one itself.

    `start` is where its quote begins: at the sentence in front where it says too little without that.
    """

    document: Document
    path: tuple[str, ...]
    unit: Unit
    start: int
    held: frozenset[str]
    heading: frozenset[str]
    title: frozenset[str]
    words: frozenset[str]
    vector: np.ndarray
    commitment: Commitment | None

    @property
    def as_of(self) -> date:
        return self.document.source.as_of


def trace_outcomes(
    commitments: Sequence[Commitment], passages: Sequence[Passage], documents: Mapping[str, Document], embedder: Embedder
) -> list[Commitment]:
    """Return the commitments with what later documents say of each, newest first, and the status that follows from it."""
    statements = _statements(commitments, passages, documents, embedder)
    weights = _weights(statements)
    newest = max((document.source.as_of for document in documents.values()), default=date.min)
    own = {(s.document.id, s.unit.start): s for s in statements}
    rare = _by_rare_term(statements, weights)
    told: dict[tuple[str, int], tuple[FollowUp, ...]] = {}
    for commitment in sorted(commitments, key=lambda c: documents[c.document_id].source.as_of, reverse=True):
        promised = own[commitment.document_id, commitment.start]
        near = {id(s): s for term in promised.held | promised.heading for s in rare.get(term, ())}
        direct = tuple(_follow_ups(promised, list(near.values()), weights))
        # what came of a promise made again came of the first one too
        again = [f for d in direct for f in told.get((d.document_id, d.end), ())]
        by_place = {(f.document_id, f.end): f for f in (*direct, *again)}
        newest_first = sorted(by_place.values(), key=lambda f: documents[f.document_id].source.as_of, reverse=True)
        told[commitment.document_id, commitment.end] = tuple(newest_first)
    traced: list[Commitment] = []
    for commitment in commitments:
        follow_ups = told[commitment.document_id, commitment.end]
        traced.append(replace(commitment, follow_ups=follow_ups, status=status_of(commitment, follow_ups, newest)))
    return traced


def status_of(commitment: Commitment, follow_ups: Sequence[FollowUp], newest: date) -> CommitmentStatus:
    """Return what became of a commitment on the day of the `newest` document, by the newest statement about it."""
    latest = [f.says for f in follow_ups if f.document_id == follow_ups[0].document_id]
    for says in (CommitmentStatus.DROPPED, CommitmentStatus.CHANGED, CommitmentStatus.UNDER_WAY, CommitmentStatus.DONE):
        if says in latest:
            return says
    if latest:
        return CommitmentStatus.UNDER_WAY  # planned again
    is_past = commitment.due is not None and commitment.due.last < newest
    return CommitmentStatus.OVERDUE if is_past else CommitmentStatus.PLANNED


def _statements(
    commitments: Sequence[Commitment], passages: Sequence[Passage], documents: Mapping[str, Document], embedder: Embedder
) -> list[_Statement]:
    by_place = {(c.document_id, c.start): c for c in commitments}
    told = [(p, b, u) for p in passages for b, u in pairwise((None, *p.units)) if u is not None and u.kind in _TOLD]
    # a sentence often leaves to its heading what it is about
    vectors = embedder.embed_passages([" ".join((*passage.path[-1:], unit.text)) for passage, _, unit in told])
    return [
        _Statement(
            document=documents[passage.document_id],
            path=passage.path,
            unit=unit,
            start=(before if before is not None and points_back(unit.text) else unit).start,
            held=_subject_terms(unit.text),
            heading=_subject_terms(" ".join(passage.path[-1:])),
            title=terms_of(" ".join(passage.path[-1:])),
            words=terms_of(unit.text),
            vector=vector,
            commitment=by_place.get((passage.document_id, unit.start)),
        )
        for (passage, before, unit), vector in zip(told, vectors, strict=True)
    ]


def _subject_terms(text: str) -> frozenset[str]:
    """Return the index terms of the words that may name a thing: codes, and no verbs, adjectives and words of the frame."""
    words = [token.surface for token in tokens(text) if token.is_code or (not token.is_stop and _may_name(fold(token.surface)))]
    return terms_of(" ".join(words))


def _may_name(word: str) -> bool:
    return names_subject(word) and not is_frame_word(word)


def _weights(statements: Sequence[_Statement]) -> dict[str, float]:
    """Return how rare each word is: the logarithm of one in how many statements holds it."""
    counts = Counter(term for statement in statements for term in statement.held)
    return {term: math.log(len(statements) / count) for term, count in counts.items()}


def _by_rare_term(statements: Sequence[_Statement], weights: Mapping[str, float]) -> dict[str, list[_Statement]]:
    """Return the statements by the words that are rare enough: of two that single a thing out, one carries half the weight.

    So a promise is held beside the few statements that may be about it, and not beside all of a large corpus.
    """
    found: dict[str, list[_Statement]] = defaultdict(list)
    for statement in statements:
        for term in statement.held | statement.heading:
            if weights.get(term, 0.0) >= SINGLED_OUT / 2:
                found[term].append(statement)
    return found


def _follow_ups(promised: _Statement, statements: Sequence[_Statement], weights: Mapping[str, float]) -> Iterator[FollowUp]:
    """Yield what later documents say of the same thing, newest document first."""
    scored: list[tuple[float, CommitmentStatus, _Statement]] = []
    # `Deze moet begin 2024 klaar zijn` names its subject in the heading alone
    has_title = points_back(promised.unit.text) and len(promised.held) <= FEW_OWN and len(promised.title) >= SHORTEST_TITLE
    titled = [s for s in statements if has_title and s.document is not promised.document and promised.title <= s.words]
    if len(titled) > MOST_TITLED:
        titled = []  # what is told everywhere singles nothing out
    for later in statements:
        if later.as_of <= promised.as_of or len(later.unit.text.split()) < SHORTEST:
            continue
        alike = _likeness(promised, later, weights, is_titled=any(later is s for s in titled))
        if alike >= ALIKE and (says := _says(promised, later)) is not None:
            scored.append((alike, says, later))
    best = max((alike for alike, _, _ in scored), default=0.0)
    kept = sorted((s for s in scored if s[0] >= best - CLOSE_BEHIND), key=lambda s: -s[0])[:MOST_FOLLOW_UPS]
    for _, says, later in sorted(kept, key=lambda s: (s[2].as_of, s[0]), reverse=True):
        unit, document = later.unit, later.document
        yield FollowUp(
            document_id=document.id,
            quote=document.text[later.start : unit.end],
            says=says,
            path=later.path,
            start=later.start,
            end=unit.end,
        )


def _likeness(promised: _Statement, later: _Statement, weights: Mapping[str, float], *, is_titled: bool) -> float:
    """Return how much a later statement is about the same thing; 0 where no two rare words, nor its title, single it out."""
    shared = [weights[term] for term in promised.held & later.held]
    by_heading = ((promised.held | promised.heading) & (later.held | later.heading)) - (promised.held & later.held)
    shared += [IN_HEADING * weights.get(term, 0.0) for term in by_heading]
    rarest = sum(sorted(shared, reverse=True)[:2])
    if rarest < SINGLED_OUT and not (is_titled and max(shared, default=0.0) >= SINGLED_OUT / 2 * IN_HEADING):
        return 0.0
    alike = float(promised.vector @ later.vector) + OF_SHARED * min(sum(shared), MOST_SHARED) + OF_RAREST * rarest
    return alike + OF_TITLE * is_titled


def _says(promised: _Statement, later: _Statement) -> CommitmentStatus | None:
    """Return what a statement says became of a promise; None where it only describes."""
    text = later.unit.text
    if _DROPPED.search(text):
        return CommitmentStatus.DROPPED
    if _CHANGED.search(text):
        return CommitmentStatus.CHANGED
    if _FINISHED.search(text):
        return CommitmentStatus.DONE
    if later.commitment is not None and promised.commitment is not None:
        first, then = promised.commitment.due, later.commitment.due
        is_same = len(promised.held & later.held) >= SAME_ACT * len(promised.held)
        if first is not None and then is not None and then.first > first.last and is_same:
            return CommitmentStatus.CHANGED
    if _REPORTED.search(text):
        # what runs has been started
        return CommitmentStatus.DONE if _STARTS.search(promised.unit.text) else CommitmentStatus.UNDER_WAY
    return CommitmentStatus.PLANNED if later.commitment is not None else None
