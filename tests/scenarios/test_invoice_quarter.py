"""A quarter of a hall's invoice forms, told in the trade's words; the counts were worked by hand.

Two books and one continuous batch, three clerks, from January to March 2027: voids with all copies
and without, a red letter over a month's end, a lost blank and a lost copy, an exchange, a change of
form, and the month's 领用存 each month.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select

from invoices.errors import BookSplit, BookUnfinished, FormOutOfDate, HallNotEmpty
from invoices.form_ends import close_hall, end_form, forms_to_hand_in
from invoices.form_months import months_of_forms
from invoices.form_signing import sign_forms
from invoices.forms import FormLine, submit_forms
from invoices.keyed_uses import register_uses
from invoices.loss_cases import list_losses
from invoices.losses import open_loss, report_loss
from invoices.reds import RedDraft, register_red
from invoices.segments import blank_segments
from invoices.void_rules import Tick
from invoices.voids import SignedVoid, sign_void, submit_void
from ledger.accounts import Account
from ledger.documents import Document
from ledger.enrolment import StaffMember
from ledger.errors import BackofficeError
from ledger.times import HALL_TIME
from ledger.units import Unit
from ledger.verify import verify_hall
from tests.builders import OpenHall, open_hall

CODE = "044001911205"
HEADINGS = ("opening", "received", "issued", "red", "void", "lost", "returned", "closing")


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the hall: who does what at its office hours."""

    hall: OpenHall
    date: dt.date

    def at(self, time: str = "10:00") -> dt.datetime:
        """Give a time of the day by the hall's clock."""
        return dt.datetime.combine(self.date, dt.time.fromisoformat(time), HALL_TIME)

    def makes(
        self,
        who: str,
        kind: str,
        *lines: FormLine,
        signers: Sequence[str] = (),
        used_books: Sequence[str] = (),
        **facts: str,
    ) -> Document:
        """Make a document and have it signed."""
        with self.hall.work(who, now=self.at()) as uow:
            document = submit_forms(
                uow, hall=self.hall.hall, kind=kind, lines=lines, facts=facts, books=used_books
            )
            number = document.number or ""
        for signer in signers:
            with self.hall.work(signer, now=self.at("10:05")) as uow:
                document = sign_forms(uow, hall=self.hall.hall, number=number)
        assert document.state == "posted"
        return document

    def draws(self, clerk: str, first: str, last: str = "") -> Document:
        """Draw from the safe: the custodian gives out, the clerk signs."""
        return self.makes("V01", "invoice_draw", run(first, last, clerk=clerk), signers=[clerk])

    def uses(self, clerk: str, first: str, last: str, fen: int = 5800) -> None:
        """Register that a clerk issued from first to last."""
        with self.hall.work(clerk, now=self.at("17:00")) as uow:
            register_uses(
                uow,
                hall=self.hall.hall,
                clerk=clerk,
                invoice_code=CODE,
                first_no=first,
                last_no=last,
                amounts=[fen],
                at=self.at("16:00"),
            )

    def voids(self, clerk: str, number: str, recovered: tuple[int, ...]) -> SignedVoid:
        """Ask that a number becomes void, and let the auditor tick the copies he holds."""
        with self.hall.work(clerk, now=self.at("17:10")) as uow:
            asked = submit_void(
                uow, hall=self.hall.hall, code=CODE, numbers=[number], copies=3, reason="打印错误"
            )
            document = asked.number or ""
        with self.hall.work("J01", now=self.at("17:30")) as uow:
            ticks = [Tick(number, recovered, stamped=True)]
            return sign_void(uow, hall=self.hall.hall, number=document, ticks=ticks)

    def loses(self, clerk: str, number: str, copies: str = "") -> str:
        """Find that a number is missing; gives the number of the case's document."""
        with self.hall.work(clerk, now=self.at("16:40")) as uow:
            open_loss(
                uow,
                hall=self.hall.hall,
                code=CODE,
                numbers=[number],
                found_at=self.at("16:40"),
                circumstances="交接清点时发现",
                copies=copies,
            )
            views = list_losses(uow, [self.hall.id])
            return next(view.number for view in views if view.numbers == (number,))

    def reports(self, number: str, time: str) -> None:
        """Log the written report of a loss."""
        with self.hall.work("V01", now=self.at(time)) as uow:
            report_loss(
                uow, hall=self.hall.hall, number=number, report_no="SW-1", reported_by="票据管理员"
            )

    def refuses(
        self, why: type[BackofficeError], who: str, kind: str, line: FormLine, **facts: str
    ) -> None:
        """Try a document that the rules refuse."""
        with pytest.raises(why), self.hall.work(who, now=self.at()) as uow:
            submit_forms(uow, hall=self.hall.hall, kind=kind, lines=[line], facts=facts)


