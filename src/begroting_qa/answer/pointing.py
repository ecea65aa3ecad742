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
