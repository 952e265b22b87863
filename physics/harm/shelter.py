"""Concentration indoors by air exchange with the outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register

Array = NDArray[np.float64]

TYPICAL_AIR_EXCHANGE = 1.0 / 3600.0
LOW_AIR_EXCHANGE = 0.3 / 3600.0
HIGH_AIR_EXCHANGE = 2.0 / 3600.0
"""Air changes per second of an ordinary, a tight and a leaky closed house (unverified: 1, 0.3, 2 per h)."""


def indoor(outdoor: Array, *, step: float, air_exchange_rate: float, sheltered_from: float = 0.0) -> Array:
    """Mole fraction breathed by people who go indoors at a time: outdoors before, indoors after.

    The exact solution of dC_i/dt = lambda (C_o - C_i) with the outdoor value steady within each step; the house has
    been exchanging air from the beginning.

    Parameters
    ----------
    outdoor : ndarray, shape (time, ...)
        Means over each step.
    step : float
        s.
    air_exchange_rate : float
        1/s.
    sheltered_from : float
        s after the start; infinity for never.

    Returns
    -------
    ndarray, shape (time, ...)
    """
    keep = float(np.exp(-air_exchange_rate * step))
    inside = np.zeros(outdoor.shape[1:])
    # mean of the exact exponential over the step, so that the integral is exact too
    share = (1.0 - keep) / (air_exchange_rate * step) if air_exchange_rate > 0.0 else 1.0
    breathed = np.empty_like(outdoor)
    for index in range(outdoor.shape[0]):
        mean = outdoor[index] + (inside - outdoor[index]) * share
        breathed[index] = mean if index * step >= sheltered_from else outdoor[index]
        inside = outdoor[index] + (inside - outdoor[index]) * keep
    return breathed


_CARD = Card(
    name="indoor-air-exchange",
    says="Mole fraction indoors after a time in air of steady mole fraction outdoors, from zero, by air exchange.",
    takes=bounded(
        Takes("mole_fraction", hard_low=0.0, hard_high=1.0),
        Takes("air_exchange_rate", low=1e-5, high=1e-2, hard_low=0.0),
        Takes("exposure_duration", hard_low=0.0),
    ),
    gives=("indoor_mole_fraction",),
    cites=("ccps1999",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "closed form: 0.39347 after 30 min at 1 per h",
            "tests/verification/test_toxic_load.py::test_indoor_air_exchange",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    filled = 1.0 - float(np.exp(-values["air_exchange_rate"] * values["exposure_duration"]))
    return {"indoor_mole_fraction": values["mole_fraction"] * filled}, []
