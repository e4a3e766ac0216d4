"""One step of a day's end and one thing it lacks: what, whose turn it is, and the page for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.actors import ROLES
from ledger.text import Text

AUDITOR, MANAGER, FINANCE = ROLES["auditor"], ROLES["hall_manager"], ROLES["finance"]
LEADER = Text("值班经理或经理", "Duty or hall manager")


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing a step lacks, and whose turn it is; `kind` and `key` say which page shows it."""

    text: Text
    who: Text | None
    kind: str = "day"
    key: str = ""


@dataclass(frozen=True, slots=True)
class DayStep:
    """One step of the day's end; it is done when it lacks nothing."""

    name: str
    text: Text
    lacks: list[Lack] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it lacks nothing."""
        return not self.lacks
