"""Question -> Quantity: which numbers it asks for, of which years and phase, and what is to be done with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import TypeVar

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from begroting_qa.domain import Measure, Operation, Phase, Quantity
from begroting_qa.dutch import fold, is_dutch_word, is_noun, tokens
from begroting_qa.measures import is_measure, measures_named
from begroting_qa.understand import phrases

MAX_YEARS = 20
_FLOWS = frozenset((Measure.SALDO, Measure.TOEVOEGING, Measure.ONTTREKKING))
_OVER_YEARS = frozenset((Operation.SERIES, Operation.AVERAGE, Operation.SUM))
_EXTREMES = frozenset((Operation.HIGHEST, Operation.LOWEST))
_OF_ONE_YEAR = frozenset((Operation.LOOK_UP, Operation.SERIES))
SHORTEST_MENDED = 4
# two years may be compared, more are a series
A_PAIR = 2
Kind = TypeVar("Kind")


@cache
def _frame() -> frozenset[str]:
    text = resources.files("begroting_qa").joinpath("lexicon/quantity_words.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
_SPELLED = {
    **{word: number for number, word in enumerate(_UNITS, 1)},
    **{word: number for number, word in enumerate(_TEENS, 10)},
    "twintig": 20, "dertig": 30,
    **{f"{word}{'en' if not word.endswith('e') else 'ën'}twintig": 20 + number for number, word in enumerate(_UNITS, 1)},
    **{f"{word}entwintig": 20 + number for number, word in enumerate(_UNITS, 1)},
}  # fmt: skip
_SPELLED_YEAR = re.compile(r"\btweeduizend ?(?:en ?)?([a-zë]+)\b", re.IGNORECASE)
_SPELLED_PROGRAMME = re.compile(rf"\bprogramma ({'|'.join((*_UNITS, *_TEENS))})\b", re.IGNORECASE)


_MEASURE_OF = re.compile(
    r"\b(?!programma|subsidie)(\w{4,}?)-?(lasten|baten|saldo|stortingen|onttrekkingen|toevoegingen)\b", re.IGNORECASE
)
_OR_NOT = re.compile(r",? of niet\b", re.IGNORECASE)
_COMPARED_WITH = re.compile(r"\b(?:tov\b|t\.o\.v\.?(?=\s|$))", re.IGNORECASE)
_RESERVE_OF = re.compile(r"\b(?!bestemmings|algemene|egalisatie)(\w{4,})-?reserve\b", re.IGNORECASE)


def spelled_out(text: str) -> str:
    """Return a text with what a telephone hears, as `tweeduizend zevenentwintig` and `programma negen`, in digits.

    `t.o.v.` and `Oekraïnereserve` are written in the words of a budget.
    """
    text = _SPELLED_YEAR.sub(lambda m: str(2000 + _SPELLED[m[1].lower()]) if m[1].lower() in _SPELLED else m[0], text)
    text = _SPELLED_PROGRAMME.sub(lambda m: f"programma {_SPELLED[m[1].lower()]}", text)
    text = _OR_NOT.sub("", text)
    text = _COMPARED_WITH.sub("ten opzichte van", text)
    text = _RESERVE_OF.sub(r"reserve \1", text)
    return _MEASURE_OF.sub(_apart, text)


def _apart(compound: re.Match[str]) -> str:
    """Return `preventielasten` as `lasten preventie`, and a word that only looks like one as it is."""
    subject, measure = compound[1], compound[2]
    if fold(subject) == "reserve":
        return f"{measure} reserves"
    return f"{measure} {subject}" if is_noun(fold(subject)) else compound[0]


def find_quantity(text: str, typed: str, years: Sequence[int]) -> Quantity | None:
    """Return what numbers a question asks for, None where it asks for something else.

    `text` is the question with its spelling mended, `typed` as it came; `years` are those that it names.
    """
    # that is no account
    text = re.sub(r"voor (?:rekening (?:komt |kwam |komen )?van|(?:zijn|haar|hun) rekening)", "komt van", text)
    said = _in_budget_words(" ".join(_mended(word) for word in fold(text).split(" ")))
    asks_target = phrases.TARGET.search(said) is not None and phrases.AIM.search(said) is not None
    if phrases.OTHER.search(said) or not (asks_target or phrases.ASKS.search(said)):
        return None
    measures = _measures_asked(said, typed)
    of_programme = phrases.OF_PROGRAMME.search(said) is not None
    operation, grows, periods, is_range = _asked_over(said, years)
    if operation is Operation.SHARE and not (measures or of_programme):
        operation = Operation.LOOK_UP  # `welk aandeel van de inwoners` is a number that the table gives
    phases = tuple(_named(phrases.PHASES, said))
    if len(periods) == 1 and phrases.BUDGETED.search(said):
        phases = tuple(phase for phase in phases if phase is not Phase.REKENING)
    of_money = bool({Phase.REKENING, Phase.MEERJARENRAMING} & set(phases)) or (operation is Operation.SHARE and of_programme)
    is_obliged = phrases.OBLIGED.search(said) is not None and not phases and not phrases.WAITS.search(said)
    if is_obliged:
        phases = (Phase.STREEFWAARDE, Phase.BEGROTING)  # what had to be is not what was counted
    words = {token.text for token in (*tokens(text), *tokens(typed)) if asks_number(token.text)}
    return Quantity(
        operation=operation,
        measures=tuple(measures),
        phases=phases,
        periods=periods,
        is_range=is_range,
        is_money=bool(measures) or of_money or phrases.MONEY.search(said) is not None,
        is_total=phrases.TOTAL.search(said) is not None,
        is_obliged=is_obliged,
        asks_amount=phrases.AMOUNT.search(said) is not None,
        is_stock=phrases.STOCK.search(said) is not None and not _FLOWS & set(measures),
        grows=grows,
        aspects=frozenset(aspect for aspect, pattern in phrases.ASPECTS if pattern.search(said)),
        said=said,
        words=frozenset(words),
    )


def _measures_asked(said: str, typed: str) -> list[Measure]:
    """Return what a question wants measured, by the names of measures and by what it says is done with the money."""
    said, typed = phrases.ASIDE.sub(" ", said), phrases.ASIDE.sub(" ", fold(typed))
    measures = list(dict.fromkeys((*measures_named(said), *measures_named(typed))))
    if Measure.SUBSIDIE in measures:
        return [Measure.SUBSIDIE]  # `Subsidie saldo` is what is given, and no saldo of lasten and baten
    if phrases.AFTER_RESERVES.search(said) or Measure.RESULTAAT in measures:
        return [Measure.RESULTAAT]
    if any(pattern.search(said) for pattern in phrases.NET):
        return [Measure.SALDO]
    if phrases.FROM_RESERVE.search(said) and Measure.TOEVOEGING not in measures:
        return [Measure.ONTTREKKING]
    if phrases.INTO_RESERVE.search(said) and Measure.ONTTREKKING not in measures:
        return [Measure.TOEVOEGING]
    if not measures and phrases.COMES_IN.search(said):
        return [Measure.BATEN]
    return measures or ([Measure.LASTEN] if phrases.SPENDS.search(said) else [])


def _asked_over(said: str, years: Sequence[int]) -> tuple[Operation, bool, tuple[str, ...], bool]:
    """Return what is to be done, whether what grew is asked for, over which years, and whether these are a stretch."""
    periods, is_range = _periods(said, years)
    operation, grows = _operation(said, periods)
    asks_sum = phrases.IN_ALL.search(said) is not None and phrases.EACH_YEAR.search(said) is None
    if phrases.MINUS.search(said) and operation is Operation.DIFFERENCE:
        operation = Operation.LOOK_UP  # that is the saldo
    elif phrases.IN_AND_OUT.search(said):
        operation = Operation.SUM if len(periods) > 1 else Operation.LOOK_UP
    elif phrases.NETS.search(said) and "reserve" in said:
        operation = Operation.SERIES if is_range else Operation.LOOK_UP  # a saldo of a reserve is a change itself
    elif operation is Operation.SERIES and asks_sum and len(periods) > A_PAIR:
        operation = Operation.SUM  # `hoeveel wordt er van 2025 tot en met 2028 in totaal gestort?`
    between = phrases.BETWEEN.search(said)
    is_over_years = operation in _OVER_YEARS or (operation in _EXTREMES and not grows and phrases.WHICH_YEAR.search(said))
    if is_over_years and between is not None and int(between[1]) < int(between[2]):
        periods, is_range = tuple(str(year) for year in range(int(between[1]), int(between[2]) + 1)), True
    elif operation in _OF_ONE_YEAR and not is_range:
        rest = _without_document_years(said, periods)
        periods = rest if operation is Operation.SERIES else rest or periods  # `alle jaren uit de begroting 2025`
    return operation, grows, periods, is_range


@lru_cache(maxsize=10_000)
def asks_number(word: str) -> bool:
    """Tell whether a folded word says which number is asked for or what to do with it, and nothing of its subject."""
    return any(form in _frame() or _is_named(form) or _operates(form) for form in {word, _mended(word)})


def _in_budget_words(said: str) -> str:
    """Return a folded question with the words of a budget for everyday ones: `spaarpotjes` are reserves."""
    for pattern, word in phrases.EVERYDAY:
        said = pattern.sub(word, said)
    return said


def _mended(word: str) -> str:
    """Return a word that is no Dutch word and one letter off `lasten` or `streefwaarde` as that word."""
    if len(word) < SHORTEST_MENDED or not word.isalpha() or is_dutch_word(word):
        return word
    near = extract(word, phrases.MENDED_TO, scorer=OSA.distance, score_cutoff=1, limit=1)
    return near[0][0] if near else word


def _named(kinds: Sequence[tuple[Kind, str]], said: str) -> Iterator[Kind]:
    for kind, pattern in kinds:
        if re.search(rf"\b(?:{pattern})\b", said):
            yield kind


def _operates(word: str) -> bool:
    """Tell whether a word says what to do with numbers: `gestegen`, `optelt`, `ontwikkeld`."""
    return any(pattern.fullmatch(word) for pattern in phrases.WORDS)


def _is_named(word: str) -> bool:
    return is_measure(word) or any(re.fullmatch(pattern, word) for _, pattern in phrases.PHASES)


def _periods(said: str, years: Sequence[int]) -> tuple[tuple[str, ...], bool]:
    """Return the years asked for, and whether they are a stretch: `2025 tot en met 2028`, `vanaf 2025`."""
    found = [str(year) for year in years]
    is_range = False
    for match in phrases.THROUGH.finditer(said):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + MAX_YEARS:
            found += [str(year) for year in range(first, last + 1)]
            is_range = True
    since = phrases.SINCE.search(said)
    if since is not None and len(found) == 1:
        found = [str(year) for year in range(int(since[1]), int(since[1]) + MAX_YEARS)]
        is_range = True
    return (tuple(sorted(dict.fromkeys(found))) if len(found) > 1 else tuple(found)), is_range


def _without_document_years(said: str, periods: tuple[str, ...]) -> tuple[str, ...]:
    """Return the years without those that only name a document."""
    of_documents = {m[1] or m[2] for m in phrases.DOCUMENT_YEAR.finditer(said)}
    return tuple(period for period in periods if period not in of_documents)


def _operation(said: str, periods: Sequence[str]) -> tuple[Operation, bool]:
    """Return what is to be done, and whether the highest or lowest growth is asked for."""
    grows = re.search(rf"\b{phrases.GROWTH}\b", said) is not None
    down = phrases.DOWN.search(said) is not None
    if phrases.WHICH_OF_TWO.search(said):
        return (Operation.LOWEST if re.search(r"\b(?:minder|lager|kleiner)\b", said) else Operation.HIGHEST), False
    if (down or phrases.UP.search(said)) and phrases.WHICH.search(said):
        return (Operation.LOWEST if down else Operation.HIGHEST), grows
    if phrases.TARGET.search(said) and phrases.AIM.search(said) and "reserve" not in said:
        return Operation.TARGET, False
    has_several = len(periods) > A_PAIR
    asks_each = has_several and phrases.HOW_MANY.search(said) is None
    is_percentual = phrases.PERCENTUAL.search(said) and (grows or len(periods) > 1 or phrases.COMPARES.search(said))
    ordered = (
        (Operation.AVERAGE, phrases.AVERAGE.search(said) or (has_several and phrases.MEAN.search(said))),
        (Operation.SHARE, phrases.SHARE.search(said) and not (grows and len(periods) == A_PAIR)),
        (Operation.CHANGE, is_percentual),
        (Operation.DIFFERENCE, phrases.DIFFERENCE.search(said) and not phrases.DEVELOPS.search(said) and not asks_each),
        (Operation.RATIO, phrases.RATIO.search(said)),
        (Operation.SUM, phrases.SUM.search(said)),
        (Operation.SERIES, phrases.SERIES.search(said) or has_several),
    )
    return next((operation for operation, found in ordered if found), Operation.LOOK_UP), False
