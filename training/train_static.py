"""Train the shipped static Dutch encoder from the text sets, on processor cores.

    python -m training.train_static --data ../shared/data --out build/static-nl

A query and the text that answers it come from the shape of public documents: a heading and its paragraph, a sentence and the
rest of its paragraph, a question and its answer, a term and its definition, a word and its synonym, everyday words and those
of policy. The objective is contrastive (InfoNCE over the batch and one BM25 hard negative a query; van den Oord et al., 2018)
under Matryoshka dimensions (Kusupati et al., 2022). Rows start scaled by how rare their token is (Arora et al., ICLR 2017).
`rijksoverheid_vragen` and one in twenty municipalities of `gemeenteplannen` are left out: they are for testing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from training.hard_negatives import mine
from training.queries import Asker, key_of, lexicon_pairs, read_wordnet
from training.texts import paragraphs, rows

VOCABULARY_SIZE = 32_000
DIMENSIONS = 256
MATRYOSHKA_DIMENSIONS = (256, 128, 64)
MAX_CHARS = 600
MAX_TOKENS = 128
SCALE = 20.0
SIF_A = 1e-3
LEXICON_REPEATED = 30
TOKENIZER_PAIRS = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Queries, the texts that answer them and those that do not, as numbers into `texts`; `keys` tell which ask the same."""

    queries: list[str]
    positives: np.ndarray
    negatives: np.ndarray
    keys: list[str]
    texts: list[str]


def gather(data: Path, seed: int, limit: int | None) -> Pairs:
    """Return every training pair, with a hard negative for each that comes from running text."""
    rng = random.Random(seed)
    wordnet = read_wordnet(data)
    asker = Asker(rng, wordnet)
    own: list[str] = []
    groups: list[str] = []
    asked: list[tuple[str, int]] = []
    answers: list[str] = []
    for number, paragraph in enumerate(paragraphs(data, limit=limit)):
        own.append(paragraph.text[:MAX_CHARS])
        groups.append(f"{paragraph.document}|{paragraph.headings}")
        for query, answer in asker.queries_of(paragraph):
            asked.append((query, number))
            answers.append(answer[:MAX_CHARS])
    mined = mine(own, groups, asked, np.random.default_rng(seed))
    others = [*other_pairs(data, rng, wordnet, limit)]
    texts = [*own, *answers, *(text for _, text in others)]
    queries = [*(query for query, _ in asked), *(query for query, _ in others)]
    random_texts = np.random.default_rng(seed + 1).integers(len(own), size=len(others))
    return Pairs(
        queries=queries,
        positives=np.arange(len(own), len(texts)),
        negatives=np.concatenate([mined, random_texts]),
        keys=[key_of(query) for query in queries],
        texts=texts,
    )


def other_pairs(
    data: Path, rng: random.Random, wordnet: Mapping[str, tuple[str, ...]], limit: int | None
) -> Iterator[tuple[str, str]]:
    """Yield pairs that are no running text: questions, definitions, sentences that mean the same, synonyms."""
    for row in list(rows(data / "definities_qa.jsonl.xz"))[:limit]:
        yield row["question"], row["context"][:MAX_CHARS]
    for row in list(rows(data / "gemeente_begrippen.jsonl.xz"))[:limit]:
        if row["definitie"]:
            yield f"wat is {row['begrip']}", row["definitie"][:MAX_CHARS]
    for row in list(rows(data / "stsb_nl.jsonl.xz"))[:limit]:
        if row["score"] >= 4 and row["split"] == "train":  # noqa: PLR2004 (of 5: means the same)
            yield row["a"], row["b"]
    for lemma, others in list(wordnet.items())[:limit]:
        for other in others:
            yield lemma, other
    yield from list(lexicon_pairs(rng, LEXICON_REPEATED))[:limit]


