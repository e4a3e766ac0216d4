"""The end of a day: vendors settle, clerks declare and hand in, the hall goes to the bank."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from tests.generator.desk import vendor_reference
from tests.generator.world import Day, Hall, Row, clock, fen_of, shift_date, yuan


@dataclass(frozen=True)
class Paid:
    """One payment of a day: the row it stands in, its transaction's first line, tender and fen."""

    row: Row
    line: Row
    tender: str
    fen: int

    @property
    def ref(self) -> str:
        """Its reference."""
        return self.row.get("tender_ref", "")

    @property
    def at(self) -> datetime:
        """The time of its transaction."""
        return datetime.fromisoformat(self.line["accepted_at"])


def payments_of(day: Day) -> list[Paid]:
    """Give the payments of a day; corrections are none."""
    tenders: dict[str, list[Row]] = defaultdict(list)
    for row in day.rows["tenders"]:
        tenders[row["txn_no"]].append(row)
    paid = []
    seen: set[str] = set()
    for line in day.rows["accounts"]:
        if line.get("line_kind") == "correction" or line["txn_no"] in seen:
            continue
        if line["txn_no"] in tenders:
            seen.add(line["txn_no"])
            rows = tenders[line["txn_no"]]
            paid += [Paid(row, line, row["tender"], fen_of(row["amount"])) for row in rows]
        else:
            paid.append(Paid(line, line, line["tender"], fen_of(line["received"])))
    return paid


def settle_day(hall: Hall, day: Day, rng: Random) -> None:
    """Let every vendor settle the payments of `day`, at the level the hall matches his tender."""
    by_tender: dict[str, list[Paid]] = defaultdict(list)
    for paid in payments_of(day):
        if paid.tender and hall.tenders[paid.tender][0] == "settled" and paid.fen:
            tender = paid.row.get("_settled_tender") or paid.tender
            by_tender[tender].append(paid)
    for tender, several in by_tender.items():
        level = hall.tenders[tender][1]
        if level == "line":
            for paid in several:
                _settle_line(hall, day, rng, paid, tender)
        else:
            _settle_totals(hall, day, rng, several, tender=tender, level=level)


def _settle_line(hall: Hall, day: Day, rng: Random, paid: Paid, tender: str) -> None:
    settle = paid.row.get("_settle", "same")
    settled_at = paid.at + timedelta(seconds=rng.randrange(1, 20))
    if settle == "never":
        return
    if paid.row.get("_settled_at"):
        settled_at = datetime.fromisoformat(paid.row["_settled_at"])
    if settle == "late":
        settled_at += timedelta(days=rng.randrange(1, 4))
    fen = fen_of(paid.row.get("_settled_fen") or yuan(paid.fen))
    row = {"tender": tender, "settled_at": clock(settled_at), "amount": yuan(fen)}
    ref = paid.ref
    if paid.fen < 0:
        original = paid.row.get("_original_ref") or ref
        own = ref if ref != original else ""
        row["refund_ref"] = own or f"50R{hall.count('vendor refund'):015d}"
        ref = original
    row |= _references(hall, tender, ref, paid)
    _merge(hall, day, row)


def _references(hall: Hall, tender: str, ref: str, paid: Paid) -> Row:
    """Give the vendor's reference and the order number, one of which the hall's books carry."""
    if tender in hall.order_tenders:
        digits = int("".join(filter(str.isdigit, ref)) or "0")
        own = vendor_reference(tender, paid.at, digits % 10**9)
        return {"tender_ref": own, "order_no": ref}
    return {"tender_ref": ref, "order_no": f"{hall.code}-{paid.line['txn_no']}"}


def _merge(hall: Hall, day: Day, row: Row) -> None:
    """Enter a settlement in the file of its own date, one row for each payment by the customer."""
    own_day = hall.day_on(row["settled_at"][:10]) or day
    key = ("tender", "tender_ref", "refund_ref")
    for other in own_day.rows["settlements"]:
        if all(other.get(name) == row.get(name) for name in key):
            other["amount"] = yuan(fen_of(other["amount"]) + fen_of(row["amount"]))
            return
    own_day.rows["settlements"].append(row)


