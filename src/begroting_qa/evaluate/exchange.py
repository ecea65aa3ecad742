"""The formats that others use: BEIR folders, SQuAD v2, TREC qrels and runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from begroting_qa.domain import AnswerStatus
from begroting_qa.errors import CasesError
from begroting_qa.evaluate.cases import Case, CaseKind, Evidence, Place, Split
from begroting_qa.evaluate.wording import foreign_file, no_qrels, squad_context_not_found
from begroting_qa.wire.bodies import MAX_QUESTION_CHARS

Qrels = Mapping[str, Mapping[str, int]]
BEIR_FILES = ("corpus.jsonl", "queries.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Texts to rank for queries, both by id; `qrels` gives by query how relevant each text is, 0 for judged and not relevant."""

    texts: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Qrels


# --- BEIR and TREC ------------------------------------------------------------------------------------------------------


def is_beir(path: Path) -> bool:
    """Tell whether a path is a folder as BEIR lays it out."""
    return all((path / name).is_file() for name in BEIR_FILES)


def read_beir(folder: Path) -> Collection:
    """Return a BEIR folder (Thakur et al., NeurIPS 2021): corpus.jsonl, queries.jsonl and qrels.

    Of several files in qrels/ that of `test` counts, or all where there is none. Queries without a relevant text are
    left out, as BEIR's own scorer does.

    Raises:
        CasesError: a file is missing or a line cannot be read.
    """
    texts = {str(row["_id"]): f"{row.get('title') or ''}\n{row['text']}".strip() for row in _rows(folder / BEIR_FILES[0], "text")}
    queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / BEIR_FILES[1], "text")}
    found = sorted((folder / "qrels").glob("*")) or sorted(folder.glob("qrels*"))
    files = [file for file in found if file.is_file()]
    if not files:
        raise CasesError(no_qrels(folder))
    chosen = [file for file in files if file.stem == "test"] or files
    qrels: dict[str, dict[str, int]] = {}
    for file in chosen:
        for query, judged in read_qrels(file).items():
            qrels.setdefault(query, {}).update(judged)
    relevant = {query: judged for query, judged in qrels.items() if query in queries and any(judged.values())}
    return Collection(texts=texts, queries={query: queries[query] for query in relevant}, qrels=relevant)


def _rows(file: Path, *keys: str) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(_text(file).split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CasesError(foreign_file(file, number, f"geen JSON ({error})")) from error
            missing = [key for key in ("_id", *keys) if not isinstance(row, dict) or key not in row]
            if missing:
                raise CasesError(foreign_file(file, number, f"de sleutel '{missing[0]}' ontbreekt"))
            yield row


def read_qrels(file: Path) -> dict[str, dict[str, int]]:
    """Return relevance by query and text: four columns as TREC has them, or BEIR's three with or without its heading.

    Raises:
        CasesError: a line has other columns.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_text(file).splitlines(), 1):
        columns = line.split()
        if not columns or (number == 1 and not re.fullmatch(r"-?\d+", columns[-1])):
            continue
        match columns:
            case [query, _, text, relevance] | [query, text, relevance] if re.fullmatch(r"-?\d+", relevance):
                qrels.setdefault(query, {})[text] = max(0, int(relevance))
            case _:
                raise CasesError(foreign_file(file, number, f"'{line[:80]}' is geen regel 'vraag 0 passage relevantie'"))
    return qrels


def trec_run(rankings: Iterable[tuple[str, Sequence[str]]], tag: str) -> str:
    """Return rankings in the form of TREC: query, Q0, text, rank from 1, score and tag.

    Tools sort a run by its score, so that is the reciprocal of the rank; blanks in an id become `_`.
    """
    lines = [
        f"{_word(query)} Q0 {_word(text)} {rank} {1 / rank:.6f} {_word(tag)}\n"
        for query, texts in rankings
        for rank, text in enumerate(texts, 1)
    ]
    return "".join(lines)


def _word(text: str) -> str:
    return re.sub(r"\s+", "_", text)


# --- SQuAD --------------------------------------------------------------------------------------------------------------


def read_squad(file: Path, texts: Mapping[str, str]) -> tuple[Case, ...]:
    """Return the questions of a SQuAD v2 file (Rajpurkar et al., ACL 2018) about our documents as cases of `dev`.

    Each context must stand in one of `texts`, canonical by document id, as it is or with other blanks; where a document is
    titled as the article it is looked for there first.

    Raises:
        CasesError: the file is not SQuAD, or a context is in no document.
    """
    try:
        articles = json.loads(_text(file))["data"]
        return tuple(
            _squad_case(file, str(article.get("title", "")), paragraph["context"], question, texts)
            for article in articles
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CasesError(foreign_file(file, None, f"geen SQuAD v2 ({type(error).__name__}: {error})")) from error


def _squad_case(file: Path, title: str, context: str, question: Mapping[str, Any], texts: Mapping[str, str]) -> Case:
    case_id = str(question["id"])
    asked = str(question["question"]).strip()
    if not 1 <= len(asked) <= MAX_QUESTION_CHARS:
        raise CasesError(foreign_file(file, None, f"vraag {case_id} heeft {len(asked)} tekens, 1 tot {MAX_QUESTION_CHARS} mag"))
    answers = [] if question.get("is_impossible") else [(str(a["text"]), int(a["answer_start"])) for a in question["answers"]]
    pattern = re.compile(r"\s+".join(map(re.escape, context.split())))
    ordered = sorted(texts, key=lambda document_id: (document_id != title, document_id))
    found = next(((d, m) for d in ordered if (m := pattern.search(texts[d]))), None)
    if found is None:
        raise CasesError(squad_context_not_found(file, case_id, context))
    document_id, match = found
    evidence: dict[tuple[int, int], Evidence] = {}
    for text, start in answers:
        if context[start : start + len(text)] != text:
            raise CasesError(
                foreign_file(file, None, f"bij vraag {case_id} staat '{text[:80]}' niet op teken {start} van de context")
            )
        place = _place(document_id, texts[document_id], match, context[:start], text)
        evidence[place.start, place.end] = Evidence(quote=texts[document_id][place.start : place.end], places=(place,))
    # annotators mark one fact in several stretches: any of them proves it
    places = tuple(piece.places[0] for piece in evidence.values())
    return Case(
        id=case_id, question=asked, kind=CaseKind.PROSE if answers else CaseKind.UNANSWERABLE, split=Split.DEV,
        status=AnswerStatus.ANSWERED if answers else AnswerStatus.NOT_IN_CORPUS,
        accepted=tuple((text,) for text in dict.fromkeys(text for text, _ in answers)),
        evidence=(Evidence(quote=answers[0][0], places=places),) if answers else (), must_pass=False, note="",
    )  # fmt: skip


def _place(document_id: str, text: str, context: re.Match[str], before: str, answer: str) -> Place:
    """Return where an answer stands in a document whose blanks may differ from the context's."""
    lead = re.compile(r"\s*".join(map(re.escape, "".join(before.split()))) + r"\s*")
    start = lead.match(text, context.start())
    at = start.end() if start else context.start()
    end = re.compile(r"\s*".join(map(re.escape, "".join(answer.split())))).match(text, at)
    return Place(document_id=document_id, start=at, end=end.end() if end else context.end())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(foreign_file(file, None, f"niet te lezen ({error})")) from error
