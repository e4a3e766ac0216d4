"""Campaigns: which give goods away, how many, between which days, and how many they have given."""

from __future__ import annotations

from flask import g, redirect, request
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.move_forms import Field, day_of
from backoffice.pages.shell import say
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.campaigns import campaigns_of, set_campaign
from stock.gift_purposes import PURPOSES

TITLE = Text("活动", "Campaigns")
CODE_LIMIT, NAME_LIMIT, QUOTA_DIGITS = 40, 100, 6
FIELDS = (
    Field("code", Text("活动编码", "Code")),
    Field("name", Text("名称", "Name"), required=False),
    Field("purpose", Text("用途", "Given for"), "choice", choices=tuple(PURPOSES.items())),
    Field("quota", Text("额度(件)", "Quota, pieces")),
    Field("valid_from", Text("自", "From"), "date"),
    Field("valid_to", Text("至", "Until"), "date", required=False),
)
SAVED = Text("活动已保存。", "The campaign is kept.")
LOOK = (("stock", "view"),)
EDIT = (("campaigns", "edit"),)
Errors = dict[str, Text]


@pages.get("/halls/<hall>/goods/campaigns")
@needs(*LOOK)
def list_campaigns() -> str:
    """List the campaigns with quota and what was given, and for who may a form for another."""
    with reading() as uow:
        return _page(uow, {"valid_from": str(g.today)}, {})


@pages.post("/halls/<hall>/goods/campaigns")
@needs(*EDIT)
def do_campaign() -> Response | tuple[str, int]:
    """Make a campaign known, or change its quota and dates."""
    typed = {field.name: request.form.get(field.name, "").strip() for field in FIELDS}
    errors = _wrong(typed)
    if not errors:
        first = day_of(typed["valid_from"])
        assert first is not None, "checked above"
        try:
            act_once(
                lambda uow: set_campaign(
                    uow,
                    hall=hall(),
                    code=typed["code"],
                    name=typed["name"],
                    purpose=typed["purpose"],
                    quota=int(typed["quota"]),
                    valid_from=first,
                    valid_to=day_of(typed["valid_to"]),
                )
            )
        except BackofficeError as refused:
            errors = {"code": Text(refused.message("zh"), refused.message("en"))}
    if errors:
        with reading() as uow:
            return _page(uow, typed, errors), 422
    say(SAVED)
    return redirect(request.path)


def _wrong(typed: dict[str, str]) -> Errors:
    """Give what is wrong with the form, by field."""
    errors: Errors = {}
    quota = typed["quota"]
    if not 0 < len(typed["code"]) <= CODE_LIMIT or len(typed["name"]) > NAME_LIMIT:
        limit = f"1–{CODE_LIMIT}"
        errors["code"] = Text(f"请填写编码({limit} 个字符)。", f"Give a code of {limit} signs.")
    if not (quota.isascii() and quota.isdecimal() and len(quota) <= QUOTA_DIGITS):
        errors["quota"] = Text("请填写件数,如 200。", "Give a number of pieces, such as 200.")
    if typed["purpose"] not in PURPOSES:
        errors["purpose"] = Text("请选择用途。", "Choose what it gives for.")
    first, last = day_of(typed["valid_from"]), day_of(typed["valid_to"])
    if first is None:
        errors["valid_from"] = Text("请填写起始日期。", "Give the first day.")
    elif typed["valid_to"] and (last is None or last < first):
        errors["valid_to"] = Text(
            "截止日期不早于起始日期。", "The last day is not before the first."
        )
    return errors


def _page(uow: UnitOfWork, typed: dict[str, str], errors: Errors) -> str:
    return show_goods(
        uow,
        "pages/campaigns.html",
        page="campaigns",
        title=TITLE,
        campaigns=campaigns_of(uow, hall()),
        fields=FIELDS,
        purposes=PURPOSES,
        typed=typed,
        errors=errors,
        today=g.today,
    )
