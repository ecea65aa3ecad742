"""Figures -> Findings: tables recomputed, and explanations compared with the rows that they explain."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from begroting_qa import messages
from begroting_qa.domain import CheckKind, Figure, FigureUnit, Finding, Measure, Origin, Phase, Source, Verdict
from begroting_qa.dutch import STOP_WORDS, fold, stem, tokens

_FLOWS = (Measure.TOEVOEGING, Measure.ONTTREKKING)
_SUMMED = (Measure.LASTEN, Measure.BATEN, *_FLOWS)
_WHOLE = re.compile(r"^(?:programma|totaal)\b", re.IGNORECASE)
_IN_ALL = re.compile(r"\bin totaal\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(?:(?P<up>stijg\w*|steeg|toe ?ne\w+|nemen? .{0,40}\btoe\b|hoger)|"
    r"(?P<down>da(?:al|l)\w*|afne\w+|nemen? .{0,40}\baf\b|lager))",
    re.IGNORECASE,
)
# what restricts an amount to a part of the row, so that the row cannot be compared with it
_OF_A_PART = re.compile(r"\b(?:inzake|onderdeel|waarvan|specifiek|voor zover|regionale)\b", re.IGNORECASE)
# words that the heading of an explanation adds to the name of its row
_GENERIC = frozenset(stem(word) for word in ("beleidsterrein", "reserve", "reserves", "programma", "toelichting", "taakveld"))
MIN_NAMED = 0.6


def check_figures(figures: Sequence[Figure], sources: Mapping[str, Source]) -> list[Finding]:
    """Return what was confirmed and what differs, by document and place; each figure is checked once a kind."""
    tables: dict[tuple[str, int], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.origin is Origin.TABLE and figure.unit is FigureUnit.EUR:
            tables[figure.document_id, figure.table].append(figure)
    found: list[Finding] = []
    for own in tables.values():
        found += _balances(own)
        found += _totals(own)
    for document_id in sources:
        of_document = [own for (table_document, _), own in tables.items() if table_document == document_id]
        found += _other_tables(of_document)
        prose = [f for f in figures if f.document_id == document_id and f.origin is Origin.PROSE]
        found += _parts_of_totals(prose)
        found += _explanations([f for f in prose if f.unit is FigureUnit.EUR], of_document, sources[document_id])
    unique = {finding.id: finding for finding in found}
    return sorted(unique.values(), key=lambda finding: (finding.figures[0].document_id, finding.figures[0].start, finding.kind))


def contradictions(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings that differ, by the id of each figure that they are of."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for figure in finding.figures if finding.verdict is Verdict.DIFFERS else ():
            found[figure.id].append(finding)
    return dict(found)


# --- tables -------------------------------------------------------------------------------------------------------------


def _key(figure: Figure) -> tuple[str | None, Phase | None]:
    return figure.period, figure.phase


def _subject(figure: Figure) -> tuple[str, ...]:
    """Return the labels of a row without the last, which says what it measures."""
    return figure.row_path[:-1] or figure.row_path


def _balances(table: Sequence[Figure]) -> Iterator[Finding]:
    """Yield whether each saldo is what its own rows of lasten and baten, or of what goes in and out, add up to."""
    by_row: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in table:
        by_row[_subject(figure)].append(figure)
    for row in by_row.values():
        for saldo in (f for f in row if f.measure is Measure.SALDO):
            for pair in ((Measure.LASTEN, Measure.BATEN), _FLOWS):
                terms = [f for f in row if f.measure in pair and _key(f) == _key(saldo)]
                if len(terms) == 2:  # noqa: PLR2004 (one of each)
                    yield _sum_finding(CheckKind.BALANCE, saldo, terms)


def _totals(table: Sequence[Figure]) -> Iterator[Finding]:
    """Yield whether rows that sum up others do: the programme, its saldo, changes of reserves, the result."""
    at_moment: dict[tuple[str | None, Phase | None], list[Figure]] = defaultdict(list)
    for figure in table:
        at_moment[_key(figure)].append(figure)
    for at in at_moment.values():
        flows = [f for f in at if f.measure in _FLOWS]
        saldi = [f for f in at if f.measure is Measure.SALDO]
        of_rows = [f for f in saldi if len(f.row_path) > 1]
        for whole in at:
            if whole.measure in _SUMMED and _WHOLE.match(whole.row_path[0]):
                parts = [f for f in at if f.measure is whole.measure and not f.is_total and f is not whole]
                if len(parts) > 1:
                    yield _sum_finding(CheckKind.TOTAL, whole, parts)
            elif whole.measure is Measure.RESULTAAT:
                summed = [f for f in saldi if _WHOLE.match(f.row_path[0]) or len(f.row_path) == 1]
                if len(summed) == 2:  # noqa: PLR2004 (of lasten and baten, and of the reserves)
                    yield _sum_finding(CheckKind.TOTAL, whole, summed)
            elif whole.measure is Measure.SALDO and len(whole.row_path) == 1:
                if len(flows) == 2:  # noqa: PLR2004 (one row of each)
                    yield _sum_finding(CheckKind.TOTAL, whole, flows)
                elif len(flows) > 2 and len(of_rows) > 1:  # noqa: PLR2004 (several reserves, each with its own saldo)
                    yield _sum_finding(CheckKind.TOTAL, whole, of_rows)


def _other_tables(tables: Sequence[Sequence[Figure]]) -> Iterator[Finding]:
    """Yield whether one row for all reserves is what another table tells of each of them."""
    for table in tables:
        for whole in table:
            if whole.measure not in _FLOWS or sum(f.measure is whole.measure and _key(f) == _key(whole) for f in table) > 1:
                continue
            for other in tables:
                # a year may be a meerjarenraming in one table and a begroting in the next
                parts = [f for f in other if f.measure is whole.measure and f.period == whole.period]
                if other is not table and len(parts) > 1:
                    yield _sum_finding(CheckKind.OTHER_TABLE, whole, parts)


def _sum_finding(kind: CheckKind, whole: Figure, parts: Sequence[Figure]) -> Finding:
    """Compare a figure with the sum of others; each is rounded by itself, so each may be half a unit off."""
    total = sum((part.value for part in parts), Decimal(0))
    allowed = Decimal(whole.scale) * (len(parts) + 1) / 2
    verdict = Verdict.CONFIRMED if abs(whole.value - total) <= allowed else Verdict.DIFFERS
    text = messages.sum_checked(
        " – ".join(whole.row_path), _moment(whole), whole.display, [p.display for p in parts], _shown(total, whole.scale),
        agrees=verdict is Verdict.CONFIRMED, is_exact=total == whole.value, is_other_table=kind is CheckKind.OTHER_TABLE,
    )  # fmt: skip
    return Finding(kind=kind, verdict=verdict, text=text, figures=(whole, *parts))


# --- explanations -------------------------------------------------------------------------------------------------------


def _explanations(prose: Sequence[Figure], tables: Sequence[Sequence[Figure]], source: Source) -> Iterator[Finding]:
    """Yield whether amounts in the text under a row's name are what the row says of the year of the document."""
    year = str(source.year)
    sections: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in prose:
        sections[figure.path].append(figure)
    rows = _rows(tables)
    for path, amounts in sections.items():
        named = _row_named(path[-1], rows) if path else None
        if named is None:
            continue
        levels: dict[Measure, list[Figure]] = defaultdict(list)
        for amount in amounts:
            cells = [f for f in rows[named] if f.measure is amount.measure]
            changes = _CHANGES.search(amount.label)
            if _OF_A_PART.search(amount.label):
                continue
            if changes is not None and amount.measure in (Measure.LASTEN, Measure.BATEN):
                yield from _change_finding(amount, cells, year, rises=changes["up"] is not None)
            elif amount.measure in _FLOWS:
                levels[amount.measure].append(amount)
        for measure, own in levels.items():
            cell = next((f for f in rows[named] if f.measure is measure and f.period == year), None)
            if cell is not None:
                yield _level_finding(own, cell)


