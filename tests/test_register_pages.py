"""The pages of the registers: every link leads to its quote, filters stay, files are those of the API, corrections are made here."""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from begroting_qa.corrections import Corrected, Correction, Due, keep
from begroting_qa.domain import Commitment, CommitmentStatus, DocumentKind, Period, Strength
from begroting_qa.pipeline import Engine, build_index, open_engine
from begroting_qa.serve import running
from begroting_qa.serve.app import create_app
from begroting_qa.serve.register_views import page_of, timeline, view_change
from begroting_qa.settings import Settings, read_settings
from begroting_qa.topics.changes import ChangeKind
from begroting_qa.topics.said import Said, SaidKind, Topic, TopicKind, TopicPart
from begroting_qa.wire.bodies import PlaceBody
from begroting_qa.wire.registers import commitment_body
from begroting_qa.wire.topics import SaidBody, TopicChangeBody, WordingChangeBody
from small_register import BUDGET, REPORT, commitment, commitments
from test_page import HTML, Page, check_page, letters, open_page, squeeze

FIRM = "wordt begin 2025 de Leidse aanpak innovatief samenwonen gelanceerd"
AIMED = "Ook vanuit het Sociaal Wijkteam wordt de samenwerking met de Sterke Sociale Basis partners verstevigd."
ALL = ["praktijk", "samenwonen", "pilotlocatie", "wijkteam"]


def all_commitments(engine: Engine) -> tuple[Commitment, ...]:
    """The small register, with one of a report that is worded less firmly."""
    last = commitment(engine, "wijkteam", AIMED, REPORT, strength=Strength.AIMED, actor="Sociaal Wijkteam")
    return (*commitments(engine), last)


def topics(engine: Engine) -> tuple[Topic, ...]:
    """A beleidsterrein with two promises, and a prestatie that was worded firmly before."""

    def said(document_id: str, quote: str, kind: SaidKind = SaidKind.TITLE) -> Said:
        start = engine.document(document_id).text.index(quote)
        return Said(document_id=document_id, start=start, end=start + len(quote), quote=quote, kind=kind)

    budget, report = (
        TopicPart(
            document_id=document_id, document_kind=kind, year=2025, code=code, title=said(document_id, title), said=(), figures=(),
            commitments=ids,
        )
        for document_id, kind, code, title, ids in (
            (BUDGET, DocumentKind.PROGRAMMABEGROTING, "9B", FIRM, ("praktijk", "samenwonen")),
            (REPORT, DocumentKind.VOORTGANGSRAPPORTAGE, None, AIMED, ()),
        )
    )  # fmt: skip
    return (
        Topic(id="9b", kind=TopicKind.BELEIDSTERREIN, code="9B", title="Preventie", former_codes=(), parts=(budget,)),
        Topic(
            id="9b1.1",
            kind=TopicKind.PRESTATIE,
            code="9B1.1",
            title="Samenwonen",
            former_codes=("9B1.2",),
            parts=(report, budget),
        ),
    )


