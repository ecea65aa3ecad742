"""Sentences that point back at the one before them and say too little without it."""

from __future__ import annotations

import re

_POINTS_BACK = re.compile(
    r"(?:Deze|Dit|Die|Dat|Hij|Zij|Ze|Het is|Hiermee|Hierdoor|Hierbij|Hierin|Hiervoor|Hieruit|Hiertoe|Daarmee|Daardoor|Daarbij|"
    r"Daarnaast|Daarin|Daarvoor|Daarom|Daarna|Daartoe|Zo|Ditmaal|Dergelijke|Beide|Tijdens dit|In deze|Voor deze|Met deze|"
    r"Vanuit dit|Een ander|Ook|De reden hiervoor|De uitkomst)\b"
)  # fmt: skip


def points_back(sentence: str) -> bool:
    """Tell whether a sentence opens with a word that stands for something said before (`Deze moet begin 2024 klaar zijn`)."""
    return _POINTS_BACK.match(sentence) is not None


_GOES_ON = re.compile(
    r"(?:Daarnaast|Ook|Verder|Bovendien|Eveneens|Tevens|Tenslotte|Tot slot|Allereerst|Ten (?:eerste|tweede|derde|vierde|slotte)|"
    r"Als (?:eerste|tweede|derde|laatste)|Een (?:ander|andere|tweede|derde|laatste))\b"
)  # fmt: skip


def goes_on(sentence: str) -> bool:
    """Tell whether a sentence adds one more to what was told before it (`Daarnaast worden twee kenniscafés georganiseerd`)."""
    return _GOES_ON.match(sentence) is not None
