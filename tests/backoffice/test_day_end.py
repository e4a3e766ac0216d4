"""The day's end on one screen: what is missing, whose turn it is, what blocks the hand-over."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.database import begin_read
from backoffice.day_end import see_day_end
from ledger.organisations import find_hall
from ledger.work import system_actor
from tests.backoffice.conftest import SAMPLE_DAY
from tests.backoffice.visitors import DAY, Visitor


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_each_step_lacks_and_whose_turn_it_is(app: Flask, language: str) -> None:
    auditor = Visitor(app, "J01", language)
    assert f'href="{DAY}/end"' in auditor.read(DAY)
    page = auditor.read(f"{DAY}/end")
    said = {
        "zh": ("日终一览", "A02", "项阻断差异", "稽核签字之后", "关账"),
        "en": ("Day end", "A02", "blocking finding", "After the auditor has signed", "closed"),
    }
    for words in said[language]:
        assert words in page
    assert Visitor(app, "A02").get(f"{DAY}/end").status_code == 403


def test_it_is_the_same_for_programs_and_on_the_command_line(app: Flask) -> None:
    engine = app.extensions["backoffice_engine"]
    with begin_read(engine, system_actor("cli")) as uow:
        steps = see_day_end(uow, find_hall(uow, "H001"), SAMPLE_DAY)
    told = Visitor(app, "J01", "en").get(f"/api/v1{DAY}/end").json or {}
    assert [one["step"] for one in told["steps"]] == [step.name for step in steps]
    assert [one["done"] for one in told["steps"]] == [step.is_done for step in steps]
    lacking = {one["step"]: one["lacks"] for one in told["steps"]}
    assert lacking["shifts"] == []
    assert lacking["signed"] == [{"text": "To be signed", "who": "Auditor"}]
    assert lacking["handed_over"] == [{"text": "After the day is closed", "who": "Finance"}]
