"""What the API takes and gives about items, prices and labels."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from backoffice.api.answers import Paged, amount, moment
from backoffice.api.fields import SHORT_TEXT, Day, StrictSchema, WholeNumber, Yuan
from backoffice.api.schemas import PageQuery
from stock.categories import GOODS
from stock.items import LONGEST_ELSE

_CODE = validate.Length(1, LONGEST_ELSE)
_TEXT = validate.Length(0, 200)
MOST_AT_ONCE = 500


class ItemsQuery(PageQuery):
    """Which items: by words of code, name, brand or model, and by category; prices of a day."""

    words = fields.String(load_default="", validate=validate.Length(0, 100))
    category = fields.String(load_default="", validate=validate.OneOf(["", *GOODS]))
    date = Day()


class AttributesBody(StrictSchema):
    """Attributes of an item; those left out stay, "" and null take one away."""

    name = fields.String(validate=_TEXT)
    unit = fields.String(validate=_TEXT)
    brand = fields.String(validate=_TEXT)
    model = fields.String(validate=_TEXT)
    colour = fields.String(validate=_TEXT)
    storage = fields.String(validate=_TEXT)
    spec = fields.String(validate=_TEXT)
    origin = fields.String(validate=_TEXT)
    grade = fields.String(validate=_TEXT)
    face_value = Yuan(allow_none=True)
    pack_size = WholeNumber(allow_none=True)


class ItemBody(AttributesBody):
    """A new item; `tracking` is the category's where it is left out."""

    code = fields.String(required=True, validate=_CODE)
    category = fields.String(required=True, validate=validate.OneOf(list(GOODS)))
    tracking = fields.String(load_default="", validate=validate.OneOf(["", "serial", "quantity"]))


class PriceBody(StrictSchema):
    """A price of an item from a day on, for everybody or one campaign."""

    item = fields.String(required=True, validate=_CODE)
    price = Yuan(required=True)
    valid_from = Day(required=True)
    valid_to = Day(load_default=None, allow_none=True)
    campaign = fields.String(load_default="", validate=validate.Length(0, 64))


class PricesBody(StrictSchema):
    """Prices that are set together: variants under one label change in one request."""

    prices = fields.List(
        fields.Nested(PriceBody), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )


class LabelTasksQuery(StrictSchema):
    """Which labels that wait: those whose price has begun by `until`."""

    until = Day()


class LabelKey(StrictSchema):
    """The label of a position that begins on a day."""

    position = fields.String(required=True, validate=SHORT_TEXT)
    valid_from = Day(required=True)


class ConfirmationBody(StrictSchema):
    """Labels that are up, the old ones down."""

    labels = fields.List(
        fields.Nested(LabelKey), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )


class PositionBody(StrictSchema):
    """What stands at a position; no item clears it."""

    position = fields.String(required=True, validate=SHORT_TEXT)
    items = fields.List(fields.String(validate=_CODE), required=True)
    place = fields.String(load_default="", validate=validate.Length(0, 64))
    keeper = fields.String(load_default="", validate=validate.Length(0, 64))
    campaign = fields.String(load_default="", validate=validate.Length(0, 64))


class LabelSheetQuery(StrictSchema):
    """Which labels to print: positions and items apart by commas, or all that wait for a day.

    `struck` strikes a price through, at most what the law allows; `lowest` takes that one.
    """

    positions = fields.String(load_default="")
    items = fields.String(load_default="")
    waiting = Day()
    date = Day()
    struck = fields.String(load_default="", validate=validate.Length(0, 20))
    copies = WholeNumber(digits=2, load_default=1, validate=validate.Range(min=1, max=50))


class Item(Schema):
    """An item with all its attributes."""

    code = fields.String()
    category = fields.String()
    tracking = fields.String()
    name = fields.String()
    unit = fields.String()
    brand = fields.String()
    model = fields.String()
    colour = fields.String()
    storage = fields.String()
    spec = fields.String()
    origin = fields.String()
    grade = fields.String()
    face_value = amount()
    pack_size = fields.Integer(allow_none=True)


class ItemInHall(Item):
    """An item with what the hall has of it, and its price of the day."""

    on_hand = fields.Integer()
    price = amount()


class Items(Paged):
    """A page of items."""

    hall = fields.String()
    date = Day()
    items = fields.List(fields.Nested(ItemInHall))


class PriceEntry(Schema):
    """A price of an item; who set it and when."""

    campaign = fields.String()
    price = amount()
    valid_from = Day()
    valid_to = Day(allow_none=True)
    set_by = fields.String()
    set_at = moment()


class StruckLimit(Schema):
    """The most that may be struck through today, and the days it was done on."""

    most = amount()
    since = Day()
    until = Day()


class ItemDetail(ItemInHall):
    """An item with its prices over time and what a label may strike through."""

    hall = fields.String()
    prices = fields.List(fields.Nested(PriceEntry))
    struck_limit = fields.Nested(StruckLimit, allow_none=True)


class PricesSet(Schema):
    """How many labels have to be changed for the prices that were set."""

    hall = fields.String()
    prices = fields.Integer()
    labels = fields.Integer()


class LabelTask(Schema):
    """A label to put up, or put up: what for, until when, by whom it was confirmed."""

    position = fields.String()
    place = fields.String()
    items = fields.List(fields.String())
    valid_from = Day()
    price = amount()
    due_at = moment()
    overdue = fields.Boolean()
    confirmed_at = moment()
    confirmed_by = fields.String()


class LabelTasks(Schema):
    """Labels of a hall, the earliest due first."""

    hall = fields.String()
    labels = fields.List(fields.Nested(LabelTask))


class Position(Schema):
    """A label position: the price due there and the one shown."""

    position = fields.String()
    place = fields.String()
    keeper = fields.String()
    campaign = fields.String()
    items = fields.List(fields.String())
    price = amount()
    shown = amount()
    shown_since = Day(allow_none=True)
    right = fields.Boolean()


class Positions(Schema):
    """The label positions of a hall."""

    hall = fields.String()
    positions = fields.List(fields.Nested(Position))
