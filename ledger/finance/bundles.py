"""The bundle (移交单): closed days handed to finance through the one lifecycle, each in one bundle.

Made by the hall or by the system for many halls, signed by finance, never by who signed for the
hall. What it states is frozen when it is made; finance's signature hands its days over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_

from ledger.closing.days import hand_over_all
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.finance.days import (
    Wanted,
    days_to_hand_over,
    find_bundle,
    live_dates,
    not_ready,
    release_days,
    require_unchanged,
    signed_for_the_hall,
)
from ledger.finance.errors import HallSignsFirst, ReasonNeeded, SignedTheDay
from ledger.finance.kinds import BUNDLE_AREA
from ledger.finance.revisions import drop_revision, sign_reversal
from ledger.finance.statements import gather_statements
from ledger.finance.tables import LiveBundleDay
from ledger.finance.writing import PRODUCT, write_bundles
from ledger.hall_days import HallDay
from ledger.lifecycle import Step, advance, advance_all
from ledger.organisations import Hall, lock_heads
from ledger.permissions import require
from ledger.text import PAPER_LANGUAGE, Language
from ledger.work import UnitOfWork

FINANCE = "finance"


@dataclass(frozen=True, slots=True)
class Made:
    """What came of making bundles of many halls: documents, and the refusal of each other hall."""

    documents: tuple[Document, ...]
    refused: Mapping[str, BackofficeError]


def make_bundle(
    uow: UnitOfWork,
    *,
    hall: Hall,
    first: dt.date,
    last: dt.date,
    language: Language = PAPER_LANGUAGE,
) -> Document:
    """Make the bundle of a hall's closed days from `first` to `last` that no bundle has yet.

    `language` is that of the papers and the workbook in its sealed file, for ever.
    Raises NotPermitted, DayNotClosed, NothingToHandOver, TotalsUnexplained and Unmapped.
    """
    require(uow, hall.id, BUNDLE_AREA, "submit")
    lock_heads(uow, [hall.id])
    dates = days_to_hand_over(uow, hall, first, last)
    made = make_bundles(uow, [(hall, dates)], language=language)
    for refusal in made.refused.values():
        raise refusal
    return made.documents[0]


def make_bundles(
    uow: UnitOfWork, wanted: Sequence[Wanted], *, language: Language = PAPER_LANGUAGE
) -> Made:
    """Make one bundle for each hall with its days; a hall that is refused keeps no other out.

    Refused are halls with DayNotClosed, DayInBundle, TotalsUnexplained and Unmapped; raises
    NotPermitted.
    """
    wanted = sorted(wanted, key=lambda one: one[0].id)
    for hall, _ in wanted:
        require(uow, hall.id, BUNDLE_AREA, "submit")
    lock_heads(uow, [hall.id for hall, _ in wanted])
    refused = not_ready(uow, wanted)
    ready = [one for one in wanted if one[0].code not in refused]
    gathered = gather_statements(uow, ready, product=PRODUCT, language=language)
    codes = {hall.id: hall.code for hall, _ in ready}
    refused |= {codes[hall_id]: error for hall_id, error in gathered.refused.items()}
    ready = [one for one in ready if one[0].id in gathered.statements]
    documents = write_bundles(uow, ready, gathered.statements)
    return Made(tuple(documents), refused)


def sign_bundle(uow: UnitOfWork, *, hall: Hall, number: str) -> Document:
    """Sign a bundle, as finance or as the hall's leader beside it; see `sign_bundles`."""
    return sign_bundles(uow, [(hall, number)])[0]


def sign_bundles(uow: UnitOfWork, wanted: Sequence[tuple[Hall, str]]) -> list[Document]:
    """Sign one bundle in each of several halls: with finance's signature its days are handed over.

    Raises DayChanged, SignedTheDay, HallSignsFirst, NotPermitted, MakerIsChecker and
    TransitionRefused.
    """
    lock_heads(uow, [hall.id for hall, _ in wanted])
    documents = [find_bundle(uow, hall, number) for hall, number in wanted]
    for document in documents:
        if document.state == "submitted":
            require_unchanged(uow, document)
        takes_over = FINANCE in uow.actor.roles_in(document.hall_id)
        if takes_over and signed_for_the_hall(uow, document):
            raise SignedTheDay(actor=uow.actor.label, number=document.number)
    today = uow.today
    documents = advance_all(uow, "approve", [Step(one, on=today) for one in documents])
    for document in documents:
        if document.state == "submitted" and FINANCE in uow.actor.roles_in(document.hall_id):
            raise HallSignsFirst(number=document.number)
    posted = [document for document in documents if document.state == "posted"]
    for document in posted:
        sign_reversal(uow, document)
    hand_over_all(uow, _to_hand_over(uow, posted))
    return documents


def cancel_bundle(uow: UnitOfWork, *, hall: Hall, number: str, reason: str) -> Document:
    """Take a bundle back before finance has signed it; its days can go into another."""
    if not reason.strip():
        raise ReasonNeeded
    document = find_bundle(uow, hall, number)
    document = advance(uow, document, "cancel", reason=reason.strip())
    release_days(uow, document, live_dates(uow, document))
    drop_revision(uow, document)
    return document


def _to_hand_over(uow: UnitOfWork, documents: Sequence[Document]) -> list[tuple[Hall, dt.date]]:
    """Give the closed days of signed bundles; those of a revision were handed over before."""
    rows = uow.session.execute(
        select(Hall, LiveBundleDay.business_date)
        .join(LiveBundleDay, LiveBundleDay.hall_id == Hall.id)
        .join(
            HallDay,
            (HallDay.hall_id == LiveBundleDay.hall_id)
            & (HallDay.business_date == LiveBundleDay.business_date),
        )
        .where(
            tuple_(LiveBundleDay.hall_id, LiveBundleDay.document_id).in_(
                [(one.hall_id, one.id) for one in documents]
            ),
            HallDay.hall_status == "closed",
        )
    )
    return [(hall, date) for hall, date in rows]
