"""A small hall's hand-overs that wait for a supervisor: what waits, and the signature."""

from __future__ import annotations

from collections.abc import Iterator

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.pages.cash_pages import show_money
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.shell import say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from backoffice.pages.tasks import Task
from ledger.cash.countersigning import countersign, uncountersigned
from ledger.documents import facts_of
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

TITLE = Text("补签监交", "Hand-overs to countersign")


@pages.get("/halls/<hall>/countersignatures")
@needs(("countersign", "submit"))
def show_countersignatures() -> str:
    """List the hand-overs that two signed and no supervisor saw."""
    return _page()


@pages.post("/halls/<hall>/countersignatures")
@needs(("countersign", "submit"))
def do_countersign() -> Response | tuple[str, int]:
    """Countersign one with the password."""
    number = request.form.get("number", "")
    if not password_is_right(request.form.get("password", "")):
        return _page(WRONG_PASSWORD), 422
    try:
        act_once(lambda uow: countersign(uow, hall=hall(), number=number))
    except BackofficeError as refused:
        return _page(Text(refused.message("zh"), refused.message("en"))), 422
    say(Text(f"{number} 已补签监交。", f"{number} is countersigned."))
    return redirect(url_for("pages.show_countersignatures", hall=hall().code))


def countersign_tasks(uow: UnitOfWork) -> Iterator[Task]:
    """Give the hand-overs that wait, those past their time before everything else."""
    for one in uncountersigned(uow, hall()):
        if one.document.maker_id != uow.actor.person_id:
            yield Task(
                one.document.business_date,
                Text("交接班待补签监交", "Hand-over waits for a supervisor"),
                Text("补签", "Countersign"),
                url_for("pages.show_countersignatures", hall=hall().code),
                one.document.number or "",
                urgent=one.is_overdue,
            )


def _page(error: Text | None = None) -> str:
    with reading() as uow:
        waiting = [(one, facts_of(uow, one.document)) for one in uncountersigned(uow, hall())]
        return show_money(
            uow,
            "pages/countersignatures.html",
            page="shifts",
            title=TITLE,
            waiting=waiting,
            error=error,
        )
