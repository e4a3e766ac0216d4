"""The cover of a book (封面作废登记) from its page: printed anew when its voids changed."""

from __future__ import annotations

from flask import Response as File
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.cover_papers import cover_paper
from backoffice.downloads import PDF, download
from backoffice.form_asked import code_named
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.form_pages import LOOK
from backoffice.pages.showing import language
from invoices.covers import Cover, print_cover, read_cover


@pages.post("/halls/<hall>/books/<code>/<first>/cover")
@needs(("voids", "submit"), ("voids", "approve"))
def do_cover(code: str, first: str) -> Response:
    """Make a version of the cover where the void numbers changed, and lead to its paper."""
    made: list[Cover] = []
    act_once(
        lambda uow: made.append(print_cover(uow, hall=hall(), code=code_named(code), no=first))
    )
    version = made[0].version if made else None
    return redirect(
        url_for("pages.show_cover", hall=hall().code, code=code, first=first, version=version)
    )


@pages.get("/halls/<hall>/books/<code>/<first>/cover")
@needs(*LOOK)
def show_cover(code: str, first: str) -> File:
    """Give a version of the cover as PDF, the latest if none is named."""
    version = request.args.get("version", type=int)
    with reading() as uow:
        cover = read_cover(uow, hall=hall(), code=code_named(code), no=first, version=version)
        content = cover_paper(uow, hall(), cover, language=language())
    name = f"cover-{code}-{first}-{cover.version}.pdf"
    return download(content, PDF, name, inline=True)
