"""Saturated and dilute states from CoolProp's Helmholtz equations of state; used when tables are built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from physics.substances import kernels
from physics.substances.data_files import Entry

Array = NDArray[np.float64]

LOWEST_PRESSURE = 20.0
"""Vapour pressure at which a table starts unless the triple point is higher, Pa."""
HIGHEST_REDUCED_TEMPERATURE = 0.985
"""End of the saturation table over the critical temperature."""
GAS_HIGHEST = 650.0
"""End of the gas table, K, where the equation of state reaches that far."""
LOW_DENSITY = 1e-6
"""Molar density at which ideal-gas heat is read off the equation of state, mol/m³."""
_ON_THE_LINE = 1e-9  # relative distance from a saturated density that counts as saturated
EQUATION = "Helmholtz equation of state"


class FromCoolProp:
    """What CoolProp says of one fluid.

    Attributes
    ----------
    molar_mass, critical_temperature, critical_pressure, critical_density, triple_temperature : float
        kg/mol, K, Pa, kg/m³, K.
    associates : bool
        Whether its molecules stick together in the vapour; no fluid CoolProp has does.
    low, high, gas_high : float
        Ends of the saturation table and of the gas table, K.
    says : str
        The source in words.
    methods : dict
        Method by property.
    """

    def __init__(self, entry: Entry) -> None:
        from CoolProp import CoolProp as coolprop

        self._coolprop = coolprop
        self._state = state = coolprop.AbstractState("HEOS", entry.coolprop)
        self._dilute = coolprop.AbstractState("HEOS", entry.coolprop)
        self._dilute.specify_phase(coolprop.iphase_gas)
        self._above = coolprop.AbstractState("HEOS", entry.coolprop)
        self._above.specify_phase(coolprop.iphase_supercritical)
        self._dense = coolprop.AbstractState("HEOS", entry.coolprop)
        self._dense.specify_phase(coolprop.iphase_liquid)
        self.molar_mass: float = state.molar_mass()
        self.critical_temperature: float = state.T_critical()
        self.critical_pressure: float = state.p_critical()
        self.critical_density: float = state.rhomass_critical()
        self.triple_temperature: float = state.Ttriple()
        self.associates = False
        self.gas_constant: float = state.gas_constant()
        self.low = self.triple_temperature
        state.update(coolprop.QT_INPUTS, 0.0, self.low)
        if state.p() < LOWEST_PRESSURE:
            state.update(coolprop.PQ_INPUTS, LOWEST_PRESSURE, 0.0)
            self.low = state.T()
        self.high = HIGHEST_REDUCED_TEMPERATURE * self.critical_temperature
        self.gas_high = min(GAS_HIGHEST, 1.4 * state.Tmax())
        version = coolprop.get_global_param_string("version")
        self.says = f"CoolProp {version}, {EQUATION} of {entry.coolprop}"
        self.methods = {"everything": self.says}

    def saturated(self, temperature: Array) -> Array:
        """Every property of a saturation table, shape (properties, temperatures)."""
        state, coolprop = self._state, self._coolprop
        out = np.empty((kernels.SATURATION_PROPERTIES, len(temperature)))
        for i, t in enumerate(temperature):
            state.update(coolprop.QT_INPUTS, 0.0, t)
            out[kernels.LIQUID_DENSITY, i] = state.rhomass()
            out[kernels.LIQUID_ENTHALPY, i] = state.hmass()
            out[kernels.LIQUID_ENTROPY, i] = state.smass()
            out[kernels.LIQUID_HEAT_CAPACITY, i] = state.cpmass()
            state.update(coolprop.QT_INPUTS, 1.0, t)
            out[kernels.LN_PRESSURE, i] = np.log(state.p())  # air boils at another pressure than it condenses at
            out[kernels.LN_VAPOUR_DENSITY, i] = np.log(state.rhomass())
            out[kernels.VAPOUR_ENTHALPY, i] = state.hmass()
            out[kernels.VAPOUR_ENTROPY, i] = state.smass()
            out[kernels.VAPOUR_HEAT_CAPACITY, i] = state.cpmass()
            out[kernels.VAPOUR_GAMMA, i] = state.cpmass() / state.cvmass()
        return out

    def dilute(self, temperature: Array) -> Array:
        """Ideal-gas enthalpy J/kg and heat capacity J/(kg K), second virial m³/mol and its slope."""
        out = np.empty((4, len(temperature)))
        for i, t in enumerate(temperature):
            self._dilute.update(self._coolprop.DmolarT_INPUTS, LOW_DENSITY, t)
            out[:, i] = (
                self._dilute.hmass(),
                self._dilute.cp0mass(),
                self._dilute.Bvirial(),
                self._dilute.dBvirial_dT(),
            )
        return out

    def departures(self, temperature: float, density: Array) -> Array:
        """Compressibility factor less one, and residual internal energy over RT, of the gas at densities in kg/m³.

        Between saturated vapour and liquid it is the equilibrium of both.

        Returns
        -------
        ndarray, shape (2, densities)
        """
        coolprop, out = self._coolprop, np.zeros((2, len(density)))
        gas = self._dilute if temperature < self.critical_temperature else self._above
        rt = self.gas_constant * temperature
        dome = self._dome(temperature)
        for i, rho in enumerate(density / self.molar_mass):
            if rho <= 0.0:
                continue
            if dome[0] < rho < dome[1]:
                self._state.update(coolprop.DmolarT_INPUTS, rho, temperature)
                out[0, i] = self._state.p() / (rho * rt) - 1.0
                gas.update(coolprop.DmolarT_INPUTS, LOW_DENSITY, temperature)
                out[1, i] = (self._state.umolar() - gas.umolar()) / rt
                continue
            state = gas if rho <= dome[0] else self._dense
            state.update(coolprop.DmolarT_INPUTS, rho, temperature)
            out[0, i] = state.delta() * state.dalphar_dDelta()
            out[1, i] = state.tau() * state.dalphar_dTau()
        return out

    def _dome(self, temperature: float) -> tuple[float, float]:
        """Molar densities of saturated vapour and liquid, mol/m³; beyond every density above the critical point."""
        if temperature >= self.critical_temperature:
            return np.inf, np.inf
        self._state.update(self._coolprop.QT_INPUTS, 1.0, temperature)
        vapour = self._state.rhomolar()
        self._state.update(self._coolprop.QT_INPUTS, 0.0, temperature)
        return vapour * (1.0 + _ON_THE_LINE), self._state.rhomolar() * (1.0 - _ON_THE_LINE)
