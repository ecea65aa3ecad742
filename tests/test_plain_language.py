"""Our own sentences are plain Dutch: short, of short words. B1 by the measures there are: Flesch-Douma, and words a sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "begroting_qa"
READ_BY_ASKERS = ("messages.py", "answer/wording.py", "serve/wording.py")
LONGEST_SENTENCE = 22  # words; a figure or a name that is filled in counts as one
EASY = 60  # Flesch-Douma: 60 to 70 is standard, what B1 readers read with ease
_SYLLABLE = re.compile(r"[aeiouyàâäéèêëïîóôöúüij]+", re.IGNORECASE)


class _Text(HTMLParser):
    """The text of a template, a block element a piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"a", "strong", "em", "span", "code"}:
            self.pieces.append("")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])

    def handle_data(self, data: str) -> None:
        self.pieces[-1] += data


def _strings(file: Path) -> Iterator[str]:
    """Yield the texts of a module, what is filled in as `X`; docstrings are no texts for users."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    skipped = {
        id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped | inside:
            yield node.value


def _template(file: Path) -> Iterator[str]:
    parser = _Text()
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}", "¶", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    parser.feed(re.sub(r"\{\{.*?\}\}", "X", bare, flags=re.DOTALL))
    # a comparison inside a tag ends it too early for this parser
    yield from (piece for text in parser.pieces for piece in text.split("¶") if '="' not in piece)


def own_sentences() -> list[str]:
    texts = [text for name in READ_BY_ASKERS for text in _strings(PACKAGE / name)]
    texts += [text for file in sorted((PACKAGE / "serve" / "page").glob("*.html")) for text in _template(file)]
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?:;])\s+", " ".join(text.split()))]
    return [s for s in sentences if len(re.findall(r"\w+", s)) > 3]


def flesch_douma(sentences: list[str]) -> float:
    """Return 206.84 − 0.77 × syllables per 100 words − 0.93 × words a sentence (Douma 1960)."""
    words = [word for sentence in sentences for word in re.findall(r"[^\W\d_]+", sentence)]
    syllables = sum(max(1, len(_SYLLABLE.findall(word))) for word in words)
    return 206.84 - 0.77 * 100 * syllables / len(words) - 0.93 * len(words) / len(sentences)


def test_the_measure_knows_easy_from_hard() -> None:
    easy = ["Dat staat niet in de stukken.", "Stel uw vraag in gewone taal."]
    hard = ["Overeenkomstig de desbetreffende verordeningsbepalingen dient voorafgaande instemming verkregen te zijn."]
    assert flesch_douma(easy) > 80 > EASY > flesch_douma(hard)


def test_our_own_sentences_are_easy_to_read() -> None:
    sentences = own_sentences()
    assert len(sentences) > 150
    assert flesch_douma(sentences) >= EASY


def test_no_sentence_of_ours_is_long() -> None:
    counted = {sentence: len(re.findall(r"[\w’'.,-]*\w", sentence)) for sentence in own_sentences()}
    assert {sentence: count for sentence, count in counted.items() if count > LONGEST_SENTENCE} == {}
