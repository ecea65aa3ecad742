"""Cases -> Run: every question asked, every answer judged, and the exit status of `begroting-qa evaluate`."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from begroting_qa import feedback
from begroting_qa.domain import AnswerStatus
from begroting_qa.errors import CasesError
from begroting_qa.evaluate import wording
from begroting_qa.evaluate.answerers import (
    Answerer,
    chat_answerer,
    chat_key,
    client_of,
    engine_answerer,
    service_answerer,
)
from begroting_qa.evaluate.baseline import accept_baseline, compare, read_baseline
from begroting_qa.evaluate.cases import Case, CaseKind, CaseSet, Split, load_cases
from begroting_qa.evaluate.drafts import draft_cases
from begroting_qa.evaluate.exchange import Qrels, is_beir, read_beir, read_qrels, read_squad, trec_run
from begroting_qa.evaluate.judging import broken_rules, is_right, parts_told
from begroting_qa.evaluate.measures import Outcome, Run, with_groups
from begroting_qa.evaluate.ranking import score_by_qrels, score_rankings
from begroting_qa.evaluate.report import TAG, json_text, summary, write_reports
from begroting_qa.evaluate.retrieval import indexed, rank, score, worth_table
from begroting_qa.pipeline import configured_embedder, open_engine
from begroting_qa.settings import Settings
from begroting_qa.wire.bodies import AnswerBody

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who is asked: a running service, a chat service (with the name of its model), or by default the engine here."""

    url: str | None = None
    openai: str | None = None
    model: str | None = None


def evaluate(answerer: Answerer, cases: CaseSet, *, qrels: Qrels | None = None, report: Progress | None = None) -> Run:
    """Ask every case and judge the answers; `report` gets (done, total) after each.

    `qrels` are judgements of passages by case id; they take the place of a case's evidence in the measures of ranking.
    """
    asked = list(_ask_all(answerer, cases, report or (lambda _done, _total: None)))
    answerable = [(case, answer) for case, answer in asked if case.is_answerable]
    rankings = score_rankings(answerable) if answerer.cites else {}
    if qrels and answerer.cites:
        rankings |= score_by_qrels({case.id: [p.id for p in answer.passages] for case, answer in answerable}, qrels)
    outcomes = [
        Outcome(
            case=case,
            answer=answer,
            milliseconds=answer.timing_ms.total,
            is_right=is_right(case, answer),
            parts=parts_told(case, answer),
            ranking=rankings.get(case.id),
            breaches=broken_rules(answer, answerer.facts) if answerer.cites else (),
        )
        for case, answer in asked
    ]
    corpus = _digest_of(answerer.facts.texts)
    return Run(outcomes=with_groups(outcomes), cases=cases.sha256, corpus=corpus, cites=answerer.cites)


def _ask_all(answerer: Answerer, cases: CaseSet, report: Progress) -> Generator[tuple[Case, AnswerBody]]:
    for done, case in enumerate(cases.cases, 1):
        yield case, answerer.ask(case)
        report(done, len(cases.cases))


def _digest_of(texts: Mapping[str, str]) -> str:
    """Return one digest of all documents: the same for the engine here and for a service that has the same ones."""
    digest = hashlib.sha256()
    for document_id in sorted(texts):
        digest.update(document_id.encode() + b"\0" + hashlib.sha256(texts[document_id].encode()).digest())
    return digest.hexdigest()


def run_evaluation(
    settings: Settings,
    *,
    questions: Sequence[Path],
    baseline: Path,
    asked: Asked | None = None,
    qrels: Path | None = None,
    report: Path | None = None,
    as_json: bool = False,
    accept_reason: str | None = None,
    verbose: bool = False,
) -> int:
    """Ask, measure, compare and show; return 0 when the change may pass, else 1. A chat service is shown, never refused.

    Results go to stdout, progress to stderr. `report` is a folder for the reports, see `write_reports`; `accept_reason` makes the
    run the new baseline; `verbose` lists what is wrong in `dev`.

    Raises:
        BegrotingQAError: the cases, the baseline, the corpus, the index or the service that is asked cannot be used.
    """
    if accept_reason is not None and not accept_reason.strip():
        raise CasesError(wording.REASON_MISSING)
    earlier = read_baseline(baseline)
    judged = read_qrels(qrels) if qrels is not None else None
    with _answerer(settings, asked or Asked()) as answerer:
        cases = _load(questions, answerer.facts.texts)
        with _bar(len(cases.cases)) as tell:
            run = evaluate(answerer, cases, qrels=judged, report=tell)
    if report is not None:
        write_reports(run, earlier, report)
    if as_json:
        sys.stdout.write(json_text(run, earlier))
    else:
        sys.stdout.write(summary(run, earlier, verbose=verbose))
    if not run.cites:
        return 0
    if accept_reason is not None:
        accept_baseline(run, baseline, accept_reason)
        earlier = read_baseline(baseline)
    elif earlier is None:
        sys.stderr.write(wording.baseline_missing(baseline) + "\n")
        return 1
    return 1 if compare(run, earlier) else 0


