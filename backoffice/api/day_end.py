"""The end of a day: each step to the hand-over, what it lacks, whose turn it is."""

from __future__ import annotations

import datetime as dt

from marshmallow import fields

from backoffice.api.audit import DAY
from backoffice.api.door import reading
from backoffice.api.fields import StrictSchema
from backoffice.api.routes import Routes
from backoffice.day_end import day_end_payload, see_day_end
from backoffice.errors import Payload
from backoffice.pages.showing import language
from ledger.organisations import find_hall
from ledger.text import Text

routes = Routes("day_end", Text("日终", "Day end"))


class LackAnswer(StrictSchema):
    """One thing a step lacks, and whose turn it is, '' for nobody's."""

    text = fields.String()
    who = fields.String()


class StepAnswer(StrictSchema):
    """One step of the day's end."""

    step = fields.String()
    name = fields.String()
    done = fields.Boolean()
    lacks = fields.List(fields.Nested(LackAnswer))


class DayEndAnswer(StrictSchema):
    """The steps of a day to its hand-over, in order."""

    hall = fields.String()
    date = fields.String(metadata={"format": "date"})
    steps = fields.List(fields.Nested(StepAnswer))


@routes.get(
    f"{DAY}/end",
    Text(
        "日终一览:每一步还缺什么、轮到谁。",
        "The day's end: what each step lacks, whose turn it is.",
    ),
    gives=DayEndAnswer,
)
def show_day_end(hall: str, date: dt.date) -> Payload:
    """Show the steps to the hand-over."""
    with reading() as uow:
        found = find_hall(uow, hall)
        return day_end_payload(found, date, see_day_end(uow, found, date), language())
