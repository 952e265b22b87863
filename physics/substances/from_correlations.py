"""Saturated and dilute states from pinned correlations of ``thermo``; used when tables are built.

Vapour pressure, liquid density and ideal-gas heat capacity each come from the one method the substance list names,
never from a default. The vapour departs from the ideal gas as Peng-Robinson's equation says at that pressure, and
the heat of vaporisation is Clapeyron's, so pressure, densities, enthalpies and entropies agree with each other. An
associating substance has a measured heat of vaporisation and liquid heat capacity pinned instead, and Clapeyron's
equation gives the density of its vapour, in which molecules stick together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from physics.quantities import GAS_CONSTANT
from physics.substances import kernels, series
from physics.substances.data_files import Entry
from physics.substances.from_coolprop import GAS_HIGHEST, HIGHEST_REDUCED_TEMPERATURE, LOWEST_PRESSURE

Array = NDArray[np.float64]

TERMS = 72
"""Terms of the series of ln p, liquid volume and enthalpy that are differentiated; more would only add rounding."""
ALLOWED = frozenset(
    {"HEOS_FIT", "VDI_PPDS", "WAGNER_MCGARRY", "DIPPR_PERRY_8E", "TRCIG", "JOBACK", "POLING_POLY", "POLING_CONST"}
)
"""Methods a pin may name; fits to pooled data ("Fit 2023") and Rackett's rule are wrong for HF and bromine."""
STANDARD_TEMPERATURE = 298.15
"""Temperature of standard enthalpies of formation, K."""
_CRITICAL_Z = 0.3074  # compressibility factor of Peng and Robinson's equation at the critical point
_TOP_STEP = 0.002  # of the critical temperature, by which the table's end comes down until a vapour root exists
_CLEARANCE = 0.01  # of the critical temperature, kept from where that root ends


class RefusedMethod(ValueError):
    """A pin names a method that is not on the list of `ALLOWED` ones."""


def _pinned(kind: Any, method: str, **given: Any) -> tuple[Any, tuple[float, float]]:
    if method not in ALLOWED:
        raise RefusedMethod(f"{method!r} is not a method tables may be built from; allowed: {sorted(ALLOWED)}")
    found = kind(**given)
    if method not in found.all_methods:
        raise RefusedMethod(f"{kind.__name__} of {given['CASRN']} has no method {method}")
    low, high = found.T_limits[method]
    return found, (float(low), float(high))


