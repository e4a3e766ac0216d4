"""Moving money between two places: each act a document of the table of kinds, told to the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.accounts import Account, open_account, yuan
from ledger.actors import own_numbers
from ledger.cash.bank_lines import days_matched, match_of
from ledger.cash.cases import add_to_case, follow_decision
from ledger.cash.deposit_days import LOOKED_BACK, require_one_day, require_small_float
from ledger.cash.drawers import bring_up_drawer
from ledger.cash.errors import (
    AmountNotPositive,
    CashUnreadable,
    MatchIsFinal,
    NotACashDocument,
    NotYourDrawer,
    ReceiptMatched,
    ReceiverRefused,
    SlipNumberUsed,
)
from ledger.cash.kinds import (
    CASH_AREAS,
    CASH_KINDS,
    CATEGORIES,
    FLOATS,
    FUNDS,
    MATCH,
    RECEIPT,
    SYSTEM_MADE,
    CashKind,
)
from ledger.cash.kiosks import follow_clearing
from ledger.cash.places import may_receive, person_of
from ledger.cash.safe import require_open_safe
from ledger.cash.tables import Shift
from ledger.cash.told import tell_audit
from ledger.dating import posting_day, take_day
from ledger.documents import (
    DOCUMENT_KINDS,
    STATED_BY,
    Document,
    DocumentFact,
    Line,
    draft_document,
    facts_of,
    find_document,
    lines_of,
)
from ledger.hall_days import HallDay, locked_months
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import NotPermitted, require
from ledger.text import Text
from ledger.work import UnitOfWork

LONGEST = 200
TOO_LONG_AGO = Text(
    "远早于开账日,请核对年月日", "is long before the books were opened; check the date"
)
LEADERS = frozenset({"hall_manager", "duty_manager"})
WORDS: dict[str, Text] = {
    "clerk": Text("营业员", "Clerk"),
    "receiver": Text("接收人", "Receiver"),
    "fund": Text("款项", "Fund"),
    "slip_no": Text("缴款单号", "Slip no."),
    "category": Text("费用类别", "Category"),
    "purpose": Text("事由", "What for"),
    "covers": Text("所属日期", "Takings of"),
}


@dataclass(frozen=True, slots=True)
class CashMove:
    """What a person states: `amount_fen` above zero; texts '' where the kind does not ask for them.

    `clerk` is whose drawer, `receiver` who takes the money over, `covers` the day whose takings
    these are (default the day itself), `fund` and `category` a code of `kinds`.
    """

    kind: str
    amount_fen: int
    clerk: str = ""
    receiver: str = ""
    fund: str = ""
    slip_no: str = ""
    category: str = ""
    purpose: str = ""
    covers: dt.date | None = None


def move_cash(
    uow: UnitOfWork, *, hall: Hall, move: CashMove, on: dt.date | None = None
) -> Document:
    """Make a cash document; posted at once, or with its last signature.

    Raises what is wrong with what was stated (`ledger.cash.errors`), DateRefused, and what
    `advance` raises. Follows DOMAIN REC-05, REC-06 and REC-07.
    """
    kind = CASH_KINDS.get(move.kind)
    if kind is None:
        raise CashUnreadable(
            field=Text("类型", "Kind"),
            problem=Text("不认识", f"unknown; one of {', '.join(CASH_KINDS)}"),
        )
    require(uow, hall.id, kind.area, "submit")
    day = take_day(uow, hall, on)
    _check(uow, hall, kind, move, day)
    facts = _facts(move, kind, day)
    if kind.from_safe or (move.kind == "fund_out" and move.fund == "safe"):
        facts["opening"] = require_open_safe(uow, hall)
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=move.kind,
        business_date=day,
        amount_fen=move.amount_fen,
        remark=move.purpose,
    )
    signers = [one for one in (move.receiver, _asked_clerk(uow, hall, kind, move)) if one]
    advance(
        uow,
        document,
        "submit",
        lines=[_line(uow, hall, kind, move)],
        facts=facts,
        confirm_by=signers,
    )
    tell_audit(uow, hall, day)
    return document


def sign_cash(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a document as the one who receives or as a leader; the last signature posts it.

    The drawer it takes from is first brought up to the evidence. Raises what `advance` raises.
    """
    document = find_cash_document(uow, hall, number)
    if document.kind in SYSTEM_MADE:
        raise NotACashDocument(number=number)
    take_day(uow, hall, None)
    day = posting_day(uow, document)
    for line in lines_of(uow, document):
        if line.credit.kind == "drawer":
            bring_up_for(uow, hall, line.credit.holder, day, line.quantity)
    advance(uow, document, "approve", on=day)
    follow_decision(uow, document)
    follow_clearing(uow, hall, document)
    _tell_days(uow, hall, document, day)
    return document


