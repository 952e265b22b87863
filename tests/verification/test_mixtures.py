"""Mixtures by Peng and Robinson: the same equation elsewhere, its own identities, and how far it is from the truth."""

import math

import numpy as np
import pytest

from physics.mixtures import (
    mixture_single_phase,
    mixture_states,
    parse_mixture,
    state_at_density,
    state_at_energy,
    state_at_enthalpy,
    state_at_entropy,
    state_at_pressure,
)
from physics.mixtures.cubic import DENSEST, LEAST_ENERGY, THINNEST, at_temperature, fugacity
from physics.mixtures.energy import ENTHALPY, ENTROPY, ROW, VOLUME, single_state
from physics.mixtures.envelope import boundaries, bubble_pressure, bubble_temperature, dew_pressure, dew_temperature
from physics.mixtures.flash import UNSTABLE, stability
from physics.mixtures.mixture import cubic
from physics.quantities import GAS_CONSTANT
from physics.substances import substance

HAQUE = "Methane[0.855]&Ethane[0.045]&Propane[0.10]"
LPG = "Propane[0.5]&n-Butane[0.5]"
SOUR = "Methane[0.3]&Hydrogen sulfide[0.4]&CarbonDioxide[0.3]"
MIXTURES = (
    HAQUE,
    LPG,
    SOUR,
    "natural gas ekofisk",
    "Nitrogen[0.2]&Propane[0.8]",
    "Methane[0.5]&n-Butane[0.5]",
    "Propane",
)
# Names CoolProp has for the components
COOLPROP = {LPG: "Propane&Butane", HAQUE: "Methane&Ethane&Propane"}


def same_equation(coolprop, text):
    """CoolProp's own Peng-Robinson, and this one on CoolProp's constants and the same interaction parameters."""
    mixture = parse_mixture(text)
    names = COOLPROP[text].split("&")
    state = coolprop.AbstractState("PR", COOLPROP[text])
    state.set_mole_fractions(list(mixture.fractions))
    for i in range(len(names)):
        for j in range(i):
            state.set_binary_interaction_double(i, j, "kij", float(mixture.eos.k[i, j]))
    pure = [coolprop.AbstractState("HEOS", name) for name in names]
    eos = cubic(
        critical_temperature=[item.T_critical() for item in pure],
        critical_pressure=[item.p_critical() for item in pure],
        acentric=[item.acentric_factor() for item in pure],
        molar_mass=list(mixture.eos.molar_mass),
        k=mixture.eos.k,
        translation=[0.0] * len(names),
        gases=[item.gas for item in mixture.substances],
    )
    return state, eos, mixture.fractions


