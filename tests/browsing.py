"""What the tests in a real browser share: sizes, axe, the console, a slow link, the first paint, and the keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
# a bad connection on a train
SLOW_LINK = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


@cache
def _axe() -> str:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script


def start_axe(page: Any) -> None:
    """Let axe begin on a page, while the test does something else."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    page.evaluate(
        """options => { window.found = new Promise((resolve, reject) => setTimeout(() => axe.run(options).then(
             results => resolve(results.violations.map(rule => `${rule.id}: ${rule.nodes.slice(0, 3).map(node => node.target)}`)),
             reject))); }""",
        AXE,
    )


def found_by_axe(page: Any) -> list[str]:
    """What the axe that was started finds against WCAG 2.2 AA and good practice, each with its first elements."""
    return page.evaluate("() => window.found")


def violations(page: Any) -> list[str]:
    start_axe(page)
    return found_by_axe(page)


@contextmanager
def watched(page: Any) -> Iterator[list[str]]:
    """What the console of a page reports in the meantime."""
    found: list[str] = []

    def hear(message: Any) -> None:
        if message.type in {"error", "warning"}:
            found.append(f"{message.location}: {message.text}")

    def hear_error(error: Any) -> None:
        found.append(str(error))

    page.on("console", hear)
    page.on("pageerror", hear_error)
    yield found
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", hear_error)


def slow_down(page: Any, *, without_scripts: bool = False) -> None:
    """Put a page on a slow link; `without_scripts` also on one where these never arrive."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_LINK)
    if without_scripts:
        session.send("Network.setBlockedURLs", {"urls": ["*.js*"]})


def first_paint_ms(page: Any) -> float:
    """When the first content of a page was seen; asked again and again, for without scripts a page tells nothing by itself."""
    for _ in range(100):
        seen = page.evaluate("() => performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)")
        if seen:
            return seen[0]
        time.sleep(0.01)
    pytest.fail("nothing is painted")


def press_until(page: Any, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"Tab does not reach {selector}")
