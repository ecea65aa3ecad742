"""Engine -> what is shown of its documents: how complete each was read, and questions to start with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from begroting_qa.domain import AnswerStatus, Document, Paragraph, Section, Table
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.wire.bodies import DocumentBody
from begroting_qa.wire.fill import document_body

N_EXAMPLES = 4
MAX_TRIED = 24
MAX_SUBJECT_CHARS = 36
MIN_SUBJECT_CHARS = 5
MIN_TEXT_CHARS = 250
# chapters that every budget has (BBV): true headings, and no subjects
_FORMAL = (
    "inleiding", "toelichting", "samenvatting", "leeswijzer", "overig", "doel", "indicator", "programma", "beleidsterrein",
    "budget", "reserve", "voorziening", "investering", "subsidie", "verbonden", "kaderstellend", "stand van zaken",
    "ontwikkeling", "financi", "wat ",
    "algeme", "baten", "lasten", "bijlage", "missie", "risico", "paragra",
)  # fmt: skip


def list_documents(engine: Engine) -> list[DocumentBody]:
    """Return the sources in order of id, each with the share of its characters that stands in a heading or block."""
    return [_describe(engine.document(document_id)) for document_id in sorted(engine.sources)]


def _describe(document: Document) -> DocumentBody:
    return document_body(document.source, completeness=completeness(document), characters=len(document.text))


def completeness(document: Document) -> float:
    """Return the share of the non-blank characters that the outline holds, 0 to 1; marks between cells do not count."""
    held = bytearray(len(document.text))
    for section in document.walk():
        spans = [section.heading_span] if section.heading_span else []
        for span in [*spans, *section.blocks]:
            held[span.start : span.end] = b"\x01" * (span.end - span.start)
    written = [at for at, character in enumerate(document.text) if not character.isspace()]
    return round(sum(held[at] for at in written) / len(written), 4) if written else 1.0


def example_questions(engine: Engine) -> list[str]:
    """Return questions about headings of the documents, the newest document first, each of which has an answer."""
    found: list[str] = []
    quoting = replace(engine, generator=None)  # whether there is an answer does not hang on who words it
    for tried, subject in enumerate(_subjects(engine)):
        if tried == MAX_TRIED or len(found) == N_EXAMPLES:
            break
        question = f"Wat staat er over {subject}?"
        if answer_question(quoting, question).status is AnswerStatus.ANSWERED:
            found.append(question)
    return found


def _subjects(engine: Engine) -> Iterator[str]:
    """Yield headings that name a subject, in turn from each document, so that the examples differ."""
    newest = sorted(engine.sources.values(), key=lambda source: source.as_of, reverse=True)
    documents = [engine.document(source.id) for source in newest]
    counts = Counter(section.heading.lower() for document in documents for section in document.walk())
    queues = [[s.heading for s in document.walk() if _is_subject(s) and counts[s.heading.lower()] == 1] for document in documents]
    for turn in range(max((len(queue) for queue in queues), default=0)):
        yield from (queue[turn] for queue in queues if turn < len(queue))


def _is_subject(section: Section) -> bool:
    """Tell whether a heading names a matter, with enough text under it to say something about it."""
    heading = section.heading
    is_plain = all(character.isalpha() or character in " -" for character in heading)
    is_short = MIN_SUBJECT_CHARS <= len(heading) <= MAX_SUBJECT_CHARS
    text = sum(block.end - block.start for block in section.blocks if isinstance(block, Paragraph))
    has_table = any(isinstance(block, Table) for block in section.blocks)
    return is_plain and is_short and text >= MIN_TEXT_CHARS and not has_table and not heading.lower().startswith(_FORMAL)
