"""What a release does if it is lit: fires, the flash of its cloud, explosions among obstacles, what fails next.

Best estimate: the best release, downwind. Outer edge: the high release, and since nobody knows which way a jet points
or where a cloud is lit, a circle as far as it reaches in any direction.
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
from physics.dispersion.flammable import FLAME_AVERAGING, HALF, FlammableCloud
from physics.dispersion.track import Aim
from physics.explosion.baker_strehlow_tang import reactivity_of
from physics.explosion.blast import Blast
from physics.explosion.multi_energy import multi_energy
from physics.explosion.vapour_cloud import explosion_sources, stoichiometric_fraction, stoichiometric_volume
from physics.fire.fireball import fireball
from physics.fire.flame import Flame
from physics.fire.jet_fire import jet_fire
from physics.fire.pool_fire import pool_fire
from physics.harm.escalation import escalation_probability
from physics.release import ReleaseBand, ReleaseTerm
from physics.substances import Substance, substance
from physics.weather import Weather
from scenarios.contours import filled
from scenarios.receptors import outline
from scenarios.risk.escalation import Target, targets_of
from twin.congestion import obstructed_parts, reached
from twin.plant import Plant
from twin.sections import vessel_mass
from twin.state import Snapshot

Array = NDArray[np.float64]

FLUXES = (37.5e3, 12.5e3, 4.0e3)
"""Heat fluxes whose reach is given, W/m²: equipment fails and people die, people die in a minute, pain within 20 s
(practice of commercial models and of AQ/T 3046-2013)."""
OVERPRESSURES = (20.7e3, 13.8e3, 2.07e3)
"""Overpressures whose reach is given, Pa: buildings badly damaged, walls fall in part, windows break (as above)."""
HEIGHT = 1.5
"""Height at which heat is received, m."""
BEST, OUTER = "best", "outer"
JET, POOL, FLASH, EXPLOSION = "jet-fire", "pool-fire", "flash-fire", "explosion"
_LEAST_VELOCITY = 10.0
"""Of a jet that burns, m/s."""
_NEAREST, _FARTHEST = 1.0, 3000.0
_RAYS, _ANGLES, _ALONG, _ACROSS = 40, 13, 61, 31
_LEAST_POOL = 0.1
"""m² below which a pool's fire is not looked at."""
_LEAST_SHARE = 1e-6


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
    caveats : tuple of Caveat
    """

    kind: str
    edge: str
    model: str
    says: tuple[str, ...]
    reach: dict[str, float]
    shapes: dict[str, shapely.MultiPolygon]
    flame: Flame | None = None
    blasts: tuple[tuple[tuple[float, float], Blast], ...] = ()
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


def flux_name(flux: float) -> str:
    """As ``12.5 kW/m2``."""
    return f"{flux / 1e3:g} kW/m2"


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
    place: tuple[float, float, float],
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
    found: list[Lit] = []
    caveats: list[Caveat] = []
    for edge, term, cloud in ((BEST, band.best, flammable[1]), (OUTER, band.high, flammable[2])):
        if edge == BEST and not known:
            continue
        try:
            found += _fires(of, term, wind, place, edge)
            found += _clouds(plant, of, term, cloud, wind, place, edge)
        except (ModelInputError, LookupError, ValueError) as error:
            says = f"What {of.name} does if it is lit could not be computed: {str(error).rstrip('.')}."
            caveats.append(Caveat(Grade.DEGRADED, "ignition", says))
    caveats += [caveat for item in found for caveat in item.caveats]
    return {
        "lit": [item.as_dict() for item in found],
        "receptors": _receptors(plant, found, wind, place),
        "escalation": _next(plant, snapshot, found, band, wind, place),
        "caveats": [caveat.as_dict() for caveat in dict.fromkeys(caveats)],
    }


def _fires(
    of: Substance, term: ReleaseTerm, wind: Weather, place: tuple[float, float, float], edge: str
) -> Iterator[Lit]:
    """Jet and pool fire of a release's strongest moment."""
    strongest = int(np.argmax(term.discharged))
    if term.discharged[strongest] <= 0.0:
        return
    source = source_of(term, int(np.argmax(term.mass_flow_rate)), of)
    if source.aim is not Aim.POOL or term.liquid is None:
        flame = jet_fire(
            of,
            mass_flow_rate=float(term.discharged[strongest]),
            weather=wind,
            height=max(term.source_height, 0.5),
            velocity=max(float(term.velocity[strongest]), _LEAST_VELOCITY),
            density=float(term.density[strongest]),
            vapour_fraction=float(term.vapour_fraction[strongest]),
        )
        yield _fire(JET, flame, wind, place, edge)
    pool = 0.0 if term.liquid is None else float(np.max(term.liquid.pool_area))
    if pool > _LEAST_POOL:
        flame = pool_fire(of, diameter=math.sqrt(4.0 * pool / math.pi), weather=wind)
        yield _fire(POOL, flame, wind, place, edge)


