"""Which invoices and transactions belong together, across days and reissues."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.books import Books, Form
from tests.oracle.reading import read_fen


class Links:
    """All links; `invoices` are the live ones of each transaction."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._direct: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._amounts: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._parts: dict[tuple[str, str, str], int] = defaultdict(int)
        for txn in books.transactions.values():
            for line in txn.lines:
                if line.get("invoice_no"):
                    name = books.meant_by((line.get("invoice_code", ""), line["invoice_no"]))
                    self._direct[name].add(txn.no)
        for row in books.evidence.of("invoice_links"):
            name = books.meant_by((row["invoice_code"], row["invoice_no"]))
            self._direct[name].add(row["txn_no"])
            if row.get("amount"):
                self._amounts[name].append(read_fen(row["amount"]))
                self._parts[*name, row["txn_no"]] += read_fen(row["amount"])
        for form in books.forms.values():
            numbers = {row.get("txn_no", "") for state in form.states for row in state.rows}
            self._direct[books.meant_by((form.code, form.no))] |= numbers
        self.invoices: dict[str, list[Form]] = defaultdict(list)
        for form in books.forms.values():
            if form.is_live and books.is_meant_by_itself(form):
                for no in self.transactions(form):
                    self.invoices[no].append(form)

    def transactions(self, form: Form) -> set[str]:
        """The numbers of the existing transactions an invoice is linked to."""
        return self._followed((form.code, form.no), seen=set()) & set(self._books.transactions)

    def amounts(self, form: Form) -> list[int]:
        """The amounts its links name, in fen."""
        return self._amounts.get((form.code, form.no), [])

    def billed(self, form: Form, txn_no: str) -> int:
        """What an invoice bills of one transaction: what a link of both states, else all of it."""
        return self._parts.get((form.code, form.no, txn_no), form.now.fen)

    def _followed(self, name: tuple[str, str], *, seen: set[tuple[str, str]]) -> set[str]:
        if name in seen:
            return set()
        numbers = set(self._direct.get(name, set()))
        form = self._books.forms.get(name)
        for state in form.states if form is not None else ():
            if state.first_of("basis") == "reissue":
                replaced = (state.first_of("original_code"), state.first_of("original_no"))
                numbers |= self._followed(self._books.meant_by(replaced), seen=seen | {name})
        return numbers
