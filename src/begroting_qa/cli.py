"""The command line: results on stdout, log and progress on stderr; 0 done, 1 our error, 2 wrong usage."""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begroting_qa import __version__, messages
from begroting_qa.domain import DocumentKind, Filters
from begroting_qa.errors import BegrotingQAError, IndexUnusableError

if TYPE_CHECKING:
    from begroting_qa.pipeline import Engine
    from begroting_qa.settings import Settings

app = typer.Typer(
    name="begroting-qa", help=messages.HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["--help", "-h"]},
)  # fmt: skip

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
    print(body.model_dump_json(indent=2) if as_json else messages.plain_answer(body.model_dump(by_alias=False)))


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
    print(page.model_dump_json(indent=2) if as_json else messages.plain_passages(page.model_dump(by_alias=False)["items"]))


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
        print(messages.plain_findings(found, {source.id: source.title for source in engine.sources.values()}))


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
