"""Problems (RFC 9457) as values: what is wrong, in which fields, in English and Chinese. Knows no HTTP library."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TYPE_PREFIX = "urn:leakcast:problem:"
"""Problem types are stable names, not addresses: nobody is sent to another host."""

TITLES: Mapping[str, tuple[int, str, str]] = {
    "invalid-request": (422, "The request is not valid", "请求无效"),
    "unknown-part": (422, "The plant has no such part", "装置中没有该部件"),
    "not-finite": (422, "A number is not finite", "数值不是有限数"),
    "not-json": (422, "The body is not JSON", "请求体不是 JSON"),
    "idempotency-conflict": (422, "The idempotency key was used for another request", "幂等键已用于其他请求"),
    "bad-request": (400, "The request cannot be read", "无法读取请求"),
    "forbidden": (403, "Not allowed", "不允许"),
    "not-found": (404, "Not found", "未找到"),
    "method-not-allowed": (405, "This address does not take that method", "该地址不支持此方法"),
    "not-acceptable": (406, "That format is not available", "无法提供该格式"),
    "not-finished": (409, "The job has no result yet", "任务尚无结果"),
    "board-changed": (409, "The board is another one by now", "防护行动方案已变更"),
    "gone": (410, "The result is no longer kept", "结果已不再保存"),
    "too-large": (413, "The request body is too large", "请求体过大"),
    "unsupported-media-type": (415, "The body must be JSON", "请求体必须是 JSON"),
    "wrong-host": (421, "This service answers only for this machine", "本服务仅对本机应答"),
    "too-many-jobs": (429, "Too many jobs are waiting", "等待中的任务过多"),
    "internal": (500, "Leakcast failed", "系统内部错误"),
    "failed-job": (500, "The job failed", "任务失败"),
    "not-ready": (503, "Not ready yet", "尚未就绪"),
    "no-live-data": (503, "No live data from the plant", "没有装置实时数据"),
}
"""Status, English title and Chinese title by problem slug."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong in a request: where (JSON pointer or parameter name) and what."""

    pointer: str
    says: str

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for JSON."""
        name = self.pointer.rstrip("/").rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        return {"pointer": self.pointer, "field": name, "detail": self.says}


@dataclass(eq=False)
class Problem(Exception):
    """An error a person or a machine is told about; ``slug`` is a key of `TITLES`."""

    slug: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    trace_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def status(self) -> int:
        """HTTP status."""
        return TITLES[self.slug][0]


def in_field(name: str, says: str, *, slug: str = "invalid-request") -> Problem:
    """Problem with one body field, named as it stands in the request (``"wind/wind_speed_m_s"``)."""
    return Problem(slug, f"{name.replace('/', '.')}: {says}", (FieldError(f"/{name}", says),))


def pointer(location: Sequence[str | int]) -> str:
    """JSON pointer (RFC 6901) of a location in a body."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)


def wants_chinese(accept_language: str) -> bool:
    """Whether ``zh`` is preferred to ``en`` in an Accept-Language header."""
    best = {"zh": 0.0, "en": 0.0}
    for item in accept_language.split(","):
        tag, _, weight = item.partition(";")
        language = tag.strip().lower()[:2]
        if language in best:
            best[language] = max(best[language], _weight(weight))
    return best["zh"] > best["en"]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if math.isfinite(weight) else 0.0


def document(problem: Problem, *, path: str, accept_language: str = "") -> dict[str, Any]:
    """Problem document, without anything of the request's values in it."""
    status, english, chinese = TITLES[problem.slug]
    found: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.slug,
        "title": chinese if wants_chinese(accept_language) else english,
        "status": status,
        "detail": problem.detail,
        "instance": path,
        "trace_id": problem.trace_id,
    }
    if problem.errors:
        found["errors"] = [error.as_dict() for error in problem.errors]
    return found
