"""Switch off one part of the search at a time, and print what each is worth on our own cases.

    python bench/ablate.py

Each part is switched off in a process of its own, index and all; differences are those of the paired tests of the gate.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from begroting_qa import domain, dutch

QUESTIONS = Path("eval/questions")
SHOWN = ("recallAt5", "reciprocalRank", "answerAccuracy", "refusalRecall", "confidentError")


def no_compounds() -> None:
    """A compound is one word: none of its parts is indexed or asked for."""
    dutch.split_compound = lambda _word: ()  # pyright: ignore[reportAttributeAccessIssue]


def no_stemming() -> None:
    """Every form of a word is a word of its own."""
    dutch.stem = lambda word: word  # pyright: ignore[reportAttributeAccessIssue]


def no_synonyms() -> None:
    """No everyday word stands for a word of policy, and no abbreviation for its full form."""
    dutch.synonyms = dict  # pyright: ignore[reportAttributeAccessIssue]
    dutch.abbreviations = dict  # pyright: ignore[reportAttributeAccessIssue]


def no_path() -> None:
    """A passage is indexed without its document and headings."""
    domain.Passage.indexed_text = property(lambda passage: passage.text)  # pyright: ignore[reportAttributeAccessIssue]


def no_dense() -> None:
    """All vectors are zero: nothing is fused, and no cosine counts in reranking or choosing."""
    no_fusion()
    from begroting_qa.embed import RememberingEmbedder

    def nothing(self: RememberingEmbedder, texts: list[str]) -> np.ndarray:
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)

    RememberingEmbedder.embed_queries = RememberingEmbedder.embed_passages = nothing  # pyright: ignore[reportAttributeAccessIssue]


def no_fusion() -> None:
    """The index ranks by BM25 alone; the dense ranking still counts where passages are reranked."""
    os.environ["BEGROTING_QA_DENSE_WEIGHT"] = "0"


def no_reranking() -> None:
    """Passages stay in the order in which the index gives them."""
    from begroting_qa import pipeline

    pipeline.rerank = lambda _plan, found, *_: found  # pyright: ignore[reportAttributeAccessIssue]


PARTS: dict[str, Callable[[], None]] = {
    "compounds": no_compounds,
    "stemming": no_stemming,
    "synonyms": no_synonyms,
    "path in the passage": no_path,
    "dense": no_dense,
    "fusion": no_fusion,
    "reranking": no_reranking,
}


def run_without(part: str | None, file: Path) -> None:
    """Ask all cases without a part and write the run."""
    if part is not None:
        PARTS[part]()
    # the parts must be off before the modules that use them are loaded
    from begroting_qa.evaluate.answerers import engine_answerer
    from begroting_qa.evaluate.baseline import as_baseline, baseline_text
    from begroting_qa.evaluate.cases import load_cases
    from begroting_qa.evaluate.run import evaluate
    from begroting_qa.pipeline import build_index, open_engine
    from begroting_qa.settings import read_settings

    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(index=Path(folder))
        build_index(settings)
        with closing(open_engine(settings)) as engine:
            answerer = engine_answerer(engine)
            run = evaluate(answerer, load_cases([QUESTIONS], answerer.facts.texts))
    file.write_text(baseline_text(as_baseline(run, part or "whole", None)), encoding="utf-8")


def main() -> None:
    """Run each part off, and print a Markdown table of what was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.out is not None:
        run_without(arguments.part, arguments.out)
        return
    from tqdm import tqdm

    from begroting_qa.evaluate.baseline import read_baseline
    from begroting_qa.evaluate.measures import BY_NAME
    from begroting_qa.evaluate.statistics import compare_paired

    runs: dict[str | None, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in tqdm([None, *PARTS], file=sys.stderr, unit=" runs"):
            file = Path(folder) / "run.json"
            command = [sys.executable, __file__, "--out", str(file), *(["--part", part] if part else [])]
            subprocess.run(command, check=True)
            kept = read_baseline(file)
            runs[part] = kept.values if kept else {}
    print(f"| without | {' | '.join(SHOWN)} |\n| --- |{' ---: |' * len(SHOWN)}")
    better = {name: BY_NAME[name].higher_is_better for name in SHOWN}
    whole = {name: runs[None][name] for name in SHOWN}
    print(f"| (whole) | {' | '.join(f'{sum(v.values()) / len(v):.3f}' for v in whole.values())} |")
    for part in PARTS:
        paired = {p.measure: p for p in compare_paired(whole, {name: runs[part][name] for name in SHOWN}, better)}
        cells = [f"{p.after - p.before:+.3f} (p {p.p:.3f})" if (p := paired.get(name)) else "0" for name in SHOWN]
        print(f"| {part} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
