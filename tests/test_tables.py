"""Tables found back in text: who reads a figure must find it under its own heads and behind its own label."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from begroting_qa.amounts import find_amounts
from begroting_qa.domain import CellRole, Document, DocumentKind, DocumentStatus, Source, Table
from begroting_qa.ingest.text import read_text

PAGES = Path(__file__).parent / "data" / "pages"
ALL_PAGES = sorted(path.name for path in PAGES.glob("*.txt"))


def read_page(text: str) -> Document:
    source = Source(
        id="zandrecht-overig-2020", file="page.txt", sha256="0" * 64, title="Pagina", municipality="Zandrecht",
        kind=DocumentKind.OVERIG, year=2020, edition=None, part=None, status=DocumentStatus.VASTGESTELD,
        as_of=date(2020, 1, 1), url=None, notes=(),
    )  # fmt: skip
    return read_text(source, text.encode())


def tables_of(document: Document) -> list[Table]:
    return [block for section in document.walk() for block in section.blocks if isinstance(block, Table)]


def body(document: Document, table: Table) -> dict[str, list[str]]:
    """The values of every row behind its labels, `?` where a label is absent."""
    rows: dict[str, list[str]] = {}
    for number in sorted({cell.row for cell in table.cells}):
        cells = [c for c in table.cells if c.row == number]
        texts = {role: [text_of(document, c.start, c.end) for c in cells if c.role is role] for role in CellRole}
        if texts[CellRole.VALUE]:
            rows[" / ".join(texts[CellRole.LABEL]) or "?"] = texts[CellRole.VALUE]
    return rows


def heads_over(document: Document, table: Table, value: str) -> list[str]:
    """The heads whose column holds `value`, from the top down."""
    cell = next(c for c in table.cells if c.role is CellRole.VALUE and text_of(document, c.start, c.end) == value)
    over = [
        h for h in table.cells
        if h.role is CellRole.HEADER and h.row < cell.row and h.column <= cell.column < h.column + h.column_span
    ]  # fmt: skip
    return [text_of(document, h.start, h.end) for h in sorted(over, key=lambda h: h.row)]


def captions(document: Document, table: Table) -> list[str]:
    return [text_of(document, c.start, c.end) for c in table.cells if c.role is CellRole.CAPTION]


def text_of(document: Document, start: int, end: int) -> str:
    return " ".join(document.text[start:end].split())


def page(name: str) -> Document:
    return read_page((PAGES / name).read_text(encoding="utf-8"))


# --- what holds for every table -------------------------------------------------------------------------------------------


def faults(document: Document) -> list[str]:
    """What is wrong with the geometry of a document's tables: offsets outside, overlaps, two cells in one place."""
    found: list[str] = []
    for table in tables_of(document):
        end = table.start
        for cell in sorted(table.cells, key=lambda c: c.start):
            if not (table.start <= cell.start < cell.end <= table.end):
                found.append(f"cell {cell} lies outside its table")
            if cell.start < end:
                found.append(f"cell {text_of(document, cell.start, cell.end)!r} overlaps the one before")
            if document.text[cell.start : cell.end].strip() != document.text[cell.start : cell.end]:
                found.append(f"cell {document.text[cell.start : cell.end]!r} has blanks around it")
            end = cell.end
        taken: dict[tuple[int, int], str] = {}
        for cell in table.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    if (row, column) in taken:
                        found.append(f"{taken[row, column]!r} and {text_of(document, cell.start, cell.end)!r} share a place")
                    if column >= table.n_columns:
                        found.append(f"{text_of(document, cell.start, cell.end)!r} stands beyond the last column")
                    taken[row, column] = text_of(document, cell.start, cell.end)
    return found


def test_cells_of_the_corpus_lie_in_their_table_and_never_overlap(documents: dict[str, Document]) -> None:
    assert [fault for document in documents.values() for fault in faults(document)] == []
    assert sum(len(tables_of(document)) for document in documents.values()) >= 17


@pytest.mark.parametrize("name", ALL_PAGES)
def test_cells_of_any_page_lie_in_their_table_and_never_overlap(name: str) -> None:
    assert faults(page(name)) == []


# --- the corpus, checked by its own arithmetic ----------------------------------------------------------------------------


def amounts(values: list[str]) -> list[Decimal]:
    return [next(find_amounts(value)).value for value in values]


