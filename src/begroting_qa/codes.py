"""The grammar of codes: council papers (`RV 19.0005`), motions (`M.23.0049.39`), amendments, cases and goal codes (`9A1.2`).

One code is written in many ways; its canonical form has one spelling, and its key is that form without blanks or dots
where a writer leaves them out, in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class CodeKind(StrEnum):
    """What a code names; only `find_all_codes` finds programmes, for their numbers are no codes by themselves."""

    PAPER = "paper"
    MOTION = "motion"
    AMENDMENT = "amendment"
    CASE = "case"
    GOAL = "goal"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code as found; `canonical` is its one spelling, `key` what equal codes share."""

    kind: CodeKind
    canonical: str
    key: str
    start: int
    end: int


# what may stand before a code of the goal tree, or the number of a programme
LEVELS = r"(?:beleidsterrein|programma|(?:hoofd|sub)?doel(?:stelling)?|prestatie|(?:effect)?indicator|thema|opgave|speerpunt)"
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

_BLANK = re.compile(r"\s")
# in running text: the number of a programme, and what may follow it in an enumeration
_NUMBER = (
    r"\d{1,2}(?:[A-Za-df-z]|\.\d{1,2})?(?![\w%’']|[.,]\d|\s(?:duizend|miljoen|miljard|mln|euro|procent|jaar|keer|maanden)\b)"
)
_PROGRAMME = re.compile(rf"\b(?i:programma(?P<more>['’]?s)?(?:nummer)?)\s+(?P<number>{_NUMBER})")
_NEXT_PROGRAMME = re.compile(
    rf"(?:\s+[A-ZÀ-Ý][^.;:!?\d,()]{{0,60}}?)?(?:\s*\([^()]*\))?"
    rf"(?:\s*(?:&|/|\ben\b|\bof\b)\s*(?P<last>{_NUMBER})|,\s*(?P<number>{_NUMBER})(?=\s*(?:[,(&/]|en\b|of\b)|\s[A-ZÀ-Ý]))"
)
_BOARD_PAPER = re.compile(r"\((?:[^()]*[/,;]\s*)?(?P<code>B[ .\u00a0](?P<number>\d{1,4}))(?=\s*[)/,;])")
SERIES = {"motie": "M.", "amendement": "A.", "raadsvoorstel": "RV ", "raadsbesluit": "RV ", "collegebesluit": "BW "}
_NAMED_NUMBER = re.compile(
    rf"\b(?P<word>{'|'.join(SERIES)})\s+(?:(?:nr\.?|nummer)\s+)?(?P<number>\d{{2}}\.\d{{4}}(?:\.\d{{1,2}})?)(?![\w/]|[.]\d)",
    re.IGNORECASE,
)
_NEXT_LETTER = re.compile(r"(?:\s*[,&/+]\s*|\s+(?:en|of)\s+)(?P<letter>[A-Z])(?![\w&’'/-]|[.]\w)")


def find_codes(text: str) -> Iterator[Code]:
    """Yield the codes in `text`, in order of place."""
    for match in _CODE.finditer(text):
        if match["paper"]:
            canonical = f"{match['series'].upper()} {match['paper_year']}.{match['paper_number']}"
            kind = CodeKind.PAPER
        elif match["motion"]:
            part = f".{match['part']}" if match["part"] else ""
            canonical = f"{match['letter'].upper()}.{match['motion_year']}.{match['motion_number']}{part}"
            kind = CodeKind.AMENDMENT if match["letter"].upper() == "A" else CodeKind.MOTION
        elif match["case"]:
            canonical = match["case"].upper()
            kind = CodeKind.CASE
        else:
            rest = re.sub(r"(?<=\d)(?=[a-z]$)", ".", (match["rest"] or "").lower())
            canonical = f"{match['programme']}{match['terrein'].upper()}{rest}"
            kind = CodeKind.GOAL
        key = re.sub(r"[ \u00a0]", "", canonical).lower()
        yield Code(kind=kind, canonical=canonical, key=key, start=match.start(), end=match.end())


def find_all_codes(text: str) -> list[Code]:
    """Return the codes in a document's text in order of place, those included that only words around them make codes.

    These are programmes, by themselves (`zie programma 6c`) and enumerated, papers of the board (`(B 14)`), a number behind what
    it is of (`motie 23.0093`), and the second letter of `9A en B`. Of two that overlap the one counts that more words tell of.
    """
    taken: list[Code] = []
    for code in (*_programmes(text), *_numbers(text), *find_codes(text)):
        if all(code.end <= other.start or other.end <= code.start for other in taken):
            taken.append(code)
            if code.kind is CodeKind.GOAL and code.key[-1].isalpha() and "." not in code.key:
                taken.extend(_next_letters(text, code))
    return sorted(taken, key=lambda code: code.start)


def _code(kind: CodeKind, canonical: str, start: int, end: int) -> Code:
    return Code(kind=kind, canonical=canonical, key=_BLANK.sub("", canonical).lower(), start=start, end=end)


def _programmes(text: str) -> Iterator[Code]:
    for match in _PROGRAMME.finditer(text):
        start, number = match.start(), (match["number"], match.end())
        while True:
            yield _code(CodeKind.PROGRAMME, f"programma {number[0].upper()}", start, number[1])
            following = _NEXT_PROGRAMME.match(text, number[1]) if match["more"] else None
            if following is None:
                break
            group = "last" if following["last"] else "number"
            start, number = following.start(group), (following[group], following.end(group))


def _numbers(text: str) -> Iterator[Code]:
    """Yield papers of the board and numbers that a word before them explains."""
    for match in _BOARD_PAPER.finditer(text):
        yield _code(CodeKind.PAPER, f"B {match['number']}", match.start("code"), match.end("code"))
    for match in _NAMED_NUMBER.finditer(text):
        for code in find_codes(f"{SERIES[match['word'].lower()]}{match['number']}"):
            yield _code(code.kind, code.canonical, match.start(), match.end())


def _next_letters(text: str, first: Code) -> Iterator[Code]:
    """Yield the fields of policy that share the number of the first: `9A, B en C`."""
    at = first.end
    while (match := _NEXT_LETTER.match(text, at)) is not None:
        yield _code(CodeKind.GOAL, f"{first.canonical[:-1]}{match['letter']}", match.start("letter"), match.end())
        at = match.end()


def covers(code: str, other: str) -> bool:
    """Tell whether the key `other` is `code` itself or lies below it: 9A1 covers 9A1.2 and not 9A10."""
    return other == code or (other.startswith(code) and not (code[-1].isdigit() and other[len(code)].isdigit()))
