"""What is a commitment and what is not, who will do it and by when; and what came of it, against labels given by hand."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from begroting_qa.chunk import chunk_document
from begroting_qa.commitments import find_commitments
from begroting_qa.domain import CommitmentStatus, Document, DocumentKind, Strength
from begroting_qa.intent import actor_of, condition_of, due_of, intent
from begroting_qa.outcomes import status_of
from begroting_qa.pipeline import Engine
from bench.evaluate_registers import judge

EVAL = Path(__file__).parent.parent / "eval"

AS_OF = date(2024, 11, 7)


@pytest.mark.parametrize(
    ("sentence", "strength"),
    [
        ("In 2025 breiden we het aantal opvangplekken uit.", Strength.FIRM),
        ("De raad wordt in het najaar van 2025 geïnformeerd.", Strength.FIRM),
        ("Het college zal het plan voor de zomer vaststellen.", Strength.FIRM),
        ("We gaan een gesprek met de stad aan.", Strength.FIRM),
        ("Daartoe zullen we bestaande subsidierelaties opnieuw tegen het licht houden.", Strength.FIRM),
        ("We willen dit organiseren in de vorm van een congres.", Strength.INTENDED),
        ("We werken toe naar excuses voor het einde van deze collegeperiode.", Strength.AIMED),
        ("Wij streven naar een tweede locatie in de stad.", Strength.AIMED),
        ("Er wordt verkend hoe de stad reclame kan weren.", Strength.EXPLORED),
        ("Naar verwachting wordt het handboek in 2025 vernieuwd.", Strength.EXPECTED),
        ("Schoolpleinen groener inrichten.", Strength.AIMED),
        ("De coalitie heeft tot doel de wachtlijst te verkorten.", Strength.AIMED),
        ("Het onderzoek is afgerond, we bekijken of de regels moeten worden aangepast.", Strength.EXPLORED),
        ("Nieuwe taken voor de regio. Wij komen in het voorjaar met een voorstel.", Strength.FIRM),
        ("Dit doen we onder meer door het buurtwerk uit te breiden.", Strength.FIRM),
        ("Er wordt onderbouwd dat de aanpak leidt tot minder zorgkosten.", Strength.FIRM),
    ],
)
def test_an_intent_is_seen_with_how_firm_it_is(sentence: str, strength: Strength) -> None:
    assert intent(sentence, DocumentKind.PROGRAMMABEGROTING, due_of(sentence, AS_OF), AS_OF) is strength


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2018 is gestart met het opstellen van een programmaplan.",
        "De nota is in juni 2024 door de raad vastgesteld.",
        "De lasten stijgen in 2025 met 1,5 miljoen.",
        "Er is een onttrekking geraamd van 70.000 voor de Jongerenraad.",
        "De overeenkomst loopt in de zomer van 2025 af.",
        "De gemeente is verantwoordelijk voor de toegang tot de opvang.",
        "Inwoners kunnen terecht bij het wijkteam.",
        "Landelijke besluitvorming is voorzien in het voorjaar van 2025.",
        "Beleidskader sport en gezondheid 2019-2023 (RV 19.0093)",
        "We vinden het belangrijk dat iedereen meedoet.",
        "We starten geen nieuwe projecten.",
        "In dit hoofdstuk lichten we toe hoe we daaraan werken.",
        "Hierdoor zal de bus beter aansluiten op de trein.",
        "Onderzoeken laten zien dat klachten door deze aanpak verminderen.",
    ],
)
def test_a_report_a_forecast_and_a_description_are_no_commitment(sentence: str) -> None:
    assert intent(sentence, DocumentKind.PROGRAMMABEGROTING, due_of(sentence, AS_OF), AS_OF) is None


def test_a_report_on_a_year_describes_in_the_present_tense() -> None:
    sentence = "Er wordt gewerkt aan de aanpak van eenzaamheid."
    assert intent(sentence, DocumentKind.PROGRAMMABEGROTING, None, AS_OF) is Strength.FIRM
    assert intent(sentence, DocumentKind.JAARVERSLAG, None, AS_OF) is None


@pytest.mark.parametrize(
    ("sentence", "actor"),
    [
        ("Daarnaast werkt Hecht nog aan een herstelplan.", "Hecht"),
        ("SOL zet in 2025 meer in op veiligheid.", "SOL"),
        ("In het kader van het Gezond en Actief Leven Akkoord geeft BuZz in 2025 extra aandacht aan gezondheid.", "BuZz"),
        ("Het college zal het plan vaststellen.", "Het college"),
        ("Leiden zet zich vanaf 2026 in voor de bestrijding van eenzaamheid.", "Leiden"),
        ("Eind 2024 wordt de gemeenteraad geïnformeerd.", None),
        ("Daarnaast wordt er een voedseldrukmeter ontwikkeld.", None),
    ],
)
def test_who_will_do_it_is_named_in_the_words_of_the_text(sentence: str, actor: str | None) -> None:
    assert actor_of(sentence) == actor


def test_the_time_of_what_was_done_is_no_deadline() -> None:
    assert due_of("We ontwikkelen trajecten, zoals wij dat in 2024 deden samen met de corporaties.", AS_OF) is None
    due = due_of("De plannen die we in 2024 hebben gemaakt voeren we in 2025 uit.", AS_OF)
    assert due is not None
    assert due.text == "in 2025"


def test_a_condition_is_kept_in_its_words() -> None:
    assert condition_of("Het wijkteam blijft betrokken, als er begeleiding nodig is.") == "als er begeleiding nodig is"
    assert condition_of("Het wijkteam blijft betrokken.") is None


def test_the_register_is_as_good_as_it_was_when_it_was_accepted(engine: Engine) -> None:
    """The floors stand a little below the figures of `python -m bench.evaluate_registers`, on all labelled sentences."""
    for split, precision, recall, due, outcome in (("dev", 0.96, 0.94, 0.96, 0.89), ("test", 0.90, 0.76, 0.92, 0.77)):
        found = judge(engine.commitments, split, EVAL)
        assert found.precision >= precision
        assert found.recall >= recall
        assert found.due_right / found.right >= due
        assert found.status_right / found.status_all >= outcome
        assert found.links_right / found.links_all >= 0.6


def test_every_quote_of_the_register_is_literal(engine: Engine) -> None:
    assert len(engine.commitments) > 150
    for commitment in engine.commitments:
        for told in (commitment, *commitment.follow_ups):
            assert engine.document(told.document_id).text[told.start : told.end] == told.quote
        later = [engine.sources[f.document_id].as_of for f in commitment.follow_ups]
        assert all(day > engine.sources[commitment.document_id].as_of for day in later)
        assert later == sorted(later, reverse=True)


def test_the_name_of_a_commitment_outlives_a_change_elsewhere(documents: dict[str, Document]) -> None:
    document = documents["leiden-voortgangsrapportage-2025-2-p9"]
    names = {c.text: c.id for c in find_commitments(chunk_document(document), documents)}
    moved = replace_text(document, f"Vooraf.\n\n{document.text}")
    again = {c.text: c.id for c in find_commitments(chunk_document(moved), {document.id: moved})}
    assert names
    assert all(again[text] == name for text, name in names.items())


def replace_text(document: Document, text: str) -> Document:
    from begroting_qa.ingest.text import read_text  # noqa: PLC0415

    return read_text(document.source, text.encode())


def test_the_plan_against_racism_is_followed_from_promise_to_report(engine: Engine) -> None:
    promised = next(c for c in engine.commitments if "plan van aanpak tegengaan racisme" in c.text)
    assert promised.document_id == "leiden-programmabegroting-2025-p9"
    assert any("plan van aanpak tegen racisme en discriminatie" in f.quote for f in promised.follow_ups)
    assert promised.status is CommitmentStatus.UNDER_WAY


def test_what_is_past_its_term_without_a_report_is_overdue_and_said_so(engine: Engine) -> None:
    promised = next(c for c in engine.commitments if "gestart met de pilot ‘Het Bouwdepot’" in c.text)
    assert promised.follow_ups == ()
    assert promised.status is CommitmentStatus.OVERDUE
    assert status_of(promised, (), date(2024, 11, 8)) is CommitmentStatus.PLANNED


def test_a_long_sentence_of_nothing_but_verbs_is_read_at_once() -> None:
    started = time.perf_counter()
    intent("wordt " * 166, DocumentKind.PROGRAMMABEGROTING, None, AS_OF)
    assert time.perf_counter() - started < 2
