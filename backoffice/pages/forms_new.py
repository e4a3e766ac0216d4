"""A new act with forms: chosen in plain words, then one form that keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import make_response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

# These put their acts among those that are offered.
import backoffice.pages.book_acts
import backoffice.pages.book_ends
import backoffice.pages.mark_acts
import backoffice.pages.number_acts
import backoffice.pages.red_acts  # noqa: F401
from backoffice.destruction_files import read_books, submit_listed
from backoffice.pages.book_ends import DESTRUCTION_ASKED
from backoffice.pages.books import BOOKS
from backoffice.pages.door import act_once, actor, allowed, hall, needs, pages, reading
from backoffice.pages.form_acts import (
    FormAct,
    Outcome,
    act_named,
    acts_to_choose,
    blank_in,
    field_of,
)
from backoffice.pages.form_choices import (
    blanks,
    books_kept_over,
    code_in_hand,
    codes,
    is_keeper,
    used_books,
)
from backoffice.pages.form_pages import show_forms
from backoffice.pages.form_typed import KEYED_LINES, LINE_FIELDS, Typed, read_form, with_prefill
from backoffice.pages.move_forms import NOTHING_BLANK
from backoffice.pages.number_acts import REGISTER
from backoffice.pages.shell import say
from invoices.kinds import CARRIERS
from ledger.actors import names_of, own_numbers
from ledger.errors import BackofficeError, BadInput
from ledger.permissions import NotPermitted
from ledger.text import Text
from ledger.work import UnitOfWork

NEW = Text("办理", "New act")
MAKERS = (
    ("invoices", "submit"),
    ("forms", "submit"),
    ("forms", "count"),
    ("voids", "submit"),
    ("losses", "submit"),
    ("invoices", "end"),
    ("halls", "close"),
)


@pages.get("/halls/<hall>/books/new")
@needs(*MAKERS)
def choose_form_act() -> str:
    """Let the visitor choose what to do."""
    with reading() as uow:
        return show_forms(
            uow, "pages/form_choose.html", page="new", title=NEW, groups=acts_to_choose()
        )


@pages.get("/halls/<hall>/books/new/<name>")
@needs(*MAKERS)
def show_form_act(name: str) -> str:
    """Show the form of an act; a book, number or person may come along in the address."""
    act = _act(name)
    with reading() as uow:
        typed = with_prefill(read_form(request.args), act.prefill)
        own = sorted(own_numbers(uow, hall().id))
        if own and not typed["clerk"] and not is_keeper():
            typed = replace(typed, fields={**typed.fields, "clerk": own[0]})
        if typed["clerk"] and not typed["invoice_code"] and act.need == REGISTER:
            code = code_in_hand(uow, typed["clerk"])
            typed = replace(typed, fields={**typed.fields, "invoice_code": code})
        return _page(uow, act, typed)


@pages.post("/halls/<hall>/books/new/<name>")
@needs(*MAKERS)
def do_form_act(name: str) -> Response:
    """Do the act; what is refused keeps what was typed, the error beside its field."""
    act = _act(name)
    typed = read_form(request.form)
    made: list[Outcome] = []
    with reading() as uow:
        if blank := blank_in(act, act.fields(uow), typed):
            return make_response(_page(uow, act, typed, blank=blank), 422)
    try:
        act_once(lambda uow: made.append(act.do(uow, typed)))
    except BackofficeError as refused:
        with reading() as uow:
            return make_response(_page(uow, act, typed, refused), 422)
    if not made:
        return redirect(url_for("pages.show_books", hall=hall().code))
    say(made[0].said, made[0].tone)
    return redirect(made[0].address)


@pages.post("/halls/<hall>/books/new/destroy/file")
@needs(("invoices", "submit"))
def take_destruction_file() -> Response:
    """Ask to destroy the papers of a file's books; what is refused says every line of it."""
    file = request.files["file"]
    reason = request.form.get("reason", "").strip()
    name = str(file.filename or "file").replace("\\", "/").rsplit("/", 1)[-1]
    made: list[str] = []
    try:
        books = read_books(name, file.stream.read())

        def ask(uow: UnitOfWork) -> None:
            document = submit_listed(uow, hall=hall(), name=name, books=books, reason=reason)
            made.append(document.number or "")

        act_once(ask)
    except BackofficeError as refused:
        with reading() as uow:
            page = _page(uow, _act("destroy"), read_form(request.form), refused)
            return make_response(page, 422)
    if not made:
        return redirect(url_for("pages.show_books", hall=hall().code))
    say(DESTRUCTION_ASKED, "wait")
    return redirect(url_for("pages.show_paper", hall=hall().code, number=made[0]))


def _use_first(error: BackofficeError | None) -> str:
    """Give the form that registers numbers an error says may be used; '' where it names none."""
    if error is None or error.code != "form_uses_unregistered":
        return ""
    named = error.facts
    return url_for(
        "pages.show_form_act",
        hall=hall().code,
        name="use",
        clerk=named["clerk"],
        invoice_code=named["invoice_code"] or None,
        first_no=named["first"],
        last_no=named["last"],
    )


def _act(name: str) -> FormAct:
    act = act_named(name)
    if act is None:
        raise NotFound
    if not allowed(*act.need):
        raise NotPermitted(actor=actor().label, action=act.text, area="forms")
    return act


def _page(
    uow: UnitOfWork,
    act: FormAct,
    typed: Typed,
    error: BackofficeError | None = None,
    blank: Mapping[str, Text] = NOTHING_BLANK,
) -> str:
    fields = act.fields(uow)
    said = Text(error.message("zh"), error.message("en")) if error else None
    at = field_of(act, error, fields) if error else ""
    known = {field.name for field in fields} | {"picks", "lines", "books"}
    beside = {at: said} if at in known else blank
    empty = dict.fromkeys(LINE_FIELDS, "")
    shown = [line for line in typed.lines if any(line.values())]
    return show_forms(
        uow,
        "pages/form_new.html",
        page="new",
        title=act.text,
        trail=(
            (BOOKS, url_for("pages.show_books", hall=hall().code)),
            (NEW, url_for("pages.choose_form_act", hall=hall().code)),
        ),
        act=act,
        fields=fields,
        typed=typed,
        lines=[*shown, *[empty] * max(1, KEYED_LINES - len(shown))] if act.keyed else [],
        picks=blanks(uow, act.picks) if act.picks else [],
        used=books_kept_over(uow) if act.over else used_books(uow) if act.used else [],
        codes=codes(uow),
        error=said,
        beside=beside,
        use_first=_use_first(error),
        file_problems=error.problems if isinstance(error, BadInput) else (),
        carriers=dict(CARRIERS),
        names=names_of(uow, hall().id),
    )
