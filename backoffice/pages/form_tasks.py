"""What of forms waits for the visitor: signatures, losses, voids, red letters, stubs, blanks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import g, url_for

from backoffice.form_asked import NO_CODE
from backoffice.pages.books import book_url
from backoffice.pages.door import actor, allowed, hall
from backoffice.pages.form_pages import FORM_AREAS
from backoffice.pages.tasks import Task
from invoices.book_lists import list_books, view_books
from invoices.covers import covers_due
from invoices.form_counts import OVERSEERS, SAFE, wrong_counts
from invoices.form_ends import forms_to_hand_in
from invoices.loss_cases import list_losses
from invoices.open_voids import KIND as VOID
from invoices.open_voids import open_voids
from invoices.red_sides import red_letters
from invoices.red_slips import list_slips
from invoices.unposted_uses import REASONS, unposted_uses
from invoices.used_books import name_of
from ledger.accounts import ACCOUNT_KINDS
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.text import Text
from ledger.times import HALL_TIME
from ledger.work import UnitOfWork
from stock.custody import own_holders
from stock.waiting import NUMBER, is_asked, unsigned_documents

UNPOSTED_DAYS = 7


def form_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give what waits for the visitor at the desk of forms."""
    if not allowed("forms", "view"):
        return
    yield from _signatures(uow)
    yield from _losses(uow)
    if allowed("voids", "approve") or allowed("forms", "register"):
        yield from _incomplete_voids(uow)
    if allowed("forms", "count"):
        yield from _wrong_counts(uow)
    if allowed("forms", "register"):
        yield from _slips(uow)
    if allowed("voids", "approve") or allowed("invoices", "submit"):
        yield from _reds(uow)
        yield from _unposted(uow)
    if allowed("invoices", "submit"):
        yield from _stubs(uow)
        yield from _out_of_date(uow)
        yield from _covers(uow)


def _signatures(uow: UnitOfWork) -> Iterator[Task]:
    """Documents that ask for the visitor's own signature."""
    own = own_holders(uow, hall())
    for awaited in unsigned_documents(uow, hall(), FORM_AREAS):
        if not is_asked(uow, awaited, own):
            continue
        document = awaited.document
        kind = DOCUMENT_KINDS[document.kind].text
        number = document.number or ""
        yield Task(
            document.business_date,
            Text(f"{kind.zh} {number}", f"{kind.en} {number}"),
            _verb(document.kind, awaited.signers),
            _address(document),
        )


def _address(document: Document) -> str:
    page = "pages.show_ticks" if document.kind == VOID else "pages.show_paper"
    return url_for(page, hall=hall().code, number=document.number)


def _losses(uow: UnitOfWork) -> Iterator[Task]:
    """Losses that are open: to whoever reports them, and to those above at once."""
    if not (allowed("losses", "report") or allowed("audit", "override")):
        return
    for case in list_losses(uow, [hall().id], only_open=True):
        shown = "、".join(case.numbers[:3])
        zh, en = f"票据丢失 {shown}({case.count} 份)", f"Forms lost: {shown} ({case.count})"
        if case.state == "reported":
            verb = Text("了结", "Close") if allowed("losses", "report") else Text("查看", "Look")
            said = Text(f"{zh},已报告,待结案", f"{en}, reported, not closed")
        else:
            verb = Text("报告", "Report") if allowed("losses", "report") else Text("查看", "Look")
            due = case.due_at.astimezone(HALL_TIME)
            said = Text(f"{zh},{due:%m-%d %H:%M} 前书面报告", f"{en}, report by {due:%m-%d %H:%M}")
            if case.late:
                said = Text(f"{zh},逾期未报", f"{en}, the report is overdue")
        address = url_for("pages.show_loss", hall=hall().code, number=case.number)
        found_on = case.found_at.astimezone(HALL_TIME).date()
        yield Task(found_on, said, verb, address, urgent=case.state != "reported")


def _incomplete_voids(uow: UnitOfWork) -> Iterator[Task]:
    """Voids refused for a missing copy: only a red letter is left; a clerk's own alone."""
    own = set(own_holders(uow, hall()))
    every = allowed("voids", "approve") or allowed("invoices", "submit")
    for one in open_voids(uow, [hall().id], on=g.today):
        if one.incomplete and (every or one.clerk in own):
            said = Text(
                f"作废未收回 {one.invoice_no}:联次不全", f"Void {one.invoice_no}: copies missing"
            )
            address = url_for("pages.list_voids", hall=hall().code)
            yield Task(one.asked_on, said, Text("开红字", "Red letter"), address)


