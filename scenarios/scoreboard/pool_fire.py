"""Scores of pool fires: heat flux by period, ``poolfire_*_conditions.csv`` beside ``poolfire_*_flux.csv``.

The measured conditions of each period go in: diameter, wind at its height, air, and the burning rate, which is an
input of the trial; length, tilt, drag and emissive power are predicted, and the flame's length and tilt are scored
beside. Targets stand upright, face the pool's centre and are 1 m high. A point counts as upwind where the wind comes
from its side. Where a row has no burning rate, the published one of its fuel is taken; ``burning_rate_predicted`` is
the default with it everywhere. ``poolfire_sep.csv`` scores emissive powers against the geometric mean of their range.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from physics.fire.flame import Flame
from physics.fire.pool_fire import PoolModel, applicable_models, pool_fire
from physics.quantities import STANDARD_PRESSURE, ZERO_CELSIUS
from physics.weather import Weather
from scenarios.scoreboard.fire import (
    CALM,
    FLUX,
    HUMIDITY_LIMITS,
    PRESSURE_LIMITS,
    Scored,
    finite,
    given_or,
    measured,
    result,
    run_safely,
    trial_fuel,
)
from scenarios.scoreboard.metrics import Pair
from scenarios.scoreboard.tables import NotScored, Row, number, rows, within

CONDITIONS, FLUXES, POWERS = "poolfire_*_conditions.csv", "_flux.csv", "poolfire_sep.csv"
PREDICTED = "burning_rate_predicted"
"""Name of the default with the published burning rate."""
TARGET_HEIGHT, WIND_HEIGHT, ROUGHNESS = 1.0, 10.0, 0.03
"""m: where the table is silent."""
POWER, LENGTH, TILT = "surface_emissive_power", "flame_length", "flame_tilt"
_CELSIUS = (-60.0, 60.0)


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by model; ``None`` where the folder has no such tables.

    Parameters
    ----------
    folder : Path
    """
    conditions, fluxes = _tables(folder)
    powers = rows(folder / POWERS)
    if conditions is None and powers is None:
        return None
    selected = Scored()
    models: dict[str, Scored] = {}
    by_period: dict[tuple[str, str], list[Row]] = {}
    for row in fluxes or []:
        by_period.setdefault(_key(row), []).append(row)
    known: set[tuple[str, str]] = set()
    for place, row in enumerate(conditions or [], start=2):
        key = _key(row)
        name = _name(key) or f"line {place}"
        if key in known:
            selected.skipped[f"{name} (line {place})"] = "the period has a row already, which is taken"
            continue
        known.add(key)
        reason = run_safely(lambda: _period(row, name, by_period.get(key, []), selected, models))  # noqa: B023
        if reason:
            selected.skipped[name] = reason
    for key in by_period.keys() - known:
        selected.skipped[_name(key) or "no name"] = "its readings have no row of conditions"
    for place, row in enumerate(powers or [], start=2):
        name = row.get("test", "").strip() or f"line {place}"
        reason = run_safely(lambda: _power(row, name, selected))  # noqa: B023
        if reason:
            selected.skipped[f"{POWER} of {name}"] = reason
    return result(selected, models)


def _tables(folder: Path) -> tuple[list[Row] | None, list[Row] | None]:
    conditions: list[Row] | None = None
    fluxes: list[Row] = []
    for file in sorted(folder.glob(CONDITIONS)):
        conditions = [*(conditions or []), *(rows(file) or [])]
        fluxes += rows(file.with_name(file.name.replace("_conditions.csv", FLUXES))) or []
    return conditions, fluxes


def _key(row: Row) -> tuple[str, str]:
    return row.get("test", "").strip(), row.get("period", "").strip()


def _name(key: tuple[str, str]) -> str:
    return f"{key[0]} period {key[1]}" if key[1] else key[0]


def _weather(row: Row, assumed: list[str]) -> Weather:
    wind = within(row, "u_m_s", (0.0, 60.0))
    height = given_or(row, "u_z_m", WIND_HEIGHT, (0.5, 500.0), assumed)
    humidity = given_or(row, "RH_pct", 50.0, HUMIDITY_LIMITS, assumed)
    return Weather(
        wind_speed=max(wind, CALM),
        wind_from_direction=within(row, "wind_from_deg", (-360.0, 720.0)) % 360.0,
        stability_class="D",
        ambient_temperature=given_or(row, "T_C", 20.0, _CELSIUS, assumed) + ZERO_CELSIUS,
        ambient_pressure=100.0 * given_or(row, "p_hPa", STANDARD_PRESSURE / 100.0, PRESSURE_LIMITS, assumed),
        relative_humidity=min(humidity / 100.0, 1.0),
        roughness_length=ROUGHNESS,
        reference_height=height,
    )


