"""Printed outflow and pool examples of the TNO Yellow Book (CPR 14E, 2005), read in a secondary transcription."""

import pytest

from physics.models import MODELS
from physics.pools import Ground, equivalent_diameter, spill
from physics.substances import substance
from physics.weather import Weather

ATMOSPHERE = 101325.0


def test_pool_size():
    """Section 6.6.3: 28.3 m³ at 0.02 m is 1415 m², a circle of 42.445 m."""
    found = MODELS["pool-size"].run({"volume": 28.3, "pool_depth": 0.02})
    assert found["pool_area"] == pytest.approx(1415.0, rel=1e-9)
    assert found["pool_diameter"] == pytest.approx(42.445, abs=1e-3)


def test_a_pool_in_time_comes_to_the_printed_size():
    """The same 28.3 m³ spread in time on ground that keeps 0.02 m and lets nothing evaporate."""
    of = substance("benzene")
    cold = of.saturation.temperature_low + 0.5
    density = float(of.saturation.liquid_density(cold))
    air = Weather(wind_speed=0.1, wind_from_direction=0.0, stability_class="D", ambient_temperature=cold)
    rough = Ground("printed", 1e-9, 1e-7, 0.02)
    pool = spill(
        of, rate=28.3 * density / 10.0, spill_time=10.0, temperature=cold, weather=air, ground=rough, duration=7200.0
    )
    assert pool.area[-1] == pytest.approx(1415.0, rel=0.002)
    assert equivalent_diameter(float(pool.area[-1])) == pytest.approx(42.445, rel=0.001)


def test_liquid_outflow():
    """Section 2.6.4.1: acrylonitrile, hole 0.1 m, Cd 0.62, 812.5 kg/m³, head 11.12 m, open both sides: 58.44 kg/s.

    The book's table prints 60.915 kg/s at 11.20 m, which does not follow from its own equation (58.64).
    """
    inputs = {
        "pressure": ATMOSPHERE,
        "ambient_pressure": ATMOSPHERE,
        "hole_diameter": 0.1,
        "discharge_coefficient": 0.62,
        "liquid_density": 812.5,
        "liquid_head": 11.12,
    }
    found = MODELS["liquid-orifice"].run(inputs)
    assert found["mass_flow_rate"] == pytest.approx(58.44, rel=5e-4)
    higher = MODELS["liquid-orifice"].run({**inputs, "liquid_head": 11.20})
    assert higher["mass_flow_rate"] == pytest.approx(58.64, rel=5e-4)


def test_gas_outflow():
    """Section 2.6.2.1: hydrogen, 50 bar, 288.15 K, hole 0.1 m, Cd 0.62: 15.31 kg/s; 1.405 is inferred, not printed."""
    found = MODELS["gas-orifice"].run(
        {
            "pressure": 50e5,
            "temperature": 288.15,
            "hole_diameter": 0.1,
            "discharge_coefficient": 0.62,
            "molar_mass": 2.016e-3,
            "heat_capacity_ratio": 1.405,
        }
    )
    assert found["mass_flow_rate"] == pytest.approx(15.31, abs=0.005)
    assert found["choked"] == 1.0
