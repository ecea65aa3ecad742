"""Series and amounts -> SVG, made here: what was counted and what was aimed at are told apart by shape, dash and name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

from begroting_qa.domain import FigureUnit, Phase
from begroting_qa.serve import read_wording
from begroting_qa.serve.axis import Axis, axis_of
from begroting_qa.serve.drawing import class_of, drawing, place, tag
from begroting_qa.wire.bodies import PointBody, SeriesBody

WIDTH = 640
HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 64, 32, 44, 36
LEGEND_LINE = 26
CHARACTER = 7.4  # of the width of a drawing, by and large
LABEL_SPACE = 42  # values closer together than this have no room for their labels
BAR, BAR_PITCH, BAR_TOP = 18, 46, 8
VALUE_SPACE = 84
SPARK_WIDTH, SPARK_HEIGHT = 96, 28
# of these an axis may begin above zero
_MAY_BE_CUT = (FigureUnit.PERCENT, FigureUnit.SCORE)
_ORDER = (Phase.REALISATIE, Phase.REKENING, Phase.BEGROTING, Phase.MEERJARENRAMING, Phase.STREEFWAARDE, None)
# the shape of each phase, drawn around 0,0
_SHAPES: Mapping[Phase | None, str] = {
    Phase.REALISATIE: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
    Phase.REKENING: "M-5 -5H5V5H-5Z",
    Phase.BEGROTING: "M-5 -5H5V5H-5Z",
    Phase.MEERJARENRAMING: "M0 -6L6 5H-6Z",
    Phase.STREEFWAARDE: "M0 -7L7 0L0 7L-7 0Z",
    None: "M-5 -5L5 5M5 -5L-5 5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its name."""

    label: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dot:
    """One value of a series with its place in a drawing."""

    year: int
    phase: Phase | None
    value: Decimal
    x: float
    y: float


def line_chart(series: SeriesBody, *, is_file: bool = False) -> Markup:
    """Return a series through the years, empty when no value has a year; a line stops where a year has no value, or two.

    `is_file` gives one that can be kept: with its own style and its title in sight.
    """
    points = _with_years(series.points)
    if not points:
        return Markup("")
    scale = read_wording.scale_of([value for _, _, value in points], series.unit)
    legend, top = _legend(_phases(points), TOP + (LEGEND_LINE if is_file else 0))
    axis = axis_of([value / scale for _, _, value in points], top + HEIGHT, top, from_zero=series.unit not in _MAY_BE_CUT)
    dots = _placed(points, axis, scale)
    parts = [
        *_grid(axis, series.unit, scale, top),
        *_years(dots, top + HEIGHT),
        *_lines(dots),
        *(_shape(dot.phase, dot.x, dot.y) for dot in dots),
        *_labels(dots, series.unit, scale, axis),
        legend,
    ]
    title = read_wording.series_title(series.code, series.label)
    description = _described(dots, series.unit, axis)
    return drawing(title, description, WIDTH, top + HEIGHT + BOTTOM, parts, is_file=is_file)


def bar_chart(title: str, bars: Sequence[Bar], unit: FigureUnit | None, phase: Phase | None, *, is_file: bool = False) -> Markup:
    """Return amounts beside each other, empty when there are none; what is below zero goes to the left."""
    if not bars:
        return Markup("")
    scale = read_wording.scale_of([bar.value for bar in bars], unit)
    left = VALUE_SPACE if any(bar.value < 0 for bar in bars) else 8
    right = VALUE_SPACE if any(bar.value >= 0 for bar in bars) else 8
    axis = axis_of([bar.value / scale for bar in bars], left, WIDTH - right, from_zero=True)
    zero, top = axis.at(Decimal(0)), BAR_TOP + (LEGEND_LINE if is_file else 0)
    parts: list[Markup] = []
    for number, bar in enumerate(bars):
        y = top + number * BAR_PITCH
        end = axis.at(bar.value / scale)
        side = "end" if bar.value < 0 else "start"
        parts += [
            tag("text", bar.label, class_="name", x=8, y=y + 14),
            tag("line", class_="zero", x1=zero, x2=zero, y1=y + 17, y2=y + 41),
            tag("rect", class_=f"bar {class_of(phase)}", x=min(zero, end), y=y + 20, width=abs(end - zero), height=BAR),
            tag(
                "text", read_wording.short(bar.value, scale, unit), class_="value", text_anchor=side,
                x=end + (-6 if bar.value < 0 else 6), y=y + 34,
            ),
        ]  # fmt: skip
    bottom = top + len(bars) * BAR_PITCH
    unit_text = read_wording.axis_title(unit, scale)
    parts.append(tag("text", unit_text, class_="unit", x=8, y=bottom + 16))
    description = read_wording.bars_described([(bar.label, read_wording.in_unit(bar.value, unit)) for bar in bars])
    return drawing(title, description, WIDTH, bottom + 24, parts, is_file=is_file)


