"""Documents -> References: every code with all its places, and what the documents call it.

What is read is what passages hold, and headings and cells; a code counts where it stands, a title as it is written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from begroting_qa.codes import LEVELS, SERIES, Code, CodeKind, find_all_codes, find_codes
from begroting_qa.domain import (
    Cell,
    CellRole,
    Document,
    Mention,
    Passage,
    PassageKind,
    Reference,
    Section,
    Span,
    Table,
    Unit,
    UnitKind,
)
from begroting_qa.dutch import STOP_WORDS, fold
from begroting_qa.grid import one_line
from begroting_qa.orders import is_order

NEAREST = 5
MAX_TITLE_CHARS = 200
_BLANK = re.compile(r"\s")
_LEVEL_BEFORE = re.compile(rf"\b{LEVELS}\s+$", re.IGNORECASE)
_OPENING = re.compile(rf"\W*(?:{LEVELS}\s+)?", re.IGNORECASE)
_STREET_BEFORE = re.compile(
    r"\b[A-Z][\w’'-]*(?:str(?:aat|\.)|weg|laan|plein|kade|gracht|singel|pad|dijk|hof|steeg|markt|plantsoen)\s$"
)
_ORDINAL = re.compile(r"\d+e")
# --- titles
_QUOTE, _UNQUOTE = "‘'\"“„`", "’'\"”´"
_QUOTED = rf"[{_QUOTE}](?P<title>[^‘“„\"”`]{{3,{MAX_TITLE_CHARS}}}?)[{_UNQUOTE}]"
_QUOTED_BEFORE = re.compile(rf"(?:.*[\s(])?{_QUOTED}\s*$")
_QUOTED_BEHIND = re.compile(rf"\s*\)?\s*[-–:,]?\s*{_QUOTED}(?!\w)")
_KIND_WORD = re.compile(
    r"(?:.*\b)?(?:motie|amendement|raadsvoorstel|raadsbesluit|collegebesluit|zaak(?:nummer)?)\b\s*", re.IGNORECASE
)
_BESIDE_CODES = re.compile(r"(?:19|20)\d\d|\b\d{1,2}(?= (?:jan|feb|m|apr|jun|jul|aug|sep|okt|nov|dec))", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:de|het|een|deze|dit|onze?)\s+", re.IGNORECASE)
_PAPER_WORD = re.compile(
    r"nota|notitie|visie|kader|plan|beleid|verordening|aanpak|agenda|evaluatie|strategie|monitor|onderzoek|rapport|voorstel|"
    r"programma|akkoord|regeling|begroting|brief|zienswijze|convenant",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|zijn|was|waren|wordt|worden|werd|werden|heeft|hebben|had|hadden|zal|zullen|kan|kunnen|gaat|gaan|wil|willen|stelt|die|dat)\b"
)
_ADJECTIVE = re.compile(
    r"^(?:(?:eerder|onlangs|nieuwe|huidige|vorige|recente|vastgestelde|aangenomen|herijkte|geactualiseerde)\s+)+", re.IGNORECASE
)
_OPENS_TITLE = re.compile(r"[\s:.–-]*(?!(?:en|of|t/m|tot|zijn?|is)\b)(?=[\w‘'\"“(`])")
# the name of a programme or field in a sentence: to the next of an enumeration, to a point, or two words in capitals
_CAPITALS = r"[A-ZÀ-Ý][\w’'-]*(?:\s+(?:(?:&|en|van|voor)\s+)?[A-ZÀ-Ý][\w’'-]*)"
_NAME_BEHIND = re.compile(
    r"\s+(?P<name>[A-ZÀ-Ý][^.;:!?\d,()]{1,60}?(?=\s*(?:\([^()]*\)\s*)?(?:,|&|\ben)\s*\d{1,2}[A-Z]?\s)"
    rf"|{_CAPITALS}*(?=[.,;:)]|\s*$)|{_CAPITALS}+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch(Span):
    """What stands around a code: a sentence, entry, heading or row.

    `parts` are what a code may open: the cells of a row, else itself; `is_label` where it names something, as a heading does.
    """

    document: Document
    parts: tuple[Span, ...]
    is_label: bool
    is_entry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A code found in a stretch, its offsets those of the document."""

    code: Code
    stretch: _Stretch


