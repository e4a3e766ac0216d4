"""What the API takes and gives of counts: strict bodies in, plain shapes out."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount, moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber
from stock.count_tables import COUNT_KINDS

MOST_CODES = 100_000


class CountBody(StrictSchema):
    """A count to open: of `store`, `clerk A01`, `counter C1` or another place of goods."""

    kind = fields.String(required=True, validate=validate.OneOf(list(COUNT_KINDS)))
    place = fields.String(required=True, validate=SHORT_TEXT)
    counter = fields.String(required=True, validate=SHORT_TEXT)
    witness = fields.String(required=True, validate=SHORT_TEXT)
    items = fields.List(fields.String(validate=SHORT_TEXT), load_default=list)
    categories = fields.List(fields.String(validate=SHORT_TEXT), load_default=list)
    date = Day()


class ScansBody(StrictSchema):
    """Codes in the order they were scanned, `ITEM*12` for a number of an item; or one to undo."""

    codes = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=list,
        validate=validate.Length(0, MOST_CODES),
    )
    undo = WholeNumber(digits=15)


class RecountBody(StrictSchema):
    """Who counts again, and whether everything or what differs alone."""

    counter = fields.String(required=True, validate=SHORT_TEXT)
    witness = fields.String(required=True, validate=SHORT_TEXT)
    whole = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class SettleBody(StrictSchema):
    """Which item each number is that no books know, and why there are differences."""

    items = fields.Dict(
        keys=fields.String(validate=SHORT_TEXT),
        values=fields.String(validate=SHORT_TEXT),
        load_default=dict,
    )
    reason = fields.String(load_default="", validate=validate.Length(0, 500))


class CancelBody(StrictSchema):
    """Why the count is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class CountHead(Schema):
    """A count in a list."""

    count = fields.Integer()
    kind = fields.String()
    state = fields.String()
    place = fields.String()
    date = Day()
    counter = fields.String()
    witness = fields.String()
    scanned = fields.Integer()
    twice = fields.Integer()
    not_in_books = fields.Integer()
    unreadable = fields.Integer()


class Counts(Schema):
    """Counts, the latest first."""

    hall = fields.String()
    counts = fields.List(fields.Nested(CountHead))


class Round(Schema):
    """One round of a count; `of` is `all` or `differences`."""

    round = fields.Integer()
    counter = fields.String()
    witness = fields.String()
    of = fields.String()


class CountDifference(Schema):
    """One difference: a serial, or pieces of an item; `item` null where no books know it."""

    sort = fields.String()
    item = fields.String(allow_none=True)
    serial = fields.String()
    quantity = fields.Integer()
    another_hall = fields.Boolean()


class CountOutcome(Schema):
    """What was found; the first thousand differences."""

    found = fields.Integer()
    missing = fields.Integer()
    unexpected = fields.Integer()
    difference_count = fields.Integer()
    differences = fields.List(fields.Nested(CountDifference))


class CountDetail(CountHead):
    """A count; `outcome` is null for whoever still counts."""

    hall = fields.String()
    scope = fields.List(fields.String())
    snapshot = fields.Integer()
    opened_at = moment()
    rounds = fields.List(fields.Nested(Round))
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer())
    outcome = fields.Nested(CountOutcome, allow_none=True)
    value = amount()
    document = fields.String(allow_none=True)
    document_state = fields.String(allow_none=True)


class ScanVerdict(Schema):
    """What became of one code."""

    scan = fields.Integer()
    code = fields.String()
    verdict = fields.String()
    message = fields.String()


class ScanVerdicts(Schema):
    """What became of each code, in order, and the count as its counter may see it."""

    scans = fields.List(fields.Nested(ScanVerdict))
    count = fields.Nested(CountHead)


class MonthPlace(Schema):
    """A place with goods, its monthly count, and what is lacking."""

    place = fields.String()
    count = fields.Integer(allow_none=True)
    lack = fields.String(allow_none=True)
    message = fields.String(allow_none=True)


class MonthCounts(Schema):
    """What the month-end count of a hall still lacks."""

    hall = fields.String()
    month = fields.String()
    posted = fields.Boolean()
    places = fields.List(fields.Nested(MonthPlace))
