"""corpus/sources.toml -> Sources: which files there are, what they are, and that they are the very files meant."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from begroting_qa import messages
from begroting_qa.domain import DocumentKind, DocumentStatus, Source
from begroting_qa.errors import SourceError

LISTING = "sources.toml"
MAX_SOURCE_BYTES = 64 * 1024 * 1024
_REQUIRED: Mapping[str, type] = {
    "file": str, "sha256": str, "title": str, "municipality": str, "kind": str, "year": int, "status": str, "as_of": date,
}  # fmt: skip
_OPTIONAL: Mapping[str, type] = {"edition": int, "part": str, "url": str, "notes": list}
_TYPE_NAMES = {str: "tekst tussen aanhalingstekens", int: "een getal", date: "een datum, zoals 2024-11-07", list: "een lijst"}
_YEARS = range(1990, 2100)


class _Entry:
    """One [[source]] of the listing, able to say on which line a key stands."""

    def __init__(self, values: dict[str, Any], lines: dict[str, int], listing: Path) -> None:
        self.values = values
        self.lines = lines
        self.listing = listing

    def error(self, key: str, problem: str) -> SourceError:
        line = self.lines.get(key, self.lines[""])
        return SourceError(messages.listing_error(self.listing, line, problem))


def read_sources(corpus: Path) -> list[Source]:
    """Return the listed sources, ordered by id; contents are checked by `read_source_bytes`.

    Raises:
        SourceError: the listing is missing or malformed, has an unknown or missing key or an unusable value, names a
            file twice, or does not list a file that lies in `corpus`.
    """
    listing = corpus / LISTING
    entries = _read_listing(listing)
    sources: list[Source] = []
    for entry in entries:
        source = _to_source(entry)
        for other in sources:
            if other.file == source.file:
                raise entry.error("file", messages.source_listed_twice(source.file))
            if other.id == source.id:
                raise entry.error("part", messages.source_id_twice(source.id, other.file, source.file))
        sources.append(source)
    if not sources:
        raise SourceError(messages.listing_error(listing, 1, messages.LISTING_EMPTY))
    listed = {source.file for source in sources} | {LISTING}
    for path in sorted(corpus.rglob("*")):
        name = path.relative_to(corpus).as_posix()
        if path.is_file() and name not in listed and not path.name.startswith(".") and path.name != "README.md":
            raise SourceError(messages.source_not_listed(name, listing))
    return sorted(sources, key=lambda source: source.id)


def read_source_bytes(corpus: Path, source: Source) -> bytes:
    """Return the bytes of a source file after checking them against the listing's sha256.

    Raises:
        SourceError: the file is missing, unreadable, too large or has other contents than listed.
    """
    path = corpus / source.file
    listing = corpus / LISTING
    line = next((e.lines["file"] for e in _read_listing(listing) if e.values.get("file") == source.file), 1)
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise SourceError(messages.source_too_large(source.file, MAX_SOURCE_BYTES))
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(messages.listing_error(listing, line, messages.source_unreadable(source.file, error))) from error
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        problem = messages.source_changed(source.file, source.sha256, found)
        raise SourceError(messages.listing_error(listing, line, problem))
    return data


def document_id(*, municipality: str, kind: DocumentKind, year: int, edition: int | None, part: str | None) -> str:
    """Return municipality-kind-year-edition-part in lower case, `programma 9` as `p9`."""
    programme = re.fullmatch(r"programma\s+(\w+)", part or "", re.IGNORECASE)
    tail = f"p{programme[1]}" if programme else part
    return "-".join(_slug(str(p)) for p in (municipality, kind.value, year, edition, tail) if p is not None)


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")


def _read_listing(listing: Path) -> list[_Entry]:
    try:
        text = listing.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise SourceError(messages.listing_missing(listing)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        at = re.search(r"line (\d+)", str(error))
        raise SourceError(messages.listing_error(listing, int(at[1]) if at else 1, messages.listing_malformed(error))) from error
    lines = _key_lines(text)
    for key in tables:
        if key != "source":
            line = next((n for n, raw in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*{re.escape(key)}\b", raw)), 1)
            raise SourceError(messages.listing_error(listing, line, messages.unknown_key(key, ["[[source]]"])))
    values = tables.get("source", [])
    if not isinstance(values, list):
        raise SourceError(messages.listing_error(listing, 1, messages.LISTING_EMPTY))
    entries = cast("list[dict[str, Any]]", values)
    return [_Entry(v, lines[i] if i < len(lines) else {"": 1, "file": 1}, listing) for i, v in enumerate(entries)]


def _key_lines(text: str) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[\[\s*source\s*\]\]", line):
            found.append({"": number, "file": number})
        elif found and (key := re.match(r"\s*\"?([A-Za-z_][\w-]*)\"?\s*=", line)):
            found[-1].setdefault(key[1], number)
            if key[1] == "file":
                found[-1]["file"] = number
    return found


def _to_source(entry: _Entry) -> Source:
    _check_keys(entry)
    _check_values(entry)
    values = entry.values
    kind = DocumentKind(values["kind"])
    return Source(
        id=document_id(
            municipality=values["municipality"], kind=kind, year=values["year"],
            edition=values.get("edition"), part=values.get("part"),
        ),
        file=values["file"],
        sha256=values["sha256"],
        title=values["title"],
        municipality=values["municipality"],
        kind=kind,
        year=values["year"],
        edition=values.get("edition"),
        part=values.get("part"),
        status=DocumentStatus(values["status"]),
        as_of=values["as_of"],
        url=values.get("url"),
        notes=tuple(values.get("notes", [])),
    )  # fmt: skip


def _check_keys(entry: _Entry) -> None:
    known = {**_REQUIRED, **_OPTIONAL}
    for key, value in entry.values.items():
        if key not in known:
            raise entry.error(key, messages.unknown_key(key, list(known)))
        if not isinstance(value, known[key]) or isinstance(value, bool):
            raise entry.error(key, messages.wrong_type(key, value, _TYPE_NAMES[known[key]]))
    for key in _REQUIRED:
        if key not in entry.values:
            raise entry.error("", messages.missing_key(key))


def _check_values(entry: _Entry) -> None:
    values = entry.values
    for key, allowed in (("kind", DocumentKind), ("status", DocumentStatus)):
        if values[key] not in [member.value for member in allowed]:
            raise entry.error(key, messages.not_one_of(key, values[key], [member.value for member in allowed]))
    for key in ("file", "title", "municipality"):
        if not values[key].strip():
            raise entry.error(key, messages.wrong_type(key, values[key], "een niet-lege tekst"))
    if not re.fullmatch(r"[0-9a-f]{64}", values["sha256"]):
        raise entry.error("sha256", messages.wrong_type("sha256", values["sha256"], "64 hexadecimale tekens"))
    if values["year"] not in _YEARS:
        raise entry.error("year", messages.wrong_type("year", values["year"], "een jaartal van 1990 tot 2100"))
    if Path(values["file"]).is_absolute() or ".." in Path(values["file"]).parts:
        raise entry.error("file", messages.source_outside(values["file"]))
    notes = cast("list[Any]", values.get("notes", []))
    if not all(isinstance(note, str) for note in notes):
        raise entry.error("notes", messages.wrong_type("notes", notes, "een lijst van teksten"))
