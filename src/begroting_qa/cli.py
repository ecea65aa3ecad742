"""The command line: results on stdout, log and progress on stderr; 0 done, 1 our error, 2 wrong usage."""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from begroting_qa import __version__, messages
from begroting_qa.domain import CommitmentStatus, DocumentKind, Filters
from begroting_qa.errors import BegrotingQAError, IndexUnusableError, NotFoundError

if TYPE_CHECKING:
    from begroting_qa.corrections import CorrectedRegister
    from begroting_qa.pipeline import Engine
    from begroting_qa.settings import Settings
    from begroting_qa.wire.bodies import Body
    from begroting_qa.wire.registers import CommitmentBody

app = typer.Typer(
    name="begroting-qa", help=messages.HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["--help", "-h"]},
)  # fmt: skip

DAY = ["%Y-%m-%d"]
Corpus = Annotated[Path | None, typer.Option("--corpus", help=messages.HELP_CORPUS, show_default="corpus")]
Index = Annotated[Path | None, typer.Option("--index", help=messages.HELP_INDEX, show_default="index")]
AsJson = Annotated[bool, typer.Option("--json", help=messages.HELP_JSON)]
Years = Annotated[list[int] | None, typer.Option("--year", help=messages.HELP_YEAR)]
Kinds = Annotated[list[DocumentKind] | None, typer.Option("--kind", help=messages.HELP_KIND)]


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit status 1."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("faiss").setLevel(logging.WARNING)  # it tells which processor it was built for
    try:
        app()
    except BegrotingQAError as error:
        print(f"begroting-qa: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=messages.HELP_VERSION)
    ] = False,
) -> None:
    del version


@contextmanager
def _progress() -> Generator[Callable[[str, int, int], None]]:
    """Give a reporter that draws one bar a step on stderr."""
    from tqdm import tqdm  # noqa: PLC0415

    bars: dict[str, Any] = {}

    def report(step: str, done: int, total: int) -> None:
        bar = bars.get(step)
        if bar is None:
            bar = bars[step] = tqdm(total=total, desc=step, file=sys.stderr, unit="", leave=True)
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        for bar in bars.values():
            bar.close()


def _settings(corpus: Path | None, index: Path | None, **more: object) -> Settings:
    from begroting_qa.settings import read_settings  # noqa: PLC0415

    return read_settings(corpus=corpus, index=index, **more)


def _engine(settings: Settings) -> Engine:
    """Open the index, after building it where there is none yet."""
    from begroting_qa.pipeline import build_index, open_engine, published_generation  # noqa: PLC0415

    if published_generation(settings) is None:
        print(messages.BUILDING_FIRST, file=sys.stderr)
        with _progress() as report:
            build_index(settings, report=report)
    return open_engine(settings)


def _show(body: Body, as_json: bool, in_words: Callable[[dict[str, Any]], str]) -> None:
    """Print a body as JSON, or what `in_words` makes of its fields."""
    print(body.model_dump_json(indent=2) if as_json else in_words(body.model_dump(by_alias=False)))


@app.command(help=messages.HELP_CMD_INDEX)
def index(corpus: Corpus = None, index: Index = None) -> None:
    """Build and publish a generation of the index."""
    from begroting_qa.pipeline import build_index, open_engine  # noqa: PLC0415

    settings = _settings(corpus, index)
    with _progress() as report:
        generation = build_index(settings, report=report)
    engine = open_engine(settings)
    print(messages.index_built(generation, len(engine.sources), settings.index))
    engine.close()


