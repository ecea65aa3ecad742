"""Asking in a real browser: the answer streaming in, its sources, threads, faults, sharing, and going back."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

import pytest
import uvicorn

from begroting_qa import feedback
from begroting_qa.pipeline import Engine
from begroting_qa.protocols import Message
from begroting_qa.serve.app import create_app
from begroting_qa.serve.holding import hold_for_question
from begroting_qa.serve.running import Loaded
from begroting_qa.settings import Settings
from browsing import DESKTOP, PHONE, press_until, slow_down, violations, watched

LASTEN = "Wat zijn de lasten van beleidsterrein Preventie in 2025?"
FOLLOW_UP = "En in 2026?"
CARERS = "Wat staat er over mantelzorg?"
WRITABLE = "Wat is de taak van de sociale wijkteams?"
REFUSED = "Wat kosten de zwembaden?"
# how long the words of an answer may take on a machine that does other things too; 150 ms when it is idle
FIRST_WORDS_MS = 600


class Slow:
    """A language model that thinks until it is let go, and then fails where it is told to."""

    id = "slow"

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.fails = False

    def generate(self, conversation: list[Message]) -> Iterator[str]:
        self.may_end.wait(10)
        if self.fails:
            raise ZeroDivisionError
        for token, sentence in re.findall(r"^\[([a-z0-9]{4})\] (.+)$", conversation[-1]["content"], re.MULTILINE):
            yield f"{sentence} [{token}] "


class Stage:
    """A server on loopback whose engine can be another one for a while."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self.server = uvicorn.Server(uvicorn.Config(self.app, port=0, log_config=None, ws="none"))
        self.thread = threading.Thread(target=self.server.run)

    def open(self) -> None:
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.05)

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}/"

    def answer_with(self, engine: Engine) -> None:
        loaded = Loaded(engine=engine, documents=[], examples=[])
        self.app.dependency_overrides[hold_for_question] = lambda: loaded


@pytest.fixture(scope="module")
def stage(engine_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    file = tmp_path_factory.mktemp("judged") / "feedback.jsonl"
    opened = Stage(engine_settings.model_copy(update={"feedback": file}))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def slow(stage: Stage, engine: Engine) -> Iterator[Slow]:
    model = Slow()
    stage.answer_with(replace(engine, generator=model))
    yield model
    model.may_end.set()
    stage.app.dependency_overrides.clear()


@pytest.fixture(scope="module")
def tabs(browser: Any) -> Iterator[Any]:
    """Where each test gets a tab of its own; what was fetched once is kept."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(tabs: Any, stage: Stage) -> Iterator[Any]:
    """The page with its script; every address that leaves the browser is kept in `addresses`.

    A test says in `expected_faults` what the console may report; anything else fails it.
    """
    opened = tabs.new_page()
    opened.addresses, opened.expected_faults = [], ()
    opened.on("request", lambda request: opened.addresses.append(unquote_plus(request.url)))
    with watched(opened) as faults:
        opened.goto(stage.address)
        yield opened
    assert [fault for fault in faults if not any(known in fault for known in opened.expected_faults)] == []
    assert not [address for address in opened.addresses if "Preventie" in address or "mantelzorg" in address]
    opened.close()
    tabs.clear_permissions()


def ask(page: Any, question: str, field: str = "#vraag") -> None:
    page.fill(field, question)
    page.press(field, "Enter")


def arrived(page: Any, question: str) -> None:
    page.wait_for_function("question => document.querySelector('.asked')?.textContent.endsWith(question)", arg=question)


def focused(page: Any, selector: str) -> bool:
    return page.locator(f"{selector}:focus").count() == 1


def check_state(page: Any) -> None:
    """What holds in every state: nothing for axe to say, and no scrolling sideways on a phone, in light and dark."""
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


# --- asking -------------------------------------------------------------------------------------------------------------


def test_an_answer_comes_in_its_place_and_is_announced_once(page: Any) -> None:
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
             const text = document.querySelector('body > [role=status]').textContent; if (text) said.push(text);
           }).observe(document.querySelector('body > [role=status]'), {childList: true, characterData: true, subtree: true}); }"""
    )
    ask(page, LASTEN)
    arrived(page, LASTEN)
    assert focused(page, "#resultaat")
    assert page.title().startswith("Uw vraag is beantwoord")
    assert page.evaluate("said") == ["Uw vraag is beantwoord, met 1 bron."]
    assert page.locator("[aria-live], [role=alert]").count() == 0
    assert page.input_value("#vraag") == LASTEN
    assert [address for address in page.addresses if address.endswith("/vraag")] != []
    box = page.locator("#resultaat").bounding_box()
    assert 0 <= box["y"] <= DESKTOP["height"] / 2
    check_state(page)


