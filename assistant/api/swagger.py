"""The page that shows the interface and lets one try it: /docs, by Swagger UI from local files.

Owns the page, and what its scripts and styles may do: nothing from another host.

Leaves to others: the description (openapi.py), Swagger UI itself, which the build of the front end
puts beside the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>年报问答 接口 API</title>
<link rel="stylesheet" href="/swagger/swagger-ui.css">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
</head>
<body>
<main id="swagger"><noscript><a href="/openapi.json">openapi.json</a></noscript></main>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/static/swagger.js"></script>
</body>
</html>
"""
#: As for every page (edge.py), but that Swagger UI's style sheet carries its own small pictures.
_POLICY: Final[Mapping[str, str]] = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'; object-src 'none'"
    )
}


def add_swagger(app: FastAPI, built: Path) -> None:
    """Add the page and its files to `app` where the front end is built."""
    files = built / "swagger"
    if not files.is_dir():
        return

    async def show(_: Request) -> HTMLResponse:
        return HTMLResponse(_PAGE, headers=_POLICY)

    app.router.routes.append(Route("/docs", show, methods=["GET"]))
    app.mount("/swagger", StaticFiles(directory=files), name="swagger")
