"""Corrections of the register: kept through crashes and by several writers, laid over what was read, and made here alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from begroting_qa import corrections
from begroting_qa.corrections import Correction, apply, in_force, keep, read_register
from begroting_qa.domain import Commitment, CommitmentStatus, Period
from begroting_qa.errors import CorrectionError
from begroting_qa.pipeline import Engine, open_engine
from begroting_qa.serve import running
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings
from small_register import commitments

NEWEST = date(2025, 8, 1)
DONE: dict[str, object] = {"status": "done", "reason": "Gemeld in de raadsbrief van 3 april"}
TERM: dict[str, object] = {"text": "eind 2026", "from": "2026-10-01", "to": "2026-12-31"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "corrections.jsonl"


@pytest.fixture(scope="module")
def read(engine: Engine) -> dict[str, Commitment]:
    return {commitment.id: commitment for commitment in commitments(engine)}


def correction(commitment_id: str = "samenwonen", **fields: object) -> Correction:
    return Correction.model_validate({"commitmentId": commitment_id, "reason": "Zo is het", **fields})


# --- the file -----------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_read_back_in_order(file: Path) -> None:
    kept = [
        correction(status="done", at="2026-02-03T04:05:06Z"),
        correction(due=TERM),
        correction(due="removed"),
        correction(notACommitment=True),
        correction(withdrawn=True),
    ]
    for line in kept:
        keep(line, file)
    register = read_register([], file, newest=NEWEST)
    assert list(register.log) == kept
    assert register.log[0].at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    written = json.loads(file.read_text(encoding="utf-8").splitlines()[1])
    assert written["due"] == TERM
    assert written["commitmentId"] == "samenwonen"


def test_without_a_file_there_are_no_corrections(file: Path, read: dict[str, Commitment]) -> None:
    register = read_register(list(read.values()), file, newest=NEWEST)
    assert register.commitments == tuple(read.values())
    assert (register.log, register.unmatched, register.unreadable) == ((), (), ())
    assert not file.exists()


def test_a_line_that_a_crash_cut_off_costs_only_itself_and_stays(file: Path) -> None:
    keep(correction(status="done"), file)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    keep(correction("pilotlocatie", status="dropped"), file)
    register = read_register([], file, newest=NEWEST)
    assert [c.commitment_id for c in register.log] == ["samenwonen", "pilotlocatie"]
    assert register.unreadable == (2,)
    assert file.read_bytes().startswith(whole + whole[:40] + b"\n")


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"{}",
        b"[1]",
        b'{"commitmentId": "a", "reason": "b"}',
        b'{"commitmentId": "a", "status": "klaar", "reason": "b"}',
        b"[" * 5000,
    ],
)
def test_a_line_that_is_no_correction_is_counted(file: Path, line: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(line + b"\n\n")
    keep(correction(status="done"), file)
    register = read_register([], file, newest=NEWEST)
    assert (len(register.log), register.unreadable) == (1, (1,))


def test_threads_and_processes_that_write_at_the_same_time_lose_nothing(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from begroting_qa.corrections import Correction, keep\n"
        "for n in range(20): keep(Correction(commitment_id=f'{sys.argv[1]}-{n}', status='done', reason='x' * 900), Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "src")}
    others = [subprocess.Popen([sys.executable, "-c", code, name, str(file)], env=environment) for name in ("p", "q")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: keep(correction(f"t-{n}", status="done"), file), range(40)))
    assert [other.wait(timeout=60) for other in others] == [0, 0]
    register = read_register([], file, newest=NEWEST)
    assert register.unreadable == ()
    assert {c.commitment_id for c in register.log} == {f"t-{n}" for n in range(40)} | {
        f"{p}-{n}" for p in "pq" for n in range(20)
    }


def test_a_full_file_stays_as_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(correction(status="done"), file)
    before = file.read_bytes()
    monkeypatch.setattr(corrections, "MAX_FILE_BYTES", len(before) + 10)
    with pytest.raises(CorrectionError, match="is vol"):
        keep(correction(status="done"), file)
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorrectionError, match="niet te lezen"):
        read_register([], tmp_path, newest=NEWEST)
    with pytest.raises(CorrectionError, match="kon niet worden bewaard"):
        keep(correction(status="done"), tmp_path)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "geef een van beide"),
        ({"status": "done", "withdrawn": True}, "geef een van beide"),
        ({"status": "klaar"}, "planned"),
        ({"status": "done", "reason": " "}, "at least 1"),
        ({"status": "done", "reason": "x" * 1001}, "at most 1000"),
        ({"due": {**TERM, "from": "2027-01-01"}}, "achteruit"),
        ({"due": {**TERM, "to": "2026-02-30"}}, "date"),
        ({"due": {**TERM, "to": 1_700_000_000}}, "not a day"),
        ({"due": {**TERM, "to": "9999-12-31"}}, "not a day"),
        ({"due": {"text": "ooit"}}, "from"),
        ({"due": "weg"}, "removed"),
        ({"status": "done", "door": "Jan"}, "Extra inputs"),
        ({"notACommitment": "ja"}, "boolean"),
    ],
)  # fmt: skip
def test_a_correction_that_says_nothing_or_nonsense_is_none(fields: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        correction(**fields)


# --- what it does -------------------------------------------------------------------------------------------------------


def test_the_last_correction_holds_whole_and_a_withdrawn_one_leaves_none() -> None:
    first, second = correction(status="done"), correction(due=TERM)
    assert in_force([first, second]) == {"samenwonen": second}
    assert in_force([first, correction(withdrawn=True)]) == {}
    assert in_force([first, correction(withdrawn=True), second]) == {"samenwonen": second}


def test_a_correction_is_laid_over_what_was_read(read: dict[str, Commitment]) -> None:
    lines = [
        correction(status="done", due=TERM),
        correction("pilotlocatie", notACommitment=True),
        correction("weg", status="done"),
    ]
    entries = {entry.original.id: entry for entry in apply(list(read.values()), lines, newest=NEWEST)}
    assert list(entries) == list(read)
    samenwonen = entries["samenwonen"]
    assert samenwonen.original == read["samenwonen"]
    assert samenwonen.commitment == replace(
        read["samenwonen"],
        status=CommitmentStatus.DONE,
        due=Period(text="eind 2026", first=date(2026, 10, 1), last=date(2026, 12, 31)),
    )
    assert entries["pilotlocatie"].commitment == read["pilotlocatie"]
    assert entries["praktijk"].correction is None


@pytest.mark.parametrize(
    ("commitment_id", "due", "expected"),
    [
        ("samenwonen", TERM, CommitmentStatus.PLANNED),
        ("samenwonen", "removed", CommitmentStatus.PLANNED),
        ("pilotlocatie", {**TERM, "from": "2025-07-01", "to": "2025-07-31"}, CommitmentStatus.OVERDUE),
        ("pilotlocatie", {**TERM, "from": "2025-08-01", "to": "2025-08-01"}, CommitmentStatus.PLANNED),
        ("praktijk", {**TERM, "from": "2025-07-01", "to": "2025-07-31"}, CommitmentStatus.UNDER_WAY),
    ],
)
def test_another_term_makes_what_nobody_reported_on_late_or_not(
    read: dict[str, Commitment], commitment_id: str, due: object, expected: CommitmentStatus
) -> None:
    (entry,) = apply([read[commitment_id]], [correction(commitment_id, due=due)], newest=NEWEST)
    assert entry.commitment.status is expected


def test_a_correction_outlives_its_commitment_and_is_told(file: Path, read: dict[str, Commitment]) -> None:
    for commitment_id in ("weg", "samenwonen", "ingetrokken"):
        keep(correction(commitment_id, notACommitment=True), file)
    keep(correction("ingetrokken", withdrawn=True), file)
    register = read_register(list(read.values()), file, newest=NEWEST)
    assert register.unmatched == ("weg",)
    assert [commitment.id for commitment in register.commitments] == ["praktijk", "pilotlocatie"]
    assert [c.commitment_id for c in register.log_of("ingetrokken")] == ["ingetrokken"] * 2


# --- over HTTP ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(engine_settings: Settings, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service that started, with the small register."""
    settings = engine_settings.model_copy(
        update={"corrections": tmp_path_factory.mktemp("served") / "kept" / "corrections.jsonl"}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "open_engine", lambda s: replace(open_engine(s), commitments=commitments(engine)))
        with TestClient(create_app(settings)) as started:
            yield started.app


