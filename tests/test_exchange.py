"""The formats of others, read and written; and the files that may not change."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import ir_measures
import pytest

from begroting_qa.errors import CasesError
from begroting_qa.evaluate.cases import CaseKind, load_cases
from begroting_qa.evaluate.exchange import Collection, is_beir, read_beir, read_qrels, read_squad, trec_run
from begroting_qa.evaluate.released import newest_versions
from begroting_qa.evaluate.retrieval import BM25, DENSE, WAYS, indexed, rank, score
from begroting_qa.evaluate.run import run_collection, run_evaluation
from begroting_qa.pipeline import configured_embedder
from begroting_qa.settings import Settings

TEXTS = {
    "1": "De gemeente verlaagt de rioolheffing in 2026.",
    "2": "Het zwembad De Zijl gaat in het voorjaar open.",
    "3": "Ouderen krijgen hulp in de huishouding.",
}


def beir(folder: Path, qrels: str, name: str = "test.tsv") -> Path:
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": key, "title": "Nieuws", "text": text} for key, text in TEXTS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    queries = [{"_id": "q1", "text": "Wanneer opent het zwembad?"}, {"_id": "q2", "text": "hulp voor bejaarden thuis"}]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries), encoding="utf-8")
    (folder / "qrels" / name).write_text(qrels, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("qrels", "name"),
    [
        ("query-id\tcorpus-id\tscore\nq1\t2\t1\nq2\t3\t2\nq2\t1\t0\n", "test.tsv"),
        ("q1 0 2 1\nq2 0 3 2\nq2 0 1 -1\n", "test.qrels"),
    ],
)
def test_a_beir_folder_with_either_form_of_judgements(tmp_path: Path, qrels: str, name: str) -> None:
    folder = beir(tmp_path / "b", qrels, name)
    assert is_beir(folder)
    assert not is_beir(tmp_path)
    collection = read_beir(folder)
    assert collection.texts["2"] == f"Nieuws\n{TEXTS['2']}"
    assert collection.qrels == {"q1": {"2": 1}, "q2": {"3": 2, "1": 0}}
    assert collection.queries["q1"] == "Wanneer opent het zwembad?"


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (lambda f: (f / "qrels" / "test.tsv").write_text("q1 2 1\n2 3\n"), "regel 2: '2 3' is geen regel"),
        (lambda f: (f / "corpus.jsonl").write_text('{"_id": "1"}\n'), "corpus.jsonl, regel 1: de sleutel 'text' ontbreekt"),
        (lambda f: (f / "queries.jsonl").write_text("\n{\n"), "queries.jsonl, regel 2: geen JSON"),
        (lambda f: (f / "qrels" / "test.tsv").unlink(), "staat geen qrels-bestand"),
    ],
)
def test_a_damaged_folder_is_refused_with_its_place(tmp_path: Path, break_it: object, expected: str) -> None:
    folder = beir(tmp_path / "b", "q1 0 2 1\n")
    break_it(folder)  # pyright: ignore[reportCallIssue]
    with pytest.raises(CasesError, match=expected):
        read_beir(folder)


def test_each_way_ranks_a_collection_and_writes_a_run(
    engine_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = beir(tmp_path / "b", "q1 0 2 1\nq2 0 3 1\n")
    assert run_collection(engine_settings, folder, tmp_path / "out") == 0
    shown = capsys.readouterr().out
    assert all(f"| {way} | 2 |" in shown for way in WAYS)
    run = list(ir_measures.read_trec_run(str(tmp_path / "out" / "bm25-alone.trec")))
    qrels = [ir_measures.Qrel("q1", "2", 1), ir_measures.Qrel("q2", "3", 1)]
    assert ir_measures.calc_aggregate([ir_measures.RR], qrels, run)[ir_measures.RR] == 1.0


def test_the_embedder_finds_what_shares_no_word(engine_settings: Settings) -> None:
    collection = Collection(texts=TEXTS, queries={"q": "senioren"}, qrels={"q": {"3": 1}})
    with indexed(collection, configured_embedder(engine_settings), 0.5) as searchable:
        ranked = rank(collection.queries, searchable)
    assert ranked[DENSE]["q"][0] == "3"
    worth = {w.way: w for w in score(ranked, collection.qrels)}
    assert worth[BM25].against is None
    assert worth[DENSE].mean.reciprocal_rank == 1.0


def test_a_run_is_one_word_a_column() -> None:
    assert trec_run([("q 1", ["a", "b"])], "t") == "q_1 Q0 a 1 1.000000 t\nq_1 Q0 b 2 0.500000 t\n"


def test_judgements_take_the_place_of_evidence(
    engine_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = Path(__file__).parent.parent / "eval" / "questions" / "leiden.v1.jsonl"
    file = tmp_path / "one.v1.jsonl"
    file.write_text(cases.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    qrels = tmp_path / "qrels"
    report = tmp_path / "report"
    run_evaluation(engine_settings, questions=[file], baseline=tmp_path / "none", report=report)
    case_id, _, third, *_ = (report / "report.trec").read_text(encoding="utf-8").splitlines()[2].split()
    qrels.write_text(f"{case_id} 0 {third} 1\n", encoding="utf-8")
    capsys.readouterr()
    run_evaluation(engine_settings, questions=[file], baseline=tmp_path / "none", qrels=qrels, as_json=True)
    (outcome,) = json.loads(capsys.readouterr().out)["outcomes"]
    assert outcome["measures"]["reciprocalRank"] == pytest.approx(1 / 3, abs=1e-3)


def test_judgements_that_are_none(tmp_path: Path) -> None:
    file = tmp_path / "qrels"
    file.write_text("q 0 p 1\nq 0 p veel\n", encoding="utf-8")
    with pytest.raises(CasesError, match="regel 2"):
        read_qrels(file)


# --- SQuAD --------------------------------------------------------------------------------------------------------------

DOCUMENT = "Kop\n\nHet zwembad\nopent op 1 maart 2026. De\nijshal volgt later.\n"
CONTEXT = "Het zwembad opent op 1 maart 2026. De ijshal volgt later."


def squad(tmp_path: Path, context: str, *questions: dict[str, object]) -> Path:
    file = tmp_path / "squad.json"
    data = {"version": "v2.0", "data": [{"title": "doc", "paragraphs": [{"context": context, "qas": list(questions)}]}]}
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def test_squad_questions_about_our_documents_become_cases(tmp_path: Path) -> None:
    start = CONTEXT.index("1 maart")
    file = squad(
        tmp_path,
        CONTEXT,
        {"id": "1", "question": "Wanneer opent het zwembad?", "answers": [{"text": "1 maart 2026", "answer_start": start}]},
        {"id": "2", "question": "Wanneer opent de ijshal?", "answers": [], "is_impossible": True},
        {"id": "3", "question": "Wat volgt?", "answers": [{"text": "De ijshal", "answer_start": CONTEXT.index("De ijshal")}]},
    )
    answerable, impossible, broken_line = read_squad(file, {"ander": "Niets.", "doc": DOCUMENT})
    (place,) = answerable.evidence[0].places
    assert DOCUMENT[place.start : place.end] == "1 maart 2026"
    assert answerable.accepted == (("1 maart 2026",),)
    assert impossible.kind is CaseKind.UNANSWERABLE
    (place,) = broken_line.evidence[0].places
    assert DOCUMENT[place.start : place.end] == "De\nijshal"


@pytest.mark.parametrize(
    ("context", "answer", "expected"),
    [
        ("Een ander verhaal.", {"text": "ander", "answer_start": 4}, "staat in geen enkel document"),
        (CONTEXT, {"text": "1 maart", "answer_start": 0}, "staat '1 maart' niet op teken 0"),
    ],
)
def test_squad_that_does_not_fit(tmp_path: Path, context: str, answer: dict[str, object], expected: str) -> None:
    file = squad(tmp_path, context, {"id": "1", "question": "Wanneer?", "answers": [answer]})
    with pytest.raises(CasesError, match=expected):
        read_squad(file, {"doc": DOCUMENT})


@pytest.mark.parametrize("content", ["{", "[]", '{"data": [{}]}', '{"data": 3}'])
def test_what_is_no_squad(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CasesError, match="geen SQuAD v2"):
        read_squad(file, {})


# --- released files -----------------------------------------------------------------------------------------------------

LINE = {
    "id": "a",
    "question": "Wat?",
    "kind": "unanswerable",
    "split": "dev",
    "status": "not_in_corpus",
    "accepted": [],
    "evidence": [],
}


def release(folder: Path, name: str, **changes: object) -> Path:
    file = folder / name
    file.write_text(json.dumps({**LINE, **changes}) + "\n", encoding="utf-8")
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as listing:
        listing.write(f"{sha256(file.read_bytes()).hexdigest()}  {name}\n")
    return file


def test_a_released_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    file = release(tmp_path, "set.v1.jsonl")
    assert len(load_cases([tmp_path], {}).cases) == 1
    file.write_text(json.dumps({**LINE, "question": "Anders?"}) + "\n", encoding="utf-8")
    with pytest.raises(CasesError, match=r"set\.v1\.jsonl is veranderd .*als set\.v2\.jsonl"):
        load_cases([file], {})
    file.unlink()
    release(tmp_path, "other.v1.jsonl")
    with pytest.raises(CasesError, match=r"set\.v1\.jsonl is vrijgegeven .*maar ontbreekt"):
        load_cases([tmp_path], {})


def test_a_correction_takes_the_place_of_what_it_corrects(tmp_path: Path) -> None:
    release(tmp_path, "set.v9.jsonl")
    release(tmp_path, "set.v10.jsonl", question="Beter?")
    release(tmp_path, "other.v1.jsonl", id="b")
    assert [file.name for file in newest_versions(tmp_path)] == ["other.v1.jsonl", "set.v10.jsonl"]
    assert [case.question for case in load_cases([tmp_path], {}).cases] == ["Wat?", "Beter?"]


def test_the_listing_is_one_of_sha256sum(tmp_path: Path) -> None:
    release(tmp_path, "set.v1.jsonl")
    (tmp_path / "SHA256SUMS").write_text("set.v1.jsonl\n", encoding="utf-8")
    with pytest.raises(CasesError, match=r"regel 1: 'set\.v1\.jsonl' is geen regel van sha256sum"):
        load_cases([tmp_path], {})


def test_every_shipped_question_file_is_released() -> None:
    folder = Path(__file__).parent.parent / "eval" / "questions"
    listed = {line.split()[1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    assert listed == {file.name for file in folder.glob("*.jsonl")}
