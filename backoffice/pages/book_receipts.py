"""Books of forms received from a file: every line with its verdict, above the form again."""

from __future__ import annotations

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.book_files import COLUMNS, read_book_file
from backoffice.pages.books import BOOKS
from backoffice.pages.door import act_once, hall, needs, pages, reading
from backoffice.pages.files import NO_FILE
from backoffice.pages.form_pages import show_forms
from backoffice.pages.shell import say
from invoices.book_files import GOOD, VERDICTS, BooksReport, receive_books
from ledger.errors import BackofficeError, BadInput
from ledger.text import Text

TITLE = Text("按文件入库", "Receive from a file")
KEEPER = (("invoices", "submit"),)


@pages.get("/halls/<hall>/books/files")
@needs(*KEEPER)
def show_book_file() -> str:
    """Show the form for a file of books."""
    return _page()


@pages.post("/halls/<hall>/books/files")
@needs(*KEEPER)
def take_book_file() -> Response:
    """Receive the books of a file, or only its good lines; each line's verdict is shown."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return make_response(_page(error=NO_FILE), 422)
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1]
    made: list[BooksReport] = []
    try:
        lines = read_book_file(name, file.stream.read())
        act_once(
            lambda uow: made.append(
                receive_books(
                    uow,
                    hall=hall(),
                    lines=lines,
                    good_lines=request.form.get("good_lines") == "1",
                    facts={"delivery_no": request.form.get("delivery_no", "")},
                )
            )
        )
    except BadInput as refused:
        first = refused.problems[0]
        return make_response(_page(error=Text(first.describe("zh"), first.describe("en"))), 422)
    except BackofficeError as refused:
        said = Text(refused.message("zh"), refused.message("en"))
        return make_response(_page(error=said), 422)
    if not made:
        return redirect(url_for("pages.show_books", hall=hall().code))
    (report,) = made
    if report.numbers and not report.bad:
        numbers = ", ".join(report.numbers)
        say(Text(f"{len(lines)} 行已入库:{numbers}", f"{len(lines)} lines received: {numbers}"))
        return redirect(url_for("pages.show_books", hall=hall().code))
    return make_response(_page(report=report), 200 if report.numbers else 422)


def _page(*, report: BooksReport | None = None, error: Text | None = None) -> str:
    with reading() as uow:
        return show_forms(
            uow,
            "pages/book_file.html",
            page="new",
            title=TITLE,
            trail=((BOOKS, url_for("pages.show_books", hall=hall().code)),),
            report=report,
            error=error,
            good=GOOD,
            verdicts=VERDICTS,
            columns=[Text(zh, name) for name, zh in COLUMNS.items()],
        )