def _fire(kind: str, flame: Flame, wind: Weather, place: tuple[float, float, float], edge: str) -> Lit:
    reach = {flux_name(flux): flame_reach(flame, flux) for flux in FLUXES}
    shapes = {}
    for flux in FLUXES:
        far = reach[flux_name(flux)]
        shapes[flux_name(flux)] = (
            _circle(place, far) if edge == OUTER else _flux_shape(flame, flux, far, wind, place)
        )  # fmt: skip
    says = flame.says
    if edge == OUTER:
        says = (*says, "Drawn all round: the jet may point any way, and the wind may turn.")
    return Lit(
        kind=kind, edge=edge, model=flame.model, says=says, reach=reach, shapes=shapes, flame=flame,
        caveats=flame.caveats,
    )  # fmt: skip


def flame_reach(flame: Flame, flux: float) -> float:
    """Greatest distance from the source at which a flame gives a heat flux, m; 0 where it does not."""
    far = np.geomspace(_NEAREST, _FARTHEST, _RAYS)
    angles = np.linspace(0.0, math.pi, _ANGLES)
    for _ in range(2):
        x, y = np.cos(angles)[:, None] * far, np.sin(angles)[:, None] * far
        above = np.flatnonzero((flame.heat_flux(x, y, HEIGHT) >= flux).any(axis=0))
        if above.size == 0:
            return 0.0
        last = int(above[-1])
        if last + 1 >= far.size:
            return float(far[last])
        far = np.linspace(far[last], far[last + 1], 12)
    return float(far[min(last + 1, far.size - 1)])


def _flux_shape(
    flame: Flame, flux: float, far: float, wind: Weather, place: tuple[float, float, float]
) -> shapely.MultiPolygon:
    if far <= 0.0:
        return shapely.MultiPolygon()
    x, y = np.linspace(-1.1 * far, 1.1 * far, _ALONG), np.linspace(0.0, 1.1 * far, _ACROSS)
    half = flame.heat_flux(x[None, :], y[:, None], HEIGHT)
    whole = np.concatenate([half[:0:-1], half])
    return _turned(filled(x, np.concatenate([-y[:0:-1], y]), whole, flux), wind, place)


def _turned(shape: shapely.MultiPolygon, wind: Weather, place: tuple[float, float, float]) -> shapely.MultiPolygon:
    """A shape of the wind's frame, metres east and north of the plant's origin."""
    bearing = math.radians(wind.downwind_bearing)
    sine, cosine = math.sin(bearing), math.cos(bearing)
    found = affine_transform(shape, [sine, -cosine, cosine, sine, place[0], place[1]])
    return found if isinstance(found, shapely.MultiPolygon) else shapely.MultiPolygon([found])


def _circle(centre: tuple[float, ...], radius: float) -> shapely.MultiPolygon:
    if radius <= 0.0:
        return shapely.MultiPolygon()
    return shapely.MultiPolygon([shapely.Point(centre[:2]).buffer(radius, quad_segs=16)])


