"""Scores of jet fires: ``jetfire_tests.csv`` beside ``jetfire_radiometers.csv``.

Targets are turned to what they receive most of, as the table's source has them. The jet is horizontal; the ground
lies 1 m below the lowest radiometer; the wind's angle is that from the jet's way, clockwise from above as a compass
counts, and 0 (with the jet) where none is given. Where the pressure at rest is not given, it is the one that passes
the flow through the orifice. Measured lengths of flames are scored beside.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from physics.fire.flame import Flame
from physics.fire.fuels import Fuel
from physics.fire.jet_fire import JetModel, default_model, jet_fire
from physics.quantities import STANDARD_PRESSURE
from physics.weather import Weather
from scenarios.scoreboard.fire import (
    CALM,
    FLUX,
    HUMIDITY_LIMITS,
    TEMPERATURE_LIMITS,
    Scored,
    finite,
    given_or,
    measured,
    result,
    run_safely,
    trial_fuel,
)
from scenarios.scoreboard.metrics import Pair
from scenarios.scoreboard.tables import NotScored, Row, rows, within

TESTS, READINGS = "jetfire_tests.csv", "jetfire_radiometers.csv"
LENGTH = "flame_length"
BAR, MILLIMETRE = 1e5, 1e-3
BELOW = 1.0
"""m of the lowest radiometer above the ground, and of an opening without radiometers below it."""
OPEN_HEIGHT = 2.0
_PLACE = (-1e5, 1e5)


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by model; ``None`` where the folder has no such table.

    Parameters
    ----------
    folder : Path
    """
    table = rows(folder / TESTS)
    if table is None:
        return None
    by_test: dict[str, list[Row]] = {}
    for row in rows(folder / READINGS) or []:
        by_test.setdefault(row.get("test", "").strip(), []).append(row)
    selected = Scored()
    models: dict[str, Scored] = {}
    known: set[str] = set()
    for place, row in enumerate(table, start=2):
        name = row.get("test", "").strip() or f"line {place}"
        if name in known:
            selected.skipped[f"{name} (line {place})"] = "the test has a row already, which is taken"
            continue
        known.add(name)
        reason = run_safely(lambda: _test(row, name, by_test.get(name, []), selected, models))  # noqa: B023
        if reason:
            selected.skipped[name] = reason
    for name in by_test.keys() - known:
        selected.skipped[name or "no name"] = f"its readings have no row in {TESTS}"
    return result(selected, models)


def _weather(row: Row, assumed: list[str]) -> Weather:
    humidity = given_or(row, "RH_pct", 50.0, HUMIDITY_LIMITS, assumed)
    return Weather(
        wind_speed=max(given_or(row, "u_m_s", 3.0, (0.0, 60.0), assumed), CALM),
        wind_from_direction=270.0,
        stability_class="D",
        ambient_temperature=given_or(row, "T_K", 288.0, TEMPERATURE_LIMITS, assumed),
        relative_humidity=min(humidity / 100.0, 1.0),
    )


def _models(fuel: Fuel, angle: float) -> tuple[JetModel, ...]:
    first = default_model(fuel, angle=angle, vapour_fraction=1.0)
    rest = [model for model in JetModel if model is not JetModel.HYDROGEN or fuel.substance.name == "hydrogen"]
    return tuple(dict.fromkeys([first, *rest]))


def _test(row: Row, name: str, readings: list[Row], selected: Scored, models: dict[str, Scored]) -> None:
    fuel, assumed = trial_fuel(row, "natural gas"), list[str]()
    weather, flow = _weather(row, assumed), within(row, "mdot_kg_s", (1e-6, 1e5))
    pressure = None
    if row.get("stag_p_barg", "").strip():
        pressure = within(row, "stag_p_barg", (1e-3, 1e4)) * BAR + STANDARD_PRESSURE
    else:
        assumed.append("stag_p_barg: what passes the flow through the orifice")
    temperature = given_or(row, "stag_T_K", weather.ambient_temperature, (10.0, 1000.0), assumed)
    turned = given_or(row, "wind_to_release_deg", 0.0, (-360.0, 360.0), assumed)
    angle = math.radians(within(row, "angle_deg", (-90.0, 90.0), 0.0))
    heights = [within(reading, "z_up_rel_release_m", _PLACE, 0.0) for reading in readings]
    height = BELOW - min(heights) if heights else OPEN_HEIGHT
    if not readings and not row.get("flame_length_m", "").strip():
        raise NotScored("neither a reading nor a length of its flame")
    for place, model in enumerate(_models(fuel, angle)):
        flame = jet_fire(
            fuel,
            mass_flow_rate=flow,
            weather=weather,
            angle=angle,
            wind_angle=-math.radians(turned),
            height=max(height, BELOW),
            pressure=pressure,
            temperature=temperature,
            hole_diameter=_orifice(row),
            model=model,
        )
        into = [models.setdefault(model, Scored()), *([selected] if place == 0 else [])]
        _compare(row, name, readings, flame, max(height, BELOW), into, assumed)


def _orifice(row: Row) -> float | None:
    return within(row, "orifice_mm", (0.01, 1e4)) * MILLIMETRE if row.get("orifice_mm", "").strip() else None


def _compare(
    row: Row, name: str, readings: list[Row], flame: Flame, height: float, into: list[Scored], assumed: list[str]
) -> None:
    reasons: list[str] = []
    for reading in readings:
        reason = run_safely(lambda: _reading(reading, name, flame, height, into))  # noqa: B023
        reasons += [reason] if reason else []
    if row.get("flame_length_m", "").strip():
        reason = run_safely(lambda: _length(row, name, flame, into))
        reasons += [reason] if reason else []
    for one in into:
        if reasons:
            one.skipped[name] = "; ".join(dict.fromkeys(reasons))
        if assumed:
            one.assumed[name] = assumed


def _length(row: Row, name: str, flame: Flame, into: list[Scored]) -> None:
    pair = Pair(trial=name, observed=measured(row, "flame_length_m", (0.0, 1e4)), predicted=finite(flame.length))
    for one in into:
        one.add(LENGTH, pair)


def _reading(reading: Row, name: str, flame: Flame, height: float, into: list[Scored]) -> None:
    x, y = within(reading, "x_along_m", _PLACE), within(reading, "y_cross_m", _PLACE)
    z = height + within(reading, "z_up_rel_release_m", _PLACE, 0.0)
    pair = Pair(
        trial=name,
        observed=measured(reading, "flux_kW_m2", (0.0, 1e3)),
        predicted=finite(float(flame.heat_flux(x, y, z)) / 1e3),
        distance=math.hypot(x, y),
    )
    for one in into:
        one.add(FLUX, pair)
