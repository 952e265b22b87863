"""What a release does if it is lit: fires, the flash of its cloud, explosions among obstacles.

Best estimate: the best release, downwind. Outer edge: what the high or the best release does, whichever reaches
farther, and since nobody knows which way a jet points or where a cloud is lit, all round.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import affine_transform

from physics.cards import Caveat, Grade, ModelInputError
from physics.dispersion.cloud import Cloud, source_of
from physics.dispersion.flammable import FLAME_AVERAGING, HALF, FlammableCloud, strongest_time
from physics.dispersion.track import Aim
from physics.explosion.baker_strehlow_tang import reactivity_of
from physics.explosion.multi_energy import multi_energy
from physics.explosion.obstacles import Region
from physics.explosion.vapour_cloud import explosion_sources, stoichiometric_fraction, stoichiometric_volume
from physics.fire.flame import Flame
from physics.fire.fuels import fuel_of
from physics.fire.jet_fire import applicable_jets, jet_fire
from physics.fire.pool_fire import applicable_models as applicable_pools
from physics.fire.pool_fire import pool_fire
from physics.release import ReleaseBand, ReleaseTerm
from physics.substances import Substance
from physics.weather import Weather
from scenarios.contours import filled
from scenarios.ignition_reached import (
    BEST,
    FLUXES,
    HEIGHT,
    OUTER,
    Blasts,
    Place,
    Struck,
    flame_reach,
    flux_name,
    next_vessels,
    receptors,
)
from twin.congestion import obstructed_parts, reached
from twin.plant import Plant
from twin.state import Snapshot

Array = NDArray[np.float64]

OVERPRESSURES = (20.7e3, 13.8e3, 2.07e3)
"""Overpressures whose reach is given, Pa: buildings badly damaged, walls fall in part, windows break (practice of
commercial models and of AQ/T 3046-2013)."""
JET, POOL, FLASH, EXPLOSION = "jet-fire", "pool-fire", "flash-fire", "explosion"
KINDS = (JET, POOL, FLASH, EXPLOSION)
ALL_ROUND = "Drawn all round: a jet may point any way, the wind may turn, and nobody knows where a cloud is lit."
_LEAST_VELOCITY = 10.0
"""Of a jet that burns, m/s."""
_LEAST_HEIGHT = 0.5
"""Of a jet that burns, m."""
_LEAST_POOL = 0.1
"""m² below which a pool's fire is not looked at."""
_ALONG, _ACROSS = 61, 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """One way a release may burn.

    Attributes
    ----------
    kind, edge : str
        ``jet-fire``, ``pool-fire``, ``flash-fire`` or ``explosion``; ``best`` or ``outer``.
    model : str
    says : tuple of str
    reach : mapping
        Greatest distance from the source by level, m.
    shapes : mapping
        Where each level is reached, metres east and north of the plant's origin.
    flames : tuple of Flame
    blasts : tuple
        Places, m, and the blasts there.
    caveats : tuple of Caveat
    """

    kind: str
    edge: str
    model: str
    says: tuple[str, ...]
    reach: dict[str, float]
    shapes: dict[str, shapely.MultiPolygon]
    flames: tuple[Flame, ...] = ()
    blasts: Blasts = ()
    caveats: tuple[Caveat, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON; shapes as lists of rings of metres."""
        return {
            "kind": self.kind,
            "edge": self.edge,
            "model": self.model,
            "says": list(self.says),
            "reach_m": self.reach,
            "shapes": {level: _rings(shape) for level, shape in self.shapes.items()},
            "caveats": [caveat.as_dict() for caveat in self.caveats],
        }


def _rings(shape: shapely.MultiPolygon) -> list[list[list[list[float]]]]:
    return [
        [[[round(x, 1), round(y, 1)] for x, y in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in shape.geoms
    ]


def pressure_name(pressure: float) -> str:
    """As ``20.7 kPa``."""
    return f"{pressure / 1e3:g} kPa"


def if_lit(
    plant: Plant,
    snapshot: Snapshot | None,
    of: Substance,
    band: ReleaseBand,
    flammable: Sequence[FlammableCloud],
    *,
    wind: Weather,
    known: bool,
    place: Place,
) -> dict[str, Any] | None:
    """What a release does if it is lit, ready for JSON; ``None`` for what does not burn.

    Parameters
    ----------
    flammable : sequence of FlammableCloud
        Of the low, best and high release.
    wind : Weather
        The central wind, or the first of the outer edge's.
    known : bool
        Whether the wind's direction is known; without it there is no best estimate of a place.
    place : tuple of float
        Of the release, m.
    """
    if of.flammability is None or not flammable:
        return None
    parts = obstructed_parts(plant)
    ways: dict[str, list[Lit]] = {BEST: [], OUTER: []}
    caveats: list[Caveat] = []
    for edge, term, cloud in ((BEST, band.best, flammable[1]), (OUTER, band.high, flammable[2])):
        directed = edge == BEST and known
        try:
            ways[edge] += _fires(of, term, wind, place, directed=directed, every=edge == OUTER)
            ways[edge] += _clouds(parts, of, term, cloud, wind, place, directed=directed)
        except (ModelInputError, LookupError, ValueError) as error:
            says = f"What {of.name} does if it is lit could not be computed: {str(error).rstrip('.')}."
            caveats.append(Caveat(Grade.DEGRADED, "ignition", says))
    outer = [_farthest(kind, [*ways[OUTER], *ways[BEST]], place) for kind in KINDS]
    found = [*(ways[BEST] if known else ()), *(item for item in outer if item is not None)]
    struck = [
        _struck(edge, [item for item in found if item.edge == edge], max(burning_time(term) for term in terms))
        for edge, terms in ((BEST, (band.best,)), (OUTER, (band.best, band.high)))
        if known or edge == OUTER
    ]
    escalation, doubts = next_vessels(plant, snapshot, struck, wind, place)
    caveats += [caveat for item in found for caveat in item.caveats] + doubts
    return {
        "lit": [item.as_dict() for item in found],
        "receptors": receptors(plant, struck, wind, place),
        "escalation": escalation,
        "caveats": [caveat.as_dict() for caveat in dict.fromkeys(caveats)],
    }


def burning_time(term: ReleaseTerm) -> float:
    """How long something comes out, s."""
    return float(np.sum(np.diff(term.time)[term.discharged > 0.0]))


def _struck(edge: str, items: Sequence[Lit], lasts: float) -> Struck:
    burnt = [item.shapes["LFL"] for item in items if item.kind == FLASH]
    return Struck(
        edge=edge,
        flames=tuple(flame for item in items for flame in item.flames),
        blasts=tuple(blast for item in items for blast in item.blasts),
        burnt=shapely.union_all(burnt),
        lasts=lasts,
    )


def _farthest(kind: str, found: Sequence[Lit], place: Place) -> Lit | None:
    """Outer edge of one way to burn: the farthest release and model, all round; ``None`` where none burns so."""
    items = [item for item in found if item.kind == kind]
    if not items:
        return None
    reach = {level: max(item.reach[level] for item in items) for level in items[0].reach}
    farthest = max(items, key=lambda item: sum(item.reach.values()))
    if kind == EXPLOSION:
        shapes = {level: _joined([item.shapes[level] for item in items]) for level in reach}
        says = farthest.says
    else:
        shapes = {level: _circle(place, far) for level, far in reach.items()}
        says = (*farthest.says, ALL_ROUND)
    return Lit(
        kind=kind,
        edge=OUTER,
        model=farthest.model,
        says=says,
        reach=reach,
        shapes=shapes,
        flames=tuple(flame for item in items for flame in item.flames),
        blasts=tuple(blast for item in items for blast in item.blasts),
        caveats=tuple(dict.fromkeys(caveat for item in items for caveat in item.caveats)),
    )


def _fires(
    of: Substance, term: ReleaseTerm, wind: Weather, place: Place, *, directed: bool, every: bool
) -> Iterator[Lit]:
    """Jet and pool fire of a release's strongest moment, by the default model or by every one that applies."""
    strongest = int(np.argmax(term.discharged))
    if term.discharged[strongest] <= 0.0:
        return
    source = source_of(term, int(np.argmax(term.mass_flow_rate)), of)
    if source.aim is not Aim.POOL or term.liquid is None:
        vapour = float(term.vapour_fraction[strongest])
        for jet in applicable_jets(fuel_of(of), vapour_fraction=vapour)[: None if every else 1]:
            flame = jet_fire(
                of,
                mass_flow_rate=float(term.discharged[strongest]),
                weather=wind,
                height=max(term.source_height, _LEAST_HEIGHT),
                velocity=max(float(term.velocity[strongest]), _LEAST_VELOCITY),
                density=float(term.density[strongest]),
                vapour_fraction=vapour,
                model=jet,
            )
            yield _fire(JET, flame, wind, place, directed=directed)
    pool = 0.0 if term.liquid is None else float(np.max(term.liquid.pool_area))
    if pool > _LEAST_POOL:
        for model in applicable_pools(fuel_of(of))[: None if every else 1]:
            flame = pool_fire(of, diameter=math.sqrt(4.0 * pool / math.pi), weather=wind, model=model)
            yield _fire(POOL, flame, wind, place, directed=directed)


def _fire(kind: str, flame: Flame, wind: Weather, place: Place, *, directed: bool) -> Lit:
    reach = {flux_name(flux): flame_reach(flame, flux) for flux in FLUXES}
    shapes = {
        name: _flux_shape(flame, flux, far, wind, place) if directed else _circle(place, far)
        for flux, (name, far) in zip(FLUXES, reach.items(), strict=True)
    }
    return Lit(
        kind=kind,
        edge=BEST,
        model=flame.model,
        says=flame.says,
        reach=reach,
        shapes=shapes,
        flames=(flame,),
        caveats=flame.caveats,
    )


def _flux_shape(flame: Flame, flux: float, far: float, wind: Weather, place: Place) -> shapely.MultiPolygon:
    if far <= 0.0:
        return shapely.MultiPolygon()
    x, y = np.linspace(-1.1 * far, 1.1 * far, _ALONG), np.linspace(0.0, 1.1 * far, _ACROSS)
    half = flame.heat_flux(x[None, :], y[:, None], HEIGHT)
    whole = np.concatenate([half[:0:-1], half])
    return _turned(filled(x, np.concatenate([-y[:0:-1], y]), whole, flux), wind, place)


def _turned(shape: shapely.MultiPolygon, wind: Weather, place: Place) -> shapely.MultiPolygon:
    """A shape of the wind's frame, metres east and north of the plant's origin."""
    bearing = math.radians(wind.downwind_bearing)
    sine, cosine = math.sin(bearing), math.cos(bearing)
    found = affine_transform(shape, [sine, -cosine, cosine, sine, place[0], place[1]])
    return found if isinstance(found, shapely.MultiPolygon) else shapely.MultiPolygon([found])


def _circle(centre: tuple[float, ...], radius: float) -> shapely.MultiPolygon:
    if radius <= 0.0:
        return shapely.MultiPolygon()
    return shapely.MultiPolygon([shapely.Point(centre[:2]).buffer(radius, quad_segs=16)])


def _farthest_point(shape: shapely.MultiPolygon, place: Place) -> float:
    """How far a shape reaches from a place, m: a dense cloud in a light wind is wider than it is long."""
    away = shapely.get_coordinates(shape) - np.array(place[:2])
    return float(np.max(np.hypot(away[:, 0], away[:, 1]), initial=0.0))


def _joined(shapes: Sequence[shapely.MultiPolygon]) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.union_all([shape for shape in shapes if not shape.is_empty]))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _clouds(
    parts: tuple[Region, ...], of: Substance, term: ReleaseTerm, cloud: FlammableCloud, wind: Weather, place: Place, *,
    directed: bool,
) -> Iterator[Lit]:  # fmt: skip
    """Flash fire of the cloud, and explosions of what of it stands among obstacles."""
    if cloud.mass <= 0.0:
        return
    shapes = _flash_shapes(of, term, cloud, wind, place)
    on_axis = {"LFL": cloud.distance, "LFL/2": cloud.half_distance}
    reach = {level: max(far, _farthest_point(shapes[level], place)) for level, far in on_axis.items()}
    if not directed:
        shapes = {level: _circle(place, far) for level, far in reach.items()}
    yield Lit(
        kind=FLASH,
        edge=BEST,
        model="flash-fire",
        says=(f"{cloud.mass:.3g} kg stand between the limits; everybody outdoors inside the LFL is taken to die.",),
        reach=reach,
        shapes=shapes,
    )
    blasts, says = _explosions(parts, of, cloud, wind, shapes["LFL/2"])
    if blasts:
        circles = {p: [_circle(centre, blast.distance_to(p)) for centre, blast in blasts] for p in OVERPRESSURES}
        yield Lit(
            kind=EXPLOSION,
            edge=BEST,
            model="multi-energy",
            says=says,
            reach={pressure_name(p): _blast_reach(blasts, p, place) for p in OVERPRESSURES},
            shapes={pressure_name(p): _joined(circles[p]) for p in OVERPRESSURES},
            blasts=blasts,
            caveats=tuple(dict.fromkeys(caveat for _, blast in blasts for caveat in blast.caveats)),
        )


