"""Every registered model: importing this module fills `physics.cards.MODELS`."""

from importlib import import_module

from physics.cards import MODELS

_ROOMS = (
    "physics.building",
    "physics.catch",
    "physics.chemistry",
    "physics.discharge",
    "physics.dispersion.britter_mcquaid",
    "physics.dispersion.calm",
    "physics.dispersion.degadis.model",
    "physics.dispersion.deposition",
    "physics.dispersion.finite_duration",
    "physics.dispersion.fluctuations",
    "physics.dispersion.jets.free_jet",
    "physics.dispersion.jets.model",
    "physics.dispersion.plume",
    "physics.dispersion.plume_rise",
    "physics.dispersion.puff",
    "physics.dispersion.similarity_plume",
    "physics.dispersion.puffs.model",
    "physics.dispersion.slab.cards",
    "physics.fire.burning_rate",
    "physics.fire.fireball",
    "physics.fire.flash_fire",
    "physics.fire.jet_cards",
    "physics.fire.pool_cards",
    "physics.fire.transmissivity",
    "physics.fire.view_factor",
    "physics.harm.exposure",
    "physics.explosion.baker_strehlow_tang",
    "physics.explosion.fragments",
    "physics.explosion.jet_cloud",
    "physics.explosion.multi_energy",
    "physics.explosion.strength",
    "physics.explosion.tnt",
    "physics.explosion.vessel_burst",
    "physics.harm.escalation",
    "physics.harm.probit",
    "physics.harm.shelter",
    "physics.harm.toxic_load",
    "physics.harm.vulnerability",
    "physics.mixtures.flashing_orifice",
    "physics.mixtures.gas_orifice",
    "physics.mixtures.state_model",
    "physics.pools",
    "physics.rainout_model",
    "physics.solutions",
    "physics.substances.association",
    "physics.vessel.blowdown",
    "physics.weather",
)
"""Modules that register models."""

for _room in _ROOMS:
    import_module(_room)

__all__ = ["MODELS"]
