"""The sample day's refunds, waivers and gift credits: some in order, and one for each R fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.sample_faults import SampleFault
from tests.generator.sample_hall import Sample
from tests.generator.scenes_undone import approve, undo
from tests.generator.world import Row, clock, fen_of, yuan

DUTY, MANAGER = "M02", "M01"
HANDLERS = ["A01", "A02", "A03", "A04", "A05", DUTY]
_CASH: dict[str, Any] = {"business": "话费缴存", "tender": "cash", "invoice_waived": "1"}


def refund_in_sample(sample: Sample, desks: dict[str, Desk]) -> list[SampleFault]:
    """Enter what was given back and credited, after all other trade of the day."""
    sample.hall.refund_handlers += HANDLERS
    _credits_in_order(desks["A01"])
    _deposit_in_order(desks["A05"])
    return [
        *_without_approval(desks),
        *_beyond_the_manager(desks["A02"]),
        *_in_two_halves(desks["A01"]),
        *_before_approval(desks["A03"]),
        *_papers_and_tenders(desks),
        *_forgotten_and_doubled(desks),
        *_strangers_and_deposits(desks),
    ]


def _sold(desk: Desk, fen: int, **cells: Any) -> Sale:
    return desk.sale(fen, at=desk.tick(45), **(_CASH | cells))


def _paid_by_wechat(desk: Desk) -> Sale:
    """Give the first bill of the day that was paid to the clerk by WeChat without an invoice."""
    line = next(
        row
        for row in desk.day.rows["accounts"]
        if (row["clerk"], row["tender"]) == (desk.clerk, "wechat")
        and row["business"] == "话费缴存"
        and row.get("invoice_waived") == "1"
        and len(desk.day.lines(row["txn_no"])) == 1
    )
    return Sale(line["txn_no"], datetime.fromisoformat(line["accepted_at"]), desk.clerk, [line])


def _back(desk: Desk, sale: Sale, **cells: Any) -> Sale:
    desk.tick(90)
    return undo(desk, sale, "refund", **cells)


def _claim(desk: Desk, kind: str, fen: int, *, subscriber: str = "", by: str = MANAGER) -> Row:
    """Enter an approved claim that no payment names, and its adjustment in billing."""
    at = desk.tick(60)
    count = desk.hall.count(f"sample {kind}")
    letters = {"waiver": "JM", "gift_credit": "ZK"}[kind]
    row = {
        "document_no": f"{letters}{desk.day.date.replace('-', '')}{count + 1:04d}",
        "kind": kind,
        "subscriber": subscriber or desk.subscriber(),
        "amount": yuan(fen),
        "reason": "故障减免" if kind == "waiver" else "营销赠款",
        "requester": desk.clerk,
        "requested_at": clock(at),
        "approver": by,
        "approved_at": clock(at + timedelta(seconds=15)),
        "executor": desk.clerk,
        "executed_at": clock(at + timedelta(seconds=30)),
        "customer_signed": "1",
        "papers_handed_at": clock(desk.day.at("20:10:00")),
    }
    desk.day.rows["refunds"].append(row)
    _adjust(desk, row, at=clock(at + timedelta(seconds=30)), document_no=row["document_no"])
    return row


def _adjust(desk: Desk, row: Row, *, at: str, document_no: str) -> str:
    number = f"TZ{desk.day.date.replace('-', '')}{desk.hall.count('sample adjustment') + 1:04d}"
    copied = {name: row[name] for name in ("subscriber", "kind", "amount")}
    entry = {"adjustment_no": number, "at": at, "clerk": desk.clerk, "document_no": document_no}
    desk.day.rows["adjustments"].append(entry | copied)
    return number


def _credits_in_order(desk: Desk) -> None:
    _claim(desk, "waiver", 1800, by=DUTY)
    _claim(desk, "gift_credit", 5000, by=DUTY)
    _claim(desk, "gift_credit", 20_000)


def _deposit_in_order(desk: Desk) -> None:
    taken = _sold(desk, 50_000, business="国际漫游押金", deposit="1", form_no=_form(desk, 11))
    back = _back(desk, taken, deposit="1")
    approve(desk, back, "deposit_return", fen=50_000, original=taken.no)


def _form(desk: Desk, number: int) -> str:
    return f"SLD{desk.day.date.replace('-', '')}9{number:04d}"


def _fault(check: str, subject: str, zh: str, en: str, severity: str = "block") -> SampleFault:
    return SampleFault(check, subject, "", "", zh, en, severity=severity)


def _without_approval(desks: dict[str, Desk]) -> list[SampleFault]:
    sale = _sold(desks["A05"], 3500)
    back = _back(desks["A05"], sale)
    given = {"subscriber": desks["A01"].subscriber(), "kind": "waiver", "amount": "15.00"}
    at = clock(desks["A01"].tick(50))
    number = _adjust(desks["A01"], given, at=at, document_no="")
    return [
        _fault(
            "R01",
            f"txn:{back.no}",
            "A05 退现金 35.00，没有退费单",
            "A05 paid 35.00 back in cash without a document",
        ),
        _fault(
            "R01",
            f"adjustment:{number}",
            "A01 在计费系统减免 15.00，没有减免单",
            "A01 waived 15.00 in the billing system without a document",
        ),
    ]


def _beyond_the_manager(desk: Desk) -> list[SampleFault]:
    row = _claim(desk, "waiver", 60_000)
    return [
        _fault(
            "R02",
            f"document:{row['document_no']}",
            "减免 600.00 由营业厅经理批准，超过其 500.00 的权限",
            "a waiver of 600.00 approved by the hall manager, whose limit is 500.00",
        )
    ]


def _in_two_halves(desk: Desk) -> list[SampleFault]:
    subscriber = desk.subscriber()
    rows = [_claim(desk, "waiver", fen, subscriber=subscriber) for fen in (30_000, 28_000)]
    subject = f"document:{rows[1]['document_no']}"
    return [
        _fault(
            "R03",
            subject,
            "同一号码先后减免 300.00 和 280.00，合计超过经理权限",
            "300.00 and then 280.00 waived for one number, together above the manager's limit",
        ),
        _fault(
            "R02",
            subject,
            "同一张：三十天累计 580.00 超过批准人权限",
            "the same one: 580.00 in thirty days is above its approver's limit",
        ),
    ]


def _before_approval(desk: Desk) -> list[SampleFault]:
    sale = _sold(desk, 4500)
    back = _back(desk, sale)
    row = approve(desk, back, "refund", fen=4500, original=sale.no)
    row["approved_at"] = clock(back.at + timedelta(minutes=25))
    row["executed_at"] = clock(back.at + timedelta(minutes=26))
    return [
        _fault(
            "R02",
            f"document:{row['document_no']}",
            "A03 先退现金 45.00，二十五分钟后才审批，退费单上的执行时间是补写的",
            "A03 paid 45.00 out 25 minutes before it was approved; the document says otherwise",
        )
    ]


def _papers_and_tenders(desks: dict[str, Desk]) -> list[SampleFault]:
    desk = desks["A03"]
    sale = _sold(desk, 6500, invoice_waived="")
    form = desk.e_number()
    desk.register(form, 6500, txn_no=sale.no)
    back = _back(desk, sale)
    unsigned = approve(desk, back, "refund", fen=6500, original=sale.no)
    unsigned["customer_signed"] = ""
    desk = desks["A05"]
    paid = _paid_by_wechat(desk)
    other = _back(desk, paid)
    for line in other.lines:
        line["tender"] = "cash"
        line.pop("tender_ref", None)
    wrong = approve(desk, other, "refund", fen=paid.received, original=paid.no)
    return [
        _fault(
            "R04",
            f"document:{unsigned['document_no']}",
            "A03 退 65.00，客户没有签字，电子发票也还没有红冲",
            "A03 refunded 65.00 without the customer's signature; its e-invoice is still live",
        ),
        _fault(
            "R05",
            f"document:{wrong['document_no']}",
            f"A05 微信收款 {yuan(paid.received)}，退的是现金",
            f"A05 was paid {yuan(paid.received)} by WeChat and gave cash back",
            severity="warn",
        ),
    ]


def _forgotten_and_doubled(desks: dict[str, Desk]) -> list[SampleFault]:
    desk = desks["A01"]
    waiting = _claim(desk, "waiver", 2600, by=DUTY)
    desk.day.rows["adjustments"].pop()
    waiting.update(executor="", executed_at="", papers_handed_at="", customer_signed="")
    desk = desks["A03"]
    sale = _sold(desk, 5500)
    first = _back(desk, sale)
    row = approve(desk, first, "refund", fen=5500, original=sale.no)
    second = _back(desk, sale, document_no=row["document_no"])
    return [
        _fault(
            "R06",
            f"document:{waiting['document_no']}",
            "减免 26.00 已批，当天没有办理",
            "a waiver of 26.00 was approved and not carried out that day",
            severity="warn",
        ),
        _fault(
            "R07",
            f"document:{row['document_no']}",
            "A03 凭同一张退费单退了两次 55.00",
            "A03 paid 55.00 out twice on one document",
        ),
        _fault(
            "R01",
            f"txn:{second.no}",
            "同一张：第二次超出单据金额",
            "the same one: the second time goes beyond the document",
        ),
    ]


def _strangers_and_deposits(desks: dict[str, Desk]) -> list[SampleFault]:
    desk = desks["A06"]
    sale = _sold(desk, 3800)
    row = approve(desk, _back(desk, sale), "refund", fen=3800, original=sale.no)
    desk = desks["A05"]
    taken = _sold(desk, 20_000, business="国际漫游押金", deposit="1", form_no=_form(desk, 12))
    more = {"due": yuan(-30_000), "received": yuan(-30_000)}
    back = _back(desk, taken, deposit="1", **more)
    over = approve(desk, back, "deposit_return", fen=30_000, original=taken.no)
    assert fen_of(over["amount"]) > taken.received
    return [
        _fault(
            "R08",
            f"document:{row['document_no']}",
            "A06 办理退费 38.00，不是本厅指定的退费专人",
            "A06 refunded 38.00 and is none of the hall's designated persons",
            severity="warn",
        ),
        _fault(
            "R09",
            f"document:{over['document_no']}",
            "A05 收押金 200.00，退了 300.00",
            "A05 took a deposit of 200.00 and returned 300.00",
        ),
    ]
