"""Finite volumes in a pipe: Sod's tube, smooth waves, joining of cells, friction and rest."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq

from physics.discharge.pipe_flux import CLOSED, Feed, exit_state
from physics.discharge.pipe_march import EXITS, OUT_MASS, TOTALS, Gate, Wall, advance, join_cells, refresh
from physics.discharge.pipe_state import perfect_gas

GAMMA = 1.4
FLUID = perfect_gas(heat_capacity_ratio=GAMMA, gas_constant=287.0)
NOTHING = np.zeros(2)
SHUT = Feed(CLOSED, 0.0, False, 0.0, 1.0, 0.0, NOTHING, NOTHING, NOTHING)
NO_GATE = Gate(1e30, 1.0, False)


def tube(
    density, pressure, velocity, length, end, *, friction=0.0, ambient=1e4, diameter=1.0, pull=0.0, gate=NO_GATE, at=-1
):
    """March a perfect gas in equal cells; gives conserved rows, primitive rows and totals."""
    n = len(density)
    u, q = np.empty((3, n)), np.zeros((6, n))
    u[0], u[1] = density, density * velocity
    u[2] = pressure / (GAMMA - 1.0) + 0.5 * density * velocity**2
    q[4], q[5] = 300.0, 1.0
    w, gates = np.full(n, length / n), np.zeros(n)
    if at > 0:
        gates[at] = 1.0
    refresh(FLUID, n, u, q)
    totals = np.zeros(TOTALS)
    wall = Wall(diameter, friction, pull, 0.0, 300.0, ambient, 1.0)
    work, out = np.empty((10, n)), np.zeros(EXITS)
    time, *_ = advance(FLUID, wall, SHUT, gate, 0.0, end, n, u, q, w, gates, work, totals, out, length, length, 10**9)
    assert time == pytest.approx(end)
    return u, q, totals


def sod(xi):
    """Exact density of Sod's problem (Sod 1978; Toro 2009, section 4.3) at x/t, with pressures of 1 and 0.1 bar."""
    r_l, p_l, r_r, p_r = 1.0, 1e5, 0.125, 1e4
    c_l, c_r = math.sqrt(GAMMA * p_l / r_l), math.sqrt(GAMMA * p_r / r_r)

    def left(p):
        return 2 * c_l / (GAMMA - 1) * ((p / p_l) ** ((GAMMA - 1) / (2 * GAMMA)) - 1)

    def right(p):
        return (p - p_r) * math.sqrt(2 / ((GAMMA + 1) * r_r) / (p + (GAMMA - 1) / (GAMMA + 1) * p_r))

    p = brentq(lambda p: left(p) + right(p), p_r, p_l)
    u, z = right(p), p / p_r
    r_ls = r_l * (p / p_l) ** (1 / GAMMA)
    r_rs = r_r * ((GAMMA + 1) * z + GAMMA - 1) / ((GAMMA - 1) * z + GAMMA + 1)
    shock = c_r * math.sqrt((GAMMA + 1) / (2 * GAMMA) * z + (GAMMA - 1) / (2 * GAMMA))
    tail = u - c_l * (p / p_l) ** ((GAMMA - 1) / (2 * GAMMA))
    fan = r_l * np.abs(2 / (GAMMA + 1) - (GAMMA - 1) / (GAMMA + 1) / c_l * xi) ** (2 / (GAMMA - 1))
    return np.select([xi < -c_l, xi < tail, xi < u, xi < shock], [r_l, fan, r_ls, r_rs], r_r)


def test_sod():
    """First order in the mean error, as shocks and contacts allow; 800 cells within 0.0011 of a density of 1."""
    end, errors = 0.2 / math.sqrt(1e5), []
    for n in (100, 200, 400, 800):
        x = (np.arange(n) + 0.5) / n
        left = x < 0.5
        u, _, _ = tube(np.where(left, 1.0, 0.125), np.where(left, 1e5, 1e4), np.zeros(n), 1.0, end)
        errors.append(np.abs(u[0] - sod((x - 0.5) / end)).mean())
    assert errors[-1] < 1.1e-3
    assert math.log2(errors[0] / errors[-1]) / 3 > 0.8


def pulse(n):
    x = (np.arange(n) + 0.5) / n
    p = 1e5 * (1.0 + 0.05 * np.exp(-(((x - 0.5) / 0.08) ** 2)))
    u, _, _ = tube((p / 1e5) ** (1 / GAMMA), p, np.zeros(n), 1.0, 0.15 / 374.0, ambient=1e5)
    return u[0]


def test_smooth_waves_converge_in_second_order():
    fine = pulse(1600)
    errors = [np.abs(pulse(n) - fine.reshape(n, -1).mean(axis=1)).mean() for n in (100, 200, 400)]
    orders = [math.log2(a / b) for a, b in pairwise(errors)]
    assert min(orders) > 1.7


