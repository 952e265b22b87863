"""Flash fires: where a cloud could burn, from anything that gives its concentration.

Inside the lower limit of flammability, or half of it (pockets burn: CCPS 1999), everybody outdoors is taken to be
killed; outside nobody (AQ/T 3046). The greatest concentration over time decides. How much burns is the mass between
the limits; for a `Cloud` it is `physics.dispersion.flammable.flammable_cloud`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.cards import Card, Caveat, Evidence, Grade, Kind, ModelInputError, Takes, register
from physics.dispersion.flammable import HALF
from physics.dispersion.track import PlumeTrack, PuffTrack
from physics.quantities import GAS_CONSTANT, STANDARD_PRESSURE
from physics.substances import Substance, UnknownSubstance, substance

Array = NDArray[np.float64]

NEAR_GROUND = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Heights, m, of which the greatest concentration decides over a place."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlashFire:
    """Where a cloud could burn.

    Attributes
    ----------
    level : float
        Mole fraction that counts.
    inside : ndarray of bool
        By point of the grid it was asked on.
    area : float
        Of the cells inside, m²; NaN where the grid's cells are not known.
    distance : float
        Farthest point inside from the source, m; 0 where there is none.
    mass : float
        Between the limits, kg; NaN where that was not summed.
    """

    level: float
    inside: NDArray[np.bool_]
    area: float
    distance: float
    mass: float = math.nan


def limits(of: Substance) -> tuple[float, float]:
    """Lower and upper limit of flammability, mole fractions.

    Raises
    ------
    ModelInputError
        None are on file.
    """
    if of.flammability is None:
        raise ModelInputError("fuel", f"no limits of flammability of {of.name} are on file")
    return of.flammability.lower_limit, of.flammability.upper_limit


def flash_fire(mole_fraction: ArrayLike, *, x: ArrayLike, y: ArrayLike, lower: float, share: float = 1.0) -> FlashFire:
    """Footprint of a flash fire from concentrations on a ground grid.

    Parameters
    ----------
    mole_fraction : array_like, shape (y, x) or (time, y, x)
        Over time the greatest counts.
    x, y : array_like, shape (n,), (m,)
        Rising, m from the source.
    lower : float
        Lower limit of flammability, mole fraction.
    share : float
        Of it that counts: 1, or `physics.dispersion.flammable.HALF`.
    """
    values = np.asarray(mole_fraction, dtype=np.float64)
    most = values if values.ndim == 2 else np.max(values.reshape(-1, *values.shape[-2:]), axis=0)
    along, across = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    inside = most >= share * lower
    cells = np.outer(_cells(across), _cells(along))
    away = np.hypot(*np.broadcast_arrays(across[:, None], along[None, :]))
    return FlashFire(
        level=share * lower,
        inside=inside,
        area=float(np.sum(cells[inside])),
        distance=float(np.max(away[inside])) if np.any(inside) else 0.0,
    )


def _cells(nodes: Array) -> Array:
    """Width of the cell round each node, m."""
    middles = 0.5 * (nodes[1:] + nodes[:-1])
    return np.diff(np.concatenate([[nodes[0]], middles, [nodes[-1]]]))


def flash_fire_of(
    track: PlumeTrack | PuffTrack, *, x: ArrayLike, y: ArrayLike, lower: float, share: float = 1.0
) -> FlashFire:
    """Footprint of the flash fire of a cloud along its way; see `flash_fire`. A puff counts wherever it passes."""
    along, across = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    px, py = np.meshgrid(along, across)
    read = track.at if isinstance(track, PlumeTrack) else track.greatest
    levels = [read(px, py, height) for height in NEAR_GROUND]
    return flash_fire(np.max(levels, axis=0), x=along, y=across, lower=lower, share=share)


def flammable_mass(
    mole_fraction: ArrayLike,
    *,
    volume: ArrayLike,
    lower: float,
    upper: float,
    molar_mass: float,
    temperature: float,
    pressure: float = STANDARD_PRESSURE,
) -> Array:
    """Mass between the limits of flammability, kg, by time.

    Parameters
    ----------
    mole_fraction : array_like, shape (..., cells)
    volume : array_like, shape (cells,)
        m³.
    lower, upper : float
        Mole fractions.
    molar_mass : float
        kg/mol.
    temperature, pressure : float
        Of the air, K, Pa.
    """
    values = np.asarray(mole_fraction, dtype=np.float64)
    burns = np.where((values >= lower) & (values <= upper), values, 0.0)
    found: Array = np.sum(burns * np.asarray(volume), axis=-1) * molar_mass * pressure / (GAS_CONSTANT * temperature)
    return found


_CARD = Card(
    name="flash-fire",
    says="Whether a place lies in a flash fire: where the mole fraction reaches the lower limit of flammability, or "
    "half of it, everybody outdoors is taken to be killed, and nobody elsewhere.",
    takes=(
        Takes("fuel"),
        Takes("mole_fraction", hard_low=0.0, hard_high=1.0),
        Takes("limit_share", low=HALF, high=1.0, hard_low=1e-3, hard_high=1.0, default=1.0),
    ),
    gives=("limit_ratio", "probability"),
    cites=("ccps1999", "aqt3046", "iec60079"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "the footprint of a Gaussian plume by its own closed form",
            "tests/verification/test_fire_flash.py::test_footprint_of_a_plume",
        ),
    ),
)


@register(_CARD)
def _flash_fire(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    try:
        of = substance(values["fuel"])
    except UnknownSubstance as error:
        raise ModelInputError("fuel", str(error)) from error
    lower, _ = limits(of)
    ratio = values["mole_fraction"] / (values["limit_share"] * lower)
    says = (
        "A target is killed inside the limit and unharmed outside: neither drift of the flame nor shelter is counted."
    )
    return {"limit_ratio": ratio, "probability": 1.0 if ratio >= 1.0 else 0.0}, [Caveat(Grade.NOTE, _CARD.name, says)]
