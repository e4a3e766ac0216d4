"""An amount of goods: pieces with what they are worth, where some of it may be unknown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Amount:
    """Pieces and what they are worth in fen: the known sum, and pieces of unknown cost."""

    pieces: int = 0
    known_fen: int = 0
    unknown: int = 0

    @property
    def fen(self) -> int | None:
        """The worth; None where any of it is unknown."""
        return None if self.unknown else self.known_fen

    def add(self, other: Amount) -> None:
        """Add another amount, whose pieces are negative where they go out."""
        self.pieces += other.pieces
        self.known_fen += other.known_fen
        self.unknown += other.unknown
