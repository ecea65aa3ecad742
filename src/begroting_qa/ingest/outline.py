"""Groups and tables -> a tree of sections: which lines are headings, and what stands under what.

The rules are about how Dutch budget documents are set (BBV and its practice), not about one city: a heading is short,
starts with a capital, ends in no full stop and has no finite verb, unless a code or a question word opens it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from begroting_qa.domain import Block, Boilerplate, Footnote, ListItem, Paragraph, Section, Span
from begroting_qa.ingest.cells import FoundTable, is_unit_line, is_value
from begroting_qa.ingest.layout import LONG_LINE, Group, Line

MAX_HEADING_CHARS = 110
MAX_CODED_CHARS = 220
MAX_HEADING_WORDS = 14
_CODE = re.compile(r"(?P<code>\d{1,2}[A-Z](?:\d{1,3})?(?:\.\d{1,2})?)(?=\s+[A-ZÀ-Ý‘'\"(]\w*)(?!\s+en\s)")
_TERREIN = re.compile(
    r"(?:Beleidsterrein|Deelprogramma|Taakveld|Productgroep|Beleidsveld)\b\s*(?P<code>\d{1,2}[.]?\w{0,3})?(?=\s|:|$)",
    re.IGNORECASE,
)
_PROGRAMME = re.compile(r"Programma\s+\d{1,2}[A-Z]?\b[.:]?\s*\S?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?=[A-ZÀ-Ý‘'\"])")
_TITLE = re.compile(
    r"(?:(?:eerste|tweede|derde|1e|2e|1ste|2de|3e|voorjaars|najaars)\s*)?(?:programma|meerjaren|concept)?-?"
    r"(?:begroting|voortgangsrapportage|bestuursrapportage|jaarverslag|jaarstukken|jaarrekening|kadernota|kaderbrief|"
    r"perspectiefnota|voorjaarsnota|najaarsnota)\s+(?:19|20)\d\d(?:\s?[-–]\s?(?:20)?\d\d)?",
    re.IGNORECASE,
)  # fmt: skip
# closing chapters of a programme: they are about the whole of it, wherever they stand
_CHAPTER = re.compile(
    r"(?:kaderstellende (?:beleidsstukken|nota'?s)|programmakosten|budgettaire ontwikkelingen|financi[eë]le (?:toelichting|"
    r"ontwikkelingen|"
    r"consequenties)|reserves(?: en voorzieningen)?|investeringen|subsidies|wat (?:mag|gaat|heeft) het (?:ge)?kosten?\??|"
    r"wat heeft het gekost\??|"
    r"doelenbo(?:om|men)|stand van zaken.*|ontwikkelingen(?: in (?:19|20)\d\d)?|overzicht (?:van )?baten en lasten)",
    re.IGNORECASE,
)  # fmt: skip
_HOLDS_TERREINEN = re.compile(
    r"(?:programmakosten|budgettaire|financi|reserves|investeringen|subsidies|wat |doelenbo)", re.IGNORECASE
)
# recurring parts of one beleidsterrein
_PART = re.compile(
    r"(?:doelen en prestaties|toelichting|(?:effect|prestatie|beleids)-?indicatoren|verbonden partijen|wat (?:willen|gaan|"
    r"hebben) we .*|"
    r"overzicht beleidsindicatoren)\b.*",
    re.IGNORECASE,
)  # fmt: skip
_FINITE = re.compile(
    r"\b(?:is|zijn|wordt|worden|werd|werden|was|waren|heeft|hebben|had|kan|kunnen|zal|zullen|moet|moeten|gaat|gaan|blijft|"
    r"blijven|komt|"
    r"komen|zie|vindt|geldt|betreft|bedraagt|willen|wil|dient|dienen)\b"
)  # fmt: skip
_QUESTION_HEADING = re.compile(r"(?:wat|hoe|welke|waar|waarom|wie|zo)\b", re.IGNORECASE)
_NO_HEADING = re.compile(
    r"(?:programmanummer|commissie|portefeuille(?:s|\(s\)|houders?)?)\b.*|(?:niet van toepassing|n\.?v\.?t\.?|geen\b.*|"
    r"pagina \d+|blz\.? ?\d+|\(\d+\)|zie\b.*)\.?",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"(?:ga naar boven|terug naar (?:navigatie|boven)\b.*|u bent hier:.*|home(?: /.*)?|download als pdf|zelf je pdf samenstellen|"
    r"geselecteerde pagina's:?.*|deze pagina is gebouwd op.*|maat: px|transcriptie|copied!|n/a|share \".*|page \d+:?|"
    r".*no results found|"
    r"bezig met laden.*|hele tekst|protected|blz\.? ?\d+|pagina \d+(?: van \d+)?|\(\d+\)|[-–] ?\d+ ?[-–])",
    re.IGNORECASE,
)  # fmt: skip
_ROW = re.compile(r"(?:\s[-–]?[\d.,]*\d%?){3,}$")
_SUSPENDED = re.compile(r"[\w)][-–]$")


class _Rank(IntEnum):
    """How strongly a heading closes what is open: a lower rank closes more."""

    TITLE = 0
    CHAPTER = 1
    TERREIN = 2
    NUMBERED = 3
    PART = 4
    GOAL = 5
    DEED = 6
    PLAIN = 7
    RUN_IN = 8


@dataclass(slots=True, kw_only=True)
class _Open:
    """A section being filled."""

    heading: str
    span: Span | None
    code: str | None
    rank: _Rank
    depth: int
    start: int
    blocks: list[Block] = field(default_factory=list[Block])
    sections: list[_Open] = field(default_factory=list["_Open"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heading:
    text: str
    span: Span
    rank: _Rank
    code: str | None = None
    depth: int = 0


def build_outline(groups: Sequence[Group], tables: Sequence[FoundTable], *, wrapped: bool) -> tuple[Section, ...]:
    """Return the tree of sections over all groups, in reading order."""
    root = _Open(heading="", span=None, code=None, rank=_Rank.TITLE, depth=-1, start=0)
    stack = [root]
    for piece in _pieces(groups, tables, wrapped=wrapped):
        if isinstance(piece, _Heading):
            _place(stack, piece)
        else:
            stack[-1].blocks.append(piece)
    if root.blocks:
        lead = _Open(heading="", span=None, code=None, rank=_Rank.TITLE, depth=0, start=root.blocks[0].start)
        lead.blocks = root.blocks
        root.sections.insert(0, lead)
    return tuple(_close(section, ()) for section in root.sections)


def _close(section: _Open, parents: tuple[str, ...]) -> Section:
    path = (*parents, section.heading) if section.heading else parents
    # a title names the whole document: it is no part of the path of what follows
    children = tuple(_close(child, () if section.rank is _Rank.TITLE else path) for child in section.sections)
    ends = [b.end for b in section.blocks] + [c.end for c in children] + ([section.span.end] if section.span else [])
    return Section(
        heading=section.heading, heading_span=section.span, code=section.code, level=section.depth + 1, path=path,
        start=section.start, end=max(ends), blocks=tuple(section.blocks), sections=children,
    )  # fmt: skip


def _place(stack: list[_Open], heading: _Heading) -> None:
    """Open the heading's section where it belongs; what it closes leaves the stack."""
    while len(stack) > 1 and not _holds(stack, heading):
        stack.pop()
    parent = stack[-1]
    opened = _Open(
        heading=heading.text, span=heading.span, code=heading.code, rank=heading.rank,
        depth=parent.depth + 1, start=heading.span.start,
    )  # fmt: skip
    parent.sections.append(opened)
    stack.append(opened)


