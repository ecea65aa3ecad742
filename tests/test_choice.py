"""What is chosen and what is refused, on pages of an invented town: the near misses that a reader would fall for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from begroting_qa.answer.parts import parts_of
from begroting_qa.domain import AnswerStatus, Filters
from begroting_qa.pipeline import Engine, answer_question, build_index, open_engine, ranked_passages
from begroting_qa.settings import read_settings
from begroting_qa.understand.plan import understand

PAGE = """Programma 6 Zorg

Zwembad De Golf

Het zwembad De Golf krijgt een nieuw dak, omdat het oude lekt. De verbouwing kost 2,4 miljoen en begint in mei 2026. Aannemer
Bouwmij Zandrecht voert het werk uit. Tijdens de verbouwing zwemmen de verenigingen in het bad aan de Havenstraat.

Huishoudelijke ondersteuning

De wachtlijst voor huishoudelijke ondersteuning is gegroeid tot 214 inwoners. Er zijn te weinig medewerkers. In het najaar van
2026 begint een proef met twee nieuwe aanbieders. Deze duurt een jaar.

Mantelzorg

De gemeente ondersteunt mantelzorgers met een cursus en een jaarlijkse dag. Aan de dag van de mantelzorg deden 180 mensen mee.

Samenwerking

Drie buurgemeenten werken mee aan de regionale aanpak van laaggeletterdheid. De bibliotheek geeft de lessen.
"""
ANSWERED = [
    ("Waarom krijgt het zwembad een nieuw dak?", "omdat het oude lekt"),
    ("Wat kost de verbouwing van De Golf?", "2,4 miljoen"),
    ("Welke aannemer doet de verbouwing van het zwembad?", "Bouwmij Zandrecht"),
    ("Moet je lang wachten op een poetshulp?", "wachtlijst"),
    ("Hoe lang duurt de proef met nieuwe aanbieders?", "een jaar"),
    ("Hoeveel mensen kwamen er naar de mantelzorgdag?", "180"),
    ("Wie geeft les aan mensen die slecht kunnen lezen en schrijven?", "bibliotheek"),
]
REFUSED = [
    "Hoe heet de directeur van zwembad De Golf?",
    "Wat kost de verbouwing van het zwembad in Veldhoek?",
    "Hoeveel bedden heeft de nachtopvang?",
    "Welke drie buurgemeenten werken mee aan de aanpak van laaggeletterdheid?",
    "Hoe hoog is de hondenbelasting?",
    "Hoeveel inwoners stonden er in 2019 op de wachtlijst?",
    "Op welke dag van de week is de cursus voor mantelzorgers?",
    "Wie diende het amendement over het zwembad in?",
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    corpus: Path = tmp_path_factory.mktemp("corpus")
    data = PAGE.encode()
    (corpus / "zorg.txt").write_bytes(data)
    (corpus / "sources.toml").write_text(
        f'[[source]]\nfile = "zorg.txt"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\ntitle = "Programmabegroting 2026"\n'
        'municipality = "Zandrecht"\nkind = "programmabegroting"\nyear = 2026\npart = "programma 6"\nstatus = "vastgesteld"\n'
        "as_of = 2025-11-06\nnotes = []\n",
        encoding="utf-8",
    )
    settings = read_settings(corpus=corpus, index=tmp_path_factory.mktemp("index"))
    build_index(settings)
    opened = open_engine(settings)
    yield opened
    opened.close()


@pytest.mark.parametrize(("question", "fact"), ANSWERED)
def test_answered(town: Engine, question: str, fact: str) -> None:
    answer = answer_question(town, question)
    assert fact in answer.text


@pytest.mark.parametrize("question", REFUSED)
def test_refused(town: Engine, question: str) -> None:
    assert answer_question(town, question).status is AnswerStatus.NOT_IN_CORPUS


def test_a_sentence_comes_with_the_one_it_points_back_to(town: Engine) -> None:
    text = answer_question(town, "Hoe lang duurt de proef met nieuwe aanbieders?").text
    assert text.index("begint een proef") < text.index("Deze duurt een jaar")


def test_a_word_with_many_synonyms_does_not_outweigh_the_word_that_is_meant(town: Engine) -> None:
    plan = understand("Wat gebeurt er met het dak van het zwembad?", Filters(), town.vocabulary)
    assert "nieuw dak" in ranked_passages(town, plan, 1)[0].passage.text


def test_each_clause_of_a_comparison_asks_its_own(engine: Engine) -> None:
    question = "Wanneer begon de pilot in de begroting 2025 en wie betaalt de aanpak in de tweede voortgangsrapportage 2025?"
    first, second = parts_of(understand(question, Filters(), engine.vocabulary), engine.vocabulary)
    assert first.normalized.startswith("Wanneer")
    assert second.normalized.startswith("wie betaalt")
    assert first.filters.documents != second.filters.documents


def test_a_list_without_a_lead_names_its_heading_and_quotes_it(engine: Engine) -> None:
    answer = answer_question(engine, "Wat zijn de belangrijkste risico's bij Hecht?")
    assert answer.text.startswith("De documenten noemen onder ‘Risico's (top 3)’:")
    assert answer.citations[0].quote == "Risico's (top 3)"
    assert len([claim for claim in answer.claims if claim.is_item]) == 3
