"""The Dataset a forecast is: its dimensions, names, units and provenance."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from physics.cards import Caveat, Grade
from physics.dispersion.cloud import Cloud
from physics.dispersion.flammable import FlammableCloud
from physics.harm.toxic_load import Level
from physics.quantities import attributes
from physics.release import ReleaseBand
from physics.substances import Substance
from physics.weather import Weather
from scenarios.best_estimate import BestEstimate
from scenarios.outer_edge import RADII, OuterEdge
from scenarios.outlook import Outlook
from scenarios.receptors import Exposure
from scenarios.scenario import Scenario
from scenarios.sources import BANDS, STATIONS, books, sources
from twin.parts import PopulationArea
from twin.plant import Plant
from twin.sections import Section
from twin.state import Snapshot

Array = NDArray[np.float64]
Variables = dict[str, Any]

AVERAGING = 600.0
"""Averaging time of every concentration here, s: that of the spread sets used."""


class Branch(StrEnum):
    """What isolation does. Until closure is proven, the first is what maps and alerts show (DESIGN law 5)."""

    FAILS = "isolation-fails"
    ISOLATES = "isolates"


BRANCHES = tuple(Branch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one branch computed; everything after ``isolated_after`` is absent where no model holds."""

    band: ReleaseBand
    isolated_after: float | None
    best: BestEstimate | None = None
    outer: tuple[Cloud, ...] = ()
    edge: OuterEdge | None = None
    flammable: tuple[FlammableCloud, ...] = ()
    exposures: tuple[Exposure, ...] = ()


def software_version() -> str:
    """Version of the installed distribution."""
    try:
        return version("leakcast")
    except PackageNotFoundError:
        return "unknown"


def assemble(
    *,
    plant: Plant,
    snapshot: Snapshot | None,
    scenario: Scenario,
    section: Section,
    winds: Outlook,
    of: Substance,
    levels: tuple[Level, ...],
    frames: Array,
    steps: Array,
    source: tuple[float, float, float],
    people: Array,
    branches: dict[Branch, Content],
    caveats: list[Caveat],
) -> xr.Dataset:
    """Put a forecast together.

    Dimensions: ``branch``, ``band``, ``time`` (map frames), ``exposure_time`` (receptor steps), ``level``, ``radius``
    (outer edge, from the source), ``x`` and ``y`` (the best estimate's even grid), ``probability_x`` and
    ``probability_y`` (that of the winds' ensemble), ``model`` and ``receptor``. Places are metres east and north of the
    plant's origin. What no model holds for is NaN.
    """
    contents = [branches[branch] for branch in BRANCHES]
    coordinates: Variables = {
        "branch": [str(branch) for branch in BRANCHES],
        "band": list(BANDS),
        "time": ("time", frames, attributes("time")),
        "exposure_time": ("exposure_time", steps, attributes("time")),
        "level": [level.name for level in levels],
        "radius": ("radius", RADII, attributes("distance")),
        "receptor": list(plant.population_areas),
        "station": list(STATIONS),
    }
    variables: Variables = {
        "people": _given(("receptor",), people, "people"),
        **sources(contents, steps),
        **_edges(contents),
        **_receptors(contents),
        **_flammable(contents),
        **_field(contents),
        **_spread(contents),
    }
    data = xr.Dataset(variables, coordinates)
    data.attrs = _provenance(plant, snapshot, scenario, section, winds, of, levels, source, contents, caveats)
    return data


def _given(dims: tuple[str, ...], values: Any, word: str) -> tuple[Any, ...]:
    return dims, np.asarray(values, dtype=np.float64), attributes(word)


def _edges(contents: list[Content]) -> Variables:
    edges = [content.edge for content in contents if content.edge is not None]
    if len(edges) != len(contents):
        return {}
    zone, frame, flat = ("branch", "level", "radius"), ("branch", "level", "time", "radius"), ("branch", "level")
    found: Variables = {
        "outer_zone": _given(zone, [edge.zone for edge in edges], "zone_half_angle"),
        "outer_frame": _given(frame, [edge.frames for edge in edges], "zone_half_angle"),
        "outer_distance": _given(flat, [edge.distance for edge in edges], "zone_distance"),
        "outer_around": _given(("branch",), [edge.around for edge in edges], "distance"),
        "outer_travel_limited": (flat, np.array([edge.travel_limited for edge in edges])),
    }
    best = [content.best for content in contents if content.best is not None]
    if len(best) == len(contents):
        found["best_distance"] = _given(flat, [item.distance for item in best], "zone_distance")
        found["best_travel_limited"] = (flat, np.array([item.travel_limited for item in best]))
    return found


def _field(contents: list[Content]) -> Variables:
    fields = [content.best.field for content in contents if content.best is not None]
    if len(fields) != len(contents):
        return {}
    whole, places = ("branch", "time", "y", "x"), ("branch", "y", "x")
    values = np.array([field.fractions for field in fields], dtype=np.float32)
    return {
        "mole_fraction": (whole, values, attributes("mole_fraction")),
        "level_ratio": _given(("branch", "level", "y", "x"), [field.ratios for field in fields], "level_ratio"),
        "cloud_arrival": _given(places, [field.arrival for field in fields], "arrival_time"),
        "cloud_departure": _given(places, [field.departure for field in fields], "departure_time"),
        "east": _given(("branch", "x"), [field.east for field in fields], "east"),
        "north": _given(("branch", "y"), [field.north for field in fields], "north"),
    }


