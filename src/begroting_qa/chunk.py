"""Document -> Passages, by section: sentences and list entries together, every table row by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress

from begroting_qa.domain import (
    Boilerplate,
    Cell,
    Document,
    Footnote,
    ListItem,
    Paragraph,
    Passage,
    PassageKind,
    Section,
    Source,
    Span,
    Table,
    Unit,
    UnitKind,
)  # fmt: skip
from begroting_qa.grid import body_rows, captions_of, heads_of, heads_over, one_line, words_of
from begroting_qa.orders import is_order, stay_beside_orders

MAX_PASSAGE_CHARS = 1100
MAX_LIST_CHARS = 3000
MAX_ENTRY_CHARS = 290
_MARK = "\x1e"  # the record separator stands in no document; it lets the splitter merge whole units only
_BOUNDARY = re.compile(r"[.!?…][\"'’”)\]]*(\s+)(?=[A-ZÀ-Ý0-9‘'\"“(•#<\[|])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|o\.?a|o\.?m|m\.?n|bijv|bv|t\.?a\.?v|t\.?b\.?v|t\.?o\.?v|i\.?v\.?m|i\.?h\.?k\.?v|m\.?b\.?t|n\.?a\.?v|d\.?w\.?z|"
    r"z\.?g|nl|art|artt|nr|nrs|ca|incl|excl|resp|dhr|mevr|mw|drs|ir|mr|dr|prof|blz|pag|p|max|min|jl|evt|vs|st|res|spec|soc|"
    r"cult|jan|feb|mrt|apr|jun|jul|aug|sept|okt|nov|dec|gem|ong|afd|tel|vlg|e\.?d|e\.?a)\.$",
    re.IGNORECASE,
)  # fmt: skip


def chunk_document(document: Document) -> list[Passage]:
    """Return the passages of a document in reading order; together they hold every block but the site's own texts.

    What gives orders to a machine is left out: it stays in the document, and is no evidence of anything.
    """
    passages: list[Passage] = []
    for section in document.walk():
        pending: list[Unit] = []
        for block in section.blocks:
            if isinstance(block, Table):
                passages.extend(_prose(document, section, pending))
                pending = []
                passages.extend(_rows(document, section, block))
            elif not isinstance(block, Boilerplate):
                units = list(_units(document, block))
                pending.extend(compress(units, stay_beside_orders([unit.text for unit in units])))
        passages.extend(_prose(document, section, pending))
    return passages


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Return the sentences of `text[start:end]`, in order; an abbreviation's full stop ends none."""
    spans: list[Span] = []
    at = start
    for match in _BOUNDARY.finditer(text, start, end):
        if _ABBREVIATION.search(text[max(at, match.start() - 12) : match.start() + 1]):
            continue
        spans.append(Span(start=at, end=match.start(1)))
        at = match.end()
    if at < end:
        spans.append(Span(start=at, end=end))
    return spans


def _units(document: Document, block: Paragraph | ListItem | Footnote) -> Iterator[Unit]:
    text = document.text
    match block:
        case ListItem():
            start = block.start + len(block.marker)
            start += len(text[start : block.end]) - len(text[start : block.end].lstrip())
            entry = Unit(
                start=start, end=block.end, kind=UnitKind.ENTRY, text=one_line(text[start : block.end]), level=block.level
            )
            if len(entry.text) <= MAX_ENTRY_CHARS:
                yield entry
                return
            spans = split_sentences(text, start, block.end)
            for index, span in enumerate(spans):
                kind = UnitKind.SENTENCE if index else UnitKind.ENTRY
                yield Unit(
                    start=span.start, end=span.end, kind=kind, text=one_line(text[span.start : span.end]), level=block.level
                )
        case _:
            kind = UnitKind.NOTE if isinstance(block, Footnote) else UnitKind.SENTENCE
            for span in split_sentences(text, block.start, block.end):
                yield Unit(start=span.start, end=span.end, kind=kind, text=one_line(text[span.start : span.end]))