def _period(row: Row, name: str, readings: list[Row], selected: Scored, models: dict[str, Scored]) -> None:
    fuel, assumed = trial_fuel(row, "LNG"), list[str]()
    weather, diameter = _weather(row, assumed), within(row, "pool_diam_m", (0.01, 1000.0))
    rate = number(row, "burn_rate_kg_m2_s") if row.get("burn_rate_kg_m2_s", "").strip() else None
    if rate is None:
        assumed.append("burn_rate_kg_m2_s: the published one of the fuel")
    if not readings:
        raise NotScored("no reading")
    for place, model in enumerate(applicable_models(fuel)):
        flame = pool_fire(fuel, diameter=diameter, weather=weather, model=model, burning_rate=rate)
        into = [models.setdefault(model, Scored()), *([selected] if place == 0 else [])]
        _compare(row, name, readings, flame, weather, into, assumed)
    if rate is not None:
        flame = pool_fire(fuel, diameter=diameter, weather=weather)
        _compare(row, name, readings, flame, weather, [models.setdefault(PREDICTED, Scored())], assumed)


def _compare(
    row: Row, name: str, readings: list[Row], flame: Flame, weather: Weather, into: list[Scored], assumed: list[str]
) -> None:
    reasons: list[str] = []
    for reading in readings:
        reason = run_safely(lambda: _reading(reading, name, flame, weather, into))  # noqa: B023
        reasons += [reason] if reason else []
    for column, quantity, predicted in (
        ("flame_length_m", LENGTH, flame.length),
        ("tilt_deg", TILT, math.degrees(flame.tilt)),
    ):
        if row.get(column, "").strip():
            reason = run_safely(lambda: _side_quantity(row, name, column, quantity, predicted, into))  # noqa: B023
            reasons += [reason] if reason else []
    for one in into:
        if reasons:
            one.skipped[name] = "; ".join(dict.fromkeys(reasons))
        if assumed:
            one.assumed[name] = assumed


def _side_quantity(row: Row, name: str, column: str, quantity: str, predicted: float, into: list[Scored]) -> None:
    pair = Pair(trial=name, observed=measured(row, column, (0.0, 1e4)), predicted=finite(predicted))
    for one in into:
        one.add(quantity, pair)


def _reading(reading: Row, name: str, flame: Flame, weather: Weather, into: list[Scored]) -> None:
    distance = within(reading, "r_from_centre_m", (0.1, 1e5))
    bearing = within(reading, "bearing_deg", (-360.0, 720.0))
    height = within(reading, "z_m", (0.0, 1e3), TARGET_HEIGHT)
    turned = math.radians(bearing - weather.downwind_bearing)
    x, y = distance * math.cos(turned), -distance * math.sin(turned)
    facing = (-x / distance, -y / distance, 0.0)
    pair = Pair(
        trial=name,
        observed=measured(reading, "flux_kW_m2", (0.0, 1e3)),
        predicted=finite(float(flame.heat_flux(x, y, height, facing=facing)) / 1e3),
        distance=distance,
    )
    for one in into:
        one.add(FLUX, pair, side="downwind" if x >= 0.0 else "upwind")


def _power(row: Row, name: str, selected: Scored) -> None:
    fuel, diameter = trial_fuel(row, ""), within(row, "diam_m", (0.01, 1000.0))
    low, high = measured(row, "SEP_low_kW_m2", (0.0, 1e4)), measured(row, "SEP_high_kW_m2", (0.0, 1e4))
    weather = Weather(wind_speed=3.0, wind_from_direction=270.0, stability_class="D")
    flame = pool_fire(fuel, diameter=diameter, weather=weather)
    said = finite(flame.surface_emissive_power / 1e3)
    selected.add(POWER, Pair(trial=name, observed=math.sqrt(low * high), predicted=said))


__all__ = ["PREDICTED", "PoolModel", "score"]