def _spread(contents: list[Content]) -> Variables:
    """Differences between models, bands and winds; of models only those that apply in every branch are held."""
    spreads = [content.best.spread for content in contents if content.best is not None]
    if len(spreads) != len(contents):
        return {}
    common = [name for name in spreads[0].models if all(name in spread.models for spread in spreads)]
    chosen = [[spread.models.index(name) for name in common] for spread in spreads]
    places = ("branch", "level", "probability_y", "probability_x")
    return {
        "model": ("model", common),
        "model_distance": _given(
            ("branch", "model", "level"),
            [spread.by_model[rows] for spread, rows in zip(spreads, chosen, strict=True)],
            "zone_distance",
        ),
        "band_distance": _given(("branch", "band", "level"), [spread.by_band for spread in spreads], "zone_distance"),
        "probability": _given(places, [spread.probability for spread in spreads], "exceedance_probability"),
        "probability_east": _given(("branch", "probability_x"), [spread.east for spread in spreads], "east"),
        "probability_north": _given(("branch", "probability_y"), [spread.north for spread in spreads], "north"),
    }


def _flammable(contents: list[Content]) -> Variables:
    if not all(content.flammable for content in contents):
        return {}

    def every(field: str) -> list[list[float]]:
        return [[getattr(item, field) for item in content.flammable] for content in contents]

    flat = ("branch", "band")
    return {
        "flammable_mass": _given(flat, every("mass"), "flammable_mass"),
        "lfl_distance": _given(flat, every("distance"), "lfl_distance"),
        "half_lfl_distance": _given(flat, every("half_distance"), "lfl_distance"),
    }


def _receptors(contents: list[Content]) -> Variables:
    if not contents[0].exposures:
        return {}

    def every(field: str) -> list[list[Any]]:
        return [[getattr(item, field) for item in content.exposures] for content in contents]

    def numbers(field: str) -> list[list[float]]:
        return [[_or_nan(value) for value in row] for row in every(field)]

    flat, series = ("branch", "receptor"), ("branch", "receptor", "exposure_time")
    return {
        "breathed_best": _given(series, every("best"), "breathed_mole_fraction"),
        "breathed_outer": _given(series, every("outer"), "breathed_mole_fraction"),
        "arrival": _given(flat, numbers("arrival"), "arrival_time"),
        "outer_arrival": _given(flat, numbers("outer_arrival"), "arrival_time"),
        "departure": _given(flat, numbers("departure"), "departure_time"),
        "outer_departure": _given(flat, numbers("outer_departure"), "departure_time"),
        "toxic_load": _given(flat, numbers("load"), "toxic_load"),
        "receptor_zone": (flat, np.array([[v or "" for v in row] for row in every("zone")], dtype=object)),
        "receptor_outer_zone": (
            flat,
            np.array([[v or "" for v in row] for row in every("outer_zone")], dtype=object),
        ),
    }


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _weather(weather: Weather | None) -> dict[str, Any] | None:
    return None if weather is None else asdict(weather)


def _area(area: PopulationArea) -> dict[str, Any]:
    name = area.name or area.id
    return {
        "name": name,
        "name_zh": area.name_zh or name,
        "kind": area.kind,
        "x_m": area.centre[0],
        "y_m": area.centre[1],
    }


def _provenance(
    plant: Plant,
    snapshot: Snapshot | None,
    scenario: Scenario,
    section: Section,
    winds: Outlook,
    of: Substance,
    levels: tuple[Level, ...],
    source: tuple[float, float, float],
    contents: list[Content],
    caveats: list[Caveat],
) -> dict[str, Any]:
    first = contents[0]
    best = first.best.cloud if first.best is not None else None
    clouds = [cloud for cloud in (best, *first.outer) if cloud is not None]
    everything = [
        *caveats,
        *(caveat for content in contents for caveat in content.band.best.caveats),
        *(clouds[0].caveats if clouds else ()),
        *(first.best.spread.caveats if first.best is not None else ()),
        *(caveat for cloud in clouds for caveat in cloud.caveats if caveat.grade is not Grade.NOTE),
    ]
    chosen = [*first.band.best.says, *(clouds[0].says if clouds else ())]
    return {
        "Conventions": "CF-1.11",
        "title": f"Leakcast forecast: {scenario.part}, {plant.name}",
        "plant": plant.id,
        "part": scenario.part,
        "substance": of.name,
        "scenario": json.dumps(scenario.as_dict(), sort_keys=True),
        "scenario_digest": scenario.digest,
        "seed": scenario.seed,
        "section": section.id,
        "section_mass_kg": section.mass_of(plant.fluid_of(scenario.part).id),
        "source_east_north_up_m": list(map(float, source)),
        "wind_known": int(winds.central is not None),
        "outer_spread_radian": float(winds.spread),
        "weather": json.dumps({"central": _weather(winds.central), "members": [_weather(w) for w in winds.members]}),
        "levels": json.dumps({level.name: dict(level.guide) for level in levels}),
        "isolated_after_s": json.dumps({str(b): c.isolated_after for b, c in zip(BRANCHES, contents, strict=True)}),
        "models": json.dumps(sorted({name for cloud in clouds for name in cloud.models})),
        "conservation": json.dumps(books(BRANCHES, contents)),
        "says": json.dumps(list(dict.fromkeys(chosen)), ensure_ascii=False),
        "caveats": json.dumps([c.as_dict() for c in dict.fromkeys(everything)], ensure_ascii=False),
        "areas": json.dumps({key: _area(area) for key, area in plant.population_areas.items()}, ensure_ascii=False),
        "averaging_s": AVERAGING,
        "snapshot": snapshot.id if snapshot is not None else "",
        "snapshot_at": snapshot.at.isoformat() if snapshot is not None else "",
        "clock": "source" if snapshot is not None else "none",
        "software_version": software_version(),
    }
