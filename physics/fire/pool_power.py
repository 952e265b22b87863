"""Surface emissive power of pool fires, by published models.

    Mudan (1984)           140 e^(−0.12 D) + 20 (1 − e^(−0.12 D)) kW/m²: clear spots among smoke
    Yellow Book (2005)     F_s ṁ″ ΔH_c/(1 + 4 L/D), of which smoke at 20 kW/m² hides a share
    LNGFIRE3               190 (1 − e^(−0.3 D)) kW/m² for LNG (American Gas Association 1974)
    POOLFIRE6              E = E_m (1 − e^(−k D)) in a clear zone at the foot, above it a share of it among smoke at
    (Rew et al. 1997)      20 kW/m²; the zone is 11.404 m*^1.13 u*^0.179 (C/H)^−2.49 D high (Pritchard and Binding 1992)

The first two were read [secondary]; the numbers of the last two are from memory, unverified.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from physics.fire.fuels import Fuel
from physics.fire.pool_shape import PoolWind

SMOKE = 20e3
"""Emissive power of smoke, W/m² (Mudan 1984, Hägglund and Persson 1976)."""
SMOKY_DIAMETER = 2.0
"""m: pools up to it are taken to burn without the cloak of smoke."""
SOOTY_FRACTION = 0.4
"""Share of the heat of combustion radiated, as the Yellow Book's example takes for benzene; its range is 0.1 to 0.4."""
CLEAN_FRACTION = 0.2
"""The same for fuels that burn without smoke (Burgess and Hertzberg: methanol 0.17, methane 0.2; from memory)."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Emissive power from the foot upwards.

    Attributes
    ----------
    shares : tuple of float
        Of the flame's length, rising to 1.
    power : tuple of float
        W/m², in each.
    """

    shares: tuple[float, ...]
    power: tuple[float, ...]


def mudan_power(*, diameter: float) -> float:
    """Emissive power of a sooty fire, W/m²."""
    clear = math.exp(-0.12 * diameter)
    return 140e3 * clear + SMOKE * (1.0 - clear)


def radiated_power(
    *, burning_rate: float, heat_of_combustion: float, radiative_fraction: float, length_over_diameter: float
) -> float:
    """Emissive power of a flame without smoke, W/m²: the heat radiated over its side and top."""
    return radiative_fraction * burning_rate * heat_of_combustion / (1.0 + 4.0 * length_over_diameter)


def among_smoke(power: float, *, soot_share: float) -> float:
    """Emissive power of a flame of which smoke hides a share, W/m²."""
    return power * (1.0 - soot_share) + SMOKE * soot_share


def aga_lng_power(*, diameter: float) -> float:
    """Emissive power of LNG, W/m² (LNGFIRE3)."""
    return 190e3 * -math.expm1(-0.3 * diameter)


@dataclass(frozen=True, slots=True)
class Optics:
    """Of POOLFIRE6: limit of the emissive power, W/m²; extinction, 1/m; share of the upper flame smoke leaves free."""

    limit: float
    extinction: float
    unobscured: float


POOLFIRE6 = {
    "LNG": Optics(265e3, 0.149, 0.77),
    "LPG": Optics(250e3, 0.5, 0.31),
    "gasoline": Optics(130e3, 2.0, 0.02),
    "kerosene": Optics(130e3, 2.0, 0.02),
}
"""By fuel, from memory, unverified."""
BURNS_LIKE = {"methane": "LNG", "natural gas": "LNG", "propane": "LPG", "n-butane": "LPG", "isobutane": "LPG"}
"""Fuels that POOLFIRE6's numbers of another stand for [assumed]."""


def two_zones(fuel: Fuel, pool: PoolWind, *, length: float, carbon_over_hydrogen: float) -> Zones | None:
    """Emissive powers of POOLFIRE6; None for a fuel it has no numbers of.

    Parameters
    ----------
    fuel : Fuel
    pool : PoolWind
    length : float
        Of the flame, m.
    carbon_over_hydrogen : float
        Atoms.
    """
    optics = POOLFIRE6.get(BURNS_LIKE.get(fuel.name, fuel.name))
    if optics is None or carbon_over_hydrogen <= 0.0:
        return None
    clear = optics.limit * -math.expm1(-optics.extinction * pool.diameter)
    rate, wind = pool.dimensionless_rate, pool.dimensionless_wind
    zone = 11.404 * float(rate**1.13 * wind**0.179) * float(carbon_over_hydrogen**-2.49) * pool.diameter
    upper = optics.unobscured * clear + (1.0 - optics.unobscured) * SMOKE
    share = min(zone / length, 1.0)
    return Zones((share, 1.0), (clear, upper)) if share < 1.0 else Zones((1.0,), (clear,))
