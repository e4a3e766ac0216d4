"""Reports on invoice forms on pages, as workbooks and on paper: what the page shows, no more."""

from __future__ import annotations

from flask import Response as File
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.downloads import PDF, XLSX, download
from backoffice.form_asked import read_forms_question
from backoffice.form_lists import abreast, report_paper, report_workbook
from backoffice.form_reports import REPORT_KINDS, ReportKind, make_report
from backoffice.pages.door import allowed, hall, needs, pages, reading
from backoffice.pages.form_pages import LOOK, show_forms
from backoffice.pages.showing import language
from ledger.actors import names_of
from ledger.work import UnitOfWork


@pages.get("/halls/<hall>/books/reports")
@needs(*LOOK)
def open_form_reports() -> Response:
    """Open the first report that the visitor may have."""
    first = _reports()[0].name
    return redirect(url_for("pages.show_form_report", hall=hall().code, name=first))


@pages.get("/halls/<hall>/books/reports/<name>")
@needs(*LOOK)
def show_form_report(name: str) -> str:
    """Show one report, narrowed by what stands behind the question mark."""
    with reading() as uow:
        report = make_report(uow, hall(), name, request.args)
        kind = REPORT_KINDS[name]
        asked_month = read_forms_question(uow, hall(), request.args).period[0]
        return show_forms(
            uow,
            "pages/form_report.html",
            page="form-reports",
            title=report.title,
            report=report,
            tables=[abreast(table) for table in report.full_tables],
            kind=kind,
            more=_reports(),
            clerks=_clerks(uow),
            month=f"{asked_month:%Y-%m}",
            asked={word: request.args.get(word, "") for word in kind.words},
        )


@pages.get("/halls/<hall>/books/reports/<name>.xlsx")
@needs(*LOOK)
def form_report_workbook(name: str) -> File:
    """Give exactly what the page shows as a workbook."""
    with reading() as uow:
        report = make_report(uow, hall(), name, request.args)
    content = report_workbook(report, language=language())
    return download(content, XLSX, f"forms-{report.name}-{hall().code}.xlsx")


@pages.get("/halls/<hall>/books/reports/<name>.pdf")
@needs(*LOOK)
def print_form_report(name: str) -> File:
    """Give the report on paper, with room for its signatures."""
    with reading() as uow:
        report = make_report(uow, hall(), name, request.args)
        content = report_paper(uow, report, language=language())
    name = f"forms-{report.name}-{hall().code}.pdf"
    return download(content, PDF, name, inline=True)


def _reports() -> list[ReportKind]:
    """Give the reports that the visitor may have."""
    everything = allowed("forms", "oversee")
    return [kind for kind in REPORT_KINDS.values() if everything or kind.everybody]


def _clerks(uow: UnitOfWork) -> dict[str, str]:
    """Give staff number -> name of those whose forms the visitor may see."""
    names = names_of(uow, hall().id)
    own = read_forms_question(uow, hall(), {}).own
    return {number: name for number, name in names.items() if own is None or number in own}
