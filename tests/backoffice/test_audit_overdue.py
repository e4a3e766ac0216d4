"""REC-01: a day nobody audited by the next noon is overdue, and its manager is told."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from backoffice.pages.tasks import is_past_next_noon
from ledger.times import HALL_TIME
from tests.backoffice.visitors import DAY, HALL, Visitor


@pytest.mark.parametrize(("clock", "late"), [("12:00", False), ("12:01", True)])
def test_rec_01_a_sheet_not_audited_by_the_next_noon_is_overdue(clock: str, late: bool) -> None:
    now = dt.datetime.combine(dt.date(2026, 3, 4), dt.time.fromisoformat(clock), HALL_TIME)
    assert is_past_next_noon(dt.date(2026, 3, 3), now) is late


def test_rec_01_the_manager_is_told_on_his_first_page(app: Flask) -> None:
    page = Visitor(app, "M01").read(f"{HALL}/")
    assert "逾期未稽核" in page
    assert f'href="{DAY}"' in page
