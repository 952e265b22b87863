"""The catalogue: one set per kind of part, frequencies that add up, nothing invented."""

import math
from dataclasses import replace

import pytest

from twin.catalogue import IOGP, PURPLE_BOOK, catalogue, process_events, storage_events
from twin.library import find_plant
from twin.load import load_plant

PLANT = load_plant(find_plant("festus-chlorine"))


def test_bands_are_the_sets_and_keep_their_sum():
    """IOGP 434-01 datasheet 1, 2 inch pipe: 1.5e-5, 6.4e-6, 2.8e-6, 1.0e-6 per metre and year."""
    found = list(process_events("P", "pipe", diameter=0.0525, count=10.0))
    assert [event.frequency for event in found] == pytest.approx([1.5e-4, 6.4e-5, 2.8e-5, 1.0e-5])
    holes = [event.hole_diameter for event in found[:-1]]
    assert holes == pytest.approx([math.sqrt(3) * 1e-3, math.sqrt(30) * 1e-3, math.sqrt(500) * 1e-3])
    assert found[-1].release == "bore"
    narrow = list(process_events("P", "pipe", diameter=0.0243, count=10.0))
    assert sum(event.frequency for event in narrow) == pytest.approx(sum(event.frequency for event in found))
    assert max(event.hole_diameter or 0.0 for event in narrow) < 0.0243


def test_hoses_go_by_the_hour():
    known = {
        event.release: event for event in storage_events("H", "transfer hose", diameter=0.0254, hours_of_use=100.0)
    }
    assert known["bore"].frequency == pytest.approx(4e-4)
    assert known["hole"].frequency == pytest.approx(4e-3)
    assert known["hole"].hole_diameter == pytest.approx(2.54e-3)
    unknown = list(storage_events("H", "transfer hose", diameter=0.0254))
    assert all(event.frequency is None and event.per_hour for event in unknown)


def test_a_kind_of_part_is_never_a_mixture_of_sets():
    found = catalogue(PLANT)
    sets: dict[str, set[str]] = {}
    for event in found.events:
        sets.setdefault(event.item, set()).add(event.source)
    assert all(len(names) == 1 for names in sets.values())
    assert {IOGP, PURPLE_BOOK} == set().union(*sets.values())
    assert {event.part for event in found.events} >= {"TC-3", "H-301A", "L-304", "XV-301A", "TN-1"}
    assert "H-301V" not in {event.part for event in found.events}, "padding air harms nobody"
    assert not any(event.verified for event in found.events)


def test_a_part_without_numbers_says_so():
    odd = replace(PLANT.equipment["TC-3"], kind="Wigwam")
    plant = replace(PLANT, equipment={**PLANT.equipment, "TC-3": odd})
    found = catalogue(plant)
    assert "Wigwam" in found.without["TC-3"]
    assert not found.of("TC-3")
    with pytest.raises(LookupError, match="Wigwam"):
        list(process_events("X", "Wigwam", diameter=0.1))
