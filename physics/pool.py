"""A pool of spilled liquid: how it spreads, and how it boils and evaporates, from one energy balance in time.

Spreading is gravity's against inertia down to a least depth that the surface keeps (Shaw and Briscoe 1978); heat comes
from the ground ring by ring as each is wetted (Carslaw and Jaeger 1959), from air, sun and sky; vapour leaves by the
mass transfer of Mackay and Matsugu (1973) with Stefan's correction, which grows without bound towards the boiling
point, so that boiling needs no switch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.quantities import AIR_HEAT_CAPACITY, AIR_MOLAR_MASS, GAS_CONSTANT, GRAVITY
from physics.release import ReleaseTerm
from physics.substances import Substance, substance
from physics.substances.kernels import (
    LIQUID_DENSITY,
    LIQUID_ENTHALPY,
    LIQUID_HEAT_CAPACITY,
    VAPOUR_ENTHALPY,
    Table,
    interpolate,
    saturation_pressure,
)
from physics.weather import Weather

Array = NDArray[np.float64]

STEFAN_BOLTZMANN = 5.670374419e-8
"""W/(m² K⁴) (CODATA 2018)."""
EMISSIVITY = 0.95
"""Of a liquid's surface and of the sky above it (Woodward 1998)."""
ALBEDO = 0.14
"""Share of sunshine a pool sends back (Woodward 1998)."""
SCHMIDT = 0.8
"""Schmidt number of vapour in air where no better is known."""
PRANDTL = 0.71
"""Prandtl number of air."""
_STEPS = 600
_SUBSTEPS = 20
"""Steps of the spreading within one of the energy balance."""
_BISECTIONS = 60
_FIRST_RADIUS = 0.01
"""Radius a pool starts with, m: it is forgotten within the first second."""
_LEAST_WIND = 0.1
"""Wind below which the mass transfer's correlation is not followed, m/s."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a pool lies on: conductivity W/(m K), diffusivity m²/s, and the depth it keeps on the surface, m."""

    name: str
    conductivity: float
    diffusivity: float
    least_depth: float


GROUNDS = {
    item.name: item
    for item in (
        Ground("concrete", 1.28, 6.6e-7, 0.005),
        Ground("soil", 0.9, 4.3e-7, 0.015),
        Ground("insulated", 0.15, 4.0e-7, 0.005),
    )
}
"""Surfaces by name; soil, insulation and least depths are secondary values, unverified."""


@kernel
def mass_transfer(wind: float, diameter: float, schmidt: float) -> float:
    """Coefficient of Mackay and Matsugu, m/s; wind at 10 m in m/s, diameter in m."""
    value: float = 0.004786 * wind**0.78 * diameter**-0.11 * schmidt**-0.67
    return value


@kernel
def evaporation_flux(table: Table, molar_mass: float, temperature: float, pressure: float, transfer: float) -> float:
    """Vapour leaving a surface, kg/(m² s), with Stefan's correction; no bound at the boiling point."""
    share = min(saturation_pressure(table, temperature) / pressure, 1.0 - 1e-12)
    return -transfer * molar_mass * pressure / (GAS_CONSTANT * temperature) * math.log1p(-share)


@kernel
def conduction(wetted: Array, areas: Array, count: int, time: float, ground: float, diffusivity: float) -> float:
    """Sum over rings of area over the square root of the time since each was wetted, times k/sqrt(pi a); W/K."""
    total = 0.0
    for i in range(count):
        total += areas[i] / math.sqrt(math.pi * diffusivity * max(time - wetted[i], 1e-3))
    return ground * total


