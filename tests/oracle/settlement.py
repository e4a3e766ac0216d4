"""T · settlement: T01 to T05 at line, batch and day level (CHECKS.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.oracle.books import Books, Payment
from tests.oracle.findings import Finding, of_amounts, plain
from tests.oracle.reading import Row, read_fen

_DAYS_BACK = 7
_DAYS_ON = 3
_REFUND_WORKING_DAYS = 7

# What a key holds: the level, the tender, and what the level matches by; refunds have their own.
Key = tuple[str, ...]


@dataclass
class _Sides:
    """Both sides of one key: fen and dates booked, fen and dates settled."""

    subject: str
    tender: str
    refund: bool
    booked: list[tuple[int, str]] = field(default_factory=list)
    settled: list[tuple[int, str]] = field(default_factory=list)
    clerk: str = ""

    @property
    def booked_fen(self) -> int:
        return sum(fen for fen, _ in self.booked)

    @property
    def settled_fen(self) -> int:
        return sum(fen for fen, _ in self.settled)

    @property
    def date(self) -> str:
        """The day it belongs to: the first booked, else the first settled."""
        return min(day for _, day in (self.booked or self.settled))


def settlement_findings(books: Books, *, now: datetime, ready: set[str]) -> Iterator[Finding]:
    """Give what the T checks find on the audited date for the tenders in `ready`."""
    wrong_tender, keys = _set_aside_wrong_tenders(_all_keys(books))
    found: dict[tuple[str, str], list[_Sides]] = defaultdict(list)
    for sides in keys:
        check = _judge(sides, now)
        if check and sides.date == books.date and sides.tender in ready:
            found[check, sides.subject].append(sides)
    for sides in wrong_tender:
        if sides.date == books.date and sides.tender in ready:
            yield plain("T04", subject=sides.subject, clerk=sides.clerk)
    for (check, subject), several in sorted(found.items()):
        if check == "T05":
            yield plain(check, subject=subject, clerk=several[0].clerk)
        else:
            yield of_amounts(
                check,
                subject=subject,
                expected=sum(sides.booked_fen for sides in several),
                found=sum(sides.settled_fen for sides in several),
                clerk=several[0].clerk,
            )


def _judge(sides: _Sides, now: datetime) -> str | None:
    if not sides.booked:
        return "T02"
    if not sides.settled:
        if all(fen == 0 for fen, _ in sides.booked):
            return None
        return "T05" if sides.refund and not _refund_is_overdue(sides.date, now) else "T01"
    if sides.booked_fen != sides.settled_fen:
        return "T03"
    if {day for _, day in sides.booked} != {day for _, day in sides.settled}:
        return "T05"
    return None


def _refund_is_overdue(booked_on: str, now: datetime) -> bool:
    due = date.fromisoformat(booked_on)
    left = _REFUND_WORKING_DAYS
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return now.date() > due


def _set_aside_wrong_tenders(keys: dict[Key, _Sides]) -> tuple[list[_Sides], list[_Sides]]:
    unbooked: dict[str, list[tuple[str, Key]]] = defaultdict(list)
    for key, sides in keys.items():
        if key[0] == "line" and not sides.booked:
            unbooked[key[2]].append((sides.tender, key))
    wrong: list[_Sides] = []
    gone: set[Key] = set()
    for key, sides in sorted(keys.items()):
        if key[0] != "line" or not key[2] or sides.settled or not sides.booked_fen:
            continue
        elsewhere = [
            (tender, other)
            for tender, other in sorted(unbooked.get(key[2], []))
            if tender != sides.tender and keys[other].settled_fen == sides.booked_fen
        ]
        if elsewhere:
            wrong.append(sides)
            gone |= {key, elsewhere[0][1]}
    return wrong, [sides for key, sides in keys.items() if key not in gone]


def _all_keys(books: Books) -> dict[Key, _Sides]:
    payments, settlements = _in_window(books)
    levels: dict[str, str] = {
        tender: books.match_level(tender)
        for tender in {p.tender for p in payments} | {s["tender"] for s in settlements}
    }
    keys: dict[Key, _Sides] = {}
    for tender, level in sorted(levels.items()):
        ours = [payment for payment in payments if payment.tender == tender]
        theirs = [row for row in settlements if row["tender"] == tender]
        if level == "line":
            known = [payment for payment in books.payments if payment.tender == tender]
            _by_line(keys, tender, ours, theirs, known=known)
        elif level == "batch":
            _by_batch(keys, tender, ours, theirs)
        else:
            _by_day(keys, tender, books.date, ours, theirs)
    return keys


def _in_window(books: Books) -> tuple[list[Payment], list[Row]]:
    day = date.fromisoformat(books.date)
    first = (day - timedelta(days=_DAYS_BACK)).isoformat()
    last = (day + timedelta(days=_DAYS_ON)).isoformat()
    settled = {tender for tender, kind in books.tender_class.items() if kind == "settled"}
    return (
        [p for p in books.payments if p.tender in settled and first <= p.date <= last],
        [
            row
            for row in books.evidence.of("settlements")
            if row["tender"] in settled and first <= row["date"] <= last
        ],
    )


def _side(keys: dict[Key, _Sides], key: Key, subject: str) -> _Sides:
    return keys.setdefault(key, _Sides(subject, key[1], key[0].endswith("refund")))


def _book(keys: dict[Key, _Sides], key: Key, subject: str, payment: Payment) -> None:
    sides = _side(keys, key, subject)
    sides.booked.append((payment.fen, payment.date))
    sides.clerk = sides.clerk or payment.clerk


def _settle(keys: dict[Key, _Sides], key: Key, subject: str, row: Row) -> None:
    _side(keys, key, subject).settled.append((read_fen(row["amount"]), row["date"]))


def _by_line(
    keys: dict[Key, _Sides],
    tender: str,
    payments: list[Payment],
    settlements: list[Row],
    *,
    known: list[Payment],
) -> None:
    carried = {payment.ref for payment in known if payment.ref}
    originals = _original_refs(known)
    refunds_settled_as = {row.get("refund_ref") for row in settlements if _is_refund(row)}
    by_original: dict[tuple[str, int], Key] = {}
    for payment in payments:
        if payment.fen >= 0:
            key, subject = _line_key("line", payment)
        elif payment.ref and payment.ref in refunds_settled_as:
            key, subject = _line_key("line refund", payment)
        else:
            key, subject = _line_key("line refund", payment)
            key = (*key, str(payment.fen))
            for ref in {payment.ref, *originals.get(payment.original_txn_no, ())} - {""}:
                by_original.setdefault((ref, payment.fen), key)
        _book(keys, key, subject, payment)
    for row in settlements:
        ref = _resolved_ref(row, carried)
        if not _is_refund(row):
            key = ("line", tender, ref)
        elif row.get("refund_ref") and ("line refund", tender, row["refund_ref"]) in keys:
            key = ("line refund", tender, row["refund_ref"])
        else:
            fen = read_fen(row["amount"])
            alternatives = (row["tender_ref"], row.get("order_no", ""))
            matched = [by_original[r, fen] for r in alternatives if (r, fen) in by_original]
            key = matched[0] if matched else ("line refund", tender, ref, "unbooked")
        _settle(keys, key, f"ref:{tender}/{ref}", row)


def _original_refs(payments: list[Payment]) -> dict[str, set[str]]:
    refs: dict[str, set[str]] = defaultdict(set)
    for payment in payments:
        if payment.fen > 0:
            refs[payment.txn_no].add(payment.ref)
    return refs


def _line_key(level: str, payment: Payment) -> tuple[Key, str]:
    if payment.ref:
        return (level, payment.tender, payment.ref), f"ref:{payment.tender}/{payment.ref}"
    key = (level, payment.tender, "", payment.txn_no)
    return key, f"txn:{payment.txn_no}/{payment.tender}"


def _resolved_ref(row: Row, carried: set[str]) -> str:
    if row["tender_ref"] not in carried and row.get("order_no", "") in carried:
        return row["order_no"]
    return row["tender_ref"]


def _is_refund(row: Row) -> bool:
    return read_fen(row["amount"]) < 0


def _by_batch(
    keys: dict[Key, _Sides], tender: str, payments: list[Payment], settlements: list[Row]
) -> None:
    for payment in payments:
        level = "batch refund" if payment.fen < 0 else "batch"
        if payment.batch_no:
            key: Key = (level, tender, payment.terminal, payment.batch_no)
            subject = f"batch:{tender}/{payment.terminal}/{payment.batch_no}"
        else:
            key = (level, tender, "", "", payment.txn_no)
            subject = f"txn:{payment.txn_no}/{tender}"
        _book(keys, key, subject, payment)
    for row in settlements:
        level = "batch refund" if _is_refund(row) else "batch"
        place = (row.get("terminal", ""), row.get("batch_no", ""))
        _settle(keys, (level, tender, *place), f"batch:{tender}/{place[0]}/{place[1]}", row)


def _by_day(
    keys: dict[Key, _Sides],
    tender: str,
    day: str,
    payments: list[Payment],
    settlements: list[Row],
) -> None:
    for payment in payments:
        if payment.date == day:
            level = "day refund" if payment.fen < 0 else "day"
            _book(keys, (level, tender, day), f"day:{tender}", payment)
    for row in settlements:
        if row["date"] == day:
            level = "day refund" if _is_refund(row) else "day"
            _settle(keys, (level, tender, day), f"day:{tender}", row)
