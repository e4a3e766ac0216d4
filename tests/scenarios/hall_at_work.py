"""A hall at work: every thing its people do is one call, and the clock is the story's.

What goes over the pages is done as the person would, with cookies and a password of his own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from flask import Flask

from backoffice.audit_work import run_day
from backoffice.receiving import receive_file
from backoffice.transfers import forward_transfers
from ledger.accounts import Commodity
from ledger.audit.queries import show_day
from ledger.documents import Document
from ledger.hall_rules import CounterClerk
from ledger.times import HALL_TIME
from ledger.verify import verify_hall
from ledger.work import UnitOfWork
from stock.campaigns import set_campaign
from stock.label_tasks import confirm_labels
from stock.labels import place_label
from stock.manifests import close_manifest, expect_goods, receive_manifest
from stock.moves import MoveLine, submit_move
from stock.price_setting import NewPrice, set_prices
from stock.signing import sign_move
from tests.backoffice.visitors import PASSWORD, Visitor
from tests.builders import OpenHall
from tests.observing import held, whereabouts
from tests.scenarios.goods_names import in_order, item_of, named, names, names_of, serial_of

ACCOUNTS = (
    "流水号,行号,受理时间,工号,业务类型,行性质,用户号码,应收,实收,支付方式,未索票,"
    "物品编码,串号,数量,原流水号\n"
)
Pieces = tuple[str, int]
"""Counted goods: the item's code and how many."""


class Clock:
    """Stands where the product looks up the time: the hall's clock, moved by the story."""

    UTC = dt.UTC

    def __init__(self, year: int, month: int) -> None:
        self.year, self.month = year, month
        self.turn_to(1)

    @property
    def datetime(self) -> Clock:
        """Be what is asked for the time."""
        return self

    def now(self, zone: dt.tzinfo | None = None) -> dt.datetime:
        """Give the time of the story."""
        return self.time.astimezone(zone)

    def turn_to(self, day: int, hour: int = 10) -> None:
        """Make it that day of the month, at ten unless another hour is given."""
        self.time = dt.datetime(self.year, self.month, day, hour, tzinfo=HALL_TIME)

    @property
    def date(self) -> dt.date:
        """Give today."""
        return self.time.date()


