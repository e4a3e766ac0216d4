"""`verify-bundle`: check a sealed bundle on any machine, without the books it came from."""

from __future__ import annotations

from pathlib import Path

import click

from backoffice.bundle_check import check_bundle
from backoffice.cli.commands import ExistingFile, command
from backoffice.cli.console import Console, pass_console
from ledger.text import Text


@command(
    "verify-bundle",
    Text(
        "核对密封移交文件:逐个文件、合计与凭证,不需要数据库。",
        "Check a sealed bundle: each file, its totals and its voucher. No database is needed.",
    ),
)
@click.argument("file", type=ExistingFile(), metavar="FILE")
@pass_console
def verify_bundle(console: Console, file: Path) -> None:
    """Check a file; exit 0 where it is what it says, 1 where it differs, 2 where it is none."""
    checked = check_bundle(file)
    told = checked.manifest
    name = f"{told['hall']} {told['number']} {told['from']} – {told['to']}"
    console.give(
        {
            "file": file.name,
            "hall": told["hall"],
            "number": told["number"],
            "from": told["from"],
            "to": told["to"],
            "version": told["version"],
            "part": told["part"],
            "files": checked.files,
            "rows": checked.rows,
            "voucher": told["voucher"],
            "chain": checked.chain,
        },
        Text(
            f"{name} 无误:{checked.files} 个文件,{checked.rows} 行,"
            f"凭证借贷各 {told['voucher']['debit']},链首 {checked.chain}",
            f"{name} is sound: {checked.files} files, {checked.rows} rows, voucher"
            f" {told['voucher']['debit']} on either side, chain head {checked.chain}",
        ),
    )
