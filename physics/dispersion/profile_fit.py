"""The shape of a cloud over the height as few numbers: what `physics.dispersion.track` draws a profile from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.track import column, upright

Array = NDArray[np.float64]

GAUSSIAN = 2.0
LEAST_POWER, GREATEST_POWER = 0.5, 20.0
"""Powers of the profile's exponent between which one is sought: steeper than a cusp or flatter than that is neither."""
_FARTHEST_RATIO = 6.0
"""Height of a cloud's middle over its sigma from which the ground is not felt."""
_HALVINGS = 30
_BREATHED, _NEAR_GROUND = 1.0, 0.3
"""Height up to which air above a ground that takes up gas is a resistance only: 1 m, or 0.3 mean plume heights."""


@kernel
def bluntness(power: float) -> float:
    """Ground value times mean height over column of exp(-(z/s)^p / 2): 2/pi for a Gaussian, 1/2 for a block."""
    gamma: float = math.gamma(1.0 / power)
    return power * math.gamma(2.0 / power) / (gamma * gamma)


@kernel
def _raised(ratio: float) -> tuple[float, float]:
    """Ground value times mean height over column, and mean height over sigma, of a Gaussian ``ratio`` sigmas up."""
    ground = math.sqrt(2.0 / math.pi) * math.exp(-0.5 * ratio * ratio)
    mean = ground + ratio * math.erf(ratio / math.sqrt(2.0))
    return ground * mean, mean


@kernel
def power_of(wanted: float) -> float:
    """Power of the profile on the ground that has a bluntness."""
    low, high = LEAST_POWER, GREATEST_POWER
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if bluntness(middle) > wanted:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


@kernel
def ratio_of(wanted: float) -> float:
    """Height over sigma of the raised Gaussian that has a bluntness below 2/pi."""
    low, high = 0.0, _FARTHEST_RATIO
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _raised(middle)[0] > wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def fitted(faces: Array, profiles: Array, speed: Array, resistance: Array, uptake: float, out: Array) -> None:
    """Fill ``out`` (6, station): centre height, sigma, power, amplitude, mass per second still there, and its speed.

    Each profile keeps its mean height, the ratio of ground value to column, and the mass it carries with the wind. A
    cloud that has reached the ground stays on it: one released above it is a raised Gaussian until its profile falls
    from the ground as a Gaussian's does. Where the ground takes up gas, the value just above it is lower than the shape
    a few decimetres up would have: it is raised by the resistance of that air, so that the shape holds where people
    breathe and errs to the high side below.

    Parameters
    ----------
    faces, speed : ndarray
        Borders of the layers, m, and wind in them, m/s.
    profiles : ndarray, shape (station, layer)
        Concentration in the layers.
    resistance : ndarray, shape (layer,)
        Of the air between the ground and the middle of each layer, s/m.
    uptake : float
        Deposition velocity at the ground, m/s.
    """
    count = speed.size
    grounded = False
    for j in range(profiles.shape[0]):
        column_mass, moment, carried = 0.0, 0.0, 0.0
        for i in range(count):
            mass = profiles[j, i] * (faces[i + 1] - faces[i])
            column_mass += mass
            moment += mass * 0.5 * (faces[i] + faces[i + 1])
            carried += mass * speed[i]
        mean = moment / column_mass
        near = max(int(np.searchsorted(faces, min(_BREATHED, _NEAR_GROUND * mean))) - 1, 0)
        blunt = profiles[j, 0] * (1.0 + uptake * resistance[near]) * mean / column_mass
        grounded = grounded or blunt >= bluntness(GAUSSIAN)
        if grounded:
            power = power_of(blunt)
            sigma = mean * math.gamma(1.0 / power) / (math.gamma(2.0 / power) * 2.0 ** (1.0 / power))
            centre = 0.0
        else:
            ratio = ratio_of(blunt)
            power, sigma = GAUSSIAN, mean / _raised(ratio)[1]
            centre = ratio * sigma
        drawn = 0.0
        for i in range(count):
            z = 0.5 * (faces[i] + faces[i + 1])
            drawn += upright(z, centre, sigma, power, math.inf) * speed[i] * (faces[i + 1] - faces[i])
        out[0, j], out[1, j], out[2, j] = centre, sigma, power
        out[3, j] = carried / drawn if drawn > 0.0 else column_mass / column(sigma, power)
        out[4, j] = carried
        out[5, j] = carried / column_mass