def find_references(documents: Sequence[Document], passages: Sequence[Passage]) -> list[Reference]:
    """Return the codes of the documents with every place, by kind and code, numbers in codes compared as numbers.

    What stands in no passage because it gives orders to a machine does not count.
    """
    by_document: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_document[passage.document_id].append(passage)
    stretches = [stretch for document in documents for stretch in _stretches(document, by_document[document.id])]
    found = [_Place(code=code, stretch=stretch) for stretch in stretches for code in _codes_in(stretch)]
    known = {place.code.key for place in found if _is_declared(place)}
    by_code: dict[tuple[str, str], list[_Place]] = defaultdict(list)
    for place in found:
        if place.code.kind is not CodeKind.GOAL or _is_goal(place, known):
            by_code[place.code.kind, place.code.key].append(place)
    references = [_reference(places) for places in by_code.values()]
    return sorted(references, key=lambda reference: (reference.kind, _in_numbers(reference.code)))


def find_reference(text: str, references: Iterable[Reference]) -> Reference | None:
    """Return the reference that a reader's spelling means (`rv24.21`, `motie 23.0093`), None for none or several."""
    known = list(references)
    keys = {code.key for code in find_all_codes(text)}
    named = [reference for reference in known if reference.key in keys]
    if not named and (parts := _parts(text)) and any(part.isalpha() for part in parts):
        of_parts = {reference.code: _parts(reference.code) for reference in known}
        named = [r for r in known if of_parts[r.code] == parts or of_parts[r.code] == ("programma", *parts)]
        if not named and parts[0] in ("m", "a") and len(parts) > 2:  # noqa: PLR2004 (a motion by its number without the last part)
            named = [r for r in known if of_parts[r.code][:-1] == parts]
    return named[0] if len(named) == 1 else None


def nearest_known(code: str, references: Iterable[Reference], *, k: int = NEAREST) -> list[Reference]:
    """Return at most `k` references that a code comes nearest to: of its own kind first, then by letters that differ."""
    found = next(iter(find_all_codes(code)), None)
    kind = found.kind if found else None
    key = found.key if found else _BLANK.sub("", fold(code))
    ranked = sorted(references, key=lambda r: (r.kind != kind, OSA.distance(key, r.key), _in_numbers(r.code)))
    return ranked[:k]


def _reference(places: Sequence[_Place]) -> Reference:
    placed = sorted(places, key=lambda p: (p.stretch.document.source.as_of, p.stretch.document.id, p.code.start))
    code = placed[0].code
    return Reference(
        code=code.canonical, key=code.key, kind=code.kind, title=_title(placed), places=tuple(_mention(place) for place in placed)
    )


def _mention(place: _Place) -> Mention:
    stretch, code = place.stretch, place.code
    return Mention(
        document_id=stretch.document.id,
        quote=stretch.document.text[code.start : code.end],
        start=code.start,
        end=code.end,
        around=Span(start=stretch.start, end=stretch.end),
    )


