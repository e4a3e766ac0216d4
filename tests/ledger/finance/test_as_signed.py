"""A bundle made late states what was signed, whatever the hall did after the signature."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from ledger.actors import Employment
from ledger.closing.days import acknowledge_day
from ledger.documents import draft_document
from ledger.duties.delegations import end_authority
from ledger.evidence.tables import Intake
from ledger.finance.seen import part_of
from ledger.finance.statements import gather_statements
from ledger.lifecycle import advance
from stock.gift_purposes import PURPOSE
from stock.sales import SALES
from tests.builders import DAY, NOW, OpenHall, gift_line, phone_lines, submit
from tests.ledger.audit.evidence_days import LONG_AFTER, RUNNER, at, day, declared, line, put
from tests.ledger.duties.on_duty import stand_in
from tests.ledger.finance.closed_days import audit_day, close_day, make, sign, work_day


def stated(hall: OpenHall) -> Any:
    with hall.read() as uow:
        gathered = gather_statements(uow, [(hall.hall, [DAY])], product="test", language="zh")
        assert gathered.refused == {}
        return gathered.statements[hall.id]


def replace_evidence(hall: OpenHall, kind: str, *rows: dict[str, Any]) -> None:
    with hall.read() as uow:
        numbers = uow.session.scalars(
            select(Intake.intake_no).where(Intake.hall_id == hall.id, Intake.kind == kind)
        ).all()
    put(hall, kind, *rows, replaces=max(numbers))


def give_number(hall: OpenHall, number: str, same_as: str) -> None:
    """Employ somebody under one more staff number, from long ago."""
    with hall.work("M01") as uow:
        held = uow.session.get_one(Employment, (hall.id, same_as))
        uow.session.add(
            Employment(
                hall_id=hall.id,
                number=number,
                person_id=held.person_id,
                kind="person",
                valid_from=held.valid_from,
                valid_to=held.valid_to,
            )
        )


def test_replaced_evidence_and_a_new_staff_number_change_nothing_that_was_signed(
    hall: OpenHall,
) -> None:
    before = stated(hall)
    claim = {
        "document_no": f"TF{DAY:%m%d}",
        "kind": "deposit_return",
        "subscriber": "18612345678",
        "amount": 20_00,
        "reason": "错交",
        "requested_at": at("09:00"),
    }
    replace_evidence(hall, "refunds", claim)
    assert stated(hall) == before
    replace_evidence(hall, "accounts", line("T9", 1_00))
    replace_evidence(hall, "declarations", declared(1_00))
    # The number shown for a person is the lowest of his: that of the signed day stays.
    give_number(hall, "A00", "A01")
    assert stated(hall) == before
    assert sign(hall, make(hall).number).state == "posted"


def test_an_authority_travels_with_the_days_it_covers_and_says_what_was_signed_by_it(
    hall: OpenHall,
) -> None:
    manages = stand_in(hall, "M01", "hall_manager", "D01", 500_00)
    audits = stand_in(hall, "J01", "auditor", "F01")
    with hall.work("J01") as uow:
        end_authority(uow, hall=hall.hall, number=audits, reason="返岗")
    for date in (day(1), day(2)):
        work_day(hall, date)
        audit_day(hall, date)
    with hall.work("D01", now=NOW + dt.timedelta(days=1)) as uow:
        result = acknowledge_day(uow, hall.hall, day(1)).number
    with hall.work("M01", now=LONG_AFTER) as uow:
        acknowledge_day(uow, hall.hall, day(2))
    document = make(hall, DAY, day(2))
    with hall.read() as uow:
        told = [
            (one["date"], one["number"], result in one["en"], one["zh"])
            for one in part_of(uow, document).statement["grants"]
        ]
    assert [one[:3] for one in told] == [
        (DAY.isoformat(), manages, False),
        (day(1).isoformat(), manages, True),
    ]
    for words in ("员工M01 授", "员工D01 D01 代其以营业厅经理身份签字", "500.00 元", "出差"):
        assert words in told[0][3]


def test_what_was_sold_travels_with_what_it_had_cost_and_what_nobody_knows_of(
    hall: OpenHall,
) -> None:
    work_day(hall, day(1))
    serials = hall.serials(4)
    with hall.work() as uow:
        bought = phone_lines(uow, hall, "supplier > store", serials[:3], cost=1000_00)
        bought += phone_lines(uow, hall, "supplier > store", serials[3:])
        submit(
            uow, hall, "receipt", [*bought, gift_line(uow, hall, "supplier > store", 9)], day=day(1)
        )
    with hall.work(RUNNER) as uow:
        sold = phone_lines(uow, hall, "store > customer", serials)
        sold.append(gift_line(uow, hall, "store > customer", 5))
        submit(uow, hall, SALES.name, sold, day=day(1))
        back = phone_lines(uow, hall, "customer > store", serials[:1])
        submit(uow, hall, SALES.name, back, day=day(1))
        given = draft_document(uow, hall_id=hall.id, kind=SALES.name, business_date=day(1))
        lines = [gift_line(uow, hall, "store > customer", 2)]
        advance(uow, given, "submit", lines=lines, facts={PURPOSE: "points"})
    close_day(hall, day(1))
    document = make(hall, DAY, day(1))
    with hall.read() as uow:
        goods = part_of(uow, document).statement["goods"]
    assert goods == [
        {"date": day(1).isoformat(), "category": category, "pieces": n, "fen": fen, "uncosted": m}
        # Four handsets less one brought back, of which one came without its cost.
        for category, n, fen, m in (("gift", 5, 0, 5), ("handset", 3, 2000_00, 1))
    ]
