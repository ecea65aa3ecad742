"""eval/baseline.json: what the product could when somebody last accepted it, and what a run is worth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from begroting_qa.errors import CasesError
from begroting_qa.evaluate import wording
from begroting_qa.evaluate.cases import CaseKind, Split
from begroting_qa.evaluate.measures import BY_NAME, MEASURES, Measure, Outcome, Run
from begroting_qa.evaluate.statistics import Interval, Paired, compare_paired, interval

DEFAULT_TOLERANCE = 0.02
SHOWN_CHARS = 160
_COMPARED = [measure for measure in MEASURES if measure.is_compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """One reason to refuse a change; `where` is a split or the ids of cases, `line` says it in Dutch."""

    measure: str
    where: str
    before: float | None
    after: float | None
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The measures of one split, and of one kind in it or, where `kind` is None, of all; `values` by measure name.

    `intervals` are given for a whole split.
    """

    split: Split
    kind: CaseKind | None
    size: int
    values: dict[str, float | None]
    intervals: dict[str, Interval | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case whose answer changed in worth; what was said is given for `dev` only, so that nobody tunes on `test`."""

    id: str
    question: str
    was_right: bool
    is_right: bool
    before: KeptAnswer | None
    after: KeptAnswer | None


class BaselineValue(BaseModel):
    """A measure of one split as accepted, and how far it may fall."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)

    value: float
    tolerance: float = Field(ge=0)
    higher_is_better: bool


class KeptAnswer(BaseModel):
    """What was said, and where the evidence stood among the passages: its rank, and the first passage."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: str
    rank: int | None
    passage: str


class Baseline(BaseModel):
    """The accepted run: measures by split, values by measure and case id, and of `dev` what was said."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    cases: str
    corpus: str
    measures: dict[Split, dict[str, BaselineValue]]
    outcomes: dict[str, bool]
    values: dict[str, dict[str, float]] = {}
    answers: dict[str, KeptAnswer] = {}


def read_baseline(path: Path) -> Baseline | None:
    """Return the accepted baseline, None where there is none.

    Raises:
        CasesError: the file does not fit.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CasesError(wording.baseline_unusable(path, error.strerror or str(error))) from error
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}"
        raise CasesError(wording.baseline_unusable(path, problem)) from error


def accept_baseline(run: Run, path: Path, reason: str) -> None:
    """Write the run as the new baseline, and its reason and figures as a line of LOG.md beside it.

    Tolerances that somebody set in the old baseline stay.

    Raises:
        CasesError: no reason is given, or the old baseline cannot be read.
    """
    said = " ".join(reason.split())
    if not said:
        raise CasesError(wording.REASON_MISSING)
    old = read_baseline(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(baseline_text(as_baseline(run, said, old)), encoding="utf-8")
    totals = [(g.split, g.values) for g in summarize(run) if g.kind is None]
    with (path.parent / "LOG.md").open("a", encoding="utf-8") as log:
        log.write(wording.log_line(said, totals))


def as_baseline(run: Run, reason: str, old: Baseline | None) -> Baseline:
    """Return what is kept of a run to compare later ones with; tolerances are those of `old` where it has them."""
    measures: dict[Split, dict[str, BaselineValue]] = {}
    for group in (group for group in summarize(run) if group.kind is None):
        kept = old.measures.get(group.split, {}) if old else {}
        measures[group.split] = {
            m.name: BaselineValue(
                value=round(value, 6),
                tolerance=kept[m.name].tolerance if m.name in kept else DEFAULT_TOLERANCE,
                higher_is_better=m.higher_is_better,
            )
            for m in _COMPARED
            if (value := group.values[m.name]) is not None
        }
    return Baseline(
        reason=reason,
        cases=run.cases,
        corpus=run.corpus,
        measures=measures,
        outcomes={o.case.id: o.is_right for o in run.outcomes},
        values={m.name: case_values(run, m) for m in _COMPARED},
        answers={o.case.id: kept_answer(o) for o in run.outcomes if o.case.split is Split.DEV},
    )


def baseline_text(baseline: Baseline) -> str:
    """Return a baseline as its file holds it: one case a line, so that a change of it reads well."""
    return baseline.model_dump_json().replace('},"', '},\n"') + "\n"


def kept_answer(outcome: Outcome) -> KeptAnswer:
    """Return what a table of changes shows of an answer."""
    rank = outcome.ranking.reciprocal_rank if outcome.ranking else 0.0
    first = outcome.answer.passages[0].id if outcome.answer.passages else ""
    text = " ".join(outcome.answer.answer.split())
    shown = text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 1]}…"
    return KeptAnswer(answer=shown, rank=round(1 / rank) if rank else None, passage=first)


def case_values(run: Run, measure: Measure) -> dict[str, float]:
    """Return a measure's value by case id, of the cases that it says something of."""
    ratios = {o.case.id: measure.of_case(o) for o in run.outcomes}
    return {case_id: round(gain / chance, 4) for case_id, (gain, chance) in ratios.items() if chance}


# --- a run beside its baseline ------------------------------------------------------------------------------------------


def compare(run: Run, baseline: Baseline | None) -> list[Regression]:
    """Return every reason to refuse the run: a fall, a broken rule, a must-pass case that is wrong.

    A fall is one of a split's measure beyond its tolerance, over the baseline's cases where the run has them all, or one over
    the cases in common that chance makes unlikely.
    """
    found = [*_broken_rules(run), *_lost_cases(run)]
    if baseline is None or not any(o.case.id in baseline.outcomes for o in run.outcomes):
        return found
    common = replace(run, outcomes=tuple(o for o in run.outcomes if o.case.id in baseline.outcomes))
    has_all = len(common.outcomes) == len(baseline.outcomes)
    now = {group.split: group.values for group in summarize(common) if group.kind is None}
    for split, kept in baseline.measures.items() if has_all else ():
        for name, before in kept.items():
            after = now.get(split, {}).get(name)
            gain = None if after is None else (after - before.value) * (1 if before.higher_is_better else -1)
            if gain is None or gain < -before.tolerance - 1e-9:
                line = wording.fell(BY_NAME.get(name), name, split, (before.value, after, before.tolerance))
                found.append(Regression(measure=name, where=split, before=before.value, after=after, line=line))
    seen = {regression.measure for regression in found}
    for paired in paired_changes(run, baseline):
        if paired.is_worse and paired.measure not in seen:
            line = wording.significant_fall(BY_NAME[paired.measure], paired)
            found.append(Regression(measure=paired.measure, where="alle", before=paired.before, after=paired.after, line=line))
    return found


def paired_changes(run: Run, baseline: Baseline | None) -> list[Paired]:
    """Return what became of each measure over the cases that run and baseline have in common; see `compare_paired`."""
    if baseline is None:
        return []
    after = {m.name: case_values(run, m) for m in _COMPARED}
    return compare_paired(baseline.values, after, {m.name: m.higher_is_better for m in _COMPARED})


def changes(run: Run, baseline: Baseline | None) -> list[Change]:
    """Return the cases that are right now and were wrong, or the other way round, lost ones first."""
    found: list[Change] = []
    for o in run.outcomes:
        was = baseline.outcomes.get(o.case.id) if baseline is not None else None
        if baseline is not None and was is not None and was != o.is_right:
            is_open = o.case.split is Split.DEV
            found.append(
                Change(
                    id=o.case.id, question=o.case.question, was_right=was, is_right=o.is_right,
                    before=baseline.answers.get(o.case.id) if is_open else None, after=kept_answer(o) if is_open else None,
                )
            )  # fmt: skip
    return sorted(found, key=lambda change: change.is_right)


def newly_wrong(run: Run, baseline: Baseline | None) -> list[Outcome]:
    """Return the outcomes that were right in the baseline and are wrong now."""
    return [o for o in run.outcomes if baseline is not None and baseline.outcomes.get(o.case.id) and not o.is_right]


def differences(run: Run, baseline: Baseline | None) -> list[str]:
    """Return in Dutch what makes the run and the baseline hard to compare."""
    if baseline is None:
        return []
    said = [wording.CASES_CHANGED] if run.cases != baseline.cases else []
    if run.corpus != baseline.corpus:
        said.append(wording.CORPUS_CHANGED)
    if not any(o.case.id in baseline.outcomes for o in run.outcomes):
        said.append(wording.NOTHING_IN_COMMON)
    return said


def summarize(run: Run) -> tuple[Group, ...]:
    """Return per split the measures of each kind that it has and then of all its cases."""
    return tuple(_groups(run))


def _groups(run: Run) -> Iterator[Group]:
    for split in Split:
        for kind in (*CaseKind, None):
            chosen = [o for o in run.outcomes if o.case.split is split and kind in (None, o.case.kind)]
            if chosen:
                values = {measure.name: measure.of(chosen) for measure in MEASURES}
                intervals = {} if kind else {m.name: interval([m.of_case(o) for o in chosen]) for m in _COMPARED}
                yield Group(split=split, kind=kind, size=len(chosen), values=values, intervals=intervals)


def _broken_rules(run: Run) -> list[Regression]:
    found: list[Regression] = []
    for rule in sorted({b.rule for o in run.outcomes for b in o.breaches}):
        ids = [o.case.id for o in run.outcomes if any(b.rule == rule for b in o.breaches)]
        detail = next(b.detail for o in run.outcomes for b in o.breaches if b.rule == rule)
        line = wording.rule_broken(rule, ids, detail)
        found.append(Regression(measure="rulesBroken", where=" ".join(ids), before=0.0, after=float(len(ids)), line=line))
    return found


def _lost_cases(run: Run) -> list[Regression]:
    lost = [o for o in run.outcomes if o.case.must_pass and not o.is_right]
    return [Regression(measure="mustPass", where=o.case.id, before=1.0, after=0.0, line=wording.must_pass_lost(o)) for o in lost]
