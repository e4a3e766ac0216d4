"""All differences of a count as a workbook: the page shows the first few hundred."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.sheets import CellKind, Column, Sheet, Value, table_workbook
from ledger.accounts import Account, Commodity
from ledger.actors import names_of
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork
from stock.count_differences import MISSING, Difference, find_outcome
from stock.count_tables import COUNT_KINDS, Count
from stock.counts import find_count, require_sight
from stock.place_words import place_words

SORTS = {True: Text("盘亏", "Missing"), False: Text("盘盈", "Unexpected")}
ANOTHER_HALL = Text("在其他营业厅账上", "In another hall's books")
IN_NO_BOOKS = Text("账上没有", "In no books")


def count_workbook(uow: UnitOfWork, hall: Hall, number: int, *, language: Language) -> bytes:
    """Give every difference of a count as xlsx; raises UnknownCount, CountIsBlind, NotPermitted."""
    count = find_count(uow, hall.id, number)
    require_sight(uow, count)
    found = find_outcome(uow, count).differences
    items = {
        item.id: item
        for item in uow.session.scalars(
            select(Commodity).where(Commodity.id.in_({one.commodity_id for one in found}))
        )
    }
    staff = names_of(uow, hall.id)
    places = {
        account.id: place_words(account, staff)
        for account in uow.session.scalars(select(Account).where(Account.hall_id == hall.id))
    }
    columns = (
        Column(Text("差异", "Difference")),
        Column(Text("物品编码", "Item")),
        Column(Text("名称", "Name")),
        Column(Text("串号", "Serial")),
        Column(Text("数量", "Quantity"), CellKind.INTEGER, total=True),
        Column(Text("账上所在", "Where the books have it")),
    )
    rows = [_row(one, items.get(one.commodity_id), count, places) for one in found]
    return table_workbook(
        [Sheet(Text("盘点差异", "Differences"), columns, rows, _heading(hall, count, places))],
        language=language,
    )


def _row(
    one: Difference, item: Commodity | None, count: Count, places: dict[int, Text]
) -> tuple[Value, ...]:
    where: Text | None = IN_NO_BOOKS if one.is_unknown else places.get(one.account_id or 0)
    if one.sort == MISSING:
        where = places[count.account_id]
    elif one.elsewhere:
        where = ANOTHER_HALL
    return (
        SORTS[one.sort == MISSING],
        item.code if item else "",
        item.name if item else "",
        one.serial,
        one.quantity,
        where or "",
    )


def _heading(hall: Hall, count: Count, places: dict[int, Text]) -> tuple[tuple[Text, Value], ...]:
    return (
        (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
        (Text("盘点", "Count"), str(count.count_no)),
        (Text("类型", "Kind"), COUNT_KINDS[count.kind]),
        (Text("地点", "Place"), places[count.account_id]),
        (Text("营业日", "Business date"), count.business_date),
    )
