"""What the wind takes from the top of a dense cloud, and how fast the cloud falls apart sideways."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.quantities import GRAVITY

Array = NDArray[np.float64]

KARMAN = 0.35
"""von Karman's constant the model's coefficients belong to (Businger et al. 1971)."""
LAYER = 2.15
"""Depth of the layer that mixes, over the cloud's effective depth (Spicer and Havens 1989)."""
SPREADING = 1.15
"""Front speed of a gravity current over sqrt(g' H) (Havens and Spicer 1985)."""
_NEUTRAL, _STABLE, _STABLE_POWER = 0.88, 0.099, 1.04
_VERY_STABLE, _VERY_STABLE_POWER = 1.4e-25, 5.7
_UNSTABLE, _UNSTABLE_POWER = 0.65, 0.6
_CONVECTION = 0.25
_RICHARDSON_RATIO = 3.1
"""Constant of the integral form over a source (Spicer and Havens 1989)."""
_FETCH_POINTS = 16


@kernel
def suppression(richardson: float, thermal: float) -> float:
    """Phi by which a cloud's weight slows what mixes into it; ``thermal`` is the Richardson number of a warm ground."""
    warmed = 1.0 + _CONVECTION * thermal ** (2.0 / 3.0)
    number = richardson / warmed
    if number <= 0.0:
        return float(_NEUTRAL / (1.0 + _UNSTABLE * abs(number) ** _UNSTABLE_POWER) / math.sqrt(warmed))
    strong = _VERY_STABLE * number**_VERY_STABLE_POWER
    return float((_NEUTRAL + _STABLE * number**_STABLE_POWER + strong) / math.sqrt(warmed))


@kernel
def take_up(excess: float, fetch: float, friction: float, power: float, speed: float, height: float) -> float:
    """Greatest rate at which the wind carries off a cloud lying under it, m/s, as an average over ``fetch`` m.

    ``excess`` is (rho - rho_air) / rho_air; ``speed`` at ``height`` with the exponent ``power`` is the wind. Over the
    fetch the layer deepens as x^(1/(1+power)), and its Richardson number with it.
    """
    above = 1.0 + power
    rate = KARMAN * friction * above * LAYER / (LAYER - 1.0)
    if excess <= 0.0:
        return rate / _NEUTRAL
    depth = height * math.gamma(1.0 / above) / above
    depth *= (rate * above / (speed * height * _RICHARDSON_RATIO)) ** (1.0 / above)
    scale = GRAVITY * excess / friction**2 * depth
    total = 0.0
    for i in range(_FETCH_POINTS):
        number = scale * (fetch * (i + 0.5) / _FETCH_POINTS) ** (1.0 / above)
        total += 1.0 / (_NEUTRAL + _STABLE * number**_STABLE_POWER)
    return rate * total / _FETCH_POINTS
