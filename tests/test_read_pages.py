"""The pages to check and to look: a citation in its document, what the documents cover, indicators and the budget."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from begroting_qa.answer.lines import lines_of
from begroting_qa.domain import (
    Cell,
    CellRole,
    Document,
    DocumentKind,
    DocumentStatus,
    Figure,
    FigureUnit,
    Measure,
    Origin,
    Phase,
    Section,
    Source,
    Span,
    Table,
)  # fmt: skip
from begroting_qa.ingest.text import read_text
from begroting_qa.pipeline import Engine
from begroting_qa.series import budget_tables, find_indicators
from begroting_qa.serve.app import create_app
from begroting_qa.serve.coverage import coverage_of
from begroting_qa.serve.holding import hold
from begroting_qa.serve.marked import Marking
from begroting_qa.serve.portions import PORTION_CHARS, portion_at, portions_of, within
from begroting_qa.serve.running import Loaded
from begroting_qa.serve.shelf import list_documents
from begroting_qa.serve.table_view import view_table
from begroting_qa.settings import Settings
from begroting_qa.store import Store, write_store
from begroting_qa.wire.bodies import DocumentBody
from test_page import Page, check_page, letters, squeeze

BUDGET = "leiden-programmabegroting-2025-p9"
REPORT = "leiden-jaarverslag-2018-p9"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def client(engine_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(engine_settings)) as opened:
        yield opened


def open_page(client: TestClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text[-500:]
    return check_page(response)


def hrefs(page: Page) -> list[str]:
    return [attributes["href"] or "" for attributes in page.each("a")]


def stretch_of(href: str) -> tuple[str, int, int]:
    """The document and the place that a link to a cell leads to."""
    address = urlsplit(href)
    query = parse_qs(address.query)
    assert address.fragment == "citaat"
    return address.path.removeprefix("/documents/"), int(query["start"][0]), int(query["end"][0])


def cell_links(html: str) -> list[tuple[str, str]]:
    """The links to cells with the words that are seen in them."""
    found = re.findall(r'<a href="(/documents/[^"]*#citaat)">([^<]*)<', html)
    return [(href.replace("&amp;", "&"), squeeze(text)) for href, text in found]


def figure_of(engine: Engine, href: str) -> Figure:
    document_id, start, end = stretch_of(href)
    return next(f for f in engine.store.figures() if (f.document_id, f.start, f.end) == (document_id, start, end))


# --- a citation in its document -----------------------------------------------------------------------------------------


def test_a_marked_cell_is_told_apart_with_its_heads(client: TestClient, engine: Engine) -> None:
    figure = next(f for f in engine.store.figures() if f.row_path == ("Preventie", "Baten") and f.period == "2024")
    response = client.get(f"/documents/{BUDGET}?start={figure.start}&end={figure.end}", headers=HTML)
    page = check_page(response)
    assert marked(response.text, "td", "cited") == ["gemarkeerde cel: -5.093"]
    heads = [text.removeprefix("kop van de gemarkeerde cel: ") for text in marked(response.text, "th", "head")]
    assert heads == ["Begroting 2024", "Preventie", "Baten"]
    text = page.text("aside")
    assert "Gemarkeerd: -5.093 (dat is −€ 5.093.000). Het getal hoort bij Preventie › Baten › Begroting 2024." in text


def marked(html: str, tag: str, name: str) -> list[str]:
    """The texts of the cells of a class."""
    cells = re.findall(rf'<{tag}[^>]*class="[^"]*\b{name}\b[^"]*"[^>]*>(.*?)</{tag}>', html, flags=re.DOTALL)
    return [squeeze(re.sub(r"<[^>]+>", "", cell.replace("<br>", " "))) for cell in cells]


def test_every_figure_of_a_table_has_its_cell_marked_and_every_head_that_is_a_cell(
    client: TestClient, engine: Engine, documents: dict[str, Document]
) -> None:
    figures = [figure for figure in engine.store.figures() if figure.origin is Origin.TABLE]
    for figure in figures[::23]:
        response = client.get(f"/documents/{figure.document_id}?start={figure.start}&end={figure.end}", headers=HTML)
        text = documents[figure.document_id].text
        assert letters(check_page(response).text("mark")) == letters(text[figure.start : figure.end])
        assert len(marked(response.text, "td", "cited")) == 1
        assert marked(response.text, "th", "head")


def test_of_a_cell_with_text_the_heads_are_those_above_and_beside_it() -> None:
    text = "x Soort 2025 groep A B nul vrij tekst slot"
    where = {word: (match.start(), match.end()) for word, match in ((m[0], m) for m in re.finditer(r"\S+", text))}

    def cell(word: str, row: int, column: int, role: CellRole, rows: int = 1, columns: int = 1) -> Cell:
        start, end = where[word]
        return Cell(start=start, end=end, row=row, column=column, role=role, row_span=rows, column_span=columns)

    table = Table(
        start=0, end=len(text), n_columns=3,
        cells=(
            cell("x", 0, 0, CellRole.HEADER), cell("Soort", 0, 1, CellRole.HEADER), cell("2025", 0, 2, CellRole.HEADER),
            cell("groep", 1, 0, CellRole.GROUP, columns=3),
            cell("A", 2, 0, CellRole.LABEL, rows=2), cell("nul", 2, 1, CellRole.VALUE), cell("vrij", 2, 2, CellRole.VALUE),
            cell("B", 4, 0, CellRole.LABEL), cell("tekst", 3, 2, CellRole.VALUE), cell("slot", 4, 2, CellRole.VALUE),
        ),
    )  # fmt: skip
    document = made_document(text)

    def marks(word: str) -> dict[str, str]:
        view = view_table(table, Marking(document, Span(start=where[word][0], end=where[word][1])))
        cells = [cell for rows in (view.head, *view.bodies) for row in rows for cell in row]
        return {cell.html.striptags(): cell.mark for cell in cells if cell.mark}

    assert marks("tekst") == {"2025": "head", "groep": "head", "A": "head", "tekst": "cited"}
    assert marks("nul") == {"Soort": "head", "groep": "head", "A": "head", "nul": "cited"}
    everything = view_table(table, Marking(document, Span(start=0, end=len(text))))
    assert {cell.mark for rows in (everything.head, *everything.bodies) for row in rows for cell in row} == {""}


def test_codes_around_a_citation_lead_to_the_places_before_and_after(client: TestClient, engine: Engine) -> None:
    figure = next(f for f in engine.store.figures() if f.code == "9A1.c" and f.document_id == BUDGET)
    page = open_page(client, f"/documents/{BUDGET}?start={figure.start}&end={figure.end}")
    reference = next(r for r in engine.references if r.code == "9A1.c")
    here = next(n for n, place in enumerate(reference.places) if place.document_id == BUDGET)
    before = reference.places[here - 1]
    assert f"/documents/{before.document_id}?start={before.start}&end={before.end}#citaat" in hrefs(page)
    assert "Deze plek noemt 9A1.c" in page.text("aside")
    assert "Jaarverslag 2018" in page.text("aside")
    assert "/verwijzingen/9A1.c" in hrefs(page)
    target = open_page(client, f"/documents/{before.document_id}?start={before.start}&end={before.end}")
    assert target.text("mark") == "9A1.c"


def test_a_code_with_a_slash_or_a_blank_has_an_address(client: TestClient, engine: Engine) -> None:
    for code, address in (("Z/23/3506875", "/verwijzingen/Z/23/3506875"), ("RV 19.0005", "/verwijzingen/RV%2019.0005")):
        place = next(r for r in engine.references if r.code == code).places[0]
        page = open_page(client, f"/documents/{place.document_id}?start={place.start}&end={place.end}")
        assert address in hrefs(page)


def test_the_sections_beside_a_citation_are_in_reach(client: TestClient, documents: dict[str, Document]) -> None:
    document = documents[BUDGET]
    sections = [section for section in document.walk() if section.heading]
    for at in (1, 20, len(sections) - 1):
        block = next(iter(sections[at].blocks), None)
        if block is None:
            continue
        page = open_page(client, f"/documents/{BUDGET}?start={block.start}&end={block.end}")
        links = hrefs(page)
        for beside in (*sections[at - 1 : at], *sections[at + 1 : at + 2]):
            assert f"#deel-{beside.start}" in links
        current = next(a for a in page.each("a") if a.get("aria-current") == "location")
        assert current["href"] == f"#deel-{sections[at].start}"


def test_a_document_says_what_it_is_and_where_it_came_from(client: TestClient, documents: dict[str, Document]) -> None:
    for document in documents.values():
        page = open_page(client, f"/documents/{document.id}")
        assert "Vastgesteld" in page.text("main")
        assert f"/documents/{document.id}/bron" in hrefs(page)
        source = client.get(f"/documents/{document.id}/bron")
        assert source.headers["content-type"] == "text/plain; charset=utf-8"
        assert document.source.file in source.headers["content-disposition"]
        assert hashlib.sha256(source.content).hexdigest() == document.source.sha256
    assert client.get("/documents/nergens/bron").status_code == 404


# --- a long document ----------------------------------------------------------------------------------------------------


def made_document(text: str, **more: Any) -> Document:
    source = Source(
        id="lang", file="lang.txt", sha256="", title="Een lang document", municipality="Leiden", kind=DocumentKind.JAARSTUKKEN,
        year=2024, edition=None, part=None, status=DocumentStatus.ONTWERP, as_of=date(2024, 12, 31), url="https://example.org/lang.pdf", notes=(),
    )  # fmt: skip
    return Document(id="lang", source=source, text=text, is_wrapped=False, sections=(), **more)


@pytest.fixture(scope="module")
def long_document() -> Document:
    """200,000 words, made up: chapters with headings, paragraphs, lists and a table each."""
    chapters = [
        "\n".join(
            [
                f"Hoofdstuk {number} Zorg en welzijn", "",
                *(f"Zin {number}.{n} over de zorg voor inwoners die hulp nodig hebben in de wijk waar zij wonen en leven." * 3 + "\n" for n in range(20)),
                "• een eerste punt", "• een tweede punt", "",
            ]
        )
        for number in range(1, 195)
    ]  # fmt: skip
    text = "\n".join(chapters)
    assert len(text.split()) > 200_000
    return read_text(made_document("").source, text.encode())


@pytest.fixture(scope="module")
def long_client(
    engine_settings: Settings, engine: Engine, long_document: Document, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("long")
    write_store(folder, documents=[long_document], passages=[], figures=[], commitments=[], references=[])
    of_long = replace(engine, store=Store(folder), references=(), lines=())
    app: FastAPI = create_app(engine_settings)
    app.dependency_overrides[hold] = lambda: Loaded(engine=of_long, documents=list_documents(of_long), examples=[])
    with TestClient(app) as opened:
        yield opened


def test_a_document_of_200_000_words_is_shown_part_by_part_and_soon(long_client: TestClient, long_document: Document) -> None:
    long_client.get("/documents/lang")
    at = long_document.text.index("Zin 100.7 over")
    started = time.perf_counter()
    response = long_client.get(f"/documents/lang?start={at}&end={at + 40}", headers=HTML)
    assert time.perf_counter() - started < 2.0
    assert len(response.content) < 400_000
    page = check_page(response)
    assert page.text("mark") == squeeze(long_document.text[at : at + 40])
    count = len(portions_of(long_document))
    number = portion_at(portions_of(long_document), at) + 1
    assert count > 10
    assert f"Deel {number} van {count}" in page.text("main")
    assert {f"/documents/lang?part={number - 1}", f"/documents/lang?part={number + 1}"} <= set(hrefs(page))
    assert "Ontwerp" in page.text("main")
    assert "https://example.org/lang.pdf" in hrefs(page)


def test_the_outline_of_a_long_document_leads_to_the_part_that_holds_the_heading(long_client: TestClient) -> None:
    page = open_page(long_client, "/documents/lang?part=3")
    elsewhere = [href for href in hrefs(page) if "#deel-" in href and "?part=" in href]
    assert elsewhere
    for href in (elsewhere[0], elsewhere[len(elsewhere) // 2], elsewhere[-1]):
        assert urlsplit(href).fragment in open_page(long_client, href).ids


def test_the_parts_hold_all_of_the_text_once(long_document: Document) -> None:
    portions = portions_of(long_document)
    assert [p.start for p in portions[1:]] == [p.end for p in portions[:-1]]
    assert (portions[0].start, portions[-1].end) == (0, len(long_document.text))
    assert all(portion.end - portion.start <= 3 * PORTION_CHARS for portion in portions)
    blocks = [block for section in long_document.walk() for block in section.blocks]
    shown = [
        block
        for portion in portions
        for section in long_document.sections
        for part in within(section, portion).walk()
        for block in part.blocks
    ]
    assert sorted(shown, key=lambda block: block.start) == sorted(blocks, key=lambda block: block.start)


def test_a_long_table_goes_on_under_its_heads() -> None:
    rows = [f"rij {n:05} | {n:05} duizend euro voor de zorg" for n in range(9_000)]
    text = "kop | waarde\n" + "\n".join(rows)
    cells = [
        Cell(start=0, end=3, row=0, column=0, role=CellRole.HEADER),
        Cell(start=6, end=12, row=0, column=1, role=CellRole.HEADER),
    ]
    at = 13
    for number, row in enumerate(rows, 1):
        bar = row.index("|")
        cells += [
            Cell(start=at, end=at + bar - 1, row=number, column=0, role=CellRole.LABEL),
            Cell(start=at + bar + 2, end=at + len(row), row=number, column=1, role=CellRole.VALUE),
        ]
        at += len(row) + 1
    table = Table(start=0, end=len(text), n_columns=2, cells=tuple(cells))
    section = Section(
        heading="", heading_span=None, code=None, level=1, path=(), start=0, end=len(text), blocks=(table,), sections=()
    )
    document = replace(made_document(text), sections=(section,))
    portions = portions_of(document)
    parts = [block for portion in portions for block in within(section, portion).blocks if isinstance(block, Table)]
    assert len(parts) == len(portions) > 2
    assert all([c.role for c in part.cells[:2]] == [CellRole.HEADER] * 2 for part in parts)
    assert sorted(c.start for part in parts for c in part.cells if c.row) == sorted(c.start for c in cells if c.row)
    started = time.perf_counter()
    view_table(parts[0], Marking(document, None))
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("path", "status"), [("/documents/lang?part=0", 400), ("/documents/lang?part=999", 404), ("/documents/lang?part=x", 400)]
)
def test_a_part_that_is_not_there_is_a_problem(long_client: TestClient, path: str, status: int) -> None:
    open_page(long_client, path, status)


# --- coverage -----------------------------------------------------------------------------------------------------------


def test_coverage_tells_what_is_there_how_it_was_read_and_what_cannot_be_asked(client: TestClient) -> None:
    page = open_page(client, "/dekking")
    text = page.text("main")
    assert "Er is geen begroting van 2018, 2019, 2020, 2021, 2023 en 2024." in text
    assert "Er is geen jaarverslag over 2019, 2020, 2021, 2022, 2023, 2024 en 2025." in text
    assert "De documenten gaan alleen over programma 9 en Sociaal domein." in text
    assert "Deze soorten stukken zijn er niet: kadernota, kaderbrief en raadsvoorstel." in text
    assert "De getallen in tabellen gaan over 2015 tot en met 2028." in text
    for item in client.get("/v1/documents").json()["items"]:
        assert squeeze(item["title"]) in text
        assert f"/documents/{item['id']}" in hrefs(page)
    assert "/dekking" in hrefs(open_page(client, "/documents"))


def body(**fields: Any) -> DocumentBody:
    values: dict[str, Any] = {
        "id": "x", "title": "X", "municipality": "Leiden", "kind": DocumentKind.JAARSTUKKEN, "year": 2020, "edition": None,
        "part": None, "status": "ontwerp", "as_of": date(2020, 1, 1), "source_url": None, "notes": [], "completeness": 1.0, "characters": 1,
    }  # fmt: skip
    return DocumentBody(**{**values, **fields})


def test_coverage_is_told_by_municipality_and_either_kind_of_report_will_do() -> None:
    found = coverage_of([body(), body(id="y", kind=DocumentKind.JAARVERSLAG, year=2022), body(id="z", municipality="Assen")], [])
    assert [view.municipality for view in found] == ["Assen", "Leiden"]
    leiden = found[1]
    assert leiden.without_report == (2021,)
    assert leiden.without_budget == (2020, 2021, 2022)
    assert leiden.is_whole
    assert [view.year for view in leiden.years] == [2022, 2021, 2020]
    assert DocumentKind.JAARVERSLAG not in leiden.missing_kinds


# --- indicators ---------------------------------------------------------------------------------------------------------


def test_every_value_of_the_indicators_leads_to_its_cell(client: TestClient, engine: Engine) -> None:
    response = client.get("/cijfers", headers=HTML)
    check_page(response)
    links = cell_links(response.text)
    assert len(links) > 30
    for href, text in links:
        figure = figure_of(engine, href)
        assert engine.document(figure.document_id).text[figure.start : figure.end] == figure.display
        assert number_in(text) == figure.value


def number_in(text: str) -> Decimal:
    """The number of a text in Dutch notation."""
    found = re.search(r"[\d.]+(?:,\d+)?", text)
    assert found is not None
    value = Decimal(found[0].replace(".", "").replace(",", "."))
    return -value if "−" in text else value


def test_an_indicator_is_shown_through_the_years_with_its_breaks(client: TestClient, engine: Engine) -> None:
    response = client.get("/cijfers/9a1.A", headers=HTML)
    page = check_page(response)
    assert page.text("h1") == "9A1.a Schaalscore sociale cohesie (op een schaal van 1 tot 10)"
    links = cell_links(response.text)
    told = [(figure_of(engine, href).period, figure_of(engine, href).value) for href, _ in links]
    assert told == [
        ("2015", Decimal("5.7")), ("2016", Decimal("5.9")), ("2017", Decimal("5.8")), ("2018", Decimal("6.0")), ("2019", Decimal("5.8")),
        ("2021", Decimal("6.1")), ("2023", Decimal("6.0")), ("2025", Decimal("6.1")), ("2027", Decimal("6.2")),
    ]  # fmt: skip
    assert all(number_in(text) == figure_of(engine, href).value for href, text in links)
    assert "Er is geen cijfer over 2018, 2020 en 2022." in page.text("main")
    assert "Geen cijfer over 2018, 2020, 2022" not in page.text("main")
    svg = re.search(r"<svg class=\"drawing\".*?</svg>", response.text, flags=re.DOTALL)
    assert svg is not None
    assert ElementTree.fromstring(svg[0]).find("desc") is not None
    assert "style=" not in response.text
    region = next(attributes for _, attributes in page.tags if (attributes.get("aria-label") or "").startswith("Grafiek"))
    assert (region["role"], region["tabindex"]) == ("region", "0")


def test_every_indicator_has_a_page_a_drawing_and_a_table_to_keep(client: TestClient, engine: Engine) -> None:
    indicators = find_indicators(engine.lines, engine.sources)
    assert len({indicator.id for indicator in indicators}) == len(indicators) == 19
    for indicator in indicators[::4]:
        open_page(client, f"/cijfers/{indicator.id}")
        drawing = client.get(f"/cijfers/{indicator.id}.svg")
        assert drawing.headers["content-type"] == "image/svg+xml"
        assert "attachment" in drawing.headers["content-disposition"]
        root = ElementTree.fromstring(drawing.text.encode())
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
        table = client.get(f"/cijfers/{indicator.id}.csv")
        assert table.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert [row["value"] for row in rows] == [plain(point.figure.value) for point in indicator.series.points]
        for row in rows:
            text = engine.document(row["documentId"]).text
            assert text[int(row["start"]) : int(row["end"])] == row["display"]
            assert row["unit"] == indicator.thing.first.unit
            assert row["document"] == engine.sources[row["documentId"]].title


def plain(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


@pytest.mark.parametrize(
    "path", ["/cijfers/9Z9.z", "/cijfers/9Z9.z.svg", "/cijfers/9Z9.z.csv", "/begroting?measure=winst", "/begroting?document=nee"]
)
def test_what_is_not_there_is_a_404_page(client: TestClient, path: str) -> None:
    assert open_page(client, path, 404).text("h1") == "Niet gevonden"


def made_figure(**fields: Any) -> Figure:
    values: dict[str, Any] = {
        "start": 0, "end": 1, "document_id": "a", "origin": Origin.TABLE, "path": ("Thema 1 Zorg",), "label": "Aantal cliënten", "code": None,
        "row_path": ("Aantal cliënten",), "column_path": ("2024",), "measure": Measure.INDICATOR, "period": "2024", "phase": Phase.REALISATIE,
        "value": Decimal(5), "unit": FigureUnit.AANTAL, "scale": 1, "display": "5", "is_total": False, "table": 0,
    }  # fmt: skip
    return Figure(**{**values, **fields})


def test_indicators_without_a_code_and_of_two_municipalities_have_addresses_of_their_own() -> None:
    of = made_document("").source
    sources = {
        "a": replace(of, id="a", municipality="Assen"),
        "b": replace(of, id="b", municipality="Ede"),
        "c": replace(of, id="c", municipality="Ede"),
    }
    figures = [
        made_figure(),
        made_figure(document_id="b"),
        made_figure(document_id="c", start=7, period="2025"),
        made_figure(document_id="b", code="1A.a", start=3),
    ]
    found = find_indicators(lines_of(figures, sources), sources)
    assert [indicator.id for indicator in found] == ["aantal-clienten-assen", "aantal-clienten-ede", "1A.a"]
    assert [point.figure.period for point in found[1].series.points] == ["2024", "2025"]
    assert {indicator.field for indicator in found} == {"Thema 1 Zorg"}


# --- the budget ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["lasten", "baten", "saldo"])
def test_every_amount_of_the_budget_leads_to_its_cell(client: TestClient, engine: Engine, measure: str) -> None:
    response = client.get(f"/begroting?measure={measure}", headers=HTML)
    check_page(response)
    links = cell_links(response.text)
    assert len(links) == 5 * 6
    for href, text in links:
        figure = figure_of(engine, href)
        assert engine.document(figure.document_id).text[figure.start : figure.end] == figure.display
        assert figure.measure == measure
        assert number_in(text) == figure.value


def test_the_budget_of_a_year_is_drawn_without_its_total(client: TestClient) -> None:
    response = client.get(f"/begroting?document={BUDGET}&measure=lasten&year=2023", headers=HTML)
    page = check_page(response)
    assert page.text("desc") == (
        "Staafgrafiek. Sociale binding en participatie: € 12.385.000; Preventie: € 8.832.000; Ondersteuning: € 38.294.000; "
        "Kwetsbare groepen: € 59.405.000."
    )
    assert "Lasten (uitgaven): rekening 2023" in page.text("main")
    assert "Het document rondt ze af op 1.000 euro." in page.text("caption")
    chosen = [option["value"] for option in page.each("option") if "selected" in option]
    assert chosen == [BUDGET, "lasten", "2023"]
    labels = {label["for"] for label in page.each("label")}
    assert {select["id"] for select in page.each("select")} <= labels


def test_a_year_that_the_document_does_not_have_is_told(client: TestClient) -> None:
    page = open_page(client, "/begroting?year=1999&measure=baten")
    assert "geen Baten (inkomsten) over 1999. U ziet 2025." in page.text("main")
    assert "staan baten als negatieve bedragen" in page.text("main")


def test_the_budget_to_keep_has_every_amount_with_its_place(client: TestClient, engine: Engine) -> None:
    response = client.get("/begroting.csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 3 * 5 * 6
    for row in rows:
        shown = engine.document(row["documentId"]).text[int(row["start"]) : int(row["end"])]
        assert shown == row["display"]
        assert Decimal(row["value"]) == Decimal(shown.replace(".", "")) * int(row["scale"])
        assert row["unit"] == "EUR"
    assert {row["measure"] for row in rows} == {"lasten", "baten", "saldo"}


def test_a_budget_with_a_measure_in_each_column_has_one_row_for_each_subject() -> None:
    def amount(subject: str, measure: Measure, value: int, start: int) -> Figure:
        return made_figure(
            label=subject, row_path=(subject,), column_path=("2025", str(measure)), measure=measure, period="2025",
            phase=Phase.BEGROTING, value=Decimal(value), unit=FigureUnit.EUR, start=start, end=start + 1,
        )  # fmt: skip

    figures = [amount("Jeugd", Measure.LASTEN, 9, 1), amount("Jeugd", Measure.BATEN, 4, 2), amount("Zorg", Measure.LASTEN, 7, 3)]
    (table,) = budget_tables(lines_of(figures, {"a": made_document("").source}))
    assert [row.subject for row in table.rows] == ["Jeugd", "Zorg"]
    (column,) = table.columns_of(Measure.LASTEN)
    assert [figure.value for row in table.rows if (figure := row.figure(Measure.LASTEN, column))] == [Decimal(9), Decimal(7)]
    assert table.rows[1].figure(Measure.BATEN, table.columns_of(Measure.BATEN)[0]) is None


def test_without_tables_the_pages_say_so(long_client: TestClient) -> None:
    assert "geen tabel met indicatoren" in open_page(long_client, "/cijfers").text("main")
    assert "geen tabel met lasten en baten" in open_page(long_client, "/begroting").text("main")
    assert "geen tabellen met getallen" in open_page(long_client, "/dekking").text("main")


# --- in a browser -------------------------------------------------------------------------------------------------------

PATHS = [
    "/documents", "/dekking", "/cijfers", "/cijfers/9A1.a", "/begroting", "/begroting?measure=saldo&year=2027",
    f"/documents/{BUDGET}?start=51379&end=51385",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_on_a_phone_or_with_large_text(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.set_viewport_size({"width": 640, "height": 700})
    for path in PATHS:
        page.goto(address + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert faults == []
    context.close()


def test_a_chart_can_be_read_on_a_phone_and_scrolled_by_keyboard(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{address}/cijfers/9A1.a")
    heights = page.evaluate("[...document.querySelectorAll('.drawing text')].map(t => t.getBoundingClientRect().height)")
    assert min(heights) >= 12
    region = page.locator(".chart .scroll")
    region.focus()
    before = region.evaluate("e => e.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.chart .scroll').scrollLeft > 0")
    assert before == 0
    context.close()


def test_a_marked_cell_is_in_sight_on_a_phone(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/documents/{BUDGET}?start=51379&end=51385#citaat")
    box = page.locator("mark#citaat").bounding_box()
    assert 0 <= box["x"] < 320
    assert 0 <= box["y"] < 700
    context.close()
