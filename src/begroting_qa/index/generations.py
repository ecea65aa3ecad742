"""Generations of the index on disk: each a folder of its own, checksums written last, one pointer switched atomically.

index/
├── current                 the name of the published generation
├── 3f9c…/                  named after its contents, so that equal builds are the same folder
│   ├── store.sqlite, vectors.faiss, terms.npy, terms.json
│   └── manifest.json       format, embedder, sources and the sha256 of every file
└── .building-…/            a build under way, or what a killed one left
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from begroting_qa import messages
from begroting_qa.errors import IndexDamagedError, IndexUnusableError

FORMAT = "begroting-qa-index/3"
POINTER = "current"
MANIFEST = "manifest.json"
_LOCK = ".lock"
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation says of itself; `sources` is the sha256 of each file by document id, `corpus` of the listing."""

    generation: str
    embedder: str
    corpus: str
    sources: Mapping[str, str]


@contextmanager
def building(index: Path) -> Generator[Path]:
    """Give a fresh folder to build in; one build at a time, and nothing of it stays when the block fails."""
    index.mkdir(parents=True, exist_ok=True)
    with (index / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexUnusableError(messages.index_busy(index)) from error
        for stale in index.glob(f"{_BUILDING}*"):
            shutil.rmtree(stale, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=index))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def publish(index: Path, folder: Path, *, embedder: str, corpus: str, sources: Mapping[str, str]) -> str:
    """Move a finished build into place, switch the pointer, drop old generations; return the generation's name."""
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    contents = {
        "format": FORMAT,
        "embedder": embedder,
        "corpus": corpus,
        "sources": dict(sorted(sources.items())),
        "files": files,
    }
    name = hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:16]
    with (folder / MANIFEST).open("w", encoding="utf-8") as out:
        json.dump({"generation": name, **contents}, out, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    target = index / name
    if target.exists() and _problem(target) is not None:
        shutil.rmtree(target)
    if not target.exists():
        folder.rename(target)
    previous = published(index)
    pointer = index / f".{POINTER}.new"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    pointer.replace(index / POINTER)
    _drop_old(index, keep={name, previous})
    return name


def published(index: Path) -> str | None:
    """Return the name of the published generation, or None when nothing was published."""
    try:
        name = (index / POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if re.fullmatch(r"[0-9a-f]{16}", name) else None


def open_generation(index: Path) -> tuple[Path, Manifest]:
    """Return the folder and manifest of the published generation, every file checked.

    Raises:
        IndexUnusableError: nothing is published.
        IndexDamagedError: a file is missing or altered, or the format is another one.
    """
    name = published(index)
    if name is None:
        raise IndexUnusableError(messages.index_missing(index))
    folder = index / name
    problem = _problem(folder)
    if problem is not None:
        raise IndexDamagedError(messages.index_damaged(folder, problem))
    fields = _read_manifest(folder)
    return folder, Manifest(generation=name, embedder=fields["embedder"], corpus=fields["corpus"], sources=fields["sources"])


def _problem(folder: Path) -> str | None:
    """Return what is wrong with a generation, or None."""
    try:
        fields = _read_manifest(folder)
    except (OSError, ValueError, TypeError) as error:
        return messages.manifest_unreadable(error)
    if fields.get("format") != FORMAT:
        return messages.index_foreign(fields.get("format"), FORMAT)
    if fields.get("generation") != folder.name or not isinstance(fields.get("files"), dict):
        return messages.index_foreign(fields.get("generation"), folder.name)
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(set(fields["files"]) | present):
        if name not in fields["files"]:
            return messages.file_foreign(name)
        if name not in present or _digest(folder / name) != fields["files"][name]:
            return messages.file_altered(name)
    return None


def _read_manifest(folder: Path) -> dict[str, Any]:
    fields: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(fields, dict):
        raise TypeError(MANIFEST)
    return fields  # pyright: ignore[reportUnknownVariableType]


def _drop_old(index: Path, *, keep: set[str | None]) -> None:
    generations = [path for path in index.iterdir() if re.fullmatch(r"[0-9a-f]{16}", path.name) and path.name not in keep]
    for path in generations:
        shutil.rmtree(path, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
