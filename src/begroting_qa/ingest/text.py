"""A text source -> Document: the decoded file, unchanged, with its outline, tables and blocks."""

from __future__ import annotations

from begroting_qa import messages
from begroting_qa.domain import Document, Source
from begroting_qa.errors import SourceError
from begroting_qa.ingest.layout import is_wrapped, read_groups
from begroting_qa.ingest.outline import build_outline
from begroting_qa.ingest.tables import find_tables


def read_text(source: Source, data: bytes) -> Document:
    """Return the document in a UTF-8 text file; its canonical text is the decoded file.

    Raises:
        SourceError: the bytes are not UTF-8 text, or hold no text at all.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(messages.source_not_utf8(source.file, error.start)) from error
    if "\x00" in text:
        raise SourceError(messages.source_not_text(source.file))
    if not text.strip():
        raise SourceError(messages.source_empty(source.file))
    groups = read_groups(text)
    wrapped = is_wrapped(groups)
    tables = find_tables(groups, wrapped=wrapped)
    return Document(
        id=source.id,
        source=source,
        text=text,
        is_wrapped=wrapped,
        sections=build_outline(groups, tables, wrapped=wrapped),
    )
