"""Goods with prices and labels for tests of STK-09: variants of a handset, labelled and sold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from backoffice.receiving import read_evidence, take_file
from ledger.accounts import register_commodity
from ledger.times import HALL_TIME
from stock.labels import place_label
from stock.price_setting import NewPrice, set_prices
from tests.builders import OpenHall

TODAY = dt.date(2026, 11, 20)
CHANGE = dt.date(2026, 11, 25)
A_DAY = dt.timedelta(days=1)


def moment(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """Give a time of day by the hall's clock."""
    return dt.datetime.combine(day, dt.time(hour, minute), HALL_TIME)


def variants(hall: OpenHall, *prices: int) -> tuple[str, ...]:
    """Make variants of one handset known, each at its price from TODAY on; gives their codes."""
    storages = ("128G", "256G", "512G")
    codes = tuple(f"{hall.hall.code}-{storages[n]}" for n in range(len(prices)))
    with hall.work("M01") as uow:
        for code, storage in zip(codes, storages, strict=False):
            register_commodity(
                uow,
                code=code,
                name="畅行 10",
                category="handset",
                tracking="serial",
                unit="台",
                attributes={"brand": "畅行", "model": "10", "storage": storage, "origin": "深圳"},
            )
        set_prices(
            uow,
            hall=hall.hall,
            prices=[NewPrice(c, fen, TODAY) for c, fen in zip(codes, prices, strict=True)],
        )
    return codes


def label(hall: OpenHall, position: str, *items: str, campaign: str = "") -> None:
    """Let a position stand for items."""
    with hall.work() as uow:
        place_label(
            uow, hall=hall.hall, code=position, items=items, place="一号柜", campaign=campaign
        )


def change_price(
    hall: OpenHall, item: str, fen: int, day: dt.date = CHANGE, until: dt.date | None = None
) -> int:
    """Set a price; gives how many labels have to be changed."""
    with hall.work("M01") as uow:
        return set_prices(uow, hall=hall.hall, prices=[NewPrice(item, fen, day, until)])


def sell(hall: OpenHall, item: str, sales: Iterable[tuple[dt.date, str]]) -> None:
    """Take in the account lines of one piece sold on each day at each price in yuan."""
    for number, (day, yuan) in enumerate(sales, 1):
        head = (
            "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,item,quantity"
        )
        line = f"T{day:%Y%m%d}{number},1,{day} 11:00:00,A01,购机,,{yuan},{yuan},cash,{item},1"
        content = f"{head}\n{line}\n".encode()
        reading = read_evidence("accounts.csv", content)
        with hall.work("J01") as uow:
            take_file(
                uow,
                hall_code=hall.hall.code,
                date=day,
                file_name=f"accounts-{day}-{number}.csv",
                content=content,
                reading=reading,
            )
