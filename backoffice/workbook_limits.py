"""A workbook looked over before any reader opens it: its archive, and how far its cells reach.

A legal file of 4.6 KB with one cell in the last corner makes a reader ask for all cells between,
and the process is gone. So the sheets are scanned as a stream first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from backoffice.sheet_extents import check_sheet, refusal
from ledger.errors import BadInput

MAX_ENTRIES = 1_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_FROM = 8 * 1024 * 1024
_SHEET = re.compile(
    r"xl/(worksheets|chartsheets|dialogsheets|macrosheets)/[^/]+\.xml", re.IGNORECASE
)


def check_workbook(content: bytes) -> None:
    """Refuse a workbook no reader should open; raises BadInput saying why.

    Checked are the entries of the archive (count, names, sizes as packed and unpacked), the extent
    of the cells of each sheet, and cells that hold an error or a formula without a value.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(content))
            if "xl/workbook.xml" not in {entry.filename for entry in entries}:
                raise refusal(
                    "不是 xlsx 工作簿(xlsb、ods 等不支持),请另存为 xlsx 或 CSV UTF-8。",
                    "This is no xlsx workbook (xlsb, ods and others are not read): "
                    "save it as xlsx or CSV UTF-8.",
                )
            for entry in entries:
                if _SHEET.fullmatch(entry.filename):
                    with archive.open(entry) as stream:
                        check_sheet(entry.filename, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise refusal(
            "工作簿已损坏或被截断,请重新导出。",
            "The workbook is damaged or cut off: export it again.",
        ) from None


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise refusal(
            f"工作簿内部文件超过 {MAX_ENTRIES} 个,拒绝读取。",
            f"The workbook has more than {MAX_ENTRIES} parts: it is not opened.",
        )
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_is_strange(name) for name in names):
        raise refusal(
            "工作簿内部文件名异常,拒绝读取。",
            "The workbook has parts with strange names: it is not opened.",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise refusal("工作簿有密码,请去掉密码。", "The workbook has a password: remove it.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    # Parts that share bytes of the archive make it unpack to more than its size can hold.
    if unpacked > MAX_UNPACKED or packed > size or _bursts(entries):
        raise _too_large()


def _bursts(entries: list[zipfile.ZipInfo]) -> bool:
    return any(
        entry.file_size > RATIO_MATTERS_FROM
        and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )


def _is_strange(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name


def _too_large() -> BadInput:
    return refusal(
        "工作簿解压后过大,像是压缩炸弹,拒绝读取。",
        "The workbook unpacks to far too much, like a zip bomb: it is not opened.",
    )
