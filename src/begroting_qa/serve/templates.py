"""The page's templates, loaded once; everything that they print is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from begroting_qa import messages
from begroting_qa.serve import look, wording
from begroting_qa.serve.marked import claims, cleaned, with_markers

PAGE = Path(__file__).parent / "page"

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(PAGE),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=cleaned,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FILTERS: dict[str, Any] = {
    "markers": with_markers,
    "claims": claims,
    "date": messages.date_in_words,
    "thousands": wording.thousands,
    "value": wording.value_of_point,
}
_GLOBALS: dict[str, Any] = {"kinds": wording.KINDS, "look": look.current}
_ENVIRONMENT.filters.update(_FILTERS)
_ENVIRONMENT.globals.update(_GLOBALS)


# a page that was posted for: without being kept, going back to it would show that it is gone
FOR_GOING_BACK = "private, no-cache"


def render(
    name: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cache: str = "no-store",
) -> HTMLResponse:
    """Return a page; unless `cache` says so nothing of it is stored by the browser, because a question may stand in it."""
    html = _ENVIRONMENT.get_template(name).render(values)
    return HTMLResponse(html, status_code=status, headers={**(headers or {}), "Cache-Control": cache})
