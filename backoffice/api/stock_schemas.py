"""What the API takes and gives for stock documents, manifests, files of goods and transfers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from ledger.text import LANGUAGES

LONG_TEXT = validate.Length(0, 500)
MOST_LINES = 20_000
ACTS = ("sign", "reject", "cancel", "reverse")


class NameBody(StrictSchema):
    """A further name of the unit of a line."""

    kind = fields.String(required=True, validate=validate.OneOf(("imei", "meid", "sn")))
    value = fields.String(required=True, validate=SHORT_TEXT)


class LineBody(StrictSchema):
    """A line: any name of a unit, a run of serials, or a quantity of an item."""

    item = fields.String(load_default="", validate=validate.Length(0, 64))
    quantity = WholeNumber(load_default=0)
    serial = fields.String(load_default="", validate=validate.Length(0, 64))
    serial_to = fields.String(load_default="", validate=validate.Length(0, 64))
    holder = fields.String(load_default="", validate=validate.Length(0, 64))
    to_holder = fields.String(load_default="", validate=validate.Length(0, 64))
    unit_cost = Yuan(load_default=None)
    names = fields.List(fields.Nested(NameBody), load_default=[], validate=validate.Length(0, 5))


class MoveBody(StrictSchema):
    """A document: its kind, lines and facts; dated today unless an open day is named."""

    kind = fields.String(required=True, validate=SHORT_TEXT)
    lines = fields.List(
        fields.Nested(LineBody), required=True, validate=validate.Length(1, MOST_LINES)
    )
    facts = fields.Dict(
        keys=fields.String(validate=SHORT_TEXT),
        values=fields.String(validate=LONG_TEXT),
        load_default={},
    )
    reason = fields.String(load_default="", validate=LONG_TEXT)
    date = Day(load_default=None)


class StepBody(StrictSchema):
    """What happens to a document; signing asks for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))
    date = Day(load_default=None)


class ManifestReceiptBody(StrictSchema):
    """What came of a manifest; no lines: all that is missing."""

    lines = fields.List(
        fields.Nested(LineBody), load_default=None, validate=validate.Length(1, MOST_LINES)
    )
    take_unexpected = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ClosingBody(StrictSchema):
    """Why the rest is awaited no longer."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class GoodsForm(StrictSchema):
    """How to take a file of goods: from whom, under which number, only its good lines."""

    item = fields.String(load_default="", validate=validate.Length(0, 64))
    good_lines = fields.String(load_default="0", validate=validate.OneOf(("0", "1")))
    source = fields.String(
        load_default="supplier", validate=validate.OneOf(("supplier", "department"))
    )
    sender = fields.String(load_default="", validate=validate.Length(0, 64))
    reference = fields.String(load_default="", validate=validate.Length(0, 64))


class ManifestForm(GoodsForm):
    """How to await the goods of a file."""


class ReceiptForm(GoodsForm):
    """How to receive a file of goods, against a manifest if one is named."""

    manifest = WholeNumber(load_default=None, validate=validate.Range(min=1))


class GoodsFiles(StrictSchema):
    """The file, csv or xlsx."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class PrintQuery(StrictSchema):
    """In which language, and on which form, a document is printed."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))
    form = fields.String(load_default="a4", validate=validate.OneOf(("a4", "form")))


class ManifestsQuery(StrictSchema):
    """Which manifests."""

    state = fields.String(load_default="open", validate=validate.OneOf(("open", "closed")))


class StockLine(Schema):
    """A line as it was frozen."""

    item = fields.String()
    quantity = fields.Integer()
    serial = fields.String()
    serial_to = fields.String()
    origin = fields.String(data_key="from", attribute="from")
    place = fields.String(data_key="to", attribute="to")
    unit_cost = fields.String(allow_none=True)


class StockDocument(Schema):
    """A stock document with its facts, its lines and who is to sign it."""

    hall = fields.String()
    number = fields.String(allow_none=True)
    kind = fields.String()
    name = fields.String()
    state = fields.String()
    state_name = fields.String()
    date = fields.String()
    amount = fields.String(allow_none=True)
    awaits = fields.List(fields.String())
    facts = fields.Dict(keys=fields.String(), values=fields.String())
    line_count = fields.Integer()
    lines = fields.List(fields.Nested(StockLine))


class Verdict(Schema):
    """A line of a file that is not good, and why."""

    line = fields.Integer()
    serial = fields.String()
    verdict = fields.String()
    message = fields.String()


class GoodsAnswer(Schema):
    """One report on every line of a file; `posted` is the document or manifest made, or null."""

    posted = fields.String(allow_none=True)
    good = fields.Integer()
    bad = fields.Integer()
    missing = fields.Integer()
    verdicts = fields.Dict(keys=fields.String(), values=fields.Integer())
    lines = fields.List(fields.Nested(Verdict))


class AwaitedGoods(Schema):
    """A line of which something has not come."""

    item = fields.String()
    name = fields.String()
    serial = fields.String()
    quantity = fields.Integer()


class ManifestAnswer(Schema):
    """A manifest: from whom, how much of it has come, what is missing."""

    hall = fields.String()
    number = fields.Integer()
    source = fields.String()
    sender = fields.String()
    reference = fields.String()
    state = fields.String()
    state_name = fields.String()
    made_on = fields.String()
    expected = fields.Integer()
    received = fields.Integer()
    missing = fields.List(fields.Nested(AwaitedGoods))


class Manifests(Schema):
    """Manifests of a hall."""

    hall = fields.String()
    manifests = fields.List(fields.Nested(ManifestAnswer))


class TransferAnswer(Schema):
    """A transfer that has not wholly arrived."""

    number = fields.String()
    to_hall = fields.String()
    date = fields.String()
    days = fields.Integer()
    overdue = fields.Boolean()
    state = fields.String()
    pieces = fields.Integer()
    missing = fields.Integer()


class Transfers(Schema):
    """Transfers under way, oldest first."""

    hall = fields.String()
    transfers = fields.List(fields.Nested(TransferAnswer))
