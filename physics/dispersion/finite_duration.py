"""A passive plume that begins and ends with its release: what of it has come to a point, and not yet passed.

Palazzi et al. (1982): the steady plume times half the difference of two error functions of how far its front and its
tail are from the point, over the spread along the wind.
"""

from __future__ import annotations

import math
from typing import Any

from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, Takes, register
from physics.dispersion.plume import checked_class, gaussian_plume
from physics.dispersion.sigma import BRIGGS_RURAL, CCPS_PUFF


def share_present(x: float, *, wind_speed: float, time: float, duration: float, sigma_x: float) -> float:
    """Share of the steady plume that stands at a distance at a time.

    Parameters
    ----------
    x : float
        m.
    wind_speed : float
        m/s.
    time, duration : float
        Since the release began, and that it lasts, s.
    sigma_x : float
        Spread along the wind of front and tail at ``x``, m.
    """
    if time <= 0.0 or duration <= 0.0:
        return 0.0
    scale = math.sqrt(2.0) * sigma_x
    front = math.erf((wind_speed * time - x) / scale)
    tail = math.erf((wind_speed * (time - duration) - x) / scale) if time > duration else math.erf(-x / scale)
    return max(0.5 * (front - tail), 0.0)


_CARD = Card(
    name="finite-duration-plume",
    says="Passive Gaussian plume of a release of finite duration at a time after its start: Briggs' rural spread, "
    "front and tail spread along the wind as a CCPS puff.",
    takes=bounded(
        Takes("mass_flow_rate", hard_low=0.0),
        Takes("duration", low=1.0, hard_low=0.0),
        Takes("time", hard_low=0.0),
        Takes("wind_speed", low=1.0, high=30.0, hard_low=1e-3),
        Takes("stability_class"),
        Takes("downwind_distance", low=100.0, high=10_000.0, hard_low=0.0),
        Takes("crosswind_distance", default=0.0),
        Takes("height", hard_low=0.0, default=0.0),
        Takes("source_height", low=0.0, high=300.0, hard_low=0.0, default=0.0),
    ),
    gives=("concentration", "share_present"),
    cites=("palazzi1982",),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "its time integral is the steady plume's times the duration; half when the front arrives",
            "tests/verification/test_finite_duration.py::test_dose_is_that_of_the_steady_plume",
        ),
    ),
)


@register(_CARD)
def _run(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability, x = checked_class(values), values["downwind_distance"]
    sigma_x = float(CCPS_PUFF.sigma_y(x, stability))
    if sigma_x <= 0.0:
        return {"concentration": 0.0, "share_present": 0.0}, []
    share = share_present(
        x,
        wind_speed=values["wind_speed"],
        time=values["time"],
        duration=values["duration"],
        sigma_x=sigma_x,
    )
    steady = {name: values[name] for name in values if name not in ("duration", "time")}
    found = gaussian_plume(BRIGGS_RURAL, **(steady | {"stability_class": stability}))
    return {"concentration": share * found, "share_present": share}, []
