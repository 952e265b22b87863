"""Turns checked entries of the plant file into parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from physics.weather import RoughnessSectors
from twin import parts
from twin import plant_file as entry
from twin.checks import INERT, QUANTITIES, in_unit, span_in_unit
from twin.coordinates import LocalFrame, shifted_name, to_wgs84
from twin.entries import Entries
from twin.units import number

KV_REFERENCE = 200.0
"""2 Δp/ρ at Kv's definition: 1 bar and water of 1000 kg/m³, m²/s² (IEC 60534-1)."""
DEFAULT_VALVE_LOSS = 0.2
"""Velocity heads of an open full-bore valve (Crane TP-410, ball valve K = 3 f_T with f_T about 0.02, rounded up)."""
ROAD_HALF_WIDTH = 12.0
"""Metres either side of a road drawn as a line."""
POINT_RADIUS = 20.0
"""Metres about a place drawn as a point."""


def source(item: entry.SourceEntry) -> parts.Source:
    """A cited document."""
    return parts.Source(item.id, item.says)


def fluid(id_: str, item: entry.FluidEntry) -> parts.Fluid:
    """A fluid of one component."""
    name = next(iter(item.components))
    return parts.Fluid(
        id=id_,
        substance=name,
        state=item.state,
        inert=name.lower() in INERT,
        name=item.name or id_,
        name_zh=item.name_zh,
    )


def equipment(item: entry.EquipmentEntry) -> parts.Equipment:
    """A vessel."""
    shape, held, wall, design = item.geometry, item.inventory, item.wall, item.design
    return parts.Equipment(
        tag=item.tag,
        kind=item.kind,
        volume=item.volume,
        xyz=item.xyz,
        elevation=item.elevation,
        geometry=parts.Geometry(shape=shape.shape, diameter=shape.D, length=shape.L, orientation=shape.orient)
        if shape
        else None,
        inventory=parts.Inventory(fluid=held.fluid, temperature=held.T, pressure=held.P, level=held.level)
        if held
        else None,
        design_pressure=design.P if design else None,
        design_temperature=design.T if design else None,
        wall_mass=wall.mass if wall else 0.0,
        wall_heat_capacity=wall.cp if wall else 0.0,
        boundary=item.boundary,
        relief=item.relief,
        bund=item.bund,
        name=item.name,
        name_zh=item.name_zh,
    )


def bund(item: entry.BundEntry) -> parts.Bund:
    """A bund."""
    return parts.Bund(id=item.id, area=item.area, ground=item.ground, name=item.name, name_zh=item.name_zh)


def catch(item: entry.CatchEntry) -> parts.Catch:
    """What relief valves end in."""
    return parts.Catch(
        id=item.id,
        kind=item.kind,
        rate=item.rate,
        efficiency=item.efficiency,
        charge=math.inf if item.charge is None else item.charge,
        drum=item.drum,
        outlet_height=item.outlet_height,
        availability=item.availability,
        name=item.name,
        name_zh=item.name_zh,
    )


def nozzle(item: entry.NozzleEntry) -> parts.Nozzle:
    """A nozzle."""
    diameter = item.dn / 1000.0 if item.dn else None
    return parts.Nozzle(id=item.id, equipment=item.equipment, height=item.z, diameter=diameter, closed=item.closed)


def joint(item: entry.JointEntry) -> parts.Joint:
    """A joint."""
    return parts.Joint(id=item.id, xyz=item.xyz)


def line(item: entry.LineEntry) -> parts.Line:
    """A line; its inside diameter is ``id_mm``, else ``dn``."""
    return parts.Line(
        tag=item.tag,
        start=item.start,
        end=item.end,
        diameter=(item.id_mm or item.dn or 0.0) / 1000.0,
        length=item.length,
        fluid=item.fluid,
        rise=item.dz,
        loss_coefficient=item.loss_coefficient,
        roughness=item.roughness,
        hose=item.kind == "hose",
        leaks_outside=item.kind != "dip_pipe",
        relief=item.relief,
        bund=item.bund,
        hours_of_use=item.hours_of_use,
        items=tuple(item.items),
        name=item.name,
        name_zh=item.name_zh,
    )


