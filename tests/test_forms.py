"""What a sentence must tell to answer a question: the right kind of number, name, place or reason, of the right thing."""

from __future__ import annotations

import pytest

from begroting_qa.answer.demand import demand_of
from begroting_qa.domain import Filters, Unit, UnitKind
from begroting_qa.pipeline import Engine
from begroting_qa.understand.plan import understand


def sentence(text: str, kind: UnitKind = UnitKind.SENTENCE) -> Unit:
    return Unit(start=0, end=len(text), kind=kind, text=text)


TELLS = [
    ("Hoeveel opvangplekken zijn er nodig?", "Leiden moet 619 reguliere opvangplekken organiseren."),
    ("Hoeveel mensen kwamen er?", "Er waren ruim duizend bezoekers."),
    ("Hoeveel kost de verbouwing?", "De verbouwing kost 1,1 miljoen."),
    ("Hoeveel procent van de inwoners doet mee?", "Van de inwoners doet 46% mee."),
    ("Wanneer is het plan klaar?", "Het plan moet begin 2024 klaar zijn."),
    ("Hoe lang loopt de huur?", "Het pand is voor 5 jaar gehuurd."),
    ("Wie voert het onderzoek uit?", "Het onderzoek is gedaan door het bureau DRIFT."),
    ("Waar komt de nieuwe hal?", "De hal komt aan de Boshuizerkade."),
    ("Op welke dag is het spreekuur?", "Het spreekuur is op dinsdagmiddag."),
    ("Waarom stopt de proef?", "De proef stopt omdat het geld op is."),
    ("Welke drie scholen doen mee?", "Mee doen De Leimundo, De Ley en het Leonardo College."),
    ("Welke gemeenten werken samen?", "Leiderdorp en Oegstgeest werken samen."),
    ("Welk raadsvoorstelnummer heeft de visie?", "Visie Sociaal Domein (RV 19.0029)"),
    ("Hoe heet de wethouder van sport?", "Portefeuillehouder is wethouder Jansen."),
]
TELLS_NOT = [
    ("Hoeveel bedden heeft de opvang?", "De opvang heeft een wachttijd in maanden."),
    ("Hoeveel kost de verbouwing?", "De verbouwing begint in 2025."),
    ("Hoeveel kost de verbouwing?", "Wij willen (1) een verbouwing en (2) een verhuizing."),
    ("Wanneer is het plan klaar?", "Er wordt gewerkt aan het plan."),
    ("Wie voert het onderzoek uit?", "Het onderzoek wordt in het najaar uitgevoerd."),
    ("Waar komt de nieuwe hal?", "De hal van Leiden wordt in 2026 vervangen."),
    ("Op welke dag is het spreekuur?", "Het spreekuur is elke maand."),
    ("Waarom stopt de proef?", "De proef stopt in 2025."),
    ("Welke drie scholen doen mee?", "Er doen drie scholen mee."),
    ("Welke gemeenten werken samen?", "Veertien gemeenten werken samen in de regio."),
    ("Hoe heet de wethouder van sport?", "De wethouder opent de hal."),
    ("Door wie is het amendement ingediend?", "Het amendement is aangenomen door de raad."),
    ("Op welk adres zit de opvang?", "De opvang zit in de binnenstad."),
]


@pytest.mark.parametrize(("question", "text"), TELLS)
def test_a_sentence_that_tells_what_is_asked(engine: Engine, question: str, text: str) -> None:
    demand = demand_of(understand(question, Filters(), engine.vocabulary), {"leiden"})
    assert demand.form(sentence(text)) == 1.0


@pytest.mark.parametrize(("question", "text"), TELLS_NOT)
def test_a_sentence_that_tells_something_else(engine: Engine, question: str, text: str) -> None:
    demand = demand_of(understand(question, Filters(), engine.vocabulary), {"leiden"})
    assert demand.form(sentence(text)) == 0.0


def test_a_number_of_something_else_tells_less_than_one_of_what_is_asked(engine: Engine) -> None:
    demand = demand_of(understand("Hoeveel vrijwilligers doen er mee?", Filters(), engine.vocabulary))
    asked = demand.form(sentence("Er doen 31 vrijwilligers mee."))
    near = demand.form(sentence("De vrijwilligers bezochten 40 scholen."))
    far = demand.form(sentence("Er zijn 40 scholen bezocht."))
    assert asked > near > far > 0


def test_a_row_counts_only_what_its_label_names(engine: Engine) -> None:
    days = sentence("Gemiddelde verblijfsduur in de opvang in dagen: Streefwaarde 2025 90", UnitKind.ROW)
    beds = demand_of(understand("Hoeveel bedden heeft de opvang?", Filters(), engine.vocabulary))
    stay = demand_of(understand("Hoeveel dagen is de verblijfsduur in de opvang?", Filters(), engine.vocabulary))
    assert beds.form(days) == 0.0
    assert stay.form(days) == 1.0


def test_an_amount_between_brackets_may_be_the_money_asked_for(engine: Engine) -> None:
    demand = demand_of(understand("Hoeveel kost de verbouwing?", Filters(), engine.vocabulary))
    assert demand.form(sentence("Er is geld geraamd voor de kosten van de verbouwing (171.025).")) > 0
