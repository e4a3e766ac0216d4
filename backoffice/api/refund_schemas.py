"""What the API takes and gives for refunds, waivers, gift credits, their policy and papers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import amount as yuan
from backoffice.api.answers import moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from ledger.actors import ROLES
from ledger.documents import STATES
from refunds.flags import OUTCOMES
from refunds.instruments import INSTRUMENTS, REASONS
from refunds.limits_left import LIMIT_NAMES
from refunds.policy import PAPERS

LONG_TEXT = validate.Length(0, 500)
CASE_ACTS = ("approve", "reject", "withdraw", "execute")
A_NUMBER = validate.Length(0, 64)


class CaseBody(StrictSchema):
    """What is asked for; `override_reason` asks a superior to allow another tender."""

    kind = fields.String(required=True, validate=validate.OneOf(list(INSTRUMENTS)))
    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)))
    amount = Yuan(required=True)
    subscriber = fields.String(load_default="", validate=A_NUMBER)
    original_txn = fields.String(load_default="", validate=A_NUMBER)
    tender = fields.String(load_default="", validate=A_NUMBER)
    to_subscriber = fields.String(load_default="", validate=A_NUMBER)
    at_desk = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    balance = Yuan(load_default=None, allow_none=True)
    gift = Yuan(load_default=0)
    override_reason = fields.String(load_default="", validate=LONG_TEXT)
    note = fields.String(load_default="", validate=LONG_TEXT)


class ProspectBody(CaseBody):
    """The same, to learn what it would need."""


class CaseActBody(StrictSchema):
    """What happens to a case; approving and rejecting sign with the password again."""

    act = fields.String(required=True, validate=validate.OneOf(CASE_ACTS))
    reason = fields.String(load_default="", validate=LONG_TEXT)
    password = fields.String(load_default="", validate=validate.Length(0, 200))
    tender_ref = fields.String(load_default="", validate=A_NUMBER)
    customer_signed = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    red_code = fields.String(load_default="", validate=A_NUMBER)
    red_no = fields.String(load_default="", validate=A_NUMBER)


class CasesQuery(StrictSchema):
    """Which cases: by state, kind, the staff number of who asked, and days."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *INSTRUMENTS]))
    clerk = fields.String(load_default="", validate=A_NUMBER)
    since = Day(load_default=None)
    until = Day(load_default=None)


class PaperAnswer(Schema):
    """A paper by its code and name."""

    paper = fields.String(required=True)
    name = fields.String(required=True)


