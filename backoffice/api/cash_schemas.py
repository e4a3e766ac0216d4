"""What the API takes and gives for cash, shifts and over/short cases."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount as yuan
from backoffice.api.answers import moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, Yuan
from ledger.cash.cases import CAUSES, WAYS
from ledger.cash.kinds import CASH_KINDS, CATEGORIES, FUNDS
from ledger.cash.tables import CASE_STATES

A_NUMBER = validate.Length(0, 64)
LONG_TEXT = validate.Length(0, 500)
NOTES = validate.Length(0, 200)
DOCUMENT_ACTS = ("approve", "reject", "cancel", "reverse")
SHIFT_ACTS = ("suspend", "resume", "declare", "keep", "close_for", "witness", "refuse", "hand_over")


class PlaceAnswer(Schema):
    """A place and its money; null for a drawer that is not declared yet."""

    place = fields.String(required=True)
    holder = fields.String(required=True)
    name = fields.String(required=True)
    amount = yuan()


class PlacesAnswer(Schema):
    """Where a hall's money is."""

    hall = fields.String(required=True)
    places = fields.List(fields.Nested(PlaceAnswer), required=True)


class CashMoveBody(StrictSchema):
    """A movement of money: which of the fields are asked for is the kind's."""

    kind = fields.String(required=True, validate=validate.OneOf(list(CASH_KINDS)))
    amount = Yuan(required=True)
    clerk = fields.String(load_default="", validate=A_NUMBER)
    receiver = fields.String(load_default="", validate=A_NUMBER)
    fund = fields.String(load_default="", validate=validate.OneOf(["", *FUNDS]))
    slip_no = fields.String(load_default="", validate=A_NUMBER)
    category = fields.String(load_default="", validate=validate.OneOf(["", *CATEGORIES]))
    purpose = fields.String(load_default="", validate=NOTES)
    covers = Day(load_default=None)


class OpeningBody(StrictSchema):
    """What the safe is opened for."""

    purpose = fields.String(required=True, validate=SHORT_TEXT)


class ReceiptBody(StrictSchema):
    """The bank's receipt of a deposit, as it stands on the paper."""

    deposit = fields.String(required=True, validate=SHORT_TEXT)
    receipt_no = fields.String(required=True, validate=SHORT_TEXT)
    credited = Yuan(required=True)
    deposited_on = Day(load_default=None)
    counterfeit = Yuan(load_default=0)
    certificate = fields.String(load_default="", validate=A_NUMBER)
    clerk = fields.String(load_default="", validate=A_NUMBER)
    reason = fields.String(load_default="", validate=NOTES)


class CashActBody(StrictSchema):
    """What happens to a document; a signature asks for the password again."""

    act = fields.String(required=True, validate=validate.OneOf(DOCUMENT_ACTS))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class CashLineAnswer(Schema):
    """One line: from where to where."""

    source = fields.String(required=True, data_key="from", attribute="from")
    target = fields.String(required=True, data_key="to", attribute="to")
    amount = yuan()


class CashDocumentAnswer(Schema):
    """A cash document."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    date = fields.String(required=True)
    amount = yuan()
    lines = fields.List(fields.Nested(CashLineAnswer), required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    awaits = fields.List(fields.String(), required=True)


class CashDocumentsQuery(StrictSchema):
    """Which documents: since a day."""

    since = Day(load_default=None)


class CashDocumentsAnswer(Schema):
    """Cash documents, the latest first."""

    hall = fields.String(required=True)
    documents = fields.List(fields.Nested(CashDocumentAnswer), required=True)


class PettyQuery(StrictSchema):
    """Any day of the month."""

    month = Day(load_default=None)


class PettyLineAnswer(Schema):
    """One movement of petty cash."""

    date = fields.String(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True)
    purpose = fields.String(required=True)
    amount = yuan()
    left = yuan()


class PettyAnswer(Schema):
    """The month of petty cash."""

    hall = fields.String(required=True)
    month = fields.String(required=True)
    opening = yuan()
    received = yuan()
    spent = yuan()
    closing = yuan()
    lines = fields.List(fields.Nested(PettyLineAnswer), required=True)


class EntryAnswer(Schema):
    """A line of the voucher proposed to finance."""

    debit = fields.String(required=True)
    credit = fields.String(required=True)
    amount = yuan()


class SlipBesideAnswer(Schema):
    """A correction slip of a case's clerk and day; `changes` is what it changes of the tender."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    changes = yuan()


