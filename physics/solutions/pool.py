"""A pool of solution: it loses solute and water at once, by their partial pressures, and grows weaker and colder.

What leaves follows the mass transfer of Mackay and Matsugu (1973) with Stefan's correction for solute and water
together; the heat that leaves with each is the correlation's own (Clausius and Clapeyron). The pool lies in its bund,
or at the least depth its ground keeps, from the start; the ground under it cools by conduction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register, worst
from physics.pools.ground import GROUNDS, Ground, equivalent_diameter, greatest_area
from physics.pools.spreading import ALBEDO, EMISSIVITY, LEAST_WIND, PRANDTL, SCHMIDT, STEFAN_BOLTZMANN, mass_transfer
from physics.quantities import AIR_HEAT_CAPACITY, AIR_MOLAR_MASS, GAS_CONSTANT
from physics.release import ReleaseTerm
from physics.solutions.ammonia import AQUEOUS_AMMONIA
from physics.solutions.hydrochloric import HYDROCHLORIC_ACID
from physics.solutions.solution import WATER_MOLAR_MASS, Solution, water_pressure
from physics.weather import Weather

Array = NDArray[np.float64]

SOLUTIONS = {item.name: item for item in (AQUEOUS_AMMONIA, HYDROCHLORIC_ACID)}
"""Solutions with a cited correlation of their partial pressures."""
NOT_HERE = {
    "hydrofluoric acid": "its vapour associates, and no correlation of its partial pressures could be read at a source",
    "oleum": "its sulfur trioxide reacts with moist air at once, which needs a model of its own",
}
"""Solutions no model here holds for, and why."""
_STEPS = 200
_FIRST_STEP = 0.1
_YOUNGEST = 1.0
"""Age from which the ground's conduction counts, s."""
_FULLEST = 0.999
"""Most of the pressure that the vapours may make: beyond it the pool boils."""
_LEFT = 0.02
"""Share of the first mass at which a pool counts as gone."""
_TOLERANCE = 1e-7
_LEAST_BUND = 1e-4
"""A square centimetre, m²: less is no bund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionPool:
    """A pool of solution in time.

    Attributes
    ----------
    time : ndarray, shape (n+1,)
        s.
    solute, water, temperature : ndarray, shape (n+1,)
        Left in the pool, kg, and K, at each time.
    area : float
        m².
    heat : float
        Taken in all, J; what left with the vapours in all is ``carried``.
    """

    solution: Solution
    time: Array
    solute: Array
    water: Array
    temperature: Array
    area: float
    heat: float
    carried: float
    pressure: float
    caveats: tuple[Caveat, ...]

    @property
    def solute_rate(self) -> Array:
        """Solute that leaves, kg/s, over each step."""
        return np.asarray(-np.diff(self.solute) / np.diff(self.time))

    @property
    def mass_fraction(self) -> Array:
        """Of solute left in the pool, at each time."""
        return np.asarray(self.solute / (self.solute + self.water))

    def release(self, *, source_height: float = 0.0) -> ReleaseTerm:
        """Solute as dispersion takes it, at the pool's temperature; the water that leaves with it is left out."""
        warm = 0.5 * (self.temperature[1:] + self.temperature[:-1])
        rate = np.maximum(self.solute_rate, 0.0)
        return ReleaseTerm(
            substance=self.solution.solute,
            time=self.time,
            mass_flow_rate=rate,
            vapour_fraction=np.ones_like(rate),
            temperature=warm,
            density=self.solution.molar_mass * self.pressure / (GAS_CONSTANT * warm),
            velocity=np.zeros_like(rate),
            source_height=source_height,
            caveats=self.caveats,
        )


@dataclass(frozen=True, slots=True)
class _Site:
    """What the pool lies on and under."""

    solution: Solution
    weather: Weather
    ground: Ground
    area: float
    sun: float

    def fluxes(self, temperature: float, mass_fraction: float) -> tuple[float, float]:
        """Solute and water leaving, kg/(m² s); water may come in from moist air."""
        pressures = self.solution.partial_pressures(temperature, mass_fraction)
        air = self.weather
        moist = air.relative_humidity * water_pressure(air.ambient_temperature)
        total, outside = min(sum(pressures), _FULLEST * air.ambient_pressure), moist
        transfer = mass_transfer(max(air.wind_speed, LEAST_WIND), equivalent_diameter(self.area), SCHMIDT)
        moles = transfer * air.ambient_pressure / (GAS_CONSTANT * temperature)
        moles *= math.log((air.ambient_pressure - outside) / (air.ambient_pressure - total))
        scale = total / sum(pressures)
        driving = pressures[0] * scale, pressures[1] * scale - moist
        whole = total - outside
        if abs(whole) < 1.0:  # no net drift: equimolar diffusion
            moles, whole = transfer / (GAS_CONSTANT * temperature), 1.0
        return moles * driving[0] / whole * self.solution.molar_mass, moles * driving[1] / whole * WATER_MOLAR_MASS

    def heating(self, temperature: float, age: float) -> float:
        """Heat from ground, air, sun and sky, W/m²."""
        air, ground = self.weather, self.ground
        conducted = ground.conductivity / math.sqrt(math.pi * ground.diffusivity * max(age, _YOUNGEST))
        density = air.ambient_pressure * AIR_MOLAR_MASS / (GAS_CONSTANT * air.ambient_temperature)
        transfer = mass_transfer(max(air.wind_speed, LEAST_WIND), equivalent_diameter(self.area), SCHMIDT)
        film = float(transfer * density * AIR_HEAT_CAPACITY * (SCHMIDT / PRANDTL) ** 0.67)
        away = air.ambient_temperature - temperature
        sky = EMISSIVITY * STEFAN_BOLTZMANN * (air.ambient_temperature**4 - temperature**4)
        return (conducted + film) * away + self.sun * (1.0 - ALBEDO) + sky


