"""The end of a day on one screen: each step, what it still lacks, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from backoffice.answers import Payload
from ledger.actors import ROLES, names_of
from ledger.approvals import Signature
from ledger.audit.day import DayAudit
from ledger.audit.queries import show_day
from ledger.audit.signing import STANDING
from ledger.cash.tables import SHIFT_STATES, Shift
from ledger.closing.kinds import RESULT
from ledger.corrections.tables import STANDING as SLIPS_STANDING
from ledger.corrections.tables import CorrectionSlip
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.finance.tables import LiveBundleDay
from ledger.hall_days import HALL_STATUSES
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

NUMBER = "number:"
TO_BE_CARRIED_OUT = Text("已批,待执行", "approved, to be carried out")
AUDITOR, MANAGER, FINANCE = ROLES["auditor"], ROLES["hall_manager"], ROLES["finance"]
AFTER_SIGNING = ("submitted", "closed", "handed_over")


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing a step lacks, and whose turn it is; `kind` and `key` say which page shows it."""

    text: Text
    who: Text | None
    kind: str = "day"
    key: str = ""


@dataclass(frozen=True, slots=True)
class DayStep:
    """One step of the day's end; it is done when it lacks nothing."""

    name: str
    text: Text
    lacks: list[Lack] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it lacks nothing."""
        return not self.lacks


def see_day_end(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[DayStep]:
    """Give the steps to the hand-over, in order; raises NotPermitted and DayNotOpened."""
    require(uow, hall.id, "audit", "view")
    day = show_day(uow, hall, date)
    names = names_of(uow, hall.id)
    return [
        DayStep(
            "shifts", Text("班次与日结", "Shifts and declarations"), _shifts(uow, hall, date, names)
        ),
        DayStep(
            "papers",
            Text("当日单据签字", "Papers of the day signed"),
            _papers(uow, hall, date, names),
        ),
        DayStep("sources", Text("凭证到齐", "Evidence in"), _sources(day)),
        DayStep("findings", Text("差异处理", "Findings worked off"), _findings(day, names)),
        DayStep("slips", Text("差错更正单", "Correction slips"), _slips(uow, hall, date, names)),
        DayStep("signed", Text("稽核签字", "Signed by the auditor"), _signature(day)),
        DayStep("closed", Text("经理阅签", "Signed by the manager"), _closing(uow, hall, day)),
        DayStep(
            "handed_over", Text("移交财务", "Handed over to finance"), _hand_over(uow, hall, day)
        ),
    ]


def day_end_payload(
    hall: Hall, date: dt.date, steps: Sequence[DayStep], language: Language
) -> Payload:
    """Give the steps as JSON."""
    return {
        "hall": hall.code,
        "date": date.isoformat(),
        "steps": [
            {
                "step": step.name,
                "name": step.text.in_language(language),
                "done": step.is_done,
                "lacks": [
                    {
                        "text": one.text.in_language(language),
                        "who": one.who.in_language(language) if one.who else "",
                    }
                    for one in step.lacks
                ],
            }
            for step in steps
        ],
    }


def _named(number: str, names: dict[str, str]) -> Text:
    said = f"{names.get(number, '')} {number}".strip()
    return Text(said, said)


def _shifts(uow: UnitOfWork, hall: Hall, date: dt.date, names: dict[str, str]) -> list[Lack]:
    shifts = uow.session.scalars(
        select(Shift)
        .where(Shift.hall_id == hall.id, Shift.business_date == date, Shift.state != "closed")
        .order_by(Shift.clerk)
    )
    lacks = []
    for shift in shifts:
        state, who = SHIFT_STATES[shift.state], _named(shift.clerk, names)
        if shift.state == "witnessing":
            who = _named(shift.witness, names)
        lacks.append(
            Lack(
                Text(f"{shift.clerk} {state.zh}", f"{shift.clerk}: {state.en}"),
                who,
                "shift",
                shift.clerk,
            )
        )
    return lacks


def _papers(uow: UnitOfWork, hall: Hall, date: dt.date, names: dict[str, str]) -> list[Lack]:
    """Documents of the day that wait for a signature; its result has a step of its own."""
    waiting = uow.session.scalars(
        select(Document)
        .where(
            Document.hall_id == hall.id,
            Document.business_date == date,
            Document.state.in_(("submitted", "approved")),
            Document.kind != RESULT,
        )
        .order_by(Document.number)
    ).all()
    signed = {
        (document_id, role)
        for document_id, role in uow.session.execute(
            select(Signature.document_id, Signature.role).where(
                Signature.hall_id == hall.id,
                Signature.document_id.in_([one.id for one in waiting]),
                Signature.step == "approve",
            )
        )
    }
    lacks = []
    for document in waiting:
        kind = DOCUMENT_KINDS[document.kind].text
        missing = [
            _signer(role, names)
            for role in document.required_roles.split(",")
            if role and (document.id, role) not in signed
        ]
        who = Text("、".join(one.zh for one in missing), ", ".join(one.en for one in missing))
        lacks.append(
            Lack(
                Text(f"{kind.zh} {document.number}", f"{kind.en} {document.number}"),
                who if missing else TO_BE_CARRIED_OUT,
                "paper",
                document.number or "",
            )
        )
    return lacks


def _signer(role: str, names: dict[str, str]) -> Text:
    if role.startswith(NUMBER):
        return _named(role.removeprefix(NUMBER), names)
    return ROLES.get(role, Text(role, role))


def _sources(day: DayAudit) -> list[Lack]:
    return [
        Lack(source.name, None if source.due_at is None else _due(source.due_at))
        for source in day.sources
        if source.arrival in ("awaited", "missing")
    ]


def _due(at: dt.datetime) -> Text:
    said = f"{at:%m-%d %H:%M}"
    return Text(f"应于 {said} 前到", f"due {said}")


def _findings(day: DayAudit, names: dict[str, str]) -> list[Lack]:
    """Findings that block, by whose turn it is; others hold nothing up."""
    standing = [one for one in day.findings if one.severity == "block" and one.state in STANDING]
    by_clerk = Counter(one.clerk for one in standing if one.turn == "clerk")
    others = sum(one.turn != "clerk" for one in standing)
    lacks = [
        Lack(_many(count), _named(clerk, names), "findings", clerk)
        for clerk, count in sorted(by_clerk.items())
    ]
    return lacks + ([Lack(_many(others), AUDITOR, "findings")] if others else [])


def _many(count: int) -> Text:
    return Text(f"{count} 项阻断差异", f"{count} blocking finding{'s' if count > 1 else ''}")


def _slips(uow: UnitOfWork, hall: Hall, date: dt.date, names: dict[str, str]) -> list[Lack]:
    slips = uow.session.scalars(
        select(CorrectionSlip)
        .where(
            CorrectionSlip.hall_id == hall.id,
            CorrectionSlip.of_day == date,
            CorrectionSlip.state.in_(SLIPS_STANDING),
        )
        .order_by(CorrectionSlip.number)
    )
    return [
        Lack(
            Text(
                f"更正单 {slip.number},{slip.due_on} 到期", f"Slip {slip.number}, due {slip.due_on}"
            ),
            AUDITOR if slip.state == "answered" else _named(slip.clerk, names),
            "paper",
            slip.number,
        )
        for slip in slips
    ]


def _signature(day: DayAudit) -> list[Lack]:
    if day.hall_status in AFTER_SIGNING:
        return []
    if day.run_at is None:
        return [Lack(Text("尚未运行稽核", "The audit has not run"), AUDITOR)]
    return [Lack(Text("待签字", "To be signed"), AUDITOR, "sign")]


def _closing(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    if day.hall_status in ("closed", "handed_over"):
        return []
    if day.hall_status == "working":
        return [Lack(Text("稽核签字之后", "After the auditor has signed"), MANAGER)]
    return [Lack(Text("日稽核结果待阅签", "The daily result waits"), MANAGER, "result")]


def _hand_over(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    if day.hall_status == "handed_over":
        return []
    number = uow.session.scalar(
        select(Document.number)
        .join(
            LiveBundleDay,
            (LiveBundleDay.hall_id == Document.hall_id)
            & (LiveBundleDay.document_id == Document.id),
        )
        .where(LiveBundleDay.hall_id == hall.id, LiveBundleDay.business_date == day.date)
    )
    if number is not None:
        return [
            Lack(Text(f"移交单 {number} 待签", f"Bundle {number} waits"), FINANCE, "bundle", number)
        ]
    if day.hall_status == "closed":
        return [Lack(Text("待编制移交单", "No bundle is made yet"), MANAGER, "bundles")]
    status = HALL_STATUSES["closed"]
    return [Lack(Text(f"{status.zh}之后", f"After the day is {status.en.lower()}"), FINANCE)]