def _clouds(
    plant: Plant, of: Substance, term: ReleaseTerm, known: FlammableCloud, wind: Weather,
    place: tuple[float, float, float], edge: str,
) -> Iterator[Lit]:  # fmt: skip
    """Flash fire of the cloud, and explosions of what of it stands among obstacles."""
    if known.mass <= 0.0 or of.flammability is None:
        return
    reach = {"LFL": known.distance, "LFL/2": known.half_distance}
    if edge == OUTER:
        shapes = {level: _circle(place, far) for level, far in reach.items()}
    else:
        shapes = _flash_shapes(of, term, known, wind, place)
    yield Lit(
        kind=FLASH,
        edge=edge,
        model="flash-fire",
        says=(f"{known.mass:.3g} kg stand between the limits; everybody outdoors inside the LFL is taken to die.",),
        reach=reach,
        shapes=shapes,
    )
    half = shapes["LFL/2"]
    shapely.prepare(half)
    regions = reached(obstructed_parts(plant), lambda x, y: bool(shapely.contains_xy(half, x, y)))
    volume = stoichiometric_volume(
        mass=known.mass,
        molar_mass=of.molar_mass,
        fraction=stoichiometric_fraction(of.formula),
        temperature=wind.ambient_temperature,
        pressure=wind.ambient_pressure,
    )
    middle = half.centroid
    sources = explosion_sources(
        volume=volume, regions=regions, reactivity=reactivity_of(of.name), centre=(middle.x, middle.y)
    )
    blasts = tuple(
        (
            source.centre,
            multi_energy(energy=source.energy, strength=source.strength, ambient_pressure=wind.ambient_pressure),
        )
        for source in sources
        if source.energy > 0.0
    )
    if not blasts:
        return
    yield Lit(
        kind=EXPLOSION,
        edge=edge,
        model="multi-energy",
        says=tuple(line for source in sources for line in source.says),
        reach={pressure_name(p): _blast_reach(blasts, p, place) for p in OVERPRESSURES},
        shapes={pressure_name(p): _blast_shape(blasts, p) for p in OVERPRESSURES},
        blasts=blasts,
        caveats=tuple(caveat for _, blast in blasts for caveat in blast.caveats),
    )


def _flash_shapes(
    of: Substance, term: ReleaseTerm, known: FlammableCloud, wind: Weather, place: tuple[float, float, float]
) -> dict[str, shapely.MultiPolygon]:
    """Where the cloud reaches its lower limit and half of it when its strongest step has lasted."""
    assert of.flammability is not None
    cloud = Cloud(term, wind, averaging_time=FLAME_AVERAGING)
    at = float(term.time[int(np.argmax(term.mass_flow_rate)) + 1])
    upwind = cloud.upwind_extent
    far = 1.1 * known.half_distance + 1.0
    x = np.linspace(-1.1 * upwind - 1.0, far, 3 * _ALONG)
    nodes, widths = cloud.half_widths()
    side = 4.0 * float(np.max(np.interp(np.abs(x), nodes, widths)))
    y = np.linspace(-side, side, 2 * _ALONG + 1)
    fraction = cloud.mole_fraction(x[None, :], y[:, None], 1.0, at)[0]
    lower = of.flammability.lower_limit
    return {
        "LFL": _turned(filled(x, y, fraction, lower), wind, place),
        "LFL/2": _turned(filled(x, y, fraction, HALF * lower), wind, place),
    }


Blasts = tuple[tuple[tuple[float, float], Blast], ...]


def _blast_reach(blasts: Blasts, pressure: float, place: tuple[float, float, float]) -> float:
    return max(
        (math.dist(centre, place[:2]) + far for centre, blast in blasts if (far := blast.distance_to(pressure)) > 0.0),
        default=0.0,
    )


def _blast_shape(blasts: Blasts, pressure: float) -> shapely.MultiPolygon:
    circles = [_circle(centre, blast.distance_to(pressure)) for centre, blast in blasts]
    joined = shapely.union_all([circle for circle in circles if not circle.is_empty])
    parts = [part for part in shapely.get_parts(joined) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)


