"""Lines and groups: where they start and end, what opens them, and whether a program broke them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from begroting_qa.domain import Document
from begroting_qa.ingest.layout import Line, has_bars, is_wrapped, read_groups

PAGES = Path(__file__).parent / "data" / "pages"
# every kind of line end and blank that str.splitlines() and str.strip() know, and what opens lists, notes and rows
_ALPHABET = "aB9•*-–|.:,€ \u00a0\u2003\t\n\r\x0b\x0c\x1c\x1e\x85\u2028é😀"


def first_line(text: str) -> Line:
    return read_groups(text)[0].lines[0]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=_ALPHABET, max_size=80))
def test_every_character_lies_in_exactly_one_line_whatever_the_line_ends(text: str) -> None:
    held = [0] * len(text)
    for group in read_groups(text):
        for line in group.lines:
            assert text[line.start : line.end] == line.text
            for at in range(line.start, line.end):
                held[at] += 1
    assert all(held[at] == 1 for at, character in enumerate(text) if not character.isspace())
    assert max(held, default=0) <= 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=_ALPHABET, max_size=80))
def test_groups_stand_in_order_and_do_not_overlap(text: str) -> None:
    end = 0
    for group in read_groups(text):
        assert end <= group.start <= group.end <= len(text)
        end = group.end


def test_a_blank_line_parts_groups_and_a_lone_hard_space_is_an_empty_cell() -> None:
    groups = read_groups("Lasten\n12\n\n\u00a0\n\n34\n")
    assert [(group.text, group.is_empty_cell) for group in groups] == [("Lasten 12", False), ("", True), ("34", False)]


def test_a_hard_space_at_the_end_of_a_line_is_no_cell_of_its_own() -> None:
    assert [group.is_empty_cell for group in read_groups("9C1 Zorg op maat\u00a0\n\nvolgende\n")] == [False, False]


def test_rows_with_bars_part_from_the_text_around_them() -> None:
    groups = read_groups("Wat heeft het gekost?\nLasten | 8 | 9 |\nBaten | 1 | 2 |\nHet saldo daalt.\n")
    assert [group.text for group in groups] == [
        "Wat heeft het gekost?",
        "Lasten | 8 | 9 | Baten | 1 | 2 |",
        "Het saldo daalt.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a | b | c", True), ("a | b |", True), ("a |", True), ("en | of", False), ("geen streep", False)],
)
def test_a_lone_bar_inside_a_line_is_punctuation(text: str, expected: bool) -> None:
    assert has_bars(text) is expected


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("• Visie Sociaal Domein", "•"),
        ("  • ingesprongen", "•"),
        ("- elke dinsdag", "-"),
        ("– met een gedachtestreep", "–"),
        ("1. Financiële uitdagingen", "1."),
        ("12) twaalfde", "12)"),
        ("a. eerste", "a."),
        ("•\u00a0na een harde spatie", "•"),
        ("- 12", None),  # a minus before a figure
        ("-441", None),
        ("– 2.032", None),
        ("9A1.2 Organiseren", None),
        ("1.2.1 Werk en integratie", None),
        ("2025", None),
        ("3.080.766 euro", None),
        ("gewone zin", None),
        ("•", None),
    ],
)
def test_a_bullet_or_number_opens_a_list_entry_and_a_minus_does_not(line: str, marker: str | None) -> None:
    assert first_line(line).list_marker == marker


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("** De enquête wordt alleen in de oneven jaren gehouden.", "**"),
        ("**Dit is de gemiddelde verblijfsduur.", "**"),
        ("***Vanwege doorcentralisatie", "***"),
        ("* * Met een spatie ertussen", "**"),
        ("¹ Bron: CBS", "¹"),
        ("Veiligheidsmonitor*", None),
        ("gewone zin", None),
    ],
)
def test_asterisks_and_raised_figures_open_a_footnote(line: str, marker: str | None) -> None:
    assert first_line(line).footnote_marker == marker


def test_the_content_of_an_entry_starts_after_its_marker() -> None:
    text = "inleiding:\n   •   eerste punt\n"
    line = read_groups(text)[0].lines[1]
    assert text[line.content_start : line.end] == "eerste punt"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Dat is zo.", True),
        ("Is dat zo?", True),
        ("We doen het volgende:", True),
        ("Hij zei ‘ja.’", True),
        ("(zie bijlage.)", True),
        ("Met een noot.**", True),
        ("Wat mag het", False),
        ("een komma,", False),
    ],
)
def test_closing_punctuation_ends_a_sentence_behind_quotes_brackets_and_note_marks(line: str, expected: bool) -> None:
    assert first_line(line).ends_sentence is expected


@pytest.mark.parametrize(("name", "expected"), [("wrapped.txt", True), ("flattened.txt", False), ("lists.txt", False)])
def test_a_page_is_wrapped_when_its_long_lines_go_on_in_the_next(name: str, expected: bool) -> None:
    assert is_wrapped(read_groups((PAGES / name).read_text(encoding="utf-8"))) is expected


def test_only_the_page_from_a_pdf_in_the_corpus_is_wrapped(documents: dict[str, Document]) -> None:
    assert [document_id for document_id, document in documents.items() if document.is_wrapped] == ["leiden-jaarverslag-2018-p9"]


def test_a_handful_of_lines_is_too_little_to_call_a_page_wrapped() -> None:
    line = "Deze regel is lang genoeg om te tellen maar hij loopt door op de volgende regel van\n"
    assert not is_wrapped(read_groups(line * 5))
    assert is_wrapped(read_groups(line * 15))
