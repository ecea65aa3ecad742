"""Text of documents and answers -> safe HTML: escaped, with the cited stretch marked and the markers as links."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from markupsafe import Markup, escape

from begroting_qa.domain import Document, Span

_MARKERS = re.compile(r"\s*((?:\[\d{1,3}\])+)")
_BETWEEN_CLAIMS = re.compile(r"(?<=\d\])\s+(?=[^\[\s])")
_LINE_BREAK = re.compile(r"[^\S\n]*\n\s*")
# HTML has no place for these; a reader sees that something stood there
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cleaned(value: object) -> object:
    """Return a value for a template without characters that HTML does not allow."""
    if not isinstance(value, str):
        return value
    return type(value)(_CONTROL.sub("�", value))


def claims(text: str) -> list[str]:
    """Return the claims of an answer, each with the markers that close it."""
    return _BETWEEN_CLAIMS.split(text)


def with_markers(text: str, known: Collection[int]) -> Markup:
    """Return an answer with each `[1]` of a known citation as a raised link to its source."""
    html = Markup()
    at = 0
    for found in _MARKERS.finditer(text):
        markers = [int(marker) for marker in re.findall(r"\d+", found[1])]
        if not all(marker in known for marker in markers):
            continue
        html += escape(text[at : found.start()])
        links = [_LINK.format(marker) for marker in markers]
        html += Markup('<sup class="verwijzing">{}</sup>').format(Markup(" ").join(links))
        at = found.end()
    return html + escape(text[at:])


_LINK = Markup('<a href="#bron-{0}" aria-label="bron {0}">{0}</a>')


class Marking:
    """A document's text with one stretch to point out; remembers whether it was met, so that its anchor is set once.

    `heads` are the stretches that say what is marked, as the heads of a cell do; none where that is not known.
    """

    def __init__(self, document: Document, stretch: Span | None, heads: Sequence[Span] = ()) -> None:
        self._document = document
        self._stretch = None if stretch is None else _trimmed(document.text, stretch)
        self.heads = heads
        self.is_met = False

    def touches(self, start: int, end: int) -> bool:
        """Tell whether the stretch overlaps this part of the text."""
        return self._stretch is not None and self._stretch.start < end and start < self._stretch.end

    def ends_in(self, start: int, end: int) -> bool:
        """Tell whether the last character of the stretch stands in this part of the text."""
        return self._stretch is not None and start < self._stretch.end <= end

    def is_head(self, start: int, end: int) -> bool:
        """Tell whether this part of the text says what is marked."""
        return any(head.start < end and start < head.end for head in self.heads)

    def html(self, start: int, end: int) -> Markup:
        """Return a part of the text, the overlap with the stretch marked."""
        if self._stretch is None or not self.touches(start, end):
            return self._lines(start, end)
        first, last = max(start, self._stretch.start), min(end, self._stretch.end)
        if not self._document.text[first:last].strip():
            return self._lines(start, end)
        anchor = Markup("") if self.is_met else Markup(' id="citaat"')
        self.is_met = True
        return Markup("{}<mark{}>{}</mark>{}").format(
            self._lines(start, first), anchor, self._lines(first, last), self._lines(last, end)
        )

    def _lines(self, start: int, end: int) -> Markup:
        """Return a part on lines as the author broke them; where a program broke them, on one."""
        text = self._document.text[start:end]
        if self._document.is_wrapped:
            return escape(_LINE_BREAK.sub(" ", text))
        return Markup("<br>").join(_LINE_BREAK.split(text))


def _trimmed(text: str, stretch: Span) -> Span:
    """Return a stretch without the blanks at its ends; one of blanks alone stays as it is."""
    words = text[stretch.start : stretch.end]
    if not words.strip():
        return stretch
    start = stretch.start + len(words) - len(words.lstrip())
    return Span(start=start, end=stretch.end - len(words) + len(words.rstrip()))
