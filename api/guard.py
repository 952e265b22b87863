"""What stands before the application: this machine only, bounded JSON of finite numbers, safe headers."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import response
from api.problems import FieldError, Problem, pointer
from api.settings import LOOPBACK

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "worker-src 'self' blob:",  # MapLibre builds its worker from a blob
        "child-src blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DRAIN_BYTES = 64_000_000
"""Of a refused body, what is still taken from the socket and thrown away so that the answer arrives."""
DRAIN_SECONDS = 2.0
"""How long that goes on."""
JSON_DEPTH = 64
"""Deepest nesting of a body."""


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, then pass on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        send = _with_safe_headers(send)
        try:
            _only_this_machine(scope["method"], headers)
            body = await self._body(scope, headers, receive)
        except Problem as problem:
            language = headers.get("accept-language", "")
            answer = response(problem, path=scope["path"], accept_language=language)
            if problem.slug == "too-large":
                await _refuse_and_drain(answer.body, answer.raw_headers, answer.status_code, receive, send)
            else:
                await answer(scope, receive, send)
            return
        await self.app(scope, receive if body is None else _replay(body, receive), send)

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> bytes | None:
        if scope["method"] not in {"POST", "PUT", "PATCH"}:
            return None
        told = headers.get("content-length", "")
        if told.isdigit() and int(told[:18]) > self.max_body_bytes:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self.max_body_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                break
        body = b"".join(parts)
        if body:
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json" and not kind.endswith("+json"):
                raise Problem("unsupported-media-type", "send the body as application/json")
            check_json(body)
        return body

    def _too_large(self) -> Problem:
        says = f"a request body may be {self.max_body_bytes:,} bytes at most"
        return Problem("too-large", says, headers={"Connection": "close"})


def check_json(body: bytes) -> None:
    """Refuse a body that is not JSON, nests too deep or holds NaN, Infinity or 1e400.

    Raises
    ------
    Problem
        ``not-json`` or ``not-finite``, with the pointers of the numbers and without their values.
    """
    try:
        root = json.loads(body)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem("not-json", f"the body cannot be read as JSON{where}", (FieldError("", "not JSON"),)) from None
    wrong: list[FieldError] = []
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), root)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, float) and not math.isfinite(value):
            wrong.append(FieldError(pointer(path), "must be a finite number"))
        elif isinstance(value, dict | list):
            if len(path) >= JSON_DEPTH:
                raise Problem("not-json", f"the body nests deeper than {JSON_DEPTH}", (FieldError("", "too deep"),))
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend(((*path, key), item) for key, item in items)
    if wrong:
        says = "; ".join(f"{error.pointer}: {error.says}" for error in wrong[:5])
        raise Problem("not-finite", says, tuple(wrong[:100]))


def _only_this_machine(method: str, headers: Headers) -> None:
    if _name(headers.get("host", "")) not in LOOPBACK:
        raise Problem("wrong-host", "ask for 127.0.0.1 or localhost: the service has no authentication yet")
    origin = headers.get("origin")
    changes = method not in {"GET", "HEAD", "OPTIONS"}
    if changes and origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        raise Problem("forbidden", "a page of another origin may not change anything here")


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_safe_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return wrapped


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


async def _refuse_and_drain(
    body: bytes | memoryview, headers: list[tuple[bytes, bytes]], status: int, receive: Receive, send: Send
) -> None:
    """Answer at once, then throw away what the client still sends: closing on it would lose the answer."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(body), "more_body": True})
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            left = DRAIN_BYTES
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
