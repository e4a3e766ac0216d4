"""`forms ..`: books of invoice forms, their documents and what became of their numbers."""

from __future__ import annotations

from backoffice.cli.commands import group
from backoffice.cli.form_documents import DOCUMENT_COMMANDS
from backoffice.cli.form_marks import MARK_COMMANDS
from backoffice.cli.form_reds import RED_COMMANDS
from backoffice.cli.form_reports import count_blanks, show_report, sign_sheet
from backoffice.cli.form_stocks import STOCK_COMMANDS
from backoffice.cli.form_uses import USE_COMMANDS
from ledger.text import Text

forms = group(
    "forms",
    Text(
        "票据:申领、入库、领用、交接、退库、交旧领新、存根、缴销、开具登记。",
        "Invoice forms: request, receive, draw, hand over, return, exchange, stubs, hand in, use.",
    ),
    *DOCUMENT_COMMANDS,
    *STOCK_COMMANDS,
    show_report,
    sign_sheet,
    count_blanks,
    *USE_COMMANDS,
    *MARK_COMMANDS,
    *RED_COMMANDS,
)
