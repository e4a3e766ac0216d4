"""Statistics upward (DOMAIN REF-06): what was carried out in a month and the months before it.

Every case counts in the month it was carried out, and against the month in which it was reversed.
The figures come from documents and executions; they are held against postings and balances, which
were written by another hand, and a difference of one fen refuses the whole report. A fixed number
of statements, however many halls.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, bindparam, text

from ledger.evidence.expected import CURRENT
from ledger.money import show_yuan
from ledger.organisations import Hall
from ledger.permissions import require
from ledger.schema import EPOCH, MICROSECOND, microseconds
from ledger.text import Text
from ledger.times import midnight, month_of, months_to
from ledger.work import UnitOfWork
from refunds.claim_statistics import CLAIM_CELLS, CLAIMED, ClaimCell, claimed_by
from refunds.errors import StatisticsDiffer
from refunds.instruments import CASE_KINDS, INSTRUMENTS
from refunds.papers import TO_MANAGER, due_after
from refunds.policy import policy_from_json

TREND_MONTHS = 12
TOP_NUMBERS = 10

# Each case once in the month it was carried out and, with a minus, in the month of its reversal.
_COUNTED = f"""
WITH carried AS (
    SELECT d.hall_id, d.id, d.revision, d.kind, d.required_roles, d.state,
           e.business_date AS day, 1 AS cases, d.amount_fen AS fen
      FROM refund_executions x
      JOIN events e ON e.hall_id = x.hall_id AND e.event_no = x.event_no
      JOIN documents d ON d.hall_id = x.hall_id AND d.id = x.document_id
     WHERE x.hall_id IN :halls AND x.at >= :since AND x.at < :until
       AND d.state IN ('posted', 'reversed')
    UNION ALL
    SELECT d.hall_id, d.id, d.revision, d.kind, d.required_roles, d.state,
           (SELECT MAX(p.business_date) FROM postings p
             WHERE p.hall_id = d.hall_id AND p.document_id = d.id), -1, -d.amount_fen
      FROM documents d
     WHERE d.hall_id IN :halls AND d.kind IN {CASE_KINDS} AND d.state = 'reversed'
), counted AS (
    SELECT c.*, SUBSTR(CAST(c.day AS TEXT), 1, 7) AS month
      FROM carried c WHERE c.day BETWEEN :first AND :last
)
"""
_FACT = (
    "LEFT JOIN document_facts {0} ON {0}.hall_id = c.hall_id AND {0}.document_id = c.id"
    " AND {0}.revision = c.revision AND {0}.name = '{1}'"
)
_SIGNER = (
    "COALESCE((SELECT {}(s.person_id) FROM signatures s WHERE s.hall_id = c.hall_id"
    " AND s.document_id = c.id AND s.revision = c.revision AND s.step = 'approve'), 0)"
)
_CELLS = f"""
{_COUNTED}, told AS (
    SELECT c.hall_id, c.month, c.kind, c.required_roles AS tier, c.cases, c.fen,
           COALESCE(r.value, '') AS reason, COALESCE(q.value, '') AS clerk,
           {_SIGNER.format("MIN")} AS one, {_SIGNER.format("MAX")} AS other
      FROM counted c
      {_FACT.format("r", "reason")}
      {_FACT.format("q", "requester")}
)
SELECT hall_id, month, kind, reason, tier, one, other, clerk,
       CAST(SUM(cases) AS BIGINT), CAST(SUM(fen) AS BIGINT)
  FROM told
 GROUP BY hall_id, month, kind, reason, tier, one, other, clerk
"""
_NUMBERS = f"""
{_COUNTED}
SELECT n.value, CAST(SUM(c.cases) AS BIGINT) AS cases, CAST(SUM(c.fen) AS BIGINT) AS fen
  FROM counted c
  {_FACT.format("n", "subscriber").removeprefix("LEFT ")}
 WHERE n.value <> ''
 GROUP BY n.value HAVING SUM(c.fen) > 0
 ORDER BY 3 DESC, 2 DESC, 1 LIMIT {TOP_NUMBERS}
"""
# What the ledger says was given, by month; all of it, so that it can be held against the balance.
_POSTED = f"""
SELECT d.hall_id, d.kind,
       CASE WHEN p.business_date BETWEEN :first AND :last
            THEN SUBSTR(CAST(p.business_date AS TEXT), 1, 7) ELSE '' END AS month,
       CAST(SUM(CASE WHEN c.kind = 'refund_due' THEN p.amount ELSE -p.amount END) AS BIGINT)
  FROM documents d
  JOIN postings p ON p.hall_id = d.hall_id AND p.document_id = d.id
  JOIN accounts c ON c.hall_id = p.hall_id AND c.id = p.credit_account
 WHERE d.hall_id IN :halls AND d.kind IN {CASE_KINDS}
 GROUP BY d.hall_id, d.kind, 3
"""
_BALANCES = """
SELECT a.hall_id, a.holder, CAST(-SUM(b.amount) AS BIGINT)
  FROM accounts a JOIN balances b ON b.hall_id = a.hall_id AND b.account_id = a.id
 WHERE a.hall_id IN :halls AND a.kind = 'refund_due'
 GROUP BY a.hall_id, a.holder