@contextmanager
def _answerer(settings: Settings, asked: Asked) -> Generator[Answerer]:
    if asked.url is not None:
        with client_of(asked.url) as client:
            yield service_answerer(client)
        return
    with closing(open_engine(settings)) as engine:
        ours = engine_answerer(engine)
        if asked.openai is None:
            yield ours
        else:
            with client_of(asked.openai, key=chat_key()) as client:
                yield chat_answerer(client, ours.facts, asked.model)


def _load(questions: Sequence[Path], texts: Mapping[str, str]) -> CaseSet:
    squad = [path for path in questions if path.suffix == ".json"]
    if not squad:
        return load_cases(questions, texts)
    if len(squad) < len(questions):
        raise CasesError(wording.QUESTIONS_MIXED)
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in squad if path.is_file())).hexdigest()
    return CaseSet(cases=tuple(case for path in squad for case in read_squad(path, texts)), sha256=digest)


# --- other questions than our own -----------------------------------------------------------------------------------------


def is_collection(questions: Sequence[Path]) -> bool:
    """Tell whether what is asked brings its own texts, so that only ranking can be judged."""
    return len(questions) == 1 and is_beir(questions[0])


def run_collection(settings: Settings, folder: Path, report: Path | None) -> int:
    """Rank the texts of a BEIR folder for its queries in each way, and show what each way is worth.

    `report` is a folder for the runs in TREC's form.

    Raises:
        BegrotingQAError: the folder cannot be read, or the embedder not be loaded.
    """
    collection = read_beir(folder)
    embedder = configured_embedder(settings)
    with indexed(collection, embedder, settings.dense_weight) as searchable, _bar(len(collection.queries)) as tell:
        rankings = rank(collection.queries, searchable, report=tell)
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        for way, by_query in rankings.items():
            name = way.replace(" ", "-").lower()
            (report / f"{name}.trec").write_text(trec_run(by_query.items(), f"{TAG}-{name}"), encoding="utf-8")
    sys.stdout.write("\n".join(worth_table(score(rankings, collection.qrels))) + "\n")
    return 0


def run_drafts(settings: Settings, questions: Sequence[Path]) -> int:
    """Print a draft case for each question that readers let us keep and that is no case yet.

    Raises:
        BegrotingQAError: nothing was kept, or the cases or the index cannot be used.
    """
    kept = feedback.read(settings.feedback)
    with closing(open_engine(settings)) as engine:
        answerer = engine_answerer(engine)
        known = [case.question for case in load_cases(questions, answerer.facts.texts).cases] if questions else []
        drafts = draft_cases(kept.judgements, known, lambda question: answerer.ask(_plain(question)))
    for draft in drafts:
        sys.stdout.write(json.dumps(draft, ensure_ascii=False) + "\n")
    sys.stderr.write(wording.drafts_made(len(drafts), len(kept.judgements), kept.unreadable, settings.feedback) + "\n")
    return 0


def _plain(question: str) -> Case:
    return Case(
        id="", question=question, kind=CaseKind.PLAIN, split=Split.DEV, status=AnswerStatus.ANSWERED, accepted=(), evidence=(),
        must_pass=False, note="",
    )  # fmt: skip


@contextmanager
def _bar(total: int) -> Generator[Progress]:
    from tqdm import tqdm

    with tqdm(total=total, file=sys.stderr, unit=" vragen", disable=None) as bar:

        def tell(done: int, _total: int) -> None:
            bar.update(done - bar.n)

        yield tell
