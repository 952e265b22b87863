"""A pool of spilled liquid: how it spreads, and how it boils and evaporates, from one energy balance in time.

Spreading is gravity's against inertia down to a least depth that the surface keeps (Shaw and Briscoe 1978); heat comes
from the ground ring by ring as each is wetted (Carslaw and Jaeger 1959) or from water that stirs itself (Webber 1990),
from air, sun and sky; vapour leaves by the mass transfer of Mackay and Matsugu (1973) with Stefan's correction, which
grows without bound towards the boiling point, so that boiling needs no switch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat, Grade, ModelInputError
from physics.discharge.fluid import checked_number
from physics.pools.ground import Ground
from physics.pools.spreading import AREA, HEAT, MASS, RATE, ROWS, TEMPERATURE, Surroundings, spread_pool
from physics.quantities import GAS_CONSTANT
from physics.release import ReleaseTerm
from physics.substances import Substance
from physics.weather import Weather

Array = NDArray[np.float64]

STEPS = 600
"""Steps of a pool in time."""
_FIRST_STEP = 0.05
_BELOW_BOILING = 1e-9
_AT_THE_END = 1e-3  # K from the end of a table that count as its end
DISSOLVING = frozenset({"absorbs-water", "water-reactive", "hydrolyses-fast"})
"""Flags of liquids that water takes up or reacts with: a pool of them on water is not what this model follows."""
SMALLEST_BUND = 1e-3
"""m²; a smaller one is a slip of the unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool in time; every array but ``time`` has one entry per step.

    Attributes
    ----------
    time : ndarray, shape (n+1,)
        Edges of the steps, s.
    inflow : ndarray, shape (n,)
        Liquid that runs in within the step, kg.
    inflow_temperature : ndarray, shape (n,)
        K.
    vapour_rate, mass, area, temperature : ndarray, shape (n,)
        kg/s over the step; kg, m² and K at its end.
    heat : ndarray, shape (n,)
        Taken from ground, air, sun and sky over the step, W.
    pressure : float
        Of the air, Pa.
    """

    substance: Substance
    time: Array
    inflow: Array
    inflow_temperature: Array
    vapour_rate: Array
    mass: Array
    area: Array
    temperature: Array
    heat: Array
    pressure: float
    caveats: tuple[Caveat, ...]

    @property
    def spilled(self) -> float:
        """Liquid that ran in, kg."""
        return float(np.sum(self.inflow))

    @property
    def evaporated(self) -> float:
        """Mass that has left as vapour, kg; with what is left it makes what was spilled."""
        return float(np.sum(self.vapour_rate * np.diff(self.time)))

    @property
    def mass_error(self) -> float:
        """Spilled less evaporated less left, over spilled."""
        return (self.spilled - self.evaporated - float(self.mass[-1])) / max(self.spilled, 1e-30)

    @property
    def energy_error(self) -> float:
        """Enthalpy in less enthalpy out less enthalpy left, over the heat taken and the heat the vapour needed."""
        table, steps = self.substance.saturation, np.diff(self.time)
        vapour = self.vapour_rate * steps
        came = float(np.sum(self.inflow * table.liquid_enthalpy(self.inflow_temperature)) + np.sum(self.heat * steps))
        went = float(np.sum(vapour * table.vapour_enthalpy(self.temperature)))
        left = float(self.mass[-1] * table.liquid_enthalpy(float(self.temperature[-1])))
        scale = float(np.sum(np.abs(self.heat) * steps) + np.sum(vapour * table.heat_of_vaporisation(self.temperature)))
        return (came - went - left) / max(scale, 1e-30)

    def release(self, *, source_height: float = 0.0) -> ReleaseTerm:
        """The vapour as dispersion takes it: at the pool's temperature, without momentum."""
        density = self.substance.molar_mass * self.pressure / (GAS_CONSTANT * self.temperature)
        return ReleaseTerm(
            substance=self.substance.name,
            time=self.time,
            mass_flow_rate=self.vapour_rate,
            vapour_fraction=np.ones_like(self.vapour_rate),
            temperature=self.temperature,
            density=density,
            velocity=np.zeros_like(self.vapour_rate),
            source_height=source_height,
            says=(f"{self.evaporated:.3g} of {self.spilled:.3g} kg evaporate in {self.time[-1]:.0f} s",),
            caveats=self.caveats,
        )


