"""An answer in figures being written: claims, cited cells, calculations, and how the question was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.lines import Line
from begroting_qa.answer.quotes import MAX_ANSWER_CHARS, answer_text
from begroting_qa.domain import Citation, CitedFigure, Claim, Document, Figure, Measure, Series, Step


@dataclass(slots=True)
class FigureSheet:
    """What has been written so far."""

    documents: Callable[[str], Document]
    claims: list[Claim] = field(default_factory=list[Claim])
    citations: list[Citation] = field(default_factory=list[Citation])
    figures: list[CitedFigure] = field(default_factory=list[CitedFigure])
    steps: list[Step] = field(default_factory=list[Step])
    series: list[Series] = field(default_factory=list[Series])
    read_as: list[str] = field(default_factory=list[str])
    notices: list[str] = field(default_factory=list[str])

    def cite(self, figure: Figure) -> int:
        """Return the marker of a figure's cell."""
        for cited in self.figures:
            if cited.figure == figure:
                return cited.marker
        marker = len(self.citations) + 1
        text = self.documents(figure.document_id).text
        self.citations.append(
            Citation(
                marker=marker, document_id=figure.document_id, path=(*figure.path, *figure.row_path, *figure.column_path),
                quote=text[figure.start : figure.end], start=figure.start, end=figure.end,
            )
        )  # fmt: skip
        self.figures.append(CitedFigure(figure=figure, marker=marker))
        return marker

    def claim(self, text: str, markers: Sequence[int], *, is_item: bool = False) -> bool:
        """Add a claim where there is room for it."""
        claim = Claim(text=text, markers=tuple(markers), is_item=is_item)
        if not is_item and len(answer_text([*self.claims, claim])) > MAX_ANSWER_CHARS:
            return False
        self.claims.append(claim)
        return True

    def tell(self, line: Line, figure: Figure) -> int:
        """Claim a figure with what it is of, its year and its phase; return its marker."""
        marker = self.cite(figure)
        self.claim(told(line, figure), [marker])
        self.note_reading(line, figure)
        return marker

    def note_reading(self, line: Line, figure: Figure, last: Figure | None = None) -> None:
        """Remember how the question was read, up to the `last` of a series, and what footnotes say of a figure that is told."""
        ends = dict.fromkeys(wording.moment(f.period, f.phase, f.column_path) for f in (figure, last) if f is not None)
        self.read_as.append(f"{name_of(line)}, {' tot en met '.join(ends)}")
        for note in figure.notes:
            self.note(wording.note_in_document(note))

    def note(self, notice: str) -> None:
        """Add a notice once."""
        if notice not in self.notices:
            self.notices.append(notice)

    def note_sign(self, line: Line, figures: Sequence[Figure]) -> None:
        """Say that a document writes income as negative, where that shows."""
        if line.measure in (Measure.BATEN, Measure.ONTTREKKING) and any(figure.value < 0 for figure in figures):
            self.note(wording.negative_sign(line.measure))


def name_of(line: Line) -> str:
    """Return what a line's numbers are of: `lasten van Ondersteuning`."""
    subject = "het programma" if line.is_scope and line.row_path[0] == "Programma" else line.subject
    return wording.line_name(line.measure, subject, line.code)


def told(line: Line, figure: Figure) -> str:
    """Return a figure with what it is of, its year and its phase."""
    return wording.told_figure(name_of(line), calculate.amount(figure), figure.period, figure.phase, figure.column_path)
