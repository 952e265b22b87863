"""The air SLAB takes: stability by Golder's diagram as Ermak fits it, wind up to the mixing height, moisture."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab import constants as c

Array = NDArray[np.float64]

_NODES = 250
_GAUSS = np.polynomial.legendre.leggauss(4)
_ROUGH = 0.0111
"""Roughness length from which Golder's lines are powers of it, m."""
_NEUTRAL_CLASS, _STEEPEST = 4.0, 3.5
_LIGHTEST_WIND = 1e-3
_LEAST_REFERENCE = 3.0
"""Least height in the length that flattens the Obukhov length's effect, m."""


class Air(NamedTuple):
    """What kernels know of the air; SI units.

    ``friction`` u*, ``stability`` 1/L at the ground, ``flattening`` the length beyond which stability acts less,
    ``lid`` the mixing height, ``water`` the mass fraction of moisture, ``cap`` ln(101325 Pa / p); ``first``, ``step``
    the logarithms of height its table runs in; ``table`` holds wind, its change with ln z, its integral and height.
    """

    friction: float
    stability: float
    ground_stability: float
    flattening: float
    lid: float
    roughness: float
    temperature: float
    pressure: float
    density: float
    water: float
    molar_mass: float
    cap: float
    top_wind: float
    side_spread: float
    steadiness: float
    first: float
    step: float
    table: Array


def _golder(steps: float, roughness: float) -> float:
    """Size of 1/L at a number of stability steps from neutral, 1/m."""
    one = 0.0081 * roughness**-0.3044
    if roughness > _ROUGH:
        two, three = 0.0385 * roughness**-0.1715, 0.0875 * roughness**-0.1028
    else:
        two = one + 0.0137 * roughness**-0.1715 + 0.0218
        three = two + 0.0557
    second, third = math.log2(two / one), math.log(three / one, 3.0)
    inner = 2.0 * third - second
    if steps < 2.0:
        return float(one * steps**second)
    reach = min(steps, _STEEPEST)
    bend = (second - inner) / (1.0 + (reach - 2.0) ** 2)
    return float(one * reach ** (inner + bend))


def stability_steps(inverse: float, *, roughness_length: float) -> float:
    """Steps from neutral, -3 for class A to 2 for F and on to 3.5, whose Obukhov length is 1 / ``inverse``."""
    low, high = 0.0, _STEEPEST
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _golder(middle, roughness_length) < abs(inverse) else (low, middle)
    return math.copysign(low, inverse) if inverse else 0.0


def class_stability(stability_class: str, *, roughness_length: float) -> float:
    """1/L of a Pasquill class A to F, 1/m."""
    steps = "ABCDEF".index(stability_class) + 1.0 - _NEUTRAL_CLASS
    return math.copysign(_golder(abs(steps), roughness_length), steps) if steps else 0.0


def _shear(height: Array, stability: float, flattening: float, lid: float) -> Array:
    """Dimensionless shear phi_m (1 - z/H)."""
    ratio = stability * height / (1.0 + height / flattening)
    stable = 1.0 + c.STABLE_SLOPE * np.maximum(ratio, 0.0)
    unstable = (1.0 - c.UNSTABLE_SLOPE * np.minimum(ratio, 0.0)) ** -0.25
    factor: Array = np.where(ratio >= 0.0, stable, unstable) * (1.0 - height / lid)
    return factor


def _profile(roughness: float, stability: float, flattening: float, lid: float) -> tuple[float, float, Array, Array]:
    """Shape of the wind and its slope over ln z from e z0 to the lid; below, a parabola meets it smoothly."""
    low, high = math.log(math.e * roughness), math.log(lid)
    nodes = np.linspace(low, high, _NODES)
    step = float(nodes[1] - nodes[0])
    points, weights = _GAUSS

    edges = np.concatenate([low - 1.0 + 0.25 * np.arange(4), nodes])
    gaps = np.diff(edges)
    at = np.exp(edges[:-1, None] + 0.5 * gaps[:, None] * (1.0 + points))
    parts = 0.5 * gaps * (_shear(at, stability, flattening, lid) @ weights)
    shape = np.sum(parts[:4]) + np.concatenate([[0.0], np.cumsum(parts[4:])])
    slope = _shear(np.exp(nodes), stability, flattening, lid)
    return low, step, shape, slope


