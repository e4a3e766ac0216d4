"""A round of the labels: each one up is scanned, and held against what it must show today.

A label's barcode bears its position and its price, `POSITION@FEN`. What is wrong or was not scanned
is asked for anew when the round is finished (DOMAIN STK-09, 货签对位).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ledger.errors import Conflict, NotFound
from ledger.events import record
from ledger.organisations import Hall, lock_head, take_rows
from ledger.permissions import require
from ledger.text import Text
from ledger.work import UnitOfWork
from stock.label_tables import LabelRound, LabelScan, LabelTask
from stock.label_tasks import PriceStart, ask_for_labels, today_of
from stock.labels import PositionView, list_positions

LONGEST_CODE = 80
RIGHT, WRONG_PRICE, NO_PRICE = "right", "wrong_price", "no_price"
EMPTY, UNKNOWN, MISSING = "empty", "unknown", "missing"
VERDICTS: dict[str, Text] = {
    RIGHT: Text("相符", "Right"),
    WRONG_PRICE: Text("价格不符", "Wrong price"),
    NO_PRICE: Text("旧式签,无价码", "Old label, no price in it"),
    EMPTY: Text("该位没有物品", "Nothing stands there"),
    UNKNOWN: Text("没有这个价签位", "No such position"),
    MISSING: Text("缺签,未扫到", "Missing, not scanned"),
}


class UnknownRound(NotFound):
    """No round of labels of that number."""

    code = "unknown_label_round"
    text = Text("没有第 {round} 号价签巡检。", "There is no round of labels {round}.")


class RoundFinished(Conflict):
    """A finished round takes no more scans."""

    code = "label_round_finished"
    text = Text(
        "第 {round} 号价签巡检已结束,请另开一次。",
        "Round {round} of the labels is finished; begin another.",
    )


class RoundOpen(Conflict):
    """A round of the labels is under way."""

    code = "label_round_open"
    text = Text("第 {round} 号价签巡检还没结束。", "Round {round} of the labels is not finished.")


@dataclass(frozen=True, slots=True)
class LabelResult:
    """What the round says of a position: the price due, the one on the label, and the verdict."""

    position: str
    place: str
    items: tuple[str, ...]
    verdict: str
    due_fen: int | None
    found_fen: int | None


def position_of_code(code: str) -> tuple[str, int | None]:
    """Give the position and the price a scanned label names; an old one names no price."""
    position, sign, price = code.strip().rpartition("@")
    if sign and price.isascii() and price.isdecimal() and len(price) <= 12:
        return position, int(price)
    return code.strip(), None


def begin_round(uow: UnitOfWork, *, hall: Hall) -> LabelRound:
    """Begin a round of the hall's labels; raises NotPermitted and RoundOpen."""
    require(uow, hall.id, "labels", "confirm")
    lock_head(uow, hall.id)
    going = uow.session.scalar(
        select(LabelRound.id).where(LabelRound.hall_id == hall.id, LabelRound.finished_at.is_(None))
    )
    if going is not None:
        raise RoundOpen(round=going)
    last = uow.session.scalar(select(func.max(LabelRound.id)).where(LabelRound.hall_id == hall.id))
    made = LabelRound(
        hall_id=hall.id,
        id=(last or 0) + 1,
        begun_on=today_of(uow),
        begun_at=uow.now,
        begun_by=uow.actor.person_id,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def find_round(uow: UnitOfWork, hall: Hall, number: int) -> LabelRound:
    """Give a round; raises UnknownRound."""
    found = uow.session.get(LabelRound, (hall.id, number))
    if found is None:
        raise UnknownRound(round=number)
    return found


def list_rounds(uow: UnitOfWork, hall: Hall, *, most: int = 50) -> list[LabelRound]:
    """Give the hall's rounds, the latest first."""
    query = select(LabelRound).where(LabelRound.hall_id == hall.id)
    return list(uow.session.scalars(query.order_by(LabelRound.id.desc()).limit(most)))


def scan_labels(
    uow: UnitOfWork, *, hall: Hall, number: int, codes: Sequence[str]
) -> list[LabelScan]:
    """Take the codes of labels that are up, each with its verdict against today's price.

    Of a position scanned again the last scan counts. Raises NotPermitted and RoundFinished.
    """
    require(uow, hall.id, "labels", "confirm")
    going = find_round(uow, hall, number)
    if going.finished_at is not None:
        raise RoundFinished(round=number)
    read = [(code.strip()[:LONGEST_CODE], *position_of_code(code[:LONGEST_CODE])) for code in codes]
    views = {
        view.code: view
        for view in list_positions(uow, hall.id, codes={position for _, position, _ in read})
    }
    first = take_rows(uow, hall.id, len(read)) if read else 0
    scans = [
        LabelScan(
            hall_id=hall.id,
            round_id=number,
            scan_no=first + place,
            code=code,
            position=position if position in views else "",
            price_fen=price,
            verdict=_verdict(views.get(position), price),
            at=uow.now,
            person_id=uow.actor.person_id,
        )
        for place, (code, position, price) in enumerate(read)
    ]
    uow.session.add_all(scans)
    uow.session.flush()
    return scans


def last_scans(uow: UnitOfWork, hall: Hall, number: int, *, most: int) -> list[LabelScan]:
    """Give the last scans of a round, the latest first."""
    query = (
        select(LabelScan)
        .where(LabelScan.hall_id == hall.id, LabelScan.round_id == number)
        .order_by(LabelScan.scan_no.desc())
    )
    return list(uow.session.scalars(query.limit(most)))


def round_results(uow: UnitOfWork, hall: Hall, number: int) -> list[LabelResult]:
    """Give what the round says of every position, what is not right first."""
    rows = uow.session.scalars(
        select(LabelScan)
        .where(LabelScan.hall_id == hall.id, LabelScan.round_id == number)
        .order_by(LabelScan.scan_no)
    )
    last = {scan.position: scan for scan in rows if scan.position}
    results = []
    for view in list_positions(uow, hall.id):
        scan = last.get(view.code)
        if scan is None and not view.items:
            continue
        verdict = MISSING if scan is None else scan.verdict
        price = scan.price_fen if scan is not None else None
        codes = tuple(item.code for item in view.items)
        results.append(LabelResult(view.code, view.place, codes, verdict, view.price_fen, price))
    return sorted(results, key=lambda one: (one.verdict == RIGHT, one.position))


def finish_round(uow: UnitOfWork, *, hall: Hall, number: int) -> list[LabelResult]:
    """End a round: every label that is wrong or missing waits to be changed from now on.

    Raises NotPermitted, UnknownRound and RoundFinished.
    """
    require(uow, hall.id, "labels", "confirm")
    lock_head(uow, hall.id)
    going = find_round(uow, hall, number)
    if going.finished_at is not None:
        raise RoundFinished(round=number)
    results = round_results(uow, hall, number)
    bad = [one for one in results if one.verdict != RIGHT]
    today = today_of(uow)
    with record(
        uow,
        hall_id=hall.id,
        act="label.round_finished",
        subject=f"label_round:{number}",
        business_date=today,
        facts={
            "positions": len(results),
            "wrong": [f"{one.position} {one.verdict}" for one in bad],
        },
    ) as event:
        for one in bad:
            if one.items and one.due_fen is not None:
                _ask_anew(uow, hall.id, event.event_no, one, today)
        going.finished_at, going.wrong = uow.now, len(bad)
        going.positions = len(results)
    return results


def _ask_anew(
    uow: UnitOfWork, hall_id: int, event_no: int, one: LabelResult, today: dt.date
) -> None:
    task = uow.session.get(LabelTask, (hall_id, one.position, today))
    if task is not None and task.confirmed_at is not None:
        # Confirmed, and yet not up: it waits again.
        task.confirmed_at = task.confirmed_by = task.confirm_event = None
        task.event_no, task.due_at = event_no, uow.now
    starts = [PriceStart(one.items[0], today, one.due_fen or 0)]
    ask_for_labels(uow, hall_id, event_no, starts, only=one.position)


def _verdict(view: PositionView | None, price_fen: int | None) -> str:
    if view is None:
        return UNKNOWN
    if not view.items:
        return EMPTY
    if price_fen is None:
        return NO_PRICE
    return RIGHT if price_fen == view.price_fen else WRONG_PRICE
