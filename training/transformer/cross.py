"""Train a cross-encoder of 3 layers, cut from the contrastive encoder, on questions with passages and with single sentences.

    python -m training.transformer.cross --work build/transformer [--minutes 9]

Call it until it says that all steps are done. `cross-nl/` then holds a folder that sentence-transformers loads, in fp16.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast

from training.transformer.contrast import MODEL as ENCODER
from training.transformer.loop import Course, device, run
from training.transformer.pairs import padded, read_pairs

FOLDER = "cross"
MODEL = "cross-nl"
LAYERS = 3
RIVALS = 7
MAX_TOKENS = 112
# half of the texts are cut to about a sentence, so that single sentences are judged as well as passages
SENTENCE_TOKENS = 32


def main() -> None:
    """Train a piece, and save the cross-encoder when all is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--steps", type=int, help="default: one epoch")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    source = options.work / f"{ENCODER}-hf"
    tokenizer = PreTrainedTokenizerFast.from_pretrained(source)
    model = (
        AutoModelForSequenceClassification.from_pretrained(source, num_labels=1, num_hidden_layers=LAYERS).float().to(device())
    )
    pairs = read_pairs(options.work)
    n_pairs = len(pairs["queries"])
    batch = min(options.batch, n_pairs)
    a_round = n_pairs // batch

    def loss_at(step: int) -> torch.Tensor:
        rng = np.random.default_rng((options.seed, step))
        order = np.random.default_rng((options.seed, step // a_round)).permutation(n_pairs)
        chosen = order[step % a_round * batch :][:batch].tolist()
        rivals = rng.integers(n_pairs, size=(batch, RIVALS - 1)).tolist()
        rows: list[tuple[np.ndarray, np.ndarray]] = []
        for number, others in zip(chosen, rivals, strict=True):
            limit = SENTENCE_TOKENS if rng.random() < 0.5 else None
            texts = [pairs["positives"][number], pairs["negatives"][number], *(pairs["positives"][n] for n in others)]
            rows += [(pairs["queries"][number], text[:limit]) for text in texts]
        scores = model(**padded(rows, device(), MAX_TOKENS)).logits.view(batch, RIVALS + 1)
        return torch.nn.functional.cross_entropy(scores, torch.zeros(batch, dtype=torch.long, device=device()))

    course = Course(steps=options.steps or a_round, rate=options.rate, minutes=options.minutes, seed=options.seed)
    if run(model, loss_at, options.work / FOLDER, course):
        model.cpu().half().save_pretrained(options.work / MODEL)
        tokenizer.save_pretrained(options.work / MODEL)
        print("all steps are done")


if __name__ == "__main__":
    main()
