"""What the desks of the sample hall go on doing after its day was signed, each by its own service.

Begun before the signature: a waiver approved, a void asked for, slips with their clerks. After it
each goes on: carried out, ticked, answered, returned, accepted. Then prices, roster, calendars,
policy and names are others, and late data opens the day again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import Engine, update

from backoffice.audit_papers import signatures_of
from backoffice.audit_work import run_day
from backoffice.correction_answers import errors_named
from backoffice.database import begin_read, begin_work
from backoffice.paper_audit import Values, audit_paper_values
from invoices.void_rules import Tick
from invoices.voids import sign_void, submit_void
from ledger.actors import Person
from ledger.audit.queries import show_day
from ledger.audit.signing import sign_day
from ledger.calendars import CALENDARS, DayKind, set_days
from ledger.closing.days import acknowledge_days
from ledger.closing.late import late_parts, release_late
from ledger.closing.reopening import reopen_day
from ledger.corrections.known import Answer, Notice
from ledger.corrections.lines import LineChange
from ledger.corrections.slips import answer_slip, return_slip, send_errors, sign_slip
from ledger.duties.roster import REST, Seat, set_roster
from ledger.evidence.intake import take_in
from ledger.organisations import Hall, Organisation, find_hall
from ledger.text import LANGUAGES
from ledger.work import UnitOfWork, system_actor
from refunds.acts import Execution, approve_case, execute_case
from refunds.policies import policy_on, propose_policy, sign_policy
from refunds.requests import Request, request_case
from stock.price_setting import NewPrice, set_prices
from tests.backoffice.conftest import NEXT_EVENING, SAMPLE_DAY
from tests.backoffice.later_acts import Later
from tests.backoffice.signed_sample import HALL, acting, decide_blocks, sign_sample
from tests.ledger.evidence.reading import read

LOOKS = system_actor("test")
CODE, VOIDED = "031002600104", "00260446"
EVENING = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)
"""Noon of the second day after the sample's day, by the hall's clock."""
LATE = (
    "txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,invoice_waived\n"
    "L20261120,1,2026-11-20 17:59:00,A02,缴费,,12.30,12.30,cash,1\n"
)
WRONG_FORM = ("X06", "txn:2026112000346", "A03")
WRONG_FEE = ("X08", "txn:2026112000347", "A04")
WRONG_PRICE = ("G04", "txn:2026112000351", "A03")


@dataclass
class Desks:
    """The desks of the sample hall, and what they have under way."""

    engine: Engine
    waiver: str = ""
    void: str = ""
    slips: dict[str, str] = field(default_factory=dict)

    def does(
        self, who: str, act: Callable[[UnitOfWork, Hall], object], now: dt.datetime = AFTER
    ) -> str:
        """Act as a person; gives the number of the document made, if one was."""
        actor = acting(self.engine, who, now.date())
        with begin_work(self.engine, actor, now=now) as uow:
            made = act(uow, find_hall(uow, HALL))
            return str(getattr(made, "number", ""))

    def live_on(self) -> list[Values]:
        """Let it all happen to a hall whose day was audited; gives the closed day's paper."""
        self.before_the_signature()
        sign_sample(self.engine, SAMPLE_DAY, NEXT_EVENING)
        self.after_the_signature()
        closed = self.paper_of(1)
        self.rename()
        self.is_opened_again()
        Later(self.engine).everything()
        return closed

    def before_the_signature(self) -> None:
        """A waiver approved, a void asked for, slips with their clerks."""
        asked = Request(
            instrument="waiver",
            reason="outage",
            amount_fen=20_00,
            subscriber="13101916398",
            note="基站故障两天",
        )
        self.waiver = self.does(
            "A06", lambda uow, hall: request_case(uow, hall=hall, request=asked), EVENING
        )
        self.does(
            "M02", lambda uow, hall: approve_case(uow, hall=hall, number=self.waiver), EVENING
        )
        self.void = self.does(
            "A01",
            lambda uow, hall: submit_void(
                uow,
                hall=hall,
                code=CODE,
                numbers=[VOIDED],
                copies=3,
                reason="打印错位",
            ),
            EVENING,
        )
        for check, subject, clerk in (WRONG_FORM, WRONG_FEE, WRONG_PRICE):
            self.slips[check] = self.does("J01", _sending(check, subject, clerk), NEXT_EVENING)
        self.answers("X08", "A04", Answer("explain", "按旧资费收"), NEXT_EVENING)
        lower = LineChange("2026112000351", 1, {"received": "888.00"})
        self.answers("G04", "A03", Answer("amount", "少收一元", [lower]), NEXT_EVENING)

    def answers(self, check: str, clerk: str, answer: Answer, now: dt.datetime = AFTER) -> None:
        """Let the clerk answer the slip of a finding."""
        number = self.slips[check]
        self.does(
            clerk, lambda uow, hall: answer_slip(uow, hall, number=number, answer=answer), now
        )

    def accepts(self, check: str, who: str) -> None:
        """Let somebody sign the answer of a slip."""
        number = self.slips[check]
        self.does(who, lambda uow, hall: sign_slip(uow, hall, number=number))

    def after_the_signature(self) -> None:
        """What was under way goes on; then what the desks have settled is settled anew."""
        self.does(
            "M01", lambda uow, hall: acknowledge_days(uow, [(hall, SAMPLE_DAY)]), NEXT_EVENING
        )
        self.does(
            "A06",
            lambda uow, hall: execute_case(
                uow, hall=hall, number=self.waiver, how=Execution(customer_signed=True)
            ),
        )
        self.does(
            "J01",
            lambda uow, hall: sign_void(
                uow, hall=hall, number=self.void, ticks=[Tick(VOIDED, (1, 2, 3), True)]
            ),
        )
        self.answers("X06", "A03", Answer("explain", "受理单已补"))
        number = self.slips["X08"]
        self.does("J01", lambda uow, hall: return_slip(uow, hall, number=number, reason="何时?"))
        self.answers("X08", "A04", Answer("explain", "九月资费"))
        for check in ("X06", "X08", "G04"):
            self.accepts(check, "J01")
        self.accepts("G04", "B01")
        self.settles_anew()

    def settles_anew(self) -> None:
        """Prices, roster, calendars and policy become others, from today on."""
        today = AFTER.date()
        cheaper = [NewPrice("SJ-CX10", 1_00, today), NewPrice("PJ-EJ", 1_00, today)]
        self.does("M01", lambda uow, hall: set_prices(uow, hall=hall, prices=cheaper))
        off = [Seat(today, f"A0{n}", REST) for n in range(1, 7)]
        self.does("M01", lambda uow, hall: set_roster(uow, hall=hall, seats=off, reason="停业"))
        self.does("B01", _closing_every_calendar)
        strict = self.does("B01", _stricter)
        other = acting(self.engine, "S01", today, "department")
        with begin_work(self.engine, other, now=AFTER) as uow:
            sign_policy(uow, hall=find_hall(uow, HALL), number=strict)

    def rename(self) -> None:
        """Everybody and the hall bear other names."""
        with begin_work(self.engine, LOOKS, now=AFTER) as uow:
            find_hall(uow, HALL).name = "新址营业厅"
            uow.session.execute(update(Person).values(name=Person.name + "·改"))

    def is_opened_again(self) -> None:
        """A late line arrives; two persons open the day, it counts, and the day is signed anew."""
        self.does("J01", _late)
        for who in ("J01", "M01"):
            self.does(who, lambda uow, hall: reopen_day(uow, hall, SAMPLE_DAY, reason="漏传"))
        self.does("J01", _release)
        run_day(self.engine, LOOKS, HALL, SAMPLE_DAY, now=AFTER)
        decide_blocks(self.engine, SAMPLE_DAY, AFTER)
        self.does("J01", lambda uow, hall: sign_day(uow, hall, SAMPLE_DAY))

    def paper_of(self, version: int) -> list[Values]:
        """Give all that the paper of a signed version prints, in both languages."""
        with begin_read(self.engine, LOOKS, now=AFTER) as uow:
            hall = find_hall(uow, HALL)
            day = show_day(uow, hall, SAMPLE_DAY, version=version)
            signed = signatures_of(uow, hall, SAMPLE_DAY, version=version)
            return [audit_paper_values(day, language=one, signatures=signed) for one in LANGUAGES]


