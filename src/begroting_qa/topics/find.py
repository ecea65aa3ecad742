"""Documents -> Topics: one page for each thing through the years.

Codes move and are used again: a topic links what bears a like title, by code first, and keeps apart what only shares a code.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from begroting_qa.codes import LEVELS, CodeKind, covers, find_codes
from begroting_qa.domain import (
    Commitment,
    Document,
    Figure,
    Measure,
    Mention,
    Origin,
    Passage,
    PassageKind,
    Reference,
    Section,
    Span,
    Table,
    Unit,
    UnitKind,
)  # fmt: skip
from begroting_qa.dutch import STOP_WORDS, fold, stem, tokens
from begroting_qa.grid import one_line
from begroting_qa.orders import is_order
from begroting_qa.topics.said import Said, SaidKind, Topic, TopicKind, TopicPart

# a title, or a sentence, is worded like another when this share of its words stands in both
ALIKE = 0.5
MIN_NAME_WORDS = 3  # a paper is recognized by its title alone when that has so many words that say something
_TREE_KINDS = (
    (TopicKind.BELEIDSTERREIN, re.compile(r"\d+[A-Z]")),
    (TopicKind.GOAL, re.compile(r"\d+[A-Z]\d+")),
    (TopicKind.PRESTATIE, re.compile(r"\d+[A-Z]\d+\.\d+")),
    (TopicKind.INDICATOR, re.compile(r"\d+[A-Z]\d+\.[a-z]")),
)
_PAPERS = frozenset((CodeKind.PAPER, CodeKind.MOTION, CodeKind.AMENDMENT, CodeKind.CASE))
_OPENING = re.compile(rf"\W*(?P<level>{LEVELS}\s+)?", re.IGNORECASE)
_LEVEL = re.compile(rf"^{LEVELS}\s+", re.IGNORECASE)
# not `9A en B`; marks of footnotes are no part of it
_TITLE = re.compile(r"[\s:.–-]*(?!(?:en|of|t/m)\b)(?P<title>[^\s*].*?)[\s*]*\Z", re.DOTALL)
_RESERVE = re.compile(r"\w*reserve\b|res\b", re.IGNORECASE)
_NO_NAME = re.compile(r"(?:reserves?|res|p\d{1,2})", re.IGNORECASE)
_FLOWS = (Measure.TOEVOEGING, Measure.ONTTREKKING)

_Of = TypeVar("_Of", Passage, Figure, Commitment)


# --- what a document holds ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One document with what was read from it; `places` are what names a code, by its key, `labels` end where they start."""

    document: Document
    words: frozenset[str]
    labels: Mapping[int, int]
    headings: Mapping[int, frozenset[str]]
    units: tuple[Unit, ...]
    rows: tuple[Unit, ...]
    figures: tuple[Figure, ...]
    places: Mapping[str, Sequence[Mention]]
    commitments: tuple[Commitment, ...]

    @property
    def id(self) -> str:
        return self.document.id

    def said(self, span: Span, kind: SaidKind) -> Said:
        quote = self.document.text[span.start : span.end]
        return Said(start=span.start, end=span.end, document_id=self.id, quote=quote, kind=kind)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A topic as it is put together: its codes and titles by document, and the names that it goes by, in words."""

    kind: TopicKind
    code: str | None
    title: str | None
    slug: str
    codes: dict[str, str] = field(default_factory=dict[str, str])
    titles: dict[str, Span] = field(default_factory=dict[str, Span])
    names: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def is_called(self, label: str) -> bool:
        """Tell whether a label is its name and nothing else, a level before it left out."""
        words = _words(_LEVEL.sub("", label))
        if self.kind is TopicKind.RESERVE:
            return _RESERVE.match(label) is not None and any(_is_same_reserve(words, name) for name in self.names)
        return bool(words) and words in self.names


def find_topics(
    documents: Sequence[Document], passages: Sequence[Passage], figures: Sequence[Figure], references: Sequence[Reference],
    commitments: Sequence[Commitment],
) -> list[Topic]:  # fmt: skip
    """Return the topics of the documents, by kind and id; those of one municipality never go into those of another.

    With documents of several municipalities the ids begin with the municipality.
    """
    newest = sorted(documents, key=lambda document: (document.source.as_of, document.id), reverse=True)
    passages_of, figures_of, promised_in = _by_document(passages), _by_document(figures), _by_document(commitments)
    named: dict[str, dict[str, list[Mention]]] = defaultdict(dict)
    for reference in references:
        for place in reference.places:
            named[place.document_id].setdefault(reference.key, []).append(place)
    tree = frozenset(reference.key for reference in references if reference.kind == CodeKind.GOAL)
    towns: dict[str, list[_View]] = defaultdict(list)
    for document in newest:
        own = passages_of[document.id], figures_of[document.id], promised_in[document.id]
        towns[document.source.municipality].append(_view(document, *own, named[document.id], tree))
    topics: list[Topic] = []
    for town, views in towns.items():
        drafts = [*_of_tree(views, references), *_reserves(views), *_papers(views, references)]
        found = [topic for draft in drafts if (topic := _topic(draft, views)) is not None]
        topics.extend(_with_ids(found, prefix=f"{_slug(town)}-" if len(towns) > 1 else ""))
    return sorted(topics, key=lambda topic: (list(TopicKind).index(topic.kind), topic.id))


def _by_document(things: Iterable[_Of]) -> dict[str, list[_Of]]:
    found: dict[str, list[_Of]] = defaultdict(list)
    for thing in things:
        found[thing.document_id].append(thing)
    return found


def _view(
    document: Document, passages: Sequence[Passage], figures: Sequence[Figure], commitments: Sequence[Commitment],
    places: Mapping[str, Sequence[Mention]], tree: frozenset[str],
) -> _View:  # fmt: skip
    units = [unit for passage in passages if passage.kind is not PassageKind.ROW for unit in passage.units]
    headings = [section.heading_span for section in document.walk() if section.heading_span is not None]
    cells = [cell for section in document.walk() for block in section.blocks if isinstance(block, Table) for cell in block.cells]
    labels: list[Span] = [*headings, *cells, *(unit for unit in units if unit.kind is UnitKind.ENTRY)]
    in_tree = [(key, place) for key in tree & places.keys() for place in places[key]]
    return _View(
        document=document,
        words=frozenset(_words(document.text)),
        labels={span.start: span.end for span in labels},
        headings={h.start: frozenset(key for key, place in in_tree if _within(place, h)) for h in headings},
        units=tuple(units),
        rows=tuple(passage.units[0] for passage in passages if passage.kind is PassageKind.ROW),
        figures=tuple(figures),
        places=places,
        commitments=tuple(commitments),
    )


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


@lru_cache(maxsize=100_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(text) if token.text not in STOP_WORDS)


def _slug(text: str) -> str:
    """Return text as it may stand in a URL; the point of a code, between digits or before a letter of its own, stays."""
    return re.sub(r"[^a-z0-9.]+|(?<![0-9])\.|\.(?![0-9a-z])", "-", fold(text)).strip("-")


# --- topics of the goal tree --------------------------------------------------------------------------------------------


def _of_tree(views: Sequence[_View], references: Sequence[Reference]) -> list[_Draft]:
    """Return the drafts of all codes: what has the same words is one, wherever it stands, then what is alike under one code."""
    drafts: list[_Draft] = []
    goals = [reference for reference in references if reference.kind == CodeKind.GOAL]
    for view in views:
        open_codes = {goal.code: _title_in(view, goal.key) for goal in goals if goal.key in view.places}
        for fits in (_has_code_and_words, _has_words, _is_alike):
            for code, title in list(open_codes.items()):
                words = _words(_text(view, title)) if title is not None else ()
                free = (draft for draft in drafts if view.id not in draft.codes and draft.kind is _tree_kind(code))
                draft = next((draft for draft in free if fits(draft, code, words)), None)
                if draft is not None:
                    _add(draft, view, code, title)
                    del open_codes[code]
        for code, title in open_codes.items():
            draft = _Draft(kind=_tree_kind(code), code=code, title=None, slug=_slug(code))
            _add(draft, view, code, title)
            drafts.append(draft)
    named = {goal.code: goal.title for goal in goals}
    for draft in drafts:  # a code that is only named in a sentence
        draft.title = draft.title or named.get(draft.code or "")
    return drafts


def _add(draft: _Draft, view: _View, code: str, title: Span | None) -> None:
    draft.codes[view.id] = code
    if title is not None:
        draft.titles[view.id] = title
        draft.names.append(_words(_text(view, title)))
        draft.title = draft.title or _text(view, title)


def _last_code(draft: _Draft) -> str:
    return list(draft.codes.values())[-1]


def _has_code_and_words(draft: _Draft, code: str, words: tuple[str, ...]) -> bool:
    return _last_code(draft) == code and words in draft.names[-1:]


def _has_words(draft: _Draft, code: str, words: tuple[str, ...]) -> bool:
    return len(words) > 1 and words in draft.names[-1:] and _last_code(draft) != code


def _is_alike(draft: _Draft, code: str, words: tuple[str, ...]) -> bool:
    """Tell whether a code may be the same: most words are, or one of both has no title."""
    return _last_code(draft) == code and (not words or not draft.names or _likeness(words, draft.names[-1]) >= ALIKE)


def _likeness(words: Sequence[str], others: Sequence[str]) -> float:
    own, theirs = {stem(word) for word in words}, {stem(word) for word in others}
    return len(own & theirs) / max(len(own), len(theirs), 1)


def _tree_kind(code: str) -> TopicKind:
    return next((kind for kind, pattern in _TREE_KINDS if pattern.fullmatch(code)), TopicKind.GOAL)


def _title_in(view: _View, key: str) -> Span | None:
    """Return what a document calls a code: behind it in a heading, cell or entry, one without the level before it first."""
    text = view.document.text
    found: list[tuple[bool, int, Span]] = []
    for place in view.places[key]:
        start, end = place.around.start, view.labels.get(place.around.start, 0)
        opening = _OPENING.fullmatch(text, start, place.start)
        behind = _TITLE.match(text, place.end, end) if end > place.end else None
        if opening is not None and behind is not None and _words(behind["title"]):
            found.append((opening["level"] is not None, start, Span(start=behind.start("title"), end=behind.end("title"))))
    return min(found, key=lambda titled: titled[:2])[2] if found else None


def _text(view: _View, span: Span) -> str:
    return one_line(view.document.text[span.start : span.end])


# --- reserves, papers ---------------------------------------------------------------------------------------------------


def _reserves(views: Sequence[_View]) -> list[_Draft]:
    """Return the drafts of reserves: what a heading or a row with additions and withdrawals names, shortened names too."""
    drafts: list[_Draft] = []
    for view in views:
        for span in (*_reserve_headings(view), *_reserve_rows(view)):
            words = _words(_text(view, span))
            draft = next((d for d in drafts if any(_is_same_reserve(words, name) for name in d.names)), None)
            if draft is None:
                title = _text(view, span)
                full = re.sub(r"^res\b\.?", "reserve", re.sub(r"\s+P\d{1,2}$", "", title), flags=re.IGNORECASE)
                draft = _Draft(kind=TopicKind.RESERVE, code=None, title=title, slug=_slug(full))
                drafts.append(draft)
            draft.titles.setdefault(view.id, span)
            draft.names.append(words)
    return drafts


def _reserve_headings(view: _View) -> Iterator[Span]:
    for section in view.document.walk():
        if section.heading_span is not None and _RESERVE.match(section.heading) and _reserve_words(_words(section.heading)):
            yield section.heading_span


def _reserve_rows(view: _View) -> Iterator[Span]:
    for figure in view.figures:
        if figure.origin is Origin.TABLE and figure.measure in _FLOWS and _RESERVE.match(figure.row_path[0]):
            label = next((span for span in figure.heads if _text(view, span).startswith(figure.row_path[0])), None)
            if label is not None and _reserve_words(_words(figure.row_path[0])):
                yield label


def _reserve_words(words: Sequence[str]) -> list[str]:
    return [word for word in words if not _NO_NAME.fullmatch(word)]


def _is_same_reserve(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two names are of one reserve: word by word the same, or the beginning of the other's."""
    own, theirs = _reserve_words(words), _reserve_words(others)
    return len(own) == len(theirs) > 0 and all(
        stem(one) == stem(other) or (min(len(one), len(other)) > 2 and (one.startswith(other) or other.startswith(one)))  # noqa: PLR2004
        for one, other in zip(own, theirs, strict=True)
    )


