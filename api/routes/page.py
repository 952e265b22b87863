"""The page and its files: our own modules, MapLibre from the maplibre wheel and plotly.js from the plotly wheel."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.problems import Problem

router = APIRouter(include_in_schema=False)
WEB = Path(__file__).parent.parent / "web"
WHEEL_FILES = {
    "maplibre-gl.js": ("maplibre", "maplibre/srcjs/maplibre-gl.js"),
    "maplibre-gl.css": ("maplibre", "maplibre/srcjs/maplibre-gl.css"),
    "plotly.min.js": ("plotly", "plotly/package_data/plotly.min.js"),
}
"""File served under /assets/, the distribution it comes from and where it stands in its wheel."""
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".html": "text/html",
}


@cache
def wheel_file(name: str) -> Path:
    """Find a file of another distribution, where its wheel has put it.

    Raises
    ------
    FileNotFoundError
        The installed version lays its files out in another way.
    """
    distribution, inside = WHEEL_FILES[name]
    for file in metadata.files(distribution) or ():
        if file.as_posix() == inside:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{distribution} {metadata.version(distribution)} has no {inside}")


@router.get("/")
async def page(request: Request) -> Response:
    """Serve the page."""
    return _file(request, WEB / "index.html")


@router.get("/assets/{name}")
async def wheel_asset(name: str, request: Request) -> Response:
    """Serve a file of the maplibre or plotly wheel."""
    if name not in WHEEL_FILES:
        raise Problem("not-found", f"there is nothing at {request.url.path}")
    return _file(request, wheel_file(name))


@router.get("/web/{path:path}")
async def web_file(path: str, request: Request) -> Response:
    """Serve one of the page's own files."""
    found = (WEB / path).resolve()
    if not found.is_relative_to(WEB.resolve()) or not found.is_file() or found.suffix not in MEDIA_TYPES:
        raise Problem("not-found", f"there is nothing at {request.url.path}")
    return _file(request, found)


def _file(request: Request, path: Path) -> Response:
    stat = path.stat()
    tag = '"' + hashlib.sha256(f"{path}{stat.st_mtime_ns}{stat.st_size}".encode()).hexdigest()[:20] + '"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], headers=headers)
