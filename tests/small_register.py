"""A small register on true sentences of the corpus, so that what is shown of it is known beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any

from begroting_qa.domain import (
    Commitment,
    CommitmentStatus,
    FollowUp,
    Mention,
    Period,
    Reference,
    Span,
    Strength,
)
from begroting_qa.pipeline import Engine

BUDGET = "leiden-programmabegroting-2025-p9"
REPORT = "leiden-voortgangsrapportage-2025-2-p9"


def commitment(engine: Engine, commitment_id: str, quote: str, document_id: str = BUDGET, **fields: Any) -> Commitment:
    """Return a commitment on a sentence of a document."""
    text = engine.document(document_id).text
    start = text.index(quote)
    defaults: dict[str, Any] = {"actor": None, "action": quote, "strength": Strength.FIRM, "path": ("Preventie",)}
    return Commitment(
        id=commitment_id, document_id=document_id, quote=quote, text=" ".join(quote.split()), start=start, end=start + len(quote),
        **{**defaults, **fields},
    )  # fmt: skip


def commitments(engine: Engine) -> tuple[Commitment, ...]:
    """Return three commitments by place: one that is reported on, one that is overdue, and one without a term."""
    reported = "Hiervoor worden onder andere meerdere praktijkondersteuners (PO sociaal) ingezet"
    at = engine.document(REPORT).text.index(reported)
    says = CommitmentStatus.UNDER_WAY
    return (
        commitment(
            engine, "praktijk", "start de ‘Praktijkondersteuner Sociaal’ bij de eerstelijns zorg", status=says, codes=("9b",),
            due=Period(text="in 2025", first=date(2025, 1, 1), last=date(2025, 12, 31)),
            follow_ups=(FollowUp(document_id=REPORT, start=at, end=at + len(reported), quote=reported, says=says),),
        ),
        commitment(
            engine, "samenwonen", "wordt begin 2025 de Leidse aanpak innovatief samenwonen gelanceerd", actor="het college",
            action="de Leidse aanpak innovatief samenwonen lanceren", status=CommitmentStatus.OVERDUE,
            due=Period(text="begin 2025", first=date(2025, 1, 1), last=date(2025, 3, 31)),
        ),
        commitment(
            engine, "pilotlocatie", "We werken in regionaal verband samen om te komen tot een tweede en derde pilotlocatie",
            actor="we", condition="waaronder een locatie in Leiden", strength=Strength.AIMED,
        ),
    )  # fmt: skip


def references(engine: Engine) -> tuple[Reference, ...]:
    """Return two codes of the budget, each with the line around it."""
    return (
        _reference(engine, "RV 19.0029", "rv19.0029", "paper", "Visie Sociaal Domein"),
        _reference(engine, "M.23.0093", "m.23.0093", "motion", "Een onvoorwaardelijk inkomen voor dakloze jongeren"),
    )


def _reference(engine: Engine, code: str, key: str, kind: str, title: str) -> Reference:
    text = engine.document(BUDGET).text
    start = text.index(code)
    around = Span(start=text.rindex("\n", 0, start) + 1, end=text.index("\n", start))
    place = Mention(document_id=BUDGET, start=start, end=start + len(code), quote=code, around=around)
    return Reference(code=code, key=key, kind=kind, title=title, places=(place,))
