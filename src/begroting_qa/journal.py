"""Files of JSON lines that are only ever added to: what people said, kept through a crash and by several writers at once."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Lock
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Line = TypeVar("Line", bound=BaseModel)
# a lock on the file holds between processes, this one between the threads of one
_LOCK = Lock()


def append(line: BaseModel, file: Path, *, max_bytes: int) -> bool:
    """Add a line and return True when it is on disk; False when the file has no room for it.

    Raises:
        OSError: it cannot be written.
    """
    data = line.model_dump_json(exclude_none=True).encode() + b"\n"
    with _LOCK:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b") as out:
            fcntl.flock(out, fcntl.LOCK_EX)
            size = out.seek(0, os.SEEK_END)
            if size + len(data) > max_bytes:
                return False
            if size:  # a line that was cut off by a crash stays one line
                out.seek(-1, os.SEEK_END)
                data = data if out.read(1) == b"\n" else b"\n" + data
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    return True


def read_lines(file: Path, model: type[Line]) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """Return the lines in order, and the numbers from 1 of those that cannot be read, which stay where they are.

    Raises:
        OSError: there is no file, or it cannot be read.
    """
    found: list[Line] = []
    unreadable: list[int] = []
    for number, data in enumerate(file.read_bytes().split(b"\n"), 1):
        if data.strip():
            try:
                found.append(model.model_validate_json(data))
            except ValidationError:
                unreadable.append(number)
    return tuple(found), tuple(unreadable)
