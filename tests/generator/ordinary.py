"""A made-up hall's ordinary days before closing: people, rules, goods and trade at the desks."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.generator.desk import Desk, form_code
from tests.generator.scenes_forms import FORMS
from tests.generator.scenes_goods import GOODS
from tests.generator.scenes_sales import BUSINESSES, SALES
from tests.generator.scenes_undone import NIGHT, UNDONE, cash_in_drawer
from tests.generator.storeroom import evening, morning, open_store
from tests.generator.world import Day, Hall, Staff, Style, clock, shift_date, yuan

KIOSK = "K01"

# Starts that take a run of days over a week's end, a month's end and a year's end.
_STARTS = ("2026-11-19", "2026-03-02", "2026-02-26", "2025-12-30", "2026-06-12", "2026-09-29")

_STYLES = (
    Style(),
    Style(chinese=True, encoding="gb18030", line_end="\r\n"),
    Style(chinese=True, encoding="utf-8-sig", line_end="\r\n"),
    Style(time_separator="T", offset="+08:00"),
    Style(chinese=True, short_money=True),
    Style(encoding="utf-8-sig", time_separator="T", short_money=True),
)

_POS_LEVELS = ("line", "batch", "day")


def empty_hall(seed: int, days: int) -> Hall:
    """Make the hall of a seed: its people, tenders, matching levels and file style."""
    rng = Random(seed)
    start = _STARTS[seed % len(_STARTS)]
    tenders = {
        "cash": ("cash", "line"),
        "wechat": ("settled", "line"),
        "alipay": ("settled", "line" if seed % 4 else "day"),
        "pos": ("settled", _POS_LEVELS[seed % 3]),
        "digital_rmb": ("settled", "day" if seed % 2 else "line"),
        "cheque": ("on_account", "line"),
        "voucher": ("voucher", "line"),
    }
    dates = [shift_date(start, n) for n in range(days)]
    return Hall(
        code=f"H{seed:04d}",
        name=f"第{seed}营业厅",
        organisation="东江市分公司",
        rng=rng,
        style=_STYLES[(seed // 2) % len(_STYLES)],
        staff=_people(rng),
        tenders=tenders,
        days=[Day(date, is_last=date == dates[-1]) for date in dates],
        order_tenders=frozenset({"alipay"} if seed % 2 else {"wechat"} if seed % 5 == 0 else ()),
        counters={"G1": ["A01", "A02"]},
    )


def _people(rng: Random) -> list[Staff]:
    clerks = [
        Staff(f"A{n:02d}", f"营业员{n}", ("clerk",)) for n in range(2, rng.choice([4, 5]) + 1)
    ]
    return [
        Staff("A01", "营业员1", ("clerk",), person="P-1001"),
        *clerks,
        Staff("A91", "营业员1", ("clerk",), person="P-1001"),
        Staff(KIOSK, "自助终端", ("clerk",), kind="self_service"),
        Staff("W01", "库管员", ("stock_keeper", "invoice_keeper")),
        Staff("J01", "稽核员", ("auditor",)),
        Staff("M01", "厅经理", ("hall_manager",)),
        Staff("D01", "主管", ("department",)),
    ]


def trade(hall: Hall, *, txns: int, before_night: Callable[[Day, list[Desk]], None]) -> None:
    """Fill each day with ordinary scenes, about `txns` transactions.

    `before_night` is called with each day and its desks when the ordinary work is done.
    """
    _open_books(hall)
    for day in hall.days:
        morning(hall, day)
        desks = [Desk(hall, day, human, hall.rng) for human in day.working]
        for desk in desks:
            _work(desk, until=txns // (len(desks) + 1))
        _at_the_kiosk(Desk(hall, day, KIOSK, hall.rng), count=txns // (2 * len(desks) + 2))
        _move_cash(hall, day, desks)
        before_night(day, desks)
        for desk in desks:
            if desk.rng.random() < 0.3:
                for scene in NIGHT:
                    scene(desk)
        evening(hall, day)


def _open_books(hall: Hall) -> None:
    first = hall.days[0]
    clerks = hall.clerks()
    for day in hall.days:
        day.working = [human for human in clerks if hall.rng.random() < 0.85] or clerks[:1]
    for human in clerks:
        desk = Desk(hall, first, human, hall.rng)
        desk.draw_range(hall.rng.choice([50, 200]), used=hall.rng.choice([0, 0, 7]))
        start = next((day for day in hall.days if human in day.working), None)
        if start is not None and human != clerks[-1]:
            start.floats[hall.numbers_of(human)[0]] = hall.rng.choice([30000, 50000])
    first.rows["businesses"] += [
        {"business": name, "needs_form": form, "invoice_due": due, "fee": fee}
        for name, (form, due, fee) in BUSINESSES.items()
    ]
    if hall.number % 3 == 0:
        hall.limits["count_due_daily"] = 1
    open_store(hall, first)
    first.rows["invoice_books"].append(_book_in_the_safe(hall))


def _book_in_the_safe(hall: Hall) -> dict[str, str]:
    first = 100_000 * hall.number + 90_001
    return {
        "invoice_code": form_code(hall),
        "first_no": f"{first:08d}",
        "last_no": f"{first + 49:08d}",
        "count": "50",
        "carrier": "book",
        "clerk": "",
    }


def _work(desk: Desk, *, until: int) -> None:
    scenes = [*SALES, *SALES, *FORMS, *UNDONE, *GOODS]
    before = desk.hall.issued["txn"]
    while desk.hall.issued["txn"] - before < until and desk.at < desk.day.at("21:00:00"):
        desk.rng.choice(scenes)(desk)


def _at_the_kiosk(desk: Desk, *, count: int) -> None:
    for position in range(max(count, 2)):
        sale = desk.sale(desk.amount(), tender=("wechat", "alipay")[position % 2])
        if desk.rng.random() < 0.5:
            desk.waive(sale)
        else:
            desk.invoice(sale, kind="e")
    if desk.rng.random() < 0.5:
        NIGHT[0](desk)


def _move_cash(hall: Hall, day: Day, desks: list[Desk]) -> None:
    for desk in desks:
        number = hall.numbers_of(desk.human)[-1]
        if desk.rng.random() < 0.3:
            _cash_move(hall, day, "safe", number, 10000)
        drop = cash_in_drawer(desk) // 2 // 1000 * 1000
        if drop > 0 and desk.rng.random() < 0.3:
            _cash_move(hall, day, number, "safe", drop)


def _cash_move(hall: Hall, day: Day, source: str, target: str, fen: int) -> None:
    day.rows["cash_moves"].append(
        {
            "move_no": f"XJ{day.date.replace('-', '')}{hall.count('move'):04d}",
            "at": clock(day.at("16:00:00")),
            "from": source,
            "to": target,
            "amount": yuan(fen),
            "reason": "零钞调拨",
        }
    )