class OverShortAnswer(Schema):
    """An over/short case."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    clerk = fields.String(required=True)
    tender = fields.String(required=True)
    amount = yuan()
    state = fields.String(required=True, validate=validate.OneOf(list(CASE_STATES)))
    state_name = fields.String(required=True)
    cause = fields.String(required=True)
    cause_name = fields.String(required=True)
    way = fields.String(required=True)
    way_name = fields.String(required=True)
    note = fields.String(required=True)
    due_on = fields.String(required=True)
    entries = fields.List(fields.Nested(EntryAnswer), required=True)
    slips = fields.List(fields.Nested(SlipBesideAnswer), required=True)


class OverShortsAnswer(Schema):
    """Cases, those that wait first."""

    hall = fields.String(required=True)
    cases = fields.List(fields.Nested(OverShortAnswer), required=True)


class OverShortDecisionBody(StrictSchema):
    """What becomes of a case; it takes effect when the tier has signed."""

    date = Day(required=True)
    clerk = fields.String(required=True, validate=SHORT_TEXT)
    tender = fields.String(required=True, validate=SHORT_TEXT)
    way = fields.String(required=True, validate=validate.OneOf(list(WAYS)))
    cause = fields.String(required=True, validate=validate.OneOf(list(CAUSES)))
    note = fields.String(load_default="", validate=NOTES)
    slips = fields.List(fields.String(validate=SHORT_TEXT), load_default=list)


class ShiftBody(StrictSchema):
    """Opening one's shift with what is counted in the drawer: `100x2 50x1`."""

    clerk = fields.String(required=True, validate=SHORT_TEXT)
    notes = fields.String(load_default="", validate=NOTES)


class ShiftActBody(StrictSchema):
    """One step of a shift. A count states notes, every other tender and the float kept."""

    act = fields.String(required=True, validate=validate.OneOf(SHIFT_ACTS))
    notes = fields.String(load_default="", validate=NOTES)
    amounts = fields.Dict(keys=fields.String(validate=SHORT_TEXT), values=Yuan(), load_default=dict)
    kept = Yuan(load_default=0)
    nil = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    witness = fields.String(load_default="", validate=A_NUMBER)
    incoming = fields.String(load_default="", validate=A_NUMBER)
    opens_case = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))


class ShiftTenderAnswer(Schema):
    """One tender of a shift; `expected` is null until the shift is closed."""

    tender = fields.String(required=True)
    counted = fields.List(fields.String(), required=True)
    notes = fields.List(fields.String(), required=True)
    expected = yuan()
    difference = yuan()


class ShiftAnswer(Schema):
    """A shift."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    clerk = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    opened_at = moment()
    opening = yuan()
    opening_notes = fields.String(required=True)
    rounds = fields.Integer(required=True)
    kept = yuan()
    nil = fields.Boolean(required=True)
    compared = fields.Boolean(required=True)
    differs = fields.List(fields.String(), required=True)
    witness = fields.String(required=True)
    reason = fields.String(required=True)
    closed_at = moment()
    tenders = fields.List(fields.Nested(ShiftTenderAnswer), required=True)


class ShiftsQuery(StrictSchema):
    """Of which day; today where none is named."""

    date = Day(load_default=None)


class ShiftsAnswer(Schema):
    """Shifts of a day."""

    hall = fields.String(required=True)
    shifts = fields.List(fields.Nested(ShiftAnswer), required=True)


class NilDayBody(StrictSchema):
    """Why nobody traded."""

    reason = fields.String(required=True, validate=SHORT_TEXT)


class NilDayAnswer(Schema):
    """The sources declared nil."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    sources = fields.List(fields.String(), required=True)
