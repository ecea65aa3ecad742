"""Make the shipped word list: base words of OpenTaal with how often each stands in public Dutch text.

    python training/build_lexicon.py --data ../shared/data --out src/begroting_qa/lexicon/words.tsv

A line is `word<TAB>n`, n the rounded base-2 logarithm of its count in `wetten` and `gemeenteplannen`. Words are folded to
plain lower-case letters. The list splits compounds and tells everyday words from rare ones; it is no dictionary.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import re
import unicodedata
from collections import Counter
from pathlib import Path

MIN_COUNT = 24
MIN_LETTERS = 3


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
    base = {word for word in base if re.fullmatch(r"[a-z]{%d,}" % MIN_LETTERS, word)}
    counts: Counter[str] = Counter()
    for name in ("wetten", "gemeenteplannen"):
        with lzma.open(options.data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(re.findall(r"[a-z]+", fold(json.loads(line)["t"])))
    kept = sorted(word for word in base if counts[word] >= MIN_COUNT)
    options.out.write_text(
        "".join(f"{word}\t{round(math.log2(counts[word]))}\n" for word in kept), encoding="utf-8"
    )
    print(f"{len(kept)} words")


if __name__ == "__main__":
    main()
