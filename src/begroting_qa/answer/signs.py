"""Plan + ScoredPassages -> signs: numbers that speak for and against every quotable unit as an answer.

A passage is retrieved because it resembles the question; a unit answers when it holds the question's words, or stands where
they are, and tells what is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from begroting_qa.answer.demand import Demand, asked_class
from begroting_qa.answer.forms import figures_of, is_bare_value, named_years
from begroting_qa.answer.lacking import lacking_event, lacking_here, lacking_years
from begroting_qa.codes import covers
from begroting_qa.domain import Passage, Plan, ScoredPassage, Unit, UnitKind
from begroting_qa.dutch import STOP_WORDS, fold, names_subject, terms_of, tokens
from begroting_qa.protocols import Embedder
from begroting_qa.vocabulary import Vocabulary, importance, matcher

# how much a word counts that stands not in the unit but around it
IN_PATH = 0.85
BEFORE = 0.8
AFTER = 0.7
IN_PASSAGE = 0.65
IN_TITLE = 0.35
# a word counts as told from here on
TOLD = 0.5
# `welke organisaties`: an answer names them and need not say that they are organisations
ASKED_SHARE = 0.4
SHORT_VALUE = 3

_DEMANDED = ("date", "duration", "count", "number", "money", "share", "measure", "who", "names", "members", "place",
             "comparison", "reason", "several")  # fmt: skip
_OF_FIGURES = frozenset(("count", "number", "money", "share", "measure"))
SIGNS = (
    "near", "cover", "cover_nouns", "own_verbs", "passage_cover", "own_code", "heading", "row_label", "similarity",
    "passage_similarity", "prior", "reciprocal_rank", "form", "near_form", "year", "preferred", "miss_charted", "absent",
    "behind", "behind_cover", "behind_verbs", "behind_similarity", "first", "row", "bare", "length", "n_terms",
    *(f"form_{name}" for name in _DEMANDED), *(f"is_{name}" for name in _DEMANDED),
)  # fmt: skip
_BEHIND = {"behind": "near", "behind_cover": "cover", "behind_verbs": "own_verbs", "behind_similarity": "similarity"}
_COLUMN = {name: number for number, name in enumerate(SIGNS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A quotable unit: `signs` in the order of SIGNS, what it `lacks`, how far it tells what is asked, and more.

    `cover` is the share of the question's weight that the unit and its place hold, `untold` the weight of the heaviest noun
    that they do not hold.
    """

    passage: Passage
    unit: Unit
    lacking: tuple[str, ...]
    form: float
    cover: float
    untold: float
    signs: np.ndarray


def describe(
    plan: Plan, passages: Sequence[ScoredPassage], vocabulary: Vocabulary, embedder: Embedder, demand: Demand
) -> list[Described]:
    """Return every quotable unit of the passages, in order of rank and place."""
    asked = _Asked.of(plan, vocabulary)
    best = max((scored.score for scored in passages), default=0.0)
    best = best if best > 0 else 1.0
    wants_figure = demand.name in _OF_FIGURES
    found: list[Described] = []
    for scored in passages:
        units = [u for u in scored.passage.units if u.kind not in (UnitKind.CELL, UnitKind.LABEL) and len(u.text) >= SHORT_VALUE]
        if not units:
            continue
        missing = lacking_here(plan, scored.passage)
        signs, forms, untold = _signs(plan, asked, scored, units, best, demand)
        for number, unit in enumerate(units):
            years = lacking_years(plan, scored.passage, unit, wants_figure=wants_figure)
            found.append(
                Described(
                    passage=scored.passage, unit=unit, lacking=(*years, *lacking_event(plan, unit), *missing),
                    form=float(forms[number]), cover=float(signs[number, _COLUMN["cover"]]), untold=float(untold[number]),
                    signs=signs[number],
                )
            )  # fmt: skip
    if found:
        _add_similarities(plan, passages, found, embedder)
        _add_distances(found)
    return found


