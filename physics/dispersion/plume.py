"""The steady Gaussian plume of a passive gas, at points and on a regular grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.dispersion.sigma import (
    AT_SOURCE,
    BRIGGS_RURAL,
    BRIGGS_URBAN,
    ISC3_RURAL,
    SPICER_HAVENS,
    TNO,
    SigmaSet,
    spread,
)
from physics.weather import CLASSES

Array = NDArray[np.float64]
_VANISHING = 1e-280
"""Below this a Gaussian factor is set to zero, before denormal numbers slow the loop."""


@kernel
def vertical_factor(height: float, source_height: float, sigma_z: float) -> float:
    """Sum of the plume's and its ground image's vertical Gaussians."""
    below = (height - source_height) / sigma_z
    above = (height + source_height) / sigma_z
    return math.exp(-0.5 * below * below) + math.exp(-0.5 * above * above)


@kernel
def plume_at(
    rate: float, speed: float, source_height: float, y_row: Array, z_row: Array, x: float, y: float, z: float
) -> float:
    """Concentration, kg/m³, at one point; all SI, rows as `physics.dispersion.sigma.spread` takes them."""
    if x <= AT_SOURCE:
        return 0.0
    sigma_y = spread(x, y_row)
    sigma_z = spread(x, z_row)
    across = math.exp(-0.5 * (y / sigma_y) ** 2)
    return rate / (2.0 * math.pi * speed * sigma_y * sigma_z) * across * vertical_factor(z, source_height, sigma_z)


@kernel
def plume_grid(
    rate: float,
    speed: float,
    source_height: float,
    y_row: Array,
    z_row: Array,
    x: Array,
    first_y: float,
    step_y: float,
    z: float,
    out: Array,
) -> None:
    """Fill ``out`` (rows y, columns x) with the plume's concentration, kg/m³, on evenly spaced crosswind rows.

    Along a row of equal spacing a Gaussian obeys a two-term recurrence, so no exponential is needed per cell; it
    is started on the row nearest the axis and run outwards, where it only shrinks.
    """
    rows, columns = out.shape
    amplitude = np.zeros(columns)
    inverse = np.zeros(columns)
    for i in range(columns):
        if x[i] > AT_SOURCE:
            sigma_y = spread(x[i], y_row)
            sigma_z = spread(x[i], z_row)
            inverse[i] = 1.0 / (sigma_y * sigma_y)
            amplitude[i] = (
                rate / (2.0 * math.pi * speed * sigma_y * sigma_z) * vertical_factor(z, source_height, sigma_z)
            )
    start = min(max(round(-first_y / step_y), 0), rows - 1)
    for sign in (1, -1):
        y = first_y + start * step_y
        value = amplitude * np.exp(-0.5 * y * y * inverse)
        ratio = np.exp(-(sign * y * step_y + 0.5 * step_y * step_y) * inverse)
        shrink = np.exp(-step_y * step_y * inverse)
        row = start
        while 0 <= row < rows:
            for i in range(columns):
                out[row, i] = value[i]
                value[i] = value[i] * ratio[i] if value[i] > _VANISHING else 0.0
                ratio[i] *= shrink[i]
            row += sign


def gaussian_plume(
    sigma_set: SigmaSet,
    *,
    mass_flow_rate: float,
    wind_speed: float,
    stability_class: str,
    downwind_distance: float,
    crosswind_distance: float = 0.0,
    height: float = 0.0,
    source_height: float = 0.0,
) -> float:
    """Concentration of a steady passive plume at a point, kg/m³.

    Parameters
    ----------
    sigma_set : SigmaSet
    mass_flow_rate : float
        kg/s.
    wind_speed : float
        m/s, at the height the plume travels at.
    stability_class : str
        A to F.
    downwind_distance, crosswind_distance, height, source_height : float
        m.
    """
    y_row, z_row = sigma_set.rows(stability_class)
    return plume_at(
        mass_flow_rate,
        wind_speed,
        source_height,
        y_row,
        z_row,
        downwind_distance,
        crosswind_distance,
        height,
    )


def gaussian_plume_grid(
    sigma_set: SigmaSet,
    *,
    mass_flow_rate: float,
    wind_speed: float,
    stability_class: str,
    downwind: Array,
    crosswind: Array,
    height: float = 0.0,
    source_height: float = 0.0,
) -> Array:
    """Concentration of a steady passive plume on a grid, kg/m³, shape (crosswind, downwind).

    Parameters
    ----------
    downwind : ndarray, shape (nx,)
        m, any spacing.
    crosswind : ndarray, shape (ny,)
        m, evenly spaced and rising.

    Raises
    ------
    ValueError
        ``crosswind`` is not evenly spaced.
    """
    steps = np.diff(crosswind)
    if len(steps) == 0 or steps[0] <= 0.0 or not np.allclose(steps, steps[0], rtol=1e-9, atol=0.0):
        raise ValueError("crosswind distances must rise in even steps")
    out = np.empty((len(crosswind), len(downwind)))
    y_row, z_row = sigma_set.rows(stability_class)
    plume_grid(
        mass_flow_rate,
        wind_speed,
        source_height,
        y_row,
        z_row,
        np.ascontiguousarray(downwind, dtype=np.float64),
        float(crosswind[0]),
        float(steps[0]),
        height,
        out,
    )
    return out


def checked_class(values: dict[str, Any]) -> str:
    """Stability class of model inputs.

    Raises
    ------
    ModelInputError
        It is not one of A to F.
    """
    found = str(values["stability_class"]).upper()
    if found not in tuple(CLASSES):
        raise ModelInputError("stability_class", f"must be one of A to F, got {values['stability_class']!r}")
    return found


_TAKES = (
    Takes("mass_flow_rate", hard_low=0.0),
    Takes("wind_speed", low=1.0, high=30.0, hard_low=1e-3),
    Takes("stability_class"),
    Takes("downwind_distance", low=100.0, high=10_000.0, hard_low=0.0),
    Takes("crosswind_distance", default=0.0),
    Takes("height", hard_low=0.0, default=0.0),
    Takes("source_height", low=0.0, high=300.0, hard_low=0.0, default=0.0),
)


_TRIALS = Evidence(
    Kind.VALIDATION,
    "Prairie Grass: maxima on arcs to 800 m; low by a factor of 2.3 to 2.8 at 800 m on stable nights",
    "tests/validation/test_prairie_grass.py::test_sets_by_class",
)


def _register(sigma_set: SigmaSet, against: str, test: str, *more: Evidence) -> None:
    card = Card(
        name=f"gaussian-plume-{sigma_set.name}",
        says=f"Steady Gaussian plume of a passive gas over flat ground, {sigma_set.name} spread, "
        f"{sigma_set.averaging_time:g} s averaging.",
        takes=bounded(*_TAKES),
        gives=("concentration", "sigma_y", "sigma_z"),
        cites=("pasquill1961", sigma_set.cites),
        evidence=(Evidence(Kind.VERIFICATION, against, f"tests/verification/test_gaussian.py::{test}"), *more),
    )

    @register(card)
    def run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
        stability = checked_class(values)
        x = values["downwind_distance"]
        outputs = {
            "concentration": gaussian_plume(sigma_set, **(values | {"stability_class": stability})),
            "sigma_y": float(sigma_set.sigma_y(x, stability)),
            "sigma_z": float(sigma_set.sigma_z(x, stability)),
        }
        return outputs, []


_register(BRIGGS_RURAL, "closed form, class D, 1 kg/s at 1 km: 2.1994e-5 kg/m³", "test_briggs_rural_plume", _TRIALS)
_register(BRIGGS_URBAN, "closed form of its widths at 1 km", "test_urban_set_is_the_published_one")
_register(SPICER_HAVENS, "GasDispersion.jl documentation: 1.034673e-4 kg/m³", "test_spicer_havens_plume", _TRIALS)
_register(TNO, "powers of the distance at 1 km", "test_tno_sets", _TRIALS)
_register(
    ISC3_RURAL, "Turner's (1970) curves at 1 km: 68 and 32 m in class D, 34 and 14 m in F", "test_isc3_set", _TRIALS
)
