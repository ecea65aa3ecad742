"""Whether a sentence says no more, no less and nothing else than the literal sentence that it is written from.

A language model may leave out what stands between brackets, break off at the end of a clause, and put a moment in front; every
other word stays, in its place. Anything looser lets a giver become a taker, or a plan a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from begroting_qa.dutch import MONTHS, fold

# words that turn, weaken or bind what is said, and those that open what does: nothing that holds one may be left out
_BINDING = re.compile(
    r"(?:niet|niets|niemand|nooit|nergens|noch|geen|zonder|wel|evenmin|behalve|tenzij|kan|kunnen|kon|konden|mag|mogen|mocht\w*|"
    r"zou|zouden|zal|zullen|moet|moeten|moest|moesten|wil|willen|mogelijk\w*|misschien|wellicht|waarschijnlijk|eventue\w+|"
    r"verwacht\w*|verwachting|gepland\w*|beoogd\w*|voorgenomen|voorlopig\w*|concept\w*|streven|streeft|streef|verken\w*|"
    r"onderzoek\w*|overweeg\w*|als|indien|mits|wanneer|zodra|zolang|totdat|voordat|nadat|alleen|slechts|enkel|uitsluitend|"
    r"hooguit|maximaal|minimaal|minstens|hoogstens|uiterlijk|ongeveer|circa|ruim|bijna|nauwelijks|deels|gedeeltelijk|meer|"
    r"minder|nog|pas|maar|hoewel|ondanks|terwijl|tot|vanaf|sinds|voor|na|tegen|of|dat|die|waar\w*|wie|wat|om|zodat|omdat|"
    r"doordat)"
)
_WORD = re.compile(r"[^\W_]+(?:[.,:/'’+&-]+[^\W_]+)*|[€%]")
_ASIDE = re.compile(r"\s*\([^()]*\)(?!\w)")
_CLAUSE_END = re.compile(r"[,;:]\s")
_MOMENT = re.compile(
    rf"(?:(?:in|per|sinds|vanaf|eind|begin|medio|uiterlijk)\s)?"
    rf"(?:(?:de\s)?(?:zomer|winter|voorjaar|najaar|loop)\s(?:van\s)?)?(?:(?:\d{{1,2}}\s)?(?:{MONTHS})\s)?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_CONNECTORS = frozenset(("daarnaast", "ook", "verder", "bovendien", "tevens", "daarbij", "hierbij", "zo"))
_VERBS = re.compile(
    r"(?:is|zijn|was|waren|word(?:t|en)|werd(?:en)?|heeft|hebben|had(?:den)?|gaat|gaan|ging|kom(?:t|en)|blijft|blijven|start(?:en)?|"
    r"loopt|opent|sluit|krijg(?:t|en)|voer(?:t|en)|werk(?:t|en)|zet(?:ten)?|bied(?:t|en)|stijg(?:t|en)|daalt|dalen|richt(?:en)?|"
    r"ligt|liggen|staat|staan|vind(?:t|en))"
)
MIN_WORDS = 3


def says_the_same(sentence: str, quote: str) -> bool:
    """Tell whether a sentence says only what a literal sentence of a document says, and says it as firmly."""
    said, given = (" ".join(text.split()) for text in (sentence, quote))
    if set(said) - set(given) - set(given.lower()) - set(given.upper()) - {".", " "}:
        return False  # a question mark, a bracket or an emoji that does not stand there
    words = _words(said)
    if words == _words(given):
        return True
    if len(words) < MIN_WORDS:
        return False
    return any(words == form or _is_inverted(words, form) or _is_inverted(form, words) for form in _shortened(given))


def _words(text: str) -> list[str]:
    return [fold(match[0]) for match in _WORD.finditer(text)]


def _shortened(quote: str) -> Iterator[list[str]]:
    """Yield the words of a sentence, then without what stands between brackets, then of both up to the end of each clause."""
    bare = _ASIDE.sub(lambda aside: aside[0] if _binds(aside[0]) else "", quote)
    for text in dict.fromkeys((quote, bare)):
        yield _words(text)
        for end in _CLAUSE_END.finditer(text):
            if not _binds(text[end.end() :]) and text.count("(", 0, end.start()) == text.count(")", 0, end.start()):
                yield _words(text[: end.start()])


def _binds(text: str) -> bool:
    """Tell whether a stretch holds a word that the rest may lean on."""
    return any(_BINDING.fullmatch(word) for word in _words(text))


def _is_inverted(fronted: Sequence[str], plain: Sequence[str]) -> bool:
    """Tell whether a sentence is another with a moment in front, or with a connecting word that the other lacks.

    `In 2025 evalueert Hecht de aanpak` is `Hecht evalueert in 2025 de aanpak`, and `Ook wordt de aanpak herzien` holds `De aanpak
    wordt herzien`.
    """
    text = " ".join(fronted)
    moment = _MOMENT.match(text)
    if fronted and fronted[0] in _CONNECTORS:
        rest, without = list(fronted[1:]), [list(plain)]
    elif moment is not None:
        front = moment[0].split()
        rest = list(fronted[len(front) :])
        without = [
            [*plain[:at], *plain[at + len(front) :]] for at in range(1, len(plain)) if list(plain[at : at + len(front)]) == front
        ]
    else:
        return False
    if not rest or _VERBS.fullmatch(rest[0]) is None:
        return False
    verb, others = rest[0], rest[1:]
    return any(verb in form and others == [*form[: form.index(verb)], *form[form.index(verb) + 1 :]] for form in without)
