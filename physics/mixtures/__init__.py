"""Mixtures of gases that do not associate (LPG, natural gas) by Peng and Robinson's equation of state.

`parse_mixture` reads a composition; `mixture_states` gives equilibrium on arrays of temperature and density,
the ``state_at_*`` functions single states with their phases. Models built on them are registered by the modules
`physics.mixtures.state_model`, `physics.mixtures.gas_orifice` and `physics.mixtures.flashing_orifice`.
"""

from physics.mixtures.mixture import Mixture, MixtureError, mixture_of, parse_mixture
from physics.mixtures.named import NAMED
from physics.mixtures.states import (
    MixturePlane,
    MixtureState,
    NoMixtureState,
    mixture_single_phase,
    mixture_states,
    state_at_density,
    state_at_energy,
    state_at_enthalpy,
    state_at_entropy,
    state_at_pressure,
)

__all__ = [
    "NAMED",
    "Mixture",
    "MixtureError",
    "MixturePlane",
    "MixtureState",
    "NoMixtureState",
    "mixture_of",
    "mixture_single_phase",
    "mixture_states",
    "parse_mixture",
    "state_at_density",
    "state_at_energy",
    "state_at_enthalpy",
    "state_at_entropy",
    "state_at_pressure",
]
