"""What each place of a made-up hall really holds: serials and pieces on its shelf."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

STORE = ""


@dataclass
class Shelves:
    """Serials and pieces by place and item; a place is a staff number, a counter or the store."""

    serials: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    pieces: Counter[tuple[str, str]] = field(default_factory=Counter)

    def move(self, source: str, target: str, item: str, serials: list[str]) -> None:
        """Carry units from one place to another."""
        for serial in serials:
            self.serials[source, item].remove(serial)
        self.serials[target, item] += serials

    def move_pieces(self, source: str, target: str, item: str, count: int) -> None:
        """Carry pieces from one place to another."""
        self.pieces[source, item] -= count
        self.pieces[target, item] += count

    def take(self, places: list[str], item: str) -> str:
        """Take a unit away from the first of the places that has one; blank where none has."""
        for place in places:
            if self.serials[place, item]:
                return self.serials[place, item].pop(0)
        return ""

    def take_unit(self, places: list[str], item: str, serial: str) -> None:
        """Take one unit away from whichever of the places has it."""
        for place in places:
            if serial in self.serials[place, item]:
                self.serials[place, item].remove(serial)

    def take_pieces(self, places: list[str], item: str, count: int) -> bool:
        """Take pieces away from the first of the places that has as many; False where none has."""
        for place in places:
            if self.pieces[place, item] >= count:
                self.pieces[place, item] -= count
                return True
        return False

    def items_at(self, place: str) -> list[str]:
        """Give every item the place holds or has held."""
        return sorted({item for where, item in [*self.serials, *self.pieces] if where == place})
