"""What the API takes and gives for voids, covers, losses and kept papers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, Moment, StrictSchema, WholeNumber
from backoffice.api.stock_schemas import StockDocument
from ledger.text import LANGUAGES

LONG_TEXT = validate.Length(0, 500)
NEEDED_TEXT = validate.Length(1, 500)
CODE = validate.Length(0, 32)
PASSWORD = validate.Length(0, 200)
MOST_NUMBERS = 500


def _numbers() -> fields.List[str]:
    return fields.List(
        fields.String(validate=SHORT_TEXT),
        required=True,
        validate=validate.Length(1, MOST_NUMBERS),
        metadata={"description": "Numbers, or runs FIRST-LAST."},
    )


class VoidBody(StrictSchema):
    """Which numbers are to become void, and why; copies where the code does not say how many."""

    invoice_code = fields.String(load_default="", validate=CODE)
    numbers = _numbers()
    copies = WholeNumber(load_default=None)
    reason = fields.String(required=True, validate=NEEDED_TEXT)


class TickBody(StrictSchema):
    """What the auditor has before him of one number."""

    number = fields.String(required=True, validate=SHORT_TEXT)
    copies = fields.List(WholeNumber(), required=True, validate=validate.Length(0, 20))
    stamped = fields.Boolean(required=True, truthy={True}, falsy={False})


class VoidSignatureBody(StrictSchema):
    """The ticks of every number, and the password that signs them."""

    ticks = fields.List(
        fields.Nested(TickBody), required=True, validate=validate.Length(1, MOST_NUMBERS)
    )
    password = fields.String(required=True, validate=PASSWORD)


class VoidNumber(Schema):
    """A number of a void, and what was ticked of it."""

    invoice_no = fields.String()
    clerk = fields.String()
    copies = fields.Integer()
    state = fields.String()
    ticked = fields.String(allow_none=True)
    copies_recovered = fields.Integer(allow_none=True)
    stamped = fields.Boolean(allow_none=True)


class VoidAnswer(StockDocument):
    """A void document with its numbers."""

    numbers = fields.List(fields.Nested(VoidNumber))


class SignedVoidAnswer(VoidAnswer):
    """What became of it; `missing` tells the copies lacking by number, `way` what is left."""

    refused = fields.Boolean()
    missing = fields.Dict(keys=fields.String(), values=fields.List(fields.Integer()))
    way = fields.String()


class OpenVoidAnswer(Schema):
    """A number whose void is not settled."""

    document = fields.String()
    invoice_code = fields.String()
    invoice_no = fields.String()
    clerk = fields.String()
    copies = fields.Integer()
    missing = fields.List(fields.Integer())
    reason = fields.String()
    asked_on = fields.String()
    days = fields.Integer()
    unrecovered = fields.Boolean()
    state_name = fields.String()


class OpenVoids(Schema):
    """Voids that are not settled, oldest first."""

    hall = fields.String()
    voids = fields.List(fields.Nested(OpenVoidAnswer))


class CoverQuery(StrictSchema):
    """Which version; the latest if none is named."""

    version = WholeNumber(validate=validate.Range(min=1))


class CoverPrintQuery(CoverQuery):
    """Which version, in which language."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))


class CoverLineAnswer(Schema):
    """A void number on a cover."""

    invoice_no = fields.String()
    void_on = fields.String()
    clerk = fields.String()
    copies = fields.Integer(allow_none=True)
    copies_recovered = fields.Integer(allow_none=True)
    reason = fields.String()


class CoverAnswer(Schema):
    """One version of a cover; `covers_all` tells whether it says what the register says now."""

    invoice_code = fields.String()
    first_no = fields.String()
    last_no = fields.String()
    version = fields.Integer()
    latest = fields.Integer()
    covers_all = fields.Boolean()
    missing = fields.List(fields.String())
    lifted = fields.List(fields.String())
    made_at = fields.String()
    made_by = fields.String()
    numbers = fields.List(fields.Nested(CoverLineAnswer))


class CoverDueAnswer(Schema):
    """A book whose cover lacks numbers, or lists some whose void was undone."""

    invoice_code = fields.String()
    first_no = fields.String()
    last_no = fields.String()
    missing = fields.List(fields.String())
    lifted = fields.List(fields.String())


class CoversDue(Schema):
    """Books whose covers are to be printed anew."""

    hall = fields.String()
    books = fields.List(fields.Nested(CoverDueAnswer))


class LossBody(StrictSchema):
    """What is missing, found when; which copies where the numbers were issued."""

    invoice_code = fields.String(load_default="", validate=CODE)
    numbers = _numbers()
    found_at = Moment(required=True)
    circumstances = fields.String(required=True, validate=NEEDED_TEXT)
    copies = fields.String(load_default="", validate=LONG_TEXT)


class LossReportBody(StrictSchema):
    """The written report: its number, by whom, when it was made (now if not given)."""

    report_no = fields.String(required=True, validate=NEEDED_TEXT)
    reported_by = fields.String(required=True, validate=NEEDED_TEXT)
    reported_at = Moment(load_default=None)


class LossEndBody(StrictSchema):
    """What came of it: closed with a result, or found again."""

    act = fields.String(required=True, validate=validate.OneOf(("close", "found")))
    result = fields.String(required=True, validate=NEEDED_TEXT)


class LossesQuery(StrictSchema):
    """Only open cases, or all."""

    open = fields.String(load_default="0", validate=validate.OneOf(("0", "1")))


class LossAnswer(Schema):
    """A loss case as it is now; `late` is a mark for good."""

    number = fields.String()
    form = fields.String()
    form_name = fields.String()
    copies = fields.String()
    invoice_code = fields.String()
    numbers = fields.List(fields.String())
    count = fields.Integer()
    found_at = fields.String()
    due_at = fields.String()
    reporter = fields.String()
    circumstances = fields.String()
    report_no = fields.String()
    reported_by = fields.String()
    reported_at = fields.String(allow_none=True)
    logged_at = fields.String(allow_none=True)
    result = fields.String()
    closed_on = fields.String(allow_none=True)
    late = fields.Boolean()
    state = fields.String()
    state_name = fields.String()


class Losses(Schema):
    """Loss cases, the open ones first, by what is due soonest."""

    hall = fields.String()
    losses = fields.List(fields.Nested(LossAnswer))


class KeptAnswer(Schema):
    """A finished book and until when its papers are kept."""

    invoice_code = fields.String()
    first_no = fields.String()
    last_no = fields.String()
    last_on = fields.String()
    rule = fields.String()
    years = fields.Integer()
    kept_until = fields.String()
    destroyed_on = fields.String(allow_none=True)


class KeptBooks(Schema):
    """The retention calendar, soonest first."""

    hall = fields.String()
    books = fields.List(fields.Nested(KeptAnswer))


class DestructionBody(StrictSchema):
    """Books, as CODE/FIRST, whose papers are to be destroyed."""

    books = fields.List(
        fields.String(validate=SHORT_TEXT), required=True, validate=validate.Length(1, 500)
    )
    reason = fields.String(load_default="", validate=LONG_TEXT)


class DestructionForm(StrictSchema):
    """Why the papers of a file's books are to be destroyed."""

    reason = fields.String(load_default="", validate=LONG_TEXT)


class DestructionFiles(StrictSchema):
    """The file of books, csv or xlsx, each by its code and first number."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class DestructionSignatureBody(StrictSchema):
    """The password that signs."""

    password = fields.String(required=True, validate=PASSWORD)
