"""Relief devices against the examples of API 520 (check 10) and the open-and-reseat cycle."""

import math

import pytest

from physics.cards import MODELS, ModelInputError
from physics.discharge.orifice import gas_flux
from physics.discharge.relief import ReliefValve, RuptureDisc, viscosity_correction
from physics.discharge.relief_steam import napier_correction, superheat_correction

HOUR = 3600.0
GAS = {
    "temperature": 348.0,
    "compressibility_factor": 0.9,
    "molar_mass": 0.051,
    "heat_capacity_ratio": 1.11,
    "pressure": 670e3,
}
OIL = {"pressure": 1.1 * 1724e3 + 101325.0, "ambient_pressure": 0.2 * 1724e3 + 101325.0, "liquid_density": 0.9 * 999}


def run(name, **inputs):
    return MODELS[name].run(inputs)


def test_gas_examples():
    critical = run("relief-gas", mass_flow_rate=24270 / HOUR, **GAS)
    assert critical["relief_area"] == pytest.approx(0.0036990460646834414, rel=1e-6)
    assert critical["choked"] == 1.0
    subcritical = run("relief-gas", mass_flow_rate=24270 / HOUR, ambient_pressure=532e3, **GAS)
    assert subcritical["relief_area"] == pytest.approx(0.004248358775943481, rel=1e-6)
    assert subcritical["choked"] == 0.0
    nitrogen = run(
        "relief-gas",
        pressure=21e5,
        temperature=373.0,
        molar_mass=0.028013,
        heat_capacity_ratio=1.4,
        relief_area=71e-6,
    )
    assert nitrogen["mass_flow_rate"] * HOUR == pytest.approx(1046.0, rel=0.03)


def test_gas_is_the_perfect_gas_orifice():
    """The standard's rounded constants stay within 1 in 1000 of the closed form; both regimes."""
    specific_rt = 0.9 * 8.31446262 * 348.0 / 0.051
    for back in (101325.0, 532e3, 660e3):
        found = run("relief-gas", relief_area=1e-3, discharge_coefficient=1.0, ambient_pressure=back, **GAS)
        assert found["mass_flux"] == pytest.approx(gas_flux(670e3, back, specific_rt, 1.11), rel=1e-3)


def test_rated_flow_and_sized_area_are_one_relation():
    sized = run("relief-gas", mass_flow_rate=2.0, combination_correction=0.9, **GAS)
    rated = run("relief-gas", relief_area=sized["relief_area"], combination_correction=0.9, **GAS)
    assert rated["mass_flow_rate"] == pytest.approx(2.0)
    disc = run("relief-gas", mass_flow_rate=2.0, discharge_coefficient=0.62, **GAS)
    assert disc["relief_area"] == pytest.approx(sized["relief_area"] * 0.975 * 0.9 / 0.62)


def test_liquid_example():
    """Example 5: 6814 L/min of oil with K_w 0.97 and 0.9724 (read from the figure), then viscous."""
    rate = 0.9 * 999 * 6814 / 60000.0
    first = run("relief-liquid", mass_flow_rate=rate, backpressure_correction=0.97, **OIL)
    assert first["relief_area"] == pytest.approx(0.0030661356203, rel=1e-6)
    finer = run("relief-liquid", mass_flow_rate=rate, backpressure_correction=0.97242133397677, **OIL)
    assert finer["relief_area"] == pytest.approx(0.0030585022573, rel=1e-6)
    viscous = run(
        "relief-liquid",
        mass_flow_rate=rate,
        backpressure_correction=0.97242133397677,
        liquid_viscosity=0.388,
        **OIL,
    )
    assert viscous["relief_area"] == pytest.approx(0.003106542203, rel=1e-6)
    assert viscosity_correction(4525.0) == pytest.approx(0.9817287137013179, rel=1e-12)
    bernoulli = math.sqrt(2 * OIL["liquid_density"] * (OIL["pressure"] - OIL["ambient_pressure"]))
    assert run("relief-liquid", relief_area=1e-3, discharge_coefficient=1.0, **OIL)["mass_flux"] == pytest.approx(
        bernoulli, rel=2e-4
    )


def test_steam_example():
    found = run("relief-steam", mass_flow_rate=69615 / HOUR, temperature=592.5, pressure=12.236e6)
    assert found["relief_area"] == pytest.approx(0.001103471242369, rel=1e-6)
    assert napier_correction(10500e3) == pytest.approx(0.9969100255, rel=1e-9)
    assert superheat_correction(593 + 273.15, pressure=1066.325e3) == pytest.approx(0.72018, rel=1e-6)
    saturated = run("relief-steam", mass_flow_rate=1.0, pressure=1e6)
    hot = run("relief-steam", mass_flow_rate=1.0, pressure=1e6, temperature=800.0)
    assert hot["relief_area"] > saturated["relief_area"]


def test_hysteresis():
    """Opens at the set pressure, stays open down to set (1 - blowdown), reseats, and opens again only at set."""
    valve = ReliefValve(set_pressure=16e5, blowdown=0.1)
    assert valve.reseat_pressure == pytest.approx(14.4e5)
    is_open, seen = False, []
    for pressure in (15e5, 15.99e5, 16e5, 17e5, 15e5, 14.41e5, 14.4e5, 15.9e5, 16.1e5):
        is_open = valve.is_open(pressure, was_open=is_open)
        seen.append(is_open)
    assert seen == [False, False, True, True, True, True, False, False, True]
    disc = RuptureDisc(burst_pressure=5e5)
    assert not disc.is_open(5.9e5, back_pressure=1e5, was_open=False)
    assert disc.is_open(6e5, back_pressure=1e5, was_open=False)
    assert disc.is_open(1e5, back_pressure=1e5, was_open=True)


def test_refusals():
    with pytest.raises(ModelInputError, match="mass_flow_rate"):
        run("relief-gas", **GAS)
    with pytest.raises(ModelInputError, match="relief_area"):
        run("relief-gas", mass_flow_rate=1.0, relief_area=1.0, **GAS)
    with pytest.raises(ModelInputError, match="temperature"):
        run("relief-steam", mass_flow_rate=1.0, pressure=1e6, temperature=400.0)
    with pytest.raises(ModelInputError, match="temperature"):
        run("relief-steam", mass_flow_rate=1.0, pressure=1e6, temperature=1000.0)
    with pytest.raises(ModelInputError, match="blowdown"):
        ReliefValve(set_pressure=1e6, blowdown=1.5)
    with pytest.raises(ModelInputError, match="set_pressure"):
        ReliefValve(set_pressure=float("nan"))
    held = run("relief-gas", relief_area=1e-3, ambient_pressure=700e3, **GAS)
    assert held["mass_flow_rate"] == 0.0
    assert run("relief-gas", mass_flow_rate=1.0, ambient_pressure=700e3, **GAS)["relief_area"] is None
