"""The service over HTTP: the contract's calls, its problems, and what happens when the index changes under it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from begroting_qa.errors import PortInUseError
from begroting_qa.pipeline import build_index
from begroting_qa.serve.app import create_app, serve
from begroting_qa.serve.limits import MAX_BODY_BYTES, Capacity
from begroting_qa.settings import Settings, read_settings

BUDGET = "leiden-programmabegroting-2025-p9"
PROBLEMS = "application/problem+json"
ANSWERED = [
    "Wat is de missie van het programma Maatschappelijke Ondersteuning?",
    "Wat zijn de lasten van beleidsterrein Preventie?",
    "Welke doelgroepen noemt het programma Maatschappelijke Zorg?",
    "Wanneer eindigt de looptijd van de opdracht Sterke Sociale Basis?",
]


@pytest.fixture(scope="module")
def client(engine_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(engine_settings)) as opened:
        yield opened


def ask(client: TestClient, question: str, **fields: object) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    return response.json()


def check_problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEMS
    assert response.headers["api-version"] == "1.0.0"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["type"] == f"/problems/{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"].endswith(".")
    assert "Traceback" not in response.text
    return body


# --- the contract -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ANSWERED)
def test_every_citation_is_a_literal_quote_at_its_place(client: TestClient, question: str) -> None:
    body = ask(client, question)
    assert body["status"] == "answered"
    assert body["citations"]
    for citation in body["citations"]:
        place = {"start": citation["start"], "end": citation["end"]}
        text = client.get(f"/v1/documents/{citation['documentId']}/text", params=place).json()
        assert text["text"] == citation["quote"]
        assert f"[{citation['marker']}]" in body["answer"] or citation["marker"] in [item["citation"] for item in body["items"]]
    assert len(body["answer"]) <= 700
    assert body["refusal"] is None


def test_an_answer_has_every_field_of_the_contract(client: TestClient) -> None:
    body = ask(
        client, ANSWERED[0], topK=3, filters={"years": [2025], "kinds": ["programmabegroting"]}, history=[{"question": "Eerder?"}]
    )
    assert set(body) == {
        "id", "question", "status", "answer", "completeness", "items", "reading", "citations", "figures", "calculation", "series",
        "refusal", "passages", "notices", "timingMs", "engine",
    }  # fmt: skip
    assert set(body["engine"]) == {"embedder", "answerer", "indexGeneration"}
    assert set(body["timingMs"]) == {"total", "retrieve", "answer"}
    assert set(body["reading"]) == {"text", "subject", "measure", "periods", "inherited"}
    assert len(body["passages"]) == 3
    assert {citation["documentId"] for citation in body["citations"]} == {BUDGET}
    assert body["figures"] == body["series"] == []
    assert body["calculation"] is None


def test_a_question_outside_the_documents_is_refused_with_help(client: TestClient) -> None:
    body = ask(client, "Wie is de burgemeester van Parijs?")
    assert body["status"] == "not_in_corpus"
    assert body["citations"] == []
    assert body["refusal"]["searched"]
    assert body["answer"]


def test_the_same_request_gives_the_same_body(client: TestClient) -> None:
    bodies = [ask(client, ANSWERED[0]) for _ in range(2)]
    for body in bodies:
        del body["id"], body["timingMs"]
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    "question", ["\x00", "a\x00b\x1b[31m", "🎉🎉", "\u202e?", "%PDF-1.4 ÿþ\x01\x02", "?" * 1000, "' OR 1=1 --", "𝕎𝕒𝕥 kost 𝕙𝕖𝕥"]
)
def test_strange_questions_get_an_answer_of_some_kind(client: TestClient, question: str) -> None:
    assert ask(client, question)["status"] in {"answered", "not_in_corpus", "not_supported"}


def test_a_stream_tells_its_events_in_order_and_ends_with_the_same_body(client: TestClient) -> None:
    with client.stream("POST", "/v1/ask/stream", json={"question": ANSWERED[0]}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["api-version"] == "1.0.0"
        text = response.read().decode()
    events = [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.split("\n")[1].removeprefix("data: ")))
        for block in text.split("\n\n")
        if block
    ]
    names = [name for name, _ in events]
    tokens = [data["text"] for name, data in events if name == "token"]
    assert names == ["status", "passages", *["token"] * len(tokens), "answer"]
    assert len(tokens) > 1
    assert events[0][1] == {"step": "zoeken"}
    final = events[-1][1]
    assert "".join(tokens) == final["answer"]
    assert events[1][1]["items"] == final["passages"]
    direct = ask(client, ANSWERED[0])
    for body in (final, direct):
        del body["id"], body["timingMs"]
    assert final == direct


def test_search_ranks_passages_and_pages_them(client: TestClient) -> None:
    first = client.post("/v1/search", json={"query": "mantelzorg", "limit": 5}).json()
    assert set(first) == {"items", "total", "limit", "offset"}
    assert len(first["items"]) == 5
    scores = [item["score"] for item in first["items"]]
    assert scores == sorted(scores, reverse=True)
    following = client.post("/v1/search", json={"query": "mantelzorg", "limit": 2, "offset": 2}).json()
    assert following["items"] == first["items"][2:4]
    filtered = client.post("/v1/search", json={"query": "mantelzorg", "filters": {"years": [2018]}}).json()
    assert {item["documentId"] for item in filtered["items"]} == {"leiden-jaarverslag-2018-p9"}


def test_documents_are_listed_in_pages_and_described_with_their_outline(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()
    assert (listed["total"], listed["limit"], listed["offset"]) == (5, 50, 0)
    assert client.get("/v1/documents", params={"limit": 2, "offset": 4}).json()["items"] == listed["items"][4:]
    entry = next(item for item in listed["items"] if item["id"] == BUDGET)
    assert entry["status"] == "vastgesteld"
    assert entry["asOf"] == "2024-11-07"
    assert entry["completeness"] > 0.99
    described = client.get(f"/v1/documents/{BUDGET}").json()
    assert {key: described[key] for key in entry} == entry
    assert described["sections"]
    assert {"heading", "code", "level", "path", "start", "end", "sections"} == set(described["sections"][0])


def test_the_whole_text_is_the_file_as_it_is(client: TestClient, corpus: Path) -> None:
    body = client.get(f"/v1/documents/{BUDGET}/text").json()
    data = (corpus / "leiden-programmabegroting-2025-programma-9.txt").read_bytes()
    assert body["text"].encode() == data
    assert body["sha256"] == sha256(data).hexdigest()
    assert (body["documentId"], body["start"], body["end"]) == (BUDGET, 0, len(data.decode()))
    part = client.get(f"/v1/documents/{BUDGET}/text?start=5").json()
    assert part["text"] == body["text"][5:]
    assert part["sha256"] == body["sha256"]


def test_health_tells_what_is_served(client: TestClient) -> None:
    assert client.get("/health/live").status_code == 200
    body = client.get("/health/ready").json()
    assert body["generation"] == ask(client, ANSWERED[0])["engine"]["indexGeneration"]
    assert body["corpusNewer"] is False
    assert body["problem"] is None


@pytest.mark.parametrize(
    "path",
    ["/", "/documents", "/static/page.css", "/v1/documents", "/v1/openapi.json", "/health/live", "/nergens", "/v1/nergens"],
)
def test_every_response_has_the_version_and_the_security_headers(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["api-version"] == "1.0.0"
    assert "unsafe-inline" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    head = client.head(path)
    assert (head.status_code, head.content) == (response.status_code, b"")


def test_openapi_says_what_the_service_does(client: TestClient) -> None:
    response = client.get("/v1/openapi.json")
    document = response.json()
    assert document["servers"] == [{"url": "/"}]
    assert set(document["info"]["contact"]) == {"name", "url", "email"}
    assert {"/v1/ask", "/v1/ask/stream", "/v1/search", "/v1/documents", "/v1/documents/{id}", "/v1/documents/{id}/text"} <= set(
        document["paths"]
    )
    text = response.text
    assert "422" not in {
        status for path in document["paths"].values() for operation in path.values() for status in operation["responses"]
    }
    assert "HTTPValidationError" not in text
    asking = document["paths"]["/v1/ask"]["post"]
    assert asking["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/AskBody"}
    assert set(asking["responses"]) >= {"200", "400", "413", "415", "503"}
    assert set(asking["responses"]["400"]["content"]) == {PROBLEMS}
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(document["components"]["schemas"])
    for path in document["paths"].values():
        for operation in path.values():
            assert all("API-Version" in answer["headers"] for answer in operation["responses"].values())


# --- problems -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "leeg"),
        (b"   ", "leeg"),
        (b"{", "JSON"),
        (b'{"question": "a"} x', "JSON"),
        (b'["a"]', "object"),
        (b'"a"', "object"),
        (b"null", "object"),
        (b'{"question": "caf\xe9"}', "UTF-8"),
        (b'\xff\xfe{\x00"\x00', "UTF-8"),
        (b'{"question": "a \\ud800 b"}', "teken"),
        (b'{"question": "a", "\\udfff": 1}', "teken"),
        (b'{"question": "a", "question": "b"}', "twee keer"),
        (b'{"question": "a", "topK": NaN}', "getal"),
        (b'{"question": "a", "topK": ' + b"9" * 5000 + b"}", "getal"),
        (b'{"question": ' + b"[" * 30000, "JSON"),
        (b'{"question": ' + b"[" * 30000 + b"]" * 30000 + b"}", "JSON"),
        (b"{}", "question"),
        (b'{"question": null}', "tekst"),
        (b'{"question": 5}', "tekst"),
        (b'{"question": ["a"]}', "tekst"),
        (b'{"question": ""}', "leeg"),
        (b'{"question": " \\n\\t "}', "leeg"),
        (json.dumps({"question": "a" * 1001}).encode(), "1.000"),
        (b'{"question": "a", "vraag": "b"}', "vraag"),
        (b'{"question": "a", "top_k": 3}', "top_k"),
        (b'{"question": "a", "topK": 0}', "minstens 1"),
        (b'{"question": "a", "topK": 1000}', "hoogstens"),
        (b'{"question": "a", "topK": "8"}', "geheel getal"),
        (b'{"question": "a", "topK": 1.5}', "geheel getal"),
        (b'{"question": "a", "topK": true}', "geheel getal"),
        (b'{"question": "a", "filters": []}', "object"),
        (b'{"question": "a", "filters": {"jaren": [2025]}}', "jaren"),
        (b'{"question": "a", "filters": {"years": "2025"}}', "lijst"),
        (b'{"question": "a", "filters": {"years": ["2025"]}}', "geheel getal"),
        (b'{"question": "a", "filters": {"kinds": ["roman"]}}', "programmabegroting"),
        (json.dumps({"question": "a", "history": [{"question": "b"}] * 6}).encode(), "5"),
        (b'{"question": "a", "history": [{}]}', "history"),
    ],
)
def test_a_bad_body_is_a_400_that_says_what_to_mend(client: TestClient, content: bytes, word: str) -> None:
    for path in ("/v1/ask", "/v1/ask/stream"):
        response = client.post(path, content=content, headers={"content-type": "application/json"})
        assert word in check_problem(response, 400, "invalid-request")["detail"]


def test_a_question_of_exactly_the_limit_is_taken_and_blanks_around_it_do_not_count(client: TestClient) -> None:
    ask(client, "  " + "a " * 499 + "aa  ")


@pytest.mark.parametrize(
    "body",
    [{"query": ""}, {"query": "a", "limit": 201}, {"query": "a", "limit": 0}, {"query": "a", "offset": -1}, {"question": "a"}],
)
def test_a_bad_search_is_a_400(client: TestClient, body: dict[str, object]) -> None:
    check_problem(client.post("/v1/search", json=body), 400, "invalid-request")


def test_a_large_body_is_a_413_whatever_its_length_says(client: TestClient) -> None:
    large = json.dumps({"question": "a" * MAX_BODY_BYTES}).encode()
    check_problem(client.post("/v1/ask", content=large, headers={"content-type": "application/json"}), 413, "too-large")
    parts = (large[at : at + 1000] for at in range(0, len(large), 1000))
    check_problem(client.post("/v1/ask", content=parts, headers={"content-type": "application/json"}), 413, "too-large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "", None]
)
def test_another_media_type_is_a_415(client: TestClient, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    check_problem(client.post("/v1/ask", content=b'{"question": "a"}', headers=headers), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/documents/{BUDGET}/text?start=-1",
        f"/v1/documents/{BUDGET}/text?start=10&end=5",
        f"/v1/documents/{BUDGET}/text?end=99999999",
        f"/v1/documents/{BUDGET}/text?start=99999999",
        f"/v1/documents/{BUDGET}/text?start=99999999999999999999999",
        f"/v1/documents/{BUDGET}/text?start=een",
        f"/v1/documents/{BUDGET}/text?start=",
        f"/v1/documents/{BUDGET}/text?start=1.5",
        f"/v1/documents/{BUDGET}/text?start=%FF",
        f"/v1/documents/{BUDGET}/text?begin=1",
        f"/v1/documents/{BUDGET}?start=1",
        "/v1/documents?limit=201",
        "/v1/documents?limit=0",
        "/v1/documents?offset=-1",
        "/v1/documents?limit=5&limit=6",
        "/v1/documents?page=2",
        "/v1/openapi.json?x=1",
        "/health/ready?x=1",
    ],
)
def test_a_bad_query_is_a_400(client: TestClient, path: str) -> None:
    check_problem(client.get(path), 400, "invalid-request")


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/search"])
def test_questions_take_no_query_keys(client: TestClient, path: str) -> None:
    check_problem(client.post(f"{path}?question=geheim", json={"question": "a", "query": "a"}), 400, "invalid-request")


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/ask/",
        "/v1/documents/nee",
        "/v1/documents/nee/text",
        "/v1/documents/a%00b",
        "/v1/documents/%ED%A0%80",
        "/docs",
        "/openapi.json",
        "/static/",
        "/static/nee.css",
        "/static/../app.py",
        "/nergens",
    ],
)
def test_what_does_not_exist_is_a_404(client: TestClient, path: str) -> None:
    check_problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/ask", "POST"),
        ("DELETE", "/v1/documents", "GET, HEAD"),
        ("PUT", "/", "GET, HEAD, POST"),
        ("POST", "/health/live", "GET, HEAD"),
    ],
)
def test_another_method_is_a_405_that_names_the_right_one(client: TestClient, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    check_problem(response, 405, "invalid-request")
    assert response.headers["allow"] == allowed


def test_without_an_index_the_service_runs_and_says_so(tmp_path: Path, corpus: Path) -> None:
    with TestClient(create_app(read_settings(corpus=corpus, index=tmp_path))) as empty:
        assert empty.get("/health/live").status_code == 200
        for response in (
            empty.get("/health/ready"),
            empty.get("/v1/documents"),
            empty.post("/v1/ask", json={"question": "a"}),
            empty.get("/"),
        ):
            assert "begroting-qa index" in check_problem(response, 503, "unavailable")["detail"]
            assert int(response.headers["retry-after"]) > 0


def test_over_capacity_is_a_503_and_the_place_comes_free_again(client: TestClient) -> None:
    app: Any = client.app
    before, app.state.capacity = app.state.capacity, Capacity(1)
    try:
        with app.state.capacity.place():
            for path in ("/v1/ask", "/v1/ask/stream"):
                response = client.post(path, json={"question": "a"})
                check_problem(response, 503, "unavailable")
                assert int(response.headers["retry-after"]) > 0
            assert client.get("/v1/documents").status_code == 200
        for path in ("/v1/ask", "/v1/ask/stream", "/v1/ask"):
            assert client.post(path, json={"question": ANSWERED[0]}).status_code == 200
    finally:
        app.state.capacity = before


def test_a_fault_of_ours_is_a_500_that_betrays_nothing(engine_settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(engine_settings)

    def break_down() -> None:
        raise RuntimeError("de geheime vraag")

    app.add_api_route("/v1/kapot", break_down)
    with caplog.at_level(logging.INFO), TestClient(app) as broken:
        response = broken.get("/v1/kapot")
    assert "geheime" not in check_problem(response, 500, "unavailable")["detail"]
    fault = next(record for record in caplog.records if record.message == "fault")
    assert "break_down" in str(vars(fault))
    assert "geheime" not in caplog.text + str([vars(record) for record in caplog.records])


def test_the_log_never_holds_a_question(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Waarom geheimzinnig kwijtschelden"
    with caplog.at_level(logging.DEBUG, logger="begroting_qa"):
        ask(client, secret)
        client.post("/", data={"question": secret})
        client.post("/v1/ask", content=f'{{"question": "{secret}", "x": 1}}', headers={"content-type": "application/json"})
        client.get(f"/{secret}")
        client.get(f"/?question={secret}")
    logged = str([vars(record) for record in caplog.records])
    assert "geheimzinnig" not in logged
    assert f"'questionChars': {len(secret)}" in logged


# --- the index changes while the service runs ---------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path, corpus: Path) -> Settings:
    """Two documents, indexed in a folder of their own."""
    settings = read_settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    shutil.copytree(corpus, settings.corpus)
    keep_sources(settings.corpus, "2018", "voortgangsrapportage-2023")
    build_index(settings)
    return settings


def keep_sources(corpus: Path, *names: str) -> None:
    listing = corpus / "sources.toml"
    head, *entries = listing.read_text(encoding="utf-8").split("[[source]]")
    kept = [entry for entry in entries if any(name in entry.split("\n")[1] for name in names)]
    listing.write_text("[[source]]".join([head, *kept]), encoding="utf-8")
    for path in corpus.glob("*.txt"):
        if not any(path.name in entry for entry in kept):
            path.unlink()


def wait_for(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.05)


def test_a_new_generation_is_taken_within_five_seconds_without_a_failed_request(small: Settings) -> None:
    with TestClient(create_app(small)) as client, ThreadPoolExecutor(4) as pool:
        first = client.get("/health/ready").json()["generation"]
        seen: list[tuple[int, str, int]] = []
        go_on = True

        def request_on_and_on() -> None:
            while go_on:
                answer = client.post("/v1/ask", json={"question": "Wat is de missie van het programma?"})
                listed = client.get("/v1/documents")
                seen.append((answer.status_code, answer.json()["engine"]["indexGeneration"], listed.status_code))

        workers = [pool.submit(request_on_and_on) for _ in range(3)]
        try:
            keep_sources(small.corpus, "2018")
            assert client.get("/health/ready").json()["corpusNewer"] is True
            second = build_index(small)
            wait_for(lambda: client.get("/health/ready").json()["generation"] == second)
            time.sleep(1.5)  # long enough for the old one to be closed under a request that would still hold it
        finally:
            go_on = False
            for worker in workers:
                worker.result()
        assert client.get("/v1/documents").json()["total"] == 1
        assert client.get("/health/ready").json()["corpusNewer"] is False
    assert {(answer, listed) for answer, _, listed in seen} == {(200, 200)}
    assert {generation for _, generation, _ in seen} == {first, second}


def test_a_damaged_generation_is_reported_and_the_old_one_goes_on(small: Settings) -> None:
    with TestClient(create_app(small)) as client:
        first = client.get("/health/ready").json()["generation"]
        damaged = small.index / "0123456789abcdef"
        shutil.copytree(small.index / first, damaged)
        (damaged / "store.sqlite").write_bytes(b"")
        (small.index / "current").write_text("0123456789abcdef\n", encoding="utf-8")
        wait_for(lambda: client.get("/health/ready").json()["problem"])
        body = client.get("/health/ready").json()
        assert body["generation"] == first
        assert "0123456789abcdef" in body["problem"]
        assert ask(client, "Wat is de missie van het programma?")["engine"]["indexGeneration"] == first
        (small.index / "current").write_text(f"{first}\n", encoding="utf-8")
        wait_for(lambda: client.get("/health/ready").json()["problem"] is None)


def test_an_index_that_comes_later_is_taken(small: Settings, tmp_path: Path) -> None:
    later = read_settings(corpus=small.corpus, index=tmp_path / "later")
    with TestClient(create_app(later)) as client:
        assert client.get("/health/ready").status_code == 503
        generation = build_index(later)
        wait_for(lambda: client.get("/health/ready").status_code == 200)
        assert client.get("/health/ready").json()["generation"] == generation


# --- the process --------------------------------------------------------------------------------------------------------


def test_a_taken_port_is_named_in_dutch(engine_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"poort {port} op 127.0.0.1 is al in gebruik"):
            serve(engine_settings, "127.0.0.1", port)
    with pytest.raises(PortInUseError, match=r"kan niet luisteren op 203\.0\.113\.1"):
        serve(engine_settings, "203.0.113.1", 8000)


def test_the_process_serves_reads_on_past_a_large_body_and_stops_when_told(engine_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = (
        "from pathlib import Path; from begroting_qa.serve.app import serve; from begroting_qa.settings import read_settings; "
        f"serve(read_settings(corpus=Path({str(engine_settings.corpus)!r}), index=Path({str(engine_settings.index)!r})), '127.0.0.1', {port})"
    )
    source = Path(__file__).parent.parent / "src"
    environment = {**os.environ, "PYTHONPATH": str(source)}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
                wait_for(lambda: is_up(client), 30)
                headers = {"content-type": "application/json"}
                response = client.post("/v1/ask", content=b"x" * 3_000_000, headers=headers)
                check_problem(response, 413, "too-large")
                check_problem(
                    client.post("/v1/ask", content=(b"x" * 1000 for _ in range(200)), headers=headers), 413, "too-large"
                )
                assert client.post("/v1/ask", json={"question": ANSWERED[0]}).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    first, *lines = log.splitlines()
    assert f"http://127.0.0.1:{port}/" in first
    assert all(json.loads(line)["event"] for line in lines)


def is_up(client: httpx2.Client) -> bool:
    with contextlib.suppress(httpx2.HTTPError):
        return client.get("/health/ready").status_code == 200
    return False
