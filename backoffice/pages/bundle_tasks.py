"""What of the hand-over waits for the visitor: days to bundle, bundles to sign or to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import g, url_for

from backoffice.pages.door import actor, allowed, hall
from backoffice.pages.tasks import Task
from ledger.documents import DOCUMENT_KINDS
from ledger.finance.days import days_waiting
from ledger.finance.kinds import MAPPING_AREA
from ledger.finance.seen import list_bundles
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.custody import own_holders
from stock.waiting import awaited_of, is_asked, may_sign, unsigned_documents

SIGN, READ, MAKE = Text("签收", "Sign"), Text("复核", "Read"), Text("移交", "Hand over")


def bundle_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of the hand-over."""
    if not allowed("bundle", "view"):
        return
    if allowed("bundle", "submit"):
        yield from _days(uow)
    if allowed("bundle", "approve"):
        yield from _to_sign(uow)
    if allowed("bundle", "audit"):
        yield from _to_read(uow)
    if allowed(MAPPING_AREA, "approve"):
        yield from _mappings(uow)


def _days(uow: UnitOfWork) -> Iterator[Task]:
    days = days_waiting(uow, [hall().id], dt.date.min, g.today).get(hall().id, [])
    if days:
        said = Text(f"{len(days)} 个已关账营业日待移交", f"{len(days)} closed days to hand over")
        yield Task(days[0], said, MAKE, url_for("pages.list_hall_bundles", hall=hall().code))


def _to_sign(uow: UnitOfWork) -> Iterator[Task]:
    for one in list_bundles(uow, [hall()], states=("submitted",)):
        awaited = awaited_of(uow, hall(), one.document)
        own = actor().roles_in(hall().id) & set(awaited.signers)
        if own and may_sign(uow, awaited):
            number = one.document.number or ""
            yield Task(
                one.document.business_date,
                Text(f"移交单 {number} 待签收", f"Bundle {number} to sign"),
                SIGN,
                url_for("pages.show_bundle", hall=hall().code, number=number),
                amount_fen=one.document.amount_fen,
            )


def _to_read(uow: UnitOfWork) -> Iterator[Task]:
    for one in list_bundles(uow, [hall()], seconds=("due",)):
        assert one.second is not None, "the list is of those that wait to be read"
        number = one.document.number or ""
        due = one.second.due_at
        yield Task(
            (due - dt.timedelta(microseconds=1)).astimezone(HALL_TIME).date(),
            Text(f"移交单 {number} 待二级稽核复核", f"Bundle {number} to read, second level"),
            READ,
            url_for("pages.show_bundle", hall=hall().code, number=number),
            urgent=uow.now > due,
        )


def _mappings(uow: UnitOfWork) -> Iterator[Task]:
    own = own_holders(uow, hall())
    for awaited in unsigned_documents(uow, hall(), (MAPPING_AREA,)):
        if is_asked(uow, awaited, own):
            document, kind = awaited.document, DOCUMENT_KINDS[awaited.document.kind].text
            number = document.number or ""
            said = Text(f"{kind.zh} {number}", f"{kind.en} {number}")
            address = url_for("pages.show_voucher_mapping", hall=hall().code)
            yield Task(document.business_date, said, Text("签字", "Sign"), address)
