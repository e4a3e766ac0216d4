"""The sample hall on a working day of its goods: today open, loan handsets, a second hall."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence

from flask import Flask
from sqlalchemy import Engine, select
from stdnum import luhn
from werkzeug.test import TestResponse

from backoffice.database import begin_read, begin_work
from backoffice.identity import Credential
from ledger.accounts import Account, Commodity, register_commodity
from ledger.actors import Employment, actor_for
from ledger.enrolment import HallFile, StaffMember, enrol_hall
from ledger.hall_days import open_days
from ledger.organisations import Hall
from ledger.times import HALL_TIME
from ledger.units import Unit
from ledger.work import Actor, system_actor
from stock.campaigns import set_campaign
from stock.moves import MoveLine, submit_move
from tests.backoffice.visitors import HALL, TOKEN, Visitor

LOADER = system_actor("load")
NEW_SHEET = f"{HALL}/goods/new"
OTHER = "/halls/H002"
LOANERS = tuple(
    body + luhn.calc_check_digit(body) for body in (f"86999900{n:06d}" for n in range(1, 4))
)
SHEET = re.compile(r"/goods/sheets/(\d+)")


def open_today(engine: Engine) -> dt.date:
    """Open today and the five days before, so that goods can move."""
    with begin_work(engine, LOADER) as uow:
        today = uow.now.astimezone(HALL_TIME).date()
        hall = uow.session.scalars(select(Hall).where(Hall.code == "H001")).one()
        open_days(uow, hall.id, [today - dt.timedelta(days=n) for n in range(6)])
    return today


def make_other_hall(engine: Engine) -> None:
    """Make H002 with a keeper K21, who signs in with the password of everybody."""
    with begin_work(engine, LOADER) as uow:
        today = uow.now.astimezone(HALL_TIME).date()
        staff = (StaffMember("K21", "白建军", ("stock_keeper",)),)
        file = HallFile(
            code="H002",
            name="新华路营业厅",
            organisation="东江市分公司",
            business_date=today,
            books_open_on=None,
            expected=None,
            staff=staff,
        )
        hall = enrol_hall(uow, file)
        open_days(uow, hall.id, [today])
        known = uow.session.scalars(select(Credential)).first()
        assert known is not None
        person = uow.session.get_one(Employment, (hall.id, "K21")).person_id
        uow.session.add(
            Credential(
                person_id=person, password_hash=known.password_hash, changed_at=known.changed_at
            )
        )


def add_loaners(engine: Engine) -> None:
    """Put loan handsets into the store."""
    with begin_work(engine, LOADER) as uow:
        register_commodity(
            uow, code="BYJ-1", name="备用机", category="loaner", tracking="serial", unit="台"
        )
    lines = [MoveLine("BYJ-1", 1, serial, unit_cost_fen=60000) for serial in LOANERS]
    move(engine, "K01", "receipt", lines, {})


def move(
    engine: Engine,
    number: str,
    kind: str,
    lines: Sequence[MoveLine],
    facts: dict[str, str],
    *,
    days_ago: int = 0,
) -> str:
    """Make a document in H001 as the holder of a staff number; gives its number."""
    with begin_work(engine, _actor(engine, number)) as uow:
        hall = uow.session.scalars(select(Hall).where(Hall.code == "H001")).one()
        on = uow.now.astimezone(HALL_TIME).date() - dt.timedelta(days=days_ago)
        document = submit_move(uow, hall=hall, kind=kind, lines=lines, facts=facts, on=on)
        assert document.number is not None
        return document.number


def add_campaign(engine: Engine, code: str, *, quota: int = 5) -> None:
    """Let a campaign of H001 give away so many pieces from today on."""
    with begin_work(engine, _actor(engine, "M01")) as uow:
        hall = uow.session.scalars(select(Hall).where(Hall.code == "H001")).one()
        today = uow.now.astimezone(HALL_TIME).date()
        set_campaign(uow, hall=hall, code=code, quota=quota, name="开门红", valid_from=today)


def _actor(engine: Engine, number: str) -> Actor:
    with begin_read(engine, LOADER) as uow:
        today = uow.now.astimezone(HALL_TIME).date()
        hall = uow.session.scalars(select(Hall).where(Hall.code == "H001")).one()
        person = uow.session.get_one(Employment, (hall.id, number)).person_id
        return actor_for(uow, person, today)


def serials_at(app: Flask, place: str, item: str = "SJ-YH5") -> list[str]:
    """Give the serials of an item at a place of H001, written as `store` or `clerk A01`."""
    kind, _, holder = place.partition(" ")
    with begin_read(app.extensions["backoffice_engine"], LOADER) as uow:
        query = (
            select(Unit.serial)
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .join(Commodity, Commodity.id == Unit.commodity_id)
            .join(Hall, Hall.id == Unit.hall_id)
            .where(
                Hall.code == "H001",
                Account.kind == kind,
                Account.holder == holder,
                Commodity.code == item,
            )
        )
        return sorted(uow.session.scalars(query))


def errors_on(page: str) -> list[str]:
    """Give what a page says is wrong, for a test that expected nothing to be."""
    found = re.findall(r'role="alert"[^>]*>(.*?)</(?:p|div>\s*</div)>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


class Sheet:
    """A scan sheet in somebody's browser."""

    def __init__(self, visitor: Visitor, kind: str, **facts: str) -> None:
        self.visitor = visitor
        answer = visitor.send(NEW_SHEET, {"kind": kind, **facts}, page=NEW_SHEET)
        assert answer.status_code == 302, answer.text
        self.address = answer.location
        self.scans = f"{self.address}/scan"

    def scan(self, code: str, *, key: str = "", **acts: str) -> dict[str, object]:
        """Send one scan as the page does; gives the answer."""
        page = self.visitor.get(self.scans)
        token = TOKEN.search(page.text)
        assert token is not None
        body = {"key": key or code, **({"code": code} if code else {}), **acts}
        answer = self.visitor.client.post(
            self.scans,
            data=json.dumps(body),
            headers={
                **self.visitor.headers,
                "X-CSRFToken": token[1],
                "Content-Type": "application/json",
            },
        )
        assert answer.status_code == 200, answer.text
        said: dict[str, object] = json.loads(answer.text)
        return said

    def send(self, act: str = "make", **facts: str) -> TestResponse:
        """Send the form."""
        return self.visitor.send(self.address, {"act": act, **facts}, page=self.address)
