"""Cases -> Run: every question asked, every answer judged, and the exit status of `begroting-qa evaluate`."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from begroting_qa.errors import CasesError
from begroting_qa.evaluate.baseline import accept_baseline, compare, read_baseline
from begroting_qa.evaluate.cases import Case, CaseSet, load_cases
from begroting_qa.evaluate.judging import Facts, broken_rules, is_right, parts_told
from begroting_qa.evaluate.measures import Outcome, Run, with_groups
from begroting_qa.evaluate.ranking import DEEP, score_rankings
from begroting_qa.evaluate.report import json_text, summary, write_reports
from begroting_qa.evaluate.wording import REASON_MISSING, baseline_missing
from begroting_qa.pipeline import Engine, answer_question, open_engine
from begroting_qa.settings import Settings
from begroting_qa.wire import ANSWERER, AnswerBody, EngineBody, TimingBody, answer_body

Ask = Callable[[Case], AnswerBody]
Progress = Callable[[int, int], None]
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def evaluate(engine: Engine, cases: CaseSet, report: Progress | None = None) -> Run:
    """Ask every case of one index generation; `report` gets (done, total) after each."""
    return evaluate_answers(partial(ask, engine), cases, facts_of(engine), corpus=engine.corpus_digest, report=report)


def evaluate_answers(ask: Ask, cases: CaseSet, facts: Facts, *, corpus: str, report: Progress | None = None) -> Run:
    """Ask every case of whatever answers in the contract's form, judged by the documents in `facts`."""
    answers: list[AnswerBody] = []
    for done, case in enumerate(cases.cases, 1):
        answers.append(ask(case))
        if report is not None:
            report(done, len(cases.cases))
    asked = list(zip(cases.cases, answers, strict=True))
    rankings = score_rankings([(case, answer) for case, answer in asked if case.is_answerable])
    outcomes: list[Outcome] = []
    for case, answer in asked:
        outcome = Outcome(
            case=case,
            answer=answer,
            milliseconds=answer.timing_ms.total,
            is_right=is_right(case, answer),
            parts=parts_told(case, answer),
            ranking=rankings.get(case.id),
            breaches=broken_rules(answer, facts),
        )
        outcomes.append(outcome)
    return Run(outcomes=with_groups(outcomes), cases=cases.sha256, corpus=corpus)


def ask(engine: Engine, case: Case) -> AnswerBody:
    """Return the answer as the service would send it."""
    clock: dict[str, float] = {}
    started = time.perf_counter()
    answer = answer_question(engine, case.question, earlier=case.history, top_k=DEEP, clock=clock)
    total = (time.perf_counter() - started) * 1000
    return answer_body(
        answer,
        engine.sources,
        answer_id="evaluate",
        timing=TimingBody(total=total, retrieve=clock.get("retrieve", 0.0), answer=clock.get("answer", 0.0)),
        engine=EngineBody(embedder=engine.embedder_id, answerer=ANSWERER, index_generation=engine.generation),
    )


def facts_of(engine: Engine) -> Facts:
    """Return what the evaluation must know of the documents in an index."""
    texts = {document_id: engine.document(document_id).text for document_id in engine.sources}
    sources = engine.sources.values()
    years = {year for text in texts.values() for year in _YEAR.findall(text)}
    years |= {str(year) for source in sources for year in (source.year, source.as_of.year)}
    return Facts(texts=texts, titles={source.id: source.title for source in sources}, years=frozenset(years))


def run_evaluation(
    settings: Settings,
    *,
    questions: Sequence[Path],
    baseline: Path,
    report: Path | None,
    as_json: bool,
    accept_reason: str | None,
    verbose: bool,
) -> int:
    """Ask, measure, compare and show; return 0 when the change may pass, else 1.

    Results go to stdout, progress to stderr. `report` is a folder for the reports, see `write_reports`; `accept_reason` makes the
    run the new baseline; `verbose` lists what is wrong in `dev`.

    Raises:
        BegrotingQAError: the cases, the baseline, the corpus or the index cannot be used.
    """
    if accept_reason is not None and not accept_reason.strip():
        raise CasesError(REASON_MISSING)
    earlier = read_baseline(baseline)
    with closing(open_engine(settings)) as engine:
        run = _ask_with_progress(engine, load_cases(questions, facts_of(engine).texts))
    if report is not None:
        write_reports(run, earlier, report)
    if as_json:
        sys.stdout.write(json_text(run, earlier))
    else:
        sys.stdout.write(summary(run, earlier, verbose=verbose))
    if accept_reason is not None:
        accept_baseline(run, baseline, accept_reason)
        earlier = read_baseline(baseline)
    elif earlier is None:
        sys.stderr.write(baseline_missing(baseline) + "\n")
        return 1
    return 1 if compare(run, earlier) else 0


def _ask_with_progress(engine: Engine, cases: CaseSet) -> Run:
    from tqdm import tqdm

    with tqdm(total=len(cases.cases), file=sys.stderr, unit=" vragen", disable=None) as bar:

        def tell(done: int, _total: int) -> None:
            bar.update(done - bar.n)

        return evaluate(engine, cases, report=tell)
