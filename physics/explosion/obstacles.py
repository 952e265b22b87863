"""Regions of a plant where a flame would speed up, from plain boxes.

Which boxes make one region follows the Yellow Book's distances (from memory, unverified); which regions explode as one
follows van den Berg and Mos (2005).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

CONFINEMENTS = ("3d", "2.5d", "2d")
"""Ways a flame may expand, from free to between two planes."""
NEAR_SMALL, NEAR_LONG, NEAR_MOST = 10.0, 1.5, 25.0
"""Obstacles belong together when the gap between them is under ten times the smaller one's width, or one and a half
times its length, and at most 25 m (Yellow Book 2005, from memory, unverified)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An obstacle: a block along the axes, m; ``solid`` is the share of it that no gas can fill."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]
    name: str = ""
    solid: float = 1.0

    @property
    def size(self) -> tuple[float, float, float]:
        """Lengths of its sides, m."""
        return tuple(b - a for a, b in zip(self.low, self.high, strict=True))  # type: ignore[return-value]

    @property
    def volume(self) -> float:
        """m³."""
        return math.prod(self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the plant where a flame would speed up.

    Attributes
    ----------
    name : str
    low, high : tuple of float
        Corners of the block around its obstacles, m.
    volume, blocked : float
        Of the block around its obstacles, and what they take of it, m³; sums where it is several blocks.
    obstacle_diameter : float
        Usual width of its obstacles, m.
    confinement : str
        Ways a flame may expand: ``3d``, ``2.5d`` or ``2d``.
    """

    name: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    volume: float
    blocked: float
    obstacle_diameter: float
    confinement: str = "3d"

    @property
    def free_volume(self) -> float:
        """That gas can fill, m³."""
        return max(self.volume - self.blocked, 0.0)

    @property
    def blockage(self) -> float:
        """Share of it that obstacles take."""
        return self.blocked / self.volume if self.volume > 0.0 else 0.0

    @property
    def centre(self) -> tuple[float, float]:
        """East and north, m."""
        return 0.5 * (self.low[0] + self.high[0]), 0.5 * (self.low[1] + self.high[1])

    @property
    def flame_path(self) -> float:
        """Distance a flame can run: the radius of the half-sphere of its volume (Eggen 1998), m."""
        return float((3.0 * self.volume / (2.0 * math.pi)) ** (1.0 / 3.0))


def _together(one: Box, other: Box) -> bool:
    smaller = min(one, other, key=lambda box: box.volume)
    near = max(NEAR_SMALL * min(smaller.size), NEAR_LONG * max(smaller.size))
    return gap(one, other) <= min(near, NEAR_MOST)


def obstructed_regions(boxes: Sequence[Box], *, confinement: str = "3d") -> tuple[Region, ...]:
    """Regions that boxes make up, those near one another in one.

    Parameters
    ----------
    boxes : sequence of Box
    confinement : str
        Of all of them.
    """
    left, found = list(boxes), []
    while left:
        group, waiting = [], [left.pop(0)]
        while waiting:
            box = waiting.pop()
            group.append(box)
            near = [other for other in left if _together(box, other)]
            left = [other for other in left if not any(other is one for one in near)]
            waiting += near
        found.append(_region(group, confinement))
    return tuple(found)


def _region(group: Sequence[Box], confinement: str) -> Region:
    low = tuple(min(box.low[k] for box in group) for k in range(3))
    high = tuple(max(box.high[k] for box in group) for k in range(3))
    whole = math.prod(b - a for a, b in zip(low, high, strict=True))
    blocked = min(sum(box.solid * box.volume for box in group), whole)
    widths = sorted(sorted(box.size)[1] for box in group)
    return Region(
        name=" + ".join(box.name for box in group if box.name) or "obstacles",
        low=low,  # type: ignore[arg-type]
        high=high,  # type: ignore[arg-type]
        volume=whole,
        blocked=blocked,
        obstacle_diameter=widths[len(widths) // 2],
        confinement=confinement,
    )


def both(a: Region, b: Region) -> Region:
    """Two regions as one; their volumes add up, and what lies between them does not count.

    Parameters
    ----------
    a, b : Region
    """
    low = tuple(map(min, a.low, b.low))
    high = tuple(map(max, a.high, b.high))
    return replace(
        a,
        name=f"{a.name} + {b.name}",
        low=low,  # type: ignore[arg-type]
        high=high,  # type: ignore[arg-type]
        volume=a.volume + b.volume,
        blocked=a.blocked + b.blocked,
        obstacle_diameter=min(a.obstacle_diameter, b.obstacle_diameter),
        confinement=max(a.confinement, b.confinement, key=CONFINEMENTS.index),
    )


def gap(one: Box | Region, other: Box | Region) -> float:
    """Distance between two blocks, m; 0 where they touch or overlap.

    Parameters
    ----------
    one, other : Box or Region
    """
    apart = [
        max(a - d, b - c, 0.0)
        for a, c, b, d in zip(one.low, one.high, other.low, other.high, strict=True)
    ]  # fmt: skip
    return math.hypot(*apart)
