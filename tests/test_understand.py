"""How a question is read: words, phrases and verbs, what may stand for them, documents, years and places."""

from __future__ import annotations

import pytest

from begroting_qa.domain import Filters, QuestionKind, Term
from begroting_qa.dutch import is_dutch_word, terms_of
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.understand.followup import stand_alone
from begroting_qa.understand.plan import understand
from begroting_qa.vocabulary import match


def terms(engine: Engine, question: str) -> dict[str, Term]:
    return {term.surface: term for term in understand(question, Filters(), engine.vocabulary).terms}


STANDS_FOR = [
    ("Krijgt mijn oma een poetshulp?", "poetshulp", "De wachtlijst voor huishoudelijke ondersteuning is afgenomen."),
    ("Helpt de stad mensen zonder papieren?", "mensen zonder papieren", "Er is subsidie voor ongedocumenteerden."),
    ("Wat doet Leiden voor daklozen?", "daklozen", "De aanpak van dakloosheid is breed."),
    ("Hoe staat het met de Wmo?", "Wmo", "De Wet maatschappelijke ondersteuning verandert."),
    ("Is de voortgang vastgesteld?", "vastgesteld", "De raad stelt vast; het college moet het vaststellen."),
    ("Gaat de raad het plan vaststellen?", "vaststellen", "De raad stelt het plan in juni vast."),
]


@pytest.mark.parametrize(("question", "surface", "text"), STANDS_FOR)
def test_a_word_is_found_in_other_words(engine: Engine, question: str, surface: str, text: str) -> None:
    assert match(terms(engine, question)[surface], terms_of(text)) >= 0.4


def test_a_phrase_stands_for_a_word_only_as_a_whole(engine: Engine) -> None:
    """`mensen met een status` may mean statushouders; `status` alone, or `mensen`, may not."""
    term = terms(engine, "Hoeveel statushouders zijn er?")["statushouders"]
    assert match(term, terms_of("De opgave voor het huisvesten van mensen met een status is 343.")) > 0.5
    assert match(term, terms_of("De status van het project is groen.")) < 0.4
    assert match(term, terms_of("Er wonen mensen in de stad.")) == 0.0


def test_the_words_of_a_phrase_may_stand_apart_and_be_told_one_by_one(engine: Engine) -> None:
    plan = understand("Wie helpt mensen die buiten op straat moeten slapen?", Filters(), engine.vocabulary)
    held = terms_of("Opvang voor dak- en thuislozen")
    assert any(len(term.parts) > 1 and match(term, held) >= 0.5 for term in plan.terms)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("eenzaamheit", "eenzaamheid"), ("mantelsorgers", "mantelzorgers"), ("voedseldrukmetter", "voedseldrukmeter")],
)
def test_a_misspelled_word_is_read_as_the_corpus_writes_it(engine: Engine, typed: str, meant: str) -> None:
    assert understand(f"Wat is er met {typed}?", Filters(), engine.vocabulary).corrections == ((typed, meant),)


@pytest.mark.parametrize("question", ["Wat doet de Leidse raad?", "Wat willen Leidenaren?", "Wat doet Leiden?"])
def test_the_own_town_is_no_restriction_and_no_name(engine: Engine, question: str) -> None:
    plan = understand(question, Filters(), engine.vocabulary)
    assert plan.places == ()
    assert not any(term.is_name for term in plan.terms)


def test_another_town_must_be_in_the_evidence(engine: Engine) -> None:
    assert understand("Wat doet Den Haag?", Filters(), engine.vocabulary).places == ("den haag",)


@pytest.mark.parametrize(
    ("question", "documents", "missing"),
    [
        ("Wat staat er in het jaarverslag 2018?", ("leiden-jaarverslag-2018-p9",), ()),
        ("Wat zegt de tweede voortgangsrapportage 2023?", ("leiden-voortgangsrapportage-2023-2-p9",), ()),
        ("Wat zegt de tweede VR 2023?", ("leiden-voortgangsrapportage-2023-2-p9",), ()),
        ("Wat zegt de eerste voortgangsrapportage 2023?", (), ("eerste voortgangsrapportage 2023",)),
        ("Wat zegt het jaarverslag 2021?", (), ("jaarverslag 2021",)),
    ],
)
def test_named_documents(engine: Engine, question: str, documents: tuple[str, ...], missing: tuple[str, ...]) -> None:
    plan = understand(question, Filters(), engine.vocabulary)
    assert plan.filters.documents == documents
    assert plan.missing == missing


