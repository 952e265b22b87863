"""The card of a substance: every number with its source and mark, flags, and the command that prints it."""

import json

import pytest

from api import cli
from physics.substances import UnknownSubstance, substance, substances
from physics.substances.data_files import DATA, entries, toxicity_rows
from physics.substances.flags import ANSWERED_BY_MODELS, FLAGS
from physics.substances.numbers import Mark, numbers
from scenarios.caveats import NOT_VALID_FLAGS

ISSUE_NAMES = ("HF", "phosgene", "HCN", "CS2", "bromine", "acrylonitrile", "methyl isocyanate")


def _numbers(name):
    return {number.quantity: number for number in numbers(substance(name))}


def test_enough_chemicals_of_a_chemical_park():
    assert len(substances()) >= 40
    for name in ISSUE_NAMES:
        assert substance(name).molar_mass > 0.0


def test_tables_stay_small():
    """Some 50 kB for a substance, half of it its gas at any density."""
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 50_000 * len(entries())
    assert {entry.table_file for entry in entries().values()} == {file.name for file in DATA.glob("*.npz")}


def test_no_two_substances_share_a_name():
    seen = {}
    for entry in entries().values():
        for name in {entry.name, entry.chinese, entry.cas, *entry.aliases} | ({entry.coolprop} - {""}):
            key = name.casefold().replace("-", "").replace(" ", "").replace("_", "")
            assert seen.setdefault(key, entry.name) == entry.name, name


def test_cas_numbers_have_their_check_digit():
    for entry in entries().values():
        *digits, check = [int(digit) for digit in entry.cas if digit.isdigit()]
        assert sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 10 == check, entry.name


def test_formula_gives_the_molar_mass():
    chemicals = pytest.importorskip("chemicals")
    for name in substances():
        item = substance(name)
        if name == "air":
            assert item.formula == ""
            continue
        atoms = chemicals.elements.simple_formula_parser(item.formula)
        assert item.molar_mass * 1000.0 == pytest.approx(chemicals.elements.molecular_weight(atoms), rel=5e-4), name


def test_a_formula_that_several_share_finds_none():
    with pytest.raises(UnknownSubstance, match="did you mean ethylene oxide or acetaldehyde"):
        substance("C2H4O")
    assert substance("CO").name == "carbon monoxide"
    assert substance("COCl2").name == "phosgene"


def test_every_flag_is_known_and_forecasts_answer_to_the_same():
    assert {flag for entry in entries().values() for flag in entry.flags} <= set(FLAGS)
    assert ANSWERED_BY_MODELS == NOT_VALID_FLAGS
    assert "associates" in substance("HF").flags
    assert "hydrolyses-fast" in substance("sulfur trioxide").flags
    assert not ANSWERED_BY_MODELS & set(substance("chlorine").flags)


def test_what_has_flammable_limits_is_flagged():
    for name in substances():
        item = substance(name)
        assert item.flammability is None or "flammable" in item.flags, name


PROBITS_ALONE = frozenset(
    {
        "allyl alcohol", "azinphos-methyl", "nitrogen dioxide", "parathion", "phosphamidon", "phosphine",
        "tetraethyllead",
    }
)  # fmt: skip
"""Substances a book prints a probit of, whose properties are not tabulated here."""


def test_every_row_of_toxicity_belongs_to_a_substance():
    without = set(toxicity_rows()) - set(entries())
    assert without == PROBITS_ALONE
    assert all(set(toxicity_rows()[name]) == {"probit"} for name in without)


@pytest.mark.parametrize("name", substances())
def test_every_number_has_a_source_and_a_mark(name):
    listed = numbers(substance(name))
    assert len({number.quantity for number in listed}) == len(listed) >= 4
    for number in listed:
        assert number.value == number.value, number
        assert len(number.source) > 10, number
        assert isinstance(number.mark, Mark)
        assert ("secondary" in number.source or "memory" in number.source) == (number.mark is Mark.UNVERIFIED)


def test_known_values():
    assert _numbers("phosgene")["GB 18218 threshold quantity"].value == 0.3
    assert _numbers("MIC")["GB 18218 threshold quantity"].value == 0.75
    assert _numbers("HF")["AEGL-3, 60 min"].value == 44.0
    assert _numbers("HCN")["AEGL-2, 10 min"].value == 17.0
    assert _numbers("HCl")["AEGL-3, 10 min"].value == 620.0
    assert _numbers("ammonia")["ERPG-2, 60 min"].value == 150.0
    assert _numbers("CS2")["lower flammable limit"].value == pytest.approx(0.6)
    assert _numbers("carbon tetrachloride")["AEGL-2, 480 min"].value == 5.8
    assert "AEGL-1, 60 min" not in _numbers("phosgene")
    assert not any(quantity.startswith("AEGL") for quantity in _numbers("sulfur trioxide"))


def test_command_prints_every_number(capsys):
    assert cli.run(["substance", "光气"]) == 0
    printed = capsys.readouterr().out
    assert "CAS 75-44-5" in printed
    for number in numbers(substance("phosgene")):
        row = next(row for row in printed.splitlines() if row.startswith(f"{number.quantity} "))
        assert number.source in row
        assert number.mark in row


def test_command_as_json(capsys):
    assert cli.run(["substance", "hydrogen fluoride", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["tables"]["methods"]["vapour_pressure"] == "VDI_PPDS"
    assert [item["flag"] for item in card["flags"] if item["needs_its_own_model"]] == ["associates"]
    assert all(row["source"] and row["mark"] for row in card["numbers"])


def test_command_refuses_and_lists(capsys):
    assert cli.run(["substance", "clorine"]) == 2
    assert "did you mean chlorine" in capsys.readouterr().err
    assert cli.run(["substance"]) == 2
    assert cli.run(["substance", "--list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out.replace("\n", " "))["substances"]) == len(substances())
