"""What the API takes and gives for registered use of invoice forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from invoices.use_claims import MOST_AT_ONCE
from ledger.evidence.cells import UnreadableCell, read_instant
from ledger.schema import EPOCH, MICROSECOND

NUMBER = validate.Length(0, 32)
LONG_TEXT = validate.Length(1, 500)


class Moment(fields.Field[dt.datetime]):
    """A time such as `2026-11-20 09:30:00`; Asia/Shanghai where no offset is written."""

    def _serialize(
        self, value: dt.datetime | None, attr: str | None, obj: Any, **more: Any
    ) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> dt.datetime:
        try:
            return EPOCH + read_instant(str(value)) * MICROSECOND
        except UnreadableCell as unreadable:
            raise ValidationError(unreadable.text.en) from unreadable


class UseBody(StrictSchema):
    """Numbers used, from first to last or the next `count`; one amount, or one for each."""

    clerk = fields.String(required=True, validate=SHORT_TEXT)
    invoice_code = fields.String(load_default="", validate=NUMBER)
    first_no = fields.String(load_default="", validate=NUMBER)
    last_no = fields.String(load_default="", validate=NUMBER)
    count = WholeNumber(load_default=1, validate=validate.Range(min=1, max=MOST_AT_ONCE))
    amounts = fields.List(Yuan(), required=True, validate=validate.Length(1, MOST_AT_ONCE))
    txn_nos = fields.List(
        fields.String(validate=SHORT_TEXT),
        load_default=[],
        validate=validate.Length(0, MOST_AT_ONCE),
    )
    at = Moment(load_default=None)


class _FormBody(StrictSchema):
    """The form an invoice is on; without a number it is the clerk's next blank."""

    clerk = fields.String(required=True, validate=SHORT_TEXT)
    invoice_code = fields.String(load_default="", validate=NUMBER)
    invoice_no = fields.String(load_default="", validate=NUMBER)
    digital_no = fields.String(load_default="", validate=NUMBER)
    at = Moment(load_default=None)


class LaterBody(_FormBody):
    """An invoice asked for after the payment; its amount is what is not invoiced yet."""

    txn_no = fields.String(required=True, validate=SHORT_TEXT)
    amount = Yuan(load_default=None)


class MonthBillBody(_FormBody):
    """The bill of a subscriber's month, written as 2026-11."""

    subscriber = fields.String(required=True, validate=SHORT_TEXT)
    period = fields.String(required=True, validate=validate.Length(1, 7))
    amount = Yuan(required=True)


class ReissueBody(_FormBody):
    """An invoice in place of one that is void or fully reversed."""

    original_code = fields.String(load_default="", validate=NUMBER)
    original_no = fields.String(required=True, validate=SHORT_TEXT)
    amount = Yuan(load_default=None)


class ReprintBody(StrictSchema):
    """An invoice printed again, and why."""

    clerk = fields.String(required=True, validate=SHORT_TEXT)
    invoice_code = fields.String(load_default="", validate=NUMBER)
    invoice_no = fields.String(required=True, validate=SHORT_TEXT)
    reason = fields.String(required=True, validate=LONG_TEXT)


class ExplainQuery(StrictSchema):
    """A code and number, or the text of a paper invoice's QR code."""

    code = fields.String(load_default="", validate=NUMBER)
    no = fields.String(load_default="", validate=NUMBER)
    digital_no = fields.String(load_default="", validate=NUMBER)
    qr = fields.String(load_default="", validate=validate.Length(0, 300))


class UnpostedQuery(StrictSchema):
    """Which day; today where none is named."""

    date = Day(load_default=None)


class Run(Schema):
    """Consecutive numbers."""

    first_no = fields.String()
    last_no = fields.String()


class RegisteredUse(Schema):
    """What was registered; `skipped` are lower blanks the clerk still has."""

    invoice_code = fields.String()
    numbers = fields.List(fields.String())
    batch = fields.Integer()
    documents = fields.List(fields.String())
    skipped = fields.List(fields.Nested(Run))


class Reprinted(Schema):
    """How often an invoice was printed again by now."""

    times = fields.Integer()


class Part(Schema):
    """What one part of a code or number says."""

    name = fields.String()
    value = fields.String()


class QrText(Schema):
    """What a QR code says beside the number."""

    sort = fields.String()
    amount = fields.String()
    issued_on = fields.String()
    check_code = fields.String()


class ExplainedForm(Schema):
    """A code and number explained; `drawn`: such forms are counted, each number has a place."""

    invoice_code = fields.String()
    invoice_no = fields.String()
    digital_no = fields.String()
    kind = fields.String()
    drawn = fields.Boolean()
    parts = fields.List(fields.Nested(Part))
    warnings = fields.List(fields.String())
    qr = fields.Nested(QrText, allow_none=True)


class Unposted(Schema):
    """A registered number that the books do not follow, and why."""

    invoice_code = fields.String()
    invoice_no = fields.String()
    clerk = fields.String()
    status = fields.String()
    reason = fields.String()
    message = fields.String()
    place = fields.String()
    holder = fields.String()


class UnpostedList(Schema):
    """All of a day."""

    date = fields.String()
    uses = fields.List(fields.Nested(Unposted))
