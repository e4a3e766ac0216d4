"""`overview`: open days, late reports, over and short of one hall or several."""

from __future__ import annotations

from typing import Any

from backoffice.cli.acting import as_option, halls_options
from backoffice.cli.commands import command
from backoffice.cli.console import Console, pass_console
from backoffice.cli.hall_reports import PDF, XLSX, give_halls_report
from backoffice.overview import make_overview, overview_paper
from ledger.text import Text


@command(
    "overview",
    Text("营业厅总览:未结营业日、迟报、长短款。", "Open days, late reports, over and short."),
)
@halls_options()
@XLSX
@PDF
@as_option()
@pass_console
def overview(console: Console, /, **given: Any) -> None:
    """Give the overview, and write it as workbook and paper where asked."""
    give_halls_report(
        console,
        given,
        make_overview,
        lambda uow, report, said: overview_paper(uow, report, language=said),
    )
