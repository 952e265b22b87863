"""What is reached when a release burns: how far each level goes, people where they are, vessels that fail next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from physics.cards import Caveat, ModelInputError
from physics.explosion.blast import Blast
from physics.fire.fireball import fireball
from physics.fire.flame import Flame
from physics.harm.escalation import escalation_probability
from physics.substances import Substance, substance
from physics.weather import Weather
from scenarios.receptors import along_and_across, outline
from scenarios.risk.escalation import Target, targets_of
from twin.plant import Plant
from twin.sections import vessel_mass
from twin.state import Snapshot

Array = NDArray[np.float64]
Place = tuple[float, float, float]
Blasts = tuple[tuple[tuple[float, float], Blast], ...]

FLUXES = (37.5e3, 12.5e3, 4.0e3)
"""Heat fluxes whose reach is given, W/m²: equipment fails and people die, people die in a minute, pain within 20 s
(practice of commercial models and of AQ/T 3046-2013)."""
HEIGHT = 1.5
"""Height at which heat is received, m."""
BEST, OUTER = "best", "outer"
ANGLES = 13
"""Directions from 0 to 180 degrees about a flame in which its reach is looked for."""
_NEAREST, _FARTHEST = 1.0, 3000.0
_RAYS, _FINE = 40, 12
_TOUCH = 1e-3
"""Nearest to the middle of a blast that is looked at, m."""
_LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """What strikes places at one edge.

    Attributes
    ----------
    edge : str
        ``best``, whose flames lie downwind, or ``outer``, whose flames may lie any way.
    flames : tuple of Flame
    blasts : tuple
        Places, m, and the blasts there.
    burnt : shapely geometry
        Where the flash fire burns.
    lasts : float
        How long the release burns, s.
    """

    edge: str
    flames: tuple[Flame, ...]
    blasts: Blasts
    burnt: shapely.Geometry
    lasts: float


def flux_name(flux: float) -> str:
    """As ``12.5 kW/m2``."""
    return f"{flux / 1e3:g} kW/m2"


def flame_reach(flame: Flame, flux: float) -> float:
    """Greatest distance from the source at which a flame gives a heat flux, m; 0 where it does not."""
    far = np.geomspace(_NEAREST, _FARTHEST, _RAYS)
    last = 0
    for _ in range(2):
        above = np.flatnonzero(_all_round(flame, far, HEIGHT) >= flux)
        if above.size == 0:
            return 0.0
        last = int(above[-1])
        if last + 1 >= far.size:
            return float(far[last])
        far = np.linspace(far[last], far[last + 1], _FINE)
    return float(far[min(last + 1, far.size - 1)])


def _all_round(flame: Flame, away: Array, height: float) -> Array:
    """Greatest heat flux of a flame that may point any way at distances (n,) from its source, W/m²."""
    angles = np.linspace(0.0, math.pi, ANGLES)
    flux = flame.heat_flux(np.cos(angles)[:, None] * away, np.sin(angles)[:, None] * away, height)
    found: Array = np.max(flux, axis=0)
    return found


def struck_by(what: Struck, points: Array, wind: Weather, place: Place, height: float) -> tuple[Array, Array]:
    """Greatest heat flux, W/m², and overpressure, Pa, at places (n, 2), m."""
    flux, pressure = np.zeros(len(points)), np.zeros(len(points))
    along, across = along_and_across(points, place[:2], wind)
    for flame in what.flames:
        if what.edge == OUTER:
            found = _all_round(flame, np.hypot(along, across), height)
        else:
            found = flame.heat_flux(along, across, height)
        flux = np.maximum(flux, found)
    for centre, blast in what.blasts:
        away = np.hypot(points[:, 0] - centre[0], points[:, 1] - centre[1])
        pressure = np.maximum(pressure, blast.overpressure(np.maximum(away, _TOUCH)))
    return flux, pressure


def receptors(plant: Plant, struck: Sequence[Struck], wind: Weather, place: Place) -> list[dict[str, Any]]:
    """Heat and overpressure at the worst point of each population area that is looked at, by edge."""
    rows = []
    for area in plant.population_areas.values():
        points = outline(area)
        ground = shapely.MultiPoint(points).convex_hull if len(area.polygon) < 3 else shapely.Polygon(area.polygon)
        for what in struck:
            middles = [place[:2], *(centre for centre, _ in what.blasts)]
            inside = [middle for middle in middles if ground.contains(shapely.Point(middle))]
            looked_at = np.vstack([points, np.array(inside).reshape(-1, 2)])
            flux, pressure = struck_by(what, looked_at, wind, place, HEIGHT)
            rows.append(
                {
                    "id": area.id,
                    "edge": what.edge,
                    "heat_flux_W_m2": float(np.max(flux)),
                    "overpressure_Pa": float(np.max(pressure)),
                    "in_flash_fire": bool(ground.intersects(what.burnt)),
                }
            )
    return rows


def next_vessels(
    plant: Plant, snapshot: Snapshot | None, struck: Sequence[Struck], wind: Weather, place: Place
) -> tuple[list[dict[str, Any]], list[Caveat]]:
    """Vessels that would fail next, by what, how likely and when, and the fireball of each that burns."""
    rows: list[dict[str, Any]] = []
    caveats: list[Caveat] = []
    balls: dict[str, dict[str, Any] | None] = {}
    alike: dict[tuple[str, float, float], dict[str, Any] | None] = {}
    for target in targets_of(plant, (0.0, 0.0)):
        point = np.array([[target.east, target.north]])
        for what in struck:
            flux, pressure = (float(seen[0]) for seen in struck_by(what, point, wind, place, target.height))
            fails = escalation_probability(
                target.equipment, volume=target.volume, heat_flux=flux, exposure=what.lasts, overpressure=pressure
            )
            if fails.probability < _LEAST_SHARE:
                continue
            if target.part not in balls:
                balls[target.part] = _then(plant, snapshot, target, wind, alike)
            caveats += fails.caveats
            rows.append(
                {
                    "target": target.part,
                    "edge": what.edge,
                    "x_m": target.east,
                    "y_m": target.north,
                    "by": fails.cause,
                    "heat_flux_W_m2": flux,
                    "overpressure_Pa": pressure,
                    "probability": fails.probability,
                    "time_to_failure_s": fails.time_to_failure if math.isfinite(fails.time_to_failure) else None,
                    "says": list(fails.says),
                    "then": balls[target.part],
                }
            )
    return sorted(rows, key=_soonest), caveats


def _soonest(row: Mapping[str, Any]) -> tuple[float, float]:
    """The likeliest first, to a hundredth; of those the soonest."""
    after = row["time_to_failure_s"]
    return -round(row["probability"], 2), math.inf if after is None else after


def _then(
    plant: Plant, snapshot: Snapshot | None, target: Target, wind: Weather,
    alike: dict[tuple[str, float, float], dict[str, Any] | None],
) -> dict[str, Any] | None:  # fmt: skip
    """Fireball of a vessel that fails, ``None`` where what it holds does not burn; ``alike`` keeps those found."""
    item = plant.equipment[target.part]
    assert item.inventory is not None
    of = substance(plant.fluids[item.inventory.fluid].substance)
    if of.flammability is None:
        return None
    mass = vessel_mass(plant, snapshot, item.tag)[0]
    same = (of.name, mass, item.inventory.pressure)
    if same not in alike:
        alike[same] = _ball(of, mass, item.inventory.pressure, wind)
    return alike[same]


def _ball(of: Substance, mass: float, pressure: float, wind: Weather) -> dict[str, Any] | None:
    try:
        ball = fireball(of, mass=mass, burst_pressure=pressure, weather=wind)
    except ModelInputError:
        return None
    return {
        "event": "fireball",
        "model": ball.model,
        "mass_kg": mass,
        "diameter_m": ball.width,
        "duration_s": ball.duration,
        "reach_m": {flux_name(flux): flame_reach(ball, flux) for flux in FLUXES},
        "says": list(ball.says),
        "caveats": [caveat.as_dict() for caveat in ball.caveats],
    }
