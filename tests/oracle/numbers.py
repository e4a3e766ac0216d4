"""P · numbers of drawn forms: P01, P02, P03, P05, P06, P07 and P09 of CHECKS.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.oracle.books import Books, DrawnRange, Form
from tests.oracle.findings import Finding, plain
from tests.oracle.reading import read_fen

_LONGEST_LIST = 100


def number_findings(books: Books) -> Iterator[Finding]:
    """Give what the P checks find on the audited date."""
    for drawn in books.drawn_ranges:
        used = sorted(
            (form for form in books.forms.values() if drawn.holds(form)),
            key=lambda form: int(form.no),
        )
        yield from _missing(books, drawn, used)
        yield from _out_of_order(books, used)
    for form in books.forms.values():
        yield from _used_twice(books, form)
        yield from _void_incomplete(books, form)
        yield from _red_without_blue(books, form)
        if form.used.date == books.date:
            if form.is_drawn_kind and not _has_drawn(books, form):
                yield plain("P05", subject=form.subject, clerk=form.used.clerk)
            if not _is_known_structure(form):
                yield plain("P09", subject=form.subject, clerk=form.used.clerk)


def _missing(books: Books, drawn: DrawnRange, used: list[Form]) -> Iterator[Finding]:
    if not used:
        return
    by_number = {int(form.no): form for form in used}
    highest = max(by_number)
    run: list[int] = []
    for number in range(max(drawn.first, drawn.used_to + 1), highest + 1):
        if number not in by_number:
            run.append(number)
            continue
        noticed = min(form.used.date for n, form in by_number.items() if n >= number)
        if run and noticed == books.date:
            yield from _missing_run(drawn, run)
        run = []


def _missing_run(drawn: DrawnRange, run: list[int]) -> Iterator[Finding]:
    numbers = [str(number).zfill(drawn.digits) for number in run]
    if len(run) > _LONGEST_LIST:
        numbers = [f"{numbers[0]}-{numbers[-1]}"]
    for number in numbers:
        yield plain("P01", subject=f"invoice:{drawn.code}/{number}", clerk=drawn.clerk)


def _out_of_order(books: Books, used: list[Form]) -> Iterator[Finding]:
    for lower, higher in pairwise(used):
        if lower.used.at > higher.used.at and lower.used.date == books.date:
            yield plain("P06", subject=lower.subject, clerk=lower.used.clerk)


def _used_twice(books: Books, form: Form) -> Iterator[Finding]:
    for status in ("issued", "red"):
        uses = [state for state in form.states if state.status == status]
        distinct = {(state.at, books.person(state.clerk)) for state in uses}
        if len(distinct) > 1 and any(state.date == books.date for state in uses[1:]):
            yield plain("P02", subject=form.subject, clerk=uses[-1].clerk)


def _void_incomplete(books: Books, form: Form) -> Iterator[Finding]:
    for state in form.states:
        if state.status == "void" and state.date == books.date:
            copies = int(state.first_of("copies") or 0)
            recovered = int(state.first_of("copies_recovered") or 0)
            has_reason = state.first_of("void_reason")
            if recovered < copies or not has_reason or not form.is_drawn_kind:
                yield plain("P03", subject=form.subject, clerk=state.clerk)
                return


def _red_without_blue(books: Books, form: Form) -> Iterator[Finding]:
    red = form.now
    if red.status != "red" or red.date != books.date:
        return
    named = red.first_of("original_code"), red.first_of("original_no")
    original = books.forms.get(books.meant_by(named))
    if original is None:
        amount = red.first_of("original_amount")
        lacking = not red.first_of("original_date") or not amount
        wrong = lacking or abs(red.fen) > read_fen(amount)
    else:
        wrong = original.now.status == "void" or books.reversed_of(original) > original.now.fen
    if wrong:
        yield plain("P07", subject=form.subject, clerk=red.clerk)


def _has_drawn(books: Books, form: Form) -> bool:
    user = books.person(form.used.clerk)
    return any(
        user in books.counter_clerks(drawn.clerk)
        for drawn in books.drawn_ranges
        if drawn.holds(form)
    )


def _is_known_structure(form: Form) -> bool:
    this_year = form.used.at.year % 100
    if not form.code:
        year = int(form.no[:2]) if re.fullmatch(r"[0-9]{20}", form.no) else 0
        return 21 <= year <= this_year
    if not re.fullmatch(r"[0-9]{8}", form.no):
        return False
    if re.fullmatch(r"[012][0-9]{11}", form.code):
        return int(form.code[5:7]) <= this_year
    return bool(re.fullmatch(r"[0-9]{10}", form.code)) and int(form.code[4:6]) <= this_year
