"""What a pool lies on: land that cools under it by conduction, or water that stirs itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FRESH_WATER = 998.2
"""Density of water at 20 °C, kg/m³ (Wagner and Pruss 2002)."""
WATER_COEFFICIENT = 500.0
"""Heat transfer from water to a pool that boils on it, W/(m² K) (Webber 1990; from memory, unverified).

Chang (1981) measured 92 kW/m² under methane, which this meets at 295 K, and 40 kW/m² under nitrogen, which boils on a
film and gets 2.7 times less than this says.
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a pool lies on.

    Attributes
    ----------
    name : str
    conductivity, diffusivity : float
        W/(m K) and m²/s; the diffusivity is not used where ``heat_transfer`` is above 0.
    least_depth : float
        Depth the surface keeps, m.
    heat_transfer : float
        W/(m² K) of a surface that keeps its temperature; 0 for ground that cools by conduction.
    density : float
        Of what the pool floats on, kg/m³; infinity for what bears it.
    """

    name: str
    conductivity: float
    diffusivity: float
    least_depth: float
    heat_transfer: float = 0.0
    density: float = math.inf

    @property
    def floats(self) -> bool:
        """Whether a pool on it floats."""
        return math.isfinite(self.density)

    def buoyancy(self, density: float) -> float:
        """Share of gravity that spreads a liquid of a density (kg/m³): 1 on land, 1 - rho/rho_w on water."""
        return max(1.0 - density / self.density, 0.0)


WATER = Ground("water", 0.0, 0.0, 0.0018, heat_transfer=WATER_COEFFICIENT, density=FRESH_WATER)
"""Open water that neither freezes nor cools; its least depth is a secondary value, unverified."""
GROUNDS: Mapping[str, Ground] = MappingProxyType(
    {
        item.name: item
        for item in (
            Ground("concrete", 1.28, 6.6e-7, 0.005),
            Ground("soil", 0.9, 4.3e-7, 0.015),
            Ground("insulated", 0.15, 4.0e-7, 0.005),
            WATER,
        )
    }
)
"""Surfaces by name; soil, insulation and least depths are secondary values, unverified."""


def greatest_area(volume: float, *, least_depth: float) -> float:
    """Area a liquid comes to rest at where nothing holds it, m².

    Parameters
    ----------
    volume : float
        m³.
    least_depth : float
        m, above 0.
    """
    return volume / least_depth


def equivalent_diameter(area: float) -> float:
    """Diameter of a circle of an area, m.

    Parameters
    ----------
    area : float
        m².
    """
    return 2.0 * math.sqrt(area / math.pi)