def fed(
    of: Substance,
    *,
    time: Array,
    rate: Array,
    temperature: Array,
    weather: Weather,
    ground: Ground,
    duration: float,
    bund_area: float | None = None,
    solar_flux: float = 0.0,
    ground_temperature: float | None = None,
    steps: int = STEPS,
) -> Pool:
    """Spread and evaporate what runs in at a rate that changes in time.

    Parameters
    ----------
    time : ndarray, shape (n+1,)
        Edges of the inflow's steps from 0, s; nothing runs in after the last.
    rate, temperature : ndarray, shape (n,)
        kg/s and K of what runs in; no hotter than its boiling point.
    bund_area : float or None
        Greatest area, m²; ``None`` where nothing holds it.
    solar_flux : float
        W/m².
    ground_temperature : float or None
        Of what it lies on, K; ``None``: that of the air.
    duration : float
        s.
    steps : int
        Of the pool's own time, which are fine at first and coarse at last.

    Raises
    ------
    ModelInputError
        A rate, time or temperature no pool can have; the field is named.
    """
    table = of.saturation
    boiling = float(table.temperature(weather.ambient_pressure))
    _checked(of, duration, rate, temperature, boiling)
    edges = np.concatenate([[0.0], np.geomspace(min(_FIRST_STEP, duration / steps), duration, steps)])
    edges = np.union1d(edges, time[time < duration])
    poured = np.concatenate([[0.0], np.cumsum(rate * np.diff(time))])
    inflow = np.diff(np.interp(edges, time, poured))
    index = np.clip(np.searchsorted(time, edges[:-1], side="right") - 1, 0, rate.size - 1)
    warm = np.minimum(temperature[index], boiling)
    rows = np.zeros((ROWS, edges.size - 1))
    here = Surroundings(
        ambient=weather.ambient_temperature,
        ground_temperature=weather.ambient_temperature if ground_temperature is None else ground_temperature,
        pressure=weather.ambient_pressure,
        wind=weather.wind_speed,
        sun=solar_flux,
        conductivity=ground.conductivity,
        diffusivity=ground.diffusivity,
        heat_transfer=ground.heat_transfer,
        least_depth=ground.least_depth,
        most_area=math.inf if bund_area is None else checked_number("bund_area", bund_area, low=SMALLEST_BUND),
        ground_density=ground.density,
    )
    spread_pool(table.table, of.molar_mass, boiling * (1.0 - _BELOW_BOILING), here, edges, inflow, warm, rows)
    return Pool(
        substance=of,
        time=edges,
        inflow=inflow,
        inflow_temperature=warm,
        vapour_rate=rows[RATE],
        mass=rows[MASS],
        area=rows[AREA],
        temperature=rows[TEMPERATURE],
        heat=rows[HEAT],
        pressure=weather.ambient_pressure,
        caveats=_caveats(of, ground, float(np.min(warm))) + _frozen(of, rows),
    )


def _frozen(of: Substance, rows: Array) -> tuple[Caveat, ...]:
    """Caveat on a pool that cools to where its substance's table ends, which is where it freezes or near it."""
    low = of.saturation.temperature_low
    if not np.any((rows[MASS] > 0.0) & (rows[TEMPERATURE] <= low + _AT_THE_END)):
        return ()
    says = f"{of.name} cools to {low:.1f} K, where its table ends: it may freeze, which is not computed."
    return (Caveat(Grade.DEGRADED, "pool-evaporation", says),)


def _checked(of: Substance, duration: float, rate: Array, temperature: Array, boiling: float) -> None:
    if not math.isfinite(duration) or duration <= 0.0:
        raise ModelInputError("time", f"must be above 0, got {duration!r}")
    if not np.all(np.isfinite(rate)) or np.any(rate < 0.0) or not np.any(rate > 0.0):
        raise ModelInputError("mass_flow_rate", f"must be above 0, got {float(np.min(rate))!r}")
    low = of.saturation.temperature_low
    for value in map(float, (np.min(temperature), np.max(temperature))):
        if not low <= value <= boiling * (1.0 + _BELOW_BOILING):
            says = f"liquid {of.name} lies between {low:.1f} K and its boiling point, {boiling:.1f} K; got {value:g}"
            raise ModelInputError("temperature", says)


def _caveats(of: Substance, ground: Ground, coldest: float) -> tuple[Caveat, ...]:
    if not ground.floats:
        says = (
            "The pool's depth is the same everywhere, ice and snow from moist air are left out, and the ground "
            "stays dry."
        )
        return (Caveat(Grade.NOTE, "pool-evaporation", says),)
    density = float(of.saturation.liquid_density(coldest))
    if ground.buoyancy(density) <= 0.0:
        says = f"{of.name} is denser than water ({density:.0f} kg/m³) and sinks: no model here follows it."
        return (Caveat(Grade.NOT_VALID, "pool-evaporation", says),)
    if DISSOLVING & set(of.flags):
        says = f"Water takes up {of.name} or reacts with it: no model here follows its pool on water."
        return (Caveat(Grade.NOT_VALID, "pool-evaporation", says),)
    says = (
        "On water the pool takes heat by one coefficient, no ice forms, nothing dissolves, and the pool does not break "
        "up as it thins."
    )
    return (Caveat(Grade.DEGRADED, "pool-evaporation", says),)


def spill(
    of: Substance,
    *,
    rate: float,
    spill_time: float,
    temperature: float,
    weather: Weather,
    ground: Ground,
    duration: float,
    bund_area: float | None = None,
    solar_flux: float = 0.0,
    ground_temperature: float | None = None,
) -> Pool:
    """Spread and evaporate a steady spill; see `fed`.

    Parameters
    ----------
    rate, spill_time : float
        kg/s for so many s.
    temperature : float
        Of the liquid as it is spilled, K; no hotter than its boiling point.

    Raises
    ------
    ModelInputError
        A rate, time or temperature no pool can have; the field is named.
    """
    for name, value in (("mass_flow_rate", rate), ("duration", spill_time)):
        if not math.isfinite(value) or value <= 0.0:
            raise ModelInputError(name, f"must be above 0, got {value!r}")
    return fed(
        of,
        time=np.array([0.0, spill_time]),
        rate=np.array([rate]),
        temperature=np.array([temperature]),
        weather=weather,
        ground=ground,
        duration=duration,
        bund_area=bund_area,
        solar_flux=solar_flux,
        ground_temperature=ground_temperature,
    )
