"""The plant file format, version 1: what may stand in ``plant.yaml`` and ``tags.yaml``, key by key.

`plant.schema.json` is made from these records. Any number may be plain SI, text with a unit (``"8.4 bar"`` is
absolute, ``"7.4 bar(g)"`` gauge) or ``{value: ..., source: ...}``; ranges, accuracies, alarms and setpoints written
as plain numbers are in the ``unit`` of their instrument.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from twin.units import number

_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "number"},
        {"type": "string"},
        {
            "type": "object",
            "properties": {"value": {"type": ["number", "string"]}, "source": {"type": "string"}},
            "required": ["value"],
            "additionalProperties": False,
        },
    ]
}


def _reads(unit: str) -> BeforeValidator:
    return BeforeValidator(lambda raw: number(raw, unit))


def _shown(unit: str, says: str) -> WithJsonSchema:
    return WithJsonSchema({**_NUMBER_SCHEMA, "x-unit": unit, "description": f"{says}, {unit}"})


Pressure = Annotated[float, _reads("Pa"), _shown("Pa", "absolute pressure")]
Temperature = Annotated[float, _reads("K"), _shown("K", "temperature")]
Length = Annotated[float, _reads("m"), _shown("m", "length")]
Area = Annotated[float, _reads("m2"), _shown("m2", "area")]
Volume = Annotated[float, _reads("m3"), _shown("m3", "volume")]
Mass = Annotated[float, _reads("kg"), _shown("kg", "mass")]
MassFlow = Annotated[float, _reads("kg s-1"), _shown("kg s-1", "mass flow rate")]
Duration = Annotated[float, _reads("s"), _shown("s", "time")]
Plain = Annotated[float, _reads("1"), _shown("1", "number")]
HeatCapacity = Annotated[float, _reads("J kg-1 K-1"), _shown("J kg-1 K-1", "specific heat capacity")]
Raw = Annotated[
    float | str | dict[str, Any],
    WithJsonSchema({**_NUMBER_SCHEMA, "description": "plain numbers are in the instrument's unit"}),
]
Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,79}$")]
Positive = Field(gt=0.0)
Fraction = Field(ge=0.0, le=1.0)
Sources = str | list[str]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=False)


class _Named(_Entry):
    name: str = ""
    name_zh: str = ""
    sources: Sources = ""


class SourceEntry(_Entry):
    """A document the file's facts come from."""

    id: Tag
    says: str


class OriginEntry(_Entry):
    """Origin of the local metres: degrees, or easting and northing in a projected CRS."""

    lon: float | None = Field(default=None, ge=-180.0, le=180.0)
    lat: float | None = Field(default=None, ge=-90.0, le=90.0)
    easting: float | None = None
    northing: float | None = None
    source: str = ""


class PlantEntry(_Entry):
    """The plant itself."""

    id: Tag
    name: str
    name_zh: str = ""
    crs: str
    source_crs: str | None = None
    origin: OriginEntry
    timezone: str = "UTC"
    units: Literal["SI"] = "SI"
    sources: list[SourceEntry] = Field(default_factory=list)


class FluidEntry(_Named):
    """A fluid: CAS numbers or common names to mole fractions."""

    components: dict[str, Plain] = Field(min_length=1)
    state: Literal["liquid", "gas", "two_phase"]


class GeometryEntry(_Entry):
    """Inside dimensions of a vessel."""

    shape: Literal["cylinder", "sphere"]
    D: Annotated[Length, Positive]
    L: Length = 0.0
    orient: Literal["horizontal", "vertical"] = "horizontal"


class DesignEntry(_Entry):
    """Design limits."""

    P: Pressure | None = None
    T: Temperature | None = None


class InventoryEntry(_Entry):
    """What a vessel holds."""

    fluid: str
    T: Annotated[Temperature, Positive]
    P: Annotated[Pressure, Positive]
    level: Annotated[Plain, Fraction] = 0.0


class WallEntry(_Entry):
    """Heat that a vessel's wall can give."""

    mass: Mass
    cp: HeatCapacity