def _rows(tables: Sequence[Sequence[Figure]]) -> dict[tuple[str, ...], list[Figure]]:
    rows: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for table in tables:
        for figure in table:
            if len(figure.row_path) > 1 and not figure.is_total:
                rows[_subject(figure)].append(figure)
    return rows


def _row_named(heading: str, rows: Mapping[tuple[str, ...], Sequence[Figure]]) -> tuple[str, ...] | None:
    """Return the row that a heading names, in full or shortened; None where none or several fit as well."""
    words = [t.text for t in tokens(heading) if t.text not in STOP_WORDS]
    scored = sorted(((_named_share(words, " ".join(row)), row) for row in rows), key=lambda pair: -pair[0])
    if not scored or scored[0][0] < MIN_NAMED or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    return scored[0][1]


def _named_share(words: Sequence[str], label: str) -> float:
    """Return how many of the words of heading and label stand in both, a word of one shortened in the other included."""
    own = [t.text for t in tokens(label) if t.text not in STOP_WORDS and t.text.isalpha()]
    own = [word for word in own if stem(word) not in _GENERIC and not (word.startswith("res") and len(word) <= 3)]  # noqa: PLR2004 (`res` for reserve)
    asked = [word for word in words if stem(word) not in _GENERIC]
    if not own or not asked:
        return 0.0
    in_heading = sum(any(_same(word, other) for other in asked) for word in own) / len(own)
    in_label = sum(any(_same(word, other) for other in own) for word in asked) / len(asked)
    return (in_heading + in_label) / 2


