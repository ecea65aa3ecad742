"""The registers of commitments and references: over HTTP, as files for other programs, and on the command line."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
from fastapi.testclient import TestClient

from begroting_qa import cli, pipeline
from begroting_qa.corrections import Correction, keep
from begroting_qa.pipeline import Engine, open_engine
from begroting_qa.serve import running
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings
from begroting_qa.wire.csv import as_csv
from small_register import BUDGET, REPORT, commitments, references

ALL = ["praktijk", "samenwonen", "pilotlocatie"]


@pytest.fixture(scope="module")
def settings(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return engine_settings.model_copy(update={"corrections": tmp_path_factory.mktemp("kept") / "corrections.jsonl"})


@pytest.fixture(scope="module")
def client(settings: Settings, engine: Engine) -> Iterator[TestClient]:
    """A service with the small register."""
    small = {"commitments": commitments(engine), "references": references(engine)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "open_engine", lambda s: replace(open_engine(s), **small))
        with TestClient(create_app(settings)) as opened:
            yield opened


def listed(client: TestClient, path: str = "/v1/commitments", **query: object) -> dict[str, Any]:
    response = client.get(path, params=query)
    assert response.status_code == 200, response.text
    return response.json()


def ids(client: TestClient, **query: object) -> list[str]:
    return [item["id"] for item in listed(client, **query)["items"]]


# --- commitments --------------------------------------------------------------------------------------------------------


def test_a_commitment_has_every_field_of_the_contract(client: TestClient) -> None:
    body = listed(client)
    assert {key: body[key] for key in body if key != "items"} == {
        "total": 3,
        "limit": 50,
        "offset": 0,
        "unmatchedCorrections": [],
        "unreadableCorrections": [],
    }
    first, second, third = body["items"]
    text = client.get(f"/v1/documents/{BUDGET}/text", params={"start": first["start"], "end": first["end"]}).json()["text"]
    (follow_up,) = first.pop("followUps")
    assert first == {
        "id": "praktijk", "quote": text, "actor": None, "action": text, "strength": "firm", "condition": None,
        "due": {"text": "in 2025", "from": "2025-01-01", "to": "2025-12-31"}, "status": "underWay",
        "statusText": "volgens de documenten: er wordt aan gewerkt", "documentId": BUDGET, "section": ["Preventie"],
        "start": first["start"], "end": first["end"], "codes": ["9b"], "corrected": None,
        "url": f"/documents/{BUDGET}?start={first['start']}&end={first['end']}",
    }  # fmt: skip
    place = {"start": follow_up["start"], "end": follow_up["end"]}
    assert client.get(f"/v1/documents/{REPORT}/text", params=place).json()["text"] == follow_up["quote"]
    assert client.get(follow_up["url"]).status_code == 200
    assert (follow_up["documentId"], follow_up["says"]) == (REPORT, "underWay")
    assert second["statusText"] == "niet teruggevonden in latere documenten, en de termijn is voorbij"
    assert (third["statusText"], third["due"]) == ("niet teruggevonden in latere documenten", None)
    assert third["condition"] == "waaronder een locatie in Leiden"
    assert client.get("/v1/commitments/pilotlocatie").json() == third


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"sort": "due"}, ["samenwonen", "praktijk", "pilotlocatie"]),
        ({"q": "samenwonen"}, ["samenwonen"]),
        ({"q": " zebra "}, []),
        ({"status": "overdue"}, ["samenwonen"]),
        ({"status": ["overdue", "planned"]}, ["samenwonen", "pilotlocatie"]),
        ({"actor": "college"}, ["samenwonen"]),
        ({"document": REPORT}, []),
        ({"document": BUDGET}, ALL),
        ({"dueBefore": "2026-01-01"}, ["samenwonen", "praktijk"]),
        ({"dueBefore": "2026-01-01", "sort": "place"}, ["praktijk", "samenwonen"]),
        ({"dueAfter": "2025-04-01"}, ["praktijk"]),
        ({"limit": 1, "offset": 1}, ["samenwonen"]),
        ({"offset": 3}, []),
    ],
)
def test_the_register_is_searched_sorted_and_paged(client: TestClient, query: dict[str, object], expected: list[str]) -> None:
    assert ids(client, **query) == expected


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("status=klaar", "Kies uit planned, underWay, done, overdue, changed, dropped"),
        ("status=planned&status=", "Kies uit planned"),
        ("sort=naam", "Kies uit due, place"),
        ("dueBefore=morgen", "een datum als 2026-07-01"),
        ("dueBefore=2025-02-30", "een bestaande datum"),
        ("dueAfter=1700000000", "een datum als"),
        ("dueAfter=", "een datum als"),
        ("due_before=2025-01-01", "due_before"),
        ("q=a&q=b", "twee keer"),
        ("limit=201", "hoogstens 200"),
        ("kleur=rood", "kleur"),
    ],
)
def test_a_wrong_search_is_a_400_that_says_what_to_mend(client: TestClient, query: str, word: str) -> None:
    response = client.get(f"/v1/commitments?{query}")
    assert (response.status_code, response.json()["type"]) == (400, "/problems/invalid-request")
    assert word in response.json()["detail"]


def test_an_unknown_document_is_a_404(client: TestClient) -> None:
    assert client.get("/v1/commitments?document=nee").status_code == 404
    assert client.get("/v1/commitments/praktijk?x=1").status_code == 400


def test_as_csv_it_holds_all_and_runs_nothing(client: TestClient) -> None:
    response, again = (client.get("/v1/commitments", headers={"accept": "text/csv"}) for _ in range(2))
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["content-disposition"] == 'attachment; filename="toezeggingen.csv"'
    assert response.headers["vary"] == "Accept"
    assert response.content == again.content
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [row["id"] for row in rows] == ALL
    items = listed(client)["items"]
    for row, item in zip(rows, items, strict=True):
        due = item["due"] or {"text": "", "from": "", "to": ""}
        assert (row["quote"], row["dueText"], row["dueFrom"], row["dueTo"]) == (
            item["quote"], due["text"], due["from"], due["to"],
        )  # fmt: skip
        assert row["statusText"] == item["statusText"]
    assert rows[0]["followUps"].startswith("underWay: Hiervoor worden")
    only = client.get("/v1/commitments?limit=1&offset=2", headers={"accept": "text/csv"})
    assert [row["id"] for row in csv.DictReader(io.StringIO(only.text))] == ["pilotlocatie"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+31", "'+31"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("-2.032", "-2.032"),
        ("-37,5%", "-37,5%"),
        ("-", "-"),
        ("a;b\n\"c\"", "a;b\n\"c\""),
        (["a", "b"], "a › b"),
        (None, ""),
        (True, "True"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    text = as_csv(["a", "b"], [{"a": value, "b": "slot"}])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], [cell, "slot"]]


def test_as_a_calendar_each_term_is_a_day(client: TestClient) -> None:
    response, again = (client.get("/v1/commitments", headers={"accept": "text/calendar"}) for _ in range(2))
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="toezeggingen.ics"'
    assert response.content == again.content
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(response.content)
    assert (calendar["prodid"], calendar["version"]) == ("-//begroting-qa//toezeggingen//NL", "2.0")
    first, second = calendar.walk("VEVENT")
    assert (first["uid"], second["uid"]) == ("praktijk", "samenwonen")
    assert (second.decoded("dtstart"), second.decoded("dtend")) == (date(2025, 3, 31), date(2025, 4, 1))
    assert second.decoded("dtstamp") == datetime(2024, 11, 7, tzinfo=UTC)
    assert second["summary"] == "het college: de Leidse aanpak innovatief samenwonen lanceren"
    item = listed(client)["items"][1]
    assert second["url"] == f"http://testserver{item['url']}"
    for told in (item["quote"], item["statusText"], "Programmabegroting 2025", second["url"]):
        assert told in second["description"]
    assert "last-modified" not in second


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/csv;q=0.5, text/calendar", "text/calendar"),
        ("application/json;q=0.4, text/csv;q=0.5", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("text/calendar;q=veel", "text/calendar"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(client: TestClient, accept: str, expected: str) -> None:
    response = client.get("/v1/commitments", headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == expected
    assert response.headers["vary"] == "Accept"


def test_the_whole_register_of_the_corpus_is_true_to_its_documents(engine_settings: Settings) -> None:
    with TestClient(create_app(engine_settings)) as client:
        texts = {
            d["id"]: client.get(f"/v1/documents/{d['id']}/text").json()["text"] for d in listed(client, "/v1/documents")["items"]
        }
        seen = 0
        while page := listed(client, limit=200, offset=seen)["items"]:
            seen += len(page)
            for item in (place for commitment in page for place in (commitment, *commitment["followUps"])):
                assert texts[item["documentId"]][item["start"] : item["end"]] == item["quote"]
        assert seen > 0
        calendar = icalendar.Calendar.from_ical(client.get("/v1/commitments", headers={"accept": "text/calendar"}).content)
        assert 0 < len({event["uid"] for event in calendar.walk("VEVENT")}) < seen
        named = listed(client, "/v1/references", limit=200)
        assert named["total"] > 0
        for place in (place for item in named["items"] for place in item["places"]):
            assert texts[place["documentId"]][place["start"] : place["end"]] == place["quote"]
            assert " ".join(place["quote"].split()) in place["sentence"]


# --- references ---------------------------------------------------------------------------------------------------------


def test_references_are_listed_with_their_places(client: TestClient) -> None:
    body = listed(client, "/v1/references")
    assert (body["total"], body["limit"], body["offset"]) == (2, 50, 0)
    first = body["items"][0]
    assert {key: first[key] for key in ("code", "kind", "title")} == {
        "code": "RV 19.0029", "kind": "paper", "title": "Visie Sociaal Domein",
    }  # fmt: skip
    (place,) = first["places"]
    assert (place["documentId"], place["quote"], place["sentence"]) == (
        BUDGET,
        "RV 19.0029",
        "• Visie Sociaal Domein (RV 19.0029)",
    )
    assert client.get(place["url"]).status_code == 200
    assert listed(client, "/v1/references", limit=1, offset=1)["items"] == body["items"][1:]


@pytest.mark.parametrize(
    ("q", "expected"),
    [("rv19.0029", ["RV 19.0029"]), ("dakloze jongere", ["M.23.0093"]), ("Bouwdepot", ["M.23.0093"]), ("zebra", []), ("", ["RV 19.0029", "M.23.0093"])],
)  # fmt: skip
def test_references_are_searched_by_code_title_and_sentence(client: TestClient, q: str, expected: list[str]) -> None:
    assert [item["code"] for item in listed(client, "/v1/references", q=q)["items"]] == expected


@pytest.mark.parametrize("spelling", ["RV 19.0029", "rv19.0029", "RV%2019.0029"])
def test_one_reference_gives_its_places_in_any_spelling(client: TestClient, spelling: str) -> None:
    body = listed(client, f"/v1/references/{spelling}")
    assert set(body) == {"code", "kind", "title", "items", "total", "limit", "offset"}
    assert (body["code"], body["total"]) == ("RV 19.0029", 1)
    assert body["items"] == listed(client, "/v1/references")["items"][0]["places"]
    assert listed(client, f"/v1/references/{spelling}", offset=1)["items"] == []


@pytest.mark.parametrize("code", ["RV 19.0028", "Z/23/3506875", "zebra", "", "%00"])
def test_an_unknown_code_is_a_404_with_the_nearest_known(client: TestClient, code: str) -> None:
    response = client.get(f"/v1/references/{code}")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    body = response.json()
    assert body["type"] == "/problems/not-found"
    assert body["detail"].startswith("Geen document noemt '")
    assert all(set(near) == {"code", "kind", "title"} for near in body["nearest"])
    if code == "RV 19.0028":
        assert body["nearest"][0]["code"] == "RV 19.0029"
        assert "RV 19.0029" in body["detail"]


@pytest.mark.parametrize("path", ["/v1/references?code=a", "/v1/references/RV 19.0029?q=a", "/v1/references?limit=0"])
def test_references_take_no_other_keys(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 400


# --- topics -------------------------------------------------------------------------------------------------------------


def test_topics_are_listed_searched_and_paged(client: TestClient) -> None:
    everything = listed(client, "/v1/topics", limit=200)
    assert everything["total"] == len({item["id"] for item in everything["items"]}) > 20
    assert listed(client, "/v1/topics", limit=2, offset=3)["items"] == everything["items"][3:5]
    assert {item["kind"] for item in listed(client, "/v1/topics", kind="reserve")["items"]} == {"reserve"}
    assert "9a1" in [item["id"] for item in listed(client, "/v1/topics", q="9A1")["items"]]
    assert listed(client, "/v1/topics", q="zebra")["items"] == []
    for path in ("/v1/topics?kind=roman", "/v1/topics?naam=a", "/v1/topics/9a1?q=a"):
        assert client.get(path).status_code == 400
    missing = client.get("/v1/topics/nee")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    assert "/v1/topics" in missing.json()["detail"]


def test_every_topic_is_true_to_its_documents(client: TestClient) -> None:
    texts = {
        d["id"]: client.get(f"/v1/documents/{d['id']}/text").json()["text"] for d in listed(client, "/v1/documents")["items"]
    }
    changed = 0
    for item in listed(client, "/v1/topics", limit=200)["items"]:
        body = client.get(f"/v1/topics/{item['id']}").json()
        assert {key: body[key] for key in item} == item
        assert [part["documentId"] for part in body["parts"]] == item["documents"]
        places = [said for part in body["parts"] for said in (*part["said"], *filter(None, [part["title"]]))]
        for change in body["changes"]:
            places += filter(None, [change["older"], change["newer"]])
            places += [place for words in change["changes"] for place in (words["older"], words["newer"])]
            changed += len(change["changes"])
        for place in places:
            assert texts[place["documentId"]][place["start"] : place["end"]] == place["quote"]
    assert changed > 0


def test_the_description_tells_all_of_it(client: TestClient) -> None:
    document = client.get("/v1/openapi.json").json()
    paths = document["paths"]
    listing = paths["/v1/commitments"]["get"]
    assert {p["name"] for p in listing["parameters"]} == {
        "q", "theme", "status", "actor", "dueBefore", "dueAfter", "document", "sort", "limit", "offset",
    }  # fmt: skip
    assert set(listing["responses"]["200"]["content"]) == {"application/json", "text/csv", "text/calendar"}
    correcting = paths["/v1/commitments/{id}/correction"]["post"]
    assert {"201", "400", "403", "404", "413", "415", "503"} <= set(correcting["responses"])
    assert correcting["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/CorrectionBody"}
    missing = paths["/v1/references/{code}"]["get"]["responses"]["404"]["content"]["application/problem+json"]["schema"]
    assert missing == {"$ref": "#/components/schemas/NearestProblemBody"}
    used = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert used <= set(document["components"]["schemas"])


# --- the command line ---------------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the small register; give its status, stdout and stderr."""
    small = replace(engine, commitments=commitments(engine), references=references(engine))
    monkeypatch.setattr(pipeline, "open_engine", lambda _: replace(small, corrections=tmp_path / "corrections.jsonl"))
    monkeypatch.setenv("BEGROTING_QA_CORRECTIONS", str(tmp_path / "corrections.jsonl"))

    def call(*arguments: str) -> tuple[int, str, str]:
        places = ["--corpus", str(settings.corpus), "--index", str(settings.index)]
        monkeypatch.setattr(sys, "argv", ["begroting-qa", *arguments, *places])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return call


