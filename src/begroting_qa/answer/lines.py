"""Figures -> Lines: one row's numbers of one measure, and which lines a question speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from begroting_qa.codes import TASK_FIELD, covers, find_codes
from begroting_qa.domain import Figure, FigureUnit, Measure, Origin, Plan, Quantity, Source, Term
from begroting_qa.dutch import (
    STOP_WORDS,
    abbreviations,
    fold,
    is_dutch_word,
    is_frame_word,
    names_thing,
    stem,
    terms_of,
    tokens,
)
from begroting_qa.people import is_person
from begroting_qa.vocabulary import Vocabulary, importance, matcher

# a word of the question that stands in the headings above a line, against 1 for one in its label
IN_CONTEXT = 0.6
# a word counts as told from here on
TOLD = 0.5
ABBREVIATED = 0.9
SHORTEST_STOP = 3
# a variant of a phrase stands for each of its words from here on
STANDS_FOR = 0.7
# labels are nouns: a verb or adverb of the question counts this much, and no term for nothing
SAID_OF_IT = 0.25
LEAST = 0.05
# what telling the subject in its own label adds, against its headings
IN_LABEL = 0.25
BY_CODE = 2.0
# a line whose whole label stands in the question, longest first
LITERAL = 3.0
# what a label said in full adds to how well a line tells the question
LABEL_WEIGHT = 0.5
# what a word weighs in a label when it stands in many, or frames questions
LEAST_RARE = 0.15
FRAME = 0.1
# a word that no passage explains may weigh this much and still be left aside
MAX_UNTOLD = 0.15
MIN_LABEL_SHARE = 0.2
MIN_COVER = 0.6
FULLY_NAMED = 0.99

_MEASURE_WORDS = frozenset(
    stem(word) for word in ("lasten", "baten", "saldo", "toevoeging", "onttrekking", "resultaat", "van", "en")
)
_SCOPE = re.compile(r"^(?:programma|totaal|geheel|resultaat)\b", re.IGNORECASE)
# `hoeveel bedden` is not answered with a number of days
_TIME = re.compile(
    r"\b(?:dag|dagen|maand|maanden|hoe ?lang|\w*duur|\w*duurt|\w*tijd|\w*tijden|verblijf\w*|streef\w*|gemiddeld\w*|wachten)\b",
    re.IGNORECASE,
)
_COUNTS_PEOPLE = re.compile(
    r"\bhoe ?veel (?:mensen|personen|inwoners|clienten|cliënten|vrouwen|kinderen|gezinnen)\b", re.IGNORECASE
)
_FIELD = re.compile(rf"(?<![\w.,]){TASK_FIELD}(?![\w]|[.,]\d)")
_RATE = re.compile(r"\bper (?:duizend|1\.?000)\b")
_ASKED_BY = {
    FigureUnit.DAGEN: _TIME,
    FigureUnit.MAANDEN: _TIME,
    FigureUnit.SCORE: re.compile(r"\w*(?:score|cijfer|schaal|streef|hoe hoog|samenhang|cohesie)\w*", re.IGNORECASE),
}
# a label is shortened with a full stop (`soc.-maatsch.`), or by leaving its end off (`Voorz`)
_SHORTENED = re.compile(r"\b([A-Za-z]{3,})\.(?=[\s\-A-Za-z]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of one table row and measure, in order of place.

    `key` is what lines of one thing share over documents: its code, or the stems of its label. `terms` are the index terms of
    its label, `words` the words of it that say what it is, `stems` theirs, `prefixes` what its shortened words begin with,
    `context` the index terms of all that stands above it.
    """

    document_id: str
    table: int
    path: tuple[str, ...]
    row_path: tuple[str, ...]
    label: str
    code: str | None
    measure: Measure
    unit: FigureUnit | None
    is_total: bool
    figures: tuple[Figure, ...]
    key: str
    terms: frozenset[str]
    words: tuple[str, ...]
    stems: frozenset[str]
    prefixes: tuple[str, ...]
    context: frozenset[str]

    @property
    def subject(self) -> str:
        """What the line is about, without its measure: `Ondersteuning`."""
        own = [part for part in self.label.split(" – ") if not _measure_only(part)]
        return " – ".join(own) or self.label

    @property
    def is_scope(self) -> bool:
        """Whether it sums up all that its table is about."""
        return bool(self.row_path) and _SCOPE.match(self.row_path[0]) is not None