def _explosions(
    parts: tuple[Region, ...], of: Substance, cloud: FlammableCloud, wind: Weather, half: shapely.MultiPolygon
) -> tuple[Blasts, tuple[str, ...]]:
    """Blasts of what burns of a cloud: among the obstacles it reaches to half its lower limit, and in the open."""
    if half.is_empty:  # it burns nowhere near the ground
        return (), ()
    shapely.prepare(half)
    regions = reached(parts, lambda x, y: bool(shapely.contains_xy(half, x, y)))
    volume = stoichiometric_volume(
        mass=cloud.mass,
        molar_mass=of.molar_mass,
        fraction=stoichiometric_fraction(of.formula),
        temperature=wind.ambient_temperature,
        pressure=wind.ambient_pressure,
    )
    middle = half.centroid
    sources = explosion_sources(
        volume=volume, regions=regions, reactivity=reactivity_of(of.name), centre=(middle.x, middle.y)
    )
    air = wind.ambient_pressure
    blasts = tuple(
        (source.centre, multi_energy(energy=source.energy, strength=source.strength, ambient_pressure=air))
        for source in sources
        if source.energy > 0.0
    )
    return blasts, tuple(line for source in sources for line in source.says)


def _blast_reach(blasts: Blasts, pressure: float, place: Place) -> float:
    return max(
        (math.dist(centre, place[:2]) + far for centre, blast in blasts if (far := blast.distance_to(pressure)) > 0.0),
        default=0.0,
    )


def _flash_shapes(
    of: Substance, term: ReleaseTerm, known: FlammableCloud, wind: Weather, place: Place
) -> dict[str, shapely.MultiPolygon]:
    """Where the cloud reaches its lower limit and half of it when most of it burns."""
    assert of.flammability is not None
    cloud = Cloud(term, wind, averaging_time=FLAME_AVERAGING)
    lower = of.flammability.lower_limit
    at = strongest_time(cloud, lower=lower, upper=of.flammability.upper_limit)
    upwind = cloud.upwind_extent
    far = 1.1 * known.half_distance + 1.0
    x = np.linspace(-1.1 * upwind - 1.0, far, 3 * _ALONG)
    nodes, widths = cloud.half_widths()
    side = 4.0 * float(np.max(np.interp(np.abs(x), nodes, widths)))
    y = np.linspace(-side, side, 2 * _ALONG + 1)
    fraction = cloud.mole_fraction(x[None, :], y[:, None], 1.0, at)[0]
    return {
        "LFL": _turned(filled(x, y, fraction, lower), wind, place),
        "LFL/2": _turned(filled(x, y, fraction, HALF * lower), wind, place),
    }
