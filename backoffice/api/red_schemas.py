"""What the API takes and gives for red letters and their confirmation slips."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, Moment, StrictSchema, Yuan
from invoices.red_slips import REASONS

CODE = validate.Length(0, 32)
REFERENCE = validate.Length(0, 64)


class RedBody(StrictSchema):
    """A red letter as it was issued: its amount is negative, its original named.

    The original's date and amount are needed where this hall's register does not know it.
    """

    invoice_code = fields.String(load_default="", validate=CODE)
    invoice_no = fields.String(required=True, validate=SHORT_TEXT)
    issued_at = Moment(required=True)
    amount = Yuan(required=True)
    original_code = fields.String(load_default="", validate=CODE)
    original_no = fields.String(required=True, validate=SHORT_TEXT)
    original_date = Day(load_default=None)
    original_amount = Yuan(load_default=None)
    reason = fields.String(required=True, validate=validate.OneOf(tuple(REASONS)))
    clerk = fields.String(load_default="", validate=REFERENCE)
    slip_no = fields.String(load_default="", validate=REFERENCE)
    refund_txn = fields.String(load_default="", validate=REFERENCE)
    refund_document = fields.String(load_default="", validate=REFERENCE)
    goods_document = fields.String(load_default="", validate=REFERENCE)
    needs_goods = fields.Boolean(load_default=None, truthy={True}, falsy={False}, allow_none=True)


class RedLinksBody(StrictSchema):
    """The sides of a red letter that came later."""

    refund_txn = fields.String(load_default="", validate=REFERENCE)
    refund_document = fields.String(load_default="", validate=REFERENCE)
    goods_document = fields.String(load_default="", validate=REFERENCE)


class RedsQuery(StrictSchema):
    """Only red letters with a side missing, or all."""

    missing = fields.String(load_default="0", validate=validate.OneOf(("0", "1")))


class RedAnswer(Schema):
    """A red letter with its sides, what is missing and for how many days."""

    invoice_code = fields.String()
    invoice_no = fields.String()
    issued_on = fields.String()
    clerk = fields.String()
    amount = fields.String()
    original_code = fields.String()
    original_no = fields.String()
    reason = fields.String()
    reason_name = fields.String()
    refund = fields.String()
    goods = fields.String()
    missing = fields.List(fields.String())
    missing_names = fields.List(fields.String())
    days = fields.Integer()


class Reds(Schema):
    """Red letters, oldest first."""

    hall = fields.String()
    reds = fields.List(fields.Nested(RedAnswer))


class SlipBody(StrictSchema):
    """A confirmation slip opened elsewhere, for an amount above nothing."""

    slip_no = fields.String(required=True, validate=SHORT_TEXT)
    original_code = fields.String(load_default="", validate=CODE)
    original_no = fields.String(required=True, validate=SHORT_TEXT)
    amount = Yuan(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(tuple(REASONS)))
    opened_at = Moment(load_default=None)


class SlipsForm(StrictSchema):
    """A file of slips is taken whole, or refused with each line that cannot be."""


class SlipFiles(StrictSchema):
    """The file of slips, csv or xlsx."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class SlipsTakenAnswer(Schema):
    """How many slips a file opened, settled, and said nothing new of."""

    opened = fields.Integer()
    settled = fields.Integer()
    same = fields.Integer()


class SlipActBody(StrictSchema):
    """What became of a slip."""

    act = fields.String(required=True, validate=validate.OneOf(("confirm", "void")))


class SlipsQuery(StrictSchema):
    """Slips of one state, or all."""

    state = fields.String(
        load_default="", validate=validate.OneOf(("", "waiting", "confirmed", "void", "expired"))
    )


class SlipAnswer(Schema):
    """A slip as it is now; a waiting one expires by the clock."""

    slip_no = fields.String()
    original_code = fields.String()
    original_no = fields.String()
    amount = fields.String()
    reason = fields.String()
    reason_name = fields.String()
    opened_at = fields.String()
    expires_at = fields.String()
    state = fields.String()
    state_name = fields.String()


class Slips(Schema):
    """Confirmation slips, those opened first at the top."""

    hall = fields.String()
    slips = fields.List(fields.Nested(SlipAnswer))
