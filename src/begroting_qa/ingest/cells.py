"""What a cell, a head, a label and a figure look like: the vocabulary that the readers of tables share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from begroting_qa.domain import Cell, CellRole, Table
from begroting_qa.ingest.layout import Group

NUMBER = r"[-–−+]?(?:-/-\s*)?(?:€\s*)?[-–−+]?\d{1,3}(?:[.\u00a0]\d{3})*(?:,\d+)?\d*(?:\s?(?:%|‰|fte|mln\.?|miljoen))?[-–−]?"
NO_FIGURE = r"[-–−]|n\.?v\.?t\.?|n\.?b\.?|p\.?m\.?|nnb|onbekend|niet gemeten|vervallen"
VALUE = re.compile(rf"(?:{NUMBER}|{NO_FIGURE})(?:\s?\*+)?(?:\s*\((?:\w+\s)?(?:19|20)\d\d\))?(?:\s?\*+)?", re.IGNORECASE)
ANNOTATED = re.compile(r".*\((?:\w+\s)?(?:19|20)\d\d\)\s?\**")
YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?\**")
DATE = re.compile(r"\d{1,2}-\d{1,2}(?:-\d{4})?")
UNIT = re.compile(
    r"\b(?:bedragen|in euro|x\s?€?\s?1[.,]000|x\s?€?\s?1[.,]000[.,]000|in duizenden|in miljoenen|€\s?1[.,]000)", re.IGNORECASE
)
HEAD = re.compile(
    r"(?:effect|prestatie|beleids)?indicator(?:en)?|omschrijving|onderwerp|naam(?: reserve)?|nummer|rekening|realisatie|"
    r"begroting|"
    r"streefwaarden?|meerjarenraming|raming|prognose|actueel|bron|eenheid|norm|nulmeting|type|stand|mutaties?|onttrekking(?:en)?|"
    r"toevoeging(?:en)?|lasten|baten|saldo|toelichting|verschil|afwijking|doel|prestatie|programma|totaal|v/n|begroot|werkelijk|"
    r"subsidie(?:staat)?|primitief|na wijziging|jaarrekening|bijgesteld",
    re.IGNORECASE,
)  # fmt: skip
GLUED_HEAD = re.compile(
    r"Realisatie|Effectindicator(?:en)?|Prestatie-?indicator(?:en)?|Streefwaarden?|Rekening|Begroting|Meerjarenraming|Bron|"
    r"Indicator(?:en)?|Omschrijving"
)
TRAILING_HEADS = frozenset({"bron", "toelichting", "opmerking", "opmerkingen", "eenheid", "v/n", "status"})
LABEL_HEAD = re.compile(r"(?:\w*indicator(?:en)?|omschrijving|onderwerp|naam|type|nummer)\**", re.IGNORECASE)
MEASURE = re.compile(r"(?:lasten|baten|saldo|toevoeging(?:en)?|onttrekking(?:en)?|uitgaven|inkomsten)", re.IGNORECASE)
_VALUE_RUN = re.compile(rf"(?:(?:^|(?<=\s))(?:{NUMBER}|{NO_FIGURE})(?:\s+|$)){{2,}}", re.IGNORECASE)
ONE_VALUE = re.compile(rf"(?:{NUMBER}|{NO_FIGURE})(?=\s|$)", re.IGNORECASE)
GOAL_HEAD = re.compile(r"(?:sub)?doel(?:en|stelling(?:en)?)?", re.IGNORECASE)
DEED_HEAD = re.compile(r"(?:prestaties?|activiteit(?:en)?|inspanning(?:en)?|maatregel(?:en)?|resultaten|acties?)", re.IGNORECASE)
GOAL_CODE = re.compile(r"(?P<goal>[A-Z]?\d{1,2}[A-Z]?\d*)(?P<deed>[.]\d{1,2})?\s+(?=[A-Z‘'\"(])")
MAX_LABEL_CHARS = 240
MAX_LABELS_BETWEEN = 3
MAX_HEADER_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """A line that is a table row: where its values start and end in the line, and how many they are."""

    start: int
    end: int
    values: tuple[tuple[int, int], ...]


def read_row_line(text: str, *, least: int = 3) -> RowLine | None:
    """Return the row that a line holds: the longest run of at least `least` values, the last of equals (`0 - 19 jaar 5 4 6`)."""
    best: RowLine | None = None
    for match in _VALUE_RUN.finditer(text):
        end = match.start() + len(match[0].rstrip())
        values = tuple((match.start() + m.start(), match.start() + m.end()) for m in ONE_VALUE.finditer(match[0].rstrip()))
        if len(values) >= least and (best is None or len(values) >= len(best.values)):
            best = RowLine(start=match.start(), end=end, values=values)
    return best


@dataclass(slots=True, kw_only=True)
class FoundTable:
    """A table and the run of groups, half open, that it takes up."""

    table: Table
    first: int
    end: int


def is_value(text: str) -> bool:
    """Tell whether a cell's text is a figure, or says that there is none."""
    return VALUE.fullmatch(text.strip()) is not None


