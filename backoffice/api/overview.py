"""Halls at a glance: open days, late reports, over and short by clerk and month."""

from __future__ import annotations

from backoffice.api.hall_reports import declare_halls_report
from backoffice.api.report_schemas import HallsQuery
from backoffice.api.routes import Routes
from backoffice.overview import make_overview, overview_paper
from ledger.text import Text

routes = Routes("overview", Text("营业厅总览", "Halls at a glance"))

declare_halls_report(
    routes,
    "/overview",
    Text(
        "营业日、迟报、长短款,一个或多个营业厅。",
        "Open days, late reports, over and short, of one hall or several.",
    ),
    query=HallsQuery,
    make=lambda uow, codes, _: make_overview(uow, codes),
    paper=lambda uow, report, said: overview_paper(uow, report, language=said),
)