def _holds(stack: Sequence[_Open], heading: _Heading) -> bool:
    """Tell whether the innermost open section may hold the heading."""
    top = stack[-1]
    is_bare = not top.blocks and not top.sections
    match heading.rank:
        case _Rank.TITLE:
            return False
        case _Rank.CHAPTER:
            return top.rank is _Rank.TITLE and top.depth < 0
        case _Rank.TERREIN:
            return top.rank is _Rank.CHAPTER and (is_bare or _HOLDS_TERREINEN.match(top.heading) is not None)
        case _Rank.NUMBERED:
            number = (heading.code or "").rstrip(".")
            return top.rank is _Rank.NUMBERED and number.startswith(f"{(top.code or '').rstrip('.')}.")
        case _Rank.PART:
            owners = [open_ for open_ in stack if open_.rank in (_Rank.TERREIN, _Rank.GOAL) and open_.code == heading.code]
            if heading.code is not None and owners:
                return top is owners[-1]
            return top.rank in (_Rank.TERREIN, _Rank.CHAPTER, _Rank.NUMBERED)
        case _Rank.GOAL:
            return top.rank < _Rank.GOAL
        case _Rank.DEED:
            return top.rank < _Rank.DEED
        case _Rank.RUN_IN:
            return top.rank is not _Rank.RUN_IN or is_bare
        case _Rank.PLAIN:
            return _holds_plain(top, is_bare=is_bare)


