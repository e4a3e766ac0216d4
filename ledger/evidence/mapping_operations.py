"""The operations of a mapping: how cells of a foreign file become one cell of ours.

Every operation is exact: sums and products are decimal, and rounded only where and how it says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)

from ledger.evidence.cells import UnreadableCell, quoted
from ledger.evidence.readings import NumberText
from ledger.money import read_exact_yuan
from ledger.text import Text

ROUNDINGS = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}
_FEN = Decimal("0.01")
Cells = tuple[str, ...]
Compute = Callable[[Cells], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """What one of our columns is made of: the foreign columns it needs, and what is done to them.

    `counts`: the cell is instead the number of the row among those with equal foreign cells.
    """

    columns: Cells
    compute: Compute
    counts: bool = False


def constant(value: str) -> Operation:
    """The same text in every row."""
    return Operation((), lambda _: value)


def take(column: str) -> Operation:
    """The cell of one column as it is."""
    return Operation((column,), lambda cells: cells[0])


def counter(columns: Cells) -> Operation:
    """1, 2, 3 ... within the rows whose cells in `columns` are equal, in the order of the file."""
    return Operation(columns, lambda cells: cells[0], counts=True)


def join(columns: Cells, separator: str) -> Operation:
    """The cells of several columns one after the other."""

    def compute(cells: Cells) -> str:
        joined = separator.join(cell.strip() for cell in cells)
        return NumberText(joined) if any(isinstance(c, NumberText) for c in cells) else joined

    return Operation(columns, compute)


def add(columns: Cells, minus: Cells) -> Operation:
    """The exact sum of some columns less that of others; an empty cell is 0."""
    plus = len(columns)

    def compute(cells: Cells) -> str:
        amounts = [_exact(cell) for cell in cells]
        total = sum(amounts[:plus], Decimal(0)) - sum(amounts[plus:], Decimal(0))
        return format(total, "f")

    return Operation(columns + minus, compute)


def multiply(columns: Cells) -> Operation:
    """The exact product of several columns; an empty cell is 0."""

    def compute(cells: Cells) -> str:
        with localcontext() as context:
            context.prec = 60
            product = Decimal(1)
            for cell in cells:
                product *= _exact(cell)
        return format(product, "f")

    return Operation(columns, compute)


def then(operation: Operation, change: Callable[[str], str]) -> Operation:
    """Change what an operation gives, before the cell is read."""

    def compute(cells: Cells) -> str:
        made = operation.compute(cells)
        changed = change(made)
        return NumberText(changed) if isinstance(made, NumberText) else changed

    return Operation(operation.columns, compute, operation.counts)


def rounded(rounding: str) -> Callable[[str], str]:
    """Round an amount to the fen, by one of ROUNDINGS."""
    mode = ROUNDINGS[rounding]

    def change(text: str) -> str:
        if not text.strip():
            return text
        with localcontext() as context:
            context.prec = 60
            return format(_exact(text).quantize(_FEN, rounding=mode), "f")

    return change


def with_sign(sign: str) -> Callable[[str], str]:
    """Turn the sign of an amount (`negate`), or drop it (`absolute`)."""

    def change(text: str) -> str:
        if not text.strip():
            return text
        amount = _exact(text)
        return format(-amount if sign == "negate" else abs(amount), "f")

    return change


def sign_from(operation: Operation, column: str, negative: Cells) -> Operation:
    """Make an amount negative where another column's cell is one of `negative`, else positive."""

    def compute(cells: Cells) -> str:
        text = operation.compute(cells[:-1])
        if not text.strip():
            return text
        size = abs(_exact(text))
        return format(-size if cells[-1].strip() in negative else size, "f")

    return Operation((*operation.columns, column), compute)


def without_prefix(prefix: str) -> Callable[[str], str]:
    """Cut a prefix off where it stands."""
    return lambda text: text.strip().removeprefix(prefix)


def without_suffix(suffix: str) -> Callable[[str], str]:
    """Cut a suffix off where it stands."""
    return lambda text: text.strip().removesuffix(suffix)


def or_default(default: str) -> Callable[[str], str]:
    """Put a value where the cell is empty."""
    return lambda text: text if text.strip() else default


def translated(values: dict[str, str], otherwise: str | None) -> Callable[[str], str]:
    """Put the value a table has for the cell; what it has not is `otherwise`, or refused."""

    def change(text: str) -> str:
        found = values.get(text.strip(), otherwise)
        if found is None:
            raise UnreadableCell(_not_in_table(text))
        return found

    return change


def by_start(starts: dict[str, str], otherwise: str | None) -> Callable[[str], str]:
    """Put the value of the first beginning the cell has; else `otherwise`, or it is refused."""

    def change(text: str) -> str:
        for start, value in starts.items():
            if text.strip().startswith(start):
                return value
        if otherwise is None:
            raise UnreadableCell(_not_in_table(text))
        return otherwise

    return change


def by_format(pattern: str) -> Callable[[str], str]:
    """Read a date or time by a strptime pattern and write it as ISO 8601."""

    def change(text: str) -> str:
        if not text.strip():
            return text
        try:
            # The time stays without offset here: what an offset-less time means is settled once,
            # where the cell is read.
            return datetime.strptime(text.strip(), pattern).isoformat(sep=" ")  # noqa: DTZ007
        except ValueError:
            raise UnreadableCell(
                Text(
                    f"{quoted(text)} 不符合日期格式 {pattern}。",
                    f"{quoted(text)} is no date of the form {pattern}.",
                )
            ) from None

    return change


def _exact(text: str) -> Decimal:
    plain = text.strip()
    if not plain:
        return Decimal(0)
    try:
        return read_exact_yuan(plain)
    except ValueError:
        raise UnreadableCell(
            Text(f"{quoted(text)} 不是数字。", f"{quoted(text)} is no number.")
        ) from None


def _not_in_table(text: str) -> Text:
    return Text(
        f"映射表中没有 {quoted(text)},请补充或写 otherwise。",
        f"The mapping has no value for {quoted(text)}: add it, or write `otherwise`.",
    )
