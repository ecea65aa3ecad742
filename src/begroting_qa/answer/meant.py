"""Quantity + Lines -> what is meant: which things, which years and which phases a question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from begroting_qa.answer import wording
from begroting_qa.answer.lines import (
    FULLY_NAMED,
    LITERAL,
    MAX_UNTOLD,
    MIN_COVER,
    MIN_LABEL_SHARE,
    Line,
    Spoken,
    find_spoken,
    named_by_code,
    subject_terms,
)
from begroting_qa.domain import Aspect, Figure, FigureUnit, Measure, Operation, Phase, Plan, Quantity, Source
from begroting_qa.dutch import fold, names_thing, stem, terms_of, tokens
from begroting_qa.measures import measures_named
from begroting_qa.people import is_per_head
from begroting_qa.vocabulary import Vocabulary

# things whose lines tell the question this much worse are not meant
MARGIN = 0.08
# a year that is not there is refused by name only for a line that the question surely speaks of
SURE_SHARE = 0.45
MAX_MEASURES = 4
_BALANCE = re.compile(r"\bsaldo van (?:de )?(?:baten en (?:de )?lasten|lasten en (?:de )?baten)\b")
_UNIT_WORDS = re.compile(r"\s*\bbedragen\b", re.IGNORECASE)
_PART = re.compile(r"\bprogramma\s+\d{1,2}\b", re.IGNORECASE)
CLASS = re.compile(r"\b(?:beleidsterrein(?:en)?|taakveld(?:en)?|reserves?|programma|post(?:en)?|onderde(?:el|len))\b")
_PROGRAMME = re.compile(r"\bprogramma\s+(\d{1,2})\b")
_WHOLE_CITY = re.compile(r"\b(?:gemeente|stad)\b")
_MONEY = frozenset(
    (Measure.LASTEN, Measure.BATEN, Measure.SALDO, Measure.TOEVOEGING, Measure.ONTTREKKING, Measure.RESULTAAT, Measure.SUBSIDIE)
)
_COUNTED = re.compile(r"\b(?:was|waren|had|hadden|bedroeg|bedroegen|haalde|haalden|gaven|voelden|vonden)\b")
_OBLIGED = re.compile(r"\bmoe(?:s?t|sten|ten)\b", re.IGNORECASE)
_SAME_PHASE = {
    Phase.BEGROTING: {Phase.BEGROTING, Phase.MEERJARENRAMING},
    Phase.MEERJARENRAMING: {Phase.MEERJARENRAMING, Phase.BEGROTING},
    Phase.REKENING: {Phase.REKENING, Phase.REALISATIE},
    Phase.REALISATIE: {Phase.REALISATIE, Phase.REKENING},
    Phase.STREEFWAARDE: {Phase.STREEFWAARDE},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What lines of several documents are about, newest document first; `sureness` is how much of its label was said."""

    lines: tuple[Line, ...]
    sureness: float = 1.0

    @property
    def first(self) -> Line:
        """The line of the newest document."""
        return self.lines[0]

    @property
    def figures(self) -> list[Figure]:
        """The figures of all lines, the newest document's first."""
        return [figure for line in self.lines for figure in line.figures]


class NotThereError(Exception):
    """A year or phase that the line does not have; its text says so."""


