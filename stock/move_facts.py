"""What a stock document must state, checked against the table of kinds before anything is made."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Protocol

from ledger.text import Text
from stock.errors import REQUIRED, TOO_LONG, FactMissing, FactUnknown
from stock.kinds import FactRule

_MONEY = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)
_LONGEST = 500
YES = "1"
ANYWHERE = frozenset({"reason", "receiver"})


class StatesFacts(Protocol):
    """A kind of document, of goods or of forms, that says what its documents state."""

    @property
    def text(self) -> Text:
        """Its name."""

    @property
    def facts(self) -> tuple[FactRule, ...]:
        """What it states beside its lines."""


def check_facts(kind: StatesFacts, facts: Mapping[str, str], *, on: dt.date) -> dict[str, str]:
    """Give the facts stripped; raises FactMissing and FactUnknown.

    A date must not lie before the document's own; a flag that is required must be yes.
    """
    stated = {name: value.strip() for name, value in facts.items() if value.strip()}
    rules = {rule.name: rule for rule in kind.facts}
    for name in stated:
        if name not in rules and name not in ANYWHERE:
            raise FactUnknown(kind=kind.text, name=name)
    for rule in kind.facts:
        value = stated.get(rule.name, "")
        if value or rule.required:
            _check(rule, value, on)
    return stated


def _check(rule: FactRule, value: str, on: dt.date) -> None:
    if rule.sort == "flag" and value != YES:
        raise FactMissing(rule.text, Text("须为是", "must be yes"))
    if not value:
        raise FactMissing(rule.text, REQUIRED)
    if len(value) > _LONGEST:
        raise FactMissing(rule.text, TOO_LONG)
    if rule.sort == "date" and not _is_day_from(value, on):
        raise FactMissing(
            rule.text, Text(f"日期,不早于 {on}", f"a date such as {on}, not before it")
        )
    if rule.sort == "money" and not _MONEY.fullmatch(value):
        raise FactMissing(rule.text, Text("金额,如 100.00", "an amount such as 100.00"))
    known = dict(rule.choices)
    if known and value not in known:
        wanted = Text(
            "、".join(f"{name} {text.zh}" for name, text in known.items()),
            ", ".join(f"{name} {text.en}" for name, text in known.items()),
        )
        raise FactMissing(rule.text, wanted)


def _is_day_from(value: str, on: dt.date) -> bool:
    try:
        return dt.date.fromisoformat(value) >= on
    except ValueError:
        return False
