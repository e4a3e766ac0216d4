"""What the API gives: the shapes of its answers, as the OpenAPI document tells them."""

from __future__ import annotations

from marshmallow import Schema, fields

from backoffice.api.fields import Day

AMOUNT = {"pattern": r"^-?\d+\.\d{2}$", "example": "12.00"}
FIGURE = {"pattern": r"^-?\d+(\.\d{2})?$", "example": "12.00"}


def amount() -> fields.String:
    """Give a field for yuan with two decimals, null where there is none."""
    return fields.String(allow_none=True, metadata=AMOUNT)


def figure() -> fields.String:
    """Give a field for yuan with two decimals or a plain number of pieces, null without either."""
    return fields.String(allow_none=True, metadata=FIGURE)


def moment() -> fields.String:
    """Give a field for a time in ISO 8601 with offset."""
    return fields.String(allow_none=True, metadata={"format": "date-time"})


class HallAccess(Schema):
    """A hall and the roles one holds in it."""

    hall = fields.String()
    name = fields.String()
    roles = fields.List(fields.String())


class Session(Schema):
    """Who is signed in, where he has roles, and the CSRF token that his changes must carry."""

    person = fields.String()
    csrf_token = fields.String(allow_none=True)
    halls = fields.List(fields.Nested(HallAccess))


class Status(Schema):
    """A hall-day's three statuses."""

    data = fields.String()
    audit = fields.String()
    hall = fields.String()


class DayStatus(Schema):
    """A hall-day in a list; `unreported`: a trading day of which nobody said anything yet."""

    date = Day()
    status = fields.Nested(Status)
    unreported = fields.Boolean()


class Days(Schema):
    """The days of a hall."""

    hall = fields.String()
    days = fields.List(fields.Nested(DayStatus))


class Halls(Schema):
    """The halls one may see."""

    halls = fields.List(fields.Nested(HallAccess))


class TotalOfClerk(Schema):
    """What a clerk's lines add up to in a tender, and what he declared."""

    clerk = fields.String()
    tender = fields.String()
    computed = amount()
    declared = amount()
    difference = amount()


class CheckCount(Schema):
    """A check that ran, and how many findings it has."""

    code = fields.String()
    findings = fields.Integer()


class Finding(Schema):
    """A current finding."""

    check = fields.String()
    clerk = fields.String()
    subject = fields.String()
    expected = figure()
    found = figure()
    difference = figure()
    severity = fields.String()
    state = fields.String()
    message = fields.String()


class AuditedDay(Schema):
    """A hall-day: what `audit show --json` gives."""

    hall = fields.String()
    date = Day()
    status = fields.Nested(Status)
    totals = fields.List(fields.Nested(TotalOfClerk))
    checks = fields.List(fields.Nested(CheckCount))
    findings = fields.List(fields.Nested(Finding))


class Findings(Schema):
    """Findings of a day."""

    hall = fields.String()
    date = Day()
    findings = fields.List(fields.Nested(Finding))


class Candidate(Schema):
    """A likely cause that fits a difference exactly."""

    sort = fields.String()
    message = fields.String()
    subjects = fields.List(fields.String())


class Act(Schema):
    """What somebody did to a finding, and the figures he saw."""

    act = fields.String()
    person = fields.String()
    at = moment()
    reason = fields.String()
    expected = figure()
    found = figure()


class UnconfirmedSale(Schema):
    """An account line about goods that the books cannot follow: where they have it, and why."""

    txn_no = fields.String()
    line_no = fields.Integer()
    at = moment()
    clerk = fields.String()
    sale = fields.Boolean()
    item = fields.String()
    serial = fields.String()
    quantity = fields.Integer()
    received = amount()
    place = fields.String()
    holder = fields.String()
    reason = fields.String()
    message = fields.String()


class UnconfirmedSales(Schema):
    """The exception queue of a day."""

    hall = fields.String()
    date = fields.String()
    lines = fields.List(fields.Nested(UnconfirmedSale))


class FindingDetail(Finding):
    """A finding with its rule, its likely causes and its history."""

    name = fields.String()
    remedy = fields.String()
    rule = fields.String()
    override = fields.String()
    turn = fields.String()
    facts = fields.Dict()
    candidates = fields.List(fields.Nested(Candidate))
    acts = fields.List(fields.Nested(Act))


