"""The script of the embedded form, joined from its parts: a page that carries the form loads one file.

What this file decides
- A part is a behaviour and a file of `static/form/`; the order below is that of the finished script.
- The parts share one scope that the page cannot reach. Nothing is built ahead: what is in the folder is what is sent.
- The script's name in a cache is its hash, so that a browser asks without loading it again.
"""

from __future__ import annotations

import hashlib
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from moderation.web.pages import HERE

PARTS: Final = ("made", "built", "typed", "sending", "told", "started")
HEAD: Final = """\
// The readers' form on a page of another site: no dependency, no cookie, no inline style, no markup from strings.
// <script src="https://ENGINE/embed/form.js" data-site="gazette" data-article="a-1" data-title="The headline" defer></script>
"""


def form_script() -> bytes:
    """The whole script."""
    parts = [(HERE / "static" / "form" / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    return f"{HEAD}(() => {{\n{''.join(parts)}}})();\n".encode()


class FormScript:
    """A route that gives the script as it was when the service started."""

    def __init__(self, cached: str) -> None:
        self._script = form_script()
        self._headers = {"Cache-Control": cached, "ETag": f'"{hashlib.sha256(self._script).hexdigest()[:32]}"'}

    def give(self, request: Request) -> Response:
        """The script, or 304 when the browser has it."""
        if request.headers.get("if-none-match") == self._headers["ETag"]:
            return Response(status_code=304, headers=self._headers)
        return Response(self._script, media_type="text/javascript", headers=self._headers)
