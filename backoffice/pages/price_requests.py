"""Prices the hall asks the department for."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from backoffice.goods_input import read_date, read_price
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.labels import LABELS
from backoffice.pages.shell import say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.price_errors import PriceNotSo
from stock.price_requests import STATES, ask_price, decide_price, list_requests, withdraw_request
from stock.price_setting import NewPrice

REQUESTS = Text("价格申请", "Price requests")
DONE: dict[str, Text] = {
    "ask": Text("申请已提交,等上级部门批准。", "Asked; it waits for the department."),
    "grant": Text("已批准,价格按生效日执行。", "Granted; the price holds from its first day."),
    "refuse": Text("已退回。", "Refused."),
    "withdraw": Text("已撤回。", "Withdrawn."),
}


@pages.get("/halls/<hall>/price-requests")
@needs(("items", "view"))
def list_price_requests() -> str:
    """List the requests, the latest first."""
    return _page()


@pages.post("/halls/<hall>/price-requests")
@needs(("prices", "ask"), ("prices", "approve"))
def do_price_request() -> Response | tuple[str, int]:
    """Ask for a price, withdraw a request, grant or refuse one; granting asks the password."""
    form = request.form
    act = form.get("act", "")
    number = form.get("number", "0")
    if act not in DONE or not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise BadRequest
    if act == "grant" and not password_is_right(form.get("password", "")):
        return _page(tried=act, error=WRONG_PASSWORD), 422
    try:
        act_once(lambda uow: _do(uow, act, int(number)))
    except BackofficeError as refused:
        return _page(tried=act, error=Text(refused.message("zh"), refused.message("en"))), 422
    say(DONE[act])
    return redirect(url_for("pages.list_price_requests", hall=hall().code))


def _do(uow: UnitOfWork, act: str, number: int) -> None:
    form = request.form
    reason = form.get("reason", "").strip()
    if act == "ask":
        first = read_date(form.get("valid_from", ""))
        if first is None:
            raise PriceNotSo(what=Text("没有生效日。", "it has no first day."))
        price = NewPrice(
            form.get("item", "").strip(),
            read_price(form.get("price", "")),
            first,
            read_date(form.get("valid_to", ""), needed=False),
            form.get("campaign", "").strip()[:64],
        )
        ask_price(uow, hall=hall(), price=price, reason=reason)
    elif act == "withdraw":
        withdraw_request(uow, hall=hall(), number=number)
    else:
        decide_price(uow, hall=hall(), number=number, grant=act == "grant", reason=reason)


def _page(*, tried: str = "", error: Text | None = None) -> str:
    with reading() as uow:
        return show_goods(
            uow,
            "pages/price_requests.html",
            page="labels",
            title=REQUESTS,
            trail=((LABELS, url_for("pages.list_labels", hall=hall().code)),),
            requests=list_requests(uow, hall()),
            states=STATES,
            tried=tried,
            error=error,
        )
