"""Random tables of the shapes seen come back with the same cells, flat and as CSV; 10,000 with `python tests/test_random_tables.py`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from begroting_qa.checks import check_figures
from begroting_qa.chunk import chunk_document
from begroting_qa.domain import Document, DocumentKind, DocumentStatus, Origin, Source
from begroting_qa.errors import SourceError
from begroting_qa.figures import read_figures
from begroting_qa.ingest.csv import read_csv
from begroting_qa.ingest.text import read_text
from random_tables import make

N = 300


def source(file: str) -> Source:
    return Source(
        id="stad", file=file, sha256="", title="Begroting", municipality="Stad", kind=DocumentKind.PROGRAMMABEGROTING, year=2025,
        edition=None, part=None, status=DocumentStatus.VASTGESTELD, as_of=date(2024, 11, 1), url=None, notes=(),
    )  # fmt: skip


def cells(document: Document) -> Counter[tuple[str, str, str]]:
    return Counter(
        (" – ".join(f.row_path), " ".join(f.column_path), f.display)
        for f in read_figures(document)
        if f.origin is Origin.TABLE
    )  # fmt: skip


def differing(n: int, read: Callable[[Source, bytes], Document], *, as_csv: bool) -> list[int]:
    found: list[int] = []
    for seed in range(n):
        table = make(seed)
        document = read(source("x.csv" if as_csv else "x.txt"), (table.csv if as_csv else table.flat).encode())
        if cells(document) != Counter(table.cells):
            found.append(seed)
    return found


def test_random_tables_come_back_flat() -> None:
    assert differing(N, read_text, as_csv=False) == []


def test_random_tables_come_back_as_csv() -> None:
    assert differing(N, read_csv, as_csv=True) == []


# --- CSV by itself ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Taakveld (bedragen x € 1.000);Baten;Lasten\n0.1 Bestuur;360;25.585\n", [("Bestuur", "lasten", "25585000"), ("Bestuur", "baten", "360000")]),
        ("Post,2024,2025\nWegen,\"1.200\",\"1.300\"\n", [("Wegen", "overig", "1200"), ("Wegen", "overig", "1300")]),
        ("\ufeffPost\t2025\r\nPercentage sporters\t41%\r\n", [("Percentage sporters", "indicator", "41")]),
        ('Post;2025\n"Wegen; straten";-12\n', [("Wegen; straten", "overig", "-12")]),
    ],
)  # fmt: skip
def test_csv_cells_point_into_the_file(text: str, expected: list[tuple[str, str, str]]) -> None:
    document = read_csv(source("x.csv"), text.encode())
    found = read_figures(document)
    assert document.text == text
    assert sorted((f.label, str(f.measure), f"{f.value:f}") for f in found) == sorted(expected)
    assert all(text[f.start : f.end] == f.display for f in found)


@pytest.mark.parametrize("data", [b"", b"a;b\nc;d\n", b"\xff\xfe"])
def test_csv_without_a_table_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"x\.csv"):
        read_csv(source("x.csv"), data)


def seconds_to_read(n_rows: int) -> float:
    rows = "".join(f"Post {n};{n + 1};-{n}\n" for n in range(n_rows))
    data = f"bedragen x 1.000;;\nPost;Lasten 2025;Baten 2025\n{rows}".encode()
    started = time.process_time()
    document = read_csv(source("lang.csv"), data)
    figures = read_figures(document)
    check_figures(figures, {document.id: document.source})
    assert len(figures) == 2 * n_rows == 2 * len(chunk_document(document))
    return time.process_time() - started


def test_a_file_of_thousands_of_rows_takes_time_by_its_rows() -> None:
    seconds_to_read(10)  # what is loaded once
    short, long = (min(seconds_to_read(n) for _ in range(3)) for n in (500, 3000))
    assert long / short < 15  # six times the rows; by their square it was thirty-six times


if __name__ == "__main__":
    for name, reader, is_csv in (("flat", read_text, False), ("CSV", read_csv, True)):
        sys.stdout.write(f"{name}: {len(differing(10_000, reader, as_csv=is_csv))} of 10000 differ\n")
