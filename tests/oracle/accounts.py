"""X · account against invoice and rules: X01 to X08 of CHECKS.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from tests.oracle.books import Books, Form, Transaction, line_kind
from tests.oracle.findings import Finding, of_amounts, plain
from tests.oracle.links import Links
from tests.oracle.prices import campaign_is_in_force
from tests.oracle.reading import Row, read_fen

_CHARGED_TWICE_WITHIN = timedelta(minutes=10)


def account_findings(books: Books) -> Iterator[Finding]:
    """Give what the X checks find on the audited date."""
    links = Links(books)
    for txn in books.of_the_day:
        yield from _no_invoice(books, links, txn)
        yield from _received_differs(books, txn)
        yield from _form_missing(books, txn)
        yield from _discount_without_campaign(books, txn)
        yield from _off_tariff(books, txn)
    yield from _invoices_against_account(books, links)
    yield from _charged_twice(books)


def _no_invoice(books: Books, links: Links, txn: Transaction) -> Iterator[Finding]:
    at_payment = any(
        (books.business(line["business"]).get("invoice_due") or "payment") == "payment"
        for line in txn.lines
    )
    received = txn.total("received")
    waived = txn.any_flag("invoice_waived")
    if received > 0 and at_payment and not waived and not links.invoices[txn.no]:
        yield of_amounts(
            "X01", subject=f"txn:{txn.no}", expected=received, found=0, clerk=txn.clerk
        )


def _invoices_against_account(books: Books, links: Links) -> Iterator[Finding]:
    several = {
        no: [form for form in forms if form.basis == "txn"] for no, forms in links.invoices.items()
    }
    several = {no: forms for no, forms in several.items() if len(forms) > 1}
    for no, forms in several.items():
        txn = books.transactions[no]
        account, invoiced = txn.total("received"), sum(form.now.fen for form in forms)
        if txn.date == books.date and account != invoiced:
            yield of_amounts(
                "X03", subject=f"txn:{no}", expected=account, found=invoiced, clerk=txn.clerk
            )
    for form in books.forms.values():
        if not form.is_live or form.basis != "txn" or form.now.date != books.date:
            continue
        if not books.is_meant_by_itself(form):
            continue
        numbers = links.transactions(form)
        amounts = links.amounts(form) or [
            books.transactions[no].total("received") for no in numbers
        ]
        check = "X03" if numbers else "X02"
        account = sum(amounts) if numbers else 0
        if not numbers or (account != form.now.fen and not numbers & set(several)):
            yield of_amounts(
                check,
                subject=form.subject,
                expected=account,
                found=form.now.fen,
                clerk=form.now.clerk,
            )
        if numbers and _goods_are_not_back(books, form, numbers):
            yield of_amounts(
                "X02",
                subject=form.subject,
                expected=0,
                found=form.now.fen,
                clerk=form.now.clerk,
            )


def _goods_are_not_back(books: Books, red: Form, numbers: set[str]) -> bool:
    """All money of an invoice for goods alone went back, and no goods came with it (INV-08)."""
    named = red.now.first_of("original_code"), red.now.first_of("original_no")
    original = books.forms.get(books.meant_by(named))
    paid_back = min(books.transactions[no].total("received") for no in numbers) < 0
    if red.now.status != "red" or not paid_back or original is None:
        return False
    if original.now.status != "issued" or books.reversed_of(original) < original.now.fen:
        return False
    of_register = {row.get("txn_no") for state in original.states for row in state.rows}
    charged = [
        line
        for txn in books.transactions.values()
        for line in txn.lines
        if read_fen(line["received"]) > 0
        and (
            txn.no in of_register
            or (line.get("invoice_code", ""), line.get("invoice_no", ""))
            == (original.code, original.no)
        )
    ]
    sold_goods_alone = bool(charged) and all(line.get("item") for line in charged)
    return sold_goods_alone and not any(
        line.get("item") and line_kind(line) in {"refund", "reversal"}
        for no in numbers
        for line in books.transactions[no].lines
    )


def _charged_twice(books: Books) -> Iterator[Finding]:
    undone = _undone_by(books, books.date)
    alike: dict[tuple[str, ...], list[Transaction]] = defaultdict(list)
    for txn in books.transactions.values():
        subscriber, received = txn.first_of("subscriber"), txn.total("received")
        if subscriber and received > 0 and txn.no not in undone:
            businesses = sorted({line["business"] for line in txn.lines})
            person = books.person(txn.clerk)
            alike[person, subscriber, str(received), *businesses].append(txn)
    for group in alike.values():
        group.sort(key=lambda txn: (txn.at, txn.no))
        for earlier, later in pairwise(group):
            if later.date == books.date and later.at - earlier.at <= _CHARGED_TWICE_WITHIN:
                yield plain("X04", subject=f"txn:{later.no}", clerk=later.clerk)


def _undone_by(books: Books, date: str) -> set[str]:
    return {
        line["original_txn_no"]
        for txn in books.transactions.values()
        for line in txn.lines
        if txn.date <= date
        and line.get("original_txn_no")
        and line_kind(line) in {"reversal", "refund"}
    }


def _received_differs(books: Books, txn: Transaction) -> Iterator[Finding]:
    expected = txn.total("due") - txn.total("discount") + txn.total("prepaid")
    received = txn.total("received")
    if received == expected or txn.any_flag("deferred"):
        return
    if any(_waives(row, txn, expected - received) for row in books.evidence.of("refunds")):
        return
    yield of_amounts(
        "X05", subject=f"txn:{txn.no}", expected=expected, found=received, clerk=txn.clerk
    )


def _waives(row: Row, txn: Transaction, fen: int) -> bool:
    approved = row.get("approver") and row.get("approved_at")
    if row["kind"] != "waiver" or not approved or read_fen(row["amount"]) != fen:
        return False
    named = {line["document_no"] for line in txn.lines if line.get("document_no")}
    if named:
        return row["document_no"] in named
    if row.get("original_txn_no"):
        return row["original_txn_no"] == txn.no
    return bool(row["subscriber"]) and row["subscriber"] == txn.first_of("subscriber")


def _form_missing(books: Books, txn: Transaction) -> Iterator[Finding]:
    needed = any(books.business(line["business"]).get("needs_form") == "1" for line in txn.lines)
    if needed and not txn.first_of("form_no"):
        yield plain("X06", subject=f"txn:{txn.no}", clerk=txn.clerk)


def _discount_without_campaign(books: Books, txn: Transaction) -> Iterator[Finding]:
    if any(
        line_kind(line) == "sale"
        and read_fen(line.get("discount", "")) > 0
        and not campaign_is_in_force(books, line, txn.date)
        for line in txn.lines
    ):
        yield plain("X07", subject=f"txn:{txn.no}", clerk=txn.clerk)


def _off_tariff(books: Books, txn: Transaction) -> Iterator[Finding]:
    priced = [
        (read_fen(books.business(line["business"])["fee"]), read_fen(line["due"]))
        for line in txn.lines
        if line_kind(line) == "sale" and books.business(line["business"]).get("fee")
    ]
    fee, due = sum(fee for fee, _ in priced), sum(due for _, due in priced)
    if fee != due:
        yield of_amounts("X08", subject=f"txn:{txn.no}", expected=fee, found=due, clerk=txn.clerk)