@pytest.fixture(scope="module")
def app(engine_settings: Settings, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service with the small register."""
    settings = engine_settings.model_copy(update={"corrections": tmp_path_factory.mktemp("kept") / "in" / "corrections.jsonl"})
    small = {"commitments": all_commitments(engine), "topics": lambda: topics(engine)}
    with ExitStack() as started:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "open_engine", lambda s: replace(open_engine(s), **small))
            opened = started.enter_context(TestClient(create_app(settings)))
        yield opened.app


@pytest.fixture
def kept(app: Any) -> Iterator[Path]:
    """The file of corrections, which is not there yet."""
    file: Path = app.state.running.settings.corrections
    yield file
    shutil.rmtree(file.parent, ignore_errors=True)


@pytest.fixture
def client(app: Any, kept: Path) -> TestClient:
    """Who asks from this machine."""
    assert not kept.exists()
    return TestClient(app, client=("127.0.0.1", 50000))


@pytest.fixture(scope="module")
def whole(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with all that the documents hold."""
    settings = engine_settings.model_copy(update={"corrections": tmp_path_factory.mktemp("none") / "corrections.jsonl"})
    with TestClient(create_app(settings)) as opened:
        yield opened


def links(page: Page, start: str) -> list[str]:
    return [a["href"] or "" for a in page.each("a") if (a["href"] or "").startswith(start)]


def ids(page: Page) -> list[str]:
    """The commitments of a page, each once, in order."""
    return list(dict.fromkeys(link.removeprefix("/toezeggingen/") for link in links(page, "/toezeggingen/")))


def quoted_at(client: TestClient, link: str) -> str:
    """The text of the stretch that a link points out."""
    query = dict(parse_qsl(urlsplit(link).query))
    document_id = urlsplit(link).path.removeprefix("/documents/")
    return client.get(f"/v1/documents/{document_id}/text", params=query).json()["text"]


def assert_quotes(client: TestClient, page: Page, *, every: int = 1) -> int:
    """Check that places are marked in their documents, and that their words stand on the page; return how many there are."""
    places = links(page, "/documents/")
    text = letters(page.text("main"))
    for link in places[::every]:
        quote = letters(quoted_at(client, link))
        assert link.endswith("#citaat")
        assert quote in text
        assert letters(open_page(client, link).text("mark")) == quote
    return len(places)


# --- the list -----------------------------------------------------------------------------------------------------------


def test_every_commitment_is_told_with_who_when_and_what_came_of_it(client: TestClient) -> None:
    page = open_page(client, "/toezeggingen")
    text = page.text("main")
    assert ids(page) == ALL
    assert "4 toezeggingen" in text
    for body in client.get("/v1/commitments").json()["items"]:
        assert squeeze(body["quote"]) in page.text("blockquote")
        assert body["statusText"] in text
        assert body["actor"] is None or body["actor"] in text
    assert "begin 2025 ( 1 januari 2025 tot en met 31 maart 2025 )" in re.sub(r"([()])", r" \1 ", text).replace("  ", " ")
    assert "volgens de documenten: er wordt aan gewerkt" in text
    assert "niet teruggevonden in latere documenten, en de termijn is voorbij" in text
    assert page.text("q") == "Hiervoor worden onder andere meerdere praktijkondersteuners (PO sociaal) ingezet"
    assert assert_quotes(client, page) == 5


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("q=&theme=&actor=&dueAfter=&dueBefore=&document=&sort=", ALL),
        ("q=samenwonen", ["samenwonen"]),
        ("theme=9b", ["praktijk", "samenwonen"]),
        ("theme=9b&status=overdue", ["samenwonen"]),
        ("status=overdue&status=underWay", ["praktijk", "samenwonen"]),
        ("actor=college", ["samenwonen"]),
        (f"document={REPORT}", ["wijkteam"]),
        ("dueAfter=2025-04-01", ["praktijk"]),
        ("dueBefore=2026-01-01", ["samenwonen", "praktijk"]),
        ("sort=due", ["samenwonen", "praktijk", "pilotlocatie", "wijkteam"]),
        ("limit=2&offset=1", ["samenwonen", "pilotlocatie"]),
        ("weergave=tijdlijn", ["samenwonen", "praktijk"]),
        ("q=zebra", []),
    ],
)
def test_the_form_finds_what_the_register_has_and_stays_filled_in(client: TestClient, query: str, expected: list[str]) -> None:
    page = open_page(client, f"/toezeggingen?{query}")
    assert ids(page) == expected
    assert expected or "Niets gevonden" in page.text("main")
    fields = [tag for name in ("input", "select") for tag in page.each(name)]
    labels = {label.get("for") for label in page.each("label")}
    assert all(f.get("type") in {"checkbox", "hidden"} or f["id"] in labels for f in fields)
    typed = parse_qsl(query)
    chosen = [("status", box["value"]) for box in page.each("input") if "checked" in box]
    chosen += [(i["name"] or "", i["value"]) for i in page.each("input") if i.get("value") and i.get("type") != "checkbox"]
    options = {option["value"] for option in page.each("option") if "selected" in option}
    for key, value in typed:
        assert (key, value) in chosen or value in options or key in {"limit", "offset"}
    assert ("open" in page.each("details")[0]) is any(key not in {"q", "limit", "offset", "weergave"} for key, _ in typed)


def test_filters_and_pages_keep_each_other(client: TestClient) -> None:
    path = "/toezeggingen?status=planned&status=overdue&status=underWay&document=" + BUDGET + "&sort=due&limit=2"
    page = open_page(client, path)
    assert ids(page) == ["samenwonen", "praktijk"]
    (after,) = [a["href"] or "" for a in page.each("a") if a.get("rel") == "next"]
    second = open_page(client, after)
    assert ids(second) == ["pilotlocatie"]
    assert "3 tot en met 3 van 3" in second.text("main")
    (before,) = [a["href"] or "" for a in second.each("a") if a.get("rel") == "prev"]
    assert ids(open_page(client, before)) == ["samenwonen", "praktijk"]
    (lists, line) = [a["href"] or "" for a in page.each("a") if a["href"] and "document=" in a["href"]][:2]
    assert "weergave" not in lists
    assert ids(open_page(client, line)) == ["samenwonen", "praktijk"]
    past = open_page(client, "/toezeggingen?offset=90")
    assert "staat niets meer" in past.text("main")