def test_shift_and_enter_begin_a_new_line(page: Any) -> None:
    page.fill("#vraag", "een")
    page.press("#vraag", "Shift+Enter")
    assert page.input_value("#vraag") == "een\n"
    assert not any(address.endswith("/vraag") for address in page.addresses)


def test_the_first_words_are_there_soon(page: Any) -> None:
    page.evaluate(
        """() => { addEventListener('keydown', event => { if (event.key === 'Enter') window.pressed = performance.now(); }, true);
             new MutationObserver(() => {
               if (!window.read && document.querySelector('.result .text p')) window.read = performance.now();
             }).observe(document.getElementById('inhoud'), {childList: true, subtree: true}); }"""
    )
    taken = []
    for _ in range(4):
        page.evaluate("() => { window.read = 0; document.querySelector('#uitkomst').replaceChildren(); }")
        ask(page, LASTEN)
        page.wait_for_function("() => window.read && document.querySelector('#resultaat')")
        taken.append(page.evaluate("read - pressed"))
    assert min(taken) <= FIRST_WORDS_MS


def test_while_a_language_model_writes_the_page_says_so(page: Any, slow: Slow) -> None:
    ask(page, WRITABLE)
    page.wait_for_selector("text=Een taalmodel schrijft het antwoord")
    check_state(page)
    slow.may_end.set()
    arrived(page, WRITABLE)
    assert page.locator(".progress").count() == 0


def test_on_a_slow_network_the_page_says_at_once_that_the_question_is_on_its_way(page: Any) -> None:
    def late(route: Any) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/vraag", late)
    ask(page, LASTEN)
    page.wait_for_selector("text=Uw vraag is verstuurd", timeout=400)
    arrived(page, LASTEN)


def test_on_a_slow_link_an_impatient_reader_asks_and_judges_once(page: Any, stage: Stage) -> None:
    slow_down(page)
    ask(page, LASTEN)
    page.wait_for_selector("text=Uw vraag is verstuurd", timeout=400)
    page.press("#vraag", "Enter")
    page.dblclick("form.ask button[type=submit]")
    arrived(page, LASTEN)
    page.check("input[name=useful][value=ja]")
    page.dblclick("text=Geef uw oordeel")
    page.wait_for_selector("[data-thanks]")
    sent = [address.removeprefix(stage.address) for address in page.addresses if "/static/" not in address]
    assert sent == ["", "vraag", "oordeel"]
    # the same question may be asked again once it is answered
    ask(page, LASTEN)
    page.wait_for_selector("[data-thanks]", state="detached")
    assert page.locator(".result.answered").is_visible()


class Scripts:
    """The scripts of a page, which come when they are let go."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._waiting: list[Any] = []
        self._may_come = False
        page.route("**/*.js*", self._arrive)

    def _arrive(self, route: Any) -> None:
        if self._may_come:
            route.continue_()
        else:
            self._waiting.append(route)

    def let_go(self) -> None:
        self._may_come = True
        # for those of a page that was left nobody waits
        for route in self._waiting[-3:]:
            route.continue_()
        self._page.wait_for_selector("html.scripted-page")


@pytest.fixture
def scripts(page: Any) -> Scripts:
    page.goto("about:blank")
    return Scripts(page)


def test_a_question_can_be_asked_before_the_scripts_are_there_and_is_not_new_when_they_come(
    page: Any, stage: Stage, scripts: Scripts
) -> None:
    page.goto(stage.address, wait_until="commit")
    page.fill("#vraag", LASTEN)
    page.click("text=Stel de vraag", no_wait_after=True)
    page.wait_for_selector(".result.answered")
    page.wait_for_selector(".sharing.scripted", state="hidden")
    assert page.locator(".scripted:visible").count() == 0
    page.click(".verwijzing a >> nth=0", no_wait_after=True)
    page.wait_for_selector("#bron-1:target")
    scripts.let_go()
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
             const text = document.querySelector('body > [role=status]').textContent; if (text) said.push(text);
           }).observe(document.querySelector('body > [role=status]'), {childList: true, characterData: true, subtree: true}); }"""
    )
    ask(page, FOLLOW_UP, "#vervolgvraag")
    arrived(page, FOLLOW_UP)
    assert page.evaluate("said") == ["Uw vraag is beantwoord, met 1 bron."]
    page.locator(".sources .look a").first.click()
    page.wait_for_selector("mark#citaat")
    page.go_back()
    arrived(page, FOLLOW_UP)
    page.go_back()
    arrived(page, LASTEN)
    assert page.input_value("#vraag") == LASTEN


