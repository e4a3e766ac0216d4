"""The pages: server-rendered, for people; they work without JavaScript."""

from __future__ import annotations

from flask import Flask

from backoffice.pages import (
    book_receipts,
    books,
    calendar,
    campaigns,
    cash,
    count_acts,
    count_scanning,
    counts,
    covers,
    custody,
    day,
    evidence,
    files,
    findings,
    form_reports,
    form_scan,
    forms_new,
    goods_pages,
    goods_reports,
    invoices,
    items,
    label_rounds,
    labels,
    losses,
    moves,
    outputs,
    paper_prints,
    papers,
    price_requests,
    reds,
    refund_asked,
    refund_cases,
    refund_desk,
    refund_papers,
    refund_rules,
    refund_statistics,
    refund_watch,
    scans,
    search,
    shift,
    sign_in,
    today,
    totals,
    transactions,
    transfers,
    unconfirmed,
    units,
    voids,
)
from backoffice.pages.door import pages
from backoffice.pages.icons import register_icons
from backoffice.pages.refusals import register_refusals
from backoffice.pages.showing import register_showing

DESKS = (
    sign_in,
    books,
    book_receipts,
    forms_new,
    form_scan,
    voids,
    reds,
    losses,
    covers,
    today,
    calendar,
    day,
    files,
    findings,
    evidence,
    transactions,
    totals,
    outputs,
    invoices,
    paper_prints,
    papers,
    price_requests,
    items,
    label_rounds,
    labels,
    unconfirmed,
    units,
    goods_reports,
    form_reports,
    goods_pages,
    moves,
    scans,
    custody,
    transfers,
    counts,
    count_scanning,
    count_acts,
    campaigns,
    shift,
    cash,
    refund_desk,
    refund_asked,
    refund_watch,
    refund_rules,
    refund_cases,
    search,
    refund_papers,
    refund_statistics,
)


def register_pages(app: Flask) -> None:
    """Put all pages, what their templates use, and their refusals into the application."""
    app.register_blueprint(pages)
    register_showing(app)
    register_icons(app)
    register_refusals(app)
