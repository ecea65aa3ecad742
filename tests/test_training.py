"""The training scripts at a toy size: what is left out, what a batch may hold, and that something is learned and resumes."""

from __future__ import annotations

import json
import lzma
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from begroting_qa.embed import StaticEmbedder
from training import train_static
from training.hard_negatives import mine
from training.queries import Asker
from training.texts import NearCopies, Paragraph, paragraphs
from training.train_static import batches

TOPICS = {
    "Parkeren": ["parkeerplaats", "auto", "vergunning", "garage", "betaald parkeren"],
    "Groen": ["boom", "park", "plantsoen", "gras", "snoeien"],
    "Onderwijs": ["school", "leerling", "leraar", "klaslokaal", "lesgeven"],
    "Riolering": ["riool", "regenwater", "pomp", "buis", "afvoeren"],
    "Cultuur": ["museum", "theater", "bibliotheek", "voorstelling", "toneel"],
}


def write_rows(file: Path, rows: list[dict[str, object]]) -> None:
    with lzma.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The text sets in small: invented paragraphs on five subjects, each subject with words of its own."""
    folder = tmp_path_factory.mktemp("data")
    rng = random.Random(3)
    plans: list[dict[str, object]] = []
    for number in range(600):
        topic = rng.choice(list(TOPICS))
        sentences = [
            f"De gemeente {rng.choice(('regelt', 'onderzoekt', 'betaalt'))} {rng.choice(TOPICS[topic])} en {rng.choice(TOPICS[topic])} "
            f"in wijk {rng.randrange(40)} vanaf {rng.randrange(1990, 2030)}."
            for _ in range(4)
        ]
        plans.append(
            {
                "doc": f"plan{number // 20}",
                "municipality": "0003",
                "heading": [f"3.{number % 9} {topic}"],
                "t": " ".join(sentences),
            }
        )
    write_rows(folder / "gemeenteplannen.jsonl.xz", plans)
    for name in ("wetten", "overheid_overig", "definities_qa", "gemeente_begrippen", "stsb_nl"):
        write_rows(folder / f"{name}.jsonl.xz", [])
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "odwn_synoniemen.jsonl").write_text('{"lemma": "wagen", "synoniemen": ["auto"]}\n', encoding="utf-8")
    return folder


@pytest.mark.filterwarnings("ignore")
def test_a_toy_encoder_is_trained_and_finds_the_subject(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys, "argv", ["train_static", "--data", str(data), "--out", str(tmp_path), "--steps", "150", "--batch", "64", "--rate", "0.2",
                      "--vocabulary", "3000", "--limit", "1000"],
    )  # fmt: skip
    train_static.main()
    encoder = StaticEmbedder(tmp_path)
    assert encoder.dimensions == train_static.DIMENSIONS
    questions = {
        "waar staat een boom": "Groen",
        "wat kost een vergunning voor mijn auto": "Parkeren",
        "leraar op school": "Onderwijs",
    }
    subjects = list(TOPICS)
    texts = encoder.embed_passages([" en ".join(TOPICS[subject]) for subject in subjects])
    nearest = [subjects[n] for n in np.argmax(encoder.embed_queries(list(questions)) @ texts.T, axis=1)]
    assert nearest == list(questions.values())
    log = json.loads((tmp_path / "training_log.json").read_text(encoding="utf-8"))
    assert log["seed"] == 9
    assert log["loss"][-1][1] < log["loss"][0][1]


def test_held_out_municipalities_and_copies_are_not_read(tmp_path: Path) -> None:
    text = "Het plangebied ligt aan de rand van de stad en wordt begrensd door de vaart en de spoorlijn naar het noorden."
    others = [text.replace("de spoorlijn naar het noorden", end) for end in ("de spoorlijn naar het zuiden",)]
    rows = [
        {"doc": "a", "municipality": "0003", "heading": [], "t": text},
        {"doc": "b", "municipality": "0003", "heading": [], "t": text},
        {"doc": "c", "municipality": "0007", "heading": [], "t": text.replace("stad", "gemeente").replace("rand", "zoom")},
        {"doc": "d", "municipality": "0010", "heading": [], "t": "Langs de hoofdweg komen nieuwe bedrijven in de logistiek en de bouw te staan."},
    ]  # fmt: skip
    write_rows(tmp_path / "gemeenteplannen.jsonl.xz", rows)
    for name in ("wetten", "overheid_overig"):
        write_rows(tmp_path / f"{name}.jsonl.xz", [])
    assert [p.document for p in paragraphs(tmp_path)] == ["a", "d"]
    copies = NearCopies()
    assert not copies.seen(text)
    assert copies.seen(others[0])
    assert not copies.seen("Voor de aanleg van riolering in de nieuwe wijk is een krediet van twee miljoen euro nodig.")


def test_a_query_never_holds_the_sentence_that_its_answer_would_give_away() -> None:
    paragraph = Paragraph(
        document="d",
        headings=("Hoofdstuk 2 Water",),
        text="Het riool loopt vol bij hevige regen in de zomer. De gemeente legt daarom wadi's en vijvers aan langs de singel.",
    )
    for seed in range(40):
        for query, answer in Asker(random.Random(seed), {}).queries_of(paragraph):
            assert query not in answer


def test_a_hard_negative_shares_words_but_not_the_heading() -> None:
    texts = [
        "De bibliotheek leent boeken uit aan kinderen in de wijk.",
        "De bibliotheek opent later op zondag.",
        "De bibliotheek krijgt nieuwe boeken voor kinderen van het fonds.",
        "Het riool wordt vervangen in de binnenstad.",
    ]
    groups = ["a|cultuur", "a|cultuur", "b|fonds", "b|riool"]
    found = mine(texts, groups, [("boeken voor kinderen in de bibliotheek van de wijk", 0)] * 8, np.random.default_rng(1))
    assert set(found.tolist()) == {2}


def test_no_two_queries_of_a_batch_ask_the_same() -> None:
    keys = [f"k{n % 30}" for n in range(300)]
    seen: set[int] = set()
    for batch in batches(keys, 20, 15, seed=1):
        assert len({keys[n] for n in batch}) == len(batch) == 20
        seen.update(batch.tolist())
    assert len(seen) > 250


@pytest.mark.filterwarnings("ignore")
def test_the_transformer_is_trained_in_pieces_and_each_part_loads(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import CrossEncoder, SentenceTransformer

    from training.transformer import contrast, cross, loop, prepare, pretrain

    def call(module: object, *options: str) -> None:
        monkeypatch.setattr(sys, "argv", ["script", *options])
        module.main()  # type: ignore[attr-defined]

    pieces, whole = tmp_path / "pieces", tmp_path / "whole"
    shape = ("--batch", "8", "--length", "16", "--width", "32", "--layers", "4", "--steps", "6")
    call(prepare, "--data", str(data), "--work", str(whole), "--vocabulary", "600", "--limit", "1000")
    shutil.copytree(whole, pieces)
    call(pretrain, "--work", str(whole), *shape)
    real = loop.time.monotonic
    ticks = iter(range(1000))
    monkeypatch.setattr(loop.time, "monotonic", lambda: float(next(ticks)) * 20)  # every look at the clock takes 20 seconds
    call(pretrain, "--work", str(pieces), "--minutes", "1", *shape)
    monkeypatch.setattr(loop.time, "monotonic", real)
    assert not (pieces / pretrain.FOLDER / "hf").exists()
    call(pretrain, "--work", str(pieces), *shape)
    one, other = (
        np.frombuffer((work / pretrain.FOLDER / "hf" / "model.safetensors").read_bytes(), dtype=np.uint8)
        for work in (whole, pieces)
    )
    assert np.array_equal(one, other)
    steps = [
        json.loads(line)["step"] for line in (pieces / pretrain.FOLDER / loop.LOSSES).read_text(encoding="utf-8").splitlines()
    ]
    assert len(steps) == 2
    assert 0 < steps[0] < steps[1] == 6

    call(contrast, "--work", str(whole), "--batch", "8", "--steps", "3")
    call(cross, "--work", str(whole), "--batch", "4", "--steps", "3")
    vectors = SentenceTransformer(str(whole / contrast.MODEL), device="cpu").float().encode(["een boom in het park", "riool"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    scores = CrossEncoder(str(whole / cross.MODEL), device="cpu", model_kwargs={"dtype": "float32"}).predict(
        [("boom", "park"), ("boom", "riool")]
    )
    assert scores.shape == (2,)
