"""Constants of SLAB's published formulation (Ermak 1990), each by its place in the equations."""

from __future__ import annotations

import math

GRAVITY = 9.80665
"""m/s²."""
GAS_CONSTANT = 8.31431
"""J/(mol K), as SLAB has it."""
VON_KARMAN = 0.41

AIR_MOLAR_MASS, AIR_HEAT_CAPACITY = 0.02896, 1005.87
"""Dry air: kg/mol, J/(kg K)."""
WATER_MOLAR_MASS, WATER_VAPOUR_HEAT_CAPACITY, WATER_HEAT_CAPACITY = 0.01802, 1846.0, 4178.0
"""kg/mol, J/(kg K)."""
WATER_DENSITY = 1000.0
WATER_SATURATION_A, WATER_SATURATION_B = 15.08, 5514.0
"""ln(p / 101325 Pa) = a - b / T, T in K."""
WATER_HEAT_OF_VAPORISATION, WATER_REFERENCE = 2.441e6, 298.2
"""J/kg, at that temperature in K."""
NORMAL_PRESSURE = 101325.0

ROOT3 = math.sqrt(3.0)
ENTRAINMENT = 1.5
"""Factor on von Karman's constant in the entrainment velocities."""
TOP_REFERENCE = 4.0
"""Height whose wind scales the vertical entrainment velocity, m."""
SIDE_REFERENCE = 2.0
"""Height whose wind scales the crosswind entrainment, m."""
SHEAR = 0.02
"""Square of the friction coefficient between cloud and air, c_f1."""
RICHARDSON = 0.025
"""Weight of density stratification, c_Ri."""
CONVECTION = 0.14
"""Weight of heating from below, c_th."""
SOURCE_SHEAR = 0.05
"""Weight of a pool's vapour velocity, c_ws."""
STABLE_SLOPE, UNSTABLE_SLOPE = 5.0, 16.0
"""Constants of the flux-profile relations."""
MOMENTUM_SPREAD, SIDE_SPREAD = 0.25, 0.75
"""Gravity coefficients along the wind and across it, alpha_s and alpha_g."""
ROUGH_SCALE = 0.086
"""Friction velocity over u(2 m) squared that the crosswind entrainment refers to."""
STABILITY_WEIGHT = 10.0
"""Length the Obukhov length is held against in the crosswind entrainment, m."""
SIGMA_B = 4e-4
"""Slow growth of the crosswind spread, 1/m."""
LEAST_AVERAGING, REFERENCE_AVERAGING, AVERAGING_POWER = 10.0, 900.0, 0.2
"""s, s: times of the instantaneous spread and of the reference."""
SIDE_INTENSITY = 0.08
"""Crosswind spread over distance of an averaging time of 900 s."""
ALONG_SHEAR = 0.6
"""Weight of the wind's shear in the spread along the wind."""
FLAT_PART = 0.9
"""Flat part over the whole half-width of a cloud when it starts."""
PEAK_TO_MEAN = math.pi / 6.0
"""Mean over peak of a thin cloud's profile at the top of a vertical jet."""

# Parts of the state. A plume is a half section and goes along x; a puff a quarter cloud in time.
MASS, WIDTH, FLAT, SIDE, MOMENTUM, HEAT, FALL, HEIGHT, CLOCK = range(9)
"""Plume and puff: kg/s or kg; m; m; times V_g; momentum; heat; times W_c; m; s (plume) or m along the wind (puff)."""
LENGTH, FLAT_LENGTH, ALONG, FREE = 9, 10, 11, 12
"""Puff only: m; m; times U_g. Plume only: momentum without the weight's pressure."""
PARTS = 13

# Memory of a run between steps.
PHASE, WIND_OFFSET, MODE, LAST_TEMPERATURE, CHOKED, EVER_CHOKED, STOP, LEAST, ROUGH = range(9)
"""Plume 0 or puff 1; m²/s the ambient wind lags behind the profile; mode; K; how the speed is bounded;
1 where it ever was critical;
1 to end the march then; mole fraction below which it ends; 1 for steps of order 3."""
CRITICAL, BOUND = 1.0, 2.0
"""At the speed of its waves; at that at which the cloud's middle lies at half its height."""
LOFTED, SLUMPING, RESTING = 0.0, 1.0, 2.0
"""Above the ground; on it and denser than air; on it and no denser."""

# Columns of what a run gives.
COLUMNS = (
    "x", "t", "z_c", "h", "B", "b", "B_x", "b_x", "T", "rho", "u", "u_a", "m", "c_v", "v_g", "u_g", "w_c", "w", "v",
    "v_x", "R", "h_t", "mode", "dose",
)  # fmt: skip
(
    AT, TIME, CENTRE, TALL, HALF, EVEN, HALF_LONG, EVEN_LONG, TEMPERATURE, DENSITY, SPEED, WIND, MASS_FRACTION,
    MOLE_FRACTION, SIDE_SPEED, LONG_SPEED, FALL_SPEED, ENTRAIN_TOP, ENTRAIN_SIDE, ENTRAIN_LONG, FLUX, TOP, STATE,
    INVENTORY,
) = range(24)  # fmt: skip
SLOTS, WIDE = 9, 24
"""Sizes of the memory and of a row."""
