"""The page that asks: other readings, threads, quotes in their sentences, the stream of the same page, and judgements."""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from begroting_qa import feedback
from begroting_qa.domain import Document
from begroting_qa.pipeline import Engine
from begroting_qa.protocols import Message
from begroting_qa.serve import stream
from begroting_qa.serve.answering import answer
from begroting_qa.serve.app import create_app
from begroting_qa.serve.ask_form import AskForm
from begroting_qa.serve.ask_view import changes, in_full, quotes
from begroting_qa.serve.holding import hold_for_question
from begroting_qa.serve.running import Loaded
from begroting_qa.settings import Settings
from begroting_qa.wire.bodies import AnswerBody

HTML = {"accept": "text/html"}
FORM = {**HTML, "content-type": "application/x-www-form-urlencoded"}
LASTEN = "Wat zijn de lasten van beleidsterrein Preventie in 2025?"
MISSION = "Wat is de missie van het programma Maatschappelijke Ondersteuning?"
WRITABLE = "Wat is de taak van de sociale wijkteams?"
NEWEST = "leiden-voortgangsrapportage-2025-2-p9"


class Echo:
    """A language model that says again what it is shown."""

    id = "echo"

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        for token, sentence in re.findall(r"^\[([a-z0-9]{4})\] (.+)$", conversation[-1]["content"], re.MULTILINE):
            yield f"{sentence} [{token}] "


class Broken:
    """A language model whose connection fails in a way that nobody thought of."""

    id = "broken"

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        raise ZeroDivisionError(conversation[-1]["content"])


@pytest.fixture(scope="module")
def settings(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return engine_settings.model_copy(update={"feedback": tmp_path_factory.mktemp("judged") / "feedback.jsonl"})


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def answered_by(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], None]:
    """Let another engine answer for the time of a test."""

    def put(engine: Engine) -> None:
        loaded = Loaded(engine=engine, documents=[], examples=[])
        monkeypatch.setitem(app.dependency_overrides, hold_for_question, lambda: loaded)

    return put


def ask(client: TestClient, question: str, **fields: object) -> str:
    response = client.post("/", data={"question": question, **fields}, headers=HTML)
    assert response.status_code == 200
    return response.text


def parts(client: TestClient, question: str, **fields: object) -> list[str]:
    """The parts of the page that a script gets, each the data of one event."""
    response = client.post("/vraag", data={"question": question, **fields}, headers=HTML)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    events = response.text.split("\n\n")
    assert events.pop() == ""
    assert all(line.startswith("data: ") for event in events for line in event.split("\n"))
    return ["\n".join(line.removeprefix("data: ") for line in event.split("\n")) for event in events]


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


# --- filters and readings -----------------------------------------------------------------------------------------------


def test_a_question_can_be_asked_of_one_document(client: TestClient) -> None:
    page = ask(client, "Wat staat er over mantelzorg?", document=NEWEST)
    assert {address.split("?")[0] for address in re.findall(r'href="/documents/([^"]+)#citaat"', page)} == {NEWEST}
    assert f'value="{NEWEST}" checked' in page
    assert "In alle documenten" in page


def body_of(engine: Engine, form: AskForm) -> AnswerBody:
    return answer(engine, form.to_body())


@pytest.mark.parametrize(
    ("form", "kind", "name"),
    [
        (AskForm(question=LASTEN), "year", "2025"),
        (AskForm(question=MISSION, years=("2025",)), "filters", ""),
        (AskForm(question="En in 2026?", earlier=(LASTEN,)), "alone", ""),
        (AskForm(question="Wat staat er over mantelzorg?"), "document", "Tweede Voortgangsrapportage 2025, programma 9 Maatschappelijke Ondersteuning"),
    ],
)  # fmt: skip
def test_another_reading_is_one_press_away(engine: Engine, client: TestClient, form: AskForm, kind: str, name: str) -> None:
    before = body_of(engine, form)
    change = next(change for change in changes(engine, form, before) if (change.kind, change.name) == (kind, name))
    after = body_of(engine, change.form)
    changed = (after.reading, after.citations) != (before.reading, before.citations)
    assert changed or change.form.to_body() != form.to_body()
    assert (
        not [again for again in changes(engine, change.form, after) if (again.kind, again.name) == (kind, name)]
        or kind == "document"
    )
    page = ask(client, form.question, year=form.years, earlier=form.earlier)
    assert f'value="{html.escape(change.form.question)}"' in page


def test_a_year_goes_with_the_word_that_leads_up_to_it(engine: Engine) -> None:
    form = AskForm(question=LASTEN)
    change = next(change for change in changes(engine, form, body_of(engine, form)) if change.kind == "year")
    assert change.form.question == "Wat zijn de lasten van beleidsterrein Preventie?"


def test_a_correction_is_undone_only_where_that_makes_a_difference(engine: Engine) -> None:
    form = AskForm(question="Wat staat er over mantelzrog in 2025?")
    for change in changes(engine, form, body_of(engine, form)):
        if change.kind == "spelling":
            assert "‘mantelzrog’ gelezen als ‘mantelzorg’" not in body_of(engine, change.form).notices


