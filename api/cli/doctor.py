"""``leakcast doctor``: what is wrong with this machine or configuration."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from api.cli.say import document, line

LEAST_PYTHON = (3, 11)
REACH_SECONDS = 3.0
"""s. How long an OPC UA server may take to accept a connection."""

Answer = tuple[bool, str]


def doctor(json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Check this machine and the configuration; exit code 1 if something is wrong."""
    found = [{"check": name, "ok": ok, "says": says} for name, ok, says in _answers()]
    if json:
        document({"ok": all(item["ok"] for item in found), "checks": found})
    else:
        for item in found:
            line(f"{'ok   ' if item['ok'] else 'WRONG'} {item['check']}: {item['says']}")
    if not all(item["ok"] for item in found):
        raise typer.Exit(1)


def _answers() -> Iterator[tuple[str, bool, str]]:
    checks: tuple[tuple[str, Callable[[], Answer]], ...] = (
        ("python", _python),
        ("settings", _settings),
        ("plants", _plants),
        ("page files", _page_files),
        ("data folder", _data_folder),
        ("kernel cache", _kernel_cache),
        ("port", _port),
        ("opc ua server", _opcua),
        ("chinese font", _font),
    )
    for name, check in checks:
        try:
            ok, says = check()
        except Exception as wrong:
            ok, says = False, f"{type(wrong).__name__}: {' '.join(str(wrong).split())}"
        yield name, ok, says


def _read() -> Any:
    from api.settings import Settings

    return Settings()


def _python() -> Answer:
    return sys.version_info[:2] >= LEAST_PYTHON, sys.version.split()[0]


def _settings() -> Answer:
    return True, f"data in {_read().data_folder}"


def _plants() -> Answer:
    from twin.library import find_plant
    from twin.load import check_plant

    wrong = {name: sum(item.severity == "error" for item in check_plant(find_plant(name))) for name in _read().plants}
    return not any(wrong.values()), ", ".join(f"{name}: {count} errors" for name, count in wrong.items())


def _page_files() -> Answer:
    from api.routes.page import WHEEL_FILES, wheel_file

    missing = [name for name in WHEEL_FILES if not wheel_file(name).is_file()]
    return not missing, "missing: " + ", ".join(missing) if missing else "found in the maplibre and plotly wheels"


def _data_folder() -> Answer:
    return _writable(_read().data_folder)


def _kernel_cache() -> Answer:
    from physics._jit import cache_root

    return _writable(Path(cache_root()))


def _writable(folder: Path) -> Answer:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return True, f"{folder} can be written to"


def _port() -> Answer:
    from api.server import listen

    settings = _read()
    listen(settings.host, settings.port).close()
    return True, f"{settings.host}:{settings.port} is free"


def _opcua() -> Answer:
    url = _read().opcua_url
    if not url:
        return True, "none is given (LEAKCAST_OPCUA_URL): forecasts start from the plant file"
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 4840), timeout=REACH_SECONDS):
        return True, f"{url} accepts connections"


def _font() -> Answer:
    from matplotlib import font_manager

    from api.exports.picture import FONTS

    have = {entry.name for entry in font_manager.fontManager.ttflist}
    found = [name for name in FONTS[1:] if name in have]
    return True, found[0] if found else "none found: pictures show boxes for Chinese names; install Noto Sans CJK"
