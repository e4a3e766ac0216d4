"""The hand-over on both databases: each states the same of the same day."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from backoffice.bundle_files import write_bundle
from ledger.finance.seen import part_of
from ledger.verify import verify_hall
from tests.builders import OpenHall, open_hall
from tests.ledger.finance.closed_days import SECOND_FINANCE, close_day, make, sign, work_day
from tests.ledger.finance.test_as_signed import give_number


@pytest.mark.postgresql
def test_both_databases_say_the_same_of_a_day(
    postgresql_url: str, open_engine: Callable[[str], Engine], hall: OpenHall
) -> None:
    other = open_hall(open_engine(postgresql_url), "F0001", more_staff=[SECOND_FINANCE])
    work_day(other)
    close_day(other)
    said = []
    for one in (other, hall):
        # Whose number is whose is set in place: the signed day is read with it as it was.
        give_number(one, "A00", "A01")
        document = make(one)
        with one.read("F01") as uow:
            target = io.BytesIO()
            write_bundle(uow, one.hall, document, target)
            statement = part_of(uow, document).statement
            said.append({name: statement[name] for name in ("voucher", "totals", "overrides")})
        assert sign(one, document.number).state == "posted"
        with one.read() as uow:
            assert verify_hall(uow, one.hall) == []
    assert said[0] == said[1]
