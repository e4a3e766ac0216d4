"""Ordinary invoices that are not simply one for one sale: shared, several, void, made anew."""

from __future__ import annotations

from typing import Any

from tests.generator.desk import Desk, Sale
from tests.generator.world import Row, fen_of


def one_for_several_sales(desk: Desk) -> None:
    """Invoice two or three sales on one form, linked by lines, by links or by links with sums."""
    sales = [desk.sale(desk.amount()) for _ in range(desk.rng.choice([2, 3]))]
    form = desk.paper_number() if desk.rng.random() < 0.5 else desk.e_number()
    desk.register(form, sum(sale.received for sale in sales))
    by = desk.rng.choice(["lines", "links", "amounts"])
    for sale in sales:
        if by == "lines":
            name_on_lines(sale, form)
        else:
            desk.link(form, sale, fen=sale.received if by == "amounts" else None)


def several_for_one_sale(desk: Desk) -> None:
    """Invoice one sale on two forms."""
    sale = desk.sale(desk.amount(), desk.amount())
    for line in sale.lines:
        fen = fen_of(line["received"])
        desk.register(desk.paper_number(), fen, txn_no=sale.no)


def one_form_in_two_rows(desk: Desk) -> None:
    """Let the register show one invoice item by item."""
    sale = desk.sale(desk.amount(), desk.amount())
    form, clerk = desk.paper_number(), desk.clerk
    name_on_lines(sale, form)
    for line in sale.lines:
        desk.register(form, fen_of(line["received"]), clerk=clerk)


def spoiled_form(desk: Desk) -> None:
    """Spoil a form in the printer."""
    desk.tick()
    desk.void(desk.paper_number(), 0)


def void_and_new(desk: Desk) -> None:
    """Void an invoice minutes later and give another for the same sale."""
    sale = desk.sale(desk.amount())
    wrong = desk.paper_number()
    desk.register(wrong, sale.received + 100, txn_no=sale.no)
    desk.tick()
    desk.void(wrong, sale.received + 100, void_reason="金额打错")
    desk.register(desk.paper_number(), sale.received, txn_no=sale.no)


def made_anew(desk: Desk) -> None:
    """Void an invoice with a wrong title and make it anew, the new one naming only the old."""
    sale = desk.sale(desk.amount())
    old = desk.paper_number()
    desk.register(old, sale.received, txn_no=sale.no)
    desk.tick()
    desk.void(old, sale.received, void_reason="抬头有误")
    _replace(desk, old, sale.received)


def made_anew_next_day(desk: Desk) -> None:
    """Make yesterday's paper invoice anew."""
    row = _yesterdays_invoice(desk, paper=True)
    if row is None:
        return
    desk.tick()
    old = (row["invoice_code"], row["invoice_no"])
    desk.void(old, fen_of(row["amount"]), clerk=row["clerk"], void_reason="抬头有误")
    _replace(desk, old, fen_of(row["amount"]))


def e_invoice_made_anew(desk: Desk) -> None:
    """Make an e-invoice anew: it cannot be void, so a red letter goes between."""
    sale = desk.sale(desk.amount())
    old = desk.e_number()
    desk.register(old, sale.received, txn_no=sale.no)
    desk.tick()
    _replace(desk, old, -sale.received, status="red")
    _replace(desk, old, sale.received, electronic=True)


def paid_elsewhere(desk: Desk) -> None:
    """Invoice what was paid elsewhere."""
    desk.tick()
    form = desk.paper_number() if desk.rng.random() < 0.5 else desk.e_number()
    desk.register(form, desk.amount(), basis="elsewhere")


def month_billed(desk: Desk) -> None:
    """Bill a subscriber's month, wrongly at first: a red letter takes it back."""
    desk.tick()
    cells: dict[str, Any] = {"subscriber": desk.subscriber(), "period": desk.day.date[:7]}
    cells |= {"basis": "month_bill"}
    first = desk.e_number()
    desk.register(first, 15800, **cells)
    if desk.rng.random() < 0.3:
        desk.tick()
        desk.register(desk.e_number(), -15800, status="red", original_no=first[1], **cells)
        desk.tick()
        desk.register(desk.e_number(), 15900, **cells)


def form_of_two_numbers(desk: Desk) -> None:
    """Print a digital invoice on a paper form; the line names one of its two numbers."""
    sale = desk.sale(desk.amount())
    form, digital = desk.paper_number(), desk.e_number()
    desk.register(form, sale.received, digital_no=digital[1])
    name_on_lines(sale, form if desk.rng.random() < 0.5 else digital)


def asked_for_later(desk: Desk) -> None:
    """Invoice what a customer of yesterday wanted no invoice for."""
    yesterday = desk.hall.after(desk.day, -1)
    for line in yesterday.rows["accounts"] if yesterday else []:
        alone = yesterday is not None and len(yesterday.lines(line["txn_no"])) == 1
        wanted = line.get("invoice_waived") == "1" and fen_of(line["received"]) > 0
        if alone and wanted and not line.get("_asked"):
            line["_asked"] = "1"
            desk.tick()
            desk.register(desk.e_number(), fen_of(line["received"]), txn_no=line["txn_no"])
            return


def name_on_lines(sale: Sale, form: tuple[str, str]) -> None:
    """Name an invoice on every line of a sale."""
    for line in sale.lines:
        line |= {"invoice_code": form[0], "invoice_no": form[1]}


def _replace(
    desk: Desk,
    old: tuple[str, str],
    fen: int,
    *,
    status: str = "issued",
    electronic: bool = False,
) -> None:
    new = desk.e_number() if electronic or status == "red" else desk.paper_number()
    names: dict[str, Any] = {"original_code": old[0], "original_no": old[1]}
    desk.register(new, fen, status=status, basis="reissue", **names)


def _yesterdays_invoice(desk: Desk, *, paper: bool) -> Row | None:
    yesterday = desk.hall.after(desk.day, -1)
    numbers = desk.hall.numbers_of(desk.human)
    for row in yesterday.rows["invoices"] if yesterday else []:
        ours = row["clerk"] in numbers and bool(row["invoice_code"]) == paper
        today = row["issued_at"].startswith(desk.day.date)
        if ours and row.get("_simple") and not row.get("_replaced") and not today:
            row["_replaced"] = "1"
            return row
    return None


FORMS = (
    one_for_several_sales,
    several_for_one_sale,
    one_form_in_two_rows,
    spoiled_form,
    void_and_new,
    made_anew,
    made_anew_next_day,
    e_invoice_made_anew,
    paid_elsewhere,
    month_billed,
    form_of_two_numbers,
    asked_for_later,
)
