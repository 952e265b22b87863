"""Warming up reaches every model: none is left to compile on somebody's first request."""

from api.work import warm_models
from physics.models import MODELS


def test_every_model_of_the_registry_is_warmed():
    assert warm_models() == []
    assert len(MODELS) > 20
