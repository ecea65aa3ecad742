"""The table of contents: from files to an index, and from a question to an answer. Every step's order is written here."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from begroting_qa import messages
from begroting_qa.abbreviations import known_abbreviations, unexplained
from begroting_qa.answer.compose import compose
from begroting_qa.answer.defined import define
from begroting_qa.answer.figures import answer_figures
from begroting_qa.answer.lines import Line, lines_of
from begroting_qa.answer.promised import answer_promises, asks_promise, tells_promise
from begroting_qa.answer.prose import calculate_quoted
from begroting_qa.answer.refuse import refuse, refuse_with
from begroting_qa.answer.register import Register, is_quoted
from begroting_qa.answer.select import Selection, select
from begroting_qa.answer.verify import verify
from begroting_qa.answer.written import is_writable, write
from begroting_qa.checks import check_figures, contradictions
from begroting_qa.chunk import chunk_document
from begroting_qa.commitments import find_commitments
from begroting_qa.corrections import CorrectedRegister, read_register
from begroting_qa.domain import (
    Answer,
    Citation,
    CitedFigure,
    Commitment,
    Document,
    Filters,
    Finding,
    Origin,
    Plan,
    QuestionKind,
    Reference,
    Refusal,
    ScoredPassage,
    Source,
)
from begroting_qa.dutch import index_terms
from begroting_qa.embed import RememberingEmbedder, load_embedder
from begroting_qa.errors import CorrectionError, GeneratorError, IndexUnusableError, SourceError
from begroting_qa.figures import read_figures
from begroting_qa.generate.chat import ChatGenerator
from begroting_qa.generate.local import LocalGenerator
from begroting_qa.index.embedded import EmbeddedIndex, write_vectors
from begroting_qa.index.generations import building, open_generation, publish, published
from begroting_qa.ingest.csv import SUFFIX as CSV
from begroting_qa.ingest.csv import read_csv
from begroting_qa.ingest.sources import LISTING, read_source_bytes, read_sources
from begroting_qa.ingest.text import read_text
from begroting_qa.lexical import load_terms, save_terms, weigh_terms
from begroting_qa.orders import without_orders
from begroting_qa.outcomes import trace_outcomes
from begroting_qa.protocols import Embedder, Generator, Reranker
from begroting_qa.references import find_reference, find_references, nearest_known
from begroting_qa.rerank.cross import CrossEncoderReranker
from begroting_qa.rerank.learned import LearnedRanker
from begroting_qa.retrieve import retrieve
from begroting_qa.settings import GeneratorSettings, Settings
from begroting_qa.store import Store, write_store
from begroting_qa.topics.find import find_topics
from begroting_qa.topics.said import Topic
from begroting_qa.understand.followup import StandAlone, stand_alone
from begroting_qa.understand.plan import understand
from begroting_qa.vocabulary import Vocabulary

LOGGER = logging.getLogger(__name__)
CANDIDATES = 40
RERANKED = 100
NEAREST = 3
REMEMBERED = 20_000  # texts; some 20 MB
EXTRACTIVE = "extractive"
WRITING = "schrijven"
Report = Callable[[str, int, int], None]


@lru_cache(maxsize=2)
def _embedder(model: str, query_prefix: str, passage_prefix: str) -> Embedder:
    """Load a model once a process: a service opens many generations with the same one."""
    embedder = load_embedder(model, query_prefix=query_prefix, passage_prefix=passage_prefix)
    return RememberingEmbedder(embedder, capacity=REMEMBERED)


def configured_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name."""
    chosen = settings.embedder
    return _embedder(chosen.model, chosen.query_prefix, chosen.passage_prefix)


