"""One line to post, and what must be true of it by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.accounts import ACCOUNT_KINDS, Account, Commodity
from ledger.events import OpenEvent
from ledger.posting_errors import QuantityNotPositive, SerialsNotTracked, UnitCountMismatch
from ledger.text import Text


@dataclass(frozen=True, slots=True)
class Movement:
    """One line to post: `quantity` pieces, or fen for money, from `credit` to `debit`.

    For a commodity tracked by serial, `serials` holds one name a piece, in `identifier_kind` and
    `namespace`; `unit_cost_fen` is kept with units that the movement brings into the books.
    `names` are further names of its one unit: (kind, namespace, value). `document_line` says what
    line it is of; where the serials come from several lines, `lines_of_serials` says which.
    """

    commodity: Commodity
    debit: Account
    credit: Account
    quantity: int
    serials: tuple[str, ...] = ()
    identifier_kind: str = "sn"
    namespace: str = ""
    unit_cost_fen: int | None = None
    document_line: int = 0
    lines_of_serials: tuple[int, ...] = ()
    names: tuple[tuple[str, str, str], ...] = ()

    def reversed(self) -> Movement:
        """Give the same movement the other way round."""
        return replace(self, debit=self.credit, credit=self.debit)

    def lines(self) -> Sequence[int]:
        """Give the document line of each serial."""
        return self.lines_of_serials or (self.document_line,) * len(self.serials)

    def check(self) -> None:
        """Go on only if it can be posted; raises an error of `posting_errors`."""
        item = self.commodity.code
        if self.quantity < 1:
            raise QuantityNotPositive(item=item, quantity=self.quantity)
        serial_tracked = self.commodity.tracking == "serial"
        if self.serials and not serial_tracked:
            raise SerialsNotTracked(item=item, serial=self.serials[0])
        if serial_tracked and len(self.serials) != self.quantity:
            raise UnitCountMismatch(item=item, quantity=self.quantity, serials=len(self.serials))


@dataclass(frozen=True, slots=True)
class ToPost:
    """What one document moves: in its hall's event, on an open day."""

    event: OpenEvent
    document_id: int
    business_date: dt.date
    movements: Sequence[Movement]

    @property
    def hall_id(self) -> int:
        """The hall whose books it moves in."""
        return self.event.hall_id


def place_name(account: Account) -> Text:
    """Give a place as an error names it."""
    name = ACCOUNT_KINDS[account.kind].text
    holder = f" {account.holder}" if account.holder else ""
    return Text(f"{name.zh}{holder}", f"{name.en}{holder}")