class NotSureError(Exception):
    """The line has no such year, and the question may speak of something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """One question read against the lines that it may be answered from."""

    plan: Plan
    quantity: Quantity
    lines: list[Line]
    vocabulary: Vocabulary
    sources: Mapping[str, Source]

    # --- things ---------------------------------------------------------------------------------------------------------

    def things(self) -> list[Thing]:
        """Return the things that the question speaks of: one, or those that it names side by side, in order of naming."""
        if self.quantity.is_stock:
            self.refuse_stock()
        if any(not any(terms_of(place) <= line.terms | line.context for line in self.lines) for place in self.plan.places):
            return []  # of another town
        self.refuse_other_programmes()
        wanted = [line for line in self.lines if self.is_wanted(line)]
        if is_per_head(self.plan.normalized):  # a row of totals tells nothing per inhabitant
            wanted = [line for line in wanted if is_per_head(line.label)]
        return self.things_among(wanted)

    def things_among(self, wanted: Sequence[Line]) -> list[Thing]:
        """Return the things among some lines; none where several are meant as likely."""
        terms = subject_terms(self.plan, self.quantity, self.vocabulary)
        named = self.programme_words()
        if self.asks_all or named:
            terms = [t for t in terms if names_thing(fold(t.surface)) and not _stems(t.surface) <= named]
        by_code = named_by_code(self.plan, self.lines)
        spoken = find_spoken(self.plan, self.quantity, wanted, self.vocabulary, by_code=by_code)
        names_row = any(s.score >= LITERAL and not s.line.is_scope for s in spoken)
        of_all = not terms and not names_row  # `Overige baten en lasten` is a row
        if (of_all or Measure.RESULTAAT in self.quantity.measures) and not self.plan.codes:
            return self.scopes(wanted)
        spoken = self.without_label_words(spoken)
        named = self.side_by_side(spoken)
        if len(named) > 1:
            return [self.thing(s.line, wanted) for s in named]
        best = next(
            (s for s in spoken if s.cover >= MIN_COVER and s.untold <= MAX_UNTOLD and s.label_share >= MIN_LABEL_SHARE), None
        )
        if best is None:
            return []
        rivals = [
            s for s in spoken
            if s.line.key != best.line.key and s.score > best.score - MARGIN and s.untold <= MAX_UNTOLD and s.cover >= MIN_COVER
            and s.label_share >= MIN_LABEL_SHARE
        ]  # fmt: skip
        measures = {s.line.measure for s in rivals} | {best.line.measure}
        subjects = {s.line.subject for s in rivals} | {best.line.subject}
        if len(measures) > MAX_MEASURES or len(subjects) > 1:
            return []
        keys = dict.fromkeys(s.line.key for s in (best, *rivals))
        of_keys = [next(s.line for s in (best, *rivals) if s.line.key == key) for key in keys]
        return [self.thing(line, wanted, best.label_share) for line in of_keys]

    def stands_alone(self, beside: Meant) -> bool:
        """Whether a clause says what it is about: more than none, and every line that the question `beside` names in full."""
        says = self.asks_all or bool(subject_terms(self.plan, self.quantity, self.vocabulary)) or bool(self.plan.codes)
        return says and self.names_in_full() >= beside.names_in_full()

    def as_expenses(self) -> Iterator[Meant]:
        """Yield the question read as one for expenses, where it sets rows of a budget side by side and names no measure."""
        is_open = not self.quantity.measures and not self.quantity.is_money
        spent = {line.subject for line in self.lines if line.measure is Measure.LASTEN}
        if is_open and len(self.names_in_full() & spent) > 1:
            yield replace(self, quantity=replace(self.quantity, measures=(Measure.LASTEN,), is_money=True))

    def names_in_full(self) -> set[str]:
        """Return the subjects of the lines whose whole label the question says, in its own words."""
        said = _stems(self.quantity.said)
        by_code = named_by_code(self.plan, self.lines)
        return {line.subject for line in self.lines if line.subject in by_code or (line.stems and line.stems <= said)}

    def programme_words(self) -> set[str]:
        """Return the stems of the words with which the question names the programme itself, in full, as tables and titles do."""
        asked = " ".join(stem(token.text) for token in tokens(self.quantity.said))
        scopes = [line for line in self.lines if line.is_scope or line.measure is Measure.SUBSIDIE]
        names = [_UNIT_WORDS.split(part)[0] for line in scopes for part in line.path]
        names += [_PART.split(self.sources[line.document_id].title)[-1] for line in scopes]
        stemmed = dict.fromkeys(" ".join(stem(word) for word in fold(name).split()) for name in names)
        found = [name for name in stemmed if " " in name and name in asked]
        rest = asked
        for name in found:
            rest = rest.replace(name, "", 1)
        return {word for name in found for word in name.split()} - set(rest.split())  # `Ondersteuning` may be a row too

    def is_wanted(self, line: Line) -> bool:
        """Whether a line measures what is asked; of money only when the question names or implies it."""
        asked = self.quantity.measures or ((Measure.LASTEN,) if self.quantity.is_money else ())
        if line.unit is FigureUnit.EUR:
            return line.measure in asked
        return not set(self.quantity.measures) & _MONEY and (not set(asked) & _MONEY or bool(self.plan.codes))

    def without_label_words(self, spoken: list[Spoken]) -> list[Spoken]:
        """Return the lines without those of a measure that only the label names: `lasten voor Overige baten en lasten`."""
        literal = {s.line.subject for s in spoken if s.score >= LITERAL}
        if not literal or len(self.quantity.measures) < 2:  # noqa: PLR2004 (no choice)
            return spoken
        rest = self.quantity.said
        for subject in literal:
            rest = rest.replace(fold(subject), " ")
        asked = measures_named(rest) or [Measure.LASTEN]
        return [s for s in spoken if s.line.measure in asked]

    @property
    def asks_all(self) -> bool:
        """Whether the question asks for a whole programme, or for all of its reserves."""
        said = self.quantity.said
        of_subsidies = Measure.SUBSIDIE in self.quantity.measures
        is_whole = "programma" in said or _BALANCE.search(said) is not None
        return self.quantity.is_total or of_subsidies or is_whole or self.of_reserves

    @property
    def of_reserves(self) -> bool:
        """Whether the question asks of all reserves, and does not only tell them apart from the result."""
        said = self.quantity.said
        return "reserves" in said and Measure.RESULTAAT not in self.quantity.measures and _BALANCE.search(said) is None

    def scopes(self, wanted: Sequence[Line]) -> list[Thing]:
        """Return the line that sums up all, where the question asks for the whole programme."""
        of_reserves = self.of_reserves
        scopes = [line for line in wanted if _is_of_reserves(line) is of_reserves and _sums_up(line, of_reserves=of_reserves)]
        has_one_meaning = bool(set(self.quantity.measures) & {Measure.RESULTAAT, Measure.SUBSIDIE})
        if not scopes or not (self.asks_all or has_one_meaning or self.programme_words()):
            return []
        by_measure = {line.measure: line for line in reversed(scopes)}
        asked = [measure for measure in self.quantity.measures if measure in by_measure] or [scopes[0].measure]
        return [self.thing(by_measure[measure], wanted) for measure in asked]

    def side_by_side(self, spoken: Sequence[Spoken]) -> list[Spoken]:
        """Return the best line of each thing that is named in full, when together they tell the question."""
        named: dict[str, Spoken] = {}
        for s in spoken:
            if s.label_share >= FULLY_NAMED and (s.terms or s.score >= LITERAL or self.plan.codes):
                named.setdefault(s.line.key, s)
        full = [s for s in named.values() if s.score >= LITERAL or not any(s.terms < other.terms for other in named.values())]
        if self.plan.codes and len(full) != len(self.plan.codes):
            return []  # a code of a goal covers all of its indicators
        told = {n for s in full for n in s.terms}
        terms = subject_terms(self.plan, self.quantity, self.vocabulary)
        if len(full) < 2 or len(told) < len(terms) or len({s.line.measure for s in full}) > 1:  # noqa: PLR2004 (not side by side)
            return []
        return sorted(full, key=lambda s: min(s.terms, default=0))

    def thing(self, line: Line, wanted: Sequence[Line], sureness: float = 1.0) -> Thing:
        """Return a line with those of the same thing in other documents, newest document first."""
        same = [other for other in wanted if other.key == line.key and (other.document_id != line.document_id or other == line)]
        same.sort(key=lambda o: (self.sources[o.document_id].as_of, o.document_id), reverse=True)
        return Thing(lines=tuple(same), sureness=sureness)

    def refuse_other_programmes(self) -> None:
        """Say that a programme that the question names by its number is in no document with tables, nor the whole city."""
        said = self.quantity.said
        parts = {source.part.lower() for source in self.sources.values() if source.part}
        named = _PROGRAMME.search(said)
        if named is not None and parts and not any(re.search(rf"\b{named[1]}\b", part) for part in parts):
            raise NotThereError(wording.programme_not_there(named[1], sorted(parts)))
        cities = {source.municipality.lower() for source in self.sources.values()}
        of_city = _WHOLE_CITY.search(said) is not None or any(city in said for city in cities)
        asks_city = of_city and CLASS.search(said) is None and not subject_terms(self.plan, self.quantity, self.vocabulary)
        of_part = all(self.sources[line.document_id].part for line in self.lines)
        if asks_city and of_part and self.quantity.is_money and "programma" not in said:
            raise NotThereError(wording.city_not_there(sorted(parts)))

    def refuse_stock(self) -> None:
        """Say that a table tells what goes into a reserve and out of it, and not what is in it."""
        flows = [line for line in self.lines if line.measure in (Measure.TOEVOEGING, Measure.ONTTREKKING)]
        best = next(iter(find_spoken(self.plan, self.quantity, flows, self.vocabulary)), None)
        if best is not None and best.untold <= MAX_UNTOLD and best.cover >= MIN_COVER:
            raise NotThereError(wording.stock_not_there(wording.without_digits(best.line.subject)))
        raise NotSureError

    # --- years and phases -----------------------------------------------------------------------------------------------

    @property
    def periods(self) -> tuple[str, ...]:
        """The years asked for; a year that only names a document is none."""
        periods = self.quantity.periods
        if len(periods) > 1 and self.plan.named:
            of_documents = {str(self.sources[i].year) for mention in self.plan.named for i in mention if i in self.sources}
            rest = tuple(period for period in periods if period not in of_documents)
            return rest or periods
        return periods

    def phases(self, thing: Thing) -> set[Phase]:
        """The phases asked for, with those that are as good; none when the question leaves it open."""
        is_quoted = self.quantity.is_obliged and _OBLIGED.search(thing.first.label)  # `ik wist waar ik moest zijn`
        named = set() if is_quoted else set(self.quantity.phases)
        if thing.first.unit is FigureUnit.EUR:
            named.discard(Phase.STREEFWAARDE)  # what the council wants of an amount is a budget
        present = {figure.phase for figure in thing.figures}
        is_compared = len(self.periods) > 1  # `de begroting 2025 en de rekening 2023`: each year has its own
        is_document = self.quantity.operation is Operation.SERIES and bool(self.plan.named)
        if is_document or (len(named) > 1 and not is_compared) or not present & {Phase.BEGROTING, Phase.MEERJARENRAMING}:
            named.discard(Phase.BEGROTING)  # `de begroting` names the document then
        return {same for phase in named for same in _SAME_PHASE[phase]}

    def at(self, thing: Thing, period: str) -> Figure:
        """Return the figure of a year, of the newest document that has it; raises when there is none."""
        phases = self.phases(thing)
        in_year = [figure for figure in thing.figures if figure.period == period]
        fitting = [figure for figure in in_year if not phases or figure.phase in phases]
        if len(self.periods) > 1:  # `de rekening 2023 en 2028`: a phase is said of one of the years
            fitting = fitting or in_year
        is_only_aimed = all(figure.phase is Phase.STREEFWAARDE for figure in fitting)
        if not fitting or (is_only_aimed and not phases and _COUNTED.search(self.quantity.said)):
            self.refuse_period(thing, period, in_year)
        # a year that is over was counted; what was aimed at is told beside it
        fitting.sort(key=lambda f: f.phase is Phase.STREEFWAARDE)
        return fitting[0]

    def figure_at(self, line: Line, period: str) -> Figure | None:
        """Return a line's figure of a year, in a phase that is asked for."""
        phases = self.phases(Thing(lines=(line,)))
        return next((f for f in line.figures if f.period == period and (not phases or f.phase in phases)), None)

    def refuse_period(self, thing: Thing, period: str, in_year: Sequence[Figure]) -> NoReturn:
        """Say that a year or phase is not there, and what is."""
        if thing.sureness < SURE_SHARE or self.quantity.is_obliged:
            raise NotSureError
        title = self.sources[thing.first.document_id].title
        name = wording.line_name(thing.first.measure, wording.without_digits(thing.first.subject), None)
        if in_year:
            wanted = " of ".join(self.quantity.phases or (Phase.REALISATIE,))
            there = sorted({str(figure.phase) for figure in in_year if figure.phase})
            raise NotThereError(wording.phase_not_there(name, period, wanted, there))
        phases = self.phases(thing)
        years = sorted({f.period for f in thing.figures if f.period and (not phases or f.phase in phases)})
        raise NotThereError(wording.year_not_there(name, period, years, title))

    def default(self, thing: Thing) -> Figure | None:
        """Return the figure that is meant when no year is asked for: the newest budget, or what was counted last."""
        newest = thing.first
        phases = self.phases(thing)
        own_year = str(self.sources[newest.document_id].year)
        figures = [figure for figure in newest.figures if not phases or figure.phase in phases]
        if not figures:
            return None
        if newest.unit is FigureUnit.EUR or phases & {Phase.STREEFWAARDE, Phase.BEGROTING}:
            ahead = [figure for figure in figures if figure.period and figure.period >= own_year]
            if not phases & {Phase.REKENING}:
                return next(iter(sorted(ahead, key=lambda f: f.period or "")), figures[-1])
        counted = [figure for figure in figures if figure.phase in (Phase.REALISATIE, Phase.REKENING)]
        if counted:
            return max(counted, key=lambda f: f.period or "")
        return next((f for f in figures if f.period and f.period >= own_year), figures[-1])

    def chosen(self, thing: Thing) -> Figure | None:
        """Return the figure of the year asked for, or the one that is meant."""
        return self.at(thing, self.periods[0]) if self.periods else self.default(thing)