@pytest.mark.parametrize(
    ("text", "temperatures"), [(LPG, (230.0, 260.0, 300.0, 340.0, 380.0)), (HAQUE, (150.0, 180.0, 230.0))]
)
def test_bubble_and_dew_are_those_of_the_same_equation(text, temperatures):
    """CoolProp writes 0.07780 and 0.45724 as printed, which shifts its pressures by some 1e-5."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    state, eos, z = same_equation(coolprop, text)
    for temperature in temperatures:
        least, most, _ = boundaries(eos, temperature, z)
        state.update(coolprop.QT_INPUTS, 0.0, temperature)
        assert most == pytest.approx(state.p(), rel=1e-4)
        state.update(coolprop.QT_INPUTS, 1.0, temperature)
        assert least == pytest.approx(state.p(), rel=1e-4)


# thermo 0.6.1, PRMIX and FlashVL on this module's constants and interaction parameters, computed 2026-11-22:
# vapour mole fraction and departure of enthalpy, J/mol, without volume translation
THERMO = (
    (HAQUE, 200.0, 2e6, 0.8208603808586284, -3194.299905079035),
    (HAQUE, 240.0, 5e6, 0.8876347934859543, -2989.0845007071275),
    (HAQUE, 150.0, 1e6, 0.0, -9118.657356639891),
    (HAQUE, 220.0, 6e6, 0.5902172159397215, -5115.014893328207),
    (HAQUE, 300.0, 12e6, 1.0, -3156.1130595542127),
    (LPG, 300.0, 5e5, 0.5291797397352485, -9641.234547025191),
    (SOUR, 240.0, 3e6, 0.3568470859899301, -9548.529554882643),
    (SOUR, 260.0, 5e6, 0.3372102691872166, -9086.100748834417),
    ("natural gas ekofisk", 220.0, 4e6, 0.9197798878401543, -2430.453132640734),
    ("natural gas ekofisk", 190.0, 2e6, 0.8412055273177556, -2647.5182353969817),
)


@pytest.mark.parametrize(("text", "temperature", "pressure", "fraction", "departure"), THERMO)
def test_flash_and_departures_are_those_of_thermo(text, temperature, pressure, fraction, departure):
    """Another implementation of the same equation; its tolerance shows near the critical point."""
    mixture = parse_mixture(text)
    state = state_at_pressure(mixture, temperature=temperature, pressure=pressure)
    assert state.vapour_mole_fraction == pytest.approx(fraction, abs=1e-6)
    row, thin = np.empty(ROW), np.empty(ROW)
    single_state(mixture.eos, temperature, pressure, mixture.fractions, LEAST_ENERGY, row)
    single_state(mixture.eos, temperature, 1.0, mixture.fractions, THINNEST, thin)
    translated = state.enthalpy * mixture.molar_mass + pressure * float(mixture.fractions @ mixture.eos.c)
    assert translated - thin[ENTHALPY] == pytest.approx(departure, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "vapour_pressure", "liquid_density", "latent_heat"),
    [
        ("methane", 0.010, 0.045, 0.026),
        ("ethane", 0.012, 0.045, 0.016),
        ("propane", 0.010, 0.046, 0.011),
        ("isobutane", 0.011, 0.046, 0.011),
        ("n-butane", 0.010, 0.048, 0.012),
        ("n-pentane", 0.010, 0.050, 0.012),
        ("propylene", 0.016, 0.046, 0.012),
        ("carbon dioxide", 0.010, 0.043, 0.012),
        ("nitrogen", 0.021, 0.040, 0.023),
        ("ethylene", 0.028, 0.044, 0.018),
        ("hydrogen sulfide", 0.037, 0.034, 0.019),
    ],
)
def test_vapour_pressure_of_one_substance(name, vapour_pressure, liquid_density, latent_heat):
    """Against the tables of the reference equations from 0.5 bar to 0.9 of the critical temperature: the accuracy."""
    mixture, table = parse_mixture(name), substance(name).saturation
    start = max(table.temperature(max(5e4, float(table.pressure(table.temperature_low)))), table.temperature_low)
    for temperature in np.linspace(start, 0.9 * table.critical_temperature, 12).tolist():
        found = bubble_pressure(mixture, temperature=temperature)
        assert found == pytest.approx(table.pressure(temperature), rel=vapour_pressure)
        liquid = state_at_pressure(mixture, temperature=temperature, pressure=found * (1 + 1e-7))
        vapour = state_at_pressure(mixture, temperature=temperature, pressure=found * (1 - 1e-7))
        assert liquid.density == pytest.approx(table.liquid_density(temperature), rel=liquid_density)
        latent = vapour.enthalpy - liquid.enthalpy
        assert latent == pytest.approx(table.heat_of_vaporisation(temperature), rel=latent_heat)


def test_liquid_density_is_exact_where_it_was_translated():
    for name in ("propane", "n-butane", "methane"):
        table = substance(name).saturation
        temperature = 0.8 * table.critical_temperature
        found = bubble_pressure(parse_mixture(name), temperature=temperature)
        liquid = state_at_pressure(parse_mixture(name), temperature=temperature, pressure=found * (1 + 1e-9))
        assert liquid.density == pytest.approx(table.liquid_density(temperature), rel=1e-6)


def test_lpg_against_reference_equations():
    """Bubble and dew pressure of propane/n-butane within 1.2 %, liquid density within 2.2 %, 260 to 340 K."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    mixture = parse_mixture(LPG)
    state = coolprop.AbstractState("HEOS", COOLPROP[LPG])
    state.set_mole_fractions([0.5, 0.5])
    for temperature in (260.0, 280.0, 300.0, 320.0, 340.0):
        state.update(coolprop.QT_INPUTS, 0.0, temperature)
        found = bubble_pressure(mixture, temperature=temperature)
        assert found == pytest.approx(state.p(), rel=0.012)
        liquid = state_at_pressure(mixture, temperature=temperature, pressure=found * (1 + 1e-7))
        assert liquid.density == pytest.approx(state.rhomass(), rel=0.022)
        state.update(coolprop.QT_INPUTS, 1.0, temperature)
        assert dew_pressure(mixture, temperature=temperature) == pytest.approx(state.p(), rel=0.012)