@pytest.mark.parametrize(("heading", "income", "n_tables"), [("Programmakosten", "Baten", 5), ("Reserves", "Onttrekking", 6)])
def test_every_saldo_is_the_sum_of_the_two_rows_above_it(
    documents: dict[str, Document], heading: str, income: str, n_tables: int
) -> None:
    document = documents["leiden-programmabegroting-2025-p9"]
    section = next(s for s in document.walk() if s.heading == heading)
    table = next(block for block in section.blocks if isinstance(block, Table))
    rows: list[tuple[str, list[Decimal]]] = []
    for number in sorted({c.row for c in table.cells if c.role is CellRole.VALUE}):
        cells = [c for c in table.cells if c.row == number]
        label = [text_of(document, c.start, c.end) for c in cells if c.role is CellRole.LABEL][-1]
        rows.append((label, amounts([text_of(document, c.start, c.end) for c in cells if c.role is CellRole.VALUE])))
    checked = 0
    for (_, first), (label, second), (name, total) in zip(rows, rows[1:], rows[2:], strict=False):
        if label == income and name.startswith("Saldo"):
            assert all(abs(a + b - c) <= 1 for a, b, c in zip(first, second, total, strict=True)), (name, total)
            checked += 1
    assert checked == n_tables


@pytest.mark.parametrize(
    ("document_id", "value", "heads"),
    [
        ("leiden-programmabegroting-2025-p9", "43.770", ["Begroting 2025"]),
        ("leiden-programmabegroting-2025-p9", "-2.032", ["Meerjarenraming", "2026"]),
        ("leiden-programmabegroting-2025-p9", "-7.489", ["Rekening 2023"]),
        ("leiden-programmabegroting-2025-p9", "43%", ["Streefwaarden", "2027"]),
        ("leiden-programmabegroting-2025-p9", "25.365.697", ["subsidiestaat 2025"]),
        ("leiden-jaarverslag-2018-p9", "35%", ["Realisatie", "2016"]),
        ("leiden-jaarverslag-2018-p9", "6,0", ["Streefwaarde 2018"]),
    ],
)
def test_a_figure_of_the_corpus_stands_under_its_own_heads(
    documents: dict[str, Document], document_id: str, value: str, heads: list[str]
) -> None:
    document = documents[document_id]
    table = next(
        t for t in tables_of(document) if any(text_of(document, c.start, c.end) == value for c in t.cells)
    )  # fmt: skip
    assert heads_over(document, table, value) == heads


# --- other cities and years -----------------------------------------------------------------------------------------------


def test_bars_with_a_rule_surplus_columns_and_remarks_behind_the_figures() -> None:
    document = page("bars.txt")
    indicators, costs = tables_of(document)
    assert body(document, indicators) == {
        "Restafval per inwoner (kg)": ["214 (2017)", "160", "168", ":("],
        "Wijken met een milieustraatje": ["3 (2017)", "8", "9", ":)"],
        "Tevredenheid over het legen van de bakken": ["6,4 (2017)", "7,0", "niet gemeten"],
    }
    assert heads_over(document, indicators, "168") == ["Stand 2021"]
    assert heads_over(document, costs, "-9.025") == ["Rekening 2021"]
    assert body(document, costs)["Saldo"] == ["-870", "-405", "-295", "110 N"]


def test_flattened_cells_get_a_row_each_and_a_label_may_come_twice() -> None:
    document = page("flattened.txt")
    (table,) = tables_of(document)
    assert captions(document, table) == ["bedragen x € 1.000"]
    assert list(body(document, table)) == [
        "Onderhoud wegen", "Openbare verlichting", "Gladheid bestrijden", "Totaal lasten", "Totaal baten", "Saldo",
    ]  # fmt: skip
    assert heads_over(document, table, "245") == ["Begroting 2018"]
    assert heads_over(document, table, "5.570") == ["Begroting 2019"]


def test_bare_years_below_a_phase_are_a_second_storey_of_heads() -> None:
    document = page("two_storey.txt")
    (table,) = tables_of(document)
    assert heads_over(document, table, "1.280") == ["Meerjarenraming", "2018"]
    assert heads_over(document, table, "1.355") == ["Meerjarenraming", "2020"]
    assert heads_over(document, table, "1.295") == ["Begroting 2017"]
    assert body(document, table)["Totaal"] == ["1.295", "1.430", "1.390", "1.375", "1.365", "1.355"]


def test_lines_of_a_label_and_figures_are_rows() -> None:
    document = page("rows.txt")
    general, weeks, share = tables_of(document)
    assert body(document, general)["Uitkeringen bijstand"] == ["520", "548", "590"]
    assert heads_over(document, general, "25.385")[0] == "Rekening 2015"
    assert body(document, weeks) == {"Realisatie": ["9", "-", "-", "-"], "Begroting": ["-", "8", "7", "6"]}
    assert body(document, share)["Begroting"] == ["-", "74 %", "76 %", "78 %"]
    assert heads_over(document, share, "78 %")[-1] == "2024"


def test_a_label_and_value_list_with_empty_cells_between() -> None:
    document = read_page(
        "Zorg\n\nProgrammanummer\n\n\u00a0\n\n9\n\nPortefeuille(s)\n\n\u00a0\n\nWonen en Welzijn\n\nEconomie en Sport\n\n"
        "De missie van het programma luidt als volgt en is vastgesteld door de raad van de gemeente.\n"
    )
    (table,) = tables_of(document)
    assert body(document, table) == {"Programmanummer": ["9"], "Portefeuille(s)": ["Wonen en Welzijn Economie en Sport"]}


