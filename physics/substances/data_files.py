"""The substance list and the folder of its data files, as they lie in the package."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
"""Folder of the shipped tables; the package is always installed as plain files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of ``substances.toml``.

    Attributes
    ----------
    name : str
        Canonical name, lower case.
    chinese, cas, formula, coolprop : str
        Chinese name, CAS number, formula, and the name CoolProp has for it; empty where it has none.
    methods : mapping
        Pinned correlation by property, for a substance CoolProp lacks.
    aliases : tuple of str
        Other names it answers to.
    flags : tuple of str
        Behaviour models must know of, such as ``oxidiser`` or ``hydrolyses``.
    flammability : mapping
        Lower and upper limit and their source; empty for what does not burn.
    major_hazard : mapping
        GB 18218-2018 threshold quantity and its source; empty where the list at hand has none.
    """

    name: str
    chinese: str
    cas: str
    formula: str
    coolprop: str = ""
    methods: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    flammability: dict[str, Any] = field(default_factory=dict)
    major_hazard: dict[str, Any] = field(default_factory=dict)

    @property
    def table_file(self) -> str:
        """Name of its table in the data folder."""
        return self.name.replace(" ", "-") + ".npz"


@cache
def entries() -> dict[str, Entry]:
    """Every substance of the list by canonical name, in the list's order."""
    with (DATA / "substances.toml").open("rb") as file:
        rows = tomllib.load(file)
    found = {}
    for name, row in rows.items():
        aliases, flags = tuple(row.pop("aliases", ())), tuple(row.pop("flags", ()))
        found[name] = Entry(name=name, aliases=aliases, flags=flags, **row)
    return found


@cache
def toxicity_rows() -> dict[str, Any]:
    """Contents of ``toxicity.toml`` by canonical name."""
    with (DATA / "toxicity.toml").open("rb") as file:
        return tomllib.load(file)
