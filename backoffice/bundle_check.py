"""Checking a sealed bundle on any machine: nothing is needed but the file.

Each file's size and hash, what its rows count and add up to, the totals of the days, and whether
the voucher balances and accounts for what was paid, are worked out again. The first difference is
named. What is in the file is never trusted: no path leaves the zip, and sizes are limited.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.errors import Conflict, Invalid
from ledger.money import read_fen, show_yuan
from ledger.text import Text

MANIFEST = "manifest.json"
BOM = "\ufeff"
MOST_FILES = 2_000
MOST_BYTES = 512 * 1024 * 1024
MOST_UNPACKED = 2 * 1024 * 1024 * 1024
CHUNK = 1024 * 1024

Json = dict[str, Any]


class BundleUnreadable(Invalid):
    """The file is no bundle, or one that is not safe to open."""

    code = "bundle_unreadable"
    text = Text("{file}:{problem}。", "{file}: {problem}.")


class BundleDiffers(Conflict):
    """What is in the bundle is not what its manifest says; names the first difference."""

    code = "bundle_differs"
    text = Text(
        "{file} 与清单不符:{problem}。请勿入账,向移交方重新索取。",
        "{file} is not what its manifest says: {problem}. Do not book it; ask for it again.",
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle that is what it says: its manifest, and how many files and rows were read."""

    manifest: Json
    files: int
    rows: int

    @property
    def chain(self) -> str:
        """Give the head of the chain as `verify --expect` takes it."""
        return f"{self.manifest['chain']['event']}:{self.manifest['chain']['hash']}"


def check_bundle(path: Path) -> Checked:
    """Check a bundle; raises BundleUnreadable and BundleDiffers."""
    name = path.name
    if path.stat().st_size > MOST_BYTES:
        raise _unreadable(name, "文件过大", "it is too large")
    try:
        with zipfile.ZipFile(path) as packed:
            entries = _safe_entries(name, packed)
            manifest = _read_manifest(name, packed)
            _check_files(name, packed, entries, manifest)
            tables = {
                one: _read_table(name, one, packed) for one in entries if one.endswith(".csv")
            }
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError) as broken:
        raise _unreadable(name, "不是完好的压缩包", "it is no sound zip file") from broken
    except NotImplementedError as broken:
        raise _unreadable(name, "压缩方式不受支持", "it is packed in an unknown way") from broken
    try:
        for problem in _differences(manifest, tables):
            raise BundleDiffers(file=name, problem=problem)
    except (KeyError, TypeError, ValueError, AttributeError) as odd:
        raise _unreadable(name, "清单或表格缺少内容", "a table or the manifest is odd") from odd
    return Checked(manifest, len(entries), sum(len(rows) for rows in tables.values()))


def _unreadable(file: str, zh: str, en: str) -> BundleUnreadable:
    return BundleUnreadable(file=file, problem=Text(zh, en))


def _differs(file: str, zh: str, en: str) -> BundleDiffers:
    return BundleDiffers(file=file, problem=Text(zh, en))


