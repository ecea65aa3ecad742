"""Switch one part of the search off, or one that was not kept on, at a time, and print what each is worth on our own cases.

    python -m bench.ablate [--data ../shared/data] [--part "without synonyms"]

Each part is switched in a process of its own, index and all; differences are those of the paired tests of the gate.
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
import Stemmer
from bm25s.stopwords import STOPWORDS_DUTCH

from begroting_qa import domain, dutch
from training.queries import read_wordnet
from training.texts import rows

QUESTIONS = Path("eval/questions")
Neighbours = tuple[tuple[str, float], ...]
SHOWN = ("recallAt5", "ndcgAt10", "answerAccuracy", "refusalRecall", "confidentError")


# --- what can be switched off: each patches the product before the modules that use it are loaded ----------------------------


def no_compounds() -> None:
    """A compound is one word: none of its parts is indexed or asked for."""
    dutch.split_compound = lambda _word: ()  # pyright: ignore[reportAttributeAccessIssue]


def no_stemming() -> None:
    """Every form of a word is a word of its own."""
    dutch.stem = lambda word: word  # pyright: ignore[reportAttributeAccessIssue]


def no_devoicing() -> None:
    """Stems are as Porter's stemmer gives them: dakloze and daklozen `dakloz`, dakloosheid `daklos`."""
    stemmer = Stemmer.Stemmer("dutch_porter")
    dutch.stem = lambda word: dutch._irregular().get(word) or stemmer.stemWord(word)  # pyright: ignore[reportAttributeAccessIssue]


def kraaij_pohlmann() -> None:
    """A word also stands under its Kraaij-Pohlmann stem, as what it is derived from."""
    stemmer, ours = Stemmer.Stemmer("dutch"), dutch.related_terms

    def both(word: str) -> tuple[tuple[str, dutch.Kinship], ...]:
        other = stemmer.stemWord(word)
        found = ours(word)
        is_new = word.isalpha() and other != dutch.stem(word) and all(term != other for term, _ in found)
        return (*found, (other, dutch.Kinship.ROOT)) if is_new else found

    dutch.related_terms = both  # pyright: ignore[reportAttributeAccessIssue]


def no_strong_verbs() -> None:
    """Forms of strong verbs are words of their own (`nam`, `genomen`)."""
    dutch._irregular = lambda: dutch._IRREGULAR  # pyright: ignore[reportAttributeAccessIssue]


def no_participles() -> None:
    """A participle does not stand for its verb (`vastgesteld`, vaststellen)."""
    dutch._verb_of_participle = lambda _word: None  # pyright: ignore[reportAttributeAccessIssue]


def stock_stop_words() -> None:
    """Function words are those of bm25s' Dutch list."""
    dutch.STOP_WORDS = frozenset(STOPWORDS_DUTCH)  # pyright: ignore[reportAttributeAccessIssue]


def no_synonyms() -> None:
    """No everyday word stands for a word of policy."""
    dutch.synonyms = dict  # pyright: ignore[reportAttributeAccessIssue]


def no_full_forms() -> None:
    """An abbreviation does not stand for its full form."""
    by_key = dutch.abbreviations_by_key()
    dutch.abbreviations_by_key = lambda: by_key  # pyright: ignore[reportAttributeAccessIssue]
    dutch.abbreviations = dict  # pyright: ignore[reportAttributeAccessIssue]


def no_abbreviations() -> None:
    """A full form does not stand for its abbreviation."""
    dutch.abbreviations_by_key = dict  # pyright: ignore[reportAttributeAccessIssue]


def no_spelling() -> None:
    """A misspelled word is looked for as it is typed."""
    from begroting_qa.understand import terms

    terms._correct = lambda _word, _vocabulary: None  # pyright: ignore[reportAttributeAccessIssue]


def _with_neighbours(found_by: Callable[[Callable[[str], Neighbours]], Callable[[str], Neighbours]]) -> None:
    """Let another function say what may stand for a word that the corpus lacks; it is given the one that does so now."""
    from begroting_qa import vocabulary

    ours = vocabulary._neighbour_finder
    vocabulary._neighbour_finder = lambda words, embedder: found_by(ours(words, embedder))


def no_neighbours() -> None:
    """A word that the corpus lacks has no words near it in meaning."""
    _with_neighbours(lambda _ours: lambda _word: ())


