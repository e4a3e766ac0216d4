"""Cash, shifts and cases as API and command line give them: plain JSON, money as text in yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backoffice.answers import moment, yuan
from backoffice.errors import Payload
from ledger.accounts import ACCOUNT_KINDS, Account
from ledger.cash.cases import CAUSES, WAYS, entries_of
from ledger.cash.explained import SlipBeside, key_of, slips_beside
from ledger.cash.kinds import CATEGORIES
from ledger.cash.seen import PLACES, PettyMonth, Place, ShiftSeen
from ledger.cash.tables import CASE_STATES, SHIFT_STATES, OverShortCase
from ledger.corrections.tables import SLIP_STATES
from ledger.documents import DOCUMENT_KINDS, STATES, Document, facts_of, lines_of
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.place_words import place_words
from stock.waiting import awaited_of

HIDDEN_FACTS = frozenset({"gap"})


def money_place(account: Account, staff: Mapping[str, str]) -> Text:
    """Give a place of money as people call it."""
    known = PLACES.get((account.kind, account.holder))
    if known is not None:
        return known
    if account.kind == "expense":
        kind, sort = ACCOUNT_KINDS["expense"].text, CATEGORIES[account.holder]
        return Text(f"{kind.zh} · {sort.zh}", f"{kind.en}: {sort.en}")
    return place_words(account, staff)


def place_payload(place: Place, language: Language) -> Payload:
    """Give a place and its money; null for a drawer that is not declared yet."""
    return {
        "place": place.kind,
        "holder": place.holder,
        "name": place.text.in_language(language),
        "amount": yuan(place.fen),
    }


def document_payload(
    uow: UnitOfWork, hall: Hall, document: Document, language: Language
) -> Payload:
    """Give a cash document: both ends of each line, what it states, and who is still to sign."""
    kind = DOCUMENT_KINDS[document.kind]
    awaited = awaited_of(uow, hall, document).signers if document.state == "submitted" else ()
    facts = facts_of(uow, document)
    return {
        "hall": hall.code,
        "number": document.number or "",
        "kind": document.kind,
        "name": kind.text.in_language(language),
        "state": document.state,
        "state_name": STATES[document.state].in_language(language),
        "date": document.business_date.isoformat(),
        "amount": yuan(document.amount_fen),
        "lines": [
            {
                "from": money_place(line.credit, {}).in_language(language),
                "to": money_place(line.debit, {}).in_language(language),
                "amount": yuan(line.quantity),
            }
            for line in lines_of(uow, document)
        ],
        "facts": {name: value for name, value in facts.items() if name not in HIDDEN_FACTS},
        "awaits": [one.removeprefix("number:") for one in awaited],
    }


def shift_payload(hall: Hall, seen: ShiftSeen, language: Language) -> Payload:
    """Give a shift; what was expected is null until it is closed and compared."""
    shift = seen.shift
    return {
        "hall": hall.code,
        "date": shift.business_date.isoformat(),
        "clerk": shift.clerk,
        "state": shift.state,
        "state_name": SHIFT_STATES[shift.state].in_language(language),
        "opened_at": moment(shift.opened_at),
        "opening": yuan(shift.opening_fen),
        "opening_notes": shift.opening_notes,
        "rounds": shift.rounds,
        "kept": yuan(shift.kept_fen) if shift.rounds else None,
        "nil": shift.is_nil,
        "compared": shift.is_compared,
        "differs": [one for one in shift.differs.split(",") if one],
        "witness": shift.witness,
        "reason": shift.reason,
        "closed_at": moment(shift.closed_at),
        "tenders": [
            {
                "tender": one.tender,
                "counted": [yuan(fen) for fen in one.counted],
                "notes": list(one.notes),
                "expected": yuan(one.expected_fen),
                "difference": yuan(one.difference_fen),
            }
            for one in seen.tenders
        ],
    }


def cases_payload(
    uow: UnitOfWork, hall: Hall, cases: Sequence[OverShortCase], language: Language
) -> list[Payload]:
    """Give over/short cases, each with the slips of its clerk and day."""
    beside = slips_beside(uow, hall, cases)
    return [_case(hall, one, beside[key_of(one)], language) for one in cases]


def _case(
    hall: Hall, case: OverShortCase, beside: Sequence[SlipBeside], language: Language
) -> Payload:
    return {
        "hall": hall.code,
        "date": case.business_date.isoformat(),
        "clerk": case.clerk,
        "tender": case.tender,
        "amount": yuan(case.amount_fen),
        "state": case.state,
        "state_name": CASE_STATES[case.state].in_language(language),
        "cause": case.cause,
        "cause_name": CAUSES[case.cause].in_language(language) if case.cause else "",
        "way": case.way,
        "way_name": WAYS[case.way].text.in_language(language) if case.way else "",
        "note": case.note,
        "due_on": case.due_on.isoformat(),
        "entries": [
            {
                "debit": one.debit.in_language(language),
                "credit": one.credit.in_language(language),
                "amount": yuan(one.fen),
            }
            for one in entries_of(case)
        ],
        "slips": [
            {
                "number": one.number,
                "state": one.state,
                "state_name": SLIP_STATES[one.state].in_language(language),
                "changes": yuan(one.fen),
            }
            for one in beside
        ],
    }


def petty_payload(hall: Hall, sheet: PettyMonth, language: Language) -> Payload:
    """Give the month of petty cash: opening + in - out = closing."""
    return {
        "hall": hall.code,
        "month": f"{sheet.month:%Y-%m}",
        "opening": yuan(sheet.opening_fen),
        "received": yuan(sheet.in_fen),
        "spent": yuan(sheet.out_fen),
        "closing": yuan(sheet.closing_fen),
        "lines": [
            {
                "date": line.date.isoformat(),
                "number": line.number,
                "name": line.kind.in_language(language),
                "category": line.category.in_language(language) if line.category else "",
                "purpose": line.purpose,
                "amount": yuan(line.fen),
                "left": yuan(line.left_fen),
            }
            for line in sheet.lines
        ],
    }
