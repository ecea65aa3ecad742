"""Whom a number is of: the words for people, and shares for each of them."""

from __future__ import annotations

import re
from functools import cache

from begroting_qa.dutch import fold, lines_of, stem

_ANYONE = frozenset(
    ("inwoners", "inwoner", "bewoners", "burgers", "mensen", "personen", "huurders", "clienten", "client", "deelnemers",
    "gebruikers", "stadgenoten", "stadsgenoten", "plaatsgenoten")
)  # fmt: skip
_PER = re.compile(r"\bper ([a-z]+)")
_UNDER_ONE_ROOF = frozenset(
    ("hoofd", "persoon", "huishouden", "gezin", "adres", "bed", "plek", "plaats", "uur", "woning", "leerling")
)
_OF_A_PLACE = re.compile(r"\w{2,}(?:enaar|ammer)")


@cache
def people() -> frozenset[str]:
    """Return the stems of what people may be counted as (`inwoners`, `deelnemers`)."""
    return frozenset(stem(line) for line in lines_of("people.txt"))


def is_person(word: str) -> bool:
    """Tell whether a folded word says whom a number is of, which a table often says in another word."""
    return word in _ANYONE


def is_per_head(text: str) -> bool:
    """Tell whether a text speaks of a share for each person, household or address (`per cliënt`, `per Leidenaar`)."""
    named = _PER.findall(fold(text))
    return any(word in _UNDER_ONE_ROOF or stem(word) in people() or _OF_A_PLACE.fullmatch(word) for word in named)