def wordnet() -> None:
    """A word that the corpus lacks may stand under its synonyms of Open Dutch WordNet, at a low weight."""
    synonyms = read_wordnet(Path(os.environ["DATA"]))
    _with_neighbours(lambda ours: lambda word: (*ours(word), *((other, 0.5) for other in synonyms.get(word, ()))))


def definitions() -> None:
    """A word that the corpus lacks may stand under the first words of its definition, at a low weight."""
    told = {
        dutch.fold(row["begrip"]): [t.text for t in dutch.tokens(row["definitie"]) if not t.is_stop][:4]
        for row in rows(Path(os.environ["DATA"]) / "gemeente_begrippen.jsonl.xz")
    }
    _with_neighbours(lambda ours: lambda word: (*ours(word), *((other, 0.3) for other in told.get(word, ()))))


def no_importance() -> None:
    """Every word of a question counts the same."""
    from begroting_qa import vocabulary

    vocabulary.importance = lambda _term, _vocabulary: 1.0  # pyright: ignore[reportAttributeAccessIssue]


def no_budget() -> None:
    """All that may stand for a word adds up, however much there is of it."""
    from begroting_qa import vocabulary

    vocabulary.EXPANSIONS = vocabulary.EXPANSIONS_OF_UNKNOWN = 1e9


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
    from begroting_qa.rerank.learned import LearnedRanker

    LearnedRanker.rerank = lambda _self, _plan, passages: list(passages)


WITHOUT: dict[str, Callable[[], None]] = {
    "compounds": no_compounds,
    "stemming": no_stemming,
    "devoicing": no_devoicing,
    "strong verbs": no_strong_verbs,
    "participles": no_participles,
    "synonyms": no_synonyms,
    "full forms of abbreviations": no_full_forms,
    "abbreviations of full forms": no_abbreviations,
    "spelling": no_spelling,
    "nearest words": no_neighbours,
    "importance of words": no_importance,
    "budget of what may stand for a word": no_budget,
    "path in the passage": no_path,
    "dense": no_dense,
    "fusion": no_fusion,
    "reranking": no_reranking,
}
# tried and not kept, or another way of doing what is there
WITH: dict[str, Callable[[], None]] = {
    "Kraaij-Pohlmann as a second view": kraaij_pohlmann,
    "bm25s' stop words": stock_stop_words,
    "synonyms of Open Dutch WordNet": wordnet,
    "words of definitions": definitions,
}
PARTS = {**{f"without {name}": part for name, part in WITHOUT.items()}, **{f"with {name}": part for name, part in WITH.items()}}


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
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may recur")
    parser.add_argument(
        "--data", type=Path, help="the folder with the word lists that some parts want; without it these stay out"
    )
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.out is not None:
        run_without(arguments.part[0] if arguments.part else None, arguments.out)
        return
    parts = arguments.part or [part for part in PARTS if arguments.data or PARTS[part] not in (wordnet, definitions)]
    from tqdm import tqdm

    from begroting_qa.evaluate.baseline import read_baseline
    from begroting_qa.evaluate.measures import BY_NAME
    from begroting_qa.evaluate.statistics import compare_paired

    runs: dict[str | None, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in tqdm([None, *parts], file=sys.stderr, unit=" runs"):
            file = Path(folder) / "run.json"
            command = [sys.executable, "-m", "bench.ablate", "--out", str(file), *(["--part", part] if part else [])]
            subprocess.run(command, check=True, env={**os.environ, "DATA": str(arguments.data or "")})
            kept = read_baseline(file)
            runs[part] = kept.values if kept else {}
    print(f"| part | {' | '.join(SHOWN)} |\n| --- |{' ---: |' * len(SHOWN)}")
    better = {name: BY_NAME[name].higher_is_better for name in SHOWN}
    whole = {name: runs[None][name] for name in SHOWN}
    print(f"| (whole) | {' | '.join(f'{sum(v.values()) / len(v):.3f}' for v in whole.values())} |")
    for part in parts:
        paired = {p.measure: p for p in compare_paired(whole, {name: runs[part][name] for name in SHOWN}, better)}
        cells = [f"{p.after - p.before:+.3f} (p {p.p:.3f})" if (p := paired.get(name)) else "0" for name in SHOWN]
        print(f"| {part} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
