"""How much of its full flow a closing valve still passes, by its inherent characteristic.

Linear, quick opening (square root) and equal percentage (50 to the power travel − 1, so 0.14 at half travel, and
nothing when shut), as HydDown gives them.
"""

from __future__ import annotations

import math
from enum import StrEnum

from physics._jit import kernel

RANGEABILITY = 50.0
"""Flow of an equal-percentage valve fully open over that just off its seat."""
LINEAR, EQUAL_PERCENTAGE, QUICK_OPENING = 0, 1, 2


class Curve(StrEnum):
    """Inherent flow characteristic of a valve."""

    LINEAR = "linear"
    EQUAL_PERCENTAGE = "equal-percentage"
    QUICK_OPENING = "quick-opening"

    @property
    def number(self) -> int:
        """What kernels call it."""
        return list(Curve).index(self)


@kernel
def passing(curve: int, travel: float) -> float:
    """Share of the full flow at a share of the travel, 1 open and 0 shut."""
    if travel <= 0.0:
        return 0.0
    if travel >= 1.0:
        return 1.0
    if curve == EQUAL_PERCENTAGE:
        share: float = RANGEABILITY ** (travel - 1.0)
        return share
    return math.sqrt(travel) if curve == QUICK_OPENING else travel


@kernel
def closing(curve: int, t: float, starts: float, stroke: float) -> float:
    """Share of the full flow at time ``t`` of a valve that starts to close at ``starts`` and takes ``stroke``."""
    if t <= starts:
        return 1.0
    return passing(curve, 1.0 - (t - starts) / stroke) if stroke > 0.0 else 0.0