def _prose(document: Document, section: Section, units: Sequence[Unit]) -> Iterator[Passage]:
    """Yield passages of whole units; the splitter decides how many go together."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415 (half a second, only when building)

    if not units:
        return
    splitter = RecursiveCharacterTextSplitter(
        separators=[_MARK], chunk_size=MAX_PASSAGE_CHARS, chunk_overlap=0, keep_separator=False, strip_whitespace=False
    )
    atoms = _atoms(units)
    at = 0
    for piece in splitter.split_text(_MARK.join(" ".join(unit.text for unit in atom) for atom in atoms)):
        count = piece.count(_MARK) + 1
        group = [unit for atom in atoms[at : at + count] for unit in atom]
        at += count
        has_entries = any(unit.kind is UnitKind.ENTRY for unit in group)
        yield _passage(
            document,
            section,
            kind=PassageKind.LIST if has_entries else PassageKind.PROSE,
            text=" ".join(f"• {unit.text}" if unit.kind is UnitKind.ENTRY else unit.text for unit in group),
            units=tuple(group),
        )


def _atoms(units: Sequence[Unit]) -> list[list[Unit]]:
    """Return the units in runs that stay together: a list with the sentence that leads it in, else one by one."""
    atoms: list[list[Unit]] = []
    for unit in units:
        previous = atoms[-1] if atoms else []
        goes_on = bool(previous) and unit.level > 0 and (previous[-1].level > 0 or previous[-1].text.endswith(":"))
        if goes_on and sum(len(u.text) for u in previous) + len(unit.text) <= MAX_LIST_CHARS:
            previous.append(unit)
        else:
            atoms.append([unit])
    return atoms


def _passage(
    document: Document, section: Section, *, kind: PassageKind, text: str, units: tuple[Unit, ...],
    header: Span | None = None, path: tuple[str, ...] | None = None,
) -> Passage:  # fmt: skip
    where = tuple(heading for heading in (section.path if path is None else path) if not is_order(heading))
    start, end = units[0].start, units[-1].end
    return Passage(
        id=f"{document.id}:{start}-{end}",
        document_id=document.id,
        kind=kind,
        path=where,
        context=" · ".join((describe_source(document.source), *where)),
        text=text,
        start=start,
        end=end,
        units=units,
        header=header,
    )


def describe_source(source: Source) -> str:
    """Return what a source is, in the words that questions use for it."""
    words = [source.title]
    for extra in (str(source.kind), str(source.year), source.part, source.municipality):
        if extra and extra.lower() not in source.title.lower():
            words.append(extra)
    return " ".join(words)


# --- table rows ---------------------------------------------------------------------------------------------------------


def _rows(document: Document, section: Section, table: Table) -> Iterator[Passage]:
    """Yield one passage a body row: its labels, then each value behind its column's heads; groups go into the path."""
    text = document.text
    captions, heads = captions_of(table), heads_of(table)
    framing = [*captions, *heads]
    header = Span(start=min(c.start for c in framing), end=max(c.end for c in framing)) if framing else None
    for row in body_rows(table, text):
        named = words_of(row.path, text)
        values = [Unit(start=c.start, end=c.end, kind=UnitKind.CELL, text=_value(heads, text, c)) for c in row.values]
        own = (*row.labels, *row.values)
        told = "; ".join(value.text for value in values)
        line = f"{' – '.join(named)}: {told}" if named else told
        if is_order(line):
            continue
        unit = Unit(start=min(c.start for c in own), end=max(c.end for c in own), kind=UnitKind.ROW, text=line)
        passage = _passage(
            document,
            section,
            kind=PassageKind.ROW,
            text=line,
            units=(unit,),
            header=header,
            path=(*section.path, *words_of(captions, text), *words_of(row.groups, text)),
        )
        yield replace(passage, units=(unit, *values, *_label_units(text, row.inherited)))


def _label_units(text: str, cells: Sequence[Cell]) -> list[Unit]:
    return [Unit(start=c.start, end=c.end, kind=UnitKind.LABEL, text=one_line(text[c.start : c.end])) for c in cells]


def _value(heads: Sequence[Cell], text: str, cell: Cell) -> str:
    """Return a value behind the heads of its column, outermost first."""
    return " ".join([*words_of(heads_over(heads, cell), text), one_line(text[cell.start : cell.end])])
