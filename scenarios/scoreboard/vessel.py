"""Scores of blowdowns and fillings of vessels: ``vessel_inputs.csv`` and ``vessel_timeseries.csv``.

Every case is run with the same models: the real gas's isentropic flow with Jobson's discharge coefficient, Daney's free
convection, a wall in layers. The tables give a wall's density and heat capacity but not its conductivity: that is
steel's above 6000 kg/m³, aluminium's above 2000 and a polymer's below [assumed]. A filled vessel's reservoir is as warm
as the vessel was, which the tables do not give either.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.vessel.fluid import named_fluid
from physics.vessel.geometry import Shape
from physics.vessel.run import VesselRun, vessel_run
from physics.vessel.setting import STEEL_CONDUCTIVITY, Opening, Reservoir, Shell, Start, Surroundings
from scenarios.scoreboard.tables import NotScored, Row, each, number, rows

Array = NDArray[np.float64]
Series = dict[str, tuple[Array, Array]]

BAR = 1e5
"""Pa."""
STEEL_FROM, METAL_FROM = 6000.0, 2000.0
"""Densities from which a wall is taken as steel, and as aluminium, kg/m³."""
ALUMINIUM_CONDUCTIVITY, POLYMER_CONDUCTIVITY = 167.0, 0.5
"""W/(m K): alloy 6061, and carbon-fibre laminate across the fibres, of the order of 0.5 to 1."""
POLYMER_LAYERS = 8
"""Layers of a wall that conducts badly."""
SHAPES = {"vertical": Shape.UPRIGHT, "horizontal": Shape.HORIZONTAL}


def score(folder: Path) -> dict[str, Any] | None:
    """Scores by case; ``None`` where the folder has no such tables.

    Parameters
    ----------
    folder : Path
    """
    cases, points = rows(folder / "vessel_inputs.csv"), rows(folder / "vessel_timeseries.csv")
    if cases is None or points is None:
        return None
    measured = series(points)
    return each(cases, "case", lambda row: _score(row, measured.get(row.get("case", "").strip(), {})))


def series(points: list[Row]) -> dict[str, Series]:
    """Times and values by case and quantity; points that are no numbers are left out.

    Parameters
    ----------
    points : list of mapping
        Rows of ``vessel_timeseries.csv``.
    """
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in points:
        try:
            at, value = number(row, "t_s"), number(row, "value")
        except NotScored:
            continue
        found[row.get("case", "").strip()][row.get("quantity", "").strip()].append((at, value))
    return {
        case: {
            name: (np.array(sorted(pairs))[:, 0], np.array(sorted(pairs))[:, 1]) for name, pairs in quantities.items()
        }
        for case, quantities in found.items()
    }


def run_case(row: Row, *, times: Array) -> VesselRun:
    """One case, given at the times asked for.

    Parameters
    ----------
    row : mapping
        Of ``vessel_inputs.csv``.
    times : ndarray
        s, ascending.

    Raises
    ------
    NotScored
        What drives the case is not in the table, or the run ends early.
    ModelInputError
        A value cannot be.
    """
    flow, driver = row.get("flow", "").strip(), row.get("valve", "").strip()
    if driver != "orifice":
        raise NotScored(f"driven by {driver or 'nothing named'}, which the table does not give")
    if flow not in ("discharge", "filling"):
        raise NotScored(f"flow is {flow!r}, neither discharge nor filling")
    warm, outside = number(row, "T0_K"), number(row, "back_p_Pa")
    orifice = number(row, "orifice_m")
    run = vessel_run(
        named_fluid(row.get("fluid", "").strip()),
        shell=_shell(row),
        start=Start(temperature=warm, pressure=number(row, "p0_Pa")),
        duration=float(times[-1]),
        opening=Opening(diameter=orifice) if flow == "discharge" else None,
        feed=Reservoir(pressure=outside, temperature=warm, diameter=orifice) if flow == "filling" else None,
        around=Surroundings(pressure=outside, temperature=warm, coefficient=number(row, "h_outer", 0.0)),
        outputs=times,
    )
    if run.ends:
        raise NotScored(f"the run ended early: {run.ends}")
    return run


def _shell(row: Row) -> Shell:
    orientation, density = row.get("orientation", "").strip(), number(row, "wall_rho")
    if orientation not in SHAPES:
        raise NotScored(f"orientation is {orientation!r}, neither vertical nor horizontal")
    steel, metal = density >= STEEL_FROM, density >= METAL_FROM
    return Shell(
        shape=SHAPES[orientation],
        diameter=number(row, "diameter_m"),
        length=number(row, "length_m"),
        thickness=number(row, "wall_m"),
        density=density,
        heat_capacity=number(row, "wall_cp_J_kgK"),
        conductivity=STEEL_CONDUCTIVITY if steel else ALUMINIUM_CONDUCTIVITY if metal else POLYMER_CONDUCTIVITY,
        layers=1 if metal else POLYMER_LAYERS,
    )


def gas_temperature(measured: Series) -> tuple[Array, Array] | None:
    """Measured temperature of the gas as a whole: its mean, else that of the coldest and hottest probe."""
    if "T_gas_mean" in measured:
        return measured["T_gas_mean"]
    if "T_gas_low" in measured and "T_gas_high" in measured:
        at, low = measured["T_gas_low"]
        return at, 0.5 * (low + np.interp(at, *measured["T_gas_high"]))
    return None


def _score(row: Row, measured: Series) -> dict[str, Any]:
    pressure, temperature = measured.get("pressure"), gas_temperature(measured)
    if pressure is None and temperature is None:
        raise NotScored("neither pressure nor a temperature of the gas was measured")
    at = [series[0] for series in (pressure, temperature) if series is not None]
    times = np.union1d(np.concatenate(at), [0.0])
    run = run_case(row, times=times[times >= 0.0])
    found: dict[str, Any] = {
        "pressure_error_fraction": None,
        "extreme_gas_temperature_error_K": None,
        "n_pressure": 0,
        "n_temperature": 0,
    }
    if pressure is not None:
        model = np.interp(pressure[0], run.time, run.pressure) / BAR
        found["pressure_error_fraction"] = float(np.mean(np.abs(model - pressure[1])) / np.max(pressure[1]))
        found["n_pressure"] = int(pressure[0].size)
    if temperature is not None:
        extreme = np.max if row.get("flow", "").strip() == "filling" else np.min
        model = np.interp(temperature[0], run.time, run.temperature)
        found["extreme_gas_temperature_error_K"] = float(extreme(model) - extreme(temperature[1]))
        found["n_temperature"] = int(temperature[0].size)
    return found
