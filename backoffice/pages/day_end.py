"""The end of a day on one screen: what is missing, who must sign, what blocks the hand-over."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from backoffice.day_end import Lack, see_day_end
from backoffice.pages.door import hall, needs, pages, reading
from backoffice.pages.shell import show
from ledger.text import Text

TITLE = Text("日终一览", "Day end")


@pages.get("/halls/<hall>/days/<date:date>/end")
@needs(("audit", "view"))
def show_day_end(date: dt.date) -> str:
    """Show each step to the hand-over with what it lacks and whose turn it is."""
    with reading() as uow:
        steps = see_day_end(uow, hall(), date)
        return show(
            uow,
            "pages/day_end.html",
            desk="days",
            title=TITLE,
            date=date,
            steps=steps,
            done=sum(step.is_done for step in steps),
            address_of=lambda lack: _address(date, lack),
        )


def _address(date: dt.date, lack: Lack) -> str:
    """Give the page on which a lack is seen to."""
    code = hall().code
    if lack.kind == "shift":
        return url_for("pages.show_shift", hall=code, clerk=lack.key, date=date)
    if lack.kind == "paper":
        return url_for("pages.show_paper", hall=code, number=lack.key)
    if lack.kind == "sign":
        return url_for("pages.show_sign", hall=code, date=date)
    if lack.kind == "result":
        return url_for("pages.show_result", hall=code, date=date)
    if lack.kind == "bundle":
        return url_for("pages.show_bundle", hall=code, number=lack.key)
    if lack.kind == "bundles":
        return url_for("pages.list_hall_bundles", hall=code)
    return url_for("pages.show_day", hall=code, date=date)
