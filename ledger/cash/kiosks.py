"""Kiosks (自助机): cleared by two persons, counted by notes, over and short a case of the kiosk.

What a kiosk should hold is what account lines under its number say was paid in cash since it was
last cleared. It is worked out once the lines of all those days have arrived, and never told before
the count is signed by both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select, text

from ledger.accounts import open_account, yuan
from ledger.actors import Employment
from ledger.cash.cases import add_to_case
from ledger.cash.denominations import sum_of, write_denominations
from ledger.cash.drawers import TELLER
from ledger.cash.errors import CashUnreadable, NotAKiosk, ReceiverRefused
from ledger.cash.kinds import CLEARING, DAILY_TAKINGS, TAKINGS
from ledger.cash.places import drawer_of, person_of, takings_line
from ledger.cash.tables import KioskClearing
from ledger.dating import posting_day, take_day
from ledger.documents import Document, Line, draft_document
from ledger.events import record
from ledger.evidence.expected import CURRENT
from ledger.hall_days import lock_open_day
from ledger.lifecycle import advance
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.schema import EPOCH
from ledger.text import Text
from ledger.work import UnitOfWork

SELF_SERVICE = "self_service"
LOOKED_ON = dt.timedelta(days=31)
CLEARED = "clearing"

# A transaction paid in several ways has rows of `tenders`; then its lines' own are not read.
_TAKEN = f"""
SELECT k.hall_id, k.document_id, a.received AS fen
  FROM kiosk_clearings k
  JOIN evidence_accounts a ON a.hall_id = k.hall_id AND a.business_date >= k.from_day
       AND a.business_date <= k.business_date AND a.clerk = k.kiosk
 WHERE k.hall_id IN :halls AND k.business_date >= :first AND k.business_date <= :last
   AND a.tender = 'cash' AND a.line_kind <> 'correction'
   AND a.accepted_at > k.from_at AND a.accepted_at <= k.cleared_at AND {CURRENT.format("a")}
   AND NOT EXISTS (SELECT 1 FROM evidence_tenders x WHERE x.hall_id = a.hall_id
                      AND x.txn_no = a.txn_no AND {CURRENT.format("x")})
 UNION ALL
SELECT t.hall_id, t.document_id, e.amount
  FROM (SELECT DISTINCT k.hall_id, k.document_id, a.txn_no
          FROM kiosk_clearings k
          JOIN evidence_accounts a ON a.hall_id = k.hall_id AND a.business_date >= k.from_day
               AND a.business_date <= k.business_date AND a.clerk = k.kiosk
         WHERE k.hall_id IN :halls AND k.business_date >= :first AND k.business_date <= :last
           AND a.line_kind <> 'correction' AND a.accepted_at > k.from_at
           AND a.accepted_at <= k.cleared_at AND {CURRENT.format("a")}) t
  JOIN evidence_tenders e ON e.hall_id = t.hall_id AND e.txn_no = t.txn_no
       AND e.tender = 'cash' AND {CURRENT.format("e")}
"""
_EXPECTED = text(
    f"""
SELECT k.hall_id, k.document_id, CAST(COALESCE(SUM(p.fen), 0) AS BIGINT) AS fen
  FROM kiosk_clearings k
  JOIN documents d ON d.hall_id = k.hall_id AND d.id = k.document_id AND d.state = 'posted'
  LEFT JOIN ({_TAKEN}) p ON p.hall_id = k.hall_id AND p.document_id = k.document_id
 WHERE k.hall_id IN :halls AND k.business_date >= :first AND k.business_date <= :last
   AND NOT EXISTS (
       SELECT 1 FROM hall_days h
        WHERE h.hall_id = k.hall_id AND h.business_date >= k.from_day
          AND h.business_date <= k.business_date
          AND NOT EXISTS (SELECT 1 FROM intake_sources i
                           WHERE i.hall_id = h.hall_id AND i.business_date = h.business_date
                             AND i.source = 'accounts' AND {CURRENT.format("i")})
          AND NOT EXISTS (SELECT 1 FROM nil_declarations n
                           WHERE n.hall_id = h.hall_id AND n.business_date = h.business_date
                             AND n.source = 'accounts'))
 GROUP BY k.hall_id, k.document_id
"""
).bindparams(bindparam("halls", expanding=True))


def kiosks_of(uow: UnitOfWork, hall: Hall) -> list[str]:
    """Give the numbers of the hall's kiosks, in order."""
    query = select(Employment.number).where(
        Employment.hall_id == hall.id, Employment.kind == SELF_SERVICE
    )
    return sorted(uow.session.scalars(query))


