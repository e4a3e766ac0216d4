"""Reading `hall.toml`: checked key by key, every problem named with its place."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ledger.actors import ROLES
from ledger.enrolment import HallFile, StaffMember, TenderRule
from ledger.errors import BadInput, Problem
from ledger.money import read_fen, round_fen
from ledger.text import Text

FILE_NAME = "hall.toml"
NAME = validate.Length(1, 64)
STAFF_KINDS = ("person", "self_service", "system")
TENDER_CLASSES = ("cash", "settled", "on_account", "voucher")
MATCH_LEVELS = ("line", "batch", "day")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _Money(fields.Field[int]):
    """Yuan, as text or number with at most two decimals; fen inside."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise ValidationError("not an amount in yuan")
        try:
            return read_fen(str(value))
        except ValueError:
            raise ValidationError(f"not an amount in yuan: {value}") from None


class _Date(fields.Field[dt.date]):
    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.date:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(f"not a date (YYYY-MM-DD): {value}") from None


class _Staff(_Strict):
    number = fields.String(required=True, validate=NAME)
    name = fields.String(required=True, validate=NAME)
    roles = fields.List(fields.String(validate=validate.OneOf(list(ROLES))), required=True)
    float = _Money(data_key="float")
    kind = fields.String(load_default="person", validate=validate.OneOf(STAFF_KINDS))
    person = fields.String(load_default="", validate=validate.Length(0, 128))
    own_numbers = fields.List(fields.String(validate=NAME), load_default=[])
    relatives_numbers = fields.List(fields.String(validate=NAME), load_default=[])


class _Tender(_Strict):
    code = fields.String(required=True, validate=NAME)
    tender_class = fields.String(
        required=True, data_key="class", validate=validate.OneOf(TENDER_CLASSES)
    )
    match = fields.String(load_default="line", validate=validate.OneOf(MATCH_LEVELS))


class _Counter(_Strict):
    code = fields.String(required=True, validate=NAME)
    clerks = fields.List(fields.String(validate=NAME), required=True)


class _HallSchema(_Strict):
    code = fields.String(required=True, validate=NAME)
    name = fields.String(required=True, validate=NAME)
    organisation = fields.String(required=True, validate=validate.Length(1, 200))
    business_date = _Date(required=True)
    books_open_on = _Date()
    expected = fields.List(fields.String(validate=NAME))
    refund_handlers = fields.List(fields.String(validate=NAME))
    staff = fields.List(fields.Nested(_Staff), load_default=[])
    tender = fields.List(fields.Nested(_Tender), load_default=[])
    counter = fields.List(fields.Nested(_Counter), load_default=[])
    limits = fields.Dict(fields.String(validate=NAME), fields.Raw(), load_default={})


def read_hall_file(content: bytes, file_name: str = FILE_NAME) -> HallFile:
    """Read `hall.toml`; raises BadInput naming every key that is wrong."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        wording = Text("不是可读的 TOML:{error}", "is not readable TOML: {error}")
        raise BadInput([Problem(wording.format(error=error), file=file_name)]) from error
    try:
        read = _HallSchema().load(raw)
    except ValidationError as error:
        raise BadInput(_problems(error.messages, file_name)) from error
    _refuse_repeats([member["number"] for member in read["staff"]], file_name)
    return HallFile(
        code=read["code"],
        name=read["name"],
        organisation=read["organisation"],
        business_date=read["business_date"],
        books_open_on=read.get("books_open_on"),
        expected=tuple(read["expected"]) if "expected" in read else None,
        staff=tuple(_member(member) for member in read["staff"]),
        tenders=tuple(TenderRule(t["code"], t["tender_class"], t["match"]) for t in read["tender"]),
        counters=tuple((c["code"], tuple(c["clerks"])) for c in read["counter"]),
        limits={name: _limit(name, value, file_name) for name, value in read["limits"].items()},
        refund_handlers=(
            tuple(dict.fromkeys(read["refund_handlers"])) if "refund_handlers" in read else None
        ),
    )


def _member(member: Mapping[str, Any]) -> StaffMember:
    return StaffMember(
        number=member["number"],
        name=member["name"],
        roles=tuple(member["roles"]),
        kind=member["kind"],
        person=member["person"],
        opening_float=member.get("float"),
        own_numbers=tuple(member["own_numbers"]),
        relatives_numbers=tuple(member["relatives_numbers"]),
    )


def _limit(name: str, value: object, file_name: str) -> int:
    """Limits whose value is a decimal or text are yuan; whole numbers are what their name says."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return round_fen(value)
    try:
        return read_fen(str(value))
    except ValueError:
        wording = Text(
            "限额应为整数或金额:{value}", "a limit is a whole number or an amount: {value}"
        )
        problem = Problem(wording.format(value=value), file=file_name, column=f"limits.{name}")
        raise BadInput([problem]) from None


def _refuse_repeats(numbers: list[str], file_name: str) -> None:
    repeated = sorted({number for number in numbers if numbers.count(number) > 1})
    if repeated:
        wording = Text("工号重复:{numbers}", "staff numbers appear twice: {numbers}")
        problem = wording.format(numbers=", ".join(repeated))
        raise BadInput([Problem(problem, file=file_name, column="staff.number")])


def _problems(messages: Any, file_name: str, path: str = "") -> list[Problem]:
    if isinstance(messages, Mapping):
        found: list[Problem] = []
        for key, inner in messages.items():
            found += _problems(inner, file_name, f"{path}.{key}" if path else str(key))
        return found
    wording = Text("该项有误:{what}", "is wrong: {what}")
    return [
        Problem(wording.format(what=message), file=file_name, column=path) for message in messages
    ]
