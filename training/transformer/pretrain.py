"""Masked-language pretraining of a Dutch encoder of 6 layers of 384 (Devlin et al., 2019; 30% masked, Wettig et al., 2023).

    python -m training.transformer.pretrain --work build/transformer [--minutes 9]

Call it until it says that all steps are done; each call goes on where the last one stopped. `hf/` then holds the encoder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from training.transformer.loop import Course, device, run

EPOCHS = 4
MASKED = 0.3
FOLDER = "pretrained"


def configuration(vocabulary: int, *, layers: int = 6, width: int = 384) -> BertConfig:
    """Return the encoder's shape: 23 M parameters with 32,000 tokens."""
    return BertConfig(
        vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers, num_attention_heads=max(width // 32, 1),
        intermediate_size=4 * width, max_position_embeddings=256, pad_token_id=0,
    )  # fmt: skip


def masked(ids: torch.Tensor, tokenizer: PreTrainedTokenizerFast) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs with a share of the tokens masked, swapped or left, and labels that are -100 elsewhere."""
    chosen = (torch.rand(ids.shape, device=ids.device) < MASKED) & (ids >= len(tokenizer.all_special_ids))
    labels = torch.where(chosen, ids, -100)
    dice = torch.rand(ids.shape, device=ids.device)
    inputs = torch.where(chosen & (dice < 0.8), tokenizer.mask_token_id, ids)
    swapped = torch.randint(len(tokenizer.all_special_ids), len(tokenizer), ids.shape, device=ids.device)
    return torch.where(chosen & (dice >= 0.9), swapped, inputs), labels


def main() -> None:
    """Train a piece, and save the encoder when all is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--steps", type=int, help="default: four epochs")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(options.work / "tokenizer")
    tokens = np.concatenate([np.load(file) for file in sorted(options.work.glob("tokens-*.npy"))])
    n_rows = len(tokens) // options.length
    rows = torch.from_numpy(tokens[: n_rows * options.length].astype(np.int32)).view(n_rows, options.length).to(device())
    torch.manual_seed(options.seed)
    model = BertForMaskedLM(configuration(len(tokenizer), layers=options.layers, width=options.width)).to(device())
    batch = min(options.batch, n_rows)
    a_round = n_rows // batch

    def loss_at(step: int) -> torch.Tensor:
        order = np.random.default_rng((options.seed, step // a_round)).permutation(n_rows)
        chosen = torch.from_numpy(order[step % a_round * batch :][:batch]).to(device())
        inputs, labels = masked(rows[chosen].long(), tokenizer)
        return model(input_ids=inputs, labels=labels).loss

    folder = options.work / FOLDER
    course = Course(steps=options.steps or EPOCHS * a_round, rate=options.rate, minutes=options.minutes, seed=options.seed)
    if run(model, loss_at, folder, course):
        model.bert.half().save_pretrained(folder / "hf")
        tokenizer.save_pretrained(folder / "hf")
        print("all steps are done")


if __name__ == "__main__":
    main()