def test_page_of_counts_from_one_and_leaves_out_what_is_usual() -> None:
    first = page_of("/x", [("q", "a b")], total=120, limit=50, offset=0, usual=50)
    assert (first.first, first.last, first.before, first.after) == (1, 50, None, "/x?q=a+b&offset=50")
    last = page_of("/x", [], total=120, limit=30, offset=100, usual=50)
    assert (last.first, last.last, last.before, last.after) == (101, 120, "/x?limit=30&offset=70", None)
    past = page_of("/x", [], total=3, limit=50, offset=90, usual=50)
    assert (past.first, past.last, past.before, past.after) == (3, 3, "/x", None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("x=1", 400), ("q=a&q=b", 400), ("status=klaar", 400), ("sort=naam", 400), ("limit=0", 400), ("limit=201", 400),
        ("offset=-1", 400), ("weergave=kaart", 400), ("q=" + "a" * 1001, 400), ("document=nee", 404), ("theme=nee", 404),
    ],
)  # fmt: skip
def test_what_no_form_would_send_is_a_problem_page(client: TestClient, query: str, status: int) -> None:
    for path in ("/toezeggingen", "/toezeggingen.csv", "/toezeggingen.ics"):
        if "weergave" not in query or path == "/toezeggingen":
            open_page(client, f"{path}?{query}", status)
    open_page(client, "/toezeggingen.csv?weergave=lijst", 400)


def test_a_day_that_is_none_is_told_at_its_field(client: TestClient) -> None:
    page = open_page(client, "/toezeggingen?dueAfter=morgen&dueBefore=2025-02-30&q=samenwonen", 400)
    wrong = [field for field in page.each("input") if field.get("aria-invalid") == "true"]
    assert [(field["id"], field["value"]) for field in wrong] == [("dueAfter", "morgen"), ("dueBefore", "2025-02-30")]
    assert all(set((field["aria-describedby"] or "").split()) <= set(page.ids) for field in wrong)
    assert page.text("main").count("Vul een bestaande dag in") == 4
    assert ids(page) == []
    open_page(client, "/toezeggingen.csv?dueAfter=morgen", 400)


# --- files, and the time line -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["", "q=samenwonen", "status=overdue&status=underWay&sort=due", "dueAfter=2025-04-01", "limit=1&offset=1"]
)
@pytest.mark.parametrize(("name", "accept"), [("csv", "text/csv"), ("ics", "text/calendar")])
def test_files_are_byte_for_byte_those_of_the_api(client: TestClient, query: str, name: str, accept: str) -> None:
    own = client.get(f"/toezeggingen.{name}?{query}")
    api = client.get(f"/v1/commitments?{query}", headers={"accept": accept})
    assert own.content == api.content
    assert own.headers["content-type"] == api.headers["content-type"]
    assert own.headers["content-disposition"] == f'attachment; filename="toezeggingen.{name}"'


def test_the_page_links_to_files_with_the_same_filters(client: TestClient) -> None:
    page = open_page(client, "/toezeggingen?theme=9b&status=overdue&weergave=tijdlijn&offset=0")
    table, calendar = (link for link in links(page, "/toezeggingen.") if "?" in link)
    assert (
        dict(parse_qsl(urlsplit(table).query))
        == dict(parse_qsl(urlsplit(calendar).query))
        == {"theme": "9b", "status": "overdue"}
    )
    assert [line.split(",")[0] for line in client.get(table).text.splitlines()] == ["id", "samenwonen"]
    assert re.findall(r"UID:(\w+)", client.get(calendar).text) == ["samenwonen"]


def test_the_time_line_groups_by_year_and_quarter_and_says_what_is_late(client: TestClient) -> None:
    page = open_page(client, "/toezeggingen?weergave=tijdlijn")
    text = page.text("main")
    assert page.text("h3") == "2025"
    assert page.text("h4") == "Januari tot en met maartOktober tot en met december"
    assert "31 maart 2025 (‘begin 2025’)" in text
    assert "Termijn voorbij" in text
    assert "2 toezeggingen hebben geen termijn" in text
    assert [a["href"] for a in page.each("a") if a.get("aria-current") == "true"] == ["/toezeggingen?weergave=tijdlijn"]


def test_timeline_points_out_the_quarter_of_the_newest_document(engine: Engine) -> None:
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 31), date(2025, 9, 30)]
    own = [replace(commitments(engine)[0], due=Period(text="x", first=day, last=day)) for day in days]
    bodies = [commitment_body(Corrected(commitment=c, original=c, correction=None)) for c in own]
    years = timeline(bodies, date(2025, 8, 1))
    shape = [(y.year, [(q.number, q.holds_newest, len(q.items)) for q in y.quarters]) for y in years]
    assert shape == [(2024, [(4, False, 1)]), (2025, [(1, False, 2), (3, True, 1)])]


# --- one commitment -----------------------------------------------------------------------------------------------------


def test_a_permalink_tells_all_of_one_commitment(client: TestClient) -> None:
    page = open_page(client, "/toezeggingen/praktijk")
    text = page.text("main")
    quotes = [squeeze(text) for text in _each_quote(page)]
    assert quotes[1].startswith("start de ‘Praktijkondersteuner")
    assert quotes[2].startswith("Hiervoor worden")
    assert text.index("7 november 2024") < text.rindex("1 augustus 2025")
    assert "Stellig, zoals" in text
    assert links(page, "/onderwerpen/") == ["/onderwerpen/9b", "/onderwerpen/9b1.1"]
    assert "is niet gecorrigeerd" in text
    assert assert_quotes(client, page) == 3
    other = open_page(client, "/toezeggingen/pilotlocatie").text("main")
    assert "waaronder een locatie in Leiden" in other
    assert "Een streven, zoals" in other
    assert "is hierover niets teruggevonden" in other


