"""What happens in the sample hall after its day was signed: everything the day's checks once read.

The next day's goods, sales, returns and forms, a count, a void, prices, people, limits and roster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Engine, delete, text, update

from backoffice.audit_work import run_day
from backoffice.database import begin_work
from invoices.form_lines import FormLine
from invoices.form_signing import sign_forms
from invoices.forms import submit_forms
from ledger.actors import Employment, RoleGrant
from ledger.documents import find_document
from ledger.hall_days import open_days
from ledger.hall_rules import DEFAULT_LIMITS, Business, CounterClerk, HallLimit, Tender
from ledger.organisations import find_hall
from ledger.work import UnitOfWork, system_actor
from stock.count_rounds import finish_count
from stock.count_settling import settle_count
from stock.counts import open_count
from stock.move_lines import MoveLine
from stock.moves import submit_move
from stock.signing import sign_move
from tests.backoffice.signed_sample import HALL, acting
from tests.builders import OpenHall
from tests.ledger.audit.evidence_days import at, form, line, put

DATE = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)
CODE = "031002600104"


class Later:
    """The sample hall as it goes on."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with begin_work(engine, system_actor("test"), now=NOW) as uow:
            self.hall = find_hall(uow, HALL)
            open_days(uow, self.hall.id, [DATE])

    def work(self, number: str, *also: str) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work as the holder of a staff number."""
        return begin_work(self.engine, acting(self.engine, number, DATE, *also), now=NOW)

    def sold(self) -> list[tuple[str, str, str]]:
        """Give serial, item and transaction of what customers have."""
        with begin_work(self.engine, system_actor("test")) as uow:
            return [
                (row.serial, row.item, row.txn_no)
                for row in uow.session.execute(
                    text(
                        "SELECT a.serial, a.item, a.txn_no FROM evidence_accounts a JOIN units u"
                        " ON u.hall_id = a.hall_id AND u.serial = a.serial JOIN accounts c ON"
                        " c.hall_id = u.hall_id AND c.id = u.account_id AND c.kind = 'customer'"
                        " WHERE a.serial <> '' ORDER BY a.serial"
                    )
                )
            ]

    def held(self, kind: str, holder: str = "") -> list[tuple[str, str]]:
        """Give serial and item of the goods in a place."""
        with begin_work(self.engine, system_actor("test")) as uow:
            return [
                tuple(row)
                for row in uow.session.execute(
                    text(
                        "SELECT u.serial, c.code FROM units u"
                        " JOIN accounts a ON a.id = u.account_id"
                        " AND a.hall_id = u.hall_id JOIN commodities c ON c.id = u.commodity_id"
                        " WHERE a.kind = :kind AND a.holder = :holder AND c.code NOT LIKE 'INV%'"
                        " AND u.closed = 0 ORDER BY u.serial"
                    ),
                    {"kind": kind, "holder": holder},
                )
            ]

    def everything(self) -> None:
        """Let it all happen, each act as who may do it."""
        self.goods()
        self.trade()
        self.forms()
        self.count()
        self.people_and_limits()

    def goods(self) -> None:
        """What A01 holds goes back, some of the store's to A02."""
        mine = [
            MoveLine(item, 1, serial, holder="A01") for serial, item in self.held("clerk", "A01")
        ]
        with self.work("K01") as uow:
            back = submit_move(uow, hall=self.hall, kind="return", lines=mine, on=DATE)
        self.sign(sign_move, back.number, "A01")
        out = [MoveLine(item, 1, serial, holder="A02") for serial, item in self.held("store")[:30]]
        pieces = [MoveLine("PJ-CDQ", 5, holder="A02")]
        with self.work("K01") as uow:
            drawn = submit_move(uow, hall=self.hall, kind="draw", lines=out + pieces, on=DATE)
        self.sign(sign_move, drawn.number, "A02")

    def sign(self, sign: Callable[..., object], number: str | None, *people: str) -> None:
        """Have a document signed by those it still waits for, by the desk's own act."""
        for who in people:
            with self.work(who) as uow:
                if find_document(uow, self.hall.id, number or "").state == "submitted":
                    sign(uow, hall=self.hall, number=number)

    def trade(self) -> None:
        """What was sold comes back to other clerks, other pieces are sold; all of it audited."""
        people = OpenHall(self.engine, self.hall, {})
        back = [
            line(
                f"20261121{n:05d}",
                -100,
                clerk="A03",
                serial=serial,
                item=item,
                original_txn_no=txn,
                accepted_at=at("10:00", date=DATE),
                document_no="TF202611200002" if n == 1 else "",
                subscriber="18600364274" if n == 1 else "",
            )
            for n, (serial, item, txn) in enumerate(self.sold(), 1)
        ]
        sold = [
            line(
                f"20261121{n:05d}",
                100,
                clerk="A02",
                serial=serial,
                item=item,
                accepted_at=at("11:00", date=DATE),
            )
            for n, (serial, item) in enumerate(self.held("clerk", "A02")[:10], 500)
        ]
        put(people, "accounts", *back, *sold, date=DATE)
        used = [
            form(
                f"{n:08d}",
                100,
                invoice_code=CODE,
                clerk="A01",
                issued_at=at("09:00", date=DATE),
                txn_no="2026112100500",
            )
            for n in range(260448, 260460)
        ]
        put(people, "invoices", *used, date=DATE)
        run_day(self.engine, system_actor("test"), HALL, DATE, now=NOW)

    def forms(self) -> None:
        """All clerks give their blanks back; A02 draws of the safe's book."""
        for clerk in ("A01", "A02", "A03", "A04", "A05", "A06"):
            with self.work("K02") as uow:
                back = submit_forms(
                    uow,
                    hall=self.hall,
                    kind="invoice_return",
                    on=DATE,
                    lines=[FormLine(CODE, clerk=clerk)],
                )
            self.sign(sign_forms, back.number, clerk, "K02")
        with self.work("K02") as uow:
            drawn = submit_forms(
                uow,
                hall=self.hall,
                kind="invoice_draw",
                on=DATE,
                lines=[FormLine(CODE, "00261001", "00261050", clerk="A02")],
            )
        self.sign(sign_forms, drawn.number, "A02")

    def count(self) -> None:
        """The store is counted and found empty; the result is signed."""
        with self.work("K01") as uow:
            count = open_count(
                uow,
                hall=self.hall,
                kind="spot",
                place="store",
                counter="M02",
                witness="J01",
                items=["SJ-CX10"],
                on=DATE,
            )
            number = count.count_no
        with self.work("M02") as uow:
            finish_count(uow, hall=self.hall, count_no=number)
        with self.work("M01") as uow:
            document = settle_count(uow, hall=self.hall, count_no=number, reason="丢失")
        if document is not None:
            self.sign(sign_move, document.number, "B01", "F01")

    def people_and_limits(self) -> None:
        """Nobody is who he was, and nothing that a hall sets is as it was."""
        here = self.hall.id
        with begin_work(self.engine, system_actor("test"), now=NOW) as uow:
            session = uow.session
            a02 = session.get_one(Employment, (here, "A02")).person_id
            session.execute(
                update(Employment)
                .where(Employment.hall_id == here, Employment.number == "A01")
                .values(person_id=a02)
            )
            session.execute(
                update(Employment)
                .where(Employment.hall_id == here, Employment.number == "A03")
                .values(kind="self_service")
            )
            session.execute(delete(RoleGrant).where(RoleGrant.hall_id == here))
            session.merge(CounterClerk(hall_id=here, counter="A05", clerk="A04"))
            session.execute(delete(HallLimit).where(HallLimit.hall_id == here))
            for name in (*DEFAULT_LIMITS, "gift_quota:ZS"):
                session.merge(HallLimit(hall_id=here, name=name, amount=1))
            session.execute(
                update(Tender)
                .where(Tender.hall_id == here, Tender.code != "cash")
                .values(match_level="day")
            )
            session.execute(
                update(Business)
                .where(Business.hall_id == here)
                .values(needs_form=True, invoice_due="always", fee_fen=1)
            )
