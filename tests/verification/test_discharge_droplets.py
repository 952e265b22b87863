"""Droplets and rainout: the worked butane leak, its misprinted drag law, and limits."""

import math

import numpy as np
import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge.droplets import aerosol_fraction, critical_diameter, drag_coefficient

BOILING, RELEASE, CRITICAL = 272.55, 298.15, 425.12  # K
AMBIENT = 14.7 * 6894.757293168  # Pa
GAS_CONSTANT = 8.31446261815324


def butane():
    """State of the example: n-butane 250 psig, 50 ft head, at its boiling point in the cloud."""

    def density(t):
        return 58.122 * 1.0677 / 0.27188 ** (1 + (1 - t / CRITICAL) ** 0.28688)

    pressure = 250 * 6894.757293168
    velocity = math.sqrt(2 * pressure / density(RELEASE) + 2 * 9.81 * 50 * 0.3048)
    return {
        "velocity": velocity,
        "surface_tension": 0.05196 * (1 - BOILING / CRITICAL) ** 1.2181,
        "air": AMBIENT * 0.02896 / (GAS_CONSTANT * BOILING),
        "vapour": AMBIENT * 0.058122 / (GAS_CONSTANT * BOILING),
        "viscosity": 1.425e-6 * BOILING**0.5039 / (1 + 108.3 / BOILING),
        "liquid": density(BOILING),
    }


def test_butane_droplets():
    """Printed: 2.188550597862162e-5 m by the air; it is the smaller."""
    here = butane()
    found = MODELS["droplet-size"].run(
        {
            "exit_velocity": here["velocity"],
            "surface_tension": here["surface_tension"],
            "superheat": RELEASE - BOILING,
            "gas_density": here["air"],
        }
    )
    assert found["aerodynamic_droplet_diameter"] == pytest.approx(2.188550597862162e-5, rel=1e-5)
    assert found["flashing_droplet_diameter"] == pytest.approx(0.03 / (10 + 4 * 25.6), rel=1e-12)
    assert found["droplet_diameter"] == found["aerodynamic_droplet_diameter"]


def test_butane_rainout():
    """6.14 mm with the right drag; the printed 0.1425 mm is a root of the wrong sign and no root of this."""
    here = butane()
    assert here["velocity"] * math.tan(math.radians(4.46)) == pytest.approx(6.197367132394693, rel=1e-6)
    found = MODELS["aerosol-rainout"].run(
        {
            "exit_velocity": here["velocity"],
            "droplet_diameter": 2.188550597862162e-5,
            "liquid_density": here["liquid"],
            "gas_density": here["vapour"],
            "gas_viscosity": here["viscosity"],
        }
    )
    assert found["critical_droplet_diameter"] == pytest.approx(6.14e-3, abs=0.01e-3)
    assert found["aerosol_fraction"] == pytest.approx(1.0, abs=1e-6)
    settling = here["velocity"] * math.tan(math.radians(4.46))
    reynolds = here["vapour"] * settling * 1.4250630981793824e-4 / here["viscosity"]
    wrong = 0.4 + 24 / reynolds + 6 / (1 - math.sqrt(reynolds))
    balance = (here["liquid"] - here["vapour"]) * 9.81 * 1.4250630981793824e-4
    assert balance == pytest.approx(0.75 * wrong * here["vapour"] * settling**2, rel=1e-3)
    assert balance < 0.5 * 0.75 * drag_coefficient(reynolds) * here["vapour"] * settling**2
    assert aerosol_fraction(2.188550597862162e-5, critical=1.4250630981793824e-4) == pytest.approx(0.92279, abs=1e-4)


def test_settling_limits_and_spray():
    viscosity, slow = 1.8e-5, 1e-5
    stokes = math.sqrt(18 * viscosity * slow / (9.80665 * (1000 - 1.2)))
    small = critical_diameter(slow, liquid_density=1000.0, gas_density=1.2, gas_viscosity=viscosity)
    assert small == pytest.approx(stokes, rel=1e-4)
    fast = critical_diameter(300.0, liquid_density=1000.0, gas_density=1.2, gas_viscosity=viscosity)
    assert fast == pytest.approx(0.75 * 0.4 * 1.2 * 300.0**2 / (9.80665 * 998.8), rel=0.01)
    s = math.log(1.8)
    z = np.linspace(-12, 12, 200001)
    mass = np.exp(3 * z - 0.5 * (z / s) ** 2)
    for ratio in (0.5, 2.0, 5.0):
        airborne = mass[z <= math.log(ratio)].sum() / mass.sum()
        assert aerosol_fraction(1e-3, critical=ratio * 1e-3) == pytest.approx(airborne, abs=1e-4)


def test_refusals():
    with pytest.raises(ModelInputError, match="exit_velocity"):
        MODELS["droplet-size"].run({"exit_velocity": 0.0, "surface_tension": 0.02})
    found = MODELS["aerosol-rainout"].run(
        {"exit_velocity": 10.0, "droplet_diameter": 1e-4, "liquid_density": 1.0, "gas_density": 2.0}
    )
    assert found["aerosol_fraction"] is None
    assert found["caveats"][-1]["grade"] == "not valid here"