@dataclass(slots=True)
class HallAtWork:
    """One hall, its people by staff number, and what they do."""

    books: OpenHall
    clock: Clock
    app: Flask
    sold_today: list[str] = field(default_factory=list)
    transactions: int = 0
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The hall's code."""
        return self.books.hall.code

    def work(self, who: str) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work as the holder of a staff number, now."""
        return self.books.work(who, now=self.clock.time)

    def at_the_screen(self, who: str) -> Visitor:
        """Give the person's browser, signed in today."""
        key = f"{who} {self.clock.date}"
        if key not in self.visitors:
            self.visitors[key] = Visitor(self.app, who, hall=self.code)
        return self.visitors[key]

    # Goods come in.

    def takes_in_a_file(self, who: str, file_name: str, content: str) -> None:
        """Hand in a file at the desk."""
        receive_file(
            self.books.engine,
            self.books.people[who],
            hall_code=self.code,
            date=self.clock.date,
            file_name=file_name,
            content=content.encode(),
        )

    def is_told_what_comes(
        self, source: str, note: str, goods: str, *pieces: Pieces, cost: dict[str, int]
    ) -> int:
        """Somebody sends the list of a delivery; gives the number of the manifest."""
        with self.work("K01") as uow:
            items = {item.code: item.id for item in uow.session.query(Commodity)}
            lines = [(items[item_of(n)], serial_of(n), 1, cost[item_of(n)]) for n in names(goods)]
            lines += [(items[item], "", count, cost[item]) for item, count in pieces]
            return expect_goods(
                uow, hall=self.books.hall, source=source, reference=note, lines=lines
            ).id

    def receives(
        self,
        manifest: int,
        goods: str,
        *pieces: Pieces,
        take_unexpected: bool = False,
        cost: int | None = None,
    ) -> tuple[list[str], list[str]]:
        """The keeper scans what came; gives what is missing and what nobody awaited, by name."""
        with self.work("K01") as uow:
            _, compared = receive_manifest(
                uow,
                hall=self.books.hall,
                number=manifest,
                lines=_lines(goods, *pieces, cost=cost),
                take_unexpected=take_unexpected,
            )
        missing = [one.serial for one in compared.missing if one.serial]
        return names_of(missing), names_of(one.serial for one in compared.unexpected)

    def buys(self, supplier: str, goods: str, *pieces: Pieces, cost: int) -> Document:
        """The keeper receives what a supplier brings; `cost` is what a piece costs, in fen."""
        with self.work("K01") as uow:
            return submit_move(
                uow,
                hall=self.books.hall,
                kind="receipt",
                lines=_lines(goods, *pieces, cost=cost),
                facts={"supplier": supplier},
            )

    def awaits_no_more(self, manifest: int, reason: str) -> None:
        """The keeper closes a manifest whose rest will not come."""
        with self.work("K01") as uow:
            close_manifest(uow, hall=self.books.hall, number=manifest, reason=reason)
        self.forward()

    # Goods move within the hall, to customers and back.

    def moves(
        self,
        who: str,
        kind: str,
        goods: str = "",
        *pieces: Pieces,
        holder: str = "",
        to: str = "",
        **facts: str,
    ) -> Document:
        """Somebody writes a stock document of that kind."""
        lines = _lines(goods, *pieces, holder=holder, to_holder=to)
        with self.work(who) as uow:
            return submit_move(uow, hall=self.books.hall, kind=kind, lines=lines, facts=facts)

    def draws(self, holder: str, goods: str, *pieces: Pieces) -> Document:
        """The keeper gives goods from the store to a clerk or a counter."""
        return self.moves("K01", "draw", goods, *pieces, holder=holder)

    def hands_over_everything(self, holder: str, to: str) -> Document:
        """A clerk hands over all he holds; the other has still to sign."""
        line = MoveLine("", holder=holder, to_holder=to)
        with self.work(holder) as uow:
            return submit_move(uow, hall=self.books.hall, kind="handover", lines=[line])

    def signs(self, who: str, document: Document) -> Document:
        """Somebody signs a document as the other side or as a leader."""
        with self.work(who) as uow:
            return sign_move(uow, hall=self.books.hall, number=document.number or "")

    def signs_on_the_page(
        self, who: str, document: Document, act: str, *, password: str = PASSWORD
    ) -> int:
        """The same over the page, with the password again; gives the answer's status."""
        page = f"/halls/{self.code}/papers/{document.number}"
        form = {"act": act, "password": password}
        return self.at_the_screen(who).send(page, form, page=page).status_code

    def prints(self, who: str, document: Document) -> None:
        """Somebody prints the form of a document, in three copies."""
        address = f"/api/v1/halls/{self.code}/stock/documents/{document.number}/paper.pdf"
        for form in ("a4", "form"):
            answer = self.at_the_screen(who).get(address, query_string={"form": form})
            assert (answer.status_code, answer.data[:4]) == (200, b"%PDF"), answer.text

    def forward(self) -> None:
        """The system tells other halls what is on its way, and senders what has arrived."""
        forward_transfers(self.books.engine, now=self.clock.time)

    # Money at the counter.

    def sells(self, clerk: str, name: str, yuan: str) -> str:
        """A clerk sells a piece for cash at the billing system; gives the transaction's number."""
        return self._account(clerk, name, "sale", yuan, yuan)

    def takes_back_for_money(self, clerk: str, name: str, yuan: str, *, sold_by: str) -> str:
        """A clerk takes a sold piece back and gives the money back."""
        return self._account(clerk, name, "refund", f"-{yuan}", f"-{yuan}", original=sold_by)

    def _account(
        self, clerk: str, name: str, sort: str, due: str, received: str, *, original: str = ""
    ) -> str:
        self.transactions += 1
        txn = f"{self.clock.date:%Y%m%d}{self.transactions:05d}"
        at = f"{self.clock.date} 11:{len(self.sold_today):02d}:00"
        cells = (txn, "1", at, clerk, "售机售卡", sort, "18600000001", due, received, "cash", "1")
        goods = (item_of(name), serial_of(name), "1", original)
        self.sold_today.append(",".join((*cells, *goods)))
        return txn

    def closes_the_day(self) -> list[tuple[str, str]]:
        """The auditor hands in the day's account lines and runs the audit; gives goods findings."""
        if self.sold_today:
            rows = ACCOUNTS + "\n".join(self.sold_today) + "\n"
            self.takes_in_a_file("J01", f"账目{self.clock.date}.csv", rows)
            self.sold_today.clear()
        auditor = self.books.people["J01"]
        run_day(self.books.engine, auditor, self.code, self.clock.date, now=self.clock.time)
        with self.books.read("J01") as uow:
            day = show_day(uow, self.books.hall, self.clock.date)
        return sorted(
            (finding.check, finding.subject)
            for finding in day.findings
            if finding.check.startswith(("G", "X07")) and finding.state != "recalculated"
        )

    # Rules, prices and labels.

    def shares_a_counter(self, counter: str, *clerks: str) -> None:
        """Clerks work at one counter."""
        with self.work("M01") as uow:
            for clerk in clerks:
                row = CounterClerk(hall_id=self.books.id, counter=counter, clerk=clerk)
                uow.session.add(row)

    def runs_a_campaign(self, code: str, quota: int) -> None:
        """The manager lets a campaign run from today."""
        with self.work("M01") as uow:
            hall, today = self.books.hall, self.clock.date
            set_campaign(uow, hall=hall, code=code, quota=quota, valid_from=today)

    def puts_a_label(self, position: str, item: str) -> None:
        """The keeper lets a label stand for an item."""
        with self.work("K01") as uow:
            place_label(uow, hall=self.books.hall, code=position, items=[item])

    def changes_the_price(self, item: str, fen: int, from_day: int) -> int:
        """The manager sets a price from a day on; gives how many labels have to be changed."""
        first = self.clock.date.replace(day=from_day)
        with self.work("M01") as uow:
            return set_prices(uow, hall=self.books.hall, prices=[NewPrice(item, fen, first)])

    def confirms_the_label(self, clerk: str, position: str, from_day: int) -> None:
        """A clerk says that the new label is up."""
        first = self.clock.date.replace(day=from_day)
        with self.work(clerk) as uow:
            confirm_labels(uow, hall=self.books.hall, labels=[(position, first)])

    # What the books say.

    def stands(self, places: Mapping[str, str]) -> None:
        """Every serial is where the story has it, nothing is below zero, and the books verify.

        Places are written `store`, or `clerk A01` with their holder.
        """
        told = {place: in_order(names(words)) for place, words in places.items()}
        assert named(whereabouts(self.books)) == told
        with self.books.read() as uow:
            assert verify_hall(uow, self.books.hall) == []
        below = {
            key: amount
            for key, amount in held(self.books).items()
            if amount < 0 and key[0].split()[0] not in OUTSIDE
        }
        assert below == {}

    def holds(self, item: str, places: Mapping[str, int]) -> None:
        """So many pieces of counted goods are at each place of the hall that has any."""
        found = {
            place: pieces
            for (place, code), pieces in held(self.books).items()
            if code == item and place.split()[0] not in OUTSIDE
        }
        assert found == places


OUTSIDE = ("supplier", "department", "customer", "other_hall", "loss", "difference", "consumed")


def _lines(
    goods: str,
    *pieces: Pieces,
    holder: str = "",
    to_holder: str = "",
    cost: int | None = None,
) -> Sequence[MoveLine]:
    units = [
        MoveLine(item_of(n), 1, serial_of(n), "", holder, to_holder, cost) for n in names(goods)
    ]
    return units + [
        MoveLine(item, count, "", "", holder, to_holder, cost) for item, count in pieces
    ]
