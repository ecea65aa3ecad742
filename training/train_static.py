"""Train the shipped static Dutch encoder from the text sets, on two CPU cores.

    python training/train_static.py --data ../shared/data --out src/begroting_qa/models/static-nl

Pairs come from the shape of public documents: a heading and its body, a sentence and the paragraph it was taken from, a
question and its answer, a term and its definition, a word and its synonym, everyday words and those of policy. The objective
is in-batch contrastive
(multiple negatives, Henderson et al. 2017) under Matryoshka dimensions (Kusupati et al. 2022). `rijksoverheid_vragen`
and one in twenty municipalities of `gemeenteplannen` are left out: they are for testing.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import (
    MatryoshkaLoss,
    MultipleNegativesRankingLoss,
)
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

VOCABULARY_SIZE = 32_000
DIMENSIONS = 256
MATRYOSHKA_DIMENSIONS = [256, 128, 64]
MAX_CHARS = 700
LEXICON = Path("src/begroting_qa/lexicon/synonyms.txt")
LEXICON_PAIRS = 20
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z])")
NUMBERING = re.compile(r"^((artikel|hoofdstuk|paragraaf|bijlage|titel|afdeling)\s+)?[\d.]+[a-z]?\.?\s*", re.I)
QUESTIONS = [
    "wat is {}",
    "wat staat er over {}",
    "hoe zit het met {}",
    "wat doet de gemeente aan {}",
    "welke regels gelden voor {}",
    "wat wordt er gezegd over {}",
    "informatie over {}",
    "{}",
]


def rows(path: Path) -> Iterator[dict]:
    """Yield the JSON rows of one xz-compressed file, in order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def held_out(municipality: str) -> bool:
    """Tell whether a municipality's plans are kept for testing: one in twenty, by its CBS code."""
    return int(municipality) % 20 == 7


def with_typo(text: str, rng: random.Random) -> str:
    """Return the text with one letter dropped, doubled or swapped, as a hurried reader types."""
    if len(text) < 8:
        return text
    at = rng.randrange(1, len(text) - 2)
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ]
    )


def paragraph_pairs(row: dict, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield heading-to-body and sentence-to-paragraph pairs of one paragraph."""
    text = " ".join(row["t"].split())
    if len(text) < 60:
        return
    headings = [NUMBERING.sub("", h).strip() for h in row.get("heading", [])]
    headings = [h for h in headings if len(h) > 3]
    if headings and rng.random() < 0.6:
        heading = headings[-1] if len(headings) == 1 or rng.random() < 0.7 else " ".join(headings[-2:])
        yield rng.choice(QUESTIONS).format(heading.lower()), text[:MAX_CHARS]
    sentences = SENTENCE_END.split(text)
    if len(sentences) >= 2:
        at = rng.randrange(len(sentences))
        rest = " ".join(sentences[:at] + sentences[at + 1 :])
        if 20 < len(sentences[at]) < 300 and len(rest) > 40:
            yield sentences[at], rest[:MAX_CHARS]


def words_of(question: str, rng: random.Random) -> str:
    """Return the sentence as a query: a random contiguous half of its words, in lower case."""
    words = question.lower().split()
    if len(words) < 6:
        return question
    size = rng.randrange(4, len(words))
    start = rng.randrange(len(words) - size + 1)
    return " ".join(words[start : start + size])


def plain_text_pairs(data: Path, rng: random.Random, limit: int | None) -> Iterator[tuple[str, str]]:
    """Yield the pairs of the three sets of running text; copied paragraphs and held-out municipalities are left out."""
    seen: set[int] = set()
    for name in ("wetten", "gemeenteplannen", "overheid_overig"):
        for row in islice(rows(data / f"{name}.jsonl.xz"), limit):
            key = hash(row["t"][:120])
            if key in seen or ("municipality" in row and held_out(row["municipality"])):
                continue  # copies would stand as false negatives in a batch
            seen.add(key)
            for query, body in paragraph_pairs(row, rng):
                asked = words_of(query, rng) if rng.random() < 0.5 else query
                yield (with_typo(asked, rng) if rng.random() < 0.1 else asked), body


def lexicon_pairs(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield pairs of phrases of one group of the shipped lexicon: everyday words and the words of policy, some as questions."""
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        phrases = [phrase.strip() for phrase in line.split(",")]
        if line.startswith("#") or len(phrases) < 2:
            continue
        for _ in range(LEXICON_PAIRS):
            one, other = rng.sample(phrases, 2)
            yield (rng.choice(QUESTIONS).format(one) if rng.random() < 0.3 else one), other


def all_pairs(data: Path, rng: random.Random, limit: int | None) -> list[tuple[str, str]]:
    """Return every training pair, shuffled."""
    pairs = list(plain_text_pairs(data, rng, limit))
    pairs.extend((row["question"], row["context"][:MAX_CHARS]) for row in rows(data / "definities_qa.jsonl.xz"))
    for row in rows(data / "gemeente_begrippen.jsonl.xz"):
        if row["definitie"]:
            pairs.append((f"wat is {row['begrip']}", row["definitie"][:MAX_CHARS]))
    for row in rows(data / "stsb_nl.jsonl.xz"):
        if row["score"] >= 4 and row.get("split") == "train":
            pairs.append((row["a"], row["b"]))
    with (data / "lexicon" / "odwn_synoniemen.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            pairs.extend((row["lemma"], word) for word in row["synoniemen"][:3])
    pairs.extend(lexicon_pairs(rng))
    rng.shuffle(pairs)
    return pairs


def train_tokenizer(texts: Iterator[str]) -> Tokenizer:
    """Return a lower-casing, accent-folding WordPiece tokenizer of VOCABULARY_SIZE entries."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY_SIZE, special_tokens=["[PAD]", "[UNK]"], limit_alphabet=300, min_frequency=3
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def main() -> None:
    """Train, and save model, tokenizer and a log of the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--limit", type=int, help="rows a file; for a trial")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()

    started = time.monotonic()
    rng = random.Random(options.seed)
    pairs = all_pairs(options.data, rng, options.limit)
    print(f"{len(pairs)} pairs, {time.monotonic() - started:.0f} s", flush=True)
    tokenizer = train_tokenizer(text for pair in pairs[:400_000] for text in pair)
    print(f"tokenizer, {time.monotonic() - started:.0f} s", flush=True)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=DIMENSIONS)], device="cpu")
    pairs = pairs[: options.steps * options.batch]
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=str(options.out / "run"),
            max_steps=options.steps,
            per_device_train_batch_size=options.batch,
            learning_rate=0.2,
            warmup_steps=options.steps // 10,
            lr_scheduler_type="cosine",
            seed=options.seed,
            save_strategy="no",
            logging_steps=50,
            report_to=[],
            disable_tqdm=True,
            use_cpu=True,
        ),
        train_dataset=Dataset.from_dict({"anchor": [a for a, _ in pairs], "positive": [p for _, p in pairs]}),
        loss=MatryoshkaLoss(model, MultipleNegativesRankingLoss(model), matryoshka_dims=MATRYOSHKA_DIMENSIONS),
    )
    trainer.train()
    options.out.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(str(options.out), create_model_card=False)
    log = {
        "seed": options.seed,
        "steps": options.steps,
        "batch": options.batch,
        "pairs": len(pairs),
        "seconds": round(time.monotonic() - started),
        "loss": [[e["step"], round(e["loss"], 4)] for e in trainer.state.log_history if "loss" in e],
    }
    (options.out / "training_log.json").write_text(json.dumps(log) + "\n", encoding="utf-8")
    print(f"done, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