"""
_TAKINGS = f"""
SELECT a.hall_id, SUBSTR(CAST(a.business_date AS TEXT), 1, 7), CAST(SUM(a.received) AS BIGINT)
  FROM evidence_accounts a
 WHERE a.hall_id IN :halls AND a.business_date BETWEEN :first AND :last
   AND a.received > 0 AND {CURRENT.format("a")}
 GROUP BY a.hall_id, 2
"""
_FLAGS = """
SELECT g.pattern, g.state, COUNT(*)
  FROM refund_flags g
 WHERE g.hall_id IN :halls AND g.raised_at >= :since AND g.raised_at < :until
 GROUP BY g.pattern, g.state
"""
_AWAITED = f"""
{_COUNTED}
SELECT c.hall_id, x.at, p.value, h.at IS NOT NULL AS received
  FROM counted c
  JOIN refund_executions x ON x.hall_id = c.hall_id AND x.document_id = c.id
  {_FACT.format("p", "policy")}
  LEFT JOIN refund_handovers h ON h.hall_id = c.hall_id AND h.document_id = c.id
 WHERE c.cases = 1 AND c.state = 'posted'
"""
_PERSONS = "SELECT id, name FROM persons WHERE id IN :ids"
_STAFF = """
SELECT m.hall_id, m.number, p.name
  FROM employments m JOIN persons p ON p.id = m.person_id
 WHERE m.hall_id IN :halls AND m.number IN :numbers
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """Cases of one hall and month that are alike in everything; amounts in fen, reversals less.

    `tier` are the roles that had to sign, `approvers` the persons who did, `clerk` who asked.
    """

    hall_id: int
    month: str
    kind: str
    reason: str
    tier: str
    approvers: tuple[int, ...]
    clerk: str
    cases: int
    fen: int


@dataclass(frozen=True, slots=True)
class TopNumber:
    """A subscriber's number, in full, with what it was given in the month."""

    subscriber: str
    cases: int
    fen: int


@dataclass(frozen=True, slots=True)
class PapersOf:
    """The papers of a hall's cases of the month: with the auditor, awaited, late, three days."""

    received: int = 0
    awaited: int = 0
    late: int = 0
    to_manager: int = 0


@dataclass(frozen=True, slots=True)
class RefundStatistics:
    """A month of refunds over some halls and the months before it, as the ledger has them.

    `claims` are those of files, of the month and the one before: evidence, in none of the cells.
    """

    halls: tuple[Hall, ...]
    months: tuple[str, ...]
    cells: tuple[Cell, ...]
    claims: tuple[ClaimCell, ...]
    takings: dict[tuple[int, str], int]
    numbers: tuple[TopNumber, ...]
    flags: dict[tuple[str, str], int]
    papers: dict[int, PapersOf]
    persons: dict[int, str]
    staff: dict[tuple[int, str], str]

    @property
    def month(self) -> str:
        """The month reported, as in 2026-11."""
        return self.months[-1]

    @property
    def before(self) -> str:
        """The month it is compared with."""
        return self.months[-2]


def refund_statistics(uow: UnitOfWork, halls: Sequence[Hall], first: dt.date) -> RefundStatistics:
    """Give the month that begins on `first` and the eleven before it, of any set of halls.

    Raises StatisticsDiffer, naming hall, kind, month and both figures, and NotPermitted.
    """
    for hall in halls:
        require(uow, hall.id, "refunds", "oversee")
    months = tuple(f"{month:%Y-%m}" for month in months_to(first, TREND_MONTHS))
    begin = dt.date.fromisoformat(f"{months[0]}-01")
    _, last = month_of(first)
    ids = [hall.id for hall in halls]
    trend, month = _Span(ids, begin, last), _Span(ids, first, last)
    rows = _read(uow, _CELLS, trend)
    cells = tuple(_cell(row) for row in rows)
    _prove(uow, {hall.id: hall for hall in halls}, cells, trend)
    before = _Span(ids, dt.date.fromisoformat(f"{months[-2]}-01"), last)
    claims = tuple(ClaimCell(*row) for row in _read(uow, CLAIM_CELLS, before))
    _prove_claims(uow, {hall.id: hall for hall in halls}, claims, before)
    takings = {(hall, name): fen for hall, name, fen in _read(uow, _TAKINGS, before)}
    flags = {(pattern, state): count for pattern, state, count in _read(uow, _FLAGS, month)}
    return RefundStatistics(
        halls=tuple(halls),
        months=months,
        cells=cells,
        claims=claims,
        takings=takings,
        numbers=tuple(TopNumber(*row) for row in _read(uow, _NUMBERS, month)),
        flags=flags,
        papers=_papers(_read(uow, _AWAITED, month), uow.now),
        persons=_persons(uow, cells),
        staff=_staff(uow, ids, cells),
    )