def test_commitments_are_printed_for_people(run: Run) -> None:
    status, out, _ = run("commitments")
    assert status == 0
    entries = out.strip().split("\n\n")
    assert len(entries) == 3
    assert entries[1].splitlines() == [
        "2. “wordt begin 2025 de Leidse aanpak innovatief samenwonen gelanceerd”",
        "   Wie: het college",
        "   Wanneer: begin 2025 (1 januari 2025 tot en met 31 maart 2025)",
        "   Stand: niet teruggevonden in latere documenten, en de termijn is voorbij",
        f"   Bron: Programmabegroting 2025, programma 9 Maatschappelijke Ondersteuning › Preventie (teken {out_start(entries[1])})",
        "   Nummer: samenwonen",
    ]
    assert "     er wordt aan gewerkt: “Hiervoor worden onder andere meerdere praktijkondersteuners" in entries[0]
    assert "   Voorwaarde: waaronder een locatie in Leiden" in entries[2]
    assert run("commitments", "zebra")[1] == "Niets gevonden.\n"


def out_start(entry: str) -> str:
    return entry.rpartition("(teken ")[2].partition(")")[0]


def test_commitments_are_filtered_and_come_in_every_form(run: Run) -> None:
    body = json.loads(run("commitments", "--due-before", "2026-01-01", "--json")[1])
    assert [item["id"] for item in body["items"]] == ["samenwonen", "praktijk"]
    assert (body["total"], body["unmatchedCorrections"]) == (2, [])
    body = json.loads(run("commitments", "--status", "overdue", "--status", "planned", "--sort", "due", "--json")[1])
    assert [item["id"] for item in body["items"]] == ["samenwonen", "pilotlocatie"]
    rows = list(csv.DictReader(io.StringIO(run("commitments", "samenwonen", "--actor", "college", "--csv")[1])))
    assert [row["id"] for row in rows] == ["samenwonen"]
    calendar = icalendar.Calendar.from_ical(run("commitments", "--document", BUDGET, "--ics")[1])
    assert [event["url"].partition("/documents/")[0] for event in calendar.walk("VEVENT")] == ["http://127.0.0.1:8000"] * 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["commitments", "--json", "--csv"],
        ["commitments", "--status", "klaar"],
        ["commitments", "--due-before", "morgen"],
        ["commitments", "--sort", "naam"],
        ["correct", "samenwonen", "--status", "done"],
        ["correct", "samenwonen", "--reason", " ", "--status", "done"],
        ["correct", "samenwonen", "--reason", "a"],
        ["correct", "samenwonen", "--reason", "a", "--due-text", "ooit"],
        ["correct", "samenwonen", "--reason", "a", "--due-to", "2026-01-01", "--no-due"],
        ["correct", "samenwonen", "--reason", "a", "--due-from", "2026-01-02", "--due-to", "2026-01-01"],
        ["correct", "samenwonen", "--reason", "a", "--status", "done", "--withdraw"],
    ],
)
def test_wrong_usage_exits_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_a_correction_is_made_shown_and_withdrawn(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("correct", "samenwonen", "--reason", "Raadsbrief", "--due-to", "2026-12-31", "--due-from", "2026-10-01")
    assert status == 0
    assert "Wanneer: 1 oktober 2026 tot en met 31 december 2026\n" in out
    assert "Gecorrigeerd op " in out
    assert ": Raadsbrief" in out
    body = json.loads(run("correct", "samenwonen", "--reason", "Af", "--status", "done", "--no-due", "--json")[1])
    assert (body["status"], body["due"], body["corrected"]["due"]) == ("done", None, "removed")
    assert "geen toezegging: Toch niet" in run("correct", "samenwonen", "--reason", "Toch niet", "--not-a-commitment")[1]
    assert [item["id"] for item in json.loads(run("commitments", "--json")[1])["items"]] == ["praktijk", "pilotlocatie"]
    assert "Gecorrigeerd" not in run("correct", "samenwonen", "--reason", "Toch wel", "--withdraw")[1]
    assert len((tmp_path / "corrections.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_what_fits_nothing_is_told_on_stderr(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "corrections.jsonl"
    file.write_bytes(b"half\n")
    keep(Correction.model_validate({"commitmentId": "weg", "status": "done", "reason": "a"}), file)
    status, out, err = run("commitments", "--json")
    assert (status, json.loads(out)["unmatchedCorrections"]) == (0, ["weg"])
    assert "staat de zin niet meer in de documenten: weg" in err
    assert f"in {file} zijn deze regels geen correctie; ze tellen niet mee: 1\n" in err


def test_an_unknown_number_is_one_line_with_what_comes_near(run: Run) -> None:
    status, out, err = run("references", "RV 19.0028")
    assert (status, out) == (1, "")
    assert err.startswith("begroting-qa: geen document noemt 'RV 19.0028'; het dichtst in de buurt komen RV 19.0029")
    assert err.count("\n") == 1
    assert run("correct", "nee", "--reason", "a", "--status", "done")[::2] == (
        1,
        "begroting-qa: toezegging 'nee' staat niet in het register; zoek haar op met /v1/commitments of begroting-qa commitments\n",
    )


def test_topics_are_printed_with_what_changed(run: Run) -> None:
    assert any(line.startswith("9a1 (goal): 9A1 ") for line in run("topics")[1].splitlines())
    assert run("topics", "9a1")[1].startswith("9A1 ")
    body = json.loads(run("topics", "9a1", "--json")[1])
    assert (body["id"], body["kind"]) == ("9a1", "goal")
    assert len(json.loads(run("topics", "--json")[1])["items"]) > 20
    assert run("topics", "nee")[::2] == (
        1,
        "begroting-qa: onderwerp 'nee' bestaat niet; zoek het op met /v1/topics of begroting-qa topics\n",
    )


def test_references_are_printed_with_their_places(run: Run) -> None:
    assert run("references")[1].splitlines() == [
        "RV 19.0029: Visie Sociaal Domein (1×)",
        "M.23.0093: Een onvoorwaardelijk inkomen voor dakloze jongeren (1×)",
    ]
    lines = run("references", "rv19.0029")[1].splitlines()
    assert lines[:2] == ["RV 19.0029: Visie Sociaal Domein", "- • Visie Sociaal Domein (RV 19.0029)"]
    assert json.loads(run("references", "rv19.0029", "--json")[1])["places"][0]["quote"] == "RV 19.0029"
    assert json.loads(run("references", "--json")[1])["total"] == 2
