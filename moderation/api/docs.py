"""Interactive documentation without a CDN: Swagger UI from our own files, nothing inline."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from moderation.api.bodies import Problem

STATIC: Final = Path(str(files("moderation.api"))) / "static"
SCRIPT: Final = next(STATIC.glob("swagger-ui-bundle-*.js")).name
STYLE: Final = next(STATIC.glob("swagger-ui-[0-9]*.css")).name
POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    "; base-uri 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)
static = StaticFiles(directory=STATIC)

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Comments API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{root}/api/static/{style}"></head>
<body><div id="swagger-ui"></div>
<script src="{root}/api/static/{script}"></script>
<script src="{root}/api/docs.js"></script></body></html>
"""
START: Final = """window.addEventListener("load", () => SwaggerUIBundle({{
  url: "{root}/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
}}));
"""


@router.get("/api/docs")
def show_docs(request: Request) -> HTMLResponse:
    """The page."""
    page = PAGE.format(root=_root(request), style=STYLE, script=SCRIPT)
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


@router.get("/api/docs.js")
def start_docs(request: Request) -> Response:
    """The few lines that start it."""
    return Response(START.format(root=_root(request)), media_type="text/javascript")


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def document_problems(app: FastAPI) -> None:
    """Let the description of an application hold the shape of its problems."""
    made = app.openapi

    def openapi() -> dict[str, object]:
        schema = made()
        parts = schema.setdefault("components", {}).setdefault("schemas", {})
        parts.setdefault("Problem", Problem.model_json_schema())
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
