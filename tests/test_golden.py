"""The outline and every table of the five documents, as they are read; a change shows in the diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from begroting_qa.domain import Cell, Document, Table

GOLDEN = Path(__file__).parent / "data" / "golden"
IDS = sorted(path.stem for path in GOLDEN.glob("leiden-*.json")) or ["none"]


def shown(document: Document) -> dict[str, Any]:
    sections = list(document.walk())
    tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
    return {
        "outline": [f"{'  ' * (s.level - 1)}{s.heading}" + (f" [{s.code}]" if s.code else "") for s in sections],
        "tables": [grid(document, table) for table in tables],
    }


def grid(document: Document, table: Table) -> list[str]:
    def cell(found: Cell) -> str:
        text = " ".join(document.text[found.start : found.end].split())
        spans = f" ({found.row_span}x{found.column_span})" if found.row_span * found.column_span > 1 else ""
        return f"{found.role.value[0]}{found.column}{spans}: {text}"

    rows = sorted({c.row for c in table.cells})
    return [" | ".join(cell(c) for c in table.cells if c.row == row) for row in rows]


def test_documents_are_read_as_their_golden_files_show(documents: dict[str, Document], request: pytest.FixtureRequest) -> None:
    for document_id, document in documents.items():
        path = GOLDEN / f"{document_id}.json"
        found = json.dumps(shown(document), ensure_ascii=False, indent=1) + "\n"
        if request.config.getoption("--update-golden"):
            path.write_text(found, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == found


def test_nothing_of_a_source_is_lost_or_doubled(documents: dict[str, Document]) -> None:
    for document in documents.values():
        held = [0] * len(document.text)
        for section in document.walk():
            spans = [section.heading_span] if section.heading_span else []
            for span in [*spans, *section.blocks]:
                for at in range(span.start, span.end):
                    held[at] += 1
        wrong = [at for at, letter in enumerate(document.text) if not letter.isspace() and held[at] != 1]
        assert wrong == []
