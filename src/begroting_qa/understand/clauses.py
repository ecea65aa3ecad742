"""A question -> the clause that asks, without those that lead up to it (`De zorgkosten lopen op. Met hoeveel …?`)."""

from __future__ import annotations

import re

_ASKS = (
    r"(?:(?:met|in|van|voor|naar|uit|op|tot|bij|over) )?"
    r"(?:hoe ?ve+l\w*|hoe|wat|welke?|waar\w*|wanneer|wie|hoeveelste)\b"
)
_ENDS = re.compile(r"(?<=[.!?;:])\s+(?=\S)|\s+[-–—]\s+")
# `omdat …, wil ik weten hoeveel …`: a comma ends a clause only where it began as one that leads up to another
_LEADS_UP = re.compile(
    r"^\W*(?:omdat|nu|terwijl|voordat|nadat|hoewel|ofschoon|aangezien|gezien|kijkend|gelet|volgens mij|zoals|sinds|mocht)\b",
    re.IGNORECASE,
)
_AFTER_COMMA = re.compile(
    rf",\s+(?=(?:maar |en |dus |dan )?(?:{_ASKS}|(?:wil|zou|vraag|hoor|weet) (?:ik|wij|we)\b))", re.IGNORECASE
)
# `hoeveel lager dan in dat jaar?` says only with what led up to it what is meant
_LEANS = re.compile(r"\b(?:dat jaar|toen|daarvan|daaraan|daarin|daarvoor|hiervan|die twee|beide)\b", re.IGNORECASE)
# what is only listed or left out: `(hulpvraag, snel geholpen)`, `, reserves niet meegerekend`
_LISTED = re.compile(r"\s*\([^()]*,[^()]*\)|,[^,.;:?]*\bniet mee\w*[^,.;:?]*")
_INTERROGATIVE = re.compile(rf"\b{_ASKS}", re.IGNORECASE)


def asking_clause(question: str) -> str:
    """Return the last clause of a question that asks something, the whole where there is no other; without lists between ()."""
    question = _LISTED.sub("", question)
    clauses: list[str] = []
    for part in _ENDS.split(question):
        clauses += _AFTER_COMMA.split(part, maxsplit=1) if _LEADS_UP.match(part) else [part]
    if _LEANS.search(clauses[-1]):
        return question
    asking = [clause for clause in clauses if _INTERROGATIVE.search(clause)]
    return asking[-1] if len(clauses) > 1 and asking else question
