"""What a jet becomes where the air carries it: a heavy cloud by SLAB's equations, or a passive plume.

Mass flow, substance and enthalpy go over as they are. The cloud starts with the jet's concentration on the axis and,
as a heavy one, with its width; its speed follows from mass flow and area. A passive plume begins at the distance from a
virtual source at which its greatest concentration is the jet's.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat
from physics.dispersion.gaussian_track import gaussian_track
from physics.dispersion.jets import path as p
from physics.dispersion.jets.solve import Jet
from physics.dispersion.sigma import BRIGGS_RURAL, BRIGGS_URBAN
from physics.dispersion.similarity_plume import HIGHEST_SOURCE, similarity_plume
from physics.dispersion.slab import constants as c
from physics.dispersion.slab import field
from physics.dispersion.slab.air import way_to, wind_at
from physics.dispersion.slab.case import SlabCase
from physics.dispersion.slab.follow import plume_rows
from physics.dispersion.slab.rates import Release, pressed
from physics.dispersion.slab.start import Start
from physics.dispersion.slab.thermodynamics import mix
from physics.dispersion.track import Aim, PlumeTrack, Source, upright
from physics.weather import Weather

Array = NDArray[np.float64]

DENSE_REACH = 10_000.0
"""m a heavy cloud is followed to."""
BUILT_UP = 0.5
"""Roughness length from which ground counts as built up, m (Wieringa 1992; from memory, unverified)."""
_FASTEST = 5000.0
"""m/s above which nothing travels: times between nodes are no less."""
_STEEPEST = 0.2
"""Least cosine by which a slanting section is drawn out upwards."""
_APART = 1e-3
"""Least distance between nodes, over that from the source and the source's diameter."""
_HEIGHTS = 41
_GAP = 1e-6
"""Distance from a jet's last node to the first of what follows, over that from the source."""
_FARTHEST_START = 0.5
"""Part of a passive track's length within which its virtual source lies."""
_NEAR_DECAY = 0.5
"""Power of distance by strength nearer than a passive track's first node, where it falls as 1/x²."""
_BY_LOGARITHM = ("mole_fraction", "sigma_y", "sigma_z")
ROWS = (
    *("distance", "mole_fraction", "flat_half_width", "sigma_y", "centre_height", "sigma_z", "vertical_power"),
    *("travel_time", "sigma_x"),
)
"""Fields of a `PlumeTrack` that run along its axis."""


def jet_part(jet: Jet) -> dict[str, Array]:
    """Fields of the jet itself as `PlumeTrack` has them, from its source on."""
    rows = jet.rows
    sigma = np.concatenate([[jet.diameter / np.sqrt(8.0)], jet.sigma])
    cosine = np.concatenate([[np.cos(jet.nozzle.angle)], np.cos(rows[:, p.ANGLE])])
    flat = np.zeros_like(sigma)
    found = {
        "distance": np.concatenate([[0.0], rows[:, p.AT]]),
        "mole_fraction": np.concatenate([[float(jet.mixtures.table[-1, 1])], jet.mole_fraction]),
        "flat_half_width": flat,
        "sigma_y": sigma,
        "centre_height": np.concatenate([[jet.nozzle.height], np.maximum(rows[:, p.HEIGHT], 0.0)]),
        "sigma_z": sigma / np.maximum(cosine, _STEEPEST),
        "vertical_power": flat + 2.0,
        "travel_time": np.concatenate([[0.0], rows[:, p.TIME]]),
        "sigma_x": sigma,
    }
    kept, last = [0], 0.0
    for i, at in enumerate(found["distance"]):
        if at > last + _APART * max(at, jet.diameter):
            kept.append(i)
            last = at
    return {name: values[kept] for name, values in found.items()}


