"""The one entry for files: bytes of any kind a hall hands in become a Reading, or one refusal."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import chain

from ledger.errors import BadInput, Problem
from ledger.evidence.decoding import decode, decode_as, gunzip, is_gzip, is_zip, unzip_texts
from ledger.evidence.delimited import find_delimiter, first_line
from ledger.evidence.headers import (
    nearest_kind,
    read_header,
    recognise_kind,
    unrecognised,
)
from ledger.evidence.kinds import KINDS, Kind
from ledger.evidence.mapped_rows import read_mapped
from ledger.evidence.mappings import Mapping
from ledger.evidence.readings import Grid, ReadGrid, Reading
from ledger.evidence.sources import Source, sheet_records, sheet_source, text_source
from ledger.evidence.typed_rows import read_rows, sum_amounts
from ledger.evidence.vendors.known_layouts import find_layout
from ledger.text import Text

MAX_FILE_BYTES = 64 * 1024 * 1024
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(
    name: str,
    content: bytes,
    *,
    read_grid: ReadGrid,
    mapping: Mapping | None = None,
    kind: str | None = None,
) -> Reading:
    """Read a file whole; what it is, is told by its content, by `kind` or by `mapping`.

    `read_grid` reads workbooks, in a process of its own. Packed files are unpacked within limits.
    Raises BadInput naming the file, with line and column of up to a hundred problems.
    """
    try:
        if kind is not None and kind not in KINDS:
            raise _unknown_kind(kind)
        return _read(name, content, read_grid, mapping, KINDS[kind] if kind else None)
    except BadInput as refused:
        raise BadInput(
            [
                problem if problem.file else replace(problem, file=name)
                for problem in refused.problems
            ]
            # How many there were beyond the hundred is told by their number alone.
            + [refused.problems[-1]] * (refused.found - len(refused.problems))
        ) from None


def _read(
    name: str, content: bytes, read_grid: ReadGrid, mapping: Mapping | None, kind: Kind | None
) -> Reading:
    if len(content) > MAX_FILE_BYTES:
        raise _refusal(
            f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB,请分开导入。",
            f"The file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB: import it in parts.",
        )
    if is_gzip(content):
        content = gunzip(content)
        name = name.removesuffix(".gz")
    if content.startswith(_OLD_WORKBOOK) or _is_workbook(content):
        return _read_workbook(name, read_grid(content), mapping, kind)
    if is_zip(content):
        return _read_archive(content, mapping, kind)
    if mapping is not None and mapping.file.encoding:
        text, encoding = decode_as(content, mapping.file.encoding), mapping.file.encoding
    else:
        text, encoding = decode(content)
    return _read_source(text_source(text, encoding, name=name), mapping, kind)


def _is_workbook(content: bytes) -> bool:
    if not is_zip(content):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # A damaged archive is refused by the reader of archives, in its words.
        return False
    return "[Content_Types].xml" in names or "mimetype" in names


def _read_workbook(name: str, grid: Grid, mapping: Mapping | None, kind: Kind | None) -> Reading:
    """Read the first sheet with something in it whose layout is known."""
    wanted = mapping.file.sheet if mapping else ""
    sheets = [sheet for sheet in grid.sheets if wanted in ("", sheet.name)]
    if not sheets and wanted:
        names = "、".join(sheet.name for sheet in grid.sheets)
        raise _refusal(
            f"工作簿没有工作表“{wanted}”,只有:{names}。",
            f"The workbook has no sheet “{wanted}”; it has {names}.",
        )
    sources = [sheet_source(sheet, name=name) for sheet in sheets]
    filled = [source for source in sources if source.head]
    if not filled:
        raise _empty()
    for source in filled:
        if mapping or find_layout(source) or recognise_kind(source.head[0][1]):
            return _read_source(source, mapping, kind)
    return _read_source(filled[0], mapping, kind)


def _read_archive(content: bytes, mapping: Mapping | None, kind: Kind | None) -> Reading:
    """Read the one file of an archive that holds rows; a detail has its summary beside it."""
    members = unzip_texts(content)
    if not members:
        raise _refusal(
            "压缩包内没有 CSV 或文本文件。", "There is no CSV or text file in the archive."
        )
    readings: list[tuple[str, Reading]] = []
    refusals: list[BadInput] = []
    for member, inner in members:
        try:
            source = text_source(*decode(inner), name=member)
            readings.append((member, _read_source(source, mapping, kind)))
        except BadInput as refused:
            refusals.append(
                BadInput([replace(problem, file=member) for problem in refused.problems])
            )
    if len(readings) == 1:
        return readings[0][1]
    if readings:
        names = "、".join(member for member, _ in readings)
        raise _refusal(
            f"压缩包内有多个可导入的文件:{names},请解压后逐个导入。",
            f"The archive holds several files to import: {names}. Unpack it first.",
        )
    raise max(refusals, key=_weight)


def _weight(refused: BadInput) -> int:
    """Prefer the refusal that speaks of lines or totals to one that says what a file is not."""
    return sum(bool(problem.line or problem.column) for problem in refused.problems)


def _read_source(source: Source, mapping: Mapping | None, kind: Kind | None) -> Reading:
    if not source.head and not source.text.strip("\ufeff \t\r\n"):
        raise _empty()
    if mapping is not None:
        if kind is not None and kind.name != mapping.kind.name:
            raise _wrong_kind(mapping.kind, kind)
        return read_mapped(source, mapping)
    layout = find_layout(source)
    if layout is None:
        return _read_hall_file(source, kind)
    reading = layout.read(source)
    if kind is not None and kind.name != reading.kind:
        raise _wrong_kind(KINDS[reading.kind], kind)
    return reading


def _read_hall_file(source: Source, kind: Kind | None) -> Reading:
    """Read a file of the hall folder under its header, Chinese or English."""
    if source.sheet is None:
        records = source.records(delimiter=find_delimiter(first_line(source.text)))
    else:
        records = sheet_records(source.sheet)
    first = next(records, None)
    if first is None:
        raise _empty()
    line, cells = first
    meant = kind or recognise_kind(cells) or nearest_kind(cells)
    if meant is None:
        raise unrecognised(cells, line)
    header = read_header(cells, line=line, kind=meant)
    rows, lines = read_rows(header, chain(records))
    notes = []
    if source.encoding == "gb18030":
        notes.append(Text("按 GB18030 编码读取。", "Read as GB18030."))
    return Reading(
        meant.name,
        "hall",
        tuple(column.name for column in meant.columns),
        rows,
        lines,
        notes=notes,
        sums=sum_amounts(meant, rows),
    )


def _empty() -> BadInput:
    return _refusal(
        "文件是空的;没有业务请用 --nil 申报。",
        "The file is empty; where there was nothing, declare it with --nil.",
    )


def _unknown_kind(kind: str) -> BadInput:
    return _refusal(
        f"没有类型“{kind}”,可用:{'、'.join(KINDS)}。",
        f"There is no kind “{kind}”; there are {', '.join(KINDS)}.",
    )


def _wrong_kind(found: Kind, meant: Kind) -> BadInput:
    return _refusal(
        f"内容是 {found.zh} {found.name},不是指明的 {meant.zh} {meant.name}。",
        f"This is a file of {found.name}, not of {meant.name} as named.",
    )


def _refusal(zh: str, en: str) -> BadInput:
    return BadInput([Problem(Text(zh, en))])
