"""长短款 cases: cause, who answers for it, until when, and the entry proposed (DOMAIN REC-08).

One case for each clerk, tender and day, never netted and never written off by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.accounts import open_account, yuan
from ledger.actors import Employment
from ledger.audit.findings import Finding
from ledger.audit.wording import tender_text
from ledger.cash.errors import CaseRefused, CashUnreadable, UnknownCase
from ledger.cash.explained import explaining, key_of, require_explained, slips_beside
from ledger.cash.kinds import DECISION, TAKINGS
from ledger.cash.places import takings_line
from ledger.cash.tables import CASE_STATES, OverShortCase, Shift
from ledger.dating import take_day
from ledger.documents import Document, Line, draft_document, facts_of
from ledger.events import record
from ledger.hall_rules import limit_of_each
from ledger.lifecycle import advance
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

CASH = "cash"
DUE_DAYS = "over_short_days"
CAUSES: dict[str, Text] = {
    "miscount": Text("点数错误", "Miscounted"),
    "wrong_change": Text("找零错误", "Wrong change given"),
    "wrong_tender": Text("支付方式记错", "Wrong tender keyed"),
    "keyed_wrong": Text("录入错误", "Keyed wrong"),
    "wrong_charge": Text("错收漏收", "Charged wrong or not at all"),
    "customer_found": Text("已找到客户", "The customer is found"),
    "counterfeit": Text("假币", "Counterfeit note"),
    "handed_over": Text("交接时不符", "Found at hand-over"),
    "unknown": Text("原因不明", "Unknown"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """What can become of a difference: its words, the account it goes to, and the entry's words.

    `waits` until the customer's time is over; `by_slip` where accepted correction slips explain it.
    """

    text: Text
    account: str
    entry: Text
    is_over: bool
    waits: bool = False
    by_slip: bool = False


PENDING = Text("待处理财产损溢", "Pending property gain or loss")
_BY_SLIP = Text("凭更正单了结", "Explained by correction slips")
_CORRECTED = Text("差错更正", "Corrections")
WAYS: dict[str, Way] = {
    "liable": Way(
        Text("责任人赔付", "The clerk makes it good"),
        "receivable",
        Text("其他应收款", "Other receivables"),
        is_over=False,
    ),
    "write_off": Way(
        Text("列管理费用", "Written off as expense"),
        "written_off",
        Text("管理费用", "Administrative expense"),
        is_over=False,
    ),
    "owed": Way(
        Text("退还客户", "Goes back to the customer"),
        "payable",
        Text("其他应付款", "Other payables"),
        is_over=True,
    ),
    "income": Way(
        Text("列营业外收入", "Taken as other income"),
        "other_income",
        Text("营业外收入", "Non-operating income"),
        is_over=True,
        waits=True,
    ),
    "corrected_short": Way(_BY_SLIP, TAKINGS, _CORRECTED, is_over=False, by_slip=True),
    "corrected_over": Way(_BY_SLIP, TAKINGS, _CORRECTED, is_over=True, by_slip=True),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the voucher proposed to finance: debit, credit, fen above zero."""

    debit: Text
    credit: Text
    fen: int


def entries_of(case: OverShortCase) -> list[Entry]:
    """Give what finance is proposed to book: the difference found, then what became of it."""
    fen = abs(case.amount_fen)
    asset = Text("库存现金", "Cash") if case.tender == CASH else tender_text(case.tender)
    over = case.amount_fen > 0
    found = Entry(asset, PENDING, fen) if over else Entry(PENDING, asset, fen)
    if case.way not in WAYS:
        return [found]
    other = WAYS[case.way].entry
    return [found, Entry(PENDING, other, fen) if over else Entry(other, PENDING, fen)]


def find_case(uow: UnitOfWork, hall: Hall, date: dt.date, clerk: str, tender: str) -> OverShortCase:
    """Give the case of a clerk, tender and day; raises UnknownCase."""
    case = uow.session.get(OverShortCase, (hall.id, date, clerk, tender))
    if case is None:
        raise UnknownCase(date=date, clerk=clerk, tender=tender)
    return case


def list_cases(uow: UnitOfWork, hall: Hall, *, clerks: Sequence[str] = ()) -> list[OverShortCase]:
    """Give the hall's cases, those that wait first and the soonest due before others."""
    query = select(OverShortCase).where(OverShortCase.hall_id == hall.id)
    if clerks:
        query = query.where(OverShortCase.clerk.in_(clerks))
    order = list(CASE_STATES)
    cases = uow.session.scalars(query.order_by(OverShortCase.business_date.desc())).all()
    return sorted(cases, key=lambda one: (order.index(one.state) > 1, one.due_on))


