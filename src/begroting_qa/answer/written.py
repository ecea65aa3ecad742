"""Answer by quotes -> the same answer written by a language model, each sentence held against the one that it comes from.

The model sees sentences under opaque tokens and cites them by these, so that it cannot make up a link. What it says is kept
sentence by sentence, where a single literal sentence says the same; what is left goes through `verify` like any other answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from begroting_qa.answer.demand import demand_of
from begroting_qa.answer.evidence import Evidence
from begroting_qa.answer.faithful import says_the_same
from begroting_qa.answer.quotes import answer_text
from begroting_qa.answer.select import Selection
from begroting_qa.domain import Answer, Citation, Claim, Document, Passage, Plan, QuestionKind, Source, Unit, UnitKind
from begroting_qa.pointing import points_back
from begroting_qa.protocols import Generator, Message

MAX_REPLY_CHARS = 4000
TOKEN_CHARS = 4
_CITED = re.compile(r"(?: ?\[[a-z0-9]{4}\])+")
_TOKEN = re.compile(r"\[([a-z0-9]{4})\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý‘“'\"])")
_DECORATION = re.compile(r"^(?:[-*•#>]+|\d{1,2}[.)])\s+|\*\*|__|`")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A sentence as the model sees it."""

    token: str
    passage: Passage
    unit: Unit


def is_writable(plan: Plan, answer: Answer, selection: Selection) -> bool:
    """Tell whether an answer is of sentences about one thing: lists, rows, numbers and states are told best as they are."""
    is_plain = not (any(c.is_item for c in answer.claims) or answer.figures or answer.calculation or answer.series)
    is_prose = all(evidence.unit.kind in (UnitKind.SENTENCE, UnitKind.ENTRY) for evidence in selection.chosen)
    return is_plain and is_prose and selection.best is not None and plan.kind is not QuestionKind.STATE


def write(
    plan: Plan,
    answer: Answer,
    selection: Selection,
    documents: Callable[[str], Document],
    sources: Mapping[str, Source],
    generator: Generator,
) -> Answer | None:
    """Return the answer in the model's words, None where they do not hold the sentence that answers best, or not what is asked.

    The model is shown the sentences of the answer and no other, so that it can say nothing that was not chosen.

    Raises:
        GeneratorError: the model gave no usable reply.
    """
    shown = _shown(plan, selection.chosen)
    reply = ""
    for piece in generator.generate(_conversation(plan, shown, sources)):
        reply += piece
        if len(reply) > MAX_REPLY_CHARS:
            break
    by_token = {s.token: s for s in shown}
    claims: list[Claim] = []
    citations: list[Citation] = []
    told: list[_Shown] = []
    answers = False
    for text, source in _supported(reply[:MAX_REPLY_CHARS], by_token):
        if any(claim.text == text for claim in claims) or (
            points_back(text) and not (told and _is_right_behind(source, told[-1]))
        ):
            continue
        claims.append(Claim(text=text, markers=(_cite(citations, source, documents),)))
        told.append(source)
        answers = answers or (_is_best(source, selection) and _tells(plan, source, text))
    return replace(answer, text=answer_text(claims), claims=tuple(claims), citations=tuple(citations)) if answers else None


def _is_right_behind(source: _Shown, before: _Shown) -> bool:
    """Tell whether a sentence that points back stands right behind the one told before it."""
    units = source.passage.units
    at = units.index(source.unit)
    return at > 0 and source.passage.id == before.passage.id and units[at - 1] == before.unit


def _is_best(source: _Shown, selection: Selection) -> bool:
    best = selection.best
    return best is not None and (source.passage.id, source.unit.start) == (best.passage.id, best.unit.start)


def _tells(plan: Plan, source: _Shown, text: str) -> bool:
    """Tell whether what is left of the sentence that answers best still tells what is asked."""
    demand = demand_of(plan)
    return not demand.is_strict or demand.form(replace(source.unit, text=text)) > 0


def _shown(plan: Plan, chosen: Sequence[Evidence]) -> list[_Shown]:
    """Return the sentences of the answer under their tokens, in order of use."""
    tokens: dict[str, _Shown] = {}
    for evidence in chosen:
        place = f"{plan.question}\0{evidence.passage.document_id}\0{evidence.unit.start}"
        salt = 0
        while (token := _token(f"{place}\0{salt}")) in tokens:
            salt += 1
        tokens[token] = _Shown(token, evidence.passage, evidence.unit)
    return list(tokens.values())


def _token(text: str) -> str:
    """Return four letters or digits that tell nothing of the text, the same for the same text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    token = ""
    for _ in range(TOKEN_CHARS):
        number, at = divmod(number, len(letters))
        token += letters[at]
    return token


def _conversation(plan: Plan, shown: Sequence[_Shown], sources: Mapping[str, Source]) -> list[Message]:
    lines: list[str] = []
    before = ""
    for s in shown:
        if s.passage.id != before:
            before = s.passage.id
            lines.append(f"Uit {sources[s.passage.document_id].title}, {' > '.join(s.passage.path)}:")
        lines.append(f"[{s.token}] {s.unit.text}")
    return [
        Message(role="system", content=_prompt("taak.txt")),
        Message(role="user", content=_prompt("vraag.txt").format(passages="\n".join(lines), question=plan.corrected)),
    ]


def _prompt(name: str) -> str:
    return resources.files("begroting_qa").joinpath(f"prompts/{name}").read_text(encoding="utf-8").strip()


def _supported(reply: str, by_token: Mapping[str, _Shown]) -> Iterator[tuple[str, _Shown]]:
    """Yield the sentences of a reply that one of the sentences they cite says too, with that one."""
    flat = " ".join(reply.split())
    said_from = 0
    for match in _CITED.finditer(flat):
        whole = _DECORATION.sub("", flat[said_from : match.start()].lstrip(" .!?"))
        said_from = match.end()
        cited = [by_token[token] for token in _TOKEN.findall(match[0]) if token in by_token]
        # what stands before the last sentence cites nothing, unless it is all one sentence with a point inside
        for text in dict.fromkeys((whole, _SENTENCE_END.split(whole)[-1])):
            source = next((s for s in cited if text and says_the_same(text, s.unit.text)), None)
            if source is not None:
                yield text if text[-1] in ".!?" else f"{text}.", source
                break


def _cite(citations: list[Citation], source: _Shown, documents: Callable[[str], Document]) -> int:
    """Return the marker of a sentence, the same for the same sentence."""
    unit, document_id = source.unit, source.passage.document_id
    for citation in citations:
        if (citation.document_id, citation.start, citation.end) == (document_id, unit.start, unit.end):
            return citation.marker
    citations.append(
        Citation(
            marker=len(citations) + 1, document_id=document_id, path=source.passage.path,
            quote=documents(document_id).text[unit.start : unit.end], start=unit.start, end=unit.end,
        )
    )  # fmt: skip
    return len(citations)
