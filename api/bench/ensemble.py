"""The dispersion models together: the whole ensemble, the second opinion against degadisx, many what-ifs at once."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.bench.plume import best
from api.cli.say import error
from physics.dispersion.cloud import Cloud
from physics.dispersion.degadis.plume import degadis_plume
from physics.dispersion.ensemble import answer, applicable
from physics.dispersion.outline import steady_reaches
from physics.dispersion.sigma import BRIGGS_RURAL
from physics.dispersion.track import Aim, Source
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.release import ReleaseTerm
from physics.substances import substance
from physics.weather import CLASSES, Weather

Array = NDArray[np.float64]

RATE, AREA = 1.0, 10.0
"""kg/s and m² of a chlorine pool at its boiling point."""
DAY = Weather(wind_speed=5.0, wind_from_direction=0.0, stability_class="D")
NIGHT = Weather(wind_speed=1.5, wind_from_direction=0.0, stability_class="F")
DISTANCES = np.array([100.0, 200.0, 500.0, 1000.0, 2000.0])
"""m."""
LARGEST_DIFFERENCE = 0.05
"""Relative: a ratio of speeds counts only where both give the same cloud."""
WHAT_IFS = 1000
_REACH_ERROR = 1e-3
_LAPS, _PEER_LAPS = 40, 5
_LASTS, _SHORT = 60_230.0, 600.0
_FRAMES = np.arange(30.0, 1800.0, 60.0)


def run() -> dict[str, float | None]:
    """Measure."""
    return {**_ensemble(), **_second_opinion(), **_what_ifs()}


def _source(duration: float = math.inf) -> Source:
    chlorine = substance("chlorine")
    boiling = float(chlorine.saturation.temperature(STANDARD_PRESSURE))
    return Source(
        substance=chlorine,
        aim=Aim.POOL,
        mass_flow_rate=RATE,
        temperature=boiling,
        density=STANDARD_PRESSURE * chlorine.molar_mass / (GAS_CONSTANT * boiling),
        area=AREA,
        duration=duration,
    )


def _ensemble() -> dict[str, float | None]:
    """Every model that applies to a chlorine leak at night, at 300 distances; ms, and how far they differ."""
    source, x = _source(), np.geomspace(10.0, 10_000.0, 300)
    names = [choice.model for choice in applicable(source, NIGHT)]

    def together() -> list[Array]:
        return [answer(name, source, NIGHT).greatest(x, 0.0, 0.0) for name in names]

    values = np.array(together())
    sound = bool(np.all(np.isfinite(values)) and np.all(values >= 0.0))
    at = int(np.argmin(np.abs(x - 1000.0)))
    return {
        "ensemble_ms": best(together) if sound else None,
        "ensemble_models": float(len(names)),
        "ensemble_spread": float(values[:, at].max() / values[:, at].min()),
    }


def _second_opinion() -> dict[str, float | None]:
    found: dict[str, float | None] = {"dense_vs_degadisx": None, "dense_transient_vs_degadisx": None}
    try:
        peer = import_module("degadisx.run")
    except ImportError as missing:
        error(f"dense_vs_degadisx: degadisx is not installed ({missing})")
        return found
    source = _source()
    found["degadis_ms"] = ours = best(lambda: degadis_plume(source, DAY), repeats=_LAPS)
    with tempfile.TemporaryDirectory() as folder:
        steady, short = Path(folder) / "steady.inp", Path(folder) / "short.inp"
        steady.write_text(_deck(source, _LASTS, steady=True), encoding="utf-8")
        short.write_text(_deck(source, _SHORT, steady=False), encoding="utf-8")
        profile, _ = peer.run_steady(steady)
        theirs = _least(lambda: peer.run_steady(steady), _PEER_LAPS)
        off = _difference(source, profile)
        if off > LARGEST_DIFFERENCE:
            error(f"dense_vs_degadisx: the clouds differ by {off:.1%}")
            return found
        found["dense_vs_degadisx"] = theirs / ours
        theirs = _least(lambda: peer.run_transient(short), 1)
    ours = best(_transient, repeats=_PEER_LAPS)
    found["dense_transient_vs_degadisx"] = theirs / ours
    return found


def _difference(source: Source, profile: Any) -> float:
    known = np.exp(np.interp(np.log(DISTANCES), np.log(profile.column("dist")), np.log(profile.column("yc"))))
    return float(np.max(np.abs(degadis_plume(source, DAY).at(DISTANCES) / known - 1.0)))


def _transient() -> Array:
    """Ten minutes of release, half an hour of its cloud: what the peer's observers and snapshots give."""
    source = _source()
    release = ReleaseTerm(
        substance="chlorine",
        time=np.array([0.0, _SHORT]),
        mass_flow_rate=np.array([RATE]),
        vapour_fraction=np.ones(1),
        temperature=np.array([source.temperature]),
        density=np.array([source.density]),
        velocity=np.zeros(1),
        source_height=0.0,
    )
    cloud = Cloud(release, DAY, model="degadis")
    return cloud.mole_fraction(np.geomspace(50.0, 5000.0, 60)[:, None], np.linspace(0.0, 200.0, 11), 0.0, _FRAMES)


