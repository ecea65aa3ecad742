"""What the corpus knows of words: which occur, how rare they are, and how much each says of a question's subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from begroting_qa.codes import find_codes
from begroting_qa.domain import Source, Term
from begroting_qa.dutch import fold, stem, tokens, word_frequency
from begroting_qa.protocols import TermStatistics

# words that frame a question and say little about its subject
_FRAME = frozenset(
    stem(word)
    for word in """gemeente gemeentelijk gemeentelijke document documenten begroting programmabegroting jaarverslag rapportage voortgangsrapportage
    programma jaar jaren stad stadsbestuur zeggen zegt gezegd staat staan stond vertel vertellen weten weet geschreven schrijft gaan doen gedaan
    komen komt kwam krijgen krijgt kreeg gekregen maken maakt gemaakt geven geeft gegeven hoeveel aantal soort manier precies eigenlijk ongeveer
    graag gebeurt gebeuren gebeurd gebeurde inhoud inhouden houdt betekent betekenis bedoeld bedoelt waarover betreft heet heten genoemd noemt
    genoemde noem plan plannen aanpak nieuw nieuwe project mensen persoon personen iemand leidse leiden dingen zaken ding gevolg verder daarbij
    bijvoorbeeld volgens afgelopen komende alle alles veel erg heel nodig ligt liggen zit zitten lopen loopt blijft blijven laten laat zien
    bekend eind begin medio periode termijn moment datum maand exact globaal kort gezamenlijk samen wethouder college raad gemeenteraad
    vraag antwoord graag even gewoon meest meeste grootste belangrijkste verwacht verwachting verwachten tussen organisatie organisaties
    partij partijen bureau instantie hulp onderwerp thema gebied reden rol taak stap welk hoe lang hoelang hoog groot
    waaraan kost kosten besteed gebruikt gebruiken inzetten ingezet zetten zet zorgen zorgt totaal precieze eerste tweede derde""".split()
)
# what a frame word adds to the subject of a question, against 1 for a word of substance
FRAME_WEIGHT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the corpus knows: its sources, how rare each term is, the words, names and codes that occur."""

    sources: tuple[Source, ...]
    terms: TermStatistics
    words: Mapping[str, int]
    words_by_initial: Mapping[str, tuple[str, ...]]
    codes: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, *, sources: tuple[Source, ...], texts: Sequence[str], terms: TermStatistics) -> Vocabulary:
        """Gather the facts of canonical texts."""
        words: Counter[str] = Counter()
        names: set[str] = set()
        for text in texts:
            for token in tokens(text):
                if not token.is_code and token.text.isalpha():
                    words[token.text] += 1
                    if token.surface[0].isupper() and text[max(0, token.start - 2) : token.start].strip(" ") not in ("", ".", ":", "\n"):
                        names.add(token.text)
        by_initial: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= 4:  # noqa: PLR2004 (a shorter word has too many neighbours)
                by_initial.setdefault(word[0], []).append(word)
        codes = {code.key for text in texts for code in find_codes(text)}
        return cls(
            sources=sources,
            terms=terms,
            words=words,
            words_by_initial={initial: tuple(found) for initial, found in by_initial.items()},
            codes=frozenset(codes),
            names=frozenset(names),
        )


def importance(term: Term, vocabulary: Vocabulary) -> float:
    """Return how much a term says of the subject, 0 to 1: its rarity here, or for a word not here, in the language."""
    if all(stem(fold(word)) in _FRAME for word in term.surface.split()):
        return FRAME_WEIGHT * (0.4 if term.is_known else 0.2)
    highest = vocabulary.terms.highest_inverse_frequency
    known = [vocabulary.terms.inverse_frequency(v) * w for v, w in term.variants if vocabulary.terms.document_frequency(v)]
    if known:
        return max(0.15, min(1.0, max(known) / highest))
    if term.is_name:
        return 1.0
    # a frequent word of the language that this corpus lacks is likelier another way of saying it than another subject
    common = max(word_frequency(fold(word)) for word in re.split(r"\W+", term.surface) if word) if term.surface else 0
    return 0.9 if common == 0 else max(0.35, 0.9 - 0.03 * common)
