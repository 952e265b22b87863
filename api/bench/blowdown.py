"""A vessel of propane emptying: one run, a thousand, a property, and LSODA on the same right-hand side."""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from api.bench.plume import best
from physics._jit import kernel
from physics.substances import substance
from physics.substances.kernels import LIQUID_DENSITY, Table, interpolate
from physics.vessel.assembly import vessel_case
from physics.vessel.balance import MASS, rates
from physics.vessel.case import Case
from physics.vessel.fluid import vessel_fluid
from physics.vessel.geometry import Shape
from physics.vessel.rosenbrock import integrate
from physics.vessel.setting import Opening, Shell, Start

Array = NDArray[np.float64]

HOUR = 3600.0
VOLUME, DIAMETER = 50.0, 3.0
"""m³ and m, of a lying cylinder."""
HOLE, HOLE_HEIGHT, NOZZLE = 0.05, 1.2, 0.1
"""m: diameter, height above the bottom, length of the nozzle, in which the liquid boils in equilibrium."""
LARGEST_ERROR = 1e-3
"""Relative, of the last mass: a speed counts only with its accuracy."""
TOLERANCE = 5e-4
"""Relative error allowed in a step of ours."""
PEER_TOLERANCES = (1e-3, 5e-4, 2e-4, 1e-4, 1e-5, 1e-6)
"""Relative tolerances LSODA is tried at; it is raced at the loosest at which its own last mass is as good as asked."""
MANY = 1000
SMALLEST_HOLE = 0.005
"""m; the thousand holes lie between it and the one."""
ROWS = 4000
_EVALUATIONS = 200_000
_LAPS, _HEATS = 10, 8
_ENERGY_SCALE = 1e5  # J/kg, of the size of a heat of vaporisation


def case_of(hole: float) -> tuple[Case, Array, float, int]:
    """Give the vessel with a hole of a diameter: its case, first state, temperature and kind of content."""
    return vessel_case(
        vessel_fluid(substance("propane")),
        shell=Shell(
            shape=Shape.HORIZONTAL,
            diameter=DIAMETER,
            length=VOLUME / (0.25 * math.pi * DIAMETER**2),
            thickness=0.016,
        ),
        start=Start(temperature=293.15, level=0.85),
        opening=Opening(diameter=hole, height=HOLE_HEIGHT, path_length=NOZZLE),
    )


class Buffers:
    """Arrays a run writes into, kept between runs."""

    def __init__(self, parts: int) -> None:
        self.times, self.marks = np.empty(ROWS), np.empty((ROWS, 3))
        self.states, self.slopes = np.empty((ROWS, parts)), np.empty((ROWS, parts))


def last_mass(given: tuple[Case, Array, float, int], buffers: Buffers) -> float:
    """Run an hour; gives what is left, kg."""
    case, first, warm, kind = given
    rows, ended = integrate(
        case, first, warm, kind, HOUR, TOLERANCE, buffers.times, buffers.states, buffers.slopes, buffers.marks
    )
    if ended != 0:
        raise RuntimeError(f"the run ended early ({ended})")
    return float(buffers.states[rows - 1, MASS])


def by_scipy(given: tuple[Case, Array, float, int], method: str, tolerance: float) -> float:
    """Run the same hour by one of scipy's methods; gives what is left, kg."""
    case, first, warm, kind = given
    scale = np.array([first[0], _ENERGY_SCALE * first[0], *np.full(first.size - 2, warm)])
    dy = np.empty(first.size)

    def slope(t: float, y: Array) -> Array:
        rates(case, t, y, warm, kind, False, dy)
        return dy.copy()

    solve: Any = solve_ivp
    found = solve(slope, (0.0, HOUR), first, method=method, rtol=tolerance, atol=0.1 * tolerance * scale)
    if not found.success:
        raise RuntimeError(str(found.message))
    return float(found.y[0, -1])


@kernel
def _read(table: Table, count: int, low: float, high: float) -> float:
    """Read a property many times, at temperatures that differ."""
    total = 0.0
    for i in range(count):
        total += interpolate(table, LIQUID_DENSITY, low + (high - low) * i / count)
    return total


def run() -> dict[str, float | None]:
    """Measure."""
    given = case_of(HOLE)
    buffers = Buffers(given[1].size)
    reference = by_scipy(given, "Radau", 1e-8)
    error = abs(last_mass(given, buffers) / reference - 1.0)
    peer_error, peer_tolerance = math.inf, 0.0
    for peer_tolerance in PEER_TOLERANCES:
        peer_error = abs(by_scipy(given, "LSODA", peer_tolerance) / reference - 1.0)
        if peer_error <= LARGEST_ERROR:
            break
    ours, peer = math.inf, math.inf
    for _ in range(_LAPS):  # in turn, so that other load on the machine falls on both
        ours = min(ours, best(lambda: last_mass(given, buffers), repeats=_HEATS))
        peer = min(peer, best(lambda: by_scipy(given, "LSODA", peer_tolerance), repeats=_HEATS))
    good = error <= LARGEST_ERROR
    return {
        "blowdown_ms": ours if good else None,
        "blowdown_error": error,
        "blowdown_vs_lsoda": peer / ours if good else None,
        "blowdown_lsoda_error": peer_error,
        "blowdown_lsoda_tolerance": peer_tolerance,
        "blowdown_1000_s": _many() if good else None,
        "property_ns": _property(),
    }


def _many() -> float:
    """Seconds for a thousand vessels on every core, the cases made beforehand."""
    cases = [case_of(float(hole)) for hole in np.linspace(SMALLEST_HOLE, HOLE, MANY)]
    workers = os.cpu_count() or 1

    def share(first: int) -> None:
        buffers = Buffers(cases[0][1].size)
        for i in range(first, MANY, workers):
            last_mass(cases[i], buffers)

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(share, range(workers)))
    return time.perf_counter() - began


def _property() -> float:
    """Nanoseconds a saturated property takes within a kernel."""
    table: Any = substance("propane").saturation.table
    _read(table, 1, 240.0, 340.0)
    return 1e6 * best(lambda: _read(table, _EVALUATIONS, 240.0, 340.0)) / _EVALUATIONS