def build_index(settings: Settings, *, report: Report | None = None) -> str:
    """Read the corpus, publish a new generation and return its name; `report` gets (step, done, total).

    Raises:
        SourceError, ModelError, IndexUnusableError: nothing was published; what was, stays.
    """
    tell: Report = report or (lambda _step, _done, _total: None)
    sources = read_sources(settings.corpus)
    embedder = configured_embedder(settings)
    documents: list[Document] = []
    for done, source in enumerate(sources):
        tell("lezen", done, len(sources))
        read = read_csv if source.file.lower().endswith(CSV) else read_text
        documents.append(read(source, read_source_bytes(settings.corpus, source)))
    tell("lezen", len(sources), len(sources))
    passages = [passage for document in documents for passage in chunk_document(document)]
    if not passages:
        raise SourceError(messages.corpus_without_text(settings.corpus))
    texts = [passage.indexed_text for passage in passages]
    tell("ontleden", 0, len(texts))
    terms = weigh_terms([index_terms(text) for text in texts])
    tell("ontleden", len(texts), len(texts))
    tell("inbedden", 0, len(texts))
    vectors = embedder.embed_passages(texts)
    tell("inbedden", len(texts), len(texts))
    tell("volgen", 0, 1)
    by_id = {document.id: document for document in documents}
    commitments = trace_outcomes(find_commitments(passages, by_id), passages, by_id, embedder)
    references = find_references(documents, passages)
    tell("volgen", 1, 1)
    with building(settings.index) as folder:
        write_store(
            folder,
            documents=documents,
            passages=passages,
            figures=[figure for document in documents for figure in read_figures(document)],
            commitments=commitments,
            references=references,
        )
        write_vectors(folder, vectors)
        save_terms(terms, folder)
        return publish(
            settings.index,
            folder,
            embedder=embedder.id,
            corpus=_digest(settings.corpus / LISTING),
            sources={source.id: source.sha256 for source in sources},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One loaded generation of the index; immutable, and safe to use from several threads."""

    generation: str
    embedder_id: str
    corpus_digest: str
    embedder: Embedder
    store: Store
    index: EmbeddedIndex
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    contradicted: Mapping[str, Sequence[Finding]]
    commitments: tuple[Commitment, ...]
    references: tuple[Reference, ...]
    corrections: Path
    topics: Callable[[], tuple[Topic, ...]]
    vocabulary: Vocabulary
    abbreviations: Mapping[str, str]
    reranker: Reranker
    generator: Generator | None

    @property
    def answerer(self) -> str:
        """What gives the answers: quotes alone, or a language model held to them."""
        return EXTRACTIVE if self.generator is None else f"{EXTRACTIVE}+{self.generator.id}"

    @property
    def sources(self) -> dict[str, Source]:
        """The sources by document id."""
        return self.store.sources

    def document(self, document_id: str) -> Document:
        """Return a document; raises NotFoundError for an unknown id."""
        return self.store.document(document_id)

    def close(self) -> None:
        """Give the files back."""
        self.store.close()


def open_engine(settings: Settings) -> Engine:
    """Load the published generation.

    Raises:
        IndexUnusableError: nothing is published, it is damaged, or it was made with another embedder.
        ModelError: the embedder cannot be loaded.
    """
    folder, manifest = open_generation(settings.index)
    embedder = configured_embedder(settings)
    if manifest.embedder != embedder.id:
        raise IndexUnusableError(messages.model_mismatch(manifest.embedder, embedder.id))
    store = Store(folder)
    terms = load_terms(folder)
    figures = store.figures()
    findings = tuple(check_figures(figures, store.sources))
    index = EmbeddedIndex(folder, terms, store.passage_documents(), store.sources, dense_weight=settings.dense_weight)
    vocabulary = Vocabulary.of(
        sources=tuple(store.sources.values()),
        texts=[store.document(document_id).text for document_id in store.sources],
        terms=terms,
        embedder=embedder,
    )
    return Engine(
        generation=manifest.generation,
        embedder_id=embedder.id,
        corpus_digest=manifest.corpus,
        embedder=embedder,
        store=store,
        index=index,
        lines=lines_of(figures, store.sources),
        findings=findings,
        contradicted=contradictions(findings),
        commitments=store.commitments(),
        references=store.references(),
        corrections=settings.corrections,
        topics=cache(lambda: _topics(store)),
        vocabulary=vocabulary,
        abbreviations=known_abbreviations(store.document(document_id).text for document_id in store.sources),
        reranker=_reranker(settings.reranker.model, vocabulary, embedder),
        generator=_generator(settings.generator),
    )


def _topics(store: Store) -> tuple[Topic, ...]:
    """Return the page of each thing; they take longer than an answer does, so they wait until somebody asks for one."""
    documents = [store.document(document_id) for document_id in store.sources]
    return tuple(find_topics(documents, store.all_passages(), store.figures(), store.references(), store.commitments()))


def _reranker(model: str, vocabulary: Vocabulary, embedder: Embedder) -> Reranker:
    """Return the learned ranker, with a cross-encoder behind it where the settings name one."""
    learned = LearnedRanker(vocabulary, embedder)
    return CrossEncoderReranker(learned, model, vocabulary) if model else learned


def _generator(chosen: GeneratorSettings) -> Generator | None:
    """Return the language model that the settings name."""
    match chosen.kind:
        case "transformers":
            return _local_generator(chosen.model, chosen.timeout_s, chosen.max_tokens)
        case "openai":
            return ChatGenerator(
                chosen.url, chosen.model, key=chosen.key, timeout_s=chosen.timeout_s, max_tokens=chosen.max_tokens
            )
        case "none":
            return None


@lru_cache(maxsize=1)
def _local_generator(model: str, timeout_s: float, max_tokens: int) -> Generator:
    """Load a model once a process: it is by far the largest thing in it."""
    return LocalGenerator(model, timeout_s=timeout_s, max_tokens=max_tokens)


def corrected_register(engine: Engine) -> CorrectedRegister:
    """Return the commitments with the corrections as they are now.

    Raises:
        CorrectionError: the corrections cannot be read.
    """
    newest = max(source.as_of for source in engine.sources.values())
    return read_register(engine.commitments, engine.corrections, newest=newest)


def _register(engine: Engine, filters: Filters) -> Register:
    """Return the commitments that answers tell of: as corrected, or as they were read where the corrections are out of reach."""
    commitments, corrected = engine.commitments, frozenset[str]()
    try:
        register = corrected_register(engine)
        commitments = register.commitments
        corrected = frozenset(entry.original.id for entry in register.entries.values() if entry.correction is not None)
    except CorrectionError as error:
        LOGGER.warning("%s", error)
    admitted = {source.id: source for source in engine.sources.values() if filters.admit(source)}
    return Register(
        commitments=[_within(admitted, c) for c in commitments if c.document_id in admitted],
        documents=engine.document,
        sources=admitted,
        corrected=corrected,
        search=lambda plan: ranked_passages(engine, replace(plan, filters=filters, named=(), preferred=()), CANDIDATES),
    )


def _within(sources: Mapping[str, Source], commitment: Commitment) -> Commitment:
    """Return a commitment with only those later statements that stand in `sources`."""
    return replace(commitment, follow_ups=tuple(f for f in commitment.follow_ups if f.document_id in sources))


def published_generation(settings: Settings) -> str | None:
    """Return the name of the published generation without loading it."""
    return published(settings.index)


def corpus_is_newer(settings: Settings, engine: Engine) -> bool:
    """Tell whether the corpus lists other contents than the engine was built from."""
    try:
        return _digest(settings.corpus / LISTING) != engine.corpus_digest
    except OSError:
        return False


def answer_question(
    engine: Engine,
    question: str,
    *,
    earlier: Sequence[str] = (),
    filters: Filters | None = None,
    top_k: int = 8,
    clock: dict[str, float] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Answer:
    """Return the answer to a question that may lean on `earlier` ones.

    `clock` gets the milliseconds of the two main steps, `tell` the name of a step that takes long when it begins: `schrijven`.
    """
    started = time.perf_counter()
    own = without_orders(question)
    asked = stand_alone(own, [without_orders(before) for before in earlier], engine.vocabulary) if own else StandAlone(text="")
    plan = replace(understand(asked.text, filters or Filters(), engine.vocabulary), question=question)
    if plan.kind is QuestionKind.UNSUPPORTED:
        return refuse(plan, (), engine.vocabulary)
    passages = ranked_passages(engine, plan, CANDIDATES)
    retrieved = time.perf_counter()
    register = _register(engine, filters or Filters())
    told = _from_register(engine, plan, register)
    answer = told or answer_from_figures(engine, plan, passages) or _from_passages(engine, plan, passages, tell)
    if told is None and asks_promise(plan) and not tells_promise(plan, answer, register, engine.vocabulary):
        answer = refuse_with(plan, messages.NOTHING_PROMISED, passages[:NEAREST], engine.vocabulary)
    if clock is not None:
        clock["retrieve"] = (retrieved - started) * 1000
        clock["answer"] = (time.perf_counter() - retrieved) * 1000
    return replace(
        _with_remarks(engine, plan, answer, register.commitments), passages=tuple(passages[:top_k]), inherited=asked.inherited
    )


def _with_remarks(engine: Engine, plan: Plan, answer: Answer, promised: Sequence[Commitment]) -> Answer:
    """Return the answer with notices: what a list is all or a part of, what later documents say, and what is short for what."""
    notices = [*answer.notices, *_overtaken(engine, answer, promised)]
    items = [claim for claim in answer.claims if claim.is_item]
    if answer.completeness is not None and items:
        places = {answer.citations[item.markers[0] - 1].path[-1:] for item in items}
        where = "".join(places.pop()) if len(places) == 1 else ""
        notices.append(messages.completeness(len(items), where, is_complete=answer.completeness == "complete"))
    said = " ".join([answer.text, *(claim.text for claim in items)])
    short = unexplained(said, engine.abbreviations) if answer.citations else []
    if short:
        notices.append(messages.abbreviations_explained(short))
    return replace(answer, notices=tuple(notices), refusal=_with_near_codes(engine, plan, answer.refusal))


def _with_near_codes(engine: Engine, plan: Plan, refusal: Refusal | None) -> Refusal | None:
    """Return a refusal with the known numbers that are most like an unknown one in the question."""
    if refusal is None:
        return None
    unknown = [code for code in plan.codes if find_reference(code, engine.references) is None]
    if not unknown:
        return refusal
    near = [reference.code for reference in nearest_known(unknown[0], engine.references, k=NEAREST)]
    return replace(refusal, searched=f"{refusal.searched} {messages.near_codes(unknown[0], near)}") if near else refusal


def _overtaken(engine: Engine, answer: Answer, promised: Sequence[Commitment]) -> Iterator[str]:
    """Yield where a later document goes on about a promise that is quoted, unless the answer quotes that document itself."""
    if answer.completeness is not None:
        return  # of a list of promises each has its own
    quoted = {citation.document_id for citation in answer.citations}
    later = {
        follow_up.document_id: follow_up
        for commitment in promised
        if is_quoted(commitment, answer)
        for follow_up in reversed(commitment.follow_ups)
        if follow_up.document_id not in quoted
    }
    for document_id, follow_up in later.items():
        yield messages.overtaken(engine.sources[document_id].title, follow_up.quote)


def _from_register(engine: Engine, plan: Plan, register: Register) -> Answer | None:
    """Return what the register of commitments says, None where the question asks for something else."""
    answer = answer_promises(plan, register, engine.vocabulary)
    verified = verify(answer, engine.document) if answer is not None else None
    return verified if verified is not None and verified.citations else None


def answer_from_figures(engine: Engine, plan: Plan, passages: Sequence[ScoredPassage]) -> Answer | None:
    """Return the answer that the figures of tables give, None where the question asks for something else."""
    answer = answer_figures(
        plan, engine.lines, engine.vocabulary, engine.document, engine.sources, engine.contradicted, passages[:NEAREST]
    )
    if answer is None or answer.refusal is not None:
        return answer
    verified = verify(answer, engine.document)
    return verified if verified.citations else None


def _from_passages(engine: Engine, plan: Plan, passages: Sequence[ScoredPassage], tell: Callable[[str], None] | None) -> Answer:
    """Return the answer that passages give, or a refusal."""
    defined = define(plan, passages, engine.vocabulary, engine.document)
    if defined is not None and defined.refusal is not None:
        return defined
    if defined is not None and (verified := verify(defined, engine.document)).citations:
        return verified
    selection = select(plan, passages, engine.vocabulary, engine.embedder, engine.store.figures_within)
    if selection.refusal is not None:
        return refuse(plan, passages[:NEAREST], engine.vocabulary, selection.refusal)
    answer = verify(compose(plan, selection, engine.document, engine.sources), engine.document)
    if not answer.citations:
        return refuse(plan, passages[:NEAREST], engine.vocabulary)
    calculated = calculate_quoted(plan, answer, engine.document, engine.store.figures_within, engine.vocabulary)
    if calculated is not None and (verified := verify(calculated, engine.document)).calculation:
        return verified
    answer = _in_other_words(engine, plan, answer, selection, tell)
    return replace(answer, figures=tuple(_figures_quoted(engine, answer.citations)))


def _in_other_words(
    engine: Engine, plan: Plan, answer: Answer, selection: Selection, tell: Callable[[str], None] | None
) -> Answer:
    """Return the answer as the language model tells it, or as it is, with a notice where the model had nothing usable."""
    if engine.generator is None or not is_writable(plan, answer, selection):
        return answer
    if tell is not None:
        tell(WRITING)
    try:
        written = write(plan, answer, selection, engine.document, engine.sources, engine.generator)
    except GeneratorError as error:
        LOGGER.warning("%s", error)
        written = None
    verified = verify(written, engine.document) if written is not None else None
    if verified is not None and verified.citations:
        return replace(verified, notices=(*verified.notices, messages.WITH_GENERATOR))
    return replace(answer, notices=(*answer.notices, messages.WITHOUT_GENERATOR))


def _figures_quoted(engine: Engine, citations: Sequence[Citation]) -> Iterator[CitedFigure]:
    """Yield the amounts of running text that stand in the quotes."""
    for citation in citations:
        for figure in engine.store.figures_within(citation.document_id, citation.start, citation.end):
            if figure.origin is Origin.PROSE:
                yield CitedFigure(figure=figure, marker=citation.marker)


def ranked_passages(engine: Engine, plan: Plan, k: int) -> list[ScoredPassage]:
    """Return at most `k` passages, best first, out of more that the index finds."""
    found = retrieve(plan, engine.index, engine.embedder, engine.store.passages, engine.vocabulary, k=max(k, RERANKED))
    return engine.reranker.rerank(plan, found)[:k]


def search(
    engine: Engine, query: str, *, filters: Filters | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[ScoredPassage], int]:
    """Return one page of the ranked passages, and how many there are in all."""
    plan = understand(query, filters or Filters(), engine.vocabulary)
    passages = ranked_passages(engine, plan, max(offset + limit, 200))
    return passages[offset : offset + limit], len(passages)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