def add_to_case(
    uow: UnitOfWork,
    *,
    hall: Hall,
    date: dt.date,
    clerk: str,
    fen: int,
    cause: str,
    note: str,
) -> OverShortCase:
    """Open the case of a difference in cash that no declaration states, or add to it."""
    case = uow.session.get(OverShortCase, (hall.id, date, clerk, CASH))
    if case is None:
        case = _open(uow, hall, date, clerk, CASH)
    elif case.state == "settled":
        raise CaseRefused(
            state=CASE_STATES[case.state],
            why=Text("请先冲销处理单。", "reverse its decision first."),
        )
    case.state = "open" if case.state == "vanished" else case.state
    case.passed_fen += fen
    case.cause, case.note = cause, note
    case.state = case.state if case.amount_fen else "vanished"
    _note(uow, case, "case.opened" if case.amount_fen else "case.vanished")
    return case


def bring_up_cases(uow: UnitOfWork, *, halls: Sequence[Hall], date: dt.date) -> int:
    """Open, change and close cases as the day's audit finds over and short; gives how many.

    Asked of days whose shifts are kept here. What somebody has decided stays decided.
    """
    by_id = {hall.id: hall for hall in halls}
    # The audit names a person by the lowest of his numbers, a shift the one he works under.
    live: dict[int, dict[str, str]] = {}
    for hall_id, number, clerk in uow.session.execute(
        select(Shift.hall_id, Employment.number, Shift.clerk)
        .join(
            Employment,
            (Employment.hall_id == Shift.hall_id) & (Employment.person_id == Shift.person_id),
        )
        .where(Shift.hall_id.in_(list(by_id)), Shift.business_date == date)
    ):
        live.setdefault(hall_id, {})[number] = clerk
    if not live:
        return 0
    gaps = dict.fromkeys(_standing(uow, live, date), 0)
    for finding in uow.session.scalars(
        select(Finding).where(
            Finding.hall_id.in_(list(live)),
            Finding.business_date == date,
            Finding.check_code == "C02",
            Finding.state != "recalculated",
        )
    ).all():
        found, _, tender = finding.subject.removeprefix("tender:").partition("/")
        clerk = live[finding.hall_id].get(found, found)
        gaps[finding.hall_id, clerk, tender] = (finding.found or 0) - (finding.expected or 0)
    return sum(
        note_difference(uow, by_id[hall_id], (date, clerk, tender), fen)
        for (hall_id, clerk, tender), fen in sorted(gaps.items())
    )


def _standing(uow: UnitOfWork, halls: Collection[int], date: dt.date) -> list[tuple[int, str, str]]:
    rows = uow.session.execute(
        select(OverShortCase.hall_id, OverShortCase.clerk, OverShortCase.tender).where(
            OverShortCase.hall_id.in_(list(halls)), OverShortCase.business_date == date
        )
    )
    return [(hall_id, clerk, tender) for hall_id, clerk, tender in rows]


def note_difference(
    uow: UnitOfWork, hall: Hall, subject: tuple[dt.date, str, str], fen: int
) -> bool:
    """Let the case of a day, clerk and tender say what is found now; gives whether it changed."""
    date, clerk, tender = subject
    case = uow.session.get(OverShortCase, (hall.id, date, clerk, tender))
    if case is None:
        if not fen:
            return False
        case = _open(uow, hall, date, clerk, tender)
    elif case.found_fen == fen or case.state in ("proposed", "settled"):
        return False
    case.found_fen = fen
    case.state = "open" if case.amount_fen else "vanished"
    _note(uow, case, "case.opened" if case.amount_fen else "case.vanished")
    return True


