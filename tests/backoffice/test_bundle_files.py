"""The sealed file of a bundle: the same bytes, and any change of it is named on any machine."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backoffice.bundle_check import BundleDiffers, BundleUnreadable, check_bundle
from backoffice.bundle_files import write_bundle
from backoffice.database import make_engine
from ledger.audit.queries import show_day
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.finance.seen import part_of
from ledger.verify import verify_hall
from refunds.acts import reject_case
from tests.builders import DAY, OpenHall, open_hall
from tests.databases import Databases
from tests.ledger.audit.evidence_days import LONG_AFTER
from tests.ledger.finance.closed_days import SECOND_FINANCE, close_day, make, sign, work_day
from tests.refunds.casing import BY_COMPLAINT, ask

Files = dict[str, bytes]


def written(hall: OpenHall, document: Document, part: int | None = None) -> bytes:
    target = io.BytesIO()
    with hall.read() as uow:
        write_bundle(uow, hall.hall, document, target, part=part_of(uow, document, part))
    return target.getvalue()


def unpacked(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {one.filename: packed.read(one) for one in packed.infolist()}


def packed(files: Files, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name), content)
    return path


def told_anew(files: Files, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file, and the manifest's size and hash of it, as a forger would."""
    content = files[name] = change(files[name])
    manifest = json.loads(files["manifest.json"])
    for one in manifest["files"]:
        if one["name"] == name:
            one["size"], one["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


def manifest_with(files: Files, **changes: Any) -> None:
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | changes).encode()


def refunds(content: bytes) -> dict[str, dict[str, str]]:
    """Give the refunds of a file by their numbers."""
    sheet = io.StringIO(unpacked(content)["refunds.csv"].decode("utf-8-sig"))
    return {row["document_no"]: row for row in csv.DictReader(sheet)}


@pytest.fixture(scope="module")
def world_hall(databases: Databases) -> Iterator[OpenHall]:
    """Give a hall one day of which is closed."""
    with databases.fresh("sqlite") as url:
        engine = make_engine(url)
        hall = open_hall(engine, "F0001", more_staff=[SECOND_FINANCE])
        ask(hall, replace(BY_COMPLAINT, amount_fen=5_00))
        work_day(hall)
        close_day(hall)
        yield hall
        engine.dispose()


@pytest.fixture(scope="module")
def sealed(world_hall: OpenHall) -> tuple[bytes, bytes, Document]:
    """Give the file as made before finance signed and a case ended, and after, and the bundle."""
    document = make(world_hall)
    before = written(world_hall, document)
    sign(world_hall, document.number)
    with world_hall.work("D01", now=LONG_AFTER) as uow:
        reject_case(uow, hall=world_hall.hall, number=min(refunds(before)), reason="不符")
    return before, written(world_hall, document), document


def test_made_twice_it_is_the_same_bytes_also_after_finance_has_signed(
    sealed: tuple[bytes, bytes, Document],
) -> None:
    before, after, _ = sealed
    assert before == after
    names = [one.filename for one in zipfile.ZipFile(io.BytesIO(before)).infolist()]
    assert names == [*sorted(names[:-1]), "manifest.json"]


def test_the_manifest_says_what_is_in_it_and_on_which_chain_it_stands(
    sealed: tuple[bytes, bytes, Document], world_hall: OpenHall, tmp_path: Path
) -> None:
    content, _, document = sealed
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    checked = check_bundle(path)
    manifest = checked.manifest
    assert (manifest["hall"], manifest["number"], manifest["version"], manifest["part"]) == (
        *(world_hall.hall.code, document.number),
        *(1, 0),
    )
    with world_hall.read() as uow:
        day = show_day(uow, world_hall.hall, DAY)
        assert [one["hash"] for one in manifest["days"]] == [day.content_hash]
        event_no, digest = checked.chain.split(":")
        assert verify_hall(uow, world_hall.hall, (int(event_no), digest)) == []
        assert verify_hall(uow, world_hall.hall, (int(event_no) - 1, digest)) != []
    files = unpacked(content)
    assert hashlib.sha256(files["statement.json"]).hexdigest() == manifest["signed_statement"]
    # 500 + 200 + 300 + 50 - 20 + 80 + 100, in seven lines.
    assert (manifest["counts"]["lines.csv"], manifest["sums"]["lines.csv"]["received"]) == (
        7,
        "1210.00",
    )
    assert manifest["voucher"] == {"debit": "2211.80", "credit": "2211.80"}
    assert {(one["tender"], one["computed"], one["declared"]) for one in manifest["totals"]} == {
        ("cash", "860.00", "900.00"),
        ("pos", "50.00", "50.00"),
        ("wechat", "300.00", "300.00"),
    }


