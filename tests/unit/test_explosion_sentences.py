"""What the models of explosions and of what they do say, they say in Chinese too."""

import pytest

from api.sentences import in_chinese
from api.work import EXAMPLE, _middle
from physics.models import MODELS

SPEAK = (
    *("multi-energy", "baker-strehlow-tang", "tnt-surface-burst", "tnt-free-air", "vapour-cloud-strength"),
    *("vessel-burst", "bleve-blast", "fragments", "late-ignited-hydrogen-jet", "thermal-probit"),
    *("overpressure-probit", "toxic-probit", "escalation-fire", "escalation-blast"),
)
CHANGES = (
    *({}, {"distance": 0.01}, {"distance": 1e5}, {"flame_mach": 0.05}, {"strength_class": 2.5}),
    {"fluid": "propane", "temperature": 320.0},
    *({"incident_heat_flux": 1e4}, {"thermal_exposure": 1.0}, {"overpressure": 1.0}),
    {"volume": 1000.0, "incident_heat_flux": 5e4, "thermal_exposure": 1e4},
)


@pytest.mark.parametrize("name", SPEAK)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ", ".join(change) or "middle")
def test_every_caveat_has_a_chinese_one(name, change):
    inputs = {item.name: EXAMPLE.get(item.name, _middle(item)) for item in MODELS[name].card.takes}
    inputs |= {key: value for key, value in change.items() if key in inputs}
    for caveat in MODELS[name].run(inputs)["caveats"]:
        assert in_chinese(caveat["says"]), caveat["says"]