def _same(word: str, other: str) -> bool:
    short, long = sorted((fold(word), fold(other)), key=len)
    return stem(short) == stem(long) or (len(short) >= 3 and long.startswith(short))  # noqa: PLR2004 (an abbreviation)


def _parts_of_totals(amounts: Sequence[Figure]) -> Iterator[Finding]:
    """Yield whether an amount that is said to be `in totaal` is what the amounts after it add up to.

    Of money those of the rest of the section count, of anything else those of the same sentence.
    """
    for at, whole in enumerate(amounts):
        is_money = whole.unit is FigureUnit.EUR
        parts = [
            f for f in amounts[at + 1 :] if f.path == whole.path and f.unit is whole.unit and (is_money or f.label == whole.label)
        ]
        if _IN_ALL.search(whole.label) and len(parts) > 1:
            total = sum((part.value for part in parts), Decimal(0))
            agrees = abs(total - whole.value) <= sum((_precision(p) for p in parts), Decimal(0))
            text = messages.parts_checked(whole.display, [p.display for p in parts], _shown(total, 1), agrees=agrees)
            verdict = Verdict.CONFIRMED if agrees else Verdict.UNSURE
            yield Finding(kind=CheckKind.PARTS, verdict=verdict, text=text, figures=(whole, *parts))


def _change_finding(amount: Figure, cells: Sequence[Figure], year: str, *, rises: bool) -> Iterator[Finding]:
    now = next((f for f in cells if f.period == year), None)
    before = next((f for f in cells if f.period == str(int(year) - 1)), None)
    if now is None or before is None:
        return
    change = abs(now.value) - abs(before.value)
    said = amount.value if rises else -amount.value
    agrees = abs(change - said) <= _precision(amount) + Decimal(now.scale) * 3 / 2
    text = messages.change_checked(
        " – ".join(now.row_path), amount.display, _moment(before), before.display, _moment(now), now.display,
        _shown(change, now.scale), rises=rises, agrees=agrees,
    )  # fmt: skip
    verdict = Verdict.CONFIRMED if agrees else Verdict.DIFFERS
    yield Finding(kind=CheckKind.EXPLANATION, verdict=verdict, text=text, figures=(amount, before, now))


def _level_finding(amounts: Sequence[Figure], cell: Figure) -> Finding:
    in_all = [amount for amount in amounts if _IN_ALL.search(amount.label)]
    told = in_all[:1] or list(amounts)
    total = sum((amount.value for amount in told), Decimal(0))
    allowed = sum((_precision(amount) for amount in told), Decimal(0)) + Decimal(cell.scale) / 2
    agrees = abs(total - abs(cell.value)) <= allowed
    text = messages.level_checked(
        " – ".join(cell.row_path), [a.display for a in told], _shown(total, 1), _moment(cell), cell.display, cell.scale,
        agrees=agrees, may_be_part=not in_all and total < abs(cell.value),
    )  # fmt: skip
    verdict = Verdict.CONFIRMED if agrees else Verdict.DIFFERS
    return Finding(kind=CheckKind.EXPLANATION, verdict=verdict, text=text, figures=(*told, cell))


def _precision(figure: Figure) -> Decimal:
    """Return half of the last digit that is written: `0,5 miljoen` may be 0,45 to 0,55."""
    match = re.match(r"[^\d]*([\d.]+)(?:,(\d+))?\s*(miljoen|mln|miljard|mld|duizend)?", figure.display)
    if match is None:
        return Decimal(0)
    scale = {None: 1, "duizend": 10**3, "miljoen": 10**6, "mln": 10**6, "miljard": 10**9, "mld": 10**9}[match[3]]
    return Decimal(scale) / (10 ** len(match[2] or "")) / 2


def _moment(figure: Figure) -> str:
    return " ".join(
        part for part in (str(figure.phase) if figure.phase else " ".join(figure.column_path), figure.period or "") if part
    )


def _shown(value: Decimal, scale: int) -> str:
    return f"{value / scale:,.0f}".replace(",", ".")