def test_what_is_typed_before_the_scripts_are_there_stays(page: Any, stage: Stage, scripts: Scripts) -> None:
    page.goto(f"{stage.address}#vraag=Iets+anders", wait_until="commit")
    page.fill("#vraag", LASTEN)
    scripts.let_go()
    assert page.input_value("#vraag") == LASTEN
    page.press("#vraag", "Enter")
    arrived(page, LASTEN)


def test_an_example_and_a_filter_are_questions_too(page: Any) -> None:
    page.click(".examples button >> nth=0")
    page.wait_for_selector(".result.answered")
    page.click(".filters summary")
    page.check("input[name=document] >> nth=0")
    ask(page, CARERS)
    arrived(page, CARERS)
    assert page.locator("input[name=document] >> nth=0").is_checked()
    page.click("text=In alle documenten")
    page.wait_for_selector("input[name=document]:checked", state="detached")
    page.wait_for_selector(".result")
    assert page.locator("input[name=document]:checked").count() == 0


def test_a_second_question_takes_the_place_of_one_that_is_on_its_way(page: Any, slow: Slow) -> None:
    ask(page, WRITABLE)
    page.wait_for_selector("text=Een taalmodel schrijft")
    ask(page, LASTEN)
    arrived(page, LASTEN)
    slow.may_end.set()
    page.wait_for_timeout(300)
    assert page.locator(".fault").count() == 0
    assert page.locator(".asked").inner_text().endswith(LASTEN)


# --- faults -------------------------------------------------------------------------------------------------------------


def cut_off(page: Any) -> None:
    page.route("**/vraag", lambda route: route.fulfill(content_type="text/event-stream", body="data: <p>half</p"))


def refused(page: Any) -> None:
    body = "<!DOCTYPE html><main><h1>Nu niet</h1><p>Er zijn te veel vragen tegelijk.</p></main>"
    page.route("**/vraag", lambda route: route.fulfill(status=503, content_type="text/html", body=body))


def unreachable(page: Any) -> None:
    page.route("**/vraag", lambda route: route.abort())


@pytest.mark.parametrize(
    ("goes_wrong", "told"),
    [(cut_off, "verbinding viel weg"), (refused, "te veel vragen tegelijk"), (unreachable, "verbinding viel weg")],
)
def test_an_answer_that_does_not_come_is_told_and_the_question_stays(
    page: Any, goes_wrong: Callable[[Any], None], told: str
) -> None:
    page.expected_faults = ("/vraag", "htmx:")
    goes_wrong(page)
    ask(page, LASTEN)
    page.wait_for_selector("#voortgang [role=alert]")
    assert told in page.inner_text("[role=alert]")
    assert focused(page, "[role=alert]")
    assert page.locator("[role=alert]").count() == 1
    assert page.input_value("#vraag") == LASTEN
    check_state(page)
    page.unroute("**/vraag")
    page.click("[role=alert] a")
    assert focused(page, "#vraag")
    page.keyboard.press("Enter")
    arrived(page, LASTEN)
    assert page.locator("[role=alert]").count() == 0


def test_a_fault_of_the_server_in_mid_stream_leaves_the_thread_and_the_question(page: Any, slow: Slow) -> None:
    ask(page, LASTEN)
    arrived(page, LASTEN)
    slow.fails = True
    ask(page, WRITABLE, "#vervolgvraag")
    page.wait_for_selector("text=Een taalmodel schrijft")
    slow.may_end.set()
    page.wait_for_selector("#voortgang [role=alert]")
    assert "Door een fout in de dienst" in page.inner_text("[role=alert]")
    assert page.input_value("#vervolgvraag") == WRITABLE
    assert page.locator(".asked").inner_text().endswith(LASTEN)
    page.click("[role=alert] a")
    assert focused(page, "#vervolgvraag")


