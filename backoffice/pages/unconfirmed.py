"""The exception queue of a day: sold goods that the books cannot follow, each with its reason."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.shell import show
from ledger.accounts import ACCOUNT_KINDS
from ledger.actors import names_of
from ledger.text import Text
from stock.sold_goods import REASONS, SoldLine
from stock.unconfirmed_sales import unconfirmed_sales

UNCONFIRMED = Text("待确认销售", "Unconfirmed sales")


@pages.get("/halls/<hall>/days/<date:date>/unconfirmed-sales")
@needs(("audit", "view"))
def list_unconfirmed(date: dt.date) -> str:
    """List the day's lines about goods that stay out of the daily sales documents."""
    with reading() as uow:
        return show(
            uow,
            "pages/unconfirmed.html",
            desk="days",
            title=UNCONFIRMED,
            date=date,
            trail=(
                (
                    Text(f"营业日 {date}", f"Day {date}"),
                    url_for("pages.show_day", hall=hall().code, date=date),
                ),
            ),
            on=date,
            lines=unconfirmed_sales(uow, hall=hall(), date=date),
            reasons=REASONS,
            place_of=place_of,
            names=names_of(uow, hall().id),
        )


def place_of(line: SoldLine) -> Text:
    """Give where the books have the goods of a line; a dash where they do not know them."""
    kind = ACCOUNT_KINDS.get(line.place_kind)
    if kind is None:
        return Text("–", "–")
    return Text(f"{kind.text.zh} {line.holder}".strip(), f"{kind.text.en} {line.holder}".strip())
