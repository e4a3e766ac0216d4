"""Faults for T01 to T05, at the level the hall matches each tender."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tests.generator.desk import Sale
from tests.generator.faults.site import Planted, Site, add_fen, fault
from tests.generator.scenes_undone import approve, undo
from tests.generator.world import Row, clock, fen_of, shift_date, yuan


def _by_line(site: Site) -> list[str]:
    return sorted(
        tender
        for tender, (kind, level) in site.hall.tenders.items()
        if kind == "settled" and level == "line"
    )


def _paid(site: Site, fen: int, tender: str = "wechat", **cells: Any) -> tuple[Sale, str]:
    """Enter a sale without invoice in a tender matched by line; give it and its subject."""
    sale = site.waived_sale(fen, tender=tender, **cells)
    return sale, f"ref:{tender}/{sale.lines[0]['tender_ref']}"


@fault("T01", "never settled")
def never_settled(site: Site) -> Iterator[Planted]:
    """A payment the vendor knows nothing of."""
    _, subject = _paid(site, 8800, _settle="never")
    yield site.finds(subject, -8800)


@fault("T01", "one fen never settled")
def one_fen_never_settled(site: Site) -> Iterator[Planted]:
    """The smallest payment counts."""
    _, subject = _paid(site, 1, _settle="never")
    yield site.finds(subject, -1)


@fault("T01", "nothing paid")
def nothing_paid(site: Site) -> Iterator[Planted]:
    """A payment of 0.00 is not settled by anybody."""
    _, subject = _paid(site, 0, _settle="never")
    yield site.silent(subject)


@fault("T01", "without reference")
def without_reference(site: Site) -> Iterator[Planted]:
    """A payment without reference is named by its transaction."""
    sale, _ = _paid(site, 4200, _settle="never")
    sale.lines[0]["tender_ref"] = ""
    yield site.finds(f"txn:{sale.no}/wechat", -4200)


@fault("T01", "two payments with one reference")
def two_with_one_reference(site: Site) -> Iterator[Planted]:
    """Payments with one reference are one sum."""
    first, subject = _paid(site, 4200, _settle="never")
    _paid(site, 100, _settle="never", tender_ref=first.lines[0]["tender_ref"])
    yield site.finds(subject, -4300)


@fault("T01", "in the tenders file")
def in_the_tenders_file(site: Site) -> Iterator[Planted]:
    """One part of a split payment is not settled."""
    sale = site.waived_sale(10000)
    site.desk.split(sale, {"cash": 6000, "wechat": 4000})
    row = site.day.rows["tenders"][-1]
    row["_settle"] = "never"
    yield site.finds(f"ref:wechat/{row['tender_ref']}", -4000)


@fault("T01", "a refund never paid back")
def refund_never_paid_back(site: Site) -> Iterator[Planted]:
    """Long after its due a refund on its way is a payment not settled."""
    sale, _ = _paid(site, 6600)
    back = undo(site.desk, sale, "refund")
    back.lines[0] |= {"_settle": "never", "tender_ref": f"50X{site.hall.count('back'):09d}"}
    approve(site.desk, back, "refund", fen=6600, original=sale.no)
    yield site.finds(f"ref:wechat/{back.lines[0]['tender_ref']}", 6600)


def _settled_days_later(site: Site, *, days: int) -> Iterator[Planted]:
    sale, subject = _paid(site, 7300)
    settled_at = sale.at + timedelta(days=days)
    sale.lines[0]["_settled_at"] = clock(settled_at)
    seen_by_payment = -7 <= days <= 3
    seen_by_settlement = -3 <= days <= 7
    yield (
        site.finds(subject, check="T05")
        if seen_by_payment
        else site.finds(subject, -7300, check="T01")
    )
    later = shift_date(site.day.date, days)
    if seen_by_settlement:
        yield site.silent(subject, check="T02", date=later)
    else:
        yield site.finds(subject, 7300, check="T02", date=later)


for _days, _check in ((1, "T05"), (3, "T05"), (4, "T01"), (7, "T01"), (8, "T02")):
    fault(_check, f"settled {_days} days later", days_after=_days)(
        partial(_settled_days_later, days=_days)
    )
for _days, _check in ((-1, "T05"), (-3, "T05"), (-4, "T02"), (-7, "T02"), (-8, "T01")):
    fault(_check, f"settled {-_days} days earlier", days_before=-_days)(
        partial(_settled_days_later, days=_days)
    )


def _extra(site: Site, tender: str, fen: int, **cells: Any) -> Row:
    """Let a vendor settle what nobody booked."""
    at = site.desk.tick()
    row = {
        "tender": tender,
        "tender_ref": f"9{site.hall.count('stray'):011d}",
        "settled_at": clock(at),
        "amount": yuan(fen),
        **cells,
    }
    site.day.rows["settlements"].append(row)
    return row


@fault("T02", "never booked", stage="papers")
def never_booked(site: Site) -> Iterator[Planted]:
    """A customer paid and nobody wrote it down."""
    tender = site.rng.choice(_by_line(site))
    row = _extra(site, tender, 5900)
    yield site.finds(f"ref:{tender}/{row['tender_ref']}", 5900)


@fault("T02", "one fen never booked, with an unknown order", stage="papers")
def one_fen_never_booked(site: Site) -> Iterator[Planted]:
    """An order number that no payment carries does not help."""
    row = _extra(site, "wechat", 1, order_no="ORDER-UNKNOWN")
    yield site.finds(f"ref:wechat/{row['tender_ref']}", 1)


@fault("T02", "a refund never booked", stage="papers")
def refund_never_booked(site: Site) -> Iterator[Planted]:
    """The vendor paid back what nobody in the hall knows of."""
    row = _extra(site, "wechat", -5900, refund_ref=f"50Y{site.hall.count('stray'):09d}")
    yield site.finds(f"ref:wechat/{row['tender_ref']}", -5900)


@fault("T02", "nothing settled for nobody", stage="papers")
def nothing_settled(site: Site) -> Iterator[Planted]:
    """A settlement of 0.00 that nobody booked is one too."""
    row = _extra(site, "wechat", 0)
    yield site.finds(f"ref:wechat/{row['tender_ref']}", 0)


@fault("T02", "at the last second", stage="papers")
def at_the_last_second(site: Site) -> Iterator[Planted]:
    """Midnight divides the days."""
    row = _extra(site, "wechat", 1200, settled_at=clock(site.day.at("23:59:59")))
    yield site.finds(f"ref:wechat/{row['tender_ref']}", 1200)


def _sums_differ(site: Site, *, fen: int) -> Iterator[Planted]:
    tender = site.rng.choice(_by_line(site))
    sale, subject = _paid(site, 10000, tender)
    sale.lines[0]["_settled_fen"] = yuan(10000 + fen)
    yield site.finds(subject, fen)


for _fen in (1, -1, 90000, -9000):
    fault("T03", f"settled {yuan(_fen)} more")(partial(_sums_differ, fen=_fen))


@fault("T03", "one of two payments with one reference")
def one_of_two(site: Site) -> Iterator[Planted]:
    """Both sides are summed for a reference."""
    first, subject = _paid(site, 4200)
    second, _ = _paid(site, 100, tender_ref=first.lines[0]["tender_ref"])
    second.lines[0]["_settle"] = "never"
    yield site.finds(subject, -100)


@fault("T03", "a refund of another sum")
def refund_of_another_sum(site: Site) -> Iterator[Planted]:
    """A refund found by its own reference was paid back a fen short."""
    sale, _ = _paid(site, 6600)
    back = undo(site.desk, sale, "refund")
    back.lines[0] |= {"_settled_fen": "-65.99", "tender_ref": f"50Z{site.hall.count('back'):09d}"}
    approve(site.desk, back, "refund", fen=6600, original=sale.no)
    yield site.finds(f"ref:wechat/{back.lines[0]['tender_ref']}", 1)


@fault("T03", "booked nothing, settled something")
def booked_nothing(site: Site) -> Iterator[Planted]:
    """A payment of 0.00 with a settlement is compared."""
    sale, subject = _paid(site, 0)
    site.day.rows["settlements"].append(
        {
            "tender": "wechat",
            "tender_ref": sale.lines[0]["tender_ref"],
            "settled_at": clock(sale.at),
            "amount": "0.01",
        }
    )
    yield site.finds(subject, 1)


def _total_off(site: Site, *, level: str, fen: int) -> Iterator[Planted]:
    tenders = [t for t, (kind, at) in site.hall.tenders.items() if at == level]
    rows = [
        row
        for row in site.day.rows["settlements"]
        if row["tender"] in tenders
        and fen_of(row["amount"]) > 0
        and row["settled_at"].startswith(site.day.date)
    ]
    if level == "batch":
        first = f"{site.hall.days.index(site.day) + 1:06d}"
        rows = [row for row in rows if row["batch_no"] == first]
    if rows:
        row = site.rng.choice(rows)
        add_fen(row, "amount", fen)
        place = f"/{row['terminal']}/{row['batch_no']}" if level == "batch" else ""
        yield site.finds(f"{level}:{row['tender']}{place}", fen)


for _level in ("batch", "day"):
    for _fen in (1, -1, 12300):
        fault("T03", f"a {_level} off by {yuan(_fen)}", stage="papers")(
            partial(_total_off, level=_level, fen=_fen)
        )


def _total_missing(site: Site, *, level: str) -> Iterator[Planted]:
    tenders = [t for t, (kind, at) in site.hall.tenders.items() if at == level]
    for row in site.day.rows["settlements"]:
        if row["tender"] in tenders and fen_of(row["amount"]) > 0:
            place = (row.get("terminal", ""), row.get("batch_no", ""))
            gone = [
                other
                for other in site.day.rows["settlements"]
                if other["tender"] == row["tender"]
                and fen_of(other["amount"]) > 0
                and (other.get("terminal", ""), other.get("batch_no", "")) == place
            ]
            for other in gone:
                site.day.rows["settlements"].remove(other)
            named = f"{level}:{row['tender']}" + (f"/{'/'.join(place)}" if level == "batch" else "")
            own = level == "day" or int(place[1]) == site.hall.days.index(site.day) + 1
            if own:
                yield site.finds(named, -sum(fen_of(other["amount"]) for other in gone))
            return


for _level in ("batch", "day"):
    fault("T01", f"a {_level} missing", stage="papers")(partial(_total_missing, level=_level))


@fault("T02", "a batch never booked", stage="papers")
def batch_never_booked(site: Site) -> Iterator[Planted]:
    """A terminal nobody sold at has settled a batch."""
    if site.hall.tenders["pos"][1] == "batch":
        _extra(site, "pos", 3300, terminal="T9999999", batch_no="000777")
        yield site.finds("batch:pos/T9999999/000777", 3300)


def _wrong_tender(site: Site, *, fen: int, others: int) -> Iterator[Planted]:
    """Book a payment in the wrong one of the tenders that are matched by line."""
    tenders = _by_line(site)
    if len(tenders) < others + 1:
        return
    booked, *elsewhere = site.rng.sample(tenders, k=others + 1)
    sale, subject = _paid(site, 5000, booked)
    ref = sale.lines[0]["tender_ref"]
    sale.lines[0]["_settle"] = "never"
    for tender in elsewhere:
        _extra(site, tender, 5000 + fen, tender_ref=ref, settled_at=clock(sale.at))
    if fen:
        yield site.finds(subject, -5000, check="T01")
        yield site.finds(f"ref:{elsewhere[0]}/{ref}", 5000 + fen, check="T02")
        yield site.silent(subject)
        return
    yield site.finds(subject)
    yield site.silent(subject, check="T01")
    for position, tender in enumerate(sorted(elsewhere)):
        where = f"ref:{tender}/{ref}"
        yield site.finds(where, 5000, check="T02") if position else site.silent(where, check="T02")


for _fen in (0, 1, -1):
    fault("T04", f"settled elsewhere {yuan(_fen)} more")(partial(_wrong_tender, fen=_fen, others=1))
fault("T04", "settled in two other tenders")(partial(_wrong_tender, fen=0, others=2))


@fault("T04", "two payments as one elsewhere")
def two_payments_as_one(site: Site) -> Iterator[Planted]:
    """The sum for the reference decides."""
    tenders = _by_line(site)
    if len(tenders) > 1:
        booked, actual = tenders[-1], tenders[0]
        sale, subject = _paid(site, 5000, booked, _settle="never")
        ref = sale.lines[0]["tender_ref"]
        _paid(site, 300, booked, _settle="never", tender_ref=ref)
        _extra(site, actual, 5300, tender_ref=ref)
        yield site.finds(subject)


@fault("T04", "settled elsewhere after midnight")
def elsewhere_after_midnight(site: Site) -> Iterator[Planted]:
    """The wrong tender is seen across midnight too."""
    tenders = _by_line(site)
    if len(tenders) > 1:
        booked, actual = tenders[0], tenders[-1]
        sale, subject = _paid(site, 5000, booked, _settle="never")
        ref, midnight = sale.lines[0]["tender_ref"], site.day.at("23:59:59") + timedelta(seconds=1)
        _extra(site, actual, 5000, tender_ref=ref, settled_at=clock(midnight))
        yield site.finds(subject)
        where, tomorrow = f"ref:{actual}/{ref}", shift_date(site.day.date, 1)
        yield site.silent(where, check="T02", date=tomorrow)


@fault("T04", "settled elsewhere by day only")
def elsewhere_by_day(site: Site) -> Iterator[Planted]:
    """A tender matched by day has no references to find."""
    by_day = [t for t, (_, level) in site.hall.tenders.items() if level == "day"]
    if by_day:
        sale, subject = _paid(site, 5000, _settle="never")
        _extra(site, by_day[0], 5000, tender_ref=sale.lines[0]["tender_ref"])
        yield site.finds(subject, -5000, check="T01")
        yield site.silent(subject)


def _around_midnight(
    site: Site, *, paid: str, settled_after: int, found: bool
) -> Iterator[Planted]:
    at = site.day.at(paid)
    sale = site.waived_sale(2900, tender="wechat", at=at)
    sale.lines[0]["_settled_at"] = clock(at + timedelta(seconds=settled_after))
    expect = site.finds if found else site.silent
    yield expect(f"ref:wechat/{sale.lines[0]['tender_ref']}")


for _name, _clock, _after, _found in (
    ("settled at midnight", "23:59:59", 1, True),
    ("settled at the last second", "23:59:58", 1, False),
    ("both at midnight's first second", "00:00:00", 0, False),
):
    fault("T05", _name)(partial(_around_midnight, paid=_clock, settled_after=_after, found=_found))