def _holds_plain(top: _Open, *, is_bare: bool) -> bool:
    """A heading with no text before it opens a level; after text it stands beside the last heading of its kind."""
    if top.rank is _Rank.RUN_IN:
        return False
    if top.rank is _Rank.TITLE:
        return top.depth < 0
    if top.rank is _Rank.PLAIN:
        return is_bare or (not top.blocks and top.sections[-1].rank is _Rank.PLAIN)
    return True


# --- from groups to headings and blocks ---------------------------------------------------------------------------------


def _pieces(groups: Sequence[Group], tables: Sequence[FoundTable], *, wrapped: bool) -> Iterator[_Heading | Block]:
    at = 0
    upcoming = list(tables)
    list_indents: list[int] = []
    while at < len(groups):
        if upcoming and upcoming[0].first == at:
            found = upcoming.pop(0)
            yield found.table
            at = found.end
            list_indents = []
            continue
        group = groups[at]
        at += 1
        if not group.is_empty_cell:
            follows = _follows(groups, at, upcoming)
            yield from _read_group(group, follows, list_indents, wrapped=wrapped)


def _follows(groups: Sequence[Group], at: int, tables: Sequence[FoundTable]) -> str:
    """Return what comes next: `table`, the text of the next group, or nothing at the end."""
    if tables and tables[0].first == at:
        return "table"
    return next((g.text for g in groups[at:] if not g.is_empty_cell), "")


def _read_group(group: Group, follows: str, indents: list[int], *, wrapped: bool) -> Iterator[_Heading | Block]:
    """Yield the headings and blocks of one group, in order."""
    lines = list(group.lines)
    at = 0
    while at < len(lines):
        line = lines[at]
        rest = lines[at + 1].text if at + 1 < len(lines) else follows
        if _BOILERPLATE.fullmatch(line.text):
            yield Boilerplate(start=line.start, end=line.end)
            at += 1
        elif line.list_marker == "*" and rest.startswith("**"):  # the first of several footnotes looks like a bullet
            yield Footnote(start=line.start, end=line.end, marker="*")
            at += 1
        elif line.list_marker is not None and not _is_numbered_heading(line, rest):
            end = _item_end(lines, at, wrapped=wrapped)
            yield from _list_item(lines[at:end], indents)
            at = end
        elif line.footnote_marker is not None:
            end = at + 1
            while end < len(lines) and wrapped and lines[end].footnote_marker is None and not lines[end - 1].ends_sentence:
                end += 1
            yield Footnote(start=line.start, end=lines[end - 1].end, marker=line.footnote_marker)
            at = end
        elif (heading := _heading(line, rest, alone=len(lines) == 1 or at == len(lines) - 1, wrapped=wrapped)) is not None:
            end = at + 1
            if wrapped and heading.rank in (_Rank.GOAL, _Rank.DEED) and end < len(lines) and lines[end].text[:1].islower():
                end += 1
            yield heading
            at = end
        else:
            end = _paragraph_end(lines, at, wrapped=wrapped)
            yield Paragraph(start=line.start, end=lines[end - 1].end)
            at = end
    if lines[-1].list_marker is None and lines[-1].indent == 0:
        indents.clear()


def _paragraph_end(lines: Sequence[Line], at: int, *, wrapped: bool) -> int:
    """Return the index after the last line of the paragraph that starts at `at`."""
    end = at + 1
    while end < len(lines):
        line, before = lines[end], lines[end - 1]
        if line.list_marker is not None or line.footnote_marker is not None or _BOILERPLATE.fullmatch(line.text):
            break
        if wrapped:
            if line.indent and not before.indent:
                break  # a new page starts with an indented line
        elif not _goes_on(before, line):
            break
        end += 1
    return end


def _goes_on(before: Line, line: Line) -> bool:
    """Tell whether `line` completes the sentence of the line before, in a text that breaks lines only now and then."""
    if before.ends_sentence:
        return False
    first = line.text[0]
    return first.islower() or (len(before.text) >= LONG_LINE and (first.isdigit() or first in "(‘'\"€"))


def _item_end(lines: Sequence[Line], at: int, *, wrapped: bool) -> int:
    end = at + 1
    first = lines[at]
    while end < len(lines) and lines[end].list_marker is None and lines[end].footnote_marker is None:
        if (
            (wrapped and not lines[end - 1].ends_sentence and lines[end].text[:1].islower())
            or lines[end].indent > first.indent
            or _goes_on(lines[end - 1], lines[end])
        ):
            end += 1
        else:
            break
    return end