def test_a_file_from_before_a_language_could_be_chosen_is_checked_as_ever(
    sealed: tuple[bytes, bytes, Document], tmp_path: Path
) -> None:
    files = unpacked(sealed[0])
    manifest = json.loads(files["manifest.json"])
    assert manifest.pop("language") == "zh"
    files["manifest.json"] = json.dumps(manifest).encode()
    assert check_bundle(packed(files, tmp_path / "old.zip")).manifest == manifest


def test_exports_carry_no_telephone_number_and_nothing_a_spreadsheet_would_run(
    sealed: tuple[bytes, bytes, Document],
) -> None:
    files = unpacked(sealed[0])
    for name, content in files.items():
        if not name.endswith((".csv", ".json")):
            continue
        assert not re.search(rb"(?<!\d)1[3-9]\d{9}(?!\d)", content), name
        assert name.endswith(".json") or content.startswith(b"\xef\xbb\xbf")
    case, refund = (one for _, one in sorted(refunds(sealed[0]).items()))
    assert (refund["subscriber"], refund["amount"]) == ("186****5678", "20.00")
    assert (case["kind"], case["subscriber"], case["amount"]) == ("waiver", "186****0001", "5.00")


def _drop(name: str) -> Callable[[Files], None]:
    return lambda files: files.__delitem__(name)


FORGERIES: dict[str, tuple[Callable[[Files], None], type[BackofficeError], str]] = {
    "a changed paper": (
        lambda files: files.update({"handover.pdf": b"%PDF-1.7"}),
        BundleDiffers,
        "handover.pdf was changed",
    ),
    "a file taken out": (_drop("goods.csv"), BundleDiffers, "goods.csv is missing"),
    "a file put in": (
        lambda files: files.update({"z.csv": b"a\r\n"}),
        BundleDiffers,
        "z.csv is not in the manifest",
    ),
    "a line taken out": (
        lambda files: told_anew(files, "lines.csv", lambda old: old.rsplit(b"\r\n", 2)[0]),
        BundleDiffers,
        "lines.csv has 6 rows, told are 7",
    ),
    "an amount": (
        lambda files: told_anew(
            files, "payments.csv", lambda old: old.replace(b"500.00", b"50.00")
        ),
        BundleDiffers,
        "amount of payments.csv adds up to 760.00, told is 1210.00",
    ),
    "a total": (
        lambda files: manifest_with(files, totals=[]),
        BundleDiffers,
        "the totals of 2026-11-20, cash, differ",
    ),
    "one side of the voucher": (
        lambda files: told_anew(
            files, "voucher.csv", lambda old: old.replace(b"300.00,", b"299.00,", 1)
        ),
        BundleDiffers,
        "debit of voucher.csv adds up to 2210.80",
    ),
    "no manifest": (_drop("manifest.json"), BundleUnreadable, "no manifest.json"),
    "a manifest that is none": (
        lambda files: files.update({"manifest.json": b"[1]"}),
        BundleUnreadable,
        "its manifest cannot be read",
    ),
    "a manifest without counts": (
        lambda files: manifest_with(files, counts=None),
        BundleUnreadable,
        "odd",
    ),
    "a path upwards": (
        lambda files: files.update({"../evil.csv": b"x"}),
        BundleUnreadable,
        "../evil.csv",
    ),
    "an absolute path": (
        lambda files: files.update({"/etc/evil.csv": b"x"}),
        BundleUnreadable,
        "no safe name",
    ),
    "a drive": (
        lambda files: files.update({"c:\\evil.csv": b"x"}),
        BundleUnreadable,
        "no safe name",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_first_difference_is_named(
    forgery: str, sealed: tuple[bytes, bytes, Document], tmp_path: Path
) -> None:
    change, error, says = FORGERIES[forgery]
    files = unpacked(sealed[0])
    change(files)
    with pytest.raises(error) as refusal:
        check_bundle(packed(files, tmp_path / "bundle.zip"))
    assert says in refusal.value.message("en")


def test_a_bomb_and_what_is_no_zip_are_refused(
    sealed: tuple[bytes, bytes, Document], tmp_path: Path
) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(BundleUnreadable):
        check_bundle(path)
    path.write_bytes(sealed[0][: len(sealed[0]) // 2])
    with pytest.raises(BundleUnreadable):
        check_bundle(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.json", b" " * (65 * 1024 * 1024))
    with pytest.raises(BundleUnreadable):
        check_bundle(path)


def test_a_voucher_that_leaves_a_payment_out_is_found(
    sealed: tuple[bytes, bytes, Document], tmp_path: Path
) -> None:
    files = unpacked(sealed[0])

    def shift(old: bytes) -> bytes:
        """Book what came by card as cash: it still balances."""
        return old.replace(b"tender:pos", b"tender:cash")

    told_anew(files, "voucher.csv", shift)
    with pytest.raises(BundleDiffers) as refusal:
        check_bundle(packed(files, tmp_path / "bundle.zip"))
    assert "the voucher has 910.00 for tender:cash" in refusal.value.message("en")
