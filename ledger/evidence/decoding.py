"""From bytes to text: which encoding a file has, and packed files unpacked within limits."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from io import BytesIO

from ledger.errors import BadInput, Problem
from ledger.text import Text

MAX_TEXT_BYTES = 256 * 1024 * 1024
MAX_ARCHIVE_ENTRIES = 50
_GZIP = b"\x1f\x8b"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8_HAN = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")


def decode(content: bytes) -> tuple[str, str]:
    """Give the text of a file and its encoding, `utf-8-sig`, `utf-8` or `gb18030` (FIL-00).

    Raises BadInput for UTF-16, for NUL bytes and for bytes that are neither, naming the line.
    """
    if content.startswith(_UTF16_MARKS) or _looks_like_utf16(content):
        raise _refusal(
            Text(
                "文件是 UTF-16(Excel“Unicode 文本”),请另存为 CSV UTF-8 或 xlsx 后重新导入。",
                "The file is UTF-16 (Excel's “Unicode text”): save it as CSV UTF-8 or xlsx.",
            )
        )
    nul = content.find(b"\x00")
    if nul >= 0:
        raise _refusal(
            Text(
                "含有 NUL 字节,文件已损坏或不是文本,请重新导出。",
                "There is a NUL byte: the file is damaged or no text. Export it again.",
            ),
            _line_of(content, nul),
        )
    if content.startswith(codecs.BOM_UTF8):
        return _decode_as(content[len(codecs.BOM_UTF8) :], "utf-8"), "utf-8-sig"
    try:
        text = content.decode("utf-8")
        return (text, "utf-8") if not _is_gbk_by_luck(text) else _as_gbk(content, text)
    except UnicodeDecodeError as broken:
        if _was_utf8(content[: broken.start]):
            raise _broken(content, broken.start, "UTF-8") from None
        return _decode_as(content, "gb18030"), "gb18030"


def decode_as(content: bytes, encoding: str) -> str:
    """Give the text of a file whose encoding is known, without its BOM; raises BadInput."""
    return _decode_as(content, encoding).removeprefix("\ufeff")


def is_gzip(content: bytes) -> bool:
    """Say whether the bytes are a gzip file."""
    return content.startswith(_GZIP)


def is_zip(content: bytes) -> bool:
    """Say whether the bytes are a zip archive, workbooks included."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def gunzip(content: bytes) -> bytes:
    """Unpack a gzip file of one or more members; raises BadInput past MAX_TEXT_BYTES."""
    parts: list[bytes] = []
    total = 0
    rest = content
    while rest.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(rest, MAX_TEXT_BYTES - total + 1)
        except zlib.error:
            raise _refusal(_DAMAGED_PACKAGE) from None
        total += len(part)
        if total > MAX_TEXT_BYTES:
            raise _refusal(_TOO_LARGE)
        if not unpacker.eof:
            raise _refusal(_DAMAGED_PACKAGE)
        parts.append(part)
        rest = unpacker.unused_data
    return b"".join(parts)


def unzip_texts(content: bytes) -> list[tuple[str, bytes]]:
    """Give the CSV and text files of an archive, their names as bytes GB18030 or UTF-8.

    Raises BadInput where it has too many entries, is encrypted, damaged, or unpacks too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries)
            return [
                (_entry_name(entry), _read_entry(archive, entry))
                for entry in entries
                if _entry_name(entry).lower().endswith((".csv", ".txt"))
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise _refusal(_DAMAGED_PACKAGE) from None


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        raise _refusal(
            Text(
                f"压缩包内文件超过 {MAX_ARCHIVE_ENTRIES} 个,请解压后逐个导入。",
                f"The archive holds more than {MAX_ARCHIVE_ENTRIES} files: unpack it first.",
            )
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal(
            Text("压缩包有密码,请解压后导入。", "The archive has a password: unpack it first.")
        )
    if sum(entry.file_size for entry in entries) > MAX_TEXT_BYTES:
        raise _refusal(_TOO_LARGE)


def _entry_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:
        return entry.filename
    # Without the UTF-8 flag zipfile has read the name as code page 437; Alipay writes it in GBK.
    return entry.filename.encode("cp437", "replace").decode("gb18030", "replace")


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise _refusal(_DAMAGED_PACKAGE)
    return content


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        name = "UTF-8 / GB18030" if encoding == "gb18030" else encoding.upper()
        raise _broken(content, broken.start, name) from None


def _looks_like_utf16(content: bytes) -> bool:
    head = content[:400]
    return len(head) >= 4 and max(head[0::2].count(0), head[1::2].count(0)) * 4 > len(head)


def _is_gbk_by_luck(text: str) -> bool:
    """Say whether valid UTF-8 has no Chinese, though signs no Latin text has: 业业 in GBK does."""
    foreign = max(text) if text and not text.isascii() else ""
    return "\u0180" <= foreign < "\u0800"


def _as_gbk(content: bytes, text: str) -> tuple[str, str]:
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        return text, "utf-8"


def _was_utf8(sound: bytes) -> bool:
    """Say whether what stands before the first bad byte is Chinese in UTF-8, so GBK is no way out.

    GBK text gives a lucky character now and then, hardly two of them and nothing that is none.
    """
    return len(_UTF8_HAN.findall(sound)) >= 2


def _broken(content: bytes, position: int, encoding: str) -> BadInput:
    line = _line_of(content, position)
    return _refusal(
        Text(
            f"不是有效的 {encoding} 文本,文件已损坏、被截断或编码不对,请以 UTF-8 重新导出。",
            f"This is no valid {encoding}: the file is damaged, cut off or in another encoding. "
            "Export it again as UTF-8.",
        ),
        line,
    )


def _line_of(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _refusal(text: Text, line: int = 0) -> BadInput:
    return BadInput([Problem(text, line=line)])


_DAMAGED_PACKAGE = Text(
    "压缩文件已损坏或被截断,请重新下载。", "The packed file is damaged or cut off: fetch it again."
)
_TOO_LARGE = Text(
    f"解压后超过 {MAX_TEXT_BYTES // 1024 // 1024} MB,拒绝读取,请分开导入。",
    f"It unpacks to more than {MAX_TEXT_BYTES // 1024 // 1024} MB: import it in parts.",
)
