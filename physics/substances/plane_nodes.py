"""Where the nodes of a gas plane lie: shared by what builds the shipped arrays and what reads them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from physics.substances.plane import PLANE_PROPERTIES, lower_temperature, upper_temperature

Array = NDArray[np.float64]

LOWER_NODES = (48, 13)
UPPER_NODES = (64, 45)
"""Nodes in temperature and in density of the two patches."""
DENSEST = 2.2
"""Highest density of a plane over the critical one."""


class Departing(Protocol):
    """What gives departures from the ideal gas at one temperature."""

    def departures(self, temperature: float, density: Array) -> Array:
        """Compressibility factor less one and residual internal energy over RT, shape (2, densities)."""


def lower_nodes(source: Departing, *, low: float, switch: float, saturated: Array) -> Array:
    """Departures at the nodes below ``switch``; ``saturated`` holds the vapour's density at their temperatures."""
    n, m = LOWER_NODES
    share = np.linspace(0.0, 1.0, m)
    out = np.empty((PLANE_PROPERTIES, n, m))
    for i, temperature in enumerate(lower_temperature(low, switch, n)):
        out[:, i, :] = source.departures(float(temperature), share * saturated[i])
    return out


def upper_nodes(source: Departing, *, switch: float, high: float, dense: float) -> Array:
    """Departures at the nodes from ``switch`` up."""
    n, m = UPPER_NODES
    density = np.linspace(0.0, dense, m)
    out = np.empty((PLANE_PROPERTIES, n, m))
    for i, temperature in enumerate(upper_temperature(switch, high, n)):
        out[:, i, :] = source.departures(float(temperature), density)
    return out
