"""What is written about the product is true: settings, the tree, the words, and what the README tells to type."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from begroting_qa.domain import DocumentKind, DocumentStatus
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.settings import Settings

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_file_with_its_default() -> None:
    written = tomllib.loads((REPOSITORY / "begroting.toml").read_text(encoding="utf-8"))
    defaults = Settings.model_construct().model_dump(mode="json")
    assert written == defaults


def test_the_readmes_tree_names_every_module_and_nothing_else() -> None:
    package = REPOSITORY / "src" / "begroting_qa"
    block = README.split("src/begroting_qa/\n")[1].split("```")[0]
    named = {word.rstrip("/") for line in block.splitlines() for word in line.split("  ")[1].split() if line.startswith("  ")}
    there = {p.name for p in package.iterdir() if p.suffix == ".py" and not p.name.startswith("__")}
    there |= {p.name for p in package.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert named == there


@pytest.mark.parametrize("word", [*DocumentKind, *DocumentStatus, "lasten", "baten", "saldo", "beleidsterrein", "taakveld"])
def test_every_dutch_term_has_a_line_in_the_glossary(word: str) -> None:
    if word != DocumentKind.OVERIG:
        assert re.search(rf"^\|[^|]*\b{word}\b[^|]*\|", README, re.MULTILINE)


@pytest.mark.parametrize("block", [part.split("```")[0] for part in README.split("$ begroting-qa ask ")[1:]])
def test_the_readmes_examples_are_what_the_product_answers(engine: Engine, block: str) -> None:
    question, shown = block.split("\n", 1)
    quote = " ".join(shown.split(" …")[0].replace("[1]", " [1]").split())
    assert quote in answer_question(engine, question.strip('"')).text


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) - {"it"} <= targets | {"sets", "runs"}
