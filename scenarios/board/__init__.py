"""The protective-action board: shelter, leave or stay, by when, and from where to approach. A proposal, no order."""

from scenarios.board.proposal import Given, propose
from scenarios.board.records import REQUIRED_ROLE, Protect

__all__ = ["REQUIRED_ROLE", "Given", "Protect", "propose"]
