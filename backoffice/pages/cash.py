"""Cash: where the money is, its documents, a new act, over and short, the month of petty cash."""

from __future__ import annotations

import datetime as dt

from flask import g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.pages.cash_acts import CASH_ACTS, CashAct, acts_offered
from backoffice.pages.cash_pages import LOOK, OVERSEE, case_chip, show_money
from backoffice.pages.cash_prints import month_shown
from backoffice.pages.correction_pages import SLIP_CHIPS
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.form_typed import Typed, read_form
from backoffice.pages.paper_shown import STATE_CHIPS
from backoffice.pages.shell import say
from backoffice.trade_words import tender_name
from ledger.actors import names_of, own_numbers
from ledger.cash.cases import CAUSES, WAYS, decide_case, entries_of, find_case
from ledger.cash.deposit_days import days_not_in_order, tail_of
from ledger.cash.explained import explaining, key_of, slips_beside
from ledger.cash.safe import open_now
from ledger.cash.seen import cases_seen, cash_documents, petty_month, places_now
from ledger.cash.tables import OverShortCase
from ledger.corrections.tables import SLIP_STATES
from ledger.documents import DOCUMENT_KINDS, STATES, Document
from ledger.errors import BackofficeError
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.times import A_DAY, month_of, months_to
from ledger.work import UnitOfWork

CASH = Text("现金", "Cash")
NEW = Text("办理", "New act")
CASES = Text("长短款", "Over and short")
PETTY = Text("厅费用月报", "Petty cash of the month")
RECENT = dt.timedelta(days=31)


@pages.get("/halls/<hall>/cash")
@needs(*LOOK)
def show_cash() -> str:
    """Show each place with its money, and the documents of the last month."""
    with reading() as uow:
        oversees = allowed("cash", "oversee")
        return show_money(
            uow,
            "pages/cash.html",
            page="cash",
            title=CASH,
            places=places_now(uow, hall()) if oversees else [],
            opening=open_now(uow, hall()) if oversees else None,
            tail=tail_of(uow, hall(), g.today) if oversees else None,
            deposits=days_not_in_order(uow, hall(), g.today) if oversees else [],
            documents=cash_documents(uow, hall(), since=g.today - RECENT),
            kinds=DOCUMENT_KINDS,
            chip_of=_state_chip,
            may_act=bool(acts_offered()),
        )


@pages.get("/halls/<hall>/cash/new")
@needs(*LOOK)
def choose_cash_act() -> str:
    """Let the visitor choose what to do."""
    with reading() as uow:
        return show_money(
            uow, "pages/cash_choose.html", page="cash-new", title=NEW, acts=acts_offered()
        )


@pages.get("/halls/<hall>/cash/new/<name>")
@needs(*LOOK)
def show_cash_act(name: str) -> str:
    """Show the form of an act."""
    act = _act(name)
    with reading() as uow:
        typed = read_form(request.args)
        own = sorted(own_numbers(uow, hall().id))
        if own and not typed["clerk"] and act.need[0] == "drawer":
            typed = Typed({**typed.fields, "clerk": own[0]})
        return _form(uow, act, typed)


@pages.post("/halls/<hall>/cash/new/<name>")
@needs(*LOOK)
def do_cash_act(name: str) -> Response:
    """Do the act; what is refused keeps what was typed."""
    act, typed = _act(name), read_form(request.form)
    made: list[Document] = []
    try:
        act_once(lambda uow: made.append(act.do(uow, typed)))
    except BackofficeError as refused:
        with reading() as uow:
            return make_response(_form(uow, act, typed, refused), 422)
    if not made:
        return redirect(url_for("pages.show_cash", hall=hall().code))
    say(_said(made[0]))
    return redirect(url_for("pages.show_paper", hall=hall().code, number=made[0].number))


@pages.get("/halls/<hall>/cash/cases")
@needs(*LOOK)
def show_cases() -> str:
    """List over/short cases, those that wait first."""
    with reading() as uow:
        return _cases(uow)


