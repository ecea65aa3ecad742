"""Plan -> Answer that says plainly what was not found, with what comes nearest."""

from __future__ import annotations

from collections.abc import Sequence

from begroting_qa import messages
from begroting_qa.domain import Answer, AnswerStatus, Plan, QuestionKind, Refusal, ScoredPassage
from begroting_qa.dutch import stem, tokens, usual_places
from begroting_qa.vocabulary import Vocabulary


def refuse(plan: Plan, nearest: Sequence[ScoredPassage], vocabulary: Vocabulary, lacking: str | None = None) -> Answer:
    """Return a refusal; `lacking` is what the question names and the documents do not say, where that is known."""
    if plan.kind is QuestionKind.UNSUPPORTED:
        return Answer(
            question=plan.question,
            status=AnswerStatus.NOT_SUPPORTED,
            text=messages.NOT_SUPPORTED,
            reading="",
            refusal=Refusal(reason=messages.NOT_SUPPORTED, searched=messages.NOT_SEARCHED),
        )
    return refuse_with(plan, messages.not_in_corpus(lacking), nearest, vocabulary)


def _usual_place(plan: Plan) -> str | None:
    """Return where a municipality usually tells of what a question asks, None where that is anybody's guess."""
    asked = f" {' '.join(stem(token.text) for token in tokens(plan.corrected))} "
    return next((messages.usual_place(place) for key, place in usual_places() if f" {key} " in asked), None)


def refuse_with(plan: Plan, text: str, nearest: Sequence[ScoredPassage], vocabulary: Vocabulary) -> Answer:
    """Return a refusal that says `text`: what is not there, in Dutch."""
    corrected = dict(plan.corrections)
    words = [corrected.get(term.surface, term.surface) for term in plan.terms]
    admitted = [source for source in vocabulary.sources if plan.filters.admit(source)]
    return Answer(
        question=plan.question,
        status=AnswerStatus.NOT_IN_CORPUS,
        text=text,
        reading=messages.reading(plan, []),
        refusal=Refusal(
            reason=text,
            searched=messages.searched(words, [s.title for s in admitted], [s.year for s in admitted]),
            nearest=tuple(nearest),
            likely_document=messages.likely_document(plan.years, {s.year for s in vocabulary.sources}, plan.places)
            or _usual_place(plan),
            griffie_question=messages.griffie_question(plan.normalized),
        ),
        notices=messages.spelling_notices(plan.corrections),
    )
