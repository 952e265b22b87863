"""A dense cloud in still air: it falls apart all round its source under its own weight.

Nothing carries it, so it is a circle. Its front runs at 1.15 sqrt(g' h) (Havens and Spicer 1985) and, its buoyancy g'V
being kept, R² grows evenly in time. It is shown no thinner than people stand in: what lies in a thinner layer is mixed
through the lowest two metres.
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.dispersion.degadis.entrainment import SPREADING
from physics.dispersion.ensemble import density_of
from physics.dispersion.track import Aim, Source
from physics.quantities import GRAVITY
from physics.release import ReleaseTerm
from physics.substances import substance
from physics.weather import Weather

NAME = "calm-dense-puff"
STANDING = 2.0
"""Depth of air that people stand in, m (chosen)."""


def slumped_radius(*, volume: float, excess: float, time: float) -> float:
    """Radius of a cylinder let go as deep as its radius, after it fell apart for a time, m.

    Parameters
    ----------
    volume : float
        m³.
    excess : float
        g (rho - rho_air) / rho_air, m/s²; a lighter cloud does not spread by its weight.
    time : float
        s.
    """
    start = (volume / math.pi) ** (1.0 / 3.0)
    growth = 2.0 * SPREADING * math.sqrt(max(excess, 0.0) * volume / math.pi)
    return math.sqrt(start**2 + growth * time)


def reach_of(*, volume: float, mole_fraction: float, level: float) -> float:
    """Radius within which a cloud mixed through the lowest `STANDING` m holds a mole fraction, m."""
    return math.sqrt(volume * mole_fraction / (math.pi * STANDING * level))


def calm_radius(release: ReleaseTerm, weather: Weather, *, level: float) -> float:
    """Radius about its source at which a release in still air can hold a level, m, all of it let go at once.

    Parameters
    ----------
    level : float
        Mole fraction.
    """
    strongest = int(release.mass_flow_rate.argmax())
    source = Source(
        substance=substance(release.substance),
        aim=Aim.INSTANTANEOUS,
        mass=release.total_mass,
        vapour_fraction=float(release.vapour_fraction[strongest]),
        temperature=float(release.temperature[strongest]),
        density=float(release.density[strongest]),
    )
    if source.mass <= 0.0:
        return 0.0
    density = density_of(source, weather)
    volume = density.cloud.volume_flow_rate(source.mass)
    spread = slumped_radius(volume=volume, excess=density.excess, time=release.duration)
    return min(spread, reach_of(volume=volume, mole_fraction=density.cloud.mole_fraction, level=level))


_CARD = Card(
    name=NAME,
    says="Radius of a dense cloud in still air, let go at once: it falls apart all round under its own weight, and "
    "counts as far as it still holds the level mixed through the lowest 2 m. `density` is the air's.",
    takes=bounded(
        Takes("released_volume", hard_low=1e-6),
        Takes("source_density", low=1.0, high=20.0, hard_low=0.1),
        Takes("density", low=1.0, high=1.5, hard_low=0.5, hard_high=2.0, default=1.205),
        Takes("source_mole_fraction", hard_low=0.0, hard_high=1.0, default=1.0),
        Takes("mole_fraction", hard_low=1e-9, hard_high=1.0),
        Takes("time", hard_low=0.0),
    ),
    gives=("cloud_radius",),
    cites=("havensspicer1985",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the front's speed and the volume under it",
            "tests/verification/test_calm.py::test_front_runs_at_its_own_weights_speed",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    excess = GRAVITY * (values["source_density"] - values["density"]) / values["density"]
    volume = values["released_volume"]
    spread = slumped_radius(volume=volume, excess=excess, time=values["time"])
    reach = reach_of(volume=volume, mole_fraction=values["source_mole_fraction"], level=values["mole_fraction"])
    return {"cloud_radius": min(spread, reach)}, []