@pytest.mark.parametrize("text", [HAQUE, "natural gas ekofisk", "natural gas gulf coast", "natural gas high nitrogen"])
def test_gas_density_against_reference_equations(text):
    """Natural gases from 273 to 350 K, to 200 bar: within 2.2 %; the GERG-2008 form in CoolProp is the reference."""
    coolprop = pytest.importorskip("CoolProp.CoolProp")
    mixture = parse_mixture(text)
    state = coolprop.AbstractState("HEOS", "&".join(item.coolprop for item in mixture.substances))
    state.set_mole_fractions(list(mixture.fractions))
    for temperature in (273.15, 303.0, 350.0):
        for pressure in (1e6, 5e6, 12e6, 20e6):
            state.update(coolprop.PT_INPUTS, pressure, temperature)
            found = state_at_pressure(mixture, temperature=temperature, pressure=pressure)
            assert found.density == pytest.approx(state.rhomass(), rel=0.022)
            assert found.vapour_fraction == 1.0


def test_published_density_of_a_natural_gas():
    """GERG-2008 7.730483 and AGA 8 detail 7.731359 mol/L at 291.15 K and 14.601325 MPa: check values of the aga8 code.

    The Rust port of NIST's AGA8 programs prints them in its tests (gerg_test_01, detail_api_test_01).
    """
    parts = "Methane[0.965]&Nitrogen[0.003]&CarbonDioxide[0.006]&Ethane[0.018]&Propane[0.0045]&IsoButane[0.001]"
    mixture = parse_mixture(f"{parts}&n-Butane[0.001]&Isopentane[0.0005]&n-Pentane[0.0003]&n-Hexane[0.0007]")
    found = state_at_pressure(mixture, temperature=291.15, pressure=14.601325e6)
    assert mixture.molar_mass == pytest.approx(16.803030286e-3, rel=3e-5)
    assert found.density / mixture.molar_mass == pytest.approx(7730.483, rel=0.006)


@pytest.mark.parametrize("text", MIXTURES)
def test_enthalpy_is_the_slope_of_fugacity(text):
    """Gibbs and Helmholtz: Σ xᵢ ∂(ln φᵢ)/∂T = −h_departure/(R T²), and ∂(ln φ)/∂p = (v − v_ideal)/(R T)."""
    mixture = parse_mixture(text)
    eos, z, n = mixture.eos, mixture.fractions, mixture.fractions.size
    m, d, out = np.empty((n, n)), np.empty((n, n)), np.empty(n)

    def gibbs(temperature, pressure):
        at_temperature(eos, temperature, m, d)
        fugacity(eos, m, z, temperature, pressure, LEAST_ENERGY, out)
        return float(z @ out)

    for temperature, pressure in ((320.0, 3e5), (400.0, 8e6), (200.0, 5e6)):
        row, thin = np.empty(ROW), np.empty(ROW)
        single_state(eos, temperature, pressure, z, LEAST_ENERGY, row)
        single_state(eos, temperature, 1e-3, z, THINNEST, thin)
        step = 1e-3
        slope = (gibbs(temperature + step, pressure) - gibbs(temperature - step, pressure)) / (2 * step)
        departure = row[ENTHALPY] + pressure * float(z @ eos.c) - thin[ENTHALPY]
        assert -slope * GAS_CONSTANT * temperature**2 == pytest.approx(departure, rel=1e-6)


@pytest.mark.parametrize("text", MIXTURES)
def test_first_and_second_law_hold_between_states(text):
    """dU = T dS − p dV across phases: energy's slope in density and entropy's slope in temperature, differenced."""
    mixture = parse_mixture(text)
    for temperature, density in ((200.0, 20.0), (260.0, 150.0), (300.0, 5.0), (330.0, 400.0)):
        h = 1e-4
        around = mixture_states(mixture, [temperature] * 3, [density * (1 - h), density, density * (1 + h)])
        assert not around.fallback.any()
        if len(set(np.sign(around.vapour_fraction * (1 - around.vapour_fraction)))) > 1:
            continue  # a phase boundary in between
        s, u = np.diff(around.entropy[::2])[0], np.diff(around.internal_energy[::2])[0]
        v = 1 / (density * (1 + h)) - 1 / (density * (1 - h))
        assert u - temperature * s == pytest.approx(-around.pressure[1] * v, rel=1e-5, abs=1e-7 * abs(u))
        hot = mixture_states(mixture, [temperature - 0.01, temperature + 0.01], [density] * 2)
        ds, du = np.diff(hot.entropy)[0], np.diff(hot.internal_energy)[0]
        assert du == pytest.approx(temperature * ds, rel=1e-5)


