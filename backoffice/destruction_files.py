"""Files of books whose kept papers are to be destroyed, csv or xlsx.

The retention calendar as it is given as a workbook is such a file: what stands above its header is
passed over and its further columns are not read. Who sends it deletes the lines of books that stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.goods_files import cells_by_column, file_records, refusal_of
from invoices.retention import judge_books, submit_destruction
from ledger.documents import Document
from ledger.errors import BadInput, Problem
from ledger.evidence.headers import plain_name
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

COLUMNS: dict[str, tuple[str, ...]] = {
    "invoice_code": ("invoice_code", "发票代码", "Invoice code"),
    "first_no": ("first_no", "起号", "First"),
}
NO_HEADER = Text(
    "没有找到表头:须有“发票代码”和“起号”两列,可直接用导出的保管期清单。",
    "There is no header with invoice_code and first_no; the retention calendar as exported will"
    " do.",
)
NO_BOOKS = Text("文件里没有一本票。", "The file names no book.")

Listed = list[tuple[int, str]]
"""(line of the file, CODE/FIRST)."""


def read_books(name: str, content: bytes) -> Listed:
    """Give the books that a file names, line by line.

    Raises BadInput for a file without a header, without a book, or with a ruined number.
    """
    found: Listed = []
    problems: list[Problem] = []
    columns: dict[str, int] = {}
    for line, cells in file_records(name, content):
        if not columns:
            columns = _header(cells)
            continue
        named, mangled = cells_by_column(cells, columns, COLUMNS)
        if mangled is not None:
            problems.append(Problem(mangled, file=name, line=line))
        first = named.get("first_no", "").strip()
        if first:
            code = named.get("invoice_code", "").strip()
            found.append((line, f"{code if code.isdecimal() else ''}/{first}"))
    if problems:
        raise BadInput(problems)
    if not columns or not found:
        raise refusal_of(name, NO_BOOKS if columns else NO_HEADER)
    return found


def submit_listed(
    uow: UnitOfWork, *, hall: Hall, name: str, books: Listed, reason: str = ""
) -> Document:
    """Ask to destroy the papers of the books of a file, all of them or none.

    Raises BadInput with every line whose book may not be destroyed, and what `submit_destruction`
    raises.
    """
    wrong = judge_books(uow, hall, [book for _, book in books])
    problems = [
        Problem(Text(why.message("zh"), why.message("en")), file=name, line=line)
        for line, book in books
        if (why := wrong.get(book)) is not None
    ]
    if problems:
        raise BadInput(problems)
    return submit_destruction(uow, hall=hall, books=[book for _, book in books], reason=reason)


def _header(cells: Sequence[str]) -> dict[str, int]:
    names = [plain_name(cell) for cell in cells]
    found = {
        column: next((names.index(one) for one in map(plain_name, known) if one in names), -1)
        for column, known in COLUMNS.items()
    }
    return found if min(found.values()) >= 0 else {}
