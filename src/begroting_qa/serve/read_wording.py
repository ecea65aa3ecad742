"""The Dutch sentences of charts, figures and coverage outside their templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from begroting_qa.domain import FigureUnit, Measure, Phase
from begroting_qa.wire.fill import decimal_text

MILLION = Decimal(1_000_000)
THOUSAND = Decimal(1_000)
_DUTCH = str.maketrans(",.", ".,")
WHOLE, NEARLY, MOSTLY = 1.0, 0.99, 0.9

PHASES: Mapping[Phase | None, str] = {
    Phase.REALISATIE: "Realisatie",
    Phase.REKENING: "Rekening",
    Phase.BEGROTING: "Begroting",
    Phase.MEERJARENRAMING: "Meerjarenraming",
    Phase.STREEFWAARDE: "Streefwaarde",
    None: "Waarde",
}
UNITS: Mapping[FigureUnit | None, str] = {
    FigureUnit.EUR: "euro",
    FigureUnit.PERCENT: "procent",
    FigureUnit.AANTAL: "aantal",
    FigureUnit.DAGEN: "dagen",
    FigureUnit.MAANDEN: "maanden",
    FigureUnit.SCORE: "score",
    FigureUnit.PER_1000: "per 1.000",
    FigureUnit.FTE: "fte",
    None: "",
}
MEASURES: Mapping[Measure, str] = {
    Measure.LASTEN: "Lasten (uitgaven)",
    Measure.BATEN: "Baten (inkomsten)",
    Measure.SALDO: "Saldo",
}
AXIS_CUT = "De as begint niet bij nul."


# --- numbers ------------------------------------------------------------------------------------------------------------


def number(value: Decimal, decimals: int | None = None) -> str:
    """Return a number as Dutch writes it, rounded to `decimals` where they are given: `12.385,5`."""
    if decimals is not None:
        rounded = abs(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        return f"{'−' if value < 0 else ''}{f'{rounded:,}'.translate(_DUTCH)}"
    whole, _, part = decimal_text(abs(value)).partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{'−' if value < 0 else ''}{grouped}{f',{part}' if part else ''}"


def in_unit(value: Decimal, unit: FigureUnit | None) -> str:
    """Return a value with its unit, in full: `€ 13.569.000`, `38%`, `11,7 maanden`."""
    match unit:
        case FigureUnit.EUR:
            return f"{'−' if value < 0 else ''}€ {number(abs(value))}"
        case FigureUnit.PERCENT:
            return f"{number(value)}%"
        case FigureUnit.DAGEN | FigureUnit.MAANDEN | FigureUnit.FTE | FigureUnit.PER_1000:
            return f"{number(value)} {UNITS[unit]}"
        case _:
            return number(value)


def scale_of(values: Sequence[Decimal], unit: FigureUnit | None) -> Decimal:
    """Return by what a chart divides its values, so that they are short."""
    largest = max((abs(value) for value in values), default=Decimal(0))
    if unit is not FigureUnit.EUR:
        return Decimal(1)
    return MILLION if largest >= MILLION else THOUSAND if largest >= THOUSAND else Decimal(1)


def short(value: Decimal, scale: Decimal, unit: FigureUnit | None, decimals: int = 1) -> str:
    """Return a value for a label in a chart, rounded to so many decimals."""
    scaled = number(value / scale, decimals)
    return f"{scaled}%" if unit is FigureUnit.PERCENT else scaled


def decimals_of(values: Iterable[Decimal], scale: Decimal) -> int:
    """Return how many decimals the labels of a chart have: of scaled amounts one, else as many as the values need."""
    return 1 if scale > 1 else max((len(decimal_text(value).partition(".")[2]) for value in values), default=0)


def axis_title(unit: FigureUnit | None, scale: Decimal, *, is_cut: bool = False) -> str:
    """Return what the numbers along an axis count, and whether it leaves zero out."""
    scaled = {MILLION: "miljoen ", THOUSAND: "duizend "}.get(scale, "")
    counted = f"{scaled}{UNITS[unit]}".capitalize()
    return " ".join(filter(None, (f"{counted}." if is_cut and counted else counted, AXIS_CUT if is_cut else "")))


# --- charts -------------------------------------------------------------------------------------------------------------


def series_title(code: str | None, label: str) -> str:
    """Name a series."""
    return f"{code} {label}" if code else label


def line_described(first: str, last: str, told: Sequence[tuple[str, Sequence[str]]], *, is_cut: bool) -> str:
    """Tell what a line chart shows: of each phase its values."""
    years = f"van {first} tot en met {last}" if first != last else f"van {first}"
    lines = "".join(f" {phase}: {', '.join(values)}." for phase, values in told)
    return f"Lijngrafiek {years}.{lines}{f' {AXIS_CUT}' if is_cut else ''}"


def year_with_value(period: str, value: str) -> str:
    """One value of a series."""
    return f"in {period} {value}"


def without_years(years: Sequence[int]) -> str:
    """Say over which years nothing was counted."""
    return f" Geen cijfer over {and_also([str(year) for year in years])}." if years else ""


def bars_title(measure: Measure, phase: Phase | None, year: str) -> str:
    """Name a chart of bars."""
    return f"{MEASURES[measure]}: {PHASES[phase].lower()} {year}"


def bars_described(bars: Sequence[tuple[str, str]]) -> str:
    """Tell what a chart of bars shows."""
    return f"Staafgrafiek. {'; '.join(f'{label}: {value}' for label, value in bars)}."


def and_also(parts: Sequence[str]) -> str:
    """Return an enumeration."""
    return f"{', '.join(parts[:-1])} en {parts[-1]}" if len(parts) > 1 else "".join(parts)


# --- problems -----------------------------------------------------------------------------------------------------------


def indicator_unknown(name: str) -> str:
    """An indicator that no table has."""
    return f"Indicator ‘{name[:60]}’ staat in geen enkele tabel. Kies er een op de pagina Cijfers."


def part_unknown(number: int, count: int) -> str:
    """A portion that a document does not have."""
    return f"Deel {number} bestaat niet. Dit document heeft {count} {'deel' if count == 1 else 'delen'}."


def choice_unknown(name: str) -> str:
    """A choice that the form does not have."""
    return f"‘{name[:60]}’ is hier geen keuze. Ga terug naar de pagina Begroting en kies opnieuw."


# --- coverage -----------------------------------------------------------------------------------------------------------


def completeness(share: float) -> str:
    """Say how completely a document was read."""
    if share >= WHOLE:
        return "helemaal"
    percent = number(Decimal(str(share * 100)).quantize(Decimal("0.1")))
    how = "bijna helemaal" if share >= NEARLY else "grotendeels" if share >= MOSTLY else "voor een deel"
    return f"{how} ({percent}%)"
