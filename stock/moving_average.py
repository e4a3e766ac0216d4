"""What counted goods are worth: the moving average of what their receipts cost, exact to the fen.

Pieces whose cost nobody stated are kept apart, are worth nobody knows what, and are taken to leave
first, so that pieces and money both tile. Rounding loses nothing: the last pieces take the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Worth = tuple[int, int]
"""Known worth in fen, and pieces of unknown cost."""


@dataclass(slots=True)
class AverageStock:
    """The hall's stock of one item while its movements are replayed."""

    priced: int = 0
    fen: int = 0
    unpriced: int = 0
    last_average: Fraction | None = None

    @property
    def average(self) -> Fraction | None:
        """What one priced piece is worth now; where there is none, what one was worth last."""
        return Fraction(self.fen, self.priced) if self.priced > 0 else self.last_average

    def take_in(self, pieces: int, fen: int | None) -> Worth:
        """Add pieces that cost `fen` together, or nobody knows what."""
        if fen is None:
            self.unpriced += pieces
            return 0, pieces
        self.priced += pieces
        self.fen += fen
        self._remember()
        return fen, 0

    def take_back(self, pieces: int) -> Worth:
        """Add pieces that had left, at the average."""
        average = self.average
        return self.take_in(pieces, None if average is None else round_half_up(average * pieces))

    def take_out(self, pieces: int, fen: int | None = None) -> Worth:
        """Take pieces away: the unpriced first, others at the average, or all for `fen`."""
        if pieces > self.priced:
            fen = None
        unpriced = min(pieces, self.unpriced) if fen is None else 0
        priced = pieces - unpriced
        average = self.average
        worth = fen if fen is not None else round_half_up((average or Fraction(0)) * priced)
        if priced == self.priced:
            worth = self.fen
        self.unpriced -= unpriced
        self.priced -= priced
        self.fen -= worth
        self._remember()
        return worth, unpriced

    def _remember(self) -> None:
        if self.priced > 0:
            self.last_average = Fraction(self.fen, self.priced)


def round_half_up(value: Fraction) -> int:
    """Round to whole fen, halves away from nothing."""
    doubled = 2 * abs(value)
    whole = (doubled.numerator // doubled.denominator + 1) // 2
    return whole if value >= 0 else -whole