def _safe_entries(file: str, packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Give the entries by name; none leads out of the zip, comes twice or unpacks beyond limits."""
    infos = packed.infolist()
    if len(infos) > MOST_FILES or sum(one.file_size for one in infos) > MOST_UNPACKED:
        raise _unreadable(file, "内容过大", "what it holds is too large")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        plain = info.filename.replace("\\", "/")
        is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
        outside = plain.startswith("/") or ".." in plain.split("/") or ":" in plain
        if outside or is_link or info.is_dir() or "/" in plain or info.flag_bits & 1:
            shown = plain[:80]
            raise _unreadable(file, f"文件名“{shown}”不安全", f"“{shown}” is no safe name")
        if info.filename in found:
            raise _unreadable(file, f"“{plain[:80]}”重复", f"“{plain[:80]}” is in it twice")
        found[info.filename] = info
    if MANIFEST not in found:
        raise _unreadable(file, "没有清单 manifest.json", "it has no manifest.json")
    return found


def _read_manifest(file: str, packed: zipfile.ZipFile) -> Json:
    try:
        manifest = json.loads(_read(file, packed, MANIFEST, 64 * CHUNK))
    except (ValueError, RecursionError) as odd:
        raise _unreadable(file, "清单不可读", "its manifest cannot be read") from odd
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        raise _unreadable(file, "清单不可读", "its manifest cannot be read")
    return manifest


def _read(file: str, packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise _unreadable(file, f"“{name}”过大", f"“{name}” is too large")
    return content


def _check_files(
    file: str,
    packed: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    manifest: Json,
) -> None:
    told = {}
    for one in manifest["files"]:
        try:
            told[str(one["name"])] = (int(one["size"]), str(one["sha256"]))
        except (KeyError, TypeError, ValueError) as odd:
            raise _unreadable(file, "清单不可读", "its manifest cannot be read") from odd
    for name in sorted(told.keys() | (entries.keys() - {MANIFEST})):
        if name not in entries:
            raise _differs(file, f"缺少 {name}", f"{name} is missing")
        if name not in told:
            raise _differs(file, f"多出 {name}", f"{name} is not in the manifest")
        size, digest = _digest(packed, name, told[name][0])
        if (size, digest) != told[name]:
            raise _differs(file, f"{name} 已被改动", f"{name} was changed")


def _digest(packed: zipfile.ZipFile, name: str, size: int) -> tuple[int, str]:
    """Give size and hash of what an entry unpacks to, read no further than a little beyond."""
    digest, read = hashlib.sha256(), 0
    with packed.open(name) as entry:
        while read <= size and (chunk := entry.read(CHUNK)):
            digest.update(chunk)
            read += len(chunk)
    return read, digest.hexdigest()


def _read_table(file: str, name: str, packed: zipfile.ZipFile) -> list[dict[str, str]]:
    try:
        text = _read(file, packed, name, MOST_UNPACKED).decode("utf-8")
        return list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), strict=True))
    except (UnicodeDecodeError, csv.Error) as odd:
        raise _unreadable(file, f"表 {name} 不可读", f"table {name} cannot be read") from odd


Tables = Mapping[str, list[dict[str, str]]]


def _differences(manifest: Json, tables: Tables) -> Iterator[Text]:
    yield from _counts(manifest, tables)
    yield from _sums(manifest, tables)
    yield from _totals(manifest, tables)
    yield from _voucher(manifest, tables)


def _counts(manifest: Json, tables: Tables) -> Iterator[Text]:
    for name in sorted(manifest["counts"].keys() | tables.keys()):
        told, found = manifest["counts"].get(name), len(tables.get(name, []))
        if told != found:
            yield Text(
                f"{name} 有 {found} 行,清单为 {told}", f"{name} has {found} rows, told are {told}"
            )


def _sums(manifest: Json, tables: Tables) -> Iterator[Text]:
    for name, columns in sorted(manifest["sums"].items()):
        for column, told in sorted(columns.items()):
            found = sum(_fen(row[column]) for row in tables[name])
            if found != read_fen(told):
                shown = show_yuan(found)
                yield Text(
                    f"{name} 的 {column} 合计 {shown},清单为 {told}",
                    f"{column} of {name} adds up to {shown}, told is {told}",
                )


def _totals(manifest: Json, tables: Tables) -> Iterator[Text]:
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in tables["totals.csv"]:
        sums = found[row["date"], row["tender"]]
        sums[0] += _fen(row["computed"])
        sums[1] += _fen(row["declared"])
    told = {
        (one["date"], one["tender"]): [read_fen(one["computed"]), read_fen(one["declared"])]
        for one in manifest["totals"]
    }
    for date, tender in sorted(found.keys() | told.keys()):
        if found.get((date, tender)) != told.get((date, tender)):
            yield Text(f"{date} {tender} 合计不符", f"the totals of {date}, {tender}, differ")


def _voucher(manifest: Json, tables: Tables) -> Iterator[Text]:
    parts: dict[tuple[str, str], int] = defaultdict(int)
    booked: dict[tuple[str, str, str], int] = defaultdict(int)
    sides = {"debit": 0, "credit": 0}
    for row in tables["voucher.csv"]:
        debit, credit = _fen(row["debit"]), _fen(row["credit"])
        parts[row["date"], row["part"]] += debit - credit
        booked[row["part"], row["date"], row["key"]] += debit - credit
        sides["debit"] += debit
        sides["credit"] += credit
    for (date, part), gap in sorted(parts.items()):
        if gap:
            yield Text(
                f"凭证 {date} {part} 借贷不平,差 {show_yuan(gap)}",
                f"the voucher of {date}, {part}, is out of balance by {show_yuan(gap)}",
            )
    for side, fen in sides.items():
        if read_fen(manifest["voucher"][side]) != fen:
            yield Text(f"凭证{side}合计不符", f"the voucher's {side} differs")
    wanted: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in tables["payments.csv"]:
        wanted["takings", row["date"], f"tender:{row['tender']}"] += _fen(row["amount"])
    for row in tables["totals.csv"]:
        wanted["over_short", row["date"], f"tender:{row['tender']}"] += _fen(row["difference"])
    for key in sorted(wanted.keys() | {one for one in booked if _is_counted(one)}):
        if wanted.get(key, 0) != booked.get(key, 0):
            yield Text(
                f"凭证 {key[1]} {key[2]} 为 {show_yuan(booked.get(key, 0))},"
                f"明细为 {show_yuan(wanted.get(key, 0))}",
                f"the voucher has {show_yuan(booked.get(key, 0))} for {key[2]} of {key[1]},"
                f" the lines {show_yuan(wanted.get(key, 0))}",
            )


def _is_counted(key: tuple[str, str, str]) -> bool:
    return key[0] in ("takings", "over_short") and key[2].startswith("tender:")


def _fen(cell: str) -> int:
    return read_fen(cell) if cell else 0
