"""Reports over halls: who names one that he does not oversee gets none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from sqlalchemy import Engine

from backoffice.correction_statistics import make_error_statistics
from backoffice.form_lists import FormReport
from backoffice.form_reports import make_group_month
from backoffice.overview import make_overview
from backoffice.refund_statistics import make_statistics
from ledger.organisations import UnknownHall
from ledger.permissions import NotPermitted
from ledger.work import Actor, UnitOfWork
from tests.builders import OpenHall, open_hall

MONTH: Mapping[str, str] = {"month": "2026-11"}
Report = Callable[[UnitOfWork, Sequence[str]], FormReport]
REPORTS: dict[str, Report] = {
    "errors": lambda uow, codes: make_error_statistics(uow, codes, {}),
    "forms": lambda uow, codes: make_group_month(uow, codes, MONTH),
    "refunds": lambda uow, codes: make_statistics(uow, codes, MONTH),
    "overview": make_overview,
}


@pytest.fixture
def halls(engine: Engine) -> tuple[OpenHall, OpenHall, OpenHall]:
    """Give three halls."""
    return open_hall(engine, "HA01"), open_hall(engine, "HA02"), open_hall(engine, "HA03")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_over_halls_is_of_those_one_oversees(
    halls: tuple[OpenHall, OpenHall, OpenHall], name: str
) -> None:
    own, other, unseen = halls
    person = own.people["M01"]
    manager = Actor(
        person.person_id,
        person.label,
        {own.id: frozenset({"hall_manager"}), other.id: frozenset({"clerk"})},
    )
    with own.read(manager) as uow:
        alone = REPORTS[name](uow, ["HA01"])
        assert any("HA01" in str(said) for _, said in alone.heading)
        assert REPORTS[name](uow, []).heading == alone.heading
        with pytest.raises(NotPermitted):
            REPORTS[name](uow, ["HA01", "HA02"])
        with pytest.raises(UnknownHall, match=unseen.hall.code):
            REPORTS[name](uow, ["HA01", unseen.hall.code])
    with own.read("A01") as uow, pytest.raises(NotPermitted):
        REPORTS[name](uow, [])
