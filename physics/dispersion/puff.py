"""The Gaussian puff of a passive gas released at once, carried by a steady wind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.dispersion.plume import checked_class, vertical_factor
from physics.dispersion.sigma import AT_SOURCE, CCPS_PUFF, TNO_PUFF, SigmaSet, spread
from physics.weather import CLASSES

Array = NDArray[np.float64]


@kernel
def puff_at(
    mass: float,
    travelled: float,
    source_height: float,
    x_row: Array,
    y_row: Array,
    z_row: Array,
    x: float,
    y: float,
    z: float,
) -> float:
    """Concentration, kg/m³, of a puff whose centre has travelled ``travelled`` m."""
    if travelled <= AT_SOURCE:
        return 0.0
    sigma_x = spread(travelled, x_row)
    sigma_y = spread(travelled, y_row)
    sigma_z = spread(travelled, z_row)
    along = (x - travelled) / sigma_x
    across = y / sigma_y
    peak = mass / ((2.0 * math.pi) ** 1.5 * sigma_x * sigma_y * sigma_z)
    peak *= math.exp(-0.5 * (along * along + across * across))
    value: float = peak * vertical_factor(z, source_height, sigma_z)
    return value


def gaussian_puff(
    sigma_set: SigmaSet,
    *,
    puff_mass: float,
    wind_speed: float,
    stability_class: str,
    time: float,
    downwind_distance: float,
    crosswind_distance: float = 0.0,
    height: float = 0.0,
    source_height: float = 0.0,
) -> float:
    """Concentration of a passive puff at a point and time, kg/m³.

    Parameters
    ----------
    sigma_set : SigmaSet
        A set for puffs.
    puff_mass : float
        kg.
    wind_speed : float
        m/s.
    stability_class : str
        A to F.
    time : float
        s since the release.
    downwind_distance, crosswind_distance, height, source_height : float
        m.
    """
    y_row, z_row = sigma_set.rows(stability_class)
    x_row = y_row if sigma_set.along is None else sigma_set.along[CLASSES.index(stability_class)]
    place = (downwind_distance, crosswind_distance, height)
    return float(puff_at(puff_mass, wind_speed * time, source_height, x_row, y_row, z_row, *place))


def _register(sigma_set: SigmaSet, name: str, along: str, against: str, test: str) -> None:
    card = Card(
        name=name,
        says=f"Gaussian puff of a passive gas released at once, spread by the {sigma_set.name} set, {along}.",
        takes=bounded(
            Takes("puff_mass", hard_low=0.0),
            Takes("wind_speed", low=1.0, high=30.0, hard_low=0.0),
            Takes("stability_class"),
            Takes("time", hard_low=0.0),
            Takes("downwind_distance", low=-10_000.0, high=10_000.0),
            Takes("crosswind_distance", default=0.0),
            Takes("height", hard_low=0.0, default=0.0),
            Takes("source_height", hard_low=0.0, default=0.0),
        ),
        gives=("concentration",),
        cites=(sigma_set.cites,),
        evidence=(Evidence(Kind.VERIFICATION, against, f"tests/verification/test_gaussian.py::{test}"),),
    )

    @register(card)
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        return {"concentration": gaussian_puff(sigma_set, **(values | {"stability_class": checked_class(values)}))}, []


_register(
    CCPS_PUFF,
    "gaussian-puff-ccps",
    "along-wind as crosswind",
    "GasDispersion.jl: propane puff, 0.00339401 by volume",
    "test_ccps_puff",
)
_register(
    TNO_PUFF,
    "gaussian-puff-tno",
    "along the wind 0.13 of the way",
    "half a plume's width, and the mass in it",
    "test_tno_sets",
)
