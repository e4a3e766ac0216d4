"""Statements beside deposits, slips, kiosks and the tail, as API and command line give them."""

from __future__ import annotations

from backoffice.answers import moment, yuan
from backoffice.errors import Payload
from ledger.cash.deposit_days import DepositDay, Tail
from ledger.cash.matching import Waiting
from ledger.cash.proposing import HOW
from ledger.cash.tables import SLIP_STATES, CashSlip, KioskClearing
from ledger.documents import STATES, Document
from ledger.organisations import Hall
from ledger.text import Language


def waiting_payload(hall: Hall, waiting: Waiting, language: Language) -> Payload:
    """Give both sides that are not matched, and the exact matches proposed."""
    return {
        "hall": hall.code,
        "deposits": [
            {
                "number": one.number,
                "date": one.on.isoformat(),
                "amount": yuan(one.amount_fen),
                "codes": list(one.codes),
                "keyed": one.is_keyed,
                "by_file": one.by_file,
            }
            for one in waiting.deposits
        ],
        "lines": [
            {
                "name": one.name,
                "date": one.on.isoformat(),
                "amount": yuan(one.amount_fen),
                "memo": one.memo,
                "counterparty": one.counterparty,
            }
            for one in waiting.lines
        ],
        "proposals": [
            {
                "deposits": [deposit.number for deposit in one.deposits],
                "lines": [line.name for line in one.lines],
                "amount": yuan(one.amount_fen),
                "by": one.how,
                "by_name": HOW[one.how].in_language(language),
            }
            for one in waiting.proposals
        ],
    }


def slip_payload(hall: Hall, slip: CashSlip, language: Language) -> Payload:
    """Give a slip: due, received, change, and whether it was printed."""
    return {
        "hall": hall.code,
        "number": slip.number,
        "date": slip.business_date.isoformat(),
        "at": moment(slip.called_at),
        "clerk": slip.clerk,
        "txn_no": slip.txn_no,
        "due": yuan(slip.due_fen),
        "tendered": yuan(slip.tendered_fen),
        "change": yuan(slip.change_fen),
        "prints": slip.prints,
        "state": slip.state,
        "state_name": SLIP_STATES[slip.state].in_language(language),
        "reason": slip.reason,
    }


def clearing_payload(clearing: KioskClearing, document: Document, language: Language) -> Payload:
    """Give a clearing; `expected` is null until the account lines are here."""
    return {
        "number": document.number or "",
        "kiosk": clearing.kiosk,
        "date": clearing.business_date.isoformat(),
        "cleared_at": moment(clearing.cleared_at),
        "counted": yuan(clearing.counted_fen),
        "expected": yuan(clearing.expected_fen),
        "difference": yuan(clearing.difference_fen),
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
    }


def tail_payload(hall: Hall, tail: Tail, days: list[DepositDay]) -> Payload:
    """Give the tail of a day beside its limit, and the days that are late or differ."""
    return {
        "hall": hall.code,
        "date": tail.date.isoformat(),
        "handed_in": yuan(tail.takings_fen),
        "tail": yuan(tail.tail_fen),
        "limit": yuan(tail.limit_fen),
        "over": tail.is_over,
        "days": [
            {
                "date": one.date.isoformat(),
                "handed_in": yuan(one.handed_fen),
                "deposited": yuan(one.deposited_fen),
                "left": yuan(one.left_fen),
                "due_on": one.due_on.isoformat(),
                "late_days": one.late_days if one.is_late else 0,
            }
            for one in days
        ],
    }
