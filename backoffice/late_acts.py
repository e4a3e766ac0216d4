"""Late data at every door: what waits, and the three ways it is settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backoffice.errors import Payload
from ledger.closing.late import LatePart, accept_late, dismiss_late, release_late
from ledger.errors import Invalid
from ledger.evidence.late_tables import WAYS
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.work import UnitOfWork

ACTS: dict[str, Text] = {
    "release": Text("释放到已重开的所属日", "Release to its reopened day"),
    "accept": Text("作为更正记入开放日", "Accept as a correction on an open day"),
    "dismiss": Text("搁置,不计入任何一天", "Set aside, to count on no day"),
}


class UnknownLateAct(Invalid):
    """Late rows are settled in one of three ways."""

    code = "unknown_late_act"
    text = Text("没有“{act}”这种处理。可用:{known}。", "There is no act {act}. Known: {known}.")


@dataclass(frozen=True, slots=True)
class LateAct:
    """How a batch's late rows of a day are to be settled; `on` is the open day they count on."""

    act: str
    intake_no: int
    date: dt.date
    on: dt.date | None = None
    reason: str = ""


def settle_late(uow: UnitOfWork, hall: Hall, asked: LateAct) -> int:
    """Settle late rows; gives the batch that took them in, 0 for none. Raises what each way does.

    Rows are accepted on today's day where no other is named.
    """
    if asked.act == "release":
        return release_late(uow, hall, asked.intake_no, asked.date)
    if asked.act == "accept":
        on = asked.on or uow.today
        return accept_late(uow, hall, asked.intake_no, asked.date, on=on, reason=asked.reason)
    if asked.act != "dismiss":
        raise UnknownLateAct(act=asked.act, known=" ".join(ACTS))
    dismiss_late(uow, hall, asked.intake_no, asked.date, reason=asked.reason)
    return 0


def late_payload(part: LatePart, language: Language) -> Payload:
    """Give the late rows of one batch and day as JSON."""
    done = part.settlement
    return {
        "batch": part.intake_no,
        "kind": part.kind,
        "file": part.file_name,
        "date": part.business_date.isoformat(),
        "reported_on": part.reported_on.isoformat(),
        "rows": part.rows,
        "settled": done.way if done else None,
        "settled_name": WAYS[done.way].in_language(language) if done else None,
        "counts_on": done.on_date.isoformat() if done and done.on_date else None,
        "new_batch": done.new_no if done and done.new_no else None,
        "reason": done.reason if done else "",
    }
