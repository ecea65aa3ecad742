"""Figures -> results: every calculation in Decimal, with the expression that a reader can do again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from begroting_qa.domain import Figure, FigureUnit, Step

MINUS = "−"
MILLION = 1_000_000
THOUSAND = 1_000
# what is rounded, is rounded to this
DECIMALS = Decimal("0.1")


def written(value: Decimal) -> str:
    """Return a number as Dutch writes it: `-1.234,5`, with no digit that says nothing."""
    plain = f"{abs(value):f}"
    whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{'-' if value < 0 else ''}{grouped}{f',{part}' if part else ''}"


def euros(value: Decimal) -> str:
    """Return an amount written out, exact: `€ 43,77 miljoen`, `-€ 441.000`."""
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size >= MILLION and size % THOUSAND == 0:
        return f"{sign}€ {written(size / MILLION)} miljoen"
    return f"{sign}€ {written(size)}"


def number_of(figure: Figure) -> Decimal:
    """Return a figure's value as its table writes it: without the table's scale."""
    return figure.value / figure.scale


def with_unit(value: Decimal, like: Figure) -> str:
    """Return a calculated number as its figures are written: in percents where they are."""
    return f"{written(value)}%" if like.unit is FigureUnit.PERCENT else written(value)


def amount(figure: Figure) -> str:
    """Return a figure for a reader: an amount in euros with its original form, anything else as it is written."""
    if figure.unit is FigureUnit.EUR:
        original = f" ({written(number_of(figure))} × € {written(Decimal(figure.scale))})" if figure.scale > 1 else ""
        return euros(figure.value) + original
    return figure.display


def unit_of(figures: Sequence[Figure]) -> str:
    """Return the unit in which figures are calculated with, as a reader sees it."""
    first = figures[0]
    if first.unit is FigureUnit.EUR:
        return f"x € {written(Decimal(first.scale))}" if first.scale > 1 else "euro"
    return {FigureUnit.PERCENT: "procentpunt", FigureUnit.SCORE: "punt", FigureUnit.PER_1000: "", FigureUnit.AANTAL: ""}.get(
        first.unit or FigureUnit.AANTAL, str(first.unit)
    )


def fits_together(figures: Sequence[Figure]) -> bool:
    """Tell whether figures can be calculated with: one unit and one scale."""
    return len({(figure.unit, figure.scale) for figure in figures}) == 1


def _term(figure: Figure) -> str:
    number = number_of(figure)
    return f"({MINUS}{written(-number)})" if number < 0 else written(number)


def difference(first: Figure, second: Figure, inputs: tuple[int, int]) -> tuple[Decimal, Step]:
    """Return second minus first, in the table's own unit."""
    result = number_of(second) - number_of(first)
    step = Step(
        expression=f"{_term(second)} {MINUS} {_term(first)}", result=written(result), unit=unit_of([first]),
        inputs=(inputs[1], inputs[0]),
    )  # fmt: skip
    return result, step


def change(first: Figure, second: Figure, inputs: tuple[int, int]) -> tuple[Decimal, Step] | None:
    """Return the change from first to second in percents of the first, rounded to one decimal; None from zero."""
    start = number_of(first)
    if not start:
        return None
    # the denominator keeps its sign: of amounts written negative, it is their size that grows
    result = round_half_up((number_of(second) - start) / start * 100)
    divisor = f"({MINUS}{written(-start)})" if start < 0 else written(start)
    expression = f"({_term(second)} {MINUS} {_term(first)}) ÷ {divisor} × 100"
    return result, Step(expression=expression, result=written(result), unit="%", inputs=(inputs[1], inputs[0]))


def share(parts: Sequence[Figure], whole: Figure, inputs: Sequence[int]) -> tuple[Decimal, Step] | None:
    """Return the parts together in percents of the whole, rounded to one decimal; None of zero. The last input is the whole."""
    if not whole.value:
        return None
    result = round_half_up(abs(sum((part.value for part in parts), Decimal(0)) / whole.value) * 100)
    sizes = [written(abs(number_of(figure))) for figure in (*parts, whole)]
    top = sizes[0] if len(parts) == 1 else f"({' + '.join(sizes[:-1])})"
    return result, Step(expression=f"{top} ÷ {sizes[-1]} × 100", result=written(result), unit="%", inputs=tuple(inputs))


def ratio(first: Figure, second: Figure, inputs: tuple[int, int]) -> tuple[Decimal, Step] | None:
    """Return how many times the second figure the first is, rounded to one decimal; None of zero."""
    if not second.value:
        return None
    result = round_half_up(abs(first.value / second.value))
    sizes = [written(abs(number_of(figure))) for figure in (first, second)]
    return result, Step(expression=f"{sizes[0]} ÷ {sizes[1]}", result=written(result), unit="keer", inputs=inputs)


def balance(expenses: Figure, income: Figure, inputs: tuple[int, int]) -> tuple[Decimal, Step]:
    """Return the saldo in the document's own convention: negative income is added, else expenses are taken off.

    Leiden writes lasten + baten, with baten negative; the national classification (Iv3) baten − lasten, both positive.
    """
    if income.value < 0:
        result = number_of(expenses) + number_of(income)
        expression = f"{_term(expenses)} + {_term(income)}"
    else:
        result = number_of(income) - number_of(expenses)
        expression = f"{_term(income)} {MINUS} {_term(expenses)}"
    return result, Step(expression=expression, result=written(result), unit=unit_of([expenses]), inputs=inputs)


def total(figures: Sequence[Figure], inputs: Sequence[int]) -> tuple[Decimal, Step]:
    """Return the sum, in the table's own unit."""
    result = sum((number_of(figure) for figure in figures), Decimal(0))
    expression = " + ".join(map(_term, figures))
    return result, Step(expression=expression, result=written(result), unit=unit_of(figures), inputs=tuple(inputs))


def average(figures: Sequence[Figure], inputs: Sequence[int]) -> tuple[Decimal, Step]:
    """Return the mean, in the table's own unit: exact up to one decimal, else of amounts in thousands in whole ones."""
    mean = sum((number_of(figure) for figure in figures), Decimal(0)) / len(figures)
    result = round_half_up(mean)
    if result != mean and figures[0].scale > 1:
        result = mean.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    expression = f"({' + '.join(map(_term, figures))}) ÷ {len(figures)}"
    return result, Step(expression=expression, result=written(result), unit=unit_of(figures), inputs=tuple(inputs))


def round_half_up(value: Decimal) -> Decimal:
    """Return a value with one decimal, halves away from zero, as Dutch budgets round."""
    return value.quantize(DECIMALS, rounding=ROUND_HALF_UP)
