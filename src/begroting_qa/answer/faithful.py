"""Whether a sentence says no more, no less and nothing else than the literal sentence that it is written from.

A language model may leave out, shorten and reorder, and nothing else. So all that carries meaning must stand in the source:
each content word, each number with its scale, each name; what turns or weakens a meaning (`niet`, `mogelijk`, `daalt`) must be
just as it is there, and the order of words must mostly be kept, or a giver becomes a taker.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from begroting_qa.codes import find_codes
from begroting_qa.dutch import MONTHS, STOP_WORDS, fold, stem, tokens

# words that turn, weaken or bound what is said: leaving one out, or adding one, says something else
_TURNING = re.compile(
    r"(?:niet|niets|niemand|nooit|nergens|noch|geen|zonder|wel|evenmin|behalve|tenzij|"
    r"kan|kunnen|kon|konden|mag|mogen|mocht|mochten|zou|zouden|mogelijk\w*|misschien|wellicht|waarschijnlijk|eventue\w+|verwacht\w*|"
    r"verwachting|streven|streeft|streef|verken\w*|onderzoek|onderzoekt|onderzoeken|overweeg\w*|overweg\w+|bezien|poging|"
    r"proberen|probeert|als|indien|mits|alleen|slechts|enkel|uitsluitend|hooguit|maximaal|minimaal|minstens|hoogstens|ongeveer|"
    r"circa|ruim|bijna|meer|minder|hogere?|lagere?|groter|kleiner|beter|slechter|meest\w*|minst\w*|stijg\w*|steeg|stegen|gestegen|"
    r"daalt?|dalen|daling|daalde\w*|gedaald|toe(?:name|genomen)|af(?:name|genomen)|verhoog\w*|verhog\w+|verlaag\w*|verlag\w+|"
    r"bezuinig\w*|alle|iedere?|elke?|sommige|enkele|veel|weinig|beide|eerste|laatste|"
    r"moet|moeten|moest|moesten|zal|zullen|willen|wil|wilde|wilden)"
)
_NUMERAL = re.compile(
    r"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|half|halve|helft|dubbel|\w*tien|\w*twintig|"
    r"\w*dertig|\w*veertig|\w*vijftig|\w*tig|\w*honderd|\w*duizend|miljoen|miljard|mln|procent|euro)"
)
_MONTH = re.compile(rf"(?:{MONTHS})")
_NUMBER = re.compile(r"(?:-/-\s?|[-–−])?(?:€\s?)?\d[\d.,:/]*\d|(?:-/-\s?|[-–−])?(?:€\s?)?\d")
_SCALE = re.compile(r"\s?(%|procent\b|miljoen\b|miljard\b|mln\b|duizend\b|fte\b)", re.IGNORECASE)
# where one statement ends and another begins; a negation counts within its own
_CLAUSE = re.compile(r"[,;:()]|\s[-–]\s|\b(?:en|maar|of|want|omdat|doordat|terwijl|zodat|waardoor|waarbij|die|dat|hoewel)\b")
_ASIDE = re.compile(r"\([^()]*\)")
_LINK = re.compile(r"https?:|www\.|[<>{}|]|\]\(")
# `We` of a document may be told of as the municipality
_WE = frozenset(("we", "wij", "ons", "onze"))
_MUNICIPALITY = "gemeente"
_ARTICLES = frozenset(("de", "het", "een"))
MIN_IN_ORDER = 0.6
MIN_CONTENT = 2


class Kind(Enum):
    """What a word does in a sentence."""

    CONTENT = "content"
    NAME = "name"
    NUMBER = "number"
    TURNING = "turning"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is compared and as it stands, what it does, in which clause, and whether that is between brackets."""

    key: str
    text: str
    kind: Kind
    clause: int
    is_aside: bool


