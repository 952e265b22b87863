"""Roughness of the ground by the direction the wind comes from."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

_TURN = 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoughnessSectors:
    """Roughness lengths by sector.

    Attributes
    ----------
    begins : tuple of float
        Direction at which each sector begins, degrees clockwise from north, rising, in [0, 360); the last one reaches
        round to the first.
    roughness_length : tuple of float
        Of each sector, m.
    """

    begins: tuple[float, ...]
    roughness_length: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse sectors that do not divide the circle."""
        if not self.begins or len(self.begins) != len(self.roughness_length):
            raise ValueError("every sector needs a direction and a roughness length")
        rising = all(a < b for a, b in zip(self.begins, self.begins[1:], strict=False))
        if not rising or not all(0.0 <= begin < _TURN for begin in self.begins):
            raise ValueError("sectors must begin at rising directions from 0 up to 360 degrees")
        if not all(math.isfinite(length) and length > 0.0 for length in self.roughness_length):
            raise ValueError("roughness lengths must be above 0 m")

    def at(self, wind_from_direction: float) -> float:
        """Roughness length, m, that a wind from a direction, degrees, has come over."""
        index = bisect_right(self.begins, wind_from_direction % _TURN) - 1
        return self.roughness_length[index]