class Intake(Schema):
    """What became of a file; `earlier` says that the same file was here before."""

    file = fields.String()
    batch = fields.Integer()
    kind = fields.String()
    layout = fields.String()
    rows = fields.Integer()
    repeated = fields.Integer()
    unassigned = fields.Integer()
    late = fields.Integer()
    sums = fields.Dict()
    notes = fields.List(fields.String())
    earlier = fields.Boolean()


class IntakeEntry(Schema):
    """A batch in a list; `replaced_by` names the batch that made it no longer current."""

    batch = fields.Integer()
    date = Day()
    file = fields.String()
    kind = fields.String()
    layout = fields.String()
    rows = fields.Integer()
    repeated = fields.Integer()
    sums = fields.Dict()
    notes = fields.List(fields.String())
    sha256 = fields.String()
    mapping = fields.String()
    at = moment()
    replaced_by = fields.Integer(allow_none=True)


class Paged(Schema):
    """Which page this is, and how many entries there are in all."""

    page = fields.Integer()
    page_size = fields.Integer()
    total = fields.Integer()


class Intakes(Paged):
    """Batches, the latest first."""

    hall = fields.String()
    intakes = fields.List(fields.Nested(IntakeEntry))


class IntakeRows(Paged):
    """The rows of a batch as they were read; subscribers' numbers are masked."""

    batch = fields.Integer()
    kind = fields.String()
    rows = fields.List(fields.Dict())


class Nil(Schema):
    """A source that has nothing for a day."""

    hall = fields.String()
    date = Day()
    source = fields.String()


class Document(Schema):
    """A document's head."""

    number = fields.String(allow_none=True)
    paper_no = fields.String(allow_none=True)
    kind = fields.String()
    state = fields.String()
    date = Day()
    paper_date = Day(allow_none=True)
    amount = amount()
    maker = fields.String()


class Documents(Paged):
    """Documents, the latest first."""

    hall = fields.String()
    documents = fields.List(fields.Nested(Document))


class DocumentLine(Schema):
    """A frozen line: what moved from where to where."""

    item = fields.String()
    name = fields.String()
    origin = fields.String(data_key="from")
    place = fields.String(data_key="to")
    quantity = fields.Integer()
    serial = fields.String()
    serial_to = fields.String()
    unit_cost = amount()


class DocumentDetail(Document):
    """A document with its lines."""

    hall = fields.String()
    line_count = fields.Integer()
    lines = fields.List(fields.Nested(DocumentLine))


class UnitStep(Schema):
    """One step of a unit's life."""

    date = Day()
    origin = fields.String(data_key="from")
    place = fields.String(data_key="to")
    document = fields.String(allow_none=True)


class UnitName(Schema):
    """One of the names of a unit."""

    kind = fields.String()
    namespace = fields.String()
    value = fields.String()


class Unit(Schema):
    """A unit: what it is, where it is now, its names and its whole life."""

    hall = fields.String()
    item = fields.String()
    item_name = fields.String()
    serial = fields.String()
    place = fields.String()
    closed = fields.Boolean()
    opened_on = Day()
    cost = amount()
    names = fields.List(fields.Nested(UnitName))
    steps = fields.List(fields.Nested(UnitStep))


class Units(Schema):
    """The units an identifier names, in the halls one may see."""

    units = fields.List(fields.Nested(Unit))


class BooksDifference(Schema):
    """One place where the books are not what was written."""

    event = fields.Integer(allow_none=True)
    place = fields.String()
    message = fields.String()


class Verification(Schema):
    """Whether the books are what was written, and the head of their chain."""

    hall = fields.String()
    sound = fields.Boolean()
    chain = fields.String()
    differences = fields.List(fields.Nested(BooksDifference))


class Signature(Schema):
    """A day that was signed: its statuses, and the head of the chain."""

    hall = fields.String()
    date = Day()
    status = fields.Nested(Status)
    chain = fields.String()


class Place(Schema):
    """Where something in an input is wrong."""

    file = fields.String()
    line = fields.Integer(allow_none=True)
    column = fields.String()
    message = fields.String()


class Problem(Schema):
    """A refusal (RFC 9457). `code` is stable; `detail` is in the language asked for."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    found = fields.Integer()
    problems = fields.List(fields.Nested(Place))
    facts = fields.Dict()
