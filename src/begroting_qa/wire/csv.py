"""Lists as CSV: RFC 4180, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

MEDIA_TYPE = "text/csv"
# a spreadsheet would run a text that begins like a formula; a number with its sign is none
_FORMULA = re.compile(r"[=+@\t\r]|-(?![\d.,]*%?$)")


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return a head and one line a row; lists in a cell are parted by ` › `."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    return out.getvalue()


def _cell(value: object) -> str:
    text = " › ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text