def _each_quote(page: Page) -> list[str]:
    runs = itertools.groupby(page.texts, key=lambda text: "blockquote" in text[0])
    return ["".join(data for _, data in run) for is_quote, run in runs if is_quote]


def test_a_later_statement_that_promises_too_leads_to_its_own_page_and_back(client: TestClient, app: Any, engine: Engine) -> None:
    first = next(c for c in commitments(engine) if c.follow_ups)
    (later,) = first.follow_ups
    again = commitment(engine, "opnieuw", later.quote, REPORT)
    with app.state.running.lease() as loaded:
        before = loaded.engine
        loaded.engine = replace(before, commitments=(*before.commitments, again))
        try:
            assert "/toezeggingen/opnieuw" in links(open_page(client, "/toezeggingen/praktijk"), "/toezeggingen/")
            page = open_page(client, "/toezeggingen/opnieuw")
            assert "/toezeggingen/praktijk" in links(page, "/toezeggingen/")
            assert page.text("main").index("Eerder toegezegd") < page.text("main").index("De toezegging")
        finally:
            loaded.engine = before


def test_an_unknown_commitment_or_topic_is_a_404_page(client: TestClient) -> None:
    for path in ("/toezeggingen/nee", "/onderwerpen/nee", "/onderwerpen/nee/nee"):
        assert "lijst met" in open_page(client, path, 404).text("main")
        assert client.get(path).headers["content-type"] == "application/problem+json"


# --- corrections --------------------------------------------------------------------------------------------------------


def correct(client: TestClient, commitment_id: str = "samenwonen", **fields: str) -> Any:
    headers = {**HTML, "origin": "null", "sec-fetch-site": "same-origin", "host": "127.0.0.1:8000"}
    return client.post(f"/toezeggingen/{commitment_id}", data=fields, headers=headers, follow_redirects=False)


def test_a_correction_is_kept_shown_and_taken_back_without_a_script(client: TestClient, kept: Path) -> None:
    page = open_page(client, "/toezeggingen/samenwonen")
    form = next(form for form in page.each("form") if form.get("method") == "post")
    assert form["action"] == "/toezeggingen/samenwonen"
    assert {field["id"] for name in ("input", "select", "textarea") for field in page.each(name) if field.get("id")} <= {
        label.get("for") for label in page.each("label")
    }
    done = {"status": "done", "due": "other", "dueFrom": "2026-10-01", "dueTo": "2026-12-31", "dueText": "eind 2026"}
    response = correct(client, **done, reason="Gemeld in de\r\nraadsbrief")
    assert (response.status_code, response.headers["location"]) == (303, "/toezeggingen/samenwonen#gecorrigeerd")
    body = client.get("/v1/commitments/samenwonen").json()
    assert (body["status"], body["due"]) == ("done", {"text": "eind 2026", "from": "2026-10-01", "to": "2026-12-31"})
    assert body["corrected"]["reason"] == "Gemeld in de\nraadsbrief"
    page = open_page(client, "/toezeggingen/samenwonen")
    text = page.text("main")
    assert "gecorrigeerd" in page.ids
    assert "Reden: Gemeld in de raadsbrief" in text
    assert "volgens een correctie: gedaan" in text
    assert "De documenten zeggen: termijn voorbij, begin 2025" in text
    # the next correction takes the place of this one whole, so it starts from it
    filled = {
        field["name"]: field["value"] for field in page.each("input") if field.get("value") and "withdrawn" not in field.values()
    }
    assert (filled["dueFrom"], filled["dueText"]) == ("2026-10-01", "eind 2026")
    assert [option["value"] for option in page.each("option") if "selected" in option] == ["done"]
    assert "Gecorrigeerd" in open_page(client, "/toezeggingen").text("main")
    assert "Gecorrigeerd" in open_page(client, "/toezeggingen?weergave=tijdlijn").text("main")
    assert "Gecorrigeerd" in open_page(client, "/onderwerpen/9b").text("main")

    response = correct(client, withdrawn="ja", reason="Verkeerde toezegging")
    assert (response.status_code, response.headers["location"]) == (303, "/toezeggingen/samenwonen#correcties")
    page = open_page(client, "/toezeggingen/samenwonen")
    assert "gecorrigeerd" not in page.ids
    assert "Verkeerde toezegging" in page.text("table")
    assert "De correctie ervoor is ingetrokken" in page.text("table")
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2