def _wrong_counts(uow: UnitOfWork) -> Iterator[Task]:
    """Blanks that were counted and not as many as the books say; a clerk's own alone."""
    own = set(own_holders(uow, hall()))
    every = bool(OVERSEERS & actor().roles_in(hall().id))
    for count in wrong_counts(uow, hall()):
        if not every and count.holder not in own:
            continue
        who = Text(count.holder, count.holder) if count.holder else ACCOUNT_KINDS[SAFE].text
        said = Text(
            f"空白票盘点不符 {who.zh}:应有 {count.expected} 份,实点 {count.counted} 份",
            f"Blanks of {who.en}: should be {count.expected}, {count.counted} counted",
        )
        address = url_for(
            "pages.show_form_act", hall=hall().code, name="count", holder=count.holder or SAFE
        )
        yield Task(count.business_date, said, Text("重点", "Count again"), address)


def _slips(uow: UnitOfWork) -> Iterator[Task]:
    """Slips that are not confirmed yet, with the moment they expire."""
    for slip in list_slips(uow, hall(), state="waiting"):
        until = slip.expires_at.astimezone(HALL_TIME)
        said = Text(
            f"红字确认单 {slip.slip_no} 待确认,{until:%m-%d %H:%M} 过期",
            f"Slip {slip.slip_no} awaits confirmation, expires {until:%m-%d %H:%M}",
        )
        address = url_for("pages.list_reds", hall=hall().code)
        opened = slip.opened_at.astimezone(HALL_TIME).date()
        yield Task(opened, said, Text("查看", "Look"), address)


def _reds(uow: UnitOfWork) -> Iterator[Task]:
    """Red letters without their original, refund or goods, as one task."""
    lacking = red_letters(uow, hall(), on=g.today, only_missing=True)
    if lacking:
        oldest = lacking[0]
        said = Text(
            f"{len(lacking)} 张红字缺原票、退款或退货,最早 {oldest.days} 天",
            f"{len(lacking)} red letters lack a side, the oldest for {oldest.days} days",
        )
        address = url_for("pages.list_reds", hall=hall().code)
        yield Task(oldest.issued_on, said, Text("查看", "Look"), address)


def _unposted(uow: UnitOfWork) -> Iterator[Task]:
    """Numbers registered lately that the books do not follow, a task for each day."""
    for back in range(UNPOSTED_DAYS):
        day = g.today - dt.timedelta(days=back)
        found = unposted_uses(uow, hall=hall(), date=day)
        if found:
            first = found[0]
            why = REASONS[first.reason]
            said = Text(
                f"{len(found)} 个已登记号码未入账,如 {first.invoice_no}:{why.zh}",
                f"{len(found)} registered numbers not posted: {first.invoice_no}, {why.en}",
            )
            code = first.invoice_code or NO_CODE
            address = url_for(
                "pages.show_invoice", hall=hall().code, code=code, number=first.invoice_no
            )
            yield Task(day, said, Text("查看", "Look"), address)


def _verb(kind: str, signers: tuple[str, ...]) -> Text:
    if kind == VOID:
        return Text("核对联次", "Tick copies")
    if any(signer.startswith(NUMBER) for signer in signers):
        return Text("签收", "Sign for it")
    return Text("签收", "Take in") if "invoice_keeper" in signers else Text("审批", "Approve")


def _stubs(uow: UnitOfWork) -> Iterator[Task]:
    """Books that are used up, each with the day its stubs are due."""
    for view in view_books(uow, hall().id, list_books(uow, hall().id)):
        if view.state != "finished" or view.due_on is None:
            continue
        book, late = view.book, view.days_late(g.today)
        name = f"{book.first_no}–{book.last_no}"
        said = Text(f"票本 {name} 用完,存根待交", f"Book {name} is finished, its stubs are due")
        if late:
            said = Text(f"{said.zh},已逾期 {late} 天", f"{said.en}, {late} days late")
        yield Task(
            view.due_on,
            said,
            Text("交存根", "Deliver"),
            url_for("pages.show_form_act", hall=hall().code, name="stubs", book=name_of(book)),
        )


def _covers(uow: UnitOfWork) -> Iterator[Task]:
    """Books kept here whose latest cover is not right any more."""
    for due in covers_due(uow, hall()):
        name, count = f"{due.book.first_no}–{due.book.last_no}", len(due.missing)
        said = Text(
            f"票本 {name} 封面未列 {count} 个作废号",
            f"Book {name}: {count} void numbers not on its cover",
        )
        if not due.missing:
            count = len(due.lifted)
            said = Text(
                f"票本 {name} 封面仍列 {count} 个已撤销作废的号",
                f"Book {name}: its cover lists {count} numbers whose void was undone",
            )
        yield Task(g.today, said, Text("打印封面", "Print"), book_url(due.book))


def _out_of_date(uow: UnitOfWork) -> Iterator[Task]:
    """Codes out of date of which blanks are left."""
    for left in forms_to_hand_in(uow, hall()):
        yield Task(
            left.ends_on,
            Text(
                f"代码 {left.invoice_code} 已停用,尚有空白 {left.count} 份待缴销",
                f"Code {left.invoice_code} is out of date, {left.count} blanks to be handed in",
            ),
            Text("缴销", "Hand in"),
            url_for("pages.show_form_act", hall=hall().code, name="hand-in"),
        )