class EquipmentEntry(_Named):
    """A vessel, container, manifold or supply; ``class`` takes DEXPI's class names."""

    tag: Tag
    kind: str = Field(alias="class")
    volume: Annotated[Volume, Positive]
    xyz: tuple[Length, Length, Length]
    elevation: Length = 0.0
    geometry: GeometryEntry | None = None
    design: DesignEntry | None = None
    inventory: InventoryEntry | None = None
    wall: WallEntry | None = None
    bund: str | None = Field(default=None, description="id of the bund it stands in")
    boundary: bool = False
    relief: bool = False


class NozzleEntry(_Entry):
    """A nozzle of a vessel."""

    id: Tag
    equipment: str
    z: Length = 0.0
    dn: Plain | None = None
    closed: bool = False
    sources: Sources = ""


class JointEntry(_Entry):
    """A point where lines meet."""

    id: Tag
    xyz: tuple[Length, Length, Length]


class LineEntry(_Named):
    """A pipe or hose; ``dn`` is nominal and ``id_mm`` the inside diameter, both plain millimetres."""

    tag: Tag
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    dn: Annotated[Plain, Positive] | None = None
    id_mm: Annotated[Plain, Positive] | None = None
    length: Annotated[Length, Positive]
    dz: Length = 0.0
    fluid: str
    spec: str = ""
    kind: Literal["pipe", "hose", "dip_pipe"] = "pipe"
    loss_coefficient: Annotated[Plain, Field(ge=0.0)] = 0.0
    roughness: Annotated[Length, Field(ge=0.0)] = 4.5e-5
    relief: bool = False
    hours_of_use: Annotated[Plain, Field(ge=0.0, le=8784.0)] | None = Field(default=None, description="hours a year")
    bund: str | None = Field(default=None, description="id of the bund it runs over")
    items: list[str] = Field(default_factory=list)


class ValveEntry(_Named):
    """A valve on a line, ``at`` a fraction of its length; ``setting`` as a flow for excess_flow, a pressure for prv."""

    tag: Tag
    line: str
    role: Literal["esdv", "rov", "manual", "check", "prv", "bdv", "excess_flow"]
    at: Annotated[Plain, Fraction] = 0.5
    fail: Literal["open", "closed", "stay"] = "stay"
    normally: Literal["open", "closed"] = "open"
    t_stroke: Annotated[Duration, Field(ge=0.0)] | None = None
    t_decide: Annotated[Duration, Field(ge=0.0)] | None = None
    pfd: Annotated[Plain, Fraction] | None = None
    kv: Annotated[Plain, Positive] | None = Field(default=None, description="m³/h of water at 1 bar")
    loss_coefficient: Annotated[Plain, Field(ge=0.0)] | None = None
    setting: Raw | None = None
    catch: str | None = Field(default=None, description="id of the flare or scrubber a prv relieves into")


class BindingEntry(_Entry):
    """Where a tag's value is on the OPC UA server."""

    node: str
    scale: Plain = 1.0
    expected_period: Annotated[Duration, Positive] | None = None
    stale_after: Annotated[Duration, Positive] | None = None
    on_bad: Literal["exclude", "hold"] = "exclude"


class TagEntry(BindingEntry):
    """One row of ``tags.yaml``."""

    tag: str


class MeasuresEntry(_Entry):
    """What an instrument looks at."""

    target: str
    quantity: str


class InstrumentEntry(_Named):
    """A measurement."""

    tag: Tag
    measures: MeasuresEntry
    unit: str
    range: tuple[Raw, Raw]
    accuracy: Raw = 0.0
    opcua: BindingEntry | None = None
    alarms: dict[Literal["low_low", "low", "high", "high_high"], Raw] = Field(default_factory=dict)


class DetectorEntry(_Named):
    """A gas detector."""

    tag: Tag
    gas: str | None = None
    xyz: tuple[Length, Length, Length]
    range: tuple[Raw, Raw]
    unit: str = "ppm"
    t90: Annotated[Duration, Positive]
    accuracy: Raw = 0.0
    setpoints: dict[Literal["low", "high"], Raw] = Field(default_factory=dict)
    opcua: BindingEntry | None = None


class RoughnessSectorEntry(_Entry):
    """Ground that a wind comes over, from this direction clockwise to the next sector's."""

    from_direction: Annotated[float, Field(ge=0.0, lt=360.0)]
    roughness_length: Annotated[Length, Positive]


