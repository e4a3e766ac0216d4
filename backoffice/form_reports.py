"""Every report on invoice forms there is: its name, who may ask for it, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from backoffice.form_asked import FormsAsked, read_forms_question
from backoffice.form_book_lists import (
    DUE_TITLE,
    REGISTER_TITLE,
    RETENTION_TITLE,
    SHEET_TITLE,
    due_report,
    register_report,
    retention_report,
    sheet_report,
)
from backoffice.form_lists import FormReport
from backoffice.form_month_lists import (
    KEEPERS_TITLE,
    TITLE,
    group_report,
    keepers_report,
    month_report,
)
from backoffice.halls_asked import halls_overseen
from ledger.errors import NotFound
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork

ON, MONTH, CODE, BOOK, CLERK, CLOSING = "on", "month", "code", "book", "clerk", "closing"


class UnknownReport(NotFound):
    """No report on forms is called so."""

    code = "unknown_report"
    text = Text("没有票据报表 {name}。可用:{known}。", "There is no report {name}. Known: {known}.")


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report: what it is called, what can be asked of it, and how it is made.

    `everybody`: a clerk may have it of his own custody; others are the overseers'.
    """

    name: str
    text: Text
    make: Callable[[UnitOfWork, Hall, FormsAsked], FormReport]
    words: tuple[str, ...]
    everybody: bool = False


REPORT_KINDS: dict[str, ReportKind] = {
    kind.name: kind
    for kind in (
        ReportKind("month", TITLE, month_report, (MONTH, CODE, CLOSING)),
        ReportKind("keepers", KEEPERS_TITLE, keepers_report, (MONTH, CODE, CLERK), everybody=True),
        ReportKind("register", REGISTER_TITLE, register_report, (MONTH, CODE, BOOK)),
        ReportKind("sheet", SHEET_TITLE, sheet_report, (ON, CLERK, CODE, CLOSING), everybody=True),
        ReportKind("due", DUE_TITLE, due_report, (ON, CODE), everybody=True),
        ReportKind("retention", RETENTION_TITLE, retention_report, (ON, CODE)),
    )
}


def make_report(uow: UnitOfWork, hall: Hall, name: str, words: Mapping[str, str]) -> FormReport:
    """Make a report for whoever asks.

    Raises UnknownReport, NotPermitted, WrongPeriod, and what the report refuses.
    """
    kind = REPORT_KINDS.get(name)
    if kind is None:
        raise UnknownReport(name=name, known=" ".join(REPORT_KINDS))
    if not kind.everybody:
        require(uow, hall.id, "forms", "oversee")
    return kind.make(uow, hall, read_forms_question(uow, hall, words))


def make_group_month(uow: UnitOfWork, codes: Sequence[str], words: Mapping[str, str]) -> FormReport:
    """Make the month of the halls of these codes, or all whose forms the asker oversees.

    Raises NotPermitted, UnknownHall, and what the report refuses.
    """
    halls = halls_overseen(uow, codes, "forms")
    return group_report(uow, halls, read_forms_question(uow, halls[0], words))
