"""What the numbers of a budget measure, in the words of readers and documents."""

from __future__ import annotations

import re

from begroting_qa.domain import Measure

# `onttrekking` is written in many ways, in budgets too: `ontrekking`, `onttreking`
WITHDRAWING = r"on[tr]{1,4}ek{1,2}"
_NAMES = (
    (
        Measure.LASTEN,
        "(?:programma)?lasten|lastenkant|lastenbedrag|uitgavenkant|programmakosten|laste|last|kosten|kost|kostte|kostten|uitgaven|uitgave|uitgeven|"
        "uit te geven|"
        "uitgegeven|duurste?|duurder|goedkoper|besteedt|besteed|besteden|bestedingen|kwijt",
    ),
    (
        Measure.BATEN,
        "(?:programma)?baten|batenkant|batenbedrag|inkomstenkant|inkomsten|opbrengsten|opbrengst|ontvangsten|ontvangt|binnenkomt|binnengekomen|binnengehaald",
    ),
    (Measure.SALDO, "saldo|saldi|netto|onder de streep"),
    (
        Measure.TOEVOEGING,
        "toevoeging|toevoegingen|toegevoegd|toevoegen|storting|stortingen|gestort|stort|storten|dotatie|dotaties",
    ),
    (Measure.ONTTREKKING, rf"{WITHDRAWING}\w*|on[tr]{{1,4}}ok{{1,2}}en|opname|opnames"),
    (Measure.RESULTAAT, "(?:programma|eind)?resultaat|resultaten"),
    (Measure.SUBSIDIE, "subsidie|subsidies|subsidiestaat|subsidiebedrag|subsidiesaldo|subsidietotaal"),
)


def measures_named(said: str) -> list[Measure]:
    """Return the measures that a folded text names, as `uitgaven` or `opname`."""
    return [measure for measure, names in _NAMES if re.search(rf"\b(?:{names})\b", said)]


def is_measure(word: str) -> bool:
    """Tell whether a folded word names a measure."""
    return any(re.fullmatch(names, word) for _, names in _NAMES)
