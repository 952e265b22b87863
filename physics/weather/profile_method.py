"""Friction velocity and Obukhov length from a station's wind and a difference of temperature: the profile method.

Wind at one height over rough ground and the difference of potential temperature between two heights fix u*, theta* and
L together through the flux-profile relations (EPA 2000, section 6.6.1; Dyer 1974, Webb 1970).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.quantities import GRAVITY
from physics.weather.surface_layer import (
    STABLE_SLOPE,
    UNSTABLE_SLOPE,
    VON_KARMAN,
    class_from_obukhov,
    wind_shape,
)

ADIABATIC_LAPSE = 0.0098
"""Fall of temperature with height in dry air without exchange of heat, K/m (g / c_p)."""
_LOG_LINEAR_END = 1.0
STEEPEST = 0.5
"""Greatest reciprocal Obukhov length that is looked for, 1/m: 2 m, where similarity ends."""
_HALVINGS = 60


def heat_correction(ratio: float) -> float:
    """Psi of heat at a height over the Obukhov length: Dyer (1974), beyond 1 Webb (1970)."""
    if ratio > _LOG_LINEAR_END:
        return -STABLE_SLOPE * (_LOG_LINEAR_END + math.log(ratio / _LOG_LINEAR_END))
    if ratio >= 0.0:
        return -STABLE_SLOPE * ratio
    return 2.0 * math.log(0.5 * (1.0 + math.sqrt(1.0 - UNSTABLE_SLOPE * ratio)))


def heat_shape(lower: float, upper: float, inverse: float) -> float:
    """Difference of potential temperature between two heights times kappa over theta*."""
    return math.log(upper / lower) - heat_correction(upper * inverse) + heat_correction(lower * inverse)


@dataclass(frozen=True, slots=True)
class SurfaceLayer:
    """What drives the lowest tens of metres: ``friction_velocity``, m/s, and ``inverse``, 1/L, 1/m."""

    friction_velocity: float
    inverse: float


def surface_layer(
    *,
    wind_speed: float,
    reference_height: float,
    roughness_length: float,
    temperature_difference: float,
    lower_height: float,
    upper_height: float,
    ambient_temperature: float = 293.15,
) -> SurfaceLayer:
    """Solve for friction velocity and Obukhov length.

    Parameters
    ----------
    wind_speed : float
        m/s, at ``reference_height`` in m.
    roughness_length : float
        m.
    temperature_difference : float
        Upper less lower, as thermometers read, K.
    lower_height, upper_height : float
        Of the thermometers, m.
    ambient_temperature : float
        K.

    Notes
    -----
    Where the difference asks for more stability than similarity knows, or less, the end of the range is given.
    """
    difference = temperature_difference + ADIABATIC_LAPSE * (upper_height - lower_height)

    def miss(inverse: float) -> float:
        """Difference that an Obukhov length means, less the one measured."""
        friction = VON_KARMAN * wind_speed / wind_shape(reference_height, roughness_length, inverse)
        scale = friction**2 * ambient_temperature * inverse / (VON_KARMAN * GRAVITY)
        return scale / VON_KARMAN * heat_shape(lower_height, upper_height, inverse) - difference

    # beyond its turning point more stability means a smaller difference, with a wind that no longer mixes
    high = min((k / 400.0 * STEEPEST for k in range(401)), key=lambda inverse: -miss(inverse))
    low = -STEEPEST
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if miss(middle) < 0.0:
            low = middle
        else:
            high = middle
    inverse = 0.5 * (low + high)
    friction = VON_KARMAN * wind_speed / wind_shape(reference_height, roughness_length, inverse)
    return SurfaceLayer(friction_velocity=float(friction), inverse=inverse)


_CARD = Card(
    name="profile-method",
    says="Friction velocity, Obukhov length and Pasquill class from wind at one height and a difference of temperature "
    "between two, by Monin-Obukhov similarity and Golder's diagram.",
    takes=bounded(
        Takes("wind_speed", low=1.0, high=30.0, hard_low=0.05, hard_high=200.0),
        Takes("reference_height", low=2.0, high=50.0, hard_low=0.5, hard_high=500.0, default=10.0),
        Takes("roughness_length", low=1e-4, high=0.5, hard_low=1e-6, hard_high=0.4, default=0.1),
        Takes("temperature_difference", low=-3.0, high=5.0, hard_low=-50.0, hard_high=50.0),
        Takes("lower_height", low=1.0, high=10.0, hard_low=0.5, hard_high=100.0, default=2.0),
        Takes("upper_height", low=5.0, high=60.0, hard_low=0.6, hard_high=500.0, default=10.0),
        Takes("ambient_temperature", hard_low=150.0, hard_high=400.0, default=293.15),
    ),
    gives=("friction_velocity", "obukhov_length_inverse", "stability_class"),
    cites=("epa2000", "dyer1974", "webb1970", "golder1972"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the profiles of a known Obukhov length give it back",
            "tests/verification/test_stability.py::test_profile_method_finds_what_made_the_profile",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    if values["upper_height"] <= values["lower_height"]:
        raise ModelInputError("upper_height", "must lie above lower_height")
    found = surface_layer(**values)
    return {
        "friction_velocity": found.friction_velocity,
        "obukhov_length_inverse": found.inverse,
        "stability_class": class_from_obukhov(found.inverse, roughness_length=values["roughness_length"]),
    }, []
