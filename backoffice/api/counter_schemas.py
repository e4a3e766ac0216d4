"""What the API takes and gives for statements of the bank, slips, kiosks and the tail."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount as yuan
from backoffice.api.answers import moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, Yuan
from ledger.cash.proposing import HOW
from ledger.cash.tables import SLIP_STATES

A_NUMBER = validate.Length(0, 64)
NOTES = validate.Length(0, 200)
MOST = validate.Length(0, 200)
NAMES = fields.String(validate=SHORT_TEXT)


class OpenDepositAnswer(Schema):
    """A deposit no statement is matched with; `codes` are what a memo may carry.

    `number` is its document's, or its slip's where it came `by_file`.
    """

    number = fields.String(required=True)
    date = fields.String(required=True)
    amount = yuan()
    codes = fields.List(fields.String(), required=True)
    keyed = fields.Boolean(required=True)
    by_file = fields.Boolean(required=True)


class BankLineAnswer(Schema):
    """A credit of a statement that nothing is matched with."""

    name = fields.String(required=True)
    date = fields.String(required=True)
    amount = yuan()
    memo = fields.String(required=True)
    counterparty = fields.String(required=True)


class ProposalAnswer(Schema):
    """Deposits and lines that come to the same, and by which rule they were found."""

    deposits = fields.List(fields.String(), required=True)
    lines = fields.List(fields.String(), required=True)
    amount = yuan()
    by = fields.String(required=True, validate=validate.OneOf(list(HOW)))
    by_name = fields.String(required=True)


class StatementsAnswer(Schema):
    """Both sides that are not matched, and the exact matches proposed."""

    hall = fields.String(required=True)
    deposits = fields.List(fields.Nested(OpenDepositAnswer), required=True)
    lines = fields.List(fields.Nested(BankLineAnswer), required=True)
    proposals = fields.List(fields.Nested(ProposalAnswer), required=True)


class BankMatchBody(StrictSchema):
    """Deposits by number, lines by name; why they differ, or what the lines are otherwise."""

    deposits = fields.List(NAMES, load_default=list, validate=MOST)
    lines = fields.List(NAMES, required=True, validate=MOST)
    counterfeit = Yuan(load_default=0)
    certificate = fields.String(load_default="", validate=A_NUMBER)
    clerk = fields.String(load_default="", validate=A_NUMBER)
    reason = fields.String(load_default="", validate=NOTES)


class ConfirmBody(StrictSchema):
    """Nothing is stated: every exact proposal is confirmed."""


class CashSlipBody(StrictSchema):
    """What was called out; change is worked out where it is left out."""

    clerk = fields.String(required=True, validate=SHORT_TEXT)
    txn_no = fields.String(required=True, validate=validate.Length(1, 64))
    due = Yuan(required=True)
    tendered = Yuan(required=True)
    change = Yuan(load_default=None, allow_none=True)


class CashSlipActBody(StrictSchema):
    """Printing a slip, or cancelling one; a printed one must be back in hand."""

    act = fields.String(required=True, validate=validate.OneOf(("print", "cancel")))
    reason = fields.String(load_default="", validate=NOTES)
    back = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class CashSlipAnswer(Schema):
    """A slip."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    date = fields.String(required=True)
    at = moment()
    clerk = fields.String(required=True)
    txn_no = fields.String(required=True)
    due = yuan()
    tendered = yuan()
    change = yuan()
    prints = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(SLIP_STATES)))
    state_name = fields.String(required=True)
    reason = fields.String(required=True)


class CashSlipsAnswer(Schema):
    """The slips of a day, the latest first."""

    hall = fields.String(required=True)
    slips = fields.List(fields.Nested(CashSlipAnswer), required=True)


class CashDayQuery(StrictSchema):
    """Of which day; today where none is named."""

    date = Day(load_default=None)


class ClearingBody(StrictSchema):
    """What was in a kiosk, by notes, and who cleared it with the actor."""

    kiosk = fields.String(required=True, validate=SHORT_TEXT)
    notes = fields.String(load_default="", validate=NOTES)
    second = fields.String(required=True, validate=SHORT_TEXT)


class ClearingAnswer(Schema):
    """A clearing; `expected` is null until the account lines are here."""

    number = fields.String(required=True)
    kiosk = fields.String(required=True)
    date = fields.String(required=True)
    cleared_at = moment()
    counted = yuan()
    expected = yuan()
    difference = yuan()
    state = fields.String(required=True)
    state_name = fields.String(required=True)


class ClearingsAnswer(Schema):
    """The clearings of two months, the latest first."""

    hall = fields.String(required=True)
    clearings = fields.List(fields.Nested(ClearingAnswer), required=True)


class DepositDayAnswer(Schema):
    """The takings of one day that are late, or not all deposited."""

    date = fields.String(required=True)
    handed_in = yuan()
    deposited = yuan()
    left = yuan()
    due_on = fields.String(required=True)
    late_days = fields.Integer(required=True)


class TailAnswer(Schema):
    """What of the day's takings stays in the hall, beside the limit of their band."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    handed_in = yuan()
    tail = yuan()
    limit = yuan()
    over = fields.Boolean(required=True)
    days = fields.List(fields.Nested(DepositDayAnswer), required=True)
