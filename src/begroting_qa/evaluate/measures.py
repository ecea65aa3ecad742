"""What answers are worth: pure functions over judged answers, in TREC's terms where TREC has one.

A measure takes the outcomes of a group of cases and returns None where the group holds nothing to measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from begroting_qa.evaluate.cases import Case
from begroting_qa.evaluate.judging import Breach
from begroting_qa.evaluate.ranking import Ranking, holds
from begroting_qa.wire.bodies import AnswerBody


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
    """The outcomes in order of case; `cases` and `corpus` are digests of what was asked and of the documents.

    `cites` is false for who gives text alone; nothing is then said of its quotes and numbers.
    """

    outcomes: tuple[Outcome, ...]
    cases: str
    corpus: str
    cites: bool = True


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
    held = [holds(o.case.evidence, c.document_id, c.start, c.end) for c in o.answer.citations]
    return float(sum(held)), float(len(held))


def citation_recall(o: Outcome) -> Ratio:
    """Share of pieces of evidence that a citation overlaps, over all answerable cases with a cited answer (as above)."""
    if not o.case.is_answerable or o.is_refused or not o.answer.citations:
        return NOTHING
    found = [any(holds((e,), c.document_id, c.start, c.end) for c in o.answer.citations) for e in o.case.evidence]
    return float(sum(found)), float(len(found))


def verbatim_quotes(o: Outcome) -> Ratio:
    """Share of citations whose quote is what their document says there (rule 1 of CONTRACT.md)."""
    wrong = sum(b.rule == 1 for b in o.breaches)
    cited = len(o.answer.citations)
    return float(max(0, cited - wrong)), float(cited)


def invented_numbers(o: Outcome) -> Ratio:
    """Share of cited answers with a number, date or code that no source gives (rule 2 of CONTRACT.md)."""
    return _flag(None if o.is_refused or not o.answer.citations else any(b.rule == 2 for b in o.breaches))  # noqa: PLR2004 (the contract numbers them)


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
BY_NAME = {measure.name: measure for measure in MEASURES}
