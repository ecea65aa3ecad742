"""Questions about promises are answered from the register: what, by whom, by when, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from begroting_qa.corrections import Correction, keep
from begroting_qa.domain import AnswerStatus, CommitmentStatus, Filters
from begroting_qa.pipeline import Engine, answer_question


def test_what_was_promised_is_quoted_with_its_document_and_whether_more_was_heard_of_it(engine: Engine) -> None:
    answer = answer_question(engine, "Wat beloofde de begroting van 2022 over de Internationale Basisschool?")
    assert answer.text.startswith(
        "Programmabegroting 2022, hoofdstuk Sociaal domein: De opening van de Internationale Basisschool"
    )
    assert any(
        notice.startswith("De termijn is voorbij. In latere documenten is niet teruggevonden") for notice in answer.notices
    )


def test_a_promise_that_leans_on_the_sentence_in_front_is_quoted_with_it(engine: Engine) -> None:
    answer = answer_question(engine, "Wat is er toegezegd over dakloze gezinnen?")
    assert "voor dakloze gezinnen uit de Leidse regio. We maken er werk van om voor die tijd een nieuwe locatie" in answer.text
    assert answer.citations[0].quote.startswith("Eind 2025 sluit")


def test_what_came_of_a_promise_stands_beside_it_with_both_quotes(engine: Engine) -> None:
    answer = answer_question(engine, "Wat is er terechtgekomen van het plan van aanpak tegen racisme?")
    assert [c.document_id for c in answer.citations] == [
        "leiden-voortgangsrapportage-2023-2-p9",
        "leiden-voortgangsrapportage-2025-2-p9",
    ]
    assert "Deze moet begin 2024 klaar zijn." in answer.text
    assert "Volgens de documenten: er wordt aan gewerkt." in answer.notices


@pytest.mark.parametrize(
    "question",
    [
        "Wat beloofde het college over het herstelplan van Hecht in de begroting 2025 en hoe staat het er nu voor?",
        "Hecht zou een herstelplan maken. Is dat volgens de tweede voortgangsrapportage 2025 al klaar?",
    ],
)
def test_who_asks_how_a_promise_stands_gets_the_newest_that_is_said_of_it(engine: Engine, question: str) -> None:
    answer = answer_question(engine, question)
    assert [c.document_id for c in answer.citations] == [
        "leiden-programmabegroting-2025-p9",
        "leiden-voortgangsrapportage-2025-2-p9",
    ]
    assert "werkt Hecht nog aan een herstelplan" in answer.text


def test_what_came_of_something_is_told_also_where_no_promise_is_found(engine: Engine) -> None:
    answer = answer_question(engine, "Het actieplan Leiden op Leeftijd zou in 2022 worden uitgevoerd. Is dat ook afgemaakt?")
    assert answer.text.count("In 2024 is het actieplan Leiden op Leeftijd afgerond.") == 1


@pytest.mark.parametrize(
    "question",
    [
        "Wat is er terechtgekomen van het plan van aanpak tegen racisme in Leiderdorp?",
        "Wat belooft het college over een derde maatwerkfunctionaris na 2027?",
        "Wat is er in de begroting van 2018 toegezegd over het Bouwdepot?",
        "Wat is er terechtgekomen van de toezegging om de eigen bijdrage voor huishoudelijke hulp te verlagen?",
    ],
)
def test_a_promise_of_another_place_or_time_is_not_told(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status is AnswerStatus.NOT_IN_CORPUS


def test_what_came_of_another_motion_or_in_another_year_is_not_told(engine: Engine) -> None:
    assert "M.23.0093" in answer_question(engine, "Wat is er gedaan met motie M.23.0093?").text
    assert answer_question(engine, "Is motie M.22.0001 al uitgevoerd?").status is AnswerStatus.NOT_IN_CORPUS
    answer = answer_question(engine, "Wat is er in 2018 gedaan met de wijkteams?")
    assert {c.document_id for c in answer.citations} == {"leiden-jaarverslag-2018-p9"}


def test_a_document_that_the_reader_left_out_is_not_told(engine: Engine) -> None:
    only = Filters(documents=("leiden-programmabegroting-2025-p9",))
    answer = answer_question(engine, "Is het herstelplan van Hecht al klaar?", filters=only)
    assert {c.document_id for c in answer.citations} <= {"leiden-programmabegroting-2025-p9"}
    assert not any("latere documenten" in notice for notice in answer.notices)


@pytest.mark.parametrize("question", ["Welke termijnen zijn verlopen?", "Welke beloften zijn niet nagekomen?"])
def test_what_is_past_its_term_is_listed(engine: Engine, question: str) -> None:
    answer = answer_question(engine, question)
    late = [c for c in engine.commitments if c.status is CommitmentStatus.OVERDUE]
    told = " ".join(claim.text for claim in answer.claims if claim.is_item)
    assert len([claim for claim in answer.claims if claim.is_item]) > 10
    assert sum(" ".join(c.quote.split()) in told for c in late) > 10


def test_the_day_of_an_opening_is_not_that_of_a_closing(engine: Engine) -> None:
    assert "Medio 2025" in answer_question(engine, "Wanneer opent het tijdelijke AZC op de Paardenwei?").text
    assert "Eind 2025" in answer_question(engine, "Wanneer opent de nieuwe opvanglocatie voor dakloze gezinnen?").text
    closing = answer_question(engine, "Wanneer gaat het tijdelijke AZC op de Paardenwei weer dicht?")
    assert closing.status is AnswerStatus.NOT_IN_CORPUS


def test_whether_a_target_was_reached_may_be_told_without_a_number(engine: Engine) -> None:
    answer = answer_question(engine, "Is de taakstelling voor statushouders in 2023 gehaald?")
    assert "Hierdoor is de taakstelling formeel net niet behaald." in answer.text


def test_what_must_be_ready_is_listed_by_day(engine: Engine) -> None:
    answer = answer_question(engine, "Wat moet er in het laatste kwartaal van 2025 klaar zijn?")
    items = [claim.text for claim in answer.claims if claim.is_item]
    assert any(item.startswith("De gemeenteraad wordt hierover geïnformeerd in het laatste kwartaal van 2025") for item in items)
    assert not any("medio 2025" in item or "2026" in item for item in items)


def test_an_organisation_is_asked_for_what_it_is_going_to_do(engine: Engine) -> None:
    answer = answer_question(engine, "Wat gaat SOL in 2025 doen?")
    assert len([claim for claim in answer.claims if claim.is_item]) > 2
    assert all("SOL" in claim.text for claim in answer.claims if claim.is_item)


@pytest.mark.parametrize(
    "question",
    [
        "Wat heeft het college toegezegd over gratis openbaar vervoer?",
        "Welke voornemens heeft de gemeente voor 2031?",
        "Wat gaat Youp doen?",
    ],
)
def test_what_nobody_promised_is_refused(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status is AnswerStatus.NOT_IN_CORPUS


def test_filters_hold_for_the_register_too(engine: Engine) -> None:
    only = Filters(documents=("leiden-jaarverslag-2018-p9",))
    answer = answer_question(engine, "Wat moet er in 2025 klaar zijn?", filters=only)
    assert not any(c.document_id != "leiden-jaarverslag-2018-p9" for c in answer.citations)


def test_a_question_for_a_day_is_answered_by_one_sentence(engine: Engine) -> None:
    answer = answer_question(
        engine, "Voor wanneer was het plan van aanpak racisme toegezegd in de voortgangsrapportage van 2023?"
    )
    assert "begin 2024" in answer.text


def test_a_quoted_promise_says_where_a_later_document_goes_on(engine: Engine) -> None:
    answer = answer_question(engine, "Welke pilot start er met praktijkondersteuners bij de huisarts?")
    assert answer.citations[0].document_id == "leiden-programmabegroting-2025-p9"
    assert any(n.startswith("Een later document gaat hierover verder, Tweede Voortgangsrapportage 2025") for n in answer.notices)


def test_an_unknown_number_is_refused_with_the_known_ones_that_are_like_it(engine: Engine) -> None:
    refusal = answer_question(engine, "Waar gaat motie M.23.0193 over?").refusal
    assert refusal is not None
    assert "Het nummer M.23.0193 staat in geen van de documenten. Het meest lijken daarop: M.23.0093," in refusal.searched


def test_answers_tell_what_was_corrected_and_leave_out_what_is_no_promise(engine: Engine, tmp_path: Path) -> None:
    promised = next(c for c in engine.commitments if "gestart met de pilot ‘Het Bouwdepot’" in c.text)
    corrected = replace(engine, corrections=tmp_path / "corrections.jsonl")
    question = "Wat is er toegezegd over de start van de pilot Het Bouwdepot?"
    assert "De termijn is voorbij." in " ".join(answer_question(corrected, question).notices)
    keep(Correction(commitment_id=promised.id, status=CommitmentStatus.DONE, reason="Raadsbrief"), corrected.corrections)
    assert "De termijn is voorbij." not in " ".join(answer_question(corrected, question).notices)
    keep(Correction(commitment_id=promised.id, not_a_commitment=True, reason="Geen voornemen"), corrected.corrections)
    asked = answer_question(corrected, "Wat moet er in oktober of november 2024 klaar zijn?")
    assert not any("Bouwdepot" in claim.text for claim in asked.claims if claim.is_item)


def test_corrections_out_of_reach_cost_no_answer(engine: Engine, tmp_path: Path) -> None:
    unreadable = replace(engine, corrections=tmp_path)
    assert answer_question(unreadable, "Wat is SSB?").status is AnswerStatus.ANSWERED


def test_words_that_only_begin_like_those_of_asking_are_what_is_asked(engine: Engine) -> None:
    assert answer_question(engine, "Wat is er toegezegd over het gemeentearchief?").status is AnswerStatus.NOT_IN_CORPUS


def test_several_years_are_all_asked(engine: Engine) -> None:
    answer = answer_question(engine, "Wat moet er in 2025 tot en met 2027 klaar zijn?")
    assert len([claim for claim in answer.claims if claim.is_item]) > 20
