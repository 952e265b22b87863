"""View factors in closed form: tilted cylinder from the ground (Mudan 1987), sphere; and where they do not hold.

With a = L/R, b = X/R of a target at ground level in the plane of the tilt, S = sin θ, K = cos θ, θ above 0 towards it:

    A = √(a² + (b+1)² − 2a(b+1)S),  B = √(a² + (b−1)² − 2a(b−1)S),  C = √(1 + (b²−1)K²),  D = √((b−1)/(b+1)),
    E = aK/(b−aS),  F = √(b²−1)
    πF_v = −E atan D + E (a² + (b+1)² − 2b(1+aS))/(AB) atan(AD/B) + (K/C)[atan((ab−F²S)/(FC)) + atan(FS/C)]
    πF_h = atan(1/D) + (S/C)[the same] − (a² + (b+1)² − 2(b+1+abS))/(AB) atan(AD/B)
    F_max = √(F_v² + F_h²)

At θ = 0 it is the upright cylinder of the Yellow Book's table 6.A.1. Where the flame leans over the target (b ≤ aS)
the form breaks down and the flame's facets are summed instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.fire.solid import Solid, facing, ring, solid


@dataclass(frozen=True, slots=True)
class ViewFactors:
    """View factors of a target at ground level.

    Attributes
    ----------
    vertical, horizontal : float
        Of an upright target facing the flame's base, and of one that looks up.
    """

    vertical: float
    horizontal: float

    @property
    def greatest(self) -> float:
        """Greatest over the target's orientation."""
        return math.hypot(self.vertical, self.horizontal)


def tilted_cylinder(*, length_over_radius: float, distance_over_radius: float, tilt: float = 0.0) -> ViewFactors:
    """View factors of a tilted cylinder from the ground in the plane of its tilt.

    Parameters
    ----------
    length_over_radius : float
        Above 0.
    distance_over_radius : float
        From the base's centre, above 1.
    tilt : float
        Towards the target from the vertical, radians.

    Raises
    ------
    ModelInputError
        The target stands in the fire, or a number cannot be.
    """
    a, b = length_over_radius, distance_over_radius
    if not (a > 0.0 and b > 1.0 and abs(tilt) < 0.5 * math.pi):
        raise ModelInputError(
            "distance_over_radius", "a target must stand outside a fire of some length, tilted below 90°"
        )
    s, k = math.sin(tilt), math.cos(tilt)
    if b <= a * s:
        return _leaning(a, b, tilt)
    aa = math.sqrt(a * a + (b + 1.0) ** 2 - 2.0 * a * (b + 1.0) * s)
    bb = math.sqrt(a * a + (b - 1.0) ** 2 - 2.0 * a * (b - 1.0) * s)
    c, d = math.sqrt(1.0 + (b * b - 1.0) * k * k), math.sqrt((b - 1.0) / (b + 1.0))
    e, f = a * k / (b - a * s), math.sqrt(b * b - 1.0)
    side = math.atan((a * b - f * f * s) / (f * c)) + math.atan(f * s / c)
    across = math.atan(aa * d / bb) / (aa * bb)
    upright = a * a + (b + 1.0) ** 2 - 2.0 * b * (1.0 + a * s)
    level = a * a + (b + 1.0) ** 2 - 2.0 * (b + 1.0 + a * b * s)
    vertical = -e * math.atan(d) + e * upright * across + k / c * side
    horizontal = math.atan(1.0 / d) + s / c * side - level * across
    return ViewFactors(max(vertical, 0.0) / math.pi, max(horizontal, 0.0) / math.pi)


def cylinder(*, radius: float, length: float, tilt: float, drag: float = 1.0, power: float = 1.0) -> Solid:
    """Tilted cylinder over a pool of a radius, m; the wind drags its foot downwind to ``drag`` diameters."""
    lean = np.array([length * math.sin(tilt), 0.0, length * math.cos(tilt)])
    middle, half = np.array([(drag - 1.0) * radius, 0.0, 0.0]), drag * radius
    u, v = np.array([half, 0.0, 0.0]), np.array([0.0, radius, 0.0])
    rings = np.stack([ring(middle, u, v), ring(middle + lean, u, v)])
    axis = np.array([[*middle, radius], [*(middle + lean), radius]])
    return solid(rings, power=np.array([power]), caps=(power, power), axis=axis)


def _leaning(a: float, b: float, tilt: float) -> ViewFactors:
    of = cylinder(radius=1.0, length=a, tilt=tilt)
    here = (b, 0.0, 0.0)
    upright = facing(*here, -1.0, 0.0, 0.0, of.vertices, of.facets, of.planes, of.power)
    return ViewFactors(upright, facing(*here, 0.0, 0.0, 1.0, of.vertices, of.facets, of.planes, of.power))


def sphere(*, radius: float, distance: float) -> float:
    """View factor of a sphere from a target that faces it, (R/s)²; 1 inside.

    Parameters
    ----------
    radius, distance : float
        Distance to its centre, m.
    """
    return min((radius / distance) ** 2, 1.0) if distance > 0.0 else 1.0


_CARD = Card(
    name="tilted-cylinder-view-factor",
    says="View factors of a tilted cylindrical flame from the ground in the plane of its tilt, in closed form; where "
    "it leans over the target, by summing its facets.",
    takes=(
        Takes("length_over_radius", low=0.1, high=40.0, hard_low=1e-3, hard_high=1e3),
        Takes("distance_over_radius", low=1.05, high=100.0, hard_low=1.0 + 1e-6, hard_high=1e3),
        Takes("flame_tilt", hard_low=-1.5, hard_high=1.5, default=0.0),
    ),
    gives=("vertical_view_factor", "horizontal_view_factor", "view_factor"),
    cites=("mudan1987", "yellowbook2005"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "printed examples 6.6.2 and 6.6.3 and table 6.A.1 of the Yellow Book; direct summing over the surface",
            "tests/verification/test_fire_view_factor.py::test_check_28",
        ),
    ),
)


@register(_CARD)
def _tilted_cylinder(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    a, b, tilt = (values[name] for name in ("length_over_radius", "distance_over_radius", "flame_tilt"))
    found = tilted_cylinder(length_over_radius=a, distance_over_radius=b, tilt=tilt)
    caveats = []
    if b <= a * math.sin(tilt):
        says = "The flame leans over the target, where the closed form breaks down: its facets were summed instead."
        caveats.append(Caveat(Grade.NOTE, _CARD.name, says))
    return {
        "vertical_view_factor": found.vertical,
        "horizontal_view_factor": found.horizontal,
        "view_factor": min(found.greatest, 1.0),
    }, caveats