class CaseAnswer(Schema):
    """A case; the subscriber's number is masked."""

    hall = fields.String(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    date = fields.String(required=True)
    amount = yuan()
    reason = fields.String(required=True)
    reason_name = fields.String(required=True)
    subscriber = fields.String(required=True)
    original_txn = fields.String(required=True)
    tender = fields.String(required=True)
    requester = fields.String(required=True)
    awaits = fields.List(fields.String(), required=True)
    judged = yuan()
    split = fields.Boolean(required=True)
    band = fields.String(required=True)
    expires_on = fields.String(required=True)
    policy = fields.String(required=True)
    papers = fields.List(fields.Nested(PaperAnswer), required=True)
    papers_missing = fields.List(fields.Nested(PaperAnswer), required=True)
    papers_received_at = moment()
    executor = fields.String(required=True)
    executed_at = moment()


class CasesAnswer(Schema):
    """Cases of a hall."""

    hall = fields.String(required=True)
    cases = fields.List(fields.Nested(CaseAnswer), required=True)


class LimitAnswer(Schema):
    """A limit, what is used of it and what is left; without a limit both are null."""

    limit_of = fields.String(required=True, validate=validate.OneOf(list(LIMIT_NAMES)))
    name = fields.String(required=True)
    limit = yuan()
    used = yuan()
    left = yuan()
    passed = fields.Boolean(required=True)


class ProspectAnswer(Schema):
    """What a request would need."""

    awaits = fields.List(fields.String(), required=True)
    judged = yuan()
    split = fields.Boolean(required=True)
    band = fields.String(required=True)
    papers = fields.List(fields.Nested(PaperAnswer), required=True)
    requester_may_execute = fields.Boolean(required=True)
    why = fields.List(fields.String(), required=True)
    left = yuan()
    paid_by = fields.List(fields.String(), required=True)
    policy = fields.String(required=True)
    limits = fields.List(fields.Nested(LimitAnswer), required=True)


class PapersBody(StrictSchema):
    """Papers of a case that are there."""

    papers = fields.List(
        fields.String(validate=validate.OneOf(list(PAPERS))),
        required=True,
        validate=validate.Length(1, len(PAPERS)),
    )


class HandoverBody(StrictSchema):
    """Cases whose papers the auditor takes over; he signs for them with the password again."""

    numbers = fields.List(
        fields.String(validate=SHORT_TEXT), required=True, validate=validate.Length(1, 500)
    )
    password = fields.String(required=True, validate=validate.Length(1, 200))


class ExpireBody(StrictSchema):
    """Ending what ran out of time, with the password again."""

    password = fields.String(required=True, validate=validate.Length(1, 200))


class ExpiredAnswer(Schema):
    """The numbers of the cases that ended."""

    hall = fields.String(required=True)
    expired = fields.List(fields.String(), required=True)


class PapersDueAnswer(CaseAnswer):
    """A case whose papers are awaited."""

    due_at = moment()
    late = fields.Boolean(required=True)
    to_manager = fields.Boolean(required=True)


class PapersDueList(Schema):
    """The cases whose papers are awaited."""

    hall = fields.String(required=True)
    cases = fields.List(fields.Nested(PapersDueAnswer), required=True)


class UnmaskBody(StrictSchema):
    """Why the full number is needed."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class UnmaskAnswer(Schema):
    """The full number; that it was seen is on record."""

    number = fields.String(required=True)
    subscriber = fields.String(required=True)


class EvidenceWords(Schema):
    """A fact behind a flag, in words."""

    name = fields.String(required=True)
    values = fields.List(fields.String(), required=True)


class FlagAnswer(Schema):
    """A pattern that was flagged, with its evidence as data and in words.

    `subject` is `document:NUMBER` of a case or a claim from a file, or `adjustment:NUMBER`.
    """

    id = fields.Integer(required=True)
    subject = fields.String(required=True)
    pattern = fields.String(required=True)
    name = fields.String(required=True)
    evidence = fields.Raw(required=True)
    words = fields.List(fields.Nested(EvidenceWords), required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    note = fields.String(required=True)


class FlagsAnswer(Schema):
    """Flags of a hall or a case."""

    hall = fields.String(required=True)
    flags = fields.List(fields.Nested(FlagAnswer), required=True)


class FlagBody(StrictSchema):
    """What the auditor found."""

    outcome = fields.String(
        required=True, validate=validate.OneOf([one for one in OUTCOMES if one != "open"])
    )
    note = fields.String(required=True, validate=validate.Length(1, 500))


class TierBody(StrictSchema):
    """A role and its inclusive limit."""

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    limit = Yuan(required=True)


class PolicyBody(StrictSchema):
    """A change of policy from a day on; what is left out stays as it is."""

    instrument = fields.String(required=True, validate=validate.OneOf(list(INSTRUMENTS)))
    valid_from = Day(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    tiers = fields.List(fields.Nested(TierBody), validate=validate.Length(1, 9))
    case_limit = Yuan(allow_none=True)
    subscriber_limit = Yuan(allow_none=True)
    clerk_day_limit = Yuan(allow_none=True)
    approver_day_limit = Yuan(allow_none=True)
    hall_day_limit = Yuan(allow_none=True)
    window_days = WholeNumber()
    split_days = WholeNumber()
    expires_days = WholeNumber()


class PolicyActBody(StrictSchema):
    """Signing or refusing a change of policy, with the password again."""

    act = fields.String(required=True, validate=validate.OneOf(("sign", "reject")))
    password = fields.String(required=True, validate=validate.Length(1, 200))
    reason = fields.String(load_default="", validate=LONG_TEXT)


class PolicyChangeAnswer(Schema):
    """The document by which a policy changes."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    instrument = fields.String(required=True)
    valid_from = fields.String(required=True)
    replaces = fields.String(required=True)


class PolicyTier(Schema):
    """A role and its inclusive limit in yuan."""

    role = fields.String(required=True)
    limit = yuan()


class PolicyAnswer(Schema):
    """A policy in force."""

    instrument = fields.String(required=True)
    number = fields.String(required=True)
    tiers = fields.List(fields.Nested(PolicyTier), required=True)
    case_limit = yuan()
    subscriber_limit = yuan()
    clerk_day_limit = yuan()
    approver_day_limit = yuan()
    hall_day_limit = yuan()
    window_days = fields.Integer(required=True)
    split_days = fields.Integer(required=True)
    expires_days = fields.Integer(required=True)
    papers_due_hour = fields.Integer(required=True)


class PoliciesAnswer(Schema):
    """The policies of all instruments on a day."""

    hall = fields.String(required=True)
    date = fields.String(required=True)
    policies = fields.List(fields.Nested(PolicyAnswer), required=True)


class PoliciesQuery(StrictSchema):
    """On which day."""

    date = Day(load_default=None)


class AuthorityBody(StrictSchema):
    """An authority to sign for one's own role, given with the password again.

    Only an auditor's needs no cap.
    """

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    to = fields.String(required=True, validate=SHORT_TEXT)
    from_on = Day(required=True)
    to_on = Day(required=True)
    cap = Yuan(load_default=None)
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    password = fields.String(required=True, validate=validate.Length(1, 200))


class AuthorityAnswer(Schema):
    """An authority as it stands."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    role = fields.String(required=True)
    to = fields.String(required=True)
    from_on = fields.String(required=True)
    to_on = fields.String(required=True)
    cap = yuan()


class AuthoritiesAnswer(Schema):
    """The authorities of a hall."""

    hall = fields.String(required=True)
    authorities = fields.List(fields.Nested(AuthorityAnswer), required=True)


class UnauthoriseBody(StrictSchema):
    """Why an authority ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
