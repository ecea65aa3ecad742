"""What an answer is worth: pure functions over answers in the contract's form, in TREC's terms where TREC has one.

A measure takes the outcomes of a group of cases and returns None where the group holds nothing to measure.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from begroting_qa.codes import find_codes
from begroting_qa.evaluate.cases import Case, Evidence, comparable
from begroting_qa.wire import AnswerBody, CitationBody

MAX_ANSWER_CHARS = 700
MAX_ITEM_CHARS = 300
RECALL_DEPTH = 5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A case with the answer that came and its judgement; the ranks are None for an unanswerable case."""

    case: Case
    answer: AnswerBody
    milliseconds: float
    is_right: bool
    recall_at_5: float | None
    reciprocal_rank: float | None
    breaches: tuple[Breach, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the product said that it has no answer."""
        return self.answer.status != "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The outcomes in order of case; `cases` and `corpus` are the sha256 of what was asked and of the corpus's listing."""

    outcomes: tuple[Outcome, ...]
    cases: str
    corpus: str


# --- one answer ---------------------------------------------------------------------------------------------------------


def is_right(case: Case, answer: AnswerBody) -> bool:
    """Whether an answerable case got an accepted answer, or an unanswerable one a refusal.

    An accepted answer counts within the first 700 characters of `answer` and within all of `items`, as in SQuAD's
    `answer in prediction` (Rajpurkar et al., EMNLP 2016) with lenient blanks, quotation marks and dashes. A string that
    starts or ends in a digit does not count inside a longer number.
    """
    if not case.is_answerable:
        return answer.status != "answered"
    if answer.status != "answered":
        return False
    shown = "\n".join([answer.answer[:MAX_ANSWER_CHARS], *(item.text for item in answer.items)])
    text = comparable(_MARKER.sub("", shown))
    return any(all(_occurs(part, text) for part in alternative) for alternative in case.accepted)


def _occurs(part: str, text: str) -> bool:
    wanted = comparable(part)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, text) is not None


def score_rankings(ranked: Sequence[tuple[Case, AnswerBody]]) -> dict[str, tuple[float, float]]:
    """Return Recall@5 and RR by the id of each answerable case, computed by ir-measures over `passages`.

    A passage is relevant when it overlaps a piece of evidence. RR has one topic per case (Voorhees, TREC-8 1999: the rank
    of the first relevant passage). Recall has one topic per piece of evidence, with the first passage that overlaps it as
    the only relevant one, averaged over the case: so it is the share of the evidence that five passages cover, and does not
    depend on how many passages, found or not, the splitting made of that evidence.
    """
    import ir_measures  # here, since `--help` need not wait for it
    from ir_measures import RR, Qrel, R, ScoredDoc

    recall, reciprocal = R @ RECALL_DEPTH, RR
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    for case, answer in ranked:
        for topic, wanted in chain(
            [(f"{case.id}\nrr", case.evidence)],
            ((f"{case.id}\n{n}", (evidence,)) for n, evidence in enumerate(case.evidence)),
        ):
            first = next((n for n, p in enumerate(answer.passages) if _holds(wanted, p.document_id, p.start, p.end)), -1)
            qrels.append(Qrel(topic, "relevant", 1))
            names = ("relevant" if n == first else f"passage {n}" for n in range(len(answer.passages)))
            run.extend(ScoredDoc(topic, name, -float(n)) for n, name in enumerate(names))
    values: dict[tuple[str, str], list[float]] = {}
    # its signature names pandas types, which are not installed
    for metric in ir_measures.iter_calc([recall, reciprocal], qrels, run):  # pyright: ignore[reportUnknownMemberType]
        case_id, topic = metric.query_id.split("\n")
        if (metric.measure == reciprocal) == (topic == "rr"):
            values.setdefault((case_id, "rr" if topic == "rr" else "recall"), []).append(float(metric.value))
    return {
        case.id: (_mean(values.get((case.id, "recall"), [])) or 0.0, _mean(values.get((case.id, "rr"), [])) or 0.0)
        for case, _ in ranked
    }


def _holds(evidence: Sequence[Evidence], document_id: str, start: int, end: int) -> bool:
    return any(place.overlaps(document_id, start, end) for piece in evidence for place in piece.places)


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
    if answer.status != "answered":
        allowed += [*facts.titles.values(), *facts.years]
    proven = _Exact.of(allowed)
    for text in [answer.answer, *(item.text for item in answer.items)]:
        for kind, missing in _Exact.of([_MARKER.sub("", text)]).beyond(proven):
            yield 2, f"{kind} {missing}"


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


# --- a group of cases ---------------------------------------------------------------------------------------------------


