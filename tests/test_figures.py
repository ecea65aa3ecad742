"""Numbers with a receipt: figures of tables and text, questions about them, and the register over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from begroting_qa.domain import Answer, Document, Figure, FigureUnit, Measure, Origin, Phase
from begroting_qa.figures import read_figures
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings

BUDGET = "leiden-programmabegroting-2025-p9"
REPORT = "leiden-jaarverslag-2018-p9"


@pytest.fixture(scope="module")
def figures(documents: dict[str, Document]) -> list[Figure]:
    return [figure for document in documents.values() for figure in read_figures(document)]


def find(figures: list[Figure], document: str, label: str, period: str, phase: Phase | None) -> Figure:
    (found,) = [
        f for f in figures
        if f.document_id == document and label in " – ".join((f.code or "", *f.row_path)) and (f.period, f.phase) == (period, phase)
        and f.origin is Origin.TABLE
    ]  # fmt: skip
    return found


# --- reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "label", "period", "phase", "value", "unit", "measure"),
    [
        (BUDGET, "Ondersteuning – Lasten", "2025", Phase.BEGROTING, "43770000", FigureUnit.EUR, Measure.LASTEN),
        (BUDGET, "Ondersteuning – Baten", "2026", Phase.MEERJARENRAMING, "-2032000", FigureUnit.EUR, Measure.BATEN),
        (BUDGET, "Kwetsbare groepen – Saldo", "2023", Phase.REKENING, "39729000", FigureUnit.EUR, Measure.SALDO),
        (
            BUDGET,
            "Programma – Saldo van baten en lasten",
            "2028",
            Phase.MEERJARENRAMING,
            "114932000",
            FigureUnit.EUR,
            Measure.SALDO,
        ),
        (
            BUDGET,
            "Reserve Sociaal Domein P9 – Onttrekking",
            "2025",
            Phase.BEGROTING,
            "-1944000",
            FigureUnit.EUR,
            Measure.ONTTREKKING,
        ),
        (BUDGET, "Resultaat", "2024", Phase.BEGROTING, "115554000", FigureUnit.EUR, Measure.RESULTAAT),
        (BUDGET, "Subsidie saldo", "2025", None, "25365697", FigureUnit.EUR, Measure.SUBSIDIE),
        (BUDGET, "9A1.a", "2019", Phase.REALISATIE, "5.8", FigureUnit.SCORE, Measure.INDICATOR),
        (BUDGET, "9A1.a", "2023", Phase.REALISATIE, "6.0", FigureUnit.SCORE, Measure.INDICATOR),
        (BUDGET, "9A1.c", "2025", Phase.STREEFWAARDE, "36", FigureUnit.PERCENT, Measure.INDICATOR),
        (BUDGET, "9D1.a", "2022", Phase.REALISATIE, "8", FigureUnit.AANTAL, Measure.INDICATOR),
        (BUDGET, "9D1.b", "2027", Phase.STREEFWAARDE, "90", FigureUnit.DAGEN, Measure.INDICATOR),
        (BUDGET, "9D1.d", "2022", Phase.REALISATIE, "11.7", FigureUnit.MAANDEN, Measure.INDICATOR),
        (BUDGET, "9C2.b", "2021", Phase.REALISATIE, "69", FigureUnit.PER_1000, Measure.INDICATOR),
        (REPORT, "9A1.a", "2018", Phase.STREEFWAARDE, "6.0", FigureUnit.SCORE, Measure.INDICATOR),
        (REPORT, "9A1.f", "2017", Phase.REALISATIE, "18", FigureUnit.PERCENT, Measure.INDICATOR),
    ],
)
def test_a_cell_is_a_figure_with_all_that_says_what_it_is(
    figures: list[Figure],
    document: str,
    label: str,
    period: str,
    phase: Phase | None,
    value: str,
    unit: FigureUnit,
    measure: Measure,
) -> None:
    figure = find(figures, document, label, period, phase)
    assert (figure.value, figure.unit, figure.measure) == (Decimal(value), unit, measure)


def test_every_figure_is_what_stands_at_its_place(figures: list[Figure], documents: dict[str, Document]) -> None:
    assert len({figure.id for figure in figures}) == len(figures)
    for figure in figures:
        text = documents[figure.document_id].text
        assert " ".join(text[figure.start : figure.end].split()) == figure.display
        for head in figure.heads:
            assert text[head.start : head.end].strip()


def test_a_dash_is_no_figure_and_a_name_is_none_either(figures: list[Figure]) -> None:
    assert not [f for f in figures if f.code == "9A1.a" and f.period in ("2026", "2028") and f.phase is Phase.STREEFWAARDE]
    assert not [f for f in figures if "Programmanummer" in f.row_path]


def test_footnotes_and_sources_go_with_the_row(figures: list[Figure]) -> None:
    figure = find(figures, REPORT, "9A1.c", "2015", Phase.REALISATIE)
    assert figure.source == "Stads- en wijkenquête"
    assert "oneven jaren" in figure.notes[0]


@pytest.mark.parametrize(
    ("display", "value", "unit"),
    [
        ("8,7 miljoen", "8700000", FigureUnit.EUR),
        ("305.000", "305000", FigureUnit.EUR),
        ("554", "554", FigureUnit.AANTAL),
        ("681", "681", FigureUnit.AANTAL),
        ("4,6 procent", "4.6", FigureUnit.PERCENT),
        ("3.080.766", "3080766", FigureUnit.EUR),
    ],
)
def test_amounts_in_running_text_are_figures_too(figures: list[Figure], display: str, value: str, unit: FigureUnit) -> None:
    found = [f for f in figures if f.origin is Origin.PROSE and f.display == display]
    assert found
    assert all((f.value, f.unit, f.scale) == (Decimal(value), unit, 1) for f in found)


@pytest.mark.parametrize("name", ["Archimedesweg", "programma’s 7", "16-27", "0 – 100"])
def test_a_number_that_names_or_bounds_is_none(figures: list[Figure], name: str, documents: dict[str, Document]) -> None:
    for figure in figures:
        if figure.origin is Origin.PROSE:
            around = documents[figure.document_id].text[max(0, figure.start - 14) : figure.end]
            assert name not in around


# --- questions ----------------------------------------------------------------------------------------------------------


def ask(engine: Engine, question: str) -> Answer:
    return answer_question(engine, question)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Wat zijn de lasten van Ondersteuning in 2025?", ["€ 43,77 miljoen (43.770 × € 1.000)", "begroting 2025"]),
        ("Wat kost Preventie in 2026?", ["€ 11,976 miljoen", "Saldo van Preventie", "€ 7,193 miljoen", "meerjarenraming 2026"]),
        ("wat zyn de laste van preventie in 2025", ["€ 12,155 miljoen"]),
        ("Hoeveel geeft Leiden uit aan kwetsbare groepen?", ["€ 64,765 miljoen", "begroting 2025"]),
        ("Wat was het saldo van Ondersteuning in de rekening 2023?", ["€ 37,23 miljoen", "rekening 2023"]),
        ("wmo-cliënten per duizend in 2022", ["68 (2022)", "9C2.b"]),
        ("Wat is de streefwaarde van 9C2.b in 2026?", ["60 (2026), streefwaarde"]),
        ("Hoeveel gaat er in 2025 in de reserve sociaal domein?", ["Toevoeging aan Reserve Sociaal Domein", "€ 500.000"]),
        ("Wat is het verschil tussen de lasten van Preventie en Ondersteuning in 2025?", ["€ 31,615 miljoen"]),
        ("Met hoeveel procent stijgen de lasten van Ondersteuning tussen 2024 en 2028?", ["7,2%", "hoger"]),
        ("Welk deel van de totale lasten van programma 9 gaat in 2025 naar Preventie?", ["9,1%"]),
        ("Wat zijn de lasten van Preventie en Kwetsbare groepen samen in 2026?", ["€ 67,388 miljoen"]),
        ("Wat zijn gemiddeld per jaar de lasten van Ondersteuning over 2025 tot en met 2028?", ["44.477,5 × € 1.000"]),
        ("Welk beleidsterrein groeit het hardst tussen 2025 en 2028?", ["Ondersteuning groeit het meest", "€ 1,551 miljoen"]),
        ("Welke reserve heeft in 2025 de grootste onttrekking?", ["Reserve Sociaal Domein P9 heeft de hoogste onttrekking"]),
        ("In welk jaar zijn de lasten van Ondersteuning het hoogst?", ["meerjarenraming 2028: € 45,321 miljoen"]),
        ("Hoe ontwikkelde het aantal huisuitzettingen zich?", ["12 (2021), 8 (2022), 23 (2023)"]),
        ("Wat is het verschil in vrijwilligerswerk tussen 2017 en 2023?", ["6 procentpunt hoger (38 − 32 = 6)"]),
        ("Wat is gemiddeld per jaar het resultaat van programma 9 in 2025 tot en met 2028?", ["114.045 × € 1.000), afgerond"]),
        ("Hoeveel stopt Leiden in 2024 in totaal in de spaarpotten van programma 9?", ["Toevoeging aan Reserves", "9.177"]),
        ("Welk bedrag staat er in 2028 onder de streep als de reserves zijn verrekend?", ["Resultaat", "114.241"]),
        (
            "Welk beleidsterrein groeit procentueel het hardst qua lasten van 2023 op 2025?",
            ["Preventie groeit in verhouding", "37,6%"],
        ),
        ("Welk deel van alle onttrekkingen in 2026 komt uit de reserve Oekraïne, asielzoekers en statushouders?", ["30,4%"]),
        ("Hoeveel procent van de lasten van Kwetsbare groepen werd in 2023 gedekt door baten?", ["33,1%"]),
        ("Sociale binding en participatie plus Preventie: welk percentage van de programmalasten 2026 is dat samen?", ["19,9%"]),
        ("Hoeveel keer zo groot zijn de lasten van Ondersteuning als die van Preventie in 2025?", ["3,6 keer zo groot"]),
        ("Hoeveel wordt er van 2026 tot en met 2028 in totaal uit de reserve Oekraïne gehaald?", ["-9.056 × € 1.000"]),
        ("Hoeveel duurder is Kwetsbare groepen dan Ondersteuning (9C) in de begroting 2025?", ["€ 20,995 miljoen hoger"]),
        (
            "De kosten lopen altijd op, zegt men. Met hoeveel stijgen de lasten van Ondersteuning van 2023 naar 2028?",
            ["€ 7,027 miljoen"],
        ),
        (
            "Zijn er in 2025 meer stortingen in de reserves dan onttrekkingen en hoeveel scheelt dat?",
            ["5.107", "-2.819", "2.288"],
        ),
        (
            "Op welke stelling bij 9C1 zat 2023 het verst van de streefwaarde voor 2025?",
            ["mijn hulpvraag", "16 procentpunt onder"],
        ),
        (
            "Over welke stelling in 9C1 zijn inwoners in 2023 het meest achteruitgegaan tegenover 2022?",
            ["snel geholpen", "-10 procentpunt"],
        ),
    ],
)
def test_a_question_for_numbers(engine: Engine, question: str, told: list[str]) -> None:
    answer = ask(engine, question)
    assert answer.status.value == "answered"
    assert answer.figures
    for part in told:
        assert part in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wat is het saldo van Kwetsbare groepen in 2030?", "tot en met 2028, zonder 2030"),
        ("Hoeveel was begroot voor Preventie in 2023?", "geen begroting; wel een rekening"),
        ("Hoeveel huisuitzettingen uit corporatiewoningen waren er in 2019?", "niet over 2019"),
        ("Hoeveel zit er in de reserve sociaal domein?", "niet hoeveel erin zit"),
        ("Wat is de begroting 2023 voor Preventie?", "geen begroting; wel een rekening"),
    ],
)
def test_what_is_not_in_the_table_is_refused_by_name(engine: Engine, question: str, said: str) -> None:
    answer = ask(engine, question)
    assert answer.status.value == "not_in_corpus"
    assert said in answer.text
    assert answer.refusal is not None
    assert answer.refusal.nearest


@pytest.mark.parametrize(
    "question",
    [
        "Hoe hoog waren de lasten van jeugdhulp in 2025?",
        "Wat zijn de lasten voor Economie in 2025?",
        "Hoeveel huisuitzettingen waren er in Leiderdorp in 2023?",
        "Hoeveel kamers heeft De Nieuwe Energie?",
        "Hoeveel meer geeft Leiden dan Leiderdorp in 2025 uit aan maatschappelijke ondersteuning?",
        "Welk percentage van de Leidenaren heeft overgewicht?",
        "Wat gaf Leiden volgens het jaarverslag in 2018 uit aan sociale binding en participatie?",
    ],
)
def test_another_subject_is_not_answered_from_the_nearest_row(engine: Engine, question: str) -> None:
    answer = ask(engine, question)
    assert not answer.figures
    assert answer.status.value == "not_in_corpus"


def test_a_calculation_shows_its_expression_and_its_inputs(engine: Engine) -> None:
    answer = ask(engine, "Hoeveel stijgen de lasten van Ondersteuning tussen 2024 en 2025?")
    step, relative = answer.calculation
    assert (relative.expression, relative.result, relative.unit) == ("(43.770 − 42.283) ÷ 42.283 × 100", "3,5", "%")
    assert (step.expression, step.result, step.unit) == ("43.770 − 42.283", "1.487", "x € 1.000")
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    assert [quotes[marker] for marker in step.inputs] == ["43.770", "42.283"]


@pytest.mark.parametrize(
    ("question", "told", "expression"),
    [
        ("Hoeveel Oekraïners moet Leiden in 2025 extra huisvesten?", "127 hoger", "681 − 554"),
        (
            "Hoeveel is er in de begroting 2022 samen gedekt voor fase een en twee van het IHP?",
            "€ 70,4 miljoen",
            "46.300.000 + 24.100.000",
        ),
        ("Welk percentage van de huisverboden in 2024 viel onder de pilot?", "11,5%", "15 ÷ 130 × 100"),
    ],
)
def test_amounts_of_running_text_are_calculated_with(engine: Engine, question: str, told: str, expression: str) -> None:
    answer = ask(engine, question)
    assert told in answer.text
    step = answer.calculation[0]
    assert step.expression == expression
    assert {figure.marker for figure in answer.figures} >= set(step.inputs)
    assert all(citation.quote for citation in answer.citations)


def test_an_answer_tells_what_its_document_says_against_it(engine: Engine) -> None:
    answer = ask(engine, "Hoeveel wordt er in 2025 onttrokken aan de reserve sociaal domein?")
    assert "-1.944" in answer.text
    assert "de toelichting in het document noemt 3.080.766" in answer.text
    assert [citation.quote for citation in answer.citations] == ["-1.944", "3.080.766"]
    assert "Let op" not in ask(engine, "Hoeveel wordt er in 2026 onttrokken aan de reserve sociaal domein?").text


def test_the_first_of_several_footnotes_is_one_too(figures: list[Figure]) -> None:
    notes = {note for figure in figures if figure.code == "9D1.b" for note in figure.notes}
    assert notes == {"* Er zijn (nog) geen realisatiewaarden voor deze indicator."}


def test_a_day_or_half_a_year_is_not_answered_by_the_number_of_a_year(engine: Engine) -> None:
    assert "275" in ask(engine, "Hoeveel statushouders zijn er in 2023 gehuisvest?").text
    assert "275" not in ask(engine, "Hoeveel statushouders waren er op 1 juli 2023 geplaatst?").text


def test_the_year_after_is_that_after_the_earlier_question(engine: Engine) -> None:
    earlier = "Wat zijn de lasten van Preventie in 2026?"
    assert "meerjarenraming 2027: € 7,482" in answer_question(engine, "En het jaar daarna?", earlier=[earlier]).text
    assert "begroting 2025: € 12,155" in answer_question(engine, "En het jaar ervoor?", earlier=[earlier]).text


def test_a_series_joins_documents_and_says_where_it_breaks(engine: Engine) -> None:
    (series,) = ask(engine, "Hoe ontwikkelt het vrijwilligerswerk zich door de jaren?").series
    counted = {p.figure.period: p.figure.display for p in series.points if p.figure.phase is Phase.REALISATIE}
    assert {period: display.split()[0] for period, display in counted.items()} == {
        "2015": "32%", "2017": "32%", "2019": "40%", "2021": "33%", "2023": "38%",
    }  # fmt: skip
    assert any("heet deze regel anders" in note for note in series.notes)


# --- over HTTP ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(engine_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(engine_settings)) as opened:
        yield opened


def listed(client: TestClient, **query: object) -> dict[str, Any]:
    response = client.get("/v1/figures", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_register_filters_and_pages(client: TestClient) -> None:
    everything = listed(client, limit=200)
    assert everything["total"] > 300
    assert {item["origin"] for item in everything["items"]} == {"table"}
    second = listed(client, limit=10, offset=10)
    assert second["items"] == everything["items"][10:20]
    found = listed(client, q="preventie uitgaven", year=2025, measure="lasten", document=BUDGET)
    assert [item["value"] for item in found["items"]] == ["12155000"]
    assert {item["code"] for item in listed(client, code="9A1")["items"]} >= {"9A1.a", "9A1.f"}
    assert {item["origin"] for item in listed(client, origin="prose")["items"]} == {"prose"}
    assert listed(client, q="zebra")["items"] == []


def test_the_register_as_csv_holds_all(client: TestClient) -> None:
    response = client.get("/v1/figures", params={"document": BUDGET}, headers={"accept": "text/csv"})
    assert response.headers["content-type"].startswith("text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == listed(client, document=BUDGET)["total"]
    (row,) = [r for r in rows if r["rowPath"] == "Ondersteuning › Baten" and r["period"] == "2026"]
    assert (row["value"], row["unit"], row["phase"], row["display"]) == ("-2032000", "EUR", "meerjarenraming", "-2.032")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"measure": "geld"}, 400),
        ({"year": "nu"}, 400),
        ({"document": "bestaat-niet"}, 404),
        ({"kleur": "rood"}, 400),
        ({"limit": 0}, 400),
    ],
)
def test_a_wrong_search_is_a_problem(client: TestClient, query: dict[str, object], status: int) -> None:
    response = client.get("/v1/figures", params=query)
    assert response.status_code == status
    assert response.json()["detail"]


def test_an_answer_carries_its_figures_calculation_and_series(client: TestClient) -> None:
    body = client.post(
        "/v1/ask", json={"question": "Met hoeveel procent stijgen de lasten van Ondersteuning tussen 2024 en 2028?"}
    ).json()
    assert [f["value"] for f in body["figures"]] == ["42283000", "45321000"]
    assert body["figures"][0]["rowPath"] == ["Ondersteuning", "Lasten"]
    assert body["figures"][1]["columnPath"] == ["Meerjarenraming", "2028"]
    assert [step["result"] for step in body["calculation"]["steps"]] == ["3.038", "7,2"]
    series = client.post("/v1/ask", json={"question": "Hoe verliep het aantal huisuitzettingen?"}).json()["series"]
    assert [p["period"] for p in series[0]["points"]][:3] == ["2021", "2022", "2023"]
    assert series[0]["points"][0]["citation"] == 1


def test_the_page_tells_the_unit_of_a_series(client: TestClient) -> None:
    page = client.post("/", data={"question": "Hoe ontwikkelen de baten van Ondersteuning zich?"}).text
    assert '<td class="figure">-€ 2.032.000</td>' in page
    page = client.post("/", data={"question": "Hoe verliep het aantal huisuitzettingen?"}).text
    table = page.partition('<table class="utrecht-table series">')[2].partition("</table>")[0]
    assert table
    assert "€" not in table