def test_an_empty_question_is_not_sent(page: Any) -> None:
    page.press("#vraag", "Enter")
    assert not any(address.endswith("/vraag") for address in page.addresses)


# --- sources ------------------------------------------------------------------------------------------------------------


def test_the_keyboard_leads_from_the_question_to_the_highlighted_source_and_back(page: Any) -> None:
    press_until(page, "#vraag")
    page.keyboard.type(CARERS)
    page.keyboard.press("Enter")
    arrived(page, CARERS)
    press_until(page, ".verwijzing a")
    page.keyboard.press("Enter")
    assert focused(page, ".source-panel")
    assert page.locator(".source-panel mark").is_visible()
    assert page.locator(".verwijzing a[aria-expanded=true]").count() == 1
    quote = page.locator(".source-panel mark").inner_text()
    check_state(page)
    press_until(page, ".source-panel .look a")
    page.keyboard.press("Escape")
    assert page.locator(".source-panel").count() == 0
    assert focused(page, ".verwijzing a")
    page.keyboard.press("Enter")
    press_until(page, ".source-panel .look a")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark#citaat")
    assert squeeze(quote)[:30] in squeeze(" ".join(page.locator("mark").all_inner_texts()))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def test_a_source_opens_beside_the_answer_and_on_a_phone_under_its_sentence(page: Any) -> None:
    ask(page, CARERS)
    arrived(page, CARERS)
    marker = page.locator(".verwijzing a >> nth=0")
    marker.click()
    answer, panel = page.locator(".result").bounding_box(), page.locator(".source-panel").bounding_box()
    assert panel["x"] >= answer["x"] + answer["width"]
    assert panel["x"] + panel["width"] <= DESKTOP["width"]
    page.set_viewport_size(PHONE)
    sentence, panel = page.locator(".text p >> nth=0").bounding_box(), page.locator(".source-panel").bounding_box()
    assert 0 <= panel["y"] - sentence["y"] - sentence["height"] <= 40
    marker.click()
    assert page.locator(".source-panel").count() == 0
    page.locator(".verwijzing a >> nth=1").click()
    page.locator(".verwijzing a >> nth=0").click()
    assert page.locator(".source-panel").count() == 1
    page.click("text=Sluit bron")
    assert page.locator(".source-panel").count() == 0


# --- threads ------------------------------------------------------------------------------------------------------------


def test_a_follow_up_keeps_the_thread_in_sight_and_says_what_it_took_over(page: Any) -> None:
    ask(page, LASTEN)
    arrived(page, LASTEN)
    ask(page, FOLLOW_UP, "#vervolgvraag")
    arrived(page, FOLLOW_UP)
    assert focused(page, "#resultaat")
    assert LASTEN in page.inner_text(".thread")
    assert "€ 12,155 miljoen" in page.inner_text(".thread")
    assert "overgenomen: onderwerp" in page.inner_text(".reading")
    assert "€ 11,976 miljoen" in page.inner_text(".result .text")
    check_state(page)
    page.click("text=Pas de vraag aan")
    assert focused(page, "#vraag")
    assert "Preventie" in page.input_value("#vraag")
    page.click("text=Toon dit antwoord met bronnen")
    arrived(page, LASTEN)
    assert page.locator(".thread").count() == 0


def test_back_leads_through_the_thread_and_from_a_document_to_the_answer(page: Any) -> None:
    ask(page, LASTEN)
    arrived(page, LASTEN)
    ask(page, FOLLOW_UP, "#vervolgvraag")
    arrived(page, FOLLOW_UP)
    page.evaluate("() => { location.hash = '#vraag'; }")
    page.locator(".sources .look a").first.click()
    page.wait_for_selector("mark#citaat")
    page.go_back()
    arrived(page, FOLLOW_UP)
    page.go_back()
    assert page.title().startswith("Uw vraag is beantwoord")
    page.go_back()
    arrived(page, LASTEN)
    assert page.input_value("#vraag") == LASTEN
    page.locator(".verwijzing a").first.click()
    assert page.locator(".source-panel").count() == 1
    page.go_back()
    page.wait_for_selector(".examples")
    page.go_forward()
    arrived(page, LASTEN)
    ask(page, CARERS)
    arrived(page, CARERS)
    page.reload()
    arrived(page, CARERS)
    assert len([address for address in page.addresses if address.endswith("/vraag")]) == 3


