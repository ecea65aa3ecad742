"""How well the registers read the documents, against sentences, outcomes and references that were labelled by hand.

`python -m bench.evaluate_registers` prints the figures; the labels stand in `eval/*.v1.jsonl`, `eval/README.md` says how they
were given. Of `test` only the figures were read while the rules were written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from begroting_qa.chunk import chunk_document
from begroting_qa.commitments import find_commitments
from begroting_qa.domain import Commitment, Document, Passage
from begroting_qa.ingest.sources import read_source_bytes, read_sources
from begroting_qa.ingest.text import read_text
from begroting_qa.outcomes import trace_outcomes
from begroting_qa.pipeline import configured_embedder
from begroting_qa.references import find_references
from begroting_qa.settings import read_settings

EVAL = Path("eval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was read, against labels: of commitments, of their deadlines, of what came of them."""

    right: int
    wrong: int
    missed: int
    due_right: int
    status_right: int
    status_all: int
    links_right: int
    links_all: int

    @property
    def precision(self) -> float:
        """The share of what was found that is a commitment."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of the commitments that was found."""
        return self.right / (self.right + self.missed)


def labels(name: str, split: str, folder: Path = EVAL) -> Iterator[dict[str, Any]]:
    """Yield the labels of one file and split."""
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label.get("split") == split:
            yield label


def judge(commitments: Sequence[Commitment], split: str, folder: Path = EVAL) -> Found:
    """Compare the register with the labels of a split; what two readers would label otherwise is left out."""
    by_place = {(commitment.document_id, commitment.start): commitment for commitment in commitments}
    right = wrong = missed = due_right = 0
    for label in labels("commitments.v1.jsonl", split, folder):
        found = by_place.get((label["document"], label["start"]))
        if label["commitment"] is None:
            continue
        right += bool(label["commitment"]) and found is not None
        wrong += not label["commitment"] and found is not None
        missed += bool(label["commitment"]) and found is None
        if label["commitment"] and found is not None:
            wanted = label.get("due")
            days = (str(found.due.first), str(found.due.last)) if found.due else None
            due_right += days == ((wanted["from"], wanted["to"]) if wanted else None)
    known = [(label, by_place.get((label["document"], label["start"]))) for label in labels("outcomes.v2.jsonl", split, folder)]
    told = [(label, found) for label, found in known if found is not None]
    status_right = sum(found.status.value in (label["status"], *label.get("status_also", ())) for label, found in told)
    places = [{(link["document"], link["end"]) for link in label["links"]} for label, _ in told]
    linked = [(f.document_id, f.end) in own for own, (_, found) in zip(places, told, strict=True) for f in found.follow_ups]
    return Found(
        right=right, wrong=wrong, missed=missed, due_right=due_right, status_right=status_right, status_all=len(told),
        links_right=sum(linked), links_all=len(linked),
    )  # fmt: skip


def read_corpus() -> tuple[dict[str, Document], list[Passage]]:
    """Return the documents and passages of the corpus."""
    settings = read_settings()
    sources = read_sources(settings.corpus)
    documents = {source.id: read_text(source, read_source_bytes(settings.corpus, source)) for source in sources}
    return documents, [passage for document in documents.values() for passage in chunk_document(document)]


def main() -> None:
    """Print the figures of both splits, and of the references."""
    documents, passages = read_corpus()
    commitments = trace_outcomes(find_commitments(passages, documents), passages, documents, configured_embedder(read_settings()))
    for split in ("dev", "test"):
        found = judge(commitments, split)
        n = found.right
        sys.stdout.write(
            f"{split}: precision {found.precision:.3f} ({n}/{n + found.wrong}), "
            f"recall {found.recall:.3f} ({n}/{n + found.missed}), deadline {found.due_right / n:.3f} ({found.due_right}/{n}), "
            f"outcome {found.status_right / found.status_all:.3f} ({found.status_right}/{found.status_all}), "
            f"links right {found.links_right} of {found.links_all}\n"
        )
    lines = [json.loads(line) for line in (EVAL / "references.v1.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = {(line["document"], line["start"], line["end"]) for line in lines if "start" in line}
    places = {(p.document_id, p.start, p.end) for r in find_references(list(documents.values()), passages) for p in r.places}
    sys.stdout.write(f"references: {len(wanted)}, missed {len(wanted - places)}, invented {len(places - wanted)}\n")


if __name__ == "__main__":
    main()
