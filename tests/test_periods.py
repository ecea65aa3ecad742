"""Dutch time expressions become the right days, and a year that belongs to a name none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from begroting_qa.periods import find_periods

BUDGET, REPORT = date(2024, 11, 7), date(2025, 8, 1)


@pytest.mark.parametrize(
    ("text", "as_of", "found"),
    [
        ("Dat is eind 2025 klaar.", BUDGET, ("eind 2025", "2025-10-01", "2025-12-31")),
        ("Dit start medio 2025.", BUDGET, ("medio 2025", "2025-05-01", "2025-08-31")),
        ("Begin 2026 volgt een besluit.", BUDGET, ("Begin 2026", "2026-01-01", "2026-03-31")),
        ("Dit loopt tot Q2 van 2025.", BUDGET, ("tot Q2 van 2025", "2024-11-07", "2025-06-30")),
        (
            "in het derde en vierde kwartaal van 2025",
            REPORT,
            ("in het derde en vierde kwartaal van 2025", "2025-07-01", "2025-12-31"),
        ),
        ("in het laatste kwartaal van 2025", REPORT, ("in het laatste kwartaal van 2025", "2025-10-01", "2025-12-31")),
        ("De tweede helft van 2025 wordt gebruikt", REPORT, ("De tweede helft van 2025", "2025-07-01", "2025-12-31")),
        ("in het najaar van 2025", BUDGET, ("in het najaar van 2025", "2025-09-01", "2025-11-30")),
        ("per 1 januari 2025", BUDGET, ("per 1 januari 2025", "2025-01-01", "2025-01-01")),
        ("voor 1 juli 2025", BUDGET, ("voor 1 juli 2025", "2024-11-07", "2025-06-30")),
        ("uiterlijk eind 2025", BUDGET, ("uiterlijk eind 2025", "2024-11-07", "2025-12-31")),
        ("in oktober of november 2024", BUDGET, ("in oktober of november 2024", "2024-10-01", "2024-11-30")),
        ("De uitkomst wordt in september verwacht.", REPORT, ("in september", "2025-09-01", "2025-09-30")),
        (
            "gepland voor het schooljaar 2022-2023",
            date(2021, 11, 11),
            ("voor het schooljaar 2022-2023", "2022-08-01", "2023-07-31"),
        ),
        (
            "voor het einde van deze collegeperiode",
            REPORT,
            ("voor het einde van deze collegeperiode", "2025-08-01", "2026-03-31"),
        ),
        ("binnen deze raadsperiode", date(2018, 12, 31), ("binnen deze raadsperiode", "2018-12-31", "2022-03-31")),
        ("vanaf 2020 gedurende vijf jaar", BUDGET, ("vanaf 2020 gedurende vijf jaar", "2020-01-01", "2024-12-31")),
        ("In 2025 en 2026 bouwen we", BUDGET, ("In 2025 en 2026", "2025-01-01", "2026-12-31")),
        ("volgend jaar", BUDGET, ("volgend jaar", "2025-01-01", "2025-12-31")),
        ("de komende twee jaar", BUDGET, ("de komende twee jaar", "2025-01-01", "2026-12-31")),
        ("voor 2025 is er geld", BUDGET, ("voor 2025", "2025-01-01", "2025-12-31")),
    ],
)
def test_a_time_is_read_as_its_days(text: str, as_of: date, found: tuple[str, str, str]) -> None:
    dated = next(iter(find_periods(text, as_of)))
    assert (dated.period.text, str(dated.period.first), str(dated.period.last)) == found
    assert text[dated.start : dated.end] == dated.period.text


@pytest.mark.parametrize(
    "text",
    [
        "Kaderbrief 2024-2028",
        "Leiden op Leeftijd 2025 loopt",
        "Beleidskader sport en gezondheid 2019-2023 (RV 19.0093)",
        "vlak na 1 juli",
        "in 31 februari 2025 gevallen van 2.025",
        "de wet van 4 oktober in artikel 2025.1",
    ],
)
def test_a_year_of_a_name_is_no_time(text: str) -> None:
    assert [
        dated.period.text for dated in find_periods(text, BUDGET) if "2025" in dated.period.text or "20" in dated.period.text
    ] == []


@given(
    st.text(alphabet="abc 0123456789.-/Qqv", max_size=60),
    st.sampled_from(
        ["in 2025", "eind 2025", "31 februari 2025", "Q4", "voor", "tot en met", "schooljaar 2025-2026", "deze collegeperiode"]
    ),
)
def test_any_text_gives_stretches_that_stand_in_it_and_days_in_order(noise: str, time: str) -> None:
    text = f"{noise} {time} {noise}"
    for dated in find_periods(text, BUDGET):
        assert text[dated.start : dated.end] == dated.period.text
        assert dated.period.first <= dated.period.last or dated.is_deadline


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("in de loop van december tot en met maart 2026", ("2025-12-01", "2026-03-31")),
        ("in het vierde en eerste kwartaal van 2026", ("2025-10-01", "2026-03-31")),
    ],
)
def test_a_stretch_over_new_year_begins_in_the_year_before(text: str, days: tuple[str, str]) -> None:
    period = next(iter(find_periods(text, BUDGET))).period
    assert (str(period.first), str(period.last)) == days
