"""What the rows mean: people, transactions with their payments, and invoice forms (CHECKS.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.oracle.reading import Evidence, Row, read_fen, read_time

_KNOWN_TENDERS = {
    "cash": "cash",
    "pos": "settled",
    "wechat": "settled",
    "alipay": "settled",
    "transfer": "settled",
    "digital_rmb": "settled",
    "cheque": "on_account",
}


@dataclass(frozen=True)
class Payment:
    """One payment of a transaction in one tender; negative is money paid back."""

    txn_no: str
    date: str
    clerk: str
    tender: str
    ref: str
    terminal: str
    batch_no: str
    fen: int
    original_txn_no: str


@dataclass
class Transaction:
    """The lines with one number, those of kind correction left out."""

    no: str
    lines: list[Row]
    payments: list[Payment] = field(default_factory=list)

    @property
    def date(self) -> str:
        """The business date of the first line."""
        return self.lines[0]["date"]

    @property
    def clerk(self) -> str:
        """The number of the first line."""
        return self.lines[0]["clerk"]

    @property
    def at(self) -> datetime:
        """The time of the first line."""
        return read_time(self.lines[0]["accepted_at"])

    def total(self, column: str) -> int:
        """The sum of one money column over the lines, in fen."""
        return sum(read_fen(line.get(column, "")) for line in self.lines)

    def any_flag(self, column: str) -> bool:
        """True if one of the lines has 1 in `column`."""
        return any(line.get(column) == "1" for line in self.lines)

    def first_of(self, column: str) -> str:
        """The first value of `column` that is not blank, else blank."""
        return next((line[column] for line in self.lines if line.get(column)), "")


@dataclass
class State:
    """The rows of one number with one time, clerk and status."""

    at: datetime
    clerk: str
    status: str
    rows: list[Row]

    @property
    def date(self) -> str:
        """The day of its time."""
        return self.at.date().isoformat()

    @property
    def fen(self) -> int:
        """Its rows' amounts together."""
        return sum(read_fen(row["amount"]) for row in self.rows)

    def first_of(self, column: str) -> str:
        """The first value of `column` that is not blank, else blank."""
        return next((row[column] for row in self.rows if row.get(column)), "")


@dataclass
class Form:
    """One invoice number with its states, earliest first."""

    code: str
    no: str
    states: list[State]

    @property
    def subject(self) -> str:
        """Its name in findings."""
        return f"invoice:{self.code}/{self.no}"

    @property
    def now(self) -> State:
        """The state it is in."""
        return self.states[-1]

    @property
    def used(self) -> State:
        """The state it entered first, when the number was used."""
        return self.states[0]

    @property
    def is_live(self) -> bool:
        """Issued or red, not void."""
        return self.now.status in {"issued", "red"}

    @property
    def basis(self) -> str:
        """What it was issued on; txn where nothing is said."""
        return self.now.first_of("basis") or "txn"

    @property
    def is_drawn_kind(self) -> bool:
        """False for the 20-digit numbers, which nobody draws."""
        return not (len(self.no) == 20 and self.no.isdigit())


@dataclass(frozen=True)
class DrawnRange:
    """Numbers first to last of one code, drawn by one clerk or counter."""

    code: str
    first: int
    last: int
    digits: int
    clerk: str
    used_to: int

    def holds(self, form: Form) -> bool:
        """True if the number of `form` lies in the range."""
        return (
            form.code == self.code
            and form.no.isdigit()
            and len(form.no) == self.digits
            and self.first <= int(form.no) <= self.last
        )


