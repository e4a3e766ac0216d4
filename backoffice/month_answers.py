"""A month as programs are given it: the gates, the pack, and what the pack says."""

from __future__ import annotations

from backoffice.answers import Payload
from backoffice.form_lists import report_payload
from backoffice.month_packs import MonthShown
from ledger.documents import STATES, Document
from ledger.months.packs import pack_of
from ledger.organisations import Hall
from ledger.text import Language
from ledger.work import UnitOfWork


def month_payload(uow: UnitOfWork, hall: Hall, shown: MonthShown, language: Language) -> Payload:
    """Give a hall's month as JSON."""
    return {
        "hall": hall.code,
        "month": f"{shown.first:%Y-%m}",
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
