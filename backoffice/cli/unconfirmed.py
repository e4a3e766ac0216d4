"""`stock unconfirmed`: the sales of a day that the books cannot follow."""

from __future__ import annotations

import datetime as dt

from backoffice.answers import unconfirmed_payload
from backoffice.cli.acting import CLI_ACTOR, hall_option
from backoffice.cli.commands import Date, command, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.tables import draw_table
from backoffice.database import begin_read
from ledger.organisations import find_hall
from ledger.text import LANGUAGES, Language, Text
from stock.sold_goods import REASONS, SoldLine
from stock.unconfirmed_sales import unconfirmed_sales


@command(
    "unconfirmed",
    Text(
        "列出某日未能入账的销售行及原因。",
        "List the sales lines of a day that fit no books, and why.",
    ),
)
@hall_option()
@option("--date", type=Date(), required=True, said=Text("营业日。", "The business date."))
@pass_console
def show_unconfirmed(console: Console, hall_code: str, date: dt.date) -> None:
    """List the exception queue of a day."""
    with begin_read(console.open_books(), CLI_ACTOR) as uow:
        lines = unconfirmed_sales(uow, hall=find_hall(uow, hall_code), date=date)
    told = [unconfirmed_payload(line, console.language) for line in lines]
    count = Text(f"待确认销售 {len(lines)} 行", f"unconfirmed sales: {len(lines)}")
    tables = {
        language: draw_table([_row(one, language) for one in lines]) for language in LANGUAGES
    }
    rows = [Text(zh, en) for zh, en in zip(tables["zh"], tables["en"], strict=True)]
    console.give({"hall": hall_code, "date": date.isoformat(), "lines": told}, count, *rows)


def _row(line: SoldLine, language: Language) -> tuple[str, ...]:
    pieces = str(line.quantity if line.is_sale else -line.quantity)
    reason = REASONS[line.reason].in_language(language)
    return (line.txn_no, line.clerk, line.item, line.named, pieces, reason)