def test_what_is_no_commitment_leaves_the_list_and_keeps_its_page(client: TestClient) -> None:
    assert correct(client, notACommitment="ja", reason="Een beschrijving").status_code == 303
    assert ids(open_page(client, "/toezeggingen")) == ["praktijk", "pilotlocatie", "wijkteam"]
    assert ids(open_page(client, "/onderwerpen/9b")) == ["praktijk"]
    assert "dit is geen toezegging. Reden: Een beschrijving" in open_page(client, "/toezeggingen/samenwonen").text("main")


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"due": "removed"}, None),
        ({"due": "other", "dueFrom": "2026-07-01"}, {"text": "1 juli 2026", "from": "2026-07-01", "to": "2026-07-01"}),
        (
            {"due": "other", "dueTo": "2026-07-01", "dueText": "zomer"},
            {"text": "zomer", "from": "2026-07-01", "to": "2026-07-01"},
        ),
        (
            {"due": "keep", "dueTo": "nooit", "status": "planned"},
            {"text": "begin 2025", "from": "2025-01-01", "to": "2025-03-31"},
        ),
    ],
)
def test_a_term_may_be_one_day_in_no_words_or_gone(client: TestClient, fields: dict[str, str], due: object) -> None:
    assert correct(client, **fields, reason="Zo is het").status_code == 303
    assert client.get("/v1/commitments/samenwonen").json()["due"] == due


@pytest.mark.parametrize(
    ("fields", "at", "word"),
    [
        ({"status": "done"}, "reden", "waarom"),
        ({"status": "done", "reason": "  "}, "reden", "waarom"),
        ({"status": "done", "reason": "x" * 1001}, "reden", "1.001 tekens"),
        ({"reason": "Zo is het"}, "stand", "Kies wat er anders is"),
        ({"due": "other", "reason": "a"}, "termijn-van", "bestaande dag"),
        ({"due": "other", "dueFrom": "2026-02-30", "dueTo": "2026-03-01", "reason": "a"}, "termijn-van", "bestaande dag"),
        ({"due": "other", "dueFrom": "2026-03-01", "dueTo": "1 juli", "reason": "a"}, "termijn-tot", "bestaande dag"),
        ({"due": "other", "dueFrom": "2026-03-02", "dueTo": "2026-03-01", "reason": "a"}, "termijn-tot", "eerder"),
        ({"due": "other", "dueFrom": "2026-03-02", "dueText": "x" * 201, "reason": "a"}, "termijn-woorden", "201 tekens"),
    ],
)
def test_what_is_no_correction_yet_is_told_at_its_field(
    client: TestClient, kept: Path, fields: dict[str, str], at: str, word: str
) -> None:
    response = correct(client, **fields)
    assert response.status_code == 400
    page = check_page(response)
    assert word in page.text("main")
    assert f"#{at}" in links(page, "#")
    wrong = {tag["id"]: tag for name in ("input", "select", "textarea") for tag in page.each(name) if tag.get("aria-invalid")}
    assert set((wrong[at]["aria-describedby"] or "").split()) <= set(page.ids)
    assert fields.get("reason", "").strip() in page.text("textarea")
    assert not kept.exists()


def test_taking_back_needs_a_reason_too(client: TestClient, kept: Path) -> None:
    keep(Correction(commitment_id="samenwonen", reason="a", status=CommitmentStatus.DONE), kept)
    response = correct(client, withdrawn="ja")
    assert response.status_code == 400
    page = check_page(response)
    wrong = [field["id"] for field in page.each("textarea") if field.get("aria-invalid")]
    assert wrong == ["intrek-reden"]
    assert "#intrek-reden" in links(page, "#")


@pytest.mark.parametrize(
    "content",
    ["x=1", "status=klaar&reason=a", "due=ooit&reason=a", "reason=a&reason=b", "reason=%ff", "reason=a" + "&status=done" * 20],
)
def test_a_form_that_is_not_ours_is_a_problem_page(client: TestClient, kept: Path, content: str) -> None:
    headers = {**HTML, "content-type": "application/x-www-form-urlencoded"}
    response = client.post("/toezeggingen/samenwonen", content=content, headers=headers)
    assert response.status_code == 400
    assert "opnieuw in" in check_page(response).text("main")
    assert not kept.exists()


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 303),
        ("127.0.0.1", {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, 303),
        ("127.0.0.1", {"origin": "http://localhost:9999", "host": "localhost:8000", "sec-fetch-site": "cross-site"}, 403),
        ("127.0.0.1", {"origin": "null", "sec-fetch-site": "same-origin", "host": "127.0.0.1:8000"}, 303),
        ("::1", {"origin": "null", "sec-fetch-site": "same-origin", "host": "localhost:8000"}, 303),
        ("192.0.2.7", {}, 403),
        ("192.0.2.7", {"origin": "null", "sec-fetch-site": "same-origin", "host": "127.0.0.1:8000"}, 403),
        ("127.0.0.1", {"origin": "null", "sec-fetch-site": "cross-site", "host": "127.0.0.1:8000"}, 403),
        ("127.0.0.1", {"origin": "null", "host": "127.0.0.1:8000"}, 403),
        # a name of another site that points at this machine
        ("127.0.0.1", {"origin": "null", "sec-fetch-site": "same-origin", "host": "elders.example:8000"}, 403),
        ("127.0.0.1", {"origin": "http://elders.example", "sec-fetch-site": "same-origin"}, 403),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 403),
    ],
)
def test_only_this_machine_sees_and_sends_the_form(app: Any, kept: Path, host: str, headers: dict[str, str], status: int) -> None:
    other = TestClient(app, client=(host, 50000))
    fields = {"status": "done", "reason": "Zo is het"}
    response = other.post("/toezeggingen/samenwonen", data=fields, headers={**HTML, **headers}, follow_redirects=False)
    assert response.status_code == status
    assert kept.exists() is (status == 303)
    if "origin" not in headers:
        page = check_page(other.get("/toezeggingen/samenwonen", headers={**HTML, **headers}))
        assert any(form.get("method") == "post" for form in page.each("form")) is (status == 303)


