"""Make the shipped word list: base words of OpenTaal with how often each stands in public Dutch text.

    python -m training.build_lexicon --data ../shared/data --out src/begroting_qa/lexicon

A line is `word<TAB>n<TAB>class`, n the rounded base-2 logarithm of its count in `wetten` and `gemeenteplannen`, class a
guess from the company it keeps there: `v` for what often follows `te`, `a` for what is mostly followed by a content word,
`n` for the rest. Words are folded to plain lower-case letters. The list splits compounds and tells everyday words from
rare ones and subjects from what is said of them; it is no dictionary.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

MIN_COUNT = 24
MIN_LETTERS = 3
LONGEST_FUNCTION_WORD = 5
SHARE_AFTER_TE = 0.04
SHARE_BEFORE_CONTENT = 0.55


def fold(text: str) -> str:
    """Return lower-case text without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def main() -> None:
    """Count, select and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    base = {
        fold(line.strip())
        for line in (options.data / "lexicon" / "opentaal_basiswoorden.txt").read_text(encoding="utf-8").splitlines()
    }
    base = {word for word in base if re.fullmatch(rf"[a-z]{{{MIN_LETTERS},}}", word)}
    counts: Counter[str] = Counter()
    after_te: Counter[str] = Counter()
    before_content: Counter[str] = Counter()
    for name in ("wetten", "gemeenteplannen"):
        with lzma.open(options.data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                words = re.findall(r"[a-z]+|[^\sa-z]", fold(json.loads(line)["t"]))
                counts.update(words)
                for word, following in pairwise(words):
                    if word == "te":
                        after_te[following] += 1
                    if len(following) > LONGEST_FUNCTION_WORD and following.isalpha():
                        before_content[word] += 1

    def word_class(word: str) -> str:
        if after_te[word] > SHARE_AFTER_TE * counts[word]:
            return "v"
        return "a" if before_content[word] > SHARE_BEFORE_CONTENT * counts[word] else "n"

    kept = sorted(word for word in base if counts[word] >= MIN_COUNT)
    (options.out / "words.tsv").write_text(
        "".join(f"{word}\t{round(math.log2(counts[word]))}\t{word_class(word)}\n" for word in kept), encoding="utf-8"
    )
    print(f"{len(kept)} words")


if __name__ == "__main__":
    main()
