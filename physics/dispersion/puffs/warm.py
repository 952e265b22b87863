"""Every kernel of the puffs once, on next to nothing: none is left to compile when somebody waits."""

from __future__ import annotations

import numpy as np

from physics.dispersion.puffs.model import even_release, turning_wind
from physics.dispersion.puffs.run import PuffRun
from physics.weather import Weather
from physics.wind_spread import turbulent_wind


def warm_up() -> None:
    """Run a grid, receptors of one height and of many, in a wind that turns and in one of a second."""
    release = even_release(rate=1.0, duration=20.0, height=1.0)
    air = Weather(wind_speed=3.0, wind_from_direction=270.0, stability_class="D")
    turning = turning_wind(speed=3.0, turning=30.0, until=60.0, stability_class="D")
    for wind in (turning, turbulent_wind(air, duration=60.0, seed=0)):
        run = PuffRun(release, wind, lid=100.0)
        run.grid([0.0, 50.0], [0.0, 50.0], 0.0, [30.0])
        run.at(np.array([[50.0, 0.0, 0.0]]), [30.0])
        run.at(np.array([[50.0, 0.0, float(z)] for z in range(6)]), [30.0], window=10.0)
        run.mass([30.0])