def _seen(
    item: Lit, points: Array, wind: Weather, place: tuple[float, float, float], height: float
) -> tuple[Array, Array]:
    """Greatest heat flux, W/m², and overpressure, Pa, of one way to burn at places (n, 2), m."""
    flux, pressure = np.zeros(len(points)), np.zeros(len(points))
    east, north = points[:, 0] - place[0], points[:, 1] - place[1]
    if item.flame is not None and item.edge == OUTER:
        away, angles = np.hypot(east, north), np.linspace(0.0, math.pi, _ANGLES)
        flux = np.max(
            item.flame.heat_flux(np.cos(angles)[:, None] * away, np.sin(angles)[:, None] * away, height), axis=0
        )
    elif item.flame is not None:
        bearing = math.radians(wind.downwind_bearing)
        along = east * math.sin(bearing) + north * math.cos(bearing)
        across = -east * math.cos(bearing) + north * math.sin(bearing)
        flux = item.flame.heat_flux(along, across, height)
    for centre, blast in item.blasts:
        away = np.hypot(points[:, 0] - centre[0], points[:, 1] - centre[1])
        pressure = np.maximum(pressure, blast.overpressure(np.maximum(away, 1e-3)))
    return flux, pressure


def _receptors(
    plant: Plant, found: Sequence[Lit], wind: Weather, place: tuple[float, float, float]
) -> list[dict[str, Any]]:  # fmt: skip
    """Heat and overpressure at the worst point of each population area, by edge."""
    rows = []
    for area in plant.population_areas.values():
        points = outline(area)
        for edge in (BEST, OUTER):
            items = [item for item in found if item.edge == edge]
            if not items:
                continue
            seen = [_seen(item, points, wind, place, HEIGHT) for item in items]
            flash = [item for item in items if item.kind == FLASH]
            burnt = any(shapely.contains_xy(item.shapes["LFL"], points[:, 0], points[:, 1]).any() for item in flash)
            rows.append(
                {
                    "id": area.id,
                    "edge": edge,
                    "heat_flux_W_m2": float(max(np.max(flux) for flux, _ in seen)),
                    "overpressure_Pa": float(max(np.max(pressure) for _, pressure in seen)),
                    "in_flash_fire": bool(burnt),
                }
            )
    return rows


def _next(
    plant: Plant, snapshot: Snapshot | None, found: Sequence[Lit], band: ReleaseBand, wind: Weather,
    place: tuple[float, float, float],
) -> list[dict[str, Any]]:  # fmt: skip
    """Vessels that would fail next, by what, how likely and when, and the fireball of each that burns."""
    rows = []
    for target in targets_of(plant, (0.0, 0.0)):
        point = np.array([[target.east, target.north]])
        for edge, term in ((BEST, band.best), (OUTER, band.high)):
            items = [item for item in found if item.edge == edge]
            seen = [_seen(item, point, wind, place, target.height) for item in items]
            if not seen:
                continue
            flux, pressure = (max(float(pair[k][0]) for pair in seen) for k in (0, 1))
            burns = float(np.sum(np.diff(term.time)[term.discharged > 0.0]))
            fails = escalation_probability(
                target.equipment, volume=target.volume, heat_flux=flux, exposure=burns, overpressure=pressure
            )
            if fails.probability < _LEAST_SHARE:
                continue
            rows.append(
                {
                    "target": target.part,
                    "edge": edge,
                    "by": fails.cause,
                    "heat_flux_W_m2": flux,
                    "overpressure_Pa": pressure,
                    "probability": fails.probability,
                    "time_to_failure_s": fails.time_to_failure if math.isfinite(fails.time_to_failure) else None,
                    "says": list(fails.says),
                    "then": _then(plant, snapshot, target, wind),
                }
            )
    return sorted(rows, key=lambda row: -row["probability"])


def _then(plant: Plant, snapshot: Snapshot | None, target: Target, wind: Weather) -> dict[str, Any] | None:
    """Fireball of a vessel that fails; ``None`` where what it holds does not burn."""
    item = plant.equipment[target.part]
    assert item.inventory is not None
    of = substance(plant.fluids[item.inventory.fluid].substance)
    if of.flammability is None:
        return None
    mass = vessel_mass(plant, snapshot, item.tag)[0]
    try:
        ball = fireball(of, mass=mass, burst_pressure=item.inventory.pressure, weather=wind)
    except ModelInputError:
        return None
    return {
        "event": "fireball",
        "mass_kg": mass,
        "diameter_m": ball.width,
        "duration_s": ball.duration,
        "reach_m": {flux_name(flux): flame_reach(ball, flux) for flux in FLUXES},
    }
