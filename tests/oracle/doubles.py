"""P10 · invoiced twice: one payment on several invoices, one month of a subscriber billed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.oracle.books import Books, Form
from tests.oracle.findings import Finding, plain
from tests.oracle.links import Links


def double_findings(books: Books) -> Iterator[Finding]:
    """Give what P10 finds on the audited date."""
    links = Links(books)
    for txn in books.of_the_day:
        forms = links.invoices[txn.no]
        billed = sum(links.billed(form, txn.no) for form in forms)
        paid = sum(payment.fen for payment in txn.payments)
        if len(forms) > 1 and billed > max(paid, 0):
            yield plain("P10", subject=f"txn:{txn.no}", clerk=txn.clerk)
    for form in _billed_again(books):
        if form.now.date == books.date:
            yield plain("P10", subject=form.subject, clerk=form.now.clerk)


def _billed_again(books: Books) -> Iterator[Form]:
    bills: dict[tuple[str, str], list[Form]] = defaultdict(list)
    for form in books.forms.values():
        month = form.now.first_of("subscriber"), form.now.first_of("period")
        if not books.is_meant_by_itself(form):
            continue
        if all(month) and form.basis in {"month_bill", "reissue"} and _stands(books, form):
            bills[month].append(form)
    for of_month in bills.values():
        of_month.sort(key=lambda form: (form.now.at, form.code, form.no))
        for _, later in pairwise(of_month):
            yield later


def _stands(books: Books, bill: Form) -> bool:
    """A bill stands while it is issued and its red letters do not take all of it back."""
    return bill.now.status == "issued" and books.reversed_of(bill) < bill.now.fen
