"""What the API takes and gives of scan sheets, custody and loans."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, StrictSchema, WholeNumber

LONG_TEXT = validate.Length(0, 500)
MOST_CODES = 20_000


class FactsBody(StrictSchema):
    """What the document states: facts of its kind, and holder, to_holder, item, reason, on."""

    facts = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 80)),
        values=fields.String(validate=LONG_TEXT),
        load_default={},
    )


class SheetBody(FactsBody):
    """A sheet to begin for a kind of document, with what it states and its first codes."""

    kind = fields.String(required=True, validate=SHORT_TEXT)
    codes = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=[],
        validate=validate.Length(0, MOST_CODES),
    )


class SheetScansBody(StrictSchema):
    """Codes in the order they were scanned; or the number of a scan to undo or confirm."""

    codes = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        load_default=[],
        validate=validate.Length(0, MOST_CODES),
    )
    undo = WholeNumber(digits=9, load_default=None)
    confirm = WholeNumber(digits=9, load_default=None)


class SheetFileForm(StrictSchema):
    """Nothing beside the file."""


class SheetFiles(StrictSchema):
    """The file of codes: xlsx, csv or text."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class FileDocumentForm(StrictSchema):
    """The kind, what the document states as one JSON object, and whether bad lines are left."""

    kind = fields.String(required=True, validate=SHORT_TEXT)
    facts = fields.String(load_default="{}", validate=validate.Length(2, 10_000))
    good_only = fields.String(load_default="0", validate=validate.OneOf(("0", "1")))


class FileDocumentFiles(SheetFiles):
    """The file of the document's lines: xlsx, csv or text."""


class SheetDocumentBody(StrictSchema):
    """Make the document; `good_only` leaves scans that were not taken."""

    good_only = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class CustodyQuery(StrictSchema):
    """Whose; one's own where it is left out."""

    holder = fields.String(load_default="", validate=validate.Length(0, 64))


class SheetScan(Schema):
    """A scan with its verdict, and the line of the file where it came from one."""

    scan = fields.Integer()
    line = fields.Integer(allow_none=True)
    code = fields.String()
    verdict = fields.String()
    verdict_name = fields.String()
    item = fields.String()
    serial = fields.String()
    serial_to = fields.String()
    quantity = fields.Integer()
    note = fields.String()


class SheetHead(Schema):
    """A sheet with its counters."""

    hall = fields.String()
    sheet = fields.Integer()
    kind = fields.String()
    name = fields.String()
    state = fields.String()
    document = fields.String(allow_none=True)
    expected = fields.Integer(allow_none=True)
    scanned = fields.Integer()
    twice = fields.Integer()
    refused = fields.Integer()
    facts = fields.Dict(keys=fields.String(), values=fields.String())


class Sheet(SheetHead):
    """A sheet with its scans."""

    scans = fields.List(fields.Nested(SheetScan))


class Sheets(Schema):
    """The actor's sheets that wait to be finished."""

    hall = fields.String()
    sheets = fields.List(fields.Nested(SheetHead))


class HeldItem(Schema):
    """One item of a custody."""

    item = fields.String()
    name = fields.String()
    category = fields.String()
    opening = fields.Integer()
    moved = fields.Dict(keys=fields.String(), values=fields.Integer())
    in_hand = fields.Integer()
    serials = fields.List(fields.String())


class CustodyAnswer(Schema):
    """What a holder has: opening, in and out of the day, in hand."""

    hall = fields.String()
    holder = fields.String()
    kind = fields.String()
    date = fields.String()
    opening = fields.Integer()
    moved = fields.Dict(keys=fields.String(), values=fields.Integer())
    in_hand = fields.Integer()
    items = fields.List(fields.Nested(HeldItem))


class LoanAnswer(Schema):
    """One piece on loan."""

    serial = fields.String()
    item = fields.String()
    name = fields.String()
    number = fields.String()
    lent_on = fields.String()
    due_on = fields.String(allow_none=True)
    days_late = fields.Integer()
    customer = fields.String()
    phone = fields.String()
    condition = fields.String()


class Loans(Schema):
    """What is lent out, the longest overdue first."""

    hall = fields.String()
    loans = fields.List(fields.Nested(LoanAnswer))


class CareAnswer(Schema):
    """One customer's piece in our care."""

    serial = fields.String()
    item = fields.String()
    name = fields.String()
    number = fields.String()
    taken_on = fields.String()
    due_on = fields.String(allow_none=True)
    days_late = fields.Integer()
    exchange_due = fields.Boolean()
    customer = fields.String()
    phone = fields.String()
    condition = fields.String()


class Cares(Schema):
    """What customers left in our care, what should be ready first."""

    hall = fields.String()
    pieces = fields.List(fields.Nested(CareAnswer))
