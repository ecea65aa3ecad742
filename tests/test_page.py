"""The page as a reader meets it: a form without a script, answers whose links lead to the quote, documents as documents."""

from __future__ import annotations

import gzip
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from markupsafe import Markup

from begroting_qa.domain import (
    Boilerplate,
    Cell,
    CellRole,
    Document,
    DocumentKind,
    DocumentStatus,
    ListItem,
    Section,
    Source,
    Span,
    Table,
)  # fmt: skip
from begroting_qa.errors import SettingsError
from begroting_qa.serve.app import create_app
from begroting_qa.serve.marked import Marking, claims, with_markers
from begroting_qa.serve.reading_view import ListView, TableView, view_section, view_table
from begroting_qa.serve.shelf import completeness
from begroting_qa.settings import PageSettings, Settings, read_settings

BUDGET = "leiden-programmabegroting-2025-p9"
QUESTION = "Wat is de missie van het programma Maatschappelijke Ondersteuning?"
HTML = {"accept": "text/html"}
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """What a test asks of a page; fails on tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # a drawing has a title of its own
        self.tags.append((f"svg {tag}" if tag == "title" and "svg" in self._open else tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self._open), data))

    def text(self, inside: str = "body") -> str:
        return squeeze("".join(data for path, data in self.texts if inside in path))

    def each(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.tags if "id" in attributes]


def squeeze(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def client(engine_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(engine_settings)) as opened:
        yield opened


def open_page(client: TestClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=HTML)
    assert response.status_code == status
    return check_page(response)


def ask(client: TestClient, question: str, **fields: object) -> Page:
    response = client.post("/", data={"question": question, **fields}, headers=HTML)
    assert response.status_code == 200
    return check_page(response)


def check_page(response: Any) -> Page:
    """What holds for every page: Dutch, landmarks, one title, unique ids, links that lead somewhere, nothing inline."""
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    # what was posted for can be gone back to; no other page is kept
    is_posted = response.request.method == "POST" and response.status_code == 200
    assert response.headers["cache-control"] == ("private, no-cache" if is_posted else "no-store")
    page = Page(response.text)
    assert page.each("html") == [{"lang": "nl", "class": "utrecht-document voorbeeld-theme"}]
    assert page.each("body") == [{"class": "utrecht-document voorbeeld-theme"}]
    assert len(page.each("h1")) == len(page.each("main")) == len(page.each("title")) == 1
    assert {"header", "footer", "nav"} <= {tag for tag, _ in page.tags}
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    for attributes in page.each("a"):
        if (attributes["href"] or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in page.ids
    assert not {tag for tag, _ in page.tags} & {"style", "iframe"}
    assert all((script["src"] or "").startswith("/static/") and "defer" in script for script in page.each("script"))
    assert page.text("script") == ""
    assert not [name for _, attributes in page.tags for name in attributes if name == "style" or name.startswith("on")]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))
    return page


# --- asking -------------------------------------------------------------------------------------------------------------


def test_the_form_posts_a_labelled_question_with_filters_from_the_corpus(client: TestClient) -> None:
    page = open_page(client, "/")
    assert page.each("form")[0]["method"] == "post"
    assert page.each("label")[0]["for"] == page.each("textarea")[0]["id"]
    boxes = [(box["name"], box["value"]) for box in page.each("input")]
    assert boxes == [
        ("year", "2025"), ("year", "2023"), ("year", "2022"), ("year", "2018"),
        ("kind", "programmabegroting"), ("kind", "voortgangsrapportage"), ("kind", "jaarverslag"),
        ("document", "leiden-voortgangsrapportage-2025-2-p9"), ("document", "leiden-programmabegroting-2025-p9"),
        ("document", "leiden-voortgangsrapportage-2023-2-p9"), ("document", "leiden-programmabegroting-2022-sociaal-domein"),
        ("document", "leiden-jaarverslag-2018-p9"),
    ]  # fmt: skip
    assert len(page.each("legend")) == 3
    assert "5 documenten" in page.text("main")


def test_every_example_question_comes_from_the_corpus_and_has_an_answer(
    client: TestClient, documents: dict[str, Document]
) -> None:
    page = open_page(client, "/")
    examples = [button["value"] or "" for button in page.each("button") if button.get("name") == "question"]
    headings = {section.heading for document in documents.values() for section in document.walk()}
    assert len(examples) == 4
    for example in examples:
        assert example.removeprefix("Wat staat er over ").removesuffix("?") in headings
        assert ask(client, example).text("title").startswith("Uw vraag is beantwoord")


@pytest.mark.parametrize(
    "question", [QUESTION, "Wat zijn de lasten van beleidsterrein Preventie?", "Welke opgaven heeft het sociaal domein?"]
)
def test_an_answer_links_each_claim_to_a_source_and_each_source_to_its_marked_quote(client: TestClient, question: str) -> None:
    page = ask(client, question)
    body = client.post("/v1/ask", json={"question": question}).json()
    assert page.text("title").startswith("Uw vraag is beantwoord")
    markers = {citation["marker"] for citation in body["citations"]}
    linked = {int((a["href"] or "").removeprefix("#bron-")) for a in page.each("a") if (a["href"] or "").startswith("#bron-")}
    assert linked == markers
    assert body["reading"]["text"] in page.text("main")
    assert "automatisch samengesteld" in page.text("main")
    looks = [a["href"] or "" for a in page.each("a") if (a["href"] or "").endswith("#citaat")]
    assert len(looks) == len(body["citations"])
    for citation, look in zip(body["citations"], looks, strict=True):
        assert squeeze(citation["quote"]) in page.text("blockquote")
        assert look == f"{citation['url']}#citaat"
        document = open_page(client, look)
        assert "citaat" in document.ids
        assert letters(document.text("mark")) == letters(citation["quote"])
        assert "Naar het citaat" in document.text("main")


def letters(text: str) -> str:
    """The characters without blanks, bullets and what a table draws as lines."""
    return re.sub(r"[\s|•]+", "", text)


def test_a_refusal_says_so_and_helps_on(client: TestClient) -> None:
    question = "Wie is de burgemeester van Parijs?"
    page = ask(client, question)
    refusal = client.post("/v1/ask", json={"question": question}).json()["refusal"]
    assert page.text("title").startswith("Geen antwoord gevonden")
    assert squeeze(refusal["searched"]) in page.text("main")
    assert squeeze(refusal["griffieQuestion"]) in page.text("blockquote")
    assert [a["href"] for a in page.each("a") if (a["href"] or "").endswith("#citaat")] == [
        f"{near['url']}#citaat" for near in refusal["nearest"]
    ]
    for near in refusal["nearest"]:
        assert "citaat" in open_page(client, near["url"]).ids


def test_the_result_can_take_the_focus_and_filters_stay_chosen(client: TestClient) -> None:
    page = ask(client, QUESTION, year=["2025", "2023"], kind="programmabegroting")
    assert page.each("form")[0]["action"] == "/#resultaat"
    assert next(attributes for _, attributes in page.tags if attributes.get("id") == "resultaat")["tabindex"] == "-1"
    assert [box["value"] for box in page.each("input") if "checked" in box] == ["2025", "2023", "programmabegroting"]
    assert "open" in page.each("details")[0]
    assert page.text("textarea") == QUESTION
    assert "2023" not in page.text("blockquote")


@pytest.mark.parametrize(("question", "word"), [("", "leeg"), (" \r\n ", "leeg"), ("a" * 1001, "1.001 tekens")])
def test_a_question_that_cannot_be_asked_is_shown_again_with_what_to_do(client: TestClient, question: str, word: str) -> None:
    response = client.post("/", data={"question": question}, headers=HTML)
    assert response.status_code == 400
    page = check_page(response)
    assert word in page.text("main")
    field = page.each("textarea")[0]
    assert field["aria-invalid"] == "true"
    assert set((field["aria-describedby"] or "").split()) <= set(page.ids)
    assert page.text("textarea") == question.strip()


def test_line_breaks_of_a_form_count_once(client: TestClient) -> None:
    assert ask(client, "a\r\n" * 400)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("question=a&year=twee", 400), ("question=a&kind=roman", 400), ("question=a&x=1", 400), ("question=a&question=b", 400),
        ("question=%ff", 400), ("question=a" + "&year=1" * 300, 400), ("question=" + "a" * 70_000, 413),
    ],
)  # fmt: skip
def test_a_form_that_nobody_filled_in_is_a_problem_page(client: TestClient, content: str, status: int) -> None:
    response = client.post("/", content=content, headers={**HTML, "content-type": "application/x-www-form-urlencoded"})
    assert response.status_code == status
    assert check_page(response).text("h1")


def test_text_is_data(client: TestClient) -> None:
    attack = "<script>alert(1)</script> \" onload=x ' </textarea><img src=x> {{ 7*7 }} \x00\x1b"
    response = client.post("/", data={"question": attack}, headers=HTML)
    page = check_page(response)
    assert page.each("img") == []
    assert "\x00" not in response.text
    assert squeeze(attack.replace("\x00", "�").replace("\x1b", "�")) in page.text("textarea")


def test_a_browser_gets_its_problems_as_a_page_and_others_as_json(client: TestClient) -> None:
    for path, status in (("/nergens", 404), ("/documents/nee", 404), (f"/documents/{BUDGET}?start=x&end=2", 400)):
        page = open_page(client, path, status)
        assert str(status) in page.text("main")
        assert client.get(path).headers["content-type"] == "application/problem+json"
    assert client.get("/v1/nergens", headers=HTML).headers["content-type"] == "application/problem+json"


# --- documents ----------------------------------------------------------------------------------------------------------


def test_the_documents_are_listed_with_their_provenance(client: TestClient) -> None:
    page = open_page(client, "/documents")
    text = page.text("main")
    listed = client.get("/v1/documents").json()["items"]
    for item in listed:
        assert squeeze(item["title"]) in text
        assert all(squeeze(note) in text for note in item["notes"])
        assert f"/documents/{item['id']}" in [a["href"] for a in page.each("a")]
    assert "7 november 2024" in text
    assert "Vastgesteld" in text
    dates = [time["datetime"] for time in page.each("time")]
    assert dates == sorted(dates, key=str, reverse=True)


def test_a_document_page_shows_all_of_its_text(client: TestClient, documents: dict[str, Document]) -> None:
    for document in documents.values():
        page = open_page(client, f"/documents/{document.id}")
        shown = letters(page.text("article"))
        assert page.each("mark") == []
        for section in document.walk():
            assert letters(section.heading) in shown
            for block in section.blocks:
                parts = block.cells if isinstance(block, Table) else (block,)
                for part in parts:
                    first = part.start + (len(block.marker) if isinstance(block, ListItem) else 0)
                    assert isinstance(block, Boilerplate) or letters(document.text[first : part.end]) in shown


def test_a_document_page_marks_any_stretch_that_a_passage_can_have(client: TestClient) -> None:
    found = client.post("/v1/search", json={"query": "lasten baten saldo doelgroep mantelzorg Hecht", "limit": 200}).json()[
        "items"
    ]
    assert len(found) > 100
    for passage in found[::7]:
        page = open_page(client, f"/documents/{passage['documentId']}?start={passage['start']}&end={passage['end']}")
        assert page.ids.count("citaat") == 1


@pytest.mark.parametrize(
    "query",
    [
        "start=5",
        "end=5",
        "start=9&end=5",
        "start=5&end=5",
        "start=0&end=99999999",
        "start=-1&end=5",
        "start=a&end=b",
        "start=1&end=2&x=3",
    ],
)
def test_a_stretch_that_is_not_there_is_a_400_page(client: TestClient, query: str) -> None:
    open_page(client, f"/documents/{BUDGET}?{query}", 400)


def test_tables_are_tables_that_scroll_by_themselves(client: TestClient) -> None:
    page = open_page(client, f"/documents/{BUDGET}")
    regions = [attributes for _, attributes in page.tags if attributes.get("role") == "region"]
    assert len(regions) == len(page.each("table")) == 12
    assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)
    assert {th["scope"] for th in page.each("th")} == {"col", "colgroup", "row", "rowgroup"}


# --- views --------------------------------------------------------------------------------------------------------------


def make_document(text: str, *sections: Section, is_wrapped: bool = False) -> Document:
    source = Source(
        id="x", file="x", sha256="", title="X", municipality="X", kind=DocumentKind.OVERIG, year=2025, edition=None, part=None,
        status=DocumentStatus.ONTWERP, as_of=date(2025, 1, 1), url=None, notes=(),
    )  # fmt: skip
    return Document(id="x", source=source, text=text, is_wrapped=is_wrapped, sections=sections)


def test_a_marking_escapes_and_keeps_the_lines_of_the_author() -> None:
    text = "een <b>\ntwee & drie"
    assert Marking(make_document(text), Span(start=4, end=12)).html(0, len(text)) == (
        'een <mark id="citaat">&lt;b&gt;<br>twee</mark> &amp; drie'
    )
    assert Marking(make_document(text, is_wrapped=True), None).html(0, len(text)) == "een &lt;b&gt; twee &amp; drie"


def test_only_the_first_part_of_a_stretch_is_the_anchor() -> None:
    marking = Marking(make_document("een twee drie"), Span(start=0, end=13))
    assert marking.html(0, 3) == '<mark id="citaat">een</mark>'
    assert marking.html(4, 8) == "<mark>twee</mark>"


def test_markers_link_to_known_sources_only() -> None:
    html = with_markers("Lasten <1> stijgen. [1][2] Zie [3] en [a].", [1, 2])
    assert html.count("<a ") == 2
    assert 'stijgen.<sup class="verwijzing"><a href="#bron-1"' in html
    assert html.endswith(" Zie [3] en [a].")
    assert isinstance(html, Markup)
    assert claims("Een. [1] Twee. [2][3] Drie. [4]") == ["Een. [1]", "Twee. [2][3]", "Drie. [4]"]


def test_lists_nest_by_level_and_count_as_the_document_does() -> None:
    lines = ["• een", "– onder", "• twee", "3. drie", "b) vier"]
    text = "\n".join(lines)
    levels = [1, 2, 1, 1, 1]
    starts = [text.index(line) for line in lines]
    items = tuple(
        ListItem(start=start, end=start + len(line), level=level, marker=line.split()[0])
        for line, start, level in zip(lines, starts, levels, strict=True)
    )
    section = Section(
        heading="", heading_span=None, code=None, level=1, path=(), start=0, end=len(text), blocks=items, sections=()
    )
    lists = view_section(section, Marking(make_document(text), None)).blocks
    assert all(isinstance(view, ListView) for view in lists)
    bullets, numbers, letters_ = (view for view in lists if isinstance(view, ListView))
    assert [entry.html.strip() for entry in bullets.entries] == ["een", "twee"]
    assert [entry.html.strip() for entry in bullets.entries[0].lists[0].entries] == ["onder"]
    assert (numbers.style, numbers.entries[0].number) == ("numbers", 3)
    assert (letters_.style, letters_.entries[0].number) == ("letters", 2)


def test_a_table_keeps_spans_gaps_and_cells_that_share_a_place() -> None:
    text = "kop|jaar|groep|label|1.000|x|y"
    words = dict(zip("kjglvxy", [(m.start(), m.end()) for m in re.finditer(r"[^|]+", text)], strict=True))

    def cell(name: str, row: int, column: int, role: CellRole, rows: int = 1, columns: int = 1) -> Cell:
        start, end = words[name]
        return Cell(start=start, end=end, row=row, column=column, role=role, row_span=rows, column_span=columns)

    table = Table(
        start=0, end=len(text), n_columns=3,
        cells=(
            cell("k", 0, 0, CellRole.HEADER, rows=2), cell("j", 0, 1, CellRole.HEADER, columns=2), cell("g", 2, 0, CellRole.GROUP, columns=3),
            cell("l", 3, 0, CellRole.LABEL), cell("v", 3, 2, CellRole.VALUE), cell("x", 4, 1, CellRole.VALUE), cell("y", 4, 1, CellRole.VALUE),
        ),
    )  # fmt: skip
    view: TableView = view_table(table, Marking(make_document(text), None))
    shape = [[[(str(c.html), c.scope, c.rows, c.columns) for c in row] for row in rows] for rows in [view.head, *view.bodies]]
    assert shape == [
        [[("kop", "col", 2, 1), ("jaar", "colgroup", 1, 2)], [("", "", 1, 1), ("", "", 1, 1)]],
        [
            [("groep", "rowgroup", 1, 3)],
            [("label", "row", 1, 1), ("", "", 1, 1), ("1.000", "", 1, 1)],
            [("", "", 1, 1), ("x", "", 1, 1), ("", "", 1, 1), ("y", "", 1, 1)],
        ],
    ]


def test_completeness_counts_what_the_outline_leaves_out() -> None:
    text = "Kop\ntekst weg"
    item = ListItem(start=4, end=9, level=1, marker="")
    section = Section(
        heading="Kop",
        heading_span=Span(start=0, end=3),
        code=None,
        level=1,
        path=("Kop",),
        start=0,
        end=9,
        blocks=(item,),
        sections=(),
    )
    assert completeness(make_document(text, section)) == round(8 / 11, 4)


# --- the shell ----------------------------------------------------------------------------------------------------------


def test_the_menu_says_where_the_reader_is(client: TestClient) -> None:
    for path, label in (("/", "Stel een vraag"), ("/documents", "Documenten"), ("/help", "Help")):
        page = open_page(client, path)
        assert [a["href"] for a in page.each("a") if a.get("aria-current") == "page"] == [path]
        assert label in page.text("nav")
    page = open_page(client, f"/documents/{BUDGET}")
    assert [a["href"] for a in page.each("a") if a.get("aria-current") == "true"] == ["/documents"]
    assert open_page(client, "/toegankelijkheid").text("h1").replace("\xad", "") == "Toegankelijkheidsverklaring"


def test_every_example_of_the_help_has_an_answer(client: TestClient) -> None:
    examples = [button["value"] or "" for button in open_page(client, "/help").each("button") if button.get("name") == "question"]
    assert len(examples) == 3
    for example in examples:
        assert ask(client, example).text("title").startswith("Uw vraag is beantwoord"), example


def test_the_help_is_there_without_an_index(tmp_path: Path, corpus: Path) -> None:
    with TestClient(create_app(read_settings(corpus=corpus, index=tmp_path))) as client:
        page = open_page(client, "/help")
        assert "Zo controleert u een antwoord" in page.text("main")
        assert page.each("form") == []


def test_scripts_and_styles_come_from_the_service_alone_and_nothing_runs_inline(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert [part.strip() for part in policy.split(";")] == [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ]  # fmt: skip
    config = next(meta["content"] for meta in open_page(client, "/").each("meta") if meta.get("name") == "htmx-config")
    assert '"includeIndicatorCSS":false' in (config or "")
    assert '"history":false' in (config or "")


def assets_of(page: Page) -> list[str]:
    """The addresses of the stylesheets and scripts of a page."""
    styles = [link["href"] or "" for link in page.each("link") if link["rel"] == "stylesheet"]
    return [*styles, *(script["src"] or "" for script in page.each("script"))]


def test_a_static_file_is_kept_for_good_under_its_digest_and_asked_after_without(client: TestClient) -> None:
    for asset in assets_of(open_page(client, "/")):
        path = asset.partition("?")[0]
        response = client.get(asset)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        kind = "text/javascript" if path.endswith(".js") else "text/css"
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
        assert response.headers.get("content-encoding", "gzip") == "gzip"
        for other in (path, f"{path}?v=0"):
            assert client.get(other).headers["cache-control"] == "no-cache"
        again = client.get(path, headers={"if-none-match": response.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


def test_an_answer_with_all_that_it_draws_in_weighs_at_most_150_kb(client: TestClient) -> None:
    response = client.post("/", data={"question": QUESTION}, headers=HTML)
    assert response.status_code == 200
    parts = [response.content, *(client.get(asset).content for asset in assets_of(check_page(response)))]
    assert sum(len(gzip.compress(part)) for part in parts) <= 150_000


def test_a_municipality_dresses_the_page_in_its_own_theme(engine_settings: Settings, tmp_path: Path) -> None:
    style = tmp_path / "gemeente.css"
    style.write_text(".x-theme { --utrecht-link-color: #060 }", encoding="utf-8")
    own = engine_settings.model_copy(update={"page": PageSettings(theme_class="voorbeeld-theme x-theme", theme_css=style)})
    with TestClient(create_app(own)) as client:
        for path in ("/", "/nergens"):
            page = Page(client.get(path, headers=HTML).text)
            assert page.each("body") == [{"class": "utrecht-document voorbeeld-theme x-theme"}]
            last = [link["href"] or "" for link in page.each("link") if link["rel"] == "stylesheet"][-1]
            assert last.startswith("/static/eigen.css?v=")
        response = client.get(last)
        assert response.text == style.read_text(encoding="utf-8")
        assert response.headers["content-type"] == "text/css; charset=utf-8"
        assert "immutable" in response.headers["cache-control"]
        style.unlink()
        assert client.get(last).status_code == 404


@pytest.mark.parametrize("values", [{"theme_class": 'x" onload="y'}, {"theme_class": ""}, {"theme_css": "nergens.css"}])
def test_a_theme_that_cannot_be_is_refused_at_the_start(values: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"page.{next(iter(values))}"):
        read_settings(page=values)
