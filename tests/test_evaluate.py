"""The evaluation: cases that load or say why not, measures on literal cases, and a gate that sees planted faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from begroting_qa import pipeline
from begroting_qa.errors import CasesError
from begroting_qa.evaluate import measures
from begroting_qa.evaluate.answerers import Answerer, engine_answerer
from begroting_qa.evaluate.baseline import accept_baseline, compare, differences, newly_wrong, read_baseline, summarize
from begroting_qa.evaluate.cases import Case, CaseKind, CaseSet, Split, comparable, load_cases
from begroting_qa.evaluate.judging import Facts, broken_rules, is_right
from begroting_qa.evaluate.measures import Outcome, Run
from begroting_qa.evaluate.ranking import score_rankings
from begroting_qa.evaluate.report import as_data, junit, markdown, summary, terminal_table, write_reports
from begroting_qa.evaluate.run import evaluate, run_evaluation
from begroting_qa.evaluate.statistics import compare_paired, interval
from begroting_qa.settings import Settings, read_settings
from begroting_qa.wire.bodies import AnswerBody

ROOT = Path(__file__).parent.parent
BUDGET = "stad-programmabegroting-2025"
REPORT = "stad-jaarverslag-2024"
TEXTS = {
    BUDGET: "De opvang\nkost 8,7 miljoen euro in 2025.\nHet zwembad opent op 1 maart 2026.\nDe motie M.23.0049.39 is af.\n"
    "Het saldo is -1.234,5 en het doel blijft gelijk.\n",
    REPORT: "In 2024 kwamen er 1.250 bezoekers.\nHet doel blijft\ngelijk.\n",
}
FACTS = Facts(
    texts=TEXTS,
    titles={BUDGET: "Programmabegroting 2025", REPORT: "Jaarverslag 2024"},
    years=frozenset({"2024", "2025", "2026"}),
)


def line(**changes: object) -> dict[str, object]:
    """One good line, with changes; None takes a key away."""
    good: dict[str, object] = {
        "id": "a-1",
        "question": "Wat kost de opvang?",
        "kind": "prose",
        "split": "dev",
        "status": "answered",
        "accepted": ["8,7 miljoen"],
        "evidence": [{"document": BUDGET, "quote": "De opvang\nkost 8,7 miljoen euro in 2025."}],
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


UNANSWERABLE: dict[str, object] = {"kind": "unanswerable", "status": "not_in_corpus", "accepted": [], "evidence": []}
LINES = [
    line(),
    line(
        id="a-2",
        question="Wanneer opent het zwembad?",
        kind="commitment",
        accepted=["1 maart 2026"],
        evidence=[{"document": BUDGET, "quote": "Het zwembad opent op 1 maart 2026."}],
    ),
    line(
        id="b-1",
        question="Hoeveel bezoekers waren er in 2024?",
        split="test",
        accepted=["1.250"],
        evidence=[{"document": REPORT, "quote": "In 2024 kwamen er 1.250 bezoekers."}],
    ),
    line(id="a-3", question="Wie is de burgemeester?", **UNANSWERABLE),
    line(id="b-2", question="Hoeveel bezoekers waren er in 2031?", split="test", **UNANSWERABLE),
]


def write(path: Path, lines: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in lines), encoding="utf-8")
    return path


def load(tmp_path: Path, *lines: dict[str, object]) -> CaseSet:
    return load_cases([write(tmp_path / "set.v1.jsonl", lines)], TEXTS)


def place(text: str, quote: str) -> tuple[int, int]:
    start = text.index(quote)
    return start, start + len(quote)


def body(question: str, answer: str, *quotes: tuple[str, str], items: Sequence[str] = (), **changes: object) -> AnswerBody:
    """An answer on the wire that cites the quotes, also as its passages; without quotes a refusal."""
    cited: list[dict[str, object]] = []
    for marker, (document_id, quote) in enumerate(quotes, 1):
        start, end = place(TEXTS[document_id], quote)
        cited.append({
            "marker": marker, "documentId": document_id, "title": FACTS.titles[document_id], "municipality": "Stad",
            "kind": "programmabegroting", "year": int(FACTS.titles[document_id][-4:]), "section": [], "quote": quote,
            "start": start, "end": end, "url": "",
        })  # fmt: skip
    passages = [
        {"id": str(n), "documentId": c["documentId"], "section": [], "text": "", "start": c["start"], "end": c["end"], "score": 1}
        for n, c in enumerate(cited)
    ]
    data = {
        "id": "", "question": question, "status": "answered" if quotes else "not_in_corpus", "answer": answer,
        "items": [{"text": text, "citation": 1} for text in items], "reading": {}, "citations": cited, "passages": passages,
        "refusal": None if quotes else {"searched": "", "nearest": []},
        "timingMs": {"total": 4.0, "retrieve": 1.0, "answer": 3.0},
        "engine": {"embedder": "", "answerer": "", "indexGeneration": ""},
    }  # fmt: skip
    return AnswerBody.model_validate({**data, **changes})


OPVANG = (BUDGET, "De opvang\nkost 8,7 miljoen euro in 2025.")
ZWEMBAD = (BUDGET, "Het zwembad opent op 1 maart 2026.")
BEZOEKERS = (REPORT, "In 2024 kwamen er 1.250 bezoekers.")
REFUSAL = "Dit staat niet in de documenten."


def honest(question: str) -> AnswerBody:
    """Answer every question of LINES as it should be."""
    match question:
        case "Wat kost de opvang?":
            return body(question, "De opvang kost 8,7 miljoen euro in 2025. [1]", OPVANG)
        case "Wanneer opent het zwembad?":
            return body(question, "Het zwembad opent op 1 maart 2026. [1]", ZWEMBAD)
        case "Hoeveel bezoekers waren er in 2024?":
            return body(question, "In 2024 kwamen er 1.250 bezoekers. [1]", BEZOEKERS)
        case _:
            return body(question, REFUSAL)


def run_of(tmp_path: Path, ask: Callable[[str], AnswerBody], lines: Sequence[dict[str, object]] = LINES) -> Run:
    return evaluate(Answerer(ask=lambda case: ask(case.question), facts=FACTS), load(tmp_path, *lines))


# --- cases --------------------------------------------------------------------------------------------------------------


def test_a_case_knows_the_places_of_its_evidence(tmp_path: Path) -> None:
    case = load(tmp_path, line(mustPass=True, note="x", accepted=["a", ["b", "c"]])).cases[0]
    assert case.accepted == (("a",), ("b", "c"))
    assert case.kind is CaseKind.PROSE
    assert case.split is Split.DEV
    assert case.must_pass
    assert [(p.start, p.end) for p in case.evidence[0].places] == [(0, len(OPVANG[1]))]


def test_the_same_words_in_two_documents_are_one_piece_of_evidence(tmp_path: Path) -> None:
    evidence = [{"document": BUDGET, "quote": "het doel blijft gelijk"}, {"document": REPORT, "quote": "Het doel blijft\ngelijk"}]
    case = load(tmp_path, line(evidence=evidence)).cases[0]
    assert len(case.evidence) == 1
    assert [p.document_id for p in case.evidence[0].places] == [BUDGET, REPORT]


def test_a_folder_stands_for_its_files_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    write(tmp_path / "b.v1.jsonl", [line(id="b")])
    (tmp_path / "a.v1.jsonl").write_text("\n" + json.dumps(line(id="a")) + "\n\n", encoding="utf-8")
    found = load_cases([tmp_path, tmp_path / "a.v1.jsonl"], TEXTS)
    assert [case.id for case in found.cases] == ["a", "b"]
    before = found.sha256
    write(tmp_path / "b.v1.jsonl", [line(id="b", note="anders")])
    assert load_cases([tmp_path], TEXTS).sha256 != before


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extra": 1}, ["onbekende sleutel 'extra'", "mustPass"]),
        ({"must_pass": True}, ["onbekende sleutel 'must_pass'"]),
        ({"question": None}, ["'question' ontbreekt"]),
        ({"accepted": None}, ["'accepted' ontbreekt"]),
        ({"id": " "}, ["'id' is ' '", "niet-lege tekst"]),
        ({"question": "x" * 1001}, ["'question'", "1000 tekens"]),
        ({"kind": "raadsel"}, ["'kind' is 'raadsel'", "misspelled"]),
        ({"split": "train"}, ["'split' is 'train'", "dev, test"]),
        ({"status": "goed"}, ["'status' is 'goed'", "not_supported"]),
        ({"accepted": "8,7"}, ["'accepted' is '8,7'", "een lijst"]),
        ({"accepted": [[]]}, ["'accepted'", "een lijst"]),
        ({"accepted": [""]}, ["'accepted'", "een lijst"]),
        ({"mustPass": "ja"}, ["'mustPass' is 'ja'", "true of false"]),
        ({"accepted": []}, ["'accepted' is leeg"]),
        ({"evidence": []}, ["'evidence' is leeg"]),
        ({**UNANSWERABLE, "accepted": ["x"]}, ["'accepted' is gevuld", "not_in_corpus"]),
        ({**UNANSWERABLE, "evidence": line()["evidence"]}, ["'evidence' is gevuld"]),
        ({**UNANSWERABLE, "status": "answered"}, ["kind 'unanswerable' past niet bij status 'answered'"]),
        ({"status": "not_in_corpus"}, ["kind 'prose' past niet"]),
        ({"evidence": [{"document": BUDGET}]}, ["'quote' ontbreekt"]),
        ({"evidence": [{"document": BUDGET, "quote": "x", "page": 1}]}, ["'page'", "document, quote"]),
        ({"evidence": [{"document": "elders", "quote": "x"}]}, ["'document' is 'elders'", BUDGET]),
        ({"evidence": [{"document": REPORT, "quote": "kost 8,7"}]}, ["'kost 8,7' staat niet letterlijk", REPORT, "neem het"]),
        ({"evidence": [{"document": BUDGET, "quote": "opvang kost"}]}, ["wel met andere witruimte"]),
    ],
)
def test_a_line_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, object], expected: list[str]
) -> None:
    with pytest.raises(CasesError) as caught:
        load(tmp_path, line(id="first"), line(**changes))
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'set.v1.jsonl'}, regel 2: ")
    for part in expected:
        assert part in message


def test_an_id_is_unique_over_all_files(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.jsonl", [line()]), write(tmp_path / "b.jsonl", [line(id="x"), line()])
    with pytest.raises(CasesError, match=r"b\.jsonl, regel 2: id 'a-1' staat ook in a\.jsonl, regel 1"):
        load_cases([second, first], TEXTS)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"id": \n', "regel 1: geen geldige JSON"),
        (b"\n[1]\n", "regel 2: deze regel is geen JSON-object"),
        (b'\n{"id": "\xff"}\n', "regel 2: deze regel is geen UTF-8"),
        (b"\n", "geen enkele vraag gevonden"),
        (None, "is niet te lezen"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, expected: str) -> None:
    file = tmp_path / "set.v1.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CasesError, match=expected):
        load_cases([file], TEXTS)


# --- one answer ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "answer", "items", "expected"),
    [
        (["8,7 miljoen"], "Dat is 8,7 MILJOEN. [1]", [], True),
        (["8,7 miljoen"], "Dat is 8,7\u00a0\n miljoen", [], True),
        (["8,7 miljoen"], "Dat is 18,7 miljoen", [], False),
        (["125"], "Er zijn 1.125, 1250 en 125,5", [], False),
        (["125"], "Er zijn er 125.", [], True),
        (["‘de burcht’"], "Dat is 'de burcht'", [], True),
        (["2026 – 2030"], "van 2026 - 2030", [], True),
        (["nee", "ja"], "Ja.", [], True),
        ([["rood", "blauw"]], "Rood en groen", [], False),
        ([["rood", "blauw"]], "Kleuren: [1]", ["rood", "blauw"], True),
        (["laat"], "x" * 698 + " laat", [], False),
        (["laat"], "x", ["y" * 290 + " laat"], True),
        (["twee partijen"], "twee [1] partijen", [], True),
    ],
)
def test_an_accepted_answer(tmp_path: Path, accepted: list[object], answer: str, items: list[str], expected: bool) -> None:
    case = load(tmp_path, line(accepted=accepted)).cases[0]
    assert is_right(case, body("v", answer, OPVANG, items=items)) is expected


def test_a_refusal_is_right_for_an_unanswerable_case_only(tmp_path: Path) -> None:
    answerable, unanswerable = load(tmp_path, line(accepted=["documenten"]), line(id="u", **UNANSWERABLE)).cases
    refusal, answer = body("v", REFUSAL), body("v", "In de documenten. [1]", OPVANG)
    assert [is_right(c, a) for c in (answerable, unanswerable) for a in (refusal, answer)] == [False, True, True, False]
    assert is_right(unanswerable, body("v", REFUSAL, status="not_supported"))


def test_comparable_text_keeps_letters_and_digits() -> None:
    assert comparable(" Een\u00a0“Éénmalig”\n– 5 ") == 'een "éénmalig" - 5'


def test_recall_counts_pieces_of_evidence_and_rr_the_first_passage(tmp_path: Path) -> None:
    both = [{"document": BUDGET, "quote": ZWEMBAD[1]}, {"document": REPORT, "quote": BEZOEKERS[1]}]
    case = load(tmp_path, line(evidence=both)).cases[0]
    other = (BUDGET, "De motie")
    rankings = {
        "none": [other, OPVANG],
        "first": [ZWEMBAD],
        "second": [other, (BUDGET, "opent"), ZWEMBAD],
        "deep": [other, ZWEMBAD, other, other, other, BEZOEKERS],
        "both": [BEZOEKERS, ZWEMBAD],
    }
    cases = [(replace(case, id=name), body("v", "x", *quotes)) for name, quotes in rankings.items()]
    found = score_rankings([*cases, (replace(case, id="empty"), body("v", REFUSAL))])
    assert {case_id: (ranking.recall_at_5, ranking.reciprocal_rank) for case_id, ranking in found.items()} == {
        "none": (0.0, 0.0),
        "first": (0.5, 1.0),
        "second": (0.5, 0.5),
        "deep": (0.5, 0.5),
        "both": (1.0, 1.0),
        "empty": (0.0, 0.0),
    }
    assert found["both"].ndcg_at_10 > found["first"].ndcg_at_10 > found["second"].ndcg_at_10 > found["none"].ndcg_at_10 == 0.0
    assert found["deep"].recall_at_20 == 1.0


@pytest.mark.parametrize(
    ("question", "answer", "quotes", "items", "details"),
    [
        ("v", "De opvang kost 8,7 miljoen euro in 2025. [1]", [OPVANG], [], []),
        ("v", "Dat kost 8.700.000 euro. [1]", [OPVANG], [], []),
        ("v", "Dat kost 8,7 euro. [1]", [OPVANG], [], ["number 8.7"]),
        ("v", "Dat kost 8,8 miljoen euro. [1]", [OPVANG], [], ["number 8800000"]),
        ("v", "Kosten. [1]", [OPVANG], ["8,8 miljoen"], ["number 8800000"]),
        ("Is het 12%?", "Nee, geen 12 procent. [1]", [OPVANG], [], []),
        ("v", "Volgens de Programmabegroting 2025. [1]", [ZWEMBAD], [], []),
        ("v", "Volgens het jaarverslag 2024. [1]", [ZWEMBAD], [], ["number 2024"]),
        ("v", "Het opent in maart 2026. [1]", [ZWEMBAD], [], []),
        ("v", "Het opent op 1 maart. [1]", [ZWEMBAD], [], []),
        ("v", "Het opent op 1 april 2026. [1]", [ZWEMBAD], [], ["date 1 april 2026"]),
        ("v", "Het opent op 2 maart 2026. [1]", [ZWEMBAD], [], ["number 2", "date 2 maart 2026"]),
        ("v", "Motie M.23.0049.39. [1]", [(BUDGET, "M.23.0049.39")], [], []),
        ("v", "Motie M 23.0049.39. [1]", [(BUDGET, "M.23.0049.39")], [], []),
        ("v", "Motie M.23.0049.38. [1]", [(BUDGET, "M.23.0049.39")], [], ["code m.23.0049.38"]),
        ("v", "Saldo -1.234,5. [1]", [(BUDGET, "-1.234,5")], [], []),
        ("v", "Saldo -1234.5. [1]", [(BUDGET, "-1.234,5")], [], []),
        ("v", "Saldo 1.234,5. [1]", [(BUDGET, "-1.234,5")], [], ["number 1234.5"]),
        ("v", "Versie 1.2.3. [1]", [OPVANG], [], ["number 1.2.3"]),
        ("Wat gebeurt er in 2031?", "Over 2031 staat er niets; er is 2024 tot en met 2026.", [], [], []),
        ("v", "Het Jaarverslag 2024 zegt niets over 2031.", [], [], ["number 2031"]),
    ],
)
def test_what_is_not_in_a_quote_is_invented(
    question: str, answer: str, quotes: list[tuple[str, str]], items: list[str], details: list[str]
) -> None:
    found = broken_rules(body(question, answer, *quotes, items=items), FACTS)
    assert [breach.detail for breach in found] == details
    assert {breach.rule for breach in found} <= {2}


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"start": 1, "end": 40}, [1]),
        ({"end": 10_000}, [1]),
        ({"documentId": REPORT}, [1]),
        ({"documentId": "elders"}, [1]),
        ({"quote": OPVANG[1].replace("\n", " ")}, [1]),
        ({"marker": 2}, [1]),
    ],
)
def test_a_quote_is_literal(change: dict[str, object], rules: list[int]) -> None:
    good = body("v", "8,7 miljoen [1]", OPVANG)
    cited = {**good.citations[0].model_dump(), **change}
    assert [b.rule for b in broken_rules(body("v", "8,7 miljoen [1]", OPVANG, citations=[cited]), FACTS)] == rules


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        (body("v", "x [1]", OPVANG, status="not_in_corpus"), [3, 3]),
        (body("v", REFUSAL, status="answered", refusal=None), [3]),
        (body("v", REFUSAL, refusal=None), [3]),
        (body("v", " "), [3]),
        (body("v", "x [1]", OPVANG, refusal={"searched": "", "nearest": []}), [3]),
        (body("v", "x" * 700 + "y", OPVANG), [4]),
        (body("v", "x" * 700, OPVANG, items=["x" * 300]), []),
        (body("v", "x", OPVANG, items=["x" * 301, "y" * 301]), [4, 4]),
        (body("v", "x [1][2]", OPVANG), [1]),
    ],
)
def test_status_and_lengths(answer: AnswerBody, rules: list[int]) -> None:
    assert [breach.rule for breach in broken_rules(answer, FACTS)] == rules


# --- a group of cases ---------------------------------------------------------------------------------------------------


def outcomes(tmp_path: Path) -> list[Outcome]:
    """Right with one good and one stray citation, wrong, refused; then refused and answered that should not be."""
    answers = iter([
        body("v", "8,7 miljoen [1]", OPVANG, BEZOEKERS),
        body("v", "iets [1]", OPVANG),
        body("v", REFUSAL),
        body("v", REFUSAL),
        body("v", "iets [1]", ZWEMBAD, timingMs={"total": 10.0, "retrieve": 0.0, "answer": 0.0}),
    ])  # fmt: skip
    evidence = [{"document": BUDGET, "quote": OPVANG[1]}, {"document": BUDGET, "quote": ZWEMBAD[1]}]
    answerable = [line(id=f"a-{n}", evidence=evidence) for n in range(3)]
    return list(
        run_of(tmp_path, lambda _: next(answers), [*answerable, *(line(id=f"u-{n}", **UNANSWERABLE) for n in range(2))]).outcomes
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("recallAt5", (0.5 + 0.5 + 0) / 3),
        ("reciprocalRank", 2 / 3),
        ("answerAccuracy", 1 / 3),
        ("citationPrecision", 2 / 3),
        ("citationRecall", 2 / 4),
        ("refusalPrecision", 1 / 2),
        ("refusalRecall", 1 / 2),
        ("wronglyRefused", 1 / 3),
        ("confidentError", 2 / 5),
        ("rulesBroken", 0),
        ("meanMs", 26 / 5),
    ],
)
def test_a_measure(tmp_path: Path, name: str, value: float) -> None:
    measure = next(m for m in measures.MEASURES if m.name == name)
    assert measure.of(outcomes(tmp_path)) == pytest.approx(value)
    assert measure.of([]) in (None, 0.0)


def test_a_measure_says_nothing_of_a_group_without_its_sort(tmp_path: Path) -> None:
    by_name = {measure.name: measure for measure in measures.MEASURES}
    assert by_name["refusalRecall"].of(outcomes(tmp_path)[:3]) is None
    assert by_name["answerAccuracy"].of(outcomes(tmp_path)[3:]) is None


# --- reports and the gate -----------------------------------------------------------------------------------------------


def accepted(tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "eval" / "baseline.json"
    accept_baseline(run, path, "eerste\nmeting")
    return path


def test_the_same_run_passes(tmp_path: Path) -> None:
    run = run_of(tmp_path, honest)
    baseline = read_baseline(accepted(tmp_path, run))
    assert compare(run, baseline) == []
    assert differences(run, baseline) == []
    assert newly_wrong(run, baseline) == []


def moved(answer: AnswerBody) -> AnswerBody:
    cited = [c.model_copy(update={"start": c.start + 1, "end": c.end + 1}) for c in answer.citations]
    return answer.model_copy(update={"citations": cited})


def one_digit_off(answer: AnswerBody) -> AnswerBody:
    text = answer.answer.replace("8,7", "8,8").replace("2026", "2027").replace("1.250", "1.251")
    return answer.model_copy(update={"answer": text})


def never_refused(answer: AnswerBody) -> AnswerBody:
    return answer if answer.citations else body(answer.question, "De opvang kost 8,7 miljoen euro. [1]", OPVANG)


def always_refused(answer: AnswerBody) -> AnswerBody:
    return body(answer.question, REFUSAL)


def shuffled(answer: AnswerBody) -> AnswerBody:
    stray = body("v", "x", (BUDGET, "De motie")).passages
    return answer.model_copy(update={"passages": [*stray, *answer.passages]})


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (moved, {"rulesBroken"}),
        (one_digit_off, {"rulesBroken", "answerAccuracy", "confidentError"}),
        (never_refused, {"refusalRecall", "confidentError", "refusalPrecision"}),
        (always_refused, {"answerAccuracy", "wronglyRefused", "refusalPrecision", "citationPrecision"}),
        (shuffled, {"reciprocalRank"}),
    ],
)
def test_a_planted_fault_is_seen(tmp_path: Path, fault: Callable[[AnswerBody], AnswerBody], seen: set[str]) -> None:
    baseline = read_baseline(accepted(tmp_path, run_of(tmp_path, honest)))
    found = compare(run_of(tmp_path, lambda question: fault(honest(question))), baseline)
    assert seen <= {regression.measure for regression in found}
    assert all(" van " in regression.line and " naar " in regression.line for regression in found)


def test_a_fall_within_its_own_tolerance_passes(tmp_path: Path) -> None:
    path = accepted(tmp_path, run_of(tmp_path, honest))
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["measures"]["dev"]["reciprocalRank"] == {"value": 1.0, "tolerance": 0.02, "higherIsBetter": True}
    assert data["outcomes"]["a-1"] is True
    for split in data["measures"].values():
        split["reciprocalRank"]["tolerance"] = split["ndcgAt10"]["tolerance"] = 0.5
    path.write_text(json.dumps(data), encoding="utf-8")
    worse = run_of(tmp_path, lambda question: shuffled(honest(question)))
    assert compare(worse, read_baseline(path)) == []
    accept_baseline(worse, path, "mag")
    again = read_baseline(path)
    assert again is not None
    assert again.measures[Split.DEV]["reciprocalRank"].tolerance == 0.5
    log = (path.parent / "LOG.md").read_text(encoding="utf-8").splitlines()
    assert [entry.split(" (")[0] for entry in log] == ["- eerste meting", "- mag"]
    assert "answerAccuracy 100,0%" in log[1]


def test_a_must_pass_case_fails_by_itself(tmp_path: Path) -> None:
    lines = [line(id=f"a-{n}", mustPass=n == 0) for n in range(100)]
    first = True

    def ask(question: str) -> AnswerBody:
        nonlocal first
        answer, first = body(question, "Niets. [1]", OPVANG) if first else honest(question), False
        return answer

    baseline = read_baseline(accepted(tmp_path, run_of(tmp_path, honest, lines)))
    run = run_of(tmp_path, ask, lines)
    assert [(r.measure, r.where) for r in compare(run, baseline)] == [("mustPass", "a-0")]
    assert [o.case.id for o in newly_wrong(run, baseline)] == ["a-0"]
    assert "Was goed, nu fout: a-0 (prose) Wat kost de opvang?" in summary(run, baseline, verbose=False)


def test_other_cases_and_another_corpus_are_said(tmp_path: Path) -> None:
    run = run_of(tmp_path, honest)
    baseline = read_baseline(accepted(tmp_path, run))
    other = replace(run_of(tmp_path, honest, LINES[:4]), corpus="anders")
    assert [said.split(";")[0] for said in differences(other, baseline)] == [
        "Let op: de vragen zijn veranderd sinds de baseline",
        "Let op: het corpus is veranderd sinds de baseline",
    ]
    strangers = run_of(tmp_path, always_wrong, [line(id="z")])
    assert differences(strangers, baseline)[-1].startswith("Let op: geen enkele vraag staat ook in de baseline")
    assert compare(strangers, baseline) == []


def always_wrong(question: str) -> AnswerBody:
    return body(question, "Niets. [1]", OPVANG)


def test_a_baseline_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert read_baseline(path) is None
    path.write_text('{"measures": {}}', encoding="utf-8")
    with pytest.raises(CasesError, match=r"baseline\.json is niet te gebruiken"):
        read_baseline(path)
    with pytest.raises(CasesError, match="heeft geen reden"):
        accept_baseline(run_of(tmp_path, honest), tmp_path / "new.json", " ")


def test_the_table_has_a_row_per_kind_and_split(tmp_path: Path) -> None:
    table = terminal_table(summarize(run_of(tmp_path, honest))).splitlines()
    assert [row.split()[:3] for row in table[1:]] == [
        ["dev", "prose", "1"], ["dev", "commitment", "1"], ["dev", "unanswerable", "1"], ["dev", "alle", "3"],
        ["test", "prose", "1"], ["test", "unanswerable", "1"], ["test", "alle", "2"],
    ]  # fmt: skip
    assert table[4].split()[3:7] == ["100,0%", "1,000", "100,0%", "100,0%"]


def test_failures_of_test_are_never_listed(tmp_path: Path) -> None:
    run = run_of(tmp_path, always_wrong)
    for shown in (summary(run, None, verbose=True), markdown(run, None), json.dumps(as_data(run, None)["failures"])):
        assert "a-2" in shown
        assert "b-1" not in shown
    assert "verwacht: 1 maart 2026" in summary(run, None, verbose=True)
    assert "verwacht" not in summary(run, None, verbose=False)


def test_reports_come_in_every_form(tmp_path: Path) -> None:
    baseline = read_baseline(accepted(tmp_path, run_of(tmp_path, honest)))
    run = run_of(tmp_path, lambda question: one_digit_off(honest(question)))
    write_reports(run, baseline, tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "report.md",
        "report.json",
        "report.xml",
        "report.html",
        "report.trec",
        "run.json",
    }
    suites = ElementTree.fromstring(junit(run, baseline))
    assert int(suites[0].get("failures", "0")) > 0
    assert [case.get("name") for case in suites.iter("testcase") if case.get("classname") == "dev.prose"] == ["a-1"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg role=") == 2
    assert "95%-interval" in page
    text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert "8,7" in text.split("## Veranderde vragen")[1]
    assert "8,8" in text.split("## Veranderde vragen")[1]


def test_what_was_said_in_test_stays_hidden(tmp_path: Path) -> None:
    path = accepted(tmp_path, run_of(tmp_path, honest))
    kept = read_baseline(path)
    assert kept is not None
    assert "a-1" in kept.answers
    assert "b-1" not in kept.answers


# --- statistics and groups ------------------------------------------------------------------------------------------------


def test_a_fall_that_chance_makes_unlikely_is_significant_and_a_small_one_is_not() -> None:
    before = {"accuracy": {f"q{n}": 1.0 for n in range(100)}}
    many = {"accuracy": {f"q{n}": float(n >= 12) for n in range(100)}}
    few = {"accuracy": {f"q{n}": float(n >= 2) for n in range(100)}}
    (fell,) = compare_paired(before, many, {"accuracy": True})
    assert (fell.wins, fell.ties, fell.losses) == (0, 88, 12)
    assert fell.is_worse
    assert fell.interval.high < 0
    (noise,) = compare_paired(before, few, {"accuracy": True})
    assert not noise.is_worse
    (same,) = compare_paired(before, before, {"accuracy": True})
    assert same.p == 1.0


def test_many_measures_ask_for_more_proof() -> None:
    before = {name: {f"q{n}": 1.0 for n in range(40)} for name in "abcdefgh"}
    after = {name: {f"q{n}": float(n >= (6 if name == "a" else 0)) for n in range(40)} for name in "abcdefgh"}
    alone = compare_paired({"a": before["a"]}, {"a": after["a"]}, {"a": True})[0]
    among = next(p for p in compare_paired(before, after, dict.fromkeys("abcdefgh", True)) if p.measure == "a")
    assert alone.is_worse
    assert among.p > alone.p


def test_an_interval_is_narrower_with_more_cases() -> None:
    few, many = interval([(float(n % 2), 1.0) for n in range(20)]), interval([(float(n % 2), 1.0) for n in range(2000)])
    assert few is not None
    assert many is not None
    assert few.low < many.low < 0.5 < many.high < few.high
    assert interval([]) is None


GROUPED = [
    line(id="v-1", group="variant:1"),
    line(id="v-2", group="variant:1", question="Wat zijn de kosten?"),
    line(id="t-1", group="twin:1", question="Wat kost de opvang nu?"),
    line(
        id="t-2",
        group="twin:1",
        question="Wat kost Delft?",
        kind="unanswerable",
        status="not_in_corpus",
        accepted=[],
        evidence=[],
    ),
    line(id="n-1", group="neutral:1", question="Wat kost die dure opvang?"),
    line(id="n-2", group="neutral:1", question="Wat kost die mooie opvang?"),
]


def test_groups_tell_what_a_case_alone_does_not(tmp_path: Path) -> None:
    kost = body("v", "De opvang kost 8,7 miljoen euro. [1]", OPVANG)
    by_name = {measure.name: measure for measure in measures.MEASURES}

    def values(ask: Callable[[str], AnswerBody]) -> list[float | None]:
        run = run_of(tmp_path, ask, GROUPED)
        return [by_name[name].of(run.outcomes) for name in ("consistency", "twinsApart", "neutrality")]

    assert values(lambda question: body(question, REFUSAL) if "Delft" in question else kost) == [1.0, 1.0, 1.0]
    assert values(lambda _question: kost) == [1.0, 0.0, 1.0]
    assert values(lambda question: body(question, "Af. [1]", ZWEMBAD) if "dure" in question else kost)[2] == 0.0
    assert values(lambda question: body(question, REFUSAL) if "kosten" in question else kost)[0] == 0.0


@pytest.mark.parametrize(
    ("accepted_answer", "text", "expected"),
    [
        ("€ 43,77 mln", "Lasten: 43.770 (bedragen x 1.000,-)", True),
        ("8,7 miljoen", "De bijdrage is € 8.700.000", True),
        ("8,7 miljoen", "De bijdrage is 8,7 duizend", False),
        ("8,7 miljoen", "De bijdrage is 87 miljoen", False),
        ("619", "Er zijn 619 plekken", True),
        ("619", "Er zijn 61.900 plekken", False),
    ],
)
def test_an_amount_counts_in_any_notation(tmp_path: Path, accepted_answer: str, text: str, expected: bool) -> None:
    (case,) = load(tmp_path, line(accepted=[accepted_answer])).cases
    assert is_right(case, body("v", f"{text} [1]", OPVANG)) is expected


# --- with the product ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    chosen = read_settings(corpus=ROOT / "corpus", index=tmp_path_factory.mktemp("index"))
    pipeline.build_index(chosen)
    return chosen


def small_set(tmp_path: Path) -> Path:
    """The first cases of three kinds from the shipped set."""
    kept: dict[str, list[str]] = {"prose": [], "reference": [], "unanswerable": []}
    for raw in (ROOT / "eval" / "questions" / "leiden.v1.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(raw)
        if case["split"] == "dev" and len(kept.get(case["kind"], "full")) < 4:
            kept[case["kind"]].append(raw)
    file = tmp_path / "small.v1.jsonl"
    file.write_text("\n".join(raw for lines in kept.values() for raw in lines) + "\n", encoding="utf-8")
    return file


def gate(settings: Settings, tmp_path: Path, *, reason: str | None = None, as_json: bool = False) -> int:
    return run_evaluation(
        settings,
        questions=[small_set(tmp_path)],
        baseline=tmp_path / "baseline.json",
        report=tmp_path / "report",
        as_json=as_json,
        accept_reason=reason,
        verbose=False,
    )


def test_the_shipped_cases_fit_the_corpus(settings: Settings) -> None:
    engine = pipeline.open_engine(settings)
    try:
        cases: tuple[Case, ...] = load_cases([ROOT / "eval" / "questions"], engine_answerer(engine).facts.texts).cases
    finally:
        engine.close()
    assert len(cases) >= 100
    assert {case.kind for case in cases} == set(CaseKind)
    assert sum(case.group.startswith("twin:") for case in cases) >= 120
    assert sum(case.group.startswith("variant:") for case in cases) >= 100
    assert sum(not case.is_answerable for case in cases) >= 25


def test_every_case_is_reported_once(settings: Settings, tmp_path: Path) -> None:
    engine = pipeline.open_engine(settings)
    told: list[tuple[int, int]] = []
    try:
        answerer = engine_answerer(engine)
        cases = load_cases([small_set(tmp_path)], answerer.facts.texts)
        run = evaluate(answerer, cases, report=lambda done, total: told.append((done, total)))
    finally:
        engine.close()
    assert told == [(n, 12) for n in range(1, 13)]
    assert all(outcome.milliseconds > 0 for outcome in run.outcomes)


def test_the_gate_needs_a_baseline_and_then_passes(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate(settings, tmp_path) == 1
    assert "leg deze uitkomst vast met --accept-baseline" in capsys.readouterr().err
    assert gate(settings, tmp_path, reason="begin") == 0
    capsys.readouterr()
    assert gate(settings, tmp_path, as_json=True) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["regressions"] == []
    assert (tmp_path / "report" / "report.md").read_text(encoding="utf-8").startswith("# Evaluatie")
    assert json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))["groups"]


def test_an_earlier_run_is_as_good_as_a_baseline(settings: Settings, tmp_path: Path) -> None:
    gate(settings, tmp_path, reason="begin")
    earlier = tmp_path / "report" / "run.json"
    assert read_baseline(earlier) is not None
    assert run_evaluation(settings, questions=[small_set(tmp_path)], baseline=earlier) == 0


def test_a_report_holds_a_run_as_trec_has_it(settings: Settings, tmp_path: Path) -> None:
    gate(settings, tmp_path, reason="begin")
    rows = [line.split() for line in (tmp_path / "report" / "report.trec").read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in rows} == {6}
    assert {row[1] for row in rows} == {"Q0"}
    first = [row for row in rows if row[0] == rows[0][0]]
    assert [int(row[3]) for row in first] == list(range(1, len(first) + 1))
    assert [float(row[4]) for row in first] == sorted((float(row[4]) for row in first), reverse=True)
