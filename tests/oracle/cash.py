"""C · shifts and cash: C01 to C09 of CHECKS.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.oracle.books import Books
from tests.oracle.findings import Finding, of_amounts, plain
from tests.oracle.reading import Row, read_fen

# Takings up to and including which (fen), the hall's own limit on the tail, and the usual one.
_TAILS = (
    (1_000_000, "tail_limit_10k", 100_000),
    (5_000_000, "tail_limit_50k", 300_000),
    (10_000_000, "tail_limit_100k", 800_000),
    (10**15, "tail_limit_above", 1_000_000),
)


def cash_findings(books: Books, *, now: datetime) -> Iterator[Finding]:
    """Give what the C checks find on the audited date."""
    taken = _net_payments(books)
    declared = _declarations(books, books.date)
    floats = books.floats()
    undeclared = {
        person
        for person in {*taken, *floats}
        if person not in declared and books.kind(books.number_of(person)) == "person"
    }
    for person in sorted(undeclared):
        number = books.number_of(person)
        yield plain("C01", subject=f"shift:{number}", clerk=number)
    yield from _over_and_short(books, taken=taken, declared=declared, floats=floats)
    yield from _broken_floats(books, worked={*taken, *declared, *floats}, floats=floats)
    yield from _hand_ins(books, declared=declared, undeclared=undeclared)
    yield from _late_deposits(books)
    yield from _moves(books)
    yield from _deposits(books, takings=sum(of.get("cash", 0) for of in taken.values()), now=now)


def _net_payments(books: Books) -> dict[str, dict[str, int]]:
    taken: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for txn in books.of_the_day:
        for payment in txn.payments:
            taken[books.person(payment.clerk)][payment.tender] += payment.fen
    return taken


def _declarations(books: Books, date: str) -> dict[str, list[Row]]:
    declared: dict[str, list[Row]] = defaultdict(list)
    for row in books.evidence.of("declarations"):
        if row["date"] == date:
            declared[books.person(row["clerk"])].append(row)
    return dict(declared)


def _over_and_short(
    books: Books,
    *,
    taken: dict[str, dict[str, int]],
    declared: dict[str, list[Row]],
    floats: dict[str, int],
) -> Iterator[Finding]:
    moved: dict[str, int] = defaultdict(int)
    for row in books.evidence.of("cash_moves"):
        if row["date"] == books.date:
            moved[books.person(row["to"])] += read_fen(row["amount"])
            moved[books.person(row["from"])] -= read_fen(row["amount"])
    for person, rows in declared.items():
        number = books.number_of(person)
        computed = dict(taken.get(person, {}))
        counted: dict[str, int] = defaultdict(int)
        for row in rows:
            counted[row["tender"]] += read_fen(row["amount"])
        asked = {*computed, *counted} | ({"cash"} if person in floats else set())
        computed["cash"] = computed.get("cash", 0) + floats.get(person, 0) + moved[person]
        for tender in sorted(asked - {""}):
            if computed.get(tender, 0) != counted[tender]:
                yield of_amounts(
                    "C02",
                    subject=f"tender:{number}/{tender}",
                    expected=computed.get(tender, 0),
                    found=counted[tender],
                    clerk=number,
                )


def _cash_and_kept(rows: list[Row]) -> tuple[int, int]:
    cash = [row for row in rows if row["tender"] == "cash"]
    return (
        sum(read_fen(row["amount"]) for row in cash),
        sum(read_fen(row.get("float_kept", "")) for row in cash),
    )


def _broken_floats(books: Books, *, worked: set[str], floats: dict[str, int]) -> Iterator[Finding]:
    for person in sorted(worked):
        earlier = {
            row["date"]
            for row in books.evidence.of("declarations")
            if row["date"] < books.date and books.person(row["clerk"]) == person
        }
        if not earlier:
            continue
        _, kept = _cash_and_kept(_declarations(books, max(earlier))[person])
        if floats.get(person, 0) != kept:
            number = books.number_of(person)
            yield of_amounts(
                "C03",
                subject=f"float:{number}",
                expected=kept,
                found=floats.get(person, 0),
                clerk=number,
            )


def _hand_ins(
    books: Books, *, declared: dict[str, list[Row]], undeclared: set[str]
) -> Iterator[Finding]:
    handed: dict[str, int] = defaultdict(int)
    for row in books.evidence.of("deposits"):
        of_kiosk = books.kind(row.get("clerk", "")) == "self_service"
        if row["step"] == "handin" and row["date"] == books.date and not of_kiosk:
            handed[books.person(row.get("clerk", ""))] += read_fen(row["amount"])
    for person in sorted({*declared, *handed} - undeclared):
        cash, kept = _cash_and_kept(declared.get(person, []))
        if handed[person] != cash - kept:
            number = books.number_of(person)
            yield of_amounts(
                "C05",
                subject=f"handin:{number}",
                expected=cash - kept,
                found=handed[person],
                clerk=number,
            )


def _late_deposits(books: Books) -> Iterator[Finding]:
    for row in books.evidence.of("deposits"):
        if row["step"] == "bank" and row["date"] == books.date:
            due = row.get("covers_date") or row["deposited_on"]
            if row["deposited_on"] > due or not row.get("bank_receipt"):
                yield plain("C06", subject=f"slip:{row['slip_no']}", clerk=row.get("clerk", ""))


def _moves(books: Books) -> Iterator[Finding]:
    elsewhere = {"safe", "petty", "bank", ""}
    approved = {
        row["document_no"]
        for row in books.evidence.of("refunds")
        if row.get("approver") and row.get("approved_at")
    }
    for row in books.evidence.of("cash_moves"):
        if row["date"] != books.date:
            continue
        ends = (row.get("from", ""), row.get("to", ""))
        drawers = [books.number_of(books.person(end)) for end in ends if end not in elsewhere]
        if "" in ends:
            yield plain(
                "C04", subject=f"move:{row['move_no']}", clerk=drawers[0] if drawers else ""
            )
        from_drawer = ends[0] not in elsewhere
        kept_in_the_hall = ends[1] in {"safe", "bank"}
        if from_drawer and not kept_in_the_hall and row.get("document_no") not in approved:
            yield plain("C08", subject=f"move:{row['move_no']}", clerk=drawers[0])


def _deposits(books: Books, *, takings: int, now: datetime) -> Iterator[Finding]:
    handed = banked = banked_in_time = 0
    for row in books.evidence.of("deposits"):
        if (row.get("covers_date") or row["deposited_on"]) != books.date:
            continue
        fen = read_fen(row["amount"])
        if row["step"] == "handin":
            handed += fen
        else:
            banked += fen
            banked_in_time += fen if row["deposited_on"] <= books.date else 0
    own = books.hall.get("limits", {})
    limit = next(own.get(name, usual) for most, name, usual in _TAILS if takings <= most)
    tail = handed - banked_in_time
    if tail > limit:
        subject = f"tail:{books.evidence.hall_on(books.date)['code']}"
        yield of_amounts("C07", subject=subject, expected=limit, found=tail)
    over = datetime.fromisoformat(books.date) + timedelta(days=1)
    if now >= over and handed != banked:
        yield of_amounts("C09", subject=f"deposit:{books.date}", expected=handed, found=banked)
