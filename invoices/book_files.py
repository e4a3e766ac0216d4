"""Receiving books from a file: every line judged in one report, posted whole or its good lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import exists, func, select

from invoices.errors import BooksDoNotFit, FormOutOfDate, RangeOverlaps, RangeUnreadable
from invoices.form_lines import FormLine, Making, check_run
from invoices.forms import submit_forms
from invoices.kinds import CARRIERS
from invoices.models import FormEnd
from invoices.new_books import LARGEST_BOOK, Run, check_new
from invoices.numbers import NumberNotReadable, require_structure
from ledger.errors import BackofficeError
from ledger.organisations import Hall
from ledger.text import Language, Text
from ledger.times import HALL_TIME
from ledger.units import Identifier
from ledger.work import UnitOfWork

GOOD = "good"
VERDICTS: dict[str, Text] = {
    GOOD: Text("可收", "Good"),
    "mangled": Text("号码被表格软件改坏", "Mangled by the spreadsheet"),
    "wrong_count": Text("份数不符", "Count does not agree"),
    "wrong_carrier": Text("形式不识", "Carrier not known"),
    "twice": Text("与本文件他行重叠", "Overlaps another line"),
    "known": Text("已登记", "Registered already"),
    "out_of_date": Text("已换版停用", "Out of date"),
}
_CARRIERS = {word: name for name, text in CARRIERS for word in (name, text.zh, text.en.lower())}


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line as a file has it; `mangled` says why its numbers can no longer be trusted."""

    line_no: int
    invoice_code: str
    first_no: str
    last_no: str
    count: int | None
    carrier: str = ""
    per_book: int | None = None
    form_kind: str = ""
    mangled: Text | None = None


@dataclass(frozen=True, slots=True)
class JudgedBook:
    """A line with its verdict, and what is wrong with it."""

    line: BookLine
    verdict: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class BooksReport:
    """All lines of a file in order; `numbers` are the documents they were posted by."""

    lines: tuple[JudgedBook, ...]
    numbers: tuple[str, ...] = field(default=())

    @property
    def bad(self) -> list[JudgedBook]:
        """The lines that are not good."""
        return [one for one in self.lines if one.verdict != GOOD]

    @property
    def doubtful(self) -> list[JudgedBook]:
        """Good lines about which there is something to say."""
        return [one for one in self.lines if one.verdict == GOOD and one.reason is not None]


def receive_books(
    uow: UnitOfWork,
    *,
    hall: Hall,
    lines: Sequence[BookLine],
    good_lines: bool = False,
    facts: Mapping[str, str] | None = None,
    on: dt.date | None = None,
) -> BooksReport:
    """Judge every line and post receipts if all are good, or of the good ones if `good_lines`.

    Lines of one carrier, size and sort of form are one receipt. The report says what was done;
    nothing is raised for a bad line.
    """
    report = BooksReport(tuple(judge_books(uow, hall=hall, lines=lines, on=on)))
    good = [one.line for one in report.lines if one.verdict == GOOD]
    if not good or (report.bad and not good_lines):
        return report
    alike: dict[tuple[str, str, str], list[FormLine]] = {}
    for line in good:
        size = str(line.per_book) if line.per_book else ""
        key = (_CARRIERS[line.carrier.lower() or "book"], size, line.form_kind)
        run = FormLine(line.invoice_code, line.first_no, line.last_no, line.count or 0)
        alike.setdefault(key, []).append(run)
    numbers = []
    for (carrier, per_book, form_kind), runs in alike.items():
        stated = {"carrier": carrier, "per_book": per_book, "form_kind": form_kind}
        document = submit_forms(
            uow,
            hall=hall,
            kind="invoice_receipt",
            lines=runs,
            facts={**(facts or {}), **stated},
            on=on,
        )
        numbers.append(document.number or "")
    return replace(report, numbers=tuple(numbers))


def judge_books(
    uow: UnitOfWork, *, hall: Hall, lines: Sequence[BookLine], on: dt.date | None = None
) -> list[JudgedBook]:
    """Give each line its verdict; nothing is written."""
    making = Making(uow, hall, "invoice_receipt", {})
    day = on or uow.today
    ended: dict[str, dt.date] = dict(
        uow.session.execute(
            select(FormEnd.invoice_code, FormEnd.ends_on).where(
                FormEnd.hall_id == hall.id, FormEnd.ends_on <= day
            )
        ).all()
    )
    seen: list[Run] = []
    return [_judge(making, line, seen, ended) for line in lines]


def _judge(
    making: Making, line: BookLine, seen: list[Run], ended: Mapping[str, dt.date]
) -> JudgedBook:
    if line.mangled is not None:
        return JudgedBook(line, "mangled", line.mangled)
    if (line.carrier.lower() or "book") not in _CARRIERS:
        known = " / ".join(f"{text.zh} {name}" for name, text in CARRIERS)
        reason = Text(f"形式应为:{known}。", f"The carrier is one of {known}.")
        return JudgedBook(line, "wrong_carrier", reason)
    try:
        first, last = check_run(line.first_no, line.last_no, line.count or 0)
    except RangeUnreadable as refusal:
        return JudgedBook(line, "wrong_count", _said(refusal))
    size = line.per_book or line.count or 1
    if (line.count or 0) % size or not 1 <= (line.per_book or 1) <= LARGEST_BOOK:
        unfit = BooksDoNotFit(first=line.first_no, last=line.last_no, per_book=size)
        return JudgedBook(line, "wrong_count", _said(unfit))
    if line.invoice_code in ended:
        refused = FormOutOfDate(invoice_code=line.invoice_code, date=ended[line.invoice_code])
        return JudgedBook(line, "out_of_date", _said(refused))
    run = (line.invoice_code, len(line.first_no), first, last)
    twice = any(one[:2] == run[:2] and one[2] <= last and one[3] >= first for one in seen)
    try:
        check_new(making, run, seen)
    except RangeOverlaps as refusal:
        return JudgedBook(line, "twice" if twice else "known", _said(refusal))
    seen.append(run)
    if _in_other_hall(making, line):
        reason = Text("号码已在他厅登记。", "Numbers of it are another hall's.")
        return JudgedBook(line, "known", reason)
    return JudgedBook(line, GOOD, _doubt(making, line))


def _doubt(making: Making, line: BookLine) -> Text | None:
    """Say what is odd about the structure of code and number; a new kind is no mistake (INV-12)."""
    year = making.uow.now.astimezone(HALL_TIME).year
    try:
        require_structure(line.invoice_code, line.first_no, this_year=year)
    except NumberNotReadable as doubt:
        return _said(doubt)
    return None


def _in_other_hall(making: Making, line: BookLine) -> bool:
    """Tell whether a number of the run is in another hall's books."""
    taken = exists().where(
        Identifier.kind == "invoice",
        Identifier.namespace == line.invoice_code,
        Identifier.value.between(line.first_no, line.last_no),
        func.length(Identifier.value) == len(line.first_no),
        Identifier.holder_hall_id != making.hall.id,
    )
    return bool(making.uow.session.scalar(select(taken)))


def _said(refusal: BackofficeError) -> Text:
    zh, en = (refusal.message(language) for language in _LANGUAGES)
    return Text(zh, en)


_LANGUAGES: tuple[Language, Language] = ("zh", "en")
