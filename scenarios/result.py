"""A forecast as people and machines read it: zones, receptors, caveats, provenance, in one plain mapping."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import xarray as xr

from scenarios.contours import Contour, contours, min_guide
from scenarios.outer_edge import FARTHEST

__all__ = ["Contour", "board", "branches", "contours", "flammable", "leak", "receptors", "summary", "zones"]

PARTS_PER_MILLION = 1e-6
_ALMOST = 0.999
_POOL_ROWS = 24


def summary(data: xr.Dataset) -> dict[str, Any]:
    """Everything a forecast says, ready for JSON. Fields end in their unit; what cannot be computed is ``None``."""
    attrs = data.attrs
    return {
        "digest": attrs["scenario_digest"],
        "seed": attrs["seed"],
        "software_version": attrs["software_version"],
        "exercise": False,
        "now_s": float(attrs["now_s"]),
        "scenario": json.loads(attrs["scenario"]),
        "leak": leak(data),
        "branches": branches(data),
        "zones": zones(data),
        "receptors": receptors(data),
        "flammable": flammable(data),
        "ignition": ignition(data),
        "board": board(data),
        "weather": json.loads(attrs["weather"]) | {"wind_known": bool(attrs["wind_known"])},
        "models": json.loads(attrs["models"]),
        "says": json.loads(attrs["says"]),
        "caveats": json.loads(attrs["caveats"]),
        "snapshot": {
            "id": attrs["snapshot"] or None,
            "at": attrs["snapshot_at"] or None,
            "quality": attrs["snapshot_quality"],
            "oldest_reading_s": _number(attrs["oldest_reading_s"]),
        },
    }


def leak(data: xr.Dataset) -> dict[str, Any]:
    """What comes out now, or first: rate of the branch in which isolation fails, with its band.

    ``rate_kg_s`` is what leaves the opening, ``airborne_rate_kg_s`` what of it and of its pool goes into the air.
    """
    now = int(np.searchsorted(data.exposure_time.values, float(data.attrs["now_s"])))
    present = data.isel(branch=0, exposure_time=min(now, data.sizes["exposure_time"] - 1))
    rates = present.discharge_rate
    return {
        "part": data.attrs["part"],
        "substance": data.attrs["substance"],
        "rate_kg_s": _number(rates.sel(band="best")),
        "low_rate_kg_s": _number(rates.sel(band="low")),
        "high_rate_kg_s": _number(rates.sel(band="high")),
        "airborne_rate_kg_s": _number(present.mass_flow_rate.sel(band="best")),
        "section": data.attrs["section"],
        "inventory_kg": _number(data.attrs["section_mass_kg"]),
        "says": json.loads(data.attrs["says"]),
    }


def branches(data: xr.Dataset) -> list[dict[str, Any]]:
    """Each isolation branch: when it isolates, the mass it lets out, what falls out of it, its pool, and the books."""
    isolated = json.loads(data.attrs["isolated_after_s"])
    books = json.loads(data.attrs["conservation"])
    return [
        {
            "branch": str(name),
            "isolated_after_s": _number(isolated[str(name)]),
            "mass_kg": _number(data.discharged_mass.sel(branch=name, band="best")),
            "low_mass_kg": _number(data.discharged_mass.sel(branch=name, band="low")),
            "high_mass_kg": _number(data.discharged_mass.sel(branch=name, band="high")),
            "airborne_mass_kg": _number(data.mass.sel(branch=name, band="best")),
            "rained_out_fraction": _number(data.rainout_fraction.sel(branch=name, band="best")),
            "pool": _pool(data.sel(branch=name, band="best")),
            "conservation": books[str(name)]["best"],
        }
        for name in data.branch.values
    ]


def _pool(data: xr.Dataset) -> dict[str, Any] | None:
    """The pool in time, in at most `_POOL_ROWS` rows; ``None`` where there is none."""
    if not float(data.pool_mass.max()) > 0.0:  # nor where it is NaN
        return None
    thinned = data.isel(exposure_time=slice(None, None, max(data.sizes["exposure_time"] // _POOL_ROWS, 1)))
    return {
        "peak_mass_kg": _number(data.pool_mass.max()),
        "peak_area_m2": _number(data.pool_area.max()),
        "peak_vapour_rate_kg_s": _number(data.pool_vapour_rate.max()),
        "time_s": thinned.exposure_time.values.tolist(),
        "mass_kg": thinned.pool_mass.values.tolist(),
        "area_m2": thinned.pool_area.values.tolist(),
        "vapour_rate_kg_s": thinned.pool_vapour_rate.values.tolist(),
    }


def zones(data: xr.Dataset) -> list[dict[str, Any]]:
    """Greatest distance of each level in each branch, the gravest level first."""
    guides = json.loads(data.attrs["levels"])
    exposure = float(data.exposure_time.values[-1] + 0.5 * np.diff(data.exposure_time.values[:2])[0])
    found = []
    for branch in data.branch.values:
        for level in data.level.values:
            outer = _at(data, "outer_distance", branch, level)
            best = _at(data, "best_distance", branch, level)
            limited = bool(data.outer_travel_limited.sel(branch=branch, level=level)) if outer is not None else False
            best_limited = best is not None and bool(data.best_travel_limited.sel(branch=branch, level=level))
            beyond = outer is not None and outer >= _ALMOST * FARTHEST
            found.append(
                {
                    "level": str(level),
                    "branch": str(branch),
                    "concentration_ppm": min_guide(guides[str(level)]) / PARTS_PER_MILLION,
                    "max_distance_m": outer,
                    "best_distance_m": best,
                    "averaging_s": float(data.attrs["averaging_s"]),
                    "exposure_s": exposure,
                    "beyond_limit": beyond or limited,
                    "best_beyond_limit": best_limited or (best is not None and best >= _ALMOST * FARTHEST),
                    "by_band_m": _by(data, "band_distance", "band", branch, level),
                    "by_model_m": _by(data, "model_distance", "model", branch, level),
                    "says": _zone_says(outer, exposure, beyond=beyond, limited=limited),
                }
            )
    return found


def _by(data: xr.Dataset, name: str, kind: str, branch: Any, level: Any) -> dict[str, float | None]:
    """Distances of one zone in the wind of now by release band or by model; empty where the wind is not known."""
    if name not in data:
        return {}
    row = data[name].sel(branch=branch, level=level)
    return {str(key): _number(row.sel({kind: key})) for key in data[kind].values}


def board(data: xr.Dataset) -> dict[str, Any] | None:
    """Protective-action board; ``None`` in a Dataset that was made without one."""
    found: dict[str, Any] | None = json.loads(str(data["board"].item())) if "board" in data else None
    return found


def ignition(data: xr.Dataset) -> dict[str, Any] | None:
    """What the release does if it is lit and isolation fails; ``None`` for what does not burn."""
    found: dict[str, Any] | None = json.loads(str(data["ignition"].item())) if "ignition" in data else None
    return found


def flammable(data: xr.Dataset) -> list[dict[str, Any]]:
    """What could burn in each branch at its strongest, by release band; empty for what does not burn."""
    if "flammable_mass" not in data:
        return []
    return [
        {
            "branch": str(branch),
            "band": str(band),
            "mass_kg": _number(data.flammable_mass.sel(branch=branch, band=band)),
            "lfl_distance_m": _number(data.lfl_distance.sel(branch=branch, band=band)),
            "half_lfl_distance_m": _number(data.half_lfl_distance.sel(branch=branch, band=band)),
        }
        for branch in data.branch.values
        for band in data.band.values
    ]


def _zone_says(outer: float | None, exposure: float, *, beyond: bool, limited: bool) -> str:
    if outer is None:
        return "not valid here"
    if outer == 0.0:
        return "not reached"
    if beyond:
        return "> 10 km"
    if limited:
        return f"> {outer:.0f} m ({exposure / 60:.0f} min of travel)"
    return f"{outer:.0f} m"


def receptors(data: xr.Dataset) -> list[dict[str, Any]]:
    """Each population area in each branch: who is reached when, peak, dose and zone; the outer edge beside it."""
    if "breathed_outer" not in data:
        return []
    areas = json.loads(data.attrs["areas"])
    found = []
    for branch in data.branch.values:
        for key in data.receptor.values:
            one = data.sel(branch=branch, receptor=key)
            found.append(
                {
                    "id": str(key),
                    **areas[str(key)],
                    "people": _number(one.people),
                    "branch": str(branch),
                    "arrival_s": _number(one.outer_arrival),
                    "best_arrival_s": _number(one.arrival),
                    "departure_s": _number(one.outer_departure),
                    "best_departure_s": _number(one.departure),
                    "peak_ppm": _ppm(one.breathed_outer),
                    "best_peak_ppm": _ppm(one.breathed_best),
                    "toxic_load_s": _number(one.toxic_load),
                    "zone": str(one.receptor_outer_zone.item()) or None,
                    "best_zone": str(one.receptor_zone.item()) or None,
                }
            )
    return found


def _ppm(series: xr.DataArray) -> float | None:
    peak = float(series.max(skipna=False))
    return None if math.isnan(peak) else peak / PARTS_PER_MILLION


def _at(data: xr.Dataset, name: str, branch: Any, level: Any) -> float | None:
    return _number(data[name].sel(branch=branch, level=level)) if name in data else None


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None
