"""The end of a day on one screen: what is missing, who must sign, what blocks the hand-over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import url_for

from backoffice.day_end import see_day_end
from backoffice.day_end_gates import lacks_of_month
from backoffice.day_end_lacks import Lack
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.shell import show
from ledger.text import Text

PLACES = {
    "shift": "pages.show_shift",
    "paper": "pages.show_paper",
    "sign": "pages.show_sign",
    "result": "pages.show_result",
    "bundle": "pages.show_bundle",
    "bundles": "pages.list_hall_bundles",
    "batch": "pages.show_batch",
    "end": "pages.show_day_end",
    "month": "pages.show_month_end",
    "nil": "pages.show_shifts",
    "mapping": "pages.show_voucher_mapping",
    "countersign": "pages.show_countersignatures",
}
"""What a lack is of -> the page that shows it; all else is on the day page."""
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
            month=lacks_of_month(uow, hall(), date),
            done=sum(step.is_done for step in steps),
            address_of=lambda lack: _address(date, lack),
        )


def _address(date: dt.date, lack: Lack) -> str:
    """Give the page on which a lack is seen to, or the nearest that the visitor may open."""
    kind, key = lack.kind, lack.key
    if kind == "sign" and not allowed("audit", "sign"):
        kind = "day"
    if kind == "countersign" and not allowed("countersign", "submit"):
        kind = "paper"
    named: dict[str, dict[str, Any]] = {
        "shift": {"clerk": key, "date": date},
        "paper": {"number": key},
        "bundle": {"number": key},
        "batch": {"intake_no": key},
        "end": {"date": dt.date.fromisoformat(key) if kind == "end" else date},
        "month": {"month": f"{date:%Y-%m}"},
        "nil": {"date": date},
        "bundles": {},
        "mapping": {},
        "countersign": {},
    }
    endpoint = PLACES.get(kind, "pages.show_day")
    address = url_for(endpoint, hall=hall().code, **named.get(kind, {"date": date}))
    return f"{address}#nil" if kind == "nil" else address
