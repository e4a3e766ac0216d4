"""The sample day brought to the auditor's signature: every block settled or allowed to stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import Engine, select

from backoffice.audit_work import run_day
from backoffice.database import begin_work
from ledger.actors import Employment, actor_for
from ledger.audit.findings import Finding
from ledger.audit.queries import sources_of_day
from ledger.audit.signing import sign_day
from ledger.corrections.liability import settle_with_liability, sign_liability
from ledger.evidence.intake import declare_nil
from ledger.organisations import find_hall
from ledger.work import Actor, system_actor

HALL = "H001"
AWAITED = ("missing", "awaited")


def acting(engine: Engine, number: str, on: dt.date, *also: str) -> Actor:
    """Give a person of the sample hall as actor, with more roles where some are named."""
    with begin_work(engine, system_actor("test")) as uow:
        hall = find_hall(uow, HALL)
        person = uow.session.get_one(Employment, (hall.id, number)).person_id
        actor = actor_for(uow, person, on)
        roles = actor.roles.get(hall.id, frozenset()) | set(also)
        return replace(actor, roles={**actor.roles, hall.id: roles})


def decide_blocks(engine: Engine, date: dt.date, now: dt.datetime) -> list[tuple[str, str]]:
    """Have every block settled by department and second level; gives check and subject."""
    department = acting(engine, "B01", date)
    second = acting(engine, "K02", date, "auditor")
    with begin_work(engine, department, now=now) as uow:
        hall = find_hall(uow, HALL)
        blocks = uow.session.execute(
            select(Finding.check_code, Finding.subject).where(
                Finding.hall_id == hall.id,
                Finding.business_date == date,
                Finding.severity == "block",
                Finding.state.in_(("open", "answered")),
            )
        ).all()
        made = [
            settle_with_liability(
                uow,
                hall,
                date,
                check=check,
                subject=subject,
                liable="nobody",
                amount_fen=0,
                reason="样例",
            )
            for check, subject in blocks
        ]
    with begin_work(engine, second, now=now) as uow:
        for document in made:
            sign_liability(uow, find_hall(uow, HALL), uow.session.merge(document))
    return [(check, subject) for check, subject in blocks]


def sign_sample(engine: Engine, date: dt.date, now: dt.datetime) -> None:
    """Settle what stands of a day whose audit ran, and sign it as the auditor."""
    with begin_work(engine, system_actor("test"), now=now) as uow:
        hall = find_hall(uow, HALL)
        for source in sources_of_day(uow, hall.id, date, now):
            if source.arrival in AWAITED:
                declare_nil(uow, hall=hall, date=date, source=source.source)
    run_day(engine, system_actor("test"), HALL, date, now=now)
    decide_blocks(engine, date, now)
    with begin_work(engine, acting(engine, "J01", date), now=now) as uow:
        sign_day(uow, find_hall(uow, HALL), date)