def spill_solution(
    solution: Solution,
    *,
    mass: float,
    mass_fraction: float,
    temperature: float,
    weather: Weather,
    ground: Ground,
    duration: float,
    bund_area: float | None = None,
    solar_flux: float = 0.0,
) -> SolutionPool:
    """Follow a solution spilled at once until ``duration``, or until a fiftieth of it is left.

    Parameters
    ----------
    mass : float
        Of solution, kg.
    mass_fraction : float
        Of solute.
    temperature : float
        K.
    bund_area : float or None
        m²; ``None`` where only the ground's least depth holds it.
    solar_flux : float
        W/m².
    duration : float
        s.

    Raises
    ------
    ModelInputError
        A mass, composition, temperature or ground the model does not have; the field is named.
    """
    _checked(solution, mass, mass_fraction, temperature, ground)
    volume = mass / solution.density(temperature, mass_fraction)
    widest = greatest_area(volume, least_depth=ground.least_depth)
    site = _Site(solution, weather, ground, min(widest, bund_area or math.inf), solar_flux)

    def rates(age: float, state: Array) -> list[float]:
        solute, water = max(float(state[0]), 0.0), max(float(state[1]), 1e-9)
        fraction, t = solute / (solute + water), float(state[2])
        out, steam = site.fluxes(t, fraction)
        with_solute, with_water = solution.heats_of_vaporisation(t, fraction)
        taken, carried = site.heating(t, age) * site.area, (out * with_solute + steam * with_water) * site.area
        stored = (solute + water) * solution.heat_capacity(t, fraction)
        return [-out * site.area, -steam * site.area, (taken - carried) / stored, taken, carried]

    def nearly_gone(_: float, state: Array) -> float:
        return float(state[0] + state[1]) - _LEFT * mass

    nearly_gone.terminal = True  # type: ignore[attr-defined]
    start = [mass * mass_fraction, mass * (1.0 - mass_fraction), temperature, 0.0, 0.0]
    places = np.concatenate([[0.0], np.geomspace(min(_FIRST_STEP, duration / _STEPS), duration, _STEPS)])
    try:
        found = solve_ivp(
            rates, (0.0, duration), start, method="LSODA", t_eval=places, events=nearly_gone, rtol=_TOLERANCE, atol=1e-9
        )
    except (ValueError, OverflowError) as error:  # the correlation has no pressure where the pool went
        says = f"the pool leaves the temperatures or strengths at which {solution.model} can be read"
        raise ModelInputError("temperature", says) from error
    if not found.success:
        raise ModelInputError("temperature", f"the pool's balance cannot be followed: {found.message}")
    time, states = np.asarray(found.t), np.asarray(found.y)
    return SolutionPool(
        solution=solution,
        time=time,
        solute=np.maximum(states[0], 0.0),
        water=states[1],
        temperature=states[2],
        area=site.area,
        heat=float(states[3, -1]),
        carried=float(states[4, -1]),
        pressure=weather.ambient_pressure,
        caveats=(*_caveats(solution, temperature, mass_fraction), *_cold(solution, float(np.min(states[2])))),
    )


def _checked(solution: Solution, mass: float, mass_fraction: float, temperature: float, ground: Ground) -> None:
    if not math.isfinite(mass) or mass <= 0.0:
        raise ModelInputError("mass", f"must be above 0, got {mass!r}")
    if not 0.0 < mass_fraction < 1.0:
        raise ModelInputError("solute_mass_fraction", f"must lie between 0 and 1, got {mass_fraction!r}")
    if not solution.lowest <= temperature <= solution.highest:
        says = f"{solution.name} is known from {solution.lowest:g} to {solution.highest:g} K, got {temperature:g}"
        raise ModelInputError("temperature", says)
    if ground.floats:
        raise ModelInputError("ground", f"{solution.name} mixes with {ground.name}: it makes no pool on it")