def _list_item(lines: Sequence[Line], indents: list[int]) -> Iterator[_Heading | Block]:
    """Yield one entry; an entry that is a title with text under it is a heading with a paragraph."""
    first = lines[0]
    start, end = first.start, lines[-1].end
    marker = first.list_marker or ""
    title = first.text[first.content_start - first.start :]
    if len(lines) > 1 and not first.ends_sentence and len(title) <= MAX_HEADING_CHARS and lines[1].text[:1].isupper():
        yield _Heading(text=title, span=Span(start=start, end=first.end), rank=_Rank.RUN_IN)
        yield Paragraph(start=lines[1].start, end=end)
        return
    while indents and first.indent < indents[-1]:
        indents.pop()
    if not indents or first.indent > indents[-1]:
        indents.append(first.indent)
    yield ListItem(start=start, end=end, level=len(indents), marker=marker)


def _is_numbered_heading(line: Line, rest: str) -> bool:
    """Tell whether `1. Inleiding` is a heading and not the first entry of a list."""
    if line.indent or line.ends_sentence or re.match(r"\d{1,2}\.\s", line.text) is None:
        return False
    if re.match(r"\d{1,2}\.\d", rest):
        return True  # 1.1 under 1.
    return len(line.text) <= LONG_LINE and len(rest) > LONG_LINE and re.match(r"\s*\d{1,2}[.)]", rest) is None


def _heading(line: Line, rest: str, *, alone: bool, wrapped: bool) -> _Heading | None:
    """Return the heading that a line is, or None; `rest` is what comes after it."""
    text = line.text
    span = Span(start=line.start, end=line.end)
    if not rest or is_value(text) or is_unit_line(text) or _NO_HEADING.fullmatch(text) or _SUSPENDED.search(text):
        return None
    if rest != "table" and alone and is_value(rest) and not re.search(r"[A-Za-z]{3}", text):
        return None
    if _TITLE.fullmatch(text):
        return _Heading(text=text, span=span, rank=_Rank.TITLE)
    coded = _coded_heading(text, span, rest, wrapped=wrapped)
    if coded is not None:
        return coded
    if not _looks_like_heading(text) or (not alone and not _opens_text(rest)):
        return None
    if _CHAPTER.fullmatch(text):
        return _Heading(text=text, span=span, rank=_Rank.CHAPTER)
    if _PART.fullmatch(text) and alone:
        mentioned = re.search(r"\b(\d{1,2}[A-Z]\d?)\b", text)
        return _Heading(text=text, span=span, rank=_Rank.PART, code=mentioned[1] if mentioned else None)
    return _Heading(text=text, span=span, rank=_Rank.PLAIN if alone else _Rank.RUN_IN)


def _coded_heading(text: str, span: Span, rest: str, *, wrapped: bool) -> _Heading | None:
    if len(text) > MAX_CODED_CHARS or text[-1] in ".;:," or len(text.split()) > 3 * MAX_HEADING_WORDS:
        return None
    if (code := _CODE.match(text)) is not None:
        rank = _Rank.DEED if "." in code["code"] else _Rank.GOAL if code["code"][-1].isdigit() else _Rank.TERREIN
        return _Heading(text=text, span=span, rank=rank, code=code["code"])
    if len(text) > MAX_HEADING_CHARS:
        return None
    if (terrein := _TERREIN.match(text)) is not None and not _FINITE.search(text):
        return _Heading(text=text, span=span, rank=_Rank.TERREIN, code=terrein["code"])
    if _PROGRAMME.match(text) is not None and not _FINITE.search(text):
        return _Heading(text=text, span=span, rank=_Rank.CHAPTER)
    number = _NUMBERED.match(text)
    is_question = number is not None and _QUESTION_HEADING.match(text[number.end() :]) is not None
    if number is not None and (is_question or not _FINITE.search(text)) and not (wrapped and _opens_text(rest) is False):
        return _Heading(text=text, span=span, rank=_Rank.NUMBERED, code=number["number"])
    return None


def _looks_like_heading(text: str) -> bool:
    if len(text) > MAX_HEADING_CHARS or len(text.split()) > MAX_HEADING_WORDS:
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "‘'\"“(`") or text[-1] in ".,;:!":
        return False
    if re.fullmatch(r"[\d\W]*", text) or text.count("|") or _ROW.search(text):
        return False
    return any(p.match(text) for p in (_QUESTION_HEADING, _PART)) or not (text.endswith("?") or _FINITE.search(text))


def _opens_text(rest: str) -> bool:
    """Tell whether what follows can stand under a heading: it starts a sentence, a list or a table."""
    first = rest.lstrip(" •◦*-–")[:1]
    return rest == "table" or first.isupper() or first.isdigit() or first in "‘'\"“("
