"""One unit with its whole life, and every line of evidence that names it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

# These register the kinds of document that are named here.
import invoices.papers  # noqa: F401
import stock.papers  # noqa: F401
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.rows import find_rows
from backoffice.pages.shell import show
from ledger.accounts import ACCOUNT_KINDS, CATEGORIES, Account, Commodity
from ledger.actors import names_of
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.errors import NotFound
from ledger.postings import Posting
from ledger.text import Text
from ledger.units import Identifier, Unit, find_units
from ledger.work import UnitOfWork

DOCUMENTS = Text("单据", "Papers")


class UnknownUnit(NotFound):
    """No unit and no line of evidence bears the serial."""

    code = "unknown_unit"
    text = Text(
        "没有串号 {serial}:不在账上,也没有凭证提到它。请核对后重扫。",
        "No serial {serial}: neither in the books nor in any evidence. Check it and scan again.",
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step in a unit's life: when, from where to where, by which document."""

    date: dt.date
    origin: Text
    place: Text
    document: Document | None


@dataclass(frozen=True, slots=True)
class UnitStory:
    """One unit of the books: what it is, where it is now, its names, and its steps."""

    unit: Unit
    commodity: Commodity
    place: Text
    names: list[Identifier]
    steps: list[Step]


@pages.get("/halls/<hall>/units/<path:serial>")
@needs(("stock", "view"), ("audit", "view"))
def show_unit(serial: str) -> str:
    """Show a unit's whole life, and every line of evidence that names it."""
    with reading() as uow:
        staff = names_of(uow, hall().id)
        units = [u for u in find_units(uow, serial) if u.hall_id == hall().id]
        # What customers bought, and what was counted, is for those who audit.
        evidence = allowed("audit", "view")
        where = {"serial": serial}
        sold = find_rows(uow, hall().id, "accounts", where=where) if evidence else []
        counted = find_rows(uow, hall().id, "counts", where=where) if evidence else []
        if not (units or sold or counted):
            raise UnknownUnit(serial=serial)
        return show(
            uow,
            "pages/unit.html",
            desk="goods",
            title=Text(f"串号 {serial}", f"Serial {serial}"),
            trail=((DOCUMENTS, url_for("pages.list_documents", hall=hall().code)),),
            serial=serial,
            stories=[_story(uow, unit, staff) for unit in units],
            categories=CATEGORIES,
            kinds=DOCUMENT_KINDS,
            sold=sold,
            counted=counted,
            names=staff,
        )


def place_name(account: Account, staff: Mapping[str, str]) -> Text:
    """Give a place of the books as people call it."""
    kind = ACCOUNT_KINDS[account.kind].text
    if not account.holder:
        return kind
    holder = f"{account.holder} {staff.get(account.holder, '')}".strip()
    return Text(f"{kind.zh} {holder}", f"{kind.en} {holder}")


def _story(uow: UnitOfWork, unit: Unit, staff: Mapping[str, str]) -> UnitStory:
    session, here = uow.session, hall().id
    postings = session.scalars(
        select(Posting)
        .where(Posting.hall_id == here, Posting.unit_id == unit.id)
        .order_by(Posting.event_no, Posting.id)
    ).all()
    documents = {
        d.id: d
        for d in session.scalars(
            select(Document).where(
                Document.hall_id == here, Document.id.in_({p.document_id for p in postings})
            )
        )
    }
    places = _places(uow, postings, unit, staff)
    return UnitStory(
        unit=unit,
        commodity=session.get_one(Commodity, unit.commodity_id),
        place=places[unit.account_id],
        names=list(
            session.scalars(
                select(Identifier).where(
                    Identifier.holder_hall_id == here, Identifier.unit_id == unit.id
                )
            )
        ),
        steps=[
            Step(
                p.business_date,
                places[p.credit_account],
                places[p.debit_account],
                documents.get(p.document_id),
            )
            for p in postings
        ],
    )


def _places(
    uow: UnitOfWork, postings: Iterable[Posting], unit: Unit, staff: Mapping[str, str]
) -> dict[int, Text]:
    ids = {unit.account_id}
    for posting in postings:
        ids |= {posting.debit_account, posting.credit_account}
    accounts = uow.session.scalars(
        select(Account).where(Account.hall_id == hall().id, Account.id.in_(ids))
    )
    return {account.id: place_name(account, staff) for account in accounts}
