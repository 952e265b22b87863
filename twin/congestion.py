"""Where a plant's own obstacles would make a burning cloud explode: its vessels and buildings as boxes.

Pipes are not drawn as obstacles: a pipe rack is denser than what is found here, and must be given as an obstacle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from shapely.geometry import Polygon

from physics.explosion.obstacles import Box, Region, obstructed_regions
from twin.parts import Equipment, Obstacle
from twin.plant import Plant

ROUND, BALL = math.pi / 4.0, math.pi / 6.0
"""Share of the block around it that a cylinder takes, and a sphere."""


def obstacle_box(obstacle: Obstacle) -> Box:
    """Block around a building, with the share of it that the building takes.

    Parameters
    ----------
    obstacle : Obstacle
    """
    shape = Polygon(obstacle.polygon)
    west, south, east, north = shape.bounds
    whole = (east - west) * (north - south)
    return Box(
        low=(west, south, 0.0),
        high=(east, north, obstacle.height),
        name=obstacle.id,
        solid=min(float(shape.area) / whole, 1.0) if whole > 0.0 else 1.0,
    )


def equipment_box(equipment: Equipment) -> Box:
    """Block around a vessel, where the plant file places it; one that lies is taken to lie from west to east.

    Without a shape it is a cube of its volume.

    Parameters
    ----------
    equipment : Equipment
    """
    x, y, _ = equipment.xyz
    form = equipment.geometry
    if form is None:
        side = max(equipment.volume, 0.0) ** (1.0 / 3.0)
        size, solid = (side, side, side), 1.0
    elif form.shape == "sphere":
        size, solid = (form.diameter, form.diameter, form.diameter), BALL
    elif form.orientation == "horizontal":
        size, solid = (form.length, form.diameter, form.diameter), ROUND
    else:
        size, solid = (form.diameter, form.diameter, form.length), ROUND
    low = (x - 0.5 * size[0], y - 0.5 * size[1], equipment.elevation)
    return Box(
        low=low,
        high=(low[0] + size[0], low[1] + size[1], low[2] + size[2]),
        name=equipment.tag,
        solid=solid,
    )


def obstructed_parts(plant: Plant, *, confinement: str = "3d") -> tuple[Region, ...]:
    """Regions that a plant's vessels and buildings make.

    Parameters
    ----------
    plant : Plant
    confinement : str
        Ways a flame may expand in them: ``3d``, ``2.5d`` or ``2d``.
    """
    vessels: Iterable[Equipment] = (one for one in plant.equipment.values() if one.volume > 0.0)
    boxes = [*map(equipment_box, vessels), *map(obstacle_box, plant.obstacles.values())]
    return obstructed_regions([box for box in boxes if box.volume > 0.0], confinement=confinement)


def reached(regions: Iterable[Region], inside: Callable[[float, float], bool]) -> tuple[Region, ...]:
    """Regions of which a cloud reaches the middle or a corner.

    Parameters
    ----------
    regions : iterable of Region
    inside : callable
        Whether the cloud could burn at east, north, m.
    """
    return tuple(
        region
        for region in regions
        if inside(*region.centre)
        or any(inside(x, y) for x in (region.low[0], region.high[0]) for y in (region.low[1], region.high[1]))
    )