def _caveats(solution: Solution, temperature: float, mass_fraction: float) -> tuple[Caveat, ...]:
    found = solution.caveats(temperature, mass_fraction)
    if mass_fraction > solution.most and not found:
        says = f"{solution.name} is known up to {100.0 * solution.most:g} % here, got {100.0 * mass_fraction:g} %."
        found = [Caveat(Grade.NOT_VALID, "solution-pool", says)]
    says = (
        "The pool of solution is well mixed and lies at its full area from the start; the liquid is taken as stirred."
    )
    return (*found, Caveat(Grade.NOTE, "solution-pool", says))


def _cold(solution: Solution, coldest: float) -> list[Caveat]:
    if coldest >= solution.lowest:
        return []
    says = f"The pool cools to {coldest:.1f} K; {solution.model} is known down to {solution.lowest:.1f} K."
    return [Caveat(Grade.DEGRADED, "solution-pool", says)]


_CARD = Card(
    name="solution-pool",
    says="Evaporation of a pool of aqueous solution spilled at once: solute and water leave by their partial "
    "pressures, the pool grows weaker and colder. Holds for aqueous ammonia and hydrochloric acid only.",
    takes=bounded(
        Takes("solution"),
        Takes("mass", hard_low=1e-3),
        Takes("solute_mass_fraction", hard_low=1e-6, hard_high=0.999),
        Takes("temperature", low=273.15, high=323.15, hard_low=230.0, hard_high=400.0, default=293.15),
        Takes("wind_speed", low=0.5, high=20.0, hard_low=0.01, default=3.0),
        Takes("ambient_temperature", low=273.15, high=323.15, hard_low=230.0, hard_high=340.0, default=293.15),
        Takes("relative_humidity", hard_low=0.0, hard_high=1.0, default=0.5),
        Takes("time", low=1.0, high=7200.0, hard_low=1.0, default=3600.0),
        Takes("ground", default="concrete"),
        Takes("bund_area", hard_low=0.0, default=0.0),
        Takes("solar_flux", hard_low=0.0, hard_high=1400.0, default=0.0),
    ),
    gives=(
        "evaporated_mass",
        "water_evaporated_mass",
        "peak_evaporation_rate",
        "pool_area",
        "pool_temperature",
        "pool_mass",
        "solute_mass_fraction",
    ),
    cites=("mackaymatsugu1973", "patekklomfar1995", "ruayaseward1987"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "pure water against the pool of water; mass and energy closed; weak solutions lose solute exponentially",
            "tests/verification/test_solutions.py::test_a_pool_of_solution_closes",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    name = values["solution"]
    if name in NOT_HERE:
        says = f"No number is given for a pool of {name}: {NOT_HERE[name]}."
        return dict.fromkeys(_CARD.gives), [Caveat(Grade.NOT_VALID, "solution-pool", says)]
    if name not in SOLUTIONS:
        raise ModelInputError("solution", f"must be one of {', '.join([*SOLUTIONS, *NOT_HERE])}, got {name!r}")
    if values["ground"] not in GROUNDS:
        raise ModelInputError("ground", f"must be one of {', '.join(GROUNDS)}, got {values['ground']!r}")
    if 0.0 < values["bund_area"] < _LEAST_BUND:
        raise ModelInputError("bund_area", f"must be 0, or at least {_LEAST_BUND:g} m2, got {values['bund_area']:g}")
    known = _caveats(SOLUTIONS[name], values["temperature"], values["solute_mass_fraction"])
    if worst(known) is Grade.NOT_VALID:
        return dict.fromkeys(_CARD.gives), list(known)
    pool = spill_solution(
        SOLUTIONS[name],
        mass=values["mass"],
        mass_fraction=values["solute_mass_fraction"],
        temperature=values["temperature"],
        weather=Weather(
            wind_speed=values["wind_speed"],
            wind_from_direction=0.0,
            stability_class="D",
            ambient_temperature=values["ambient_temperature"],
            relative_humidity=values["relative_humidity"],
        ),
        ground=GROUNDS[values["ground"]],
        duration=values["time"],
        bund_area=values["bund_area"] or None,
        solar_flux=values["solar_flux"],
    )
    return {
        "evaporated_mass": float(pool.solute[0] - pool.solute[-1]),
        "water_evaporated_mass": float(pool.water[0] - pool.water[-1]),
        "peak_evaporation_rate": float(np.max(pool.solute_rate)),
        "pool_area": pool.area,
        "pool_temperature": float(pool.temperature[-1]),
        "pool_mass": float(pool.solute[-1] + pool.water[-1]),
        "solute_mass_fraction": float(pool.mass_fraction[-1]),
    }, list(pool.caveats)