def heavy_start(source: Source, case: SlabCase, jet: Jet) -> Start:
    """Start of SLAB's plume with the jet's last section: its axis's concentration, its width and its fall."""
    row, gas, air = jet.rows[-1], case.gas, case.air
    moles = float(jet.mole_fraction[-1]) * c.PEAK_TO_MEAN
    share = moles * gas.molar_mass / (moles * gas.molar_mass + (1.0 - moles) * air.molar_mass)
    warm, dense, _ = mix(share, 0.0, float(jet.temperature[-1]), gas, air)
    half = c.ROOT3 * float(jet.sigma[-1])
    mass = 0.5 * source.mass_flow_rate / share
    speed = 2.0 * mass / (dense * 4.0 * half * half)
    middle = float(row[p.HEIGHT])
    if jet.ended == p.TOUCHED:  # its edge has just met the ground
        middle = max(middle, half * (1.0 + 1e-9))
    lofted = middle > half
    wind = wind_at(middle, air)
    state = np.zeros(c.PARTS)
    state[c.MASS], state[c.WIDTH], state[c.FLAT] = mass, half, 1e-3 * half
    state[c.HEIGHT], state[c.CLOCK] = middle, row[p.TIME]
    state[c.MOMENTUM] = mass * (speed - (1.0 - share) * wind)
    state[c.FALL] = mass * row[p.LIFT] / row[p.FLOW] if lofted else 0.0
    mode = c.LOFTED if lofted else (c.SLUMPING if dense > air.density else c.RESTING)
    if mode == c.SLUMPING:
        state[c.MOMENTUM] += pressed(dense, half, 2.0 * half, air)
    top = middle + half if lofted else 2.0 * half
    memory = np.zeros(c.SLOTS)
    memory[c.MODE], memory[c.LAST_TEMPERATURE] = mode, warm
    memory[c.WIND_OFFSET] = wind * top - way_to(top, air)
    return Start(float(row[p.AT]), half, state, memory, Release(source.mass_flow_rate, 0.0, 0.0, 0.0))


def heavy_part(source: Source, case: SlabCase, jet: Jet, averaging_time: float) -> dict[str, Any]:
    """Fields of the heavy cloud that follows, as `PlumeTrack` has them."""
    start, air = heavy_start(source, case, jet), case.air
    rows = plume_rows(start, gas=case.gas, air=air, end=max(DENSE_REACH, 2.0 * start.at))
    flux = source.mass_flow_rate / (np.pi / 4.0 * jet.diameter**2) if source.aim is Aim.HORIZONTAL else None
    spread = field.meander(
        rows, averaging_time=averaging_time, duration=source.duration, source_flux=flux, air=air
    )  # the jet itself does not meander: what grows from here on does
    found = field.shapes(rows, np.maximum(spread - spread[0], 0.0))
    found["distance"], found["travel_time"] = rows[:, c.AT].copy(), rows[:, c.TIME].copy()
    found["sigma_x"] = float(jet.sigma[-1]) + field.front(rows)
    return found


def passive_track(source: Source, weather: Weather, height: float, averaging_time: float) -> PlumeTrack:
    """Passive plume of a source without size at a height: by similarity near the ground, higher by Briggs' sigmas."""
    point = replace(
        source, height=height, area=0.0, velocity=0.0, vapour_fraction=1.0, temperature=weather.ambient_temperature
    )
    if height <= HIGHEST_SOURCE and height < weather.lid:
        return similarity_plume(point, weather, averaging_time=averaging_time)
    sigmas = BRIGGS_URBAN if weather.roughness_length >= BUILT_UP else BRIGGS_RURAL
    return gaussian_track(point, weather, sigmas, averaging_time=averaging_time)


def _greatest(track: PlumeTrack, heights: Array) -> Array:
    """Greatest mole fraction on the axis over heights, m, at every node."""
    found: Array = np.max(track.at(track.distance[:, None], 0.0, heights[None, :]), axis=1)
    return found