def _least(function: Callable[[], Any], laps: int) -> float:
    """Least time of several runs, ms."""
    times = []
    for _ in range(laps):
        began = time.perf_counter()
        function()
        times.append(1e3 * (time.perf_counter() - began))
    return min(times)


def _deck(source: Source, lasts: float, *, steady: bool) -> str:
    """The peer's input for the same case, one line per group of its layout."""
    radius = math.sqrt(AREA / math.pi)
    molar = 1e3 * source.substance.molar_mass
    heat = float(source.substance.gas.heat_capacity(0.5 * (source.temperature + DAY.ambient_temperature)))
    end = f"1.0 {source.temperature} 1.0"
    return "\n".join(
        [
            *("chlorine", "", "", ""),
            f"{DAY.wind_speed} {DAY.reference_height} {DAY.roughness_length}",
            f"{CLASSES.index(DAY.stability_class) + 1}",
            "0.0 600.0",
            "1 0.0",
            f"{DAY.ambient_temperature} 1.0 0.0072 {100.0 * DAY.relative_humidity}",
            f"0 {DAY.ambient_temperature}",
            *("1 0.0", "0 0.0", "CL2"),
            f"{molar} {source.temperature} {source.density}",
            f"{heat} 0.0",
            *("0.1 0.01 0.0", "1.0e-6", "0.0", "4"),
            f"0.0 {RATE} {radius} {end}",
            f"{lasts} {RATE} {radius} {end}",
            f"{lasts + 1.0} 0.0 0.0 {end}",
            f"{lasts + 2.0} 0.0 0.0 {end}",
            "T" if steady else "F",
            "01-JAN-2026 00:00:00.00",
            "",
        ]
    )


def _what_ifs() -> dict[str, float | None]:
    """A thousand steady passive what-ifs, each the distance to three levels, on every core; s."""
    random = np.random.default_rng(0)
    rates, speeds = random.uniform(0.01, 10.0, WHAT_IFS), random.uniform(1.0, 10.0, WHAT_IFS)
    classes = random.integers(0, len(CLASSES), WHAT_IFS)
    levels = np.array([1e-5, 1e-4, 1e-3])
    out = np.empty((WHAT_IFS, levels.size))
    rows_y, rows_z = np.ascontiguousarray(BRIGGS_RURAL.crosswind), np.ascontiguousarray(BRIGGS_RURAL.vertical)
    cores = os.cpu_count() or 1
    parts = np.array_split(np.arange(WHAT_IFS), cores)

    def one(part: NDArray[np.int64]) -> None:
        steady_reaches(rates[part], speeds[part], classes[part], rows_y, rows_z, levels, out[part[0] : part[-1] + 1])

    with ThreadPoolExecutor(cores) as pool:
        seconds = 1e-3 * best(lambda: list(pool.map(one, parts)))
    worst = 0.0
    for i in random.integers(0, WHAT_IFS, 20):
        for k, level in enumerate(levels):
            x, letter = out[i, k], CLASSES[classes[i]]
            if 1.0 < x < 50_000.0:
                sigmas = float(BRIGGS_RURAL.sigma_y(x, letter)) * float(BRIGGS_RURAL.sigma_z(x, letter))
                worst = max(worst, abs(rates[i] / (math.pi * speeds[i] * sigmas) / level - 1.0))
    return {"whatif_1000_s": seconds if worst <= _REACH_ERROR else None}
