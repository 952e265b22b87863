"""Every registered model: importing this module fills `physics.cards.MODELS`."""

from physics.cards import MODELS

__all__ = ["MODELS"]