def _last_greatest(jet: Jet, lid: float) -> float:
    """The same of a jet's last section, with its images in ground and lid."""
    row = jet.rows[-1]
    height, sigma = max(float(row[p.HEIGHT]), 0.0), float(jet.sigma[-1]) / max(np.cos(row[p.ANGLE]), _STEEPEST)
    shape = max(float(upright(z, height, sigma, 2.0, lid)) for z in np.linspace(0.0, 2.0, _HEIGHTS) * height)
    return min(float(jet.mole_fraction[-1]) * shape, 1.0)


def _from(values: Array, nodes: Array, away: float, kept: NDArray[np.bool_], name: str) -> Array:
    """A field from a distance on: its value there, as the track is read between nodes, and at the nodes beyond."""
    if name in _BY_LOGARITHM:
        first = np.exp(np.interp(np.log(away), np.log(nodes), np.log(np.maximum(values, 1e-300))))
    else:
        first = np.interp(away, nodes, values)
    return np.concatenate([[first], values[kept]])


def passive_part(
    source: Source, weather: Weather, jet: Jet, averaging_time: float
) -> tuple[dict[str, Any], PlumeTrack, tuple[Caveat, ...]]:
    """Fields of the passive plume that follows, the plume of its virtual source, and its caveats."""
    row = jet.rows[-1]
    height, at = max(float(row[p.HEIGHT]), 0.0), float(row[p.AT])
    track = passive_track(source, weather, height, averaging_time)
    sigma, heights = float(jet.sigma[-1]), np.linspace(0.0, 2.0, _HEIGHTS)
    axis = np.maximum(_greatest(track, heights * max(height, track.sigma_z[0])), 1e-300)
    falling = np.minimum.accumulate(axis)
    # where the passive plume is as strong as the jet is
    wanted = max(_last_greatest(jet, track.lid), 1e-300)
    away = float(np.exp(np.interp(-np.log(wanted), -np.log(falling), np.log(track.distance))))
    if wanted > falling[0]:  # nearer than its first node, to which the jet's last section leads over
        away = float(track.distance[0] * (falling[0] / wanted) ** _NEAR_DECAY)
        found = {name: np.asarray(getattr(track, name)).copy() for name in ROWS}
        found["travel_time"] -= float(track.travel_time[0]) * away / float(track.distance[0])
        began = 0.0
    else:
        away = min(away, _FARTHEST_START * float(track.distance[-1]))
        kept = track.distance > away * (1.0 + 1e-6)
        found = {name: _from(np.asarray(getattr(track, name)), track.distance, away, kept, name) for name in ROWS}
        began = float(found["travel_time"][0])
        # a jet thinner than the passive plume is that far away: the same plume, wider
        strength = float(np.exp(np.interp(np.log(away), np.log(track.distance), np.log(falling))))
        if strength > wanted * (1.0 + 1e-3):
            found["mole_fraction"] *= wanted / strength
            found["sigma_y"] *= math.sqrt(strength / wanted)
            found["sigma_z"] *= math.sqrt(strength / wanted)
    gap = _GAP * max(at, sigma)
    found["distance"] = found["distance"] - away + at + gap
    goes = max(float(jet.speed[-1] * np.cos(row[p.ANGLE])), 1e-3)
    found["travel_time"] = found["travel_time"] - began + float(row[p.TIME]) + gap / goes
    found["sigma_x"] = np.maximum(found["sigma_x"], sigma)
    return found, track, track.caveats


def joined(first: dict[str, Array], then: dict[str, Any]) -> dict[str, Any]:
    """Two parts of a track one behind the other; nodes that do not come after the last are left out."""
    later = np.asarray(then["distance"]) > first["distance"][-1] * (1.0 + 1e-9)
    found: dict[str, Any] = {name: np.concatenate([first[name], np.asarray(then[name])[later]]) for name in ROWS}
    steps = np.diff(found["distance"]) / _FASTEST
    found["travel_time"] = np.concatenate([[0.0], np.cumsum(np.maximum(np.diff(found["travel_time"]), steps))])
    return found