def test_a_correction_without_its_sentence_is_told(client: TestClient, kept: Path) -> None:
    keep(
        Correction(
            commitment_id="weg", reason="a", due=Due.model_validate({"text": "x", "from": "2025-01-01", "to": "2025-01-01"})
        ),
        kept,
    )
    assert "staat de zin niet meer in de documenten: weg" in open_page(client, "/toezeggingen").text("main")


# --- topics -------------------------------------------------------------------------------------------------------------


def test_topics_are_listed_by_kind_and_found(client: TestClient, whole: TestClient) -> None:
    page = open_page(client, "/onderwerpen")
    assert links(page, "/onderwerpen/") == ["/onderwerpen/9b", "/onderwerpen/9b1.1"]
    assert page.text("h3") == "BeleidsterreinenPrestaties"
    assert "eerder 9B1.2" in page.text("main")
    assert links(open_page(client, "/onderwerpen?q=&kind=prestatie"), "/onderwerpen/") == ["/onderwerpen/9b1.1"]
    assert links(open_page(client, "/onderwerpen?q=preventie&kind="), "/onderwerpen/") == ["/onderwerpen/9b"]
    assert "Niets gevonden" in open_page(client, "/onderwerpen?q=zebra").text("main")
    for query in ("kind=roman", "x=1", "q=a&q=b"):
        open_page(client, f"/onderwerpen?{query}", 400)
    first = open_page(whole, "/onderwerpen?limit=50&kind=")
    (after,) = [a["href"] or "" for a in first.each("a") if a.get("rel") == "next"]
    assert len(links(first, "/onderwerpen/")) == 50
    assert len(links(open_page(whole, after), "/onderwerpen/")) == 37


def test_a_topic_tells_its_names_promises_and_what_was_worded_less_firmly(client: TestClient) -> None:
    page = open_page(client, "/onderwerpen/9b1.1")
    text = page.text("main")
    assert page.text("h1") == "9B1.1 Samenwonen"
    assert "Zwakker geformuleerd" in text
    assert "[weggelaten: " in text
    assert "[nieuw: " in text
    assert ids(page) == ["praktijk", "samenwonen"]
    assert "Termijn voorbij" in text
    gone, new = (letters(page.text(tag)) for tag in ("del", "ins"))
    assert "samenwonen" in gone
    assert "verstevigd" in new
    assert [letters(quoted_at(client, link)) for link in links(page, "/documents/")[-2:]] == [letters(FIRM), letters(AIMED)]


@pytest.mark.parametrize(
    ("topic_id", "every"), [("9a1.a", 1), ("9c1.1", 1), ("9d2", 3), ("9b", 20), ("reserve-sociaal-domein", 9)]
)
def test_all_that_a_topic_quotes_stands_where_it_says(whole: TestClient, topic_id: str, every: int) -> None:
    page = open_page(whole, f"/onderwerpen/{topic_id}")
    body = whole.get(f"/v1/topics/{topic_id}").json()
    said = [place for part in body["parts"] for place in (*part["said"], *part["figures"])]
    there = links(page, "/documents/")
    assert all(f"{place['url']}#citaat" in there for place in said)
    for link in there[::every]:
        assert letters(open_page(whole, link).text("mark")) == letters(quoted_at(whole, link))


def _change(older: str, newer: str, *words: tuple[ChangeKind, int, int, int, int]) -> TopicChangeBody:
    def place(quote: str, start: int) -> PlaceBody:
        return PlaceBody(document_id="x", start=start, end=start + len(quote), quote=quote, url="/x")

    def side(quote: str) -> SaidBody:
        return SaidBody(**place(quote, 100).model_dump(by_alias=False), kind=SaidKind.PROSE)

    changes = [
        WordingChangeBody(kind=kind, older=place(older[i:j], 100 + i), newer=place(newer[k:m], 100 + k))
        for kind, i, j, k, m in words
    ]
    return TopicChangeBody(older=side(older), newer=side(newer), changes=changes)