def valve(item: entry.ValveEntry, on: parts.Line) -> parts.Valve:
    """A valve; Kv becomes velocity heads on its line's velocity."""
    loss = item.loss_coefficient
    if loss is None and item.kv is not None:
        loss = KV_REFERENCE * (3600.0 * on.area / item.kv) ** 2
    unit = "kg s-1" if item.role == "excess_flow" else "Pa"
    return parts.Valve(
        tag=item.tag,
        line=item.line,
        role=parts.ValveRole(item.role),
        position=item.at,
        fail=item.fail,
        stroke_time=item.t_stroke,
        decide_time=item.t_decide,
        failure_probability=item.pfd,
        loss_coefficient=DEFAULT_VALVE_LOSS if loss is None else loss,
        setting=None if item.setting is None else number(item.setting, unit),
        catch=item.catch,
        normally_open=item.normally == "open",
        name=item.name,
        name_zh=item.name_zh,
    )


def bindings(entries: Entries) -> Mapping[str, parts.Binding]:
    """Where every tag is read, from ``tags.yaml`` and from ``opcua`` in the plant file."""
    found: dict[str, entry.BindingEntry] = {row.item.tag: row.item for row in entries.tags}
    for kind in ("instruments", "detectors"):
        found |= {row.item.tag: row.item.opcua for row in entries.of(kind) if row.item.opcua}
    return {
        tag: parts.Binding(
            node=item.node,
            scale=item.scale,
            expected_period=item.expected_period,
            stale_after=item.stale_after,
            on_bad=item.on_bad,
        )
        for tag, item in found.items()
    }


def instrument(item: entry.InstrumentEntry, bound: Mapping[str, parts.Binding]) -> parts.Instrument:
    """An instrument, its range and limits in SI."""
    si = QUANTITIES[item.measures.quantity]
    alarms: dict[str, float] = {key: in_unit(raw, item.unit, si) for key, raw in item.alarms.items()}
    return parts.Instrument(
        tag=item.tag,
        target=item.measures.target,
        quantity=item.measures.quantity,
        unit=item.unit,
        low=in_unit(item.range[0], item.unit, si),
        high=in_unit(item.range[1], item.unit, si),
        accuracy=span_in_unit(item.accuracy, item.unit, si),
        alarms=MappingProxyType(alarms),
        binding=bound.get(item.tag),
        name=item.name,
        name_zh=item.name_zh,
    )


def detector(item: entry.DetectorEntry, bound: Mapping[str, parts.Binding]) -> parts.Detector:
    """A gas detector, its range and setpoints as mole fractions."""
    setpoints: dict[str, float] = {key: in_unit(raw, item.unit, "1") for key, raw in item.setpoints.items()}
    return parts.Detector(
        tag=item.tag,
        gas=item.gas or "",
        xyz=item.xyz,
        low=in_unit(item.range[0], item.unit, "1"),
        high=in_unit(item.range[1], item.unit, "1"),
        t90=item.t90,
        unit=item.unit,
        accuracy=span_in_unit(item.accuracy, item.unit, "1"),
        setpoints=MappingProxyType(setpoints),
        binding=bound.get(item.tag),
        name=item.name,
        name_zh=item.name_zh,
    )


def station(item: entry.WeatherStationEntry) -> parts.WeatherStation:
    """The mast."""
    return parts.WeatherStation(
        tag=item.tag,
        xyz=item.xyz,
        height=item.height,
        roughness_length=item.roughness_length,
        roughness_sectors=_sectors(item.roughness_sectors),
        name=item.name,
        name_zh=item.name_zh,
    )


def _sectors(items: list[entry.RoughnessSectorEntry]) -> RoughnessSectors | None:
    rising = sorted(items, key=lambda item: item.from_direction)
    if not rising:
        return None
    return RoughnessSectors(
        begins=tuple(item.from_direction for item in rising),
        roughness_length=tuple(item.roughness_length for item in rising),
    )


