"""Scores of hydrogen flames: ``hydrogen_flames_cryo.csv``, and what of ``hydrogen_large_flames.csv`` can be scored.

Lengths are pooled. ``Q1`` to ``Q5`` are in W/m²; where their radiometers stood is not in the table: a line along the
flame 0.2 m beside it, at 0.064, 0.22, 0.32, 0.42 and 0.65 m from the opening, in air of 80 % humidity, is how HyRAM's
own validation of the same data has it, and is taken where no columns say otherwise. Flames point upwards. A test gives
its mass flow; the speed follows from pressure and temperature before the opening.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from physics.dispersion.track import Aim
from physics.fire.flame import Flame
from physics.fire.jet_fire import JetModel, jet_fire
from physics.quantities import STANDARD_PRESSURE
from physics.weather import Weather
from scenarios.scoreboard.fire import FLUX, Scored, finite, given_or, measured, result, run_safely
from scenarios.scoreboard.metrics import Pair
from scenarios.scoreboard.tables import NotScored, Row, rows, within

CRYO, LARGE = "hydrogen_flames_cryo.csv", "hydrogen_large_flames.csv"
LENGTH = "flame_length"
BESIDE, ALONG = 0.2, (0.064, 0.22, 0.32, 0.42, 0.65)
"""m: of the radiometers, as HyRAM's validation has them."""
AIR = Weather(
    wind_speed=0.1, wind_from_direction=270.0, stability_class="D", ambient_temperature=293.15, relative_humidity=0.8
)
_HEIGHT = 1.0
_MODELS = (JetModel.HYDROGEN, JetModel.CHAMBERLAIN, JetModel.API)


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by model; ``None`` where the folder has no such table.

    Parameters
    ----------
    folder : Path
    """
    cryo, large = rows(folder / CRYO), rows(folder / LARGE)
    if cryo is None and large is None:
        return None
    selected = Scored()
    models: dict[str, Scored] = {}
    for place, row in enumerate(cryo or [], start=2):
        name = row.get("test", "").strip() or f"line {place}"
        reason = run_safely(lambda: _test(row, name, selected, models))  # noqa: B023
        if reason:
            selected.skipped[name] = reason
    for place, row in enumerate(large or [], start=2):
        name = row.get("flame", "").strip() or row.get("test", "").strip() or f"line {place} of {LARGE}"
        reason = run_safely(lambda: _test(row, name, selected, models))  # noqa: B023
        if reason:
            selected.skipped[name] = reason
    return result(selected, models, headline=LENGTH)


def _flow(row: Row) -> float:
    if row.get("mdot_kg_s", "").strip():
        return within(row, "mdot_kg_s", (1e-9, 1e4))
    return within(row, "mdot_g_s", (1e-6, 1e7)) / 1e3


def _test(row: Row, name: str, selected: Scored, models: dict[str, Scored]) -> None:
    flow, assumed = _flow(row), list[str]()
    pressure = within(row, "P_barg", (1e-3, 1e4)) * 1e5 + STANDARD_PRESSURE
    temperature = given_or(row, "T_K", AIR.ambient_temperature, (15.0, 1000.0), assumed)
    for place, model in enumerate(_MODELS):
        flame = jet_fire(
            "hydrogen",
            mass_flow_rate=flow,
            weather=AIR,
            aim=Aim.VERTICAL,
            height=_HEIGHT,
            pressure=pressure,
            temperature=temperature,
            model=model,
        )
        _compare(row, name, flame, [models.setdefault(model, Scored()), *([selected] if place == 0 else [])], assumed)


def _compare(row: Row, name: str, flame: Flame, into: list[Scored], assumed: list[str]) -> None:
    column = next((name for name in ("flame_len_m", "flame_length_m") if row.get(name, "").strip()), None)
    reasons = [] if column else ["no length of its flame"]
    if column:
        pair = Pair(trial=name, observed=measured(row, column, (0.0, 1e4)), predicted=finite(flame.length))
        for one in into:
            one.add(LENGTH, pair)
    for place, along in enumerate(ALONG, start=1):
        if row.get(f"Q{place}", "").strip():
            reason = run_safely(lambda: _flux(row, name, place, along, flame, into))  # noqa: B023
            reasons += [reason] if reason else []
    for one in into:
        if reasons:
            one.skipped[name] = "; ".join(dict.fromkeys(reasons))
        if assumed:
            one.assumed[name] = assumed


def _flux(row: Row, name: str, place: int, along: float, flame: Flame, into: list[Scored]) -> None:
    along, beside = within(row, f"z{place}_m", (0.0, 1e4), along), within(row, f"r{place}_m", (0.0, 1e4), BESIDE)
    predicted = finite(float(flame.heat_flux(beside, 0.0, _HEIGHT + along)))
    pair = Pair(
        trial=name,
        observed=measured(row, f"Q{place}", (0.0, 1e7)),
        predicted=predicted,
        distance=math.hypot(along, beside),
    )
    if not pair.observed > 0.0:
        raise NotScored(f"Q{place} is not above 0")
    for one in into:
        one.add(FLUX, pair)
