"""How the page looks: its stylesheets and scripts in order, and the theme of the municipality that runs the service."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from begroting_qa.serve.assets import OWN_STYLE, STATIC, address
from begroting_qa.settings import PageSettings

# the theme's tokens after the components that read them, and the page's own rules after both
STYLES = ("utrecht.css", "theme.css", "page.css", "ask.css", "read.css", "registers.css")
SCRIPTS = ("htmx.js", "hx-sse.js", "page.js")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The theme's classes, and the municipality's own stylesheet where it has one."""

    theme_class: str
    own_style: Path | None

    @property
    def styles(self) -> list[str]:
        """The addresses of the stylesheets, the municipality's own last."""
        own = [address(self.own_style, OWN_STYLE)] if self.own_style else []
        return [*(address(STATIC / name) for name in STYLES), *own]

    @property
    def scripts(self) -> list[str]:
        """The addresses of the scripts, in the order in which they run."""
        return [address(STATIC / name) for name in SCRIPTS]


def look_of(settings: PageSettings) -> Look:
    """Return the look that the settings ask for."""
    return Look(theme_class=settings.theme_class, own_style=settings.theme_css or None)


def current() -> Look:
    """Return the look of the service that answers the request in hand."""
    return _CURRENT.get()


_USUAL = look_of(PageSettings())
_CURRENT: ContextVar[Look] = ContextVar("look", default=_USUAL)


class Dress:
    """ASGI middleware: pages that are made within it have this look, also those of faults."""

    def __init__(self, app: ASGIApp, look: Look) -> None:
        self._app = app
        self._look = look

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token = _CURRENT.set(self._look)
        try:
            await self._app(scope, receive, send)
        finally:
            _CURRENT.reset(token)