@pytest.fixture
def served(app: Any) -> Iterator[Path]:
    """The file of the service, which is not there yet."""
    file: Path = app.state.running.settings.corrections
    yield file
    shutil.rmtree(file.parent, ignore_errors=True)


@pytest.fixture
def client(app: Any, served: Path) -> TestClient:
    assert not served.exists()
    return TestClient(app, client=("127.0.0.1", 50000))


def correct(client: TestClient, commitment_id: str = "samenwonen", **fields: object) -> Any:
    return client.post(f"/v1/commitments/{commitment_id}/correction", json=fields)


def test_a_correction_shows_at_once_and_its_log_tells_all(client: TestClient) -> None:
    response = correct(client, **DONE, due=TERM)
    assert response.status_code == 201, response.text
    body = response.json()
    assert (body["status"], body["due"]) == ("done", TERM)
    assert body["statusText"] == "volgens een correctie: gedaan"
    corrected = dict(body["corrected"])
    assert datetime.fromisoformat(corrected.pop("at")).tzinfo is not None
    assert corrected == {
        **DONE, "due": TERM, "notACommitment": False,
        "before": {"status": "overdue", "due": {"text": "begin 2025", "from": "2025-01-01", "to": "2025-03-31"}},
    }  # fmt: skip
    assert client.get("/v1/commitments/samenwonen").json() == body
    listed = client.get("/v1/commitments", params={"status": "done"}).json()
    assert listed["items"] == [body]
    assert client.get("/v1/commitments", params={"dueAfter": "2026-01-01"}).json()["items"] == [body]

    back = correct(client, withdrawn=True, reason="Verkeerde toezegging").json()
    assert (back["status"], back["corrected"]) == ("overdue", None)
    log = client.get("/v1/commitments/samenwonen/corrections").json()
    assert [(line["status"], line["withdrawn"], line["reason"]) for line in log["items"]] == [
        ("done", False, DONE["reason"]),
        (None, True, "Verkeerde toezegging"),
    ]
    assert (log["total"], log["limit"], log["offset"]) == (2, 50, 0)
    page = client.get("/v1/commitments/samenwonen/corrections?limit=1&offset=1").json()
    assert page["items"] == log["items"][1:]
    assert client.get("/v1/commitments/praktijk/corrections").json()["items"] == []


