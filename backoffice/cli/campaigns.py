"""`stock campaign ..`: campaigns that give goods away, for marketing or for points."""

from __future__ import annotations

from typing import Any

import click

from backoffice.answers import Payload
from backoffice.cli.acting import as_option, hall_option
from backoffice.cli.commands import Date, WholeNumber, command, group, option
from backoffice.cli.console import Console, pass_console
from backoffice.cli.stock_files import acting
from backoffice.database import begin_read, begin_work
from backoffice.item_answers import campaign_payload
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from stock.campaigns import campaigns_of, pieces_given, set_campaign
from stock.gift_purposes import PURPOSES


@command("list", Text("赠送活动。", "The campaigns of a hall."))
@hall_option()
@as_option()
@pass_console
def show_list(console: Console, /, **given: Any) -> None:
    """List the campaigns with what each has given."""
    engine, actor = acting(console, given)
    with begin_read(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        require(uow, hall.id, "stock", "view")
        told = [campaign_payload(one, pieces) for one, pieces in campaigns_of(uow, hall)]
    console.give(told, *(_words(one) for one in told))


@command("set", Text("登记或修改活动。", "Register or change a campaign."))
@click.argument("code", metavar="CODE")
@hall_option()
@option("--quota", type=WholeNumber(), required=True, said=Text("额度(件)。", "Quota, pieces."))
@option("--from", "first", type=Date(), required=True, said=Text("起始日。", "The first day."))
@option("--to", "last", type=Date(), said=Text("截止日。", "The last day."))
@option(
    "--purpose",
    type=click.Choice(["", *PURPOSES]),
    default="",
    said=Text("用途:促销或积分兑奖。", "What for: marketing, or points exchanged."),
)
@option("--name", default="", said=Text("名称。", "Its name."))
@as_option()
@pass_console
def set_one(console: Console, /, **given: Any) -> None:
    """Make a campaign known, or change it."""
    engine, actor = acting(console, given)
    with begin_work(engine, actor) as uow:
        hall = find_hall(uow, given["hall_code"])
        campaign = set_campaign(
            uow,
            hall=hall,
            code=given["code"],
            name=given["name"],
            purpose=given["purpose"],
            quota=given["quota"],
            valid_from=given["first"],
            valid_to=given["last"],
        )
        told = campaign_payload(campaign, pieces_given(uow, hall, campaign.code))
    console.give(told, _words(told))


def _words(told: Payload) -> Text:
    said = PURPOSES[str(told["purpose"])]
    days = f"{told['valid_from']} – {told['valid_to'] or ''}"
    pieces = f"{told['given']}/{told['quota']}"
    return Text(
        f"{told['campaign']} {told['name']} {said.zh} 已赠 {pieces} {days}",
        f"{told['campaign']} {told['name']} {said.en} given {pieces} {days}",
    )


campaign = group(
    "campaign", Text("赠送活动。", "Campaigns that give goods away."), show_list, set_one
)
