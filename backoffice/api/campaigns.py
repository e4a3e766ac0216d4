"""Campaigns that give goods away: their register, and how one is set."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from backoffice.api.door import once, reading
from backoffice.api.fields import Day, StrictSchema, WholeNumber
from backoffice.api.routes import Routes
from backoffice.errors import Payload
from backoffice.item_answers import campaign_payload
from ledger.organisations import find_hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.campaigns import MOST_GIFTS, campaigns_of, pieces_given, set_campaign
from stock.gift_purposes import PURPOSES

CAMPAIGNS = "/halls/<hall>/campaigns"
routes = Routes("campaigns", Text("赠送活动", "Gift campaigns"))


class CampaignBody(StrictSchema):
    """A campaign: a code that is known already changes that campaign."""

    campaign = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(load_default="", validate=validate.Length(0, 100))
    purpose = fields.String(load_default="", validate=validate.OneOf(("", *PURPOSES)))
    quota = WholeNumber(required=True, validate=validate.Range(0, MOST_GIFTS))
    valid_from = Day(required=True)
    valid_to = Day(load_default=None)


class CampaignAnswer(Schema):
    """A campaign with what it has given."""

    campaign = fields.String()
    name = fields.String()
    purpose = fields.String()
    quota = fields.Integer()
    given = fields.Integer()
    valid_from = fields.String()
    valid_to = fields.String(allow_none=True)


class Campaigns(Schema):
    """The campaigns of a hall by code."""

    hall = fields.String()
    campaigns = fields.List(fields.Nested(CampaignAnswer))


@routes.get(CAMPAIGNS, Text("赠送活动。", "The campaigns of a hall."), gives=Campaigns)
def show_campaigns(hall: str) -> Payload:
    """List the campaigns."""
    with reading() as uow:
        found = find_hall(uow, hall)
        require(uow, found.id, "stock", "view")
        told = [campaign_payload(one, given) for one, given in campaigns_of(uow, found)]
        return {"hall": hall, "campaigns": told}


@routes.post(
    CAMPAIGNS,
    Text("登记或修改活动:用途、额度、期间。", "Register or change a campaign."),
    body=CampaignBody,
    gives=CampaignAnswer,
)
def put_campaign(body: dict[str, Any], hall: str) -> Payload:
    """Make a campaign known, or change it."""

    def do(uow: UnitOfWork) -> Payload:
        found = find_hall(uow, hall)
        said = {name: value for name, value in body.items() if name != "campaign"}
        campaign = set_campaign(uow, hall=found, code=body["campaign"], **said)
        return campaign_payload(campaign, pieces_given(uow, found, campaign.code))

    return once(do, body=body)
