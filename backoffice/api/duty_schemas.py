"""What the API takes and gives for rosters, grants, countersignatures and calendars."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema
from ledger.calendars import CALENDARS
from ledger.duties.grants import EXCEPTION, NAMES, SMALL_HALL
from ledger.duties.matrix import PAIRS

MOST_SEATS = 2000
REASON = validate.Length(1, 500)
PASSWORD = validate.Length(1, 200)


class DaysQuery(StrictSchema):
    """From which day to which; today, and the same day, where nothing is said."""

    first = Day(load_default=None)
    last = Day(load_default=None)


class SeatBody(StrictSchema):
    """A seat: `shift` is early, middle, late, whole, rest, or the hall's own word."""

    date = Day(required=True)
    clerk = fields.String(required=True, validate=SHORT_TEXT)
    shift = fields.String(required=True, validate=SHORT_TEXT)
    desk = fields.String(load_default="", validate=validate.Length(0, 20))


class RosterBody(StrictSchema):
    """Seats to settle."""

    seats = fields.List(
        fields.Nested(SeatBody), required=True, validate=validate.Length(1, MOST_SEATS)
    )


class RosterCopyBody(StrictSchema):
    """Which week is copied to which: any day of each."""

    week_of = Day(required=True)
    to = Day(required=True)


class SettledAnswer(Schema):
    """How many say something new."""

    hall = fields.String(required=True)
    settled = fields.Integer(required=True)


class SeatAnswer(Schema):
    """A seat as it counts."""

    date = fields.String(required=True)
    clerk = fields.String(required=True)
    name = fields.String(required=True)
    shift = fields.String(required=True)
    shift_name = fields.String(required=True)
    desk = fields.String(required=True)
    on_duty = fields.Boolean(required=True)


class SeatChangeAnswer(SeatAnswer):
    """A change of the roster: by whom, when, in which event."""

    by = fields.String(required=True)
    at = fields.String(required=True)
    event = fields.Integer(required=True)


class RosterAnswer(Schema):
    """The roster of some days, and every change ever made to it."""

    hall = fields.String(required=True)
    seats = fields.List(fields.Nested(SeatAnswer), required=True)
    changes = fields.List(fields.Nested(SeatChangeAnswer), required=True)


class GrantBody(StrictSchema):
    """A grant of the department; `holder` and `pair` are an exception's."""

    kind = fields.String(required=True, validate=validate.OneOf([SMALL_HALL, EXCEPTION]))
    holder = fields.String(load_default="", validate=validate.Length(0, 64))
    pair = fields.String(load_default="", validate=validate.OneOf(["", *PAIRS]))
    from_on = Day(required=True)
    until_on = Day(required=True)
    reason = fields.String(required=True, validate=REASON)
    password = fields.String(required=True, validate=PASSWORD)


class EndGrantBody(StrictSchema):
    """Why a grant is ended."""

    reason = fields.String(required=True, validate=REASON)
    password = fields.String(required=True, validate=PASSWORD)


class GrantedAnswer(Schema):
    """A grant given or ended."""

    number = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(NAMES)))
    state = fields.String(required=True)
    from_on = fields.String(required=True)
    until_on = fields.String(required=True)


class GrantAnswer(Schema):
    """A grant in force, as reports print it."""

    number = fields.String(required=True)
    kind = fields.String(required=True)
    from_on = fields.String(required=True)
    until_on = fields.String(required=True)
    holder = fields.String(required=True)
    pair = fields.String(required=True)
    reason = fields.String(required=True)
    given_by = fields.String(required=True)
    text = fields.String(required=True)


class GrantsQuery(StrictSchema):
    """On which day; today where nothing is said."""

    date = Day(load_default=None)


class GrantsAnswer(Schema):
    """The grants in force on a day."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantAnswer), required=True)


class CountersignBody(StrictSchema):
    """Which hand-over is countersigned."""

    number = fields.String(required=True, validate=SHORT_TEXT)
    password = fields.String(required=True, validate=PASSWORD)


class WaitingAnswer(Schema):
    """A hand-over that waits, until when, and whether that is past."""

    number = fields.String(required=True)
    date = fields.String(required=True)
    due_at = fields.String(required=True)
    overdue = fields.Boolean(required=True)


class WaitingsAnswer(Schema):
    """The hand-overs that wait for a supervisor."""

    hall = fields.String(required=True)
    waiting = fields.List(fields.Nested(WaitingAnswer), required=True)


class CalendarQuery(StrictSchema):
    """Of which year; this one where nothing is said."""

    date = Day(load_default=None)


class CalendarDayBody(StrictSchema):
    """One day of one calendar."""

    calendar = fields.String(required=True, validate=validate.OneOf(list(CALENDARS)))
    date = Day(required=True)
    open = fields.Boolean(required=True, truthy={True}, falsy={False})
    name = fields.String(load_default="", validate=validate.Length(0, 64))


class CalendarBody(StrictSchema):
    """Days of the hall's calendars, or of an organisation above it."""

    organisation = fields.String(load_default="", validate=validate.Length(0, 200))
    days = fields.List(
        fields.Nested(CalendarDayBody), required=True, validate=validate.Length(1, 1000)
    )


class CalendarDayAnswer(Schema):
    """What is said of a day, and by whom."""

    calendar = fields.String(required=True)
    date = fields.String(required=True)
    open = fields.Boolean(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    revision = fields.Integer(required=True)


class CalendarsAnswer(Schema):
    """What the hall and the organisations above it say of a year."""

    hall = fields.String(required=True)
    year = fields.Integer(required=True)
    days = fields.List(fields.Nested(CalendarDayAnswer), required=True)
