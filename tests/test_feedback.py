"""Readers' judgements: kept over HTTP, and turned into drafts that count only when a person accepts them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from begroting_qa import feedback
from begroting_qa.errors import CasesError, FeedbackError
from begroting_qa.evaluate.cases import load_cases
from begroting_qa.evaluate.run import run_drafts
from begroting_qa.feedback import Judgement
from begroting_qa.pipeline import Engine
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings

GOOD: dict[str, object] = {"answerId": "abc", "useful": False, "reason": "Het bedrag ontbreekt"}


@pytest.fixture
def settings(engine_settings: Settings, tmp_path: Path) -> Settings:
    return engine_settings.model_copy(update={"feedback": tmp_path / "kept" / "feedback.jsonl"})


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


def test_a_judgement_is_kept_without_the_question_unless_it_is_sent(client: TestClient, settings: Settings) -> None:
    response = client.post("/v1/feedback", json=GOOD)
    assert response.status_code == 201
    assert response.json() == {"answerId": "abc", "question": False}
    assert client.post("/v1/feedback", json={**GOOD, "question": "Wat kost Hecht?"}).json()["question"] is True
    first, second = feedback.read(settings.feedback).judgements
    assert first.question is None
    assert "question" not in json.loads(settings.feedback.read_text(encoding="utf-8").splitlines()[0])
    assert (second.question, second.useful, second.reason) == ("Wat kost Hecht?", False, "Het bedrag ontbreekt")
    assert first.generation == client.get("/health/ready").json()["generation"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"useful": "ja"}, "'useful' is ja, maar moet true of false zijn"),
        ({"useful": None}, "'useful' is None"),
        ({"answerId": ""}, "'answerId' is leeg"),
        ({"reason": "x" * 1001}, "'reason' heeft te veel tekens"),
        ({"question": " "}, "'question' is leeg"),
        ({"naam": "Jan"}, "Onbekend veld 'naam'"),
    ],
)
def test_a_judgement_that_does_not_fit_is_refused(
    client: TestClient, settings: Settings, changes: dict[str, object], expected: str
) -> None:
    response = client.post("/v1/feedback", json={**GOOD, **changes})
    assert response.status_code == 400
    assert expected in response.json()["detail"]
    assert not settings.feedback.exists()


def test_what_cannot_be_kept_is_said(client: TestClient, settings: Settings) -> None:
    settings.feedback.parent.write_text("een bestand waar de map moet komen", encoding="utf-8")
    response = client.post("/v1/feedback", json=GOOD)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "niet worden bewaard" in response.json()["detail"]


def test_a_full_file_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f.jsonl"
    judgement = Judgement(answer_id="a", useful=True, generation="g")
    feedback.keep(judgement, file)
    before = file.read_bytes()
    monkeypatch.setattr(feedback, "MAX_FILE_BYTES", len(before) + 10)
    with pytest.raises(FeedbackError, match="is vol"):
        feedback.keep(judgement, file)
    assert file.read_bytes() == before


def test_judgements_at_the_same_time_stay_whole_and_a_cut_line_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_bytes(b'{"answerId": "half')
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: feedback.keep(Judgement(answer_id=f"a{n}", useful=True, generation="g"), file), range(40)))
    kept = feedback.read(file)
    assert kept.unreadable == (1,)
    assert {j.answer_id for j in kept.judgements} == {f"a{n}" for n in range(40)}


# --- drafts -------------------------------------------------------------------------------------------------------------


def test_judgements_become_drafts_that_a_person_must_accept(
    settings: Settings, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "Hoeveel opvangplekken voor asielzoekers moet Leiden organiseren?"
    for question, useful, reason in [
        (asked, True, ""),
        (asked.lower(), False, "te lang"),
        ("Wie is de burgemeester van Parijs?", False, ""),
        (None, False, "zonder vraag"),
        ("Bestaat al?", True, ""),
    ]:
        feedback.keep(
            Judgement(answer_id="a", useful=useful, reason=reason, question=question, generation="g"), settings.feedback
        )
    known = tmp_path / "known.v1.jsonl"
    case = {
        "id": "k",
        "question": "bestaat  al?",
        "kind": "unanswerable",
        "split": "dev",
        "status": "not_in_corpus",
        "accepted": [],
        "evidence": [],
    }
    known.write_text(json.dumps(case) + "\n", encoding="utf-8")
    assert run_drafts(settings, [known]) == 0
    shown = capsys.readouterr()
    drafts = [json.loads(line) for line in shown.out.splitlines()]
    assert [d["question"] for d in drafts] == [asked, "Wie is de burgemeester van Parijs?"]
    assert drafts[0]["note"] == "lezers zeiden: nuttig; niet nuttig: te lang"
    assert (drafts[1]["kind"], drafts[1]["status"]) == ("unanswerable", "not_in_corpus")
    assert "2 conceptvragen uit 5 oordelen" in shown.err

    file = tmp_path / "readers.v1.jsonl"
    file.write_text(shown.out, encoding="utf-8")
    texts = {document_id: engine.document(document_id).text for document_id in engine.sources}
    with pytest.raises(CasesError, match="regel 1: dit is een concept"):
        load_cases([file], texts)
    file.write_text("".join(json.dumps({k: v for k, v in d.items() if k != "draft"}) + "\n" for d in drafts), encoding="utf-8")
    assert len(load_cases([file], texts).cases) == 2


def test_without_judgements_there_is_nothing_to_draft(settings: Settings) -> None:
    with pytest.raises(FeedbackError, match="er is nog niets beoordeeld"):
        run_drafts(settings, [])
