"""Tables against what they were built from, between their nodes: CoolProp, or pinned correlations of thermo."""

import numpy as np
import pytest

from physics.quantities import GAS_CONSTANT
from physics.substances import substance, substances

CoolProp = pytest.importorskip("CoolProp.CoolProp")

LIMIT = 1e-5  # relative, issue 2; away from the critical point
AWAY_FROM_CRITICAL = 0.95
FROM_COOLPROP = tuple(name for name in substances() if substance(name).coolprop)
FROM_CORRELATIONS = tuple(name for name in substances() if not substance(name).coolprop)


def _states(item, quality):
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    table = item.saturation
    temperatures = np.linspace(table.temperature_low + 1e-3, AWAY_FROM_CRITICAL * table.critical_temperature, 397)
    for temperature in temperatures:
        state.update(CoolProp.QT_INPUTS, quality, temperature)
        yield temperature, state


def _worst(pairs, scale=None):
    ours, theirs = np.array(pairs).T
    return float(np.max(np.abs(ours - theirs) / (np.abs(theirs) if scale is None else scale)))


@pytest.mark.parametrize("name", FROM_COOLPROP)
def test_saturation_against_coolprop(name):
    item = substance(name)
    table = item.saturation
    found = {}
    for quality, phase in ((0.0, "liquid"), (1.0, "vapour")):
        for t, state in _states(item, quality):
            rows = {
                "density": state.rhomass(),
                "enthalpy": state.hmass(),
                "entropy": state.smass(),
                "heat_capacity": state.cpmass(),
            }
            if quality == 1.0:
                found.setdefault("pressure", []).append((table.pressure(t), state.p()))
                rows["heat_capacity_ratio"] = state.cpmass() / state.cvmass()
                ideal = state.rhomass() * GAS_CONSTANT * t / state.molar_mass()
                rows["compressibility"] = state.p() / ideal
            for key, value in rows.items():
                method = f"{phase}_{key}"
                found.setdefault(method, []).append((getattr(table, method)(t), value))
    datum = CoolProp.AbstractState("HEOS", item.coolprop)
    datum.update(CoolProp.QT_INPUTS, 0.0, table.temperature_low)
    heat = np.array([v[1] for v in found["vapour_enthalpy"]]) - np.array([v[1] for v in found["liquid_enthalpy"]])
    temperatures = np.array([t for t, _ in _states(item, 0.0)])
    for method, pairs in found.items():
        scale = None
        if method.endswith(("enthalpy", "entropy")):
            offset = datum.hmass() if method.endswith("enthalpy") else datum.smass()
            pairs = [(ours, theirs - offset) for ours, theirs in pairs]
            scale = heat if method.endswith("enthalpy") else heat / temperatures
        assert _worst(pairs, scale) < LIMIT, method


@pytest.mark.parametrize("name", substances())
def test_boiling_temperature_inverts_pressure(name):
    table = substance(name).saturation
    temperature = np.linspace(table.temperature_low + 1e-6, table.temperature_high - 1e-6, 1001)
    assert np.max(np.abs(table.temperature(table.pressure(temperature)) / temperature - 1.0)) < 1e-9


def test_anchor_values_at_298_15():
    """CoolProp 8 at 298.15 K, process reference section 4: bar, kg/m3, kJ/kg."""
    anchors = {
        "chlorine": (7.7576, 1392.76, 247.93),
        "ammonia": (10.0269, 602.96, 1165.82),
        "propane": (9.5207, 492.36, 335.74),
        "n-butane": (2.4329, 572.83, 361.48),
        "ethylene oxide": (1.7385, 862.87, 561.10),
        "vinyl chloride": (3.9500, 899.27, 322.25),
        "sulfur dioxide": (3.9215, 1366.84, 356.37),
        "hydrogen chloride": (47.368, 809.32, 237.85),
        "hydrogen sulfide": (20.173, 775.20, 415.77),
    }
    for name, (pressure, density, heat) in anchors.items():
        table = substance(name).saturation
        assert table.pressure(298.15) / 1e5 == pytest.approx(pressure, rel=3e-5)
        assert table.liquid_density(298.15) == pytest.approx(density, rel=1e-5)
        assert table.heat_of_vaporisation(298.15) / 1e3 == pytest.approx(heat, rel=3e-5)


@pytest.mark.parametrize(
    ("name", "temperature", "pressure", "limit"),
    [
        ("nitrogen", 300.0, 10e5, 2e-3),
        ("nitrogen", 220.0, 10e5, 5e-3),
        ("methane", 300.0, 20e5, 5e-3),
        ("chlorine", 320.0, 5e5, 1e-2),
        ("ammonia", 320.0, 5e5, 2e-2),
    ],
)
def test_gas_density_and_enthalpy_against_coolprop(name, temperature, pressure, limit):
    item = substance(name)
    state = CoolProp.AbstractState("HEOS", item.coolprop)
    state.update(CoolProp.QT_INPUTS, 0.0, item.saturation.temperature_low)
    datum = state.hmass()
    state.update(CoolProp.PT_INPUTS, pressure, temperature)
    assert item.gas.density(temperature, pressure=pressure) == pytest.approx(state.rhomass(), rel=limit)
    assert item.gas.enthalpy(temperature, pressure=pressure) == pytest.approx(state.hmass() - datum, rel=limit)


def test_gas_meets_saturated_vapour():
    for name in substances():
        item = substance(name)
        for reduced in (0.6, 0.75, 0.88):
            t = reduced * item.saturation.critical_temperature
            if not item.saturation.temperature_low <= t <= item.saturation.temperature_high:
                continue
            p = item.saturation.pressure(t)
            # helium's saturated states span less than eight steps of its gas table
            limit = 1e-3 if name == "helium" else 1e-4
            assert item.gas.density(t, pressure=p) == pytest.approx(item.saturation.vapour_density(t), rel=limit)
            heat = item.saturation.heat_of_vaporisation(t)
            gap = item.gas.enthalpy(t, pressure=p) - item.saturation.vapour_enthalpy(t)
            assert abs(gap) < limit * heat


def test_build_gives_what_ships():
    from physics.substances.build import build
    from physics.substances.data_files import DATA, entries

    entry = entries()["chlorine"]
    built = build(entry)
    with np.load(DATA / entry.table_file) as shipped:
        for key in ("saturation", "gas", "saturation_range", "gas_range", "constants"):
            np.testing.assert_allclose(built[key], shipped[key], rtol=1e-7, atol=1e-12)
