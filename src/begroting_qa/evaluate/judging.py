"""What is right and what breaks a rule: one answer in the contract's form, judged against its case and the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from begroting_qa.codes import find_codes
from begroting_qa.evaluate.cases import Case, comparable
from begroting_qa.wire.bodies import AnswerBody, CitationBody, FigureBody, StepBody

MAX_ANSWER_CHARS = 700
MAX_ITEM_CHARS = 300
MAX_TABLE_CHARS = 8000
_MARKER = re.compile(r"\s?\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule under `What always holds` in CONTRACT.md that an answer breaks; `rule` is its number there."""

    rule: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the documents are: canonical texts and titles by document id, and every year that they name."""

    texts: Mapping[str, str]
    titles: Mapping[str, str]
    years: frozenset[str]


# --- right answers ------------------------------------------------------------------------------------------------------


def is_right(case: Case, answer: AnswerBody) -> bool:
    """Whether an answerable case got an accepted answer, or an unanswerable one a refusal.

    An accepted answer counts within the first 700 characters of `answer` and within all of `items`, as in SQuAD's
    `answer in prediction` (Rajpurkar et al., EMNLP 2016) with lenient blanks, quotation marks and dashes. A string that
    starts or ends in a digit does not count inside a longer number. An amount counts in any notation of its value:
    `€ 43,77 mln` is `43.770` in an answer that says `x 1.000`.
    """
    if not case.is_answerable:
        return answer.status != "answered"
    return parts_told(case, answer) == 1.0


def parts_told(case: Case, answer: AnswerBody) -> float:
    """Return how much of an accepted answer is there: of the alternative that is told best, the share of its parts."""
    if answer.status != "answered" or not case.accepted:
        return 0.0
    shown = "\n".join([answer.answer[:MAX_ANSWER_CHARS], *(item.text for item in answer.items)])
    text = comparable(_MARKER.sub("", shown))
    return max(sum(_occurs(part, text) for part in alternative) / len(alternative) for alternative in case.accepted)


def _occurs(part: str, text: str) -> bool:
    wanted = comparable(part)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None or _same_amount(wanted, text)


def _same_amount(wanted: str, text: str) -> bool:
    """Tell whether a text holds the value of an amount of money in another notation; a bare figure is no amount."""
    amount = re.fullmatch(rf"(?:€ ?)?{_NUMBER.pattern}(?: euro)?", wanted)
    if amount is None or not (amount["scale"] or "€" in wanted or "euro" in wanted):
        return False
    values = {abs(v) for v in _values(amount, wanted) if isinstance(v, Decimal)}
    found = {abs(v) for match in _NUMBER.finditer(text) for v in _values(match, text) if isinstance(v, Decimal)}
    in_thousands = {v * 1000 for v in found} if re.search(r"x ?(?:€ ?)?1\.000", text) else set[Decimal]()
    return bool(values & (found | in_thousands))


# --- rules --------------------------------------------------------------------------------------------------------------


def broken_rules(answer: AnswerBody, facts: Facts) -> tuple[Breach, ...]:
    """Return what an answer breaks of rules 1 to 4 under `What always holds` in CONTRACT.md, in order of rule."""
    found = chain(_misquotes(answer, facts), _inventions(answer, facts), _contradictions(answer), _lengths(answer))
    return tuple(Breach(rule=rule, detail=detail) for rule, detail in found)


def _misquotes(answer: AnswerBody, facts: Facts) -> Iterator[tuple[int, str]]:
    for c in answer.citations:
        text = facts.texts.get(c.document_id, "")
        if not 0 <= c.start < c.end <= len(text) or text[c.start : c.end] != c.quote:
            yield 1, f"[{c.marker}] {c.document_id} {c.start}-{c.end}"
    markers = [c.marker for c in answer.citations]
    if len(set(markers)) < len(markers):
        yield 1, f"{markers}"
    quotes = " ".join(c.quote for c in answer.citations)
    named = {int(m[1]) for m in _MARKER.finditer(answer.answer) if m[0].strip() not in quotes}
    for marker in sorted((named | {item.citation for item in answer.items}) - set(markers)):
        yield 1, f"[{marker}]"


def _inventions(answer: AnswerBody, facts: Facts) -> Iterator[tuple[int, str]]:
    allowed = [answer.question, *chain.from_iterable(_given(c) for c in answer.citations)]
    scaled = {c.marker: _scale_above(c, facts) for c in answer.citations}
    by_marker = {c.marker: c for c in answer.citations}
    for figure in answer.figures:
        cited = by_marker.get(figure.citation or 0)
        if cited is None or not _is_cell(figure, cited, facts, scaled[cited.marker]):
            yield 2, f"figure {figure.display} [{figure.citation}]"
        else:
            allowed += [*figure.row_path, *figure.column_path, _plain(Decimal(figure.value))]
            if figure.unit == "EUR" and scaled[cited.marker] > 1:
                allowed.append(_plain(Decimal(scaled[cited.marker])))
    for step in answer.calculation.steps if answer.calculation else ():
        result = _recompute(step, [by_marker[i].quote for i in step.inputs if i in by_marker])
        if result is None or len(step.inputs) != len([i for i in step.inputs if i in by_marker]):
            yield 2, f"calculation {step.expression} = {step.result}"
        else:
            factor = max((scaled[i] for i in step.inputs), default=1) if step.unit.startswith("x") else 1
            allowed += [_plain(v) for v in (result, -result, result * factor, -result * factor)]
    if answer.status != "answered":
        allowed += [*facts.titles.values(), *facts.years]
    proven = _Exact.of(allowed)
    for text in [answer.answer, *(item.text for item in answer.items)]:
        for kind, missing in _Exact.of([_MARKER.sub("", text)]).beyond(proven):
            yield 2, f"{kind} {missing}"


def _is_cell(figure: FigureBody, cited: CitationBody, facts: Facts, scale: int) -> bool:
    """Tell whether a figure is what its cell says, at the scale of its table, under labels that its document has."""
    text = comparable(facts.texts.get(cited.document_id, ""))
    numbers = {v for match in _NUMBER.finditer(comparable(cited.quote)) for v in _values(match, comparable(cited.quote))}
    values = {v * factor for v in numbers if isinstance(v, Decimal) for factor in (1, scale if figure.unit == "EUR" else 1)}
    heads = [comparable(head) for head in (*figure.row_path, *figure.column_path)]
    return Decimal(figure.value).normalize() in {v.normalize() for v in values} and all(head in text for head in heads)


def _scale_above(cited: CitationBody, facts: Facts) -> int:
    """Return the scale that the words nearest above a cell give: 1000 under `bedragen x 1.000`."""
    above = comparable(facts.texts.get(cited.document_id, "")[max(0, cited.start - MAX_TABLE_CHARS) : cited.start])
    found = list(re.finditer(r"\bx ?(?:€ ?)?(1\.000\.000|1\.000)\b", above))
    return int(found[-1][1].replace(".", "")) if found else 1


def _plain(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _recompute(step: StepBody, quotes: Sequence[str]) -> Decimal | None:
    """Return the result of a calculation done anew, None where it is another or its numbers are not those quoted."""
    spoken = {abs(v) for q in quotes for m in _NUMBER.finditer(comparable(q)) for v in _values(m, q) if isinstance(v, Decimal)}
    digits = re.findall(r"\d[\d.,]*", step.expression)
    operands = [Decimal(d.replace(".", "").replace(",", ".")) for d in digits]
    free = {Decimal(100), Decimal(len(step.inputs))}
    if any(operand not in spoken | free for operand in operands):
        return None
    plain = re.sub(r"\d[\d.,]*", lambda m: f"D('{m[0].replace('.', '').replace(',', '.')}')", step.expression)
    plain = plain.replace("−", "-").replace("÷", "/").replace("×", "*")
    if not re.fullmatch(r"(?:D\('[\d.]+'\)|[-+*/() ])+", plain):
        return None
    value = Decimal(eval(plain, {"__builtins__": {}, "D": Decimal}))  # noqa: S307 (numbers and four operators, checked above)
    told = Decimal(step.result.replace(".", "").replace(",", "."))
    # what is rounded has one decimal, or none in the thousands of a table
    places = ("0.1", "1") if step.unit.startswith("x") else ("0.1",)
    return told if told in (value, *(value.quantize(Decimal(p), rounding=ROUND_HALF_UP) for p in places)) else None


def _given(citation: CitationBody) -> tuple[str, ...]:
    return citation.quote, citation.title, str(citation.year)


def _contradictions(answer: AnswerBody) -> Iterator[tuple[int, str]]:
    is_answered = answer.status == "answered"
    if is_answered != bool(answer.citations):
        yield 3, f"{answer.status}, {len(answer.citations)} citations"
    if is_answered == (answer.refusal is not None):
        yield 3, f"{answer.status}, refusal {'present' if is_answered else 'absent'}"
    if not answer.answer.strip():
        yield 3, "empty answer"
    if answer.items and not is_answered:
        yield 3, f"{answer.status}, {len(answer.items)} items"


def _lengths(answer: AnswerBody) -> Iterator[tuple[int, str]]:
    if len(answer.answer) > MAX_ANSWER_CHARS:
        yield 4, f"answer: {len(answer.answer)}"
    for item in answer.items:
        if len(item.text) > MAX_ITEM_CHARS:
            yield 4, f"item: {len(item.text)}"


# --- numbers, dates and codes: read here anew, since a judge that shares the product's reader shares its blind spots ------

_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE = re.compile(rf"(?:\b(\d{{1,2}})(?:e|ste|de)? )?\b({_MONTHS})\b(?: (\d{{4}})\b)?")
_NUMBER = re.compile(
    r"(?P<minus>-/- ?|(?<![^\W\d_])-(?=(?:€ ?)?\d))?(?:€ ?)?(?P<digits>\d+(?:[.,]\d+)*)"
    r"(?: ?(?P<scale>duizend|miljoen|mln|miljard|mld)\b)?"
)
_SCALES = {None: 1, "duizend": 10**3, "miljoen": 10**6, "mln": 10**6, "miljard": 10**9, "mld": 10**9}
_Date = tuple[str | None, str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exact:
    """What in a text must not be invented."""

    numbers: frozenset[Decimal | str]
    dates: frozenset[_Date]
    codes: frozenset[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Exact:
        numbers: set[Decimal | str] = set()
        dates: set[_Date] = set()
        codes: set[str] = set()
        for text in map(comparable, texts):
            found = list(find_codes(text))
            codes.update(code.key for code in found)
            rest = text
            for code in reversed(found):
                rest = f"{rest[: code.start]}§{rest[code.end :]}"
            dates.update((d[1] and d[1].lstrip("0"), d[2], d[3]) for d in _DATE.finditer(rest))
            for match in _NUMBER.finditer(rest):
                numbers.update(_values(match, rest))
        return cls(numbers=frozenset(numbers), dates=frozenset(dates), codes=frozenset(codes))

    def beyond(self, proven: _Exact) -> Iterator[tuple[str, str]]:
        """Yield what is not in `proven`; a day and month, or a month alone, is in a fuller date."""
        for number in sorted(self.numbers - proven.numbers, key=str):
            yield "number", number if isinstance(number, str) else format(number, "f")
        for date in sorted(self.dates, key=str):
            if not any(all(a in (None, b) for a, b in zip(date, other, strict=True)) for other in proven.dates):
                yield "date", " ".join(part for part in date if part)
        for code in sorted(self.codes - proven.codes):
            yield "code", code


def _values(match: re.Match[str], text: str) -> Iterator[Decimal | str]:
    digits = match["digits"]
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?|\d+(,\d+)?", digits):
        plain = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+\.\d+", digits):
        plain = digits
    else:
        yield digits
        return
    value = (Decimal(plain) * _SCALES[match["scale"]]).normalize()
    # after a number a dash parts a range as often as it negates: both readings stand
    follows_number = re.search(r"\d\)? ?$", text[: match.start()]) is not None
    if not match["minus"] or follows_number:
        yield value
    if match["minus"]:
        yield -value
