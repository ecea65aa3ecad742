"""Text -> lines and groups: where lines end, which belong together, and whether a program broke them at a fixed width."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_MARKER = re.compile(r"(?P<marker>[•◦▪●○·–−*-]|\d{1,2}[.)]|[a-z][.)])[ \u00a0\t]+(?=\S)")
_FOOTNOTE = re.compile(r"(?P<marker>\*[* ]*|\d\)|[¹²³⁴⁵])\s*(?=\S)")
_BULLETS = frozenset("•◦▪●○·–−-*")
_SENTENCE_END = re.compile(r"[.!?:;][\"'’”)\]]*\**$")
MIN_LINES_TO_JUDGE = 12
MAX_WRAP_WIDTH = 135
LONG_LINE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line without the blanks around it; `indent` counts the characters before it."""

    start: int
    end: int
    text: str
    indent: int

    @property
    def list_marker(self) -> str | None:
        """The bullet or number that opens a list entry; a dash before a figure without an indent is a minus."""
        match = _MARKER.match(self.text)
        if match is None:
            return None
        marker = match["marker"]
        opens_words = self.text[match.end()].isalpha() or self.indent > 0
        return marker if opens_words or marker not in "-–−*" else None

    @property
    def content_start(self) -> int:
        """Where the text of a list entry starts, after its marker."""
        match = _MARKER.match(self.text)
        return self.start + (match.end() if match and self.list_marker else 0)

    @property
    def footnote_marker(self) -> str | None:
        """`*`, `**`, `¹`: what opens a footnote."""
        match = _FOOTNOTE.match(self.text)
        if match is None or self.list_marker is not None or match.end() == len(self.text):
            return None
        return match["marker"].replace(" ", "")

    @property
    def is_bulleted(self) -> bool:
        """Whether a typographic bullet opens the line."""
        return self.list_marker is not None and self.list_marker in _BULLETS

    @property
    def ends_sentence(self) -> bool:
        """Whether the line ends in punctuation that closes a sentence or announces a list."""
        return _SENTENCE_END.search(self.text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines with no blank line between them; no lines at all stand for an empty table cell (a lone hard space)."""

    start: int
    end: int
    lines: tuple[Line, ...]

    @property
    def is_empty_cell(self) -> bool:
        """Whether a lone non-breaking space stands here, as sites write an empty cell."""
        return not self.lines

    @property
    def text(self) -> str:
        """The lines on one line, parted by single spaces."""
        return " ".join(" ".join(line.text for line in self.lines).split())


def has_bars(text: str) -> bool:
    """Tell whether a line is a table row whose cells are parted by bars."""
    return text.count("|") >= 2 or text.endswith("|")  # noqa: PLR2004 (a lone bar inside is punctuation)


def read_groups(text: str) -> list[Group]:
    """Return the groups of `text` in order; every non-blank character lies in exactly one line."""
    groups: list[Group] = []
    pending: list[Line] = []

    def close() -> None:
        if pending:
            groups.append(Group(start=pending[0].start, end=pending[-1].end, lines=tuple(pending)))
            pending.clear()

    offset = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped:
            indent = len(raw) - len(raw.lstrip())
            start = offset + indent
            if pending and has_bars(stripped) != has_bars(pending[-1].text):
                close()
            pending.append(Line(start=start, end=start + len(stripped), text=stripped, indent=indent))
        else:
            close()
            if "\u00a0" in raw:
                at = offset + raw.index("\u00a0")
                groups.append(Group(start=at, end=at, lines=()))
        offset += len(raw)
    close()
    return groups


def is_wrapped(groups: list[Group]) -> bool:
    """Tell whether lines were broken at a fixed width, as in text taken from a PDF.

    Such a text has no line beyond the page's width, and most of its long lines go on in the next one.
    """
    lines = [line for group in groups for line in group.lines]
    long = [line for line in lines if len(line.text) >= LONG_LINE]
    if len(long) < MIN_LINES_TO_JUDGE or max(len(line.text) for line in lines) > MAX_WRAP_WIDTH:
        return False
    going_on = sum(
        1
        for group in groups
        for line, following in pairwise(group.lines)
        if len(line.text) >= LONG_LINE and not line.ends_sentence and following.list_marker is None
    )
    return going_on >= len(long) / 3