@pytest.mark.parametrize("has_script", [True, False])
def test_back_and_forward_show_the_question_the_answer_and_the_source(browser: Any, stage: Stage, has_script: bool) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=has_script) as context:
        page = context.new_page()
        with watched(page) as faults:
            page.goto(stage.address)
            page.fill("#vraag", LASTEN)
            page.click("text=Stel de vraag")
            page.wait_for_selector(".result.answered")
            page.locator(".sources .look a").first.click()
            page.wait_for_selector("mark#citaat")
            page.go_back()
            page.wait_for_selector(".result.answered")
            assert "€ 12,155 miljoen" in page.inner_text(".result .text")
            assert page.input_value("#vraag") == LASTEN
            page.go_back()
            page.wait_for_selector(".examples")
            assert page.locator(".result").count() == 0
            assert page.input_value("#vraag") == LASTEN
            page.go_forward()
            page.wait_for_selector(".result.answered")
            assert page.input_value("#vraag") == LASTEN
            page.go_forward()
            page.wait_for_selector("mark#citaat")
        assert faults == []


def test_back_leads_from_a_document_to_the_answer_of_a_link_and_to_its_question(page: Any, stage: Stage) -> None:
    page.click(".filters summary")
    page.goto(f"{stage.address}#vraag={LASTEN}&year=2025")
    page.wait_for_function("() => document.querySelector('#vraag').value")
    page.press("#vraag", "Enter")
    arrived(page, LASTEN)
    page.locator(".sources .look a").first.click()
    page.wait_for_selector("mark#citaat")
    page.go_back()
    arrived(page, LASTEN)
    page.go_back()
    page.wait_for_selector(".examples")
    assert page.input_value("#vraag") == LASTEN
    assert page.locator("input[name=year][value='2025']").is_checked()
    assert "#" not in page.url
    page.press("#vraag", "Enter")
    arrived(page, LASTEN)


def without_clipboard(page: Any) -> None:
    """As on an address that is not secure."""
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('nee')); }")


# --- sharing ------------------------------------------------------------------------------------------------------------


def test_an_answer_is_copied_with_its_sources_and_their_addresses(page: Any, stage: Stage) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, LASTEN)
    arrived(page, LASTEN)
    page.locator(".verwijzing a").first.click()
    page.click("text=Kopieer met bronnen")
    page.wait_for_selector("text=Het antwoord is gekopieerd")
    copied = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert copied[0] == LASTEN
    assert copied[2] == "Lasten van Preventie, begroting 2025: € 12,155 miljoen (12.155 × € 1.000). [1]"
    assert copied[4] == "Bronnen"
    assert copied[5].startswith("[1] Programmabegroting 2025, programma 9 Maatschappelijke Ondersteuning – Programmakosten › ")
    assert f"“12.155” {stage.address}documents/" in copied[5]
    assert "automatisch samengesteld" in copied[7]
    assert page.inner_text("body > [role=status]") == "Het antwoord is gekopieerd, met de bronnen."
    check_state(page)


def test_without_a_clipboard_the_text_is_shown_to_be_copied_by_hand(page: Any) -> None:
    without_clipboard(page)
    ask(page, REFUSED)
    arrived(page, REFUSED)
    check_state(page)
    page.click("[data-copy-griffie]")
    page.wait_for_selector("#kopie:focus")
    assert REFUSED in page.input_value("#kopie")
    assert page.evaluate("getSelection().toString()").startswith("In de begrotingsdocumenten") or page.evaluate(
        "document.activeElement.selectionEnd > 50"
    )
    check_state(page)