def _way(
    step: float, shape: Array, slope: Array, heights: Array, stability: float, flattening: float, lid: float
) -> Array:  # fmt: skip
    """Integral of the wind's shape over height: z F less the integral of z dF, in the same steps."""
    points, weights = _GAUSS
    inner = heights[:-1, None] * np.exp(0.5 * step * (1.0 + points))
    risen = 0.5 * step * ((inner * _shear(inner, stability, flattening, lid)) @ weights)
    below = heights[0] * (2.0 * shape[0] / 3.0 - slope[0] / 6.0)
    way: Array = below + heights * shape - heights[0] * shape[0] - np.concatenate([[0.0], np.cumsum(risen)])
    return way


def slab_air(
    *,
    wind_speed: float,
    reference_height: float,
    roughness_length: float,
    inverse_obukhov: float,
    temperature: float,
    relative_humidity: float,
    pressure: float = c.NORMAL_PRESSURE,
    mixing_height: float | None = None,
) -> Air:
    """Air of SLAB from a wind at a height.

    Parameters
    ----------
    wind_speed : float
        m/s, at ``reference_height``.
    reference_height, roughness_length : float
        m.
    inverse_obukhov : float
        1/L at the ground, 1/m; below the steepest that Golder's diagram holds.
    temperature : float
        K.
    relative_humidity : float
        0 to 1.
    pressure : float
        Pa.
    mixing_height : float or None
        m; None takes 130 m times 2 to the power of the stability's steps below +3.

    Notes
    -----
    Ermak (1990), section on the ambient atmosphere: 1/L falls off with height as 1/(1 + z/l), the shear as 1 - z/H.
    """
    steps = stability_steps(inverse_obukhov, roughness_length=roughness_length)
    flattening = math.exp(-0.8 * steps) if steps < 0.0 else 1.0 + 0.8 * steps
    stability = inverse_obukhov * (1.0 + max(reference_height, _LEAST_REFERENCE) / flattening)
    lid = 130.0 * 2.0 ** (3.0 - steps) if mixing_height is None else max(mixing_height, 4.0 * c.TOP_REFERENCE)
    low, step, shape, slope = _profile(roughness_length, stability, flattening, lid)
    heights = np.exp(low + step * np.arange(_NODES))
    edges = low + step * np.arange(_NODES)
    way = _way(step, shape, slope, heights, stability, flattening, lid)
    reference = float(np.interp(math.log(reference_height), edges, shape))
    k = min(int((math.log(reference_height) - low) / step), _NODES - 2)
    if k >= 0:
        reference = _hermite(shape, slope, step, k, (math.log(reference_height) - low) / step - k)
    friction = max(wind_speed, _LIGHTEST_WIND) * c.VON_KARMAN / max(reference, 1e-6)
    scale = friction / c.VON_KARMAN
    vapour = relative_humidity * math.exp(c.WATER_SATURATION_A - c.WATER_SATURATION_B / temperature)
    vapour = min(vapour * c.NORMAL_PRESSURE / pressure, 0.99)
    molar = vapour * c.WATER_MOLAR_MASS + (1.0 - vapour) * c.AIR_MOLAR_MASS
    found = Air(
        friction=friction, stability=stability, ground_stability=inverse_obukhov, flattening=flattening, lid=lid,
        roughness=roughness_length, temperature=temperature, pressure=pressure,
        density=pressure * molar / (c.GAS_CONSTANT * temperature), water=vapour * c.WATER_MOLAR_MASS / molar,
        molar_mass=molar, cap=math.log(c.NORMAL_PRESSURE / pressure), top_wind=0.0, side_spread=0.0, steadiness=0.0,
        first=low, step=step, table=np.array([shape * scale, slope * scale, way * scale, heights]),
    )  # fmt: skip
    return _with_spread(found)


