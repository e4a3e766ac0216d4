"""Campaigns that give goods away: a quota of pieces a hall, and one gift a number (STK-06)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from ledger.documents import Document, DocumentFact, DocumentLine
from ledger.events import record
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.work import UnitOfWork
from stock.document_tables import GiftCampaign
from stock.errors import AlreadyGiven, CampaignEndsEarly, CampaignNotRunning, QuotaExceeded
from stock.gift_purposes import MARKETING

MOST_GIFTS = 999_999
STANDING = ("submitted", "approved", "posted")


def set_campaign(
    uow: UnitOfWork,
    *,
    hall: Hall,
    code: str,
    quota: int,
    name: str = "",
    purpose: str = "",
    valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> GiftCampaign:
    """Make a campaign known, or change its quota and dates; written as an event.

    `purpose` is one of PURPOSES; not given it stays as it is, and is marketing for a new one. What
    was given already keeps the purpose its document states. Raises CampaignEndsEarly.
    """
    require(uow, hall.id, "campaigns", "edit")
    if valid_to is not None and valid_to < valid_from:
        raise CampaignEndsEarly(campaign=code, first=valid_from, last=valid_to)
    campaign = uow.session.get(GiftCampaign, (hall.id, code))
    if campaign is None:
        campaign = GiftCampaign(hall_id=hall.id, code=code)
        uow.session.add(campaign)
    campaign.name, campaign.quota = name or campaign.name or "", quota
    campaign.purpose = purpose or campaign.purpose or MARKETING
    campaign.valid_from, campaign.valid_to = valid_from, valid_to
    facts = {
        "purpose": campaign.purpose,
        "quota": quota,
        "from": str(valid_from),
        "to": str(valid_to or ""),
    }
    with record(uow, hall_id=hall.id, act="campaign.set", subject=f"campaign:{code}", facts=facts):
        uow.session.flush()
    return campaign


def campaigns_of(uow: UnitOfWork, hall: Hall) -> list[tuple[GiftCampaign, int]]:
    """Give the hall's campaigns with the pieces each has given."""
    campaigns = uow.session.scalars(
        select(GiftCampaign).where(GiftCampaign.hall_id == hall.id).order_by(GiftCampaign.code)
    ).all()
    return [(campaign, pieces_given(uow, hall, campaign.code)) for campaign in campaigns]


def purpose_of(uow: UnitOfWork, hall: Hall, code: str) -> str:
    """Give what a campaign gives its goods for; '' for one the hall does not know."""
    campaign = uow.session.get(GiftCampaign, (hall.id, code))
    return "" if campaign is None else campaign.purpose


def pieces_given(uow: UnitOfWork, hall: Hall, code: str) -> int:
    """Give how many pieces the campaign has given, by documents that stand."""
    pieces = uow.session.scalar(
        select(func.sum(DocumentLine.quantity))
        .join(
            DocumentFact,
            (DocumentFact.hall_id == DocumentLine.hall_id)
            & (DocumentFact.document_id == DocumentLine.document_id)
            & (DocumentFact.revision == DocumentLine.revision),
        )
        .join(Document, _is_current())
        .where(
            DocumentFact.hall_id == hall.id,
            DocumentFact.name == "campaign",
            DocumentFact.value == code,
            Document.kind == "gift",
            Document.state.in_(STANDING),
        )
    )
    return int(pieces or 0)


def check_campaign(
    uow: UnitOfWork, hall: Hall, *, code: str, recipient: str, pieces: int, on: dt.date
) -> None:
    """Go on only if the campaign runs, has so many pieces left, and owes the number its gift.

    Raises CampaignNotRunning, AlreadyGiven and QuotaExceeded.
    """
    campaign = uow.session.scalar(
        select(GiftCampaign).where(
            GiftCampaign.hall_id == hall.id,
            GiftCampaign.code == code,
            GiftCampaign.valid_from <= on,
            or_(GiftCampaign.valid_to.is_(None), GiftCampaign.valid_to >= on),
        )
    )
    if campaign is None:
        raise CampaignNotRunning(campaign=code, date=on)
    earlier = _earlier_gift(uow, hall, code, recipient)
    if earlier is not None:
        raise AlreadyGiven(recipient=recipient, campaign=code, number=earlier)
    given = pieces_given(uow, hall, code)
    if given + pieces > campaign.quota:
        raise QuotaExceeded(campaign=code, quota=campaign.quota, given=given, wanted=pieces)


def _earlier_gift(uow: UnitOfWork, hall: Hall, code: str, recipient: str) -> str | None:
    other = aliased(DocumentFact)
    return uow.session.scalar(
        select(func.min(Document.number))
        .select_from(DocumentFact)
        .join(
            other,
            (other.hall_id == DocumentFact.hall_id)
            & (other.document_id == DocumentFact.document_id)
            & (other.revision == DocumentFact.revision),
        )
        .join(Document, _is_current())
        .where(
            DocumentFact.hall_id == hall.id,
            DocumentFact.name == "recipient",
            DocumentFact.value == recipient,
            other.name == "campaign",
            other.value == code,
            Document.kind == "gift",
            Document.state.in_(STANDING),
        )
    )


def _is_current() -> ColumnElement[bool]:
    return (
        (Document.hall_id == DocumentFact.hall_id)
        & (Document.id == DocumentFact.document_id)
        & (Document.revision == DocumentFact.revision)
    )
