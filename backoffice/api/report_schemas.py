"""Shapes that reports share: what they answer, and which halls they are asked of."""

from __future__ import annotations

from marshmallow import fields, validate

from backoffice.api.fields import StrictSchema
from ledger.text import LANGUAGES


class ListColumn(StrictSchema):
    """A column: the key its values have in each row, and its name."""

    key = fields.String()
    name = fields.String()


class ReportTable(StrictSchema):
    """One table of a report: rows by the keys of its columns; money is yuan as text."""

    list = fields.String()
    title = fields.String()
    columns = fields.List(fields.Nested(ListColumn))
    heading = fields.Dict()
    rows = fields.List(fields.Dict())
    notes = fields.List(fields.String())


class ReportAnswer(StrictSchema):
    """A report: what stands above it and its tables."""

    report = fields.String()
    title = fields.String()
    heading = fields.Dict()
    tables = fields.List(fields.Nested(ReportTable))
    notes = fields.List(fields.String())


class HallsQuery(StrictSchema):
    """Which halls, by codes between commas, none for all that the caller oversees."""

    halls = fields.String(load_default="", validate=validate.Length(0, 20000))
    language = fields.String(load_default=None, validate=validate.OneOf(LANGUAGES))
