"""What a plant is made of. Every number is SI; positions are metres east, north and up of the plant's origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from physics.weather import RoughnessSectors

Position = tuple[float, float, float]
"""Metres east, north and up of the plant's origin."""


def _nothing() -> Mapping[str, float]:
    return MappingProxyType({})


class ValveRole(StrEnum):
    """What a valve is there for."""

    ESDV = "esdv"
    """Closes by itself when the emergency shutdown trips."""
    ROV = "rov"
    """Closed by an operator from a distance."""
    MANUAL = "manual"
    CHECK = "check"
    PRV = "prv"
    """Pressure relief: an outlet, never a barrier."""
    BDV = "bdv"
    """Blowdown: an outlet, never a barrier."""
    EXCESS_FLOW = "excess_flow"
    """Closes at its setting; nothing says so afterwards, so it never counts as a barrier."""


ISOLATING = frozenset({ValveRole.ESDV, ValveRole.ROV, ValveRole.MANUAL})
"""Roles of valves that somebody or something can close to isolate a section."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts of the plant file come from."""

    id: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluid:
    """What flows in lines and stands in vessels.

    ``substance`` is the CAS number or name the file gives; ``inert`` marks air and nitrogen, which harm nobody and
    are no substance of `physics.substances`.
    """

    id: str
    substance: str
    state: str
    inert: bool = False
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """Shape of a vessel: ``cylinder`` or ``sphere``; diameter and length inside, m."""

    shape: str
    diameter: float
    length: float
    orientation: str = "horizontal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a vessel holds by the plant file: temperature K, absolute pressure Pa, liquid-filled fraction."""

    fluid: str
    temperature: float
    pressure: float
    level: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """A vessel, container, manifold or supply.

    Attributes
    ----------
    volume : float
        Internal volume, m³.
    elevation : float
        Height of its inside bottom above ground, m.
    boundary : bool
        Its pressure is held by something outside the plant model.
    relief : bool
        A relief device protects it that is not drawn as a valve.
    bund : str or None
        Bund it stands in.
    """

    tag: str
    kind: str
    volume: float
    xyz: Position
    elevation: float = 0.0
    geometry: Geometry | None = None
    inventory: Inventory | None = None
    design_pressure: float | None = None
    design_temperature: float | None = None
    wall_mass: float = 0.0
    wall_heat_capacity: float = 0.0
    boundary: bool = False
    relief: bool = False
    bund: str | None = None
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bund:
    """What holds a pool: free area inside its walls, m², and what its floor is: a name of `physics.pools.GROUNDS`."""

    id: str
    area: float
    ground: str = "concrete"
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """What relief valves end in (`physics.catch`): a ``flare`` or ``scrubber``, and its drum.

    ``rate`` of vapour, kg/s, and ``charge`` of it in all, kg; ``efficiency``: share that is gone; ``drum``: kg of
    liquid it holds; ``outlet_height``: m; ``availability``: probability that it works, ``None`` where nobody says.
    """

    id: str
    kind: str
    rate: float
    efficiency: float
    charge: float
    drum: float
    outlet_height: float
    availability: float | None = None
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nozzle:
    """Where a line meets a vessel; ``height`` of its inner mouth above the vessel's inside bottom, m."""

    id: str
    equipment: str
    height: float
    diameter: float | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A point where lines meet."""

    id: str
    xyz: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A pipe or hose from one nozzle, joint or vessel to another.

    Attributes
    ----------
    diameter, length : float
        Internal, m.
    rise : float
        Height of the end above the start, m.
    loss_coefficient : float
        Velocity heads lost in bends and entrances, valves apart, on the line's own velocity.
    hose : bool
        Flexible: the likelier part to fail.
    leaks_outside : bool
        False where the line runs inside a vessel, so that a hole in it lets nothing out.
    hours_of_use : float or None
        Hours per year under pressure: hoses fail by the hour of use.
    """

    tag: str
    start: str
    end: str
    diameter: float
    length: float
    fluid: str
    rise: float = 0.0
    loss_coefficient: float = 0.0
    roughness: float = 4.5e-5
    hose: bool = False
    leaks_outside: bool = True
    relief: bool = False
    bund: str | None = None
    hours_of_use: float | None = None
    items: tuple[str, ...] = ()
    name: str = ""
    name_zh: str = ""

    @property
    def area(self) -> float:
        """Cross-section, m²."""
        return 0.25 * 3.141592653589793 * self.diameter**2

    @property
    def volume(self) -> float:
        """Inside, m³."""
        return self.area * self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Valve:
    """A valve on a line.

    Attributes
    ----------
    position : float
        Where it sits on its line, as a fraction of the line's length from its start.
    stroke_time, decide_time : float
        From the signal to closed, and from the alarm to the signal, s.
    loss_coefficient : float
        Velocity heads lost when open, on the line's own velocity.
    setting : float or None
        Mass flow rate that closes an excess-flow valve, kg/s; pressure that opens a relief valve, Pa.
    catch : str or None
        What a relief valve ends in; ``None``: the open air.
    normally_open : bool
        Where it stands in the plant's normal state.
    failure_probability : float or None
        Probability that it does not close on demand.
    """

    tag: str
    line: str
    role: ValveRole
    position: float = 0.5
    fail: str = "stay"
    stroke_time: float | None = None
    decide_time: float | None = None
    failure_probability: float | None = None
    loss_coefficient: float = 0.0
    setting: float | None = None
    catch: str | None = None
    normally_open: bool = True
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where a tag's value comes from and how it is read.

    Attributes
    ----------
    node : str
        ``nsu=<namespace URI>;s=<identifier>``: never a namespace index, which moves when a server restarts.
    scale : float
        Factor on the server's number before its unit is applied.
    expected_period : float or None
        Longest silence of a healthy tag, s; ``None`` where the server reports by exception.
    stale_after : float or None
        Age at which the tag counts as stale, s; ``None``: three expected periods, or never.
    on_bad : str
        ``exclude`` or ``hold`` (last good value, marked substituted).
    """

    node: str
    scale: float = 1.0
    expected_period: float | None = None
    stale_after: float | None = None
    on_bad: str = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A measurement of one quantity of one part; ``low`` and ``high`` are its range in SI, ``accuracy`` one sigma."""

    tag: str
    target: str
    quantity: str
    unit: str
    low: float
    high: float
    accuracy: float = 0.0
    alarms: Mapping[str, float] = field(default_factory=_nothing)
    binding: Binding | None = None
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A gas detector.

    Attributes
    ----------
    gas : str
        Fluid it answers to.
    low, high : float
        Range, mole fraction; it saturates at ``high``.
    t90 : float
        Time to 90 % of a step, s.
    setpoints : mapping
        Alarm name (``low``, ``high``) to mole fraction.
    """

    tag: str
    gas: str
    xyz: Position
    low: float
    high: float
    t90: float
    unit: str = "ppm"
    accuracy: float = 0.0
    setpoints: Mapping[str, float] = field(default_factory=_nothing)
    binding: Binding | None = None
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherStation:
    """The mast; its readings are instruments whose target is its tag."""

    tag: str
    xyz: Position
    height: float = 10.0
    roughness_length: float = 0.1
    roughness_sectors: RoughnessSectors | None = None
    name: str = ""
    name_zh: str = ""

    def roughness_from(self, wind_from_direction: float) -> float:
        """Roughness length, m, that a wind from a direction, degrees, has come over."""
        sectors = self.roughness_sectors
        return self.roughness_length if sectors is None else sectors.at(wind_from_direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyShutdown:
    """What closes which valves by itself.

    Attributes
    ----------
    closes : tuple of str
        Valve tags.
    detect_time : float
        Assumed time from the start of a large leak to the alarm, s: used for planning, not by the simulator.
    votes : int
        Detectors that must stand above their ``high`` setpoint at once.
    pressure_below : mapping
        Pressure instrument tag to the pressure below which it trips, Pa.
    manual : bool
        An operator can trip it.
    """

    tag: str
    closes: tuple[str, ...]
    detect_time: float
    decide_time: float
    votes: int = 2
    pressure_below: Mapping[str, float] = field(default_factory=_nothing)
    manual: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A building or wall; polygon in metres east and north of the origin."""

    id: str
    polygon: tuple[tuple[float, float], ...]
    height: float
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationArea:
    """Where people are: ``residential``, ``business``, ``road``, ``farm``, ``workplace``, ``school``, ``hospital``.

    The fraction indoors is ``None`` where the plant file gives none; ``indoors_assumed`` says that its source calls it
    assumed.
    """

    id: str
    kind: str
    polygon: tuple[tuple[float, float], ...]
    centre: tuple[float, float]
    people_day: float
    people_night: float
    name: str = ""
    name_zh: str = ""
    indoors_day: float | None = None
    indoors_night: float | None = None
    indoors_assumed: bool = False


Part = (
    Equipment | Nozzle | Joint | Line | Valve | Instrument | Detector | WeatherStation | EmergencyShutdown | Bund
    | Catch | Obstacle | PopulationArea
)  # fmt: skip