def reject_cash(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Refuse a document that waits for one's signature."""
    document = find_cash_document(uow, hall, number)
    advance(uow, document, "reject", reason=reason)
    return _let_go(uow, hall, document)


def cancel_cash(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take one's own document back before it is posted."""
    document = find_cash_document(uow, hall, number)
    if document.maker_id != uow.actor.person_id:
        raise NotPermitted(actor=uow.actor.label, action="cancel", area=document.kind)
    advance(uow, document, "cancel", reason=reason)
    return _let_go(uow, hall, document)


def reverse_cash(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Undo a posted document by postings the other way, on its own day while that is open.

    Raises what `advance` raises; what the system made from evidence it also reverses by itself.
    """
    document = find_cash_document(uow, hall, number)
    if document.kind in SYSTEM_MADE:
        raise NotACashDocument(number=number)
    take_day(uow, hall, None)
    day = posting_day(uow, document)
    if document.kind == MATCH:
        _require_not_handed_over(uow, document)
    if document.kind == RECEIPT:
        _require_unmatched(uow, hall, facts_of(uow, document)["deposit"])
    advance(uow, document, "reverse", reason=reason, on=day)
    for line in lines_of(uow, document):
        for account in (line.credit, line.debit):
            if account.kind == "drawer":
                bring_up_for(uow, hall, account.holder, day, 0)
    _let_go(uow, hall, document)
    _tell_days(uow, hall, document, day)
    return document


def find_cash_document(uow: UnitOfWork, hall: Hall, number: str) -> Document:
    """Give the cash document of that number; raises UnknownDocument and NotACashDocument."""
    document = find_document(uow, hall.id, number)
    if DOCUMENT_KINDS[document.kind].area not in CASH_AREAS:
        raise NotACashDocument(number=number)
    return document


def bring_up_for(uow: UnitOfWork, hall: Hall, clerk: str, day: dt.date, pending_fen: int) -> None:
    """Bring the drawer of a clerk who has a shift that day up to the evidence."""
    shift = uow.session.scalars(
        select(Shift).where(
            Shift.hall_id == hall.id, Shift.business_date == day, Shift.clerk == clerk
        )
    ).one_or_none()
    if shift is not None:
        bring_up_drawer(uow, shift, pending_fen=pending_fen)


def _require_not_handed_over(uow: UnitOfWork, match: Document) -> None:
    """Go on only while none of a match's days is finance's or of a locked month: MatchIsFinal."""
    days = {match.business_date, *days_matched(uow, match)}
    gone = select(HallDay.business_date).where(
        HallDay.hall_id == match.hall_id,
        HallDay.business_date.in_(days),
        HallDay.hall_status == "handed_over",
    )
    locked = locked_months(uow, [(match.hall_id, day) for day in days])
    final = {day for day in days if (match.hall_id, day.replace(day=1)) in locked}
    final |= set(uow.session.scalars(gone))
    if final:
        raise MatchIsFinal(number=match.number, date=min(final))


def _require_unmatched(uow: UnitOfWork, hall: Hall, deposit: str) -> None:
    """A match took the receipt for granted: it is undone first."""
    match = match_of(uow, find_cash_document(uow, hall, deposit))
    if match is not None:
        raise ReceiptMatched(deposit=deposit, number=match.number)


def _let_go(uow: UnitOfWork, hall: Hall, document: Document) -> Document:
    """Let a case follow what was refused, taken back or reversed."""
    follow_decision(uow, document)
    follow_clearing(uow, hall, document)
    facts = facts_of(uow, document)
    if "gap" in facts:
        add_to_case(
            uow,
            hall=hall,
            date=document.business_date,
            clerk=facts["clerk"],
            fen=-int(facts["gap"]),
            cause="",
            note="",
        )
    return document


def _tell_days(uow: UnitOfWork, hall: Hall, document: Document, day: dt.date) -> None:
    for one in sorted({day, document.business_date}):
        tell_audit(uow, hall, one)


def _check(uow: UnitOfWork, hall: Hall, kind: CashKind, move: CashMove, day: dt.date) -> None:
    if move.amount_fen <= 0:
        raise AmountNotPositive
    stated = {name: getattr(move, name) for name in kind.needs}
    stated |= {"clerk": move.clerk} if kind.clerk else {}
    stated |= {"receiver": move.receiver} if kind.receiver else {}
    for name, value in stated.items():
        if not value.strip() or len(value) > LONGEST:
            raise CashUnreadable(
                field=WORDS[name], problem=Text("必填,至多 200 字", "required, 200 characters")
            )
    for name, known in (("fund", FUNDS), ("category", CATEGORIES)):
        if name in kind.needs and getattr(move, name) not in known:
            raise CashUnreadable(
                field=WORDS[name],
                problem=Text("不认识,请从列表中选择", f"unknown; one of {', '.join(known)}"),
            )
    if move.covers is not None and move.covers > day:
        raise CashUnreadable(field=WORDS["covers"], problem=Text("晚于今天", "is later than today"))
    if move.covers is not None and move.covers < hall.books_open_on - LOOKED_BACK:
        before = Text(
            "远早于开账日,请核对年月日", "is long before the books opened; check the date"
        )
        raise CashUnreadable(field=WORDS["covers"], problem=before)
    if kind.clerk and person_of(uow, hall, move.clerk) is None:
        unknown = Text("没有此工号,请从名单中选择", "no such number; choose one of the list")
        raise CashUnreadable(field=WORDS["clerk"], problem=unknown)
    _check_people(uow, hall, kind, move, day)
    if move.slip_no and _slip_is_used(uow, hall, move.slip_no):
        raise SlipNumberUsed(slip=move.slip_no)
    if move.kind == "deposit":
        require_one_day(uow, hall, move.covers or day, move.amount_fen)
    if move.kind == "float_out":
        require_small_float(uow, hall, move.clerk, day, move.amount_fen)


def _check_people(
    uow: UnitOfWork, hall: Hall, kind: CashKind, move: CashMove, day: dt.date
) -> None:
    leads = bool(LEADERS & uow.actor.roles_in(hall.id))
    if kind.area == "drawer" and not leads and move.clerk not in own_numbers(uow, hall.id):
        raise NotYourDrawer(clerk=move.clerk)
    if not kind.receiver:
        return
    receiver = person_of(uow, hall, move.receiver)
    taken = {uow.actor.person_id, person_of(uow, hall, move.clerk) if kind.clerk else None}
    if receiver is None or receiver in taken or not may_receive(uow, hall, move.receiver, day):
        raise ReceiverRefused(receiver=move.receiver)


def _asked_clerk(uow: UnitOfWork, hall: Hall, kind: CashKind, move: CashMove) -> str:
    """A clerk signs for what enters his drawer, unless he makes the document himself."""
    enters = kind.clerk and kind.debit.startswith("drawer")
    own = person_of(uow, hall, move.clerk) == uow.actor.person_id
    return move.clerk if enters and not own else ""


def _facts(move: CashMove, kind: CashKind, day: dt.date) -> dict[str, str]:
    facts = {
        "clerk": move.clerk if kind.clerk else "",
        "receiver": move.receiver if kind.receiver else "",
        "purpose": move.purpose.strip(),
        **{name: getattr(move, name).strip() for name in kind.needs},
    }
    if move.kind in ("hand_in", "deposit"):
        facts["covers"] = (move.covers or day).isoformat()
    if move.kind == "deposit":
        facts["portion"] = "today" if facts["covers"] == day.isoformat() else "tail"
    return facts


def _line(uow: UnitOfWork, hall: Hall, kind: CashKind, move: CashMove) -> Line:
    return Line(
        yuan(uow),
        _account(uow, hall, kind.debit, move),
        _account(uow, hall, kind.credit, move),
        move.amount_fen,
    )


def _account(uow: UnitOfWork, hall: Hall, end: str, move: CashMove) -> Account:
    if end == "@fund":
        return open_account(uow, hall.id, move.fund, FLOATS if move.fund == "safe" else "")
    place, _, holder = end.partition(":")
    named = {"@clerk": move.clerk, "@category": move.category}
    return open_account(uow, hall.id, place, named.get(holder, holder))


def _slip_is_used(uow: UnitOfWork, hall: Hall, slip_no: str) -> bool:
    rows: Sequence[int] = uow.session.scalars(
        select(Document.id)
        .join(DocumentFact, STATED_BY)
        .where(
            Document.hall_id == hall.id,
            Document.kind == "deposit",
            Document.state.not_in(("rejected", "cancelled", "reversed")),
            DocumentFact.name == "slip_no",
            DocumentFact.value == slip_no,
        )
    ).all()
    return bool(rows)