def _settle_totals(
    hall: Hall, day: Day, rng: Random, several: list[Paid], *, tender: str, level: str
) -> None:
    """Settle a batch or a day in one row for each side, or payment by payment."""
    one_by_one = rng.random() < 0.5
    totals: dict[tuple[str, ...], Row] = {}
    slow = {"never", "late"}
    on_the_way = {_place(paid, level) for paid in several if paid.row.get("_settle") in slow}
    for paid in several:
        place = _place(paid, level)
        if paid.fen < 0 and place in on_the_way:
            continue
        fen = fen_of(paid.row.get("_settled_fen") or yuan(paid.fen))
        each = str(hall.count("settled")) if one_by_one else ""
        key = (*place, "back" if fen < 0 else "", each)
        late = level == "batch" and not one_by_one and bool(totals) and hall.after(day) is not None
        at = day.at("23:40:00") if not late else day.at("23:40:00") + timedelta(hours=3)
        row = totals.setdefault(
            key,
            {
                "tender": tender,
                "tender_ref": f"{day.date.replace('-', '')}{hall.count('total'):08d}",
                "refund_ref": "" if fen >= 0 else f"TK{hall.count('vendor refund'):010d}",
                "settled_at": clock(min(paid.at, day.at("23:59:59")) if one_by_one else at),
                "amount": "0.00",
                "terminal": place[0],
                "batch_no": place[1],
            },
        )
        row["amount"] = yuan(fen_of(row["amount"]) + fen)
    for row in totals.values():
        (hall.day_on(row["settled_at"][:10]) or day).rows["settlements"].append(row)


def _place(paid: Paid, level: str) -> tuple[str, str]:
    if level == "batch":
        return paid.row.get("terminal", ""), paid.row.get("batch_no", "")
    return "", ""


def declare_day(hall: Hall, day: Day, rng: Random) -> None:
    """Let everybody who worked declare just what he should hold and hand it in."""
    taken: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for paid in payments_of(day):
        if paid.tender:
            taken[hall.human(paid.line["clerk"])][paid.tender] += paid.fen
    for number in day.floats:
        taken[hall.human(number)]["cash"] += day.floats[number]
    for row in day.rows["cash_moves"]:
        for end, sign in (("from", -1), ("to", 1)):
            if any(one.number == row[end] for one in hall.staff):
                taken[hall.human(row[end])]["cash"] += sign * fen_of(row["amount"])
    people = [human for human in hall.clerks() if human in taken]
    for human in people:
        _declare(hall, day, rng, human, taken[human])
    _take_to_bank(hall, day)


def _declare(hall: Hall, day: Day, rng: Random, human: str, taken: dict[str, int]) -> None:
    numbers = hall.numbers_of(human)
    clerk = rng.choice(numbers)
    kept = 0
    if any(number in day.floats for number in numbers):
        kept = min(max(taken.get("cash", 0), 0), rng.choice([30000, 30000, 20050, 50000]))
    for tender, fen in sorted(taken.items()):
        if fen == 0 and kept == 0 and _has_declared(day, numbers):
            continue
        row = {"clerk": clerk, "shift_no": "1", "tender": tender, "amount": yuan(fen)}
        if tender == "cash":
            row |= {"float_kept": yuan(kept), "denominations": denominations(fen)}
        day.rows["declarations"].append(row)
    hand_in = taken.get("cash", 0) - kept
    if hand_in:
        noon = hand_in // 2 // 10000 * 10000
        for fen in (noon, hand_in - noon) if noon > 30000 else (hand_in,):
            _hand_in(hall, day, rng.choice(numbers), fen)
    _carry_float(hall, day, human, kept)


def _has_declared(day: Day, numbers: list[str]) -> bool:
    return any(row["clerk"] in numbers for row in day.rows["declarations"])


def _hand_in(hall: Hall, day: Day, clerk: str, fen: int) -> None:
    day.rows["deposits"].append(
        {
            "slip_no": f"JK{day.date.replace('-', '')}{hall.count('slip'):04d}",
            "step": "handin",
            "clerk": clerk,
            "amount": yuan(fen),
            "deposited_on": day.date,
            "covers_date": day.date if hall.count("slip date") % 2 else "",
        }
    )


def _carry_float(hall: Hall, day: Day, human: str, kept: int) -> None:
    later = [other for other in hall.days if other.date > day.date and human in other.working]
    if later and kept:
        later[0].floats[hall.numbers_of(human)[0]] = kept


def _take_to_bank(hall: Hall, day: Day) -> None:
    fen = sum(fen_of(row["amount"]) for row in day.rows["deposits"] if row["step"] == "handin")
    day.rows["deposits"].append(
        {
            "slip_no": f"JH{day.date.replace('-', '')}{hall.count('slip'):04d}",
            "step": "bank",
            "amount": yuan(fen),
            "deposited_on": day.date,
            "covers_date": day.date,
            "bank_receipt": f"YH{shift_date(day.date, 0).replace('-', '')}{hall.count('bank'):05d}",
        }
    )


def denominations(fen: int) -> str:
    """Write a cash sum as notes and coins, such as `100x12 50x3 0.5x1`; blank when it cannot."""
    parts = []
    left = fen
    for note in (10000, 5000, 2000, 1000, 500, 100, 50, 10):
        pieces, left = divmod(left, note)
        if pieces > 0:
            parts.append(f"{note // 100 if note >= 100 else f'0.{note // 10}'}x{pieces}")
    return " ".join(parts) if left == 0 and fen > 0 else ""