def clear_kiosk(
    uow: UnitOfWork, *, hall: Hall, kiosk: str, notes: Mapping[int, int], second: str
) -> Document:
    """State what was in a kiosk; it is in the safe when the second person has signed the count.

    `notes` is fen -> pieces. Raises NotAKiosk, and ReceiverRefused where the second is the first.
    """
    require(uow, hall.id, "kiosk", "submit")
    day = take_day(uow, hall, None)
    if not kiosk.strip():
        raise CashUnreadable(field=Text("自助机", "Kiosk"), problem=Text("必选", "required"))
    if kiosk not in kiosks_of(uow, hall):
        raise NotAKiosk(kiosk=kiosk)
    other = uow.session.get(Employment, (hall.id, second))
    same = person_of(uow, hall, second) == uow.actor.person_id
    if other is None or same or other.kind != "person":
        raise ReceiverRefused(receiver=second)
    counted = sum_of(notes)
    document = draft_document(
        uow, hall_id=hall.id, kind=CLEARING, business_date=day, amount_fen=counted
    )
    last = _last_clearing(uow, hall, kiosk)
    uow.session.add(
        KioskClearing(
            hall_id=hall.id,
            document_id=document.id,
            business_date=day,
            kiosk=kiosk,
            counted_fen=counted,
            from_at=EPOCH if last is None else last.cleared_at,
            from_day=hall.books_open_on if last is None else last.business_date,
            cleared_at=uow.now,
            expected_fen=None,
            told_fen=0,
        )
    )
    uow.session.flush()
    drawer, money = drawer_of(uow, hall.id, kiosk), yuan(uow)
    lines = [
        Line(money, drawer, open_account(uow, hall.id, "takings"), counted),
        Line(money, open_account(uow, hall.id, "safe", TAKINGS), drawer, counted),
    ]
    facts = {
        "clerk": kiosk,
        "receiver": second,
        "notes": write_denominations(notes) or "0",
        "covers": day.isoformat(),
    }
    return advance(
        uow,
        document,
        "submit",
        lines=lines if counted else [],
        facts=facts,
        confirm_by=(second,),
    )


def clearing_of(uow: UnitOfWork, document: Document) -> KioskClearing | None:
    """Give what is kept of a clearing beside its document."""
    return uow.session.get(KioskClearing, (document.hall_id, document.id))


def clearings_since(
    uow: UnitOfWork, hall: Hall, since: dt.date
) -> list[tuple[KioskClearing, Document]]:
    """Give the clearings since a day with their documents, the latest first."""
    rows = uow.session.execute(
        select(KioskClearing, Document)
        .join(
            Document,
            (Document.hall_id == KioskClearing.hall_id)
            & (Document.id == KioskClearing.document_id),
        )
        .where(KioskClearing.hall_id == hall.id, KioskClearing.business_date >= since)
        .order_by(KioskClearing.document_id.desc())
    )
    return [(clearing, document) for clearing, document in rows]


def bring_up_kiosks(uow: UnitOfWork, *, halls: Sequence[Hall], date: dt.date) -> int:
    """Compare clearings of a date and after with what arrived; gives how many changed.

    Those after it too: a day's lines that come late belong to a clearing of a later day.
    """
    by_id = {hall.id: hall for hall in halls}
    asked = {"halls": sorted(by_id), "first": date.isoformat()}
    rows = uow.session.execute(_EXPECTED, {**asked, "last": (date + LOOKED_ON).isoformat()})
    changed = 0
    for row in rows.all():
        clearing = uow.session.get_one(KioskClearing, (row.hall_id, row.document_id))
        if clearing.expected_fen != row.fen:
            _tell(uow, by_id[row.hall_id], clearing, row.fen)
            changed += 1
    return changed


def follow_clearing(uow: UnitOfWork, hall: Hall, document: Document) -> None:
    """Let the case follow a clearing that was signed, or that was posted and is reversed."""
    clearing = clearing_of(uow, document)
    if clearing is None:
        return
    if document.state == "posted":
        bring_up_kiosks(uow, halls=[hall], date=clearing.business_date)
    elif document.state == "reversed" and clearing.expected_fen is not None:
        _tell(uow, hall, clearing, clearing.counted_fen)
        clearing.expected_fen = None


def _tell(uow: UnitOfWork, hall: Hall, clearing: KioskClearing, expected: int) -> None:
    """Let case and over/short of the kiosk say what is found now."""
    gap = clearing.counted_fen - expected
    change = gap - clearing.told_fen
    clearing.expected_fen, clearing.told_fen = expected, gap
    document = uow.session.get_one(Document, (clearing.hall_id, clearing.document_id))
    with record(
        uow,
        hall_id=hall.id,
        act="kiosk.compared",
        subject=f"document:{document.number}",
        business_date=clearing.business_date,
        facts={"counted": clearing.counted_fen, "expected": expected},
    ):
        pass
    if not change:
        return
    teller = replace(uow, actor=TELLER)
    day = posting_day(teller, document)
    lock_open_day(teller, hall.id, day)
    entry = draft_document(
        teller, hall_id=hall.id, kind=DAILY_TAKINGS, business_date=day, amount_fen=abs(change)
    )
    facts = {"clerk": clearing.kiosk, CLEARED: document.number or ""}
    line = takings_line(teller, hall.id, clearing.kiosk, change)
    advance(teller, entry, "submit", lines=[line], facts=facts)
    add_to_case(
        uow,
        hall=hall,
        date=clearing.business_date,
        clerk=clearing.kiosk,
        fen=change,
        cause="unknown",
        note=document.number or "",
    )


def _last_clearing(uow: UnitOfWork, hall: Hall, kiosk: str) -> KioskClearing | None:
    """Give the latest clearing that stands: posted, or with the second still to sign."""
    return uow.session.scalars(
        select(KioskClearing)
        .join(
            Document,
            (Document.hall_id == KioskClearing.hall_id)
            & (Document.id == KioskClearing.document_id),
        )
        .where(
            KioskClearing.hall_id == hall.id,
            KioskClearing.kiosk == kiosk,
            Document.state.in_(("submitted", "posted")),
        )
        .order_by(KioskClearing.cleared_at.desc())
    ).first()
