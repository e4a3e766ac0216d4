"""What a vendor's layout is to the reader, and the rows of a vendor's file on their way to ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ledger.errors import BadInput, Problem
from ledger.evidence.cells import quoted
from ledger.evidence.delimited import Record
from ledger.evidence.headers import plain_name
from ledger.evidence.kinds import KINDS
from ledger.evidence.readings import Reading
from ledger.evidence.sources import Source
from ledger.evidence.typed_rows import TypedRows
from ledger.money import read_exact_yuan, round_fen
from ledger.text import Text

NOTHING = Decimal(0)
PAYER_DROPPED = Text("付款人列未保存。", "The payer's column was not kept.")
PAYER_MASKED = Text(
    "对方户名、账号和附言已脱敏。", "Names, accounts and remarks of the other side are masked."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One vendor's file: `recognises` looks at content only, `read` gives rows or BadInput."""

    name: str
    title: Text
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Reading]


@dataclass(slots=True)
class Statement:
    """The rows under a vendor's header, looked up by column name and never by position."""

    names: dict[str, int]
    lines: list[int]
    cells: list[list[str]]
    problems: list[Problem] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Say whether the file has this column."""
        return plain_name(name) in self.names

    def texts(self, *names: str) -> list[str]:
        """Give the trimmed cells of the first of these columns the file has; '' where it has none.

        A lone dash or slash, and a run of dashes, is how vendors print nothing.
        """
        for name in names:
            place = self.names.get(plain_name(name))
            if place is not None:
                return [_trimmed(row[place]) for row in self.cells]
        return [""] * len(self.lines)

    def yuan(self, *names: str) -> list[Decimal]:
        """Give exact amounts, 0 for an empty cell; what is no number becomes a problem."""
        amounts = []
        for line, text in zip(self.lines, self.texts(*names), strict=True):
            try:
                amounts.append(read_exact_yuan(text) if text else NOTHING)
            except ValueError:
                sentence = Text(f"{quoted(text)} 不是金额。", f"{quoted(text)} is no amount.")
                self.problems.append(Problem(sentence, line=line, column=names[0]))
                amounts.append(NOTHING)
        return amounts

    def refuse_problems(self) -> None:
        """Raise all problems found so far together, if there are any."""
        if self.problems:
            raise BadInput(sorted(self.problems, key=lambda problem: problem.line))


def make_statement(
    header: Sequence[str], records: Iterable[Record], *, may_be_short: bool = False
) -> Statement:
    """Lay records under a header; one with too few or too many cells is a problem with its line.

    `may_be_short`: cells missing at the end of a row are taken as empty.
    """
    names = {plain_name(cell): place for place, cell in enumerate(header) if plain_name(cell)}
    statement = Statement(names, [], [])
    width = max(names.values()) + 1
    for line, found in records:
        missing = width - len(found) if may_be_short else 0
        cells = found + [""] * missing
        if len(cells) < width or any(map(_trimmed, cells[len(header) :])):
            statement.problems.append(Problem(_wrong_width(len(cells), len(header)), line=line))
            continue
        statement.lines.append(line)
        statement.cells.append(cells)
    return statement


@dataclass(frozen=True, slots=True)
class ColumnOfRows:
    """Cells for one of our columns, and the vendor's name for it in messages."""

    cells: list[str]
    vendor_name: str


def typed_reading(
    kind: str,
    layout: str,
    *,
    lines: list[int],
    columns: dict[str, ColumnOfRows],
    notes: list[Text],
    sums: dict[str, int],
    owners: list[str] | None = None,
) -> Reading:
    """Read vendor cells as rows of `kind`; problems name the vendor's column."""
    described = KINDS[kind]
    typed = TypedRows(described)
    ordered = [
        columns[column.name].cells if column.name in columns else None
        for column in described.columns
    ]
    try:
        typed.add_columns(lines, ordered)
        rows, kept_lines = typed.finish()
    except BadInput as refused:
        raise BadInput(
            [
                replace(problem, column=columns[problem.column].vendor_name)
                if problem.column in columns
                else problem
                for problem in refused.problems
            ]
        ) from None
    names = tuple(column.name for column in described.columns)
    return Reading(
        kind, layout, names, rows, kept_lines, notes=notes, sums=sums, owners=owners or []
    )


def yuan_cells(amounts: Iterable[Decimal], vendor_name: str) -> ColumnOfRows:
    """Write exact amounts as cells, to be held to two decimals like any other."""
    return ColumnOfRows([format(amount, "f") for amount in amounts], vendor_name)


def fee_cells(fees: Iterable[Decimal], vendor_name: str) -> ColumnOfRows:
    """Write fees rounded half up to the fen, row by row."""
    cents = Decimal("0.01")
    return ColumnOfRows([format(round_fen(fee) * cents, "f") for fee in fees], vendor_name)


def fen_sum(amounts: Iterable[Decimal]) -> int:
    """Add up exact amounts and round the sum half up to fen."""
    return round_fen(sum(amounts, NOTHING))


def differs(what: str, printed: str, counted: str) -> Problem:
    """State that a total at the foot of the file is not the total of its rows."""
    return Problem(
        Text(
            f"汇总不符:{what} 表尾为 {printed},明细为 {counted};整个文件不予导入,请重新下载。",
            f"The total {what} does not tie: the foot says {printed}, the rows {counted}; "
            "nothing was imported, fetch the file again.",
        ),
        column=what,
    )


def incomplete() -> BadInput:
    """Make the refusal of a file that ends before its closing totals."""
    return BadInput(
        [
            Problem(
                Text(
                    "文件不完整:没有表尾汇总,可能被截断,请重新下载。",
                    "The file is incomplete: it ends without its totals. Fetch it again.",
                )
            )
        ]
    )


def tie_amount(what: str, printed: str, exact: Decimal) -> Problem | None:
    """Compare a printed total with the exact one, at the number of decimals that is printed."""
    try:
        stated = read_exact_yuan(printed)
    except ValueError:
        return differs(what, quoted(printed), format(exact, "f"))
    decimals = max(2, len(printed.partition(".")[2].strip()))
    rounded = _rounded(exact, decimals)
    return None if stated == rounded else differs(what, printed, format(rounded, "f"))


def tie_count(what: str, printed: str, counted: int) -> Problem | None:
    """Compare a printed count, `45` or `45.0`, with the number of rows."""
    try:
        matches = read_exact_yuan(printed) == counted
    except ValueError:
        matches = False
    shown = printed.partition(".")[0] if matches or printed.endswith(".0") else printed
    return None if matches else differs(what, shown, str(counted))


def _rounded(exact: Decimal, decimals: int) -> Decimal:
    scale = Decimal(10) ** (decimals - 2)
    return round_fen(exact * scale) / (scale * 100)


def _trimmed(cell: str) -> str:
    text = cell.strip(" \t\r\n\u3000\u00a0\ufeff")
    return "" if not text.strip("-/") else text


def _wrong_width(found: int, wanted: int) -> Text:
    return Text(
        f"这一行有 {found} 列,应有 {wanted} 列;文件可能被截断或改动过。",
        f"The row has {found} cells for {wanted} columns; the file may be cut off or edited.",
    )
