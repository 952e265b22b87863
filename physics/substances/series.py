"""Chebyshev series, as tables ship, and the evenly spaced tables that kernels read, made of them at load."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

Array = NDArray[np.float64]

NODES = 480
"""Nodes of a saturation table in memory."""


def points(low: float, high: float, *, terms: int) -> Array:
    """Temperatures at which a function is wanted for a series of so many terms, ascending, K."""
    at: Array = np.sort(chebyshev.chebpts1(2 * terms))
    return 0.5 * (low + high) + 0.5 * (high - low) * at


def coefficients(values: Array, *, terms: int) -> Array:
    """Series of a function given at `points`: interpolation at twice as many points, cut to ``terms``.

    Parameters
    ----------
    values : ndarray, shape (properties, 2 * terms)

    Returns
    -------
    ndarray, shape (properties, terms)
    """
    count = values.shape[-1]
    basis = chebyshev.chebvander(np.sort(chebyshev.chebpts1(count)), terms - 1)
    found: Array = values @ basis * (2.0 / count)
    found[..., 0] *= 0.5
    return found


def evaluate(series: Array, temperature: Array, *, low: float, high: float, order: int = 0) -> Array:
    """Value, or derivative with respect to temperature, of every series at every temperature.

    Returns
    -------
    ndarray, shape (properties, temperatures)
    """
    at = (2.0 * temperature - low - high) / (high - low)
    scaled = chebyshev.chebder(series, order, scl=2.0 / (high - low), axis=-1) if order else series
    basis = chebyshev.chebvander(at, scaled.shape[-1] - 1)
    found: Array = scaled @ basis.T
    return found


def table(series: Array, *, low: float, high: float, nodes: int = NODES) -> Array:
    """Values and slopes times step at evenly spaced nodes, the layout of `kernels.Table`.

    Returns
    -------
    ndarray, shape (nodes, 2 * properties)
    """
    temperature = np.linspace(low, high, nodes)
    out = np.empty((nodes, 2 * len(series)))
    out[:, 0::2] = evaluate(series, temperature, low=low, high=high).T
    out[:, 1::2] = evaluate(series, temperature, low=low, high=high, order=1).T * (high - low) / (nodes - 1)
    return out
