"""DOMAIN REC-03 and REC-12: the one form that is missing, and a payment across midnight."""

from __future__ import annotations

from ledger.hall_rules import Business
from tests.builders import DAY, LOADER, OpenHall
from tests.ledger.audit.evidence_days import at, day, line, of, put, run, settled


def test_rec_03_of_42_events_and_41_forms_the_one_without_is_named(hall: OpenHall) -> None:
    with hall.work(LOADER) as uow:
        uow.session.add(
            Business(
                hall_id=hall.id,
                business="过户",
                needs_form=True,
                invoice_due="payment",
                fee_fen=None,
            )
        )
    lines = [
        line(f"T{n:02d}", 1000 + n, business="过户", form_no="" if n == 17 else f"SL{n}")
        for n in range(1, 43)
    ]
    put(hall, "accounts", *lines)
    assert of(run(hall), "X06") == {("X06", "txn:T17"): (None, None)}


def test_rec_12_a_payment_two_minutes_over_midnight_is_matched_and_no_exception(
    hall: OpenHall,
) -> None:
    paid = {"tender": "wechat", "tender_ref": "W1"}
    put(hall, "accounts", line("T1", 9900, accepted_at=at("23:59:40"), **paid))
    arrived = settled("wechat", "W1", 9900, settled_at=at("00:00:12", date=day(1)))
    put(hall, "settlements", arrived, date=day(1))
    for date in (DAY, day(1)):
        found = of(run(hall, date=date), "T01", "T02", "T03", "T04", "T05")
        assert {code for code, _ in found} <= {"T05"}, "it is a note, carried with its age"
    assert of(run(hall), "T05") == {("T05", "ref:wechat/W1"): (None, None)}
