"""What the fire families share: fluxes of many models against radiometers, in the JSON of the dispersion families.

Every model that applies is scored on every trial, and so is the default's choice as ``selected``. Heat fluxes are
pooled; lengths and emissive powers stand under ``quantities``. MG above 1 and FB above 0 are under-prediction.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from physics.fire.fuels import Fuel, fuel_of
from scenarios.scoreboard.metrics import Pair, floor_of, score, statistics
from scenarios.scoreboard.tables import NotScored, Row, within

FLUX = "heat_flux"
NEAR = 0.4
"""A point counts as near where the prediction lies within this share of what was measured."""
WIND_LIMITS, TEMPERATURE_LIMITS, HUMIDITY_LIMITS, PRESSURE_LIMITS = (
    (0.05, 60.0),
    (200.0, 340.0),
    (0.0, 105.0),
    (500.0, 1100.0),
)
"""m/s, K, % and hPa that outdoor air can have (chosen wide: beyond them a number is a mistake)."""
CALM = 0.05
"""m/s: a wind of 0 is taken as this."""


@dataclass(slots=True)
class Scored:
    """What one model said.

    Attributes
    ----------
    pairs : dict of str to list of Pair
        By quantity.
    sides : dict of str to list of Pair
        Fluxes by the side of the flame they were measured on.
    assumed : dict of str to list of str
        By trial, what its table does not give.
    skipped : dict of str to str
        Reason by trial.
    """

    pairs: dict[str, list[Pair]] = field(default_factory=dict)
    sides: dict[str, list[Pair]] = field(default_factory=dict)
    assumed: dict[str, list[str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, quantity: str, pair: Pair, *, side: str | None = None) -> None:
        """Keep one prediction beside what was measured."""
        self.pairs.setdefault(quantity, []).append(pair)
        if side is not None:
            self.sides.setdefault(side, []).append(pair)

    def score(self, *, headline: str = FLUX) -> dict[str, Any]:
        """Statistics, pooled, by trial, by side and by quantity, and what was skipped."""
        pooled = self.pairs.get(headline, [])
        found = score(pooled)
        found.pop("by_stability")
        floor = floor_of(pair.observed for pair in pooled)
        for name, group in self.by_trial(headline).items():
            found["by_trial"][name]["within_40_percent"] = near(group)
        return {
            **found,
            "quantity": headline,
            "within_40_percent": near(pooled),
            "by_side": {name: brief(group, floor=floor) for name, group in self.sides.items()},
            "quantities": {name: brief(group) for name, group in self.pairs.items() if name != headline},
            "assumed": dict(sorted(self.assumed.items())),
            "skipped": dict(sorted(self.skipped.items())),
        }

    def by_trial(self, quantity: str) -> dict[str, list[Pair]]:
        """Pairs of a quantity by trial."""
        found: dict[str, list[Pair]] = {}
        for pair in self.pairs.get(quantity, []):
            found.setdefault(pair.trial, []).append(pair)
        return found


def near(pairs: list[Pair]) -> float | None:
    """Share of predictions within 40 % of what was measured; None of none."""
    if not pairs:
        return None
    return float(np.mean([abs(pair.predicted / pair.observed - 1.0) <= NEAR + 1e-12 for pair in pairs]))


def brief(pairs: list[Pair], *, floor: float | None = None) -> dict[str, Any]:
    """Statistics of pairs without tables."""
    least = floor_of(pair.observed for pair in pairs) if floor is None else floor
    observed = np.maximum(np.array([pair.observed for pair in pairs]), least)
    predicted = np.maximum(np.array([pair.predicted for pair in pairs]), least)
    return {"n": len(pairs), **statistics(observed, predicted), "within_40_percent": near(pairs)}


def result(selected: Scored, models: dict[str, Scored], *, headline: str = FLUX) -> dict[str, Any]:
    """Scores of a family."""
    return {
        "models": {name: models[name].score(headline=headline) for name in sorted(models)},
        "selected": selected.score(headline=headline),
    }


def measured(row: Row, column: str, limits: tuple[float, float]) -> float:
    """Measured value above 0.

    Raises
    ------
    NotScored
        It is missing, or outside the limits.
    """
    found = within(row, column, limits)
    if found <= 0.0:
        raise NotScored(f"{column} is not above 0")
    return found


def given_or(row: Row, column: str, default: float, limits: tuple[float, float], assumed: list[str]) -> float:
    """Number of a column, or a default that is then listed as assumed."""
    if not row.get(column, "").strip():
        assumed.append(f"{column} = {default:g}")
    return within(row, column, limits, default)


_FUELS = ("lng", "lpg", "natural gas", "ng", "hydrogen", "h2", "gasoline", "petrol", "kerosene")


def trial_fuel(row: Row, default: str) -> Fuel:
    """Fuel of a row: its name without what is said beside it ("LNG land" is LNG).

    Raises
    ------
    NotScored
        It is not known here.
    """
    text = row.get("fuel", "").strip() or default
    same = {"ng": "natural gas", "h2": "hydrogen", "petrol": "gasoline", "diesel": "kerosene"}
    words = text.split("(")[0].replace(",", " ").split()
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        try:
            return fuel_of(same.get(name.lower(), name))
        except ValueError:
            continue
    raise NotScored(f"the fuel {text[:60]!r} is not known here")


def run_safely(work: Callable[[], None]) -> str | None:
    """Reason why a row could not be scored; None where it was. Whatever a row holds, it stops no other."""
    try:
        work()
    except NotScored as reason:
        return str(reason)
    except Exception as failure:  # told beside the others
        return f"{type(failure).__name__}: {str(failure)[:200]}"
    return None


def finite(value: float) -> float:
    """The value of a model.

    Raises
    ------
    NotScored
        It is none.
    """
    if not math.isfinite(value) or value < 0.0:
        raise NotScored("the model gives no number")
    return value