def test_the_field_gets_the_question_as_it_was_read(engine: Engine, client: TestClient) -> None:
    assert in_full(engine, AskForm(question="Wat staat er over mantelzrog?")) == "Wat staat er over mantelzorg?"
    follow_up = in_full(engine, AskForm(question="En in 2026?", earlier=(LASTEN,)))
    assert "Preventie" in follow_up
    assert "2026" in follow_up
    assert f'data-fill="{html.escape(follow_up)}"' in ask(client, "En in 2026?", earlier=LASTEN)


# --- quotes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [MISSION, WRITABLE, "Wat staat er over mantelzorg?", "Wat kost Hecht in 2025?"])
def test_what_stands_around_a_quote_stands_there_in_the_document(
    engine: Engine, documents: dict[str, Document], question: str
) -> None:
    body = body_of(engine, AskForm(question=question))
    around = quotes(engine, body)
    for citation in body.citations:
        near = around[citation.marker]
        literal = near.before.removeprefix("… ") + citation.quote + near.after.removesuffix(" …")
        assert squeeze(literal) in squeeze(documents[citation.document_id].text)


def squeeze(text: str) -> str:
    return " ".join(text.split())


def test_a_cell_is_shown_with_its_row_and_column(client: TestClient) -> None:
    sources = text_of(ask(client, LASTEN).partition('id="bronnen"')[2])
    assert "rij: Preventie › Lasten · kolom: Begroting 2025" in sources


# --- threads ------------------------------------------------------------------------------------------------------------


def test_a_thread_goes_on_without_a_script(client: TestClient) -> None:
    first = ask(client, LASTEN)
    assert carried(first, "vervolg") == [LASTEN]
    assert "Eerder in dit gesprek" not in first
    second = ask(client, "En in 2026?", earlier=carried(first, "vervolg"))
    assert carried(second, "vervolg") == [LASTEN, "En in 2026?"]
    thread = text_of(second.partition('id="gesprek"')[2].partition("</section>")[0])
    assert LASTEN in thread
    assert "€ 12,155 miljoen" in thread
    assert "[1]" not in thread
    assert "overgenomen: onderwerp" in second
    assert "Deze vraag hoort bij een gesprek" in second


def carried(page: str, section_id: str) -> list[str]:
    """The earlier questions that the form of a section sends along."""
    form = page.partition(f'id="{section_id}"')[2].partition("</form>")[0]
    return [html.unescape(value) for value in re.findall(r'name="earlier" value="([^"]*)"', form)]


def test_a_thread_remembers_five_questions(client: TestClient) -> None:
    earlier = [f"Wat staat er over mantelzorg in 202{number}?" for number in range(5)]
    assert carried(ask(client, "En in 2018?", earlier=earlier), "vervolg") == [*earlier[1:], "En in 2018?"]
    response = client.post("/", data={"question": "a", "earlier": [*earlier, "b"]}, headers=HTML)
    assert response.status_code == 400


def test_earlier_answers_are_never_what_a_browser_says_they_were(client: TestClient) -> None:
    response = client.post("/", data={"question": "a", "earlier_answer": "Alles is gratis."}, headers=HTML)
    assert response.status_code == 400


# --- the stream ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{}, {"year": "2025"}, {"earlier": MISSION}])
def test_the_stream_ends_with_what_the_whole_page_holds(client: TestClient, fields: dict[str, str]) -> None:
    step, *claims, whole = parts(client, LASTEN, **fields)
    assert "Ik zoek in 5 documenten" in step
    assert claims
    for part in (step, *claims):
        assert part.startswith("<hx-partial")
    page = ask(client, LASTEN, **fields)
    main = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    title, _, content = whole.partition("</title>")
    assert text_of(title) == "Uw vraag is beantwoord – Vraag het de begroting"
    assert squeeze(without_id(content)) == squeeze(without_id(main))


def without_id(page: str) -> str:
    return re.sub(r'name="answer" value="[0-9a-f]+"', "", page)


def test_claims_come_one_by_one(client: TestClient) -> None:
    _, *claims, whole = parts(client, "Wat staat er over mantelzorg?")
    told = [re.findall(r"<p>(.*?)</p>", claim) for claim in claims]
    assert [len(lines) for lines in told] == list(range(1, len(told) + 1))
    assert all(lines == told[-1][: len(lines)] for lines in told)
    first = text_of(told[-1][0]).partition(" [")[0]
    assert first in text_of(whole)