@pytest.mark.parametrize("text", MIXTURES)
def test_flashes_agree_with_one_another_and_close(text):
    """What goes in at temperature and pressure comes out of every other flash, and mass closes by component."""
    mixture = parse_mixture(text)
    for temperature, pressure in ((250.0, 4e5), (300.0, 6e5), (220.0, 4e6), (350.0, 9e6), (180.0, 1e6)):
        state = state_at_pressure(mixture, temperature=temperature, pressure=pressure)
        beta = state.vapour_mole_fraction
        assert beta * state.vapour + (1 - beta) * state.liquid == pytest.approx(mixture.fractions, abs=1e-12)
        assert state.enthalpy == pytest.approx(state.internal_energy + pressure / state.density, abs=1e-6)
        again = (
            state_at_enthalpy(mixture, pressure=pressure, enthalpy=state.enthalpy),
            state_at_entropy(mixture, pressure=pressure, entropy=state.entropy),
            state_at_density(mixture, temperature=temperature, density=state.density),
            state_at_energy(mixture, density=state.density, internal_energy=state.internal_energy),
        )
        for other in again:
            assert other.temperature == pytest.approx(temperature, rel=1e-6)
            assert other.pressure == pytest.approx(pressure, rel=1e-4)
            assert other.vapour_fraction == pytest.approx(state.vapour_fraction, abs=1e-5)
            assert other.internal_energy == pytest.approx(state.internal_energy, abs=2.0)


@pytest.mark.parametrize("text", MIXTURES[:-1])
def test_two_phases_have_equal_fugacities(text):
    """And neither of them would split again."""
    mixture = parse_mixture(text)
    eos, n = mixture.eos, mixture.fractions.size
    m, d = np.empty((n, n)), np.empty((n, n))
    seen = 0
    for temperature in (160.0, 200.0, 240.0, 280.0, 300.0):
        at_temperature(eos, temperature, m, d)
        state = state_at_density(mixture, temperature=temperature, density=60.0)
        if not 0.0 < state.vapour_fraction < 1.0:
            continue
        seen += 1
        liquid, vapour, k = np.empty(n), np.empty(n), np.empty(n)
        z_l = fugacity(eos, m, state.liquid, temperature, state.pressure, LEAST_ENERGY, liquid)
        z_v = fugacity(eos, m, state.vapour, temperature, state.pressure, LEAST_ENERGY, vapour)
        assert np.log(state.liquid) + liquid == pytest.approx(np.log(state.vapour) + vapour, abs=1e-8)
        for x, root, phi in ((state.liquid, z_l, liquid), (state.vapour, z_v, vapour)):
            found, _ = stability(eos, m, temperature, state.pressure, x, root, phi, k)
            assert found != UNSTABLE
    assert seen >= 2


@pytest.mark.parametrize("text", [*MIXTURES, "Hydrogen[0.5]&Methane[0.5]", "Methane[0.7]&n-Heptane[0.3]"])
def test_planes_are_whole_and_monotone(text):
    """120 to 700 K, to 2.2 times the critical density: no gap, pressure rises with density, energy with temperature."""
    mixture = parse_mixture(text)
    temperatures = np.linspace(120.0, 700.0, 40)
    densities = np.concatenate(
        (np.geomspace(1e-3, 1.0, 8), np.linspace(1.5, 2.2 * mixture.pseudo_critical_density, 32))
    )
    t, rho = np.meshgrid(temperatures, densities)
    plane = mixture_states(mixture, t, rho)
    assert not plane.fallback.any()
    for field in (plane.pressure, plane.internal_energy, plane.entropy, plane.vapour_fraction):
        assert np.isfinite(field).all()
    pressure, energy = plane.pressure.reshape(t.shape), plane.internal_energy.reshape(t.shape)
    assert (pressure > 0.0).all()
    assert (np.diff(pressure, axis=0) >= -1e-6 * pressure[1:]).all()
    assert (np.diff(energy, axis=1) > 0.0).all()
    assert (np.diff(plane.entropy.reshape(t.shape), axis=0) < 0.0).all()
    two = (plane.vapour_fraction > 0.0) & (plane.vapour_fraction < 1.0)
    assert two.any()
    single = mixture_single_phase(mixture, t, rho)
    assert single.pressure[~two] == pytest.approx(plane.pressure[~two], rel=1e-9)
    # splitting may only lower the Helmholtz energy
    gained = (single.internal_energy - t.ravel() * single.entropy) - (plane.internal_energy - t.ravel() * plane.entropy)
    assert (gained > -1e-6).all()
    assert (gained[two] > 0.0).mean() > 0.99