def shutdown(item: entry.EmergencyShutdownEntry) -> parts.EmergencyShutdown:
    """Shutdown logic."""
    return parts.EmergencyShutdown(
        tag=item.tag,
        closes=tuple(item.closes),
        detect_time=item.detect_time,
        decide_time=item.decide_time,
        votes=item.votes,
        pressure_below=MappingProxyType(dict(item.pressure_below)),
        manual=item.manual,
    )


class Places:
    """Turns coordinates of the files into WGS 84 and local metres."""

    def __init__(self, about: entry.PlantEntry, site: Mapping[str, Any]) -> None:
        self._shifted = shifted_name(about.source_crs) if about.source_crs else None
        self.origin = to_wgs84(*_origin(about), self._shifted)
        self._frame = LocalFrame(longitude=self.origin[0], latitude=self.origin[1])
        self.site = self._site(site)
        self._features = {str((item.get("properties") or {}).get("id")): item for item in self.site.get("features", [])}

    def _site(self, site: Mapping[str, Any]) -> dict[str, Any]:
        features = []
        for feature in site.get("features", []):
            shape = feature["geometry"]
            moved = {**shape, "coordinates": self._moved(shape.get("coordinates"))}
            features.append({**feature, "geometry": moved})
        return {"type": "FeatureCollection", "features": features}

    def _moved(self, coordinates: Any) -> Any:
        if coordinates and isinstance(coordinates[0], int | float):
            return list(to_wgs84(float(coordinates[0]), float(coordinates[1]), self._shifted))
        return [self._moved(item) for item in coordinates or []]

    def polygon(self, item: Any) -> tuple[tuple[float, float], ...]:
        """Outline of an area in local metres; a line becomes a strip and a point a disc."""
        import shapely
        import shapely.geometry

        if item.polygon is not None:
            return tuple((x, y) for x, y in item.polygon)
        shape = shapely.geometry.shape(self._features[item.feature]["geometry"])
        local: Any = shapely.transform(
            shape, lambda points: np.array([self._frame.to_local(lon, lat) for lon, lat in points])
        )
        if shape.geom_type in {"LineString", "MultiLineString"}:
            local = local.buffer(ROAD_HALF_WIDTH, cap_style="flat")
        elif shape.geom_type in {"Point", "MultiPoint"}:
            local = local.buffer(POINT_RADIUS, quad_segs=4)
        if local.geom_type == "MultiPolygon":
            local = max(local.geoms, key=lambda piece: piece.area)
        return tuple((float(x), float(y)) for x, y in local.exterior.coords)

    def area(self, item: entry.AreaEntry) -> parts.PopulationArea:
        """A population area."""
        import shapely.geometry

        polygon = self.polygon(item)
        centre = shapely.geometry.Polygon(polygon).representative_point()
        return parts.PopulationArea(
            id=item.id,
            kind=item.kind,
            polygon=polygon,
            centre=(float(centre.x), float(centre.y)),
            people_day=item.people.day,
            people_night=item.people.night,
            name=item.name,
            name_zh=item.name_zh,
            indoors_day=item.indoors.day if item.indoors else None,
            indoors_night=item.indoors.night if item.indoors else None,
            indoors_assumed=item.indoors is not None and item.indoors.assumed,
        )

    def obstacle(self, item: entry.ObstacleEntry) -> parts.Obstacle:
        """A building or wall."""
        return parts.Obstacle(
            id=item.id, polygon=self.polygon(item), height=item.height, name=item.name, name_zh=item.name_zh
        )


def _origin(about: entry.PlantEntry) -> tuple[float, float]:
    import pyproj

    origin = about.origin
    if origin.lon is not None and origin.lat is not None:
        return origin.lon, origin.lat
    to_geographic = pyproj.Transformer.from_crs(about.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_geographic.transform(origin.easting, origin.northing)
    return float(lon), float(lat)