def test_what_is_no_commitment_leaves_the_register_and_keeps_its_address(client: TestClient) -> None:
    body = correct(client, notACommitment=True, reason="Een beschrijving").json()
    assert body["corrected"]["notACommitment"] is True
    listed = client.get("/v1/commitments").json()
    assert (listed["total"], "samenwonen" in [item["id"] for item in listed["items"]]) == (2, False)
    assert client.get("/v1/commitments/samenwonen").json() == body
    assert correct(client, withdrawn=True, reason="Toch wel").status_code == 201
    assert client.get("/v1/commitments").json()["total"] == 3


def test_a_correction_without_its_commitment_is_listed_and_its_log_stays(client: TestClient, served: Path) -> None:
    keep(correction("weg", status="done"), served)
    with served.open("a", encoding="utf-8") as log:
        log.write("geen regel van JSON\n")
    body = client.get("/v1/commitments").json()
    assert (body["unmatchedCorrections"], body["unreadableCorrections"]) == (["weg"], [2])
    assert client.get("/v1/commitments/weg/corrections").json()["total"] == 1
    assert client.get("/v1/commitments/weg").status_code == 404


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"status": "done"}, "'reason' ontbreekt"),
        ({"status": "done", "reason": "  "}, "'reason' is leeg"),
        ({"status": "done", "reason": "x" * 1001}, "hoogstens 1.000"),
        ({"status": "klaar", "reason": "a"}, "Kies uit planned, underWay, done, overdue, changed, dropped"),
        ({"reason": "a"}, "geef een van beide"),
        ({"due": {**TERM, "from": "2027-01-01"}, "reason": "a"}, "achteruit"),
        ({"due": {**TERM, "to": "31-12-2026"}, "reason": "a"}, "'due.to' is 31-12-2026, maar moet een datum als"),
        ({"due": {**TERM, "to": "2026-02-30"}, "reason": "a"}, "een bestaande datum"),
        ({"due": 5, "reason": "a"}, "'due' is 5, maar moet een object zijn"),
        ({"due": {"from": "2026-10-01", "to": "2026-12-31"}, "reason": "a"}, "'due.text' ontbreekt"),
        ({"status": "done", "reason": "a", "door": "Jan"}, "Onbekend veld 'door'"),
        ({"not_a_commitment": True, "reason": "a"}, "not_a_commitment"),
        ({"at": "2020-01-01T00:00:00Z", "status": "done", "reason": "a"}, "Onbekend veld 'at'"),
    ],
)
def test_a_correction_that_does_not_fit_is_a_400_that_says_why(
    client: TestClient, served: Path, body: dict[str, object], word: str
) -> None:
    response = correct(client, **body)
    assert (response.status_code, response.json()["type"]) == (400, "/problems/invalid-request")
    assert word in response.json()["detail"]
    assert not served.exists()


