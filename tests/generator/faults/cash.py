"""Faults for C01, C02, C03, C05 and C06."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.generator.closing import payments_of
from tests.generator.desk import Desk
from tests.generator.faults.site import Planted, Site, add_fen, fault
from tests.generator.world import Staff, clock, fen_of, yuan


def _drop_declarations(site: Site) -> None:
    kept = [row for row in site.day.rows["declarations"] if row["clerk"] not in site.numbers]
    site.day.rows["declarations"] = kept


@fault("C01", "nothing declared", stage="papers")
def nothing_declared(site: Site) -> Iterator[Planted]:
    """A clerk goes home without declaring."""
    if site.declared():
        _drop_declarations(site)
        yield site.finds(f"shift:{site.number}")


@fault("C01", "a float and no payment", stage="papers")
def float_only(site: Site) -> Iterator[Planted]:
    """Somebody got a float and did nothing else."""
    site.hall.staff.append(Staff("A55", "机动员", ("clerk",)))
    site.day.floats["A55"] = 10000
    yield site.finds("shift:A55")


@fault("C01", "a manager sells")
def manager_sells(site: Site) -> Iterator[Planted]:
    """The manager helps out and declares nothing."""
    site.waived_sale(3000, clerk="M01")
    yield site.finds("shift:M01")


@fault("C01", "only a deferred charge")
def only_a_deferred_charge(site: Site) -> Iterator[Planted]:
    """A payment of 0.00 is a payment too."""
    site.waived_sale(0, clerk="M01", due="80.00", deferred="1")
    yield site.finds("shift:M01")


@fault("C01", "only corrections")
def only_corrections(site: Site) -> Iterator[Planted]:
    """Who entered only corrections took nothing."""
    sale = site.waived_sale(3000, clerk="M01", line_kind="correction", correction_no="GZ9001")
    assert sale.received == 3000
    yield site.silent("shift:M01")


@fault("C01", "a system number")
def system_number(site: Site) -> Iterator[Planted]:
    """A system's number declares nothing."""
    site.hall.staff.append(Staff("S01", "批处理", ("clerk",), kind="system"))
    site.waived_sale(3000, clerk="S01")
    yield site.silent("shift:S01")


@fault("C01", "a number nobody knows")
def number_nobody_knows(site: Site) -> Iterator[Planted]:
    """A number that is not on the roster is a person until shown otherwise."""
    site.hall.staff.append(Staff("X99", "", ()))
    site.waived_sale(3000, clerk="X99")
    site.hall.staff.pop()
    yield site.finds("shift:X99")


@fault("C01", "only one tender declared", stage="papers")
def one_tender_declared(site: Site) -> Iterator[Planted]:
    """Who declared one tender has declared."""
    rows = site.declared()
    if rows:
        _drop_declarations(site)
        site.day.rows["declarations"].append(rows[0])
        yield site.silent(f"shift:{site.number}")


def _declared_off(site: Site, *, fen: int, cash: bool) -> Iterator[Planted]:
    rows = [row for row in site.declared() if (row["tender"] == "cash") == cash]
    if rows:
        row = site.rng.choice(rows)
        row.pop("denominations", None)
        add_fen(row, "amount", fen)
        yield site.finds(f"tender:{site.number}/{row['tender']}", fen)


for _fen in (1, -1, -1000, 5000):
    for _cash in (True, False):
        _what = "cash" if _cash else "another tender"
        fault("C02", f"{_what} off by {yuan(_fen)}", stage="papers")(
            partial(_declared_off, fen=_fen, cash=_cash)
        )


@fault("C02", "a tender not declared", stage="papers")
def tender_not_declared(site: Site) -> Iterator[Planted]:
    """What was not declared beside others counts as 0.00."""
    rows = [row for row in site.declared() if row["tender"] != "cash" and fen_of(row["amount"])]
    if len(rows) > 1:
        row = site.rng.choice(rows)
        site.day.rows["declarations"].remove(row)
        yield site.finds(f"tender:{site.number}/{row['tender']}", -fen_of(row["amount"]))