def run(first: str = "", last: str = "", **more: str) -> FormLine:
    """Give a line of the one code, counted where both ends are told."""
    counted = int(last) - int(first) + 1 if last else 0
    return FormLine(CODE, first, last, counted, more.get("clerk", ""), more.get("to_clerk", ""))


@pytest.fixture
def hall(engine: Engine) -> OpenHall:
    """Open a hall with a third clerk."""
    third = StaffMember("A03", "员工A03", ("clerk",))
    return open_hall(engine, "H001", more_staff=[third])


def test_a_quarter_of_invoices(hall: OpenHall) -> None:
    def on(month: int, day: int) -> Day:
        return Day(hall, dt.date(2027, month, day))

    january(on(1, 4), on(1, 5), on(1, 29))
    assert month(hall, 1) == counts(received=300, issued=39, void=1, closing=260)
    february(on(2, 3), on(2, 5), on(2, 12))
    assert month(hall, 2) == counts(opening=260, received=50, issued=29, red=1, lost=1, closing=279)
    march(on(3, 10), on(3, 12), on(3, 15))
    assert month(hall, 3) == counts(opening=279, issued=30, returned=249)
    whole = months(hall, dt.date(2027, 1, 1), dt.date(2027, 3, 31))
    assert whole == counts(received=350, issued=98, red=1, void=1, lost=1, returned=249)
    every_number_is_in_one_state(hall)
    the_hall_closes(on(3, 20), on(3, 31))


def january(first: Day, second: Day, last: Day) -> None:
    """Books come, three clerks draw; one void has all its copies, another lacks one."""
    first.makes("V01", "invoice_request", signers=["S01"], books="3")
    first.makes("V01", "invoice_receipt", run("00100001", "00100100"), per_book="50")
    first.makes("V01", "invoice_receipt", run("00200001", "00200200"), carrier="continuous")
    second.draws("A01", "00100001")
    second.draws("A02", "00100051")
    second.draws("A03", "00200001", "00200060")
    second.draws("A02", "00200061", "00200100")
    second.uses("A01", "00100001", "00100020")
    split = run("00100026", "00100050", clerk="A02")
    second.refuses(BookSplit, "V01", "invoice_draw", split)
    assert not second.voids("A01", "00100005", (1, 2, 3)).refused
    incomplete = second.voids("A01", "00100006", (1, 3))
    assert incomplete.missing == {"00100006": (2,)}
    last.uses("A03", "00200001", "00200020")


def february(third: Day, fifth: Day, twelfth: Day) -> None:
    """January's invoice goes red in February; a blank and a copy are lost; a book goes back."""
    with third.hall.work("A01", now=third.at()) as uow:
        register_red(
            uow,
            hall=third.hall.hall,
            draft=RedDraft(
                CODE, "00100021", third.at("09:30"), -5800, CODE, "00100006", "SALES_RETURN"
            ),
        )
    blank = fifth.loses("A02", "00100051")
    copy = fifth.loses("A01", "00100010", copies="发票联")
    fifth.reports(blank, "18:10")
    Day(fifth.hall, fifth.date + dt.timedelta(days=1)).reports(copy, "09:00")
    with fifth.hall.read() as uow:
        cases = {view.number: view.late for view in list_losses(uow, [fifth.hall.id])}
    assert cases == {blank: False, copy: True}
    used = f"{CODE}/00100001"
    with pytest.raises(BookUnfinished):
        twelfth.makes("V01", "invoice_stubs", used_books=[used])
    twelfth.uses("A01", "00100022", "00100050")
    new = run("00100101", "00100150")
    exchange = twelfth.makes("V01", "invoice_exchange", new, used_books=[used])
    assert exchange.required_roles == ""
    twelfth.draws("A01", "00100101")


