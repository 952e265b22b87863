"""How much of a cloud could burn, and how far from its source."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.cloud import Cloud
from physics.release import ReleaseTerm, merged
from physics.weather import Weather

Array = NDArray[np.float64]

FLAME_AVERAGING = 18.75
"""Averaging time of a concentration that has to burn, s: what commercial models take for flammable gas (Phast)."""
HALF = 0.5
"""Share of the lower limit to which a cloud is taken to hold pockets that burn (CCPS 1999)."""
_FINE, _COARSE = (160, 41, 41), (50, 11, 11)
"""Places along a cloud, across and up, that are summed over, and to find when it is strongest."""
_FEW = 6
_NEAREST, _FARTHEST = 1.0, 10_000.0
_REACH = 5.0
"""Sigmas to the side and upwards that are summed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlammableCloud:
    """What of a cloud burns at one time.

    Attributes
    ----------
    distance, half_distance : float
        On the axis near the ground to the lower limit, and to half of it, m; 0 where it is not reached.
    mass : float
        Of the substance between its limits, kg.
    """

    distance: float
    half_distance: float
    mass: float


def strongest_flammable(release: ReleaseTerm, weather: Weather, *, lower: float, upper: float) -> FlammableCloud:
    """Look at a release when most of it burns, found coarsely at a few times; see `flammable_cloud`."""
    cloud = Cloud(release, weather, averaging_time=FLAME_AVERAGING)
    return flammable_cloud(cloud, lower=lower, upper=upper, time=strongest_time(cloud, lower=lower, upper=upper))


def strongest_time(cloud: Cloud, *, lower: float, upper: float) -> float:
    """When most of a cloud lies between its limits, s: at the end of a step of its release, or while a cloud grows."""
    release = cloud.release
    edges = merged(release, most=_FEW).time[1:]
    grows = release.time[-1] * 2.0 ** -np.arange(1.0, _FEW + 1.0)
    times = np.unique(np.concatenate([edges, grows, [float(release.time[int(np.argmax(release.mass_flow_rate)) + 1])]]))
    masses = [_burning(cloud, lower, upper, float(time), _COARSE).mass for time in times]
    return float(times[int(np.argmax(masses))])


def flammable_cloud(cloud: Cloud, *, lower: float, upper: float, time: float) -> FlammableCloud:
    """Sum what lies between the limits of flammability.

    Parameters
    ----------
    cloud : Cloud
        Of `FLAME_AVERAGING`.
    lower, upper : float
        Mole fractions.
    time : float
        s since the release began.
    """
    return _burning(cloud, lower, upper, time, _FINE)


def _burning(cloud: Cloud, lower: float, upper: float, time: float, counts: tuple[int, int, int]) -> FlammableCloud:
    along, across, up = counts
    x = np.geomspace(_NEAREST, _FARTHEST, along)
    nodes, widths = cloud.half_widths()
    wide = np.interp(x, nodes, widths)
    # the depth follows from the concentration, which is found first: no cloud here is deeper than it is wide or 200 m
    side = np.linspace(0.0, 1.0, across) ** 1.5
    high = np.concatenate([[0.0], np.geomspace(0.01, 1.0, up - 1)])
    y = _REACH * wide[:, None, None] * side[None, :, None]
    z = np.minimum(_REACH * wide, 200.0)[:, None, None] * high[None, None, :]
    fraction = cloud.mole_fraction(x[:, None, None], y, z, time)[0]
    burns = np.where((fraction >= lower) & (fraction <= upper), fraction, 0.0)
    columns = np.trapezoid(burns, np.broadcast_to(z, burns.shape), axis=2)
    sections = 2.0 * np.trapezoid(columns, y[:, :, 0], axis=1)
    axis = np.max(fraction[:, 0, :], axis=1)
    return FlammableCloud(
        distance=_reach(x, axis, lower),
        half_distance=_reach(x, axis, HALF * lower),
        mass=float(np.trapezoid(sections, x)) * cloud.kg_per_mole_fraction,
    )


def _reach(x: Array, values: Array, level: float) -> float:
    above = np.flatnonzero(values >= level)
    if above.size == 0:
        return 0.0
    i = int(above[-1])
    if i + 1 >= x.size or values[i + 1] <= 0.0:
        return float(x[i])
    share = math.log(values[i] / level) / math.log(values[i] / values[i + 1])
    return float(x[i] * (x[i + 1] / x[i]) ** share)
