"""Ordinary undoing: reversals, refunds, corrections, waivers, and what happens around midnight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.world import Day, Row, clock, fen_of, yuan

MANAGER, DEPARTMENT = "M01", "D01"
MANAGER_MAY_FEN = 50_000


def reversed_in_the_same_number(desk: Desk) -> None:
    """Undo a sale at once under its own number; its form is void."""
    sale = desk.sale(desk.amount())
    form = desk.paper_number()
    desk.register(form, sale.received, txn_no=sale.no)
    line = sale.lines[0]
    desk.tick(120)
    undoing = line | {
        "line_no": "2",
        "accepted_at": clock(desk.at),
        "line_kind": "reversal",
        "due": yuan(-fen_of(line["due"])),
        "received": yuan(-fen_of(line["received"])),
        "original_txn_no": sale.no,
        "authoriser": MANAGER,
    }
    desk.day.rows["accounts"].append(undoing)
    desk.void(form, sale.received, void_reason="当场冲正")


def reversed_under_another_number(desk: Desk) -> None:
    """Undo a sale without invoice the same day, under a number of its own."""
    sale = desk.sale(desk.amount(), invoice_waived="1")
    undo(desk, sale, "reversal", authoriser=MANAGER)


def reversed_with_red_letter(desk: Desk) -> None:
    """Undo a sale with e-invoice the same day; a red letter answers the blue one."""
    sale = desk.sale(desk.amount())
    blue = desk.invoice(sale, kind="e")
    back = undo(desk, sale, "reversal", authoriser=MANAGER)
    red_letter(desk, back, blue)


def charged_twice_and_reversed(desk: Desk) -> None:
    """Charge twice by mistake and undo the second the same day."""
    subscriber, fen = desk.subscriber(), desk.amount()
    desk.sale(fen, subscriber=subscriber, invoice_waived="1")
    at = desk.tick(120)
    again = desk.sale(fen, subscriber=subscriber, at=at, invoice_waived="1")
    undo(desk, again, "reversal", authoriser=MANAGER)


def reversal_of_a_fee(desk: Desk) -> None:
    """Undo a sale that had a standard fee and a form."""
    form_no = f"SL{desk.hall.count('form'):06d}"
    sale = desk.sale(2000, business="补卡", form_no=form_no, invoice_waived="1")
    undo(desk, sale, "reversal", authoriser=MANAGER)


def refund_of_today(desk: Desk) -> None:
    """Pay back a sale of today on an approved document; the vendor pays in days or not yet."""
    sale = desk.sale(desk.amount())
    blue = desk.invoice(sale) if desk.rng.random() < 0.5 else None
    if blue is None:
        desk.waive(sale)
    back = undo(desk, sale, "refund")
    approve(desk, back, "refund", fen=sale.received, original=sale.no)
    if blue is not None:
        red_letter(desk, back, blue)
    for line in back.lines:
        line["_settle"] = desk.rng.choice(["same", "late", "never"])


def refund_of_elsewhere(desk: Desk) -> None:
    """Pay back in cash what another hall invoiced, with a red letter for its invoice."""
    if cash_in_drawer(desk) < 5000:
        return
    back = desk.sale(-3000, tender="cash", line_kind="refund")
    approve(desk, back, "refund", fen=3000, original="")
    form = desk.e_number()
    desk.register(
        form,
        -3000,
        status="red",
        txn_no=back.no,
        original_no="25330000000012345678",
        original_date="2025-10-31",
        original_amount="30.00",
    )


def corrected_today(desk: Desk) -> None:
    """Settle a mistake of yesterday by a correction of two lines."""
    yesterday = desk.hall.after(desk.day, -1)
    wrong = _first_sale(yesterday) if yesterday else None
    if wrong is None:
        return
    desk.tick()
    no = f"{desk.day.date.replace('-', '')}{desk.hall.count('txn'):05d}"
    for position, fen in enumerate([-fen_of(wrong["received"]), desk.amount()], start=1):
        desk.day.rows["accounts"].append(
            {
                "txn_no": no,
                "line_no": str(position),
                "accepted_at": clock(desk.at),
                "clerk": desk.clerk,
                "business": wrong["business"],
                "line_kind": "correction",
                "subscriber": wrong["subscriber"],
                "due": yuan(fen),
                "received": yuan(fen),
                "tender": "cash",
                "original_txn_no": wrong["txn_no"],
                "correction_no": f"GZ{desk.hall.count('correction'):05d}",
            }
        )


def waived_by_the_manager(desk: Desk) -> None:
    """Take less than due on an approved waiver of just the difference."""
    due = desk.amount()
    sale = desk.sale(due - 1500, due=yuan(due))
    approve(desk, sale, "waiver", fen=1500, original="")
    desk.settle_invoice(sale)


def just_before_midnight(desk: Desk) -> None:
    """Take a payment seconds before midnight that the vendor settles after it."""
    desk.at = max(desk.at, desk.day.at("23:58:30"))
    sale = desk.sale(desk.amount(), tender=desk.rng.choice(["wechat", "alipay"]), at=desk.tick(70))
    desk.waive(sale)
    for line in sale.lines:
        line["_settled_at"] = clock(sale.at + timedelta(seconds=70))


def just_after_midnight(desk: Desk) -> None:
    """Take a payment minutes after midnight that still belongs to the day before."""
    desk.at = desk.day.at("23:59:59") + timedelta(seconds=desk.rng.randrange(1, 600))
    tender = desk.rng.choice(["wechat", "alipay", "cash"])
    sale = desk.sale(desk.amount(), tender=tender, at=desk.at, business_date=desk.day.date)
    desk.invoice(sale, kind="e")


def undo(desk: Desk, sale: Sale, kind: str, **cells: Any) -> Sale:
    """Enter a sale backwards under a new number, in the same tender."""
    first = sale.lines[0]
    kept = ("business", "subscriber", "terminal", "batch_no", "form_no", "tender_ref")
    repeated = {name: first[name] for name in kept if first.get(name)}
    if first.get("tender_ref"):
        own = f"50{desk.day.date.replace('-', '')}{desk.hall.count('back'):012d}"
        repeated["tender_ref"] = desk.rng.choice([own, first["tender_ref"], ""])
    back = desk.sale(
        -sale.received,
        tender=first["tender"],
        line_kind=kind,
        original_txn_no=sale.no,
        **(repeated | cells),
    )
    back.lines[0]["_original_ref"] = first.get("tender_ref", "")
    return back


def red_letter(desk: Desk, back: Sale, blue: tuple[str, str]) -> None:
    """Answer a blue invoice with a red letter for the money paid back."""
    form = desk.e_number() if not blue[0] else desk.paper_number()
    names: dict[str, Any] = {"original_code": blue[0], "original_no": blue[1]}
    for row in desk.day.rows["invoices"]:
        if (row["invoice_code"], row["invoice_no"]) == blue:
            row.pop("_simple", None)
    desk.register(form, back.received, status="red", txn_no=back.no, **names)


def approve(desk: Desk, sale: Sale, kind: str, *, fen: int, original: str) -> Row:
    """Enter the approved document for a refund or waiver, and name it on the lines."""
    no = f"TF{desk.day.date.replace('-', '')}{desk.hall.count('document'):04d}"
    for line in sale.lines:
        line["document_no"] = no
    row = {
        "document_no": no,
        "kind": kind,
        "subscriber": sale.lines[0]["subscriber"],
        "amount": yuan(fen),
        "reason": "误收",
        "original_txn_no": original,
        "requester": sale.clerk,
        "requested_at": clock(sale.at - timedelta(seconds=60)),
        "approver": MANAGER if fen <= MANAGER_MAY_FEN else DEPARTMENT,
        "approved_at": clock(sale.at - timedelta(seconds=20)),
        "executor": sale.clerk,
        "executed_at": clock(sale.at),
        "tender": sale.lines[0]["tender"],
        "customer_signed": "1",
        "papers_handed_at": clock(desk.day.at("20:00:00")),
    }
    desk.day.rows["refunds"].append(row)
    return row


def cash_in_drawer(desk: Desk) -> int:
    """Give the cash he took today so far in fen, split payments left out."""
    numbers = desk.hall.numbers_of(desk.human)
    return sum(
        fen_of(line["received"])
        for line in desk.day.rows["accounts"]
        if line["clerk"] in numbers and line["tender"] == "cash" and not line.get("correction_no")
    )


def _first_sale(day: Day) -> Row | None:
    for line in day.rows["accounts"]:
        if not line.get("line_kind") and fen_of(line["received"]) > 0:
            return line
    return None


UNDONE = (
    reversed_in_the_same_number,
    reversed_under_another_number,
    reversed_with_red_letter,
    charged_twice_and_reversed,
    reversal_of_a_fee,
    refund_of_today,
    refund_of_elsewhere,
    corrected_today,
    waived_by_the_manager,
)
NIGHT = (just_before_midnight, just_after_midnight)
