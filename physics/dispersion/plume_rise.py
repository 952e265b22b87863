"""Rise of a warm or fast plume from a stack: Briggs' equations as ISC3 takes them.

US EPA, User's guide for the Industrial Source Complex (ISC3) dispersion models, volume II, EPA-454/B-95-003b (1995),
section 1.1.4. With buoyancy flux F = g u_s d² (T_s − T_a)/(4 T_s), momentum flux F_m = u_s² d² T_a/(4 T_s), wind u at
the stack's top and, in stable air, s = g/T_a dθ/dz:

    unstable or neutral   21.425 F^¾/u, reached at 49 F^⅝ (F < 55);  38.71 F^⅗/u, at 119 F^⅖
    stable                2.6 (F/(u s))^⅓, at 2.0715 u/√s; in calm no more than 4 F^¼ s^−⅜
    on the way there      1.60 (F x²)^⅓/u
    momentum              3 d u_s/u; stable 1.5 (F_m/(u √s))^⅓ and no more than that

Momentum decides where the stack is no warmer than a cross-over excess, at which both rises are equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.quantities import GRAVITY

TEMPERATURE_GRADIENTS = {"E": 0.020, "F": 0.035}
"""Potential temperature gradient dθ/dz of stable classes, K/m (ISC3 default)."""
_STRONG = 55.0  # buoyancy flux, m⁴/s³, from which Briggs' second pair holds
_CALMEST = 1.0  # m/s; ISC3 takes no lower wind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlumeRise:
    """How far a plume rises above its stack.

    Attributes
    ----------
    rise : float
        Final, m.
    distance : float
        Downwind distance at which it is reached, m; 0 for a rise by momentum.
    buoyancy_flux : float
        m⁴/s³; negative for a stack colder than the air.
    by_momentum : bool
    """

    rise: float
    distance: float
    buoyancy_flux: float
    by_momentum: bool


def plume_rise(
    *,
    exit_velocity: float,
    stack_diameter: float,
    stack_temperature: float,
    ambient_temperature: float,
    wind_speed: float,
    stability_class: str,
) -> PlumeRise:
    """Final rise of a plume.

    Parameters
    ----------
    exit_velocity : float
        m/s.
    stack_diameter : float
        m.
    stack_temperature, ambient_temperature : float
        K.
    wind_speed : float
        At the stack's top, m/s; less than 1 counts as 1.
    stability_class : str
        A to F.

    Raises
    ------
    ModelInputError
        The stability class is none.
    """
    if stability_class not in ("A", "B", "C", "D", "E", "F"):
        raise ModelInputError("stability_class", f"must be one of A to F, got {stability_class!r}")
    wind = max(wind_speed, _CALMEST)
    excess = stack_temperature - ambient_temperature
    flux = GRAVITY * exit_velocity * stack_diameter**2 * excess / (4.0 * stack_temperature)
    jet = 3.0 * stack_diameter * exit_velocity / wind
    if stability_class in TEMPERATURE_GRADIENTS:
        s = GRAVITY / ambient_temperature * TEMPERATURE_GRADIENTS[stability_class]
        momentum = exit_velocity**2 * stack_diameter**2 * ambient_temperature / (4.0 * stack_temperature)
        jet = min(jet, 1.5 * (momentum / (wind * math.sqrt(s))) ** (1.0 / 3.0))
        if excess <= 0.019582 * stack_temperature * exit_velocity * math.sqrt(s) or flux <= 0.0:
            return PlumeRise(rise=jet, distance=0.0, buoyancy_flux=flux, by_momentum=True)
        rise: float = min(2.6 * (flux / (wind * s)) ** (1.0 / 3.0), 4.0 * flux**0.25 * s**-0.375)
        return PlumeRise(rise=rise, distance=2.0715 * wind / math.sqrt(s), buoyancy_flux=flux, by_momentum=False)
    if flux <= 0.0 or excess <= _cross_over(exit_velocity, stack_diameter, stack_temperature, strong=flux >= _STRONG):
        return PlumeRise(rise=jet, distance=0.0, buoyancy_flux=flux, by_momentum=True)
    if flux < _STRONG:
        rise, distance = 21.425 * flux**0.75 / wind, 49.0 * flux**0.625
    else:
        rise, distance = 38.71 * flux**0.6 / wind, 119.0 * flux**0.4
    return PlumeRise(rise=rise, distance=distance, buoyancy_flux=flux, by_momentum=False)


def _cross_over(velocity: float, diameter: float, temperature: float, *, strong: bool) -> float:
    """Excess temperature below which momentum carries a plume higher, K."""
    if strong:
        return 0.00575 * temperature * float((velocity**2 / diameter) ** (1.0 / 3.0))
    return 0.0297 * temperature * float((velocity / diameter**2) ** (1.0 / 3.0))


def rise_at(final: PlumeRise, *, distance: float, wind_speed: float) -> float:
    """Rise at a downwind distance, m, on the way to the final one; a jet's is reached at once.

    Parameters
    ----------
    final : PlumeRise
    distance : float
        m.
    wind_speed : float
        At the stack's top, m/s.
    """
    if final.by_momentum or distance >= final.distance:
        return final.rise
    gradual: float = 1.60 * (final.buoyancy_flux * distance**2) ** (1.0 / 3.0) / max(wind_speed, _CALMEST)
    return min(gradual, final.rise)


_CARD = Card(
    name="briggs-plume-rise",
    says="Rise of a warm or fast plume above its stack by Briggs' equations as ISC3 takes them, final and at a "
    "distance; a distance of 0 or left out means the final rise. The wind is that at the stack's top; less than 1 m/s "
    "counts as 1.",
    takes=(
        Takes("exit_velocity", hard_low=0.0, hard_high=1e4),
        Takes("stack_diameter", hard_low=1e-3, hard_high=100.0),
        Takes("source_temperature", low=250.0, high=1500.0, hard_low=1.0, hard_high=5000.0),
        Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15),
        Takes("wind_speed", low=1.0, hard_low=0.0, hard_high=200.0),
        Takes("stability_class"),
        Takes("downwind_distance", hard_low=0.0, hard_high=1e6, default=0.0),
    ),
    gives=("plume_rise", "final_rise_distance", "buoyancy_flux"),
    cites=("isc3",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "15 m/s, 2 m, 400 K in 288 K, wind 5 m/s, neutral: 41.20 m⁴/s³, 69.69 m reached at 500.6 m",
            "tests/verification/test_plume_rise.py::test_check_number",
        ),
    ),
)


@register(_CARD)
def _briggs_plume_rise(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    final = plume_rise(
        exit_velocity=values["exit_velocity"],
        stack_diameter=values["stack_diameter"],
        stack_temperature=values["source_temperature"],
        ambient_temperature=values["ambient_temperature"],
        wind_speed=values["wind_speed"],
        stability_class=values["stability_class"],
    )
    x = values["downwind_distance"]
    rise = rise_at(final, distance=x, wind_speed=values["wind_speed"]) if x > 0.0 else final.rise
    return {"plume_rise": rise, "final_rise_distance": final.distance, "buoyancy_flux": final.buoyancy_flux}, []
