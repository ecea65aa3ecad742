"""Documents and passages on disk, in one SQLite file that is written once and then only read."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import TypeAdapter

from begroting_qa import messages
from begroting_qa.domain import (
    Block,
    Boilerplate,
    Cell,
    CellRole,
    Commitment,
    Document,
    DocumentKind,
    DocumentStatus,
    Figure,
    FigureUnit,
    Footnote,
    ListItem,
    Measure,
    Origin,
    Paragraph,
    Passage,
    PassageKind,
    Phase,
    Reference,
    Section,
    Source,
    Span,
    Table,
    Unit,
    UnitKind,
)  # fmt: skip
from begroting_qa.errors import IndexDamagedError, NotFoundError

FILE = "store.sqlite"
_SCHEMA = """
CREATE TABLE documents (id TEXT PRIMARY KEY, source TEXT NOT NULL, text TEXT NOT NULL, is_wrapped INTEGER NOT NULL,
                        sections TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL, kind TEXT NOT NULL,
                       path TEXT NOT NULL, context TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL,
                       "end" INTEGER NOT NULL, units TEXT NOT NULL, header TEXT);
CREATE TABLE figures (number INTEGER PRIMARY KEY, document_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE commitments (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE "references" (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
_COMMITMENT = TypeAdapter(Commitment)
_REFERENCE = TypeAdapter(Reference)
_BLOCKS = {kind.__name__: kind for kind in (Paragraph, Boilerplate, ListItem, Footnote)}


def write_store(
    folder: Path,
    *,
    documents: Iterable[Document],
    passages: Iterable[Passage],
    figures: Iterable[Figure],
    commitments: Iterable[Commitment],
    references: Iterable[Reference],
) -> None:
    """Write a new store into `folder`, the same bytes for the same contents; all but documents get numbers from 0."""
    connection = sqlite3.connect(folder / FILE)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (
                (d.id, _dump(asdict(d.source)), d.text, int(d.is_wrapped), _dump([_section_out(s) for s in d.sections]))
                for d in documents
            ),
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    number, p.id, p.document_id, p.kind.value, _dump(p.path), p.context, p.text, p.start, p.end,
                    _dump([[u.start, u.end, u.kind.value, u.text, u.level] for u in p.units]),
                    _dump([p.header.start, p.header.end]) if p.header else None,
                )
                for number, p in enumerate(passages)
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO figures VALUES (?, ?, ?)",
            ((number, f.document_id, _dump(asdict(f))) for number, f in enumerate(figures)),
        )
        connection.executemany(
            "INSERT INTO commitments VALUES (?, ?)", enumerate(_COMMITMENT.dump_json(commitment) for commitment in commitments)
        )
        connection.executemany(
            'INSERT INTO "references" VALUES (?, ?)', enumerate(_REFERENCE.dump_json(reference) for reference in references)
        )
        connection.commit()
    finally:
        connection.close()


class Store:
    """A store opened for reading; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`.

        Raises:
            IndexDamagedError: the file is not a store of this version.
        """
        try:
            self._connection = sqlite3.connect(
                f"file:{(folder / FILE).as_posix()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            rows = self._connection.execute("SELECT id, source FROM documents ORDER BY id").fetchall()
        except sqlite3.Error as error:
            raise IndexDamagedError(messages.index_damaged(folder, str(error))) from error
        self._lock = Lock()
        self._passages: dict[str, Passage] = {}
        self._documents: dict[str, Document] = {}
        self._figures: tuple[Figure, ...] | None = None
        self._figures_of: dict[str, list[Figure]] | None = None
        self.sources: dict[str, Source] = {row[0]: _source_in(json.loads(row[1])) for row in rows}

    def document(self, document_id: str) -> Document:
        """Return a document with its outline.

        Raises:
            NotFoundError: there is no such document.
        """
        if document_id not in self._documents:
            rows = self._read("SELECT text, is_wrapped, sections FROM documents WHERE id = ?", (document_id,))
            if not rows:
                raise NotFoundError(messages.document_unknown(document_id, sorted(self.sources)))
            text, is_wrapped, sections = rows[0]
            self._documents[document_id] = Document(
                id=document_id,
                source=self.sources[document_id],
                text=text,
                is_wrapped=bool(is_wrapped),
                sections=tuple(_section_in(s) for s in json.loads(sections)),
            )
        return self._documents[document_id]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """Return the passages of these ids, in the order of `ids`."""
        missing = [i for i in ids if i not in self._passages]
        for start in range(0, len(missing), 500):
            some = missing[start : start + 500]
            marks = ",".join("?" * len(some))
            for row in self._read(f"SELECT * FROM passages WHERE id IN ({marks})", some):
                self._passages[row[1]] = _passage_in(row)
        return [self._passages[i] for i in ids]

    def passage_documents(self) -> list[tuple[str, str]]:
        """Return (passage id, document id) of every passage, by number."""
        return self._read("SELECT id, document_id FROM passages ORDER BY number", ())

    def figures(self) -> tuple[Figure, ...]:
        """Return all figures, by document and place; read once."""
        if self._figures is None:
            rows = self._read("SELECT body FROM figures ORDER BY number", ())
            self._figures = tuple(_figure_in(json.loads(row[0])) for row in rows)
        return self._figures

    def all_passages(self) -> list[Passage]:
        """Return every passage, by number."""
        return self.passages([passage_id for passage_id, _ in self.passage_documents()])

    def commitments(self) -> tuple[Commitment, ...]:
        """Return all commitments, by document and place."""
        rows = self._read("SELECT body FROM commitments ORDER BY number", ())
        return tuple(_COMMITMENT.validate_json(row[0]) for row in rows)

    def references(self) -> tuple[Reference, ...]:
        """Return all references, by kind and code."""
        rows = self._read('SELECT body FROM "references" ORDER BY number', ())
        return tuple(_REFERENCE.validate_json(row[0]) for row in rows)

    def figures_within(self, document_id: str, start: int, end: int) -> list[Figure]:
        """Return the figures that stand wholly in a stretch of a document, in order of place."""
        if self._figures_of is None:
            by_document: dict[str, list[Figure]] = {}
            for figure in self.figures():
                by_document.setdefault(figure.document_id, []).append(figure)
            self._figures_of = by_document
        own = self._figures_of.get(document_id, [])
        first, last = (bisect_left(own, at, key=lambda figure: figure.start) for at in (start, end))
        return [figure for figure in own[first:last] if figure.end <= end]

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    def _read(self, query: str, values: Sequence[str]) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, tuple(values)).fetchall()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _section_out(section: Section) -> list[Any]:
    span = section.heading_span
    return [
        section.heading, [span.start, span.end] if span else None, section.code, section.level, section.path,
        section.start, section.end,
        [_block_out(b) for b in section.blocks], [_section_out(s) for s in section.sections],
    ]  # fmt: skip


def _section_in(row: list[Any]) -> Section:
    heading, span, code, level, path, start, end, blocks, sections = row
    return Section(
        heading=heading, heading_span=Span(start=span[0], end=span[1]) if span else None, code=code, level=level,
        path=tuple(path), start=start, end=end, blocks=tuple(_block_in(b) for b in blocks),
        sections=tuple(_section_in(s) for s in sections),
    )  # fmt: skip


def _block_out(block: Block) -> list[Any]:
    if isinstance(block, Table):
        cells = [[c.start, c.end, c.row, c.column, c.role.value, c.row_span, c.column_span] for c in block.cells]
        return ["Table", {"start": block.start, "end": block.end, "n_columns": block.n_columns, "cells": cells}]
    return [type(block).__name__, asdict(block)]


def _block_in(row: list[Any]) -> Block:
    name, fields = row
    if name != "Table":
        return _BLOCKS[name](**fields)
    cells = tuple(
        Cell(start=s, end=e, row=r, column=c, role=CellRole(role), row_span=rows, column_span=columns)
        for s, e, r, c, role, rows, columns in fields["cells"]
    )
    return Table(start=fields["start"], end=fields["end"], n_columns=fields["n_columns"], cells=cells)


def _source_in(fields: dict[str, Any]) -> Source:
    typed: dict[str, Any] = {
        **fields,
        "kind": DocumentKind(fields["kind"]),
        "status": DocumentStatus(fields["status"]),
        "as_of": date.fromisoformat(fields["as_of"]),
        "notes": tuple(fields["notes"]),
    }
    return Source(**typed)


def _passage_in(row: Sequence[Any]) -> Passage:
    _, passage_id, document_id, kind, path, context, text, start, end, units, header = row
    span = json.loads(header) if header else None
    return Passage(
        id=passage_id, document_id=document_id, kind=PassageKind(kind), path=tuple(json.loads(path)), context=context, text=text,
        start=start, end=end,
        units=tuple(Unit(start=u[0], end=u[1], kind=UnitKind(u[2]), text=u[3], level=u[4]) for u in json.loads(units)),
        header=Span(start=span[0], end=span[1]) if span else None,
    )  # fmt: skip


def _figure_in(fields: dict[str, Any]) -> Figure:
    typed: dict[str, Any] = {
        **fields,
        "origin": Origin(fields["origin"]),
        "measure": Measure(fields["measure"]),
        "phase": Phase(fields["phase"]) if fields["phase"] else None,
        "unit": FigureUnit(fields["unit"]) if fields["unit"] else None,
        "value": Decimal(fields["value"]),
        "heads": tuple(Span(**span) for span in fields["heads"]),
        **{name: tuple(fields[name]) for name in ("path", "row_path", "column_path", "notes")},
    }
    return Figure(**typed)
