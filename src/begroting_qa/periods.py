"""Dutch time: `medio 2025`, `Q2 van 2025`, `voor het einde van deze collegeperiode` -> stretches of days.

How vague words are read, as municipal planning documents use them: `begin` is the first three months of a year, `medio` May to
August, `eind` the last three; of a month they all mean the whole month. Spring, summer and autumn are the meteorological ones.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from begroting_qa.domain import Period, Span
from begroting_qa.dutch import MONTHS

_MONTH_NAMES: Sequence[str] = MONTHS.split("|")
_ORDINALS = {"eerste": 1, "1e": 1, "tweede": 2, "2e": 2, "derde": 3, "3e": 3, "vierde": 4, "4e": 4, "laatste": -1}
_NUMBERS = {"een": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6}
_SEASONS = {"voorjaar": (3, 5), "lente": (3, 5), "zomer": (6, 8), "najaar": (9, 11), "herfst": (9, 11)}
_PARTS_OF_YEAR = {"begin": (1, 3), "medio": (5, 8), "halverwege": (5, 8), "half": (5, 8), "eind": (10, 12)}
# the council is elected in March of every fourth year (Kieswet art. F 1), and the term of a college ends with it
_ELECTED, _TERM, _ELECTION_MONTH = 2022, 4, 3

_YEAR = r"(?:19|20)\d\d"
_ORDINAL = "|".join(_ORDINALS)
_PART = rf"(?:het )?(?P<part>{'|'.join(_PARTS_OF_YEAR)})e?(?: van| in)?"
_DAY = rf"(?P<day>\d{{1,2}}) (?P<day_month>{MONTHS})(?: (?P<day_year>{_YEAR}))?"
_QUARTER = (
    rf"(?:(?:het )?(?P<nth>{_ORDINAL})(?: (?:en|of) (?:het )?(?P<nth2>{_ORDINAL}))? kwartaal|Q(?P<q>[1-4])(?: (?:en|of|"
    rf"[-–]) Q(?P<q2>[1-4]))?)"
    rf"(?:,? ?(?:van |in |-|’)?(?P<quarter_year>{_YEAR}|dit jaar))?"
)
_HALF = (
    r"(?:de |het )?(?P<half>eerste|tweede|laatste) (?:helft(?: van(?: het)?)?|half ?jaar(?: van)?) ?"
    rf"(?P<half_year>{_YEAR}|dit jaar|jaar)?"
)
_SEASON = rf"(?:het |de |dit |deze |komend |komende )?(?P<season>{'|'.join(_SEASONS)})(?: van)?(?: (?P<season_year>{_YEAR}))?"
_MONTHLY = rf"(?P<month>{MONTHS})(?: (?:en|of|tot en met|tot|[-–]) (?P<month2>{MONTHS}))?(?: (?:van )?(?P<month_year>{_YEAR}))?"
_SCHOOL = rf"het schooljaar (?P<school>{_YEAR}) ?[-–/] ?(?:{_YEAR}|\d\d)"
_YEARS = rf"(?P<year>{_YEAR})(?: ?(?:[-–]|tot en met|t/m|en|of) ?(?P<year2>{_YEAR}))?"
_LASTING = rf"(?P<lasting>{_YEAR}) gedurende (?P<lasts>{'|'.join(_NUMBERS)}|\d) jaar"
_RELATIVE = (
    rf"(?P<this>dit (?:begrotings)?jaar)|(?P<next>(?:het )?(?:komende?|volgende?) jaar)|"
    rf"(?:de )?komende (?P<coming>{'|'.join(_NUMBERS)}|\d) (?P<of>jaar|jaren|maanden)|"
    r"(?:het einde van )?(?P<term>(?:deze|de huidige) (?:college|raads|bestuurs)periode)"
)
_UNTIL = r"voor|vóór|uiterlijk|tot en met|t/m|tot|binnen"
_FROM = r"vanaf|met ingang van|per|sinds"
_PERIOD = re.compile(
    rf"(?<![\w-])(?<!\bna )(?:(?P<until>{_UNTIL}) (?:in |uiterlijk )?|(?P<since>{_FROM}) |(?P<within>in de loop van|in|"
    rf"gedurende|tijdens|over|op|rond) )?"
    rf"(?:(?P<is_part>{_PART} (?:(?P<part_month>{MONTHS})(?: (?P<month_of>{_YEAR}))?|(?P<part_year>{_YEAR}|dit jaar|"
    rf"volgend jaar)))|"
    rf"(?P<is_day>{_DAY})|(?P<is_quarter>{_QUARTER})|(?P<is_half>{_HALF})|(?P<is_season>{_SEASON})|(?P<is_month>{_MONTHLY})|"
    rf"(?P<is_school>{_SCHOOL})|(?P<is_lasting>{_LASTING})|(?P<is_years>{_YEARS})|(?P<is_relative>{_RELATIVE}))(?![\w-]|[.]\d)",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated(Span):
    """A stretch of text that names a period; `is_deadline` says that it is what something must be ready by."""

    period: Period
    is_deadline: bool


def find_periods(text: str, as_of: date) -> Iterator[Dated]:
    """Yield the periods that a text of day `as_of` names, in order; a year that only belongs to a name is none.

    A bare year, month or season counts only behind a preposition (`in 2025`): `Kaderbrief 2024` is a title.
    """
    for match in _PERIOD.finditer(text):
        has_lead = match["until"] or match["since"] or match["within"]
        is_bare = match["is_years"] or match["is_lasting"] or match["is_month"] or match["is_season"]
        if is_bare and not has_lead and not _opens_with_it(match, text):
            continue
        days = _days(match, as_of)
        if days is None:
            continue
        first, last = days
        word = (match["until"] or "").lower()
        is_for = word == "voor" and _says_what_for(match, text)
        is_deadline = bool(word) and not is_for
        if is_deadline:
            first = min(as_of, last)
        period = Period(text=match[0].strip(), first=first, last=last)
        yield Dated(start=match.start(), end=match.start() + len(match[0].rstrip()), period=period, is_deadline=is_deadline)


def _says_what_for(match: re.Match[str], text: str) -> bool:
    """Tell whether `voor 2025` or `gepland voor het najaar` says what something is for, and not before when it is ready."""
    is_planned = re.search(r"(?:gepland|voorzien|geagendeerd|staat) $", text[: match.start()]) is not None
    opens_with_season = bool(match["is_season"]) and match.start() == 0
    return bool(match["is_years"] or match["is_school"]) or is_planned or opens_with_season


def _opens_with_it(match: re.Match[str], text: str) -> bool:
    """Tell whether a month with its year stands by itself (`De vergadering van december 2024`)."""
    return bool(match["month_year"]) and re.search(r"(?:van|is|wordt|worden|,|\() $", text[: match.start()]) is not None


def _days(match: re.Match[str], as_of: date) -> tuple[date, date] | None:
    """Return the first and the last day, None where the text says too little."""
    if match["part_month"]:
        month = _month(match["part_month"])
        return _months(_year_of(match["month_of"], as_of), month, month)
    if match["is_part"]:
        first, last = _PARTS_OF_YEAR[match["part"].lower()]
        return _months(_year_of(match["part_year"], as_of), first, last)
    if match["is_day"]:
        return _day(match, as_of)
    if match["is_quarter"]:
        return _quarter(match, as_of)
    if match["is_half"]:
        first = 1 if match["half"].lower() == "eerste" else 7
        return _months(_year_of(match["half_year"], as_of), first, first + 5)
    if match["is_season"]:
        first, last = _SEASONS[match["season"].lower()]
        return _months(_year_of(match["season_year"], as_of), first, last)
    if match["is_month"]:
        first = _month(match["month"])
        last = _month(match["month2"]) if match["month2"] else first
        return _months(_year_of(match["month_year"], as_of), first, last)
    if match["is_school"]:
        return date(int(match["school"]), 8, 1), date(int(match["school"]) + 1, 7, 31)
    if match["is_lasting"]:
        first = int(match["lasting"])
        return date(first, 1, 1), date(first + _number(match["lasts"]) - 1, 12, 31)
    if match["is_years"]:
        first = int(match["year"])
        last = int(match["year2"] or first)
        return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None
    return _relative(match, as_of)


def _day(match: re.Match[str], as_of: date) -> tuple[date, date] | None:
    month, day = _month(match["day_month"]), int(match["day"])
    year = _year_of(match["day_year"], as_of)
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    found = date(year, month, day)
    is_before = (match["until"] or "").lower() in ("voor", "vóór", "tot")
    return (found, found - timedelta(days=1)) if is_before else (found, found)


def _quarter(match: re.Match[str], as_of: date) -> tuple[date, date]:
    first = int(match["q"]) if match["q"] else _nth(match["nth"], 4)
    last = int(match["q2"]) if match["q2"] else _nth(match["nth2"], 4) if match["nth2"] else first
    return _months(_year_of(match["quarter_year"], as_of), 3 * first - 2, 3 * last)


def _relative(match: re.Match[str], as_of: date) -> tuple[date, date]:
    if match["this"]:
        return date(as_of.year, 1, 1), date(as_of.year, 12, 31)
    if match["next"]:
        return date(as_of.year + 1, 1, 1), date(as_of.year + 1, 12, 31)
    if match["coming"]:
        count = _number(match["coming"])
        if match["of"].lower() == "maanden":
            return as_of, as_of + timedelta(days=round(count * 30.44))
        return date(as_of.year + 1, 1, 1), date(as_of.year + count, 12, 31)
    end = _ELECTED + _TERM * -(-(as_of.year - _ELECTED) // _TERM)
    if end == as_of.year and as_of.month > _ELECTION_MONTH:
        end += _TERM
    return as_of, date(end, _ELECTION_MONTH, 31)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    # `december tot en met maart 2026` begins in the year before
    return date(year - (last < first), first, 1), date(year, last, monthrange(year, last)[1])


def _month(name: str) -> int:
    return _MONTH_NAMES.index(name.lower()) + 1


def _nth(word: str, count: int) -> int:
    number = _ORDINALS[word.lower()]
    return count if number < 0 else number


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _year_of(named: str | None, as_of: date) -> int:
    """Return the year that is named; without one, or as `dit jaar`, that of the text."""
    if named and named.isdigit():
        return int(named)
    return as_of.year + 1 if named and named.lower().startswith("volgend") else as_of.year
