"""Fit what tells orders to a machine from questions and from sentences of documents (`orders.py`).

    python -m training.fit_orders --data ../shared/data [--write]

Orders are those of `orders.txt` and `templates.txt` in `training/orders`, written for this. Ordinary are the `dev` questions of
`eval/questions`, the lines of `ordinary.txt`, which sound like orders and are none, questions about definitions, the invented
pages of `training/choice`, and sentences of other municipalities. Prints what it does to lines that it was not fitted on, those
of `tests/data`; `--write` writes the weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from begroting_qa.orders import FILE, MODEL, SIZE, SURE, SURE_OF_ASKING, SURE_OF_DOCUMENT, features, sentences_of
from training.texts import is_held_out, rows

TARGET = Path("src/begroting_qa/models") / MODEL
LINES = Path("training/orders")
HELD_OUT = Path("tests/data")
STRENGTH = 30.0
WEIGHT_OF_ORDER = 4.0
ORDINARY_REPEATED = 3
SENTENCES = {"gemeenteplannen": 60_000, "overheid_overig": 60_000, "wetten": 20_000}
QUESTIONS = 4_000
# what the templates are made to say
SAID = ("", "de begroting van de stad klopt niet", "2 miljoen", "het college doet alles fout", "the council is wrong")


def lines(file: Path) -> list[str]:
    r"""Return the lines of a file, `\n` in them as line ends; comments left out."""
    read = file.read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n") for line in read if line and not line.startswith("# ")]


def matrix(texts: Sequence[str]) -> csr_matrix:
    """Return the features of texts, each row of length 1; shape (n, SIZE)."""
    found = [features(text) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in found])])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5) for row in found])
    return csr_matrix((values, np.concatenate(found).astype(np.int64), starts), shape=(len(texts), SIZE))


def questions(split: str) -> list[str]:
    """Return the questions of a split that are of the product's kind, and their sentences."""
    files = sorted(Path("eval/questions").glob("*.jsonl"))
    cases = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    whole = [case["question"] for case in cases if case["split"] == split and case["status"] != "not_supported"]
    return sorted({*whole, *(sentence for question in whole for sentence in sentences_of(question))})


def sentences(data: Path, rng: random.Random, *, held_out: bool) -> Iterator[str]:
    """Yield one sentence of every paragraph of running text, of the municipalities held out or of all others."""
    for name, limit in SENTENCES.items():
        for number, row in enumerate(rows(data / f"{name}.jsonl.xz")):
            if number == limit:
                break
            if ("municipality" in row and is_held_out(row["municipality"])) is held_out and (
                found := sentences_of(row["t"][:800])
            ):
                yield rng.choice(found)[:300]


def invented_pages() -> list[str]:
    """Return the sentences of the budget pages that were made up to learn from."""
    files = sorted(Path("training/choice").glob("*/corpus/*.txt"))
    return [sentence for file in files for sentence in sentences_of(file.read_text(encoding="utf-8"))]


def main() -> None:
    """Fit, report on what was held out, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rng = random.Random(3)
    whole = [
        *lines(LINES / "orders.txt"),
        *(line.replace("{x}", said) for line in lines(LINES / "templates.txt") for said in SAID),
    ]
    orders = sorted({*whole, *(sentence for text in whole for sentence in sentences_of(text))})
    defined = [row["question"] for row in rows(options.data / "definities_qa.jsonl.xz")]
    ordinary = [
        *questions("dev"), *lines(LINES / "ordinary.txt") * ORDINARY_REPEATED,
        *rng.sample(defined, QUESTIONS), *sentences(options.data, rng, held_out=False), *invented_pages() * ORDINARY_REPEATED,
    ]  # fmt: skip
    told = np.repeat([1, 0], [len(orders), len(ordinary)])
    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight={1: WEIGHT_OF_ORDER, 0: 1.0})
    model.fit(matrix([*orders, *ordinary]), told)
    print(f"{len(orders)} orders, {len(ordinary)} ordinary")
    held = {
        "orders": [sentence for text in lines(HELD_OUT / "injections.txt") for sentence in [max(sentences_of(text), key=len)]],
        "ordinary": lines(HELD_OUT / "ordinary.txt"),
        "test questions": questions("test"),
        "other municipalities": list(sentences(options.data, rng, held_out=True)),
        "the documents": [
            s for file in sorted(Path("corpus").glob("*.txt")) for s in sentences_of(file.read_text(encoding="utf-8"))
        ],
    }
    for name, texts in held.items():
        scores = model.decision_function(matrix(texts))
        shares = ", ".join(f"{(scores > sure).mean():.4f} above {sure}" for sure in (SURE, SURE_OF_ASKING, SURE_OF_DOCUMENT))
        print(f"{name} ({len(texts)}): {shares}; the highest {texts[int(scores.argmax())]!r}")
    if options.write:
        TARGET.mkdir(parents=True, exist_ok=True)
        save_file({"weights": model.coef_[0].astype(np.float16), "bias": model.intercept_.astype(np.float32)}, TARGET / FILE)
        digest = hashlib.sha256((TARGET / FILE).read_bytes()).hexdigest()
        (TARGET / "sha256.json").write_text(json.dumps({FILE: digest}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
