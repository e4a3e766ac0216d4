"""A report with charts on paper: each table with its chart beside it."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from backoffice.form_lists import FormReport, table_values
from backoffice.goods_lists import GoodsList, written
from backoffice.printing import render_paper
from backoffice.sheets import CellKind
from backoffice.trade_words import typeset
from ledger.text import Language, Text
from ledger.work import UnitOfWork


def charted_paper(
    uow: UnitOfWork, report: FormReport, charts: Mapping[str, Markup], *, language: Language
) -> bytes:
    """Give a report as PDF with charts by table name, and room for its signatures."""

    def said(text: Text) -> str:
        return typeset(text.zh) if language == "zh" else text.en

    return render_paper(
        "charted_report.html",
        {
            "title": said(report.title),
            "kicker": said(report.kicker),
            "heading": tuple(
                (said(name), typeset(written(value, CellKind.TEXT, language)))
                for name, value in report.heading
            ),
            "tables": tuple(
                (table_values(table, language), charts.get(table.name, ""))
                for table in report.full_tables
            ),
            "notes": tuple(said(one) for one in report.notes),
            "signers": tuple(said(one) for one in report.signers),
            "said": said(report.said),
        },
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def chart_title(table: GoodsList, key: str, language: Language) -> str:
    """Say what a chart shows: the table's title, and the name of the column that is drawn."""
    column = table.columns[table.index(key)].name
    said = f"{table.title.in_language(language)} · {column.in_language(language)}"
    return typeset(said) if language == "zh" else said
