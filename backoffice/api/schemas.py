"""What the API takes: strict schemas, each number with its range, each text with its length."""

from __future__ import annotations

from marshmallow import fields, validate

from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from ledger.audit.findings import FINDING_STATES
from ledger.text import LANGUAGES

LARGEST_PAGE = 500
ACTS = ("answer", "accept", "return", "override")


class SignInBody(StrictSchema):
    """Who signs in; `hall` may be left out where the staff number is one person's in all halls."""

    hall = fields.String(load_default="", validate=validate.Length(0, 64))
    number = fields.String(required=True, validate=SHORT_TEXT)
    password = fields.String(required=True, validate=SHORT_TEXT)


class PageQuery(StrictSchema):
    """Which page of a long list."""

    page = WholeNumber(load_default=1, validate=validate.Range(min=1))
    page_size = WholeNumber(
        digits=3, load_default=100, validate=validate.Range(min=1, max=LARGEST_PAGE)
    )


class DaysQuery(StrictSchema):
    """Which days: both ends included; the latest sixty where nothing is said."""

    first = Day(data_key="from")
    last = Day(data_key="to")


class IntakesQuery(PageQuery):
    """Which batches."""

    date = Day()


class DocumentsQuery(PageQuery):
    """Which documents."""

    kind = fields.String(validate=SHORT_TEXT)
    state = fields.String(validate=SHORT_TEXT)
    date = Day()


class FindingsQuery(StrictSchema):
    """Which findings of a day."""

    state = fields.String(validate=validate.OneOf(list(FINDING_STATES)))
    check = fields.String(validate=validate.Length(1, 16))
    clerk = fields.String(validate=validate.Length(1, 64))


class FindingQuery(StrictSchema):
    """Which finding: its check and its subject."""

    check = fields.String(required=True, validate=validate.Length(1, 16))
    subject = fields.String(required=True, validate=SHORT_TEXT)


class ReportQuery(StrictSchema):
    """In which language the paper is printed."""

    language = fields.String(validate=validate.OneOf(LANGUAGES))


class PaperQuery(ReportQuery):
    """In which language; `version` asks for an earlier signature of the day, from 1."""

    version = WholeNumber(digits=4, load_default=None)


class VerificationQuery(StrictSchema):
    """A chain head as a paper shows it, to detect a chain that was cut short."""

    event = WholeNumber(digits=15)
    hash = fields.String(validate=validate.Regexp(r"\A[0-9a-f]{8,64}\Z"))


class EvidenceForm(StrictSchema):
    """How to read the file; what is left out is told by its content."""

    kind = fields.String(validate=SHORT_TEXT)
    replaces = WholeNumber(validate=validate.Range(min=1))


class EvidenceFiles(StrictSchema):
    """The file, and a mapping in TOML where its columns are foreign."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    mapping = fields.Raw(metadata={"type": "string", "format": "binary"})


class NilBody(StrictSchema):
    """The source that has nothing for the day: a file kind, or `settlements:TENDER`."""

    source = fields.String(required=True, validate=SHORT_TEXT)


class ActBody(StrictSchema):
    """What is done to a finding, and the figures it was done for; null where there are none.

    `override` asks for the person's password again.
    """

    check = fields.String(required=True, validate=validate.Length(1, 16))
    subject = fields.String(required=True, validate=SHORT_TEXT)
    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    reason = fields.String(load_default="", validate=validate.Length(0, 1000))
    expected = Yuan(required=True, allow_none=True)
    found = Yuan(required=True, allow_none=True)
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class SignatureBody(StrictSchema):
    """The auditor's password, asked again for a signature."""

    password = fields.String(required=True, validate=SHORT_TEXT)