def is_unit_line(text: str) -> bool:
    """Tell whether a short line gives the unit of a table, as `bedragen x € 1.000`."""
    return len(text) <= MAX_HEADER_CHARS and UNIT.search(text) is not None


def is_values(group: Group) -> bool:
    """Tell whether every line of a group is a figure."""
    return not group.is_empty_cell and all(is_value(line.text) for line in group.lines)


def is_year(group: Group) -> bool:
    """Tell whether a group is one year or date, as heads have it."""
    return len(group.lines) == 1 and (YEAR.fullmatch(group.text) or DATE.fullmatch(group.text)) is not None


def is_annotated(group: Group) -> bool:
    """Tell whether every line has its year behind it, as `5,8 (2019)`."""
    return is_values(group) and all(ANNOTATED.fullmatch(line.text) for line in group.lines)


def is_label(group: Group) -> bool:
    """Tell whether a group can name a row."""
    if group.is_empty_cell or is_values(group) or is_year(group):
        return False
    if group.lines[0].is_bulleted or group.lines[0].footnote_marker or len(group.text) > MAX_LABEL_CHARS:
        return False
    return not (group.lines[-1].ends_sentence and len(group.text) > MAX_HEADER_CHARS)


def is_header_like(group: Group) -> bool:
    """Tell whether a group can head a column: a phase, a year, a known word, or nothing."""
    if group.is_empty_cell or is_year(group):
        return True
    text = group.text
    if len(text) > MAX_HEADER_CHARS or (group.lines[-1].ends_sentence and not text.endswith(".")):
        return False
    first = HEAD.match(text)
    if first is None:
        return False
    rest = text[first.end() :].strip(" *")
    return not rest or bool(re.fullmatch(r"(?:(?:na|primitief|wijziging|t/m|per|actueel|jaar)\s?)*[\d\s./-]*", rest))


def is_unit(group: Group) -> bool:
    """Tell whether a group ends in the unit of the table below it."""
    return not group.is_empty_cell and is_unit_line(group.lines[-1].text) and len(group.lines) <= MAX_LABELS_BETWEEN


def group_cell(group: Group, row: int, column: int, role: CellRole) -> Cell:
    """Return the cell that a group fills."""
    return Cell(start=group.start, end=group.end, row=row, column=column, role=role)


def found_table(cells: list[Cell], n_columns: int, first: int, end: int) -> FoundTable:
    """Return the table of these cells, over the groups from `first` to `end`."""
    ordered = tuple(sorted(cells, key=lambda c: (c.row, c.column)))
    table = Table(start=min(c.start for c in ordered), end=max(c.end for c in ordered), n_columns=n_columns, cells=ordered)
    return FoundTable(table=table, first=first, end=end)
