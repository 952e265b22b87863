"""How fast the fragments of a bursting vessel start and how far they fly: drawn at random, with drag.

Speeds follow from a share of the burst's energy (Baumgartner) or Moore's formula; directions, shares of the mass and of
the energy and the area that a fragment shows are drawn. Every range of what is drawn is from memory, unverified.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.explosion.blast import Array
from physics.quantities import GRAVITY

NAME = "fragments"
LEAST_SHARE, MOST_SHARE = 0.2, 0.5
"""Share of the burst's energy that fragments carry (Baumgartner; from memory, unverified)."""
USUAL_COUNT = 3
"""Fragments that a pressure vessel breaks into (two to four in most accidents; from memory, unverified)."""
MOORE = 1.092
"""Factor of Moore's speed (Moore 1967, from memory)."""
LEAST_DRAG, MOST_DRAG = 0.5, 2.0
"""Drag coefficients of tumbling plates and shells (from memory, unverified)."""
LEAST_AREA, MOST_AREA = 0.25, 1.0
"""Area that a fragment shows to the air over that of its shell (a tumbling plate; chosen)."""
AIR_DENSITY = 1.225
"""kg/m³, standard atmosphere at sea level."""
_SHARE_OF_TIME, _SLOWEST, _NOTHING = 0.03, 1e-2, 1e-5
_MOST_STEPS = 20_000
_LOW_ANGLE, _HIGH_ANGLE = 5.0, 80.0
"""Degrees above the horizontal between which fragments start."""


def baumgartner_velocity(*, energy: float, mass: float, share: float) -> float:
    """Speed of fragments that carry a share of the burst's energy, m/s.

    Parameters
    ----------
    energy : float
        Of the burst, J.
    mass : float
        Of the whole shell, kg.
    share : float
        Of the energy.
    """
    return math.sqrt(2.0 * share * energy / mass)


def moore_velocity(*, energy: float, mass: float, gas_mass: float, sphere: bool = False) -> float:
    """Speed of fragments by Moore (1967), m/s; above any other for light shells.

    Parameters
    ----------
    energy : float
        Of the burst, J.
    mass : float
        Of the whole shell, kg.
    gas_mass : float
        Of the content that pushes, kg.
    sphere : bool
        Whether the vessel is a sphere, not a cylinder.
    """
    ratio = gas_mass / mass
    pushed = 1.0 / (1.0 + 3.0 * ratio / 5.0) if sphere else 1.0 / (1.0 + ratio / 2.0)
    return MOORE * math.sqrt(energy * pushed / mass)


@kernel
def flight(speed: float, angle: float, drag: float, height: float) -> float:
    """Distance that a fragment flies until it is on the ground, m.

    ``angle`` above the horizontal, rad; ``drag`` is c_d A rho / (2 m), 1/m; ``height`` of the start, m. Fourth-order
    steps of a share of the time in which speed or direction changes; the last one is cut on a parabola. It ends in the
    air where what is left of its way is nothing beside what it has flown.
    """
    if speed <= 0.0:
        return 0.0
    u, w = speed * math.cos(angle), speed * math.sin(angle)
    x, z = 0.0, height
    falls = math.sqrt(GRAVITY / drag) if drag > 0.0 else math.inf
    slow = min(_SLOWEST * speed, 0.1 * falls)
    for _ in range(_MOST_STEPS):
        fast = max(math.hypot(u, w), slow)
        step = _SHARE_OF_TIME / (drag * fast + GRAVITY / fast)
        x0, z0, u0, w0 = x, z, u, w
        ax = az = su = sw = sx = sz = 0.0
        for k in range(4):
            f = 0.0 if k == 0 else (1.0 if k == 3 else 0.5)
            ux, uz = u + f * step * ax, w + f * step * az
            now = math.hypot(ux, uz)
            ax, az = -drag * now * ux, -GRAVITY - drag * now * uz
            weight = 1.0 if k == 0 or k == 3 else 2.0
            su += weight * ax
            sw += weight * az
            sx += weight * ux
            sz += weight * uz
        u += step * su / 6.0
        w += step * sw / 6.0
        x += step * sx / 6.0
        z += step * sz / 6.0
        if z <= 0.0 and w < 0.0:
            bend, rise = z - z0 - w0 * step, w0 * step
            root = math.sqrt(max(rise * rise - 4.0 * bend * z0, 0.0))
            part = min(max((-rise - root) / (2.0 * bend), 0.0), 1.0) if bend < 0.0 else 1.0
            return x0 + u0 * step * part + (x - x0 - u0 * step) * part * part
        if u < _NOTHING * x * drag * falls:
            return x
    return x


