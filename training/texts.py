"""Paragraphs of the Dutch text sets, each told once: copies and near-copies are left out, and what is held for testing."""

from __future__ import annotations

import json
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

RUNNING_TEXT = ("wetten", "gemeenteplannen", "overheid_overig")
SHORTEST = 60
SHINGLE = 4
BANDS = 4
ROWS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph with the headings above it, outermost first."""

    document: str
    headings: tuple[str, ...]
    text: str


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON rows of one xz-compressed file, in order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_held_out(municipality: str) -> bool:
    """Tell whether a municipality's plans are kept for testing: one in twenty, by its CBS code."""
    return int(municipality) % 20 == 7  # noqa: PLR2004 (any residue would do)


def paragraphs(data: Path, *, limit: int | None = None) -> Iterator[Paragraph]:
    """Yield the paragraphs of running text in order of file, at most `limit` rows a file.

    `rijksoverheid_vragen` is never read.
    """
    copies = NearCopies()
    for name in RUNNING_TEXT:
        for row in islice(rows(data / f"{name}.jsonl.xz"), limit):
            text = " ".join(row["t"].split())
            if len(text) < SHORTEST or ("municipality" in row and is_held_out(row["municipality"])) or copies.seen(text):
                continue
            yield Paragraph(document=row["doc"], headings=tuple(row.get("heading", ())), text=text)


class NearCopies:
    """Remembers texts by MinHash over shingles of four words (Broder, 1997), in four bands of two.

    A text that shares 80% of its shingles with an earlier one is seen with probability 0.98, one that shares 20% with 0.15.
    """

    def __init__(self) -> None:
        maker = np.random.default_rng(11)
        self._factors = maker.integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
        self._mixers = maker.integers(1, 2**63, size=SHINGLE, dtype=np.uint64) | np.uint64(1)
        self._bands: list[set[int]] = [set() for _ in range(BANDS)]
        self._words: dict[str, int] = {}

    def seen(self, text: str) -> bool:
        """Tell whether a near-copy came before, and remember the text."""
        words = [self._words.setdefault(word, zlib.crc32(word.encode())) for word in text.lower().split()]
        ids = np.asarray(words, dtype=np.uint64)
        size = max(len(ids) - SHINGLE + 1, 1)
        mixed = np.zeros(size, dtype=np.uint64)
        for at, mixer in enumerate(self._mixers):
            part = ids[at : at + size]
            mixed[: len(part)] += part * mixer
        mixed ^= mixed >> np.uint64(29)
        least = ((mixed[:, None] * self._factors) >> np.uint64(16)).min(axis=0)
        found = False
        for band, known in enumerate(self._bands):
            key = hash(tuple(least[band * ROWS : (band + 1) * ROWS].tolist()))
            found = found or key in known
            known.add(key)
        return found
