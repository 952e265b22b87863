"""Vessels as shapes: height of the liquid, wetted wall and cross-section by how full they are. Ends are flat.

Legend: fill liquid-filled fraction of the volume, y height of the level over the vessel's height, d diameter m,
l length of a cylinder m.
"""

from __future__ import annotations

import math
from enum import StrEnum

from physics._jit import kernel

UPRIGHT, HORIZONTAL, SPHERE = 0, 1, 2
"""Numbers of the shapes in kernels, in the order of `Shape`."""
_NEWTON_STEPS = 30
_TOLERANCE = 1e-12
_FLATTEST = 1e-4  # bound on how fast a level moves where the vessel is narrowest


class Shape(StrEnum):
    """How a vessel's level rises with its filling."""

    UPRIGHT = "upright"
    HORIZONTAL = "horizontal"
    SPHERE = "sphere"

    @property
    def number(self) -> int:
        """What kernels call it."""
        return list(Shape).index(self)


@kernel
def segment_angle(fill: float) -> float:
    """Angle θ under which the liquid in a lying cylinder is seen from its axis: θ − sin θ = 2π fill."""
    share = min(fill, 1.0 - fill)
    if share <= 0.0:
        return 0.0 if fill <= 0.5 else 2.0 * math.pi
    goal = 2.0 * math.pi * share
    theta: float = (6.0 * goal) ** (1.0 / 3.0)
    for _ in range(_NEWTON_STEPS):
        sine, rise = math.sin(theta), max(1.0 - math.cos(theta), 1e-12)
        miss = theta - sine - goal
        change = miss / (rise - 0.5 * miss * sine / rise)  # Halley's step
        theta -= change
        if abs(change) < _TOLERANCE * theta:
            break
    return theta if fill <= 0.5 else 2.0 * math.pi - theta


@kernel
def level(shape: int, fill: float) -> float:
    """Height of the liquid over the vessel's height, 0 to 1."""
    share = min(max(fill, 0.0), 1.0)
    if shape == HORIZONTAL:
        return 0.5 * (1.0 - math.cos(0.5 * segment_angle(share)))
    if shape == SPHERE:
        return 0.5 - math.sin(math.asin(1.0 - 2.0 * share) / 3.0)
    return share


@kernel
def fill_at_level(shape: int, y: float) -> float:
    """Liquid-filled fraction of the volume when the liquid stands at ``y``: the inverse of `level`."""
    height = min(max(y, 0.0), 1.0)
    if shape == HORIZONTAL:
        theta = 2.0 * math.acos(1.0 - 2.0 * height)
        return (theta - math.sin(theta)) / (2.0 * math.pi)
    if shape == SPHERE:
        return height * height * (3.0 - 2.0 * height)
    return height


@kernel
def wall_area(shape: int, d: float, length: float) -> float:
    """Inner surface, m²."""
    if shape == SPHERE:
        return math.pi * d * d
    return math.pi * d * length + 0.5 * math.pi * d * d


@kernel
def wetted_area(shape: int, d: float, length: float, fill: float) -> float:
    """Wall under liquid, m²."""
    share = min(max(fill, 0.0), 1.0)
    if shape == SPHERE:
        return math.pi * d * d * level(SPHERE, share)
    if shape == HORIZONTAL:
        return 0.5 * d * length * segment_angle(share) + 0.5 * math.pi * d * d * share
    if share <= 0.0:
        return 0.0
    top = 0.25 * math.pi * d * d if share >= 1.0 else 0.0
    return math.pi * d * length * share + 0.25 * math.pi * d * d + top


@kernel
def wetting(shape: int, d: float, length: float, fill: float) -> tuple[float, float, float]:
    """Level as `level` gives it, wetted wall, m², and how fast that grows with the filling, m²: from one angle."""
    share = min(max(fill, 0.0), 1.0)
    if shape == HORIZONTAL:
        theta = segment_angle(share)
        slope = math.pi * d * length / max(1.0 - math.cos(theta), _FLATTEST) + 0.5 * math.pi * d * d
        wet = 0.5 * d * length * theta + 0.5 * math.pi * d * d * share
        return 0.5 * (1.0 - math.cos(0.5 * theta)), wet, slope
    if shape == SPHERE:
        y = level(SPHERE, share)
        return y, math.pi * d * d * y, math.pi * d * d / max(6.0 * y * (1.0 - y), _FLATTEST)
    return share, wetted_area(shape, d, length, share), math.pi * d * length


@kernel
def surface_area(shape: int, d: float, length: float, fill: float) -> float:
    """Free surface of the liquid, m²; the largest cross-section's thousandth at least."""
    share = min(max(fill, 0.0), 1.0)
    if shape == HORIZONTAL:
        return d * length * max(math.sin(0.5 * segment_angle(share)), 1e-3)
    if shape == SPHERE:
        y = level(SPHERE, share)
        return math.pi * d * d * max(y * (1.0 - y), 2.5e-4)
    return 0.25 * math.pi * d * d


@kernel
def height(shape: int, d: float, length: float) -> float:
    """From the lowest to the highest point, m."""
    return length if shape == UPRIGHT else d


@kernel
def volume(shape: int, d: float, length: float) -> float:
    """Volume, m³."""
    if shape == SPHERE:
        return math.pi * d**3 / 6.0
    return 0.25 * math.pi * d * d * length
