"""A vessel, its openings and what surrounds it: the records a run is described by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from physics.cards import ModelInputError
from physics.discharge.fluid import checked_number
from physics.discharge.relief import ReliefValve, RuptureDisc
from physics.quantities import STANDARD_PRESSURE
from physics.vessel import geometry
from physics.vessel.geometry import Shape
from physics.vessel.heat import DANEY, MCADAMS, Fire
from physics.vessel.valve import Curve

STEEL_DENSITY = 7850.0
"""Carbon steel, kg/m³ (EN 1993-1-2:2005, 3.4.1)."""
STEEL_HEAT_CAPACITY = 500.0
"""Carbon steel near room temperature, J/(kg K); EN 1993-1-2:2005, 3.4.1.2 gives 440 at 20 °C, 530 at 200 °C."""
STEEL_CONDUCTIVITY = 50.0
"""Carbon steel near room temperature, W/(m K); EN 1993-1-2:2005, 3.4.1.3 gives 53 at 20 °C, 47 at 200 °C."""
OUTSIDE_COEFFICIENT = 5.0
"""Heat transfer to still air outdoors by convection, W/(m² K); the order of natural convection."""


_LEAST_SWING = 0.999  # reseat over set pressure at most: a valve without any would open and close without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A vessel's inner shape and wall; ends are flat.

    Attributes
    ----------
    shape : Shape
    diameter, length : float
        Inner, m; a sphere has no length.
    thickness : float
        Of the wall, m; 0: no heat is exchanged with it.
    density, heat_capacity, conductivity : float
        Of the wall, kg/m³, J/(kg K), W/(m K).
    layers : int
        Layers the wall is cut into; 1 where it is as warm inside as outside.
    """

    shape: Shape
    diameter: float
    length: float = 0.0
    thickness: float = 0.0
    density: float = STEEL_DENSITY
    heat_capacity: float = STEEL_HEAT_CAPACITY
    conductivity: float = STEEL_CONDUCTIVITY
    layers: int = 1

    def __post_init__(self) -> None:
        """Refuse what no vessel can be; raises `ModelInputError` naming the field."""
        checked_number("vessel_diameter", self.diameter, low=1e-3, high=200.0)
        if self.shape is not Shape.SPHERE:
            checked_number("vessel_length", self.length, low=1e-3, high=1e3)
        checked_number("wall_thickness", self.thickness, low=0.0, high=0.5 * self.diameter)
        checked_number("wall_density", self.density, low=10.0)
        checked_number("wall_heat_capacity", self.heat_capacity, low=10.0)
        checked_number("wall_conductivity", self.conductivity, low=1e-3)

    @property
    def volume(self) -> float:
        """Inner volume, m³."""
        return geometry.volume(self.shape.number, self.diameter, self.length)

    @property
    def height(self) -> float:
        """From the lowest to the highest point inside, m."""
        return geometry.height(self.shape.number, self.diameter, self.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a vessel holds at the start.

    Attributes
    ----------
    temperature : float
        K.
    pressure : float
        Of gas where there is no liquid, Pa; beside liquid a total pressure kept up by padding, 0 for none.
    level : float
        Liquid-filled fraction of the volume.
    """

    temperature: float
    pressure: float = 0.0
    level: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be; raises `ModelInputError` naming the field."""
        checked_number("temperature", self.temperature, low=1.0)
        checked_number("pressure", self.pressure, low=0.0)
        checked_number("level", self.level, low=0.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A hole or nozzle, and the valve before it.

    Attributes
    ----------
    diameter : float
        m.
    height : float
        Above the vessel's lowest point, m.
    coefficient : float
        Of discharge; 0: 0.62 for liquid, and Jobson's contraction for gas.
    path_length : float
        Length of the nozzle, by which a flashing liquid boils more or less on the way, m.
    closes_at : float or None
        When the valve starts to close, s; ``None``: never.
    stroke : float
        Time it takes, s.
    curve : Curve
    """

    diameter: float
    height: float = 0.0
    coefficient: float = 0.0
    path_length: float = 0.0
    closes_at: float | None = None
    stroke: float = 0.0
    curve: Curve = Curve.LINEAR

    def __post_init__(self) -> None:
        """Refuse what cannot be; raises `ModelInputError` naming the field."""
        checked_number("hole_diameter", self.diameter, low=0.0, high=100.0)
        checked_number("hole_height", self.height, low=0.0)
        checked_number("discharge_coefficient", self.coefficient, low=0.0, high=1.0)
        checked_number("path_length", self.path_length, low=0.0)
        checked_number("valve_stroke", self.stroke, low=0.0)
        if self.closes_at is not None:
            checked_number("isolated_after", self.closes_at, low=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefNozzle:
    """A relief valve or rupture disc on the vapour space.

    Attributes
    ----------
    device : ReliefValve or RuptureDisc
    area : float
        Times its coefficient of discharge, m².
    """

    device: ReliefValve | RuptureDisc
    area: float

    def __post_init__(self) -> None:
        """Refuse what cannot be; raises `ModelInputError` naming the field."""
        checked_number("relief_area", self.area, low=0.0)

    def opens(self, *, back_pressure: float) -> float:
        """Absolute pressure at which it opens, Pa.

        Parameters
        ----------
        back_pressure : float
            Behind it, Pa; a disc bursts at a difference of pressure.
        """
        if isinstance(self.device, ReliefValve):
            return self.device.set_pressure
        return self.device.burst_pressure + back_pressure

    @property
    def closes(self) -> float:
        """Pressure at which it closes, Pa; 0 for a disc, which never does."""
        if isinstance(self.device, ReliefValve):
            return min(self.device.reseat_pressure, _LEAST_SWING * self.device.set_pressure)
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Liquid, or gas where the vessel holds gas, pumped in until it is stopped.

    Attributes
    ----------
    rate : float
        kg/s.
    temperature : float
        K.
    stops_at : float or None
        When it starts to stop, s; ``None``: never.
    stroke : float
        Time that takes, s.
    """

    rate: float
    temperature: float
    stops_at: float | None = None
    stroke: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservoir:
    """Gas at rest that flows in through an orifice, as when a vessel is filled.

    Attributes
    ----------
    pressure, temperature : float
        Pa, K.
    diameter : float
        Of the orifice that limits the flow, m.
    coefficient : float
        Of discharge; 0: Jobson's contraction.
    """

    pressure: float
    temperature: float
    diameter: float
    coefficient: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlameSetting:
    """Flames around a vessel.

    Attributes
    ----------
    absorptivity, flame_emissivity, wall_emissivity : float
    coefficient : float
        Convective, W/(m² K).
    gas_temperature, radiative_temperature : float
        K.
    """

    absorptivity: float
    flame_emissivity: float
    wall_emissivity: float
    coefficient: float
    gas_temperature: float
    radiative_temperature: float

    @property
    def kernel(self) -> Fire:
        """The flames as kernels take them."""
        return Fire(
            self.absorptivity * self.flame_emissivity,
            self.wall_emissivity,
            self.coefficient,
            self.gas_temperature,
            self.radiative_temperature,
        )


class Convection(StrEnum):
    """Free convection of gas within a vessel."""

    DANEY = "daney"
    MCADAMS = "mcadams"

    @property
    def number(self) -> int:
        """What kernels call it."""
        return DANEY if self is Convection.DANEY else MCADAMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Air, and perhaps fire, around a vessel.

    Attributes
    ----------
    pressure, temperature : float
        Pa, K.
    coefficient : float
        Heat transfer between air and wall, W/(m² K).
    inside_coefficient : float or None
        Between wall and content, W/(m² K); ``None``: computed.
    convection : Convection
        What it is computed by, for gas.
    flames : FlameSetting or None
    engulfed : float
        Share of the wall that the flames surround.
    fire_starts, fire_stops : float
        s; stopping at 0: never.
    """

    pressure: float = STANDARD_PRESSURE
    temperature: float = 293.15
    coefficient: float = OUTSIDE_COEFFICIENT
    inside_coefficient: float | None = None
    convection: Convection = Convection.DANEY
    flames: FlameSetting | None = None
    engulfed: float = 1.0
    fire_starts: float = 0.0
    fire_stops: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be; raises `ModelInputError` naming the field."""
        checked_number("ambient_pressure", self.pressure, low=0.0)
        checked_number("ambient_temperature", self.temperature, low=1.0)
        checked_number("outside_heat_transfer", self.coefficient, low=0.0)
        checked_number("engulfed_fraction", self.engulfed, low=0.0, high=1.0)


def check_height(shell: Shell, opening: Opening) -> None:
    """Refuse an opening that is not in the vessel, or wider than it.

    Raises
    ------
    ModelInputError
        Naming the field.
    """
    if opening.height > shell.height:
        raise ModelInputError("hole_height", f"{opening.height:g} m is above the vessel's top at {shell.height:g} m")
    widest = min(shell.diameter, shell.height)
    if opening.diameter > widest:
        raise ModelInputError("hole_diameter", f"{opening.diameter:g} m is wider than the vessel ({widest:g} m)")