def says_the_same(sentence: str, quote: str) -> bool:
    """Tell whether a sentence says only what a literal sentence of a document says, and says it as firmly."""
    if _LINK.search(sentence):
        return False
    said, given = (_words(" ".join(text.split())) for text in (sentence, quote))
    in_quote = {fold(token.text) for token in tokens(quote)}
    if in_quote & _WE:
        said = [word for word in said if word.key != stem(_MUNICIPALITY)]
    if sum(word.kind in (Kind.CONTENT, Kind.NAME) for word in said) < MIN_CONTENT:
        return False
    if Counter(w.key for w in said if w.key not in _ARTICLES) - Counter(w.key for w in given):
        return False
    if any(word.kind is Kind.NAME and word.text not in in_quote for word in said):
        return False  # one letter of a name may be all that stems leave out
    numbers_kept = _is_subsequence(_keys(said, Kind.NUMBER), _keys(given, Kind.NUMBER))
    # the first word of a sentence may be a name
    names_kept = _is_subsequence(_keys(said, Kind.NAME), _keys(given, Kind.NAME, Kind.CONTENT))
    if not (numbers_kept and names_kept):
        return False
    said = [word for word in said if word.kind is not Kind.FUNCTION]
    given = [word for word in given if word.kind is not Kind.FUNCTION]
    # a year may stand anywhere in a sentence
    timeless = [w.key for w in said if w.kind is not Kind.NUMBER]
    if len(_in_order(timeless, [w.key for w in given])) < MIN_IN_ORDER * len(timeless):
        return False
    places = _in_order([w.key for w in said], [w.key for w in given])
    after = given[places[-1] + 1 : places[-1] + 2]
    if _keys(after, Kind.TURNING):
        return False  # cut off right before `niet`
    used = {given[at].clause for at in places}
    within = [w for w in given if min(used) <= w.clause <= max(used) and (w.clause in used or not w.is_aside)]
    if Counter(_keys(within, Kind.TURNING)) != Counter(_keys(said, Kind.TURNING)):
        return False
    # who is named between the words that are used takes part in what they say
    between = [w for w in given[places[0] : places[-1] + 1] if w.clause in used or not w.is_aside]
    return not Counter(_keys(between, Kind.NAME)) - Counter(w.key for w in said)


def _words(text: str) -> list[_Word]:
    """Return the words of a text in order; a number and its scale are one."""
    ends = [m.start() for m in _CLAUSE.finditer(text)]
    asides = [m.span() for m in _ASIDE.finditer(text)]
    found: list[_Word] = []
    starts: list[int] = []

    def add(key: str, folded: str, kind: Kind, at: int) -> None:
        found.append(_Word(key, folded, kind, sum(end < at for end in ends), any(a < at < b for a, b in asides)))
        starts.append(at)

    taken: list[tuple[int, int]] = []
    for code in find_codes(text):
        add(code.key, code.key, Kind.NUMBER, code.start)
        taken.append((code.start, code.end))
    for match in _NUMBER.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            scale = _SCALE.match(text, match.end())
            key = re.sub(r"\s", "", fold(match[0].rstrip(".,:/") + (scale[1] if scale else "")))
            add(key, key, Kind.NUMBER, match.start())
            taken.append((match.start(), scale.end() if scale else match.end()))
    opens = True
    for token in tokens(text):
        is_first, opens = opens, False
        if not any(a <= token.start < b for a, b in taken):
            kind = _kind(token.text, token.surface, is_first=is_first)
            add(stem(token.text) if kind in (Kind.CONTENT, Kind.NAME) else token.text, token.text, kind, token.start)
    return [found[n] for n in sorted(range(len(found)), key=lambda n: starts[n])]


def _kind(word: str, surface: str, *, is_first: bool) -> Kind:
    if word.isdigit() or _NUMERAL.fullmatch(word) or _MONTH.fullmatch(word) or (word == "een" and surface.lower() != "een"):
        return Kind.NUMBER
    if _TURNING.fullmatch(word):
        return Kind.TURNING
    if word in STOP_WORDS:
        return Kind.FUNCTION
    return Kind.NAME if not is_first and surface[0].isupper() else Kind.CONTENT


def _keys(words: Sequence[_Word], *kinds: Kind) -> list[str]:
    return [word.key for word in words if word.kind in kinds]


def _is_subsequence(part: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(key in rest for key in part)


def _in_order(said: Sequence[str], given: Sequence[str]) -> list[int]:
    """Return the places in `given` of the longest common subsequence."""
    lengths = [[0] * (len(given) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said) - 1, -1, -1):
        for j in range(len(given) - 1, -1, -1):
            same = said[i] == given[j]
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if same else max(lengths[i + 1][j], lengths[i][j + 1])
    places: list[int] = []
    i = j = 0
    while i < len(said) and j < len(given):
        if said[i] == given[j]:
            places.append(j)
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return places
