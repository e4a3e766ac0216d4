"""What is lent out, and what customers left in our care: whose, since when, due when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.organisations import Hall
from ledger.work import UnitOfWork

EXCHANGE_AFTER = 60
"""A handset in repair longer than so many days from its hand-in is exchanged (DOMAIN STK-07)."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One piece on loan or in care, and what its slip says; `due_on` is None where it names no day.

    Of a piece in care `lent_on` is the day it was handed in.
    """

    serial: str
    item: str
    name: str
    number: str
    lent_on: dt.date
    due_on: dt.date | None
    customer: str
    phone: str
    condition: str
    maker_id: int

    def days_late(self, today: dt.date) -> int:
        """Give how many days it is overdue; 0 where it is not."""
        return max(0, (today - self.due_on).days) if self.due_on is not None else 0

    def exchange_due(self, today: dt.date) -> bool:
        """Tell of a piece in care whether its repair has taken so long that it is exchanged."""
        return (today - self.lent_on).days > EXCHANGE_AFTER


def goods_in_care(uow: UnitOfWork, hall: Hall) -> list[Loan]:
    """Give customers' pieces in our care, those that should be ready first."""
    return _out_at(uow, hall, "care")


def loans_out(uow: UnitOfWork, hall: Hall) -> list[Loan]:
    """Give every piece that stands with a borrower, the longest overdue first, then by due day."""
    return _out_at(uow, hall, "borrower")


def _out_at(uow: UnitOfWork, hall: Hall, kind: str) -> list[Loan]:
    rows = uow.session.execute(
        text(
            "SELECT u.serial, c.code, c.name, d.number, d.paper_no, p.business_date, d.maker_id,"
            " due.value AS due_on, who.value AS customer, tel.value AS phone, cond.value AS seen"
            " FROM accounts a"
            " JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id"
            " JOIN commodities c ON c.id = u.commodity_id"
            " JOIN postings p ON p.hall_id = u.hall_id AND p.unit_id = u.id"
            " AND p.debit_account = a.id AND p.id = (SELECT max(q.id) FROM postings q"
            " WHERE q.hall_id = u.hall_id AND q.unit_id = u.id AND q.debit_account = a.id)"
            " JOIN documents d ON d.hall_id = p.hall_id AND d.id = p.document_id"
            f"{_fact('due', 'due_on')}{_fact('who', 'customer')}{_fact('tel', 'phone')}"
            f"{_fact('cond', 'condition')}"
            " WHERE a.hall_id = :hall AND a.kind = :kind ORDER BY p.business_date, u.serial"
        ),
        {"hall": hall.id, "kind": kind},
    )
    loans = [
        Loan(
            serial=row.serial,
            item=row.code,
            name=row.name,
            number=row.number or row.paper_no or "",
            lent_on=_day(row.business_date),
            due_on=_day(row.due_on) if row.due_on else None,
            customer=row.customer or "",
            phone=row.phone or "",
            condition=row.seen or "",
            maker_id=row.maker_id,
        )
        for row in rows
    ]
    return sorted(loans, key=lambda loan: (loan.due_on or dt.date.max, loan.lent_on, loan.serial))


def _fact(alias: str, name: str) -> str:
    return (
        f" LEFT JOIN document_facts {alias} ON {alias}.hall_id = d.hall_id"
        f" AND {alias}.document_id = d.id AND {alias}.revision = d.revision"
        f" AND {alias}.name = '{name}'"
    )


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
