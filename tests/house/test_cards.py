"""Every registered model has a card that can be believed."""

import ast
import re
from pathlib import Path

import pytest

import physics
from physics.cards import MODELS, Kind
from physics.models import MODELS as LOADED
from physics.quantities import QUANTITIES

BIBLIOGRAPHY = Path(physics.__file__).parent / "references.bib"
TESTS = Path(__file__).parents[1]
CITED = set(re.findall(r"^@\w+\{([^,\s]+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_registry_is_filled():
    assert LOADED is MODELS
    assert {"liquid-orifice", "gas-orifice", "britter-mcquaid-plume", "gaussian-plume-briggs-rural"} <= set(MODELS)


@pytest.mark.parametrize("name", sorted(LOADED))
def test_card(name):
    card = MODELS[name].card
    assert card.name == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert card.says.endswith((".", "."))
    assert set(card.gives) <= set(QUANTITIES)
    assert {item.name for item in card.takes} <= set(QUANTITIES)
    assert card.cites
    assert set(card.cites) <= CITED
    assert any(item.kind is Kind.VERIFICATION for item in card.evidence), "a model must be verified"
    for item in card.takes:
        assert max(item.low, item.hard_low) <= min(item.high, item.hard_high)


@pytest.mark.parametrize("name", sorted(LOADED))
def test_evidence_exists(name):
    """Every test a card names is there."""
    for item in MODELS[name].card.evidence:
        path, _, function = item.test.partition("::")
        file = TESTS.parent / path
        names = {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}
        assert function in names, item.test


@pytest.mark.parametrize("name", sorted(LOADED))
def test_bad_input_is_refused_by_name(name):
    """A missing, unknown or infinite input names its field; nothing crashes."""
    model = MODELS[name]
    needed = [item for item in model.card.takes if item.default is None]
    with pytest.raises(ValueError, match=needed[0].name):
        model.run({})
    with pytest.raises(ValueError, match="nonsense"):
        model.run({"nonsense": 1.0})
    numeric = next(item for item in model.card.takes if item.quantity.unit)
    with pytest.raises(ValueError, match=r"finite|is missing"):
        model.run({numeric.name: float("nan")})


def test_bibliography_has_no_duplicates():
    keys = re.findall(r"^@\w+\{([^,\s]+),", BIBLIOGRAPHY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(keys) == len(set(keys))
