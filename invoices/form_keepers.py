"""What each keeper of blank forms had, drew, used and gave up in a period, number by number.

A keeper is the safe or a clerk. opening + drawn (+ put back) = issued + red + void + lost + given
up + closing; a number used from his hands is his under what it was when the period ended. Of one
day this is the start-end sheet that clerk and keeper sign (DOMAIN INV-04, INV-13).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Date, bindparam, text

from invoices.form_months import CLOSING, OPENING, PUT_BACK, RETURNED
from invoices.form_proofs import code_text, prove_tiling
from invoices.moved_numbers import MOVES
from invoices.number_runs import NumberRun, NumberRuns, count_of, join_runs
from invoices.number_states import (
    BLANK_KINDS,
    EARLIER,
    FORM_COMMODITIES,
    ISSUED,
    LOST,
    OUTSIDE,
    RED,
    STATE_OF_WEIGHT,
    USED,
    VOID,
    WEIGHTS,
    weight_of,
)
from invoices.report_errors import FormHasNoState
from ledger.organisations import Hall
from ledger.text import Text
from ledger.work import UnitOfWork

DRAWN = "drawn"
TAKEN: dict[str, Text] = {
    OPENING: Text("期初", "Opening"),
    DRAWN: Text("领入", "Drawn"),
    PUT_BACK: Text("冲回", "Put back"),
}
GIVEN: dict[str, Text] = {
    ISSUED: Text("开具", "Issued"),
    RED: Text("红字", "Red letters"),
    VOID: Text("作废", "Void"),
    LOST: Text("丢失", "Lost"),
    RETURNED: Text("退回转出", "Given up"),
    CLOSING: Text("结存", "Closing"),
}
_USED_KINDS = "'invoice_issued', 'invoice_red', 'invoice_void', 'invoice_lost'"

SPANS = f"""
WITH {MOVES}, handled AS (
    SELECT p.hall_id, p.unit_id, p.debit_account AS keeper, 1 AS way, p.business_date AS day,
           p.document_id AS paper, 0 AS use_no
      FROM postings p
      JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.debit_account
     WHERE p.hall_id IN :halls AND p.business_date >= :first AND p.unit_id > 0
       AND p.commodity_id IN ({FORM_COMMODITIES}) AND a.kind IN ({BLANK_KINDS})
     UNION ALL
    SELECT p.hall_id, p.unit_id, p.credit_account, -1, p.business_date, p.document_id,
           CASE WHEN d.kind IN ({_USED_KINDS}) AND p.business_date <= :last THEN p.id ELSE 0 END
      FROM postings p
      JOIN accounts a ON a.hall_id = p.hall_id AND a.id = p.credit_account
      JOIN accounts d ON d.hall_id = p.hall_id AND d.id = p.debit_account
     WHERE p.hall_id IN :halls AND p.business_date >= :first AND p.unit_id > 0
       AND p.commodity_id IN ({FORM_COMMODITIES}) AND a.kind IN ({BLANK_KINDS})
     UNION ALL
    SELECT u.hall_id, u.id, u.account_id, 0, NULL, NULL, 0
      FROM accounts a
      JOIN units u ON u.hall_id = a.hall_id AND u.account_id = a.id
     WHERE a.hall_id IN :halls AND a.kind IN ({BLANK_KINDS})
       AND u.commodity_id IN ({FORM_COMMODITIES})
), spans AS (
    SELECT hall_id, unit_id, keeper, SUM(way) AS since_first,
           SUM(CASE WHEN day > :last THEN way ELSE 0 END) AS since_last,
           MIN(CASE WHEN day <= :last THEN paper END) AS first_paper,
           MAX(CASE WHEN day <= :last THEN paper END) AS last_paper, MAX(use_no) AS use_no
      FROM handled GROUP BY hall_id, unit_id, keeper
), kept AS (
    SELECT s.hall_id, s.keeper, u.commodity_id, length(u.serial) AS digits,
           CAST(u.serial AS BIGINT) AS number,
           CAST(CASE WHEN u.account_id = s.keeper THEN 1 ELSE 0 END - s.since_first
                AS INTEGER) AS opening,
           CAST(CASE WHEN u.account_id = s.keeper THEN 1 ELSE 0 END - s.since_last
                AS INTEGER) AS closing,
           CASE WHEN s.first_paper <> s.last_paper THEN 1 ELSE 0 END AS through,
           {weight_of("a.kind")} - m.since_first AS was,
           CASE WHEN s.use_no > 0 AND s.use_no = MAX(s.use_no)
                     OVER (PARTITION BY s.hall_id, s.unit_id)
                THEN {weight_of("a.kind")} - m.since_last ELSE {WEIGHTS[OUTSIDE]} END AS became
      FROM spans s
      JOIN moves m ON m.hall_id = s.hall_id AND m.unit_id = s.unit_id
      JOIN units u ON u.hall_id = s.hall_id AND u.id = s.unit_id
      JOIN accounts a ON a.hall_id = u.hall_id AND a.id = u.account_id
), placed AS (
    SELECT hall_id, keeper, commodity_id, digits, number, opening, closing, was, became,
           number - ROW_NUMBER() OVER (
               PARTITION BY hall_id, keeper, commodity_id, digits, opening, closing, was, became
               ORDER BY number) AS run
      FROM kept WHERE opening <> 0 OR closing <> 0 OR through = 1
)
SELECT r.hall_id, k.kind, k.holder, m.code, r.digits, MIN(r.number), MAX(r.number), r.opening,
       r.closing, r.was, r.became
  FROM placed r
  JOIN accounts k ON k.hall_id = r.hall_id AND k.id = r.keeper
  JOIN commodities m ON m.id = r.commodity_id
 GROUP BY r.hall_id, k.kind, k.holder, m.code, r.digits, r.opening, r.closing, r.was, r.became,
       r.run
