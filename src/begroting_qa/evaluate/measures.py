"""What an answer is worth: pure functions over answers in the contract's form, in TREC's terms where TREC has one.

A measure takes the outcomes of a group of cases and returns None where the group holds nothing to measure.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from begroting_qa.codes import find_codes
from begroting_qa.evaluate.cases import Case, Evidence, comparable
from begroting_qa.wire import AnswerBody, CitationBody

MAX_ANSWER_CHARS = 700
MAX_ITEM_CHARS = 300
RECALL_DEPTH = 5
DEEP = 20
NDCG_DEPTH = 10
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
class Ranking:
    """How well the passages are ranked for one answerable case; see `score_rankings`."""

    recall_at_5: float
    recall_at_20: float
    ndcg_at_10: float
    reciprocal_rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A case with the answer that came and its judgement; `ranking` is None for an unanswerable case.

    `parts` is how much of the accepted answer is there, 0 to 1. The last three compare with the other cases of a group, and
    are None outside one: whether a variant is answered as its base is, a twin refused while its base is right, and the other
    political colour of a question given the same quotes.
    """

    case: Case
    answer: AnswerBody
    milliseconds: float
    is_right: bool
    parts: float
    ranking: Ranking | None
    breaches: tuple[Breach, ...]
    is_consistent: bool | None = None
    tells_twins_apart: bool | None = None
    is_neutral: bool | None = None

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


def score_rankings(ranked: Sequence[tuple[Case, AnswerBody]]) -> dict[str, Ranking]:
    """Return Recall@5, Recall@20, nDCG@10 and RR by the id of each answerable case, computed by ir-measures over `passages`.

    A passage is relevant when it overlaps a piece of evidence. RR has one topic per case (Voorhees, TREC-8 1999: the rank
    of the first relevant passage). Recall has one topic per piece of evidence, with the first passage that overlaps it as
    the only relevant one, averaged over the case: so it is the share of the evidence that so many passages cover, and does
    not depend on how many passages, found or not, the splitting made of that evidence. nDCG (Järvelin and Kekäläinen, TOIS
    2002) gains of a passage the pieces that it is the first to overlap; pieces that no passage overlaps count in the ideal.
    """
    import ir_measures  # here, since `--help` need not wait for it
    from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

    names = {"recall5": R @ RECALL_DEPTH, "recall20": R @ DEEP, "ndcg": nDCG @ NDCG_DEPTH, "rr": RR}
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    for case, answer in ranked:
        firsts = [_first(answer, (evidence,)) for evidence in case.evidence]
        gains = Counter(first if first is not None else f"unfound {n}" for n, first in enumerate(firsts))
        topics: list[tuple[str, dict[str, int]]] = [
            (f"{case.id}\nrr", {_first(answer, case.evidence) or "unfound": 1}),
            (f"{case.id}\nndcg", dict(gains)),
            *((f"{case.id}\n{n}", {first or "unfound": 1}) for n, first in enumerate(firsts)),
        ]
        for topic, relevant in topics:
            qrels.extend(Qrel(topic, passage, gain) for passage, gain in relevant.items())
            run.extend(ScoredDoc(topic, f"passage {n}", -float(n)) for n in range(len(answer.passages)))
    values: dict[tuple[str, str], list[float]] = {}
    # its signature names pandas types, which are not installed
    for metric in ir_measures.iter_calc(list(names.values()), qrels, run):  # pyright: ignore[reportUnknownMemberType]
        case_id, topic = metric.query_id.split("\n")
        name = next(name for name, measure in names.items() if measure == metric.measure)
        if topic == name or (topic.isdigit() and name.startswith("recall")):
            values.setdefault((case_id, name), []).append(float(metric.value))

    def of(case: Case, name: str) -> float:
        return _mean(values.get((case.id, name), [])) or 0.0

    return {
        case.id: Ranking(
            recall_at_5=of(case, "recall5"), recall_at_20=of(case, "recall20"), ndcg_at_10=of(case, "ndcg"),
            reciprocal_rank=of(case, "rr"),
        )
        for case, _ in ranked
    }  # fmt: skip


def _first(answer: AnswerBody, evidence: Sequence[Evidence]) -> str | None:
    """Return the name of the first passage that overlaps evidence."""
    found = (n for n, p in enumerate(answer.passages) if _holds(evidence, p.document_id, p.start, p.end))
    return next((f"passage {n}" for n in found), None)


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


# --- cases that belong together -----------------------------------------------------------------------------------------


