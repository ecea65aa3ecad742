"""Publication of an index: repeatable, atomic, and never a damaged one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from begroting_qa.errors import IndexDamagedError, IndexUnusableError, SourceError
from begroting_qa.pipeline import answer_question, build_index, open_engine, published_generation
from begroting_qa.settings import Settings, read_settings

SRC = Path(__file__).parent.parent / "src"


@pytest.fixture
def settings(engine_settings: Settings, tmp_path: Path) -> Settings:
    """A copy of the corpus and of its index, free to be damaged."""
    shutil.copytree(engine_settings.corpus, tmp_path / "corpus")
    shutil.copytree(engine_settings.index, tmp_path / "index")
    return read_settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def generation_folder(settings: Settings) -> Path:
    name = published_generation(settings)
    assert name is not None
    return settings.index / name


def test_two_builds_are_equal_byte_for_byte(settings: Settings, tmp_path: Path) -> None:
    other = read_settings(corpus=settings.corpus, index=tmp_path / "other")
    assert build_index(other) == published_generation(settings)
    first, second = generation_folder(settings), generation_folder(other)
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {p.name: p.read_bytes() for p in second.iterdir()}


@pytest.mark.parametrize("name", ["store.sqlite", "vectors.faiss", "terms.npy", "terms.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_a_damaged_generation_is_refused(settings: Settings, name: str, damage: str) -> None:
    path = generation_folder(settings) / name
    if damage == "flip":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x20
        path.write_bytes(bytes(data))
    else:
        path.unlink()
    with pytest.raises(IndexDamagedError, match="begroting-qa index"):
        open_engine(settings)
    build_index(settings)
    open_engine(settings).close()


def test_a_foreign_generation_is_refused(settings: Settings) -> None:
    folder = generation_folder(settings)
    (folder / "extra.pkl").write_bytes(b"x")
    with pytest.raises(IndexDamagedError, match=r"extra\.pkl"):
        open_engine(settings)
    (folder / "extra.pkl").unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": "another/2"}))
    with pytest.raises(IndexDamagedError, match="another/2"):
        open_engine(settings)


def test_an_index_of_another_embedder_is_refused(settings: Settings) -> None:
    folder = generation_folder(settings)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "embedder": "other@0"}))
    with pytest.raises(IndexUnusableError, match="other@0"):
        open_engine(settings)


def test_a_changed_source_leaves_the_published_index(settings: Settings) -> None:
    before = published_generation(settings)
    file = next(settings.corpus.glob("*.txt"))
    file.write_text(file.read_text(encoding="utf-8") + "x", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"sources\.toml, regel \d+: '{file.name}' heeft sha256"):
        build_index(settings)
    assert published_generation(settings) == before
    open_engine(settings).close()


def test_a_killed_build_leaves_the_old_generation_serving(settings: Settings) -> None:
    before = published_generation(settings)
    listing = settings.corpus / "sources.toml"
    listing.write_text(listing.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    command = [sys.executable, "-m", "begroting_qa", "index", "--corpus", str(settings.corpus), "--index", str(settings.index)]
    process = subprocess.Popen(
        command, env={"PYTHONPATH": str(SRC), "PATH": ""}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not list(settings.index.glob(".building-*")) and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    engine = open_engine(settings)
    assert engine.generation in (before, published_generation(settings))
    assert answer_question(engine, "Hoeveel opvangplekken moet Leiden organiseren?").citations
    engine.close()
    build_index(settings)
    assert not list(settings.index.glob(".building-*"))
