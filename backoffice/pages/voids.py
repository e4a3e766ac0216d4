"""The auditor's page of a void: each copy of each number ticked, the stamp, and the signature.

A missing copy ends the void: what was ticked stays, and a red letter is the way (DOMAIN INV-06).
"""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.form_pages import show_forms
from backoffice.pages.shell import person_names, say
from backoffice.pages.sign_in import WRONG_PASSWORD, password_is_right
from invoices.mark_tables import InvoiceVoid
from invoices.open_voids import open_voids
from invoices.void_rules import Tick
from invoices.voids import SignedVoid, open_void, sign_void
from ledger.actors import names_of
from ledger.errors import BackofficeError
from ledger.text import Text
from ledger.work import UnitOfWork

VOIDS = Text("作废", "Voids")
SIGNED = Text(
    "联次齐全,已作废。请重印封面。", "All copies are here: it is void. Print the cover anew."
)


@pages.get("/halls/<hall>/voids")
@needs(("forms", "view"))
def list_voids() -> str:
    """List the numbers whose voids are not settled: to be ticked, or lacking copies."""
    with reading() as uow:
        today = uow.today
        return show_forms(
            uow,
            "pages/voids.html",
            page="voids",
            title=VOIDS,
            voids=open_voids(uow, [hall().id], on=today),
            names=names_of(uow, hall().id),
        )


@pages.get("/halls/<hall>/voids/<number>")
@needs(("voids", "approve"))
def show_ticks(number: str) -> str:
    """Show the numbers of a void with a box for each of their copies."""
    with reading() as uow:
        return _page(uow, number)


@pages.post("/halls/<hall>/voids/<number>")
@needs(("voids", "approve"))
def do_ticks(number: str) -> Response | tuple[str, int]:
    """Sign the void with what was ticked; the password is asked again."""
    if not password_is_right(request.form.get("password", "")):
        return _again(number, WRONG_PASSWORD)
    signed: list[SignedVoid] = []

    def do(uow: UnitOfWork) -> None:
        _, rows = open_void(uow, hall(), number)
        ticks = [_tick(row) for row in rows]
        signed.append(sign_void(uow, hall=hall(), number=number, ticks=ticks))

    try:
        act_once(do)
    except BackofficeError as refused:
        return _again(number, Text(refused.message("zh"), refused.message("en")))
    if signed and signed[0].refused:
        missing = signed[0].missing
        zh = ";".join(f"{no} 缺第 {'、'.join(map(str, one))} 联" for no, one in missing.items())
        en = "; ".join(f"{no} lacks copy {', '.join(map(str, one))}" for no, one in missing.items())
        said = Text(f"不得作废:{zh}。请开红字。", f"Not void: {en}. Issue a red letter.")
        say(said, "bad")
    elif signed:
        say(SIGNED)
    return redirect(url_for("pages.show_paper", hall=hall().code, number=number))


def _tick(row: InvoiceVoid) -> Tick:
    copies = request.form.getlist(f"copy:{row.invoice_no}", type=int)
    stamped = request.form.get(f"stamp:{row.invoice_no}") == "1"
    return Tick(row.invoice_no, tuple(copies), stamped)


def _again(number: str, error: Text) -> tuple[str, int]:
    with reading() as uow:
        return _page(uow, number, error), 422


def _page(uow: UnitOfWork, number: str, error: Text | None = None) -> str:
    document, rows = open_void(uow, hall(), number)
    return show_forms(
        uow,
        "pages/void_ticks.html",
        page="voids",
        title=Text(f"核对联次 {number}", f"Tick copies {number}"),
        trail=(
            (VOIDS, url_for("pages.list_voids", hall=hall().code)),
            (
                Text(number, number),
                url_for("pages.show_paper", hall=hall().code, number=number),
            ),
        ),
        document=document,
        rows=rows,
        most=max(row.copies for row in rows),
        maker=person_names(uow, [document.maker_id])[document.maker_id],
        names=names_of(uow, hall().id),
        error=error,
    )
