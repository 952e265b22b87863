"""What a forecast's Dataset says of the source: what left the opening, fell out, lies in the pool, and the books."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from physics.cards import Grade, worst
from physics.quantities import attributes
from physics.release import ReleaseBand, ReleaseTerm

Array = NDArray[np.float64]

BANDS = ("low", "best", "high")
STATIONS = ("upstream", "throat", "exit", "ambient")
"""Places on the way out, in the order of the flow."""
_QUANTITIES = ("pressure", "temperature", "vapour_fraction", "velocity", "density", "area")


class HasBand(Protocol):
    """What has a release band."""

    @property
    def band(self) -> ReleaseBand:
        """Low, best and high release."""


def mean_rates(release: ReleaseTerm, middles: Array, *, of: Array | None = None) -> Array:
    """Mean rate over even steps given by their middles, kg/s; mass is kept. ``of``: another rate than into the air."""
    half = 0.5 * float(middles[1] - middles[0])
    edges = np.append(middles - half, middles[-1] + half)
    rate = release.mass_flow_rate if of is None else of
    mass = np.concatenate([[0.0], np.cumsum(rate * np.diff(release.time))])
    return np.asarray(np.diff(np.interp(edges, release.time, mass)) / (2.0 * half))


def sources(contents: Iterable[HasBand], steps: Array) -> dict[str, Any]:
    """Variables of the source: rates and pool by branch, band and time; the way out of the best run.

    Where a run is not valid here all of it is NaN.
    """
    bands = [content.band for content in contents]
    runs = [[getattr(band, name) for name in BANDS] for band in bands]
    whole, series = ("branch", "band"), ("branch", "band", "exposure_time")
    holds = np.array([[1.0 if holding(run) else np.nan for run in row] for row in runs])

    def given(dims: tuple[str, ...], word: str, values: Any) -> tuple[Any, ...]:
        found = np.asarray(values, dtype=np.float64)
        best = holds if dims[1] == "band" else holds[:, BANDS.index("best"), None]
        shape = (*best.shape, *(1,) * (found.ndim - best.ndim))
        return dims, found * best.reshape(shape), attributes(word)

    found = {
        "mass_flow_rate": given(series, "mass_flow_rate", [[mean_rates(run, steps) for run in row] for row in runs]),
        "mass": given(whole, "mass", [[run.total_mass for run in row] for row in runs]),
        "discharge_rate": given(
            series, "discharge_rate", [[mean_rates(run, steps, of=run.discharged) for run in row] for row in runs]
        ),
        "discharged_mass": given(whole, "discharged_mass", [[run.discharged_mass for run in row] for row in runs]),
        "rainout_fraction": given(whole, "rainout_fraction", [[rained_out(run) for run in row] for row in runs]),
    }
    for word in ("rainout_rate", "pool_vapour_rate"):
        found[word] = given(series, word, [[_liquid_rate(run, steps, word) for run in row] for row in runs])
    for word in ("pool_mass", "pool_area"):
        found[word] = given(series, word, [[_pool(run, steps, word) for run in row] for row in runs])
    for name in _QUANTITIES:
        values = [[_place(band.best, steps, place, name) for place in STATIONS] for band in bands]
        found[f"station_{name}"] = given(("branch", "station", "exposure_time"), f"station_{name}", values)
    return found


def holding(release: ReleaseTerm) -> bool:
    """Whether the models behind a release hold for it."""
    return worst(release.caveats) is not Grade.NOT_VALID


def rained_out(release: ReleaseTerm) -> float:
    """Share of what left the opening that fell to the ground as liquid."""
    return release.rained_out_mass / max(release.discharged_mass, 1e-30)


def books(branches: Iterable[Any], contents: Iterable[HasBand]) -> dict[str, Any]:
    """Where the mass is at the end and how well mass and energy close, by branch and band; ``None`` where unknown."""
    return {
        str(branch): {
            name: run.conservation.as_dict() if run.conservation is not None and holding(run) else None
            for name in BANDS
            for run in (getattr(content.band, name),)
        }
        for branch, content in zip(branches, contents, strict=True)
    }


def _liquid_rate(release: ReleaseTerm, steps: Array, word: str) -> Array:
    if release.liquid is None:
        return np.zeros(steps.size)
    return mean_rates(release, steps, of=getattr(release.liquid, word))


def _pool(release: ReleaseTerm, steps: Array, word: str) -> Array:
    if release.liquid is None:
        return np.zeros(steps.size)
    values = np.concatenate([[0.0], getattr(release.liquid, word)])
    return np.asarray(np.interp(steps, release.time, values))


def _place(release: ReleaseTerm, steps: Array, place: str, name: str) -> Array:
    """A quantity at a place at the middle of each step; NaN where nothing is known, or nothing flows any more."""
    if release.stations is None:
        return np.full(steps.size, np.nan)
    index = np.searchsorted(release.time, steps, side="right") - 1
    inside = (index >= 0) & (index < release.mass_flow_rate.size)
    index = np.clip(index, 0, release.mass_flow_rate.size - 1)
    inside &= release.discharged[index] > 0.0
    return np.where(inside, getattr(getattr(release.stations, place), name)[index], np.nan)