def test_near_critical_states_are_found():
    rng = np.random.default_rng(20261122)
    for text in (HAQUE, LPG, SOUR):
        mixture = parse_mixture(text)
        t = mixture.pseudo_critical_temperature * rng.uniform(0.85, 1.35, 1500)
        rho = mixture.pseudo_critical_density * rng.uniform(0.4, 1.8, 1500)
        assert not mixture_states(mixture, t, rho).fallback.any()


def test_bubble_and_dew_temperatures_invert_the_pressures():
    mixture = parse_mixture(LPG)
    assert bubble_temperature(mixture, pressure=bubble_pressure(mixture, temperature=280.0)) == pytest.approx(280.0)
    assert dew_temperature(mixture, pressure=dew_pressure(mixture, temperature=280.0)) == pytest.approx(280.0)
    retrograde = parse_mixture("natural gas ekofisk")
    assert dew_temperature(retrograde, pressure=7e6) < dew_temperature(retrograde, pressure=4e6)


def test_thin_gas_is_ideal():
    mixture = parse_mixture(HAQUE)
    state = state_at_pressure(mixture, temperature=298.15, pressure=101325.0)
    ideal = 101325.0 * mixture.molar_mass / (GAS_CONSTANT * 298.15)
    assert state.density == pytest.approx(ideal, rel=5e-3)
    thin = state_at_pressure(mixture, temperature=298.15, pressure=1.0)
    assert thin.enthalpy == pytest.approx(0.0, abs=1.0)
    mixing = -GAS_CONSTANT * float(mixture.fractions @ np.log(mixture.fractions))
    expected = (mixing + GAS_CONSTANT * math.log(101325.0)) / mixture.molar_mass
    assert thin.entropy == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", ["Propane", "n-Hexane", "Methane", "n-Octane"])
def test_vapour_pressure_follows_clapeyron(name):
    """Slope of vapour pressure is entropy over volume of vaporisation, down to where it is 1e-20 Pa and less."""
    mixture = parse_mixture(name)
    eos, z = mixture.eos, mixture.fractions
    critical = mixture.pseudo_critical_temperature
    for temperature in np.linspace(80.0, 0.97 * critical, 8).tolist():
        step = 1e-4
        low, high = (boundaries(eos, temperature + shift, z)[0] for shift in (-step, step))
        pressure = boundaries(eos, temperature, z)[0]
        liquid, vapour = np.empty(ROW), np.empty(ROW)
        single_state(eos, temperature, pressure, z, DENSEST, liquid)
        single_state(eos, temperature, pressure, z, THINNEST, vapour)
        slope = (vapour[ENTROPY] - liquid[ENTROPY]) / (vapour[VOLUME] - liquid[VOLUME])
        assert (high - low) / (2 * step) == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("text", MIXTURES)
def test_closed_vessels_are_solved_wherever_they_are(text):
    """Density and energy give the temperature back, 130 to 600 K, from thin gas to pressed liquid."""
    mixture = parse_mixture(text)
    rng = np.random.default_rng(7)
    for _ in range(60):
        temperature = rng.uniform(130.0, 600.0)
        density = math.exp(rng.uniform(math.log(0.05), math.log(2.1 * mixture.pseudo_critical_density)))
        if temperature < 185.0 and text in (SOUR, "Nitrogen[0.2]&Propane[0.8]"):
            continue  # a second liquid may form there
        state = state_at_density(mixture, temperature=temperature, density=density)
        again = state_at_energy(mixture, density=density, internal_energy=state.internal_energy)
        assert again.temperature == pytest.approx(temperature, rel=1e-7)
        assert again.pressure == pytest.approx(state.pressure, rel=1e-6)
