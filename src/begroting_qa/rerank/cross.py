"""A cross-encoder behind another ranker: it reads the question together with the best sentence of the first few passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from begroting_qa import messages
from begroting_qa.domain import Passage, Plan, ScoredPassage, UnitKind
from begroting_qa.dutch import terms_of
from begroting_qa.errors import ModelError
from begroting_qa.protocols import Reranker
from begroting_qa.vocabulary import Vocabulary, importance, matcher

DEPTH = 8
MAX_TOKENS = 64
_QUOTED = (UnitKind.SENTENCE, UnitKind.ENTRY, UnitKind.ROW)


class CrossEncoderReranker:
    """A Reranker that lets a model of sentence-transformers re-score the first passages of another ranker's order."""

    def __init__(self, first: Reranker, model: str, vocabulary: Vocabulary) -> None:
        """Load the cross-encoder in the folder `model`, or of that name in a hub's cache.

        Raises:
            ModelError: the model is not there or cannot be loaded.
        """
        from sentence_transformers import CrossEncoder  # noqa: PLC0415 (five seconds)

        try:
            # fp16 weights are read as fp32: a processor is slow at halves
            self._model = CrossEncoder(
                model,
                device="cpu",
                max_length=2 * MAX_TOKENS,
                num_labels=1,
                local_files_only=True,
                model_kwargs={"dtype": "float32"},
            )
        except Exception as error:  # hubs, tokenizers and torch each raise their own
            raise ModelError(messages.reranker_unreadable(model, error)) from error
        self._first = first
        self._vocabulary = vocabulary

    def rerank(self, plan: Plan, passages: Sequence[ScoredPassage]) -> list[ScoredPassage]:
        """Return the passages best first; what the model re-scored shares out the scores that its passages had."""
        ordered = self._first.rerank(plan, passages)
        read = ordered[:DEPTH]
        if len(read) < 2:  # noqa: PLR2004 (one passage has no order)
            return ordered
        telling = self._teller(plan)
        scores = np.asarray(self._model.predict([(plan.corrected, telling(s.passage)) for s in read], show_progress_bar=False))
        order = sorted(range(len(read)), key=lambda n: (-float(scores[n]), read[n].passage.id))
        moved = [replace(place, passage=read[n].passage) for place, n in zip(read, order, strict=True)]
        return [*moved, *ordered[DEPTH:]]

    def _teller(self, plan: Plan) -> Callable[[Passage], str]:
        """Return a function that gives the sentence of a passage that holds most of the question, behind its heading."""
        weighed = [(matcher(term), importance(term, self._vocabulary)) for term in plan.terms]

        def most_telling(passage: Passage) -> str:
            texts = [unit.text for unit in passage.units if unit.kind in _QUOTED] or [passage.text]
            best = max(texts, key=lambda text: sum(weight * weigh(terms_of(text)) for weigh, weight in weighed))
            return f"{passage.path[-1]}: {best}" if passage.path else best

        return most_telling