"""


@dataclass(frozen=True, slots=True)
class KeptForms:
    """One code in one keeper's custody over a period: each heading of TAKEN and GIVEN with runs.

    `clerk` is '' for the safe.
    """

    hall: Hall
    clerk: str
    invoice_code: str
    parts: dict[str, NumberRuns]

    def count(self, heading: str) -> int:
        """Give how many numbers stand under a heading."""
        return count_of(self.parts[heading])

    @property
    def code_text(self) -> Text:
        """The code, or the word for forms that have none."""
        return code_text(self.invoice_code)


def kept_forms(
    uow: UnitOfWork, halls: Sequence[Hall], first: dt.date, last: dt.date, *, clerk: str = ""
) -> list[KeptForms]:
    """Give each keeper's codes from `first` to `last`, by hall, the safe first; or one clerk's.

    Raises FormHasNoState and FormsDoNotTile.
    """
    if not halls:
        return []
    by_id = {hall.id: hall for hall in halls}
    parts: dict[tuple[str, str, str], dict[str, list[NumberRun]]] = {}
    query = text(SPANS).bindparams(
        bindparam("halls", expanding=True),
        bindparam("first", type_=Date),
        bindparam("last", type_=Date),
    )
    asked = {"halls": sorted(by_id), "first": first, "last": last}
    of_code = {hall.code: hall for hall in halls}
    for row in uow.session.execute(query, asked):
        hall_id, _, holder, commodity, digits, low, high, opening, closing, was, became = row
        if clerk and holder != clerk:
            continue
        hall, code = by_id[hall_id], commodity.partition(":")[2]
        run = NumberRun(digits, low, high)
        held = parts.setdefault((hall.code, holder, code), defaultdict(list))
        if opening not in (0, 1) or closing not in (0, 1):
            raise FormHasNoState(
                hall=hall.code, invoice_code=code_text(code), segment=run, date=last.isoformat()
            )
        taken = OPENING if opening else DRAWN
        if not opening and STATE_OF_WEIGHT.get(was) in USED:
            taken = PUT_BACK
        ended = STATE_OF_WEIGHT.get(became, OUTSIDE)
        given = CLOSING if closing else ended if ended in USED else RETURNED
        held[taken].append(run)
        held[ISSUED if given == EARLIER else given].append(run)
    return [
        _kept(of_code[hall], holder, code, held)
        for (hall, holder, code), held in sorted(parts.items())
    ]


def _kept(hall: Hall, clerk: str, code: str, held: dict[str, list[NumberRun]]) -> KeptForms:
    parts = {name: join_runs(held[name]) for name in (*TAKEN, *GIVEN)}
    prove_tiling(hall, code, [parts[name] for name in TAKEN], [parts[name] for name in GIVEN])
    return KeptForms(hall, clerk, code, parts)