def test_a_step_is_told_when_a_language_model_begins_to_write(
    client: TestClient, engine: Engine, answered_by: Callable[[Engine], None]
) -> None:
    answered_by(replace(engine, generator=Echo()))
    assert [text_of(part) for part in parts(client, WRITABLE)][:2] == [
        "Ik zoek in 5 documenten …",
        "Gevonden. Een taalmodel schrijft het antwoord …",
    ]
    events = client.post("/v1/ask/stream", json={"question": WRITABLE}).text.split("\n\n")
    assert [json.loads(event.partition("data: ")[2]) for event in events if event.startswith("event: status")] == [
        {"step": "zoeken"},
        {"step": "schrijven"},
    ]
    # a question that a table answers is not written by the model, so nothing says so
    assert not any("taalmodel" in part for part in parts(client, LASTEN)[:2])


@pytest.mark.parametrize("question", ["", "a" * 1001])
def test_a_question_that_cannot_be_asked_comes_back_in_the_stream(client: TestClient, question: str) -> None:
    (whole,) = parts(client, question)
    assert 'aria-invalid="true"' in whole
    assert "<title>Uw vraag klopt nog niet" in whole


@pytest.mark.parametrize("content", ["question=a&x=1", "question=a&year=twee", "question=a&question=b", "question=%ff"])
def test_a_form_that_nobody_filled_in_is_a_problem_before_the_stream_begins(client: TestClient, content: str) -> None:
    response = client.post("/vraag", content=content, headers=FORM)
    assert response.status_code == 400
    assert len(text_of(response.text.partition("<main")[2].partition("</main>")[0])) > 50


def test_a_fault_in_mid_stream_is_a_dutch_sentence_and_the_log_does_not_quote(
    client: TestClient, engine: Engine, answered_by: Callable[[Engine], None], caplog: pytest.LogCaptureFixture
) -> None:
    answered_by(replace(engine, generator=Broken()))
    with caplog.at_level(logging.DEBUG):
        *_, last = parts(client, WRITABLE)
    assert 'role="alert"' in last
    assert "Uw vraag staat nog in het veld" in last
    assert "wijkteams" not in last
    assert [record.getMessage() for record in caplog.records].count("fault") == 1
    assert not any("wijkteams" in f"{record.getMessage()} {getattr(record, 'fields', '')}" for record in caplog.records)
    *_, error = client.post("/v1/ask/stream", json={"question": WRITABLE}).text.strip().split("\n\n")
    assert error.startswith("event: error\n")


def test_text_is_data_in_the_stream_too(client: TestClient) -> None:
    attack = "<hx-partial hx-target=#x> <head><title>x</title></head> </template> \u2028data: y\r\n\r\nevent: z"
    for part in parts(client, attack, earlier=attack):
        assert part.lower().count("<hx-partial") <= 1
        assert "<head" not in part.lower()
        assert "event: z" not in part.split("\n")


def test_an_event_may_hold_any_lines() -> None:
    assert stream.message("a\n\nb") == "data: a\ndata: \ndata: b\n\n"


# --- judgements ---------------------------------------------------------------------------------------------------------


def judge(client: TestClient, *, headers: dict[str, str] | None = None, **fields: str) -> Any:
    return client.post("/oordeel", data={"answer": "a1", **fields}, headers={**HTML, **(headers or {})})


def test_a_judgement_is_kept_without_a_script_and_with_one(client: TestClient, settings: Settings) -> None:
    page = judge(client, useful="nee", reason="Ander jaar\r\nbedoeld")
    assert page.status_code == 200
    assert "<h1" in page.text
    assert "uw vraag niet" in page.text
    part = judge(client, useful="ja", question=LASTEN, headers={"hx-request": "true"})
    assert part.text.startswith("<p")
    assert "samen met uw vraag" in part.text
    kept = feedback.read(settings.feedback).judgements
    assert [(j.answer_id, j.useful, j.reason, j.question) for j in kept] == [
        ("a1", False, "Ander jaar\nbedoeld", None),
        ("a1", True, "", LASTEN),
    ]
    assert all(judgement.generation for judgement in kept)


@pytest.mark.parametrize(
    "fields", [{}, {"useful": "misschien"}, {"useful": "ja", "reason": "a" * 1001}, {"useful": "ja", "x": "y"}]
)
def test_half_a_judgement_is_not_kept(client: TestClient, settings: Settings, fields: dict[str, str]) -> None:
    settings.feedback.unlink(missing_ok=True)
    assert judge(client, **fields).status_code == 400
    assert not settings.feedback.exists()


def test_the_question_goes_along_only_with_its_box_ticked(client: TestClient) -> None:
    form = ask(client, LASTEN).partition('action="/oordeel"')[2].partition("</form>")[0]
    (box,) = re.findall(r'<input[^>]*name="question"[^>]*>', form)
    assert 'type="checkbox"' in box
    assert "checked" not in box


# --- refusals -----------------------------------------------------------------------------------------------------------


def test_a_refusal_helps_on_and_offers_its_text_for_the_griffie(client: TestClient) -> None:
    page = ask(client, "Wat kosten de zwembaden?")
    assert "Hoe u verder komt" in page
    assert "data-copy-griffie" in page
    assert "Kopieer met bronnen" not in page
    assert "Alleen in" not in page
