"""How deep the layer is that a cloud can mix into."""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.weather.stability import CLASSES

CORIOLIS = 1e-4
"""Coriolis parameter where the latitude is not given, 1/s: that of 43 degrees."""
_EARTH_TURNS = 7.2921e-5
"""The Earth's angular velocity, 1/s (IERS)."""
_NEUTRAL = 0.3
"""Mixing height over u*/f, neutral (Tennekes 1973, as GasDispersion.jl and CCPS have it)."""
_STABLE = 0.4
"""Mixing height over sqrt(u* L / f), stable (Zilitinkevich 1972)."""
_NEUTRAL_INVERSE = 1e-9
"""Reciprocal Obukhov length below which air is neutral whatever the wind, 1/m."""
_SLAB_HEIGHT, _SLAB_BASE = 130.0, 2.0
_SLAB_POWER = 3
"""SLAB's mixing height of a class: 130 m 2^(3 - s), s from -3 (A) to 2 (F) (Ermak 1990)."""
_LEAST_SINE = math.sin(math.radians(10.0))
"""Nearer the equator than 10 degrees the Coriolis parameter is held (Rossby similarity ends)."""


def coriolis(latitude: float) -> float:
    """Coriolis parameter, 1/s, above 0; ``latitude`` in degrees."""
    return 2.0 * _EARTH_TURNS * max(abs(math.sin(math.radians(latitude))), _LEAST_SINE)


def class_mixing_height(stability_class: str) -> float:
    """Mixing height of a stability class alone, m (Ermak 1990)."""
    return _SLAB_HEIGHT * _SLAB_BASE ** (_SLAB_POWER - (CLASSES.index(stability_class) - CLASSES.index("D")))


def mixing_height(*, friction_velocity: float, inverse: float, coriolis: float = CORIOLIS) -> float:
    """Depth of a mechanically mixed layer, m: Zilitinkevich's where it is stable, never above the neutral 0.3 u*/f.

    Parameters
    ----------
    friction_velocity : float
        m/s.
    inverse : float
        Reciprocal of the Monin-Obukhov length, 1/m. Below 0 the neutral depth is given: sunshine makes it deeper.
    coriolis : float
        1/s.
    """
    neutral = _NEUTRAL * friction_velocity / coriolis
    if inverse <= 0.0:
        return neutral
    return min(_STABLE * math.sqrt(friction_velocity / (max(inverse, _NEUTRAL_INVERSE) * coriolis)), neutral)


_CARD = Card(
    name="mechanical-mixing-height",
    says="Depth of the layer that wind mixes: 0.3 u*/f in neutral air, 0.4 sqrt(u* L / f) in stable air. "
    "By day the sun makes it deeper: there it is a lower bound.",
    takes=bounded(
        Takes("friction_velocity", low=0.05, high=1.5, hard_low=1e-4, hard_high=10.0),
        Takes("obukhov_length_inverse", low=0.0, high=0.2, hard_low=-10.0, hard_high=10.0),
        Takes("latitude", low=-75.0, high=75.0, hard_low=-90.0, hard_high=90.0, default=43.0),
    ),
    gives=("mixing_height",),
    cites=("tennekes1973", "zilitinkevich1972"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "closed forms, the stable one meeting the neutral one from below",
            "tests/verification/test_stability.py::test_mechanical_mixing_height",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    found = mixing_height(
        friction_velocity=values["friction_velocity"],
        inverse=values["obukhov_length_inverse"],
        coriolis=coriolis(values["latitude"]),
    )
    return {"mixing_height": found}, []
