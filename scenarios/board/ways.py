"""Ways out of the outer zone, and where to approach from: geometry of the whole run's outer edge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.board.records import WayOut
from scenarios.outer_edge import FARTHEST, NEAREST, RADII

Array = NDArray[np.float64]

BEARINGS = 24
"""Directions that are tried."""
CANDIDATES = 2
"""Ways of an area whose dose is computed."""
APART = 45.0
"""Angle between two of them, degrees."""
FARTHEST_WALK = 6000.0
"""Nobody is sent farther, m (judgement)."""
_LOOKS = 240
MARGIN = 50.0
"""m beyond the zone's edge (judgement)."""
_NEARER = 0.8
"""Share of its first distance from the source that a way may come near it, inside the zone."""
_BURNING_METRE = 5.0
"""m that each metre inside a cloud that may burn counts beside itself (judgement)."""
APPROACH, STAGING = 100.0, 300.0
"""Distances upwind of all that the gas may reach, m: where one approaches from, and waits (judgement)."""
_ASIDE = (0.0, 45.0, -45.0)
"""Where to stage, degrees off the direction the wind comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Where a level may be reached at the outer edge, as polar half-angles about the wind.

    Attributes
    ----------
    half_angle : ndarray, shape (radius,)
        Radians at `scenarios.outer_edge.RADII`, NaN where it does not reach; the wind's spread is not in it.
    spread : float
        Radians.
    distance, around : float
        Greatest reach, and radius about the source covered against the wind as well, m.
    source : tuple of float
        m east and north.
    bearing : float
        Where the wind blows to, degrees clockwise from north.
    """

    half_angle: Array
    spread: float
    distance: float
    around: float
    source: tuple[float, float]
    bearing: float

    def polar(self, points: Array) -> tuple[Array, Array]:
        """Distance from the source, m, and signed angle off the wind, radians, of points (..., 2)."""
        east, north = points[..., 0] - self.source[0], points[..., 1] - self.source[1]
        angle = np.arctan2(east, north) - math.radians(self.bearing)
        return np.hypot(east, north), (angle + math.pi) % (2.0 * math.pi) - math.pi

    def holds(self, points: Array) -> NDArray[np.bool_]:
        """Whether points (..., 2) lie inside."""
        away, angle = self.polar(points)
        known = np.where(np.isnan(self.half_angle), -1.0, self.half_angle)
        index = np.clip(np.searchsorted(RADII, away), 0, RADII.size - 1)
        widest = np.maximum(known[index], known[np.maximum(index - 1, 0)])
        inside = (widest >= 0.0) & (np.abs(angle) <= widest + self.spread) & (away <= self.distance)
        return np.asarray(inside | ((away <= max(self.around, NEAREST)) & (self.distance > 0.0)))

    def bars(self, places: Array) -> NDArray[np.bool_]:
        """Whether ways (..., step, 2) lead where nobody may be sent, beside the axis and the source."""
        return np.zeros(places.shape[:-2], dtype=bool)

    def longer(self, places: Array) -> Array:
        """Length by which ways (..., step, 2) count as longer than they are, m."""
        return np.zeros(places.shape[:-2])


@dataclass(frozen=True, slots=True, kw_only=True)
class FireZone(Zone):
    """A zone that fire and blast reach too: the cloud that may burn, and circles of heat, blast and fireballs.

    Attributes
    ----------
    burns, may_burn : Zone
        Where the cloud may reach its lower flammable limit, and half of it.
    circles : tuple of tuple of float
        m east and north of the middle, and radius, of what people are to be out of.
    """

    burns: Zone
    may_burn: Zone
    circles: tuple[tuple[float, float, float], ...] = ()

    def holds(self, points: Array) -> NDArray[np.bool_]:
        """Whether points (..., 2) lie inside."""
        inside = Zone.holds(self, points) | self.may_burn.holds(points)
        for east, north, radius in self.circles:
            inside |= np.hypot(points[..., 0] - east, points[..., 1] - north) <= radius
        return np.asarray(inside)

    def bars(self, places: Array) -> NDArray[np.bool_]:
        """Into a cloud that burns from outside it, or nearer to a vessel that may fail while its fireball reaches."""
        burns = self.burns.holds(places)
        found = np.any(burns[..., 1:] & ~burns[..., :-1], axis=-1)
        for east, north, radius in self.circles:
            away = np.hypot(places[..., 0] - east, places[..., 1] - north)
            found |= np.any((away <= radius) & (away < _NEARER * away[..., :1]), axis=-1)
        return np.asarray(found)

    def longer(self, places: Array) -> Array:
        """A metre inside the cloud that may burn counts as more than one outside it: ways lead across it first."""
        step = np.hypot(*np.moveaxis(places[..., 1, :] - places[..., 0, :], -1, 0))
        return np.asarray(_BURNING_METRE * step * np.sum(self.may_burn.holds(places), axis=-1))


