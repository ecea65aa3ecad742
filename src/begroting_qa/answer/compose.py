"""Evidence units -> Answer: literal quotes, stitched with markers; a list with its entries, a table row with its heads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from begroting_qa import messages
from begroting_qa.answer.evidence import Evidence
from begroting_qa.answer.forms import is_bare_value
from begroting_qa.answer.quotes import MAX_ANSWER_CHARS, MAX_ITEM_CHARS, MAX_ITEMS, QuoteSheet, answer_text
from begroting_qa.answer.select import Selection
from begroting_qa.domain import (
    Answer,
    AnswerStatus,
    Claim,
    Document,
    Passage,
    Plan,
    QuestionKind,
    Source,
    Span,
    Unit,
    UnitKind,
)  # fmt: skip
from begroting_qa.dutch import terms_of
from begroting_qa.pointing import goes_on
from begroting_qa.vocabulary import match

QUOTED_VARIANT = 0.5
# how many sentences in a row make a list
SHORTEST_ROW = 3
_CUT = re.compile(r"[;,:)] ")


def compose(plan: Plan, selection: Selection, documents: Callable[[str], Document], sources: Mapping[str, Source]) -> Answer:
    """Return the answer that quotes the selection; a unit that no longer fits is left out."""
    sheet = QuoteSheet(documents=documents)
    best = selection.best or selection.chosen[0]
    entries = _list_around(best, plan) or _told_in_a_row(best, plan)
    completeness = None
    if entries:
        completeness = _write_list(sheet, best, entries)
    elif selection.siblings:
        completeness = _write_rows(sheet, selection.siblings)
    elif best.unit.kind is UnitKind.ROW:
        for candidate in selection.chosen:
            _write_row(sheet, plan, candidate)
    else:
        _write_sentences(sheet, plan, selection.chosen, sources)
    return Answer(
        question=plan.question,
        status=AnswerStatus.ANSWERED,
        text=answer_text(sheet.claims),
        reading=messages.reading(plan, [sources[i].title for i in plan.filters.documents if i in sources]),
        claims=tuple(sheet.claims),
        citations=tuple(sheet.citations),
        completeness=completeness,
        notices=messages.spelling_notices(plan.corrections),
    )


# --- sentences ----------------------------------------------------------------------------------------------------------


def _write_sentences(sheet: QuoteSheet, plan: Plan, chosen: Sequence[Evidence], sources: Mapping[str, Source]) -> None:
    several = plan.kind is QuestionKind.STATE and len({c.passage.document_id for c in chosen}) > 1
    ordered = list(chosen)
    if several:
        ordered.sort(key=lambda c: (sources[c.passage.document_id].as_of, -c.score), reverse=True)
    for number, candidate in enumerate(ordered):
        unit, span = candidate.unit, Span(start=candidate.unit.start, end=candidate.unit.end)
        text = unit.text
        if is_bare_value(unit):
            text, span = _under_heading(sheet.documents(candidate.passage.document_id), unit)
        lead = f"{sources[candidate.passage.document_id].title}: " if several else ""
        if not sheet.has_room(lead + text, 1):
            if number and not several:
                continue
            text, span = _shorten(unit, sheet, candidate.passage, MAX_ANSWER_CHARS - sheet.used - len(lead) - 10)
            if not text:
                continue
        if unit.kind is UnitKind.ROW:
            _write_row(sheet, plan, candidate)
            continue
        sheet.claim(lead + text, [sheet.cite(candidate.passage, span)])


def _under_heading(document: Document, unit: Unit) -> tuple[str, Span]:
    """Return a bare value behind its heading, quoted together where it stands right under it."""
    for section in document.walk():
        span = section.heading_span
        if span is not None and section.blocks and section.blocks[0].start == unit.start and span.end <= unit.start:
            return f"{section.heading}: {unit.text}", Span(start=span.start, end=unit.end)
    return unit.text, Span(start=unit.start, end=unit.end)


def _shorten(unit: Unit, sheet: QuoteSheet, passage: Passage, room: int) -> tuple[str, Span]:
    """Return the longest head of a unit, up to a clause's end, that fits; nothing when that says too little."""
    if room < 80:  # noqa: PLR2004 (less than a clause)
        return "", Span(start=unit.start, end=unit.start)
    raw = sheet.documents(passage.document_id).text[unit.start : unit.end]
    cuts = [m.start() + 1 for m in _CUT.finditer(raw[:room])]
    cut = cuts[-1] if cuts else raw.rfind(" ", 0, room)
    head = raw[:cut].rstrip(" ,;:")
    return " ".join(head.split()) + " …", Span(start=unit.start, end=unit.start + len(head))


# --- lists --------------------------------------------------------------------------------------------------------------


def _list_around(best: Evidence, plan: Plan) -> list[tuple[int, Unit]]:
    """Return the entries of the list that the best unit leads in or belongs to, when the question wants the list."""
    units = best.passage.units
    at = units.index(best.unit)
    entries = [(i, u) for i, u in enumerate(units) if u.kind is UnitKind.ENTRY]
    if len(entries) < 2:  # noqa: PLR2004 (one entry is a sentence)
        return []
    below = []
    if best.unit.kind is UnitKind.ENTRY:
        for i in range(at + 1, len(units)):
            if units[i].kind is not UnitKind.ENTRY or units[i].level <= best.unit.level:
                break
            below.append((i, units[i]))
    if below:
        return below
    leads = best.unit.kind is UnitKind.SENTENCE and best.unit.text.endswith(":") and any(i > at for i, _ in entries)
    if leads:
        return [(i, u) for i, u in entries if i > at]
    if best.unit.kind is UnitKind.ENTRY and plan.kind is QuestionKind.LIST and _announces(best.passage, at, plan):
        first = at
        while first and units[first - 1].kind is UnitKind.ENTRY and units[first - 1].level >= best.unit.level:
            first -= 1
        return [(i, u) for i, u in entries if i >= first]
    return []


