"""Rule sets of quantitative risk assessment: what a published guideline fixes so that results can be compared.

Fixed indoor factors and caps on the time of exposure exist here and nowhere else: a forecast never uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from physics.substances import Substance
from scenarios.risk.events import RiskEvent

KILO = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What one guideline fixes.

    Attributes
    ----------
    name, source : str
    verified : bool
        Whether every number was held against the document; what is from memory or second hand says so by this.
    probits : str
        Set of toxic probits.
    longest_exposure : float
        Longest exposure to a cloud that counts, s.
    toxic_indoors : float
        Fraction dying indoors over that outdoors.
    fire_exposure : float
        Exposure to a fire that counts, s.
    thermal_probit : tuple of float
        a and b of Y = a + b ln(t I^(4/3)), W/m² and s.
    certain_flux : float
        Heat flux that kills everybody, W/m².
    fire_outdoors : float
        Fraction of people outdoors that dies below that flux over that of somebody unprotected (clothes, flight).
    flash_share : float
        Share of late ignitions that give a flash fire alone; the others explode as well.
    blast : tuple
        Overpressure, Pa, from which somebody unprotected, people outdoors and people indoors die with a probability;
        strongest first.
    congested : float
        Share of the gas between its limits that explodes, at ``strength`` of the multi-energy method.
    strength : int
    indoors_by_day, indoors_by_night : float
        Share of people indoors.
    cut : float
        Probability of death below which nobody is counted.
    isolation_fails : float
        Probability that isolation fails on demand where a plant file does not say.
    """

    name: str
    source: str
    verified: bool
    probits: str
    longest_exposure: float
    toxic_indoors: float
    fire_exposure: float
    thermal_probit: tuple[float, float]
    certain_flux: float
    fire_outdoors: float
    flash_share: float
    blast: tuple[tuple[float, tuple[float, float, float]], ...]
    congested: float
    strength: int
    indoors_by_day: float
    indoors_by_night: float
    cut: float
    isolation_fails: float

    def indoors(self, *, day: bool) -> float:
        """Share of people indoors."""
        return self.indoors_by_day if day else self.indoors_by_night


PURPLE_BOOK = RuleSet(
    name="purple-book-1999",
    source="TNO Purple Book, CPR 18E (1999): tables 4.5, 4.6, 5.2, section 4.8, chapter 5; second hand or from memory",
    verified=False,
    probits="purple-book-1999",
    longest_exposure=1800.0,
    toxic_indoors=0.1,
    fire_exposure=20.0,
    thermal_probit=(-36.38, 2.56),
    certain_flux=35.0 * KILO,
    fire_outdoors=0.14,
    flash_share=0.6,
    blast=((30.0 * KILO, (1.0, 1.0, 1.0)), (10.0 * KILO, (0.0, 0.0, 0.025))),
    congested=0.08,
    strength=10,
    indoors_by_day=0.93,
    indoors_by_night=0.99,
    cut=0.01,
    isolation_fails=0.01,
)
AQ_T_3046 = replace(
    PURPLE_BOOK,
    name="aq-t-3046-2013",
    source="AQ/T 3046-2013, guideline for quantitative risk assessment of chemical enterprises, as public code has it; "
    "where that is silent, the Purple Book's numbers stand in",
    certain_flux=37.5 * KILO,
)
RULES: Mapping[str, RuleSet] = MappingProxyType({item.name: item for item in (PURPLE_BOOK, AQ_T_3046)})
"""Rule sets by name."""

LOW_REACTIVITY = frozenset(
    {"ammonia", "carbon monoxide", "chloromethane", "chloroethane", "bromomethane", "epichlorohydrin", "methane"}
)
"""Gases CPR 18E counts as of low reactivity (table 4.7; from memory, unverified)."""
_LIQUID = 0.065
_GAS = ((10.0, 1e3, 0.2, 0.02), (100.0, 1e4, 0.5, 0.04), (float("inf"), float("inf"), 0.7, 0.09))
"""Rate, kg/s, and mass, kg, up to which gases of average and of low reactivity are lit at once so often (table 4.5)."""


def lit_at_once(event: RiskEvent, of: Substance, *, ambient_temperature: float) -> float:
    """Probability that a release is lit at once, by CPR 18E's table 4.5 for stationary plants; 0 of what cannot burn.

    Parameters
    ----------
    ambient_temperature : float
        K; what boils above it counts as a liquid.
    """
    if of.flammability is None:
        return 0.0
    if of.saturation.temperature(event.ambient_pressure) > ambient_temperature:
        return _LIQUID
    for rate, mass, usual, low in _GAS:
        if (event.mass <= mass) if event.at_once else (event.rate <= rate):
            return low if of.name in LOW_REACTIVITY else usual
    raise AssertionError("the last band has no end")