def test_a_difference_reads_as_one_text() -> None:
    older, newer = "Wij zullen 20 plekken maken", "Wij maken 10 plekken in 2026"
    view = view_change(
        _change(
            older, newer, (ChangeKind.WEAKENED, 0, 27, 0, 28), (ChangeKind.CHANGED, 4, 10, 4, 9), (ChangeKind.LOWERED, 11, 13, 10, 12),
            (ChangeKind.REMOVED, 22, 27, 20, 20), (ChangeKind.ADDED, 27, 27, 21, 28),
        )
    )  # fmt: skip
    assert "".join(s.text for s in view.stretches if s.kind != "gone") == newer
    assert [(s.kind, s.text) for s in view.stretches if s.kind != "same"] == [
        ("gone", "zullen"), ("new", "maken"), ("gone", "20"), ("new", "10"), ("gone", "maken"), ("new", "in 2026"),
    ]  # fmt: skip
    assert (view.is_weaker, view.is_lower) == (True, True)
    alone = view_change(TopicChangeBody(older=None, newer=_change("", newer).newer, changes=[]))
    assert [(s.kind, s.text) for s in alone.stretches] == [("new", newer)]


# --- references and checks ----------------------------------------------------------------------------------------------


def test_numbers_are_listed_found_and_each_has_its_places(whole: TestClient) -> None:
    page = open_page(whole, "/verwijzingen")
    known = whole.get("/v1/references").json()
    assert len(links(page, "/verwijzingen/")) == 50 < known["total"]
    (after,) = [a["href"] or "" for a in page.each("a") if a.get("rel") == "next"]
    assert len(links(open_page(whole, after), "/verwijzingen/")) == known["total"] - 50
    assert links(open_page(whole, "/verwijzingen?q=rv19.0005"), "/verwijzingen/") == ["/verwijzingen/RV%2019.0005"]
    assert "Niets gevonden" in open_page(whole, "/verwijzingen?q=zebra").text("main")
    for item in known["items"][::6]:
        own = open_page(whole, f"/verwijzingen/{item['code']}")
        assert own.text("h1") == item["code"]
        assert squeeze(item["title"] or "") in own.text("main")
        assert links(own, "/documents/") == [f"{place['url']}#citaat" for place in item["places"]]
        assert squeeze(own.text("mark")) == squeeze("".join(place["quote"] for place in item["places"]))
        assert all(letters(place["sentence"]) in letters(own.text("blockquote")) for place in item["places"])


def test_a_number_in_any_spelling_with_slashes_and_neighbours(whole: TestClient) -> None:
    case = next(item["code"] for item in whole.get("/v1/references?limit=200").json()["items"] if item["kind"] == "case")
    page = open_page(whole, f"/verwijzingen/{case}")
    assert page.text("h1") == case
    assert "Zaak" in page.text("main")
    assert open_page(whole, "/verwijzingen/rv19.0005").text("h1") == "RV 19.0005"
    assert "/onderwerpen/rv-19.0005" in links(open_page(whole, "/verwijzingen/RV 19.0005"), "/onderwerpen/")
    for way, back in (("next", "prev"), ("prev", "next")):
        (link,) = [a["href"] or "" for a in page.each("a") if a.get("rel") == way]
        assert f"/verwijzingen/{case}" in [a["href"] for a in open_page(whole, link).each("a") if a.get("rel") == back]
    assert_quotes(whole, page)


def test_places_are_paged(whole: TestClient) -> None:
    most = max(whole.get("/v1/references?limit=200").json()["items"], key=lambda item: len(item["places"]))
    page = open_page(whole, f"/verwijzingen/{most['code']}?limit=1&offset=1")
    assert links(page, "/documents/") == [f"{most['places'][1]['url']}#citaat"]
    assert f"2 tot en met 2 van {len(most['places'])}" in page.text("main")


def test_an_unknown_number_is_a_404_page_with_what_comes_nearest(whole: TestClient) -> None:
    page = open_page(whole, "/verwijzingen/RV 19.0006", 404)
    nearest = whole.get("/v1/references/RV 19.0006").json()["nearest"]
    assert [squeeze(link).replace("%20", " ") for link in links(page, "/verwijzingen/")] == [
        f"/verwijzingen/{n['code']}" for n in nearest
    ]
    assert all(open_page(whole, link) for link in links(page, "/verwijzingen/"))
    open_page(whole, "/verwijzingen/RV 19.0005?x=1", 400)


def test_checks_come_with_what_differs_first_and_both_numbers(whole: TestClient) -> None:
    page = open_page(whole, "/controles")
    body = whole.get("/v1/checks").json()
    text = page.text("main")
    assert text.index("Verschilt") < text.index("Klopt")
    assert all(squeeze(check["text"]) in text for check in body["items"])
    assert links(page, "/documents/") == [f"{place['url']}#citaat" for check in body["items"] for place in check["places"]]
    assert assert_quotes(whole, page, every=12) > 100
    (after,) = [a["href"] or "" for a in page.each("a") if a.get("rel") == "next"]
    assert squeeze(whole.get("/v1/checks?offset=50").json()["items"][0]["text"]) in open_page(whole, after).text("main")
    open_page(whole, "/controles?verdict=differs", 400)


