"""Chinese for the sentences that travel with results, from one table of patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_NAME = re.compile(r"\\\{(\w+)\\\}")
_QUALITIES = {
    "good": "良好",
    "uncertain": "可疑",
    "bad": "坏值",
    "stale": "过期",
    "no-data": "无数据",
    "substituted": "替代值",
}
_WORDS = {
    **_QUALITIES,
    "wind speed": "风速",
    "wind direction": "风向",
    "wind speed and wind direction": "风速和风向",
    "wind_speed": "风速",
    "wind_from_direction": "风向",
    "ambient_temperature": "气温",
    "ambient_pressure": "气压",
    "relative_humidity": "相对湿度",
    "pressure": "压力",
    "temperature": "温度",
    "level": "液位",
    "mass": "质量",
    "chlorine": "氯",
    "pressurised": "压力",
    "atmospheric": "常压",
    "nothing": "无",
    "its own wall": "自身器壁",
    "no level": "未达任何等级",
    "shelter": "就地避险",
    "leave": "撤离",
    "evacuate": "撤离",
    "stay": "无需行动",
    "not-enough-information": "信息不足",
    "as proposed": "与方案一致",
    "late": "过迟",
    "never": "未执行",
    "wrong action": "行动有误",
    "not needed": "不必要的行动",
    "no proposal": "方案未作建议",
    "north": "北",
    "north-east": "东北",
    "east": "东",
    "south-east": "东南",
    "south": "南",
    "south-west": "西南",
    "west": "西",
    "north-west": "西北",
}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = tomllib.loads((files("api") / "sentences_zh.toml").read_text(encoding="utf-8"))
    return tuple(
        (re.compile(_NAME.sub(r"(?P<\1>.+?)", re.escape(english)) + r"\Z", re.DOTALL), chinese)
        for english, chinese in table.items()
    )


@lru_cache(maxsize=4096)
def _substance(name: str) -> str:
    """A substance's Chinese name; what is no substance stays as it is."""
    from physics.substances import substance, substances

    return substance(name).names["zh"] if name in substances() else name


@lru_cache(maxsize=4096)
def in_chinese(sentence: str) -> str | None:
    """A sentence in Chinese; ``None`` where the table has none for it, so that the English is shown as it is."""
    for pattern, chinese in _patterns():
        match = pattern.match(sentence)
        if match:
            parts = {
                name: (in_chinese(value) or value) if name == "rest" else _WORDS.get(value) or _substance(value)
                for name, value in match.groupdict().items()
            }
            return chinese.format(**parts)
    return None


def with_chinese(summary: dict[str, Any]) -> dict[str, Any]:
    """A forecast's summary with ``says_zh`` beside every sentence that has a Chinese one."""
    from physics.substances import substance

    leak = summary["leak"]
    named = substance(leak["substance"]).names["zh"]
    return {
        **summary,
        "leak": {**leak, "substance_zh": named, "says_zh": [in_chinese(says) or says for says in leak["says"]]},
        "says_zh": [in_chinese(says) or says for says in summary["says"]],
        "board": _board(summary.get("board")),
        "ignition": _ignition(summary.get("ignition")),
        "caveats": [{**item, "says_zh": in_chinese(item["says"]) or item["says"]} for item in summary["caveats"]],
    }


def drill_with_chinese(report: dict[str, Any]) -> dict[str, Any]:
    """A drill's report with ``says_zh`` beside what it says of each area."""
    areas = [
        {**area, "says_zh": (in_chinese(area["says"]) or area["says"]).replace(area["name"], area["name_zh"])}
        for area in report["score"]["areas"]
    ]
    return {**report, "score": {**report["score"], "areas": areas}}


def _board(board: dict[str, Any] | None) -> dict[str, Any] | None:
    """Protective-action board with Chinese beside every sentence; places have their Chinese names in it."""
    if not board:
        return board
    branches = {
        name: {**found, "areas": [_area(area) for area in found["areas"]]} for name, found in board["branches"].items()
    }
    return {**board, "branches": branches, "assumes_zh": [in_chinese(says) or says for says in board["assumes"]]}


def _ignition(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a release does if it is lit, with Chinese beside every sentence."""
    if not found:
        return found
    several = {
        name: [{**item, "says_zh": [in_chinese(says) or says for says in item["says"]]} for item in found[name]]
        for name in ("lit", "escalation")
    }
    caveats = [{**item, "says_zh": in_chinese(item["says"]) or item["says"]} for item in found["caveats"]]
    return {**found, **several, "caveats": caveats}


def _area(area: dict[str, Any]) -> dict[str, Any]:
    says = (in_chinese(area["says"]) or area["says"]).replace(area["name"], area["name_zh"])
    return {**area, "says_zh": says, "reasons_zh": [in_chinese(why) or why for why in area["reasons"]]}
