"""`stock price-request ..`: prices a hall asks the department for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from backoffice.answers import Payload
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting, in_both
from backoffice.database import begin_read, begin_work
from backoffice.goods_input import read_price
from backoffice.item_answers import request_payload
from ledger.organisations import Hall, find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.price_requests import ask_price, decide_price, list_requests, withdraw_request
from stock.price_setting import NewPrice

NUMBER = click.argument("number", metavar="REQUEST", type=WholeNumber())
REASON = option("--reason", default="", said=Text("原因。", "Why."))


@command("list", Text("价格申请。", "The requests, the latest first."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List the requests."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "items", "view")
        told = [request_payload(one, console.language) for one in list_requests(uow, hall)]
    console.give(told, *(in_both(_words(one)) for one in told))


@command("ask", Text("申请调价。", "Ask for a price."))
@click.argument("item", metavar="ITEM")
@click.argument("price", metavar="YUAN")
@hall_option()
@option("--from", "first", type=Date(), required=True, said=Text("生效日。", "The first day."))
@option("--to", "last", type=Date(), said=Text("结束日。", "The last day."))
@option("--campaign", default="", said=Text("活动编码。", "The campaign."))
@REASON
@as_option()
@pass_console
def ask(console: Console, /, **given: Any) -> None:
    """Ask the department for a price."""
    days = (given["first"], given["last"])
    price = NewPrice(given["item"], read_price(given["price"]), *days, given["campaign"])
    _act(
        console,
        given,
        lambda uow, hall: ask_price(uow, hall=hall, price=price, reason=given["reason"]),
    )


def _decision(name: str, said: Text, act: Callable[[UnitOfWork, Hall, int, str], object]) -> Any:
    """Make a command that decides a request."""

    @command(name, said)
    @NUMBER
    @hall_option()
    @REASON
    @as_option()
    @pass_console
    def decide(console: Console, /, **given: Any) -> None:
        def do(uow: UnitOfWork, hall: Hall) -> int:
            act(uow, hall, given["number"], given["reason"])
            return int(given["number"])

        _act(console, given, do)

    return decide


grant = _decision(
    "grant",
    Text("批准:价格按生效日执行。", "Grant a request; its price is set."),
    lambda uow, hall, number, _: decide_price(uow, hall=hall, number=number, grant=True),
)
refuse = _decision(
    "refuse",
    Text("退回申请。", "Refuse a request."),
    lambda uow, hall, number, why: decide_price(
        uow, hall=hall, number=number, grant=False, reason=why
    ),
)
withdraw = _decision(
    "withdraw",
    Text("撤回申请。", "Withdraw a request."),
    lambda uow, hall, number, _: withdraw_request(uow, hall=hall, number=number),
)


def _act(console: Console, given: dict[str, Any], do: Callable[[UnitOfWork, Hall], int]) -> None:
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        number = do(uow, hall)
        uow.session.flush()
        (one,) = list_requests(uow, hall, number=number)
        told = request_payload(one, console.language)
    console.give(told, in_both(_words(told)))


def _words(told: Payload) -> str:
    front = f"{told['number']} {told['item']} {told['price']} {told['valid_from']}"
    return f"{front} {told['state_name']} {told['reason']}"


price_request = group(
    "price-request",
    Text("价格申请:本厅申请,上级批准。", "Prices a hall asks the department for."),
    show_list,
    ask,
    grant,
    refuse,
    withdraw,
)
