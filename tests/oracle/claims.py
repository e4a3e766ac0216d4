"""Claims of refunds, waivers and gift credits, and what was given on them (CHECKS.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tests.oracle.books import Books, Transaction, line_kind
from tests.oracle.reading import Row, read_fen, read_time


@dataclass(frozen=True)
class Claim:
    """A row of `refunds`: what was asked for, who approved it, when it was carried out."""

    row: Row
    fen: int

    @property
    def no(self) -> str:
        """Its number."""
        return self.row["document_no"]

    @property
    def kind(self) -> str:
        """Refund, waiver, gift_credit, deposit_return or transfer_balance."""
        return self.row["kind"]

    @property
    def subscriber(self) -> str:
        """The subscriber, or blank."""
        return self.row["subscriber"]

    @property
    def date(self) -> str:
        """The day it was asked for."""
        return self.row["date"]

    @property
    def is_approved(self) -> bool:
        """An approver and a time of approval."""
        return bool(self.row.get("approver") and self.row.get("approved_at"))

    def time(self, column: str) -> datetime | None:
        """A time of the row, or none."""
        return read_time(self.row[column]) if self.row.get(column) else None

    @property
    def order(self) -> tuple[str, datetime, str]:
        """By when it was asked for."""
        return self.date, read_time(self.row["requested_at"]), self.no


@dataclass(frozen=True)
class Given:
    """Money given back by one transaction, or an adjustment in billing."""

    subject: str
    no: str
    document_no: str
    kinds: tuple[str, ...]
    subscriber: str
    fen: int
    date: str
    at: datetime
    clerk: str
    tenders: frozenset[str] = frozenset()


class Claims:
    """The claims of a hall, and what was given on them."""

    def __init__(self, books: Books) -> None:
        self.books = books

    @cached_property
    def all(self) -> list[Claim]:
        """Every claim in the order they were asked for."""
        rows = self.books.evidence.of("refunds")
        return sorted((Claim(r, read_fen(r["amount"])) for r in rows), key=lambda c: c.order)

    @cached_property
    def by_no(self) -> dict[str, Claim]:
        """Every claim by its number."""
        return {claim.no: claim for claim in self.all}

    @cached_property
    def given(self) -> list[Given]:
        """Every payment back and adjustment, in order of time; exempt reversals are left out."""
        back = [one for txn in self.books.transactions.values() for one in self._paid_back(txn)]
        billed = [
            Given(
                f"adjustment:{row['adjustment_no']}",
                row["adjustment_no"],
                row.get("document_no", ""),
                (row["kind"],),
                row["subscriber"],
                read_fen(row["amount"]),
                row["date"],
                read_time(row["at"]),
                row["clerk"],
            )
            for row in self.books.evidence.of("adjustments")
        ]
        return sorted(back + billed, key=lambda one: (one.at, one.no))

    def _paid_back(self, txn: Transaction) -> Iterator[Given]:
        negative = [payment for payment in txn.payments if payment.fen < 0]
        lines = [line for line in txn.lines if read_fen(line["received"]) < 0]
        if not negative or not lines:
            return
        fen = -sum(payment.fen for payment in negative)
        tenders = frozenset(payment.tender for payment in negative)
        if self._is_same_day_reversal(txn, lines, fen, tenders):
            return
        deposit = any(line.get("deposit") == "1" for line in lines)
        named = next((line["document_no"] for line in lines if line.get("document_no")), "")
        kinds = ("deposit_return",) if deposit else ("refund",)
        by_name = ("refund", "deposit_return", "transfer_balance")
        yield Given(
            f"txn:{txn.no}",
            txn.no,
            named,
            by_name if named and not deposit else kinds,
            txn.first_of("subscriber"),
            fen,
            txn.date,
            min(read_time(line["accepted_at"]) for line in lines),
            txn.clerk,
            tenders,
        )

    def _is_same_day_reversal(
        self, txn: Transaction, lines: list[Row], fen: int, tenders: frozenset[str]
    ) -> bool:
        if not any(line_kind(line) == "reversal" for line in lines):
            return False
        named = {line.get("original_txn_no", "") for line in lines} - {""}
        authorisers = {line.get("authoriser", "") for line in lines} - {""}
        if len(named) != 1 or not authorisers:
            return False
        original = self.books.transactions.get(named.pop())
        if original is None or original.date != txn.date:
            return False
        taken = [payment for payment in original.payments if payment.fen > 0]
        return (
            not self._is_reversed_before(original, txn)
            and sum(payment.fen for payment in taken) == fen
            and {payment.tender for payment in taken} == tenders
            and len(tenders) == 1
            and self.books.person(max(authorisers)) != self.books.person(txn.clerk)
        )

    def _is_reversed_before(self, original: Transaction, txn: Transaction) -> bool:
        """Tell whether another reversal of that day names the original first."""
        at = self._given_at(txn)
        return any(
            self._given_at(other) < at
            for other in self.books.transactions.values()
            if other.date == txn.date
            and other.no != txn.no
            and any(
                line_kind(line) == "reversal" and read_fen(line["received"]) < 0
                for line in other.lines
            )
            and original.no in {line.get("original_txn_no", "") for line in other.lines}
        )

    @staticmethod
    def _given_at(txn: Transaction) -> tuple[datetime, str]:
        times = [line["accepted_at"] for line in txn.lines if read_fen(line["received"]) < 0]
        return min(map(read_time, times), default=txn.at), txn.no

    def done_at(self, claim: Claim) -> datetime | None:
        """When it was carried out: as it says itself, else when something was first given on it."""
        first = min((one.at for one in self.on(claim)), default=None)
        return claim.time("executed_at") or first

    def on(self, claim: Claim) -> list[Given]:
        """What names a claim."""
        return [one for one in self.given if one.document_no == claim.no]
