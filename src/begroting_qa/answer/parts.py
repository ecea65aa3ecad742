"""A question that sets documents or years side by side -> one plan for each of them."""

from __future__ import annotations

from dataclasses import replace

from begroting_qa.domain import Plan
from begroting_qa.vocabulary import Vocabulary


def parts_of(plan: Plan, vocabulary: Vocabulary) -> list[Plan]:
    """Return the plan once per document or year that the question sets side by side; else the plan alone."""
    by_id = {source.id: source for source in vocabulary.sources}
    named = [by_id[i] for i in plan.filters.documents if i in by_id]
    if len(plan.years) > 1 and len(named) == len(plan.years):
        return [replace(plan, years=(s.year,), filters=replace(plan.filters, documents=(s.id,))) for s in named]
    if len(named) > 1:
        return [replace(plan, filters=replace(plan.filters, documents=(s.id,))) for s in named]
    if len(plan.years) > 1:
        return [replace(plan, years=(year,)) for year in plan.years]
    return [plan]