@app.command(help=messages.HELP_CMD_ASK)
def ask(
    question: Annotated[str, typer.Argument(metavar="VRAAG", help=messages.HELP_QUESTION)],
    year: Years = None, kind: Kinds = None, as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Answer one question on stdout."""
    import time  # noqa: PLC0415

    from begroting_qa.pipeline import answer_question  # noqa: PLC0415
    from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, TimingBody  # noqa: PLC0415
    from begroting_qa.wire.fill import answer_body, engine_body  # noqa: PLC0415

    trimmed = question.strip()
    if not 1 <= len(trimmed) <= MAX_QUESTION_CHARS:
        raise typer.BadParameter(messages.question_length(len(trimmed), MAX_QUESTION_CHARS), param_hint="VRAAG")
    engine = _engine(_settings(corpus, index))
    clock: dict[str, float] = {}
    started = time.perf_counter()
    answer = answer_question(engine, trimmed, filters=Filters(years=tuple(year or ()), kinds=tuple(kind or ())), clock=clock)
    total = (time.perf_counter() - started) * 1000
    body = answer_body(
        answer, engine.sources, answer_id=str(uuid.uuid4()),
        timing=TimingBody(total=round(total, 2), **{step: round(clock.get(step, 0), 2) for step in ("retrieve", "answer")}),
        engine=engine_body(engine),
    )  # fmt: skip
    _show(body, as_json, messages.plain_answer)


@app.command(help=messages.HELP_CMD_SEARCH)
def search(
    words: Annotated[str, typer.Argument(metavar="WOORDEN", help=messages.HELP_WORDS)],
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help=messages.HELP_LIMIT)] = 10,
    year: Years = None, kind: Kinds = None, as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Print ranked passages on stdout."""
    from begroting_qa.pipeline import search as search_passages  # noqa: PLC0415
    from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, PageBody, PassageBody  # noqa: PLC0415
    from begroting_qa.wire.fill import passage_body  # noqa: PLC0415

    trimmed = words.strip()
    if not 1 <= len(trimmed) <= MAX_QUESTION_CHARS:
        raise typer.BadParameter(messages.question_length(len(trimmed), MAX_QUESTION_CHARS), param_hint="WOORDEN")
    engine = _engine(_settings(corpus, index))
    filters = Filters(years=tuple(year or ()), kinds=tuple(kind or ()))
    found, total = search_passages(engine, trimmed, filters=filters, limit=limit)
    page = PageBody[PassageBody](items=[passage_body(s) for s in found], total=total, limit=limit, offset=0)
    _show(page, as_json, lambda fields: messages.plain_passages(fields["items"]))


@app.command(help=messages.HELP_CMD_SERVE)
def serve(
    host: Annotated[str | None, typer.Option("--host", help=messages.HELP_HOST, show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help=messages.HELP_PORT, show_default="8000")] = None,
    corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Run the service and its page."""
    from begroting_qa.serve.app import serve as run  # noqa: PLC0415

    settings = _settings(corpus, index, host=host, port=port)
    try:
        _engine(settings).close()
    except IndexUnusableError as error:  # a damaged index is replaced: the corpus is there
        print(f"{error}", file=sys.stderr)
        from begroting_qa.pipeline import build_index  # noqa: PLC0415

        with _progress() as report:
            build_index(settings, report=report)
    run(settings, settings.host, settings.port)


@app.command(help=messages.HELP_CMD_CHECK)
def check(as_json: AsJson = False, corpus: Corpus = None, index: Index = None) -> None:
    """Print what the documents say twice, compared."""
    from begroting_qa.wire.bodies import CheckBody, PageBody  # noqa: PLC0415
    from begroting_qa.wire.fill import check_body  # noqa: PLC0415

    engine = _engine(_settings(corpus, index))
    found = engine.findings
    if as_json:
        items = [check_body(finding, engine.document) for finding in found]
        print(PageBody[CheckBody](items=items, total=len(items), limit=len(items), offset=0).model_dump_json(indent=2))
    else:
        print(messages.plain_findings(found, _titles(engine)))


@app.command(help=messages.HELP_CMD_COMMITMENTS)
def commitments(
    words: Annotated[str, typer.Argument(metavar="WOORDEN", help=messages.HELP_WORDS)] = "",
    status: Annotated[list[CommitmentStatus] | None, typer.Option("--status", help=messages.HELP_STATUS)] = None,
    theme: Annotated[str, typer.Option("--theme", metavar="ONDERWERP", help=messages.HELP_THEME)] = "",
    actor: Annotated[str, typer.Option("--actor", help=messages.HELP_ACTOR)] = "",
    due_before: Annotated[datetime | None, typer.Option("--due-before", formats=DAY, help=messages.HELP_DUE_BEFORE)] = None,
    due_after: Annotated[datetime | None, typer.Option("--due-after", formats=DAY, help=messages.HELP_DUE_AFTER)] = None,
    document: Annotated[str, typer.Option("--document", help=messages.HELP_DOCUMENT)] = "",
    sort: Annotated[Literal["due", "place"] | None, typer.Option("--sort", help=messages.HELP_SORT)] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=messages.HELP_CSV)] = False,
    as_ics: Annotated[bool, typer.Option("--ics", help=messages.HELP_ICS)] = False,
    corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Print the register of commitments, as corrected."""
    from begroting_qa.registers import find_commitments  # noqa: PLC0415
    from begroting_qa.wire.registers import commitment_body, in_order  # noqa: PLC0415

    forms = [name for name, is_wanted in (("json", as_json), ("csv", as_csv), ("ics", as_ics)) if is_wanted]
    if len(forms) > 1:
        raise typer.BadParameter(messages.ONE_FORM, param_hint=f"--{forms[0]}")
    settings = _settings(corpus, index)
    engine = _engine(settings)
    register = _register(settings, engine)
    found = find_commitments(
        engine, register.commitments, query=words.strip(), theme=theme, statuses=tuple(status or ()),
        actor=actor.strip(), document_id=document,
        due_before=due_before.date() if due_before else None, due_after=due_after.date() if due_after else None,
    )  # fmt: skip
    found = in_order(found, sort, asks_due=bool(due_before or due_after))
    items = [commitment_body(register.entries[commitment.id]) for commitment in found]
    print(_in_form(forms[0] if forms else "", items, register, engine, settings), end="")


@app.command(help=messages.HELP_CMD_CORRECT)
def correct(
    commitment_id: Annotated[str, typer.Argument(metavar="NUMMER", help=messages.HELP_COMMITMENT)],
    reason: Annotated[str, typer.Option("--reason", metavar="REDEN", help=messages.HELP_REASON)],
    status: Annotated[CommitmentStatus | None, typer.Option("--status", help=messages.HELP_STATUS)] = None,
    due_from: Annotated[datetime | None, typer.Option("--due-from", formats=DAY, help=messages.HELP_DUE_FROM)] = None,
    due_to: Annotated[datetime | None, typer.Option("--due-to", formats=DAY, help=messages.HELP_DUE_TO)] = None,
    due_text: Annotated[str, typer.Option("--due-text", help=messages.HELP_DUE_TEXT)] = "",
    no_due: Annotated[bool, typer.Option("--no-due", help=messages.HELP_NO_DUE)] = False,
    not_a_commitment: Annotated[bool, typer.Option("--not-a-commitment", help=messages.HELP_NOT_A_COMMITMENT)] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=messages.HELP_WITHDRAW)] = False,
    as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Keep a correction and print the commitment as it now reads."""
    from pydantic import ValidationError  # noqa: PLC0415

    from begroting_qa.corrections import Correction, keep  # noqa: PLC0415
    from begroting_qa.serve.wording import field_problem  # noqa: PLC0415
    from begroting_qa.wire.registers import commitment_body  # noqa: PLC0415

    try:
        correction = Correction.model_validate({
            "commitmentId": commitment_id, "reason": reason, "status": status, "notACommitment": not_a_commitment,
            "due": _due(due_from, due_to, due_text, is_removed=no_due), "withdrawn": withdraw,
        })  # fmt: skip
    except ValidationError as error:
        raise typer.BadParameter(field_problem(error.errors()[0])) from error
    settings = _settings(corpus, index)
    engine = _engine(settings)
    if commitment_id not in _register(settings, engine).entries:
        raise NotFoundError(messages.commitment_unknown(commitment_id))
    keep(correction, settings.corrections)
    body = commitment_body(_register(settings, engine).entries[commitment_id])
    _show(body, as_json, lambda fields: messages.plain_commitments([fields], _titles(engine)))


@app.command(help=messages.HELP_CMD_REFERENCES)
def references(
    code: Annotated[str, typer.Argument(metavar="NUMMER", help=messages.HELP_CODE)] = "",
    as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Print every place that names a code, or the codes that are named."""
    from begroting_qa.references import find_reference, nearest_known  # noqa: PLC0415
    from begroting_qa.wire.bodies import PageBody  # noqa: PLC0415
    from begroting_qa.wire.registers import ReferenceBody, reference_body  # noqa: PLC0415

    engine = _engine(_settings(corpus, index))
    if not code.strip():
        items = [reference_body(reference, engine.document) for reference in engine.references]
        page = PageBody[ReferenceBody](items=items, total=len(items), limit=len(items), offset=0)
        _show(page, as_json, lambda fields: messages.plain_references(fields["items"]))
        return
    reference = find_reference(code, engine.references)
    if reference is None:
        raise NotFoundError(messages.code_unknown(code, [known.code for known in nearest_known(code, engine.references)]))
    body = reference_body(reference, engine.document)
    _show(body, as_json, lambda fields: messages.plain_reference(fields, _titles(engine)))


@app.command(help=messages.HELP_CMD_TOPICS)
def topics(
    topic_id: Annotated[str, typer.Argument(metavar="NAAM", help=messages.HELP_TOPIC)] = "",
    as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Print one topic through the years, or the topics that there are."""
    from begroting_qa.registers import find_topic  # noqa: PLC0415
    from begroting_qa.wire.bodies import PageBody  # noqa: PLC0415
    from begroting_qa.wire.topics import TopicBody, topic_body, topic_page  # noqa: PLC0415

    settings = _settings(corpus, index)
    engine = _engine(settings)
    if not topic_id:
        items = [topic_body(topic) for topic in engine.topics()]
        page = PageBody[TopicBody](items=items, total=len(items), limit=len(items), offset=0)
        _show(page, as_json, lambda fields: messages.plain_topics(fields["items"]))
        return
    _show(
        topic_page(find_topic(engine, topic_id), _register(settings, engine)),
        as_json,
        lambda fields: messages.plain_topic(fields, _titles(engine)),
    )


def _register(settings: Settings, engine: Engine) -> CorrectedRegister:
    """Return the commitments with their corrections; what does not fit is told on stderr."""
    from begroting_qa.pipeline import corrected_register  # noqa: PLC0415

    register = corrected_register(engine)
    if register.unmatched:
        print(messages.corrections_unmatched(register.unmatched), file=sys.stderr)
    if register.unreadable:
        print(messages.corrections_damaged(settings.corrections, register.unreadable), file=sys.stderr)
    return register


def _in_form(form: str, items: list[CommitmentBody], register: CorrectedRegister, engine: Engine, settings: Settings) -> str:
    """Return commitments as `json`, `csv` or `ics`, or for a terminal."""
    from begroting_qa.wire.calendar import as_calendar  # noqa: PLC0415
    from begroting_qa.wire.registers import commitment_page, commitments_csv  # noqa: PLC0415

    match form:
        case "json":
            page = commitment_page(items, register, total=len(items), limit=len(items), offset=0)
            return f"{page.model_dump_json(indent=2)}\n"
        case "csv":
            return commitments_csv(items)
        case "ics":
            return as_calendar(items, engine.sources, site=f"http://{settings.host}:{settings.port}")
        case _:
            return f"{messages.plain_commitments([item.model_dump(by_alias=False) for item in items], _titles(engine))}\n"


def _due(first: datetime | None, last: datetime | None, text: str, *, is_removed: bool) -> dict[str, object] | str | None:
    """Return the term of a correction; one day alone is a whole term."""
    begin, end = first or last, last or first
    if begin is None or end is None:
        if text:
            raise typer.BadParameter(messages.DUE_NEEDS_DAYS, param_hint="--due-text")
        return "removed" if is_removed else None
    if is_removed:
        raise typer.BadParameter(messages.ONE_DUE, param_hint="--no-due")
    return {"text": text or messages.period_in_words(begin.date(), end.date()), "from": begin.date(), "to": end.date()}


def _titles(engine: Engine) -> dict[str, str]:
    return {source.id: source.title for source in engine.sources.values()}


@app.command(help=messages.HELP_CMD_EVALUATE)
def evaluate(
    questions: Annotated[list[Path] | None, typer.Option("--questions", help=messages.HELP_QUESTIONS)] = None,
    baseline: Annotated[Path, typer.Option("--baseline", help=messages.HELP_BASELINE)] = Path("eval/baseline.json"),
    report: Annotated[Path | None, typer.Option("--report", help=messages.HELP_REPORT)] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="ADRES", help=messages.HELP_URL)] = None,
    openai: Annotated[str | None, typer.Option("--openai", metavar="ADRES", help=messages.HELP_OPENAI)] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="NAAM", help=messages.HELP_MODEL)] = None,
    qrels: Annotated[Path | None, typer.Option("--qrels", help=messages.HELP_QRELS)] = None,
    from_feedback: Annotated[bool, typer.Option("--from-feedback", help=messages.HELP_FROM_FEEDBACK)] = False,
    accept_baseline: Annotated[str | None, typer.Option("--accept-baseline", metavar="REDEN", help=messages.HELP_ACCEPT)] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help=messages.HELP_VERBOSE)] = False,
    as_json: AsJson = False, corpus: Corpus = None, index: Index = None,
) -> None:  # fmt: skip
    """Ask every case and compare with the baseline; exit 1 on a regression."""
    from begroting_qa.evaluate.run import Asked, is_collection, run_collection, run_drafts, run_evaluation  # noqa: PLC0415
    from begroting_qa.pipeline import build_index  # noqa: PLC0415

    elsewhere = [name for name, value in (("--url", url), ("--openai", openai)) if value is not None]
    if len(elsewhere) > 1 or (elsewhere and (from_feedback or accept_baseline is not None)):
        raise typer.BadParameter(messages.ONE_ANSWERER, param_hint=elsewhere[0])
    settings = _settings(corpus, index)
    files = questions or [Path("eval/questions")]
    if is_collection(files):
        if elsewhere:
            raise typer.BadParameter(messages.COLLECTION_ELSEWHERE, param_hint=elsewhere[0])
        raise typer.Exit(run_collection(settings, files[0], report))
    if url is None:
        with _progress() as progress:  # what is judged is the tree as it stands, so its index too
            build_index(settings, report=progress)
    if from_feedback:
        raise typer.Exit(run_drafts(settings, files if questions or files[0].is_dir() else []))
    status = run_evaluation(
        settings,
        questions=files,
        baseline=baseline,
        asked=Asked(url=url, openai=openai, model=model),
        qrels=qrels,
        report=report,
        as_json=as_json,
        accept_reason=accept_baseline,
        verbose=verbose,
    )
    raise typer.Exit(status)


if __name__ == "__main__":
    main()
