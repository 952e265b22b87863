"""The multi-energy method (van den Berg 1985): an obstructed part of a cloud explodes with a strength from 1 to 10.

Two published sets of fits to its curves are kept by name. That of Alonso and others (2006) gives overpressure; as it
was read, its class 3 jumps to twice its plateau where the plateau ends and its class 10 falls under class 9 by a factor
of four, so those two are not taken from it. That of Johansson (2017) gives overpressure and duration of all ten.
Neither was held against van den Berg's printed curves.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any

import numpy as np

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Grade, Kind, Takes, register
from physics.explosion.blast import GIVES, SOUND_SPEED, Array, Blast, arrival_on, at
from physics.quantities import STANDARD_PRESSURE

NAME = "multi-energy"
ENERGY_DENSITY = 3.5e6
"""Heat of a stoichiometric mixture of a hydrocarbon with air, J/m³ (van den Berg 1985)."""
NEAREST, FARTHEST = 0.23, 100.0
"""Scaled distances r / (E / p)^(1/3) between which the curves are drawn (Alonso and others 2006)."""
LEAST = 1e-3
"""Scaled overpressure below which the curves are not drawn."""
_STEP = 1e-9
_PER_DECADE = 60

Piece = tuple[float, float, float]

ALONSO: MappingProxyType[int, tuple[Piece, ...]] = MappingProxyType(
    {
        1: ((0.6, 0.01, 0.0), (math.inf, 6.4e-3, -0.97)),
        2: ((0.7, 0.02, 0.0), (math.inf, 1.32e-2, -0.98)),
        4: ((0.5, 0.1, 0.0), (math.inf, 6.44e-2, -0.99)),
        5: ((0.6, 0.2, 0.0), (math.inf, 0.117, -0.99)),
        6: ((0.6, 0.5, 0.0), (math.inf, 0.301, -1.11)),
        7: ((0.5, 1.0, 0.0), (math.inf, 0.406, -1.20)),
        8: ((0.5, 2.0, 0.0), (1.0, 0.476, -2.08), (2.0, 0.467, -1.58), (math.inf, 0.318, -1.13)),
        9: ((0.35, 5.0, 0.0), (1.0, 0.487, -2.03), (2.0, 0.467, -1.58), (math.inf, 0.318, -1.13)),
    }
)
"""Scaled overpressure a r̄^b by class: where each piece ends, a, b (Alonso and others 2006, by two transcriptions)."""
_TAIL = ((3.21, 0.47, -1.46), (math.inf, 0.32, -1.13))
JOHANSSON: MappingProxyType[int, tuple[Piece, ...]] = MappingProxyType(
    {
        1: ((0.69, 0.01, 0.0), (math.inf, 0.007, -0.98)),
        2: ((0.64, 0.02, 0.0), (math.inf, 0.013, -0.97)),
        3: ((0.61, 0.05, 0.0), (math.inf, 0.031, -0.96)),
        4: ((0.63, 0.1, 0.0), (math.inf, 0.064, -0.97)),
        5: ((0.60, 0.2, 0.0), (math.inf, 0.12, -1.0)),
        6: ((0.64, 0.5, 0.0), (2.35, 0.32, -1.01), *_TAIL),
        7: ((0.48, 1.0, 0.0), (0.96, 0.48, -1.0), *_TAIL),
        8: ((0.37, 2.0, 0.0), *_TAIL),
        9: ((0.20, 5.0, 0.0), *_TAIL),
        10: ((0.90, 0.43, -2.35), *_TAIL),
    }
)
"""The same by Johansson (2017, table 4.2)."""
DURATION: MappingProxyType[int, tuple[Piece, ...]] = MappingProxyType(
    {
        1: ((0.50, 3.83, -0.34), (math.inf, 4.85, 0.0)),
        2: ((0.54, 2.44, -0.34), (math.inf, 3.0, 0.0)),
        3: ((0.52, 1.56, -0.38), (math.inf, 2.0, 0.0)),
        4: ((0.53, 1.02, -0.38), (math.inf, 1.3, 0.0)),
        5: ((0.51, 0.52, -0.44), (math.inf, 0.7, 0.0)),
        6: ((0.49, 0.26, -0.46), (7.81, 0.38, 0.07), (math.inf, 0.35, 0.11)),
        7: ((0.62, 0.21, -0.46), (1.59, 0.30, 0.29), (9.40, 0.32, 0.15), (10.49, 0.29, 0.19), (math.inf, 0.35, 0.11)),
        8: ((0.58, 0.17, -0.40), (1.32, 0.27, 0.45), (10.49, 0.29, 0.19), (math.inf, 0.35, 0.11)),
        9: ((0.53, 0.13, -0.51), (2.02, 0.24, 0.46), (10.49, 0.29, 0.19), (math.inf, 0.35, 0.11)),
        10: ((0.51, 0.13, -0.22), (2.07, 0.22, 0.57), (10.49, 0.29, 0.19), (math.inf, 0.35, 0.11)),
    }
)
"""Scaled duration t c / (E / p)^(1/3) by class (Johansson 2017, table 4.3)."""
SETS: MappingProxyType[str, MappingProxyType[int, tuple[Piece, ...]]] = MappingProxyType(
    {"alonso-2006": ALONSO, "johansson-2017": JOHANSSON}
)
"""Fits of scaled overpressure by name."""
BY_CLASS = "by-class"
"""Name under which each class takes its curve from Alonso and others, and classes 3 and 10 from Johansson."""


def set_of(strength: int, fit: str = BY_CLASS) -> str:
    """Name of the set that a class takes its overpressure from.

    Parameters
    ----------
    strength : int
        1 to 10.
    fit : str
        A name of `SETS`, or `BY_CLASS`.

    Raises
    ------
    LookupError
        There is no such set, or it has no such class.
    """
    name = fit if fit != BY_CLASS else "alonso-2006" if strength in ALONSO else "johansson-2017"
    if name not in SETS:
        raise LookupError(f"there is no set {fit}; there are: {', '.join((BY_CLASS, *SETS))}")
    if strength not in SETS[name]:
        raise LookupError(f"{name} has no class {strength}; it has {', '.join(map(str, SETS[name]))}")
    return name


def _curve(pieces: tuple[Piece, ...], r: Array) -> Array:
    ends = np.array([piece[0] for piece in pieces])
    which = np.searchsorted(ends, r, side="left")
    a, b = (np.array([piece[k] for piece in pieces])[which] for k in (1, 2))
    found: Array = a * r**b
    return found


def _scaled_nodes(pieces: tuple[Piece, ...], durations: tuple[Piece, ...]) -> Array:
    """Scaled distances with both sides of every end of a piece among them."""
    a, b = pieces[-1][1:]
    farthest = min(FARTHEST, (LEAST / a) ** (1.0 / b))
    ends = [piece[0] for piece in (*pieces, *durations) if NEAREST < piece[0] < farthest]
    count = int(_PER_DECADE * math.log10(farthest / NEAREST))
    return np.unique(np.concatenate([np.geomspace(NEAREST, farthest, count), ends, np.multiply(ends, 1.0 + _STEP)]))


def multi_energy(
    *, energy: float, strength: int, ambient_pressure: float = STANDARD_PRESSURE, fit: str = BY_CLASS
) -> Blast:
    """Blast of one obstructed part of a cloud on the ground.

    Parameters
    ----------
    energy : float
        Of what burns there, J: `ENERGY_DENSITY` times the volume of stoichiometric mixture; not doubled for the
        ground, whose reflection the curves hold.
    strength : int
        Class from 1, a slow flame, to 10, a detonation.
    ambient_pressure : float
        Pa.
    fit : str
        Set of fits, see `set_of`.

    Raises
    ------
    ValueError
        The energy is not above 0.
    LookupError
        There is no such set or class.
    """
    if not energy > 0.0:
        raise ValueError(f"an explosion needs energy above 0, got {energy:g} J")
    name = set_of(strength, fit)
    pieces = SETS[name][strength]
    scaled = _scaled_nodes(pieces, DURATION[strength])
    length = (energy / ambient_pressure) ** (1.0 / 3.0)
    nodes = scaled * length
    pressures = np.minimum.accumulate(_curve(pieces, scaled)) * ambient_pressure  # class 4 would rise from 0.5 to 0.64
    durations = _curve(DURATION[strength], scaled) * length / SOUND_SPEED
    return Blast(
        model=NAME,
        energy=energy,
        nodes=nodes,
        overpressures=pressures,
        impulses=0.5 * pressures * durations,
        arrivals=arrival_on(nodes, pressures, ambient_pressure=ambient_pressure),
        durations=durations,
        says=(f"multi-energy, strength {strength}, curve of {name}",),
    )


def off_the_curve(blast: Blast, distance: float) -> list[Caveat]:
    """Caveats of a distance nearer or farther than the curves of a blast.

    Parameters
    ----------
    blast : Blast
    distance : float
        From the centre, m.
    """
    if distance < blast.nearest:
        says = (
            f"The curves begin {blast.nearest:.4g} m from the centre; nearer, at {distance:.4g} m, the value there is "
            "held, which is no upper bound."
        )
        return [Caveat(Grade.DEGRADED, blast.model, says)]
    if distance > blast.farthest:
        says = (
            f"The curves end {blast.farthest:.4g} m from the centre; farther, at {distance:.4g} m, the blast is "
            "carried on as sound without loss, an upper bound."
        )
        return [Caveat(Grade.DEGRADED, blast.model, says)]
    return []


_CARD = Card(
    name=NAME,
    says="Multi-energy method for vapour cloud explosions (van den Berg 1985): blast of the part of a cloud that "
    "stands among obstacles, by its energy and a strength class from 1 to 10; impulse of a triangle of overpressure "
    "and duration.",
    takes=bounded(
        Takes("explosion_energy", low=1e5, high=1e13, hard_low=1.0, hard_high=1e18),
        Takes("strength_class", low=1.0, high=10.0, hard_low=1.0, hard_high=10.0),
        Takes("distance", hard_low=0.0, hard_high=1e6),
        Takes("ambient_pressure", low=8e4, high=1.1e5, hard_low=1e3, hard_high=1e6, default=STANDARD_PRESSURE),
    ),
    gives=GIVES,
    cites=("vandenberg1985", "alonso2006", "johansson2017"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "1 t of propane at 100 m by classes 1, 4, 5 and 6: 0.5036, 5.041, 9.158 and 22.84 kPa",
            "tests/verification/test_explosion.py::test_multi_energy_one_tonne_of_propane",
        ),
        Evidence(
            Kind.VERIFICATION,
            "class 6 on the curve of Baker, Strehlow and Tang at Mach 0.7; two sets of fits against each other",
            "tests/verification/test_explosion.py::test_two_sets_of_fits_agree",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    given = values["strength_class"]
    strength = math.ceil(given)
    blast = multi_energy(
        energy=values["explosion_energy"], strength=strength, ambient_pressure=values["ambient_pressure"]
    )
    name = set_of(strength)
    says = f"The curve of class {strength} is the fit {name}, which was not held against the printed one."
    caveats = [Caveat(Grade.NOTE, NAME, says), *off_the_curve(blast, values["distance"])]
    if strength != given:
        says = f"There is no class {given:g}: the next stronger, {strength}, was taken."
        caveats.append(Caveat(Grade.NOTE, NAME, says))
    return at(blast, values["distance"]), caveats
