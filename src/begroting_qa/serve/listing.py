"""What the registers share: how a list is paged, and in which form it is asked for."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query, Request, Response

from begroting_qa.wire.bodies import MAX_LIMIT
from begroting_qa.wire.calendar import MEDIA_TYPE as CALENDAR
from begroting_qa.wire.csv import MEDIA_TYPE as CSV

MAX_OFFSET = 1_000_000_000
PAGE = 50
JSON = "application/json"
_WHOLE = {CSV: f"{CSV}; charset=utf-8; header=present", CALENDAR: f"{CALENDAR}; charset=utf-8"}
_QUALITY = re.compile(r";\s*q=(\d(?:\.\d{1,3})?)")

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
OpenLimit = Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="50 by default; all by default where it is no JSON")]
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET)]


def form_of(request: Request, *others: str) -> str:
    """Return which media type the client likes best of JSON and `others`; JSON where it has no preference."""
    liked = {JSON: 0.0}
    for part in request.headers.get("accept", "").lower().split(","):
        kind = part.partition(";")[0].strip()
        if kind in {JSON, *others}:
            found = _QUALITY.search(part)
            liked.setdefault(kind, 0.0)
            liked[kind] = max(liked[kind], float(found[1]) if found else 1.0)
    return max(liked, key=lambda kind: liked[kind])


def also(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of a list that also comes in other forms."""
    return {200: {"content": {media_type: {"schema": {"type": "string"}} for media_type in media_types}}}


def as_file(text: str, media_type: str, name: str) -> Response:
    """Return a list as a file to keep; `media_type` as it was asked for."""
    headers = {"Vary": "Accept", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=_WHOLE[media_type], headers=headers)
