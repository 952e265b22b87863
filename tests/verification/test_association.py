"""Vapour of hydrogen fluoride: its equilibria, and what the paper behind it and others report."""

import math

import pytest

from physics.models import MODELS
from physics.quantities import GAS_CONSTANT
from physics.substances import substance
from physics.substances.association import (
    BOND_ENTHALPY,
    BOND_ENTROPY,
    CALORIE,
    MILLIMETRE_OF_MERCURY,
    associated_vapour,
    heat_capacity,
)

OF_HF = substance("hydrogen fluoride")
TWENTY_GRAMS = 0.020
BOILING = 292.55
"""19.4 °C (Franck and Spalthoff 1957)."""
HEAT_OF_VAPORISATION = 89.5 * CALORIE * 1e3
"""J/kg there, measured (Franck and Spalthoff 1957, abstract)."""


@pytest.mark.parametrize("temperature", [255.0, 292.65, 330.0, 373.15])
@pytest.mark.parametrize("pressure", [1.3e4, 5e4, 9.3e4])
def test_kinds_are_in_equilibrium(temperature, pressure):
    found = associated_vapour(temperature, pressure=pressure)
    assert found.single + found.chains + found.rings == pytest.approx(1.0, rel=1e-12)
    of_all = found.molar_mass / OF_HF.molar_mass * pressure
    single = found.single * of_all
    # dimers from the definition of the constant, and the chains as a sum term by term
    change = BOND_ENTHALPY - temperature * BOND_ENTROPY
    step = math.exp(-change / (GAS_CONSTANT * temperature)) / MILLIMETRE_OF_MERCURY
    chains = [single * (step * single) ** (n - 1) for n in range(1, 2000)]
    rings = found.rings * of_all / 6.0
    assert sum(chains) + rings == pytest.approx(pressure, rel=1e-9)
    assert sum(n * p for n, p in enumerate(chains, 1)) == pytest.approx(of_all * (1.0 - found.rings), rel=1e-9)
    # van 't Hoff: the slope of ln K(ring of six) with 1/T is the heat of six bonds
    warm, cold = (associated_vapour(temperature + d, pressure=pressure) for d in (0.05, -0.05))
    logs = [math.log(v.rings * v.molar_mass / (v.single * v.molar_mass) ** 6) for v in (warm, cold)]
    slope = (logs[0] - logs[1]) / (1.0 / (temperature + 0.05) - 1.0 / (temperature - 0.05))
    assert -slope * GAS_CONSTANT == pytest.approx(6.0 * BOND_ENTHALPY, rel=1e-5)


def test_hot_and_thin_it_is_single():
    found = associated_vapour(550.0, pressure=100.0)
    assert found.molar_mass == pytest.approx(OF_HF.molar_mass, rel=1e-4)
    assert heat_capacity(550.0, pressure=100.0) * OF_HF.molar_mass == pytest.approx(3.5 * GAS_CONSTANT, rel=2e-3)


def test_reported_heat_capacities():
    """Isobars of 100 to 700 mm Hg have maxima near 240 cal/(K 20 g), at lower temperatures as pressure falls."""
    maxima = []
    for pressure in (100.0, 200.0, 400.0, 700.0):
        isobar = [
            (heat_capacity(t, pressure=pressure * MILLIMETRE_OF_MERCURY) * TWENTY_GRAMS / CALORIE, t)
            for t in range(240, 374)
        ]
        maxima.append(max(isobar))
    assert all(abs(height - 240.0) < 0.2 * 240.0 for height, _ in maxima)
    places = [place for _, place in maxima]
    assert places == sorted(places)
    assert 253.15 < places[0] < places[-1] < 373.15
    ratios = []
    for temperature in (263.15, 273.15, BOILING):
        pressure = float(OF_HF.saturation.pressure(temperature))
        ends = [associated_vapour(t, pressure=pressure).enthalpy for t in (temperature, 373.15)]
        ratios.append((ends[1] - ends[0]) / float(OF_HF.saturation.heat_of_vaporisation(temperature)))
    assert all(3.0 <= ratio <= 6.0 for ratio in ratios)


def test_molar_mass_against_clapeyron():
    """M = R T² d ln p/dT / Δh, the liquid's volume left out; 20 % is what the rounding of the constants leaves."""
    table = OF_HF.saturation
    slope = math.log(table.pressure(BOILING + 0.1) / table.pressure(BOILING - 0.1)) / 0.2
    clapeyron = GAS_CONSTANT * BOILING**2 * slope / HEAT_OF_VAPORISATION
    found = associated_vapour(BOILING, pressure=float(table.pressure(BOILING))).molar_mass
    assert 0.050 < found < 0.060
    assert 0.8 < found / clapeyron < 0.85


def test_the_model_says_where_it_ends():
    outputs = MODELS["hydrogen-fluoride-vapour"].run({"temperature": 280.0, "pressure": 101325.0})
    said = " ".join(caveat["says"] for caveat in outputs["caveats"])
    assert "is liquid" in said
    assert "holds for pressure" in said
    assert outputs["density"] == pytest.approx(outputs["molar_mass"] * 101325.0 / (GAS_CONSTANT * 280.0), rel=1e-12)
