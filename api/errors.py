"""Problem documents (RFC 9457) for every error the service gives."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.problems import FieldError, Problem, document, pointer, wants_chinese

LOG = logging.getLogger("leakcast.api")
MEDIA_TYPE = "application/problem+json"
_BY_STATUS = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    421: "wrong-host",
    429: "too-many-jobs",
    503: "not-ready",
}


def response(problem: Problem, *, path: str, accept_language: str = "") -> JSONResponse:
    """Problem as an HTTP response."""
    body = document(problem, path=path, accept_language=accept_language)
    headers = {
        "Content-Language": "zh" if wants_chinese(accept_language) else "en",
        "Vary": "Accept-Language",
        **problem.headers,
    }
    if problem.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(problem.retry_after)))
    return JSONResponse(body, status_code=body["status"], media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_failure)


def _answer(request: Request, problem: Problem) -> Response:
    language = request.headers.get("accept-language", "")
    return response(problem, path=request.url.path, accept_language=language)


def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(request, error)


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = tuple(_field_error(item) for item in error.errors())
    slug = "not-json" if any(item["type"] == "json_invalid" for item in error.errors()) else "invalid-request"
    says = "; ".join(f"{item.pointer or 'body'}: {item.says}" for item in found[:5])
    return _answer(request, Problem(slug, says, found))


def _field_error(item: Mapping[str, Any]) -> FieldError:
    location = list(item["loc"])
    if location and location[0] == "body":
        return FieldError(pointer(location[1:]), _words(item))
    return FieldError(pointer(location), _words(item))


def _words(item: Mapping[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        return "is not a field of this request"
    if item["type"] == "missing":
        return "is missing"
    says = str(item["msg"])
    return says.removeprefix("Value error, ")


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    says = {
        404: f"there is nothing at {request.url.path}",
        405: f"{request.method} is not offered at {request.url.path}",
    }.get(error.status_code, str(error.detail))
    return _answer(request, Problem(slug, says, headers=dict(error.headers or {})))


def _on_failure(request: Request, error: Exception) -> Response:
    problem = Problem("internal", "something went wrong inside Leakcast; the log has the trace under trace_id")
    answer = _answer(request, problem)
    LOG.error("%s: %s %s failed", problem.trace_id, request.method, request.url.path, exc_info=error)
    return answer
