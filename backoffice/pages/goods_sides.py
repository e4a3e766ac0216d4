"""The two sides of a finding about goods: what the books have, and what paper or count says."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import or_, select

from backoffice.pages.door import hall
from backoffice.pages.rows import Row, column_of, find_rows
from backoffice.pages.sides import BOOKS, RULE, Sides, UnitPlace, sheets_of
from ledger.accounts import Account, Commodity
from ledger.actors import names_of
from ledger.audit.day import FindingView
from ledger.audit.wording import first_of_run
from ledger.text import Text
from ledger.units import find_units
from ledger.work import UnitOfWork
from stock.place_words import place_words

COUNTED = Text("盘点", "Counted")
SOLD = Text("销售流水", "The sale")
EARLIER = Text("先售出", "Sold first")
LATER = Text("再次售出", "Sold again")
LENT = Text("借出", "Lent")
STORE = "store"


def _serial(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    holder, _, serials = rest.partition("/")
    serial = first_of_run(serials)
    units = _units(uow, serial)
    if finding.check == "G01":
        rows = _counted(uow, date, holder, str(finding.facts.get("item", "")))
        named = [row for row in rows if row["serial"] == serial] or rows
        return Sides(BOOKS, COUNTED, [], sheets_of(("counts", named)), units=units)
    if finding.check == "G06":
        return Sides(RULE, LENT, units=units)
    sold = find_rows(uow, hall().id, "accounts", date=date, where={"serial": serial})
    if finding.check == "G03":
        first = {"txn_no": str(finding.facts["earlier"])}
        again = {"txn_no": str(finding.facts["txn_no"])}
        before = find_rows(uow, hall().id, "accounts", where=first)
        after = find_rows(uow, hall().id, "accounts", where=again)
        return Sides(
            EARLIER, LATER, sheets_of(("accounts", before)), sheets_of(("accounts", after))
        )
    expected = RULE if finding.check == "G08" else BOOKS
    return Sides(expected, SOLD, [], sheets_of(("accounts", sold)), units=units)


def _item(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    holder, _, item = rest.partition("/")
    where = {"item": item} if holder == STORE else {"item": item, "clerk": holder}
    sold = sheets_of(("accounts", find_rows(uow, hall().id, "accounts", date=date, where=where)))
    if finding.check == "G08":
        return Sides(RULE, SOLD, [], sold)
    return Sides(BOOKS, COUNTED, sold, sheets_of(("counts", _counted(uow, date, holder, item))))


def _count(uow: UnitOfWork, date: dt.date, finding: FindingView, rest: str) -> Sides:
    holder, _, item = rest.partition("/")
    rows = _counted(uow, date, holder, item)
    return Sides(RULE, COUNTED, [], sheets_of(("counts", rows)))


def _counted(uow: UnitOfWork, date: dt.date, holder: str, item: str) -> list[Row]:
    where = {"item": item}
    clerk = column_of("counts", "clerk")
    at = or_(clerk == "", clerk == STORE) if holder == STORE else clerk == holder
    return find_rows(uow, hall().id, "counts", date=date, where=where, also=[at])


def _units(uow: UnitOfWork, serial: str) -> list[UnitPlace]:
    """Give the units of that name and where the books have them now."""
    staff = names_of(uow, hall().id)
    found = []
    for unit in find_units(uow, serial):
        if unit.hall_id != hall().id:
            continue
        account = uow.session.scalars(
            select(Account).where(Account.hall_id == unit.hall_id, Account.id == unit.account_id)
        ).one()
        item = uow.session.get_one(Commodity, unit.commodity_id)
        found.append(
            UnitPlace(unit.serial, f"{item.code} {item.name}", place_words(account, staff))
        )
    return found


GOODS_GATHERERS = {"serial": _serial, "item": _item, "count": _count}
