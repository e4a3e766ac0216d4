"""What the API takes and gives of rounds of the labels and of requests for prices."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, Yuan


class LabelScansBody(StrictSchema):
    """Codes of labels in the order they were scanned, `POSITION@FEN`."""

    codes = fields.List(
        fields.String(validate=validate.Length(1, 80)),
        required=True,
        validate=validate.Length(1, 5_000),
    )


class PriceRequestBody(StrictSchema):
    """A price the hall asks for, and why."""

    item = fields.String(required=True, validate=SHORT_TEXT)
    price = Yuan(required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None)
    campaign = fields.String(load_default="", validate=validate.Length(0, 64))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class DecisionBody(StrictSchema):
    """Grant, refuse or withdraw; granting asks for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(("grant", "refuse", "withdraw")))
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class RequestsQuery(StrictSchema):
    """Which requests; all of them where no state is named."""

    state = fields.String(
        load_default="", validate=validate.OneOf(("", "asked", "granted", "refused", "withdrawn"))
    )


class LabelRoundHead(Schema):
    """A round of the labels."""

    round = fields.Integer()
    date = fields.String()
    begun_at = fields.String()
    finished_at = fields.String(allow_none=True)
    positions = fields.Integer(allow_none=True)
    wrong = fields.Integer(allow_none=True)


class LabelRounds(Schema):
    """The rounds of a hall, the latest first."""

    hall = fields.String()
    rounds = fields.List(fields.Nested(LabelRoundHead))


class LabelScanAnswer(Schema):
    """A label as it was scanned."""

    code = fields.String()
    position = fields.String()
    price = amount()
    verdict = fields.String()
    verdict_name = fields.String()


class LabelScans(Schema):
    """Labels scanned in one request."""

    round = fields.Integer()
    scans = fields.List(fields.Nested(LabelScanAnswer))


class LabelResultAnswer(Schema):
    """What a round says of a position."""

    position = fields.String()
    place = fields.String()
    items = fields.List(fields.String())
    verdict = fields.String()
    verdict_name = fields.String()
    due = amount()
    found = amount()


class LabelRoundAnswer(LabelRoundHead):
    """A round with what it says of every position, what is not right first."""

    results = fields.List(fields.Nested(LabelResultAnswer))


class PriceRequestAnswer(Schema):
    """A request for a price, and what became of it."""

    number = fields.Integer()
    item = fields.String()
    campaign = fields.String()
    price = amount()
    valid_from = fields.String()
    valid_to = fields.String(allow_none=True)
    reason = fields.String()
    state = fields.String()
    state_name = fields.String()
    asked_by = fields.String()
    asked_at = fields.String()
    decided_by = fields.String()
    decided_at = fields.String(allow_none=True)
    answer = fields.String()


class PriceRequests(Schema):
    """The requests of a hall, the latest first."""

    hall = fields.String()
    requests = fields.List(fields.Nested(PriceRequestAnswer))
