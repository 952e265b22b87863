"""Everything a fire says has its Chinese, and what a fire says keeps its numbers there."""

import pytest

from api.sentences import in_chinese
from physics.fire.fireball import FireballModel, fireball
from physics.fire.fuels import fuel_of
from physics.fire.jet_fire import JetModel, jet_fire
from physics.fire.pool_fire import applicable_models, pool_fire
from physics.models import MODELS
from physics.weather import Weather

WEATHER = Weather(wind_speed=5.0, wind_from_direction=270.0, stability_class="D")


def flames():
    for name in ("LNG", "propane", "benzene", "toluene", "gasoline"):
        for model in applicable_models(fuel_of(name)):
            yield pool_fire(name, diameter=0.5, weather=WEATHER, model=model)
    for model in JetModel:
        fuel = "hydrogen" if model is JetModel.HYDROGEN else "ethylene"
        yield jet_fire(fuel, mass_flow_rate=0.02, weather=WEATHER, hole_diameter=0.01, vapour_fraction=0.5, model=model)
    for model in FireballModel:
        yield fireball("LNG", mass=10.0, burst_pressure=5e6, weather=WEATHER, model=model)


def test_every_flame_speaks_chinese():
    said = {says for flame in flames() for says in (*flame.says, *(caveat.says for caveat in flame.caveats))}
    assert len(said) > 30
    for says in said:
        assert in_chinese(says), says


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("flash-fire", {"fuel": "propane", "mole_fraction": 0.01}),
        ("bagster-transmissivity", {"radiation_path": 900.0}),
        ("babrauskas-burning-rate", {"fuel": "toluene", "pool_diameter": 5.0}),
        ("babrauskas-burning-rate", {"fuel": "propane", "pool_diameter": 5.0}),
        ("tilted-cylinder-view-factor", {"length_over_radius": 6.0, "distance_over_radius": 2.0, "flame_tilt": 0.9}),
    ],
)
def test_every_card_speaks_chinese(name, inputs):
    caveats = MODELS[name].run(inputs)["caveats"]
    assert caveats
    for caveat in caveats:
        assert in_chinese(caveat["says"]), caveat["says"]
