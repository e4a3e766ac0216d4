"""Days brought to their close in few words: evidence, the audit, the signatures of the hall."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from ledger.audit.findings import Finding
from ledger.audit.signing import sign_day
from ledger.closing.days import acknowledge_day
from ledger.corrections.deciding import override_finding
from ledger.documents import Document
from ledger.enrolment import StaffMember
from ledger.finance.bundles import make_bundle, sign_bundle
from ledger.hall_days import open_days
from tests.builders import DAY, OpenHall
from tests.ledger.audit.evidence_days import LONG_AFTER, at, declared, line, put, run, settled

SECOND_FINANCE = StaffMember("F02", "员工F02", ("finance",))


def work_day(hall: OpenHall, date: dt.date = DAY) -> None:
    """Put a day in which A01 is 10.00 short in cash and A02 50.00 over: each sort of line once."""
    n, ten, eleven = f"{date:%m%d}", at("10:00", date=date), at("11:00", date=date)

    def sold(txn: int, fen: int, **cells: object) -> dict[str, object]:
        return line(f"T{n}{txn}", fen, accepted_at=ten, **cells)

    put(
        hall,
        "accounts",
        sold(1, 500_00),
        sold(2, 200_00, due=100_00, prepaid=100_00, business="话费"),
        sold(3, 300_00, tender="wechat", tender_ref=f"W{n}"),
        sold(4, 50_00, deposit=1, business="押金"),
        sold(5, -20_00, document_no=f"TF{n}"),
        sold(6, 80_00, tender=""),
        sold(7, 100_00, clerk="A02"),
        date=date,
    )
    put(
        hall,
        "tenders",
        {"txn_no": f"T{n}6", "tender": "cash", "amount": 30_00},
        {"txn_no": f"T{n}6", "tender": "pos", "tender_ref": f"P{n}", "amount": 50_00},
        date=date,
    )
    put(
        hall,
        "settlements",
        settled("wechat", f"W{n}", 300_00, fee=1_80, settled_at=eleven),
        settled("pos", f"P{n}", 50_00, fee=0, settled_at=eleven),
        date=date,
    )
    put(
        hall,
        "declarations",
        declared(750_00),
        declared(300_00, tender="wechat"),
        declared(50_00, tender="pos"),
        declared(150_00, clerk="A02"),
        date=date,
    )
    slip = {"deposited_on": date, "covers_date": date}
    put(
        hall,
        "deposits",
        {"slip_no": f"J{n}1", "step": "handin", "clerk": "A01", "amount": 750_00, **slip},
        {"slip_no": f"J{n}2", "step": "handin", "clerk": "A02", "amount": 150_00, **slip},
        {"slip_no": f"J{n}3", "step": "bank", "amount": 900_00, "bank_receipt": "HD", **slip},
        date=date,
    )
    put(
        hall,
        "refunds",
        {
            "document_no": f"TF{n}",
            "kind": "refund",
            "subscriber": "18612345678",
            "amount": 20_00,
            "reason": "错交",
            "requested_at": at("09:00", date=date),
        },
        date=date,
    )


def close_day(hall: OpenHall, date: dt.date = DAY) -> None:
    """Audit a day, let the department bear what is found, sign and close it."""
    audit_day(hall, date)
    with hall.work("M01", now=LONG_AFTER) as uow:
        acknowledge_day(uow, hall.hall, date)


def audit_day(hall: OpenHall, date: dt.date = DAY) -> None:
    """Audit and sign a day; its result waits for the manager."""
    with hall.work("K01") as uow:
        open_days(uow, hall.id, [date])
    run(hall, date=date)
    with hall.work("S01", now=LONG_AFTER) as uow:
        standing = uow.session.scalars(
            select(Finding).where(
                Finding.hall_id == hall.id,
                Finding.business_date == date,
                Finding.state == "open",
                Finding.severity == "block",
            )
        ).all()
        for finding in standing:
            if finding.check_code in ("R01", "R02", "R09"):
                # No override cures these; they are tried elsewhere.
                finding.state = "settled"
                continue
            override_finding(
                uow,
                hall.hall,
                date,
                check=finding.check_code,
                subject=finding.subject,
                reason="已核对",
            )
    with hall.work("J01", now=LONG_AFTER) as uow:
        sign_day(uow, hall.hall, date)


def make(hall: OpenHall, first: dt.date = DAY, last: dt.date = DAY, who: str = "M01") -> Document:
    """Make the bundle of the days."""
    with hall.work(who) as uow:
        return make_bundle(uow, hall=hall.hall, first=first, last=last)


def sign(hall: OpenHall, number: str | None, who: str = "F01") -> Document:
    """Sign it."""
    with hall.work(who) as uow:
        return sign_bundle(uow, hall=hall.hall, number=number or "")
