"""What-if: two forecasts side by side, and what the change moved."""

from __future__ import annotations

import json
from typing import Any

import xarray as xr

from scenarios.result import branches, leak, receptors, zones


def compare(before: xr.Dataset, after: xr.Dataset) -> dict[str, Any]:
    """Difference of two forecasts for the same plant, ``after`` minus ``before``; ready for JSON.

    A difference is ``None`` where either side could not be computed.
    """
    return {
        "changed": _changed(asked(before), asked(after)),
        "leak": _difference(leak(before), leak(after), ("rate_kg_s", "low_rate_kg_s", "high_rate_kg_s")),
        "branches": _rows(branches(before), branches(after), ("branch",), ("isolated_after_s", "mass_kg")),
        "zones": _rows(zones(before), zones(after), ("branch", "level"), ("max_distance_m", "best_distance_m")),
        "receptors": _rows(
            receptors(before),
            receptors(after),
            ("branch", "id"),
            ("arrival_s", "peak_ppm", "best_peak_ppm", "toxic_load_s"),
            ("name", "name_zh", "zone", "best_zone"),
        ),
        "digests": {
            "before": before.attrs["scenario_digest"],
            "after": after.attrs["scenario_digest"],
        },
    }


def asked(data: xr.Dataset) -> dict[str, Any]:
    """What was asked, as a mapping."""
    scenario: dict[str, Any] = json.loads(data.attrs["scenario"])
    return {key: value for key, value in scenario.items() if key not in ("id", "name", "name_zh")}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": key, "before": before.get(key), "after": after.get(key)}
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def _difference(before: dict[str, Any], after: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in fields:
        a, b = before[name], after[name]
        found[name] = {
            "before": a,
            "after": b,
            "difference": None if a is None or b is None else b - a,
        }
    return found


def _rows(
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    keys: tuple[str, ...],
    fields: tuple[str, ...],
    words: tuple[str, ...] = (),
) -> list[dict[str, Any]]:
    known = {tuple(row[key] for key in keys): row for row in before}
    rows = []
    for row in after:
        old = known.get(tuple(row[key] for key in keys))
        if old is None:
            continue
        named = {key: row[key] for key in keys}
        spoken = {word: {"before": old[word], "after": row[word]} for word in words}
        rows.append({**named, **spoken, **_difference(old, row, fields)})
    return rows