def test_joining_keeps_mass_momentum_energy():
    rng = np.random.default_rng(1)
    n = 64
    u, q, w = rng.uniform(1, 2, (3, n)), np.zeros((6, n)), rng.uniform(0.5, 1.5, n)
    gates = np.zeros(n)
    gates[41] = 1.0  # an odd number of cells between valve and break
    before, total = u @ w, w.sum()
    edge = w[41:].sum()
    m = join_cells(n, u, q, w, gates, 2.001)
    assert m < n
    assert w[:m].sum() == pytest.approx(total)
    assert u[:, :m] @ w[:m] == pytest.approx(before, rel=1e-14)
    (place,) = np.nonzero(gates[:m])[0]
    assert w[place:m].sum() == pytest.approx(edge)


@pytest.mark.parametrize("gamma", [1.1, 1.4, 1.67])
def test_exit_is_the_sonic_end_of_the_centred_expansion(gamma):
    """ρ* c* = ρ c (2/(γ+1))^((γ+1)/(γ−1)); under a high back pressure the fan ends there instead."""
    fluid = perfect_gas(heat_capacity_ratio=gamma, gas_constant=287.0)
    rho, p = 12.0, 1e6
    e, c = p / (rho * (gamma - 1)), math.sqrt(gamma * p / rho)
    r, u, p_out, *_ = exit_state(fluid, rho, 0.0, p, e, c, 300.0, 1.0, 1e3)
    assert r * u == pytest.approx(rho * c * (2 / (gamma + 1)) ** ((gamma + 1) / (gamma - 1)), rel=3e-4)
    assert p_out == pytest.approx(p * (2 / (gamma + 1)) ** (2 * gamma / (gamma - 1)), rel=1e-2)
    r, u, p_out, *_ = exit_state(fluid, rho, 0.0, p, e, c, 300.0, 1.0, 0.9e6)
    assert p_out == 0.9e6
    assert u == pytest.approx(2 * c / (gamma - 1) * (1 - 0.9 ** ((gamma - 1) / (2 * gamma))), rel=3e-3)
    assert r == pytest.approx(rho * 0.9 ** (1 / gamma), rel=3e-3)
    assert exit_state(fluid, rho, 600.0, p, e, c, 300.0, 1.0, 1e3)[:3] == (rho, 600.0, p)  # already supersonic
    assert exit_state(fluid, rho, 0.0, 1e5, e, c, 300.0, 1.0, 1.1e5)[1] == 0.0  # nothing is sucked in


def test_a_half_open_valve_lets_half_through():
    """Halfway through a stroke the open area is half: between two pressures 2 % apart half of the mass passes."""
    n, end = 200, 0.2 / 374.0
    left = np.arange(n) < n // 2
    start = (np.where(left, 1.02, 1.0) * 1.2, np.where(left, 1.02, 1.0) * 1e5, np.zeros(n))
    passed = []
    for gate in (NO_GATE, Gate(-1.0, 2.0, False), Gate(-2.0, 1.0, False), Gate(1e30, 1.0, True)):
        u, _, totals = tube(*start, 1.0, end, gate=gate, at=n // 2, ambient=1e5)
        out = totals[OUT_MASS]
        passed.append((u[0, -(n // 2) :].sum() / n + out) - 0.6 if u.shape[1] == n else math.nan)
    open_, half, shut, checked = passed
    assert half == pytest.approx(0.5 * open_, rel=0.05)
    assert abs(shut) < 1e-12
    assert abs(checked) < 1e-12


def test_friction_turns_motion_into_heat():
    """A closed ring would keep its energy; here the middle of a long slug: u = u₀/(1 + f u₀ t/(2 D)), ρE unchanged."""
    n, u0, f, diameter = 400, 20.0, 0.02, 0.1
    end = 0.3
    u, q, _ = tube(
        np.full(n, 1.2), np.full(n, 1e5), np.full(n, u0), 400.0, end, friction=f, diameter=diameter, ambient=1e5
    )
    middle = n // 2
    assert q[0, middle] == pytest.approx(u0 / (1.0 + f * u0 * end / (2.0 * diameter)), rel=2e-3)
    assert u[2, middle] == pytest.approx(1e5 / 0.4 + 0.6 * u0**2, rel=1e-10)


def test_gas_at_rest_on_a_slope_stays_at_rest():
    n, pull, length = 100, -9.81, 1000.0
    x = (np.arange(n) + 0.5) / n * length
    scale = 287.0 * 300.0 / abs(pull)
    p = 1e5 * np.exp(-x / scale)
    _, q, _ = tube(p / (287.0 * 300.0), p, np.zeros(n), length, 5.0, pull=pull, ambient=1e5 * math.exp(-length / scale))
    assert np.abs(q[0, 1:]).max() < 3e-3  # the cell at the wall is of first order
