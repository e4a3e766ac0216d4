"""一机一档: where a unit is, who has it, its names, age and cost, and its whole life."""

from __future__ import annotations

from flask import g, url_for

from backoffice.goods_units import UnknownUnit, received_on, where_now
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.goods_pages import show_goods
from backoffice.pages.rows import find_rows
from ledger.accounts import Account
from ledger.actors import names_of
from ledger.documents import DOCUMENT_KINDS
from ledger.text import Text
from stock.card_life import card_life
from stock.place_words import place_words
from stock.unit_lives import HallLife, lives_of


@pages.get("/halls/<hall>/units/<path:serial>")
@needs(("audit", "view"), ("stock", "view"))
def show_unit(serial: str) -> str:
    """Show a unit's whole life, and every line of evidence that names it."""
    with reading() as uow:
        lives = lives_of(uow, hall(), serial)
        oversees = allowed("stock", "oversee") or allowed("audit", "view")
        # What customers bought, and what was counted, is for those who audit.
        evidence = allowed("audit", "view")
        where = {"serial": serial}
        sold = find_rows(uow, hall().id, "accounts", where=where) if evidence else []
        counted = find_rows(uow, hall().id, "counts", where=where) if evidence else []
        if not (lives or sold or counted):
            raise UnknownUnit(serial=serial)
        staff = {
            life.hall.id: names_of(uow, life.hall.id)
            for one in lives
            for life in one.lives
            if life.hall is not None
        }

        def place(account: Account, life: HallLife) -> Text:
            return place_words(account, staff[life.hall.id] if life.hall else {})

        return show_goods(
            uow,
            "pages/unit.html",
            page="on-hand",
            title=Text(f"串号 {serial}", f"Serial {serial}"),
            trail=((Text("库存一览", "On hand"), url_for("pages.show_on_hand", hall=hall().code)),),
            serial=serial,
            stories=[
                (one, received_on(uow, one), where_now(uow, one), card_life(uow, one))
                for one in lives
            ],
            today=g.today,
            place=place,
            shows_cost=oversees,
            kinds=DOCUMENT_KINDS,
            sold=sold,
            counted=counted,
            names=names_of(uow, hall().id),
        )