def _with_spread(air: Air) -> Air:
    """Add what follows from the wind at 2 m and 4 m: crosswind spread and the scale of entrainment."""
    rough = math.sqrt(air.friction / max(wind_at(c.SIDE_REFERENCE, air), 1e-9) / c.ROUGH_SCALE)
    weight = c.STABILITY_WEIGHT * rough * air.ground_stability
    steadiness = 1.0 - weight if weight < 0.0 else 1.0 / (1.0 + weight)
    instant = c.SIDE_INTENSITY * (c.LEAST_AVERAGING / c.REFERENCE_AVERAGING) ** c.AVERAGING_POWER
    return air._replace(top_wind=wind_at(c.TOP_REFERENCE, air), side_spread=instant * steadiness, steadiness=steadiness)


@kernel
def _hermite(value: Array, slope: Array, step: float, k: int, share: float) -> float:
    """Cubic between two nodes from values and slopes."""
    s2, s3 = share * share, share * share * share
    found: float = (2 * s3 - 3 * s2 + 1) * value[k] + (3 * s2 - 2 * s3) * value[k + 1]
    return float(found + step * ((s3 - 2 * s2 + share) * slope[k] + (s3 - s2) * slope[k + 1]))


@kernel
def _place(height: float, air: Air) -> tuple[int, float]:
    place = (math.log(height) - air.first) / air.step
    k = int(min(max(place, 0.0), air.table.shape[1] - 2.0))
    return k, min(place - k, 1.0)


@kernel
def wind_at(height: float, air: Air) -> float:
    """Wind at a height, m/s; above the lid as at it, below e z0 a parabola to 0 at the ground."""
    edge = air.table[3, 0]
    if height < edge:
        share = max(height, 0.0) / edge
        value, slope = air.table[0, 0], air.table[1, 0]
        found: float = share * (2.0 * value - slope) + share * share * (slope - value)
        return found
    k, share = _place(height, air)
    return _hermite(air.table[0], air.table[1], air.step, k, share)


@kernel
def way_to(height: float, air: Air) -> float:
    """Integral of the wind from the ground to a height, m²/s."""
    edge = air.table[3, 0]
    if height < edge:
        share = max(height, 0.0) / edge
        value, slope = air.table[0, 0], air.table[1, 0]
        near: float = edge * (share * share * (2.0 * value - slope) / 2.0 + share**3 * (slope - value) / 3.0)
        return near
    if height >= air.lid:
        far: float = air.table[2, air.table.shape[1] - 1] + air.table[0, air.table.shape[1] - 1] * (height - air.lid)
        return far
    k, share = _place(height, air)
    low, high = air.table[3, k], air.table[3, k + 1]
    s2, s3 = share * share, share * share * share
    found: float = (2 * s3 - 3 * s2 + 1) * air.table[2, k] + (3 * s2 - 2 * s3) * air.table[2, k + 1]
    bends = (s3 - 2 * s2 + share) * low * air.table[0, k] + (s3 - s2) * high * air.table[0, k + 1]
    return float(found + air.step * bends)


@kernel
def mean_and_edge(height: float, offset: float, air: Air) -> tuple[float, float]:
    """Mean wind from the ground to a height, ``offset`` (m²/s) added to its integral, and the wind at it, m/s."""
    if height >= air.lid or height < 4.0 * air.roughness:
        return (way_to(height, air) + offset) / height, wind_at(height, air)
    k, t = _place(height, air)
    low = air.table[3, k]
    high = air.table[3, k + 1]
    t2, t3 = t * t, t * t * t
    a, b, e, d = 2 * t3 - 3 * t2 + 1, 3 * t2 - 2 * t3, (t3 - 2 * t2 + t) * air.step, (t3 - t2) * air.step
    edge = a * air.table[0, k] + b * air.table[0, k + 1] + e * air.table[1, k] + d * air.table[1, k + 1]
    way = a * air.table[2, k] + b * air.table[2, k + 1] + e * low * air.table[0, k] + d * high * air.table[0, k + 1]
    return (way + offset) / height, edge


@kernel
def heard_shear(height: float, air: Air) -> float:
    """phi_m of the air at a height, without the lid's factor."""
    ratio = air.stability * height / (1.0 + height / air.flattening)
    if ratio >= 0.0:
        return 1.0 + c.STABLE_SLOPE * ratio
    return float((1.0 - c.UNSTABLE_SLOPE * ratio) ** -0.25)
