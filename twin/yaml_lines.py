"""YAML and JSON read with the line of every value, so that what is wrong can be pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE = 8_000_000
"""Bytes of a plant file that are read; more is refused before parsing."""
MOST_VALUES = 400_000
"""Values in one file, aliases expanded: a file that multiplies itself by anchors ends here."""

_JSON = frozenset({".json", ".geojson"})
"""Files in which a tab is space, as YAML would not have it."""

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong at a line, before meaning is looked at."""

    line: int
    says: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data and the line each path of keys and indices stands on (first line is 1)."""

    data: Any
    lines: Mapping[Path_, int]
    troubles: tuple[Trouble, ...]

    def line(self, path: Path_) -> int:
        """Line of a path, or of its nearest parent that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def read(file: Path) -> Document:
    """Read one YAML or JSON file.

    Returns
    -------
    Document
        ``data`` is ``None`` with a trouble where the file is missing, too large, not UTF-8 or not YAML.
    """
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            return _nothing(1, f"is {size / 1e6:.0f} MB; files above {LARGEST_FILE / 1e6:.0f} MB are not read")
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return _nothing(1, "is not UTF-8 text")
    except OSError as error:
        return _nothing(1, f"cannot be read: {error.strerror or error}")
    return parse(text.replace("\t", " ") if file.suffix in _JSON else text)


def parse(text: str) -> Document:
    """Read YAML text; see `read`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _nothing((mark.line + 1) if mark else 1, f"is not YAML: {error.problem or error.context}")
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return _nothing(1, f"is not YAML: {error}")
    if root is None:
        return _nothing(1, "is empty")
    builder = _Builder()
    try:
        data = builder.value(root, ())
    except _TooMany:
        return _nothing(1, f"holds more than {MOST_VALUES} values")
    except (RecursionError, yaml.YAMLError, ValueError, TypeError) as error:
        return _nothing(root.start_mark.line + 1, f"cannot be read: {error}")
    return Document(data, builder.lines, tuple(builder.troubles))


def _nothing(line: int, says: str) -> Document:
    return Document(None, {(): line}, (Trouble(line, says),))


class _TooMany(Exception):
    pass


class _Builder:
    def __init__(self) -> None:
        self.lines: dict[Path_, int] = {}
        self.troubles: list[Trouble] = []
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, path: Path_) -> Any:
        if len(self.lines) > MOST_VALUES:
            raise _TooMany
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if node.tag == "tag:yaml.org,2002:timestamp":
            return str(node.value)
        return self._scalars.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.troubles.append(Trouble(key_node.start_mark.line + 1, "has a key that is not plain text"))
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in found:
                self.troubles.append(
                    Trouble(key_node.start_mark.line + 1, f"has the key '{key}' twice in one place", key)
                )
                continue
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, here)
        return found
