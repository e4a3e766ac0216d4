"""A place of the books as people call it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.accounts import ACCOUNT_KINDS, Account
from ledger.text import Text

OUTSIDE = frozenset({"customer", "loss", "consumed", "supplier", "department", "owner", "opening"})
"""Where goods are no longer, or not yet, in our hands."""


def place_words(account: Account, staff: Mapping[str, str]) -> Text:
    """Give a place with its holder, and the holder's name where he is of the staff."""
    kind = ACCOUNT_KINDS[account.kind].text
    if not account.holder:
        return kind
    holder = f"{account.holder} {staff.get(account.holder, '')}".strip()
    return Text(f"{kind.zh} {holder}", f"{kind.en} {holder}")
