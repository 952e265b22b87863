"""How much concentration swings about its mean, and what that does to a toxic load.

A plume that wanders is narrower at any moment than its mean over ten minutes (Gifford 1959): with an instantaneous
spread s_r and a mean spread s the mean square on and beside the axis follows in closed form; fluctuations inside the
instantaneous plume come on top (Reynolds 2000). A toxic load is the integral of C^n: with n above 1 the load of the
mean is below the mean of the load. The factor between them is that of a gamma distribution of the same intensity,
which fits plumes near walls at every place in them (Pang et al. 2026).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.dispersion.plume import checked_class
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF, averaging_factor

Array = NDArray[np.float64]

INTERNAL_INTENSITY = 0.5
"""Intensity within the instantaneous plume near the ground (order of magnitude, from memory, unverified)."""
_SMALL = 1e-3
"""Intensity below which the load factor's first term is enough, and its closed form loses digits."""
GREATEST_INTENSITY = 10.0
"""Intensity above which none is given: there a plume is so rare that its mean says nothing."""


def fluctuation_intensity(
    sigma_y: ArrayLike,
    *,
    relative_sigma_y: ArrayLike,
    crosswind: ArrayLike = 0.0,
    internal: float = INTERNAL_INTENSITY,
) -> Array:
    """Standard deviation of concentration over its mean at a place in a plume.

    Parameters
    ----------
    sigma_y : array_like
        Crosswind spread of the mean, m.
    relative_sigma_y : array_like
        Spread of the instantaneous plume, m; where it is the greater the plume does not wander.
    crosswind : array_like
        Distance from the axis, m.
    internal : float
        Intensity within the instantaneous plume.

    Returns
    -------
    ndarray
        Of the broadcast shape, at most `GREATEST_INTENSITY`.
    """
    wide, narrow, y = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (sigma_y, relative_sigma_y, crosswind))
    )
    narrow = np.minimum(narrow, wide)
    swept = 2.0 * wide**2 - narrow**2
    beside = y**2 * (1.0 / wide**2 - 1.0 / swept)
    # beyond this the intensity is cut anyway, and the exponential would leave floating point
    square = (1.0 + internal**2) * wide**2 / (narrow * np.sqrt(swept)) * np.exp(np.minimum(beside, 50.0))
    found: Array = np.minimum(np.sqrt(np.maximum(square - 1.0, 0.0)), GREATEST_INTENSITY)
    return found


def load_factor(intensity: float, *, exponent: float) -> float:
    """Mean of C^n over the n-th power of the mean, of a gamma distribution.

    Parameters
    ----------
    intensity : float
        Standard deviation over mean.
    exponent : float
        n, at least 1.
    """
    if intensity < _SMALL:
        return 1.0 + 0.5 * exponent * (exponent - 1.0) * intensity**2
    shape = intensity**-2
    return math.exp(math.lgamma(shape + exponent) - math.lgamma(shape) - exponent * math.log(shape))


def wandering_load_factor(
    stability_class: str, *, distance: float, exponent: float, averaging_time: float = 600.0, aside: float = 0.0
) -> float:
    """Factor by which the toxic load of a mean plume falls short, by Briggs' rural spread and the CCPS puff set's.

    Parameters
    ----------
    stability_class : str
    distance : float
        m.
    exponent : float
        Of the toxic load, at least 1.
    averaging_time : float
        s.
    aside : float
        Distance from the axis over the mean's crosswind sigma.
    """
    mean = averaging_factor(BRIGGS_RURAL, averaging_time) * float(BRIGGS_RURAL.sigma_y(distance, stability_class))
    narrow = float(CCPS_PUFF.sigma_y(distance, stability_class))
    intensity = float(fluctuation_intensity(mean, relative_sigma_y=narrow, crosswind=aside * mean))
    return load_factor(intensity, exponent=exponent)


_CARD = Card(
    name="concentration-fluctuations",
    says="Intensity of concentration fluctuations in a wandering plume (Gifford), and the factor by which the toxic "
    "load of the mean falls short of the mean toxic load (gamma distribution). Mean spread by Briggs' rural set, "
    "instantaneous by the CCPS puff set.",
    takes=bounded(
        Takes("stability_class"),
        Takes("downwind_distance", low=50.0, high=10_000.0, hard_low=1e-3),
        Takes("crosswind_distance", default=0.0),
        Takes("averaging_time", low=60.0, high=3600.0, hard_low=1.0, hard_high=1e5, default=600.0),
        Takes("toxic_load_exponent", low=1.0, high=4.0, hard_low=1.0, hard_high=10.0),
    ),
    gives=("fluctuation_intensity", "toxic_load_factor"),
    cites=("gifford1959", "reynolds2000", "pang2026"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "a plume wandered by drawn positions; moments of the gamma distribution",
            "tests/verification/test_fluctuations.py::test_intensity_of_a_plume_that_wanders",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability, x = checked_class(values), values["downwind_distance"]
    mean = averaging_factor(BRIGGS_RURAL, values["averaging_time"]) * float(BRIGGS_RURAL.sigma_y(x, stability))
    narrow = float(CCPS_PUFF.sigma_y(x, stability))
    intensity = float(fluctuation_intensity(mean, relative_sigma_y=narrow, crosswind=values["crosswind_distance"]))
    factor = load_factor(intensity, exponent=values["toxic_load_exponent"])
    return {"fluctuation_intensity": intensity, "toxic_load_factor": factor}, []