def recall_at_5(outcomes: Sequence[Outcome]) -> float | None:
    """Return the mean share of the evidence that the first five passages cover; see `score_rankings`."""
    return _mean([o.recall_at_5 for o in outcomes if o.recall_at_5 is not None])


def reciprocal_rank(outcomes: Sequence[Outcome]) -> float | None:
    """Return the mean reciprocal rank (Voorhees, TREC-8 1999) of the first passage that holds evidence."""
    return _mean([o.reciprocal_rank for o in outcomes if o.reciprocal_rank is not None])


def answer_accuracy(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of answerable cases with an accepted answer; see `is_right`."""
    return _share([o.is_right for o in outcomes if o.case.is_answerable])


def citation_precision(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of citations that overlap evidence, over all citations of answered answerable cases.

    After ALCE (Gao et al., EMNLP 2023), with the evidence quotes as judge instead of an inference model.
    """
    return _share(
        [_holds(o.case.evidence, c.document_id, c.start, c.end) for o in _answered(outcomes) for c in o.answer.citations]
    )


def citation_recall(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of pieces of evidence that a citation overlaps, over all answered answerable cases (as above)."""
    return _share(
        [
            any(_holds((piece,), c.document_id, c.start, c.end) for c in o.answer.citations)
            for o in _answered(outcomes)
            for piece in o.case.evidence
        ]
    )


def refusal_precision(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of refusals that were right; None where a group is all answerable or all unanswerable.

    Precision and recall of abstaining, with unanswerable as the positive class (SQuAD 2.0, Rajpurkar et al., ACL 2018).
    """
    if len({o.case.is_answerable for o in outcomes}) < 2:
        return None
    return _share([not o.case.is_answerable for o in outcomes if o.is_refused])


def refusal_recall(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of unanswerable cases that were refused (as above)."""
    return _share([o.is_refused for o in outcomes if not o.case.is_answerable])


def wrongly_refused(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of answerable cases that were refused."""
    return _share([o.is_refused for o in outcomes if o.case.is_answerable])


def confident_error(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of all cases that were answered without an accepted answer: the harm that a reader cannot see.

    The risk of selective prediction (El-Yaniv and Wiener, JMLR 2010), over all cases instead of the answered ones, so that
    refusing more cannot raise it.
    """
    return _share([not o.is_refused and not o.is_right for o in outcomes])


def rules_broken(outcomes: Sequence[Outcome]) -> float | None:
    """Return how many times a rule of CONTRACT.md was broken; see `broken_rules`."""
    return float(sum(len(o.breaches) for o in outcomes))


def mean_ms(outcomes: Sequence[Outcome]) -> float | None:
    """Return the mean time to an answer, in milliseconds."""
    return _mean([o.milliseconds for o in outcomes])


def median_ms(outcomes: Sequence[Outcome]) -> float | None:
    """Return the median time to an answer, in milliseconds."""
    return statistics.median(o.milliseconds for o in outcomes) if outcomes else None


class Form(StrEnum):
    """How a value reads."""

    SHARE = "share"
    RANK = "rank"
    COUNT = "count"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure as reports show it; `is_compared` says whether a baseline keeps it."""

    name: str
    label: str
    of: Callable[[Sequence[Outcome]], float | None]
    form: Form = Form.SHARE
    higher_is_better: bool = True
    is_compared: bool = True


# a broken rule always fails, so there is nothing to compare; a time says more of the machine than of the change
MEASURES = (
    Measure(name="recallAt5", label="Recall@5", of=recall_at_5),
    Measure(name="reciprocalRank", label="RR", of=reciprocal_rank, form=Form.RANK),
    Measure(name="answerAccuracy", label="juist", of=answer_accuracy),
    Measure(name="citationPrecision", label="cit.prec", of=citation_precision),
    Measure(name="citationRecall", label="cit.dekk", of=citation_recall),
    Measure(name="refusalPrecision", label="weig.prec", of=refusal_precision),
    Measure(name="refusalRecall", label="weig.dekk", of=refusal_recall),
    Measure(name="wronglyRefused", label="onterecht", of=wrongly_refused, higher_is_better=False),
    Measure(name="confidentError", label="fout", of=confident_error, higher_is_better=False),
    Measure(name="rulesBroken", label="regels", of=rules_broken, form=Form.COUNT, higher_is_better=False, is_compared=False),
    Measure(name="meanMs", label="ms gem", of=mean_ms, form=Form.TIME, higher_is_better=False, is_compared=False),
    Measure(name="medianMs", label="ms p50", of=median_ms, form=Form.TIME, higher_is_better=False, is_compared=False),
)


def _answered(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [o for o in outcomes if o.case.is_answerable and not o.is_refused]


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
