"""Contrastive training of the pretrained encoder, with in-batch and hard negatives (InfoNCE; van den Oord et al., 2018).

    python -m training.transformer.contrast --work build/transformer [--minutes 9]

Call it until it says that all steps are done. `transformer-nl/` then holds a folder that sentence-transformers loads, in fp16.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, PreTrainedTokenizerFast

from training.transformer import pretrain
from training.transformer.loop import Course, device, run
from training.transformer.pairs import padded, read_pairs

FOLDER = "contrast"
MODEL = "transformer-nl"
SCALE = 20.0
MAX_TOKENS = 130


def pooled(model: torch.nn.Module, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the mean of the token vectors, scaled to length 1; shape (n, width)."""
    states = model(**inputs).last_hidden_state
    mask = inputs["attention_mask"][:, :, None].to(states.dtype)
    return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)


def save(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a folder that sentence-transformers loads: the encoder in fp16, mean pooling, unit length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    plain = folder.with_name(f"{folder.name}-hf")
    model.half().save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    encoder = Transformer(str(plain), max_seq_length=MAX_TOKENS)
    pooling = Pooling(encoder.get_embedding_dimension(), pooling_mode="mean")
    SentenceTransformer(modules=[encoder, pooling, Normalize()], device="cpu").half().save_pretrained(
        str(folder), create_model_card=False
    )


def main() -> None:
    """Train a piece, and save the encoder when all is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--steps", type=int, help="default: one epoch")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    source = options.work / pretrain.FOLDER / "hf"
    tokenizer = PreTrainedTokenizerFast.from_pretrained(source)
    model = AutoModel.from_pretrained(source, add_pooling_layer=False).float().to(device())
    pairs = read_pairs(options.work)
    n_pairs = len(pairs["queries"])
    batch = min(options.batch, n_pairs)
    a_round = n_pairs // batch

    def loss_at(step: int) -> torch.Tensor:
        order = np.random.default_rng((options.seed, step // a_round)).permutation(n_pairs)
        chosen = order[step % a_round * batch :][:batch].tolist()
        queries = pooled(model, padded([(pairs["queries"][n],) for n in chosen], device(), MAX_TOKENS))
        answers = [(pairs[name][n],) for name in ("positives", "negatives") for n in chosen]
        texts = pooled(model, padded(answers, device(), MAX_TOKENS))
        return torch.nn.functional.cross_entropy(SCALE * queries @ texts.T, torch.arange(batch, device=device()))

    course = Course(steps=options.steps or a_round, rate=options.rate, minutes=options.minutes, seed=options.seed)
    if run(model, loss_at, options.work / FOLDER, course):
        save(model.cpu(), tokenizer, options.work / MODEL)
        print("all steps are done")


if __name__ == "__main__":
    main()
