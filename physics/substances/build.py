"""Build the property tables from CoolProp: ``python -m physics.substances.build``.

CoolProp is a build-time dependency (extra ``tables``) and is never imported at run time. One compressed file
per substance is written into ``physics/substances/data``. Saturated states come from its Helmholtz equations
of state; slopes at the nodes are those of a cubic spline through four times as many points.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from physics.substances import kernels
from physics.substances.data_files import DATA, Entry, entries

NODES = 480
"""Nodes of a saturation table."""
REFINEMENT = 4
"""Spline points per node interval when slopes are found."""
LOWEST_PRESSURE = 20.0
"""Vapour pressure at which a table starts unless the triple point is higher, Pa."""
HIGHEST_REDUCED_TEMPERATURE = 0.985
"""End of the saturation table over the critical temperature."""
GAS_NODES = 240
GAS_HIGHEST = 650.0
"""End of the gas table, K, where the equation of state reaches that far."""
BLEND = (0.90, 1.00)
"""Reduced temperatures between which the gas departure turns from that at saturation to the virial limit."""
LOW_DENSITY = 1e-6
"""Molar density at which ideal-gas heat is read off the equation of state, mol/m³."""

Array = NDArray[np.float64]


def _table(temperature: Array, columns: list[Array]) -> Array:
    """Values and slopes times step at every ``REFINEMENT``-th temperature."""
    step = (temperature[1] - temperature[0]) * REFINEMENT
    out = np.empty((len(temperature[::REFINEMENT]), 2 * len(columns)))
    for i, column in enumerate(columns):
        spline = CubicSpline(temperature, column)
        out[:, 2 * i] = column[::REFINEMENT]
        out[:, 2 * i + 1] = spline(temperature[::REFINEMENT], 1) * step
    return out


def _saturation(coolprop: Any, name: str) -> tuple[Array, Array]:
    state = coolprop.AbstractState("HEOS", name)
    critical = state.T_critical()
    low = state.Ttriple()
    state.update(coolprop.QT_INPUTS, 0.0, low)
    if state.p() < LOWEST_PRESSURE:
        state.update(coolprop.PQ_INPUTS, LOWEST_PRESSURE, 0.0)
        low = state.T()
    temperature = np.linspace(low, HIGHEST_REDUCED_TEMPERATURE * critical, (NODES - 1) * REFINEMENT + 1)
    out = np.empty((kernels.SATURATION_PROPERTIES, len(temperature)))
    for i, t in enumerate(temperature):
        state.update(coolprop.QT_INPUTS, 0.0, t)
        out[kernels.LN_PRESSURE, i] = np.log(state.p())
        out[kernels.LIQUID_DENSITY, i] = state.rhomass()
        out[kernels.LIQUID_ENTHALPY, i] = state.hmass()
        out[kernels.LIQUID_ENTROPY, i] = state.smass()
        out[kernels.LIQUID_HEAT_CAPACITY, i] = state.cpmass()
        state.update(coolprop.QT_INPUTS, 1.0, t)
        out[kernels.LN_VAPOUR_DENSITY, i] = np.log(state.rhomass())
        out[kernels.VAPOUR_ENTHALPY, i] = state.hmass()
        out[kernels.VAPOUR_ENTROPY, i] = state.smass()
        out[kernels.VAPOUR_HEAT_CAPACITY, i] = state.cpmass()
        out[kernels.VAPOUR_GAMMA, i] = state.cpmass() / state.cvmass()
    return temperature, out


def _gas(coolprop: Any, name: str, saturated: Array, saturation: Array) -> tuple[Array, Array]:
    """Gas table on the source's own enthalpy datum: ideal enthalpy, ideal cp, (Z-1)/P and (h-h_ideal)/P.

    Below ``BLEND`` the two departures are those of the saturated vapour, linear in pressure, so that a
    vessel that runs dry passes from one table to the other without a jump; above it they are the second
    virial coefficient's.
    """
    state = coolprop.AbstractState("HEOS", name)
    state.specify_phase(coolprop.iphase_gas)
    molar, critical, gas_constant = state.molar_mass(), state.T_critical(), state.gas_constant()
    high = min(GAS_HIGHEST, 1.4 * state.Tmax())
    temperature = np.linspace(saturated[0], high, (GAS_NODES - 1) * REFINEMENT + 1)
    out = np.empty((kernels.GAS_PROPERTIES, len(temperature)))
    virial, slope = np.empty(len(temperature)), np.empty(len(temperature))
    for i, t in enumerate(temperature):
        state.update(coolprop.DmolarT_INPUTS, LOW_DENSITY, t)
        out[kernels.GAS_ENTHALPY, i] = state.hmass()
        out[kernels.GAS_HEAT_CAPACITY, i] = state.cp0mass()
        virial[i], slope[i] = state.Bvirial(), state.dBvirial_dT()
    z_virial = virial / (gas_constant * temperature)
    h_virial = (virial - temperature * slope) / molar
    inside = np.minimum(temperature, saturated[-1])
    pressure, density, enthalpy = (
        CubicSpline(saturated, saturation[k])(inside)
        for k in (kernels.LN_PRESSURE, kernels.LN_VAPOUR_DENSITY, kernels.VAPOUR_ENTHALPY)
    )
    pressure, density = np.exp(pressure), np.exp(density)
    z_saturated = (pressure * molar / (density * gas_constant * inside) - 1.0) / pressure
    h_saturated = (enthalpy - out[kernels.GAS_ENTHALPY]) / pressure
    reduced = np.clip((temperature / critical - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0, 1.0)
    weight = reduced**2 * (3.0 - 2.0 * reduced)
    out[kernels.GAS_Z_SLOPE] = (1.0 - weight) * z_saturated + weight * z_virial
    out[kernels.GAS_ENTHALPY_SLOPE] = (1.0 - weight) * h_saturated + weight * h_virial
    return temperature, out


def build(entry: Entry) -> dict[str, Array]:
    """Tables and constants of one substance; heat counts from its liquid at the table's low end.

    Raises
    ------
    ModuleNotFoundError
        CoolProp is not installed (``pip install leakcast[tables]``).
    """
    from CoolProp import CoolProp as coolprop

    temperature, saturation = _saturation(coolprop, entry.coolprop)
    gas_temperature, gas = _gas(coolprop, entry.coolprop, temperature, saturation)
    datum = saturation[kernels.LIQUID_ENTHALPY, 0]
    saturation[[kernels.LIQUID_ENTHALPY, kernels.VAPOUR_ENTHALPY]] -= datum
    gas[kernels.GAS_ENTHALPY] -= datum
    saturation[[kernels.LIQUID_ENTROPY, kernels.VAPOUR_ENTROPY]] -= saturation[kernels.LIQUID_ENTROPY, 0]
    state = coolprop.AbstractState("HEOS", entry.coolprop)
    version = coolprop.get_global_param_string("version")
    return {
        "saturation": _table(temperature, list(saturation)),
        "saturation_range": np.array([temperature[0], temperature[-1]]),
        "gas": _table(gas_temperature, list(gas)),
        "gas_range": np.array([gas_temperature[0], gas_temperature[-1]]),
        "constants": np.array([state.molar_mass(), state.T_critical(), state.p_critical(), state.Ttriple()]),
        "source": np.array(f"CoolProp {version}, Helmholtz equation of state of {entry.coolprop}"),
    }


def write(arrays: dict[str, Array], path: Path) -> None:
    """Write an npz whose bytes depend on its content alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)


def main() -> None:
    """Build every substance of ``substances.toml``, or those named."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", help="canonical names; all when none is given")
    wanted = set(parser.parse_args().names)
    for entry in entries().values():
        if not wanted or entry.name in wanted:
            write(build(entry), DATA / entry.table_file)


if __name__ == "__main__":
    main()
