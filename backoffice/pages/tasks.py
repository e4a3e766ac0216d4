"""One thing that waits for somebody, as the page of today lists it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ledger.text import Text


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: on which day, what it is, and the page with the verb on its button.

    What is `urgent` stands before everything that waits longer.
    """

    date: dt.date
    text: Text
    verb: Text
    address: str
    subject: str = ""
    amount_fen: int = 0
    urgent: bool = False