def test_a_link_reopens_the_question_and_asks_nothing_by_itself(page: Any, browser: Any) -> None:
    without_clipboard(page)
    page.click(".filters summary")
    page.check("input[name=year][value='2025']")
    ask(page, LASTEN)
    arrived(page, LASTEN)
    assert "#" not in page.url
    page.click("text=Maak een link")
    link = page.input_value("#kopie")
    assert unquote_plus(link.partition("#")[2]).startswith(f"vraag={LASTEN}")
    context = browser.new_context()
    other, addresses = context.new_page(), []
    other.on("request", lambda request: addresses.append(request.url))
    other.goto(link)
    other.wait_for_function("() => document.querySelector('#vraag').value")
    assert other.input_value("#vraag") == LASTEN
    assert other.locator("input[name=year]:checked").evaluate_all("boxes => boxes.map(box => box.value)") == ["2025"]
    assert focused(other, "#vraag")
    assert "#" not in other.url
    assert other.locator(".result").count() == 0
    assert not any("vraag" in address for address in addresses)
    other.keyboard.press("Enter")
    arrived(other, LASTEN)
    context.close()


def test_a_link_of_a_follow_up_holds_the_question_in_full(page: Any) -> None:
    without_clipboard(page)
    ask(page, LASTEN)
    arrived(page, LASTEN)
    ask(page, FOLLOW_UP, "#vervolgvraag")
    arrived(page, FOLLOW_UP)
    page.click("text=Maak een link")
    shared = unquote_plus(page.input_value("#kopie").partition("#")[2])
    assert "Preventie" in shared
    assert "2026" in shared


# --- judging ------------------------------------------------------------------------------------------------------------


def test_a_judgement_is_given_in_its_place_and_the_question_only_when_ticked(page: Any, stage: Stage) -> None:
    ask(page, LASTEN)
    arrived(page, LASTEN)
    assert not page.locator("#waarom").is_visible()
    page.check("input[name=useful][value=nee]")
    page.fill("#waarom", "Ik bedoelde de baten.")
    check_state(page)
    page.click("text=Geef uw oordeel")
    page.wait_for_selector("[data-thanks]:focus")
    assert "uw vraag niet" in page.inner_text("[data-thanks]")
    assert page.locator(".asked").inner_text().endswith(LASTEN)
    ask(page, CARERS, "#vervolgvraag")
    arrived(page, CARERS)
    page.check("input[name=useful][value=ja]")
    page.check(".judging input[name=question]")
    page.click("text=Geef uw oordeel")
    page.wait_for_selector("[data-thanks]")
    kept = feedback.read(stage.settings.feedback).judgements[-2:]
    assert [(judgement.useful, judgement.reason, judgement.question) for judgement in kept] == [
        (False, "Ik bedoelde de baten.", None),
        (True, "", CARERS),
    ]


def test_a_judgement_that_is_not_kept_says_so_and_stays(page: Any) -> None:
    page.expected_faults = ("/oordeel", "htmx:")
    page.route("**/oordeel", lambda route: route.abort())
    ask(page, LASTEN)
    arrived(page, LASTEN)
    page.check("input[name=useful][value=ja]")
    page.click("text=Geef uw oordeel")
    page.wait_for_selector(".judging [role=alert]")
    assert "verbinding viel weg" in page.inner_text(".judging [role=alert]")
    page.unroute("**/oordeel")
    page.route("**/oordeel", lambda route: route.fulfill(status=503, content_type="text/html", body="<main><p>Vol.</p></main>"))
    page.click("text=Geef uw oordeel")
    page.wait_for_selector("text=Vol.")
    assert page.locator("[role=alert]").count() == 1
    assert page.locator("input[name=useful][value=ja]").is_checked()


# --- without a script ---------------------------------------------------------------------------------------------------


def test_without_a_script_a_thread_and_a_judgement_go_by_pages(browser: Any, stage: Stage) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(stage.address)
    page.fill("#vraag", LASTEN)
    page.click("text=Stel de vraag")
    page.wait_for_selector(".result.answered")
    assert page.locator(".scripted:visible").count() == 0
    page.click(".verwijzing a >> nth=0")
    assert page.url.endswith("#bron-1")
    page.fill("#vervolgvraag", FOLLOW_UP)
    page.click(".follow button")
    page.wait_for_selector(".thread")
    assert "€ 11,976 miljoen" in page.inner_text(".result .text")
    page.click("text=Los van de vorige vraag")
    page.wait_for_selector(".thread", state="detached")
    page.check("input[name=useful][value=ja]")
    page.click("text=Geef uw oordeel")
    page.wait_for_selector("h1 >> text=Dank u wel")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