class WeatherStationEntry(_Named):
    """The mast."""

    tag: Tag
    xyz: tuple[Length, Length, Length]
    height: Annotated[Length, Positive] = 10.0
    roughness_length: Annotated[Length, Positive] = 0.1
    roughness_sectors: list[RoughnessSectorEntry] = Field(default_factory=list)


class EmergencyShutdownEntry(_Entry):
    """What closes valves by itself."""

    tag: Tag
    closes: list[str] = Field(min_length=1)
    detect_time: Annotated[Duration, Field(ge=0.0)]
    decide_time: Annotated[Duration, Field(ge=0.0)]
    votes: int = Field(default=2, ge=1)
    pressure_below: dict[str, Pressure] = Field(default_factory=dict)
    manual: bool = True
    sources: Sources = ""


class PeopleEntry(_Entry):
    """How many people are there."""

    day: Annotated[Plain, Field(ge=0.0)]
    night: Annotated[Plain, Field(ge=0.0)]


class IndoorsEntry(_Entry):
    """What fraction of the people is indoors."""

    day: Annotated[Plain, Fraction]
    night: Annotated[Plain, Fraction]
    assumed: bool = False


class AreaEntry(_Named):
    """Where people are: a feature of ``site.geojson`` or a polygon in local metres."""

    id: Tag
    kind: Literal["residential", "business", "road", "farm", "workplace", "school", "hospital", "other"] = "other"
    feature: str | None = None
    polygon: list[tuple[Length, Length]] | None = None
    people: PeopleEntry
    indoors: IndoorsEntry | None = None


class BundEntry(_Named):
    """What holds a pool: the free area inside its walls, and what its floor is made of."""

    id: Tag
    area: Annotated[Area, Positive]
    ground: Literal["concrete", "soil", "insulated"] = "concrete"


class CatchEntry(_Named):
    """What relief valves end in: a drum for the liquid, and a flare or scrubber for ``rate`` of vapour."""

    id: Tag
    kind: Literal["flare", "scrubber"]
    rate: Annotated[MassFlow, Positive]
    efficiency: Annotated[Plain, Fraction]
    charge: Annotated[Mass, Positive] | None = None
    drum: Annotated[Mass, Field(ge=0.0)] = 0.0
    outlet_height: Annotated[Length, Field(ge=0.0)]
    availability: Annotated[Plain, Fraction] | None = None


class ObstacleEntry(_Named):
    """A building or wall."""

    id: Tag
    feature: str | None = None
    polygon: list[tuple[Length, Length]] | None = None
    height: Annotated[Length, Positive]


class PlantFile(_Entry):
    """``plant.yaml``."""

    schema_: Literal[1] = Field(alias="schema")
    plant: PlantEntry
    fluids: dict[str, FluidEntry]
    equipment: list[EquipmentEntry]
    nozzles: list[NozzleEntry] = Field(default_factory=list)
    joints: list[JointEntry] = Field(default_factory=list)
    lines: list[LineEntry] = Field(default_factory=list)
    valves: list[ValveEntry] = Field(default_factory=list)
    instruments: list[InstrumentEntry] = Field(default_factory=list)
    detectors: list[DetectorEntry] = Field(default_factory=list)
    weather_station: WeatherStationEntry | None = None
    emergency_shutdown: list[EmergencyShutdownEntry] = Field(default_factory=list)
    bunds: list[BundEntry] = Field(default_factory=list)
    catches: list[CatchEntry] = Field(default_factory=list)
    obstacles: list[ObstacleEntry] = Field(default_factory=list)
    population: list[AreaEntry] = Field(default_factory=list)


LISTS: dict[str, type[_Entry]] = {
    "equipment": EquipmentEntry,
    "nozzles": NozzleEntry,
    "joints": JointEntry,
    "lines": LineEntry,
    "valves": ValveEntry,
    "instruments": InstrumentEntry,
    "detectors": DetectorEntry,
    "emergency_shutdown": EmergencyShutdownEntry,
    "bunds": BundEntry,
    "catches": CatchEntry,
    "obstacles": ObstacleEntry,
    "population": AreaEntry,
}
"""Top-level keys that hold lists, with the record of their items."""


def schema() -> dict[str, Any]:
    """JSON Schema of ``plant.yaml``, as shipped in ``plant.schema.json``."""
    found = PlantFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Leakcast plant file, version 1",
        **{key: value for key, value in found.items() if key != "title"},
    }
