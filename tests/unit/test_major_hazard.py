"""GB 18218-2018: the check case, levels, people near, and live numbers beside the design's."""

import pytest

from twin.library import find_plant
from twin.load import load_plant
from twin.major_hazard import alpha, graded, level_of, major_hazards


def test_chlorine_and_ammonia_with_more_than_a_hundred_people() -> None:
    s, r, without = graded({"chlorine": 30.0, "ammonia": 50.0}, people=101.0)
    assert (s, r, without) == (pytest.approx(11.0), pytest.approx(68.0), ())
    assert level_of(s, r) == "II"


@pytest.mark.parametrize(
    ("people", "factor"), [(0, 0.5), (1, 1.0), (29, 1.0), (30, 1.2), (50, 1.5), (99, 1.5), (100, 2.0)]
)
def test_factor_by_people(people: float, factor: float) -> None:
    assert alpha(people) == factor


def test_levels() -> None:
    assert [level_of(1.0, r) for r in (100.0, 50.0, 10.0, 9.9)] == ["I", "II", "III", "IV"]
    assert level_of(0.99, 500.0) is None


def test_units_of_the_chlorine_plant() -> None:
    found = {unit.unit: unit for unit in major_hazards(load_plant(find_plant("festus-chlorine")), None)}
    car = found["TC-3"]
    assert car.quantity["chlorine"] == pytest.approx(0.95 * 65.3 * 1.393, rel=0.01)
    assert pytest.approx(car.quantity["chlorine"] / 5.0) == car.S
    assert pytest.approx(2.0 * 4.0 * car.S) == car.R
    assert car.level == "I"
    assert car.S_now is None
    assert not car.as_dict()["verified"]
