"""What keeps a day from each signature to its end: the gates of signing, closing, bundle, month."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from backoffice.day_end_lacks import AUDITOR, FINANCE, LEADER, MANAGER, Lack
from backoffice.month_gates import MONTH_GATES
from ledger.actors import names_of
from ledger.audit.day import DayAudit
from ledger.audit.signing import evidence_is_newer
from ledger.closing.month_locks import month_is_locked
from ledger.closing.order import RETURNED, earlier_open
from ledger.closing.results import live_results
from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.finance.days import changed_day
from ledger.finance.errors import DayChanged
from ledger.finance.statements import gather_statements
from ledger.finance.tables import LiveBundleDay
from ledger.finance.writing import PRODUCT
from ledger.hall_days import HALL_STATUSES, OPEN_FOR_POSTING
from ledger.months.gates import standing_of
from ledger.months.kinds import SIGNERS
from ledger.months.packs import signers_missing, waiting_pack
from ledger.organisations import Hall
from ledger.text import PAPER_LANGUAGE, Text
from ledger.times import month_of
from ledger.work import UnitOfWork
from stock.waiting import awaited_of, signer_name

AFTER_SIGNING = ("submitted", "closed", "handed_over")


def lacks_to_sign(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    """Give what keeps the auditor from signing beside evidence and findings, then his signature."""
    if day.hall_status in AFTER_SIGNING:
        return []
    earlier = _earlier(uow, hall, day, before=OPEN_FOR_POSTING)
    if day.run_at is None:
        return [*earlier, Lack(Text("尚未运行稽核", "The audit has not run"), AUDITOR)]
    if evidence_is_newer(uow, hall.id, day.date):
        said = Text(
            "上次稽核后又有数据,须重新运行", "Data came in after the audit; it has to run again"
        )
        return [*earlier, Lack(said, AUDITOR)]
    return [*earlier, Lack(Text("待签字", "To be signed"), AUDITOR, "sign")]


def lacks_to_close(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    """Give what keeps the manager from closing the day, then his signature."""
    if day.hall_status in ("closed", "handed_over"):
        return []
    if day.hall_status == "working":
        return [Lack(Text("稽核签字之后", "After the auditor has signed"), MANAGER)]
    if (hall.id, day.date) not in live_results(uow, [(hall.id, day.date)]):
        said = Text(
            "没有日稽核结果,须重开后重新签字", "No daily result: reopen the day and sign it again"
        )
        return [Lack(said, AUDITOR)]
    return [
        *_earlier(uow, hall, day, before=("working", "submitted")),
        Lack(Text("日稽核结果待阅签", "The daily result waits"), MANAGER, "result"),
    ]


def lacks_to_hand_over(uow: UnitOfWork, hall: Hall, day: DayAudit) -> list[Lack]:
    """Give what keeps finance from taking the day over: its bundle, and what that lacks."""
    if day.hall_status == "handed_over":
        return []
    bundle = uow.session.scalar(
        select(Document)
        .join(
            LiveBundleDay,
            (LiveBundleDay.hall_id == Document.hall_id)
            & (LiveBundleDay.document_id == Document.id),
        )
        .where(LiveBundleDay.hall_id == hall.id, LiveBundleDay.business_date == day.date)
    )
    if bundle is not None:
        return _bundle(uow, hall, day, bundle)
    if day.hall_status != "closed":
        status = HALL_STATUSES["closed"]
        said = Text(f"{status.zh}之后", f"After the day is {status.en.lower()}")
        return [Lack(said, FINANCE)]
    refused = gather_statements(
        uow, [(hall, [day.date])], product=PRODUCT, language=PAPER_LANGUAGE
    ).refused.get(hall.id)
    if refused is not None:
        return [Lack(_sentence(refused), FINANCE, "mapping")]
    return [Lack(Text("待编制移交单", "No bundle is made yet"), LEADER, "bundles")]


def lacks_of_month(uow: UnitOfWork, hall: Hall, date: dt.date) -> list[Lack]:
    """Give what the month of a day waits for, one line for each gate; nothing while it lasts."""
    first, last = month_of(date)
    if last >= uow.today or month_is_locked(uow, hall.id, date):
        return []
    pack = waiting_pack(uow, hall, first)
    if pack is not None:
        roles = [SIGNERS[role] for role in signers_missing(uow, pack)]
        who = Text("、".join(one.zh for one in roles), ", ".join(one.en for one in roles))
        said = Text(f"月结单 {pack.number} 待签字", f"Month pack {pack.number} to be signed")
        return [Lack(said, who, "month")]
    lacks = []
    for gate, blockers in standing_of(uow, hall, first, MONTH_GATES):
        if blockers:
            number, said = len(blockers), blockers[0].text
            told = Text(
                f"{gate.text.zh}:{said.zh}(共 {number} 项)",
                f"{gate.text.en}: {said.en} ({number} in all)",
            )
            lacks.append(Lack(told, None, "month"))
    return lacks or [Lack(Text("月结单待编制", "No month pack is made yet"), AUDITOR, "month")]


def _bundle(uow: UnitOfWork, hall: Hall, day: DayAudit, bundle: Document) -> list[Lack]:
    number = bundle.number or ""
    changed = changed_day(uow, bundle)
    if changed is not None:
        refusal = DayChanged(number=number, date=changed)
        return [Lack(_sentence(refusal), FINANCE, "bundle", number)]
    names = names_of(uow, hall.id)
    signers = [signer_name(signer, names) for signer in awaited_of(uow, hall, bundle).signers]
    who = Text("、".join(one.zh for one in signers), ", ".join(one.en for one in signers))
    return [
        *_earlier(uow, hall, day, before=("working", "submitted", "closed"), passing=RETURNED),
        Lack(Text(f"移交单 {number} 待签", f"Bundle {number} waits"), who, "bundle", number),
    ]


def _earlier(
    uow: UnitOfWork, hall: Hall, day: DayAudit, *, before: tuple[str, ...], passing: str = ""
) -> list[Lack]:
    """Name the earlier day that has to go first, if there is one."""
    first = earlier_open(uow, [(hall, day.date)], before=before, passing=passing).get(hall.id)
    if first is None:
        return []
    said = Text(f"须先办完 {first}", f"{first} goes first")
    return [Lack(said, None, "end", first.isoformat())]


def _sentence(refused: BackofficeError) -> Text:
    return Text(refused.message("zh"), refused.message("en"))
