"""Tables of substances CoolProp lacks: against the pinned correlations, and laws they must keep."""

from dataclasses import replace

import numpy as np
import pytest

from physics.quantities import GAS_CONSTANT
from physics.substances import kernels, substance, substances
from physics.substances.data_files import entries

pytest.importorskip("thermo")

from physics.substances.from_correlations import FromCorrelations, RefusedMethod

LIMIT = 1e-5  # relative, away from the critical point
AWAY_FROM_CRITICAL = 0.95
NAMES = tuple(name for name in substances() if not substance(name).coolprop)
METHODS = {
    kernels.LN_PRESSURE: "pressure",
    kernels.LIQUID_DENSITY: "liquid_density",
    kernels.LN_VAPOUR_DENSITY: "vapour_density",
    kernels.LIQUID_ENTHALPY: "liquid_enthalpy",
    kernels.VAPOUR_ENTHALPY: "vapour_enthalpy",
    kernels.LIQUID_ENTROPY: "liquid_entropy",
    kernels.VAPOUR_ENTROPY: "vapour_entropy",
    kernels.LIQUID_HEAT_CAPACITY: "liquid_heat_capacity",
    kernels.VAPOUR_HEAT_CAPACITY: "vapour_heat_capacity",
    kernels.VAPOUR_GAMMA: "vapour_heat_capacity_ratio",
}


def _temperatures(table, count=197):
    high = min(table.temperature_high - 0.05, AWAY_FROM_CRITICAL * table.critical_temperature)
    return np.linspace(table.temperature_low + 0.05, high, count)


@pytest.mark.parametrize("name", NAMES)
def test_table_against_its_source(name):
    table = substance(name).saturation
    source = FromCorrelations(entries()[name])
    temperature = _temperatures(table)
    theirs = source.saturated(temperature)
    start = source.saturated(np.array([table.temperature_low]))[:, 0]
    heat = theirs[kernels.VAPOUR_ENTHALPY] - theirs[kernels.LIQUID_ENTHALPY]
    for prop, method in METHODS.items():
        ours, known = getattr(table, method)(temperature), theirs[prop]
        if prop in (kernels.LN_PRESSURE, kernels.LN_VAPOUR_DENSITY):
            known = np.exp(known)
        scale = np.abs(known)
        if method.endswith("enthalpy"):
            known, scale = known - start[kernels.LIQUID_ENTHALPY], heat
        elif method.endswith("entropy"):
            known, scale = known - start[kernels.LIQUID_ENTROPY], heat / temperature
        assert np.max(np.abs(ours - known) / scale) < LIMIT, method


@pytest.mark.parametrize("name", NAMES)
def test_pressure_density_and_heat_straight_from_thermo(name):
    """Without the builder: pinned method by its name, and Clapeyron's slope by differences."""
    import chemicals
    import thermo

    item, entry = substance(name), entries()[name]
    table, pins = item.saturation, entry.methods
    given = {"Tc": table.critical_temperature, "Pc": table.critical_pressure, "omega": chemicals.omega(entry.cas)}
    vapour = thermo.VaporPressure(CASRN=entry.cas, **given)
    liquid = thermo.VolumeLiquid(CASRN=entry.cas)
    for t in _temperatures(table, 23):
        t = float(t)
        assert table.pressure(t) == pytest.approx(vapour.calculate(t, pins["vapour_pressure"]), rel=LIMIT)
        volume = liquid.calculate(t, pins["liquid_density"])
        assert table.liquid_density(t) == pytest.approx(item.molar_mass / volume, rel=LIMIT)
        up, down = (vapour.calculate(t + d, pins["vapour_pressure"]) for d in (0.01, -0.01))
        swelling = 1.0 / table.vapour_density(t) - 1.0 / table.liquid_density(t)
        assert table.heat_of_vaporisation(t) == pytest.approx(t * swelling * (up - down) / 0.02, rel=3.0 * LIMIT)
        entropy = table.vapour_entropy(t) - table.liquid_entropy(t)
        assert entropy == pytest.approx(table.heat_of_vaporisation(t) / t, rel=LIMIT)


def _peng_robinson(item, acentric, temperature, pressure):
    """Largest compressibility root and enthalpy departure J/mol, after Peng and Robinson 1976, written out here."""
    critical, r = item.saturation.critical_temperature, GAS_CONSTANT
    kappa = 0.37464 + 1.54226 * acentric - 0.26992 * acentric**2
    root = 1.0 + kappa * (1.0 - np.sqrt(temperature / critical))
    a = 0.45724 * (r * critical) ** 2 / item.saturation.critical_pressure
    slope = -a * kappa * root / np.sqrt(temperature * critical)
    b = 0.07780 * r * critical / item.saturation.critical_pressure
    big_a, big_b = a * root**2 * pressure / (r * temperature) ** 2, b * pressure / (r * temperature)
    cubic = (1.0, big_b - 1.0, big_a - 3.0 * big_b**2 - 2.0 * big_b, big_b**3 + big_b**2 - big_a * big_b)
    roots = np.roots(cubic)
    z = float(max(found.real for found in roots if abs(found.imag) < 1e-9))
    log = np.log((z + (1.0 + np.sqrt(2.0)) * big_b) / (z + (1.0 - np.sqrt(2.0)) * big_b))
    return z, r * temperature * (z - 1.0) + (temperature * slope - a * root**2) / (2.0 * np.sqrt(2.0) * b) * log