def march(tenth: Day, twelfth: Day, fifteenth: Day) -> None:
    """The form changes: what is out is handed over, returned and handed in, to the last blank."""
    tenth.uses("A03", "00200021", "00200050")
    twelfth.makes("A01", "invoice_handover", run(clerk="A01", to_clerk="A02"), signers=["A02"])
    with fifteenth.hall.work("V01", now=fifteenth.at("08:00")) as uow:
        end_form(
            uow,
            hall=fifteenth.hall.hall,
            invoice_code=CODE,
            ends_on=fifteenth.date,
            reason="换版",
        )
    old = run("00200101", "00200150", clerk="A01")
    fifteenth.refuses(FormOutOfDate, "V01", "invoice_draw", old)
    assert left(fifteenth) == 249
    fifteenth.makes("A02", "invoice_return", run(clerk="A02"), signers=["V01"])
    fifteenth.makes("A03", "invoice_return", run(clerk="A03"), signers=["V01"])
    with fifteenth.hall.read() as uow:
        assert {one.place for one in blank_segments(uow, fifteenth.hall.hall)} == {"invoice_safe"}
    fifteenth.makes("V01", "invoice_hand_in", run(), receipt_no="JX-2027-3", cause="form_change")
    assert left(fifteenth) == 0


def left(day: Day) -> int:
    with day.hall.read() as uow:
        return sum(one.count for one in forms_to_hand_in(uow, day.hall.hall, on=day.date))


def the_hall_closes(twentieth: Day, last: Day) -> None:
    """A hall whose blanks are gone closes when its stubs are delivered too."""
    with pytest.raises(HallNotEmpty), twentieth.hall.work("M01", now=twentieth.at()) as uow:
        close_hall(uow, hall=twentieth.hall.hall, reason="撤并")
    twentieth.makes("V01", "invoice_stubs", used_books=[f"{CODE}/00200001"])
    with last.hall.work("M01", now=last.at("18:00")) as uow:
        assert close_hall(uow, hall=last.hall.hall, reason="撤并").closed_on == last.date
    with last.hall.read() as uow:
        assert verify_hall(uow, last.hall.hall) == []


def every_number_is_in_one_state(hall: OpenHall) -> None:
    """The units themselves say what the report says, each of 350 numbers once."""
    with hall.read() as uow:
        rows = uow.session.execute(
            select(Unit.serial, Account.kind)
            .join(Account, (Account.hall_id == Unit.hall_id) & (Account.id == Unit.account_id))
            .where(Unit.hall_id == hall.id)
        ).all()
    assert len(rows) == len({serial for serial, _ in rows}) == 350
    assert Counter(kind for _, kind in rows) == {
        "invoice_issued": 98,
        "invoice_red": 1,
        "invoice_void": 1,
        "invoice_lost": 1,
        "department": 249,
    }


def month(hall: OpenHall, number: int) -> dict[str, int]:
    """Give the month's 领用存 in counts."""
    first = dt.date(2027, number, 1)
    return months(
        hall, first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    )


def months(hall: OpenHall, first: dt.date, last: dt.date) -> dict[str, int]:
    """Give the 领用存 of some months as one, in counts; it is made only if its runs tile."""
    with hall.read() as uow:
        (told,) = months_of_forms(uow, [hall.hall], first, last)
    return counts(**{heading: told.count(heading) for heading in HEADINGS})


def counts(**told: int) -> dict[str, int]:
    """Give every heading, 0 where nothing is told."""
    return {heading: told.get(heading, 0) for heading in HEADINGS}