def _stems(text: str) -> set[str]:
    return {stem(token.text) for token in tokens(text)}


def tells_otherwise(quantity: Quantity, figures: Sequence[Figure]) -> bool:
    """Tell whether the figures of a row measure something else than is asked, or are of another phase in the year asked for."""
    if Aspect.ABSOLUTE in quantity.aspects and any(f.unit in (FigureUnit.PER_1000, FigureUnit.PERCENT) for f in figures):
        return True
    asked = set(quantity.measures) or ({Measure.LASTEN, Measure.SALDO} if quantity.is_money else set[Measure]())
    if asked & _MONEY and not any(figure.measure in asked for figure in figures):
        return True
    named = set() if quantity.is_obliged else set(quantity.phases)
    if not any(figure.phase in _SAME_PHASE[Phase.BEGROTING] for figure in figures):
        named.discard(Phase.BEGROTING)  # `de begroting` names the document then
    wanted = {same for phase in named for same in _SAME_PHASE[phase]}
    in_years = [figure for figure in figures if figure.period in quantity.periods]
    return bool(wanted) and bool(in_years) and not any(figure.phase in wanted for figure in in_years)


def _is_of_reserves(line: Line) -> bool:
    return "reserves" in line.row_path[0].lower().split()


def sums_up_reserves(line: Line) -> bool:
    """Tell whether a line is of what goes into all reserves, or out of them."""
    return line.row_path[0].lower() == "reserves" and line.measure in (Measure.TOEVOEGING, Measure.ONTTREKKING)


def _sums_up(line: Line, *, of_reserves: bool) -> bool:
    """Tell whether a line is of a whole table: the programme, its result and subsidies, or all reserves."""
    if of_reserves:
        return line.is_total or sums_up_reserves(line)
    return line.is_scope or line.measure in (Measure.SUBSIDIE, Measure.RESULTAAT)
