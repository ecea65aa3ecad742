"""Readers' judgements -> draft cases: what a person must look at, fill in and accept before it counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence

from begroting_qa.evaluate.cases import CaseKind, Split, comparable
from begroting_qa.evaluate.wording import draft_note
from begroting_qa.feedback import Judgement
from begroting_qa.wire.bodies import AnswerBody

ID_CHARS = 8


def draft_cases(
    judgements: Sequence[Judgement], known: Collection[str], ask: Callable[[str], AnswerBody]
) -> list[dict[str, object]]:
    """Return one draft for each question that readers let us keep, in order of the first judgement.

    `known` are the questions that are cases already; they get no draft. A draft proposes what is answered now as evidence, for
    a refusal that the question is unanswerable, and its note tells what readers thought. It has the key `draft`, which the
    loader refuses: a person takes it away.
    """
    seen = {comparable(question) for question in known}
    judged: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.question is not None and comparable(judgement.question) not in seen:
            judged.setdefault(comparable(judgement.question), []).append(judgement)
    return [_draft(same, ask) for same in judged.values()]


def _draft(judgements: Sequence[Judgement], ask: Callable[[str], AnswerBody]) -> dict[str, object]:
    question = str(judgements[0].question)
    answer = ask(question)
    is_answered = answer.status == "answered"
    name = hashlib.sha256(comparable(question).encode()).hexdigest()[:ID_CHARS]
    return {
        "draft": True,
        "id": f"reader-{name}",
        "question": question,
        "kind": CaseKind.PLAIN if is_answered else CaseKind.UNANSWERABLE,
        "split": Split.DEV,
        "status": answer.status,
        "accepted": [answer.citations[0].quote] if is_answered else [],
        "evidence": [{"document": c.document_id, "quote": c.quote} for c in answer.citations],
        "note": draft_note([(j.useful, j.reason) for j in judgements]),
    }
