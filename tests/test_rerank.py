"""The learned ranker, and a cross-encoder behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from begroting_qa.domain import Filters, Passage, PassageKind, ScoredPassage
from begroting_qa.errors import ModelError
from begroting_qa.pipeline import Engine, answer_question, build_index, open_engine
from begroting_qa.rerank.cross import DEPTH, CrossEncoderReranker
from begroting_qa.rerank.learned import FEATURES, LearnedRanker, Ranking
from begroting_qa.settings import read_settings
from begroting_qa.understand.plan import understand


def passage(name: str, text: str, *, kind: PassageKind = PassageKind.PROSE) -> Passage:
    return Passage(
        id=name, document_id="d", kind=kind, path=(), context="Jaarverslag", text=text, start=0, end=len(text), units=()
    )


def ranked(engine: Engine, question: str, *texts: str) -> list[str]:
    found = [ScoredPassage(passage=passage(f"p{n}", text), score=1.0, rank=n) for n, text in enumerate(texts, 1)]
    return [
        s.passage.text
        for s in LearnedRanker(engine.vocabulary, engine.embedder).rerank(
            understand(question, Filters(), engine.vocabulary), found
        )
    ]


def test_words_in_one_sentence_outrank_the_same_words_scattered(engine: Engine) -> None:
    scattered = "De opvang is uitgebreid. Het plan voor dakloze mensen volgt. De nacht was koud en lang."
    together = "De opvang voor dakloze mensen in de nacht is uitgebreid. Het plan volgt. Het was koud en lang."
    assert ranked(engine, "Is de nachtopvang voor dakloze mensen uitgebreid?", scattered, together)[0] == together


def test_a_passage_in_other_words_outranks_one_on_another_subject(engine: Engine) -> None:
    other = "Het onderhoud van de wegen en de bruggen in de binnenstad kost meer dan begroot."
    meant = "Ongedocumenteerden krijgen onderdak en begeleiding in de opvang."
    assert ranked(engine, "Krijgen mensen zonder papieren hulp?", other, meant)[0] == meant


def test_a_date_is_looked_for_where_dates_stand(engine: Engine) -> None:
    told = {
        "Wanneer is het uitvoeringsplan Samen tegen eenzaamheid vastgesteld?": "Het uitvoeringsplan Samen tegen eenzaamheid is vastgesteld",
        "Wanneer is de verordening aangenomen?": "De verordening is door de raad aangenomen",
        "Wanneer is het pand aan de Archimedesweg geopend?": "Het pand aan de Archimedesweg is geopend door de wethouder",
        "Wanneer is het onderzoek naar slavernij afgerond?": "Het onderzoek naar slavernij is afgerond door het bureau",
    }
    dates = ("in maart 2024", "op 3 april 2023", "eind 2024")
    others = ("na overleg", "met algemene stemmen", "na een lange voorbereiding", "samen met partners")
    firsts = [
        ranked(engine, question, f"{sentence} {other}.", f"{sentence} {date}.")[0] == f"{sentence} {date}."
        for question, sentence in told.items()
        for date in dates
        for other in others
    ]
    assert sum(firsts) >= 0.85 * len(firsts)


def test_ranks_count_from_one_scores_fall_and_ties_go_by_id(engine: Engine) -> None:
    plan = understand("eenzaamheid", Filters(), engine.vocabulary)
    ranker = LearnedRanker(engine.vocabulary, engine.embedder)
    same = [ScoredPassage(passage=passage(name, "Eenzaamheid onder ouderen."), score=1.0, rank=1) for name in ("b", "a", "c")]
    found = ranker.rerank(plan, same)
    assert [(s.passage.id, s.rank) for s in found] == [("a", 1), ("b", 2), ("c", 3)]
    assert all(s.score > 0 for s in found)
    assert ranker.rerank(plan, []) == []


def test_a_question_without_words_is_ranked_without_a_fault(engine: Engine) -> None:
    plan = understand("?", Filters(), engine.vocabulary)
    one = [ScoredPassage(passage=passage("a", "Eenzaamheid onder ouderen."), score=1.0, rank=1)]
    assert np.isfinite(LearnedRanker(engine.vocabulary, engine.embedder).features(plan, one)).all()


def test_other_weights_give_another_order(engine: Engine) -> None:
    plan = understand("eenzaamheid", Filters(), engine.vocabulary)
    found = [
        ScoredPassage(passage=passage("prose", "Eenzaamheid."), score=1.0, rank=1),
        ScoredPassage(passage=passage("row", "Eenzaamheid.", kind=PassageKind.ROW), score=1.0, rank=2),
    ]
    rows = np.asarray([1.0 if name == "row" else 0.0 for name in FEATURES])
    by_rows = LearnedRanker(engine.vocabulary, engine.embedder, Ranking(numbers=rows, others=rows))
    against = LearnedRanker(engine.vocabulary, engine.embedder, Ranking(numbers=-rows, others=-rows))
    assert [s.passage.id for s in by_rows.rerank(plan, found)] == ["row", "prose"]
    assert [s.passage.id for s in against.rerank(plan, found)] == ["prose", "row"]


@pytest.fixture(scope="module")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("cross")
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = [path.read_text(encoding="utf-8") for path in corpus.glob("*.txt")]
    words.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=600, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    )
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", model_max_length=64
    ).save_pretrained(folder)
    shape = {
        "hidden_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 128,
    }
    BertForSequenceClassification(BertConfig(vocab_size=len(words.get_vocab()), num_labels=1, **shape)).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore")
def test_a_cross_encoder_reorders_the_first_few_only(engine: Engine, tiny_cross_encoder: Path) -> None:
    plan = understand("Wat doet Leiden tegen eenzaamheid onder ouderen?", Filters(), engine.vocabulary)
    found = [
        ScoredPassage(passage=passage(f"p{n:02}", f"Aanpak {n} tegen eenzaamheid. Iets anders."), score=1.0, rank=n)
        for n in range(1, 21)
    ]
    learned = LearnedRanker(engine.vocabulary, engine.embedder)
    crossed = CrossEncoderReranker(learned, str(tiny_cross_encoder), engine.vocabulary)
    before, after = learned.rerank(plan, found), crossed.rerank(plan, found)
    assert {s.passage.id for s in after[:DEPTH]} == {s.passage.id for s in before[:DEPTH]}
    assert after[DEPTH:] == before[DEPTH:]
    assert [s.rank for s in after] == list(range(1, 21))
    assert [s.score for s in after] == [s.score for s in before]
    # its own scores decide: turned round, the order turns round
    crossed._model.predict = lambda pairs, **_: np.arange(len(pairs))  # type: ignore[method-assign]
    assert [s.passage.id for s in crossed.rerank(plan, found)[:DEPTH]] == [s.passage.id for s in reversed(before[:DEPTH])]


@pytest.mark.filterwarnings("ignore")
def test_the_setting_puts_a_cross_encoder_in_the_pipeline(tmp_path: Path, corpus: Path, tiny_cross_encoder: Path) -> None:
    settings = read_settings(corpus=corpus, index=tmp_path / "index", reranker={"model": str(tiny_cross_encoder)})
    build_index(settings)
    with_model = open_engine(settings)
    assert isinstance(with_model.reranker, CrossEncoderReranker)
    assert "619" in answer_question(with_model, "Hoeveel opvangplekken voor asielzoekers moet Leiden organiseren?").text
    with_model.close()


@pytest.mark.filterwarnings("ignore")
def test_an_unknown_cross_encoder_is_named_in_the_error_and_nothing_is_fetched(engine: Engine) -> None:
    with pytest.raises(ModelError, match=r"bestaat-niet.*reranker\.model"):
        CrossEncoderReranker(engine.reranker, "/bestaat-niet/model", engine.vocabulary)
