"""Run -> what a person or a build reads: terminal, Markdown, JSON, JUnit XML, and one HTML page with charts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from begroting_qa.evaluate import wording
from begroting_qa.evaluate.baseline import (
    Baseline,
    Change,
    Group,
    as_baseline,
    baseline_text,
    changes,
    compare,
    differences,
    newly_wrong,
    paired_changes,
    summarize,
)
from begroting_qa.evaluate.cases import Split
from begroting_qa.evaluate.exchange import trec_run
from begroting_qa.evaluate.measures import BY_NAME, MEASURES, Outcome, Run, balanced_accuracy
from begroting_qa.evaluate.page import html_page
from begroting_qa.evaluate.wording import shown

TAG = "begroting-qa"


def write_reports(run: Run, baseline: Baseline | None, folder: Path) -> None:
    """Write report.md, report.json, report.xml (JUnit), report.html, report.trec and run.json into a folder.

    report.trec holds the passages as a run of TREC; run.json is the run in the form of a baseline, to compare a later one with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(markdown(run, baseline), encoding="utf-8")
    (folder / "report.json").write_text(json_text(run, baseline), encoding="utf-8")
    (folder / "report.xml").write_bytes(junit(run, baseline))
    (folder / "report.html").write_text(html(run, baseline), encoding="utf-8")
    ranked = ((o.case.id, [p.id for p in o.answer.passages]) for o in run.outcomes)
    (folder / "report.trec").write_text(trec_run(ranked, TAG), encoding="utf-8")
    (folder / "run.json").write_text(baseline_text(as_baseline(run, "", baseline)), encoding="utf-8")


def summary(run: Run, baseline: Baseline | None, *, verbose: bool) -> str:
    """Return what the terminal shows: the table, the totals with their intervals, and a line for each thing that got worse."""
    groups = summarize(run)
    parts = [terminal_table(groups), *map(totals_line, (g for g in groups if g.kind is None))]
    if verbose:
        parts += [wording.failure_line(o) for o in failures(run, Split.DEV)]
    parts += differences(run, baseline)
    if not run.cites:
        rows = [wording.paired_row(BY_NAME[p.measure], p) for p in paired_changes(run, baseline)]
        parts += [wording.HEAD_PAIRED, _aligned([wording.PAIRED_HEAD, *rows], n_left=1)] if rows else []
        return "\n".join(parts).rstrip("\n") + "\n"
    parts += [f"{wording.HEAD_NEWLY_WRONG}: {wording.case_line(o)}" for o in newly_wrong(run, baseline)]
    parts += [f"{wording.HEAD_REGRESSIONS}: {r.line}" for r in compare(run, baseline)]
    return "\n".join(parts).rstrip("\n") + "\n"


def terminal_table(groups: Sequence[Group]) -> str:
    """Return the measures as aligned columns, one row per kind and one per split."""
    return _aligned(_table(groups), n_left=2)


def totals_line(group: Group) -> str:
    """Return every compared measure of a split with its interval."""
    told = [
        f"{m.label} {wording.with_interval(m, group.values[m.name], group.intervals.get(m.name))}"
        for m in MEASURES
        if m.is_compared and group.values[m.name] is not None
    ]
    balanced = balanced_accuracy(group.values["refusalRecall"], group.values["wronglyRefused"])
    if balanced is not None:
        told.append(f"gebalanceerd {100 * balanced:.1f}%".replace(".", ","))
    return f"{group.split}: {'; '.join(told)}"


def markdown(run: Run, baseline: Baseline | None) -> str:
    """Return the report as Markdown: measures, what became of them, what changed, and what is wrong in `dev`."""
    groups = summarize(run)
    lines = ["# Evaluatie", "", *_markdown_table(_table(groups), n_left=2), ""]
    lines += [*(f"- {totals_line(g)}" for g in groups if g.kind is None), ""]
    paired = paired_changes(run, baseline)
    if paired:
        rows = [wording.PAIRED_HEAD, *(wording.paired_row(BY_NAME[p.measure], p) for p in paired)]
        lines += [f"## {wording.HEAD_PAIRED}", "", *_markdown_table(rows, n_left=1), ""]
    changed = changes(run, baseline)
    if changed:
        rows = [wording.CHANGES_HEAD, *map(change_row, changed)]
        lines += [f"## {wording.HEAD_CHANGES}", "", *_markdown_table(rows, n_left=6), ""]
    sections = [
        (wording.HEAD_DIFFERENCES, differences(run, baseline)),
        (wording.HEAD_REGRESSIONS, [r.line for r in compare(run, baseline)]),
        (wording.HEAD_NEWLY_WRONG, [wording.case_line(o) for o in newly_wrong(run, baseline)]),
        (wording.HEAD_FAILURES, [wording.failure_line(o) for o in failures(run, Split.DEV)]),
    ]
    for head_line, body in sections:
        if body:
            lines += [f"## {head_line}", "", *(f"- {line}" for line in body), ""]
    return "\n".join(lines)