def test_rows_of_a_page_from_a_pdf() -> None:
    document = page("wrapped.txt")
    (table,) = tables_of(document)
    assert body(document, table) == {
        "Percentage inwoners dat elke week sport": ["61%", "-", "63%", "64%", "Sportmonitor"],
        "Leden van sportverenigingen per 1.000 inwoners": ["231", "233", "235", "238", "Verenigingenregister"],
    }
    assert heads_over(document, table, "235") == ["Realisatie", "2015"]
    assert heads_over(document, table, "238") == ["Streefwaarde 2016"]


@pytest.mark.parametrize(
    "text",
    [
        "Inleiding\n\nDe raad stelde in 2019 het plan vast.\n\n2020\n\n2021\n\nDaarna begon de bouw van 120 woningen.\n",
        "Bijdrage 2025\n\n8,7 miljoen\n\nVoor eigenaarsrol, zie paragraaf verbonden partijen\n",
        "Sport\n\nDe hal kost 120 of 130 of 140 duizend euro.\nDat hangt af van het dak.\n",
        "Een zin | met een losse streep erin.\n",
        "Risico's\n\n 1. De prijs stijgt.\n 2. De subsidie valt weg.\n",
    ],
)
def test_running_text_with_figures_is_no_table(text: str) -> None:
    assert tables_of(read_page(text)) == []


# --- shapes that were once misread ---------------------------------------------------------------------------------------------------------


def test_a_line_that_groups_rows_is_no_head_of_the_rows_after_the_next_group() -> None:
    document = read_page(
        "Kosten\n\nBedragen x €1.000\nBestuur Rekening 2022 Begroting 2023 Begroting 2024\nLasten\nRaad -1.410 -1.485 -1.520\n"
        "Burgerzaken -3.205 -3.330 -3.790\nBaten\nBurgerzaken 1.115 1.240 1.980\n"
    )
    (table,) = tables_of(document)
    assert "Lasten" not in heads_over(document, table, "1.980")
    assert heads_over(document, table, "1.980")[-1] == "Begroting 2024"


def test_empty_cells_in_a_flattened_table_do_not_glue_its_rows_together() -> None:
    document = page("empty_cells.txt")
    (table,) = tables_of(document)
    assert [text_of(document, c.start, c.end) for c in table.cells if c.role is CellRole.VALUE] == [
        "40",
        "-60",
        "-35",
        "-60",
        "5",
    ]


def test_figures_in_a_label_are_no_values() -> None:
    document = read_page(
        "Kerngegevens\n\nKerngegevens Rekening 2014 Rekening 2015 Begroting 2016\nAantal inwoners 25.410 25.385 25.340\n"
        "van 0 - 19 jaar 5.480 5.420 5.365\n65 jaar en ouder 5.390 5.500 5.625\n"
    )
    (table,) = tables_of(document)
    assert body(document, table)["van 0 - 19 jaar"] == ["5.480", "5.420", "5.365"]
    assert body(document, table)["65 jaar en ouder"] == ["5.390", "5.500", "5.625"]


def test_toevoeging_and_onttrekking_in_the_singular_head_columns() -> None:
    document = page("reserves.txt")
    (table,) = tables_of(document)
    assert body(document, table)["Algemene reserve"] == ["11.850", "170", "-1.540", "10.480"]
    assert heads_over(document, table, "-1.540") == ["Onttrekking"]


def test_rows_below_a_navigation_line_a_unit_a_head_and_a_group() -> None:
    document = page("rows_grouped.txt")
    (table,) = tables_of(document)
    assert body(document, table)["Saldo van baten en lasten"] == ["-3.500", "-3.575", "-3.330", "-3.685"]


def test_rows_of_two_figures_are_rows_too() -> None:
    document = read_page(
        "Subsidies\n\nSubsidie Begroting 2024 Begroting 2025\nBuurthuis 120 130\nZwembad 80 85\nBibliotheek 60 65\n"
    )
    (table,) = tables_of(document)
    assert body(document, table)["Zwembad"] == ["80", "85"]


def test_years_above_lasten_and_baten_stay_with_their_columns() -> None:
    heads = ["Omschrijving", "Begroting 2024", "Begroting 2025", "Lasten", "Baten", "Lasten", "Baten"]
    rows = ["Woningbouw", "100", "-20", "110", "-25", "Totaal", "100", "-20", "110", "-25"]
    document = read_page("Wonen\n\n" + "\n\n".join([*heads, *rows]) + "\n")
    (table,) = tables_of(document)
    assert heads_over(document, table, "110") == ["Begroting 2025", "Lasten"]