def lines_of(figures: Iterable[Figure], sources: Mapping[str, Source]) -> tuple[Line, ...]:
    """Return the lines of the figures in tables, in reading order."""
    rows: dict[tuple[str, int, tuple[str, ...], str | None, Measure], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.origin is Origin.TABLE:
            rows[figure.document_id, figure.table, figure.row_path, figure.code, figure.measure].append(figure)
    found: list[Line] = []
    for (document_id, table, row_path, code, measure), own in rows.items():
        first = own[0]
        named = first.label
        heads = " ".join(dict.fromkeys(word for figure in own for word in figure.column_path))
        stems = [stem(t.text) for t in tokens(named) if t.text not in STOP_WORDS]
        subject_stems = [word for word in stems if word not in _MEASURE_WORDS] or stems
        words = tuple(
            t.text for t in tokens(named) if t.text.isalpha() and t.text not in STOP_WORDS and stem(t.text) not in _MEASURE_WORDS
        )
        found.append(
            Line(
                document_id=document_id,
                table=table,
                path=first.path,
                row_path=row_path,
                label=first.label,
                code=code,
                measure=measure,
                unit=first.unit,
                is_total=first.is_total,
                figures=tuple(own),
                key=f"{code.lower() if code else ' '.join(sorted(subject_stems))}|{measure}",
                terms=terms_of(named),
                words=words,
                stems=frozenset(map(stem, words)),
                prefixes=_prefixes(named),
                context=terms_of(" · ".join((sources[document_id].title, *first.path, heads, first.source or ""))),
            )
        )
    return tuple(found)


def _prefixes(label: str) -> tuple[str, ...]:
    """Return what shortened words of a label begin with: those with a full stop, and known ones without it."""
    with_stop = [fold(m[1]) for m in _SHORTENED.finditer(label)]
    left_off = [t.text for t in tokens(label) if abbreviations().get(t.text, "").startswith(t.text)]
    return tuple(dict.fromkeys([*with_stop, *left_off]))


def _measure_only(part: str) -> bool:
    return all(stem(t.text) in _MEASURE_WORDS or t.text in STOP_WORDS for t in tokens(part))


# --- what a question speaks of ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line that a question speaks of.

    `score` says how well it tells the question, `label_share` how much of its label the question says, `untold` the weight of
    the heaviest noun of the question that neither it nor its headings hold.
    """

    line: Line
    score: float
    label_share: float
    cover: float
    untold: float
    terms: frozenset[int]


def subject_terms(plan: Plan, quantity: Quantity, vocabulary: Vocabulary) -> list[Term]:
    """Return the terms of a question that say what its numbers are of; its own municipality is said by the filter."""
    found = [part for term in plan.terms for part in (_whole_and_parts(term))]
    meant = dict(plan.corrections)
    mended = [replace(term, surface=meant.get(term.surface, term.surface)) for term in found]

    homes = _home_words(plan, vocabulary)

    def says_nothing(term: Term) -> bool:
        return all(
            word in homes or vocabulary.home_of(word) is not None or _says_nothing(word, quantity) for word in _words(term)
        )

    return [term for term, also in zip(found, mended, strict=True) if not says_nothing(term) and not says_nothing(also)]


def _home_words(plan: Plan, vocabulary: Vocabulary) -> set[str]:
    """Return the words of the municipalities of the corpus that a question names in full: `Bergen (L.)`."""
    said = {token.text for token in tokens(plan.normalized)}
    names = [_words_of_name(source.municipality) for source in vocabulary.sources if plan.filters.admit(source)]
    return {word for name in names if name <= said for word in name}


@lru_cache(maxsize=1_000)
def _words_of_name(name: str) -> frozenset[str]:
    return frozenset(token.text for token in tokens(name))


def _whole_and_parts(term: Term) -> tuple[Term, ...]:
    """Return the words of a phrase, each as a term that the whole phrase may stand for too."""
    if not term.parts:
        return (term,)
    return tuple(replace(part, phrases=(*part.phrases, *term.phrases), variants=_joined(part, term)) for part in term.parts)


def _joined(part: Term, phrase: Term) -> tuple[tuple[str, float], ...]:
    # what stands for half of a phrase stands for little of the other half
    variants = dict(part.variants)
    for variant, weight in phrase.variants:
        if weight >= STANDS_FOR:
            variants[variant] = max(variants.get(variant, 0.0), weight)
    return tuple(variants.items())


def _words(term: Term) -> list[str]:
    return [t.text for t in tokens(term.surface) if t.text not in STOP_WORDS] or [fold(term.surface)]


def _says_nothing(word: str, quantity: Quantity) -> bool:
    return (
        _is_mistyped_stop_word(word)
        or word in quantity.words
        or word[0].isdigit()
        or word.endswith(("overzicht", "tabel"))
        or word in {"programma", "programmas", "indicator", "indicatoren", "effectindicator", "beleidsterrein"}
    )


@lru_cache(maxsize=10_000)
def _is_mistyped_stop_word(word: str) -> bool:
    """Tell whether a word that is no Dutch word is one letter off a function word: `zyn`, `waz`."""
    if len(word) < SHORTEST_STOP or is_dutch_word(word):
        return False
    return extractOne(word.replace("y", "ij"), STOP_WORDS, scorer=OSA.distance, score_cutoff=1) is not None


def find_spoken(
    plan: Plan, quantity: Quantity, lines: Sequence[Line], vocabulary: Vocabulary, *, by_code: Set[str] = frozenset()
) -> list[Spoken]:
    """Return the lines that a question may speak of, best first; ties in reading order.

    `by_code` are the subjects that the codes of the question stand for, see `named_by_code`. A line counts when a code of the
    question covers its own, when its whole label stands in the question, or when its label
    holds the question's subject.
    """
    asked = f" {quantity.said} "
    fields = _fields_named(asked, lines)
    candidates = [line for line in _candidates(plan, asked, fields, by_code, lines) if not fields or line.code in fields]
    subject = _Subject.of(plan, quantity, vocabulary)
    found: list[Spoken] = []
    for line in candidates:
        if plan.codes and (line.code or line.subject in by_code):
            spoken = Spoken(line=line, score=BY_CODE, label_share=1.0, cover=1.0, untold=0.0, terms=frozenset())
        elif fields or _says_literally(asked, line):
            score = LITERAL + len(line.label) / 1000  # the longest of several that stand there is meant
            terms = _terms_in(subject.terms, line)
            told = subject.spoken(line, vocabulary)
            untold = told.untold if told is not None and not fields else 0.0
            spoken = Spoken(line=line, score=score, label_share=1.0, cover=1.0, untold=untold, terms=terms)
        else:
            spoken = subject.spoken(line, vocabulary)
        if spoken is not None:
            found.append(spoken)
    return sorted(found, key=lambda s: -s.score)


def _candidates(plan: Plan, asked: str, fields: Set[str], by_code: Set[str], lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that have the codes, places and numbers of a question, and count what it asks for."""
    asks_rate = _RATE.search(asked) is not None
    rest = asked
    for line in lines:
        if line.code in fields or _says_literally(asked, line):
            rest = rest.replace(fold(line.subject), " ")
    numbers = [number for number in plan.numbers if number in rest and number not in fields and not asks_rate]
    for line in lines:
        of_place = all(terms_of(place) <= line.terms | line.context for place in plan.places)
        of_code = not plan.codes or (
            any(covers(code, line.code.lower()) for code in plan.codes) if line.code else line.subject in by_code
        )
        has_numbers = all(number in line.label for number in numbers)
        asked_by = _ASKED_BY.get(line.unit) if line.unit and not plan.codes else None
        of_unit = (line.unit is FigureUnit.PER_1000 or not asks_rate) and (
            not asked_by or (asked_by.search(plan.corrected) is not None and not _COUNTS_PEOPLE.search(plan.corrected))
        )
        if of_place and of_code and has_numbers and of_unit:
            yield line


def named_by_code(plan: Plan, lines: Sequence[Line]) -> set[str]:
    """Return what headings call the codes of a question: `9C` is `Ondersteuning`, under `Beleidsterrein 9C Ondersteuning`."""
    names: set[str] = set()
    for line in lines if plan.codes else ():
        for heading in line.path:
            names |= {heading[code.end :].strip(" .:-") for code in find_codes(heading) if code.key in plan.codes}
    return names - {""}


def _fields_named(asked: str, lines: Sequence[Line]) -> set[str]:
    """Return the codes of rows, as `6.71a`, that a question names."""
    known = {line.code for line in lines if line.code}
    return {code for code in _FIELD.findall(asked) if code in known}


def _says_literally(asked: str, line: Line) -> bool:
    """Tell whether a question holds the whole label of a line, or its code and the label's first word."""
    label = fold(line.subject)
    if len(label.split()) == 1 and not line.code:
        return False  # one word is no more than a word of the question
    at = asked.find(label)
    return at > 0 and not asked[at - 1].isalnum() and not asked[at + len(label) : at + len(label) + 1].isalnum()


def _terms_in(terms: Sequence[Term], line: Line) -> frozenset[int]:
    label = fold(line.label)
    return frozenset(n for n, term in enumerate(terms) if any(word in label for word in _words(term)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What a question asks numbers of: its terms, how to find each in a text, what each weighs, and all that it says."""

    terms: tuple[Term, ...]
    matchers: tuple[Callable[[frozenset[str]], float], ...]
    weights: tuple[float, ...]
    said: frozenset[str]

    @classmethod
    def of(cls, plan: Plan, quantity: Quantity, vocabulary: Vocabulary) -> _Subject:
        terms = tuple(subject_terms(plan, quantity, vocabulary))
        shares = [
            LEAST if all(is_person(word) for word in _words(t)) else 1.0 if any(map(names_thing, _words(t))) else SAID_OF_IT
            for t in terms
        ]
        said = {variant for term in plan.terms for variant, weight in term.variants if weight >= TOLD}
        return cls(
            terms=terms,
            matchers=tuple(map(matcher, terms)),
            weights=tuple(max(importance(t, vocabulary), LEAST) * share for t, share in zip(terms, shares, strict=True)),
            said=frozenset(said | {word for term in plan.terms for words, _ in term.phrases for word in words}),
        )

    def spoken(self, line: Line, vocabulary: Vocabulary) -> Spoken | None:
        """Return how well a line tells the subject, None when its label says nothing of it."""
        own = [max(weigh(line.terms), _by_prefix(t, line)) for t, weigh in zip(self.terms, self.matchers, strict=True)]
        if not any(value >= TOLD for value in own):
            return None
        both = [max(value, IN_CONTEXT * weigh(line.context)) for value, weigh in zip(own, self.matchers, strict=True)]
        total = sum(self.weights) or 1.0
        label_cover = sum(w * v for w, v in zip(self.weights, own, strict=True)) / total
        cover = sum(w * v for w, v in zip(self.weights, both, strict=True)) / total
        left = [(w, t) for t, w, v in zip(self.terms, self.weights, both, strict=True) if v < TOLD]
        share = _label_share(line, self.said, self.terms, vocabulary)
        return Spoken(
            line=line,
            score=cover + IN_LABEL * label_cover + LABEL_WEIGHT * share,
            label_share=share,
            cover=cover,
            untold=max(
                (w for w, t in left if any((t.is_name or names_thing(word)) and not is_person(word) for word in _words(t))),
                default=0.0,
            ),
            terms=frozenset(n for n, value in enumerate(own) if value >= TOLD),
        )


def _by_prefix(term: Term, line: Line) -> float:
    if not line.prefixes:
        return 0.0
    return ABBREVIATED if any(word.startswith(prefix) for word in _words(term) for prefix in line.prefixes) else 0.0


def _label_share(line: Line, said: frozenset[str], terms: Sequence[Term], vocabulary: Vocabulary) -> float:
    """Return how much of the label's own words the question says, each by how rare it is."""
    words = {t.text for term in terms for t in tokens(term.surface)}
    told = whole = 0.0
    for word in line.words:
        weight = FRAME if is_frame_word(word) else max(LEAST_RARE, vocabulary.rarity(stem(word)))
        whole += weight
        if word in line.prefixes:
            told += weight * any(w.startswith(word) for w in words)
        elif terms_of(word) & said or stem(word) in said:
            told += weight
    return told / whole if whole else 1.0
