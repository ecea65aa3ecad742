"""Which versions of the question files count, and that a released one is what it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from begroting_qa.errors import CasesError

SUMS = "SHA256SUMS"
_VERSION = re.compile(r"(?P<set>.+)\.v(?P<number>\d+)\.jsonl")
_SUM = re.compile(r"(?P<sha256>[0-9a-f]{64}) [ *](?P<name>[^/\\]+)")


def newest_versions(folder: Path) -> list[Path]:
    """Return the *.jsonl files of a folder in order of name; of a set, as `leiden.v2.jsonl`, only its newest version."""
    newest: dict[str, tuple[int, Path]] = {}
    for file in folder.glob("*.jsonl"):
        match = _VERSION.fullmatch(file.name)
        name, number = (match["set"], int(match["number"])) if match else (file.name, 0)
        newest[name] = max(newest.get(name, (-1, file)), (number, file))
    return sorted(file for _, file in newest.values())


def check_released(files: Sequence[Path]) -> None:
    """Check files against the listing of released ones beside them, which `sha256sum` writes and can check too.

    Raises:
        CasesError: a released file was changed or taken away, or the listing cannot be read.
    """
    for folder in dict.fromkeys(file.parent for file in files):
        listing = folder / SUMS
        if not listing.is_file():
            continue
        for number, line in enumerate(listing.read_text(encoding="utf-8").splitlines(), 1):
            match = _SUM.fullmatch(line)
            if match is None:
                raise CasesError(release_line_unusable(listing, number, line))
            released = folder / match["name"]
            if not released.is_file():
                raise CasesError(release_missing(released, listing))
            if hashlib.sha256(released.read_bytes()).hexdigest() != match["sha256"]:
                raise CasesError(release_changed(released, listing, _next_version(released.name)))


def _next_version(name: str) -> str:
    match = _VERSION.fullmatch(name)
    return f"{match['set']}.v{int(match['number']) + 1}.jsonl" if match else f"{name.removesuffix('.jsonl')}.v2.jsonl"


# --- what is wrong with a release, in Dutch ------------------------------------------------------------------------------


def release_changed(file: Path, listing: Path, successor: str) -> str:
    """A released question file has other contents."""
    return (
        f"{file} is veranderd sinds hij is vrijgegeven ({listing.name}); zet hem terug en leg de verbetering vast als {successor}"
    )


def release_missing(file: Path, listing: Path) -> str:
    """A released question file is gone."""
    return f"{file} is vrijgegeven ({listing.name}) maar ontbreekt; zet hem terug"


def release_line_unusable(listing: Path, number: int, line: str) -> str:
    """A line that is not as sha256sum writes it."""
    return f"{listing}, regel {number}: '{line[:80]}' is geen regel van sha256sum; herstel hem of haal hem weg"
