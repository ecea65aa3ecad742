"""A long document in portions, so that a browser need not take all of it at once; most documents are one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from begroting_qa.domain import Block, CellRole, Document, Section, Span, Table

# a document up to this length is shown whole: some 25,000 words
WHOLE_CHARS = 160_000
# a portion ends at the first heading behind this length, and without one at a block or row behind twice as much
PORTION_CHARS = 60_000


def portions_of(document: Document) -> list[Span]:
    """Return the portions in reading order; together they cover the text, and the same document gives the same ones."""
    length = len(document.text)
    if length <= WHOLE_CHARS:
        return [Span(start=0, end=length)]
    starts = [0]
    for at, is_heading in _places_to_cut(document):
        size = at - starts[-1]
        if size >= PORTION_CHARS and (is_heading or size >= 2 * PORTION_CHARS):
            starts.append(at)
    return [Span(start=start, end=end) for start, end in zip(starts, [*starts[1:], length], strict=True)]


def portion_at(portions: Sequence[Span], at: int) -> int:
    """Return the number, from 0, of the portion that holds a place."""
    return bisect_right([portion.start for portion in portions], at) - 1


def meets(section: Section, portion: Span) -> bool:
    """Tell whether a section stands in a portion, wholly or with a part of it."""
    return section.start < portion.end and portion.start < section.end


def within(section: Section, portion: Span) -> Section:
    """Return what of a section stands in a portion; headings above it stay, so that the reader knows where they are."""
    blocks = (_within(block, portion) for block in section.blocks)
    return replace(
        section,
        blocks=tuple(block for block in blocks if block is not None),
        sections=tuple(within(child, portion) for child in section.sections if meets(child, portion)),
    )


def _within(block: Block, portion: Span) -> Block | None:
    if not isinstance(block, Table):
        return block if portion.start <= block.start < portion.end else None
    if portion.start <= block.start and block.end <= portion.end:
        return block
    n_heads = _first_row(block)
    here = {cell.row for cell in block.cells if portion.start <= cell.start < portion.end and cell.row >= n_heads}
    if not here:
        return None
    return replace(block, cells=tuple(cell for cell in block.cells if cell.row in here or cell.row < n_heads))


def _first_row(table: Table) -> int:
    """Return the first row behind the heads, which every portion of a table repeats."""
    heads = (CellRole.CAPTION, CellRole.HEADER)
    return min((cell.row for cell in table.cells if cell.role not in heads), default=0)


def _places_to_cut(document: Document) -> Iterator[tuple[int, bool]]:
    """Yield where a portion may begin, in reading order, and whether a heading stands there."""
    for section in document.walk():
        yield section.start, True
        for block in section.blocks:
            yield block.start, False
            if isinstance(block, Table) and block.end - block.start > PORTION_CHARS:
                first = _first_row(block)
                starts: dict[int, int] = {}
                for cell in block.cells:
                    starts[cell.row] = min(starts.get(cell.row, cell.start), cell.start)
                yield from ((start, False) for row, start in starts.items() if row > first)
