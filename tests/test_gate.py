"""Planted faults: the product broken in one way at a time, and `make evaluate` that must refuse it and say what saw it.

Each runs a large part of the shipped cases against the shipped baseline: `make faults`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from begroting_qa import pipeline
from begroting_qa.domain import Answer, AnswerStatus, Citation, Filters, Plan
from begroting_qa.evaluate import answerers
from begroting_qa.evaluate.run import run_evaluation
from begroting_qa.index.embedded import EmbeddedIndex
from begroting_qa.settings import Settings
from begroting_qa.understand.followup import StandAlone

pytestmark = pytest.mark.gate
ROOT = Path(__file__).parent.parent
SETS = (
    "leiden.v1.jsonl",
    "leiden-numbers.v1.jsonl",
    "leiden-twins.v1.jsonl",
    "leiden-groups.v1.jsonl",
    "leiden-variants.v1.jsonl",
)
QUESTIONS = [ROOT / "eval" / "questions" / name for name in SETS]


def gate(settings: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, set[str]]:
    """Return the exit status, and which measures saw something."""
    capsys.readouterr()
    status = run_evaluation(settings, questions=QUESTIONS, baseline=ROOT / "eval" / "baseline.json", as_json=True)
    return status, {regression["measure"] for regression in json.loads(capsys.readouterr().out)["regressions"]}


def test_the_unbroken_product_passes(engine_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(engine_settings, capsys) == (0, set())


# --- faults in answers --------------------------------------------------------------------------------------------------


def move_citations(answer: Answer) -> Answer:
    return replace(answer, citations=tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations))


def change_one_digit(answer: Answer) -> Answer:
    at = next((n for n, c in enumerate(answer.text) if c.isdigit() and answer.text[max(0, n - 1)] != "["), None)
    if at is None or not answer.citations:
        return answer
    return replace(answer, text=f"{answer.text[:at]}{(int(answer.text[at]) + 1) % 10}{answer.text[at + 1 :]}")


def refuse_nothing(answer: Answer) -> Answer:
    """The nearest passage is the answer."""
    if answer.citations or not answer.passages:
        return answer
    passage = answer.passages[0].passage
    unit = passage.units[0]
    quote = Citation(marker=1, document_id=passage.document_id, path=passage.path, quote="", start=unit.start, end=unit.end)
    return replace(answer, status=AnswerStatus.ANSWERED, text="Dat staat er. [1]", citations=(quote,), refusal=None)


def cite_nothing(answer: Answer) -> Answer:
    return replace(answer, citations=())


def leave_out_entries(answer: Answer) -> Answer:
    entries = [claim for claim in answer.claims if claim.is_item]
    return replace(answer, claims=tuple(claim for claim in answer.claims if claim not in entries[1:]))


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (move_citations, {"rulesBroken", "verbatimQuotes"}),
        (change_one_digit, {"rulesBroken", "inventedNumbers"}),
        (refuse_nothing, {"refusalRecall", "mustPass"}),
        (cite_nothing, {"rulesBroken"}),
        (leave_out_entries, {"complete"}),
    ],
)
def test_a_fault_in_answers(
    engine_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fault: Callable[[Answer], Answer],
    seen: set[str],
) -> None:
    def faulty(engine: pipeline.Engine, question: str, **more: object) -> Answer:
        return fault(pipeline.answer_question(engine, question, **more))  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(answerers, "answer_question", faulty)
    status, measures = gate(engine_settings, capsys)
    assert status == 1
    assert seen <= measures


# --- faults in the steps ------------------------------------------------------------------------------------------------


def shuffle_index(monkeypatch: pytest.MonkeyPatch) -> None:
    search = EmbeddedIndex.search

    def shuffled(
        self: EmbeddedIndex, vector: np.ndarray, term_weights: Mapping[str, float], filters: Filters, k: int
    ) -> list[tuple[str, float]]:
        found = search(self, vector, term_weights, filters, k)
        random.Random(7).shuffle(found)
        return found[: len(found) // 4]

    monkeypatch.setattr(EmbeddedIndex, "search", shuffled)


def change_plans(monkeypatch: pytest.MonkeyPatch, change: Callable[[Plan], Plan]) -> None:
    understand = pipeline.understand
    monkeypatch.setattr(pipeline, "understand", lambda *arguments: change(understand(*arguments)))


def ignore_years(monkeypatch: pytest.MonkeyPatch) -> None:
    change_plans(monkeypatch, lambda plan: replace(plan, years=()))


def ignore_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    change_plans(monkeypatch, lambda plan: replace(plan, codes=()))


def ignore_synonyms(monkeypatch: pytest.MonkeyPatch) -> None:
    change_plans(
        monkeypatch,
        lambda plan: replace(plan, terms=tuple(replace(t, variants=t.variants[:1], phrases=()) for t in plan.terms)),
    )


def ignore_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "stand_alone", lambda question, *_: StandAlone(text=question))


def answer_from_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = pipeline.ranked_passages
    monkeypatch.setattr(pipeline, "ranked_passages", lambda *arguments: list(reversed(ranked(*arguments))))


@pytest.mark.parametrize(
    "plant", [shuffle_index, ignore_years, ignore_codes, ignore_synonyms, ignore_history, answer_from_the_last]
)
def test_a_fault_in_a_step(
    engine_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)
    status, measures = gate(engine_settings, capsys)
    assert status == 1
    assert measures
