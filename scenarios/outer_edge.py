"""The outer credible edge: high release, farthest applicable model, 90th percentile of wind (DESIGN law 6)."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.calm import calm_radius
from physics.dispersion.cloud import Cloud, models_for
from physics.dispersion.outline import half_angles
from physics.harm.toxic_load import Level, level_ratios
from physics.release import ReleaseBand, ReleaseTerm
from physics.weather import Weather
from scenarios.outlook import Outlook

Array = NDArray[np.float64]

NEAREST = 5.0
FARTHEST = 10_000.0
"""Distances the edge is searched between, m; nothing is drawn beyond (DESIGN law 2)."""
RADII = np.geomspace(NEAREST, FARTHEST, 96)
_CLEARLY = 1.02
"""Mass over mass that is told apart."""
_ANGLES = math.radians(88.0) * np.linspace(0.0, 1.0, 64) ** 1.5
"""Angles off the axis, dense near it, where far plumes are narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterEdge:
    """Where a level may be reached.

    Attributes
    ----------
    zone : ndarray, shape (level, radius)
        Half-angle off the wind's axis within which a zone of the whole run reaches, radians; NaN where it does not.
    frames : ndarray, shape (level, time, radius)
        The same for the level's concentration at each frame.
    distance : ndarray, shape (level,)
        Greatest distance of each zone, m; 0 when not reached.
    travel_limited : ndarray of bool, shape (level,)
        Whether the cloud was still on its way there when the forecast ended.
    around : float
        Radius about the source that a dense cloud covers against the wind as well, m.
    """

    zone: Array
    frames: Array
    distance: Array
    travel_limited: NDArray[np.bool_]
    around: float


def reach(radii: Array, ratio: Array) -> float:
    """Greatest distance at which ``ratio`` (radius,) stands at 1, between nodes on a log-log line; 0 for none."""
    above = np.flatnonzero(ratio >= 1.0)
    if above.size == 0:
        return 0.0
    i = int(above[-1])
    if i + 1 >= radii.size or ratio[i + 1] <= 0.0:
        return float(radii[i])
    share = math.log(ratio[i]) / math.log(ratio[i] / ratio[i + 1])
    return float(radii[i] * (radii[i + 1] / radii[i]) ** share)


LONGEST_TRAVEL = 3600.0
"""Nothing is drawn beyond this time of travel, s (DESIGN law 2)."""
_FRONT = 0.75
"""Share of the front's way from which a distance counts as decided by travel: the front is that blurred."""


def within_travel(fractions: Array, distance: Array, weather: Weather) -> Array:
    """Mole fractions (time, ...) with places beyond `LONGEST_TRAVEL` set to 0; they are reported as ``>``."""
    return fractions * (distance <= weather.wind_speed * LONGEST_TRAVEL)


def travel_limited(distance: float, weather: Weather, duration: float) -> bool:
    """Whether a distance is so near the front's own way that time of travel decided it, not dilution."""
    return distance > _FRONT * weather.wind_speed * min(duration, LONGEST_TRAVEL)


@dataclass(frozen=True, slots=True)
class _Member:
    zone: Array
    frames: Array
    distance: Array
    limited: NDArray[np.bool_]


def outer_clouds(band: ReleaseBand, winds: Outlook) -> tuple[Cloud, ...]:
    """Clouds of the high release for every wind of the outlook and every applicable model.

    Where the best release has at any time let more into the air than the high one, its clouds stand beside: of what
    comes out more may fall to the ground.
    """
    releases = (band.high, band.best) if _more_in_the_air(band.best, band.high) else (band.high,)
    return tuple(
        Cloud(release, weather, model=name)
        for release in releases
        for weather in winds.members
        for name in models_for(release, weather) or (None,)
    )


def _more_in_the_air(release: ReleaseTerm, other: ReleaseTerm) -> bool:
    """Whether a release has at any time let clearly more into the air than another."""
    times = np.union1d(release.time, other.time)

    def gone(term: ReleaseTerm) -> Array:
        mass = np.concatenate([[0.0], np.cumsum(term.mass_flow_rate * np.diff(term.time))])
        return np.asarray(np.interp(times, term.time, mass))

    return bool(np.any(gone(release) > _CLEARLY * gone(other) + 1e-9))


def _member(cloud: Cloud, levels: tuple[Level, ...], times: Array, exponent: float | None) -> _Member:
    x = RADII[:, None] * np.cos(_ANGLES)
    y = RADII[:, None] * np.sin(_ANGLES)
    fractions = within_travel(cloud.mole_fraction(x, y, 0.0, times), RADII[:, None], cloud.weather)
    step = float(times[1] - times[0])
    ratios = [level_ratios(level, fractions, step=step, exponent=exponent) for level in levels]
    distance = np.array([reach(RADII, ratio[:, 0]) for ratio in ratios])
    duration = float(times[-1] + 0.5 * step)
    return _Member(
        zone=half_angles(np.array(ratios), _ANGLES, 1.0),
        frames=np.array([half_angles(fractions, _ANGLES, level.concentration) for level in levels]),
        distance=distance,
        limited=np.array([travel_limited(float(d), cloud.weather, duration) for d in distance]),
    )


def outer_edge(
    clouds: tuple[Cloud, ...],
    *,
    levels: tuple[Level, ...],
    times: Array,
    exponent: float | None,
    pool: ThreadPoolExecutor,
    check: Callable[[], None] = lambda: None,
) -> OuterEdge:
    """Search the outer edge over clouds of the high release, see `outer_clouds`.

    Parameters
    ----------
    times : ndarray, shape (n,)
        Middles of even frames, s.
    exponent : float or None
        Of the toxic load.
    pool : ThreadPoolExecutor
        Runs the members; the kernels release the GIL.
    check : callable
        Called between members; raises to cancel.
    """
    jobs = [pool.submit(_member, cloud, levels, times, exponent) for cloud in clouds]
    members = []
    try:
        for job in jobs:
            check()
            members.append(job.result())
    finally:
        for job in jobs:
            job.cancel()
    distances = np.array([member.distance for member in members])
    farthest = np.argmax(distances, axis=0)
    limited = np.array([member.limited for member in members])
    return OuterEdge(
        zone=_widest(np.array([member.zone for member in members])),
        frames=_widest(np.array([member.frames for member in members])),
        distance=np.max(distances, axis=0),
        travel_limited=limited[farthest, np.arange(len(levels))],
        around=max(cloud.upwind_extent for cloud in clouds),
    )


def with_calm_puff(edge: OuterEdge, release: ReleaseTerm, winds: Outlook, levels: tuple[Level, ...]) -> OuterEdge:
    """Edge that also holds the puff that falls apart all round in still air, where the wind has no direction.

    Parameters
    ----------
    release : ReleaseTerm
        The high release.
    """
    if winds.central is not None:
        return edge
    radii = np.array([calm_radius(release, winds.reference, level=level.concentration) for level in levels])
    radii = np.minimum(radii, FARTHEST)
    inside = RADII[None, :] <= radii[:, None]
    return replace(
        edge,
        zone=np.where(inside & np.isnan(edge.zone), 0.0, edge.zone),
        distance=np.maximum(edge.distance, radii),
        travel_limited=edge.travel_limited & (radii <= edge.distance),
    )


def _widest(angles: Array) -> Array:
    widest = np.max(np.where(np.isnan(angles), -1.0, angles), axis=0)
    return np.where(widest < 0.0, np.nan, widest)
