"""Real parts made small: the repository's own corpus and shipped model, an index in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from begroting_qa.domain import Document
from begroting_qa.ingest.sources import read_source_bytes, read_sources
from begroting_qa.ingest.text import read_text
from begroting_qa.pipeline import Engine, build_index, open_engine
from begroting_qa.settings import Settings, read_settings

REPOSITORY = Path(__file__).parent.parent


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
