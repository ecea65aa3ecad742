"""A question that sets documents or years side by side -> one plan for each of them."""

from __future__ import annotations

import re
from dataclasses import replace

from begroting_qa.domain import Plan
from begroting_qa.vocabulary import Vocabulary

_CLAUSE = re.compile(
    r"(?:,| en|;|\?|, maar)\s+(?=(?:en |maar )?(?:met |in |van )?(?:welke?|wat|hoe\w*|wie|wanneer|waar\w*)\b)", re.IGNORECASE
)
# a clause with fewer words of its own leans on the other: `… en welke in de begroting 2025?`
OWN_WORDS = 2
# more than this is no comparison that an answer of three sentences could give
MAX_PARTS = 3


def parts_of(plan: Plan, vocabulary: Vocabulary) -> list[Plan]:
    """Return the plan once per document or year that the question sets side by side, in its order; else the plan alone.

    Where each has a clause of its own, its plan asks what that clause asks.
    """
    documents = {source.id: source for source in vocabulary.sources}
    if len(plan.named) > 1:
        parts = [replace(plan, filters=replace(plan.filters, documents=mention)) for mention in plan.named]
        if len(plan.years) == len(parts):
            years = [{documents[i].year for i in mention} & set(plan.years) for mention in plan.named]
            parts = [replace(part, years=tuple(year) or part.years) for part, year in zip(parts, years, strict=True)]
    elif len(plan.years) > 1:
        parts = [replace(plan, years=(year,)) for year in plan.years]
    else:
        return [plan]
    if len(parts) > MAX_PARTS:
        return [plan]
    clauses = [clause for clause in _CLAUSE.split(plan.normalized) if clause.strip()]
    if len(clauses) != len(parts):
        return parts
    return [_of_clause(part, clauses, number) for number, part in enumerate(parts)]


def _of_clause(part: Plan, clauses: list[str], number: int) -> Plan:
    """Return the plan without the terms that stand only in the other clauses, if its own clause says enough."""
    own, others = clauses[number], " ".join(clauses[:number] + clauses[number + 1 :])
    spoken = [term for term in part.terms if _speaks_of(own, term.surface)]
    if len(spoken) < OWN_WORDS:
        return part
    kept = tuple(term for term in part.terms if _speaks_of(own, term.surface) or not _speaks_of(others, term.surface))
    return replace(part, terms=kept, normalized=own)


def _speaks_of(clause: str, surface: str) -> bool:
    return all(word in clause for word in surface.split())
