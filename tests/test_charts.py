"""Charts as drawings that are well formed, named and described, and whose shapes lie where their values are."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begroting_qa.domain import FigureUnit, Phase
from begroting_qa.serve import read_wording
from begroting_qa.serve.axis import MOST_TICKS, axis_of
from begroting_qa.serve.charts import Bar, bar_chart, line_chart, spark_line
from begroting_qa.wire.bodies import PointBody, SeriesBody

R, S, B = Phase.REALISATIE, Phase.STREEFWAARDE, Phase.BEGROTING


def series(
    *points: tuple[str | None, Phase | None, str], unit: FigureUnit | None = FigureUnit.PERCENT, code: str | None = "9A1.c"
) -> SeriesBody:
    told = [PointBody(period=period, phase=phase, value=value, display=value, citation=None) for period, phase, value in points]
    return SeriesBody(label="Vrijwilligers <1> & 'meer'", code=code, unit=unit, points=told, notes=[])


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def shapes(svg: str, kind: str, phase: Phase) -> list[ElementTree.Element]:
    return [e for e in parse(svg).iter() if e.get("class") == f"{kind} {phase.value}"]


def texts(svg: str, kind: str) -> list[str]:
    return [e.text or "" for e in parse(svg).iter() if e.get("class") == kind]


def places(svg: str, phase: Phase) -> list[tuple[float, float]]:
    """Where the marks of a phase lie; that of the legend, which stands first, left out."""
    found = [re.findall(r"-?[\d.]+", e.get("transform") or "") for e in shapes(svg, "mark", phase)]
    return sorted((float(x), float(y)) for x, y in found)[1:]


def test_a_chart_has_a_role_a_title_and_a_description_with_all_that_it_shows() -> None:
    svg = line_chart(series(("2015", R, "32"), ("2016", R, "35"), ("2018", R, "34"), ("2018", S, "36")))
    root = parse(svg)
    assert (root.tag, root.get("role")) == ("svg", "img")
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert root[0].text == "9A1.c Vrijwilligers <1> & 'meer'"
    assert root[1].text == (
        "Lijngrafiek van 2015 tot en met 2018. Realisatie: in 2015 32%, in 2016 35%, in 2018 34%. Streefwaarde: in 2018 36%. "
        "De as begint niet bij nul. Geen cijfer over 2017."
    )
    assert "style" not in svg
    assert not re.search(r"\son\w+=", svg)


def test_phases_differ_in_shape_dash_and_name() -> None:
    svg = line_chart(series(("2024", R, "32"), ("2025", R, "33"), ("2024", S, "36"), ("2025", S, "38")))
    assert texts(svg, "phase") == ["Realisatie", "Streefwaarde"]
    assert {e.get("d") for e in shapes(svg, "mark", R)} & {e.get("d") for e in shapes(svg, "mark", S)} == set()
    assert len(shapes(svg, "line", R)) == len(shapes(svg, "line", S)) == 2  # its own, and that of the legend


def test_a_line_stops_at_a_gap_and_where_documents_differ() -> None:
    def runs(*points: tuple[str | None, Phase | None, str]) -> list[int]:
        lines = [e.get("d") or "" for e in shapes(line_chart(series(*points)), "line", R)]
        return [line.count(" L") + 1 for line in lines if "H" not in line]

    assert runs(("2015", R, "1"), ("2016", R, "2"), ("2018", R, "3"), ("2019", R, "4"), ("2020", R, "5")) == [2, 3]
    assert runs(("2015", R, "1"), ("2017", R, "2"), ("2019", R, "3")) == []
    assert runs(("2015", R, "1"), ("2016", R, "2"), ("2017", R, "3"), ("2017", R, "4"), ("2018", R, "5"), ("2019", R, "6")) == [
        2,
        2,
    ]


def test_years_without_a_value_keep_their_room() -> None:
    svg = line_chart(series(("2015", R, "10"), ("2016", R, "10"), ("2020", R, "10"), unit=None))
    xs = [x for x, _ in places(svg, R)]
    assert (xs[2] - xs[1]) == pytest.approx(4 * (xs[1] - xs[0]), abs=0.3)


def test_one_value_is_a_chart_too() -> None:
    svg = line_chart(series(("2025", S, "90"), unit=FigureUnit.DAGEN))
    assert texts(svg, "value") == ["90"]
    assert texts(svg, "year") == ["2025"]
    assert (parse(svg)[1].text or "").startswith("Lijngrafiek van 2025. Streefwaarde: in 2025 90 dagen.")


@pytest.mark.parametrize("points", [(), ((None, R, "1"),), (("2023-2026", R, "1"),)])
def test_what_has_no_year_is_no_chart(points: tuple[tuple[str | None, Phase | None, str], ...]) -> None:
    assert line_chart(series(*points)) == spark_line(series(*points)) == ""


def test_amounts_below_zero_lie_below_the_line_of_zero() -> None:
    svg = line_chart(series(("2025", B, "3886000"), ("2026", B, "-1213000"), ("2027", B, "-6582000"), unit=FigureUnit.EUR))
    zero = next(float(e.get("y1") or 0) for e in parse(svg).iter() if e.get("class") == "zero")
    ys = [y for _, y in places(svg, B)]
    assert ys[0] < zero < ys[1] < ys[2]
    assert texts(svg, "value") == ["3,9", "−1,2", "−6,6"]
    assert texts(svg, "unit") == ["Miljoen euro"]
    assert "in 2026 −€ 1.213.000" in (parse(svg)[1].text or "")


def test_bars_are_as_long_as_their_values_on_both_sides_of_zero() -> None:
    bars = [
        Bar(label="Een & twee", value=Decimal(2_000_000)),
        Bar(label="Drie", value=Decimal(-1_000_000)),
        Bar(label="Nul", value=Decimal(0)),
    ]
    svg = bar_chart("Saldo", bars, FigureUnit.EUR, B)
    first, second, third = ((float(e.get("x") or 0), float(e.get("width") or 0)) for e in shapes(svg, "bar", B))
    assert first[1] == pytest.approx(2 * second[1], abs=0.3)
    assert second[0] + second[1] == pytest.approx(first[0], abs=0.2)
    assert third[1] == 0
    assert texts(svg, "name") == ["Een & twee", "Drie", "Nul"]
    assert texts(svg, "value") == ["2,0", "−1,0", "0,0"]
    assert parse(svg)[1].text == "Staafgrafiek. Een & twee: € 2.000.000; Drie: −€ 1.000.000; Nul: € 0."
    assert bar_chart("Saldo", [], FigureUnit.EUR, B) == ""


def test_a_file_has_its_style_and_its_title_with_it() -> None:
    svg = line_chart(series(("2024", R, "32"), ("2025", R, "33")), is_file=True)
    root = parse(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert any(e.tag.endswith("style") for e in root)
    assert [e.text for e in root.iter() if e.get("class") == "title"] == ["9A1.c Vrijwilligers <1> & 'meer'"]


def test_nothing_is_drawn_outside_and_values_that_have_no_room_are_left_out() -> None:
    few = line_chart(series(*((str(year), R, "1") for year in range(2010, 2020)), unit=None))
    many = line_chart(series(*((str(year), R, "1") for year in range(1990, 2030)), unit=None))
    assert len(texts(few, "value")) == 10
    assert texts(many, "value") == []
    assert texts(many, "year") == [str(year) for year in range(1990, 2030, 5)]
    for svg in (few, many):
        width = float((parse(svg).get("viewBox") or "").split()[2])
        assert all(0 <= float(e.get("x") or 0) <= width for e in parse(svg).iter())


@given(st.lists(st.decimals(min_value=-(10**10), max_value=10**10, places=2), min_size=1, max_size=12), st.booleans())
def test_an_axis_holds_its_values_and_has_few_round_ticks(values: list[Decimal], from_zero: bool) -> None:
    axis = axis_of(values, 300, 0, from_zero=from_zero)
    assert axis.ticks[0] <= min(values)
    assert max(values) <= axis.ticks[-1]
    assert 2 <= len(axis.ticks) <= MOST_TICKS + 1
    assert all(-0.001 <= axis.at(value) <= 300.001 for value in values)
    assert not (from_zero and axis.is_cut)


def test_an_axis_that_leaves_zero_out_keeps_small_differences_small() -> None:
    axis = axis_of([Decimal("5.7"), Decimal("6.2")], 100, 0, from_zero=False)
    assert axis.is_cut
    assert axis.at(Decimal("5.7")) - axis.at(Decimal("6.2")) < 50
    assert not axis_of([Decimal(14), Decimal(23)], 100, 0, from_zero=False).is_cut


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("13569000", FigureUnit.EUR, "€ 13.569.000"), ("-441000", FigureUnit.EUR, "−€ 441.000"), ("38", FigureUnit.PERCENT, "38%"),
        ("11.7", FigureUnit.MAANDEN, "11,7 maanden"), ("65", FigureUnit.PER_1000, "65 per 1.000"), ("6.10", FigureUnit.SCORE, "6,1"),
    ],
)  # fmt: skip
def test_values_are_written_as_dutch_writes_them(value: str, unit: FigureUnit, text: str) -> None:
    assert read_wording.in_unit(Decimal(value), unit) == text