class Books:
    """All evidence of one hall, seen from the audit of one date."""

    def __init__(self, evidence: Evidence, date: str) -> None:
        self.evidence = evidence
        self.date = date
        self.hall = evidence.hall_on(date)

    @cached_property
    def _staff(self) -> dict[str, dict[str, Any]]:
        halls = [self.evidence.halls[day] for day in sorted(self.evidence.halls)]
        return {str(one["number"]): one for hall in halls for one in hall.get("staff", [])}

    def person(self, number: str) -> str:
        """The human behind a staff number; a number not on the roster is a human of its own."""
        return str(self._staff.get(number, {}).get("person") or number)

    def kind(self, number: str) -> str:
        """What works under a number: person, self_service or system."""
        return str(self._staff.get(number, {}).get("kind") or "person")

    def number_of(self, person: str) -> str:
        """The number a person's findings carry: the lowest of his on the roster."""
        return min((n for n in self._staff if self.person(n) == person), default=person)

    def floats(self) -> dict[str, int]:
        """The opening floats of the date in fen by person."""
        floats: dict[str, int] = defaultdict(int)
        if str(self.hall["business_date"]) == self.date:
            for one in self.hall.get("staff", []):
                fen = read_fen(str(one.get("float", "")))
                if fen:
                    floats[self.person(str(one["number"]))] += fen
        return dict(floats)

    def counter_clerks(self, place: str) -> set[str]:
        """The persons behind a clerk's number or a shared counter."""
        for counter in self.hall.get("counter", []):
            if str(counter["code"]) == place:
                return {self.person(str(number)) for number in counter.get("clerks", [])}
        return {self.person(place)}

    @cached_property
    def tender_class(self) -> dict[str, str]:
        """Tender -> cash, settled, on_account or voucher."""
        own = {str(t["code"]): str(t["class"]) for t in self.hall.get("tender", []) if "class" in t}
        return _KNOWN_TENDERS | own

    def match_level(self, tender: str) -> str:
        """At which level the hall matches a tender: line, batch or day."""
        own = {str(t["code"]): str(t.get("match", "line")) for t in self.hall.get("tender", [])}
        return own.get(tender, "line")

    @cached_property
    def transactions(self) -> dict[str, Transaction]:
        """All transactions of all days by number."""
        lines: dict[str, list[Row]] = defaultdict(list)
        for row in self.evidence.of("accounts"):
            if row.get("line_kind") != "correction":
                lines[row["txn_no"]].append(row)
        tenders: dict[str, list[Row]] = defaultdict(list)
        for row in self.evidence.of("tenders"):
            tenders[row["txn_no"]].append(row)
        found = {}
        for no, unordered in lines.items():
            txn = Transaction(no, sorted(unordered, key=lambda line: int(line["line_no"])))
            txn.payments = _payments(txn, tenders.get(no, []))
            found[no] = txn
        return found

    @property
    def of_the_day(self) -> list[Transaction]:
        """The transactions of the audited date."""
        return [txn for txn in self.transactions.values() if txn.date == self.date]

    @property
    def payments(self) -> list[Payment]:
        """The payments of all days."""
        return [payment for txn in self.transactions.values() for payment in txn.payments]

    @cached_property
    def forms(self) -> dict[tuple[str, str], Form]:
        """All invoice numbers of the register by (code, number)."""
        states: dict[tuple[str, str], dict[tuple[datetime, str, str], State]] = defaultdict(dict)
        for row in self.evidence.of("invoices"):
            at = read_time(row["issued_at"])
            of_number = states[row["invoice_code"], row["invoice_no"]]
            state = of_number.setdefault(
                (at, self.person(row["clerk"]), row["status"]),
                State(at, row["clerk"], row["status"], []),
            )
            state.rows.append(row)
        return {
            (code, no): Form(code, no, sorted(of_number.values(), key=lambda state: state.at))
            for (code, no), of_number in states.items()
        }

    @cached_property
    def _digital(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            ("", row["digital_no"]): (row["invoice_code"], row["invoice_no"])
            for row in self.evidence.of("invoices")
            if row.get("digital_no") and row["invoice_code"]
        }

    def meant_by(self, name: tuple[str, str]) -> tuple[str, str]:
        """The form a code and number mean: a 20-digit number beside a paper form's is that form."""
        return self._digital.get(name, name)

    def is_meant_by_itself(self, form: Form) -> bool:
        """False for register rows under the other number of a paper form."""
        return (form.code, form.no) not in self._digital

    def reversed_of(self, original: Form) -> int:
        """What the red letters of an invoice take back of it together, in fen."""
        return self._reversed.get((original.code, original.no), 0)

    @cached_property
    def _reversed(self) -> dict[tuple[str, str], int]:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for form in self.forms.values():
            if form.now.status == "red":
                named = form.now.first_of("original_code"), form.now.first_of("original_no")
                sums[self.meant_by(named)] += abs(form.now.fen)
        return sums

    @property
    def drawn_ranges(self) -> list[DrawnRange]:
        """The ranges somebody has drawn; those in the safe are left out."""
        return [held for held in self.all_ranges if held.clerk]

    @cached_property
    def all_ranges(self) -> list[DrawnRange]:
        """All ranges of the hall; one that was in the safe and drawn later is its drawer's."""
        return [
            DrawnRange(
                code=row["invoice_code"],
                first=int(row["first_no"]),
                last=int(row["last_no"]),
                digits=len(row["first_no"]),
                clerk=row["clerk"],
                used_to=int(row.get("used_to") or int(row["first_no"]) - 1),
            )
            for row in _distinct(self.evidence.of("invoice_books"))
        ]

    def business(self, name: str) -> Row:
        """The rules of a business on the audited date; an unknown one has none."""
        rows = [row for row in self.evidence.of("businesses") if row["business"] == name]
        in_force = [row for row in rows if row["folder_date"] <= self.date] or rows
        return in_force[-1] if in_force else {}


def line_kind(line: Row) -> str:
    """What a line is: as it says, else a refund where negative, else a sale."""
    money = read_fen(line["received"]) or read_fen(line["due"])
    return line.get("line_kind") or ("refund" if money < 0 else "sale")


def _payments(txn: Transaction, tenders: list[Row]) -> list[Payment]:
    original = txn.first_of("original_txn_no")
    rows = tenders or txn.lines
    return [
        Payment(
            txn_no=txn.no,
            date=txn.date,
            clerk=row.get("clerk") or txn.clerk,
            tender=row["tender"],
            ref=row.get("tender_ref", ""),
            terminal=row.get("terminal", ""),
            batch_no=row.get("batch_no", ""),
            fen=read_fen(row["amount"] if tenders else row["received"]),
            original_txn_no=row.get("original_txn_no") or original,
        )
        for row in rows
    ]


def _distinct(rows: list[Row]) -> list[Row]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        name = row["invoice_code"], row["first_no"], row["last_no"]
        if not seen.setdefault(name, row)["clerk"]:
            seen[name] = row
    return list(seen.values())
