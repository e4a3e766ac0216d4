"""A month as programs are given it: the gates, the pack, and what the pack says."""

from __future__ import annotations

from backoffice.answers import Payload
from backoffice.form_lists import report_payload
from backoffice.month_packs import MonthShown, show_month
from ledger.documents import STATES, Document
from ledger.months.packs import pack_of, read_month_name
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language
from ledger.work import UnitOfWork


def month_payload(uow: UnitOfWork, hall: Hall, month: str, language: Language) -> Payload:
    """Give a hall's month as JSON; raises MonthUnreadable and NotPermitted."""
    require(uow, hall.id, "months", "view")
    shown = show_month(uow, hall, read_month_name(month))
    return {
        "hall": hall.code,
        "month": month,
        "ready": shown.is_ready,
        "locked": shown.pack is not None and shown.pack.state == "posted",
        "gates": gate_payloads(shown, language),
        "pack": None if shown.pack is None else pack_payload(uow, shown.pack, language),
        "report": None if shown.report is None else report_payload(shown.report, language),
    }


def gate_payloads(shown: MonthShown, language: Language) -> list[Payload]:
    """Give each gate with what is not done of it."""
    return [
        {
            "gate": gate.name,
            "name": gate.text.in_language(language),
            "standing": [
                {
                    "text": one.text.in_language(language),
                    "date": None if one.date is None else one.date.isoformat(),
                }
                for one in standing
            ],
        }
        for gate, standing in shown.gates
    ]


def pack_payload(uow: UnitOfWork, pack: Document, language: Language) -> Payload:
    """Give a pack's number, state and hash."""
    return {
        "number": pack.number,
        "state": pack.state,
        "state_name": STATES[pack.state].in_language(language),
        "hash": pack_of(uow, pack).hash,
    }
