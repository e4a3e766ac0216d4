"""What the API takes and gives for documents of invoice forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber
from ledger.text import LANGUAGES

LONG_TEXT = validate.Length(0, 500)
NUMBER = validate.Length(0, 32)
MOST_LINES = 2_000
ACTS = ("sign", "reject", "cancel", "reverse")


class FormLineBody(StrictSchema):
    """A run of numbers; without numbers all that the clerk, or the safe, holds of the code."""

    invoice_code = fields.String(load_default="", validate=NUMBER)
    first_no = fields.String(load_default="", validate=NUMBER)
    last_no = fields.String(load_default="", validate=NUMBER)
    count = WholeNumber(load_default=0, validate=validate.Range(min=0))
    clerk = fields.String(load_default="", validate=validate.Length(0, 64))
    to_clerk = fields.String(load_default="", validate=validate.Length(0, 64))


class FormsBody(StrictSchema):
    """A document: its kind, lines, facts, and the used books it brings back, as CODE/FIRST."""

    kind = fields.String(required=True, validate=SHORT_TEXT)
    lines = fields.List(
        fields.Nested(FormLineBody), load_default=[], validate=validate.Length(0, MOST_LINES)
    )
    facts = fields.Dict(
        keys=fields.String(validate=SHORT_TEXT),
        values=fields.String(validate=LONG_TEXT),
        load_default={},
    )
    books = fields.List(
        fields.String(validate=SHORT_TEXT),
        load_default=[],
        validate=validate.Length(0, MOST_LINES),
    )
    reason = fields.String(load_default="", validate=LONG_TEXT)
    date = Day(load_default=None)


class FormStepBody(StrictSchema):
    """What happens to a document; signing asks for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))
    date = Day(load_default=None)


class BooksForm(StrictSchema):
    """How to take a file of books: the slip it came with, only its good lines."""

    good_lines = fields.String(load_default="0", validate=validate.OneOf(("0", "1")))
    delivery_no = fields.String(load_default="", validate=validate.Length(0, 64))
    request = fields.String(load_default="", validate=validate.Length(0, 64))


class BookFiles(StrictSchema):
    """The file, csv or xlsx."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class FormPrintQuery(StrictSchema):
    """In which language, and on which form, a document is printed."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))
    form = fields.String(load_default="a4", validate=validate.OneOf(("a4", "form")))


class BlanksQuery(StrictSchema):
    """Whose blanks, and of which code; without either all of the hall."""

    clerk = fields.String(validate=validate.Length(0, 64))
    invoice_code = fields.String(validate=NUMBER)


class FormEndBody(StrictSchema):
    """From which day a code is out of date."""

    invoice_code = fields.String(required=True, validate=NUMBER)
    ends_on = Day(required=True)
    reason = fields.String(load_default="", validate=LONG_TEXT)


class HallClosingBody(StrictSchema):
    """Why a hall is closed, and after which day; today if none is given."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    date = Day(load_default=None)


class FormSegment(Schema):
    """A run of numbers in one custody or state; `clerk` is '' for the safe."""

    invoice_code = fields.String()
    first_no = fields.String()
    last_no = fields.String()
    count = fields.Integer()
    place = fields.String()
    place_name = fields.String()
    clerk = fields.String()


class Blanks(Schema):
    """Blank forms by custody."""

    hall = fields.String()
    count = fields.Integer()
    segments = fields.List(fields.Nested(FormSegment))


class BookVerdict(Schema):
    """A line of a file of books, and whether it is good."""

    line = fields.Integer()
    invoice_code = fields.String()
    first_no = fields.String()
    last_no = fields.String()
    verdict = fields.String()
    good = fields.Boolean()
    message = fields.String()


class BooksAnswer(Schema):
    """One report on every line of a file; `posted` are the receipts made."""

    posted = fields.List(fields.String())
    good = fields.Integer()
    bad = fields.Integer()
    lines = fields.List(fields.Nested(BookVerdict))


class EndedForm(Schema):
    """A code out of date and its blanks that are to be handed in."""

    invoice_code = fields.String()
    ends_on = fields.String()
    reason = fields.String()
    count = fields.Integer()
    segments = fields.List(fields.Nested(FormSegment))


class EndedForms(Schema):
    """The codes out of date of which blanks are left."""

    hall = fields.String()
    codes = fields.List(fields.Nested(EndedForm))


class HallClosed(Schema):
    """A closed hall and its last day."""

    hall = fields.String()
    closed_on = fields.String()
    reason = fields.String()
