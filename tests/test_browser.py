"""The page in a real browser: every view and state with axe, on a phone, with large text, in the dark, and without a script."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPORTS = Path(__file__).parent.parent / "reports" / "browser"
BUDGET = "leiden-programmabegroting-2025-p9"
QUESTION = "Wat is de missie van het programma Maatschappelijke Ondersteuning?"
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
LARGE_TEXT = {"width": 640, "height": 700}
# a picture of a whole budget takes longer than all that is tested of it
MAX_PICTURE_PX = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One view in one state: a path, in which braces stand for the first id of a register, and what is asked there."""

    path: str
    question: str | None = None
    status: int = 200
    expected: str = "h1"


VIEWS = {
    "vraag": View(path="/"),
    "beantwoord": View(path="/", question=QUESTION, expected=".result.answered"),
    "reeks": View(path="/", question="Hoe ontwikkelden de lasten van Preventie zich door de jaren?", expected=".result"),
    "geweigerd": View(path="/", question="Wie is de burgemeester van Parijs?", expected=".result.not_in_corpus"),
    "niet-ondersteund": View(path="/", question="Wat vindt u van het beleid?", expected=".result.not_supported"),
    "leeg": View(path="/", question=" ", status=400, expected="[role=alert]"),
    "toezeggingen": View(path="/toezeggingen"),
    "toezegging": View(path="/toezeggingen/{commitments}"),
    "onderwerpen": View(path="/onderwerpen"),
    "onderwerp": View(path="/onderwerpen/{topics}"),
    "verwijzingen": View(path="/verwijzingen"),
    "verwijzing": View(path="/verwijzingen/{references}"),
    "cijfers": View(path="/cijfers"),
    "cijfer": View(path="/cijfers/9A1.c"),
    "begroting": View(path="/begroting"),
    "controles": View(path="/controles"),
    "documenten": View(path="/documents"),
    "document": View(path=f"/documents/{BUDGET}?start=27729&end=27740", expected="mark#citaat"),
    "dekking": View(path="/dekking"),
    "help": View(path="/help"),
    "toegankelijkheid": View(path="/toegankelijkheid"),
    "probleem": View(path="/nergens", status=404),
}


@pytest.fixture(scope="module")
def first_ids(address: str) -> dict[str, str]:
    """The first entry of each register, as its page is addressed."""
    keys = {"commitments": "id", "topics": "id", "references": "code"}
    return {register: get_json(f"{address}/v1/{register}?limit=1")["items"][0][key] for register, key in keys.items()}


def get_json(url: str) -> Any:
    with urllib.request.urlopen(url) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def desk(browser: Any) -> Iterator[Any]:
    """A page that every view is opened in."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture(scope="module")
def plain_desk(browser: Any) -> Iterator[Any]:
    """The same without JavaScript."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def faults(desk: Any) -> Iterator[list[str]]:
    """What the console reports while a test runs."""
    found: list[str] = []
    listeners = {
        "console": lambda message: (
            found.append(f"{message.location}: {message.text}") if message.type in {"error", "warning"} else None
        ),
        "pageerror": lambda error: found.append(str(error)),
    }
    for event, listener in listeners.items():
        desk.on(event, listener)
    yield found
    for event, listener in listeners.items():
        desk.remove_listener(event, listener)


def show(page: Any, address: str, view: View, ids: dict[str, str]) -> None:
    """Bring a page into a view; skips the test where nobody serves it."""
    page.goto("about:blank")  # the same address again would be a reload, which shows what stood there
    response = page.goto(address + view.path.format(**ids))
    if response.status == 404 and view.status != 404:
        pytest.skip(f"{view.path} is not served yet")
    if view.question is None:
        assert response.status == view.status
    else:
        page.fill("#vraag", view.question)
        page.locator("form.ask button[type=submit]").click()
    page.wait_for_selector(view.expected)


def violations(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice, each with its first elements."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes'][:3]]}" for rule in found]


def too_wide(page: Any) -> list[str]:
    """What sticks out of the window sideways, when the page as a whole does."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, .skip'))
            .slice(0, 5).map(e => e.tagName + '.' + e.className).concat(String(document.documentElement.scrollWidth))"""
    )


