"""Real parts made small: the repository's own corpus and shipped model, an index in a temporary folder."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from begroting_qa.domain import Document
from begroting_qa.ingest.sources import read_source_bytes, read_sources
from begroting_qa.ingest.text import read_text
from begroting_qa.pipeline import Engine, build_index, open_engine
from begroting_qa.serve.app import create_app
from begroting_qa.settings import Settings, read_settings

REPOSITORY = Path(__file__).parent.parent
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/data/golden from what is read now")


@pytest.fixture(scope="session")
def corpus() -> Path:
    return REPOSITORY / "corpus"


@pytest.fixture(scope="session")
def engine_settings(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Settings:
    """Settings whose index is built from the repository's corpus; read only."""
    settings = read_settings(corpus=corpus, index=tmp_path_factory.mktemp("index"))
    build_index(settings)
    return settings


@pytest.fixture(scope="session")
def engine(engine_settings: Settings) -> Iterator[Engine]:
    opened = open_engine(engine_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def documents(corpus: Path) -> dict[str, Document]:
    """The five documents as they are read, by id."""
    return {source.id: read_text(source, read_source_bytes(corpus, source)) for source in read_sources(corpus)}


@pytest.fixture(scope="module")
def address(engine_settings: Settings) -> Iterator[str]:
    """Where a real server answers, on loopback."""
    server = uvicorn.Server(uvicorn.Config(create_app(engine_settings), port=0, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium; for a module at a time, because Playwright keeps an event loop running while it is open."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[dev]'")
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"{CHROMIUM} is not installed: make browser")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