@fault("C02", "a tender never paid", stage="papers")
def tender_never_paid(site: Site) -> Iterator[Planted]:
    """Somebody declares a tender in which nobody paid."""
    if site.declared():
        site.day.rows["declarations"].append(
            {"clerk": site.number, "shift_no": "1", "tender": "coupon", "amount": "20.00"}
        )
        yield site.finds(f"tender:{site.number}/coupon", 2000)


@fault("C02", "two tenders mixed up", stage="papers")
def two_tenders_mixed_up(site: Site) -> Iterator[Planted]:
    """Over in one and short in another are two findings."""
    rows = [row for row in site.declared() if row["tender"] != "cash"]
    if len(rows) > 1:
        for row, fen in zip(rows, (2500, -2500), strict=False):
            add_fen(row, "amount", fen)
            yield site.finds(f"tender:{site.number}/{row['tender']}", fen)


@fault("C02", "a move of cash not written down", stage="papers")
def move_not_written_down(site: Site) -> Iterator[Planted]:
    """Change from the safe is in the drawer and in no book, or the other way round."""
    for row in site.day.rows["cash_moves"]:
        if row["to"] in site.numbers:
            site.day.rows["cash_moves"].remove(row)
            yield site.finds(f"tender:{site.number}/cash", fen_of(row["amount"]))
            return


@fault("C02", "a move of cash one fen off", stage="papers")
def move_one_fen_off(site: Site) -> Iterator[Planted]:
    """A move is written down with one fen too many."""
    if any(row["tender"] == "cash" for row in site.declared()):
        site.day.rows["cash_moves"].append(
            {
                "move_no": f"XJ{site.day.date.replace('-', '')}9{site.hall.count('move'):03d}",
                "at": clock(site.day.at("17:00:00")),
                "from": "safe",
                "to": site.numbers[-1],
                "amount": "0.01",
                "reason": "零钞",
            }
        )
        yield site.finds(f"tender:{site.number}/cash", -1)


@fault("C02", "a kiosk that declares", stage="papers")
def kiosk_declares(site: Site) -> Iterator[Planted]:
    """Once a kiosk is declared for, it is compared like a clerk."""
    by_tender: dict[str, int] = {}
    for paid in payments_of(site.day):
        if paid.line["clerk"] == "K01":
            by_tender[paid.tender] = by_tender.get(paid.tender, 0) + paid.fen
    for tender, fen in sorted(by_tender.items()):
        site.day.rows["declarations"].append(
            {"clerk": "K01", "tender": tender, "amount": yuan(fen + 1)}
        )
        yield site.finds(f"tender:K01/{tender}", 1)


def _worked_before(site: Site, human: str) -> bool:
    return any(d.date < site.day.date and human in d.working for d in site.hall.days)


def _float_off(site: Site, *, fen: int) -> Iterator[Planted]:
    if site.day.floats.get(site.number) and _worked_before(site, site.desk.human):
        site.day.floats[site.number] += fen
        yield site.finds(f"float:{site.number}", fen)


for _fen in (1, -1, 10000, -10000):
    fault("C03", f"float off by {yuan(_fen)}", stage="papers", days_before=1)(
        partial(_float_off, fen=_fen)
    )


@fault("C03", "no float at all", stage="papers", days_before=1)
def no_float_at_all(site: Site) -> Iterator[Planted]:
    """The float kept the last time is not there any more."""
    fen = site.day.floats.pop(site.number, 0)
    if fen and _worked_before(site, site.desk.human):
        yield site.finds(f"float:{site.number}", -fen)


@fault("C03", "a float out of nowhere", stage="papers", days_before=1)
def float_out_of_nowhere(site: Site) -> Iterator[Planted]:
    """Who kept nothing opens with a float."""
    human = site.hall.clerks()[-1]
    if _worked_before(site, human):
        number = site.hall.numbers_of(human)[0]
        site.day.floats[number] = 20000
        yield site.finds(f"float:{number}", 20000)


def _hand_in_off(site: Site, *, fen: int) -> Iterator[Planted]:
    rows = site.hand_ins()
    if rows:
        add_fen(rows[-1], "amount", fen)
        yield site.finds(f"handin:{site.number}", fen)


