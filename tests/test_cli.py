"""The command line as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from begroting_qa.settings import Settings

REPOSITORY = Path(__file__).parent.parent


def run(*arguments: str, settings: Settings | None = None) -> subprocess.CompletedProcess[str]:
    places = ["--corpus", str(settings.corpus), "--index", str(settings.index)] if settings else []
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}
    command = [sys.executable, "-m", "begroting_qa", *arguments, *places]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=REPOSITORY, timeout=60, check=False)


def test_help_is_dutch_and_loads_no_model() -> None:
    code = (
        "import sys, begroting_qa.cli; assert not {'torch', 'faiss', 'sentence_transformers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")})
    done = run("--help")
    assert done.returncode == 0
    assert "Beantwoord een vraag" in done.stdout


def test_ask_prints_the_answer_with_its_sources(engine_settings: Settings) -> None:
    done = run("ask", "Hoeveel opvangplekken voor asielzoekers moet Leiden organiseren?", settings=engine_settings)
    assert done.returncode == 0
    assert "619" in done.stdout
    assert "Bronnen:" in done.stdout


def test_ask_json_is_the_contract_body(engine_settings: Settings) -> None:
    body = json.loads(run("ask", "Wat kost Hecht in 2025?", "--json", settings=engine_settings).stdout)
    assert body["status"] == "answered"
    assert body["citations"][0]["documentId"] == "leiden-programmabegroting-2025-p9"


def test_what_is_not_there_is_an_answer_and_exits_0(engine_settings: Settings) -> None:
    done = run("ask", "Waar gaat RV 31.0001 over?", settings=engine_settings)
    assert done.returncode == 0
    assert done.stdout.startswith("Dat staat niet in de documenten")


def test_search_prints_passages(engine_settings: Settings) -> None:
    items = json.loads(run("search", "ondersteuning mantelzorgers", "--json", settings=engine_settings).stdout)["items"]
    assert any("mantelzorgondersteuning" in f"{item['section']} {item['text']}".lower() for item in items[:3])


@pytest.mark.parametrize(
    "arguments", [["ask"], ["ask", " "], ["ask", "x" * 1001], ["search", "a", "--limit", "0"], ["bestaat-niet"]]
)
def test_wrong_usage_exits_2(arguments: list[str], engine_settings: Settings) -> None:
    assert run(*arguments, settings=engine_settings if arguments[0] != "bestaat-niet" else None).returncode == 2


def test_an_unusable_corpus_is_one_line_on_stderr(tmp_path: Path) -> None:
    done = run("index", "--corpus", str(tmp_path), "--index", str(tmp_path / "index"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().startswith("begroting-qa: ")
    assert "sources.toml" in done.stderr
