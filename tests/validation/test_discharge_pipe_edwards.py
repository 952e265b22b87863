"""A closed pipe of hot water broken at one end (Edwards and O'Brien 1970): measured pressures and void, scored.

Nothing was fitted: 4.096 m by 73 mm, 7.0 MPa, the measured temperatures along it, 87 % of the bore open (the rest is
left of the disc, Tomlinson and Aumiller 1999), commercial steel, no heat from the wall, equilibrium.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from physics.discharge.flashing_models import STEEL_ROUGHNESS, rough_friction_factor
from physics.discharge.pipe_line import Bore, PipeSide, cells, rest_state
from physics.discharge.pipe_march import advance, refresh
from physics.discharge.pipe_state import pipe_fluid, saturated
from physics.substances import substance

DATA = Path(__file__).parents[1] / "data"
PSI = 6894.757293168
LENGTH, DIAMETER, START = 4.096, 0.073, 7.0e6
OPEN = 0.87
PRESSURE_ERROR = 0.05
"""Mean absolute error over the highest measured pressure that blowdowns of vessels are held to."""
CROSSED = 0.010
"""Time from which the first wave has crossed the pipe and come back, s."""


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def profile():
    read = rows("edwards_obrien_temperature.csv")
    at = np.array([float(row["distance_from_closed_end_m"]) for row in read])
    return at, (np.array([float(row["temperature_F"]) for row in read]) - 32.0) / 1.8 + 273.15


@pytest.fixture(scope="module")
def run():
    """Pressure and void at every cell in time: (times, places, pressures, voids)."""
    water = substance("water")
    fluid = pipe_fluid(water)
    bore = Bore(
        diameter=DIAMETER,
        friction=rough_friction_factor(DIAMETER, roughness=STEEL_ROUGHNESS),
        heat_transfer=0.0,
        wall_temperature=500.0,
        ambient_pressure=101325.0,
        open_share=OPEN,
    )
    state = {"pressure": START, "temperature": 503.0, "vapour_fraction": 0.0, "flux": 0.0}
    pipe = cells(water, fluid, bore, PipeSide(length=LENGTH), **state, refinement=2.0)
    n = pipe.number
    places = np.cumsum(pipe.width[:n]) - 0.5 * pipe.width[:n]
    for i, temperature in enumerate(np.interp(places, *profile())):
        density, energy, _ = rest_state(water, fluid, pressure=START, temperature=float(temperature))
        pipe.conserved[:, i] = density, 0.0, density * energy
        pipe.primitive[4, i] = temperature
    refresh(fluid, n, pipe.conserved, pipe.primitive)
    times, pressures, voids, now = [0.0], [pipe.primitive[1, :n].copy()], [np.zeros(n)], 0.0
    for end in np.arange(1, 6101) * 1e-4:
        now, *_ = advance(
            fluid, pipe.wall, pipe.feed, pipe.gate, now, float(end), n, pipe.conserved, pipe.primitive, pipe.width,
            pipe.gates, pipe.work, pipe.totals, pipe.exit, 1.0, 1.0, 10**9,
        )  # fmt: skip
        times.append(now)
        pressures.append(pipe.primitive[1, :n].copy())
        share = pipe.primitive[5, :n]
        volume = [saturated(fluid.saturation, float(t))[4] for t in pipe.primitive[4, :n]]
        voids.append(np.clip(share * np.array(volume) * pipe.conserved[0, :n], 0.0, 1.0))
    return np.array(times), places, np.array(pressures), np.array(voids)


def at_station(run, field, row):
    times, places, *_ = run
    column = int(np.argmin(np.abs(places - float(row["distance_from_closed_end_m"]))))
    return float(np.interp(float(row["time_s"]), times, field[:, column]))


def test_measured_pressures(run):
    """Seven gauges, 187 readings; every score is printed, and the limit is that of vessels.

    It is put to the readings after 10 ms. Before, the wave is still crossing: the disc takes about 1 ms to break, the
    times read off the figures were moved by up to 1 ms, and a reading half a millisecond off is wrong by 5 MPa.
    """
    errors = {}
    for row in rows("edwards_obrien_pipe.csv"):
        if row["quantity"] == "pressure_psia":
            found = (at_station(run, run[2], row) - float(row["value"]) * PSI) / START
            errors.setdefault(row["station"], []).append((float(row["time_s"]), found))
    lines = []
    for name, found in errors.items():
        late = np.array([error for time, error in found if time > CROSSED])
        lines.append(f"{name}: {np.mean(np.abs(late)):.4f}, bias {np.mean(late):+.4f}")
    every = np.array([error for found in errors.values() for _, error in found])
    late = np.array([error for found in errors.values() for time, error in found if time > CROSSED])
    lines.append(f"after 10 ms: {np.mean(np.abs(late)):.4f}, bias {np.mean(late):+.4f}, worst {np.abs(late).max():.4f}")
    lines.append(f"all: {np.mean(np.abs(every)):.4f}")
    print("\npressure error over 7 MPa", *lines, sep="\n")  # noqa: T201
    assert len(every) == 187
    assert np.mean(np.abs(late)) < PRESSURE_ERROR
    assert np.mean(np.abs(every)) < 0.06  # measured here, 22 November 2026


def test_measured_void(run):
    read = [row for row in rows("edwards_obrien_pipe.csv") if row["quantity"] == "void_fraction"]
    errors = np.array([at_station(run, run[3], row) - float(row["value"]) for row in read])
    print(f"\nvoid at GS-5: mean error {np.mean(np.abs(errors)):.3f}, bias {np.mean(errors):+.3f}")  # noqa: T201
    assert np.mean(np.abs(errors)) < 0.15  # measured here, 22 November 2026