def spark_line(series: SeriesBody) -> Markup:
    """Return the shape of a series, small and without words: only for beside a link that says what it shows."""
    points = _with_years(series.points)
    if not points:
        return Markup("")
    axis = axis_of([value for _, _, value in points], SPARK_HEIGHT - 6, 6, from_zero=True)
    dots = _placed(points, axis, Decimal(1), left=6, right=SPARK_WIDTH - 6)
    marks = [tag("circle", class_=f"mark {class_of(dot.phase)}", cx=dot.x, cy=dot.y, r=2.5) for dot in dots]
    inside = Markup("").join([*_lines(dots), *marks])
    return Markup('<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        SPARK_WIDTH, SPARK_HEIGHT, inside
    )


# --- places -------------------------------------------------------------------------------------------------------------


def _with_years(points: Iterable[PointBody]) -> list[tuple[int, Phase | None, Decimal]]:
    """Return the values that have one year, by year."""
    found = [(int(p.period), p.phase, Decimal(p.value)) for p in points if p.period and p.period.isdecimal()]
    return sorted(found, key=lambda point: (point[0], _ORDER.index(point[1])))


def _phases(points: Iterable[tuple[int, Phase | None, Decimal]]) -> list[Phase | None]:
    there = {phase for _, phase, _ in points}
    return [phase for phase in _ORDER if phase in there]


def _placed(
    points: Sequence[tuple[int, Phase | None, Decimal]],
    axis: Axis,
    scale: Decimal,
    *,
    left: float = LEFT + 20,
    right: float = WIDTH - RIGHT,
) -> list[_Dot]:
    first, last = points[0][0], points[-1][0]

    def across(year: int) -> float:
        return (left + right) / 2 if first == last else left + (year - first) / (last - first) * (right - left)

    return [_Dot(year=year, phase=phase, value=value, x=across(year), y=axis.at(value / scale)) for year, phase, value in points]


def _runs(dots: Sequence[_Dot]) -> list[list[_Dot]]:
    """Return what a line may join, by phase: one value a year, in years that follow each other."""
    runs: list[list[_Dot]] = []
    for phase in _ORDER:
        by_year: dict[int, list[_Dot]] = defaultdict(list)
        for dot in dots:
            if dot.phase is phase:
                by_year[dot.year].append(dot)
        run: list[_Dot] = []
        for year, own in sorted(by_year.items()):
            if len(own) > 1 or (run and run[-1].year != year - 1):
                runs.append(run)
                run = []
            if len(own) == 1:
                run.append(own[0])
        runs.append(run)
    return [run for run in runs if run]


# --- parts of a drawing -------------------------------------------------------------------------------------------------


def _lines(dots: Sequence[_Dot]) -> list[Markup]:
    return [
        tag("path", class_=f"line {class_of(run[0].phase)}", d=f"M{' L'.join(f'{place(dot.x)} {place(dot.y)}' for dot in run)}")
        for run in _runs(dots)
        if len(run) > 1
    ]


def _shape(phase: Phase | None, x: float, y: float) -> Markup:
    return tag("path", class_=f"mark {class_of(phase)}", d=_SHAPES[phase], transform=f"translate({place(x)} {place(y)})")


