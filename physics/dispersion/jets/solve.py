"""A jet from its source to where its model ends: the Gaussian integral jet in still air, and the jet in a crosswind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physics.cards import ModelInputError
from physics.dispersion.jets import path as p
from physics.dispersion.jets.mixtures import DENSITY, MOLES, WARMTH, Mixtures
from physics.dispersion.jets.path import Closure, Surroundings, march, wind_of
from physics.dispersion.jets.section import EDGE, established
from physics.quantities import GRAVITY

Array = NDArray[np.float64]

OOMS_JET, OOMS_THERMAL, OOMS_TURBULENCE, OOMS_DRAG, OOMS_SPREAD = 0.057, 0.5, 1.0, 0.3, 1.35
"""Entrainment of a free jet, of a line thermal and by the air's turbulence; drag; squared width of the concentration
over that of the speed (Ooms 1972, read in a transcription)."""
STIRRED, CAP, WIDER = 0.28, 0.082, 1.16
"""Entrainment by momentum, its greatest coefficient, width of the concentration over that of the speed (HyRAM)."""
MOMENTUM_FROUDE, MOMENTUM_BUOYANT = 268.0, 0.97
"""Froude number from which buoyancy's factor is constant, and that (HyRAM)."""
ESTABLISHED = 6.2
"""Diameters to where a jet's profile is Gaussian (Houf and Schefer 2008)."""
CROSSFLOW_SHORTENS = 3.22
"""The way there in a crosswind is exp(-3.22 / speed ratio) times that (Fan 1967; from memory, unverified)."""
TOLERANCE = 1e-4
"""Relative error of a step."""
REACH = 3000.0
"""m along its axis a jet is followed to."""
_ROWS = 1500
_STARTS = 6
"""Turns in which the momentum of the air taken in before the profile is established is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nozzle:
    """Where a jet begins, at ambient pressure.

    Attributes
    ----------
    rate, speed : float
        kg/s, m/s, both above 0.
    angle : float
        Over the wind's direction, rad; upwards above 0, between -pi/2 and pi/2.
    height : float
        m.
    """

    rate: float
    speed: float
    angle: float
    height: float

    def diameter(self, mixtures: Mixtures) -> float:
        """Of the source, m."""
        return math.sqrt(4.0 * self.rate / (math.pi * mixtures.pure * self.speed))


@dataclass(frozen=True, slots=True, eq=False)
class Jet:
    """A jet along its axis.

    Attributes
    ----------
    rows : ndarray, shape (n, 13)
        Columns of `physics.dispersion.jets.path`; the first is where the profile is established.
    ended : int
        Why it ends, by the same module's words.
    diameter : float
        Of its source, m.
    nozzle : Nozzle
    mixtures : Mixtures
    closure : Closure
    """

    rows: Array
    ended: int
    diameter: float
    nozzle: Nozzle
    mixtures: Mixtures
    closure: Closure

    @property
    def mole_fraction(self) -> Array:
        """On the axis, shape (n,)."""
        return self.mixtures.read(self.rows[:, p.CONCENTRATION], MOLES)

    @property
    def density(self) -> Array:
        """On the axis, kg/m³, shape (n,)."""
        return self.mixtures.read(self.rows[:, p.CONCENTRATION], DENSITY)

    @property
    def temperature(self) -> Array:
        """On the axis, K, shape (n,)."""
        return self.mixtures.read(self.rows[:, p.CONCENTRATION], WARMTH)

    @property
    def speed(self) -> Array:
        """On the axis, m/s, shape (n,)."""
        found: Array = self.rows[:, p.WIND] * np.cos(self.rows[:, p.ANGLE]) + self.rows[:, p.EXCESS]
        return found

    @property
    def sigma(self) -> Array:
        """Standard deviation of the mole fraction's profile, by where it is exp(-1/2) of the axis's, m, shape (n,)."""
        axis = self.mole_fraction
        concentration = self.rows[:, p.CONCENTRATION]
        aside = self.mixtures.concentration_of(axis * math.exp(-0.5))
        ratio = np.log(concentration / np.minimum(aside, concentration * (1.0 - 1e-9)))
        found: Array = self.rows[:, p.WIDTH] * np.sqrt(self.closure.spread * ratio)
        return found

    @property
    def radius(self) -> Array:
        """Of its edge, m, shape (n,)."""
        found: Array = math.sqrt(EDGE) * self.rows[:, p.WIDTH]
        return found


def ooms_closure() -> Closure:
    """Closure of a jet in a crosswind."""
    return Closure(OOMS_JET, OOMS_THERMAL, OOMS_TURBULENCE, OOMS_DRAG, 0.0, 0.0, 0.0, OOMS_SPREAD)


def froude(nozzle: Nozzle, mixtures: Mixtures) -> float:
    """Densimetric Froude number of a source; inf where it has no weight against air."""
    contrast = abs(mixtures.air_density - mixtures.pure) / mixtures.pure
    if contrast < 1e-12:
        return math.inf
    return nozzle.speed / math.sqrt(GRAVITY * nozzle.diameter(mixtures) * contrast)


def houf_schefer_closure(nozzle: Nozzle, mixtures: Mixtures) -> Closure:
    """Closure of a jet in still air."""
    stirred = STIRRED * math.sqrt(nozzle.rate * nozzle.speed / mixtures.air_density)
    number = froude(nozzle, mixtures)
    buoyant = MOMENTUM_BUOYANT
    if number < MOMENTUM_FROUDE:
        buoyant = 17.313 - 0.11665 * number + 2.0771e-4 * number**2
    return Closure(0.0, 0.0, 0.0, 0.0, stirred, buoyant, CAP, WIDER**2)


def establishment(number: float) -> float:
    """Way to a Gaussian profile over the diameter, by the Froude number (Houf and Schefer 2008)."""
    squared = number * number
    if squared >= 40.0:
        return ESTABLISHED
    if squared >= 5.0:
        return 3.9 + 0.057 * squared
    return 2.075 + 0.425 * squared if squared >= 1.0 else 0.0


def still_air(mixtures: Mixtures) -> Surroundings:
    """Air at rest, without ground."""
    return Surroundings(0.0, 1e-3, 0.0, mixtures.air_density, 0.0)


def solve(
    nozzle: Nozzle,
    mixtures: Mixtures,
    closure: Closure,
    around: Surroundings,
    *,
    reach: float = REACH,
    tolerance: float = TOLERANCE,
) -> Jet:
    """Follow a jet.

    Parameters
    ----------
    reach : float
        Length of its axis, m.
    tolerance : float
        Relative error of a step.

    Raises
    ------
    ModelInputError
        Rate, speed or height cannot be.
    """
    for name, value in (("mass_flow_rate", nozzle.rate), ("velocity", nozzle.speed)):
        if not (math.isfinite(value) and value > 0.0):
            raise ModelInputError(name, f"of a jet must be above 0, got {value:g}")
    if not (math.isfinite(nozzle.height) and nozzle.height >= 0.0):
        raise ModelInputError("height", f"must not lie below the ground, got {nozzle.height:g} m")
    diameter = nozzle.diameter(mixtures)
    wind = float(wind_of(float(nozzle.height), around))
    length = diameter * establishment(froude(nozzle, mixtures))
    across = wind * abs(math.sin(nozzle.angle))
    length *= math.exp(-CROSSFLOW_SHORTENS * min(across / nozzle.speed, 100.0))
    if nozzle.angle < 0.0:  # it ends at the ground
        length = min(length, 0.5 * nozzle.height / abs(math.sin(nozzle.angle)))
    state, guess = _start(nozzle, mixtures, closure, wind, length)
    rows = np.empty((_ROWS, len(p.COLUMNS)))
    end = max(reach, 2.0 * length)
    count, why = march(
        length, end, state, nozzle.rate, guess, closure, around, mixtures.table, mixtures.last, tolerance, rows
    )
    return Jet(rows[:count].copy(), int(why), diameter, nozzle, mixtures, closure)


def _start(nozzle: Nozzle, mixtures: Mixtures, closure: Closure, wind: float, length: float) -> tuple[Array, Array]:
    """State where the profile is established, and a guess of its speed, m/s, and concentration, kg/m³."""
    cosine, sine = math.cos(nozzle.angle), math.sin(nozzle.angle)
    own = nozzle.rate * nozzle.speed
    found = np.empty(10)
    mass, concentration, w, thrust = nozzle.rate, mixtures.pure, wind * cosine, own
    along, up = own * cosine, own * sine
    if length > 0.0:
        for _ in range(_STARTS):
            along = own * cosine + wind * max(mass - nozzle.rate, 0.0)
            thrust = math.hypot(along, up)
            w = wind * along / thrust
            concentration = established(
                nozzle.speed, thrust, nozzle.rate, w, closure.spread, mixtures.table, mixtures.last,
                mixtures.air_density, found,
            )  # fmt: skip
            mass = nozzle.rate * found[0] / found[2]
    else:
        concentration = established(
            nozzle.speed, own, nozzle.rate, w, closure.spread, mixtures.table, mixtures.last, mixtures.air_density,
            found,
        )  # fmt: skip
        mass = nozzle.rate * found[0] / found[2]
    x, z = length * cosine, max(nozzle.height + length * sine, 0.0)
    state = np.array([mass, along, up, x, z, length / nozzle.speed])
    return state, np.array([nozzle.speed - w, concentration])
