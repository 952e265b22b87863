"""Catastrophic rupture: isentropic vapour, the energy of expansion, and the cloud's book-keeping."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge.rupture import rupture
from physics.substances import substance

CoolProp = pytest.importorskip("CoolProp.CoolProp")


def run(**inputs):
    return MODELS["catastrophic-rupture"].run(inputs)


@pytest.mark.parametrize(
    ("fluid", "temperature", "vapour"),
    [("propane", 300.15, 0.3450), ("ammonia", 293.15, 0.1605), ("water", 453.0, 0.1374)],
)
def test_isentropic_vapour(fluid, temperature, vapour):
    """Check 11's isentropic figures to 1 atm."""
    found = run(fluid=fluid, temperature=temperature, mass=1000.0)
    assert found["flash_fraction"] == pytest.approx(vapour, abs=1.5e-4)
    assert found["rainout_fraction"] == pytest.approx(1.0 - 2.0 * found["flash_fraction"])


@pytest.mark.parametrize(
    ("fluid", "quality"), [("propane", 0.0), ("propane", 0.4), ("chlorine", 0.0), ("ammonia", 1.0)]
)
def test_energy_is_the_work_of_expansion(fluid, quality):
    """E is the integral of (p - p_a) dv along the isentrope, here by CoolProp and the trapezium."""
    item = substance(fluid)
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    state.update(CoolProp.QT_INPUTS, quality, 293.15)
    s0, p0 = state.smass(), state.p()
    pressures = np.geomspace(p0 * (1 - 1e-9), 101325.0, 4001)
    volumes = []
    for p in pressures:
        state.update(CoolProp.PSmass_INPUTS, p, s0)
        volumes.append(1.0 / state.rhomass())
    work = np.trapezoid(pressures - 101325.0, np.array(volumes))
    found = rupture(item, temperature=293.15, vapour_fraction=quality)
    assert found.expansion_energy == pytest.approx(work, rel=2e-3)
    assert found.velocity == pytest.approx(math.sqrt(1.6 * work), rel=1e-3)


def test_cloud_adds_up():
    item = substance("propane")
    found = run(fluid="propane", temperature=293.15, mass=1000.0)
    state = rupture(item, temperature=293.15)
    airborne = 1000.0 * (1.0 - found["rainout_fraction"])
    assert found["cloud_mass"] == pytest.approx(11.0 * airborne)
    liquid = airborne - 1000.0 * state.flash_fraction
    vapour = 1000.0 * state.flash_fraction
    volume = liquid / item.saturation.liquid_density(state.temperature)
    volume += vapour / item.saturation.vapour_density(state.temperature)
    volume += 10.0 * airborne * 8.31446 * 293.15 / (101325.0 * 0.0289652)
    assert math.pi * found["cloud_radius"] ** 3 == pytest.approx(volume, rel=1e-5)
    doubled = run(fluid="propane", temperature=293.15, mass=2000.0)
    assert doubled["cloud_radius"] == pytest.approx(2 ** (1 / 3) * found["cloud_radius"])


def test_refusals():
    with pytest.raises(ModelInputError, match="temperature"):
        run(fluid="propane", temperature=220.0, mass=1.0)
    with pytest.raises(ModelInputError, match="temperature"):
        run(fluid="propane", temperature=400.0, mass=1.0)
    with pytest.raises(ModelInputError, match="mass"):
        run(fluid="propane", temperature=300.0, mass=-1.0)
