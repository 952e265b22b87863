"""What a release that is lit at once does: fireball, jet fire or pool fire, as a ribbon on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat
from physics.dispersion.track import Aim
from physics.fire.fireball import fireball
from physics.fire.flame import Flame
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
_NEAREST, _FARTHEST, _RAYS = 1.0, 5000.0, 60


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
    """Probability of death about a fire by a rule set's probit and its flux that kills everybody."""
    least = _flux_of(rules.cut, rules)
    far = np.geomspace(_NEAREST, _FARTHEST, _RAYS)

    def reach(east: Array, north: Array) -> float:
        above = np.flatnonzero(flame.heat_flux(east, north, HEIGHT) >= least)
        return float(far[min(int(above[-1]) + 1, far.size - 1)]) if above.size else 0.0

    ahead, behind = reach(far, 0.0 * far), reach(-far, 0.0 * far)
    middle = 0.5 * (ahead - behind)
    side = max(reach(0.0 * far + middle, far), reach(0.0 * far, far), _NEAREST)
    x = np.linspace(-max(behind, _NEAREST), max(ahead, _NEAREST), _ALONG)
    y = np.linspace(0.0, side, _ACROSS)
    flux = flame.heat_flux(x[:, None], y[None, :], HEIGHT)
    dose = flame.dose(x[:, None], y[None, :], HEIGHT, duration=rules.fire_exposure)
    a, b = rules.thermal_probit
    with np.errstate(divide="ignore"):
        probit = a + b * np.log(dose)
    person = 0.5 * (1.0 + np.vectorize(math.erf)((probit - 5.0) / math.sqrt(2.0)))
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


def _flux_of(probability: float, rules: RuleSet) -> float:
    """Heat flux that kills a fraction in the time that counts, W/m²."""
    a, b = rules.thermal_probit
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = 0.5 * (1.0 + math.erf((middle - 5.0) / math.sqrt(2.0))) < probability
        low, high = (middle, high) if below else (low, middle)
    return math.exp(((low - a) / b - math.log(rules.fire_exposure)) * 0.75)
