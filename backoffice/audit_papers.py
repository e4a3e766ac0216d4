"""The audit paper and its workbook, made from the books as they stand: for every door the same."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from ledger.audit.queries import show_day

from backoffice.printing import render_audit_paper
from backoffice.workbooks import render_audit_workbook
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork


def audit_paper(uow: UnitOfWork, hall: Hall, date: dt.date, *, language: Language) -> bytes:
    """Give the paper of a hall-day as PDF, printed by who reads."""
    return render_audit_paper(
        show_day(uow, hall, date),
        language=language,
        printed_at=uow.now,
        printed_by=uow.actor.label,
    )


def audit_workbook(uow: UnitOfWork, hall: Hall, date: dt.date, *, language: Language) -> bytes:
    """Give the workbook with every line behind every figure of a hall-day."""
    return render_audit_workbook(uow, show_day(uow, hall, date), language=language)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.absolute().parent) as folder:
        unfinished = Path(folder) / path.name
        unfinished.write_bytes(content)
        unfinished.replace(path)
