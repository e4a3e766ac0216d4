"""The price a label may strike through: no more than the lowest done here in seven days.

Where nothing was sold in them it is the last price done in the year before (DOMAIN STK-09).
Sales are the hall's own account lines; what was reversed was not sold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text

from ledger.evidence.expected import CURRENT
from ledger.money import show_yuan
from ledger.text import Text
from ledger.times import A_DAY
from ledger.work import UnitOfWork
from stock.price_errors import NoStruckPrice, StruckPriceTooHigh
from stock.prices import price_in_force

SEVEN_DAYS = 7
LAST_SALE_WITHIN = dt.timedelta(days=365)
_SALES = f"""
SELECT a.business_date, a.received / COALESCE(a.quantity, 1) AS unit_fen
FROM evidence_accounts a
WHERE a.hall_id = :hall AND a.business_date BETWEEN :since AND :until AND a.item = :item
AND a.line_kind = 'sale' AND a.received > 0 AND COALESCE(a.quantity, 1) > 0
AND {CURRENT.format("a")}
AND NOT EXISTS (SELECT 1 FROM evidence_accounts b
                WHERE b.hall_id = a.hall_id AND b.original_txn_no = a.txn_no
                AND b.item = a.item AND b.line_kind = 'reversal')
"""


@dataclass(frozen=True, slots=True)
class StruckLimit:
    """The most in fen that may be struck through, and the days it was done on."""

    most_fen: int
    since: dt.date
    until: dt.date


def struck_limit(uow: UnitOfWork, hall_id: int, item: str, on: dt.date) -> StruckLimit | None:
    """Give the highest price a label of `on` may strike through; None where none was ever done."""
    until = on - A_DAY
    since = on - SEVEN_DAYS * A_DAY
    values = {"hall": hall_id, "item": item, "since": since, "until": until}
    lowest = uow.session.scalar(text(f"SELECT MIN(unit_fen) FROM ({_SALES}) done"), _plain(values))
    if lowest is not None:
        return StruckLimit(int(lowest), since, until)
    before = {**values, "since": since - LAST_SALE_WITHIN, "until": since - A_DAY}
    last = uow.session.execute(
        text(f"SELECT business_date, unit_fen FROM ({_SALES}) done ORDER BY 1 DESC, 2 LIMIT 1"),
        _plain(before),
    ).first()
    if last is None:
        return None
    day = dt.date.fromisoformat(str(last[0]))
    return StruckLimit(int(last[1]), day, day)


def struck_price(
    uow: UnitOfWork, hall_id: int, item: str, on: dt.date, *, wanted_fen: int | None = None
) -> int:
    """Give the price to strike through: the wanted one where the law allows it, else the highest.

    Raises StruckPriceTooHigh above the limit, and NoStruckPrice where nothing was sold to compare
    with or the price of the day is no lower.
    """
    limit = struck_limit(uow, hall_id, item, on)
    if limit is None:
        raise NoStruckPrice(
            item=item,
            what=Text("本厅没有成交过,无可比价格。", "it was never sold here; nothing compares."),
        )
    if wanted_fen is not None and wanted_fen > limit.most_fen:
        raise StruckPriceTooHigh(
            item=item,
            struck=show_yuan(wanted_fen),
            since=limit.since,
            until=limit.until,
            most=show_yuan(limit.most_fen),
        )
    struck = limit.most_fen if wanted_fen is None else wanted_fen
    price = price_in_force(uow, hall_id, item, on)
    if price is None or struck <= price:
        raise NoStruckPrice(
            item=item,
            what=Text(
                "最低成交价不高于现价,没有降价。",
                "the lowest price done is no higher than its price; that is no reduction.",
            ),
        )
    return struck


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in values.items()}