def _sending(check: str, subject: str, clerk: str) -> Callable[[UnitOfWork, Hall], object]:
    def send(uow: UnitOfWork, hall: Hall) -> object:
        errors = errors_named(uow, hall, [(SAMPLE_DAY, check, subject)])
        return send_errors(uow, hall, Notice(clerk, errors))

    return send


def _closing_every_calendar(uow: UnitOfWork, hall: Hall) -> None:
    node = uow.session.get_one(Organisation, hall.id)
    days = [SAMPLE_DAY + dt.timedelta(days=n) for n in range(12)]
    set_days(uow, node, [DayKind(one, day, is_open=False) for one in CALENDARS for day in days])


def _stricter(uow: UnitOfWork, hall: Hall) -> object:
    policy = policy_on(uow, hall, "refund", uow.today).policy
    nothing = replace(policy, tiers=tuple((role, n) for n, (role, _) in enumerate(policy.tiers, 1)))
    return propose_policy(uow, hall=hall, policy=nothing, valid_from=uow.today, reason="收紧")


def _late(uow: UnitOfWork, hall: Hall) -> object:
    take = partial(take_in, uow, hall=hall, date=AFTER.date(), file_name="late.csv")
    return take(content=LATE.encode(), reading=read(LATE))


def _release(uow: UnitOfWork, hall: Hall) -> object:
    (part,) = late_parts(uow, hall)
    return release_late(uow, hall, part.intake_no, SAMPLE_DAY)
