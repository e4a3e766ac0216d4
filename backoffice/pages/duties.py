"""Grants of the department: a small hall, an exception for one person; and the matrix of duties."""

from __future__ import annotations

import datetime as dt

from flask import g, redirect, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, allowed, hall, needs, pages, reading
from backoffice.pages.duty_pages import LOOK, show_duty
from backoffice.pages.move_forms import day_of
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from ledger.actors import names_of
from ledger.documents import Document, facts_of
from ledger.duties.errors import GrantRefused
from ledger.duties.grants import (
    EXCEPTION,
    MOST_PEOPLE,
    NAMES,
    SMALL_HALL,
    end_grant,
    grant_exception,
    grant_small_hall,
    grants_in_force,
    people_of,
)
from ledger.duties.matrix import CLASHES, DO, PAIRS
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

TITLE = Text("职责分离与授权", "Separate duties and grants")
DONE = {
    SMALL_HALL: Text("小厅授权已生效,将印在每张报表上。", "Granted; it stands on every report."),
    EXCEPTION: Text("例外已生效,将印在每张报表上。", "Granted; it stands on every report."),
    "end": Text("已终止。", "It has ended."),
}


@pages.get("/halls/<hall>/duties")
@needs(*LOOK)
def show_duties() -> str:
    """Show the grants, what may not be done together, and the department's forms."""
    return _page()


@pages.post("/halls/<hall>/duties")
@needs(("duties", "submit"))
def do_duties() -> Response | tuple[str, int]:
    """Grant something or end a grant; each asks for the password."""
    act = request.form.get("act", "")
    if act not in DONE:
        raise BadRequest
    if not password_is_right(request.form.get("password", "")):
        return _page(act, WRONG_PASSWORD), 422
    try:
        act_once({SMALL_HALL: _small_hall, EXCEPTION: _exception, "end": _end}[act])
    except BackofficeError as refused:
        return _page(act, Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.show_duties", hall=hall().code))


def _small_hall(uow: UnitOfWork) -> None:
    first, last, reason = _term()
    grant_small_hall(uow, hall=hall(), from_on=first, until_on=last, reason=reason)


def _exception(uow: UnitOfWork) -> None:
    first, last, reason = _term()
    grant_exception(
        uow,
        hall=hall(),
        holder=request.form.get("holder", ""),
        pair=request.form.get("pair", ""),
        from_on=first,
        until_on=last,
        reason=reason,
    )


def _end(uow: UnitOfWork) -> None:
    form = request.form
    end_grant(uow, hall=hall(), number=form.get("number", ""), reason=form.get("reason", "")[:500])


def _term() -> tuple[dt.date, dt.date, str]:
    first = day_of(request.form.get("from_on", ""))
    last = day_of(request.form.get("until_on", ""))
    if first is None or last is None:
        raise GrantRefused(problem=Text("须写明起止日期", "it needs its first and last day"))
    return first, last, request.form.get("reason", "").strip()[:500]


def _page(tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        given = uow.session.scalars(
            select(Document)
            .where(Document.hall_id == hall().id, Document.kind.in_(NAMES))
            .order_by(Document.id.desc())
            .limit(100)
        ).all()
        return show_duty(
            uow,
            "pages/duties.html",
            page="duties",
            title=TITLE,
            in_force=grants_in_force(uow, hall().id, g.today),
            given=[(one, facts_of(uow, one)) for one in given],
            kinds=NAMES,
            persons=person_names(uow, {one.maker_id for one in given}),
            people=people_of(uow, hall().id, g.today),
            most=MOST_PEOPLE,
            names=sorted(names_of(uow, hall().id).items()),
            pairs=PAIRS,
            clashes=[(DO[one], DO[other]) for one, other in CLASHES],
            may_grant=allowed("duties", "submit"),
            today=g.today,
            tried=tried,
            error=error,
        )