def with_groups(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes with what only their group tells: variants with their base, twins, and political colours.

    The base of a group is its first case. A variant is consistent when it is right or wrong as the base is and, answered,
    cites a stretch that the base cites; colours are neutral when both cite the same quotes (the answer may not depend on
    how a question is framed: Perez et al., ACL Findings 2023, on sycophancy).
    """
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.case.group:
            groups[outcome.case.group].append(outcome)
    told: dict[str, Outcome] = {}
    for name, members in groups.items():
        base, *others = members
        for other in others:
            if name.startswith("variant:"):
                told[other.case.id] = replace(other, is_consistent=_answers_alike(base, other))
            elif name.startswith("neutral:"):
                same = _quotes(base) == _quotes(other) and base.answer.status == other.answer.status
                told[other.case.id] = replace(other, is_neutral=same)
            elif name.startswith("twin:"):
                told[other.case.id] = replace(other, tells_twins_apart=base.is_right and other.is_right)
    return tuple(told.get(outcome.case.id, outcome) for outcome in outcomes)


def _answers_alike(base: Outcome, other: Outcome) -> bool:
    if base.is_refused or other.is_refused:
        return base.is_refused == other.is_refused
    cited = [(c.document_id, c.start, c.end) for c in base.answer.citations]
    overlap = any(
        c.document_id == d and c.start < end and start < c.end for c in other.answer.citations for d, start, end in cited
    )
    return overlap and base.is_right == other.is_right


def _quotes(outcome: Outcome) -> frozenset[tuple[str, int, int]]:
    return frozenset((c.document_id, c.start, c.end) for c in outcome.answer.citations)


# --- measures: each a sum of gains over a sum of chances, so that it can be sampled anew case by case ---------------------

Ratio = tuple[float, float]
NOTHING: Ratio = (0.0, 0.0)


def _flag(value: bool | None) -> Ratio:
    return NOTHING if value is None else (float(value), 1.0)


def _of_ranking(get: Callable[[Ranking], float]) -> Callable[[Outcome], Ratio]:
    return lambda o: NOTHING if o.ranking is None else (get(o.ranking), 1.0)


def answer_accuracy(o: Outcome) -> Ratio:
    """Share of answerable cases with an accepted answer; see `is_right`."""
    return _flag(o.is_right if o.case.is_answerable else None)


def complete(o: Outcome) -> Ratio:
    """Share of answered cases of several parts whose every part is told (complete, against partial or none)."""
    has_parts = o.case.is_answerable and max((len(a) for a in o.case.accepted), default=1) > 1
    return _flag(o.parts == 1.0 if has_parts and not o.is_refused else None)


def citation_precision(o: Outcome) -> Ratio:
    """Share of citations that overlap evidence, over all citations of answered answerable cases.

    After ALCE (Gao et al., EMNLP 2023), with the evidence quotes as judge instead of an inference model.
    """
    if not o.case.is_answerable or o.is_refused:
        return NOTHING
    held = [_holds(o.case.evidence, c.document_id, c.start, c.end) for c in o.answer.citations]
    return float(sum(held)), float(len(held))


def citation_recall(o: Outcome) -> Ratio:
    """Share of pieces of evidence that a citation overlaps, over all answered answerable cases (as above)."""
    if not o.case.is_answerable or o.is_refused:
        return NOTHING
    found = [any(_holds((e,), c.document_id, c.start, c.end) for c in o.answer.citations) for e in o.case.evidence]
    return float(sum(found)), float(len(found))


def verbatim_quotes(o: Outcome) -> Ratio:
    """Share of citations whose quote is what their document says there (rule 1 of CONTRACT.md)."""
    wrong = sum(b.rule == 1 for b in o.breaches)
    cited = len(o.answer.citations)
    return float(max(0, cited - wrong)), float(cited)


def invented_numbers(o: Outcome) -> Ratio:
    """Share of answered cases with a number, date or code that no source gives (rule 2 of CONTRACT.md)."""
    return _flag(None if o.is_refused else any(b.rule == 2 for b in o.breaches))  # noqa: PLR2004 (the contract numbers them)


def refusal_precision(o: Outcome) -> Ratio:
    """Share of refusals that were right.

    Precision and recall of abstaining, with unanswerable as the positive class (SQuAD 2.0, Rajpurkar et al., ACL 2018).
    """
    return _flag(not o.case.is_answerable if o.is_refused else None)


def refusal_recall(o: Outcome) -> Ratio:
    """Share of unanswerable cases that were refused (as above)."""
    return _flag(None if o.case.is_answerable else o.is_refused)


def wrongly_refused(o: Outcome) -> Ratio:
    """Share of answerable cases that were refused."""
    return _flag(o.is_refused if o.case.is_answerable else None)


def confident_error(o: Outcome) -> Ratio:
    """Share of all cases that were answered without an accepted answer: the harm that a reader cannot see.

    The risk of selective prediction (El-Yaniv and Wiener, JMLR 2010), over all cases instead of the answered ones, so that
    refusing more cannot raise it.
    """
    return _flag(not o.is_refused and not o.is_right)


def rules_broken(o: Outcome) -> Ratio:
    """How many times a rule of CONTRACT.md was broken; see `broken_rules`."""
    return float(len(o.breaches)), 1.0


class Form(StrEnum):
    """How a value reads."""

    SHARE = "share"
    RANK = "rank"
    COUNT = "count"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure as reports show it: `of_case` gives one case's gain and chances, both 0 where it says nothing of it.

    `is_compared` says whether a baseline keeps it, `is_shown` whether the terminal's table has room for it, `needs_both` that
    it means nothing where all cases are answerable, or none.
    """

    name: str
    label: str
    of_case: Callable[[Outcome], Ratio]
    form: Form = Form.SHARE
    higher_is_better: bool = True
    is_compared: bool = True
    is_shown: bool = True
    needs_both: bool = False

    def of(self, outcomes: Sequence[Outcome]) -> float | None:
        """Return the measure of a group of cases, None where it says nothing of any."""
        ratios = [self.of_case(outcome) for outcome in outcomes]
        chances = sum(chance for _, chance in ratios)
        if not chances or (self.needs_both and len({o.case.is_answerable for o in outcomes}) == 1):
            return None
        gains = sum(gain for gain, _ in ratios)
        return gains if self.form is Form.COUNT else gains / chances


def balanced_accuracy(refusal_recall: float | None, wrongly_refused: float | None) -> float | None:
    """Return the mean of the shares rightly refused and rightly answered (Brodersen et al., ICPR 2010)."""
    if refusal_recall is None or wrongly_refused is None:
        return None
    return (refusal_recall + 1 - wrongly_refused) / 2


# a broken rule always fails, so there is nothing to compare; a time says more of the machine than of the change
MEASURES = (
    Measure(name="recallAt5", label="Recall@5", of_case=_of_ranking(lambda r: r.recall_at_5)),
    Measure(name="recallAt20", label="Recall@20", of_case=_of_ranking(lambda r: r.recall_at_20), is_shown=False),
    Measure(name="ndcgAt10", label="nDCG@10", of_case=_of_ranking(lambda r: r.ndcg_at_10), form=Form.RANK, is_shown=False),
    Measure(name="reciprocalRank", label="RR", of_case=_of_ranking(lambda r: r.reciprocal_rank), form=Form.RANK),
    Measure(name="answerAccuracy", label="juist", of_case=answer_accuracy),
    Measure(name="complete", label="volledig", of_case=complete, is_shown=False),
    Measure(name="citationPrecision", label="cit.prec", of_case=citation_precision),
    Measure(name="citationRecall", label="cit.dekk", of_case=citation_recall),
    Measure(name="verbatimQuotes", label="letterlijk", of_case=verbatim_quotes, is_shown=False),
    Measure(name="inventedNumbers", label="verzonnen", of_case=invented_numbers, higher_is_better=False, is_shown=False),
    Measure(name="refusalPrecision", label="weig.prec", of_case=refusal_precision, needs_both=True),
    Measure(name="refusalRecall", label="weig.dekk", of_case=refusal_recall),
    Measure(name="wronglyRefused", label="onterecht", of_case=wrongly_refused, higher_is_better=False),
    Measure(name="confidentError", label="fout", of_case=confident_error, higher_is_better=False),
    Measure(name="consistency", label="varianten", of_case=lambda o: _flag(o.is_consistent), is_shown=False),
    Measure(name="twinsApart", label="tweelingen", of_case=lambda o: _flag(o.tells_twins_apart), is_shown=False),
    Measure(name="neutrality", label="neutraal", of_case=lambda o: _flag(o.is_neutral), is_shown=False),
    Measure(name="rulesBroken", label="regels", of_case=rules_broken, form=Form.COUNT, higher_is_better=False, is_compared=False),
    Measure(name="meanMs", label="ms gem", of_case=lambda o: (o.milliseconds, 1.0), form=Form.TIME, higher_is_better=False,
            is_compared=False),
    Measure(name="retrieveMs", label="ms zoeken", of_case=lambda o: (o.answer.timing_ms.retrieve, 1.0), form=Form.TIME,
            higher_is_better=False, is_compared=False, is_shown=False),
    Measure(name="answerMs", label="ms kiezen", of_case=lambda o: (o.answer.timing_ms.answer, 1.0), form=Form.TIME,
            higher_is_better=False, is_compared=False, is_shown=False),
)  # fmt: skip


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None