def change_row(change: Change) -> list[str]:
    """Return a row of the table of changed questions: before and after."""
    verdicts = ["goed" if right else "fout" for right in (change.was_right, change.is_right)]
    if change.before is None or change.after is None:
        return [f"{change.id} {change.question}", *verdicts, "", "", ""]
    ranks = " → ".join(str(kept.rank or "-") for kept in (change.before, change.after))
    passages = " → ".join(dict.fromkeys(kept.passage for kept in (change.before, change.after)))
    answers = " → ".join(kept.answer for kept in (change.before, change.after))
    return [f"{change.id} {change.question}", *verdicts, ranks, passages, answers]


def as_data(run: Run, baseline: Baseline | None) -> dict[str, object]:
    """Return the report for other programs; answers of `test` stay out, so that nobody tunes on them."""
    return {
        "cases": run.cases,
        "corpus": run.corpus,
        "groups": [
            {
                "split": g.split,
                "kind": g.kind or "all",
                "size": g.size,
                "measures": g.values,
                "intervals": {name: [i.low, i.high] for name, i in g.intervals.items() if i is not None},
            }
            for g in summarize(run)
        ],
        "differences": differences(run, baseline),
        "paired": [
            {
                "measure": p.measure, "n": p.n, "before": p.before, "after": p.after, "p": p.p,
                "interval": [p.interval.low, p.interval.high], "wins": p.wins, "ties": p.ties, "losses": p.losses,
            }
            for p in paired_changes(run, baseline)
        ],
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
    }  # fmt: skip


def json_text(run: Run, baseline: Baseline | None) -> str:
    """Return `as_data` as text."""
    return json.dumps(as_data(run, baseline), ensure_ascii=False, indent=1) + "\n"


def junit(run: Run, baseline: Baseline | None) -> bytes:
    """Return JUnit XML, as build servers read it: a test case per reason to refuse, and one per question.

    A question fails where it was right in the baseline; one that was wrong and is wrong is skipped.
    """
    suites = ET.Element("testsuites", name="begroting-qa evaluate")
    gate = ET.SubElement(suites, "testsuite", name="gate")
    for regression in compare(run, baseline):
        failed = ET.SubElement(gate, "testcase", classname="gate", name=f"{regression.measure} {regression.where}"[:200])
        ET.SubElement(failed, "failure", message=regression.line)
    if not len(gate):
        ET.SubElement(gate, "testcase", classname="gate", name="alle maten")
    lost = {outcome.case.id for outcome in newly_wrong(run, baseline)}
    for split in Split:
        suite = ET.SubElement(suites, "testsuite", name=split)
        for outcome in (o for o in run.outcomes if o.case.split is split):
            seconds = f"{outcome.milliseconds / 1000:.3f}"
            case = ET.SubElement(suite, "testcase", classname=f"{split}.{outcome.case.kind}", name=outcome.case.id, time=seconds)
            if outcome.case.id in lost:
                ET.SubElement(case, "failure", message=wording.case_line(outcome))
            elif not outcome.is_right:
                ET.SubElement(case, "skipped", message=wording.ALREADY_WRONG)
    for suite in suites:
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
    return ET.tostring(suites, encoding="utf-8", xml_declaration=True)


def html(run: Run, baseline: Baseline | None) -> str:
    """Return one page with a chart and a table of each split, and what changed."""
    groups = summarize(run)
    paired = [wording.paired_row(BY_NAME[p.measure], p) for p in paired_changes(run, baseline)]
    return html_page(
        groups,
        table=_table(groups),
        paired=[wording.PAIRED_HEAD, *paired] if paired else [],
        changed=[wording.CHANGES_HEAD, *map(change_row, changes(run, baseline))] if changes(run, baseline) else [],
        said=[*differences(run, baseline), *(r.line for r in compare(run, baseline))],
    )


def failures(run: Run, split: Split) -> list[Outcome]:
    """Return the outcomes of one split that are wrong."""
    return [o for o in run.outcomes if o.case.split is split and not o.is_right]


def _outcome_data(outcome: Outcome) -> dict[str, object]:
    ratios = {m.name: m.of_case(outcome) for m in MEASURES}
    return {
        "id": outcome.case.id,
        "kind": outcome.case.kind,
        "split": outcome.case.split,
        "status": outcome.answer.status,
        "right": outcome.is_right,
        "measures": {name: round(gain / chance, 4) for name, (gain, chance) in ratios.items() if chance},
        "rulesBroken": [{"rule": b.rule, "detail": b.detail} for b in outcome.breaches],
    }


def _table(groups: Sequence[Group]) -> list[list[str]]:
    listed = [measure for measure in MEASURES if measure.is_shown]
    head = ["deel", "soort", "n", *(measure.label for measure in listed)]
    rows = [[g.split, g.kind or "alle", str(g.size), *(shown(m, g.values[m.name]) for m in listed)] for g in groups]
    return [head, *rows]


def _aligned(rows: Sequence[Sequence[str]], *, n_left: int) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(c.ljust(w) if n < n_left else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _markdown_table(rows: Sequence[Sequence[str]], *, n_left: int) -> list[str]:
    head, *body = rows
    rule = [*["---"] * n_left, *["---:"] * (len(head) - n_left)]
    return [f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |" for row in (head, rule, *body)]
