"""Ask the Iv3 table questions of the product: every municipality's budget as a CSV source, each question with it as filter.

    python -m bench.evaluate_iv3 --data MAP [--every N]

Right is an answer that holds the expected number or name, cites the right cells and breaks no rule of the contract.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from begroting_qa.domain import Answer, Filters
from begroting_qa.pipeline import Engine, answer_question, build_index, open_engine
from begroting_qa.settings import read_settings


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the objects of a compressed file of JSON lines."""
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return list(map(json.loads, lines))


def write_corpus(tables: list[dict[str, Any]], folder: Path) -> None:
    """Write one CSV source a municipality, with the listing."""
    listing: list[str] = []
    for number, table in enumerate(tables):
        head = f"Taakveld (bedragen {table['eenheid']});{';'.join(table['kop'][1:])}"
        body = [f"{name};{';'.join(f'{value:,}'.replace(',', '.') for value in values)}" for name, *values in table["rijen"]]
        data = "\n".join([head, *body, ""]).encode()
        name = f"iv3-{number:03}.csv"
        (folder / name).write_bytes(data)
        listing += [
            "[[source]]", f'file = "{name}"', f'sha256 = "{hashlib.sha256(data).hexdigest()}"',
            f'title = "Begroting {table["jaar"]} {table["gemeente"]}"', f'municipality = "{table["gemeente"]}"',
            'kind = "programmabegroting"', f"year = {table['jaar']}", 'status = "vastgesteld"',
            f"as_of = {table['jaar'] - 1}-11-01",
        ]  # fmt: skip
    (folder / "sources.toml").write_text("\n".join(listing) + "\n", encoding="utf-8")


def is_right(question: dict[str, Any], answer: Answer, engine: Engine) -> str:
    """Return nothing for a right answer, else what is wrong with it."""
    if not answer.citations:
        return "refused"
    expected = question["answer"]
    lead = (
        answer.text
        if question["type"] in ("cel", "saldo")
        else answer.text.split(":")[0] + " " + " ".join(answer.citations[0].path)
    )
    name = expected.split(" ", 1)[-1] if question["type"] in ("max", "vergelijk") else expected
    if name.strip(" .") not in lead and f"{name} ×" not in answer.text:
        return "wrong"
    text = engine.document(answer.citations[0].document_id).text
    labels = {row for row, _ in question["cells"]}
    cited = {text[text.rfind("\n", 0, c.start) + 1 : c.start].split(";")[0] for c in answer.citations}
    return "" if labels & cited else "other cell"


def main() -> None:
    """Build, ask, and print how many are right by type."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="ask each so many-th question")
    parser.add_argument("--show", type=int, default=0, help="print so many wrong answers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        corpus.mkdir()
        write_corpus(rows(arguments.data / "iv3_tabellen.jsonl.xz"), corpus)
        settings = read_settings(corpus=corpus, index=index)
        build_index(settings)
        outcome: dict[str, Counter[str]] = {}
        shown = 0
        with closing(open_engine(settings)) as engine:
            for question in tqdm(rows(arguments.data / "iv3_tabel_vragen.jsonl.xz")[:: arguments.every], file=sys.stderr):
                filters = Filters(municipalities=(question["gemeente"],))
                answer = answer_question(engine, question["question"], filters=filters)
                found = is_right(question, answer, engine)
                outcome.setdefault(question["type"], Counter())[found or "right"] += 1
                if found and shown < arguments.show:
                    shown += 1
                    print(f"{found}: {question['question']} -> {question['answer']}\n    {answer.text[:200]}")
    total = Counter[str]()
    for kind, counted in outcome.items():
        total += counted
        print(f"{kind}: {counted['right']} of {counted.total()} ({counted['right'] / counted.total():.1%}) {dict(counted)}")
    print(f"all: {total['right']} of {total.total()} ({total['right'] / total.total():.1%})")


if __name__ == "__main__":
    main()