@kernel
def flights(speed: Array, angle: Array, drag: Array, height: float, out: Array) -> None:
    """Fill ``out`` with the distances of `flight`, all arrays of one length."""
    for i in range(speed.size):
        out[i] = flight(speed[i], angle[i], drag[i], height)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentRanges:
    """Distances that fragments drawn at random fly.

    Attributes
    ----------
    ranges, velocities, masses : ndarray, shape (n,)
        Sorted by range: m, m/s, kg.
    count : int
        Fragments of one burst; not the number drawn.
    """

    ranges: Array
    velocities: Array
    masses: Array
    count: int

    def quantile(self, share: float) -> float:
        """Distance that a share of the fragments falls within, m."""
        return float(np.quantile(self.ranges, share))

    def beyond(self, distance: float) -> float:
        """Share of the fragments that fly farther than a distance in m."""
        return float(np.mean(self.ranges > distance))


def fragments(
    *, energy: float, mass: float, wall_thickness: float, density: float = 7850.0, count: int = USUAL_COUNT,
    height: float = 1.0, draws: int = 1000, seed: int = 0,
) -> FragmentRanges:  # fmt: skip
    """Draw fragments of a burst and let them fly.

    Parameters
    ----------
    energy : float
        Of the burst, J.
    mass : float
        Of the shell, kg.
    wall_thickness, density : float
        Of the shell, m and kg/m³: with its mass they give the area that meets the air.
    count : int
        Fragments of one burst; each has its share of the mass.
    height : float
        Of the vessel's middle above ground, m.
    draws : int
        Bursts drawn.
    seed : int
        Of the generator.

    Raises
    ------
    ValueError
        Something that must be above 0 is not.
    """
    for name, value in (("energy", energy), ("mass", mass), ("wall thickness", wall_thickness), ("count", count)):
        if not value > 0.0:
            raise ValueError(f"{name} must be above 0, got {value:g}")
    random = np.random.default_rng(seed)
    masses = (random.dirichlet(np.ones(count), draws) * mass).ravel()
    share = np.repeat(random.uniform(LEAST_SHARE, MOST_SHARE, draws), count)
    speeds = np.sqrt(2.0 * share * energy / mass)
    angles = np.radians(random.uniform(_LOW_ANGLE, _HIGH_ANGLE, masses.size))
    shown = random.uniform(LEAST_AREA, MOST_AREA, masses.size)
    coefficient = random.uniform(LEAST_DRAG, MOST_DRAG, masses.size)
    drag = 0.5 * AIR_DENSITY * coefficient * shown / (density * wall_thickness)
    ranges = np.empty(masses.size)
    flights(speeds, angles, drag, height, ranges)
    order = np.argsort(ranges)
    return FragmentRanges(ranges=ranges[order], velocities=speeds[order], masses=masses[order], count=count)


_CARD = Card(
    name=NAME,
    says="How far the fragments of a bursting vessel fly: starting speed from a share of the burst's energy, "
    "directions and drag drawn at random 1000 times with a fixed seed, each followed through the air. Unverified.",
    takes=bounded(
        Takes("burst_energy", low=1e5, high=1e12, hard_low=1.0, hard_high=1e16),
        Takes("fragment_mass", low=10.0, high=1e6, hard_low=0.01, hard_high=1e8),
        Takes("wall_thickness", low=2e-3, high=0.1, hard_low=1e-4, hard_high=1.0),
        Takes("source_height", low=0.0, high=50.0, hard_low=0.0, hard_high=1e3, default=1.0),
    ),
    gives=("fragment_velocity", "fragment_range_median", "fragment_range_high"),
    cites=("baumgartner1984", "moore1967", "baker1983"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "flight without drag in closed form, horizontal flight with drag, and repeatable draws",
            "tests/verification/test_explosion_vessel.py::test_flight_without_drag",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    found = fragments(
        energy=values["burst_energy"],
        mass=values["fragment_mass"],
        wall_thickness=values["wall_thickness"],
        height=values["source_height"],
    )
    says = "Shares of energy, directions and drag of fragments are from memory, unverified; none was held to a burst."
    return {
        "fragment_velocity": float(np.median(found.velocities)),
        "fragment_range_median": found.quantile(0.5),
        "fragment_range_high": found.quantile(0.95),
    }, [Caveat(Grade.DEGRADED, NAME, says)]