@pages.post("/halls/<hall>/cash/cases")
@needs(("over_short", "submit"))
def do_decide() -> Response | tuple[str, int]:
    """Propose what becomes of a case."""
    typed = read_form(request.form)
    made: list[Document] = []

    def do(uow: UnitOfWork) -> None:
        date = typed.day("date", Text("日期", "Date")) or g.today
        case = find_case(uow, hall(), date, typed["clerk"], typed["tender"])
        document = decide_case(
            uow,
            hall=hall(),
            case=case,
            way=typed["way"],
            cause=typed["cause"],
            note=typed["note"],
            slips=typed["slips"].replace(",", " ").replace(",", " ").split(),
        )
        made.append(document)

    try:
        act_once(do)
    except BackofficeError as refused:
        with reading() as uow:
            sentence = Text(refused.message("zh"), refused.message("en"))
            return _cases(uow, typed, sentence), 422
    if made:
        say(_said(made[0]))
    return redirect(request.path)


@pages.get("/halls/<hall>/cash/petty")
@needs(*OVERSEE)
def show_petty() -> str:
    """Show the month of petty cash: opening + in - out = closing."""
    month = month_shown()
    with reading() as uow:
        return show_money(
            uow,
            "pages/cash_petty.html",
            page="petty",
            title=PETTY,
            sheet=petty_month(uow, hall(), month),
            before=months_to(month, 2)[0].strftime("%Y-%m"),
            after=(month_of(month)[1] + A_DAY).strftime("%Y-%m"),
        )


def _act(name: str) -> CashAct:
    act = CASH_ACTS.get(name)
    if act is None or not allowed(*act.need):
        raise NotPermitted(actor=actor().label, action=name, area="cash")
    return act


def _form(uow: UnitOfWork, act: CashAct, typed: Typed, error: BackofficeError | None = None) -> str:
    return show_money(
        uow,
        "pages/cash_new.html",
        page="cash-new",
        title=act.text,
        trail=(
            (CASH, url_for("pages.show_cash", hall=hall().code)),
            (NEW, url_for("pages.choose_cash_act", hall=hall().code)),
        ),
        act=act,
        fields=act.fields(uow),
        typed=typed,
        error=Text(error.message("zh"), error.message("en")) if error else None,
        error_at=str(error.facts.get("at", "")) if error else "",
    )


def _cases(uow: UnitOfWork, typed: Typed | None = None, error: Text | None = None) -> str:
    cases = cases_seen(uow, hall())
    beside = slips_beside(uow, hall(), cases)
    return show_money(
        uow,
        "pages/cash_cases.html",
        page="cases",
        title=CASES,
        cases=cases,
        slips_of=lambda case: beside[key_of(case)],
        explaining=explaining,
        slip_chip=lambda one: (*SLIP_CHIPS[one.state], SLIP_STATES[one.state]),
        chip_of=case_chip,
        entries_of=entries_of,
        causes=CAUSES,
        ways=WAYS,
        tender_name=tender_name,
        names=names_of(uow, hall().id),
        may_decide=allowed("over_short", "submit"),
        number_of=lambda case: _number(uow, case),
        typed=typed,
        error=error,
        # A case that went on in the meantime has no form to stand the refusal beside.
        apart=not any(
            one.state == "open" and typed and _typed_key(typed) == _shown_key(one) for one in cases
        ),
    )


def _typed_key(typed: Typed) -> tuple[str, ...]:
    return typed["date"], typed["clerk"], typed["tender"]


def _shown_key(case: OverShortCase) -> tuple[str, ...]:
    return case.business_date.isoformat(), case.clerk, case.tender


def _number(uow: UnitOfWork, case: OverShortCase) -> str:
    found = uow.session.get(Document, (case.hall_id, case.document_id))
    return (found.number or "") if found else ""


def _state_chip(state: str) -> tuple[str, str, Text]:
    return (*STATE_CHIPS[state], STATES[state])


def _said(document: Document) -> Text:
    kind = DOCUMENT_KINDS[document.kind].text
    if document.state == "posted":
        return Text(f"{kind.zh} {document.number} 已入账。", f"{kind.en} {document.number} posted.")
    return Text(
        f"{kind.zh} {document.number} 已提交,等待签字。",
        f"{kind.en} {document.number} waits for signatures.",
    )
