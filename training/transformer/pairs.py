"""Queries with their answers and hard negatives, as token numbers, for encoders that take [CLS] and [SEP]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

CLS, SEP, PAD = 2, 3, 0


@dataclass(frozen=True, slots=True)
class Column:
    """Token numbers of many texts end to end: those of text n are `ids[starts[n]:starts[n + 1]]`."""

    ids: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> np.ndarray:
        return self.ids[self.starts[number] : self.starts[number + 1]]


def read_pairs(work: Path) -> dict[str, Column]:
    """Return the columns `queries`, `positives` and `negatives` of all shards."""
    shards = [np.load(file, allow_pickle=False) for file in sorted(work.glob("pairs-*.npz"))]
    columns: dict[str, Column] = {}
    for name in ("queries", "positives", "negatives"):
        ids = np.concatenate([shard[name] for shard in shards])
        lengths = np.concatenate([np.diff(shard[f"{name}_starts"].astype(np.int64)) for shard in shards])
        columns[name] = Column(ids, np.concatenate([[0], np.cumsum(lengths)]))
    return columns


def padded(texts: Sequence[Sequence[np.ndarray]], device: torch.device, limit: int) -> dict[str, torch.Tensor]:
    """Return the inputs of a model for texts of one part, or two: [CLS] part [SEP] (part [SEP]), cut at `limit` and padded."""
    rows = [np.concatenate([[CLS], *(piece for part in text for piece in (part, [SEP]))])[:limit] for text in texts]
    kinds = [np.concatenate([np.full(len(part) + (at == 0) + 1, at) for at, part in enumerate(text)])[:limit] for text in texts]
    size = max(map(len, rows))
    shape = (len(rows), size)
    found = {name: np.zeros(shape, dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for at, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        found["input_ids"][at, : len(row)] = row
        found["attention_mask"][at, : len(row)] = 1
        found["token_type_ids"][at, : len(row)] = kind
    return {name: torch.from_numpy(array).to(device) for name, array in found.items()}
