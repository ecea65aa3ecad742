"""Make the text sets ready for a machine that has none of them: a tokenizer, token shards and pairs, in files of at most 60 MB.

    python -m training.transformer.prepare --data ../shared/data --work build/transformer

Writes `tokenizer/`, `tokens-NNN.npy` (paragraphs end to end, parted by [SEP]) and `pairs-NNN.npz` (queries, the texts that answer
them and hard negatives, as token numbers). Nothing after this needs the text sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from training.texts import paragraphs
from training.train_static import gather

VOCABULARY_SIZE = 32_000
MAX_POSITIONS = 256
SHARD_TOKENS = 28_000_000
PAIRS_A_SHARD = 150_000
QUERY_TOKENS = 48
TEXT_TOKENS = 128
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def train_tokenizer(texts: Iterator[str], size: int) -> PreTrainedTokenizerFast:
    """Return a lower-casing, accent-folding WordPiece tokenizer that puts [CLS] and [SEP] round a text or a pair."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=list(SPECIAL), limit_alphabet=300, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    ends = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_max_length=MAX_POSITIONS,
    )  # fmt: skip


def bare_ids(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], limit: int | None = None) -> list[np.ndarray]:
    """Return the token numbers of texts without [CLS] and [SEP], at most `limit` a text."""
    encoded = tokenizer.backend_tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [np.asarray(one.ids[:limit], dtype=np.uint16) for one in encoded]


def write_tokens(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], work: Path) -> int:
    """Write the texts end to end in shards, and return how many tokens they have."""
    end = np.asarray([tokenizer.sep_token_id], dtype=np.uint16)
    parts: list[np.ndarray] = []
    total = size = shard = 0
    for start in range(0, len(texts), 10_000):
        for ids in bare_ids(tokenizer, texts[start : start + 10_000]):
            parts += [ids, end]
            size += len(ids) + 1
        if size >= SHARD_TOKENS or start + 10_000 >= len(texts):
            np.save(work / f"tokens-{shard:03}.npy", np.concatenate(parts))
            total, shard, size, parts = total + size, shard + 1, 0, []
    return total


def write_pairs(tokenizer: PreTrainedTokenizerFast, data: Path, work: Path, seed: int, limit: int | None) -> int:
    """Write queries with their answers and hard negatives in shards, in random order, and return how many there are."""
    pairs = gather(data, seed, limit)
    order = np.random.default_rng(seed).permutation(len(pairs.queries))
    for shard, start in enumerate(range(0, len(order), PAIRS_A_SHARD)):
        chosen = order[start : start + PAIRS_A_SHARD]
        columns = {
            "queries": bare_ids(tokenizer, [pairs.queries[n] for n in chosen], QUERY_TOKENS),
            "positives": bare_ids(tokenizer, [pairs.texts[pairs.positives[n]] for n in chosen], TEXT_TOKENS),
            "negatives": bare_ids(tokenizer, [pairs.texts[pairs.negatives[n]] for n in chosen], TEXT_TOKENS),
        }
        arrays = {}
        for name, lists in columns.items():
            arrays[name] = np.concatenate(lists)
            arrays[f"{name}_starts"] = np.concatenate([[0], np.cumsum([len(ids) for ids in lists])]).astype(np.uint32)
        np.savez_compressed(work / f"pairs-{shard:03}.npz", **arrays)
    return len(order)


def main() -> None:
    """Write everything into the work folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with wetten.jsonl.xz and the rest")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY_SIZE)
    parser.add_argument("--limit", type=int, help="rows a file; for a trial")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    texts = [paragraph.text for paragraph in paragraphs(options.data, limit=options.limit)]
    tokenizer = train_tokenizer(iter(texts), options.vocabulary)
    tokenizer.save_pretrained(options.work / "tokenizer")
    n_tokens = write_tokens(tokenizer, texts, options.work)
    n_pairs = write_pairs(tokenizer, options.data, options.work, options.seed, options.limit)
    print(f"{len(texts)} paragraphs, {n_tokens} tokens, {n_pairs} pairs")


if __name__ == "__main__":
    main()
