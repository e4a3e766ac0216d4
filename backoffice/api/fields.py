"""Fields that are stricter than marshmallow's own: plain digits, few of them; yuan as text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from ledger.evidence.cells import UnreadableCell, read_instant
from ledger.money import read_fen, show_yuan
from ledger.schema import EPOCH, MICROSECOND

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.{0,20}", re.ASCII)
DIGITS = re.compile(r"\d+", re.ASCII)
SHORT_TEXT = validate.Length(1, 200)


class StrictSchema(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        """Unknown fields are refused by name."""

        unknown = RAISE


class WholeNumber(fields.Field[int]):
    """A whole number of at most `digits` digits: a JSON integer, or plain digits in an address.

    1.0, true, 1e3 and full-width digits are none.
    """

    def __init__(self, *, digits: int = 9, **more: Any) -> None:
        self.digits = digits
        metadata = {"type": "integer", "minimum": 0, "maximum": 10**digits - 1}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **more: Any) -> int | None:
        return value

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> int:
        if isinstance(value, str) and DIGITS.fullmatch(value) and len(value) <= self.digits:
            return int(value)
        if type(value) is int and 0 <= value < 10**self.digits:
            return value
        raise ValidationError(f"Not a whole number of at most {self.digits} digits.")


class Yuan(fields.Field[int]):
    """An amount in yuan as text with two decimals, `"12.00"`; fen inside."""

    def __init__(self, **more: Any) -> None:
        metadata = {"type": "string", "pattern": r"^-?\d{1,13}\.\d{2}$", "example": "12.00"}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else show_yuan(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> int:
        if isinstance(value, str):
            try:
                return read_fen(value)
            except ValueError:
                pass
        raise ValidationError("Not an amount in yuan such as 12.00.")


class Day(fields.Field[dt.date]):
    """A calendar date, `YYYY-MM-DD` and nothing else."""

    def __init__(self, **more: Any) -> None:
        metadata = {"type": "string", "format": "date", "example": "2026-11-20"}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _serialize(
        self, value: dt.date | str | None, attr: str | None, obj: Any, **more: Any
    ) -> str | None:
        return value.isoformat() if isinstance(value, dt.date) else value

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> dt.date:
        return read_day(value)


class Moment(fields.Field[dt.datetime]):
    """A date and clock time, ISO 8601; without offset it is Asia/Shanghai."""

    def __init__(self, **more: Any) -> None:
        metadata = {"type": "string", "format": "date-time", "example": "2026-11-20T16:40"}
        super().__init__(metadata={**metadata, **more.pop("metadata", {})}, **more)

    def _serialize(
        self, value: dt.datetime | str | None, attr: str | None, obj: Any, **more: Any
    ) -> str | None:
        return value.isoformat() if isinstance(value, dt.datetime) else value

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> dt.datetime:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            try:
                return EPOCH + read_instant(value) * MICROSECOND
            except UnreadableCell:
                pass
        raise ValidationError("Not a date and time such as 2026-11-20T16:40.")


def read_day(value: object) -> dt.date:
    """Read `YYYY-MM-DD`; raises ValidationError."""
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValidationError("Not a valid date.")
