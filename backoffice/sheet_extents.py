"""How far the cells of a sheet reach, and cells that hold no value, told from the XML as a stream.

A quick look with patterns settles the plain files that spreadsheets write. Whatever is unusual is
followed cell by cell by a parser; declarations and entities are refused in either case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from ledger.errors import BadInput, Problem
from ledger.text import Text

MAX_AREA = 12_000_000
_CHUNK = 1 << 18
_FAR = 1 << 30
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_PLACED_CELL = re.compile(rb'<c r="([A-Z]{1,3}[1-9]\d{0,6})"[\s/>]')
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)"
)
# What spreadsheets hardly write: markup declarations, prefixed names, errors, single quotes. Each
# is looked for only where a byte of it occurs, as looking for one byte is quickest.
_UNUSUAL = (
    (b"!", (b"<!",)),
    (b"\x00", (b"\x00",)),
    (b":", (b":c ", b":c>", b":row")),
    (b"'", (b"='",)),
    (b'"e"', (b'"e"',)),
)
# A cell without a place, or with another blank before it.
_UNPLACED = (b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")


def check_sheet(name: str, stream: IO[bytes]) -> None:
    """Refuse a sheet whose cells reach over more than MAX_AREA, or hold errors; raises BadInput."""
    quick = _QuickLook(name)
    if quick.settles(stream):
        return
    stream.seek(0)
    scan = _SheetScan(name)
    while chunk := stream.read(_CHUNK):
        scan.feed(chunk)
    scan.finish()


def refusal(zh: str, en: str) -> BadInput:
    """Make the refusal of a whole workbook."""
    return BadInput([Problem(Text(zh, en))])


@dataclass(slots=True)
class _Extent:
    """The smallest rectangle around the cells seen."""

    top: int = _FAR
    left: int = _FAR
    bottom: int = 0
    right: int = 0

    def take(self, row: int, column: int) -> bool:
        """Take in a cell; False where the rectangle becomes too large."""
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        return (self.bottom - self.top + 1) * (self.right - self.left + 1) <= MAX_AREA


class _QuickLook:
    """Looks at a sheet by patterns; it settles what is plainly written and within bounds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.extent = _Extent()

    def settles(self, stream: IO[bytes]) -> bool:
        rest = b""
        while chunk := stream.read(_CHUNK):
            piece, rest = self._whole_rows(rest + chunk)
            if not self._is_plain(piece):
                return False
        return self._is_plain(rest)

    def _whole_rows(self, piece: bytes) -> tuple[bytes, bytes]:
        """Cut after the last row that ends here, so that no cell is looked at in halves."""
        end = piece.rfind(b"</row>") + len(b"</row>")
        return (piece[:end], piece[end:]) if end > len(b"</row>") else (b"", piece)

    def _is_plain(self, piece: bytes) -> bool:
        if any(rare in piece and any(m in piece for m in marks) for rare, marks in _UNUSUAL):
            return False
        if b"<f" in piece and _FORMULA_WITHOUT_VALUE.search(piece):
            return False
        placed = _PLACED_CELL.findall(piece)
        # Most pieces have cells alone: columns and formats, which begin like them, are few.
        if len(placed) != piece.count(b"<c") and (
            len(placed) != piece.count(b"<c ") or any(mark in piece for mark in _UNPLACED)
        ):
            return False
        if not placed:
            return True
        references = b" ".join(placed)
        rows = [int(row) for row in set(references.translate(None, _LETTERS).split())]
        letters = set(references.translate(None, _DIGITS).split())
        columns = [column_number(one.decode()) for one in letters]
        return all(
            self.extent.take(row, column)
            for row in (min(rows), max(rows))
            for column in (min(columns), max(columns))
        )


class _SheetScan:
    """Follows the cells of one sheet's XML, stopping where they reach too far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.row = self.column = 0
        self.extent = _Extent()
        self.is_error = self.has_formula = self.in_value = self.has_value = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse_declaration
        self.parser.EntityDeclHandler = self._refuse_declaration

    def feed(self, chunk: bytes) -> None:
        try:
            self.parser.Parse(chunk, False)
        except expat.ExpatError:
            raise self._damaged() from None

    def finish(self) -> None:
        try:
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            raise self._damaged() from None

    def _damaged(self) -> BadInput:
        return refusal(
            f"工作表 {self.name} 已损坏,请重新导出。",
            f"Sheet {self.name} is damaged: export it again.",
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "c":
            self._begin_cell(attributes)
        elif kind == "row":
            number = attributes.get("r", str(self.row + 1))
            if not (number.isascii() and number.isdigit()) or len(number) > 7:
                raise self._damaged()
            self.row, self.column = int(number), 0
        elif kind in ("v", "t"):
            self.in_value = True
        elif kind == "f":
            self.has_formula = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.is_error = attributes.get("t") == "e"
        self.has_formula = self.has_value = self.in_value = False
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if not found:
            raise self._damaged()
        self.row, self.column = int(found.group(2)), column_number(found.group(1))

    def _text(self, text: str) -> None:
        if self.in_value and not self.has_value:
            self.has_value = True
            self._reach()

    def _end(self, tag: str) -> None:
        kind = tag.rpartition(" ")[2]
        if kind in ("v", "t"):
            self.in_value = False
        if kind != "c":
            return
        if self.is_error and self.has_value:
            raise self._cell_refused(
                "单元格是公式错误(如 #N/A),请更正后导入。",
                "The cell holds a formula's error, such as #N/A: correct it.",
            )
        if self.has_formula and not self.has_value:
            raise self._cell_refused(
                "公式没有计算结果,请在表格软件中打开保存,或粘贴为数值。",
                "The formula has no value: open and save the file in a spreadsheet, "
                "or paste it as values.",
            )

    def _reach(self) -> None:
        if not self.extent.take(self.row, self.column):
            raise self._cell_refused(
                f"工作表的单元格散布过广(超过 {MAX_AREA:,} 格),拒绝读取;请删去表外的内容。",
                f"The cells of the sheet lie too far apart (more than {MAX_AREA:,} between them): "
                "it is not opened. Delete what lies outside the table.",
            )

    def _cell_refused(self, zh: str, en: str) -> BadInput:
        letters = column_letters(self.column)
        return BadInput([Problem(Text(zh, en), line=self.row, column=letters)])

    def _refuse_declaration(self, *_: object) -> None:
        raise self._damaged()


def column_number(letters: str) -> int:
    """Give the number of a column: A is 1, XFD 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give the letters of a column: 1 is A, 16384 XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
