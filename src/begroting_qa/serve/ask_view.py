"""An answer -> what the page shows around it: the quotes in their sentences, and other ways to read the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from begroting_qa.domain import Document, DocumentKind, Filters, Table
from begroting_qa.pipeline import Engine
from begroting_qa.serve.answering import Turn
from begroting_qa.serve.ask_form import AskForm
from begroting_qa.serve.charts import line_chart
from begroting_qa.serve.running import Loaded
from begroting_qa.understand.followup import stand_alone
from begroting_qa.understand.plan import understand
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS, AnswerBody, CitationBody, FigureBody

MAX_AROUND_CHARS = 220
MAX_DOCUMENTS_OFFERED = 3
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z‘“(])")
_DATED = r"\s*(?:\b(?:in|van|voor|over|uit|per|sinds|vanaf|eind|begin|medio)\s+)?(?<!\d){year}(?!\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What stands around a quote: the rest of its sentence and the one beside it, or of a cell its row and column."""

    before: str = ""
    after: str = ""
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Another way to read a question; `kind` is `spelling`, `year`, `filters`, `document` or `alone`, `name` what it is about."""

    kind: str
    name: str
    form: AskForm


def view_question(loaded: Loaded, form: AskForm, body: AnswerBody | None = None, turns: Sequence[Turn] = ()) -> dict[str, Any]:
    """Return what the templates of a question and its answer take."""
    engine = loaded.engine
    sources = engine.sources
    newest_first = sorted(sources.values(), key=lambda source: (source.as_of, source.id), reverse=True)
    return {
        "form": form,
        "line_chart": line_chart,
        "body": body,
        "turns": turns,
        "examples": loaded.examples,
        "sources": sources,
        "max_chars": MAX_QUESTION_CHARS,
        "years": sorted({source.year for source in sources.values()}, reverse=True),
        "document_kinds": [kind for kind in DocumentKind if any(source.kind is kind for source in sources.values())],
        "municipalities": sorted({source.municipality for source in sources.values()}),
        "titles": {source.id: source.title for source in newest_first},
        "worded": "" if body is None else in_full(engine, form),
        "changes": [] if body is None else changes(engine, form, body),
        "quoted": {} if body is None else quotes(engine, body),
    }  # fmt: skip


def in_full(engine: Engine, form: AskForm) -> str:
    """Return the question as it was read: with what it took from those before it, and without its misspellings."""
    text = stand_alone(form.question, form.earlier, engine.vocabulary).text
    for typed, meant in understand(text, Filters(), engine.vocabulary).corrections:
        text = text.replace(typed, meant, 1)
    return text[:MAX_QUESTION_CHARS]


def changes(engine: Engine, form: AskForm, body: AnswerBody) -> list[Change]:
    """Return the other ways to read a question that are one press away."""
    plan = understand(form.question, Filters(), engine.vocabulary)
    found: list[Change] = []
    for typed, _ in plan.corrections:
        literal = form.question.replace(typed, f"“{typed}”", 1)
        if all(word != typed for word, _ in understand(literal, Filters(), engine.vocabulary).corrections):
            found.append(Change(kind="spelling", name=typed, form=replace(form, question=literal)))
    if body.reading.inherited:
        found.append(Change(kind="alone", name="", form=replace(form, earlier=())))
    if len(plan.years) == 1:
        undated = re.sub(_DATED.format(year=plan.years[0]), "", form.question).strip()
        if undated.strip(" ?"):
            found.append(Change(kind="year", name=str(plan.years[0]), form=replace(form, question=undated)))
    if form.is_filtered:
        everywhere = replace(form, years=(), kinds=(), municipalities=(), documents=())
        found.append(Change(kind="filters", name="", form=everywhere))
    found.extend(_documents(engine, form, body, is_named=bool(plan.named)))
    return found


def _documents(engine: Engine, form: AskForm, body: AnswerBody, *, is_named: bool) -> list[Change]:
    """Return the same question of one document alone: the newest, or one of those that are cited."""
    filters = form.to_body().filters.to_domain()
    admitted = [source for source in engine.sources.values() if filters.admit(source)]
    cited = dict.fromkeys(citation.document_id for citation in body.citations)
    if is_named or not cited or len(admitted) == 1:
        return []
    newest = max(admitted, key=lambda source: (source.as_of, source.id)).id
    if list(cited) == [newest]:
        return []
    offered = [newest, *(document for document in cited if document != newest)][:MAX_DOCUMENTS_OFFERED]
    return [
        Change(kind="document", name=engine.sources[document].title, form=replace(form, documents=(document,)))
        for document in offered
    ]


# --- quotes -------------------------------------------------------------------------------------------------------------


def quotes(engine: Engine, body: AnswerBody) -> dict[int, Quoted]:
    """Return by marker what stands around each quote."""
    return {c.marker: _quoted(engine.document(c.document_id), c, body.figures) for c in body.citations}


def _quoted(document: Document, citation: CitationBody, figures: Sequence[FigureBody]) -> Quoted:
    start, end = citation.start, citation.end
    blocks = [block for section in document.walk() for block in section.blocks if block.start < end and start < block.end]
    if not blocks:
        return Quoted()
    if any(isinstance(block, Table) for block in blocks):
        cell = next((figure for figure in figures if figure.citation == citation.marker), None)
        return Quoted() if cell is None else Quoted(row=" › ".join(cell.row_path), column=" › ".join(cell.column_path))
    before, after = document.text[blocks[0].start : start], document.text[end : blocks[-1].end]
    return Quoted(before=_last_sentence(before), after=_first_sentence(after))


def _last_sentence(text: str) -> str:
    sentence = _BETWEEN_SENTENCES.split(re.sub(r"\s+", " ", text))[-1]
    if len(sentence) <= MAX_AROUND_CHARS:
        return sentence
    return "… " + sentence[-MAX_AROUND_CHARS:].partition(" ")[2]


def _first_sentence(text: str) -> str:
    sentence = _BETWEEN_SENTENCES.split(re.sub(r"\s+", " ", text))[0]
    if len(sentence) <= MAX_AROUND_CHARS:
        return sentence
    return sentence[:MAX_AROUND_CHARS].rpartition(" ")[0] + " …"
