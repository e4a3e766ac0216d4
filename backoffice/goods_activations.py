"""The day's recharge cards as a list: sold, activated, and what does not agree (DOMAIN STK-05)."""

from __future__ import annotations

from backoffice.goods_asked import Asked
from backoffice.goods_lists import Cell, GoodsList, ListColumn
from backoffice.goods_on_hand import ITEM, SERIAL
from backoffice.sheets import CellKind
from ledger.accounts import ACCOUNT_KINDS
from ledger.actors import names_of
from ledger.organisations import Hall
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.activations import STATES, CardState, card_states

COLUMNS = (
    SERIAL,
    ListColumn("serial_to", Text("止号", "Last")),
    ITEM,
    ListColumn("state", Text("核对", "Verdict")),
    ListColumn("pieces", Text("张数", "Cards"), CellKind.INTEGER, total=True),
    ListColumn("place", Text("售出人或所在", "Sold by, or at")),
    ListColumn("txn_no", Text("流水号", "Transaction")),
    ListColumn("activated_at", Text("激活时间", "Activated")),
)
SAME = Text(
    "激活清单须与售出清单一致。激活清单在营业日页上作为凭证导入;前 7 日、后 3 日的激活也算。",
    "What is activated is what is sold. The list of activations is handed in on the day's page;"
    " activations of the seven days before and the three after count.",
)


def activations(uow: UnitOfWork, hall: Hall, asked: Asked) -> GoodsList:
    """Give each recharge card that was sold or activated on the day, what differs first."""
    staff = names_of(uow, hall.id)
    return GoodsList(
        name="activations",
        title=Text("充值卡激活核对", "Recharge cards: sold and activated"),
        columns=COLUMNS,
        rows=[
            _row(card, staff)
            for card in card_states(uow, hall, asked.on)
            if asked.item in ("", card.item)
        ],
        heading=(
            (Text("营业厅", "Hall"), f"{hall.name} {hall.code}"),
            (Text("日期", "Date"), asked.on),
        ),
        notes=(SAME,),
        empty=Text(
            "当日没有充值卡售出或激活。", "No recharge card was sold or activated that day."
        ),
    )


def _row(card: CardState, staff: dict[str, str]) -> tuple[Cell, ...]:
    at = card.activated_at
    place = ACCOUNT_KINDS["store"].text if card.place == "store" else None
    return (
        card.serial,
        "" if card.serial_to == card.serial else card.serial_to,
        card.item,
        STATES[card.state],
        card.pieces,
        place or f"{card.place} {staff.get(card.place, '')}".strip(),
        card.txn_no,
        "" if at is None else f"{at.astimezone(HALL_TIME):%Y-%m-%d %H:%M}",
    )