for _fen in (1, -1, -10000):
    fault("C05", f"hand-in off by {yuan(_fen)}", stage="papers")(partial(_hand_in_off, fen=_fen))


@fault("C05", "no hand-in", stage="papers")
def no_hand_in(site: Site) -> Iterator[Planted]:
    """A clerk keeps the day's cash."""
    rows = site.hand_ins()
    for row in rows:
        site.day.rows["deposits"].remove(row)
    if rows:
        yield site.finds(f"handin:{site.number}", -sum(fen_of(row["amount"]) for row in rows))


@fault("C05", "handed in twice", stage="papers")
def handed_in_twice(site: Site) -> Iterator[Planted]:
    """The same slip is entered again under another number."""
    rows = site.hand_ins()
    if rows:
        again = rows[0] | {"slip_no": rows[0]["slip_no"] + "B"}
        site.day.rows["deposits"].append(again)
        yield site.finds(f"handin:{site.number}", fen_of(again["amount"]))


@fault("C05", "handed in next day for this day", stage="papers", days_after=1)
def handed_in_next_day(site: Site) -> Iterator[Planted]:
    """A hand-in counts for the day it covers."""
    tomorrow = site.hall.after(site.day)
    assert tomorrow is not None
    for row in site.hand_ins():
        site.day.rows["deposits"].remove(row)
        row |= {"covers_date": site.day.date, "deposited_on": tomorrow.date}
        tomorrow.rows["deposits"].append(row)
    yield site.silent(f"handin:{site.number}")


@fault("C05", "float kept not as declared", stage="papers")
def float_kept_changed(site: Site) -> Iterator[Planted]:
    """The declaration says a fen more was kept than was."""
    for row in site.declared():
        if row["tender"] == "cash":
            add_fen(row, "float_kept", 1)
            yield site.finds(f"handin:{site.number}", 1)


def _bank_slip(
    site: Site, *, deposited: int, covers: int | None, receipt: str
) -> Iterator[Planted]:
    day = site.hall.after(site.day, deposited)
    covered = site.hall.after(site.day, covers) if covers is not None else None
    if day is None:
        return
    no = f"JH{day.date.replace('-', '')}9{site.hall.count('slip'):03d}"
    day.rows["deposits"].append(
        {
            "slip_no": no,
            "step": "bank",
            "amount": "100.00",
            "deposited_on": day.date,
            "covers_date": covered.date if covered else "",
            "bank_receipt": receipt,
        }
    )
    late = covered is not None and covered.date < day.date
    expect = site.finds if late or not receipt else site.silent
    yield expect(f"slip:{no}", date=day.date)


for _name, _deposited, _covers, _receipt in (
    ("one day late", 1, 0, "YH9001"),
    ("two days late", 2, 0, "YH9002"),
    ("the same day", 0, 0, "YH9003"),
    ("no receipt", 0, 0, ""),
    ("late and no receipt", 1, 0, ""),
    ("no date covered", 0, None, "YH9004"),
    ("no date covered and no receipt", 0, None, ""),
    ("before the day it covers", 0, 1, "YH9005"),
):
    fault("C06", _name, stage="papers", days_after=max(_deposited, _covers or 0))(
        partial(_bank_slip, deposited=_deposited, covers=_covers, receipt=_receipt)
    )


@fault("C02", "two numbers of one person", stage="papers")
def two_numbers_of_one_person(site: Site) -> Iterator[Planted]:
    """What one person declares under two numbers is one declaration."""
    shared = Desk(site.hall, site.day, "P-1001", site.rng)
    numbers = site.hall.numbers_of(shared.human)
    rows = [row for row in site.day.rows["declarations"] if row["clerk"] in numbers]
    for position, row in enumerate(rows):
        row["clerk"] = numbers[position % 2]
    if rows:
        yield site.silent(f"tender:{numbers[0]}/{rows[0]['tender']}")
        yield site.silent(f"shift:{numbers[1]}", check="C01")
