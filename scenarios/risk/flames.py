"""What a release that is lit at once does: fireball, jet fire or pool fire, as a ribbon on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from physics.cards import Caveat
from physics.dispersion.track import Aim
from physics.fire.fireball import fireball
from physics.fire.flame import DOSE_EXPONENT, Flame
from physics.fire.jet_fire import jet_fire
from physics.fire.pool_fire import pool_fire
from physics.risk.ribbon import Ribbon
from physics.substances import Substance
from physics.weather import Weather
from scenarios.risk.events import RiskEvent
from scenarios.risk.rules import RuleSet

Array = NDArray[np.float64]

HEIGHT = 1.5
"""Height at which people are irradiated, m."""
_LEAST_VELOCITY = 10.0
"""Of a jet that burns, m/s: slower ones are none, and jet fires are not made for them."""
_ALONG, _ACROSS = 41, 21
_FEW_ALONG, _FEW_ACROSS = 17, 9
_NEAREST, _FARTHEST, _ROUNDS = 1.0, 5000.0, 2
_STEPS = np.linspace(0.0, 1.0, 9)


@dataclass(frozen=True, slots=True)
class Burning:
    """A fire's ribbon and what its model says of it."""

    flame: Flame
    ribbon: Ribbon

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """Of the flame's model."""
        return self.flame.caveats


def flame_of(event: RiskEvent, of: Substance, air: Weather) -> Flame:
    """Fire of an event lit at once: of a jet where one blows, of its pool where it lies, of a ball at once."""
    if event.at_once:
        return fireball(of, mass=event.discharged, burst_pressure=event.vessel_pressure, weather=air)
    if event.aim == "pool" and event.pool_area > 0.0:
        return pool_fire(of, diameter=math.sqrt(4.0 * event.pool_area / math.pi), weather=air)
    return jet_fire(
        of,
        mass_flow_rate=max(event.discharged, event.rate),
        weather=air,
        aim=Aim.HORIZONTAL,
        height=max(event.height, HEIGHT),
        velocity=max(event.velocity, _LEAST_VELOCITY),
        density=event.density,
        vapour_fraction=event.vapour_fraction,
    )


def burns_at_once(event: RiskEvent, of: Substance, air: Weather, rules: RuleSet) -> Burning:
    """Fire of an event and whom it kills by place."""
    flame = flame_of(event, of, air)
    return Burning(flame, fire_ribbon(flame, rules))


def fire_ribbon(flame: Flame, rules: RuleSet) -> Ribbon:
    """Probability of death about a fire by a rule set's probit and its flux that kills everybody.

    The flux is computed at few places and drawn through them on its logarithm.
    """
    least = _flux_of(rules.cut, rules)
    ahead, behind = _reach(flame, least, 1.0, 0.0, 0.0), _reach(flame, least, -1.0, 0.0, 0.0)
    middle = 0.5 * (ahead - behind)
    side = max(_reach(flame, least, 0.0, 1.0, middle), _reach(flame, least, 0.0, 1.0, 0.0))
    few_x, few_y = np.linspace(-behind, ahead, _FEW_ALONG), np.linspace(0.0, side, _FEW_ACROSS)
    x, y = np.linspace(-behind, ahead, _ALONG), np.linspace(0.0, side, _ACROSS)
    if flame.ball is not None:
        flux = flame.heat_flux(x[:, None], y[None, :], HEIGHT)
        dose = flame.dose(x[:, None], y[None, :], HEIGHT, duration=rules.fire_exposure)
    else:
        flux = _drawn(flame.heat_flux(few_x[:, None], few_y[None, :], HEIGHT), few_x, few_y, x, y)
        dose = flux**DOSE_EXPONENT * min(rules.fire_exposure, flame.duration)
    a, b = rules.thermal_probit
    probit = a + b * np.log(np.maximum(dose, 1e-300))
    person = 0.5 * (1.0 + erf((probit - 5.0) / math.sqrt(2.0)))
    person = np.where(person < rules.cut, 0.0, person)
    certain = flux >= rules.certain_flux
    death = np.array(
        [
            np.where(certain, 1.0, person),
            np.where(certain, 1.0, rules.fire_outdoors * person),
            np.where(certain, 1.0, 0.0),
        ]
    )
    return Ribbon(float(x[0]), float(x[1] - x[0]), np.full(_ALONG, side), death)


def _reach(flame: Flame, least: float, east: float, north: float, begin: float) -> float:
    """Distance from a place on the axis along a direction at which the flux falls below a level, m."""
    low, high = _NEAREST, _FARTHEST
    for _ in range(_ROUNDS):
        far = low * (high / low) ** _STEPS
        above = np.flatnonzero(flame.heat_flux(begin + east * far, north * far, HEIGHT) >= least)
        if above.size == 0:
            return high if low > _NEAREST else _NEAREST
        last = int(above[-1])
        low, high = float(far[last]), float(far[min(last + 1, far.size - 1)])
    return high


def _drawn(values: Array, at_x: Array, at_y: Array, x: Array, y: Array) -> Array:
    """Values at few places drawn to more on their logarithm, straight between them."""
    logs = np.log(np.maximum(values, 1e-3))
    along = np.array([np.interp(x, at_x, column) for column in logs.T])
    found: Array = np.exp(np.array([np.interp(y, at_y, row) for row in along.T]))
    return found


def _flux_of(probability: float, rules: RuleSet) -> float:
    """Heat flux that kills a fraction in the time that counts, W/m²."""
    a, b = rules.thermal_probit
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = 0.5 * (1.0 + math.erf((middle - 5.0) / math.sqrt(2.0))) < probability
        low, high = (middle, high) if below else (low, middle)
    return math.exp(((low - a) / b - math.log(rules.fire_exposure)) * 0.75)