def decide_case(
    uow: UnitOfWork,
    *,
    hall: Hall,
    case: OverShortCase,
    way: str,
    cause: str,
    note: str,
    slips: Sequence[str] = (),
) -> Document:
    """Propose what becomes of a case; it takes effect when the tier of its amount has signed.

    An over of which nobody knows whose it is becomes income only when its time is over. `slips`
    names the correction slips that explain it. Raises CaseRefused, CaseUnexplained and
    CashUnreadable.
    """
    require(uow, hall.id, "over_short", "submit")
    today = take_day(uow, hall, None)
    state = CASE_STATES[case.state]
    known = WAYS.get(way)
    if case.state != "open":
        raise CaseRefused(state=state, why=Text("不能再提处理意见。", "it is not open."))
    if cause not in CAUSES or known is None or known.is_over != (case.amount_fen > 0):
        raise CashUnreadable(
            field=Text("处理方式", "What becomes of it"),
            problem=Text("与长款、短款不符或原因未选", "does not fit it, or no cause was named"),
        )
    if known.waits and today < case.due_on:
        raise CaseRefused(
            state=state,
            why=Text(
                f"{case.due_on} 前仍须寻找客户,不能列收入。",
                f"the customer is looked for until {case.due_on}; it is no income yet.",
            ),
        )
    _require_the_slips_way(uow, hall, case, known, slips)
    document = draft_document(
        uow,
        hall_id=hall.id,
        kind=DECISION,
        business_date=today,
        amount_fen=abs(case.amount_fen),
        remark=note.strip(),
    )
    case.way, case.cause, case.note = way, cause, note.strip()
    facts = {
        "clerk": case.clerk,
        "tender": case.tender,
        "of_day": case.business_date.isoformat(),
        "difference": show_yuan(case.amount_fen),
        "cause": cause,
        "way": way,
        "slips": " ".join(sorted(set(slips))) if known.by_slip else "",
    }
    advance(uow, document, "submit", lines=_lines(uow, case, known), facts=facts)
    case.state, case.document_id = "proposed", document.id
    return document


def follow_decision(uow: UnitOfWork, document: Document) -> None:
    """Let a case follow its decision: signed, refused, taken back or reversed."""
    if document.kind != DECISION:
        return
    case = uow.session.scalars(
        select(OverShortCase).where(
            OverShortCase.hall_id == document.hall_id, OverShortCase.document_id == document.id
        )
    ).one_or_none()
    if case is None:
        return
    if document.state == "posted":
        hall = uow.session.get_one(Hall, case.hall_id)
        named = facts_of(uow, document).get("slips", "").split()
        _require_the_slips_way(uow, hall, case, WAYS[case.way], named)
        case.state = "settled"
        _note(uow, case, "case.settled")
    elif document.state in ("rejected", "cancelled", "reversed"):
        case.state, case.document_id, case.way = "open", None, ""
        _note(uow, case, "case.reopened")


def _require_the_slips_way(
    uow: UnitOfWork, hall: Hall, case: OverShortCase, way: Way, slips: Sequence[str]
) -> None:
    """Hold that what accepted slips explain is settled by naming them, never paid beside them."""
    if way.by_slip:
        require_explained(uow, hall, case, slips)
        return
    found = explaining(slips_beside(uow, hall, [case])[key_of(case)], case.amount_fen)
    if found:
        named = " ".join(found)
        raise CaseRefused(
            state=CASE_STATES[case.state],
            why=Text(
                f"更正单 {named} 已说明全部差额,请凭更正单了结。",
                f"slips {named} explain all of it; settle it by naming them.",
            ),
        )


def _lines(uow: UnitOfWork, case: OverShortCase, way: Way) -> list[Line]:
    """Only cash lies in an account of ours; of other tenders nothing was posted."""
    if case.tender != CASH:
        return []
    if way.by_slip:
        return [takings_line(uow, case.hall_id, case.clerk, -case.amount_fen)]
    over_short = open_account(uow, case.hall_id, "over_short", case.clerk)
    other = open_account(uow, case.hall_id, way.account, case.clerk)
    debit, credit = (over_short, other) if way.is_over else (other, over_short)
    return [Line(yuan(uow), debit, credit, abs(case.amount_fen))]


def _open(uow: UnitOfWork, hall: Hall, date: dt.date, clerk: str, tender: str) -> OverShortCase:
    days = limit_of_each(uow, DUE_DAYS, [hall.id])[hall.id]
    case = OverShortCase(
        hall_id=hall.id,
        business_date=date,
        clerk=clerk,
        tender=tender,
        state="open",
        found_fen=0,
        passed_fen=0,
        cause="",
        note="",
        due_on=date + dt.timedelta(days=days),
        way="",
        document_id=None,
        opened_at=uow.now,
    )
    uow.session.add(case)
    return case


def _note(uow: UnitOfWork, case: OverShortCase, act: str) -> None:
    with record(
        uow,
        hall_id=case.hall_id,
        act=act,
        subject=f"case:{case.clerk}/{case.tender}/{case.business_date}",
        business_date=case.business_date,
        facts={"fen": case.amount_fen, "way": case.way, "cause": case.cause},
    ):
        pass
