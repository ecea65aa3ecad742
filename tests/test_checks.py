"""The documents checked against themselves: what adds up, what does not, and what may be our misreading."""

from __future__ import annotations

import json
from datetime import date

import pytest
from fastapi.testclient import TestClient

from begroting_qa.checks import check_figures
from begroting_qa.domain import CheckKind, Document, DocumentKind, DocumentStatus, Finding, Source, Verdict
from begroting_qa.figures import read_figures
from begroting_qa.ingest.text import read_text
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings

TABLE = """Programmakosten

Zorg
bedragen x 1.000,-

{empty}

Rekening
2023

Begroting
2024

Begroting
2025

Wijkteams

Lasten

1.200

1.300

{lasten}

{empty}

Baten

-200

-250

-300

Saldo

{empty}

1.000

1.050

1.100

"""
EXPLANATION = """Toelichting op de programmakosten

Wijkteams

{text}
"""


def findings(lasten: str = "1.400", text: str = "") -> list[Finding]:
    source = Source(
        id="stad-begroting-2025", file="x.txt", sha256="", title="Begroting 2025", municipality="Stad",
        kind=DocumentKind.PROGRAMMABEGROTING, year=2025, edition=None, part=None, status=DocumentStatus.VASTGESTELD,
        as_of=date(2024, 11, 1), url=None, notes=(),
    )  # fmt: skip
    written = TABLE.format(lasten=lasten, empty="\u00a0") + (EXPLANATION.format(text=text) if text else "")
    return check_figures(read_figures(read_text(source, written.encode())), {source.id: source})


def of(found: list[Finding], kind: CheckKind) -> list[Finding]:
    return [finding for finding in found if finding.kind is kind]


def test_a_table_that_adds_up_is_confirmed() -> None:
    assert [f.verdict for f in of(findings(), CheckKind.BALANCE)] == [Verdict.CONFIRMED] * 3


def test_rounding_is_allowed_for_and_said() -> None:
    (_, _, last) = of(findings(lasten="1.401"), CheckKind.BALANCE)
    assert last.verdict is Verdict.CONFIRMED
    assert "niet meer dan de afronding" in last.text


def test_a_sum_that_is_wrong_is_told_with_its_terms() -> None:
    (_, _, last) = of(findings(lasten="1.410"), CheckKind.BALANCE)
    assert last.verdict is Verdict.DIFFERS
    assert "de tabel geeft 1.100; opgeteld is het 1.110 (1.410 + (-300))" in last.text
    assert [figure.display for figure in last.figures] == ["1.100", "1.410", "-300"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Per saldo stijgen de lasten met 0,1 miljoen door hogere lonen.", Verdict.CONFIRMED),
        ("Per saldo stijgen de lasten met 100.000.", Verdict.CONFIRMED),
        ("Per saldo stijgen de lasten met 0,3 miljoen.", Verdict.DIFFERS),
        ("Per saldo dalen de lasten met 0,1 miljoen.", Verdict.DIFFERS),
        ("De baten stijgen met 50.000.", Verdict.CONFIRMED),
    ],
)
def test_an_explanation_is_compared_with_its_row(text: str, verdict: Verdict) -> None:
    (finding,) = of(findings(text=text), CheckKind.EXPLANATION)
    assert finding.verdict is verdict


def test_an_amount_of_a_part_of_the_row_is_not_compared() -> None:
    assert not of(findings(text="In 2025 dalen de lasten inzake valpreventie met 138.000."), CheckKind.EXPLANATION)


def test_the_shipped_documents(documents: dict[str, Document]) -> None:
    figures = [figure for document in documents.values() for figure in read_figures(document)]
    found = check_figures(figures, {document.id: document.source for document in documents.values()})
    differing = {finding.figures[-1].row_path[0]: finding for finding in found if finding.verdict is Verdict.DIFFERS}
    assert "3.080.766" in differing["Reserve Sociaal Domein P9"].text
    assert "-1.944" in differing["Reserve Sociaal Domein P9"].text
    assert len(differing) == 3
    confirmed = [finding.text for finding in found if finding.verdict is Verdict.CONFIRMED]
    assert len(confirmed) > 100
    assert any("4.607.368 (126.000 + 4.481.368)" in text for text in confirmed)
    assert any("in totaal 343" in text for text in confirmed)


def test_the_list_of_checks_quotes_both_places(engine_settings: Settings) -> None:
    with TestClient(create_app(engine_settings)) as client:
        page = client.get("/v1/checks", params={"limit": 200}).json()
        first = page["items"][0]
        assert first["verdict"] == "differs"
        assert page["items"][-1]["verdict"] == "confirmed"
        assert page["total"] == len(page["items"]) > 100
        for place in first["places"]:
            query = {"start": place["start"], "end": place["end"]}
            text = client.get(f"/v1/documents/{place['documentId']}/text", params=query).json()["text"]
            assert text == place["quote"]
        assert json.dumps(client.get("/v1/checks", params={"limit": 2, "offset": 1}).json()["items"]) == json.dumps(
            page["items"][1:3]
        )