def _papers(views: Sequence[_View], references: Sequence[Reference]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for reference in references:
        own = [view for view in views if reference.key in view.places]
        if reference.kind in _PAPERS and own:
            words = _words(reference.title or "")
            names = [words] if len(words) >= MIN_NAME_WORDS else []
            draft = _Draft(
                kind=TopicKind.REFERENCE, code=reference.code, title=reference.title, slug=_slug(reference.code), names=names
            )
            draft.codes = {view.id: reference.code for view in own}
            draft.titles = {view.id: span for view in own if (span := _find_title(view, reference)) is not None}
            drafts.append(draft)
    return drafts


def _find_title(view: _View, reference: Reference) -> Span | None:
    pattern = re.compile(r"\s+".join(map(re.escape, (reference.title or "").split())))
    for place in view.places[reference.key] if reference.title else ():
        match = pattern.search(view.document.text, place.around.start, place.around.end)
        if match is not None:
            return Span(start=match.start(), end=match.end())
    return None


# --- what each document says --------------------------------------------------------------------------------------------


def _topic(draft: _Draft, views: Sequence[_View]) -> Topic | None:
    parts = tuple(part for view in views if (part := _part(draft, view)) is not None)
    if not parts:
        return None
    former = tuple(dict.fromkeys(code for code in draft.codes.values() if code != draft.code))
    return Topic(id=draft.slug, kind=draft.kind, code=draft.code, title=draft.title, former_codes=former, parts=parts)


def _part(draft: _Draft, view: _View) -> TopicPart | None:
    if view.id not in draft.codes and view.id not in draft.titles and not any(map(view.words.issuperset, draft.names)):
        return None
    code = draft.codes.get(view.id)
    key = code.replace(" ", "").lower() if code else None
    places = view.places.get(key, ()) if key else ()
    in_sections = [said for section in view.document.sections for said in _of_sections(draft, view, section, key)]
    figures = tuple(figure for figure in view.figures if _is_of(draft, view, figure, code, in_sections, places))
    rows = [row for row in view.rows if any(figure.origin is Origin.TABLE and _within(figure, row) for figure in figures)]
    stretches = [
        *in_sections,
        *(view.said(row, SaidKind.ROW) for row in rows),
        *(view.said(place.around, _kind_at(view, place.around)) for place in places),
        *(view.said(unit, SaidKind.MENTION) for unit in view.units if _names(draft, unit)),
    ]
    unique = {(said.start, said.end): said for said in reversed(stretches)}
    if not unique:
        return None
    said = tuple(unique[at] for at in sorted(unique))
    title = draft.titles.get(view.id)
    return TopicPart(
        document_id=view.id,
        document_kind=view.document.source.kind,
        year=view.document.source.year,
        code=code,
        title=view.said(title, SaidKind.TITLE) if title is not None else None,
        said=said,
        figures=figures,
        commitments=tuple(c.id for c in view.commitments if _promises(c, key, said)),
    )


def _of_sections(draft: _Draft, view: _View, section: Section, key: str | None, *, is_inside: bool = False) -> Iterator[Said]:
    """Yield the headings and texts of the sections that bear the code or the name, down to one with a code of its own."""
    span = section.heading_span
    codes = view.headings[span.start] if span is not None else frozenset[str]()
    is_own = key in codes or (not codes and draft.is_called(section.heading))
    is_inside = is_own or (is_inside and not codes)
    if is_inside:
        units = [
            u for block in section.blocks for u in (view.rows if isinstance(block, Table) else view.units) if _within(u, block)
        ]
        if span is not None and (is_own or units) and not is_order(section.heading):
            yield view.said(span, SaidKind.HEADING)
        for unit in units:
            if unit.kind is not UnitKind.ROW:
                yield view.said(unit, SaidKind.PROSE)
            elif not any(code.kind is CodeKind.GOAL for code in find_codes(unit.text)):
                yield view.said(unit, SaidKind.ROW)
    for below in section.sections:
        yield from _of_sections(draft, view, below, key, is_inside=is_inside)


def _is_of(
    draft: _Draft, view: _View, figure: Figure, code: str | None, in_sections: Sequence[Said], places: Sequence[Mention]
) -> bool:
    """Tell whether a figure is of a topic: by the code or name of its row, or in the text of its sections."""
    if draft.kind is TopicKind.REFERENCE:
        return figure.origin is Origin.PROSE and any(_is_beside(view.document.text, figure, place) for place in places)
    if figure.origin is Origin.TABLE and (figure.code == code if figure.code else any(map(draft.is_called, figure.row_path))):
        return True
    return any(_within(figure, said) for said in in_sections if said.kind is SaidKind.PROSE)


def _is_beside(text: str, figure: Figure, place: Mention) -> bool:
    """Tell whether an amount stands in the same parentheses as a code: it is what the paper pays."""
    opened, closed = text.rfind("(", place.around.start, place.start), text.find(")", place.end, place.around.end)
    return 0 <= opened < figure.start < closed and ")" not in text[opened : place.start]


def _kind_at(view: _View, around: Span) -> SaidKind:
    if around.start in view.headings:
        return SaidKind.HEADING
    return (
        SaidKind.ROW
        if view.labels.get(around.start) and not any(u.start == around.start for u in view.units)
        else SaidKind.MENTION
    )


def _names(draft: _Draft, unit: Unit) -> bool:
    """Tell whether a sentence calls a reserve or a paper by its whole name."""
    if draft.kind not in (TopicKind.RESERVE, TopicKind.REFERENCE):
        return False
    said = f" {' '.join(_words(unit.text))} "
    return any(f" {' '.join(name)} " in said for name in draft.names)


def _promises(commitment: Commitment, key: str | None, said: Sequence[Said]) -> bool:
    by_code = key is not None and any(covers(key, code) for code in commitment.codes)
    return by_code or any(one.start < commitment.end and commitment.start < one.end for one in said)


def _with_ids(topics: Sequence[Topic], *, prefix: str) -> Iterator[Topic]:
    """Yield the topics with ids that differ; the first that has one keeps it, later ones are of older years."""
    taken: set[str] = set()
    for topic in topics:
        chosen = f"{prefix}{topic.id}"
        if chosen in taken:
            chosen = f"{chosen}-{topic.parts[0].year}"
        while chosen in taken:
            chosen = f"{chosen}-{len(taken)}"
        taken.add(chosen)
        yield replace(topic, id=chosen)
