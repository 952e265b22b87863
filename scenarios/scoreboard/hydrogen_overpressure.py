"""Scores of overpressures of hydrogen jets lit late: ``hydrogen_delayed_ignition_overpressure.csv``.

The route is one published for such jets (Jallais and others 2018, as HyRAM+ has it): the flow through the nozzle
without losses, a notional nozzle that keeps mass and momentum as warm as the vessel, the integral jet in still air, its
mass between 10 and 75 %, a flame of 100, 140 or 240 m/s by the mass flow, and the curves of Baker, Strehlow and Tang
from the nozzle on. Beside it the mass between the limits of flammability by TNT at 3 %, and by the multi-energy method
in class 5, which Kinsella gives among dense obstacles to weak ignition. Nothing is fitted.

A row without the pressure or temperature before its nozzle cannot be predicted and is listed with the reason. Such rows
of one nozzle still tell how a blast falls with distance: the energy is taken from the one in the middle, and the others
are held against the curve under ``overpressure_decay``, apart from the score.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from physics.discharge.real_gas import real_gas, real_gas_flux, real_state
from physics.explosion.baker_strehlow_tang import baker_strehlow_tang
from physics.explosion.blast import Blast
from physics.explosion.jet_cloud import HYDROGEN_HEAT, hydrogen_jet, jallais_blast, jet_fuel_between
from physics.explosion.multi_energy import ENERGY_DENSITY, multi_energy
from physics.explosion.tnt import TNT_ENERGY, equivalent_mass, tnt
from physics.explosion.vapour_cloud import stoichiometric_fraction, stoichiometric_volume
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import substance
from scenarios.scoreboard.fire import Scored, finite, measured, result, run_safely
from scenarios.scoreboard.metrics import Pair
from scenarios.scoreboard.tables import NotScored, Row, rows, within

TABLE = "hydrogen_delayed_ignition_overpressure.csv"
OVERPRESSURE, DECAY = "overpressure", "overpressure_decay"
STATE = ("P_kPa", "T_K")
"""Columns of the gas before the nozzle."""
ROUTES = ("jallais-2018", "tnt-3-percent", "multi-energy-5")
"""Names of the predictions; the first is the one published for such jets."""
STRENGTH, SHARE, FAST_FLAME = 5, 0.03, 0.7
"""Class of the multi-energy method, share of the heat for TNT, and Mach number of a fast jet's flame."""
DIAMETERS, PRESSURES, TEMPERATURES, DISTANCES = (1e-5, 1.0), (101.4, 2e5), (15.0, 600.0), (1e-3, 1e5)
"""m, kPa, K and m that a row can have."""
COLDEST = 150.0
"""K below which the gas's table does not hold under pressure: nothing is predicted."""
_UNITS = {"": 1e3, "kpa": 1e3, "pa": 1.0, "bar": 1e5, "mbar": 100.0, "psi": 6894.757, "mpa": 1e6}


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by route; ``None`` where the folder has no such table.

    Parameters
    ----------
    folder : Path
    """
    table = rows(folder / TABLE)
    if table is None:
        return None
    selected = Scored()
    models = {name: Scored() for name in ROUTES}
    for place, row in enumerate(table, start=2):
        reason = run_safely(lambda: _point(row, selected, models))  # noqa: B023
        if reason:
            name = f"line {place}: {_trial(row)}"
            for one in (selected, *models.values()):
                one.skipped[name] = reason
    _decay([row for row in table if _blind(row)], selected, models)
    return result(selected, models, headline=OVERPRESSURE)


def _blind(row: Row) -> bool:
    return any(not row.get(key, "").strip() for key in STATE)


def _trial(row: Row) -> str:
    """Tests with one nozzle, pressure and temperature are one trial: their points are correlated."""
    parts = (row.get(key, "").strip() for key in ("series", "nozzle", "nozzle_d_m", "P_kPa", "T_K"))
    return " ".join(part for part in parts if part)[:120] or "no name"


def _point(row: Row, selected: Scored, models: dict[str, Scored]) -> None:
    distance, observed = _measured(row)
    diameter = within(row, "nozzle_d_m", DIAMETERS)
    missing = [key for key in STATE if not row.get(key, "").strip()]
    if missing:
        raise NotScored(f"{' and '.join(missing)} before the nozzle missing: its flow cannot be computed")
    pressure, temperature = within(row, "P_kPa", PRESSURES) * 1e3, within(row, "T_K", TEMPERATURES)
    if temperature < COLDEST:
        raise NotScored(f"T_K is {temperature:g}: no gas table here holds for hydrogen so cold under pressure")
    for name, blast in routes(diameter, pressure, temperature).items():
        pair = Pair(
            trial=_trial(row), observed=observed, predicted=finite(blast.overpressure(distance)), distance=distance
        )
        models[name].add(OVERPRESSURE, pair)
        if name == ROUTES[0]:
            selected.add(OVERPRESSURE, pair)


def _measured(row: Row) -> tuple[float, float]:
    """Distance, m, and overpressure, Pa."""
    unit = row.get("unit_as_assumed", row.get("unit", "")).strip().lower()
    if unit not in _UNITS:
        raise NotScored(f"the unit {unit[:20]!r} is not known here")
    observed = measured(row, "overpressure", (0.0, 1e9)) * _UNITS[unit]
    return within(row, "distance_m", DISTANCES), observed


_CURVES: dict[str, Callable[[float], Blast]] = {
    ROUTES[0]: lambda energy: baker_strehlow_tang(energy=energy, flame_mach=FAST_FLAME),
    ROUTES[1]: lambda energy: tnt(mass=energy / TNT_ENERGY),
    ROUTES[2]: lambda energy: multi_energy(energy=energy, strength=STRENGTH),
}
"""Blasts by energy, for their fall with distance."""


def _decay(table: list[Row], selected: Scored, models: dict[str, Scored]) -> None:
    """Hold the points of a nozzle against the curve through the one in the middle."""
    nozzles: dict[str, list[tuple[float, float]]] = {}
    for row in table:
        run_safely(lambda: nozzles.setdefault(_trial(row), []).append(_measured(row)))  # noqa: B023
    for trial, points in nozzles.items():
        points.sort()
        distance, anchor = points[len(points) // 2]
        for name, curve in _CURVES.items():
            reach = curve(1.0).distance_to(anchor)
            if reach <= 0.0:
                continue
            blast = curve((distance / reach) ** 3)
            for place, (far, observed) in enumerate(points):
                if place == len(points) // 2:
                    continue
                pair = Pair(trial=trial, observed=observed, predicted=blast.overpressure(far), distance=far)
                models[name].add(DECAY, pair)
                if name == ROUTES[0]:
                    selected.add(DECAY, pair)


@lru_cache(maxsize=256)
def routes(diameter: float, pressure: float, temperature: float) -> dict[str, Blast]:
    """Blasts that the routes give for a nozzle.

    Parameters
    ----------
    diameter : float
        Of the nozzle, m.
    pressure, temperature : float
        Before it, Pa and K.

    Raises
    ------
    NotScored
        The jet is stronger than the published rule, or none comes out.
    """
    rate, speed = nozzle_flow(diameter, pressure, temperature)
    jet = hydrogen_jet(mass_flow_rate=rate, velocity=speed, temperature=temperature)
    of = substance("hydrogen")
    if of.flammability is None:  # pragma: no cover - it has limits
        raise NotScored("hydrogen has no limits of flammability on file")
    mass = jet_fuel_between(jet, of.flammability.lower_limit, of.flammability.upper_limit)
    volume = stoichiometric_volume(mass=mass, molar_mass=of.molar_mass, fraction=stoichiometric_fraction(of.formula))
    made: dict[str, Callable[[], Blast]] = {
        ROUTES[0]: lambda: jallais_blast(jet, mass_flow_rate=rate),
        ROUTES[1]: lambda: tnt(mass=equivalent_mass(mass=mass, heat_of_combustion=HYDROGEN_HEAT, share=SHARE)),
        ROUTES[2]: lambda: multi_energy(energy=ENERGY_DENSITY * volume, strength=STRENGTH),
    }
    return {name: build() for name, build in made.items()}


def nozzle_flow(diameter: float, pressure: float, temperature: float) -> tuple[float, float]:
    """Mass flow through a nozzle without losses, kg/s, and the speed after expansion, m/s (Birch and others 1987).

    Parameters
    ----------
    diameter : float
        m.
    pressure, temperature : float
        Before it, Pa and K.
    """
    of = substance("hydrogen")
    gas = real_gas(of)
    flux, throat, cold = real_gas_flux(gas, pressure, temperature, STANDARD_PRESSURE)
    density = throat * of.molar_mass / (real_state(gas, cold, throat)[0] * GAS_CONSTANT * cold)
    speed = flux / density + (throat - STANDARD_PRESSURE) / flux
    return flux * math.pi / 4.0 * diameter**2, speed
