"""The static files of the page: each at an address that changes with its contents, so that a browser fetches it once."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "page" / "static"
# the address of the stylesheet that a municipality names in its settings
OWN_STYLE = "eigen.css"
DIGEST_CHARS = 12
_YEAR_S = 31_536_000
# what the machine's own table makes of these differs between systems
_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".md": "text/plain; charset=utf-8"}


def address(file: Path, name: str | None = None) -> str:
    """Return the address of a static file, by its own name or by `name`, with the digest of its contents."""
    return f"/static/{name or file.name}?v={_digest(file, file.stat().st_mtime_ns)}"


class Assets(StaticFiles):
    """Serves the static files, and `own_style` beside them; what was asked for by its digest may be kept for good."""

    def __init__(self, own_style: Path | None) -> None:
        super().__init__(directory=STATIC)
        self._own_style = own_style

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return the file of a path."""
        if path == OWN_STYLE and self._own_style is not None and self._own_style.is_file():
            return str(self._own_style), self._own_style.stat()
        return super().lookup_path(path)

    def file_response(self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200) -> Response:
        """Return a file, or that it did not change."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        is_current = asked == [_digest(Path(full_path), stat_result.st_mtime_ns)]
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable" if is_current else "no-cache"
        media_type = _MEDIA_TYPES.get(Path(full_path).suffix)
        if media_type is not None and "content-type" in response.headers:
            response.headers["Content-Type"] = media_type
        return response


@lru_cache(maxsize=64)
def _digest(file: Path, _changed_ns: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:DIGEST_CHARS]
