"""A flame: what every burning model gives, and the heat it sends to any place.

The frame is the source's: x downwind, or along a horizontal jet, y across, z up, the origin on the ground below the
source; the wind of a horizontal jet comes as a vector in that frame. A flame is a closed surface that radiates
(`solid`), a row of points (`rays`), or a ball that grows and rises (`ball`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics._jit import kernel
from physics.cards import Caveat
from physics.fire.solid import Solid, facing_flux, greatest_flux, transmitted
from physics.fire.transmissivity import Absorption, table
from physics.weather import Weather

Array = NDArray[np.float64]

_KEPT = 256
"""Airs whose tables are kept."""
DOSE_EXPONENT = 4.0 / 3.0
"""Of the heat flux in a thermal dose, (W/m²)^4/3 s (Eisenberg 1975)."""


class FireKind(StrEnum):
    """How something burns."""

    POOL = "pool-fire"
    JET = "jet-fire"
    FIREBALL = "fireball"
    FLASH = "flash-fire"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rays:
    """Points that radiate to all sides.

    Attributes
    ----------
    places : ndarray, shape (n, 3)
        m.
    power : ndarray, shape (n,)
        Heat radiated by each, W.
    most : float
        Flux that is not exceeded near them, W/m².
    """

    places: Array
    power: Array
    most: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ball:
    """A ball over the source in the course of time; steady between one time and the next.

    Attributes
    ----------
    time : ndarray, shape (n + 1,)
        s, rising; ball k lasts from time k to k + 1.
    radius, height, power : ndarray, shape (n,)
        Of the ball and its centre, m; emissive power, W/m².
    """

    time: Array
    radius: Array
    height: Array
    power: Array


@kernel
def _rays(points: Array, normals: Array, places: Array, power: Array, most: float, air: Array, out: Array) -> None:
    aimed = normals.shape[0] > 0
    for p in range(points.shape[0]):
        ex, ey, ez, total = 0.0, 0.0, 0.0, 0.0
        for k in range(places.shape[0]):
            dx, dy, dz = places[k, 0] - points[p, 0], places[k, 1] - points[p, 1], places[k, 2] - points[p, 2]
            away = max(math.sqrt(dx * dx + dy * dy + dz * dz), 1e-6)
            flux = power[k] / (4.0 * math.pi * away * away) * transmitted(air, away) / away
            ex, ey, ez = ex + flux * dx, ey + flux * dy, ez + flux * dz
            if aimed:
                total += max(flux * (dx * normals[p, 0] + dy * normals[p, 1] + dz * normals[p, 2]), 0.0)
        if not aimed:
            total = math.sqrt(ex * ex + ey * ey + ez * ez)
        out[p] = min(total, most)


@kernel
def _ball(points: Array, normals: Array, radius: Array, height: Array, power: Array, air: Array, out: Array) -> None:
    """Fill ``out`` (n, time) with the flux at points (n, 3)."""
    aimed = normals.shape[0] > 0
    for p in range(points.shape[0]):
        for k in range(radius.size):
            dx, dy, dz = -points[p, 0], -points[p, 1], height[k] - points[p, 2]
            away = math.sqrt(dx * dx + dy * dy + dz * dz)
            if away <= radius[k]:
                out[p, k] = power[k]
                continue
            factor = (radius[k] / away) ** 2
            if aimed:
                cosine = (dx * normals[p, 0] + dy * normals[p, 1] + dz * normals[p, 2]) / away
                factor *= max(cosine, 0.0)
            out[p, k] = power[k] * factor * transmitted(air, away - radius[k])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flame:
    """A flame and the air around it.

    Attributes
    ----------
    kind : FireKind
    model : str
        Registry name.
    surface_emissive_power : float
        Greatest of its surface, W/m²; what a target inside the flame receives.
    duration : float
        s; inf for one that burns on.
    length, width : float
        Of the visible flame, m.
    tilt : float
        Of its axis from the vertical, towards x, radians.
    height : float
        Of its middle, m.
    radiative_fraction : float
        Of the heat of combustion; NaN where the model does not go by it.
    absorption : Array
        Transmissivities by path (`physics.fire.transmissivity.table`).
    """

    kind: FireKind
    model: str
    surface_emissive_power: float
    absorption: Array
    duration: float = math.inf
    length: float = 0.0
    width: float = 0.0
    tilt: float = 0.0
    height: float = 0.0
    radiative_fraction: float = math.nan
    solid: Solid | None = None
    rays: Rays | None = None
    ball: Ball | None = None
    says: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = field(default=())

    @property
    def surface(self) -> Array:
        """Triangles of the flame's surface, shape (n, 3, 3), m; none where it is a row of points."""
        if self.solid is not None:
            return self.solid.triangles
        if self.ball is not None:
            largest = int(np.argmax(self.ball.radius))
            return globe(float(self.ball.radius[largest]), float(self.ball.height[largest]))
        return np.empty((0, 3, 3))

    def heat_flux(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, *, facing: ArrayLike | None = None) -> Array:
        """Heat flux at points, W/m², greatest over the target's orientation and, of a fireball, over time.

        Parameters
        ----------
        x, y, z : array_like
            m, broadcast together.
        facing : array_like or None
            Normals (..., 3) of targets that do not turn; broadcast with the points.
        """
        shape, points, normals = _gathered(x, y, z, facing)
        out = np.zeros(len(points))
        if self.solid is not None:
            of = self.solid
            if facing is None:
                parts = (of.vertices, of.facets, of.edges, of.planes, of.power, of.axis)
                greatest_flux(points, *parts, self.absorption, out)
            else:
                parts_facing = (of.vertices, of.facets, of.planes, of.power, of.axis)
                facing_flux(points, normals, *parts_facing, self.absorption, out)
        elif self.rays is not None:
            _rays(points, normals, self.rays.places, self.rays.power, self.rays.most, self.absorption, out)
        elif self.ball is not None:
            out = np.max(self._ball_flux(points, normals), axis=1)
        return out.reshape(shape)

    def heat_flux_in_time(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> tuple[Array, Array]:
        """Times between which a fireball's flux is steady, shape (n + 1,), and the flux, shape (n, *points), W/m²."""
        shape, points, normals = _gathered(x, y, z, None)
        if self.ball is None:
            return np.array([0.0, self.duration]), self.heat_flux(x, y, z)[None]
        flux = self._ball_flux(points, normals)
        return self.ball.time, flux.T.reshape(len(self.ball.radius), *shape)

    def dose(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, *, duration: float) -> Array:
        """Thermal dose of who stays for a time or until the fire ends, ∫ q^4/3 dt, (W/m²)^4/3 s.

        Parameters
        ----------
        x, y, z : array_like
            m, broadcast together.
        duration : float
            s.
        """
        if self.ball is None:
            steady: Array = self.heat_flux(x, y, z) ** DOSE_EXPONENT * min(duration, self.duration)
            return steady
        times, flux = self.heat_flux_in_time(x, y, z)
        steps = np.diff(np.minimum(times, duration))
        found: Array = np.tensordot(steps, flux**DOSE_EXPONENT, axes=1)
        return found

    def _ball_flux(self, points: Array, normals: Array) -> Array:
        assert self.ball is not None
        out = np.empty((len(points), len(self.ball.radius)))
        _ball(points, normals, self.ball.radius, self.ball.height, self.ball.power, self.absorption, out)
        return out


def _gathered(
    x: ArrayLike, y: ArrayLike, z: ArrayLike, facing: ArrayLike | None
) -> tuple[tuple[int, ...], Array, Array]:
    """Shape of the points, the points (n, 3), and unit normals (n, 3), or (0, 3) where none are given."""
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (x, y, z)))
    shape = arrays[0].shape
    points = np.ascontiguousarray(np.stack([array.ravel() for array in arrays], axis=1))
    if facing is None:
        return shape, points, np.empty((0, 3))
    given = np.asarray(facing, dtype=np.float64)
    given = given / np.linalg.norm(given, axis=-1, keepdims=True)
    return shape, points, np.ascontiguousarray(np.broadcast_to(given, (*shape, 3)).reshape(-1, 3))