def tells_figures(passage: Passage) -> bool:
    """Tell whether a row holds figures, and not what is done for a goal."""
    return any(figures_of(unit.text) for unit in passage.units if unit.kind is UnitKind.CELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The terms of a question: how to find each in a text, what it weighs, and whether it is a noun, charted, and absent.

    `absence` is 1 for a term that stands nowhere in the corpus, and less the better what stands there may mean it.
    """

    matchers: tuple[Callable[[frozenset[str]], float], ...]
    weights: np.ndarray
    nouns: np.ndarray
    charted: np.ndarray
    absence: np.ndarray
    variants: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, vocabulary: Vocabulary) -> _Asked:
        words = [[fold(w.surface) for w in tokens(term.surface) if w.text not in STOP_WORDS] for term in plan.terms]
        asked = asked_class(plan.normalized)
        shares = [ASKED_SHARE if asked.intersection(of_term) else 1.0 for of_term in words]
        known = [max((weight for _, weight in (*t.variants, *t.phrases)), default=0.0) for t in plan.terms]
        variants = {variant for term in plan.terms for variant, _ in term.variants} | set(plan.codes)
        return cls(
            matchers=tuple(map(matcher, plan.terms)),
            weights=np.asarray([importance(t, vocabulary) * share for t, share in zip(plan.terms, shares, strict=True)]),
            nouns=np.asarray([any(map(names_subject, of_term)) for of_term in words], dtype=bool),
            charted=np.asarray([term.is_charted for term in plan.terms], dtype=bool),
            absence=1 - np.minimum(1.0, known),
            variants=frozenset(variants | {word for term in plan.terms for of, _ in term.phrases for word in of}),
        )

    def held_by(self, held: frozenset[str]) -> list[float]:
        """Return how well each term stands in a text, given by its index terms."""
        return [weigh(held) for weigh in self.matchers]


def _signs(
    plan: Plan, asked: _Asked, scored: ScoredPassage, units: Sequence[Unit], best: float, demand: Demand
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the signs of the units of one passage, shape (n_units, len(SIGNS)), their forms, and what they leave untold.

    The similarities are left at 0.
    """
    passage = scored.passage
    heading, path = terms_of(passage.path[-1] if passage.path else ""), terms_of(" · ".join(passage.path))
    helds = [_held(passage, unit, heading) for unit in units]
    n_terms = len(asked.matchers)
    own = np.asarray([asked.held_by(held) for held in helds]).reshape(len(units), n_terms)
    nothing = np.zeros((1, n_terms))
    near = np.maximum(own, np.maximum(BEFORE * np.vstack([nothing, own[:-1]]), AFTER * np.vstack([own[1:], nothing])))
    in_path = np.asarray(asked.held_by(path))
    around = np.asarray(asked.held_by(terms_of(passage.text)))
    title = np.asarray(asked.held_by(terms_of(passage.context)))
    cover = np.maximum(near, np.maximum(IN_PATH * in_path, np.maximum(IN_PASSAGE * around, IN_TITLE * title)))
    weights, total = asked.weights, float(asked.weights.sum()) + len(plan.codes) or 1.0
    of_nouns, of_verbs = weights * asked.nouns, weights * ~asked.nouns
    untold = (cover < TOLD) & asked.nouns
    codes = np.asarray([sum(_holds_code(code, held) for code in plan.codes) for held in helds], dtype=float)
    around_codes = sum(_holds_code(code, terms_of(passage.text) | path) for code in plan.codes)
    form = np.asarray([demand.form(unit) for unit in units])
    columns = {
        "near": (near @ weights + codes) / total,
        "cover": (cover @ weights + np.maximum(codes, IN_PATH * around_codes)) / total,
        "cover_nouns": cover @ of_nouns / (of_nouns.sum() or 1.0),
        "own_verbs": own @ of_verbs / (of_verbs.sum() or 1.0),
        "passage_cover": float(np.dot(weights, np.maximum(around, in_path))) / total,
        "own_code": codes / (len(plan.codes) or 1),
        "heading": float(np.dot(weights, asked.held_by(heading))) / total,
        "row_label": [_label_share(asked, u) if u.kind is UnitKind.ROW else 0.0 for u in units],
        "prior": scored.score / best,
        "reciprocal_rank": 1 / scored.rank,
        "form": form,
        "near_form": (near @ weights + codes) / total * form,
        "year": [_year_share(plan, passage, u) for u in units],
        "preferred": passage.document_id in plan.preferred,
        "miss_charted": _heaviest(untold & asked.charted, weights),
        "absent": max(of_nouns * asked.charted * asked.absence, default=0.0),
        "first": [u is passage.units[0] for u in units],
        "row": [u.kind is UnitKind.ROW for u in units],
        "bare": [is_bare_value(u) for u in units],
        "length": [math.log1p(len(u.text)) / 6 for u in units],
        "n_terms": min(1.0, n_terms / 10),
    }  # fmt: skip
    if demand.name in _DEMANDED:
        columns[f"form_{demand.name}"] = form
        columns[f"is_{demand.name}"] = 1.0
    signs = np.zeros((len(units), len(SIGNS)))
    for name, column in columns.items():
        signs[:, _COLUMN[name]] = column
    return signs, form, _heaviest(untold, weights)


def _add_similarities(plan: Plan, passages: Sequence[ScoredPassage], found: Sequence[Described], embedder: Embedder) -> None:
    """Fill in how near in meaning each unit, and the passage around it, is to the question: a cosine."""
    question = embedder.embed_queries([plan.corrected])[0]
    of_passages = embedder.embed_passages([scored.passage.indexed_text for scored in passages]) @ question
    by_passage = {scored.passage.id: similarity for scored, similarity in zip(passages, of_passages, strict=True)}
    of_units = embedder.embed_passages([described.unit.text for described in found]) @ question
    for described, similarity in zip(found, of_units, strict=True):
        described.signs[_COLUMN["similarity"]] = similarity
        described.signs[_COLUMN["passage_similarity"]] = by_passage[described.passage.id]


def _add_distances(found: Sequence[Described]) -> None:
    """Fill in how far each unit is behind the one that speaks best of the question, whether or not that tells what is asked.

    Where what speaks of it does not tell it, something else nearby seldom does.
    """
    for behind, of in _BEHIND.items():
        best = max(described.signs[_COLUMN[of]] for described in found)
        for described in found:
            described.signs[_COLUMN[behind]] = best - described.signs[_COLUMN[of]]


def _held(passage: Passage, unit: Unit, heading: frozenset[str]) -> frozenset[str]:
    """Return the index terms of a unit; of a figure or an entry too short to stand alone, with those of its headings."""
    own = terms_of(unit.text)
    if is_bare_value(unit):
        return own | terms_of(" · ".join(passage.path[-2:]))  # `Hecht`, `Bijdrage 2025` above `8,7 miljoen`
    if len(own) <= SHORT_VALUE or unit.kind is UnitKind.ENTRY:
        return own | heading  # `Risico's` above each of them
    return own


def _heaviest(missing: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return per unit the weight of its heaviest missing term; shape (n_units,)."""
    return (missing * weights).max(axis=1, initial=0.0)


def _label_share(asked: _Asked, unit: Unit) -> float:
    """Return the share of a row's own label that the question speaks of: `inwoners` alone asks for no indicator about them."""
    label = {term for term in terms_of(unit.text.split(": ")[0]) if term[0].isalnum()}
    return len(label & asked.variants) / len(label) if label else 1.0


def _holds_code(code: str, held: Iterable[str]) -> bool:
    return any(covers(code, term) for term in held if term[0].isdigit() == code[0].isdigit())


def _year_share(plan: Plan, passage: Passage, unit: Unit) -> float:
    """Return how far a unit is of the years that the question names."""
    if not plan.years:
        return 0.0
    named = named_years(f"{passage.path[-1]} {unit.text}" if is_bare_value(unit) and passage.path else unit.text)
    if named & set(plan.years):
        return 1.0
    return 0.6 if passage.document_id in plan.preferred and not named else 0.0