@pytest.mark.parametrize("name", [name for name in NAMES if name != "hydrogen fluoride"])
def test_vapour_is_peng_robinson(name):
    import chemicals

    item = substance(name)
    table, acentric = item.saturation, chemicals.omega(item.cas)
    first, second = (float(t) for t in _temperatures(table, 4)[1:3])
    departures = []
    for t in (first, second):
        z, departure = _peng_robinson(item, acentric, t, table.pressure(t))
        assert table.vapour_compressibility(t) == pytest.approx(z, rel=1e-4)
        departures.append(departure / item.molar_mass)
    ideal = item.gas.enthalpy(second, pressure=0.0) - item.gas.enthalpy(first, pressure=0.0)
    rise = table.vapour_enthalpy(second) - table.vapour_enthalpy(first)
    assert rise == pytest.approx(ideal + departures[1] - departures[0], rel=2e-4)


def test_anchor_values_at_298_15():
    """Process reference section 4: bar, kg/m³, kJ/kg; what several handbooks agree on."""
    anchors = {
        "phosgene": (1.8945, 1363.0, 240.0),
        "carbon disulfide": (0.481, None, None),
        "hydrogen fluoride": (1.22, 940.0, 388.0),
    }
    for name, (pressure, density, heat) in anchors.items():
        table = substance(name).saturation
        assert table.pressure(298.15) / 1e5 == pytest.approx(pressure, rel=1e-2)
        if density is not None:
            assert table.liquid_density(298.15) == pytest.approx(density, rel=1e-3)
            assert table.heat_of_vaporisation(298.15) / 1e3 == pytest.approx(heat, rel=1e-2)


def test_hydrogen_fluoride_is_not_the_bad_fit():
    """0.71 bar at 283 K, where the default fit has 0.83; the liquid is not Rackett's 1489 kg/m³; vapour associates."""
    table = substance("hydrogen fluoride").saturation
    assert table.pressure(283.0) == pytest.approx(0.712e5, rel=5e-3)
    assert table.liquid_density(283.0) == pytest.approx(979.0, rel=1e-2)
    assert 0.25 < table.vapour_compressibility(293.0) < 0.4
    assert "associates" in substance("hydrogen fluoride").flags


@pytest.mark.parametrize("name", ["hydrogen fluoride", "bromine"])
@pytest.mark.parametrize("bad", [{"vapour_pressure": "Fit 2023"}, {"liquid_density": "RACKETT"}])
def test_bad_methods_are_refused(name, bad):
    entry = entries()[name]
    wrong = replace(entry, methods={**entry.methods, **bad})
    with pytest.raises(RefusedMethod, match="not a method"):
        FromCorrelations(wrong)


def test_heat_of_vaporisation_agrees_with_handbooks():
    """Clapeyron and Peng-Robinson against the handbook's own correlation, which no table is built from."""
    import thermo

    gaps = {}
    for name in NAMES:
        table, cas = substance(name).saturation, substance(name).cas
        book = thermo.EnthalpyVaporization(CASRN=cas, Tc=table.critical_temperature, Pc=table.critical_pressure)
        method = next((m for m in ("VDI_PPDS", "DIPPR_PERRY_8E") if m in book.all_methods), None)
        t = max(0.6 * table.critical_temperature, table.temperature_low)
        if method is not None:
            known = book.calculate(t, method) / substance(name).molar_mass
            gaps[name] = table.heat_of_vaporisation(t) / known - 1.0
    assert len(gaps) >= 30
    assert np.median(np.abs(list(gaps.values()))) < 0.01
    assert max(abs(gap) for gap in gaps.values()) < 0.06, gaps


@pytest.mark.parametrize(
    ("name", "heat_limit"),
    [
        ("chlorine", 0.02),
        ("ammonia", 0.05),
        ("propylene", 0.02),
        ("benzene", 0.02),
        ("sulfur dioxide", 0.02),
        ("hydrogen sulfide", 0.02),
        ("methyl chloride", 0.04),
        ("dimethyl ether", 0.02),
        ("toluene", 0.02),
        ("carbonyl sulfide", 0.02),
        ("methanol", 0.08),
    ],
)
def test_the_same_route_on_substances_coolprop_has(name, heat_limit):
    """How far pinned correlations with Peng-Robinson and Clapeyron lie from a reference equation, up to 0.8 Tc."""
    pins = {"vapour_pressure": "VDI_PPDS", "liquid_density": "VDI_PPDS", "ideal_gas_heat_capacity": "TRCIG"}
    known = substance(name).saturation
    temperature = np.linspace(0.6, 0.8, 5) * known.critical_temperature
    states = FromCorrelations(replace(entries()[name], methods=pins)).saturated(temperature)
    heat = states[kernels.VAPOUR_ENTHALPY] - states[kernels.LIQUID_ENTHALPY]
    ratios = {
        "pressure": np.exp(states[kernels.LN_PRESSURE]) / known.pressure(temperature),
        "liquid density": states[kernels.LIQUID_DENSITY] / known.liquid_density(temperature),
        "heat": heat / known.heat_of_vaporisation(temperature),
        "heat capacity": states[kernels.LIQUID_HEAT_CAPACITY] / known.liquid_heat_capacity(temperature),
    }
    limits = {"pressure": 0.015, "liquid density": 0.01, "heat": heat_limit, "heat capacity": 0.09}
    for prop, limit in limits.items():
        assert np.max(np.abs(ratios[prop] - 1.0)) < limit, prop


def test_every_method_is_on_record():
    for name in NAMES:
        methods = substance(name).saturation.methods
        for prop, pin in entries()[name].methods.items():
            assert methods[prop].startswith(pin), name
        assert {"vapour_density", "liquid_heat_capacity", "heat_of_vaporisation"} <= set(methods), name
