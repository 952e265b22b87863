"""What is wrong with, or worth knowing about, a plant file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One sentence about one line of a plant's files.

    Attributes
    ----------
    file : str
        Name of the file within the plant's folder.
    line : int
        From 1.
    id : str
        Tag, id or key that the sentence is about.
    says : str
        The sentence.
    severity : str
        ``error`` makes the file unusable; ``finding`` is about the plant and blocks nothing.
    """

    file: str
    line: int
    id: str
    says: str
    severity: str = "error"

    def __str__(self) -> str:
        """``FILE:LINE: ID: what is wrong``."""
        return f"{self.file}:{self.line}: {self.id}: {self.says}"


class PlantError(ValueError):
    """A plant's files cannot be used; ``findings`` holds every error."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(item) for item in self.findings))
