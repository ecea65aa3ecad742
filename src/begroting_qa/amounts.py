"""Dutch numbers and amounts -> Decimal: `1.234,5`, `-/- 12`, `8,7 miljoen`, `37%`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<minus>-/-\s?|[-–−](?=€?\s?\d))?(?:€\s?)?(?P<whole>\d{1,3}(?:[.\u00a0]\d{3})+|\d+)(?:,(?P<part>\d+))?"
    r"(?P<scale>\s?(?:duizend|miljoen|miljard|mln|mld)\b)?(?P<percent>\s?%|\s?procent\b)?",
    re.IGNORECASE,
)
_SCALES = {"duizend": 1_000, "miljoen": 1_000_000, "mln": 1_000_000, "miljard": 1_000_000_000, "mld": 1_000_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number in a text; `value` has its scale applied, not the unit of a table around it."""

    value: Decimal
    is_percentage: bool
    start: int
    end: int


def find_amounts(text: str) -> Iterator[Amount]:
    """Yield the numbers in `text`, in order of place; a year is a number too."""
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"[.\u00a0]", "", match["whole"])
        value = Decimal(f"{digits}.{match['part']}" if match["part"] else digits)
        if match["scale"]:
            value *= _SCALES[match["scale"].strip().lower()]
        yield Amount(
            value=-value if match["minus"] else value,
            is_percentage=match["percent"] is not None,
            start=match.start(),
            end=match.end(),
        )
