"""One report on invoice forms: its tables, given alike as page, paper, workbook and JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backoffice.answers import Payload
from backoffice.goods_lists import Cell, GoodsList, ListColumn, list_payload, list_sheet, written
from backoffice.printing import render_paper
from backoffice.sheets import CellKind, Value, table_workbook
from backoffice.trade_words import typeset
from ledger.text import Language, Text
from ledger.work import UnitOfWork

LANDSCAPE, PORTRAIT = "landscape", "portrait"
RUN_KEYS = ("first", "last", "count")
WHOLE = ("sheet", "register")
"""Tables whose runs stand one below the other everywhere, for a pen to tick."""

SEGMENTS = ListColumn("segments", Text("号段", "Segments"))
CUSTODY = Text("票据管理", "Custody of forms")
AGREED = Text("经核对,账、票、存根一致。", "Compared: books, forms and stubs agree.")


@dataclass(frozen=True, slots=True)
class FormReport:
    """A report: what stands above it, its tables, what a reader must know, and who signs it.

    `signers` are the lines to sign on when it is printed; `said` what they sign; `kicker` is what
    stands above the title on paper; `copies` name those it is printed in, where there are several.
    """

    name: str
    title: Text
    tables: tuple[GoodsList, ...]
    heading: tuple[tuple[Text, Value], ...] = ()
    notes: tuple[Text, ...] = ()
    signers: tuple[Text, ...] = ()
    said: Text = AGREED
    form: str = LANDSCAPE
    kicker: Text = CUSTODY
    copies: tuple[Text, ...] = ()

    @property
    def full_tables(self) -> tuple[GoodsList, ...]:
        """The first table, and of the others those that have rows."""
        first, *others = self.tables
        return (first, *(table for table in others if table.rows))


def report_workbook(report: FormReport, *, language: Language) -> bytes:
    """Give the report as xlsx, a sheet for each table; the first carries what stands above."""
    sheets = [list_sheet(table) for table in report.full_tables]
    notes = tuple((Text("说明", "Note"), note) for note in report.notes)
    first = sheets[0]
    sheets[0] = replace(first, heading=(*report.heading, *first.heading, *notes))
    return table_workbook(sheets, language=language)


def report_payload(report: FormReport, language: Language) -> Payload:
    """Give the report as JSON: its tables as lists are given, each under its name."""
    return {
        "report": report.name,
        "title": report.title.in_language(language),
        "heading": {
            name.en: written(value, CellKind.TEXT, language) for name, value in report.heading
        },
        "tables": [list_payload(table, language) for table in report.full_tables],
        "notes": [note.in_language(language) for note in report.notes],
    }


def report_paper(uow: UnitOfWork, report: FormReport, *, language: Language) -> bytes:
    """Give the report as PDF with room for its signatures."""
    return render_paper(
        "form_report.html",
        report_values(report, language),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def report_values(report: FormReport, language: Language) -> dict[str, object]:
    """Give everything the paper of a report prints, in one language."""
    return {
        "form": report.form,
        "kicker": _said(report.kicker, language),
        "title": _said(report.title, language),
        "heading": tuple(
            (_said(name, language), _shown(value, CellKind.TEXT, language))
            for name, value in report.heading
        ),
        "tables": tuple(table_values(abreast(table), language) for table in report.full_tables),
        "notes": tuple(_said(note, language) for note in report.notes),
        "signers": tuple(_said(signer, language) for signer in report.signers),
        "said": _said(report.said, language),
        "copies": tuple(_said(copy, language) for copy in report.copies),
    }


def abreast(table: GoodsList) -> GoodsList:
    """Give a table of runs with those of one heading side by side, as pages and papers show them.

    Such a table ends with first number, last number and count.
    """
    if tuple(column.key for column in table.columns[-3:]) != RUN_KEYS or table.name in WHOLE:
        return table
    together: dict[tuple[Cell, ...], tuple[list[str], int]] = {}
    for *front, first, last, count in table.rows:
        runs, total = together.get(tuple(front), ([], 0))
        run = "" if not first else str(first) if first == last else f"{first}–{last}"
        counted = count if isinstance(count, int) else 0
        together[tuple(front)] = ([*runs, *([run] if run else [])], total + counted)
    columns = (*table.columns[:-3], SEGMENTS, table.columns[-1])
    rows = [(*front, ", ".join(runs), total) for front, (runs, total) in together.items()]
    return replace(table, columns=columns, rows=rows)


def table_values(table: GoodsList, language: Language) -> dict[str, object]:
    """Give a table as a template prints it: plain words and figures in one language."""
    totals = table.totals if len(table.rows) > 1 else []
    return {
        "name": table.name,
        "title": _said(table.title, language),
        "heads": tuple(
            (column.key, _said(column.name, language), column.is_number) for column in table.columns
        ),
        "rows": tuple(
            tuple(
                _shown(value, column.kind, language)
                for value, column in zip(row, table.columns, strict=True)
            )
            for row in table.rows
        ),
        "totals": tuple(
            _shown(total, column.kind, language)
            for total, column in zip(totals, table.columns, strict=False)
        )
        if any(column.total for column in table.columns)
        else (),
        "notes": tuple(_said(note, language) for note in table.notes),
        "empty": _said(table.empty, language),
    }


def _shown(value: Value, kind: CellKind, language: Language) -> str:
    shown = written(value, kind, language)
    return typeset(shown) if language == "zh" else shown


def _said(text: Text, language: Language) -> str:
    return typeset(text.zh) if language == "zh" else text.en