@kernel
def spread_pool(
    table: Table,
    molar_mass: float,
    inflow: float,
    spill_time: float,
    inflow_temperature: float,
    ambient: float,
    pressure: float,
    wind: float,
    sun: float,
    conductivity: float,
    diffusivity: float,
    least_depth: float,
    most_area: float,
    boiling: float,
    edges: Array,
    rows: Array,
) -> None:
    """Fill ``rows`` (vapour rate kg/s, mass kg, area m², temperature K) per step; all SI.

    Per step the pool spreads explicitly; its temperature follows implicitly from the energy balance, which falls in
    temperature, so that bisection always finds it.
    """
    count = edges.size - 1
    wetted, rings = np.zeros(count), np.zeros(count)
    mass, radius, t = 0.0, _FIRST_RADIUS, inflow_temperature
    lowest = table.low
    air = pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * ambient)
    for i in range(count):
        start, step = edges[i], edges[i + 1] - edges[i]
        given = inflow * max(min(spill_time, edges[i + 1]) - start, 0.0)
        density = interpolate(table, LIQUID_DENSITY, t)
        before = mass
        mass += given
        for _ in range(_SUBSTEPS):
            depth = mass / density / (math.pi * radius * radius)
            if depth > least_depth and math.pi * radius * radius < most_area:
                radius += math.sqrt(2.0 * GRAVITY * (depth - least_depth)) * step / _SUBSTEPS
        radius = min(radius, math.sqrt(most_area / math.pi))
        area = math.pi * radius * radius
        wetted[i], rings[i] = start, max(area - np.sum(rings[:i]), 0.0)
        if mass <= 0.0:
            rows[:, i] = 0.0, 0.0, area, t
            continue
        if before <= 0.0:
            t = inflow_temperature
        transfer = mass_transfer(max(wind, _LEAST_WIND), 2.0 * radius, SCHMIDT)
        film = transfer * air * AIR_HEAT_CAPACITY * (SCHMIDT / PRANDTL) ** 0.67
        ground = conduction(wetted, rings, i + 1, edges[i + 1], conductivity, diffusivity)
        capacity = interpolate(table, LIQUID_HEAT_CAPACITY, t)
        stored = (before * t + given * inflow_temperature) * capacity
        low, high = lowest, boiling
        for _ in range(_BISECTIONS):
            guess = 0.5 * (low + high)
            sky = EMISSIVITY * STEFAN_BOLTZMANN * (ambient**4 - guess**4)
            heat = ground * (ambient - guess) + area * (film * (ambient - guess) + sun * (1.0 - ALBEDO) + sky)
            taken = interpolate(table, VAPOUR_ENTHALPY, guess) - interpolate(table, LIQUID_ENTHALPY, guess)
            lost = area * evaporation_flux(table, molar_mass, guess, pressure, transfer) * taken
            if stored + (heat - lost) * step > mass * capacity * guess:
                low = guess
            else:
                high = guess
        t = 0.5 * (low + high)
        # from the balance itself: next to the boiling point the flux moves too fast with temperature to be read back
        sky = EMISSIVITY * STEFAN_BOLTZMANN * (ambient**4 - t**4)
        heat = ground * (ambient - t) + area * (film * (ambient - t) + sun * (1.0 - ALBEDO) + sky)
        taken = interpolate(table, VAPOUR_ENTHALPY, t) - interpolate(table, LIQUID_ENTHALPY, t)
        gone = (stored - mass * capacity * t) / taken + heat * step / taken
        gone = min(max(gone, 0.0), mass)
        mass -= gone
        rows[0, i], rows[1, i], rows[2, i], rows[3, i] = gone / step, mass, area, t


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool in time; every array but ``time`` has one entry per step.

    Attributes
    ----------
    time : ndarray, shape (n+1,)
        Edges of the steps, s.
    vapour_rate, mass, area, temperature : ndarray, shape (n,)
        kg/s over the step; kg, m² and K at its end.
    spilled : float
        kg.
    pressure : float
        Of the air, Pa.
    """

    substance: Substance
    time: Array
    vapour_rate: Array
    mass: Array
    area: Array
    temperature: Array
    spilled: float
    pressure: float
    caveats: tuple[Caveat, ...]

    @property
    def evaporated(self) -> float:
        """Mass that has left as vapour, kg; with what is left it makes what was spilled."""
        return float(np.sum(self.vapour_rate * np.diff(self.time)))

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
) -> Pool:
    """Spread and evaporate a spill.

    Parameters
    ----------
    rate, spill_time : float
        kg/s for so many s.
    temperature : float
        Of the liquid as it is spilled, K; no hotter than its boiling point.
    bund_area : float or None
        Greatest area, m²; ``None`` where nothing holds it.
    solar_flux : float
        W/m².
    duration : float
        s.

    Raises
    ------
    ModelInputError
        A rate, time or temperature no pool can have; the field is named.
    """
    table = of.saturation
    boiling = float(table.temperature(weather.ambient_pressure))
    for name, value in (("mass_flow_rate", rate), ("duration", spill_time), ("time", duration)):
        if not math.isfinite(value) or value <= 0.0:
            raise ModelInputError(name, f"must be above 0, got {value!r}")
    if not table.temperature_low <= temperature <= boiling:
        low = table.temperature_low
        says = f"liquid {of.name} lies between {low:.1f} K and its boiling point, {boiling:.1f} K; got {temperature:g}"
        raise ModelInputError("temperature", says)
    edges = np.concatenate([[0.0], np.geomspace(min(0.05, duration / _STEPS), duration, _STEPS)])
    rows = np.zeros((4, _STEPS))
    spread_pool(
        table.table,
        of.molar_mass,
        rate,
        spill_time,
        temperature,
        weather.ambient_temperature,
        weather.ambient_pressure,
        weather.wind_speed,
        solar_flux,
        ground.conductivity,
        ground.diffusivity,
        ground.least_depth,
        math.inf if bund_area is None else bund_area,
        boiling * (1.0 - 1e-9),
        edges,
        rows,
    )
    says = (
        "The pool's depth is the same everywhere, ice and snow from moist air are left out, and the ground stays dry."
    )
    return Pool(
        substance=of,
        time=edges,
        vapour_rate=rows[0],
        mass=rows[1],
        area=rows[2],
        temperature=rows[3],
        spilled=rate * min(spill_time, duration),
        pressure=weather.ambient_pressure,
        caveats=(Caveat(Grade.NOTE, "pool-evaporation", says),),
    )


_CARD = Card(
    name="pool-evaporation",
    says="Spreading and evaporation of a liquid spilled on ground at a steady rate, from one energy balance in time.",
    takes=(
        Takes("fluid"),
        Takes("mass_flow_rate", hard_low=1e-6),
        Takes("duration", hard_low=0.1),
        Takes("temperature", hard_low=50.0, hard_high=1000.0),
        Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01),
        Takes("ambient_temperature", low=230.0, high=330.0, hard_low=150.0, hard_high=400.0, default=293.15),
        Takes("time", low=1.0, high=7200.0, hard_low=0.1, default=3600.0),
        Takes("ground", default="concrete"),
        Takes("bund_area", hard_low=0.0, default=0.0),
        Takes("solar_flux", hard_low=0.0, hard_high=1400.0, default=0.0),
    ),
    gives=("evaporated_mass", "peak_evaporation_rate", "pool_area", "pool_temperature"),
    cites=("shawbriscoe1978", "mackaymatsugu1973", "carslawjaeger1959", "woodward1998"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "mass transfer 0.01514 m/s; conduction 20.23 kW/m²; area 1538.5 m² of a continuous spill",
            "tests/verification/test_pool.py::test_check_numbers",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fluid"])
    except LookupError as error:
        raise ModelInputError("fluid", str(error)) from error
    if values["ground"] not in GROUNDS:
        raise ModelInputError("ground", f"must be one of {', '.join(GROUNDS)}, got {values['ground']!r}")
    pool = spill(
        of,
        rate=values["mass_flow_rate"],
        spill_time=values["duration"],
        temperature=values["temperature"],
        weather=Weather(
            wind_speed=values["wind_speed"],
            wind_from_direction=0.0,
            stability_class="D",
            ambient_temperature=values["ambient_temperature"],
        ),
        ground=GROUNDS[values["ground"]],
        duration=values["time"],
        bund_area=values["bund_area"] or None,
        solar_flux=values["solar_flux"],
    )
    outputs = {
        "evaporated_mass": pool.evaporated,
        "peak_evaporation_rate": float(np.max(pool.vapour_rate)),
        "pool_area": float(pool.area[-1]),
        "pool_temperature": float(pool.temperature[-1]),
    }
    return outputs, list(pool.caveats)
