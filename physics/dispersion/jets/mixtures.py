"""What a jet becomes as air comes in: density, mole fraction and temperature of its mixtures by mass concentration.

Heat is conserved on mixing at constant heat capacities; droplets of the substance and of the air's water stand in
equilibrium with their vapours (`physics.dispersion.slab.thermodynamics`), so that droplets evaporate on the way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.slab.air import Air
from physics.dispersion.slab.thermodynamics import Gas, mix, mole_fraction

Array = NDArray[np.float64]

_SHARES, _NODES = 161, 385
"""Mixtures that are solved for, and nodes of the table they are read from: twice as many move a width by 1e-4."""
DENSITY, MOLES, WARMTH = range(3)
"""Columns of the table: kg/m³, mole fraction, K."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixtures:
    """Mixtures of one release with one air.

    Attributes
    ----------
    table : ndarray, shape (n, 3)
        Density, kg/m³, mole fraction and temperature, K, even in ln(1 + c / air's density) from 0 to ``last``.
    last : float
        That quantity of the release itself.
    air_density : float
        kg/m³.
    pure : float
        Mass concentration of the release itself: its density, kg/m³.
    """

    table: Array
    last: float
    air_density: float
    pure: float

    def concentration_of(self, moles: Array) -> Array:
        """Mass concentration, kg/m³, at which a mixture has a mole fraction; same shape."""
        places = np.linspace(0.0, self.last, self.table.shape[0])
        place = np.interp(moles, self.table[:, MOLES], places)
        found: Array = self.air_density * np.expm1(place)
        return found

    def read(self, concentration: Array, column: int) -> Array:
        """A column of the table at mass concentrations, kg/m³; same shape."""
        places = np.linspace(0.0, self.last, self.table.shape[0])
        place = np.log1p(concentration / self.air_density)
        found: Array = np.interp(place, places, self.table[:, column])
        return found


@kernel
def _mix_all(shares: Array, guess: float, gas: Gas, air: Air, out: Array) -> None:
    warm = guess
    for i in range(shares.size):
        warm, density, _ = mix(shares[i], 0.0, warm, gas, air)
        out[i, 0], out[i, 1], out[i, 2] = density, mole_fraction(shares[i], gas, air), warm


def mixtures_of(gas: Gas, air: Air) -> Mixtures:
    """Tabulate the mixtures of a release with air.

    Parameters
    ----------
    gas : Gas
        Its ``start`` is the enthalpy of a kilogram as released.
    air : Air
    """
    # even where little is left of the release, and where little air has come in
    shares = 0.5 - 0.5 * np.cos(np.pi * np.linspace(0.0, 1.0, _SHARES))
    found = np.empty((_SHARES, 3))
    _mix_all(shares, float(air.temperature), gas, air, found)
    around = float(found[0, DENSITY])
    concentration = shares * found[:, DENSITY]
    place = np.log1p(concentration / around)
    nodes = np.linspace(0.0, place[-1], _NODES)
    table = np.stack([np.interp(nodes, place, found[:, k]) for k in range(3)], axis=1)
    return Mixtures(
        table=np.ascontiguousarray(table),
        last=float(place[-1]),
        air_density=around,
        pure=float(found[-1, DENSITY]),
    )


@kernel
def density_at(concentration: float, table: Array, last: float, around: float) -> tuple[float, float]:
    """Density, kg/m³, of a mixture and how it changes with the mass concentration, 1."""
    steps = table.shape[0] - 1
    place = min(max(math.log1p(concentration / around), 0.0), last) / last * steps
    low = min(int(place), steps - 1)
    rise = table[low + 1, 0] - table[low, 0]
    return table[low, 0] + (place - low) * rise, rise * steps / last / (concentration + around)
