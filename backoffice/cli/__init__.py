"""The command line: `backoffice`, one file for each group of commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from backoffice.cli import (
    audit,
    backups,
    bundle_verification,
    bundles,
    cash,
    cash_counter,
    corrections,
    database,
    days,
    demo,
    duties,
    forms,
    goods,
    hall_files,
    halls,
    intake,
    months,
    overview,
    people,
    refunds,
    rosters,
    serving,
    shifts,
    stock,
    verification,
)
from backoffice.cli.commands import Group, everywhere
from backoffice.cli.console import begin_console
from backoffice.cli.refusals import end_refused
from ledger.text import Text


class Root(Group):
    """The outermost command: where a run begins, and where every refusal ends."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> None:
        """Run one command and end the program with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        console = begin_console(words, os.environ)
        try:
            code = super().main(
                words,
                prog_name or "backoffice",
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                obj=console,
                **extra,
            )
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.ctx.get_help())
            code = asked.exit_code
        except Exception as error:  # noqa: BLE001 every failure ends in one line, never a traceback
            code = end_refused(console, error)
        finally:
            console.close()
        sys.exit(code if isinstance(code, int) else 0)


root = Root("backoffice", params=everywhere())
root.said = Text(
    "营业厅后台:库存、票据、现金与每日稽核。",
    "The back office of telecom halls: stock, invoices, cash and the daily audit.",
)


for _command in (
    database.init,
    intake.load,
    intake.import_files,
    hall_files.import_halls,
    audit.audit,
    verification.verify,
    bundles.bundle,
    bundle_verification.verify_bundle,
    backups.backup,
    backups.restore,
    serving.serve,
    people.user,
    halls.hall,
    goods.goods,
    stock.stock,
    forms.forms,
    refunds.refund,
    cash.cash,
    shifts.shift,
    months.month,
    overview.overview,
    rosters.roster,
    duties.duty,
    days.day,
    corrections.correction,
    database.database,
    demo.demo,
):
    root.add_command(_command)

for _command in cash_counter.COUNTER_COMMANDS:
    cash.cash.add_command(_command)


def main() -> None:
    """Run the command line on the words it was called with."""
    root.main()