def test_an_unknown_commitment_cannot_be_corrected(client: TestClient, served: Path) -> None:
    for response in (
        correct(client, "nee", **DONE),
        client.get("/v1/commitments/nee"),
        client.get("/v1/commitments/nee/corrections"),
    ):
        assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")
        assert "'nee' staat niet in het register; zoek haar op" in response.json()["detail"]
    assert not served.exists()


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 201),
        ("127.1.2.3", {}, 201),
        ("::1", {}, 201),
        ("::ffff:127.0.0.1", {}, 201),
        ("127.0.0.1", {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, 201),
        ("127.0.0.1", {"origin": "http://localhost:8000", "host": "localhost:8000", "sec-fetch-site": "same-origin"}, 201),
        ("127.0.0.1", {"origin": "http://[::1]:8000", "host": "[::1]:8000"}, 201),
        # another service on this machine
        ("127.0.0.1", {"origin": "http://localhost:9999", "host": "localhost:8000"}, 403),
        ("127.0.0.1", {"origin": "http://localhost:8000", "host": "localhost:8000", "sec-fetch-site": "same-site"}, 403),
        ("192.0.2.7", {}, 403),
        ("::ffff:192.0.2.7", {}, 403),
        ("testclient", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Forwarded-Host": "leiden.example"}, 403),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.1", {"via": "1.1 proxy"}, 403),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, 403),
        ("127.0.0.1", {"origin": "http://elders.example"}, 403),
        ("127.0.0.1", {"origin": "http://127.0.0.1.elders.example"}, 403),
        ("127.0.0.1", {"origin": "null"}, 403),
        ("127.0.0.1", {"origin": "http://["}, 403),
    ],
)
def test_only_this_machine_may_correct(app: Any, served: Path, host: str, headers: dict[str, str], status: int) -> None:
    client = TestClient(app, client=(host, 50000))
    response = client.post("/v1/commitments/samenwonen/correction", json=DONE, headers=headers)
    assert response.status_code == status, response.text
    assert served.exists() is (status == 201)
    if status == 403:
        body = response.json()
        assert (body["type"], body["title"]) == ("/problems/forbidden", "Dit mag hier niet")
        assert "begroting-qa correct" in body["detail"]
        assert response.headers["content-type"] == "application/problem+json"


def test_corrections_that_cannot_be_kept_or_read_are_a_503(client: TestClient, served: Path) -> None:
    served.mkdir(parents=True)
    for response in (correct(client, **DONE), client.get("/v1/commitments")):
        assert response.status_code == 503
        assert "correcties" in response.json()["detail"]
        assert int(response.headers["Retry-After"]) > 0


def test_several_who_correct_at_the_same_time_are_all_kept(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: correct(client, status="done", reason=f"reden {n}").status_code, range(24)))
    assert set(found) == {201}
    log = client.get("/v1/commitments/samenwonen/corrections").json()
    assert {line["reason"] for line in log["items"]} == {f"reden {n}" for n in range(24)}
