"""From what people key to the lines of a form document: books found, runs held against the rules.

A bound book moves as its whole unused rest, continuous forms by sub-range (DOMAIN INV-03); a
number that the register tells of already counts as used, though its use may not be posted yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from invoices.errors import (
    AwaitsSignature,
    BookSplit,
    CountDiffers,
    FormsElsewhere,
    NoFormsHeld,
    RangeUnreadable,
    RunBeyondBook,
    RunNeeded,
    UnknownForms,
    UsesUnregistered,
)
from invoices.kinds import FORM_CATEGORY, FORM_KINDS
from invoices.models import InvoiceBook
from invoices.ranges import find_book
from invoices.segments import Segment, blank_segments, segments_of_book
from ledger.accounts import ACCOUNT_KINDS, Account, Commodity, open_account, register_commodity
from ledger.documents import Document, DocumentLine, Line
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

LONGEST_NUMBER = 18
LARGEST_RUN = 1_000_000
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line as people give it: a run of numbers of one code, and between whom it moves.

    Without `last_no` and `count` a book whose first number (or first unused one) is named moves
    whole; without any number everything that `clerk`, or the safe, holds of the code, or at all.
    `count` is what was counted, 0 where nothing was.
    """

    invoice_code: str = ""
    first_no: str = ""
    last_no: str = ""
    count: int = 0
    clerk: str = ""
    to_clerk: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """A form document in the making: whose, of which kind, what it states."""

    uow: UnitOfWork
    hall: Hall
    name: str
    facts: Mapping[str, str]


def check_run(first: str, last: str, count: int) -> tuple[int, int]:
    """Give both ends as integers; raises RangeUnreadable."""
    digits = all(no.isascii() and no.isdigit() for no in (first, last))
    readable = digits and len(first) == len(last) <= LONGEST_NUMBER
    if not readable or not 1 <= count <= LARGEST_RUN or int(last) - int(first) + 1 != count:
        raise RangeUnreadable(first=first, last=last, count=count)
    return int(first), int(last)


def form_of(uow: UnitOfWork, invoice_code: str) -> Commodity:
    """Give the kind of form that a code names, made known when it is new."""
    return register_commodity(
        uow,
        code=f"INV:{invoice_code}",
        name=f"票据 {invoice_code}".strip(),
        category=FORM_CATEGORY,
        tracking="serial",
    )


def held_lines(making: Making, line: FormLine, *, source: Account, target: Account) -> list[Line]:
    """Give the document lines that take a line's numbers from one account to another.

    Raises UnknownForms, RunNeeded, RunBeyondBook, BookSplit, FormsElsewhere, CountDiffers,
    NoFormsHeld, AwaitsSignature.
    """
    if line.first_no.strip():
        runs = _runs_named(making, line, source)
    else:
        runs = blank_segments(
            making.uow,
            making.hall,
            places=(source.kind,),
            clerk=source.holder,
            invoice_code=line.invoice_code.strip() or None,
            unregistered=True,
        )
        if not runs:
            raise NoFormsHeld(holder=_place(source))
    expected = sum(run.count for run in runs)
    if line.count and line.count != expected:
        raise _count_differs(runs, expected, line.count, source)
    for run in runs:
        _check_not_waiting(making, run)
    return [
        Line(
            form_of(making.uow, run.invoice_code),
            target,
            source,
            run.count,
            run.first_no,
            run.last_no,
        )
        for run in runs
    ]


def _count_differs(
    runs: Sequence[Segment], expected: int, counted: int, source: Account
) -> CountDiffers:
    """Tell a wrong count; of a clerk who has fewer, the first numbers, which he may have used."""
    facts = {"expected": expected, "segments": shown(runs), "counted": counted}
    first = runs[0]
    lacking = expected - counted
    if source.kind != "invoice_clerk" or not 0 < lacking <= first.count:
        return CountDiffers(**facts)
    last = f"{first.first_number + lacking - 1:0{len(first.first_no)}d}"
    return UsesUnregistered(
        **facts,
        first=first.first_no,
        last=last,
        invoice_code=first.invoice_code,
        clerk=source.holder,
    )


def shown(segments: Sequence[Segment]) -> Text:
    """Give segments as people write them, the first twenty."""
    return listed([one.shown() for one in segments])


def listed(words: Sequence[str]) -> Text:
    """Give words as a list in each language, the first twenty."""
    more = f" … (+{len(words) - MOST_SHOWN})" if len(words) > MOST_SHOWN else ""
    return Text("、".join(words[:MOST_SHOWN]) + more, ", ".join(words[:MOST_SHOWN]) + more)


def book_name(book: InvoiceBook) -> str:
    """Give a book as people write it: code, first and last number."""
    return f"{book.invoice_code} {book.first_no}–{book.last_no}".strip()


