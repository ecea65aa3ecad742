"""Run -> what a person or a build reads: tables, JSON, and what got worse since the baseline that was accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from begroting_qa.errors import CasesError
from begroting_qa.evaluate.cases import CaseKind, Split
from begroting_qa.evaluate.measures import MEASURES, Form, Measure, Outcome, Run

DEFAULT_TOLERANCE = 0.02
SHOWN_CHARS = 120
_BY_NAME = {measure.name: measure for measure in MEASURES}


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
    """The measures of one split, and of one kind in it or, where `kind` is None, of all; `values` by measure name."""

    split: Split
    kind: CaseKind | None
    size: int
    values: dict[str, float | None]


class BaselineValue(BaseModel):
    """A measure of one split as accepted, and how far it may fall."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)

    value: float
    tolerance: float = Field(ge=0)
    higher_is_better: bool


class Baseline(BaseModel):
    """eval/baseline.json: what the product could when somebody last accepted it; `outcomes` says per case whether right."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    cases: str
    corpus: str
    measures: dict[Split, dict[str, BaselineValue]]
    outcomes: dict[str, bool]


# --- the baseline -------------------------------------------------------------------------------------------------------


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
        raise CasesError(baseline_unusable(path, error.strerror or str(error))) from error
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}"
        raise CasesError(baseline_unusable(path, problem)) from error


def compare(run: Run, baseline: Baseline | None) -> list[Regression]:
    """Return every reason to refuse the run: a fall beyond its tolerance, a broken rule, a must-pass case that is wrong.

    Falls are looked for only where the run and the baseline have cases in common.
    """
    found = [*_broken_rules(run), *_lost_cases(run)]
    if baseline is None or not any(o.case.id in baseline.outcomes for o in run.outcomes):
        return found
    now = {group.split: group.values for group in summarize(run) if group.kind is None}
    for split, kept in baseline.measures.items():
        for name, before in kept.items():
            after = now.get(split, {}).get(name)
            gain = None if after is None else (after - before.value) * (1 if before.higher_is_better else -1)
            if gain is None or gain < -before.tolerance - 1e-9:
                line = fell(_BY_NAME.get(name), name, split, before, after)
                found.append(Regression(measure=name, where=split, before=before.value, after=after, line=line))
    return found


def newly_wrong(run: Run, baseline: Baseline | None) -> list[Outcome]:
    """Return the outcomes that were right in the baseline and are wrong now."""
    return [o for o in run.outcomes if baseline is not None and baseline.outcomes.get(o.case.id) and not o.is_right]


def differences(run: Run, baseline: Baseline | None) -> list[str]:
    """Return in Dutch what makes the run and the baseline hard to compare."""
    if baseline is None:
        return []
    said = [CASES_CHANGED] if run.cases != baseline.cases else []
    if run.corpus != baseline.corpus:
        said.append(CORPUS_CHANGED)
    if not any(o.case.id in baseline.outcomes for o in run.outcomes):
        said.append(NOTHING_IN_COMMON)
    return said


def accept_baseline(run: Run, path: Path, reason: str) -> None:
    """Write the run as the new baseline, and its reason and figures as a line of LOG.md beside it.

    Tolerances that somebody set in the old baseline stay.

    Raises:
        CasesError: no reason is given, or the old baseline cannot be read.
    """
    said = " ".join(reason.split())
    if not said:
        raise CasesError(REASON_MISSING)
    old = read_baseline(path)
    measures: dict[Split, dict[str, BaselineValue]] = {}
    for group in summarize(run):
        if group.kind is not None:
            continue
        kept = old.measures.get(group.split, {}) if old else {}
        measures[group.split] = {
            m.name: BaselineValue(
                value=round(value, 6),
                tolerance=kept[m.name].tolerance if m.name in kept else DEFAULT_TOLERANCE,
                higher_is_better=m.higher_is_better,
            )
            for m in MEASURES
            if m.is_compared and (value := group.values[m.name]) is not None
        }
    new = Baseline(
        reason=said,
        cases=run.cases,
        corpus=run.corpus,
        measures=measures,
        outcomes={o.case.id: o.is_right for o in run.outcomes},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new.model_dump_json(indent=1) + "\n", encoding="utf-8")
    with (path.parent / "LOG.md").open("a", encoding="utf-8") as log:
        log.write(log_line(said, [g for g in summarize(run) if g.kind is None]))


def _broken_rules(run: Run) -> list[Regression]:
    found: list[Regression] = []
    for rule in sorted({b.rule for o in run.outcomes for b in o.breaches}):
        ids = [o.case.id for o in run.outcomes if any(b.rule == rule for b in o.breaches)]
        detail = next(b.detail for o in run.outcomes for b in o.breaches if b.rule == rule)
        line = rule_broken(rule, ids, detail)
        found.append(Regression(measure="rulesBroken", where=" ".join(ids), before=0.0, after=float(len(ids)), line=line))
    return found


def _lost_cases(run: Run) -> list[Regression]:
    lost = [o for o in run.outcomes if o.case.must_pass and not o.is_right]
    return [Regression(measure="mustPass", where=o.case.id, before=1.0, after=0.0, line=must_pass_lost(o)) for o in lost]


# --- what is shown ------------------------------------------------------------------------------------------------------


def summarize(run: Run) -> tuple[Group, ...]:
    """Return per split the measures of each kind that it has and then of all its cases."""
    groups: list[Group] = []
    for split in Split:
        for kind in (*CaseKind, None):
            chosen = [o for o in run.outcomes if o.case.split is split and kind in (None, o.case.kind)]
            if chosen:
                values = {measure.name: measure.of(chosen) for measure in MEASURES}
                groups.append(Group(split=split, kind=kind, size=len(chosen), values=values))
    return tuple(groups)


def terminal_table(groups: Sequence[Group]) -> str:
    """Return the measures as aligned columns, one row per kind and one per split."""
    rows = _table(groups)
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(c.ljust(w) if n < 2 else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True))) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def markdown(run: Run, baseline: Baseline | None) -> str:
    """Return the report as Markdown: measures, what got worse, and what is wrong in `dev`."""
    head, *rows = _table(summarize(run))
    table = [head, ["---", "---", *["---:"] * (len(head) - 2)], *rows]
    lines = ["# Evaluatie", "", *(f"| {' | '.join(row)} |" for row in table), ""]
    sections = [
        (HEAD_DIFFERENCES, differences(run, baseline)),
        (HEAD_REGRESSIONS, [r.line for r in compare(run, baseline)]),
        (HEAD_NEWLY_WRONG, [case_line(o) for o in newly_wrong(run, baseline)]),
        (HEAD_FAILURES, [failure_line(o) for o in failures(run, Split.DEV)]),
    ]
    for head_line, body in sections:
        if body:
            lines += [f"## {head_line}", "", *(f"- {line}" for line in body), ""]
    return "\n".join(lines)


def as_data(run: Run, baseline: Baseline | None) -> dict[str, object]:
    """Return the report for other programs; answers of `test` stay out, so that nobody tunes on them."""
    return {
        "cases": run.cases,
        "corpus": run.corpus,
        "groups": [{"split": g.split, "kind": g.kind or "all", "size": g.size, "measures": g.values} for g in summarize(run)],
        "differences": differences(run, baseline),
        "regressions": [
            {"measure": r.measure, "where": r.where, "before": r.before, "after": r.after, "line": r.line}
            for r in compare(run, baseline)
        ],
        "newlyWrong": [o.case.id for o in newly_wrong(run, baseline)],
        "outcomes": [_outcome_data(o) for o in run.outcomes],
        "failures": [
            {"id": o.case.id, "question": o.case.question, "answer": o.answer.answer, "accepted": o.case.accepted}
            for o in failures(run, Split.DEV)
        ],
    }


def failures(run: Run, split: Split) -> list[Outcome]:
    """Return the outcomes of one split that are wrong."""
    return [o for o in run.outcomes if o.case.split is split and not o.is_right]


def _outcome_data(outcome: Outcome) -> dict[str, object]:
    return {
        "id": outcome.case.id,
        "kind": outcome.case.kind,
        "split": outcome.case.split,
        "status": outcome.answer.status,
        "right": outcome.is_right,
        "recallAt5": outcome.recall_at_5,
        "reciprocalRank": outcome.reciprocal_rank,
        "milliseconds": round(outcome.milliseconds, 3),
        "rulesBroken": [{"rule": b.rule, "detail": b.detail} for b in outcome.breaches],
    }


def _table(groups: Sequence[Group]) -> list[list[str]]:
    head = ["deel", "soort", "n", *(measure.label for measure in MEASURES)]
    rows = [[g.split, g.kind or "alle", str(g.size), *(shown(m, g.values[m.name]) for m in MEASURES)] for g in groups]
    return [head, *rows]


def shown(measure: Measure, value: float | None) -> str:
    """Return a value as a Dutch reader writes it; `-` where there was nothing to measure."""
    if value is None:
        return "-"
    match measure.form:
        case Form.SHARE:
            return f"{100 * value:.1f}%".replace(".", ",")
        case Form.RANK:
            return f"{value:.3f}".replace(".", ",")
        case Form.COUNT:
            return f"{value:.0f}"
        case Form.TIME:
            return f"{value:.1f}".replace(".", ",")


def summary(run: Run, baseline: Baseline | None, *, verbose: bool) -> str:
    """Return what the terminal shows: the table, and under it one line for each thing that got worse."""
    parts = [terminal_table(summarize(run))]
    if verbose:
        parts += [failure_line(o) for o in failures(run, Split.DEV)]
    parts += differences(run, baseline)
    parts += [f"{HEAD_NEWLY_WRONG}: {case_line(o)}" for o in newly_wrong(run, baseline)]
    parts += [f"{HEAD_REGRESSIONS}: {r.line}" for r in compare(run, baseline)]
    return "\n".join(parts).rstrip("\n") + "\n"


def json_text(run: Run, baseline: Baseline | None) -> str:
    """Return `as_data` as text."""
    return json.dumps(as_data(run, baseline), ensure_ascii=False, indent=1) + "\n"


# --- in Dutch -----------------------------------------------------------------------------------------------------------

HEAD_DIFFERENCES = "Let op"
HEAD_REGRESSIONS = "Slechter"
HEAD_NEWLY_WRONG = "Was goed, nu fout"
HEAD_FAILURES = "Fout in dev"
REASON_MISSING = "--accept-baseline heeft geen reden; zeg in een zin waarom de nieuwe uitkomst mag gelden"
CASES_CHANGED = "Let op: de vragen zijn veranderd sinds de baseline; de cijfers zijn niet zomaar te vergelijken."
CORPUS_CHANGED = "Let op: het corpus is veranderd sinds de baseline; de cijfers zijn niet zomaar te vergelijken."
NOTHING_IN_COMMON = "Let op: geen enkele vraag staat ook in de baseline; de cijfers zijn er niet mee vergeleken."


def baseline_missing(path: Path) -> str:
    """There is nothing to compare with."""
    return f'{path} ontbreekt, dus er is niets om mee te vergelijken; leg deze uitkomst vast met --accept-baseline "REDEN"'


def baseline_unusable(path: Path, problem: str) -> str:
    """The baseline does not fit."""
    return f"{path} is niet te gebruiken ({problem}); zet het bestand terug, of haal het weg en leg een nieuwe baseline vast"


def fell(measure: Measure | None, name: str, split: Split, before: BaselineValue, after: float | None) -> str:
    """A measure got worse."""
    if measure is None:
        return f"{split}, {name}: deze maat bestaat niet meer; leg een nieuwe baseline vast"
    tolerance = shown(measure, before.tolerance)
    return f"{split}, {name}: van {shown(measure, before.value)} naar {shown(measure, after)} (marge {tolerance})"


def rule_broken(rule: int, ids: Sequence[str], detail: str) -> str:
    """Answers break the contract."""
    more = " …" if len(ids) > 8 else ""
    return f"regel {rule} van CONTRACT.md: van 0 naar {len(ids)} keer gebroken, bij {' '.join(ids[:8])}{more} (eerste: {detail})"


def must_pass_lost(outcome: Outcome) -> str:
    """A case that must be right is wrong."""
    return f"mustPass: van goed naar fout bij {case_line(outcome)}"


def case_line(outcome: Outcome) -> str:
    """A case by its id and question."""
    return f"{outcome.case.id} ({outcome.case.kind}) {outcome.case.question}"


def failure_line(outcome: Outcome) -> str:
    """A wrong answer with what was expected."""
    expected = " | ".join(" + ".join(alternative) for alternative in outcome.case.accepted) or outcome.case.status
    answer = " ".join(outcome.answer.answer.split())[:SHOWN_CHARS]
    return f"{case_line(outcome)}\n    antwoord: {answer}\n    verwacht: {expected}"


def log_line(reason: str, totals: Sequence[Group]) -> str:
    """A line of the log: why, and the figures of each split."""
    figures = "; ".join(
        f"{g.split}: " + ", ".join(f"{m.name} {shown(m, g.values[m.name])}" for m in MEASURES if m.is_compared) for g in totals
    )
    return f"- {reason} ({figures})\n"
