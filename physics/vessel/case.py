"""One vessel and everything that acts on it, as kernels take it."""

from __future__ import annotations

from typing import NamedTuple

from physics.substances.kernels import Table
from physics.substances.plane import GasPlane
from physics.substances.transport import Molecule
from physics.vessel.heat import Fire


class Hole(NamedTuple):
    """Opening in the vessel.

    Area m², coefficient (0: Jobson's for gas), height m, length of the path to it m, when a valve before it starts
    to close and its stroke, s, and its curve.
    """

    area: float
    coefficient: float
    height: float
    length: float
    closes_at: float
    stroke: float
    curve: int


class Relief(NamedTuple):
    """Relief valve on the vapour space: area times coefficient of discharge m², opening and closing pressure Pa."""

    area: float
    opens: float
    closes: float


class Inflow(NamedTuple):
    """What comes in.

    A fixed rate kg/s and its enthalpy J/kg; or, with an area m² and a coefficient (0: Jobson's), gas from a reservoir
    at ``rate`` Pa, a density and a temperature. When it starts to stop and how long that takes, s, and the curve.
    """

    rate: float
    enthalpy: float
    density: float
    temperature: float
    area: float
    coefficient: float
    stops_at: float
    stroke: float
    curve: int


class Wall(NamedTuple):
    """Wall of the vessel.

    Layers (0: no heat), sides (1 when no liquid divides it, else 2, in a fire 3), thickness m, kg/m³, J/(kg K),
    W/(m K), coefficients outside and inside W/(m² K) (inside below 0: computed, by that model), temperature outside K,
    the fire, the share of the wall in it, and when it burns, s.
    """

    layers: int
    sides: int
    thickness: float
    density: float
    heat_capacity: float
    conductivity: float
    outside: float
    inside: float
    ambient: float
    fire: Fire
    fire_share: float
    fire_starts: float
    fire_stops: float


class Case(NamedTuple):
    """One vessel and everything that acts on it.

    ``held`` is a total pressure kept up by padding or a vent, Pa; ``vapour`` the choked flow of saturated vapour,
    from `choked_vapour`; ``back_temperature`` the boiling point at the pressure outside, K.
    """

    plane: GasPlane
    vapour: Table
    molecule: Molecule
    shape: int
    diameter: float
    length: float
    volume: float
    back_pressure: float
    back_temperature: float
    held: float
    hole: Hole
    relief: Relief
    inflow: Inflow
    wall: Wall