class FromCorrelations:
    """What pinned correlations say of one substance; attributes as `from_coolprop.FromCoolProp` has them."""

    def __init__(self, entry: Entry) -> None:
        import chemicals
        import thermo

        pins, cas = entry.methods, entry.cas
        self._pins = pins
        self.molar_mass = float(chemicals.MW(cas)) / 1000.0
        self.critical_temperature = float(chemicals.Tc(cas))
        self.critical_pressure = float(chemicals.Pc(cas))
        self.critical_density = (
            self.critical_pressure * self.molar_mass / (_CRITICAL_Z * GAS_CONSTANT * self.critical_temperature)
        )
        self.acentric_factor = float(chemicals.omega(cas))
        self.triple_temperature = float(chemicals.Tt(cas) or chemicals.Tm(cas))
        self.gas_constant = GAS_CONSTANT
        given = {"CASRN": cas, "Tc": self.critical_temperature, "Pc": self.critical_pressure}
        self._pressure, span = _pinned(
            thermo.VaporPressure, pins["vapour_pressure"], omega=self.acentric_factor, **given
        )
        spans = [span]
        self._volume, span = _pinned(thermo.VolumeLiquid, pins["liquid_density"], CASRN=cas)
        spans.append(span)
        self._cp, self._cp_range = _pinned(
            thermo.HeatCapacityGas,
            pins["ideal_gas_heat_capacity"],
            CASRN=cas,
            MW=chemicals.MW(cas),
        )
        self.associates = "heat_of_vaporisation" in pins
        if self.associates:
            self._heat, span = _pinned(thermo.EnthalpyVaporization, pins["heat_of_vaporisation"], **given)
            spans.append(span)
            self._liquid, span = _pinned(thermo.HeatCapacityLiquid, pins["liquid_heat_capacity"], CASRN=cas)
            spans.append(span)
            self._formation = float(chemicals.Hfg(cas) - chemicals.Hfl(cas)) / self.molar_mass
        self._ends(spans)
        self.gas_high = GAS_HIGHEST
        self._label(chemicals.__version__, thermo.__version__)

    def _label(self, chemicals_version: str, thermo_version: str) -> None:
        self.says = f"thermo {thermo_version} and chemicals {chemicals_version}, pinned correlations"
        first = self._cp_range[0]
        beyond = f", its form continued below {first:.0f} K" if first > self.low + 1.0 else ""
        self.methods = {
            "vapour_pressure": self._pins["vapour_pressure"],
            "liquid_density": self._pins["liquid_density"],
            "ideal_gas_heat_capacity": self._pins["ideal_gas_heat_capacity"] + beyond,
        }
        if self.associates:
            self.methods |= {
                "heat_of_vaporisation": self._pins["heat_of_vaporisation"],
                "liquid_heat_capacity": self._pins["liquid_heat_capacity"],
                "vapour_density": "Clapeyron's equation from vapour pressure and heat of vaporisation",
                "vapour_heat_capacity": "ideal monomer; the heat that association takes is not in it",
                "gas": "ideal monomer on the standard enthalpies of formation, departure as at saturation",
            }
        else:
            self.methods |= {
                "vapour_density": "Peng-Robinson at the vapour pressure",
                "vapour_enthalpy": "ideal gas and the Peng-Robinson departure",
                "heat_of_vaporisation": "Clapeyron's equation",
                "liquid_heat_capacity": "slope of the liquid enthalpy along saturation, at constant pressure",
            }

    def _ends(self, spans: list[tuple[float, float]]) -> None:
        low = max(self.triple_temperature, *(span[0] for span in spans))
        high = top = min(HIGHEST_REDUCED_TEMPERATURE * self.critical_temperature, *(span[1] for span in spans))
        if self.pressure(low) < LOWEST_PRESSURE:
            low = float(brentq(lambda t: self.pressure(t) - LOWEST_PRESSURE, low, high, xtol=1e-10))
        if not self.associates:
            while not hasattr(self._equation(high), "V_g"):
                high -= _TOP_STEP * self.critical_temperature
            if high < top:
                high -= _CLEARANCE * self.critical_temperature
        self.low, self.high = low, high

    def pressure(self, temperature: float) -> float:
        """Vapour pressure, Pa, straight from the pinned method."""
        return float(self._pressure.calculate(temperature, self._pins["vapour_pressure"]))

    def liquid_density(self, temperature: float) -> float:
        """Density of the saturated liquid, kg/m³, straight from the pinned method."""
        return self.molar_mass / float(self._volume.calculate(temperature, self._pins["liquid_density"]))

    def ideal_heat(self, temperature: float) -> tuple[float, float, float]:
        """Ideal-gas enthalpy J/kg, entropy at 1 Pa and heat capacity J/(kg K), zero at the standard temperature."""
        method = self._pins["ideal_gas_heat_capacity"]
        heat, base = self._cp, STANDARD_TEMPERATURE
        return (
            float(heat.calculate_integral(base, temperature, method)) / self.molar_mass,
            float(heat.calculate_integral_over_T(base, temperature, method)) / self.molar_mass,
            float(heat.calculate(temperature, method)) / self.molar_mass,
        )

    def heat_of_vaporisation(self, temperature: float) -> float:
        """Heat of vaporisation of an associating substance, J/kg, straight from the pinned method."""
        return float(self._heat.calculate(temperature, self._pins["heat_of_vaporisation"])) / self.molar_mass

    def _equation(self, temperature: float) -> Any:
        from thermo.eos import PR

        return PR(
            Tc=self.critical_temperature,
            Pc=self.critical_pressure,
            omega=self.acentric_factor,
            T=temperature,
            P=self.pressure(temperature),
        )

    def _line(self, temperature: Array) -> tuple[Array, Array]:
        """Vapour pressure and liquid specific volume at every temperature, straight from the pinned methods."""
        return (
            np.array([self.pressure(t) for t in temperature]),
            np.array([1.0 / self.liquid_density(t) for t in temperature]),
        )

    def _fit(self, values: list[Array]) -> Array:
        return series.coefficients(np.array(values), terms=TERMS)

    def _slopes(self, fitted: Array, temperature: Array) -> Array:
        return series.evaluate(fitted, temperature, low=self.low, high=self.high, order=1)

    def saturated(self, temperature: Array) -> Array:
        """Every property of a saturation table, shape (properties, temperatures)."""
        at = series.points(self.low, self.high, terms=TERMS)
        pressure, volume = self._line(at)
        line = self._fit([np.log(pressure), volume])
        out = self._states(temperature, line)
        if not self.associates:
            enthalpy = self._slopes(self._fit([self._states(at, line)[kernels.LIQUID_ENTHALPY]]), temperature)[0]
            slope, expansion = self._slopes(line, temperature)
            rise = slope * np.exp(out[kernels.LN_PRESSURE])
            work = (1.0 / out[kernels.LIQUID_DENSITY] - temperature * expansion) * rise
            out[kernels.LIQUID_HEAT_CAPACITY] = enthalpy - work
        return out

    def _states(self, temperature: Array, line: Array) -> Array:
        pressure, volume = self._line(temperature)
        rise = self._slopes(line, temperature)[0] * pressure
        out = np.empty((kernels.SATURATION_PROPERTIES, len(temperature)))
        out[kernels.LN_PRESSURE], out[kernels.LIQUID_DENSITY] = np.log(pressure), 1.0 / volume
        if self.associates:
            self._associating(temperature, rise, volume, out)
            return out
        self._vapour(temperature, pressure, out)
        heat = temperature * rise * (np.exp(-out[kernels.LN_VAPOUR_DENSITY]) - volume)
        out[kernels.LIQUID_ENTHALPY] = out[kernels.VAPOUR_ENTHALPY] - heat
        out[kernels.LIQUID_ENTROPY] = out[kernels.VAPOUR_ENTROPY] - heat / temperature
        out[kernels.LIQUID_HEAT_CAPACITY] = 0.0
        return out

    def _vapour(self, temperature: Array, pressure: Array, out: Array) -> None:
        molar = self.molar_mass
        for i, t in enumerate(temperature):
            equation = self._equation(t)
            enthalpy, entropy, heat = self.ideal_heat(t)
            out[kernels.LN_VAPOUR_DENSITY, i] = np.log(molar / equation.V_g)
            out[kernels.VAPOUR_ENTHALPY, i] = enthalpy + equation.H_dep_g / molar
            ideal = entropy - GAS_CONSTANT / molar * np.log(pressure[i])
            out[kernels.VAPOUR_ENTROPY, i] = ideal + equation.S_dep_g / molar
            cp = heat + equation.Cp_dep_g / molar
            out[kernels.VAPOUR_HEAT_CAPACITY, i] = cp
            out[kernels.VAPOUR_GAMMA, i] = cp / (heat - GAS_CONSTANT / molar + equation.Cv_dep_g / molar)

    def _associating(self, temperature: Array, rise: Array, volume: Array, out: Array) -> None:
        method = self._pins["liquid_heat_capacity"]
        base, molar = STANDARD_TEMPERATURE, self.molar_mass
        for i, t in enumerate(temperature):
            heat = self.heat_of_vaporisation(t)
            liquid = float(self._liquid.calculate_integral(base, t, method)) / molar
            entropy = float(self._liquid.calculate_integral_over_T(base, t, method)) / molar
            cp = self.ideal_heat(t)[2]
            out[kernels.LN_VAPOUR_DENSITY, i] = -np.log(volume[i] + heat / (t * rise[i]))
            out[kernels.LIQUID_ENTHALPY, i], out[kernels.VAPOUR_ENTHALPY, i] = liquid, liquid + heat
            out[kernels.LIQUID_ENTROPY, i], out[kernels.VAPOUR_ENTROPY, i] = entropy, entropy + heat / t
            out[kernels.LIQUID_HEAT_CAPACITY, i] = float(self._liquid.calculate(t, method)) / molar
            out[kernels.VAPOUR_HEAT_CAPACITY, i] = cp
            out[kernels.VAPOUR_GAMMA, i] = cp / (cp - GAS_CONSTANT / molar)

    def dilute(self, temperature: Array) -> Array:
        """Ideal-gas enthalpy J/kg and heat capacity J/(kg K), second virial m³/mol and its slope."""
        out = np.empty((4, len(temperature)))
        offset = self._formation if self.associates else 0.0
        for i, t in enumerate(temperature):
            enthalpy, _, heat = self.ideal_heat(t)
            out[0, i], out[1, i] = enthalpy + offset, heat
            if self.associates:
                out[2:, i] = 0.0
                continue
            equation = self._equation(min(t, self.high))
            attraction, slope = equation.a_alpha_and_derivatives(t, full=True)[:2]
            out[2, i] = equation.b - attraction / (GAS_CONSTANT * t)
            out[3, i] = attraction / (GAS_CONSTANT * t**2) - slope / (GAS_CONSTANT * t)
        return out

    def departures(self, temperature: float, density: Array) -> Array:
        """Compressibility factor less one, and residual internal energy over RT, of the gas at densities in kg/m³.

        Peng and Robinson's equation, also where it is unstable; see `from_coolprop.FromCoolProp.departures`.
        """
        equation = self._equation(min(temperature, self.high))
        attraction, slope = equation.a_alpha_and_derivatives(temperature, full=True)[:2]
        b, rt = equation.b, GAS_CONSTANT * temperature
        out = np.zeros((2, len(density)))
        c = density / self.molar_mass
        root = np.sqrt(2.0)
        out[0] = b * c / (1.0 - b * c) - attraction * c / (rt * (1.0 + 2.0 * b * c - (b * c) ** 2))
        bracket = np.log((1.0 + (1.0 + root) * b * c) / (1.0 + (1.0 - root) * b * c))
        out[1] = (temperature * slope - attraction) / (2.0 * root * b * rt) * bracket
        return out
