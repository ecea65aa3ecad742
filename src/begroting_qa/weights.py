"""The shipped weights: where they are, and that they are what was shipped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from begroting_qa import messages
from begroting_qa.errors import ModelError

DIGESTS = "sha256.json"
WEIGHTS = "weights.json"


@contextmanager
def shipped(model: str) -> Generator[Path]:
    """Give the folder of a shipped model."""
    with resources.as_file(resources.files("begroting_qa").joinpath(f"models/{model}")) as folder:
        yield folder


def check_files(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the sha256 of each file of a model, after checking them against `sha256.json` where that is there.

    Raises:
        ModelError: a file is missing or altered.
    """
    digests: dict[str, str] = {}
    for name in names:
        try:
            digests[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(messages.model_unreadable(folder, error)) from error
    listing = folder / DIGESTS
    if listing.exists():
        for name, wanted in json.loads(listing.read_text(encoding="utf-8")).items():
            if digests.get(name) != wanted:
                raise ModelError(messages.model_altered(folder / name))
    return digests


def read_weights(model: str) -> dict[str, Any]:
    """Return the weights of a shipped linear model.

    Raises:
        ModelError: the file is missing or altered.
    """
    with shipped(model) as folder:
        check_files(folder, [WEIGHTS])
        return json.loads((folder / WEIGHTS).read_text(encoding="utf-8"))


def write_weights(folder: Path, weights: dict[str, Any]) -> None:
    """Write the weights of a linear model, with their sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(weights, indent=1) + "\n"
    (folder / WEIGHTS).write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / DIGESTS).write_text(json.dumps({WEIGHTS: digest}, indent=1) + "\n", encoding="utf-8")
