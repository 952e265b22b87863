"""Scores of propane tanks in fire, to rupture: ``lpg_tank_fire_droste.csv``.

The same assumptions for every row, none adjusted: an API 521 pool fire around the whole tank from the first moment,
and beside it the hotter one of the Scandpower guideline; steel StE 36 of 360 MPa yield strength; a relief valve that
passes 64 m³ (at 0 °C and 1 atm) of air a minute at 10 % over its set pressure, all as the description of the tests in
HydDown's repository has them; its blowdown is 25 % as assumed there. The table's pressures are absolute. A cylinder
with flat ends keeps the volume and the diameter.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from physics.discharge.orifice import gas_flux
from physics.discharge.relief import ReliefValve
from physics.quantities import AIR_MOLAR_MASS, GAS_CONSTANT, STANDARD_PRESSURE, ZERO_CELSIUS
from physics.substances import substance
from physics.vessel.fire import FIRES, FireKind, burst
from physics.vessel.fluid import vessel_fluid
from physics.vessel.geometry import Shape
from physics.vessel.run import vessel_run
from physics.vessel.setting import ReliefNozzle, Shell, Start, Surroundings
from scenarios.scoreboard.tables import NotScored, Row, each, number, rows

BAR = 1e5
"""Pa."""
AIR_CAPACITY = 64.0 / 60.0
"""Of the tests' relief valve, m³/s of air at 0 °C and one atmosphere."""
OVERPRESSURE = 1.1
"""Of its set pressure, at which a valve's capacity is stated."""
BLOWDOWN = 0.25
YIELD_STRENGTH = 360e6
"""Of StE 36, Pa."""
LONGEST = 2.0
"""How long after the measured rupture a tank is followed, over its time."""
_AIR_GAMMA = 1.4
_STEPS = 2001


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by test; ``None`` where the folder has no such table.

    Parameters
    ----------
    folder : Path
    """
    table = rows(folder / "lpg_tank_fire_droste.csv")
    return None if table is None else each(table, "test", _score)


def relief_area(set_pressure: float) -> float:
    """Area of the tests' valve times its coefficient, m², from its capacity for air.

    Parameters
    ----------
    set_pressure : float
        Pa.
    """
    mass = AIR_CAPACITY * STANDARD_PRESSURE * AIR_MOLAR_MASS / (GAS_CONSTANT * ZERO_CELSIUS)
    specific_rt = GAS_CONSTANT * ZERO_CELSIUS / AIR_MOLAR_MASS
    return float(mass / gas_flux(OVERPRESSURE * set_pressure, STANDARD_PRESSURE, specific_rt, _AIR_GAMMA))


def _score(row: Row) -> dict[str, Any]:
    return {**_in_fire(row, FireKind.API_POOL), "in_scandpower_pool": _in_fire(row, FireKind.SCANDPOWER_POOL)}


def _in_fire(row: Row, kind: FireKind) -> dict[str, Any]:
    opens, ruptures = number(row, "t_psv_s"), number(row, "t_rupture_s")
    set_pressure, diameter = number(row, "psv_set_bar") * BAR, number(row, "D_m")
    shell = Shell(
        shape=Shape.HORIZONTAL,
        diameter=diameter,
        length=number(row, "V_m3") / (0.25 * math.pi * diameter**2),
        thickness=number(row, "wall_cyl_mm") / 1000.0,
    )
    run = vessel_run(
        vessel_fluid(substance("propane")),
        shell=shell,
        start=Start(temperature=number(row, "T0_C") + ZERO_CELSIUS, level=number(row, "fill_frac")),
        duration=LONGEST * ruptures,
        relief=ReliefNozzle(
            device=ReliefValve(set_pressure=set_pressure, blowdown=BLOWDOWN), area=relief_area(set_pressure)
        ),
        around=Surroundings(temperature=number(row, "T_amb_C") + ZERO_CELSIUS, flames=FIRES[kind]),
        outputs=np.linspace(0.0, LONGEST * ruptures, _STEPS),
    )
    end = burst(run, shell=shell, yield_strength=YIELD_STRENGTH, ambient_pressure=STANDARD_PRESSURE)
    if run.ends and end is None:
        raise NotScored(f"the run ended early: {run.ends}")
    found: dict[str, Any] = {
        "relief_opens_s": run.relief_opens,
        "relief_time_error_s": None if run.relief_opens is None else run.relief_opens - opens,
        "relief_pressure_error_fraction": set_pressure / (number(row, "p_psv_bar") * BAR) - 1.0,
        "ruptures_s": None,
        "rupture_time_error_s": None,
        "rupture_pressure_bar": None,
        "rupture_pressure_error_fraction": None,
        "rupture_wall_temperature_K": None,
        "rupture_liquid_temperature_K": None,
    }
    if end is not None:
        measured = number(row, "p_rupture_bar") * BAR
        found |= {
            "ruptures_s": end.time,
            "rupture_time_error_s": end.time - ruptures,
            "rupture_pressure_bar": end.pressure / BAR,
            "rupture_pressure_error_fraction": end.pressure / measured - 1.0,
            "rupture_wall_temperature_K": end.wall,
            "rupture_liquid_temperature_K": end.temperature,
        }
    return found
