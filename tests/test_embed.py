"""The shipped encoder read without sentence-transformers, and any other model through it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from begroting_qa.domain import Document
from begroting_qa.embed import StaticEmbedder, load_embedder
from begroting_qa.errors import ModelError
from begroting_qa.pipeline import answer_question, build_index, open_engine
from begroting_qa.settings import read_settings

MODEL = Path(__file__).parent.parent / "src" / "begroting_qa" / "models" / "static-nl"


@pytest.mark.filterwarnings("ignore")
def test_the_static_encoder_gives_what_sentence_transformers_gives(documents: dict[str, Document]) -> None:
    from sentence_transformers import SentenceTransformer

    text = documents["leiden-programmabegroting-2025-p9"].text
    sentences = [line for line in text.splitlines() if len(line) > 40][:60]
    theirs = SentenceTransformer(str(MODEL), device="cpu").float().encode(sentences, normalize_embeddings=True)
    ours = StaticEmbedder(MODEL).embed_passages(sentences)
    assert np.allclose(ours, theirs, atol=1e-4)


def test_vectors_have_length_one_and_an_empty_text_is_harmless() -> None:
    vectors = StaticEmbedder(MODEL).embed_queries(["eenzaamheid onder ouderen", "", "🙂"])
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(vectors).all()


def test_an_altered_model_file_is_refused(tmp_path: Path) -> None:
    for file in MODEL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tokenizer = tmp_path / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ModelError, match="sha256"):
        StaticEmbedder(tmp_path)


def test_an_unknown_model_is_named_in_the_error() -> None:
    with pytest.raises(ModelError, match="bestaat-niet"):
        load_embedder("/bestaat-niet/model")


@pytest.mark.filterwarnings("ignore")
def test_a_local_transformer_with_prefixes_builds_and_answers(tmp_path: Path, corpus: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    texts = [path.read_text(encoding="utf-8") for path in corpus.glob("*.txt")]
    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=600, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    )
    folder = tmp_path / "tiny"
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", model_max_length=64
    ).save_pretrained(folder)
    size = len(words.get_vocab())
    BertModel(
        BertConfig(
            vocab_size=size,
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
        )
    ).save_pretrained(folder)
    model = {"model": str(folder), "query_prefix": "query: ", "passage_prefix": "passage: "}
    settings = read_settings(corpus=corpus, index=tmp_path / "index", embedder=model)
    build_index(settings)
    engine = open_engine(settings)
    assert engine.embedder.dimensions == 32
    assert engine.embedder_id.startswith("tiny@")
    assert "619" in answer_question(engine, "Hoeveel opvangplekken voor asielzoekers moet Leiden organiseren?").text
    engine.close()