def _told_in_a_row(best: Evidence, plan: Plan) -> list[tuple[int, Unit]]:
    """Return the sentences that tell a list one after the other (`Daarnaast …`, `Tot slot …`), when the question wants one."""
    units = best.passage.units
    if plan.kind is not QuestionKind.LIST or best.unit.kind is not UnitKind.SENTENCE or best.form == 1.0:
        return []  # a sentence that enumerates is a list by itself
    first = last = units.index(best.unit)
    while first and goes_on(units[first].text) and units[first - 1].kind is UnitKind.SENTENCE:
        first -= 1
    while last + 1 < len(units) and goes_on(units[last + 1].text):
        last += 1
    return list(enumerate(units[first : last + 1], first)) if last - first + 1 >= SHORTEST_ROW else []


def _announces(passage: Passage, at: int, plan: Plan) -> bool:
    """Tell whether the heading of a list, or the sentence before it, has a word of the question: else one entry answers."""
    lead = next((u.text for u in reversed(passage.units[:at]) if u.kind is UnitKind.SENTENCE), "")
    held = terms_of(f"{lead} {passage.path[-1] if passage.path else ''}")
    return any(match(term, held) >= QUOTED_VARIANT for term in plan.terms)


def _write_list(sheet: QuoteSheet, best: Evidence, entries: Sequence[tuple[int, Unit]]) -> str:
    """Write the lead sentence and every entry; return whether that is all of it."""
    passage = best.passage
    first = entries[0][0]
    lead = passage.units[first - 1] if first else None
    is_lead = (
        lead is not None and (lead.text.endswith(":") or lead.level < entries[0][1].level) and lead.kind is not UnitKind.NOTE
    )
    if lead is not None and is_lead and sheet.has_room(lead.text, 1):
        sheet.claim(lead.text, [sheet.cite(passage, lead)])
    complete = True
    for _, unit in entries[:MAX_ITEMS]:
        if len(unit.text) > MAX_ITEM_CHARS:
            text, span = _shorten(unit, sheet, passage, MAX_ITEM_CHARS - 10)
            complete = False
        else:
            text, span = unit.text, Span(start=unit.start, end=unit.end)
        sheet.claim(text, [sheet.cite(passage, span)], is_item=True)
    if not any(not claim.is_item for claim in sheet.claims):
        where = passage.path[-1] if passage.path else ""
        heading = _heading_of(sheet.documents(passage.document_id), passage)
        first = sheet.cite(passage, heading) if heading is not None else sheet.claims[0].markers[0]
        sheet.claims.insert(0, Claim(text=messages.list_lead(where), markers=(first,)))
    goes_beyond = entries[-1][1].kind is UnitKind.SENTENCE and entries[-1][1] is not passage.units[-1]
    return "complete" if complete and len(entries) <= MAX_ITEMS and not goes_beyond else "partial"


def _heading_of(document: Document, passage: Passage) -> Span | None:
    """Return the stretch of the heading that a passage stands under."""
    around = [s for s in document.walk() if s.heading_span is not None and s.start <= passage.start and passage.end <= s.end]
    return around[-1].heading_span if around else None


def _write_rows(sheet: QuoteSheet, rows: Sequence[Passage]) -> str:
    """Write what stands behind one label of a table as a list."""
    first = rows[0]
    label = next((u for u in first.units if u.kind is UnitKind.LABEL), None)
    name = label.text if label else first.units[0].text.split(": ")[0]
    for row in rows[:MAX_ITEMS]:
        cells = [u for u in row.units if u.kind is UnitKind.CELL]
        text = "; ".join(sheet.documents(row.document_id).text[c.start : c.end] for c in cells)
        span = Span(start=cells[0].start, end=cells[-1].end)
        sheet.claim(" ".join(text.split()), [sheet.cite(row, span)], is_item=True)
    where = label if label is not None else first.units[0]
    sheet.claims.insert(0, Claim(text=f"{name}:", markers=(sheet.cite(first, Span(start=where.start, end=where.end)),)))
    return "complete" if len(rows) <= MAX_ITEMS else "partial"


# --- table rows ---------------------------------------------------------------------------------------------------------


def _write_row(sheet: QuoteSheet, plan: Plan, best: Evidence) -> None:
    """Write a row with its column heads; of several years only those that the question names."""
    passage, row = best.passage, best.unit
    cells = [u for u in passage.units if u.kind is UnitKind.CELL]
    labels = [u for u in passage.units if u.kind is UnitKind.LABEL]
    wanted = [u for u in cells if any(str(year) in u.text for year in plan.years)]
    shown = wanted or cells
    name = row.text.split(f": {cells[0].text}")[0] if cells else row.text
    caption = ""
    markers = [sheet.cite(passage, row)]
    if passage.header is not None:
        raw = sheet.documents(passage.document_id).text[passage.header.start : passage.header.end]
        unit = re.search(r"bedragen[^\n|]*", raw, re.IGNORECASE)
        caption = f" ({unit[0].strip()})" if unit else ""
        markers.append(sheet.cite(passage, passage.header))
    markers.extend(sheet.cite(passage, label) for label in labels)
    text = f"{name}: {'; '.join(u.text for u in shown)}{caption}."
    while not sheet.has_room(text, len(markers)) and len(shown) > 1:
        shown = shown[:-1]
        text = f"{name}: {'; '.join(u.text for u in shown)}{caption}."
    sheet.claim(text, markers)