def _in_numbers(code: str) -> list[tuple[int, str]]:
    """Return what a code sorts by: its letters as they are, its numbers by value."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", code)]


def _parts(code: str) -> tuple[str, ...]:
    """Return the letters and numbers of a code in one spelling, without words that only say what it is."""
    words = re.findall(r"[a-z]+|\d+", fold(code))
    series = {word: letters.strip(" .").lower() for word, letters in SERIES.items()} | {"p": "programma"}
    kept = [
        series.get(word, word) for word in words if word == "programma" or not re.fullmatch(rf"{LEVELS}|zaak(?:nummer)?|nr", word)
    ]
    if len(kept) > 1 and kept[0] == kept[1] and kept[0].isalpha():
        kept = kept[1:]  # motie M.23.0093
    numbers = [str(int(part)) if part.isdigit() else part for part in kept]
    return tuple(part[2:] if re.fullmatch(r"20\d\d", part) and at == 1 else part for at, part in enumerate(numbers))


# --- what is read -------------------------------------------------------------------------------------------------------


def _stretches(document: Document, passages: Sequence[Passage]) -> Iterator[_Stretch]:
    """Yield the headings, rows, entries and sentences of a document that are read; its passages lack orders to a machine."""
    rows = {(p.units[0].start, p.units[0].end) for p in passages if p.kind is PassageKind.ROW}
    for section in document.walk():
        yield from _heading(document, section)
        for block in section.blocks:
            if isinstance(block, Table):
                yield from _rows(document, block, rows)
    units: list[Unit] = [unit for passage in passages if passage.kind is not PassageKind.ROW for unit in passage.units]
    for unit in units:
        is_entry = unit.kind is UnitKind.ENTRY
        yield _stretch(document, (unit,), is_label=is_entry, is_entry=is_entry)


def _heading(document: Document, section: Section) -> Iterator[_Stretch]:
    if section.heading_span is not None and not is_order(section.heading):
        yield _stretch(document, (section.heading_span,), is_label=True)


def _rows(document: Document, table: Table, read: set[tuple[int, int]]) -> Iterator[_Stretch]:
    """Yield the rows of a table: a row of values as one, unless the values are names with codes of their own."""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        by_row[cell.row].append(cell)
    for cells in by_row.values():
        own = [cell for cell in cells if cell.role in (CellRole.LABEL, CellRole.VALUE)]
        values = [cell for cell in own if cell.role is CellRole.VALUE]
        others = [cell for cell in cells if cell not in own] if values else cells
        yield from (_stretch(document, (c,), is_label=True) for c in others if not is_order(document.text[c.start : c.end]))
        if values and (min(c.start for c in own), max(c.end for c in own)) in read:
            if any(any(find_codes(document.text[c.start : c.end])) for c in values):
                yield from (_stretch(document, (cell,), is_label=True) for cell in own)
            else:
                yield _stretch(document, own, is_label=True)


def _stretch(document: Document, parts: Sequence[Span], *, is_label: bool, is_entry: bool = False) -> _Stretch:
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    return _Stretch(start=start, end=end, document=document, parts=tuple(parts), is_label=is_label, is_entry=is_entry)


# --- codes --------------------------------------------------------------------------------------------------------------


def _codes_in(stretch: _Stretch) -> Iterator[Code]:
    """Yield the codes of a stretch with their places in the document; a line that breaks inside a code is no end of it."""
    for code in find_all_codes(_text(stretch, stretch.start, stretch.end)):
        start, end = stretch.start + code.start, stretch.start + code.end
        yield Code(kind=code.kind, canonical=code.canonical, key=code.key, start=start, end=end)


def _text(stretch: _Stretch, start: int, end: int) -> str:
    """Return text of the document with every blank a space, so that offsets stay."""
    return _BLANK.sub(" ", stretch.document.text[start:end])


def _is_declared(place: _Place) -> bool:
    """Tell whether a place shows that its code is one of the goal tree: it opens a heading or cell, or a level is named."""
    stretch, code = place.stretch, place.code
    if _LEVEL_BEFORE.search(_text(stretch, stretch.start, code.start)):
        return True
    behind = stretch.document.text[code.end : stretch.end]
    return (
        stretch.is_label and not stretch.is_entry and _opens(place) is not None and re.match(r"\s|[.:]\s|$", behind) is not None
    )


def _is_goal(place: _Place, known: set[str]) -> bool:
    """Tell whether what looks like a code of the goal tree is one, and no ordinal (`1e`), address or size (`75m2`)."""
    stretch, code = place.stretch, place.code
    written = stretch.document.text[code.start : code.end]
    if _ORDINAL.fullmatch(written) or _STREET_BEFORE.search(_text(stretch, stretch.start, code.start)):
        return False
    if written.isalpha():  # the second letter of `9A en B`
        return any(key[:-1] == code.key[:-1] for key in known)
    return code.key in known or re.match(r"\d+[A-Z]\d", written) is not None


def _opens(place: _Place) -> Span | None:
    """Return the part of a label that a code opens, at most a bullet and its level before it."""
    stretch, code = place.stretch, place.code
    if not stretch.is_label:
        return None
    part = next((part for part in stretch.parts if part.start <= code.start and code.end <= part.end), None)
    if part is None or _OPENING.fullmatch(_text(stretch, part.start, code.start)) is None:
        return None
    return part


# --- titles -------------------------------------------------------------------------------------------------------------


def _title(places: Sequence[_Place]) -> str | None:
    """Return what the documents call a code: a label before a sentence, the newest document before older ones."""
    newest = sorted(places, key=lambda p: (p.stretch.document.source.as_of, p.stretch.document.id), reverse=True)
    titled = [named for place in newest if (named := _named_at(place)) is not None]
    return min(titled, key=lambda named: named[0])[1] if titled else None


def _named_at(place: _Place) -> tuple[int, str] | None:
    """Return what a place calls its code, with how surely: 0 for a heading or label."""
    is_of_tree = place.code.kind in (CodeKind.GOAL, CodeKind.PROGRAMME)
    label = _label(place)
    if label:
        is_part = is_of_tree and _LEVEL_BEFORE.search(_text(place.stretch, place.stretch.start, place.code.start))
        return (1 if is_part else 0, label)
    if is_of_tree:
        name = _name_behind(place)
        return (3, name) if name else None
    return _paper_title(place)


def _label(place: _Place) -> str | None:
    """Return what stands behind a code that opens a heading, entry or cell; a code alone is named by the next cell."""
    stretch, part = place.stretch, _opens(place)
    if part is None:
        return None
    rest = _text(stretch, place.code.end, part.end)
    if not rest.strip(" *.:"):
        behind = [other for other in stretch.parts if other.start >= part.end]
        rest = _text(stretch, behind[0].start, behind[0].end) if behind else ""
        rest = rest if re.search(r"[A-Za-zÀ-ÿ]{3}", rest) else ""
    opening = _OPENS_TITLE.match(rest)
    return _tidy(rest[opening.end() :]) if opening is not None else None


def _name_behind(place: _Place) -> str | None:
    stretch, code = place.stretch, place.code
    if code.kind is CodeKind.GOAL and not _LEVEL_BEFORE.search(_text(stretch, stretch.start, code.start)):
        return None
    match = _NAME_BEHIND.match(_text(stretch, code.end, stretch.end))
    return _tidy(match["name"]) if match is not None else None


def _paper_title(place: _Place) -> tuple[int, str] | None:
    """Return the title of a paper, motion or case: before the parenthesis that holds its number, or quoted behind it."""
    stretch, code = place.stretch, place.code
    before, behind = _text(stretch, stretch.start, code.start), _text(stretch, code.end, stretch.end)
    quoted = _QUOTED_BEHIND.match(behind)
    opened = before.rfind("(")
    if opened < 0 or ")" in before[opened:]:
        return (2, _tidy(quoted["title"]) or "") if quoted is not None else None
    closed = behind.find(")")
    inside = f"{before[opened + 1 :]}{place.code.canonical}{behind[: max(closed, 0)]}"
    if closed < 0 or _holds_amount(inside):
        return None
    named = before[:opened]
    if stretch.is_label and not behind[closed + 1 :].strip(" .;,"):
        return _titled(1, named, code.kind)
    return _titled(2, named, code.kind, is_sentence=True)


def _holds_amount(inside: str) -> bool:
    """Tell whether a parenthesis holds a number besides codes and dates: it says what is paid, and names no paper."""
    for code in reversed(find_all_codes(f"({inside})")):
        inside = f"{inside[: code.start - 1]}{inside[code.end - 1 :]}"
    return any(character.isdigit() for character in _BESIDE_CODES.sub("", inside))


def _titled(rank: int, named: str, kind: CodeKind, *, is_sentence: bool = False) -> tuple[int, str] | None:
    is_vote = kind in (CodeKind.MOTION, CodeKind.AMENDMENT)
    quoted = _QUOTED_BEFORE.match(named)
    word = _KIND_WORD.match(named)
    behind_word = named[word.end() :] if word is not None else named
    title: str | None
    if quoted is not None and (is_vote or not named[: quoted.start("title") - 1].strip()):
        title = quoted["title"]
    elif is_vote:
        title = behind_word if word is not None or not is_sentence else None
    else:
        title = _phrase(behind_word) if is_sentence else behind_word
    tidy = _tidy(title) if title else None
    return (rank, tidy) if tidy else None


def _phrase(named: str) -> str | None:
    """Return the words that name a paper at the end of `named`: from an article on, a capital behind it preferred.

    A sentence that begins with what a paper is (`Nota …`) begins with its name.
    """
    starts = [match.end() for match in _ARTICLE.finditer(named)]
    if _PAPER_WORD.search(named.split(maxsplit=1)[0] if named.strip() else ""):
        starts.insert(0, 0)
    phrases = [_ADJECTIVE.sub("", named[start:].strip()) for start in starts]
    fitting = [phrase for phrase in phrases if _is_name(phrase)]
    return next((phrase for phrase in fitting if phrase[0].isupper()), fitting[-1] if fitting else None)


def _is_name(phrase: str) -> bool:
    words = fold(phrase).split()
    return (
        len(words) > 1
        and _PAPER_WORD.search(phrase) is not None
        and _VERB.search(phrase) is None
        and not re.search(r"[.;:()]", phrase)
        and words[0] not in STOP_WORDS
        and words[-1] not in STOP_WORDS
    )


def _tidy(title: str) -> str | None:
    """Return a title on one line without footnote marks; None where nothing, or a whole passage, is left."""
    clean = one_line(title).strip(" *;,-–")
    return clean if 0 < len(clean) <= MAX_TITLE_CHARS else None