def _grid(axis: Axis, unit: FigureUnit | None, scale: Decimal, top: float) -> list[Markup]:
    """Return the lines across with their values, and above them what they count."""
    parts = [tag("text", read_wording.axis_title(unit, scale, is_cut=axis.is_cut), class_="unit", x=8, y=top - 34)]
    decimals = read_wording.decimals_of(axis.ticks, Decimal(1))
    for tick in axis.ticks:
        y = axis.at(tick)
        parts += [
            tag("line", class_="zero" if tick == 0 else "grid", x1=LEFT, x2=WIDTH - 8, y1=y, y2=y),
            tag("text", read_wording.number(tick, decimals), class_="tick", text_anchor="end", x=LEFT - 8, y=y + 5),
        ]
    return parts


def _years(dots: Sequence[_Dot], bottom: float) -> list[Markup]:
    """Return the years below the drawing, each of them that has room."""
    first, last = dots[0], dots[-1]
    if first.year == last.year:
        return [tag("text", first.year, class_="year", text_anchor="middle", x=first.x, y=bottom + 24)]
    apart = (last.x - first.x) / (last.year - first.year)
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if n * apart >= LABEL_SPACE)
    return [
        tag("text", year, class_="year", text_anchor="middle", x=first.x + (year - first.year) * apart, y=bottom + 24)
        for year in range(first.year, last.year + 1, every)
    ]


def _labels(dots: Sequence[_Dot], unit: FigureUnit | None, scale: Decimal, axis: Axis) -> list[Markup]:
    """Return the values beside their dots where they have room: of one year the highest above, the lowest below."""
    by_year: dict[int, list[_Dot]] = defaultdict(list)
    for dot in dots:
        by_year[dot.year].append(dot)
    places = sorted({dot.x for dot in dots})
    if any(after - before < LABEL_SPACE for before, after in pairwise(places)):
        return []
    decimals = read_wording.decimals_of([dot.value for dot in dots], scale)
    parts: list[Markup] = []
    for own in by_year.values():
        highest, lowest = min(own, key=lambda dot: dot.y), max(own, key=lambda dot: dot.y)
        for dot in dict.fromkeys((highest, lowest)):
            is_below = dot is lowest and lowest is not highest and dot.y + 22 < axis.first
            y = dot.y + 22 if is_below else dot.y - 11
            if dot is highest or is_below:
                text = read_wording.short(dot.value, scale, unit, decimals)
                parts.append(tag("text", text, class_="value", text_anchor="middle", x=dot.x, y=y))
    return parts


def _legend(phases: Sequence[Phase | None], top: float) -> tuple[Markup, float]:
    """Return what the shapes mean, and where the drawing below it begins."""
    x, y = 22.0, top - 24
    parts: list[Markup] = []
    for phase in phases:
        width = 74 + len(read_wording.PHASES[phase]) * CHARACTER
        if x + width > WIDTH:
            x, y = 22.0, y + LEGEND_LINE
        parts += [
            tag("path", class_=f"line {class_of(phase)}", d=f"M{place(x - 14)} {place(y)}H{place(x + 30)}"),
            _shape(phase, x + 8, y),
            tag("text", read_wording.PHASES[phase], class_="phase", x=x + 38, y=y + 5),
        ]
        x += width
    return Markup("").join(parts), y + 24 + 56


def _described(dots: Sequence[_Dot], unit: FigureUnit | None, axis: Axis) -> str:
    told: list[tuple[str, list[str]]] = []
    for phase in _ORDER:
        own = [dot for dot in dots if dot.phase is phase]
        if own:
            values = [read_wording.year_with_value(str(dot.year), read_wording.in_unit(dot.value, unit)) for dot in own]
            told.append((read_wording.PHASES[phase], values))
    counted = {dot.year for dot in dots if dot.phase in (Phase.REALISATIE, Phase.REKENING)}
    missing = [year for year in range(min(counted), max(counted)) if year not in counted] if counted else []
    described = read_wording.line_described(str(dots[0].year), str(dots[-1].year), told, is_cut=axis.is_cut)
    return described + read_wording.without_years(missing)