def percent_of(part: int, whole: int) -> Decimal | None:
    """Give `part` of `whole` in percent, halves rounded away from zero to 0.01; None of nothing."""
    if whole == 0:
        return None
    hundredths = (abs(part) * 20_000 + abs(whole)) // (2 * abs(whole))
    sign = -1 if (part < 0) != (whole < 0) else 1
    return Decimal(sign * hundredths).scaleb(-2)


@dataclass(frozen=True, slots=True)
class _Span:
    halls: Sequence[int]
    first: dt.date
    last: dt.date

    def asked(self, sql: str) -> dict[str, object]:
        """Give what the statement names of halls, days and instants."""
        after = self.last + dt.timedelta(days=1)
        values: dict[str, object] = {
            "halls": list(self.halls),
            "first": self.first,
            "last": self.last,
            "since": microseconds(midnight(self.first)),
            "until": microseconds(midnight(after)),
        }
        return {name: value for name, value in values.items() if f":{name}" in sql}


def _read(uow: UnitOfWork, sql: str, span: _Span) -> Sequence[Any]:
    if not span.halls:
        return []
    asked = span.asked(sql)
    query = text(sql).bindparams(bindparam("halls", expanding=True))
    if "first" in asked:
        query = query.bindparams(bindparam("first", type_=Date), bindparam("last", type_=Date))
    return uow.session.execute(query, asked).all()


def _cell(row: Any) -> Cell:
    hall_id, month, kind, reason, tier, one, other, clerk, cases, fen = row
    approvers = tuple(sorted({one, other} - {0}))
    return Cell(hall_id, month, kind, reason, tier, approvers, clerk, cases, fen)


def _prove(uow: UnitOfWork, halls: dict[int, Hall], cells: Iterable[Cell], span: _Span) -> None:
    """Go on only if the figures are the ledger's, and the ledger's its balances'."""
    told: Counter[tuple[int, str, str]] = Counter()
    for cell in cells:
        told[cell.hall_id, cell.kind, cell.month] += cell.fen
    posted: Counter[tuple[int, str, str]] = Counter()
    ever: Counter[tuple[int, str, str]] = Counter()
    for hall_id, kind, month, fen in _read(uow, _POSTED, span):
        ever[hall_id, kind, ""] += fen
        if month:
            posted[hall_id, kind, month] += fen
    held = Counter({(hall, kind, ""): fen for hall, kind, fen in _read(uow, _BALANCES, span)})
    for ours, theirs in ((told, posted), (ever, held)):
        _refuse_difference(halls, ours, theirs)


def _prove_claims(
    uow: UnitOfWork, halls: dict[int, Hall], claims: tuple[ClaimCell, ...], span: _Span
) -> None:
    """Go on only if the claims told are all there are, each once."""
    rows = _read(uow, CLAIMED, span)
    claimed = Counter({(hall, kind, month): fen for hall, kind, month, fen in rows})
    _refuse_difference(halls, claimed_by(claims), claimed)


def _refuse_difference(
    halls: dict[int, Hall],
    ours: Mapping[tuple[int, str, str], int],
    theirs: Mapping[tuple[int, str, str], int],
) -> None:
    for key in sorted({*ours, *theirs}):
        hall_id, kind, month = key
        found, expected = ours.get(key, 0), theirs.get(key, 0)
        if found != expected:
            raise StatisticsDiffer(
                hall=halls[hall_id].code,
                kind=INSTRUMENTS[kind].text if kind in INSTRUMENTS else kind,
                month=month or Text("全部月份", "all months"),
                told=show_yuan(found),
                ledger=show_yuan(expected),
                difference=show_yuan(abs(found - expected)),
            )


def _papers(rows: Iterable[Any], now: dt.datetime) -> dict[int, PapersOf]:
    """Give how each hall stands with the papers of the month's cases."""
    found: dict[int, Counter[str]] = {}
    for hall_id, at, policy, received in rows:
        count = found.setdefault(hall_id, Counter())
        if received:
            count["received"] += 1
            continue
        carried_out = EPOCH + at * MICROSECOND
        due = due_after(carried_out, policy_from_json(policy).papers_due_hour)
        count["awaited"] += 1
        count["late"] += now > due
        count["to_manager"] += now > carried_out + TO_MANAGER
    return {hall_id: PapersOf(**count) for hall_id, count in found.items()}


def _persons(uow: UnitOfWork, cells: Iterable[Cell]) -> dict[int, str]:
    ids = sorted({person for cell in cells for person in cell.approvers})
    if not ids:
        return {}
    query = text(_PERSONS).bindparams(bindparam("ids", expanding=True))
    return dict(uow.session.execute(query, {"ids": ids}).all())


def _staff(
    uow: UnitOfWork, halls: Sequence[int], cells: Iterable[Cell]
) -> dict[tuple[int, str], str]:
    numbers = sorted({cell.clerk for cell in cells if cell.clerk})
    if not numbers:
        return {}
    query = text(_STAFF).bindparams(
        bindparam("halls", expanding=True), bindparam("numbers", expanding=True)
    )
    rows = uow.session.execute(query, {"halls": list(halls), "numbers": numbers})
    return {(hall_id, number): name for hall_id, number, name in rows}
