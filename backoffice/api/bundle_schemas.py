"""What the API takes and gives for bundles, their lines and the account mapping."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount as yuan
from backoffice.api.answers import moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from ledger.documents import STATES
from ledger.text import LANGUAGES, PAPER_LANGUAGE

LONG_TEXT = validate.Length(0, 500)
A_NUMBER = validate.Length(0, 200)
BUNDLE_ACTS = ("sign", "return", "read", "return_second", "cancel", "revise")
A_CODE = validate.Length(0, 32)


class BundlesQuery(StrictSchema):
    """Which bundles: of a state, made since a day."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    since = Day(load_default=None)


class PartQuery(StrictSchema):
    """Which part: as it was made (0), or after so many returns; else as it is."""

    part = WholeNumber(digits=4, load_default=None)


class BundleBody(StrictSchema):
    """The closed days a bundle is made of, and the language of its papers and workbook."""

    first = Day(required=True)
    last = Day(required=True)
    language = fields.String(load_default=PAPER_LANGUAGE, validate=validate.OneOf(LANGUAGES))


class ReturnedLineBody(StrictSchema):
    """A line given back: its day and why; what it is about, who puts it right, the amounts."""

    date = Day(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    check = fields.String(load_default="", validate=validate.Length(0, 10))
    subject = fields.String(load_default="", validate=A_NUMBER)
    clerk = fields.String(load_default="", validate=A_NUMBER)
    expected = Yuan(load_default=None, allow_none=True)
    found = Yuan(load_default=None, allow_none=True)


class BundleActBody(StrictSchema):
    """What happens to a bundle; signing, reading and returning ask for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(BUNDLE_ACTS))
    password = fields.String(load_default="", validate=validate.Length(0, 200))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    lines = fields.List(
        fields.Nested(ReturnedLineBody), load_default=list, validate=validate.Length(0, 100)
    )


class ListedBundle(Schema):
    """A bundle in a list; `second` is how far the second-level audit has come."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    made_on = fields.String(required=True)
    first = fields.String(required=True, data_key="from", attribute="from")
    last = fields.String(required=True, data_key="to", attribute="to")
    version = fields.Integer(required=True)
    replaces = fields.String(required=True)
    days = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    declared = yuan()
    second = fields.String(required=True)
    second_due = moment()


class BundlesAnswer(Schema):
    """Bundles of a hall, the oldest first."""

    hall = fields.String(required=True)
    waiting = fields.List(fields.String(), required=True)
    bundles = fields.List(fields.Nested(ListedBundle), required=True)


class BundleDayAnswer(Schema):
    """A day handed over: the signature it carries, and the mapping its voucher was made by."""

    date = fields.String(required=True)
    signed_event = fields.Integer(required=True)
    hash = fields.String(required=True)
    mapping = fields.String(required=True)


class BundleTotal(Schema):
    """A day and tender; over and short are never netted."""

    date = fields.String(required=True)
    tender = fields.String(required=True)
    computed = yuan()
    declared = yuan()
    undeclared = yuan()
    over = yuan()
    short = yuan()


class BundleCase(Schema):
    """A case of over or short."""

    date = fields.String(required=True)
    clerk = fields.String(required=True)
    tender = fields.String(required=True)
    amount = yuan()
    state = fields.String(required=True)
    cause = fields.String(required=True)
    way = fields.String(required=True)


class VoucherLine(Schema):
    """A line of the voucher proposed: one of debit and credit is above zero."""

    date = fields.String(required=True)
    part = fields.String(required=True)
    key = fields.String(required=True)
    clerk = fields.String(required=True)
    account = fields.String(required=True)
    name = fields.String(required=True)
    summary = fields.String(required=True)
    debit = yuan()
    credit = yuan()


class BundleFinding(Schema):
    """A finding that travels with the bundle."""

    date = fields.String(required=True)
    check = fields.String(required=True)
    subject = fields.String(required=True)
    clerk = fields.String(required=True)
    by = fields.String(required=True)
    reason = fields.String(required=True)


class BundleGrant(Schema):
    """A grant in force on a day."""

    date = fields.String(required=True)
    number = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class BundleGoods(Schema):
    """Goods of a category sold that day: `uncosted` pieces are not in `cost`."""

    date = fields.String(required=True)
    category = fields.String(required=True)
    pieces = fields.Integer(required=True)
    uncosted = fields.Integer(required=True)
    cost = yuan()


class ReturnedAnswer(Schema):
    """A line given back, and its correction slip."""

    date = fields.String(required=True)
    level = fields.String(required=True)
    check = fields.String(required=True)
    subject = fields.String(required=True)
    clerk = fields.String(required=True)
    reason = fields.String(required=True)
    slip = fields.String(required=True)


class BundleAnswer(Schema):
    """A bundle whole; `chain` is what `verify --expect` takes, `language` that of its papers."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    made_on = fields.String(required=True)
    language = fields.String(required=True)
    version = fields.Integer(required=True)
    part = fields.Integer(required=True)
    parts = fields.Integer(required=True)
    replaces = fields.String(required=True)
    reversal = fields.String(required=True)
    replaced_by = fields.String(required=True)
    awaits = fields.List(fields.String(), required=True)
    chain = fields.String(required=True)
    statement = fields.String(required=True)
    second = fields.String(required=True)
    second_due = moment()
    days = fields.List(fields.Nested(BundleDayAnswer), required=True)
    totals = fields.List(fields.Nested(BundleTotal), required=True)
    cases = fields.List(fields.Nested(BundleCase), required=True)
    voucher = fields.List(fields.Nested(VoucherLine), required=True)
    overrides = fields.List(fields.Nested(BundleFinding), required=True)
    settled = fields.List(fields.Nested(BundleFinding), required=True)
    missing = fields.List(fields.Nested(BundleFinding), required=True)
    grants = fields.List(fields.Nested(BundleGrant), required=True)
    goods = fields.List(fields.Nested(BundleGoods), required=True)
    returned = fields.List(fields.Nested(ReturnedAnswer), required=True)


class MappingQuery(StrictSchema):
    """On which day."""

    date = Day(load_default=None)


class MappingRule(Schema):
    """A key with its two accounts."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    debit = fields.String(required=True)
    debit_name = fields.String(required=True)
    credit = fields.String(required=True)
    credit_name = fields.String(required=True)


class MappingChangeAnswer(Schema):
    """A change of the mapping."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    valid_from = fields.String(required=True)
    replaces = fields.String(required=True)
    reason = fields.String(required=True)


class MappingAnswer(Schema):
    """The mapping in force on a day, and its changes."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    number = fields.String(required=True)
    rules = fields.List(fields.Nested(MappingRule), required=True)
    changes = fields.List(fields.Nested(MappingChangeAnswer), required=True)


class MappingRuleBody(StrictSchema):
    """One key to be changed; with neither account it is taken out."""

    key = fields.String(required=True, validate=SHORT_TEXT)
    debit = fields.String(load_default="", validate=A_CODE)
    debit_name = fields.String(load_default="", validate=validate.Length(0, 80))
    credit = fields.String(load_default="", validate=A_CODE)
    credit_name = fields.String(load_default="", validate=validate.Length(0, 80))


class MappingBody(StrictSchema):
    """A change of the mapping from a day on."""

    valid_from = Day(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    rules = fields.List(
        fields.Nested(MappingRuleBody), required=True, validate=validate.Length(1, 1000)
    )


class MappingActBody(StrictSchema):
    """Sign or refuse a change; the password again."""

    act = fields.String(required=True, validate=validate.OneOf(["sign", "reject"]))
    password = fields.String(required=True, validate=validate.Length(0, 200))
    reason = fields.String(load_default="", validate=LONG_TEXT)
