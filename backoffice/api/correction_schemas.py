"""What the API takes and gives for correction slips, liability and the statistics of errors."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount as yuan
from backoffice.api.answers import moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, Yuan
from backoffice.api.report_schemas import HallsQuery
from backoffice.correction_answers import ACTS
from ledger.corrections.liability import LIABLE
from ledger.corrections.lines import CHANGEABLE
from ledger.corrections.reasons import REASONS, WAYS
from ledger.corrections.tables import SLIP_STATES
from ledger.text import LANGUAGES

A_NUMBER = validate.Length(0, 64)
LONG_TEXT = validate.Length(0, 500)
MOST_ERRORS = 50
STATES = ("standing", "overdue", *SLIP_STATES)


class CorrectionsQuery(StrictSchema):
    """Which slips: of a state, a clerk, sent between two days."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    clerk = fields.String(load_default="", validate=A_NUMBER)
    since = Day(load_default=None)
    until = Day(load_default=None)


class SlipPaperQuery(StrictSchema):
    """In which language the slip is printed."""

    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))


class ErrorsQuery(HallsQuery):
    """The halls, and which period."""

    since = Day(load_default=None)
    until = Day(load_default=None)


class NamedError(StrictSchema):
    """A finding by check and subject, or, with an empty check, what finance returned."""

    check = fields.String(load_default="", validate=validate.Length(0, 8))
    subject = fields.String(required=True, validate=SHORT_TEXT)
    expected = Yuan(load_default=None, allow_none=True)
    found = Yuan(load_default=None, allow_none=True)


class CorrectionBody(StrictSchema):
    """What is sent to a clerk: errors of one day, what is wrong, what is right."""

    date = Day(required=True)
    clerk = fields.String(load_default="", validate=A_NUMBER)
    errors = fields.List(
        fields.Nested(NamedError), required=True, validate=validate.Length(1, MOST_ERRORS)
    )
    wrong = fields.String(load_default="", validate=LONG_TEXT)
    right = fields.String(load_default="", validate=LONG_TEXT)
    reason = fields.String(load_default="", validate=validate.OneOf(["", *REASONS]))


_CELLS = {name: fields.String(load_default="", validate=A_NUMBER) for name in CHANGEABLE}
LineBase: type[Schema] = StrictSchema.from_dict(
    {
        "txn_no": fields.String(load_default="", validate=A_NUMBER),
        "line_no": fields.Integer(load_default=1, strict=True, validate=validate.Range(0, 10**6)),
        **_CELLS,
    },
    name="CorrectedLineBody",
)


class CorrectionActBody(StrictSchema):
    """Answer, accept, return or withdraw. An answer says its way and what that asks for."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))
    way = fields.String(load_default="explain", validate=validate.OneOf(list(WAYS)))
    words = fields.String(load_default="", validate=LONG_TEXT)
    lines = fields.List(
        fields.Nested(LineBase), load_default=list, validate=validate.Length(0, MOST_ERRORS)
    )
    invoice_code = fields.String(load_default="", validate=A_NUMBER)
    invoice_no = fields.String(load_default="", validate=A_NUMBER)
    txn_no = fields.String(load_default="", validate=A_NUMBER)
    paper_no = fields.String(load_default="", validate=A_NUMBER)


class LiabilityBody(StrictSchema):
    """How a finding that nothing cures is closed: who is liable, for how much, and why."""

    check = fields.String(required=True, validate=validate.Length(1, 8))
    subject = fields.String(required=True, validate=SHORT_TEXT)
    liable = fields.String(required=True, validate=validate.OneOf(list(LIABLE)))
    amount = Yuan(load_default=0)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class LiabilityActBody(StrictSchema):
    """Sign a settlement of liability as second-level audit, or refuse it."""

    act = fields.String(required=True, validate=validate.OneOf(["approve", "reject", "cancel"]))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class CorrectionAnswer(Schema):
    """The head of a slip."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    clerk = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(SLIP_STATES)))
    state_name = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)))
    reason_name = fields.String(required=True)
    way = fields.String(required=True)
    of_day = fields.String(metadata={"format": "date"})
    sent_on = fields.String(metadata={"format": "date"})
    due_on = fields.String(metadata={"format": "date"})
    overdue = fields.Boolean(required=True)
    late = fields.Boolean(required=True)
    returns = fields.Integer(required=True)
    money_changed = yuan()
    ended_on = fields.String(allow_none=True, metadata={"format": "date"})


class CorrectionError(Schema):
    """One error on a slip, as it was when the slip was sent."""

    date = fields.String(metadata={"format": "date"})
    check = fields.String()
    subject = fields.String()
    expected = fields.String(allow_none=True)
    found = fields.String(allow_none=True)
    message = fields.String()


class CorrectionLine(Schema):
    """A line an answer writes: red where it reverses, amounts in yuan."""

    original = fields.String()
    reverses = fields.Boolean()
    cells = fields.Dict()


class CorrectionRound(Schema):
    """One revision: what was sent, answered or returned."""

    revision = fields.Integer()
    act = fields.String(validate=validate.OneOf(["sent", "answered", "returned"]))
    at = moment()
    hash = fields.String()
    due = fields.String()
    wrong = fields.String()
    right = fields.String()
    returned = fields.String()
    way = fields.String()
    way_name = fields.String()
    words = fields.String()
    paper_no = fields.String()
    lines = fields.List(fields.Nested(CorrectionLine))


class WholeCorrection(CorrectionAnswer):
    """A slip whole."""

    clerk_name = fields.String()
    awaits = fields.List(fields.String())
    errors = fields.List(fields.Nested(CorrectionError))
    rounds = fields.List(fields.Nested(CorrectionRound))


class CorrectionsAnswer(Schema):
    """Slips, those that wait first."""

    hall = fields.String(required=True)
    slips = fields.List(fields.Nested(CorrectionAnswer), required=True)


class LiabilityAnswer(Schema):
    """A settlement of liability and its state."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    amount = yuan()
    facts = fields.Dict()


class LiabilitiesAnswer(Schema):
    """Settlements of liability, those that wait for a signature first."""

    hall = fields.String(required=True)
    liability = fields.List(fields.Nested(LiabilityAnswer), required=True)
