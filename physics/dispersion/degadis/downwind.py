"""The cloud downwind of its source: layer flux, edges, width and heat taken from the ground, integrated along the wind.

Legend: ``flux`` rho u H per width without the mixing factor, kg/(m s); ``edge`` S_y² of the Gaussian shoulders, m²;
``width`` B_eff, half of the width a slab of the axis's concentration would have, m; ``heat`` taken up, J/kg; ``z0`` and
``u0`` the reference height and its wind, ``power`` the profile's exponent alpha.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from physics._jit import kernel
from physics.dispersion.degadis.entrainment import KARMAN, LAYER, SPREADING, suppression
from physics.dispersion.degadis.mixing import share_of, state
from physics.quantities import GRAVITY

Array = NDArray[np.float64]

# Settings of a run, in this order.
RATE, U0, Z0, POWER, FRICTION, DELTA, BETA, AIR_DENSITY, AIR_TEMPERATURE, GROUND = range(10)
# Columns of its result.
DISTANCE, FRACTION, FLAT, SHOULDER, DEPTH, TIME, DENSITY, TEMPERATURE = range(8)

_NATURAL = 18.0
"""Natural convection over warm ground, W/(m² K) per ((kmol/m³)² K)^(1/3) (Spicer and Havens 1989)."""
_FORCED = 1.22
_CHANGE, _LEAST_STEP = 0.5, 1e-3
_LEAST_HEIGHT = 1e-3


@kernel
def effective_depth(sigma: float, power: float) -> float:
    """H_eff of a layer whose profile falls as exp(-(z/sigma)^(1+power)), m."""
    return sigma * math.gamma(1.0 / (1.0 + power)) / (1.0 + power)


@kernel
def depth_of(flow: float, settings: Array) -> float:
    """S_z, m, of a layer in which ``flow`` m²/s passes per width."""
    above = 1.0 + settings[POWER]
    return float(settings[Z0] * max(flow * above / (settings[U0] * settings[Z0]), 1e-12) ** (1.0 / above))


@kernel
def ground_heat(
    temperature: float, density: float, moles: float, capacity: float, depth: float, settings: Array
) -> float:
    """Heat from the ground, W/m², by the stronger of natural and forced convection; none into a warmer cloud."""
    colder = settings[GROUND] - temperature
    if colder <= 0.0:
        return 0.0
    middle = max(0.5 * depth, _LEAST_HEIGHT)
    speed = settings[U0] * (middle / settings[Z0]) ** settings[POWER]
    natural = _NATURAL * ((0.001 * density * moles) ** 2 * colder) ** (1.0 / 3.0)
    forced = _FORCED * density * capacity * settings[FRICTION] ** 2 / speed
    return float(max(natural, forced) * colder)


@kernel
def rates(
    x: float,
    y: Array,
    gaussian: bool,
    origin: float,
    settings: Array,
    table: Array,
    line: Array,
    out: Array,
    row: Array,
) -> float:
    """Fill ``out`` with the slopes of flux, edge, width, heat and time, and ``row`` with what is there.

    Gives the air taken in at the top, kg/(m² s).
    """
    power, friction = settings[POWER], settings[FRICTION]
    if gaussian:
        edge = math.sqrt(2.0) * settings[DELTA] * max(x + origin, 1e-6) ** settings[BETA]
        width = 0.5 * math.sqrt(math.pi) * edge
    else:
        edge, width = math.sqrt(max(y[1], 0.0)), y[2]
    layer_share = min(settings[RATE] / (2.0 * width * y[0] * LAYER), line[0])
    layer_temperature, layer_density, _, capacity = state(layer_share, y[3], table, line)
    concentration = LAYER * layer_share * layer_density
    share = share_of(concentration, LAYER * y[3], layer_share, table, line)
    temperature, density, fraction, _ = state(share, LAYER * y[3], table, line)
    flow = y[0] / layer_density
    sigma = depth_of(flow, settings)
    depth = effective_depth(sigma, power)
    speed = flow / depth
    excess = (density - settings[AIR_DENSITY]) / settings[AIR_DENSITY]
    number = GRAVITY * excess * depth / friction**2
    wind = settings[U0] * (depth / settings[Z0]) ** power
    warm = max(GRAVITY * (settings[GROUND] - temperature) / temperature * depth / (friction * wind), 0.0)
    phi = suppression(number, warm)
    taken = settings[AIR_DENSITY] * KARMAN * friction * (1.0 + power) / phi
    moles = line[3] / (layer_density * layer_temperature)  # mol per kg, from the gas law
    heat = ground_heat(layer_temperature, layer_density, moles, capacity, LAYER * depth, settings)
    if gaussian:
        out[0], out[1], out[2] = taken, 0.0, 0.0
    else:
        front = SPREADING * math.sqrt(GRAVITY * max(excess, 0.0) * depth)
        out[2] = front / speed
        ratio = settings[DELTA] * math.sqrt(0.5 * math.pi) / width
        out[1] = 8.0 * settings[BETA] / math.pi * width**2 * ratio ** (1.0 / settings[BETA])
        out[0] = taken - y[0] * out[2] / width
    out[3] = (heat / LAYER - y[3] * taken) / y[0]
    out[4] = 1.0 / speed
    row[DISTANCE], row[FRACTION], row[SHOULDER], row[DEPTH] = x, fraction, edge, sigma
    row[FLAT] = max(width - 0.5 * math.sqrt(math.pi) * edge, 0.0)
    row[TIME], row[DENSITY], row[TEMPERATURE] = y[4], density, temperature
    return float(taken)


@kernel
def march(
    distances: Array, start: Array, settings: Array, table: Array, line: Array, substeps: int, out: Array
) -> float:
    """Fill ``out`` (station, column) from the edge of the source on; gives where the slab became a plume, m, or inf.

    Runge-Kutta of fourth order, ``substeps`` even steps from one station to the next, more where flux or width would
    change by more than `_CHANGE` in one.
    """
    y = start.copy()
    k1, k2, k3, k4 = np.empty(5), np.empty(5), np.empty(5), np.empty(5)
    gaussian, origin, became = False, 0.0, math.inf
    row = np.empty(8)
    for i in range(distances.size):
        x = distances[max(i - 1, 0)]
        while x < distances[i]:
            taken = rates(x, y, gaussian, origin, settings, table, line, k1, row)
            step = (distances[i] - distances[i - 1]) / substeps
            step = min(step, _CHANGE * y[0] / max(abs(k1[0]), taken, 1e-30), distances[i] - x)
            if not gaussian:
                step = min(step, _CHANGE * y[2] / max(k1[2], 1e-30))
            step = max(step, _LEAST_STEP * (distances[i] - distances[i - 1]))
            rates(x + 0.5 * step, y + 0.5 * step * k1, gaussian, origin, settings, table, line, k2, row)
            rates(x + 0.5 * step, y + 0.5 * step * k2, gaussian, origin, settings, table, line, k3, row)
            rates(x + step, y + step * k3, gaussian, origin, settings, table, line, k4, row)
            flat = y[2] - 0.5 * math.sqrt(math.pi * max(y[1], 0.0))
            change = step / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
            y += change
            left = y[2] - 0.5 * math.sqrt(math.pi * max(y[1], 0.0))
            if not gaussian and left <= 0.0:  # back to where the flat part was just gone
                over = -left / max(flat - left, 1e-30)
                y -= over * change
                step *= 1.0 - over
            x = x + step if x + step < distances[i] * (1.0 - 1e-12) else distances[i]
            if not gaussian and left <= 0.0:
                edge = 2.0 * y[2] / math.sqrt(math.pi)
                reached = (edge / (math.sqrt(2.0) * settings[DELTA])) ** (1.0 / settings[BETA])
                gaussian, became = True, x
                origin = reached - became
        rates(distances[i], y, gaussian, origin, settings, table, line, k1, out[i])
    return became


@kernel
def over_source(
    rate: float, radius: float, source_share: float, steps: int, settings: Array, table: Array, line: Array
) -> float:
    """Flux rho u H, kg/(m s), at the downwind edge of a source that the wind sweeps as fast as it gives.

    Along the source the layer takes air in at its top and the release from below.
    """
    given = rate / (math.pi * radius**2)
    step = 2.0 * radius / steps
    flux = 1e-6 * given / source_share * step
    for i in range(steps):
        x = (i + 0.5) * step
        guess = flux
        for _ in range(2):  # midpoint
            share = min(given * x / max(guess, 1e-12), line[0])
            _, density, _, _ = state(share, 0.0, table, line)
            centre = share_of(
                min(LAYER * share * density, line[0] * state(line[0], 0.0, table, line)[1]), 0.0, share, table, line
            )
            excess = (state(centre, 0.0, table, line)[1] - settings[AIR_DENSITY]) / settings[AIR_DENSITY]
            depth = effective_depth(depth_of(guess / (density * LAYER), settings), settings[POWER])
            phi = suppression(GRAVITY * excess * depth / settings[FRICTION] ** 2, 0.0)
            air = settings[AIR_DENSITY] * LAYER * KARMAN * settings[FRICTION] * (1.0 + settings[POWER]) / phi
            slope = air + given / source_share
            guess = flux + 0.5 * step * slope
        flux += step * slope
    return flux / LAYER