# --- what must not happen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/toezeggingen?q={}", "/toezeggingen?actor={}", "/toezeggingen?dueAfter={}", "/toezeggingen?theme={}", "/toezeggingen/{}",
        "/onderwerpen?q={}", "/onderwerpen/{}", "/verwijzingen?q={}", "/verwijzingen/{}",
    ],
)  # fmt: skip
def test_what_was_typed_is_data(client: TestClient, path: str) -> None:
    attack = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%20onload%3Dx%20%7B%7B7*7%7D%7D"
    response = client.get(path.format(attack), headers=HTML)
    assert response.status_code in {200, 400, 404}
    check_page(response)
    assert "<script>alert" not in response.text
    assert "49" not in response.text.split("<main", 1)[1].split("onload", 1)[-1][:20]


def test_a_reason_is_data(client: TestClient) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=y> \x1b {{ 7*7 }}"
    assert (
        correct(client, status="done", reason=attack, due="other", dueFrom="2026-01-01", dueText="<b>ooit</b>").status_code == 303
    )
    for path in ("/toezeggingen/samenwonen", "/toezeggingen", "/toezeggingen?weergave=tijdlijn", "/onderwerpen/9b"):
        response = client.get(path, headers=HTML)
        page = check_page(response)
        assert page.each("img") == page.each("b") == []
        assert "\x1b" not in response.text
        assert squeeze(attack.replace("\x1b", "�")) in page.text("main")


HOSTILE_TEXT = """Beleidsterrein 9B <script>alert(1)</script>

In 2025 gaan we samen met <b>de straat</b> de school opnieuw inrichten (RV 24.0001 <i>x</i>). Het college start in 2026 met de
bouw van <img src=x onerror=y> de nieuwe zaal. Daarvoor is veel nodig, en daarover gaat het hele hoofdstuk hieronder.

Doelen en </main><script>x</script> prestaties

9B1.1 Wij bouwen <b>een zaal</b> voor iedereen. In 2025 onderzoeken we <b>het dak</b> van de zaal.
"""
HOSTILE_TABLE = """Effectindicator;Realisatie;Streefwaarden 2025;Streefwaarden 2026
9B1.a <script>alert(1)</script> <b>tevreden</b> inwoners;5% (2021);7%;9%
Preventie <img src=x onerror=y>;4%;5%;6%
"""


def test_text_of_documents_is_data(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    listing = ""
    for name, text, year in (("post.txt", HOSTILE_TEXT, 2024), ("post.csv", HOSTILE_TABLE, 2025)):
        (corpus / name).write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        listing += (
            f'[[source]]\nfile = "{name}"\nsha256 = "{digest}"\ntitle = "Nota <script>t</script>"\nmunicipality = "X"\n'
            f'kind = "programmabegroting"\nyear = {year}\nstatus = "ontwerp"\nas_of = {year - 1}-11-07\n'
        )
    (corpus / "sources.toml").write_text(listing, encoding="utf-8")
    settings = read_settings(corpus=corpus, index=tmp_path / "index").model_copy(update={"corrections": tmp_path / "c.jsonl"})
    build_index(settings)
    with TestClient(create_app(settings), client=("127.0.0.1", 50000)) as hostile:
        paths = ["/toezeggingen", "/toezeggingen?weergave=tijdlijn", "/onderwerpen", "/verwijzingen", "/controles"]
        for call, page, key in (
            ("commitments", "toezeggingen", "id"), ("references", "verwijzingen", "code"), ("topics", "onderwerpen", "id"),
        ):  # fmt: skip
            found = hostile.get(f"/v1/{call}").json()["items"]
            assert found, call
            paths += [f"/{page}/{item[key]}" for item in found]
        for path in paths:
            page = open_page(hostile, path)
            assert page.each("img") == page.each("b") == page.each("i") == []
        assert "<b>de straat</b>" in open_page(hostile, "/toezeggingen").text("main")
        assert any("<b>" in open_page(hostile, path).text("main") for path in paths if "onderwerpen/" in path)


def test_the_log_never_holds_what_was_searched_or_filled_in(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="begroting_qa"):
        for path in ("/toezeggingen", "/toezeggingen.csv", "/toezeggingen.ics", "/onderwerpen", "/verwijzingen"):
            assert client.get(f"{path}?q=geheimzinnig", headers=HTML).status_code == 200
            client.get(f"{path}?geheimzinnig=1", headers=HTML)
        for path in ("/toezeggingen/geheimzinnig", "/onderwerpen/geheimzinnig", "/verwijzingen/geheimzinnig"):
            assert client.get(path, headers=HTML).status_code == 404
        assert correct(client, status="done", reason="geheimzinnig").status_code == 303
        assert correct(client, status="geheimzinnig").status_code == 400
    assert "geheimzinnig" not in str([vars(record) for record in caplog.records])


def test_only_what_a_path_takes_is_taken(client: TestClient) -> None:
    response = client.post("/toezeggingen", headers=HTML)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert client.put("/toezeggingen/samenwonen").headers["allow"] == "GET, HEAD, POST"
