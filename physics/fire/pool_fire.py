"""Pool fires: a tilted, dragged cylinder over a pool, put together from named parts.

yellow-book-pool-fire   Thomas' length with wind, the Yellow Book's tilt, Moorhouse's drag, smoke over 80 % of what
                        soots (the chain of the Yellow Book's example 6.6.3)
lng-pool-fire           the same shape with the emissive power of LNGFIRE3: the default of LNG and methane. The
                        power is that of the AGA's trials of 1974 and of United States regulation
poolfire6               Pritchard and Binding's length, the same tilt and drag, two zones of emissive power
moorhouse-pool-fire     Moorhouse's length, tilt and drag, fitted to LNG, with the power of LNGFIRE3
mudan-pool-fire         Thomas' length in calm air, the AGA's tilt, no drag, Mudan's emissive power
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.fire import pool_power, pool_shape
from physics.fire.burning_rate import burning_rate as published_rate
from physics.fire.flame import FireKind, Flame, absorption_of
from physics.fire.fuels import Fuel, fuel_of
from physics.fire.pool_power import Zones
from physics.fire.pool_shape import PoolWind, pool_wind
from physics.fire.solid import Solid, ring, solid
from physics.fire.transmissivity import Absorption
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance
from physics.weather import Weather

Array = NDArray[np.float64]

SMALLEST, WIDEST = 1.0, 100.0
"""Diameters of pools, m, that the correlations rest on or are in use for."""
SLOWEST = 1e-5
"""kg/(m² s): no pool burns as slowly."""


class PoolModel(StrEnum):
    """Pool fires put together from named parts."""

    YELLOW_BOOK = "yellow-book-pool-fire"
    LNG = "lng-pool-fire"
    POOLFIRE6 = "poolfire6"
    MOORHOUSE = "moorhouse-pool-fire"
    MUDAN = "mudan-pool-fire"


_FROM_MEMORY = frozenset({PoolModel.LNG, PoolModel.POOLFIRE6, PoolModel.MOORHOUSE})


Shape = Callable[[PoolWind], float]
Power = Callable[[Fuel, PoolWind, float], Zones]


def _undragged(pool: PoolWind) -> float:  # noqa: ARG001 - every drag takes a pool
    return 1.0


def _soot(fuel: Fuel, pool: PoolWind, length: float) -> Zones:
    fraction = pool_power.SOOTY_FRACTION if fuel.soot_share > 0.0 else pool_power.CLEAN_FRACTION
    power = pool_power.radiated_power(
        burning_rate=pool.burning_rate,
        heat_of_combustion=fuel.liquid_heat_of_combustion,
        radiative_fraction=fraction,
        length_over_diameter=length / pool.diameter,
    )
    hidden = fuel.soot_share if pool.diameter > pool_power.SMOKY_DIAMETER else 0.0
    return Zones((1.0,), (pool_power.among_smoke(power, soot_share=hidden),))


def _lng(fuel: Fuel, pool: PoolWind, length: float) -> Zones:  # noqa: ARG001
    return Zones((1.0,), (pool_power.aga_lng_power(diameter=pool.diameter),))


def _mudan(fuel: Fuel, pool: PoolWind, length: float) -> Zones:  # noqa: ARG001
    return Zones((1.0,), (pool_power.mudan_power(diameter=pool.diameter),))


def _two_zones(fuel: Fuel, pool: PoolWind, length: float) -> Zones:
    found = pool_power.two_zones(fuel, pool, length=length, carbon_over_hydrogen=carbon_over_hydrogen(fuel))
    if found is None:
        known = ", ".join(pool_power.POOLFIRE6)
        raise ModelInputError("fuel", f"poolfire6 has numbers of {known} here, not of {fuel.name}")
    return found


@dataclass(frozen=True, slots=True)
class Recipe:
    """Parts of a pool fire: length over diameter, tilt, drag, emissive power."""

    length: Shape
    tilt: Shape
    drag: Shape
    power: Power


RECIPES: Mapping[PoolModel, Recipe] = MappingProxyType(
    {
        PoolModel.YELLOW_BOOK: Recipe(
            pool_shape.thomas_wind_length, pool_shape.yellow_book_tilt, pool_shape.moorhouse_drag, _soot
        ),
        PoolModel.LNG: Recipe(
            pool_shape.thomas_wind_length, pool_shape.yellow_book_tilt, pool_shape.moorhouse_drag, _lng
        ),
        PoolModel.POOLFIRE6: Recipe(
            pool_shape.pritchard_binding_length, pool_shape.yellow_book_tilt, pool_shape.moorhouse_drag, _two_zones
        ),
        PoolModel.MOORHOUSE: Recipe(
            pool_shape.moorhouse_length, pool_shape.moorhouse_tilt, pool_shape.moorhouse_cylinder_drag, _lng
        ),
        PoolModel.MUDAN: Recipe(pool_shape.thomas_length, pool_shape.aga_tilt, _undragged, _mudan),
    }
)


def carbon_over_hydrogen(fuel: Fuel) -> float:
    """Atoms of carbon over those of hydrogen; 0 where there is no carbon."""
    found = {name: int(count or 1) for name, count in re.findall(r"([A-Z][a-z]?)(\d*)", fuel.substance.formula)}
    return found.get("C", 0) / found["H"] if found.get("H") else 0.0


def default_model(fuel: Fuel) -> PoolModel:
    """What is taken for a fuel where nothing is asked for."""
    return PoolModel.LNG if fuel.substance.name == "methane" else PoolModel.YELLOW_BOOK


def applicable_models(fuel: Fuel) -> tuple[PoolModel, ...]:
    """Every model that has numbers for a fuel, the default first."""
    first = default_model(fuel)
    lng = fuel.substance.name == "methane"
    found = [first, PoolModel.YELLOW_BOOK]
    found += [PoolModel.MOORHOUSE] if lng else [PoolModel.MUDAN] if fuel.soot_share > 0.0 else []
    known = {*pool_power.POOLFIRE6, *pool_power.BURNS_LIKE}
    found += [PoolModel.POOLFIRE6] if fuel.name in known else []
    return tuple(dict.fromkeys(found))


def flame_solid(*, radius: float, length: float, tilt: float, drag: float, zones: Zones) -> Solid:
    """Surface of a pool's flame; the foot keeps to the pool's upwind edge and reaches downwind of it, m."""
    lean = np.array([length * math.sin(tilt), 0.0, length * math.cos(tilt)])
    middle, half = np.array([(drag - 1.0) * radius, 0.0, 0.0]), drag * radius
    u, v = np.array([half, 0.0, 0.0]), np.array([0.0, radius, 0.0])
    rings = np.stack([ring(middle + share * lean, u, v) for share in (0.0, *zones.shares)])
    axis = np.array([[*middle, radius], [*(middle + lean), radius]])
    return solid(rings, power=np.array(zones.power), caps=(zones.power[0], zones.power[-1]), axis=axis)


def pool_fire(
    fuel: str | Substance | Fuel,
    *,
    diameter: float,
    weather: Weather,
    model: PoolModel | None = None,
    burning_rate: float | None = None,
    absorption: Absorption = Absorption.WAYNE,
) -> Flame:
    """Fire of a round pool on the ground.

    Parameters
    ----------
    fuel : str, Substance or Fuel
    diameter : float
        Of the pool, or of a circle of a bund's area (`physics.fire.pool_shape.equivalent_diameter`), m.
    weather : Weather
        Its wind at 10 m drives the flame.
    model : PoolModel or None
        None: the published default of the fuel.
    burning_rate : float or None
        kg/(m² s); None: by what is published of the fuel.
    absorption : Absorption
        Of the air.

    Raises
    ------
    ModelInputError
        The fuel is not known to burn, the model has no numbers of it, or a size cannot be.
    """
    of = fuel_of(fuel)
    chosen = default_model(of) if model is None else model
    if not (math.isfinite(diameter) and diameter > 0.0):
        raise ModelInputError("pool_diameter", f"must be above 0 m, got {diameter:g}")
    if burning_rate is not None and not SLOWEST <= burning_rate < math.inf:
        raise ModelInputError("burning_rate", f"must be at least {SLOWEST:g} kg/(m² s), got {burning_rate:g}")
    caveats: tuple[Caveat, ...] = ()
    rate, rate_says = burning_rate, "as given"
    if rate is None:
        rate, rate_says, caveats = published_rate(
            of, diameter=diameter, ambient_temperature=weather.ambient_temperature
        )
    vapour = STANDARD_PRESSURE * of.substance.molar_mass / (GAS_CONSTANT * of.boiling_temperature)
    pool, recipe = pool_wind(weather, burning_rate=rate, diameter=diameter, vapour_density=vapour), RECIPES[chosen]
    length = recipe.length(pool) * diameter
    tilt, drag = recipe.tilt(pool), recipe.drag(pool)
    zones = recipe.power(of, pool, length)
    surface = flame_solid(radius=0.5 * diameter, length=length, tilt=tilt, drag=drag, zones=zones)
    total = rate * 0.25 * math.pi * diameter**2 * of.liquid_heat_of_combustion
    side = surface.triangle_power * 0.5 * np.linalg.norm(np.cross(*_legs(surface.triangles)), axis=1)
    return Flame(
        kind=FireKind.POOL,
        model=chosen,
        surface_emissive_power=max(zones.power),
        absorption=absorption_of(weather, absorption),
        length=length,
        width=diameter * drag,
        tilt=tilt,
        height=0.5 * length * math.cos(tilt),
        radiative_fraction=float(np.sum(side)) / total,
        solid=surface,
        says=(
            f"{of.name} burns at {rate:.3g} kg/(m² s), {rate_says}.",
            f"The flame by {chosen}: {length:.1f} m long, tilted {math.degrees(tilt):.0f}°, foot drawn out {drag:.2f} "
            f"times, {max(zones.power) / 1e3:.0f} kW/m².",
        ),
        caveats=(*caveats, *_caveats(chosen, diameter, of)),
    )


def _legs(triangles: Array) -> tuple[Array, Array]:
    return triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]


def _caveats(model: PoolModel, diameter: float, fuel: Fuel) -> tuple[Caveat, ...]:
    found = []
    if not SMALLEST <= diameter <= WIDEST:
        says = f"Correlations of pool fires hold for pools from 1 to 100 m wide; this one is {diameter:.3g} m."
        found.append(Caveat(Grade.DEGRADED, model, says))
    if model in _FROM_MEMORY:
        says = f"Numbers of {model} are from memory and were not held against its paper."
        found.append(Caveat(Grade.NOTE, model, says))
    if fuel.name != fuel.substance.name:
        says = f"Of {fuel.name} the vapour and the boiling point are those of {fuel.substance.name}."
        found.append(Caveat(Grade.NOTE, model, says))
    return tuple(found)
