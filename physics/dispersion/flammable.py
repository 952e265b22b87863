"""How much of a cloud could burn, and how far from its source."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.dispersion.cloud import Cloud
from physics.release import ReleaseTerm
from physics.weather import Weather

Array = NDArray[np.float64]

FLAME_AVERAGING = 18.75
"""Averaging time of a concentration that has to burn, s: what commercial models take for flammable gas (Phast)."""
HALF = 0.5
"""Share of the lower limit to which a cloud is taken to hold pockets that burn (CCPS 1999)."""
_ALONG, _ACROSS, _UP = 160, 41, 41
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
    """Look at a release when its strongest step has lasted; see `flammable_cloud`."""
    strongest = int(np.argmax(release.mass_flow_rate))
    cloud = Cloud(release, weather, averaging_time=FLAME_AVERAGING)
    return flammable_cloud(cloud, lower=lower, upper=upper, time=float(release.time[strongest + 1]))


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
    x = np.geomspace(_NEAREST, _FARTHEST, _ALONG)
    nodes, widths = cloud.half_widths()
    wide = np.interp(x, nodes, widths)
    # the depth follows from the concentration, which is found first: no cloud here is deeper than it is wide or 200 m
    side = np.linspace(0.0, 1.0, _ACROSS) ** 1.5
    high = np.concatenate([[0.0], np.geomspace(0.01, 1.0, _UP - 1)])
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
