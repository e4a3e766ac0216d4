"""Factories that tests share: a hall, its people, goods and places, each by one call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from sqlalchemy import Engine, select

from backoffice.database import begin_read, begin_work
from ledger.accounts import Account, Commodity, open_account, register_commodity
from ledger.actors import Employment
from ledger.documents import Document, DocumentKind, Line, draft_document
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import Actor, UnitOfWork, system_actor
from stock.kinds import movements_of

DAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC)
"""Ten in the morning of DAY by the hall's clock."""

PEOPLE: dict[str, str] = {
    "A01": "clerk",
    "A02": "clerk",
    "K01": "stock_keeper",
    "V01": "invoice_keeper",
    "J01": "auditor",
    "D01": "duty_manager",
    "M01": "hall_manager",
    "S01": "department",
    "F01": "finance",
    "X01": "admin",
}
"""Staff number -> the one role its holder has, in every hall made here."""

LOADER = system_actor("load")

SIGNED_SLIP = DocumentKind(
    "signed_slip",
    "QD",
    Text("签批单", "Signed slip"),
    "stock",
    movements_of,
    needs_approval=True,
)
"""A kind of document that needs approval; a test that uses it puts it into DOCUMENT_KINDS."""


@dataclass(frozen=True, slots=True)
class OpenHall:
    """A hall whose books are open on DAY, and its people by staff number."""

    engine: Engine
    hall: Hall
    people: Mapping[str, Actor]

    @property
    def id(self) -> int:
        """The hall's id."""
        return self.hall.id

    def work(
        self, who: str | Actor = "K01", *, now: dt.datetime = NOW
    ) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work as the holder of a staff number, or as another actor."""
        return begin_work(self.engine, self._actor(who), now=now)

    def read(self, who: str | Actor = LOADER) -> AbstractContextManager[UnitOfWork]:
        """Begin to read, as the system unless somebody is named."""
        return begin_read(self.engine, self._actor(who), now=NOW)

    def serials(self, count: int) -> list[str]:
        """Give serials no other hall of these tests has."""
        return [f"{self.hall.code}-{number:04d}" for number in range(1, count + 1)]

    def on(self, engine: Engine) -> OpenHall:
        """Give the same hall as another client of its database sees it."""
        return replace(self, engine=engine)

    def _actor(self, who: str | Actor) -> Actor:
        return self.people[who] if isinstance(who, str) else who


def open_hall(
    engine: Engine,
    code: str = "H001",
    *,
    days: Iterable[dt.date] = (DAY,),
    more_staff: Iterable[StaffMember] = (),
    opened_on: dt.date = DAY,
) -> OpenHall:
    """Make a hall with one person for each staff number of PEOPLE and open its days."""
    staff = [StaffMember(number, f"员工{number}", (role,)) for number, role in PEOPLE.items()]
    file = HallFile(
        code=code,
        name=f"营业厅{code}",
        organisation="总部/某省/某市",
        business_date=opened_on,
        books_open_on=None,
        expected=None,
        staff=(*staff, *more_staff),
    )
    with begin_work(engine, LOADER, now=NOW) as uow:
        hall = enrol_hall(uow, file)
        open_days(uow, hall.id, days)
        employed = select(Employment.number, Employment.person_id).where(
            Employment.hall_id == hall.id
        )
        people = _actors(hall.id, file.staff, dict(uow.session.execute(employed).all()))
    return OpenHall(engine, hall, people)


def _actors(
    hall_id: int, staff: Iterable[StaffMember], persons: Mapping[str, int]
) -> dict[str, Actor]:
    """Give staff number -> actor; whoever has two numbers has the roles of both under each."""
    held: dict[int, frozenset[str]] = {}
    for member in staff:
        person = persons[member.number]
        held[person] = held.get(person, frozenset()) | frozenset(member.roles)
    return {
        member.number: Actor(
            persons[member.number],
            f"{member.name} {member.number}",
            {hall_id: held[persons[member.number]]},
        )
        for member in staff
    }


def phone(uow: UnitOfWork, code: str = "P1") -> Commodity:
    """Give a handset model, counted by serial."""
    return register_commodity(
        uow, code=code, name=f"手机{code}", category="handset", tracking="serial", unit="台"
    )


def gift(uow: UnitOfWork, code: str = "G1") -> Commodity:
    """Give a gift, counted by quantity."""
    return register_commodity(
        uow, code=code, name=f"礼品{code}", category="gift", tracking="quantity", unit="个"
    )


def place(uow: UnitOfWork, hall: OpenHall, name: str) -> Account:
    """Give the hall's account written as `store`, or as `clerk A01` with its holder."""
    kind, _, holder = name.partition(" ")
    return open_account(uow, hall.id, kind, holder)


def phone_lines(
    uow: UnitOfWork, hall: OpenHall, move: str, serials: Sequence[str], *, cost: int | None = None
) -> list[Line]:
    """Give one line for each serial; `move` is `FROM > TO`, as in `store > clerk A01`."""
    item = phone(uow)
    credit, debit = (place(uow, hall, name) for name in move.split(" > "))
    return [Line(item, debit, credit, 1, serial, "", cost) for serial in serials]


def gift_line(uow: UnitOfWork, hall: OpenHall, move: str, quantity: int) -> Line:
    """Give a line that moves gifts; `move` as in `phone_lines`."""
    credit, debit = (place(uow, hall, name) for name in move.split(" > "))
    return Line(gift(uow), debit, credit, quantity)


def submit(
    uow: UnitOfWork,
    hall: OpenHall,
    kind: str,
    lines: Sequence[Line],
    *,
    day: dt.date = DAY,
    amount_fen: int = 0,
) -> Document:
    """Draft and submit a document; a kind that needs no approval is posted then."""
    document = draft_document(
        uow, hall_id=hall.id, kind=kind, business_date=day, amount_fen=amount_fen
    )
    return advance(uow, document, "submit", lines=lines)


def receive_phones(hall: OpenHall, serials: Sequence[str]) -> Document:
    """Receive handsets from the supplier into the store, in a unit of work of their own."""
    with hall.work() as uow:
        return submit(uow, hall, "receipt", phone_lines(uow, hall, "supplier > store", serials))


def receive_gifts(hall: OpenHall, quantity: int) -> Document:
    """Receive gifts from the supplier into the store, in a unit of work of their own."""
    with hall.work() as uow:
        return submit(uow, hall, "receipt", [gift_line(uow, hall, "supplier > store", quantity)])


def move_phones(hall: OpenHall, kind: str, move: str, serials: Sequence[str]) -> Document:
    """Move handsets by a document of that kind, in a unit of work of its own."""
    with hall.work() as uow:
        return submit(uow, hall, kind, phone_lines(uow, hall, move, serials))


def move_gifts(hall: OpenHall, kind: str, move: str, quantity: int) -> Document:
    """Move gifts by a document of that kind, in a unit of work of its own."""
    with hall.work() as uow:
        return submit(uow, hall, kind, [gift_line(uow, hall, move, quantity)])