def straight_away(home: Array, zone: Zone, *, speed: float) -> WayOut:
    """Give the way straight from the source, where nothing better is known: no wind, or no other way out.

    Parameters
    ----------
    home : ndarray, shape (2,)
        m east and north.
    """
    gone = np.linspace(0.0, FARTHEST_WALK, _LOOKS)
    bearing = math.degrees(math.atan2(home[0] - zone.source[0], home[1] - zone.source[1])) % 360.0
    aim = np.array([math.sin(math.radians(bearing)), math.cos(math.radians(bearing))])
    inside = np.flatnonzero(zone.holds(home + gone[:, None] * aim))
    last = int(inside[-1]) + 1 if inside.size else 0
    length = float(gone[min(last, _LOOKS - 1)]) + MARGIN
    end = home + length * aim
    return WayOut(
        bearing=bearing,
        distance=length,
        off_wind=None,
        corners=((float(home[0]), float(home[1])), (float(end[0]), float(end[1]))),
        speed=speed,
    )


def ways_out(home: Array, zone: Zone, *, speed: float) -> tuple[WayOut, ...]:
    """Give the shortest straight ways out of a zone that lead neither through the cloud's axis nor to its source.

    Parameters
    ----------
    home : ndarray, shape (2,)
        m east and north.
    """
    bearings = np.arange(BEARINGS) * 360.0 / BEARINGS + zone.bearing
    gone = np.linspace(0.0, FARTHEST_WALK, _LOOKS)
    aim = np.radians(bearings)
    places = home + gone[None, :, None] * np.column_stack([np.sin(aim), np.cos(aim)])[:, None, :]
    inside = zone.holds(places)
    away, angle = zone.polar(places)
    near = np.any(inside & (away < _NEARER * away[:, :1]), axis=1)
    across = away * np.sin(angle)
    through = np.any(inside & (across * across[:, :1] < 0.0) & (np.abs(across) > MARGIN), axis=1)
    last = np.where(inside.any(axis=1), _LOOKS - 1 - np.argmax(inside[:, ::-1], axis=1), -1)
    leads_out = last < _LOOKS - 1
    allowed = leads_out & ~near & ~through & ~zone.bars(places)
    length = np.where(allowed, gone[np.minimum(last + 1, _LOOKS - 1)] + MARGIN, np.inf)
    found: list[WayOut] = []
    for index in np.argsort(length + zone.longer(places), kind="stable"):
        if not math.isfinite(length[index]) or len(found) == CANDIDATES:
            break
        bearing = float(bearings[index] % 360.0)
        if all(abs(_turn(bearing - way.bearing)) >= APART for way in found):
            end = home + length[index] * np.array([math.sin(aim[index]), math.cos(aim[index])])
            found.append(
                WayOut(
                    bearing=bearing,
                    distance=float(length[index]),
                    off_wind=abs(_turn(bearing - zone.bearing)),
                    corners=((float(home[0]), float(home[1])), (float(end[0]), float(end[1]))),
                    speed=speed,
                )
            )
    return tuple(found)


def _turn(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0


def approach(warm: Zone) -> dict[str, Any] | None:
    """Where to come from and wait: upwind, outside the warm zone in every wind of the spread; ``None`` beyond 10 km."""
    if warm.spread >= 0.5 * math.pi or warm.around + APPROACH > FARTHEST:
        return None
    upwind = (warm.bearing + 180.0) % 360.0

    def place(bearing: float, away: float) -> dict[str, float]:
        aim = math.radians(bearing)
        east, north = warm.source[0] + away * math.sin(aim), warm.source[1] + away * math.cos(aim)
        return {"bearing_deg": round(bearing % 360.0, 1), "distance_m": round(away, 1), "x_m": east, "y_m": north}

    def outside(item: dict[str, float]) -> bool:
        return not bool(warm.holds(np.array([item["x_m"], item["y_m"]])))

    near = place(upwind, warm.around + APPROACH)
    staging = [place(upwind + aside, warm.around + STAGING) for aside in _ASIDE]
    staging = [item for item in staging if outside(item)]
    return {"approach": near, "staging": staging} if outside(near) and staging else None
