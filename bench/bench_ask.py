"""Time a warm question over HTTP beside its bare parts, in one run.

    python -m bench.bench_ask [--rounds 200]

Machines differ and are shared, so the ratios count, not the milliseconds: what the whole costs against tokenising, encoding,
a flat scan, BM25 and JSON alone. The service runs in this process on a loopback port.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import uvicorn

from begroting_qa.domain import Filters, Plan, ScoredPassage
from begroting_qa.dutch import index_terms, tokens
from begroting_qa.pipeline import Engine, answer_question, build_index, open_engine
from begroting_qa.retrieve import retrieve
from begroting_qa.serve.app import create_app
from begroting_qa.settings import read_settings
from begroting_qa.understand.plan import understand


def median_ms(work: Callable[[str], object], questions: list[str], rounds: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of the milliseconds of one call."""
    times: list[float] = []
    for i in range(rounds):
        started = time.perf_counter()
        work(questions[i % len(questions)])
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), sorted(times)[int(0.95 * len(times))]


def candidates(engine: Engine, plan: Plan, k: int) -> list[ScoredPassage]:
    """Return the passages that the index finds, not yet reranked."""
    return retrieve(plan, engine.index, engine.embedder, engine.store.passages, engine.vocabulary, k=k)


def main() -> None:
    """Build, serve, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    cases = [
        json.loads(line)
        for f in sorted(Path("eval/questions").glob("*.jsonl"))
        for line in f.read_text(encoding="utf-8").splitlines()
    ]
    questions = [case["question"] for case in cases]
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(index=Path(folder))
        build_index(settings)
        engine = open_engine(settings)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        url = f"http://127.0.0.1:{port}/v1/ask"

        def over_http(question: str) -> bytes:
            body = json.dumps({"question": question}).encode()
            request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
            with urllib.request.urlopen(request) as response:
                return response.read()

        sample = json.loads(over_http(questions[0]))
        vector = engine.embedder.embed_queries([questions[0]])[0]
        parts: list[tuple[str, Callable[[str], object]]] = [
            ("tokenise", tokens),
            ("encode", lambda q: engine.embedder.embed_queries([q])),
            (
                "flat scan and BM25, fused",
                lambda q: engine.index.search(vector, dict.fromkeys(index_terms(q), 1.0), Filters(), 40),
            ),
            ("BM25 alone", lambda q: engine.vocabulary.terms.scores(dict.fromkeys(index_terms(q), 1.0))),
            ("JSON of an answer", lambda _q: json.dumps(sample)),
            ("rerank 50", lambda q: engine.reranker.rerank(*found[q])),
            ("understand", lambda q: understand(q, Filters(), engine.vocabulary)),
            ("answer, in process", lambda q: answer_question(engine, q)),
            ("ask, over HTTP", over_http),
        ]
        for question in questions:
            over_http(question)  # warm
        found = {q: (plan := understand(q, Filters(), engine.vocabulary), candidates(engine, plan, 50)) for q in questions}
        rows = [(name, *median_ms(work, questions, rounds)) for name, work in parts]
        floor = sum(
            p50 for name, p50, _ in rows if name in ("tokenise", "encode", "flat scan and BM25, fused", "JSON of an answer")
        )
        print("| part | p50 ms | p95 ms | against the bare parts |\n| --- | ---: | ---: | ---: |")
        for name, p50, p95 in rows:
            print(f"| {name} | {p50:.2f} | {p95:.2f} | {p50 / floor:.2f} |")
        server.should_exit = True


if __name__ == "__main__":
    main()
