"""Faults for C04, C07, C08 and C09."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.generator.faults.site import Planted, Site, add_fen, fault
from tests.generator.world import Row, clock, fen_of, yuan


def _move(site: Site, source: str, target: str, *, document_no: str = "") -> str:
    """Write a move of 1.00 down after the day was closed; gives its number."""
    no = f"XJ{site.day.date.replace('-', '')}8{site.hall.count('move'):03d}"
    row = {
        "move_no": no,
        "at": clock(site.day.at("17:30:00")),
        "from": source,
        "to": target,
        "amount": "1.00",
        "reason": "其他",
        "document_no": document_no,
    }
    site.day.rows["cash_moves"].append(row)
    return no


def _one_end(site: Site, *, source: str, target: str) -> Iterator[Planted]:
    no = _move(site, source.format(site.number), target.format(site.number))
    yield site.finds(f"move:{no}")


for _name, _source, _target in (
    ("nobody gave it", "", "{}"),
    ("nobody got it", "safe", ""),
    ("neither end", "", ""),
    ("out of the drawer to nowhere", "{}", ""),
):
    fault("C04", _name, stage="papers")(partial(_one_end, source=_source, target=_target))


@fault("C04", "between safe and bank", stage="papers")
def between_safe_and_bank(site: Site) -> Iterator[Planted]:
    """A move that names both ends is whole."""
    yield site.silent(f"move:{_move(site, 'safe', 'bank')}")


def _paid_out(site: Site, *, target: str, allowed: bool) -> Iterator[Planted]:
    no = _move(site, site.numbers[-1], target.format(site.number))
    yield (site.silent if allowed else site.finds)(f"move:{no}")


for _name, _target, _allowed in (
    ("into petty cash", "petty", False),
    ("to a colleague", "M01", False),
    ("to nobody", "", False),
    ("into the safe", "safe", True),
    ("to the bank", "bank", True),
):
    fault("C08", _name, stage="papers")(partial(_paid_out, target=_target, allowed=_allowed))


@fault("C08", "out of petty cash", stage="papers")
def out_of_petty_cash(site: Site) -> Iterator[Planted]:
    """What petty cash pays is no takings."""
    yield site.silent(f"move:{_move(site, 'petty', 'M01')}")


def _claim(site: Site, **cells: str) -> str:
    no = f"TF{site.day.date.replace('-', '')}8{site.hall.count('claim'):03d}"
    at = clock(site.day.at("16:00:00"))
    row = {"document_no": no, "kind": "refund", "subscriber": "", "amount": "1.00"}
    row |= {"reason": "多收", "requester": site.number, "requested_at": at}
    site.day.rows["refunds"].append(row | cells)
    return no


@fault("C08", "on an approved refund", stage="papers")
def on_an_approved_refund(site: Site) -> Iterator[Planted]:
    """A refund that was approved may be paid out of the drawer."""
    approved = _claim(site, approver="M01", approved_at=clock(site.day.at("16:30:00")))
    no = _move(site, site.number, "petty", document_no=approved)
    yield site.silent(f"move:{no}")


@fault("C08", "on a refund nobody approved", stage="papers")
def on_a_refund_nobody_approved(site: Site) -> Iterator[Planted]:
    """Asking is not enough."""
    no = _move(site, site.number, "petty", document_no=_claim(site))
    yield site.finds(f"move:{no}")


@fault("C08", "on a document nobody knows", stage="papers")
def on_a_document_nobody_knows(site: Site) -> Iterator[Planted]:
    """A number written down is no approval."""
    no = _move(site, site.number, "petty", document_no="TF-UNKNOWN")
    yield site.finds(f"move:{no}")


def _bank_slips(site: Site) -> list[Row]:
    return [row for row in site.day.rows["deposits"] if row["step"] == "bank"]


def _handed(site: Site) -> int:
    slips = site.day.rows["deposits"]
    return sum(fen_of(row["amount"]) for row in slips if row["step"] == "handin")


def _keep_back(site: Site, fen: int) -> None:
    """Leave so much of what was handed in in the hall, the rest being at the bank."""
    first, *more = _bank_slips(site)
    for row in more:
        site.day.rows["deposits"].remove(row)
    first["amount"] = yuan(_handed(site) - fen)


def _tail(site: Site, *, over: int) -> Iterator[Planted]:
    if not _bank_slips(site):
        return
    limit = min(123_45, _handed(site) // 2)
    site.hall.limits |= dict.fromkeys(
        ("tail_limit_10k", "tail_limit_50k", "tail_limit_100k", "tail_limit_above"), limit
    )
    _keep_back(site, limit + over)
    subject = f"tail:{site.hall.code}"
    yield site.finds(subject, over) if over > 0 else site.silent(subject)


for _name, _over in (
    ("a fen over", 1),
    ("just the limit", 0),
    ("a fen under", -1),
    ("ten fen over", 10),
):
    fault("C07", _name, stage="papers")(partial(_tail, over=_over))


@fault("C07", "deposited a day late", stage="papers", days_after=1)
def deposited_a_day_late(site: Site) -> Iterator[Planted]:
    """What the bank gets tomorrow is in the hall tonight, and agrees in the end."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    for row in _bank_slips(site):
        site.day.rows["deposits"].remove(row)
        tomorrow.rows["deposits"].append(row | {"deposited_on": tomorrow.date})
    handed = _handed(site)
    if handed > 1_000_000:
        yield site.finds(f"tail:{site.hall.code}", check="C07")
    yield site.silent(f"deposit:{site.day.date}", check="C09")


def _deposit_off(site: Site, *, fen: int) -> Iterator[Planted]:
    rows = _bank_slips(site)
    if rows:
        add_fen(rows[-1], "amount", fen)
        yield site.finds(f"deposit:{site.day.date}", fen)


for _fen in (1, -1, -10000, 10000):
    fault("C09", f"bank slip off by {yuan(_fen)}", stage="papers")(partial(_deposit_off, fen=_fen))


@fault("C09", "no bank slip", stage="papers")
def no_bank_slip(site: Site) -> Iterator[Planted]:
    """Nothing of the day reached the bank."""
    for row in _bank_slips(site):
        site.day.rows["deposits"].remove(row)
    if handed := _handed(site):
        yield site.finds(f"deposit:{site.day.date}", -handed)


@fault("C09", "two slips for one day", stage="papers")
def two_slips_for_one_day(site: Site) -> Iterator[Planted]:
    """The day's money may go to the bank in several parts."""
    rows = _bank_slips(site)
    if rows:
        part = rows[0] | {"slip_no": rows[0]["slip_no"] + "B", "amount": "0.01"}
        add_fen(rows[0], "amount", -1)
        site.day.rows["deposits"].append(part)
        yield site.silent(f"deposit:{site.day.date}")