def absorption_of(weather: Weather, absorption: Absorption = Absorption.WAYNE) -> Array:
    """Transmissivities by path in a weather's air."""
    return _tabulated(absorption, float(weather.ambient_temperature), float(weather.relative_humidity))


@lru_cache(maxsize=_KEPT)
def _tabulated(absorption: Absorption, temperature: float, relative_humidity: float) -> Array:
    """One table for every flame in the same air; never written to."""
    return table(absorption, temperature=temperature, relative_humidity=relative_humidity)


def globe(radius: float, height: float, *, rows: int = 24) -> Array:
    """Triangles of a sphere over the origin, counter-clockwise from outside, shape (n, 3, 3), m."""
    polar, round_about = np.linspace(0.0, math.pi, rows + 1), np.linspace(0.0, 2.0 * math.pi, 2 * rows + 1)
    p, r = np.meshgrid(polar, round_about, indexing="ij")
    nodes = radius * np.stack([np.sin(p) * np.cos(r), np.sin(p) * np.sin(r), np.cos(p)], axis=-1)
    nodes[..., 2] += height
    a, b, c, d = nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]
    first, second = np.stack([a, b, c], axis=-2), np.stack([a, c, d], axis=-2)
    return np.concatenate([first.reshape(-1, 3, 3), second.reshape(-1, 3, 3)])
