"""One business date of many halls, audited and signed: what the manager of an area finds waiting.

The evidence is that of `group_day`; the audit and the auditor's signatures are the product's own.
"""

from __future__ import annotations

import datetime as dt

import psycopg
from sqlalchemy import Engine, select

from backoffice.audit_work import run_all
from backoffice.database import begin_read, begin_work
from ledger.actors import actor_for
from ledger.audit.signing import sign_day
from ledger.organisations import Hall
from ledger.work import Actor, system_actor
from tests.bench.group_day import CLERKS, DATE, make_group_day

DAY = dt.date.fromisoformat(DATE)
BATCH = 50

# One auditor and one manager of the whole area, after the clerks.
PEOPLE = f"""
INSERT INTO persons (id, key, name)
SELECT %(halls)s * {CLERKS} + place, 'AREA/' || number, name
  FROM (VALUES (1, 'J01', 'Auditor'), (2, 'M01', 'Manager')) known (place, number, name);
INSERT INTO employments (hall_id, number, person_id, kind, valid_from, valid_to)
SELECT h, number, %(halls)s * {CLERKS} + place, 'person', DATE '{DATE}', DATE '9999-12-31'
  FROM generate_series(1, %(halls)s) h, (VALUES (1, 'J01'), (2, 'M01')) known (place, number);
INSERT INTO role_grants (hall_id, number, role, valid_from, valid_to)
SELECT h, number, role, DATE '{DATE}', DATE '9999-12-31'
  FROM generate_series(1, %(halls)s) h,
       (VALUES ('J01', 'auditor'), ('M01', 'hall_manager')) known (number, role);
"""
SETTLED = "UPDATE findings SET state = 'settled' WHERE severity = 'block'"


def make_signed_day(engine: Engine, address: str, *, halls: int, lines: int) -> Actor:
    """Fill a migrated, empty database; gives the manager who may close the day of every hall."""
    make_group_day(address, halls=halls, lines=lines)
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(PEOPLE, {"halls": halls})
    run_all(engine, system_actor("cli"), DAY)
    with psycopg.connect(address) as connection:
        connection.execute(SETTLED)
    with begin_read(engine, system_actor("cli")) as uow:
        auditor, manager = (actor_for(uow, halls * CLERKS + place, DAY) for place in (1, 2))
        ids = uow.session.scalars(select(Hall.id).order_by(Hall.id)).all()
    for start in range(0, halls, BATCH):
        with begin_work(engine, auditor) as uow:
            for hall_id in ids[start : start + BATCH]:
                sign_day(uow, uow.session.get_one(Hall, hall_id), DAY)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return manager
