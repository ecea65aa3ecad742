"""One thing through the years: as a series, and what was counted beside what was aimed at."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from begroting_qa.answer import calculate, wording
from begroting_qa.answer.meant import Meant, Thing
from begroting_qa.answer.sheet import FigureSheet, name_of
from begroting_qa.domain import Figure, FigureUnit, Phase, Point, Series

_COUNTED = (Phase.REALISATIE, Phase.REKENING)


def write_series(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Tell a thing through the years: what was counted, then what was planned or aimed at."""
    series = series_of(thing)
    wanted = set(meant.periods)
    if len(meant.periods) == 2:  # noqa: PLR2004 (from … to)
        wanted = {
            p.figure.period for p in series.points if p.figure.period and meant.periods[0] <= p.figure.period <= meant.periods[1]
        }
    phases = meant.phases(thing) if len(meant.periods) < 2 else set[Phase]()  # noqa: PLR2004 (a stretch has more than one)
    points = [
        p for p in series.points
        if (not wanted or p.figure.period in wanted) and (not phases or p.figure.phase in phases)
    ]  # fmt: skip
    if not points and meant.periods:
        meant.at(thing, meant.periods[0])
    if not points:
        return False
    if len(meant.periods) > 2 and not meant.quantity.is_range:  # noqa: PLR2004 (years named one by one)
        for period in meant.periods:
            meant.at(thing, period)
    figures_told = [p.figure for p in points]
    if thing.first.unit is FigureUnit.EUR:
        groups = [figures_told]
    else:
        groups = [[f for f in figures_told if (f.phase in _COUNTED) is counted] for counted in (True, False)]
    cited: dict[str, int] = {}
    for number, figures in enumerate(group for group in groups if group):
        markers = [sheet.cite(figure) for figure in figures]
        cited.update({figure.id: marker for figure, marker in zip(figures, markers, strict=True)})
        one_phase = len({f.phase for f in figures}) == 1
        phase = figures[0].phase if one_phase else None
        points_told = [
            wording.point(calculate.amount(f), f.display, f.period, f.scale, phase=None if one_phase else f.phase)
            for f in figures
        ]
        lead = name_of(thing.first) if number == 0 else ""
        sheet.claim(wording.told_series(lead, phase, points_told, figures[0].scale), markers)
        sheet.note_reading(thing.first, figures[0], figures[-1])
    sheet.note_sign(thing.first, [p.figure for p in points])
    sheet.series.append(replace(series, points=tuple(replace(p, marker=cited.get(p.figure.id)) for p in series.points)))
    for note in series.notes:
        sheet.note(note)
    return True


def series_of(thing: Thing) -> Series:
    """Return all figures of a thing by year and phase; a value that a newer document repeats stands once."""
    kept: dict[tuple[str | None, Phase | None, Decimal], Figure] = {}
    for figure in thing.figures:
        kept.setdefault((figure.period, figure.phase, figure.value), figure)
    ordered = sorted(kept.values(), key=lambda f: (f.period or "", str(f.phase), f.start))
    labels = dict.fromkeys(line.label for line in thing.lines)
    notes = [wording.reworded(list(labels))] if len(labels) > 1 else []
    counted = {int(f.period) for f in ordered if f.phase in _COUNTED and f.period and f.period.isdigit()}
    gaps = [str(year) for year in range(min(counted), max(counted)) if year not in counted] if counted else []
    if gaps:
        notes.append(wording.gaps(gaps))
    sources = dict.fromkeys(f.source for f in ordered if f.source)
    if len(sources) > 1:
        notes.append(wording.sources_differ(list(sources)))
    values: dict[tuple[str | None, Phase | None], int] = {}
    for figure in ordered:
        values[figure.period, figure.phase] = values.get((figure.period, figure.phase), 0) + 1
    for note in dict.fromkeys(note for figure in ordered for note in figure.notes):
        notes.append(wording.note_in_document(note))
    differing = [period for (period, _), count in values.items() if count > 1 and period]
    if differing:
        notes.append(wording.values_differ(differing))
    return Series(
        label=thing.first.label, code=thing.first.code, unit=thing.first.unit,
        points=tuple(Point(figure=figure, marker=None) for figure in ordered), notes=tuple(notes),
    )  # fmt: skip


def write_target(meant: Meant, sheet: FigureSheet, thing: Thing) -> bool:
    """Set what was counted beside what was aimed at, of one year where both are there; the reader judges."""
    counted = {f.period: f for f in reversed(thing.figures) if f.phase is Phase.REALISATIE}
    aimed = {f.period: f for f in reversed(thing.figures) if f.phase is Phase.STREEFWAARDE}
    if not counted and not aimed:
        return False
    asked = meant.periods[0] if meant.periods else None
    both = sorted(period for period in counted.keys() & aimed.keys() if period and asked in (None, period))
    if both:
        first, second = counted[both[-1]], aimed[both[-1]]
        sheet.tell(thing.first, first)
        sheet.claim(wording.told_target(calculate.amount(second), second.period), [sheet.cite(second)])
        set_beside(sheet, first, second)
        return True
    if asked and asked not in counted and asked not in aimed:
        meant.refuse_period(thing, asked, [])
    asked = next((period for period in reversed(meant.periods) if period in counted), asked)
    realised = counted.get(asked) or (max(counted.values(), key=lambda f: f.period or "") if counted else None)
    target = next((aimed[p] for p in meant.periods if p in aimed), None) or (
        min(aimed.values(), key=lambda f: f.period or "") if aimed else None
    )
    for figure in (realised, target):
        if figure is not None:
            sheet.tell(thing.first, figure)
    if realised and target:
        set_beside(sheet, realised, target)
        if not {realised.period, target.period} <= set(meant.periods):
            sheet.note(wording.NO_COMMON_YEAR)
    return bool(sheet.claims)


def set_beside(sheet: FigureSheet, counted: Figure, aimed: Figure) -> None:
    """Tell how what was counted lies to what was aimed at."""
    markers = (sheet.cite(counted), sheet.cite(aimed))
    result, step = calculate.difference(aimed, counted, (markers[1], markers[0]))
    sheet.steps.append(step)
    sheet.claim(wording.beside_target(result, calculate.written(abs(result)), step.unit), markers)
