"""The voucher proposed for a day (记账凭证建议): pure rules from its sums and the mapping.

Every fen of the day's totals is in it, debit equals credit in each of its parts, and one amount
without an account refuses the whole (DOMAIN REC-08). Over and short stand clerk by clerk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.cash.cases import WAYS
from ledger.finance.mapping import (
    CORRECTION,
    HALL_CASH,
    PENDING,
    UNALLOCATED,
    Mapping,
    Rule,
)
from ledger.finance.sums import DaySums
from ledger.text import Text

PARTS: dict[str, Text] = {
    "takings": Text("营业收款", "Takings"),
    "over_short": Text("长短款", "Over and short"),
    "decisions": Text("长短款处理", "Decisions on over and short"),
    "corrections": Text("差错更正", "Corrections"),
    "fees": Text("渠道手续费", "Fees of channels"),
    "moves": Text("现金往来与解款", "Moves of cash and deposits"),
    "adjustments": Text("减免与赠款", "Waivers and gift credits"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a voucher: `debit` or `credit` is above zero in fen, the other is 0.

    `key` is the key of the mapping it came by, `clerk` whose over or short it is.
    """

    part: str
    key: str
    account: str
    name: Text
    debit: int
    credit: int
    clerk: str = ""


@dataclass(slots=True)
class _Pen:
    """Writes entries by the mapping, and remembers what has no account."""

    mapping: Mapping
    entries: list[Entry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def write(self, part: str, key: str, fen: int, *, clerk: str = "") -> None:
        """Debit an amount above zero, credit one below, to the key's account on that side."""
        rule = self._rule(key)
        if fen and rule is not None:
            code = rule.debit if fen > 0 else rule.credit
            self._add(part, key, code, fen, clerk)

    def write_pair(self, part: str, key: str, fen: int, *, clerk: str = "") -> None:
        """Debit and credit the key's two accounts; an amount below zero the other way round."""
        rule = self._rule(key)
        if fen and rule is not None:
            self._add(part, key, rule.debit, fen, clerk)
            self._add(part, key, rule.credit, -fen, clerk)

    def _rule(self, key: str) -> Rule | None:
        rule = self.mapping.rule_for(key)
        if rule is None and key not in self.missing:
            self.missing.append(key)
        return rule

    def _add(self, part: str, key: str, code: str, fen: int, clerk: str) -> None:
        name = self.mapping.accounts.get(code, Text(code, code))
        self.entries.append(Entry(part, key, code, name, max(fen, 0), max(-fen, 0), clerk))


def propose_voucher(sums: DaySums, mapping: Mapping) -> tuple[list[Entry], list[str]]:
    """Give the entries of a day, and the keys that have no account: then there is no voucher."""
    pen = _Pen(mapping)
    _write_takings(pen, sums)
    _write_over_short(pen, sums)
    for key, fen in sums.corrected:
        pen.write("corrections", CORRECTION, fen)
        pen.write("corrections", key, -fen)
    for tender, fen in sums.fees:
        pen.write("fees", f"fee:{tender}", fen)
        pen.write("fees", f"tender:{tender}", -fen)
    for debit, credit, fen in sums.moved:
        # The hall's cash from drawer to safe, or a place to itself, is no entry.
        if debit != credit:
            pen.write("moves", debit, fen)
            pen.write("moves", credit, -fen)
    for kind, fen in sums.adjusted:
        pen.write_pair("adjustments", f"adjustment:{kind}", fen)
    assert pen.missing or is_balanced(pen.entries), "each part is written in pairs"
    return pen.entries, pen.missing


def _write_takings(pen: _Pen, sums: DaySums) -> None:
    for tender, fen in sums.paid:
        pen.write("takings", f"tender:{tender}", fen)
    for key, fen in sums.earned:
        pen.write("takings", key, -fen)
    gap = sum(fen for _, fen in sums.paid) - sum(fen for _, fen in sums.earned)
    pen.write("takings", UNALLOCATED, -gap)


def _write_over_short(pen: _Pen, sums: DaySums) -> None:
    for clerk, tender, computed, declared in sums.totals:
        gap = 0 if declared is None else declared - computed
        pen.write("over_short", f"tender:{tender}", gap, clerk=clerk)
        pen.write("over_short", PENDING, -gap, clerk=clerk)
    for clerk, fen in sums.passed:
        pen.write("over_short", HALL_CASH, fen, clerk=clerk)
        pen.write("over_short", PENDING, -fen, clerk=clerk)
    for one in sums.decided:
        if WAYS[one.way].by_slip:
            fen = -one.fen if WAYS[one.way].is_over else one.fen
            pen.write("decisions", CORRECTION, fen, clerk=one.clerk)
            pen.write("decisions", PENDING, -fen, clerk=one.clerk)
        else:
            pen.write_pair("decisions", f"over_short:{one.way}", one.fen, clerk=one.clerk)


def is_balanced(entries: Sequence[Entry]) -> bool:
    """Tell whether debit equals credit in every part."""
    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry.part] = sums.get(entry.part, 0) + entry.debit - entry.credit
    return not any(sums.values())
