"""How answers are put together: what a thing is, how things stand, abbreviations explained, praise and blame left aside."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from begroting_qa.abbreviations import find_introduced, unexplained
from begroting_qa.domain import AnswerStatus
from begroting_qa.pipeline import Engine, answer_question, build_index, open_engine
from begroting_qa.settings import read_settings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We werken aan een Sterke Sociale Basis (SSB) in de stad.", [("SSB", "Sterke Sociale Basis")]),
        ("bij de sociale wijkteams (SWT’s) en elders", [("SWT", "sociale wijkteams")]),
        ("voor Alleenstaande Minderjarige Vreemdelingen (AMV’ers)", [("AMV", "Alleenstaande Minderjarige Vreemdelingen")]),
        ("het Gezond en Actief Leven Akkoord (GALA)", [("GALA", "Gezond en Actief Leven Akkoord")]),
        ("de renovatie van de Meerpaal (Merenwijk) en (RV 19.0005)", []),
        ("een bedrag (EUR) van de raad", []),
        ("De Binnenvest. Opvang (BO)", []),
    ],
)
def test_an_abbreviation_is_read_where_a_text_brings_it_in(text: str, found: list[tuple[str, str]]) -> None:
    introduced = list(find_introduced(text))
    assert [(i.short, i.full) for i in introduced] == found
    assert all(text[i.start : i.end].startswith(i.full) and text[i.end - 1] == ")" for i in introduced)


def test_what_a_text_explains_itself_is_not_explained_again() -> None:
    known = {"SSB": "Sterke Sociale Basis", "SWT": "sociale wijkteams"}
    assert unexplained("De SSB en de SWT, de sociale wijkteams", known) == [("SSB", "Sterke Sociale Basis")]


@pytest.mark.parametrize("question", ["Wat is SSB?", "wat betekent ssb", "Waar staat SSB voor?", "Wat is de SSB precies?"])
def test_an_abbreviation_is_answered_with_the_place_that_brings_it_in(engine: Engine, question: str) -> None:
    answer = answer_question(engine, question)
    assert answer.text.startswith("SSB staat voor Sterke Sociale Basis. [1]")
    assert answer.citations[0].quote == "Sterke Sociale Basis (SSB)"


def test_a_thing_is_answered_with_the_sentence_that_says_what_it_is(engine: Engine) -> None:
    answer = answer_question(engine, "Wat is het Toekomstscenario?")
    assert answer.text.startswith("Het Toekomstscenario is een landelijk programma")


def test_abbreviations_of_an_answer_are_explained(engine: Engine) -> None:
    answer = answer_question(engine, "Wie zit er in de stuurgroep wijkgerichte ketenaanpak?")
    notice = next(notice for notice in answer.notices if notice.startswith("Afkortingen: "))
    assert "SSB is Sterke Sociale Basis" in notice


def test_how_things_stand_is_told_per_document_newest_first(engine: Engine) -> None:
    answer = answer_question(engine, "Wat is de stand van zaken van de aanpak eenzaamheid?")
    told = [engine.sources[c.document_id] for c in answer.citations]
    assert len({source.id for source in told}) == len(told) > 1
    assert [s.as_of for s in told] == sorted((s.as_of for s in told), reverse=True)
    assert all(claim.text.startswith(f"{source.title}: ") for claim, source in zip(answer.claims, told, strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wanneer opent eindelijk het hoognodige tijdelijke AZC?", "Wanneer opent het peperdure tijdelijke AZC?"),
        (
            "Wie voert het prachtige programma rookvrije generatie uit?",
            "Wie voert het zinloze programma rookvrije generatie uit?",
        ),
    ],
)
def test_praise_and_blame_get_one_answer(engine: Engine, one: str, other: str) -> None:
    first, second = answer_question(engine, one), answer_question(engine, other)
    assert first.status is AnswerStatus.ANSWERED
    assert [c.quote for c in first.citations] == [c.quote for c in second.citations]


@pytest.mark.parametrize(
    "question",
    [
        "Is de bijdrage aan Hecht te hoog?",
        "Welke partner van de Sterke Sociale Basis is de beste?",
        "Moet de gemeente excuses maken voor het slavernijverleden?",
        "Is het plan tegen eenzaamheid haalbaar?",
        "Is het college geslaagd?",
        "Zal het aantal huisuitzettingen in 2035 hoger zijn dan nu?",
    ],
)
def test_opinions_and_predictions_are_not_given(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status is AnswerStatus.NOT_SUPPORTED


@pytest.mark.parametrize(
    "question", ["Hoeveel asielzoekers moet Leiden volgens het Rijk opvangen?", "Moet Leiden 619 opvangplekken regelen?"]
)
def test_what_is_obliged_is_no_opinion(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status is not AnswerStatus.NOT_SUPPORTED


@pytest.mark.parametrize(
    "question",
    [
        "Waar staat de afkorting MDA++ voor?",
        "Hoe vaak komt de stuurgroep bijeen?",
        "Wat doet Leiden in de City Deal Inclusieve Stad?",
        "Hoeveel partijen sloten het Leids Preventieakkoord 2024-2026?",
        "Welk reclamebureau bedacht de campagne Geef elkaar de ruimte?",
        "Wat heeft de monitor sociaal domein 2018 gekost?",
        "Wie leidt het programmateam maatschappelijke zorg?",
        "Wat was de schaalscore sociale cohesie in 2018?",
    ],
)
def test_a_detail_that_is_not_told_is_refused(engine: Engine, question: str) -> None:
    assert answer_question(engine, question).status is AnswerStatus.NOT_IN_CORPUS


def test_what_something_is_called_may_stand_behind_a_colon(engine: Engine) -> None:
    answer = answer_question(engine, "Hoe heet de huishoudelijke ondersteuning met lichte begeleiding?")
    assert "Thuisondersteuning" in answer.text


def test_another_part_of_a_long_name_is_the_same_name(engine: Engine) -> None:
    assert answer_question(engine, "Sinds wanneer doet Leiden mee aan de City Deal Voedselomgeving?").citations


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Wat kost een parkeervergunning?", "De verordening parkeerbelastingen."),
        ("Wie is de wethouder van zorg?", "De website van de gemeente, bij het college van burgemeester en wethouders."),
        ("Wat is de ozb in 2031?", "De programmabegroting of het jaarverslag over 2031."),
    ],
)
def test_a_refusal_says_where_such_a_thing_is_usually_told(engine: Engine, question: str, place: str) -> None:
    refusal = answer_question(engine, question).refusal
    assert refusal is not None
    assert refusal.likely_document == place


def test_a_list_says_of_what_it_is_all(engine: Engine) -> None:
    answer = answer_question(engine, "Welke risico's zijn er bij Hecht?")
    assert len([claim for claim in answer.claims if claim.is_item]) == 3
    assert "Volledig: dit zijn alle 3 punten van de lijst onder ‘Risico's (top 3)’." in answer.notices


def test_sentences_that_tell_a_list_one_by_one_are_its_entries(tmp_path: Path) -> None:
    """The lead asks for no colon and the entries have no bullets: `Daarnaast …`, `Tot slot …`."""
    text = (
        "Sport en bewegen\n\nDe gemeente bouwt een nieuwe sporthal voor de turners. Daarnaast komt er een kunstgrasveld in de Vliet. "
        "Ook wordt het zwembad opgeknapt. Tot slot krijgt de atletiekbaan nieuwe lampen. De wethouder is hier blij mee.\n"
    )
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "sport.txt").write_text(text, encoding="utf-8")
    (corpus / "sources.toml").write_text(
        f'[[source]]\nfile = "sport.txt"\nsha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\ntitle = "Begroting 2024"\n'
        'municipality = "Heidestad"\nkind = "programmabegroting"\nyear = 2024\nstatus = "vastgesteld"\nas_of = 2023-11-01\n',
        encoding="utf-8",
    )
    settings = read_settings(corpus=corpus, index=tmp_path / "index")
    build_index(settings)
    with closing(open_engine(settings)) as small:
        answer = answer_question(small, "Welke voorzieningen voor sport bouwt de gemeente?")
    assert [claim.text.split()[0] for claim in answer.claims if claim.is_item] == ["De", "Daarnaast", "Ook", "Tot"]
    assert answer.completeness == "partial"
