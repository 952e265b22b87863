"""A steady dense plume of SLAB's equations against the slabx package on the same case."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.bench.plume import best
from api.cli.say import error
from physics.dispersion.slab.case import slab_case
from physics.dispersion.slab.constants import AT, MOLE_FRACTION
from physics.dispersion.slab.follow import plume_rows
from physics.dispersion.slab.model import slab_plume
from physics.dispersion.track import Aim, Source
from physics.substances import substance
from physics.weather import Weather

Array = NDArray[np.float64]

RATE, AREA = 1.0, 10.0
"""kg/s and m² of a chlorine pool."""
NIGHT = Weather(wind_speed=1.5, wind_from_direction=0.0, stability_class="F", ambient_temperature=288.0)
REACH = 10_000.0
DISTANCES = (300.0, 1000.0, 3000.0)
"""m."""
LARGEST_DIFFERENCE = 0.05
"""Relative, of the volume fractions on the axis: a ratio of speeds counts only where both give the same cloud."""
_LASTS = 1e5
"""s: so long that the peer's cloud stays a plume."""
_LAPS, _PEER_LAPS = 30, 3


def _source() -> Source:
    chlorine = substance("chlorine")
    boiling = float(chlorine.saturation.temperature(NIGHT.ambient_pressure))
    return Source(
        substance=chlorine, aim=Aim.POOL, temperature=boiling, density=3.6, mass_flow_rate=RATE, area=AREA
    )  # fmt: skip


def _ours() -> Array:
    case = slab_case(_source(), NIGHT)
    rows = plume_rows(case.start, gas=case.gas, air=case.air, end=REACH)
    return np.exp(np.interp(np.log(DISTANCES), np.log(np.maximum(rows[:, AT], 1e-9)), np.log(rows[:, MOLE_FRACTION])))


def _peer() -> Callable[[], Any] | None:
    """One run of slabx on the same case; None, with the reason on standard error, where it is not installed."""
    try:
        plume, sources, air, thermo = (
            import_module(f"slabx.{name}")
            for name in ("core.plume", "core.source", "submodels.atmosphere", "thermo.base")
        )
    except ImportError as missing:
        error(f"dense_vs_slabx: slabx is not installed ({missing})")
        return None
    case = slab_case(_source(), NIGHT)
    gas = case.gas
    of = thermo.Substance(
        name="chlorine", mw=gas.molar_mass, cp_vapour=gas.vapour_heat_capacity, cp_liquid=gas.liquid_heat_capacity,
        dh_vap=gas.heat, T_boil=gas.boiling_point, rho_liquid=gas.liquid_density, sat_B=gas.saturation_b,
        sat_C=gas.saturation_c,
    )  # fmt: skip
    weather = air.Atmosphere(
        u_ref=NIGHT.wind_speed, z_ref=NIGHT.reference_height, T=NIGHT.ambient_temperature,
        rh=100.0 * NIGHT.relative_humidity, z0=NIGHT.roughness_length, inv_L=NIGHT.inverse_obukhov,
    )  # fmt: skip
    source = sources.EvaporatingPool(of, RATE, AREA, _LASTS, T_source=gas.boiling_point)
    return lambda: plume.run_dispersion(
        source, weather, thermo.LegacyThermo(of), thermo.water_backend(), x_max=REACH
    )[0]  # fmt: skip


def run() -> dict[str, float | None]:
    """Milliseconds of a steady dense plume, and slabx's time over ours where both give the same cloud."""
    ours = best(lambda: slab_plume(_source(), NIGHT, reach=REACH), repeats=_LAPS)
    found: dict[str, float | None] = {"dense_plume_ms": ours, "dense_vs_slabx": None}
    peer = _peer()
    if peer is None:
        return found
    cloud, theirs = peer(), np.inf
    for _ in range(_PEER_LAPS):
        start = time.perf_counter()
        peer()
        theirs = min(theirs, time.perf_counter() - start)
    known = np.exp(np.interp(np.log(DISTANCES), np.log(np.maximum(cloud.x, 1e-9)), np.log(cloud.vol_frac + 1e-30)))
    off = float(np.max(np.abs(_ours() / known - 1.0)))
    if off > LARGEST_DIFFERENCE:
        error(f"dense_vs_slabx: the clouds differ by {off:.1%}")
        return found
    return {**found, "dense_vs_slabx": 1e3 * theirs / ours}
