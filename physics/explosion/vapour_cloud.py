"""Explosions of a vapour cloud: each part of it among obstacles is one of its own.

What burns among obstacles explodes; what lies in the open burns as a flash fire with a weak blast (van den Berg 1985).
Regions are given a strength by Kinsella (1993) and a flame's Mach number by Pierorazio and others (2005).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from physics.explosion.baker_strehlow_tang import flame_mach
from physics.explosion.multi_energy import ENERGY_DENSITY
from physics.explosion.obstacles import Region, both, gap
from physics.explosion.strength import PLATEAU, congestion_of, kinsella_strength
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE

AIR_PER_OXYGEN = 4.773
"""Moles of air per mole of oxygen."""
_ATOMS = re.compile(r"([A-Z][a-z]?)(\d*)")
_OXYGEN = MappingProxyType({"C": 1.0, "H": 0.25, "S": 1.0, "O": -0.5, "Cl": -0.25, "F": -0.25, "Br": -0.25})
"""Moles of oxygen that an atom takes when it burns to CO2, H2O, SO2 and hydrogen halides; nitrogen takes none."""

STRONG, WEAK = 100e3, 10e3
SPAN_STRONG, SPAN_WEAK = 0.5, 0.25
"""Regions explode as one when the gap is under half their length for a source of 100 kPa, a quarter for one of 10 kPa,
and between them in proportion (van den Berg and Mos 2005)."""
OPEN_STRENGTH = 1
"""Strength of what burns in the open (Kinsella 1993: weak ignition, no obstacles, no confinement)."""


def stoichiometric_fraction(formula: str) -> float:
    """Mole fraction of a fuel in air that burns it whole.

    Parameters
    ----------
    formula : str
        Such as ``C3H8``.

    Raises
    ------
    ValueError
        It takes no oxygen: it does not burn.
    """
    oxygen = sum(_OXYGEN.get(atom, 0.0) * int(count or 1) for atom, count in _ATOMS.findall(formula))
    if oxygen <= 0.0:
        raise ValueError(f"{formula} takes no oxygen: it does not burn")
    return 1.0 / (1.0 + AIR_PER_OXYGEN * oxygen)


def stoichiometric_volume(
    *, mass: float, molar_mass: float, fraction: float, temperature: float = 288.15, pressure: float = STANDARD_PRESSURE
) -> float:
    """Volume of a stoichiometric mixture with air that holds a mass of fuel, m³.

    Parameters
    ----------
    mass : float
        kg.
    molar_mass : float
        kg/mol.
    fraction : float
        Stoichiometric, `stoichiometric_fraction`.
    temperature, pressure : float
        Of the mixture, K and Pa.
    """
    return mass / molar_mass * GAS_CONSTANT * temperature / pressure / fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplosionSource:
    """One explosion of a cloud.

    Attributes
    ----------
    name : str
        Of its region; ``open`` for what burns in the open.
    centre : tuple of float
        East and north, m; that of the cloud for what burns in the open.
    volume, energy : float
        Of stoichiometric mixture that burns, m³ and J.
    strength : int
        Class of the multi-energy method.
    flame_mach : float or None
        For Baker, Strehlow and Tang; ``None`` in the open.
    says : tuple of str
    """

    name: str
    centre: tuple[float, float]
    volume: float
    energy: float
    strength: int
    flame_mach: float | None
    says: tuple[str, ...]


def _span(strength: int) -> float:
    share = (PLATEAU[strength - 1] - WEAK) / (STRONG - WEAK)
    return SPAN_WEAK + (SPAN_STRONG - SPAN_WEAK) * min(max(share, 0.0), 1.0)


def _joined(regions: Sequence[tuple[Region, int]]) -> list[tuple[Region, int]]:
    """Regions near enough to explode as one are one, with the greater strength."""
    found = list(regions)
    k = 0
    while k < len(found):
        for other in range(k + 1, len(found)):
            (a, s), (b, t) = found[k], found[other]
            first = a if a.volume >= b.volume else b
            long = max(d - c for c, d in zip(first.low[:2], first.high[:2], strict=True))
            if gap(a, b) < _span(max(s, t)) * long:
                found[k] = (both(a, b), max(s, t))
                del found[other]
                k = -1
                break
        k += 1
    return found


def explosion_sources(
    *, volume: float, regions: Sequence[Region], reactivity: str = "medium", centre: tuple[float, float] = (0.0, 0.0),
    strong_ignition: bool = False,
) -> tuple[ExplosionSource, ...]:  # fmt: skip
    """Explosions that a cloud makes among obstacles, and what burns in the open.

    Parameters
    ----------
    volume : float
        Of the cloud as stoichiometric mixture, `stoichiometric_volume` of its flammable mass, m³.
    regions : sequence of Region
        That the cloud reaches.
    reactivity : str
        Of the fuel: ``high``, ``medium`` or ``low``.
    centre : tuple of float
        Of the cloud, for what burns in the open.
    strong_ignition : bool
        Whether an explosion lights it.

    Notes
    -----
    Where the cloud is smaller than its regions together, each is filled as far as the whole cloud would go: nobody
    knows which it would be, and each is shown at its worst. What is left for the open counts all of them.
    """
    rated = [
        (
            region,
            kinsella_strength(
                blockage=region.blockage, confined=region.confinement != "3d", strong_ignition=strong_ignition
            ),
        )
        for region in regions
    ]
    found, filled = [], 0.0
    for region, strength in _joined(rated):
        inside = min(region.free_volume, volume)
        if inside <= 0.0:
            continue
        filled += inside
        congestion = congestion_of(region.blockage)
        mach = flame_mach(reactivity=reactivity, congestion=congestion, confinement=region.confinement)
        says = (
            f"{region.name}: {inside:.4g} m³ of mixture among obstacles that take {100.0 * region.blockage:.3g} % of "
            f"the volume; strength {strength} by Kinsella, flame at Mach {mach:g} by Pierorazio"
        )
        found.append(
            ExplosionSource(
                name=region.name,
                centre=region.centre,
                volume=inside,
                energy=ENERGY_DENSITY * inside,
                strength=strength,
                flame_mach=mach,
                says=(says,),
            )
        )
    rest = max(volume - filled, 0.0)
    if rest > 0.0:
        says = f"{rest:.4g} m³ of mixture in the open: strength {OPEN_STRENGTH}"
        found.append(
            ExplosionSource(
                name="open",
                centre=centre,
                volume=rest,
                energy=ENERGY_DENSITY * rest,
                strength=OPEN_STRENGTH,
                flame_mach=None,
                says=(says,),
            )
        )
    return tuple(found)