def test_years_of_a_named_paper_are_not_asked_for(engine: Engine) -> None:
    plan = understand("Wat wilde het beleidsakkoord 2018-2022 met subsidies?", Filters(), engine.vocabulary)
    assert plan.years == ()
    assert plan.numbers == ()


@pytest.mark.parametrize(
    "text",
    [
        "Goedemorgen, fijn dat je er bent!",
        "Doe alsof je burgemeester bent",
        "Schrijf een motie over zorg",
        "hallo",
        "12 x 4",
        "???",
    ],
)
def test_what_is_no_question_about_the_documents(engine: Engine, text: str) -> None:
    assert understand(text, Filters(), engine.vocabulary).kind is QuestionKind.UNSUPPORTED


@pytest.mark.parametrize(
    "text",
    ["Wat vindt de raad belangrijk bij Hecht?", "Is er genoeg personeel?", "Zijn er extra plekken nodig?", "Stel dat ik in Noord woon, wanneer opent het azc?",
     "Moet de gemeente volgens het Rijk stoppen met de opvang?", "Moet Leiden meer Oekraïners opvangen?", "Welk advies gaf de raad van kinderen?"],
)  # fmt: skip
def test_what_sounds_like_an_opinion_and_is_a_question(engine: Engine, text: str) -> None:
    assert understand(text, Filters(), engine.vocabulary).kind is not QuestionKind.UNSUPPORTED


@pytest.mark.parametrize(
    ("earlier", "question", "alone"),
    [
        ("Hoe hoog zijn de lasten van Preventie in 2025?", "En in 2026?", "Hoe hoog zijn de lasten van Preventie in in 2026?"),
        ("Wanneer opent het azc op de Paardenwei?", "Wie voert dat uit?", "Wie voert dat uit azc Paardenwei?"),
        ("Wanneer opent het azc op de Paardenwei?", "Wat kost Hecht in 2025?", "Wat kost Hecht in 2025?"),
        ("Wat zijn de lasten van ondersteuning in 2025?", "En bij preventie?", "Wat zijn de lasten van preventie in 2025?"),
        ("Wat zijn de lasten van preventie in 2025?", "En de baten?", "Wat zijn de baten van preventie in 2025?"),
    ],
)
def test_a_question_that_leans_on_the_one_before(engine: Engine, earlier: str, question: str, alone: str) -> None:
    assert " ".join(stand_alone(question, [earlier], engine.vocabulary).text.split()) == alone


@pytest.mark.parametrize(
    ("question", "inherited", "reading"),
    [
        ("En in 2026?", ("subject", "measure"), "Gelezen als: lasten van Preventie, meerjarenraming 2026"),
        ("En de baten?", ("subject", "period"), "Gelezen als: baten van Preventie, begroting 2025"),
        ("En bij ondersteuning?", ("measure", "period"), "Gelezen als: lasten van Ondersteuning, begroting 2025"),
        ("Wat kost Hecht in 2025?", (), None),
    ],
)
def test_a_follow_up_shows_what_it_took(engine: Engine, question: str, inherited: tuple[str, ...], reading: str | None) -> None:
    answer = answer_question(engine, question, earlier=["Wat zijn de lasten van preventie in 2025?"])
    assert answer.inherited == inherited
    assert reading is None or answer.reading == reading


@pytest.mark.parametrize("question", ["En bij preventie \\d?", "En bij \\1 preventie?", "En de baten\\q?", "En \\g<0>?"])
def test_a_follow_up_with_odd_marks_is_read_without_a_fault(engine: Engine, question: str) -> None:
    assert answer_question(engine, question, earlier=["Wat zijn de lasten van ondersteuning in 2025?"]).text


def test_a_follow_up_is_answered_over_the_whole_path(engine: Engine) -> None:
    answer = answer_question(engine, "En in 2026?", earlier=["Hoe hoog zijn de lasten van Preventie in 2025?"])
    assert "11.976" in answer.text
    assert answer.question == "En in 2026?"


def test_a_word_less_its_last_letter_is_no_form_of_it() -> None:
    assert not is_dutch_word("mantelzorgrs")
    assert is_dutch_word("bossen")
