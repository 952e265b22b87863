"""Wind speed at a height by a power of the height, by stability class: the profile of the older models."""

from __future__ import annotations

from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.weather.stability import CLASSES

RURAL_EXPONENTS = (0.07, 0.07, 0.10, 0.15, 0.35, 0.55)
URBAN_EXPONENTS = (0.15, 0.15, 0.20, 0.25, 0.30, 0.30)
"""ISC3's exponents, classes A to F."""
BUILT_UP = 0.5
"""Roughness length from which ground counts as urban here, m (suburbs; chosen)."""


def power_law_wind(
    wind_speed: float, *, height: float, reference_height: float, stability_class: str, urban: bool
) -> float:
    """Wind at a height, m/s.

    Parameters
    ----------
    wind_speed : float
        m/s, at ``reference_height``.
    height, reference_height : float
        m, above 0.
    stability_class : str
        A to F.
    urban : bool
        Which ground.
    """
    exponents = URBAN_EXPONENTS if urban else RURAL_EXPONENTS
    return float(wind_speed * (height / reference_height) ** exponents[CLASSES.index(stability_class)])


_CARD = Card(
    name="power-law-wind-profile",
    says="Wind speed at a height from that at another by ISC3's powers of the height, rural below a roughness length "
    "of 0.5 m, urban from there on.",
    takes=bounded(
        Takes("wind_speed", low=0.5, high=50.0, hard_low=0.0),
        Takes("reference_height", low=2.0, high=100.0, hard_low=0.1, hard_high=1000.0, default=10.0),
        Takes("height", low=2.0, high=200.0, hard_low=0.1, hard_high=1000.0),
        Takes("roughness_length", low=1e-4, high=3.0, hard_low=1e-6, hard_high=5.0, default=0.1),
        Takes("stability_class"),
    ),
    gives=("wind_speed",),
    cites=("isc3",),
    evidence=(
        Evidence(
            Kind.VERIFICATION, "powers by class", "tests/verification/test_stability.py::test_power_law_wind_profile"
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability = str(values["stability_class"]).upper()
    if stability not in tuple(CLASSES):
        raise ModelInputError("stability_class", f"must be one of A to F, got {values['stability_class']!r}")
    found = power_law_wind(
        values["wind_speed"],
        height=values["height"],
        reference_height=values["reference_height"],
        stability_class=stability,
        urban=values["roughness_length"] >= BUILT_UP,
    )
    return {"wind_speed": found}, []