def train_tokenizer(texts: Iterator[str], size: int) -> Tokenizer:
    """Return a lower-casing, accent-folding WordPiece tokenizer of at most `size` entries."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]"], limit_alphabet=300, min_frequency=3, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token numbers of many texts end to end: those of text n are `ids[starts[n]:starts[n + 1]]`."""

    ids: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> Encoded:
        """Encode, at most MAX_TOKENS a text."""
        parts: list[np.ndarray] = []
        for start in range(0, len(texts), 10_000):
            batch = tokenizer.encode_batch(list(texts[start : start + 10_000]), add_special_tokens=False)
            parts.extend(np.asarray(encoding.ids[:MAX_TOKENS] or [0], dtype=np.uint16) for encoding in batch)
        starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        return cls(np.concatenate(parts), starts)

    def bag(self, numbers: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the token numbers of some texts, and where each text begins among them."""
        parts = [self.ids[self.starts[n] : self.starts[n + 1]] for n in numbers]
        starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])[:-1]])
        return torch.from_numpy(np.concatenate(parts).astype(np.int64)), torch.from_numpy(starts.astype(np.int64))


def batches(keys: Sequence[str], size: int, steps: int, seed: int) -> Iterator[np.ndarray]:
    """Yield batches of pairs in which no two queries ask the same; what is put off comes in a later batch."""
    rng = np.random.default_rng(seed)
    waiting: list[int] = []
    numbers: Iterator[int] = iter(())
    for _ in range(steps):
        chosen: list[int] = []
        taken: set[str] = set()
        put_off: list[int] = []
        while len(chosen) < min(size, len(keys) // 2):
            if waiting:
                number = waiting.pop()
            elif (following := next(numbers, None)) is not None:
                number = following
            else:
                numbers = iter(rng.permutation(len(keys)).tolist())
                continue
            if keys[number] in taken:
                put_off.append(number)
            else:
                taken.add(keys[number])
                chosen.append(number)
        waiting = put_off
        yield np.asarray(chosen)


def contrastive_loss(queries: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """Return InfoNCE summed over the Matryoshka dimensions; text n answers query n, and all others do not."""
    wanted = torch.arange(len(queries))
    total = queries.new_zeros(())
    for size in MATRYOSHKA_DIMENSIONS:
        q, t = (torch.nn.functional.normalize(vectors[:, :size], dim=1) for vectors in (queries, texts))
        total = total + torch.nn.functional.cross_entropy(SCALE * q @ t.T, wanted)
    return total


def train(pairs: Pairs, tokenizer: Tokenizer, *, steps: int, batch: int, rate: float, seed: int) -> tuple[np.ndarray, list[Any]]:
    """Return the token vectors, shape (vocabulary, DIMENSIONS), and the loss by step."""
    torch.manual_seed(seed)
    queries, texts = Encoded.of(tokenizer, pairs.queries), Encoded.of(tokenizer, pairs.texts)
    counts = np.bincount(texts.ids, minlength=tokenizer.get_vocab_size()) / len(texts.ids)
    table = torch.nn.EmbeddingBag(tokenizer.get_vocab_size(), DIMENSIONS, mode="mean")
    with torch.no_grad():
        table.weight *= torch.from_numpy(SIF_A / (SIF_A + counts)).float()[:, None]
    optimizer = torch.optim.Adam(table.parameters(), lr=rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, pct_start=0.1, div_factor=20)
    curve: list[Any] = []
    recent: list[float] = []
    started = time.monotonic()
    for step, chosen in enumerate(batches(pairs.keys, batch, steps, seed), 1):
        answers = np.concatenate([pairs.positives[chosen], pairs.negatives[chosen]])
        loss = contrastive_loss(table(*queries.bag(chosen)), table(*texts.bag(answers)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        recent.append(float(loss))
        if step % max(steps // 60, 1) == 0:
            curve.append([step, round(sum(recent) / len(recent), 4)])
            print(f"step {step} of {steps}, loss {curve[-1][1]}, {time.monotonic() - started:.0f} s", flush=True)
            recent.clear()
    return table.weight.detach().numpy(), curve


def save(folder: Path, tokenizer: Tokenizer, table: np.ndarray, log: dict[str, Any]) -> None:
    """Write a folder that sentence-transformers loads: fp16 weights, tokenizer, hashes and a log."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder.mkdir(parents=True, exist_ok=True)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=table)], device="cpu")
    model.half().save_pretrained(str(folder), create_model_card=False)
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("model.safetensors", "tokenizer.json")}
    (folder / "sha256.json").write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    (folder / "training_log.json").write_text(json.dumps(log) + "\n", encoding="utf-8")


def main() -> None:
    """Train, and save model, tokenizer and a log of the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with wetten.jsonl.xz and the rest")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY_SIZE)
    parser.add_argument("--limit", type=int, help="rows a file; for a trial")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    started = time.monotonic()
    pairs = gather(options.data, options.seed, options.limit)
    print(f"{len(pairs.queries)} pairs, {time.monotonic() - started:.0f} s", flush=True)
    step = max(len(pairs.queries) // TOKENIZER_PAIRS, 1)
    sample = (text for n in range(0, len(pairs.queries), step) for text in (pairs.queries[n], pairs.texts[pairs.positives[n]]))
    tokenizer = train_tokenizer(sample, options.vocabulary)
    print(f"tokenizer, {time.monotonic() - started:.0f} s", flush=True)
    table, curve = train(pairs, tokenizer, steps=options.steps, batch=options.batch, rate=options.rate, seed=options.seed)
    log = {
        "seed": options.seed, "steps": options.steps, "batch": options.batch, "rate": options.rate, "pairs": len(pairs.queries),
        "vocabulary": tokenizer.get_vocab_size(), "seconds": round(time.monotonic() - started), "loss": curve,
    }  # fmt: skip
    save(options.out, tokenizer, table, log)
    print(f"done, {log['seconds']} s", flush=True)


if __name__ == "__main__":
    main()
