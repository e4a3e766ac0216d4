"""What every service is given: the session, who acts, and when. Nothing else is ambient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger.times import HALL_TIME

SYSTEM_PERSON = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts now: a person with his roles by hall, or the system under a label.

    `roles` maps hall id to the roles held there today. `everywhere` is for system actors, which
    see all halls but never approve, sign or override.
    """

    person_id: int
    label: str
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    everywhere: bool = False

    def sees(self, hall_id: int) -> bool:
        """Tell whether rows of this hall exist for the actor."""
        return self.everywhere or hall_id in self.roles

    def roles_in(self, hall_id: int) -> frozenset[str]:
        """Give the roles held in this hall now."""
        return self.roles.get(hall_id, frozenset())

    @property
    def is_system(self) -> bool:
        """Tell whether no person stands behind the act."""
        return self.person_id == SYSTEM_PERSON


def system_actor(name: str) -> Actor:
    """Give the actor `system:NAME`, which may load, import and run."""
    return Actor(person_id=SYSTEM_PERSON, label=f"system:{name}", everywhere=True)


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction: everything in it takes effect, or nothing."""

    session: Session
    actor: Actor
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """Give the day it is by the hall's clock."""
        return self.now.astimezone(HALL_TIME).date()