def take_picture(page: Any, name: str, width: int) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    page.screenshot(path=REPORTS / f"{name}-{width}.png", full_page=height <= MAX_PICTURE_PX)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_accessible_fits_and_reports_no_error(
    desk: Any, faults: list[str], address: str, first_ids: dict[str, str], name: str
) -> None:
    view = VIEWS[name]
    desk.set_viewport_size(DESKTOP)
    desk.emulate_media(color_scheme="light")
    show(desk, address, view, first_ids)
    assert violations(desk) == []
    take_picture(desk, name, DESKTOP["width"])
    desk.set_viewport_size(PHONE)
    desk.emulate_media(color_scheme="dark")
    assert violations(desk) == []
    assert too_wide(desk) == []
    desk.emulate_media(color_scheme="light")
    take_picture(desk, name, PHONE["width"])
    desk.set_viewport_size(LARGE_TEXT)
    desk.evaluate("document.documentElement.style.fontSize = '200%'")
    assert too_wide(desk) == []
    # that an error page is one is reported too
    assert [fault for fault in faults if view.status == 200 or f"status of {view.status}" not in fault] == []


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_can_be_used_without_a_script(plain_desk: Any, address: str, first_ids: dict[str, str], name: str) -> None:
    show(plain_desk, address, VIEWS[name], first_ids)
    assert plain_desk.locator("h1").is_visible()
    assert plain_desk.locator("header nav a").last.is_visible()
    assert len(plain_desk.locator("main").inner_text()) > 50
    assert plain_desk.locator(".htmx-indicator:visible").count() == 0


def test_the_keyboard_leads_from_the_question_to_the_quote_without_a_script(plain_desk: Any, address: str) -> None:
    page = plain_desk
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address)
    skip = page.locator(".skip")
    assert skip.bounding_box()["x"] < 0
    page.keyboard.press("Tab")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    press_until(page, "#vraag")
    page.keyboard.type(QUESTION)
    press_until(page, "form.ask button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2#resultaat")
    assert page.title().startswith("Uw vraag is beantwoord")
    assert QUESTION.split()[0] not in page.url
    assert page.locator("h2#resultaat:focus").count() == 1
    press_until(page, ".look a")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark#citaat")
    box = page.locator("mark#citaat").bounding_box()
    assert 0 <= box["y"] <= 720
    page.set_viewport_size(PHONE)


def press_until(page: Any, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab does not reach {selector}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(desk: Any, address: str, scheme: str) -> None:
    desk.emulate_media(color_scheme=scheme)
    desk.goto(f"{address}/help")
    names = [
        "paper", "sheet", "ink", "soft", "edge", "accent", "accent-strong", "on-accent", "button", "button-strong", "on-button",
        "tint", "mark", "on-mark", "fault", "fault-tint", "focus",
    ]  # fmt: skip
    colours = desk.evaluate(
        "names => Object.fromEntries(names.map(n => [n, getComputedStyle(document.documentElement).getPropertyValue('--' + n).trim()]))",
        names,
    )
    texts = [(text, ground) for text in ("ink", "soft", "accent", "accent-strong") for ground in ("paper", "sheet", "tint")]
    texts += [("on-accent", "accent"), ("on-button", "button"), ("on-button", "button-strong"), ("on-mark", "mark")]
    texts += [("fault", "fault-tint"), ("fault", "sheet")]
    assert [pair for pair in texts if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
    frames = [(frame, ground) for frame in ("edge", "focus") for ground in ("paper", "sheet", "tint")]
    assert [pair for pair in frames if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it."""
    shades = []
    for colour in (one, other):
        digits = colour.removeprefix("#")
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        shades.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(shades) + 0.05) / (min(shades) + 0.05)


def test_on_paper_an_answer_has_its_sources_and_their_addresses_and_no_controls(desk: Any, address: str) -> None:
    desk.set_viewport_size(DESKTOP)
    show(desk, address, VIEWS["beantwoord"], {})
    desk.emulate_media(media="print", color_scheme="dark")
    try:
        for selector in ("nav", "form", "button", ".skip"):
            assert desk.locator(f"{selector}:visible").count() == 0, selector
        assert desk.locator(".sources blockquote").first.is_visible()
        printed = desk.evaluate("getComputedStyle(document.querySelector('.look a'), '::after').content")
        assert "/documents/" in printed
        assert desk.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')").strip() == "#000"
    finally:
        desk.emulate_media(media="screen")


def test_forced_colours_keep_quotes_menu_and_buttons_apart(desk: Any, faults: list[str], address: str) -> None:
    desk.emulate_media(forced_colors="active")
    try:
        show(desk, address, VIEWS["document"], {})
        assert desk.evaluate("matchMedia('(forced-colors: active)').matches")
        assert desk.evaluate("getComputedStyle(document.querySelector('mark')).backgroundColor") != "rgba(0, 0, 0, 0)"
        take_picture(desk, "document-forced-colours", DESKTOP["width"])
    finally:
        desk.emulate_media(forced_colors="none")
    assert faults == []


def test_the_first_of_a_page_is_seen_within_half_a_second(desk: Any, address: str) -> None:
    desk.goto(f"{address}/help")
    seen = []
    for _ in range(3):
        desk.goto("about:blank")
        desk.goto(address)
        seen.append(
            desk.evaluate(
                """() => new Promise(resolve => new PerformanceObserver(list => {
                    const first = list.getEntriesByName('first-contentful-paint')[0];
                    if (first) resolve(first.startTime);
                }).observe({ type: 'paint', buffered: true }))"""
            )
        )
    assert min(seen) <= 500
