"""The end of a day on one screen: each step, what it still lacks, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from backoffice.answers import Payload
from backoffice.day_end_gates import lacks_to_close, lacks_to_hand_over, lacks_to_sign
from backoffice.day_end_lacks import AUDITOR, LEADER, DayStep, Lack
from ledger.actors import ROLES, names_of
from ledger.approvals import Signature
from ledger.audit.day import DayAudit, Source, is_wholly_awaited
from ledger.audit.queries import show_day
from ledger.audit.signing import STANDING
from ledger.cash.countersigning import uncountersigned
from ledger.cash.tables import SHIFT_STATES, Shift
from ledger.closing.kinds import RESULT
from ledger.closing.late import late_parts
from ledger.corrections.tables import STANDING as SLIPS_STANDING
from ledger.corrections.tables import CorrectionSlip
from ledger.documents import DOCUMENT_KINDS, Document
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.text import Language, Text
from ledger.work import UnitOfWork

NUMBER = "number:"
BRINGERS = Text("稽核、值班经理或经理", "Auditor, duty or hall manager")
TO_BE_CARRIED_OUT = Text("已批,待执行", "approved, to be carried out")


def see_day_end(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[DayStep]:
    """Give the steps to the hand-over, in order; raises NotPermitted."""
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
        DayStep("sources", Text("凭证到齐", "Evidence in"), _sources(uow, hall, day)),
        DayStep("findings", Text("差异处理", "Findings worked off"), _findings(day, names)),
        DayStep("slips", Text("差错更正单", "Correction slips"), _slips(uow, hall, date, names)),
        DayStep("signed", Text("稽核签字", "Signed by the auditor"), lacks_to_sign(uow, hall, day)),
        DayStep(
            "closed", Text("经理阅签", "Signed by the manager"), lacks_to_close(uow, hall, day)
        ),
        DayStep(
            "handed_over",
            Text("移交财务", "Handed over to finance"),
            lacks_to_hand_over(uow, hall, day),
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
    for one in uncountersigned(uow, hall):
        if one.document.business_date == date:
            said = Text(
                f"交接班 {one.document.number} 待补签监交",
                f"Hand-over {one.document.number} to be countersigned",
            )
            lacks.append(Lack(said, LEADER, "countersign", one.document.number or ""))
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


def _sources(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    """Sources that are not in, and rows that came in after the day was signed."""
    missing = [
        Lack(_awaited(source), BRINGERS)
        for source in day.sources
        if source.arrival in ("awaited", "missing")
    ]
    if is_wholly_awaited(day):
        said = Text("尚未上报;无人营业则申报无营业", "Nothing reported; nil if nobody traded")
        missing.append(Lack(said, LEADER, "nil"))
    late = [
        Lack(
            Text(
                f"{part.rows} 行迟到数据(批次 {part.intake_no})待处理",
                f"{part.rows} late rows of batch {part.intake_no} to be settled",
            ),
            AUDITOR,
            "batch",
            str(part.intake_no),
        )
        for part in late_parts(uow, hall, standing=True)
        if part.business_date == day.date
    ]
    return missing + late


def _awaited(source: Source) -> Text:
    if source.due_at is None:
        return source.name
    due = f"{source.due_at:%m-%d %H:%M}"
    return Text(f"{source.name.zh},应于 {due} 前到", f"{source.name.en}, due {due}")


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
