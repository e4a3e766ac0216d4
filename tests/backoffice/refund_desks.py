"""The sample hall's desk of refunds on a working day: today open, cases asked for on forms."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.backoffice.form_desks import done
from tests.backoffice.goods_days import open_today
from tests.backoffice.visitors import HALL, PASSWORD, Visitor

DESK = f"{HALL}/refunds"
PAID = "2026112000242"
"""129.00 by Alipay, taken by A06 for 13101916398."""
NUMBER = "13101916398"
OUTAGE = {"reason": "outage", "subscriber": NUMBER, "note": "基站故障两天"}


def open_refunds(app: Flask) -> Flask:
    """Open today, so that cases can be asked for."""
    open_today(app.extensions["backoffice_engine"])
    return app


def ask(visitor: Visitor, kind: str, **fields: Any) -> str:
    """Ask for a case on its form; gives its page."""
    page = f"{DESK}/new/{kind}"
    return done(visitor.send(page, {"act": "ask", **fields}, page=page))


def act(visitor: Visitor, address: str, name: str, **fields: Any) -> str:
    """Do an act on a case's page, with the password; gives the page after it."""
    sent = {"act": name, "password": PASSWORD, **fields}
    return visitor.send(address, sent, page=address, follow=True).text
