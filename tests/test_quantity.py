"""What numbers a question asks for: operation, measure, phase and years, on literal questions."""

from __future__ import annotations

import pytest

from begroting_qa.domain import Filters, Measure, Operation, Phase
from begroting_qa.people import is_per_head
from begroting_qa.pipeline import Engine, answer_question
from begroting_qa.understand.plan import understand
from begroting_qa.understand.quantity import find_quantity, spelled_out

L, B, S = Measure.LASTEN, Measure.BATEN, Measure.SALDO


@pytest.mark.parametrize(
    ("question", "operation", "measures", "phases", "periods"),
    [
        ("Wat zijn de lasten van Zorg in 2025?", Operation.LOOK_UP, (L,), (), ("2025",)),
        ("Hoeveel geeft de gemeente uit aan wegen?", Operation.LOOK_UP, (L,), (), ()),
        ("Wat was het saldo van Zorg in de rekening 2023?", Operation.LOOK_UP, (S,), (Phase.REKENING,), ("2023",)),
        ("Wat is het saldo van baten en lasten voor Zorg?", Operation.LOOK_UP, (S,), (), ()),
        ("Hoeveel halen we uit de reserve zorg?", Operation.LOOK_UP, (Measure.ONTTREKKING,), (), ()),
        ("Hoeveel gaat er naar de reserve zorg?", Operation.LOOK_UP, (Measure.TOEVOEGING,), (), ()),
        ("spaarpot zorg: wat halen we er in 2024 uit", Operation.LOOK_UP, (Measure.ONTTREKKING,), (), ("2024",)),
        ("Met hoeveel stijgen de lasten tussen 2024 en 2025?", Operation.DIFFERENCE, (L,), (), ("2024", "2025")),
        ("Met hoeveel procent stijgen de lasten van 2024 op 2025?", Operation.CHANGE, (L,), (), ("2024", "2025")),
        ("Welk deel van de totale lasten gaat naar zorg?", Operation.SHARE, (L,), (), ()),
        ("Wat zijn de lasten van zorg en sport samen?", Operation.SUM, (L,), (), ()),
        ("Wat zijn gemiddeld per jaar de lasten?", Operation.AVERAGE, (L,), (), ()),
        ("Welk beleidsterrein heeft de hoogste baten?", Operation.HIGHEST, (B,), (), ()),
        ("Waar geven we meer aan uit: zorg of sport?", Operation.HIGHEST, (L,), (), ()),
        ("Hoe ontwikkelt de score zich?", Operation.SERIES, (), (), ()),
        ("Lasten 2025 t/m 2027", Operation.SERIES, (L,), (), ("2025", "2026", "2027")),
        ("Is de streefwaarde gehaald?", Operation.TARGET, (), (Phase.STREEFWAARDE,), ()),
        ("Op welke score mikte de gemeente in 2018?", Operation.LOOK_UP, (), (Phase.STREEFWAARDE,), ("2018",)),
        ("wat zijn de uitgavne aan zorg", Operation.LOOK_UP, (L,), (), ()),
        ("Wat zegt het jaarverslag 2018 over het percentage in 2015?", Operation.LOOK_UP, (), (), ("2015",)),
    ],
)
def test_what_a_question_asks_of_numbers(
    question: str, operation: Operation, measures: tuple[Measure, ...], phases: tuple[Phase, ...], periods: tuple[str, ...]
) -> None:
    years = [int(word.strip("?,")) for word in question.split() if word.strip("?,").isdigit()]
    found = find_quantity(question, question, years)
    assert found is not None
    assert (found.operation, found.measures, found.phases, found.periods) == (operation, measures, phases, periods)


@pytest.mark.parametrize(
    "question",
    [
        "Waarom stijgen de lasten?",
        "Wie is de wethouder?",
        "Wat betekent saldo?",
        "Wanneer opent het zwembad?",
        "Wat is de missie?",
    ],
)
def test_what_is_no_question_for_a_number(question: str) -> None:
    assert find_quantity(question, question, []) is None


@pytest.mark.parametrize("text", ["per inwoner", "per cliënt", "Per Leidenaar", "het bedrag per deelnemer in euro's"])
def test_a_share_for_each_person_is_told_apart(text: str) -> None:
    assert is_per_head(text)


@pytest.mark.parametrize(
    "text",
    [
        "per jaar",
        "per kalenderjaar",
        "per 1 september",
        "per oktober",
        "per saldo",
        "per wanneer",
        "per cluster",
        "per 1.000 inwoners",
    ],
)
def test_another_share_is_not_one_for_each_person(text: str) -> None:
    assert not is_per_head(text)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("lasten in tweeduizend zevenentwintig", "lasten in 2027"),
        ("tweeduizendvijfentwintig", "2025"),
        ("tweeduizend drieëntwintig", "2023"),
        ("programma negen", "programma 9"),
        ("tweeduizend euro", "tweeduizend euro"),
    ],
)
def test_spoken_numbers_are_read(spoken: str, written: str) -> None:
    assert spelled_out(spoken) == written


def test_a_year_that_names_a_document_is_no_year_of_the_number(engine: Engine) -> None:
    plan = understand(
        "Welk percentage deed volgens het jaarverslag 2018 in 2015 vrijwilligerswerk?", Filters(), engine.vocabulary
    )
    assert plan.quantity is not None
    assert plan.quantity.periods == ("2015",)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wat zijn de lasten van programma 7 in 2025?", "programma 7 is niet ingelezen, wel programma 9"),
        ("Hoeveel lasten heeft Leiden in totaal in 2025?", "niet over de hele begroting"),
        ("Welke indicatoren hebben hun streefwaarde gehaald?", "voor geen enkele indicator"),
    ],
)
def test_what_the_documents_do_not_cover_is_said(engine: Engine, question: str, said: str) -> None:
    answer = answer_question(engine, question)
    assert answer.status.value == "not_in_corpus"
    assert said in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Wat zijn de lasten van Ondersteuning per Leidenaar?",
        "Wat kost preventie per inwoner in 2025?",
        "Hoeveel geven we uit aan opvang per deelnemer?",
    ],
)
def test_a_share_for_each_person_is_not_answered_with_a_total(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status.value == "not_in_corpus"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "Wat is het verschil tussen lasten en baten van Preventie in 2025?",
            "Saldo van Preventie, begroting 2025: € 7,193 miljoen",
        ),
        (
            "Lasten beleidsterrein 9A in 2026?",
            "Lasten van Sociale binding en participatie, meerjarenraming 2026: € 12,669 miljoen",
        ),
        ("Hoeveel procent van de lasten van het programma wordt in 2025 gedekt door de baten?", "14,8%"),
        ("Vrouwenopvang: hoeveel maanden zat de gemiddelde verblijfsduur van 2022 boven het doel voor 2025?", "2 maanden boven"),
        ("Wat zijn de lasten van het programma Maatschappelijke Ondersteuning in 2025?", "Lasten van het programma"),
        ("Wat zijn de lasten van Ondersteuning in programma 9 in 2025?", "Lasten van Ondersteuning, begroting 2025"),
        ("wat zijn de lasten van preventie in tweeduizend zevenentwintig", "€ 7,482 miljoen"),
    ],
)
def test_numbers_in_other_words(engine: Engine, question: str, told: str) -> None:
    assert told in answer_question(engine, question).text
