"""Values -> an axis: where it begins and ends, where its ticks stand, and where a value lies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MOST_TICKS = 6
# an axis may begin above zero when all values lie above this share of the largest
CUT_ABOVE = Decimal("0.75")
# such an axis still covers this share of the largest value, so that small differences stay small
LEAST_SHOWN = Decimal("0.2")
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Ticks, the least first, and the places in a drawing of the first and the last."""

    ticks: tuple[Decimal, ...]
    first: float
    last: float

    @property
    def is_cut(self) -> bool:
        """Whether it leaves zero out."""
        return not self.ticks[0] <= 0 <= self.ticks[-1]

    def at(self, value: Decimal) -> float:
        """Return where a value lies."""
        span = self.ticks[-1] - self.ticks[0]
        return self.first + float((value - self.ticks[0]) / span) * (self.last - self.first)


def axis_of(values: Sequence[Decimal], first: float, last: float, *, from_zero: bool) -> Axis:
    """Return an axis over values; where it is to begin at zero, heights can be compared."""
    low, high = min(values), max(values)
    if from_zero or low <= CUT_ABOVE * high:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    else:
        low = min(low, high * (1 - LEAST_SHOWN))
    step = _step((high - low) or Decimal(1))
    start = (low / step).to_integral_value("ROUND_FLOOR")
    end = (high / step).to_integral_value("ROUND_CEILING")
    end = max(end, start + 1)
    ticks = tuple(step * number for number in range(int(start), int(end) + 1))
    return Axis(ticks=ticks, first=first, last=last)


def _step(span: Decimal) -> Decimal:
    """Return the smallest round step that needs no more than the most ticks."""
    power = Decimal(10) ** (span.adjusted() - 1)
    while True:
        for factor in _STEPS:
            if span / (factor * power) <= MOST_TICKS - 1:
                return factor * power
        power *= 10
