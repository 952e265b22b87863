"""How hard a cloud explodes in a region: Kinsella (1993), GAME (Eggen 1998) and the classes they give."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.explosion.baker_strehlow_tang import flame_mach

NAME = "vapour-cloud-strength"
HIGH_BLOCKAGE = 0.30
"""Blockage from which Kinsella's obstruction is high (from memory, unverified)."""
LOW_CONGESTION, HIGH_CONGESTION = 0.0285, 0.05
"""Blockages between low, medium and high congestion: halfway between 1.5, 4.3 and 5.7 % (Pierorazio 2005)."""
KINSELLA: MappingProxyType[tuple[bool, str, bool], tuple[int, int]] = MappingProxyType(
    {
        (True, "high", True): (7, 10),
        (True, "high", False): (7, 10),
        (False, "high", True): (5, 7),
        (True, "low", True): (5, 7),
        (True, "low", False): (4, 6),
        (True, "none", True): (4, 6),
        (False, "high", False): (4, 5),
        (True, "none", False): (4, 5),
        (False, "low", True): (3, 5),
        (False, "low", False): (2, 3),
        (False, "none", True): (1, 2),
        (False, "none", False): (1, 1),
    }
)
"""Strengths, least and most, by strong ignition, obstruction and confinement (Kinsella 1993, by Johansson 2017)."""
PLATEAU = (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6)
"""Greatest overpressure by class, Pa (van den Berg 1985)."""
GAME_3D, GAME_2D = (84e3, 2.75), (338e3, 2.25)
_GAME_VELOCITY, _GAME_DIAMETER = 2.7, 0.7


def kinsella_strength(*, blockage: float, confined: bool = False, strong_ignition: bool = False) -> int:
    """Class by Kinsella (1993), the most of its range.

    Parameters
    ----------
    blockage : float
        Share of the region's volume that obstacles take; 0 where there are none.
    confined : bool
        By walls or decks on two or three sides.
    strong_ignition : bool
        By an explosion in an enclosure, or explosives.
    """
    obstruction = "none" if blockage <= 0.0 else "high" if blockage >= HIGH_BLOCKAGE else "low"
    return KINSELLA[strong_ignition, obstruction, confined][1]


def game_overpressure(
    *, blockage: float, flame_path: float, obstacle_diameter: float, burning_velocity: float, planes: bool = False
) -> float:
    """Greatest overpressure in a region with weak ignition by GAME (Eggen 1998), Pa.

    Parameters
    ----------
    blockage : float
        Share of volume.
    flame_path, obstacle_diameter : float
        m.
    burning_velocity : float
        Laminar, m/s.
    planes : bool
        Whether the flame runs between two planes.
    """
    factor, power = GAME_2D if planes else GAME_3D
    dense = blockage * flame_path / obstacle_diameter
    return float(factor * dense**power * burning_velocity**_GAME_VELOCITY * obstacle_diameter**_GAME_DIAMETER)


def strength_of(overpressure: float) -> int:
    """Weakest class whose greatest overpressure is no less than this, at most 10.

    Parameters
    ----------
    overpressure : float
        Pa.
    """
    return next((k for k, top in enumerate(PLATEAU, start=1) if top >= overpressure * (1.0 - 1e-9)), len(PLATEAU))


def congestion_of(blockage: float) -> str:
    """How densely obstacles stand by their share of volume, for Pierorazio's table.

    Parameters
    ----------
    blockage : float
    """
    return "low" if blockage < LOW_CONGESTION else "medium" if blockage < HIGH_CONGESTION else "high"


_CARD = Card(
    name=NAME,
    says="How hard a cloud explodes among obstacles: class by Kinsella (1993) for weak ignition and by GAME (Eggen "
    "1998), Mach number of the flame by Pierorazio and others (2005).",
    takes=bounded(
        Takes("blockage", low=0.01, high=0.3, hard_low=0.0, hard_high=0.95),
        Takes("flame_path_length", low=1.0, high=100.0, hard_low=0.01, hard_high=1e4),
        Takes("obstacle_diameter", low=0.02, high=2.0, hard_low=1e-3, hard_high=100.0),
        Takes("burning_velocity", low=0.3, high=3.5, hard_low=0.01, hard_high=20.0, default=0.45),
        Takes("reactivity", default="medium"),
        Takes("confinement", default="3d"),
    ),
    gives=("strength_class", "game_strength_class", "game_overpressure", "flame_mach"),
    cites=("kinsella1993", "eggen1998", "pierorazio2005", "johansson2017", "vandenbergmos2005"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the twelve rows of Kinsella's table, GAME by hand, and regions of boxes",
            "tests/verification/test_explosion_sources.py::test_game",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    confined = values["confinement"] != "3d"
    try:
        mach = flame_mach(
            reactivity=values["reactivity"],
            congestion=congestion_of(values["blockage"]),
            confinement=values["confinement"],
        )
    except LookupError as error:
        raise ModelInputError("reactivity" if "reactivity" in str(error) else "confinement", str(error)) from error
    overpressure = game_overpressure(
        blockage=values["blockage"],
        flame_path=values["flame_path_length"],
        obstacle_diameter=values["obstacle_diameter"],
        burning_velocity=values["burning_velocity"],
        planes=confined,
    )
    kinsella = kinsella_strength(blockage=values["blockage"], confined=confined)
    game = strength_of(overpressure)
    says = "Kinsella leaves out how large a region is: a long one of few obstacles can be far stronger (Eggen 1998)."
    caveats = [Caveat(Grade.NOTE, NAME, says)]
    if game > kinsella:
        says = f"GAME gives class {game}, Kinsella {kinsella}: the stronger is what to rely on."
        caveats.append(Caveat(Grade.DEGRADED, NAME, says))
    return {
        "strength_class": float(kinsella),
        "game_strength_class": float(game),
        "game_overpressure": min(overpressure, 1e12),
        "flame_mach": mach,
    }, caveats