def _runs_named(making: Making, line: FormLine, source: Account) -> list[Segment]:
    """Give the runs of the one book that a line names, as far as it asks for them."""
    code, first = line.invoice_code.strip(), line.first_no.strip()
    book = find_book(making.uow, making.hall, code, first)
    if book is None:
        raise UnknownForms(invoice_code=code or "-", no=first)
    rest = blank_segments(
        making.uow,
        making.hall,
        places=(source.kind,),
        clerk=source.holder,
        book_id=book.id,
        unregistered=True,
    )
    last = line.last_no.strip()
    names_all = first in {book.first_no, *(run.first_no for run in rest[:1])}
    if not last and names_all and (book.carrier == "book" or not line.count):
        if not rest:
            raise _elsewhere(making, book, source, book.first_number, book.last_number)
        return rest
    if not last and book.carrier == "continuous" and not line.count:
        raise RunNeeded(first=first)
    if not last:
        last = f"{int(first) + line.count - 1:0{len(first)}d}" if line.count else book.last_no
    ends = check_run(first, last, int(last) - int(first) + 1 if last.isdecimal() else 0)
    if ends[1] > book.last_number:
        raise RunBeyondBook(first=first, last=last, book=book_name(book))
    if book.carrier == "book":
        return _whole_rest(making, book, rest, ends, source)
    within = list(_within(rest, *ends))
    if sum(run.count for run in within) != ends[1] - ends[0] + 1:
        raise _elsewhere(making, book, source, *ends)
    return within


def _whole_rest(
    making: Making,
    book: InvoiceBook,
    rest: list[Segment],
    ends: tuple[int, int],
    source: Account,
) -> list[Segment]:
    """Give the rest of a bound book if the run is all of it; raises BookSplit, FormsElsewhere."""
    blank = blank_segments(making.uow, making.hall, book_id=book.id, unregistered=True)
    if not blank:
        raise _elsewhere(making, book, source, *ends)
    if ends != (blank[0].first_number, blank[-1].last_number):
        digits = len(book.first_no)
        raise BookSplit(
            book=book_name(book),
            rest=shown(blank),
            first=f"{ends[0]:0{digits}d}",
            last=f"{ends[1]:0{digits}d}",
        )
    if rest != blank:
        raise _elsewhere(making, book, source, *ends)
    return rest


def _within(runs: Sequence[Segment], first: int, last: int) -> Iterator[Segment]:
    """Give the parts of runs that lie between two numbers."""
    for run in runs:
        start, end = max(run.first_number, first), min(run.last_number, last)
        if start <= end:
            digits = len(run.first_no)
            yield Segment(
                run.invoice_code,
                run.book_id,
                f"{start:0{digits}d}",
                f"{end:0{digits}d}",
                end - start + 1,
                run.place,
                run.holder,
            )


def _elsewhere(
    making: Making, book: InvoiceBook, source: Account, first: int, last: int
) -> FormsElsewhere:
    """Tell which numbers of a run are not in the account they would leave, and where they are."""
    every = segments_of_book(making.uow, making.hall, book.id)
    strays = [
        run
        for run in _within(every, first, last)
        if (run.place, run.holder) != (source.kind, source.holder)
    ]
    places = [
        (f"{run.first_no}–{run.last_no}", ACCOUNT_KINDS[run.place].text, run.holder)
        for run in strays
    ]
    digits = len(book.first_no)
    return FormsElsewhere(
        first=f"{first:0{digits}d}",
        last=f"{last:0{digits}d}",
        elsewhere=Text(
            listed([f"{ends} {kind.zh} {holder}".strip() for ends, kind, holder in places]).zh,
            listed([f"{ends} {kind.en} {holder}".strip() for ends, kind, holder in places]).en,
        )
        if places
        else Text("已登记开具", "registered as used already"),
    )


def _check_not_waiting(making: Making, run: Segment) -> None:
    """Refuse a run of which some other document that is not signed yet moves a part."""
    number = making.uow.session.scalar(
        select(Document.number)
        .join(
            DocumentLine,
            (DocumentLine.hall_id == Document.hall_id)
            & (DocumentLine.document_id == Document.id)
            & (DocumentLine.revision == Document.revision),
        )
        .join(Commodity, Commodity.id == DocumentLine.commodity_id)
        .where(
            Document.hall_id == making.hall.id,
            Document.state.in_(("submitted", "approved")),
            Document.kind.in_(FORM_KINDS),
            Commodity.code == f"INV:{run.invoice_code}",
            DocumentLine.serial <= run.last_no,
            DocumentLine.serial_to >= run.first_no,
        )
        .limit(1)
    )
    if number is not None:
        raise AwaitsSignature(first=run.first_no, last=run.last_no, number=number)


def custody_account(uow: UnitOfWork, hall: Hall, clerk: str) -> Account:
    """Give the account of the forms in a clerk's hands, or of the safe where nobody is named."""
    if clerk:
        return open_account(uow, hall.id, "invoice_clerk", clerk)
    return open_account(uow, hall.id, "invoice_safe")


def _place(account: Account) -> Text:
    kind = ACCOUNT_KINDS[account.kind].text
    return Text(f"{kind.zh} {account.holder}".strip(), f"{kind.en} {account.holder}".strip())
