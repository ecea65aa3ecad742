"""The grammar of codes: council papers (`RV 19.0005`), motions (`M.23.0049.39`), case numbers and goal codes (`9A1.2`).

One code is written in many ways; its canonical form has one spelling, and its key is that form without blanks or dots
where a writer leaves them out, in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    """What a code names."""

    PAPER = "paper"
    MOTION = "motion"
    CASE = "case"
    GOAL = "goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code as found; `canonical` is its one spelling, `key` what equal codes share."""

    kind: CodeKind
    canonical: str
    key: str
    start: int
    end: int


# a field of the national classification (Iv3), `6.71a`: it looks like a number, so it is one only where a row has it
TASK_FIELD = r"\d{1,2}(?:\.\d{1,3})+[a-z]?"
_CODE = re.compile(
    r"""(?<![\w.])(?:
      (?P<paper>(?P<series>RV|BW|B)[ .\u00a0]{0,2}(?P<paper_year>\d{2})[.](?P<paper_number>\d{3,4})) |
      (?P<motion>(?P<letter>[MA])[ .]{0,2}(?P<motion_year>\d{2})[.](?P<motion_number>\d{4})(?:[.](?P<part>\d{1,2}))?) |
      (?P<case>Z/(?P<case_year>\d{2})/(?P<case_number>\d{5,8})) |
      (?P<goal>(?P<programme>\d{1,2})(?P<terrein>[A-Z])(?P<rest>\d{1,3}(?:[.]\d{1,2}|[.]?[a-z])?)?)
    )(?![\w/]|[.]\d)""",
    re.VERBOSE | re.IGNORECASE,
)


def find_codes(text: str) -> Iterator[Code]:
    """Yield the codes in `text`, in order of place."""
    for match in _CODE.finditer(text):
        if match["paper"]:
            canonical = f"{match['series'].upper()} {match['paper_year']}.{match['paper_number']}"
            kind = CodeKind.PAPER
        elif match["motion"]:
            part = f".{match['part']}" if match["part"] else ""
            canonical = f"{match['letter'].upper()}.{match['motion_year']}.{match['motion_number']}{part}"
            kind = CodeKind.MOTION
        elif match["case"]:
            canonical = match["case"].upper()
            kind = CodeKind.CASE
        else:
            rest = re.sub(r"(?<=\d)(?=[a-z]$)", ".", (match["rest"] or "").lower())
            canonical = f"{match['programme']}{match['terrein'].upper()}{rest}"
            kind = CodeKind.GOAL
        key = re.sub(r"[ \u00a0]", "", canonical).lower()
        yield Code(kind=kind, canonical=canonical, key=key, start=match.start(), end=match.end())


def covers(code: str, other: str) -> bool:
    """Tell whether the key `other` is `code` itself or lies below it: 9A1 covers 9A1.2 and not 9A10."""
    return other == code or (other.startswith(code) and not (code[-1].isdigit() and other[len(code)].isdigit()))
