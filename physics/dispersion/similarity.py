"""How a passive gas spreads in the surface layer, by eddy diffusion upwards and turbulence across the wind.

Upwards: the crosswind integral c(x, z) obeys u dc/dx = d/dz (K dc/dz). Wind u is Monin-Obukhov's, the diffusivity is
Troen and Mahrt's (1986), K = kappa u* z (1 - z/h)^2 / phi_h, which near the ground is that of heat by Dyer (1974) and
Webb (1970). Solved by finite volumes on layers that grow from the roughness length to the mixing height, implicitly
along the wind: mass is kept to rounding and nothing falls below zero.

Across: sigma_y = sigma_v t / (1 + 0.9 (t/1000 s)^(1/2)), Draxler's (1976) function as Irwin (1983) uses it for every
height and stability, with sigma_v of Brost et al. (1982) and Gryning et al. (1987). It is turbulence only: sigma_v has
no floor in light wind, for the slow meander that a floor stands for belongs to the ensemble of winds and is not counted
twice.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.weather.surface_layer import STABLE_SLOPE, UNSTABLE_SLOPE, VON_KARMAN, wind_shape

Array = NDArray[np.float64]

_SURFACE_LAYER = 0.1
"""Share of the mixing height up to which phi_h of unstable air varies (Troen and Mahrt 1986)."""
_STABLE_END = 1.0
"""Height over Obukhov length beyond which phi_h of stable air rises no more (Webb 1970)."""
_SHEAR_VARIANCE = 2.0
_CONVECTIVE_VARIANCE = 0.35
"""sigma_v^2 = 2 u*^2 + 0.35 w*^2 at the ground (Brost et al. 1982, Gryning et al. 1987)."""
SIGMA_U_RATIO = 2.0
"""sigma_u over u*, neutral, at the ground (Hanna 1982)."""
_SLOWING = 0.9
_SLOWING_TIME = 1000.0
"""Draxler's (1976) function of travel time, s, as Irwin (1983) uses it."""
TURBULENCE_TIME = 3600.0
"""Averaging time of sigma_v, s. The ratios are those of models of hourly means (AERMOD's convective term is the same);
the publications' own averaging times were not opened. It weighs: read as ten-minute values they would widen plumes by
1.43 and lower every maximum as much."""
_SUBSTEPS = 4
"""Implicit steps between two stations."""


@kernel
def diffusivity(z: float, friction_velocity: float, inverse: float, lid: float) -> float:
    """Vertical eddy diffusivity, m²/s (Troen and Mahrt 1986)."""
    if z >= lid:
        return 0.0
    if inverse < 0.0:
        phi = 1.0 / math.sqrt(1.0 - UNSTABLE_SLOPE * min(z, _SURFACE_LAYER * lid) * inverse)
    else:
        phi = 1.0 + STABLE_SLOPE * min(z * inverse, _STABLE_END)
    return VON_KARMAN * friction_velocity * z * (1.0 - z / lid) ** 2 / phi


@kernel
def sigma_v(friction_velocity: float, inverse: float, lid: float) -> float:
    """Crosswind velocity fluctuation near the ground, m/s, over an hour."""
    variance = _SHEAR_VARIANCE
    if inverse < 0.0:
        variance += _CONVECTIVE_VARIANCE * (-lid * inverse / VON_KARMAN) ** (2.0 / 3.0)
    return friction_velocity * math.sqrt(variance)


@kernel
def straight_time(time: Array, out: Array) -> None:
    """Fill ``out`` with the time of straight growth that a travel time, s, is worth (Draxler 1976, Irwin 1983)."""
    for i in range(time.size):
        out[i] = time[i] / (1.0 + _SLOWING * math.sqrt(time[i] / _SLOWING_TIME))


@kernel
def layers(roughness_length: float, lid: float, faces: Array) -> None:
    """Fill ``faces`` with heights from roughness length to lid, each a fixed factor above the last, m."""
    count = faces.size - 1
    for i in range(count + 1):
        faces[i] = roughness_length * (lid / roughness_length) ** (i / count)


@kernel
def _sweep(step: float, flux: Array, exchange: Array, uptake: float, c: Array, lower: Array, right: Array) -> None:
    """One implicit step along the wind; ``flux`` is u dz of each layer, ``exchange`` K/dz at each face."""
    last = c.size - 1
    for i in range(last + 1):
        below, above = step * exchange[i], step * exchange[i + 1]
        middle = flux[i] + below + above + (step * uptake if i == 0 else 0.0)
        if i > 0:
            middle -= below * lower[i - 1]
            right[i] = (flux[i] * c[i] + below * right[i - 1]) / middle
        else:
            right[i] = flux[i] * c[i] / middle
        lower[i] = above / middle
    c[last] = right[last]
    for i in range(last - 1, -1, -1):
        c[i] = right[i] + lower[i] * c[i + 1]


@kernel
def column_solution(
    source_height: float,
    uptake: float,
    faces: Array,
    speed: Array,
    diffusion: Array,
    stations: Array,
    out: Array,
) -> None:
    """Fill ``out`` (station, layer) with the crosswind integral of a release of 1 kg/s, kg/m².

    Parameters
    ----------
    source_height : float
        m, within the faces.
    uptake : float
        Deposition velocity at the ground, m/s.
    faces : ndarray, shape (layers + 1,)
        Heights of the layers' borders, m, rising.
    speed : ndarray, shape (layers,)
        Wind in the layers, m/s, above 0.
    diffusion : ndarray, shape (layers + 1,)
        Eddy diffusivity at the borders, m²/s; nothing passes the first and the last.
    stations : ndarray
        Distances along the wind, m, rising from above 0.
    """
    count = speed.size
    middle = 0.5 * (faces[1:] + faces[:-1])
    exchange = np.zeros(count + 1)
    for i in range(1, count):
        exchange[i] = diffusion[i] / (middle[i] - middle[i - 1])
    flux = speed * (faces[1:] - faces[:-1])
    c, lower, right = np.zeros(count), np.zeros(count), np.zeros(count)
    start = min(max(int(np.searchsorted(faces, source_height, side="right")) - 1, 0), count - 1)
    c[start] = 1.0 / flux[start]
    before = 0.0
    for j in range(stations.size):
        step = (stations[j] - before) / _SUBSTEPS
        for _ in range(_SUBSTEPS):
            _sweep(step, flux, exchange, uptake, c, lower, right)
        before = stations[j]
        out[j] = c


@kernel
def layer_diffusion(friction_velocity: float, inverse: float, faces: Array, out: Array) -> None:
    """Fill ``out`` with the eddy diffusivity at the borders of the layers, m²/s."""
    lid = faces[faces.size - 1]
    for i in range(faces.size):
        out[i] = diffusivity(faces[i], friction_velocity, inverse, lid)


@kernel
def layer_speeds(friction_velocity: float, inverse: float, faces: Array, out: Array) -> None:
    """Fill ``out`` with the wind at the middle of each layer, m/s."""
    for i in range(out.size):
        middle = 0.5 * (faces[i] + faces[i + 1])
        out[i] = friction_velocity / VON_KARMAN * wind_shape(middle, faces[0], inverse)


@kernel
def air_resistance(faces: Array, diffusion: Array, out: Array) -> None:
    """Fill ``out`` with the resistance of the air between the ground and the middle of each layer, s/m."""
    below = 0.5 * (faces[0] + faces[1])
    out[0] = 0.0
    for i in range(1, out.size):
        middle = 0.5 * (faces[i] + faces[i + 1])
        out[i] = out[i - 1] + (middle - below) / diffusion[i]
        below = middle
